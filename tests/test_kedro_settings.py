"""A portfolio's description, seen by the nodes and by the catalog alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from kedro.framework.hooks.manager import _create_hook_manager, _register_hooks_entry_points
from kedro.framework.session import KedroSession

from loan_default import settings


def opened(project: Path, env: str | None, **runtime_params: Any) -> tuple[dict[str, Any], str, str]:
    """Return the parameters and the paths of the lender's file and of the clean table."""
    with KedroSession.create(project, env=env, runtime_params=runtime_params) as session:
        context = session.load_context()
        catalog = context.catalog
        raw, clean = catalog.get("raw_applications"), catalog.get("clean_applications")
        return context.config_loader["parameters"], str(raw._filepath), str(clean._filepath)


@pytest.mark.parametrize("env", [None, "shop"])
def test_portfolio_fills_parameters_and_paths(tiny_project: Path, env: str | None) -> None:
    name = env or "lending_club"
    parameters, raw, clean = opened(tiny_project, env)
    assert parameters["portfolio"]["name"] == name
    assert raw == str(tiny_project / f"data/raw/{name}.txt")
    assert clean == str(tiny_project / f"data/{name}/clean.parquet")


# shop has a parameter file of its own, lending_club has none.
@pytest.mark.parametrize(("env", "dropout"), [(None, 0.2), ("shop", 0.4)])
def test_params_override_single_keys_in_parameters_and_paths(
    tiny_project: Path, env: str | None, dropout: float
) -> None:
    overrides = {"portfolio": {"name": "mine", "file": {"path": "data/raw/other.txt"}}, "mode": "other"}
    parameters, raw, clean = opened(tiny_project, env, **overrides)

    assert parameters["portfolio"]["name"] == "mine"
    assert parameters["portfolio"]["title"] in ("Lending Club", "Shop")
    assert parameters["mode"] == "other"
    assert parameters["ann"] == {"dropout": dropout, "layers": [{"units": 4}, {"units": 2}]}
    assert raw == str(tiny_project / "data/raw/other.txt")
    assert clean == str(tiny_project / "data/mine/clean.parquet")


def test_params_override_one_nested_key_of_a_portfolios_own_parameters(tiny_project: Path) -> None:
    parameters, _, _ = opened(tiny_project, "shop", ann={"optimizer": "adamw"})
    assert parameters["ann"]["optimizer"] == "adamw"
    assert parameters["ann"]["dropout"] == 0.4


def test_hooks_of_other_trackers_and_of_telemetry_are_off(tiny_project: Path) -> None:
    manager = _create_hook_manager()
    _register_hooks_entry_points(manager, settings.DISABLE_HOOKS_FOR_PLUGINS)
    active = {dist.project_name.replace("_", "-") for _, dist in manager.list_plugin_distinfo()}
    still = {type(plugin).__module__.partition(".")[0] for plugin in manager.get_plugins()}
    assert active  # the plugins were found, so the next line means something
    assert not still & {"kedro_telemetry", "kedro_mlflow"}


def test_telemetry_is_refused_in_the_way_kedro_reads_it() -> None:
    from kedro_telemetry.plugin import _check_for_telemetry_consent

    assert _check_for_telemetry_consent(Path(__file__).parents[1]) is False

"""Checks before a run and after it, as Kedro hooks."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from kedro.framework.hooks import hook_impl
from kedro.framework.project import pipelines, settings

from loan_default.errors import AlarmError, InputError

if TYPE_CHECKING:
    from kedro.io import CatalogProtocol
    from kedro.pipeline import Pipeline


class SoundConfiguration:
    """Refuse settings that nothing reads, and a portfolio that would write into the folders of another."""

    @hook_impl(tryfirst=True)
    def before_pipeline_run(self, run_params: dict[str, Any], catalog: CatalogProtocol) -> None:
        """Check what Kedro's validation of parameters does not look at.

        Raises:
            InputError: A section of the parameters is unknown, or the portfolio's name is not its folder's.
        """
        conf = Path(run_params["project_path"]) / settings.CONF_SOURCE
        parameters = catalog.load("parameters")
        known = {"portfolio"}
        for file in sorted((conf / "base").glob("parameters*.yml")):
            known |= set(yaml.safe_load(file.read_text(encoding="utf-8")) or {})
        faults = [_unknown_section(key, known) for key in parameters if key not in known]
        faults += _name_faults(run_params, parameters.get("portfolio"))
        if faults:
            raise InputError("\n".join(faults))


def _unknown_section(key: str, known: set[str]) -> str:
    close = get_close_matches(key, known, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return f"Parameters: {key}: there is no such section.{hint} Sections: {', '.join(sorted(known))}."


def _name_faults(run_params: dict[str, Any], portfolio: Any) -> list[str]:
    env = run_params["env"] or settings.CONFIG_LOADER_ARGS["default_run_env"]
    name = portfolio.get("name") if isinstance(portfolio, dict) else getattr(portfolio, "name", None)
    asked_for = (run_params.get("runtime_params") or {}).get("portfolio") or {}
    if name is None or name == env or asked_for.get("name") == name:
        return []
    return [
        f"portfolio.name is {name!r} in conf/{env}/portfolio.yml: it would write over the outputs of {name}. "
        f"Name it {env!r}, as its folder."
    ]


class RequiredInputs:
    """Refuse to start a run whose inputs do not exist, and say where they come from. Loads nothing."""

    @hook_impl(tryfirst=True)
    def before_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: CatalogProtocol
    ) -> None:
        """Check every free input of the pipeline.

        Raises:
            InputError: Some do not exist, or the seed is none.
        """
        faults = [
            _fault(name, run_params, catalog)
            for name in sorted(pipeline.inputs())
            if name not in catalog or not catalog.exists(name)
        ]
        if not faults and "params:seed" in pipeline.inputs():
            faults = _seed_faults(catalog.load("params:seed"))
        if faults:
            raise InputError("\n".join(faults))


RESULT = "monitoring_result"


class RaiseAlarm:
    """End a run that watched a model and found red with an error, when all is written and tracked."""

    @hook_impl(trylast=True)
    def after_pipeline_run(self, pipeline: Pipeline, catalog: CatalogProtocol) -> None:
        """Read what monitoring found, if this run has monitored.

        Raises:
            AlarmError: The result asks for an exit code other than 0.
        """
        if RESULT not in pipeline.all_outputs():
            return
        result = catalog.load(RESULT)
        if result["exit_code"]:
            raise AlarmError(result["message"], result["exit_code"])


def _seed_faults(seed: Any) -> list[str]:
    # Kedro validates models of parameters, not single numbers; scikit-learn takes 32 bits.
    if isinstance(seed, int) and not isinstance(seed, bool) and 0 <= seed < 2**32:
        return []
    return [f"seed = {seed!r}: must be a whole number from 0 to {2**32 - 1}."]


def _fault(name: str, run_params: dict[str, Any], catalog: CatalogProtocol) -> str:
    if name == "parameters" or name.startswith("params:"):
        key = name.removeprefix("params:")
        return f"The parameter {key!r} is missing in conf/base/parameters*.yml and in the portfolio's folder."
    if name not in catalog:
        return f"The pipeline needs {name!r}, which the catalog in conf/base does not hold."
    maker = _maker(name)
    file = _file(name, run_params, catalog)
    if file is None:
        return (
            f"{name} is kept in memory only and not made by the nodes that were asked for: start earlier, at "
            f"the node that makes it{f', or run the pipeline {maker}' if maker else ''}."
        )
    if maker is None:
        return f"{file} does not exist: put the file there. {_source(catalog)}".strip()
    env = run_params.get("env")
    option = f" --env {env}" if env else ""
    same = ", with the same --params" if run_params.get("runtime_params") else ""
    return f"{name} does not exist yet ({file}): run `kedro run --pipeline {maker}{option}` first{same}."


def _maker(name: str) -> str | None:
    """Find the pipeline that makes a dataset, among all of them and not only those asked for."""
    pipelines.set_requested(None)
    makers = (other for other, pipeline in pipelines.items() if name in pipeline.all_outputs())
    return next((maker for maker in makers if maker != "__default__"), None)


def _file(name: str, run_params: dict[str, Any], catalog: CatalogProtocol) -> Path | None:
    """Return the file of a dataset; None where it is kept in memory."""
    dataset: Any = catalog.get(name)
    if not hasattr(dataset, "_filepath"):
        return None
    file, project = Path(dataset._filepath), Path(run_params["project_path"])
    return file.relative_to(project) if file.is_relative_to(project) else file


def _source(catalog: CatalogProtocol) -> str:
    """Say where the lender's file comes from, in the words of the portfolio's description."""
    name = "params:portfolio.file.source"
    source = catalog.load(name) if name in catalog else None
    return f"Where it comes from: {source}." if source else ""

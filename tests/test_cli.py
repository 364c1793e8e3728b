"""`kedro run` of the tiny project: what people see, and what MLflow keeps of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from kedro.framework.cli.project import run as original
from mlflow import MlflowClient
from mlflow.entities import Run

from loan_default.cli import run


@pytest.fixture
def kedro(tiny_project: Path) -> Callable[..., Result]:
    return lambda *arguments: CliRunner().invoke(run, list(arguments))


@pytest.fixture
def new_runs(tiny_project: Path) -> Callable[[], list[Run]]:
    client = MlflowClient(f"sqlite:///{tiny_project / 'mlflow.db'}")

    def list_runs() -> list[Run]:
        experiments = [experiment.experiment_id for experiment in client.search_experiments()]
        return client.search_runs(experiments, order_by=["attributes.start_time ASC"])

    before = {run.info.run_id for run in list_runs()}
    return lambda: [run for run in list_runs() if run.info.run_id not in before]


def test_every_option_of_kedro_is_kept() -> None:
    ours = {option.name for option in run.params}
    assert ours == {option.name for option in original.params} | {"verbose"}


@pytest.mark.parametrize("option", ["--pipeline", "--pipelines"])
def test_run_by_name(kedro: Callable[..., Result], new_runs: Callable[[], list[Run]], option: str) -> None:
    result = kedro(option, "cleaning")
    assert (result.exit_code, result.stderr) == (0, "")
    assert [run.info.status for run in new_runs()] == ["FINISHED"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--pipeline", "cleaning", "--params", "mode=fail"],
            "column 'loan_status' is not in the file; rename it",
        ),
        (
            ["--pipeline", "cleaning", "--params", "portfolio.file.path=data/raw/none.txt"],
            "data/raw/none.txt does not exist: put the file there. Where it comes from: a made-up file.",
        ),
        (
            ["--pipeline", "training", "--env", "shop", "--params", "portfolio.name=new"],
            "clean_applications does not exist yet (data/new/clean.parquet): "
            "run `kedro run --pipeline cleaning --env shop` first, with the same --params.",
        ),
        (["--params", "ann.dropout=2"], "ann.dropout = 2: input should be less than 1."),
        (["--params", "ann.optimizer=sgd"], "ann.optimizer = 'sgd': input should be 'adam' or 'adamw'."),
        (
            ["--params", "ann.drop_out=0.1"],
            "ann.drop_out = 0.1: there is no such key. Did you mean 'dropout'? "
            "Allowed keys: dropout, layers, optimizer.",
        ),
        (["--params", "ann=3"], "ann = 3: input should be a valid dictionary or instance of AnnSettings."),
        (
            ["--params", "ann=[0.1]"],
            "ann = [0.1] in --params: as in conf/base, it must be a mapping, such as ann.KEY=VALUE, "
            "not a list.",
        ),
        (
            ["--params", "ann.layers.units=3"],
            "ann.layers = {'units': 3} in --params: as in conf/base, it must be a list, such as "
            "ann.layers=[a], not keys below it.",
        ),
        (
            ["--env", "shop", "--params", "portfolio.file=[shop.txt]"],
            "portfolio.file = ['shop.txt'] in --params: as in conf/shop, it must be a mapping, such as "
            "portfolio.file.KEY=VALUE, not a list.",
        ),
        (["--params", "ann.layers=3"], "ann.layers = 3: input should be a valid tuple."),
        (
            ["--pipeline", "clening"],
            "There is no pipeline clening; there are __default__, cleaning, training.",
        ),
        (["--from-nodes", "nothing"], "Pipeline does not contain nodes named ['nothing']."),
    ],
)
def test_user_error_is_one_plain_message_and_one_failed_run(
    kedro: Callable[..., Result], new_runs: Callable[[], list[Run]], arguments: list[str], message: str
) -> None:
    result = kedro(*arguments)

    assert result.exit_code == 1
    assert result.stderr == f"Error: {message}\n"
    assert "Traceback" not in result.output
    (failed,) = new_runs()
    assert failed.info.status == "FAILED"
    assert failed.data.tags["error"] == f"InputError: {message}"


def test_a_portfolio_s_file_that_does_not_fit_base_is_named(
    kedro: Callable[..., Result], new_runs: Callable[[], list[Run]], tiny_project: Path
) -> None:
    file = tiny_project / "conf" / "shop" / "parameters_shop.yml"
    before = file.read_text()
    file.write_text("ann: [dropout]\n")
    try:
        result = kedro("--env", "shop")
    finally:
        file.write_text(before)
    assert result.stderr == (
        "Error: ann = ['dropout'] in conf/shop: as in conf/base, it must be a mapping, such as "
        "ann.KEY=VALUE, not a list.\n"
    )
    assert [run.info.status for run in new_runs()] == ["FAILED"]


def test_unknown_portfolio_names_those_there_are(
    kedro: Callable[..., Result], new_runs: Callable[[], list[Run]], tiny_project: Path
) -> None:
    result = kedro("--env", "shpo")
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: There is no portfolio 'shpo': {tiny_project / 'conf/shpo'} does not exist. "
        "There are lending_club, shop; a new one needs a folder with a portfolio.yml.\n"
    )
    assert new_runs() == []


def test_broken_yaml_is_named_with_its_line(kedro: Callable[..., Result], tiny_project: Path) -> None:
    file = tiny_project / "conf/base/parameters_broken.yml"
    file.write_text("ann: [1,\n")
    try:
        result = kedro("--pipeline", "cleaning")
    finally:
        file.unlink()
    assert result.exit_code == 1
    assert f"Invalid YAML or JSON file {file}" in result.stderr
    assert "Traceback" not in result.output


def test_damaged_file_is_named(kedro: Callable[..., Result], tiny_project: Path) -> None:
    assert kedro("--pipeline", "cleaning").exit_code == 0
    table = tiny_project / "data/lending_club/clean.parquet"
    table.write_text("no Parquet")
    result = kedro("--pipeline", "training")
    assert result.exit_code == 1
    assert str(table) in result.stderr


def test_place_that_cannot_be_written_is_named(kedro: Callable[..., Result], tiny_project: Path) -> None:
    assert kedro("--pipeline", "cleaning").exit_code == 0
    table = tiny_project / "data/lending_club/clean.parquet"
    table.unlink()
    table.mkdir()
    try:
        result = kedro("--pipeline", "cleaning")
    finally:
        table.rmdir()
    assert result.exit_code == 1
    assert str(table) in result.stderr


def test_fault_of_the_project_keeps_its_traceback(
    kedro: Callable[..., Result], new_runs: Callable[[], list[Run]]
) -> None:
    result = kedro("--pipeline", "cleaning", "--params", "mode=break")
    assert isinstance(result.exception, RuntimeError)
    assert [run.info.status for run in new_runs()] == ["FAILED"]


def test_verbose_keeps_the_traceback_of_a_user_error(kedro: Callable[..., Result]) -> None:
    result = kedro("--verbose", "--pipeline", "cleaning", "--params", "mode=fail")
    assert "rename it" in str(result.exception)
    assert result.stderr == ""


def test_interrupt_leaves_a_killed_run(
    kedro: Callable[..., Result], new_runs: Callable[[], list[Run]]
) -> None:
    result = kedro("--pipeline", "cleaning", "--params", "mode=interrupt")
    assert result.exit_code == 1
    (killed,) = new_runs()
    assert (killed.info.status, killed.data.tags["error"]) == ("KILLED", "KeyboardInterrupt")


def test_failing_run_leaves_the_last_good_files(kedro: Callable[..., Result], tiny_project: Path) -> None:
    kedro("--pipeline", "cleaning")
    table = tiny_project / "data/lending_club/clean.parquet"
    before = table.read_bytes()
    kedro("--pipeline", "cleaning", "--params", "mode=fail")
    assert table.read_bytes() == before


def test_real_command_in_a_process_of_its_own(tiny_project: Path) -> None:
    def kedro_run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(Path(sys.executable).with_name("kedro")), "run", "--pipeline", "cleaning", *arguments],
            check=False,
            cwd=tiny_project,
            capture_output=True,
            text=True,
            env={**os.environ, "COLUMNS": "200"},
        )

    good = kedro_run()
    assert good.returncode == 0, good.stderr
    assert "Running node: clean" in good.stdout
    assert "deprecated" not in good.stdout + good.stderr

    bad = kedro_run("--params", "mode=fail")
    assert bad.returncode == 1
    assert bad.stderr == "Error: column 'loan_status' is not in the file; rename it\n"
    assert "rename it" not in bad.stdout


def test_looking_at_the_project_imports_neither_mlflow_nor_tensorflow() -> None:
    heavy = {"mlflow", "tensorflow", "keras", "sklearn", "matplotlib", "lightgbm"}
    code = (
        "import sys, loan_default.cli, loan_default.settings, loan_default.pipeline_registry;"
        f"print({heavy} & set(sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "set()"

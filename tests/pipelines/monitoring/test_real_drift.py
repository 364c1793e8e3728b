"""Real drift: a model of LendingClub's loans up to 2010, in service through 2011; from file to exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from kedro.framework.startup import bootstrap_project
from tests.scoring.conftest import cleaning, fit

from loan_default.cli import run
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.reading import read_text_table

from .conftest import watched_bundle

NAME = "lending_club"


@pytest.fixture(scope="module")
def project(
    shared_file: Callable[[str], Path],
    copy_project: Callable[[Path], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A project with a model of the loans issued before 2011, their test rows and the loans of 2011."""
    file = shared_file("lending_club/LoanStats_2007_2011_42535x146.csv.gz")
    project = copy_project(tmp_path_factory.mktemp("lending_club"))
    described = yaml.safe_load((project / "conf" / NAME / "portfolio.yml").read_text(encoding="utf-8"))
    portfolio = Portfolio.model_validate(described["portfolio"] | {"file": {"path": str(file)}})
    raw = read_text_table(file, portfolio.file)
    is_later = raw["issue_d"] >= "2011"
    fitted = fit(raw.loc[~is_later], portfolio, cleaning())
    watched_bundle(fitted, project / "data" / "06_models" / NAME / "scoring_bundle", measured=True)
    held_out = fitted.clean.loc[fitted.clean["part"] == "test", "row_id"]
    known = [column for column in raw if column in portfolio.columns]
    for name, rows in (("same_time", raw.loc[held_out]), ("later", raw.loc[is_later])):
        rows[known].to_csv(project / f"{name}.csv", index=False)
        numbered = rows[["loan_status"]].assign(row_number=range(1, len(rows) + 1))
        numbered.to_csv(project / f"{name}_outcomes.csv", index=False)
    return project


def kedro(project: Path, pipeline: str, asked: dict[str, str]) -> int:
    """Run a pipeline as on the command line; give the exit code."""
    params = ",".join(f"{key}={value}" for key, value in asked.items())
    bootstrap_project(project)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        arguments = ["--env", NAME, "--pipeline", pipeline, "--params", params]
        return CliRunner().invoke(run, arguments).exit_code


def score(project: Path, name: str) -> None:
    assert kedro(project, "batch_scoring", {"batch.file.path": f"{name}.csv", "batch.reasons": "none"}) == 0


def watch(project: Path, name: str, **asked: str) -> tuple[int, dict[str, str], dict[str, str]]:
    """Watch the file that was scored, with its outcomes: exit code, colour and finding by check."""
    outcomes = {"path": f"{name}_outcomes.csv", "outcome": "loan_status"}
    asked = {f"outcomes.{key}": value for key, value in outcomes.items()} | asked | {"source": "batch"}
    code = kedro(project, "monitoring", {f"monitoring.{key}": value for key, value in asked.items()})
    result = project / "data" / "08_reporting" / NAME / "monitoring" / "monitoring.json"
    checks = json.loads(result.read_text())["checks"]
    return (
        code,
        {key: check["status"] for key, check in checks.items()},
        {key: check["found"] for key, check in checks.items()},
    )


def test_loans_of_the_same_time_are_green(project: Path) -> None:
    """Right, as the model saw loans of the same months; these it did not learn from."""
    score(project, "same_time")
    code, colours, found = watch(project, "same_time")
    assert (code, set(colours.values())) == (0, {"green"}), found


def test_the_later_quarters_are_red(project: Path) -> None:
    score(project, "later")
    code, colours, found = watch(project, "later")
    assert code == 3, "other people and forms than in training, of which somebody must know"
    # Right, as nobody was left without a record of bankruptcies (97 % in 2007) and more had their income
    # verified; descriptions went out of use. Yet those who came were as risky, and were ranked and foreseen
    # as well: defaults were 5 % above expected, ROC AUC .704 after .718, neither beyond a mark.
    expected = dict.fromkeys(colours, "green") | {"inputs": "red", "missing_values": "red"}
    assert colours == expected, found
    red = ("pub_rec_bankruptcies", "mths_since_last_record", "verification_status")
    assert found["inputs"].startswith("3 of 29 inputs: ")
    assert all(f"`{name}` (PSI" in found["inputs"] for name in red)
    assert found["missing_values"] == "1 of 29 inputs: `desc` (21.6 % missing in training, 41.4 % now)."
    assert found["calibration"].startswith("Observed over expected defaults 1.05 [1.02, 1.08], on 21,721 ")

    # The last month alone: defaults 20 % above expected, by 10 % at the least, which is amber; the fall of
    # ROC AUC is beyond a mark, and within what chance does to 2,267 loans and to the test rows.
    code, colours, found = watch(project, "later", since="2011-12-01")
    assert (code, colours["inputs"], colours["calibration"]) == (3, "red", "amber")
    assert (colours["score"], colours["ranking"]) == ("green", "not judged")
    assert found["calibration"].startswith("Observed over expected defaults 1.20 [1.10, 1.31], on 2,267 ")

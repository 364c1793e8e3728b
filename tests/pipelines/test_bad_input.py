"""What a user gets who hands over something that cannot be used.

One clear message, a non-zero exit, and the outputs of the last good run as they were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from kedro.framework.startup import bootstrap_project

from loan_default.cli import run

HEADER = "id,amount,granted,job,status"
DESCRIPTION = """
portfolio:
  name: made_up
  title: Made-up loans
  file: {path: data/made_up.csv}
  row_id: id
  outcome: {column: status, default: [bad], paid: [good]}
  application_date: granted
  columns:
    amount: {kind: amount, minimum: 0}
    granted: {kind: date}
    job: {kind: category}
"""


def made_up_rows(n: int = 200) -> list[str]:
    """Made-up loans: every fourth defaults."""
    return [
        f"{i},{100 + 7 * i},2020-01-{1 + i % 28:02d},job{i % 3},{'bad' if i % 4 == 0 else 'good'}"
        for i in range(n)
    ]


def table(rows: list[str], header: str = HEADER) -> bytes:
    return "\n".join([header, *rows]).encode()


def outputs(project: Path) -> dict[str, str]:
    files = [path for path in (project / "data").rglob("*") if path.is_file() and "01_raw" not in path.parts]
    lender_files = {"made_up.csv", "bad.csv", "wide.csv"}
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.name not in lender_files
    }


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory, copy_project: Callable[[Path], Path]) -> Path:
    """A project with a made-up portfolio that was cleaned and turned into features once."""
    project = copy_project(tmp_path_factory.mktemp("made_up"))
    (project / "conf" / "made_up").mkdir()
    (project / "conf" / "made_up" / "portfolio.yml").write_text(DESCRIPTION)
    (project / "data" / "made_up.csv").write_bytes(table(made_up_rows()))
    for pipeline in ("cleaning", "feature_engineering"):
        result = kedro(project, "--pipeline", pipeline)
        assert result.exit_code == 0, result.output
    return project


def kedro(project: Path, *arguments: str) -> Result:
    bootstrap_project(project)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        return CliRunner().invoke(run, ["--env", "made_up", *arguments])


def without(column: int) -> list[str]:
    return [
        ",".join(field for i, field in enumerate(row.split(",")) if i != column) for row in made_up_rows()
    ]


FILES: dict[str, tuple[bytes | None, tuple[str, ...]]] = {
    "missing file": (None, ("bad.csv", "does not exist")),
    "empty file": (b"", ("bad.csv", "is empty")),
    "header only": (HEADER.encode() + b"\n", ("bad.csv", "no rows")),
    "wrong delimiter": (table(made_up_rows()).replace(b",", b";"), ("portfolio.file.delimiter", "';'")),
    "not UTF-8": (
        table([*made_up_rows(), "999,5,2020-01-01,caf\xe9,bad"]).decode().encode("latin-1"),
        ("line 202", "portfolio.file.encoding"),
    ),
    "missing column": (
        table(without(1), "id,granted,job,status"),
        ("'amount'", "missing", "required: false"),
    ),
    "unknown outcome": (
        table([*made_up_rows(), "999,5,2020-01-01,job1,perhaps"]),
        ("'perhaps'", "1 rows", "portfolio.outcome.default"),
    ),
    "one class": (
        table([row.replace("bad", "good") for row in made_up_rows()]),
        ("every one of the 200 loans is paid", "status"),
    ),
    "every row rejected": (
        table([f"{i},minus,2020-01-01,job1,{'bad' if i % 2 else 'good'}" for i in range(50)]),
        ("50 of 50 rows", "amount", "'minus' is not a number"),
    ),
    "unreadable dates": (
        table([row.replace("2020-01-", "on day ") for row in made_up_rows()]),
        ("granted", "is not a date"),
    ),
    "infinite values": (
        table([row.replace(",job", ",job").replace(row.split(",")[1], "inf", 1) for row in made_up_rows()]),
        ("amount", "'inf' is not a finite number"),
    ),
    "an id twice": (table([*made_up_rows(), "5,1,2020-01-01,job1,bad"]), ("id", "'5'", "portfolio.row_id")),
    "ragged rows": (table([f"{row},more" for row in made_up_rows()]), ("no row has the 5 fields",)),
}


@pytest.mark.parametrize("case", FILES)
def test_bad_files_end_with_one_message(made_up: Path, case: str) -> None:
    content, expected = FILES[case]
    bad = made_up / "data" / "bad.csv"
    bad.unlink(missing_ok=True)
    if content is not None:
        bad.write_bytes(content)
    before = outputs(made_up)
    result = kedro(made_up, "--pipeline", "cleaning", "--params", "portfolio.file.path=data/bad.csv")
    assert result.exit_code == 1
    for words in expected:
        assert words in result.stderr, result.stderr
    assert result.stderr.count("Error") == 1
    assert "Traceback" not in result.output
    assert outputs(made_up) == before


SETTINGS = {
    "cleaning.split.test=lots": ("cleaning.split.test", "lots", "number"),
    "cleaning.split.test=1.5": ("cleaning.split.test", "1.5", "less than 1"),
    "cleaning.split.method=by_moon": ("cleaning.split.method", "by_moon", "random"),
    "cleaning.tests=0.1": ("cleaning.tests", "no such key"),
    "seed=lots": ("seed", "lots", "whole number"),
    "seed=-1": ("seed", "-1", "from 0"),
    "portfolio.currency=[]": ("portfolio.currency", "[]", "string"),
    "portfolio.columns.amount.kind=money": ("portfolio.columns.amount", "money", "amount"),
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_bad_settings_name_the_key_the_value_and_what_is_allowed(made_up: Path, setting: str) -> None:
    before = outputs(made_up)
    result = kedro(made_up, "--pipeline", "cleaning", "--params", setting)
    assert result.exit_code == 1
    for words in SETTINGS[setting]:
        assert words in result.stderr, result.stderr
    assert outputs(made_up) == before


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("sed=3", ("sed: there is no such section", "Did you mean 'seed'")),
        ("comparison.reference=xgb", ("comparison.reference", "xgb", "'lightgbm'")),
        ("comparison.preference=[an]", ("comparison.preference", "'ann'")),
    ],
)
def test_settings_that_nothing_reads_are_refused(made_up: Path, setting: str, words: tuple[str, ...]) -> None:
    result = kedro(made_up, "--params", setting)
    assert result.exit_code == 1
    for word in words:
        assert word in result.stderr, result.stderr


def test_a_copied_description_may_not_write_over_the_original(made_up: Path) -> None:
    (made_up / "conf" / "mine").mkdir(exist_ok=True)
    (made_up / "conf" / "mine" / "portfolio.yml").write_text(DESCRIPTION)
    before = outputs(made_up)
    result = kedro(made_up, "--env", "mine", "--pipeline", "cleaning")
    assert result.exit_code == 1
    assert "portfolio.name is 'made_up' in conf/mine/portfolio.yml" in result.stderr
    assert outputs(made_up) == before


def test_thousands_of_columns_are_read(made_up: Path) -> None:
    wide = ",".join(f"extra_{i}" for i in range(3_000))
    rows = [f"{row},{','.join('1' * 3_000)}" for row in made_up_rows(100)]
    (made_up / "data" / "wide.csv").write_bytes(table(rows, f"{HEADER},{wide}"))
    result = kedro(
        made_up, "--pipeline", "cleaning", "--params", "portfolio.file.path=data/wide.csv,portfolio.name=wide"
    )
    assert result.exit_code == 0, result.output


def test_a_sliced_run_says_which_pipeline_comes_first(made_up: Path) -> None:
    result = kedro(made_up, "--pipeline", "ann_training", "--params", "portfolio.name=nothing_yet")
    assert result.exit_code == 1
    assert "model_input" in result.stderr
    assert "kedro run --pipeline feature_engineering --env made_up" in result.stderr

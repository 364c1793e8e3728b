"""What is green, what is red and by which name; all loans made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.scoring.conftest import make_up

from loan_default.errors import InputError
from loan_default.scoring import Scorer

from .conftest import Watch, make_entries, outcomes_of, write_log

Entries = list[dict[str, Any]]


def statuses(made: dict[str, Any]) -> dict[str, str]:
    return {name: check["status"] for name, check in made["monitoring_result"]["checks"].items()}


def test_the_same_kind_of_loans_is_green(watch: Watch, entries: Entries, tmp_path: Path) -> None:
    outcomes = tmp_path / "outcomes.csv"
    outcomes_of(entries).to_csv(outcomes, index=False)
    made = watch(write_log(entries, tmp_path / "log"), outcomes={"path": str(outcomes)})
    assert set(statuses(made).values()) == {"green"}
    result = made["monitoring_result"]
    assert (result["status"], result["exit_code"]) == ("green", 0)
    assert made["monitoring_status_tags"]["monitoring"]["status"] == "green"
    assert made["monitoring_metrics"]["status"] == 0


def test_planted_drift_is_red_by_name(watch: Watch, scorer: Scorer, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    values = scorer.values(make_up(1500, seed=6))
    for application in values:
        if application["income"] is not None:
            application["income"] *= 2
        if rng.random() < 0.1:
            application["purpose"] = "space_flight"
        if rng.random() < 0.3:
            application["grade"] = None
    made = watch(write_log(make_entries(scorer, values), tmp_path / "log"))
    result = made["monitoring_result"]
    assert (result["status"], result["exit_code"]) == ("red", 3)
    found = {name: check["found"] for name, check in result["checks"].items()}
    assert statuses(made) | {"score": "any", "decisions": "any"} == {
        "reading": "green",
        "predictions": "green",
        "model_version": "green",
        "faulty": "green",
        "score": "any",
        "decisions": "any",
        "inputs": "red",
        "missing_values": "red",
        "new_categories": "red",
        "calibration": "not judged",
        "ranking": "not judged",
    }
    assert "`income` (PSI" in found["inputs"]
    assert "`debts`" not in found["inputs"]
    assert found["missing_values"].startswith("1 of 13 inputs: `grade` (")
    assert "`purpose` (" in found["new_categories"]
    assert "space_flight (" in found["new_categories"]
    table = made["monitoring_inputs_table"].set_index("input")
    assert (
        {"income", "grade"}
        <= set(table.index[table["psi_verdict"] == "bad"])
        <= {"income", "grade", "purpose"}
    )
    assert table.loc["debts", "verdict"] == "good"


def test_few_rows_say_so_instead_of_red(watch: Watch, entries: Entries, tmp_path: Path) -> None:
    made = watch(write_log(entries[::30], tmp_path / "log"))  # 50 rows
    result = made["monitoring_result"]
    assert (result["status"], result["exit_code"]) == ("not judged", 0)
    assert statuses(made)["inputs"] == statuses(made)["score"] == "not judged"
    assert "fewer than 200" in result["checks"]["predictions"]["found"]
    assert "too few rows to tell" in result["checks"]["inputs"]["found"]


def test_a_log_without_inputs_still_gives_the_score(watch: Watch, entries: Entries, tmp_path: Path) -> None:
    bare = [{key: value for key, value in entry.items() if key != "inputs"} for entry in entries]
    made = watch(write_log(bare, tmp_path / "log"))
    assert statuses(made)["inputs"] == statuses(made)["new_categories"] == "not judged"
    assert statuses(made)["score"] == "green"
    assert made["monitoring_result"]["checks"]["inputs"]["found"] == "The inputs were not kept in the log."
    assert made["monitoring_result"]["values"]["score.expected_default_rate"] == pytest.approx(
        np.mean([entry["probability_of_default"] for entry in entries])
    )


def test_only_the_bundles_own_version_is_judged(watch: Watch, entries: Entries, tmp_path: Path) -> None:
    """Before the last third another version decided, about other people."""
    others = [
        entry | {"model": entry["model"] | {"version": "older"}, "probability_of_default": 0.9}
        for entry in entries[:500]
    ]
    made = watch(write_log([*others, *entries[500:]], tmp_path / "log"))
    assert statuses(made)["model_version"] == statuses(made)["score"] == "green"
    found = made["monitoring_result"]["checks"]["model_version"]["found"]
    assert "1,000 of 1,500 predictions" in found
    assert "older" in found
    traffic = made["monitoring_report"].sections[0]
    assert [row[:2] for row in traffic.findings[2].table.rows] == [
        ("older", 500),
        (made["watched_model"].version, 1000),
    ]
    assert made["monitoring_inputs_table"]["rows"].unique().tolist() == [1000]


def test_lines_from_before_policies_are_counted(watch: Watch, entries: Entries, tmp_path: Path) -> None:
    """As they are in the log of a service that was updated in its 500th prediction."""
    older = [
        {key: value for key, value in entry.items() if key != "policy"}
        | {"model": entry["model"] | {"version": "older"}}
        for entry in entries[:500]
    ]
    made = watch(write_log([*older, *entries[500:]], tmp_path / "log"))
    assert made["watched_reading"].broken == 0
    assert made["monitored_predictions"]["policy"].isna().sum() == 500
    assert statuses(made)["decisions"] == "green"
    assert "500 predictions from before there were policies" in (
        made["monitoring_report"].sections[0].findings[1].found
    )
    periods = made["monitoring_periods_table"]
    assert (periods["n"].sum(), periods["with_policy"].sum()) == (1500, 1000)
    assert made["monitoring_policies_table"]["n"].sum() == 1000
    assert made["monitoring_result"]["values"]["score.share_accept"] == pytest.approx(
        np.mean([entry["policy"] == "accept" for entry in entries[500:]])
    )


def test_expected_policies_are_those_of_the_bands(
    watch: Watch, entries: Entries, scorer: Scorer, tmp_path: Path
) -> None:
    watched = watch(write_log(entries, tmp_path / "log"))["watched_model"]
    policy_of = {band.name: band.policy for band in scorer.manifest.bands}
    assert sum(watched.policies.values()) == sum(watched.reference.score.bands.values())
    for policy, rows in watched.policies.items():
        of_bands = [n for band, n in watched.reference.score.bands.items() if policy_of[band] == policy]
        assert rows == sum(of_bands)


def test_a_log_of_another_version_only_is_amber(watch: Watch, entries: Entries, tmp_path: Path) -> None:
    others = [entry | {"model": entry["model"] | {"version": "newer"}} for entry in entries]
    made = watch(write_log(others, tmp_path / "log"))
    result = made["monitoring_result"]
    assert (result["status"], result["exit_code"]) == ("amber", 0)
    assert f"Every prediction in `{tmp_path / 'log'}` is by version newer; the" in result["message"]
    assert statuses(made)["score"] == statuses(made)["inputs"] == "not judged"
    assert made["monitoring_bands_table"].empty


def test_an_empty_period_is_amber(watch: Watch, entries: Entries, tmp_path: Path) -> None:
    made = watch(write_log(entries, tmp_path / "log"), since="2027-01-01")
    result = made["monitoring_result"]
    assert (result["status"], result["exit_code"]) == ("amber", 0)
    assert f"There is no prediction from 2027-01-01 in `{tmp_path / 'log'}`." in result["message"]
    assert made["watched_reading"].outside == 1500


def test_an_empty_log_is_amber_and_named(watch: Watch, tmp_path: Path) -> None:
    made = watch(write_log([], tmp_path / "log"))
    result = made["monitoring_result"]
    assert (result["status"], result["exit_code"]) == ("amber", 0)
    assert result["message"].endswith(f"There is no prediction in `{tmp_path / 'log'}`.")
    assert ("Looked at", f"There is no prediction in {tmp_path / 'log'}") in made["monitoring_report"].facts


def test_outcomes_of_unknown_predictions_are_amber_and_named(
    watch: Watch, entries: Entries, tmp_path: Path
) -> None:
    (tmp_path / "o.csv").write_text("prediction_id,default\nstranger,1\nanother,0\n")
    made = watch(write_log(entries, tmp_path / "log"), outcomes={"path": str(tmp_path / "o.csv")})
    result = made["monitoring_result"]
    assert (result["status"], result["exit_code"]) == ("amber", 0)
    assert f"None of the 2 outcomes of `{tmp_path / 'o.csv'}` is of a prediction read here: there is none " \
        "`stranger`." in result["message"]  # fmt: skip


def test_days_are_whole_days(watch: Watch, entries: Entries, tmp_path: Path) -> None:
    made = watch(write_log(entries, tmp_path / "log"), since="2026-07-10", until="2026-07-19")
    days = made["monitored_predictions"]["time"].dt.strftime("%Y-%m-%d")
    assert (days.min(), days.max()) == ("2026-07-10", "2026-07-19")
    assert made["monitoring_periods_table"]["n"].sum() == len(days)
    assert len(made["monitoring_periods_table"]) == 10


def test_outcomes_of_a_part(watch: Watch, entries: Entries, tmp_path: Path) -> None:
    """Half of the outcomes are known; twice as many default as expected."""
    outcomes = outcomes_of(entries, times=2.0).iloc[:750]
    outcomes.to_csv(tmp_path / "o.csv", index=False)
    made = watch(write_log(entries, tmp_path / "log"), outcomes={"path": str(tmp_path / "o.csv")})
    assert statuses(made)["calibration"] == "red"
    first = made["monitoring_outcomes_table"].iloc[0]
    assert (first["month"], first["predictions"], first["n"]) == ("all", 1500, 750)
    assert first["events"] == outcomes["default"].sum()
    expected = np.mean([entry["probability_of_default"] for entry in entries[:750]])
    assert first["mean_probability"] == pytest.approx(expected)
    assert first["ratio"] == pytest.approx(outcomes["default"].mean() / expected)
    months = made["monitoring_outcomes_table"].iloc[1:].set_index("month")
    july = sum(entry["time"].startswith("2026-07") for entry in entries)
    assert months["n"].to_dict() == {"2026-07": july, "2026-08": 750 - july, "2026-09": 0}
    section = made["monitoring_report"].sections[3]
    assert "The outcome of 750 of 1,500 predictions is known (50.0 %)" in section.summary


def test_a_bundle_without_reference_says_what_to_do(
    watch: Watch, bundle: Path, tmp_path: Path, entries: Entries
) -> None:
    old = tmp_path / "old"
    old.mkdir()
    manifest = json.loads((bundle / "manifest.json").read_text())
    del manifest["files"]["reference.json"]
    for file in bundle.iterdir():
        if file.name not in ("reference.json", "manifest.json"):
            (old / file.name).write_bytes(file.read_bytes())
    (old / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="holds no reference for monitoring"):
        watch(write_log(entries, tmp_path / "log"), folder=old)


def test_without_a_model_in_service(watch: Watch) -> None:
    with pytest.raises(InputError, match="no model in service to watch"):
        watch(folder=None)


def test_the_bundle_may_be_named(
    watch: Callable[..., Any], bundle: Path, entries: Entries, tmp_path: Path
) -> None:
    made = watch(write_log(entries, tmp_path / "log"), folder=None, bundle=str(bundle))
    assert made["monitoring_result"]["status"] == "green"

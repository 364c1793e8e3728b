"""From applications to decisions, with a small bundle of made-up loans."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.models.calibrator import Calibrator
from loan_default.scoring import Scorer

from .conftest import Fitted, as_text, linear_model, pack, write

PROBABILITY = "probability_of_default"


@pytest.fixture
def row(raw: pd.DataFrame) -> dict[str, Any]:
    """One application as the file has it."""
    return raw.drop(columns=["id", "status"]).loc[40].to_dict()


def test_one_row_scores_as_it_does_among_many(scorer: Scorer, raw: pd.DataFrame) -> None:
    together = scorer.score(raw)
    assert together.index.equals(raw.index)
    assert together["reason"].isna().all()
    for row in (1, 40, 600):
        alone = scorer.score(raw.loc[[row]])
        assert alone.loc[row, PROBABILITY] == pytest.approx(together.loc[row, PROBABILITY], abs=1e-6)


def test_both_ways_decide_the_same(scorer: Scorer, typical: dict[str, Any]) -> None:
    applications = [
        typical | {"rate": rate, "income": 20_000.0, "note": None} for rate in np.linspace(0, 30, 31).tolist()
    ]
    decisions = scorer.decide([scorer.check(application) for application in applications])
    many = scorer.score([as_text(application) for application in applications])
    assert {decision.prediction for decision in decisions} == {"Default", "No Default"}
    assert len({decision.risk_band for decision in decisions}) > 1
    np.testing.assert_allclose(
        [d.probability_of_default for d in decisions], many[PROBABILITY], rtol=0, atol=1e-6
    )
    assert [d.prediction == "Default" for d in decisions] == (many["prediction"] == 1).tolist()
    assert [d.score for d in decisions] == many["score"].tolist()
    assert [d.risk_band for d in decisions] == many["risk_band"].tolist()
    assert [d.policy for d in decisions] == many["policy"].tolist()
    assert len(set(many["policy"])) > 1
    assert {d.threshold for d in decisions} == {scorer.threshold} == {0.3}


def test_a_decision_follows_from_its_probability(scorer: Scorer, raw: pd.DataFrame) -> None:
    scored = scorer.score(raw)
    p = scored[PROBABILITY]
    np.testing.assert_array_equal(scored["prediction"] == 1, p >= 0.3)
    np.testing.assert_array_equal(scored["score"], np.rint(600 - 20 * np.log2(50 * p / (1 - p))))
    np.testing.assert_array_equal(scored["risk_band"] == "high", p >= 0.5)
    expected = np.select([p >= 0.5, p >= 0.2], ["decline", "refer"], "accept")
    assert scored["policy"].tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("threshold", "policy", "note"),
    [
        (0.1, "accept", "The prediction is Default, and the policy of risk band 'low' is to accept."),
        (0.3, "accept", None),
        (0.9, "decline", "The prediction is No Default, and the policy of risk band 'high' is to decline."),
        (0.3, "decline", None),
        (0.3, "refer", None),
        (0.9, "refer", None),
    ],
)
def test_a_policy_against_the_prediction_is_said(
    fitted: Fitted, typical: dict[str, Any], tmp_path: Path, threshold: float, policy: str, note: str | None
) -> None:
    # Planted: every application has the same probability, .14, .29 or .70.
    bias = {"accept": -1.7, "refer": -0.9, "decline": 0.7}[policy]
    files = pack(fitted, linear_model({}, fitted, bias=bias), threshold={"value": threshold})
    (decision,) = Scorer.load(write(files, tmp_path / "bundle")).decide(typical)
    assert decision.policy == policy
    if note is None:
        assert decision.policy_note is None
    else:
        assert decision.policy_note == (
            f"{note} The policy says what to do; the prediction is what the model is measured by."
        )


def test_a_probability_that_reaches_the_threshold_is_a_default(
    fitted: Fitted, typical: dict[str, Any], tmp_path: Path
) -> None:
    model = linear_model({"rate": 1.0}, fitted)
    first = Scorer.load(write(pack(fitted, model), tmp_path / "first"))
    (decision,) = first.decide(typical)
    threshold = {"value": decision.probability_of_default}
    second = Scorer.load(write(pack(fitted, model, threshold=threshold), tmp_path / "second"))
    assert second.decide(typical)[0].prediction == "Default"
    assert second.score([as_text(typical | {"note": None})])["prediction"].tolist() == [1]


def test_a_higher_rate_is_riskier(scorer: Scorer, raw: pd.DataFrame) -> None:
    low, high = raw.assign(RATE="5"), raw.assign(RATE="25")
    assert (scorer.score(high)[PROBABILITY] > scorer.score(low)[PROBABILITY]).all()


def test_nothing_to_decide(scorer: Scorer) -> None:
    assert scorer.decide([]) == []


def test_one_application_or_several(scorer: Scorer, typical: dict[str, Any]) -> None:
    checked = scorer.check(typical)
    assert scorer.decide(checked) == scorer.decide([checked]) == scorer.decide(checked.values)


def test_an_application_with_faults_is_not_decided(scorer: Scorer, typical: dict[str, Any]) -> None:
    checked = scorer.check(typical | {"amount": "x"})
    with pytest.raises(InputError, match=r"cannot be scored: amount: Must be a number"):
        scorer.decide(checked)


@pytest.mark.parametrize(
    "calibrator",
    [
        Calibrator("none", {"method": "none"}),
        Calibrator("none", {"method": "class_weight", "weight_event": 4.0, "weight_non_event": 1.0}),
        Calibrator("platt", {"method": "undersample", "beta": 0.25}, slope=0.9, intercept=-0.2),
        Calibrator("isotonic", {"method": "smote"}, scores=(0.1, 0.3, 0.6), probabilities=(0.05, 0.2, 0.7)),
    ],
    ids=lambda calibrator: f"{calibrator.method}, {calibrator.rebalancing['method']}",
)
def test_every_calibration_is_applied_both_ways(
    calibrator: Calibrator, fitted: Fitted, typical: dict[str, Any], tmp_path: Path
) -> None:
    model = linear_model({"rate": 1.0}, fitted)
    scorer = Scorer.load(write(pack(fitted, model, calibrator=calibrator.to_dict()), tmp_path))
    applications = [typical | {"rate": rate, "note": None} for rate in (0.0, 10.0, 20.0, 30.0)]
    one_by_one = [scorer.decide(application)[0].probability_of_default for application in applications]
    many = scorer.score([as_text(application) for application in applications])[PROBABILITY]
    assert len(set(one_by_one)) > 2
    np.testing.assert_allclose(one_by_one, many, rtol=0, atol=1e-9)


def test_numbers_are_read_as_text_is(scorer: Scorer, row: dict[str, Any]) -> None:
    as_numbers = row | {"Sum": 5000, "RATE": 10.5, "months": 36.0}
    as_texts = row | {"Sum": "EUR 5,000", "RATE": "10.50 %", "months": " 36 Months"}
    pd.testing.assert_frame_equal(scorer.score([as_numbers]), scorer.score([as_texts]))


def test_what_is_always_whole_is_rounded_both_ways(scorer: Scorer, typical: dict[str, Any]) -> None:
    near = [typical | {"income": income, "note": None} for income in (41_000.5, 41_001.5, 0.4)]
    one_by_one = [scorer.decide(scorer.check(one))[0].probability_of_default for one in near]
    many = scorer.score([as_text(one) for one in near])[PROBABILITY]
    np.testing.assert_allclose(one_by_one, many, rtol=0, atol=1e-6)
    exact = [as_text(one | {"income": round(one["income"])}) for one in near]
    assert scorer.score(exact)[PROBABILITY].tolist() == many.tolist()


def test_labels_never_seen_are_scored(scorer: Scorer, row: dict[str, Any]) -> None:
    odd = row | {"purpose": "spaceship", "city": "Atlantis"}
    assert scorer.score([odd])[PROBABILITY].between(0, 1).all()


def test_what_cannot_be_read_has_a_reason_and_nothing_else(scorer: Scorer, row: dict[str, Any]) -> None:
    bad = [row | {"Sum": "minus"}, row | {"Sum": "-5"}, row | {"debts": "1e16"}]
    scored = scorer.score([row, *bad])
    assert scored["reason"].isna().tolist() == [True, False, False, False]
    assert "amount: 'minus' is not a number" in scored.loc[1, "reason"]
    assert "below the plausible minimum" in scored.loc[2, "reason"]
    assert "debts: '1e16' is too large" in scored.loc[3, "reason"]
    assert scored.drop(columns="reason").isna().all(axis=1).tolist() == [False, True, True, True]
    assert scorer.score(bad)["reason"].notna().all()


def test_a_missing_column_is_named(scorer: Scorer, raw: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=r"lack rate, purpose, which the model needs"):
        scorer.score(raw.drop(columns=["RATE", "purpose"]))


def test_only_fields_of_the_model_are_needed(scorer: Scorer, raw: pd.DataFrame) -> None:
    needed = raw[[field.header for field in scorer.fields]]
    pd.testing.assert_frame_equal(scorer.score(needed), scorer.score(raw))


def test_the_example_scores(folder: Path, scorer: Scorer, typical: dict[str, Any]) -> None:
    example = json.loads((folder / "input_example.json").read_text())
    (probability,) = scorer.score([example])[PROBABILITY]
    assert probability == pytest.approx(scorer.decide(typical)[0].probability_of_default, abs=1e-4)


def test_threads_share_a_scorer(scorer: Scorer, typical: dict[str, Any]) -> None:
    applications = [typical | {"rate": float(rate)} for rate in range(30)] * 8
    expected = [(scorer.decide(values), scorer.reasons(values)) for values in applications]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda values: (scorer.decide(values), scorer.reasons(values)), applications))
    assert found == expected


def test_scoring_needs_no_training_library(folder: Path, typical: dict[str, Any]) -> None:
    script = """
import json, sys
from loan_default.scoring import Scorer
scorer = Scorer.load(sys.argv[1])
checked = scorer.check(json.loads(sys.argv[2]))
scorer.decide(checked), scorer.reasons(checked)
example = json.load(open(sys.argv[1] + "/input_example.json"))
scorer.score([example])
banned = {"sklearn", "tensorflow", "keras", "kedro", "mlflow", "lightgbm", "matplotlib", "imblearn", "onnx"}
print(sorted(banned & {name.split(".")[0] for name in sys.modules}))
"""
    result = subprocess.run(
        [sys.executable, "-c", script, str(folder), json.dumps(typical)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == "[]"

"""The leaderboard says who is first, who is level and who is behind."""

from __future__ import annotations

import numpy as np
import pytest

from loan_default.errors import InputError
from loan_default.evaluation.delong import compare_auc
from loan_default.evaluation.evaluate import evaluate_predictions
from loan_default.evaluation.leaderboard import (
    BEHIND,
    BEST,
    LEVEL,
    Cost,
    in_words,
    leaderboard_markdown,
    plot_leaderboard,
    rank_models,
)
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.frames import TEST, in_part

LABELS = {"sharp": "Sharp", "as_sharp": "As sharp", "blunt": "Blunt"}


@pytest.fixture
def field(make_predictions):
    """Two models that see the risk equally well and one that sees it badly. Made up."""
    predictions = {
        "blunt": make_predictions(3.0),
        "sharp": make_predictions(0.5),
        "as_sharp": make_predictions(0.5, noise_seed=2),
    }
    settings = EvaluationSettings(resamples=100)
    metrics = {name: evaluate_predictions(frame, 0.3, settings, 1) for name, frame in predictions.items()}
    costs = {name: Cost(1500, 1.5 * at, 2.0, 0.5) for at, name in enumerate(predictions)}
    return predictions, metrics, costs


def test_best_level_and_behind(field):
    predictions, metrics, costs = field
    table = rank_models(predictions, metrics, costs, LABELS, 0.95)
    assert table["roc_auc"].is_monotonic_decreasing
    assert table["verdict"].tolist() == [BEST, LEVEL, BEHIND]
    assert table["model"].tolist()[-1] == "blunt"
    last = table.iloc[-1]
    best = table["model"][0]
    test = {name: in_part(frame, TEST) for name, frame in predictions.items()}
    # Bonferroni: two comparisons, at 2.5 % each.
    against = compare_auc(
        test["blunt"]["default"].to_numpy(),
        test["blunt"]["probability"].to_numpy(),
        test[best]["probability"].to_numpy(),
        0.975,
    )
    assert last["difference"] == pytest.approx(against.difference)
    assert last["difference_low"] == pytest.approx(against.low)
    assert last["difference_high"] == pytest.approx(against.high)
    assert last["p"] == pytest.approx(min(1, 2 * against.p_value))
    assert np.isnan(table["p"][0])
    assert last["train_seconds"] == 0


@pytest.mark.parametrize("noise", np.linspace(0.5, 1.2, 8))
def test_the_verdict_follows_from_the_interval_that_is_printed(field, make_predictions, noise):
    predictions, metrics, costs = field
    predictions = {**predictions, "as_sharp": make_predictions(noise, noise_seed=2)}
    settings = EvaluationSettings(resamples=100)
    metrics = {**metrics, "as_sharp": evaluate_predictions(predictions["as_sharp"], 0.3, settings, 1)}
    others = rank_models(predictions, metrics, costs, LABELS, 0.95).iloc[1:]
    leaves_out_zero = (others["difference_high"] < 0) | (others["difference_low"] > 0)
    assert (leaves_out_zero == (others["verdict"] == BEHIND)).all()
    assert (leaves_out_zero == (others["p"] < 0.05)).all()


def test_words_name_everyone(field):
    table = rank_models(*field, LABELS, 0.95)
    words = in_words(table)
    assert words.startswith(
        f"{table['label'][0]} has the highest ROC AUC on test rows, {table['roc_auc'][0]:.4f}"
    )
    assert f"Level with it, by a test that allows for the many comparisons: {table['label'][1]}." in words
    ends = "{difference:+.4f} [{difference_low:+.4f}, {difference_high:+.4f}]".format(**table.iloc[2])
    assert f"Behind: Blunt ({ends})." in words
    page = leaderboard_markdown(table, "Made-up loans")
    assert page.startswith("# Made-up loans: the field\n")
    assert page.count("\n| ") == 4
    assert "are widened for 2 comparisons (Bonferroni)" in page
    assert "500.0 kB" not in page
    assert "0.50 MB" in page
    assert "sample" not in page
    assert "Left out" not in page
    assert plot_leaderboard(table).axes


def test_train_rows_may_differ_but_test_rows_may_not(field):
    predictions, metrics, costs = field
    frame = predictions["blunt"]
    predictions["blunt"] = frame[(frame["part"] != "train") | (frame["row_id"] % 2 == 0)]
    assert len(rank_models(predictions, metrics, costs, LABELS, 0.95)) == 3
    predictions["blunt"] = frame[(frame["part"] != "test") | (frame["row_id"] % 2 == 0)]
    with pytest.raises(InputError, match=r"'blunt'.*run the pipeline `model_comparison` again"):
        rank_models(predictions, metrics, costs, LABELS, 0.95)


def test_samples_and_models_left_out_are_stated(field):
    predictions, metrics, costs = field
    costs["blunt"] = Cost(1000, 1.0, 2.0, 0.0042)
    page = leaderboard_markdown(
        rank_models(predictions, metrics, costs, LABELS, 0.95), "Made up", ["CatBoost"]
    )
    assert "Trained on a sample of the 1,500 train rows, as slow on more: Blunt (1,000)." in page
    assert "Left out, as the package is not installed: CatBoost." in page
    assert "| 4.2 kB |" in page

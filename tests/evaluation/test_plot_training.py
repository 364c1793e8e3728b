"""Learning curve and importance: what they say follows from the numbers."""

import pandas as pd
import pytest

from loan_default.evaluation.plot_training import BARS, plot_importance, plot_learning_curve


def finding(figure):
    figure.canvas.draw()
    return figure.get_supxlabel().replace("\n", " ")


@pytest.fixture
def history():
    return pd.DataFrame(
        {
            "epoch": [1, 2, 3],
            "loss": [0.6, 0.5, 0.4],
            "validation_loss": [0.6, 0.55, 0.58],
            "best": [False, True, False],
        }
    )


def legend(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_the_epoch_that_was_kept_is_marked_and_said(history):
    figure = plot_learning_curve(history, "ann")
    assert finding(figure) == (
        "Epoch 2 of 3 is the best and was kept: validation loss 0.5500, with 0.5000 on train rows. "
        "At the last epoch it was 0.0300 higher."
    )
    assert legend(figure.axes[0]) == ["train", "validation", "best epoch 2"]


def test_it_need_not_be_the_one_with_the_lowest_loss(history):
    figure = plot_learning_curve(history.assign(best=[True, False, False]), "ann")
    assert "Epoch 1 of 3" in finding(figure)
    assert "At the last epoch it was 0.0200 lower." in finding(figure)


def test_training_cut_short_is_said(history):
    assert "more epochs may help" in finding(plot_learning_curve(history.iloc[:2], "ann"))


def test_every_network_of_a_bag_is_drawn(history):
    other = history.assign(validation_loss=[0.7, 0.65, 0.5], best=[False, False, True])
    bag = pd.concat([history.assign(network="1 of 2"), other.assign(network="2 of 2")])
    figure = plot_learning_curve(bag, "ann")
    assert finding(figure) == (
        "2 networks, each kept at its best epoch, 2 to 3: validation loss 0.5000 to 0.5500."
    )
    assert legend(figure.axes[0]) == ["train", "validation", "best epochs"]
    assert len(figure.axes[0].lines) == 5


def test_every_validation_metric_has_a_panel(history):
    figure = plot_learning_curve(history.assign(validation_roc_auc=[0.6, 0.7, 0.69]), "ann")
    assert [axes.get_ylabel() for axes in figure.axes] == ["Loss (binary cross-entropy)", "ROC AUC"]


def test_importance_names_the_first_and_counts_the_idle():
    table = pd.DataFrame(
        {"input": ["dti", "term"], "drop": [0.03, 0.0], "low": [0.02, -0.001],
         "high": [0.04, 0.001], "confidence": 0.9}
    )  # fmt: skip
    figure = plot_importance(table, "ann")
    assert finding(figure) == (
        "dti matters most: shuffling it costs 0.0300 of ROC AUC. 1 of 2 inputs cost nothing detectable."
    )
    assert figure.axes[0].get_xlabel().endswith("(90 % interval)")


def test_no_more_bars_than_can_be_read():
    rows = [(f"input {i}", 0.1 / (i + 1), 0.0, 0.2, 0.95) for i in range(60)]
    table = pd.DataFrame(rows, columns=["input", "drop", "low", "high", "confidence"])
    assert len(plot_importance(table, "ann").axes[0].patches) == BARS

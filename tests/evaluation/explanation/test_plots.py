"""Pictures show what they are given, and do not break where there is nothing."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.explanation.contributions import summarise_contributions
from loan_default.evaluation.explanation.plots import (
    SHOWN,
    plot_contributions,
    plot_effects,
    plot_importances,
    plot_weights,
)


def written(figure):
    figure.draw_without_rendering()
    return figure


def test_importances_show_the_strongest_of_the_reported_model():
    names = [f"input {i}" for i in range(SHOWN + 3)]
    drops = np.linspace(0.2, 0, len(names))
    table = pd.concat(
        pd.DataFrame(
            {
                "model": model,
                "input": names,
                "label": names,
                "drop": drops,
                "low": drops,
                "high": drops + 0.1,
                "confidence": 0.95,
            }
        )
        for model in ("ann", "forest")
    )
    figure = written(plot_importances(table, ["ann", "forest"], "found"))
    axes = figure.axes[0]
    assert figure.get_suptitle().endswith(f": the {SHOWN} strongest of {SHOWN + 3}")
    assert [text.get_text() for text in axes.get_yticklabels()] == names[:SHOWN]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["ANN (reported)", "forest"]


@pytest.mark.parametrize("size", [1.0, 0.0])
def test_contributions_are_coloured_only_where_values_have_an_order(size):
    rng = np.random.default_rng(0)
    shares = pd.DataFrame(size * rng.normal(size=(40, 2)), columns=["rate", "job"])
    values = pd.DataFrame({"rate": rng.random(40), "job": np.nan})
    summary = summarise_contributions(shares.to_numpy(), values, {"rate": "Rate", "job": "Job"})
    words = {"title": "title", "unit": "unit", "finding": "found"}
    figure = written(plot_contributions(shares, values, summary, words))
    assert figure.get_suptitle() == "title"
    axes = figure.axes[0]
    counts = [len(points.get_offsets()) for points in axes.collections]
    assert sorted(counts) == [0, 0, 40, 40]
    coloured = [len(points.get_offsets()) for points in axes.collections if points.get_array() is not None]
    assert sorted(coloured) == [0, 40]


def test_contributions_say_how_many_inputs_are_left_out():
    names = [f"input {i}" for i in range(SHOWN + 1)]
    shares = pd.DataFrame(np.random.default_rng(0).normal(size=(5, len(names))), columns=names)
    summary = summarise_contributions(shares.to_numpy(), shares, dict(zip(names, names, strict=True)))
    words = {"title": "title", "unit": "unit", "finding": "found"}
    figure = plot_contributions(shares, shares, summary, words)
    assert figure.get_suptitle() == f"title: the {SHOWN} strongest of {SHOWN + 1}"
    assert len(figure.axes[0].get_yticklabels()) == SHOWN


def test_effects_draw_model_data_and_density(panels):
    figure = written(plot_effects(panels, 7, "found"))
    assert figure.get_suptitle() == "Effects of inputs: the strongest that can be drawn, 3 of 7"
    drawn = [axes for axes in figure.axes if axes.get_title("left")]
    assert [axes.get_title("left") for axes in drawn] == [
        "Rate, ALE",
        "Size, ALE",
        "Purpose, partial dependence",
    ]
    curve = next(line for line in drawn[0].lines if line.get_label().startswith("model"))
    assert curve.get_ydata().tolist() == pytest.approx((100 * panels[0].effect["probability"]).tolist())


def test_long_labels_are_cut_and_slanted(panels):
    panel = next(panel for panel in panels if panel.subject.of.kind == "labels")
    labels = ("a house with a garden, detached", "a flat")
    of = replace(panel.subject.of, labels=labels, written=lambda place: labels[int(place)])
    figure = written(plot_effects([replace(panel, subject=replace(panel.subject, of=of))], 1, "found"))
    axes = next(axes for axes in figure.axes if axes.get_title("left"))
    shown = axes.get_xticklabels()
    assert [label.get_text() for label in shown] == ["a house with a gard…", "a flat"]
    many = replace(of, labels=labels * 2, written=lambda place: labels[int(place) % 2])
    figure = written(plot_effects([replace(panel, subject=replace(panel.subject, of=many))], 1, "found"))
    assert figure.get_suptitle() == "Effects of inputs"
    axes = next(axes for axes in figure.axes if axes.get_title("left"))
    assert {(label.get_rotation(), label.get_ha()) for label in axes.get_xticklabels()} == {(25.0, "right")}


def test_weights_draw_a_bar_for_each_bin(panels):
    tables = [panel.observed for panel in panels]
    figure = written(plot_weights(tables, 4, "found"))
    assert figure.get_suptitle().endswith("train rows: the strongest that can be drawn, 3 of 4")
    assert [len(axes.patches) for axes in figure.axes] == [len(table) for table in tables]


def test_without_inputs_there_is_the_sentence_alone():
    for figure in (plot_effects([], 3, "found nothing"), plot_weights([], 3, "found nothing")):
        assert not written(figure).axes
        assert figure.get_supxlabel() == "found nothing"

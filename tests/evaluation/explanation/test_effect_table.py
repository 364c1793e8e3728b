"""Effects beside the data: which are measured, and which way both go."""

import pytest

from loan_default.evaluation.explanation.directions import AGAINST, AGREES, NONE, RISKIER, SAFER, UNCOMPARED
from loan_default.evaluation.explanation.effect_table import measure_effects, tabulate


def test_the_first_inputs_that_vary_are_measured(panels):
    assert [panel.subject.of.name for panel in panels] == ["rate", "size", "purpose"]
    assert [panel.effect["method"].iloc[0] for panel in panels] == ["ALE", "ALE", "partial dependence"]


def test_the_probability_is_the_mean_and_the_effect(panels):
    effect = panels[0].effect
    assert (effect["probability"] - effect["effect"]).tolist() == pytest.approx([0.35] * len(effect))
    slope = (effect["effect"].iloc[-1] - effect["effect"].iloc[0]) / (
        effect["value"].iloc[-1] - effect["value"].iloc[0]
    )
    assert slope == pytest.approx(0.3)


def test_directions_show_where_the_model_goes_against_the_data(panels):
    _, _, directions = tabulate(panels)
    rows = directions.set_index("input")
    assert rows.loc["rate", ["data", "model", "agreement"]].tolist() == [RISKIER, RISKIER, AGREES]
    assert rows.loc["size", ["data", "model", "agreement"]].tolist() == [RISKIER, SAFER, AGAINST]
    assert rows.loc["size", "change"] == pytest.approx(-0.2)
    assert rows.loc["purpose", ["data", "model", "agreement"]].tolist() == [NONE, NONE, UNCOMPARED]


def test_tables_hold_every_panel_and_have_columns_without_any(panels):
    effects, observed, _ = tabulate(panels)
    assert effects["input"].unique().tolist() == observed["input"].unique().tolist()
    assert effects.loc[effects["input"] == "size", "shown"].tolist() == ["small", "middle", "big"]
    assert observed.loc[observed["input"] == "rate", "bin"].iloc[-1] == "missing"
    empty = tabulate(measure_effects([], 3, 0.3, None, None, 5, 0.95))
    for table, whole in zip(empty, tabulate(panels), strict=True):
        assert table.empty
        assert list(table.columns) == list(whole.columns)

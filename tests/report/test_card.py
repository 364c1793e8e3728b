"""The model card, read by the Hub's own library."""

from __future__ import annotations

import pytest
from huggingface_hub import ModelCard
from pydantic import ValidationError

from loan_default.report.card import METRICS, CardSettings, render_card

VALUES = {name: 0.1 * (i + 1) for i, name in enumerate(METRICS)}
SETTINGS = CardSettings(license="other")


@pytest.fixture
def text(make_report) -> str:
    return render_card(make_report(), VALUES, ("A person decides.",), SETTINGS)


def test_the_hub_reads_the_front_matter(text):
    card = ModelCard(text)
    assert card.data.license == "other"
    assert card.data.library_name == "loan-default"
    assert "credit-risk" in card.data.tags
    assert card.data.model_name == "made_up-ann"
    assert {result.metric_type: result.metric_value for result in card.data.eval_results} == pytest.approx(
        VALUES
    )
    assert {(result.dataset_type, result.dataset_split) for result in card.data.eval_results} == {
        ("made_up", "test")
    }


def test_people_read_verdict_numbers_limits_and_chapters(text):
    body = ModelCard(text).text
    assert body.lstrip().startswith("# Made-up loans: ANN")
    assert "**Passed.** It passed." in body
    assert "ANN is best." in body, "models by the names people use"
    assert "`scoring_bundle` holds all it needs" in body
    assert "| ROC AUC | 0.700 [0.680, 0.720] | 70 of 100 pairs. |" in body
    assert "| PSI | only reported | not measured | not asked |" in body
    assert "- A person decides." in body
    assert "- **Time is not known.** There is no date." in body
    assert "**Fairness.** Level in all groups." in body
    assert "Contact" not in body


def test_the_owner_names_licence_and_contact(make_report):
    card = render_card(make_report(), VALUES, (), CardSettings(license="mit", contact="risk@example.com"))
    assert ModelCard(card).data.license == "mit"
    assert card.rstrip().endswith("Contact: risk@example.com")


def test_a_card_without_licence_is_refused():
    with pytest.raises(ValidationError, match="license"):
        CardSettings(license="")


def test_a_model_that_is_not_packed_comes_without_code_that_loads_it(make_report):
    card = render_card(make_report(admitted=False, packed=False), VALUES, (), SETTINGS)
    assert "**Refused.**" in card
    assert "It is not packed for service" in card
    assert "Scorer.load" not in card


def test_a_version_that_no_bundle_has_yet_is_called_so(make_report, text):
    assert "if packed again" not in text
    card = render_card(make_report(service_changed=True), VALUES, (), SETTINGS)
    assert "Version `0123456789ab` (if packed again: settings of service have changed" in card

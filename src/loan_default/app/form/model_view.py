"""What the model is, how good, on whom it was trained, and how not to use it, drawn as HTML."""

from __future__ import annotations

from html import escape

from loan_default.app.form.result_view import POLICY_NAMES, model_name, not_admitted, notes, percent, tile
from loan_default.scoring import Manifest

# Name for people, what it says, whether it is a share.
_METRICS = {
    "roc_auc": (
        "ROC AUC",
        "a defaulted loan scores worse than a repaid one, this often; 0.5 is chance",
        False,
    ),
    "gini": ("Gini", "the same from 0 (chance) to 1", False),
    "ks": ("KS", "largest distance between the two groups' scores", False),
    "average_precision": ("Average precision", "the default rate is chance", False),
    "brier": ("Brier score", "mean squared error of the probability; less is better", False),
    "calibration_error": ("Calibration error", "how far probabilities are from what happened", True),
    "recall": ("Recall", "of the defaults, how many are predicted", True),
    "precision": ("Precision", "of the predicted defaults, how many are defaults", True),
}


def model_card(manifest: Manifest) -> str:
    """Draw the card of the model in service."""
    training = manifest.training
    window = ""
    if training.first_date and training.last_date:
        window = f" from {training.first_date} to {training.last_date}"
    currency = (
        f" Amounts are in {escape(manifest.portfolio.currency)}." if manifest.portfolio.currency else ""
    )
    admitted = "It meets the comparison's minimum criteria. " if manifest.admitted else ""
    bands = "".join(
        f"<tr><td>{escape(band.name).capitalize()}</td>"
        f"<td>{percent(band.low)} to {percent(band.high)}</td><td>{POLICY_NAMES[band.policy]}</td></tr>"
        for band in manifest.bands
    )
    role = {"champion": "the champion of the comparison", "challenger": "a challenger of the champion"}.get(
        manifest.role, "packed on request"
    )
    return f"""<div class="model"><div class="card"><div class="eyebrow">What it is</div>
<h3>{escape(manifest.portfolio.title)}</h3>
{not_admitted(manifest)}
<p>{model_name(manifest)}, {role}: the probability that an applicant will default. {admitted}It predicts
default from a probability of {percent(manifest.threshold)} on.
{escape(manifest.threshold_reason)}{currency}</p>
<table><tr><td>Version</td><td>{escape(manifest.version)}</td></tr>
<tr><td>Packed</td><td>{escape(manifest.created[:16].replace("T", " "))} UTC</td></tr>
<tr><td>Run</td><td>{escape(manifest.run_id)}</td></tr>
<tr><td>Data fingerprint</td><td>{escape(manifest.data_fingerprint)}</td></tr></table></div>
<div class="card"><div class="eyebrow">On whom</div><h3>Trained on {training.rows:,} loans{window}</h3>
<div class="tiles">{tile("Loans", f"{training.rows:,}")}{tile("Defaults", f"{training.events:,}")}
{tile("Default rate", percent(training.default_rate))}</div>
<h4>Risk bands and what is done with them</h4>
<table class="bands"><tr><th>Band</th><th>Probability of default</th><th>Policy</th></tr>{bands}</table>
<p class="small">{_policy_and_prediction(manifest)}</p></div>
<div class="card"><div class="eyebrow">How good</div><h3>On loans it had never seen</h3>
<table><tr><th></th><th>Test</th><th>Interval, 95%</th></tr>
{_metrics(manifest)}</table></div>
<div class="card">{notes("How not to use it", manifest.limits, "warning")}</div></div>"""


def _policy_and_prediction(manifest: Manifest) -> str:
    """Say which of the two counts, and where they disagree."""
    text = "The policy says what to do. The prediction is what the model is measured by"
    if manifest.disagreement is None:
        return f"{text}; nobody is accepted against it, and nobody declined."
    low, high = manifest.disagreement
    done = "default, and accepted" if low == manifest.threshold else "pay, and declined"
    return (
        f"{text}: from {percent(low)} to {percent(high)} applications are predicted to {done} all the same."
    )


def _metrics(manifest: Manifest) -> str:
    rows = []
    for key, (name, meaning, is_share) in _METRICS.items():
        value = manifest.metrics.get(key)
        if value is None:
            continue
        write = percent if is_share else "{:.3f}".format
        low, high = (manifest.metrics.get(f"{key}_{end}") for end in ("low", "high"))
        interval = "" if low is None or high is None else f"{write(low)} to {write(high)}"
        rows.append(
            f'<tr><td>{name}<div class="small">{meaning}</div></td>'
            f'<td class="nowrap"><strong>{write(value)}</strong></td><td class="nowrap">{interval}</td></tr>'
        )
    return "".join(rows)

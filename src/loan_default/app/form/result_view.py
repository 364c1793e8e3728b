"""The decision on one application, drawn as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from loan_default.scoring import Manifest
from loan_default.scoring.fields import Field

MODEL_NAMES = {
    "ann": "Neural network",
    "random_forest": "Random forest",
    "logistic_regression": "Logistic regression",
    "lightgbm": "Boosted trees",
}

POLICY_NAMES = {"accept": "Accept", "refer": "Refer to a person", "decline": "Decline"}

EMPTY = (
    '<div class="card empty"><h3>No application assessed yet</h3>'
    "<p>Fill in the form, or click an example, to see the probability of default and the reasons.</p></div>"
)


def decision_card(result: Mapping[str, Any], manifest: Manifest, fields: Sequence[Field]) -> str:
    """Draw one result of the service.

    Args:
        result: As `POST /api/predict` gives it.
        manifest: Of the bundle that decided.
        fields: For the names of fields in warnings.
    """
    is_default = result["prediction"] == "Default"
    probability, threshold = result["probability_of_default"], result["threshold"]
    side = "at or above" if is_default else "below"
    warnings = [with_label(text, fields) for text in result["warnings"]]
    note = result["policy_note"]
    return "".join(
        [
            f'<div class="card decision {result["policy"]}">',
            '<div class="eyebrow">By the policy of its risk band</div>',
            f"<h3>{POLICY_NAMES[result['policy']]}</h3>",
            f"<p>The probability of default is {percent(probability)}, risk band "
            f"<strong>{escape(result['risk_band'])}</strong>.</p>",
            not_admitted(manifest),
            gauge(probability, manifest),
            '<div class="tiles">',
            tile("Probability", percent(probability)),
            tile("Score", f"{result['score']} points"),
            tile("Model predicts", result["prediction"]),
            "</div>",
            f'<p class="small">The model predicts {result["prediction"]} as the probability is {side} the '
            f"threshold of {percent(threshold)}.</p>",
            f'<p class="banner">{escape(note)}</p>' if note else "",
            _reasons(result["reasons"]),
            notes("Worth a look", warnings, "warning"),
            '<p class="small">Advice to the person who decides, not a decision. '
            f"{model_name(manifest)}, version {escape(manifest.version)}, prediction "
            f"{result['prediction_id']}.</p></div>",
        ]
    )


def model_name(manifest: Manifest) -> str:
    """Return the model's name for people."""
    return MODEL_NAMES.get(manifest.model, escape(manifest.model))


def not_admitted(manifest: Manifest) -> str:
    """Say that the model failed the comparison's criteria; nothing if it passed."""
    if manifest.admitted:
        return ""
    return (
        '<p class="banner"><strong>For trying out only.</strong> '
        "This model does not meet the minimum criteria of its comparison.</p>"
    )


def fault_card(faults: Mapping[str, str], others: Sequence[str], fields: Sequence[Field]) -> str:
    """Draw what must be put right, by the fields' names for people."""
    labels = {field.name: field.label for field in fields}
    lines = [f"{labels[name]}: {message}" for name, message in faults.items()] + list(others)
    number = "One thing has" if len(lines) == 1 else f"{len(lines)} things have"
    return f'<div class="card">{notes(f"{number} to be put right", lines, "fault")}</div>'


def gauge(probability: float, manifest: Manifest) -> str:
    """Draw the probability on the risk bands and their policies, against the threshold."""
    bands = "".join(
        f'<i style="width:{100 * (band.high - band.low):.3f}%;opacity:{opacity:.2f}" '
        f'title="{escape(band.name)}: {percent(band.low)} to {percent(band.high)}, {band.policy}"></i>'
        for band, opacity in zip(manifest.bands, _steps(len(manifest.bands)), strict=True)
    )
    policies = "".join(
        f'<span class="{policy}" style="width:{100 * share:.3f}%">{policy}</span>'
        for policy, share in _shares_of_policies(manifest)
    )
    ticks = "".join(f'<span style="left:{at}%">{at}%</span>' for at in (0, 25, 50, 75, 100))
    spoken = f"Probability {percent(probability)}, threshold {percent(manifest.threshold)}"
    return (
        f'<div class="gauge" role="img" aria-label="{spoken}">'
        f'<div class="above">{_flag(probability, f"This application {percent(probability)}")}</div>'
        f'<div class="policies">{policies}</div><div class="bar">{bands}'
        f'<b class="limit" style="left:{100 * manifest.threshold:.3f}%"></b>'
        f'<b class="here" style="left:{100 * probability:.3f}%"></b></div>'
        f'<div class="below">{_flag(manifest.threshold, f"Threshold {percent(manifest.threshold)}")}</div>'
        f'<div class="ticks">{ticks}</div></div>'
    )


def tile(name: str, value: str) -> str:
    """Draw a number with its name."""
    return f'<div class="tile"><span>{name}</span><strong>{value}</strong></div>'


def notes(title: str, lines: Iterable[str], kind: str) -> str:
    """Draw a list under a title; nothing if it is empty."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<div class="notes {kind}"><h4>{escape(title)}</h4><ul>{items}</ul></div>' if items else ""


def percent(share: float) -> str:
    """Write a share as per cent with one decimal."""
    return f"{100 * share:.1f}%"


def with_label(text: str, fields: Sequence[Field]) -> str:
    """Replace the key that a warning begins with by the field's name for people."""
    for field in fields:
        for separator in (": ", " ("):
            if text.startswith(field.name + separator):
                return field.label + text.removeprefix(field.name)
    return text


def _reasons(reasons: Sequence[Mapping[str, Any]]) -> str:
    if not reasons:
        return (
            '<h4>Reasons</h4><p class="small">It scores as a typical application: nothing sets it apart.</p>'
        )
    largest = max(abs(reason["contribution"]) for reason in reasons)
    rows = []
    for reason in reasons:
        width = 50 * abs(reason["contribution"]) / largest
        at = 50 if reason["direction"] == "raises" else 50 - width
        text = escape(reason["text"])
        rows.append(
            f'<div class="reason {reason["direction"]}"><div class="words">{text[:1].upper()}{text[1:]}</div>'
            f'<div class="track"><i style="left:{at:.2f}%;width:{width:.2f}%"></i></div></div>'
        )
    return (
        '<h4>Reasons, against a typical application</h4><div class="sides"><span>◀ lowers the risk</span>'
        f"<span>raises the risk ▶</span></div>{''.join(rows)}"
    )


def _flag(share: float, text: str) -> str:
    # Moved left by as much of its own width as it stands to the right: it never leaves the picture.
    at = f"{100 * share:.3f}%"
    return f'<span style="left:{at};transform:translateX(-{at})">{text}</span>'


def _steps(number: int) -> list[float]:
    return [0.18 + 0.62 * place / max(number - 1, 1) for place in range(number)]


def _shares_of_policies(manifest: Manifest) -> list[tuple[str, float]]:
    """Return each policy with the part of the range from 0 to 1 that it holds, lowest risk first."""
    shares: dict[str, float] = {}
    for band in manifest.bands:
        shares[band.policy] = shares.get(band.policy, 0.0) + band.high - band.low
    return list(shares.items())

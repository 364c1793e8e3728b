"""The documentation as one page of plain HTML: no script, and nothing fetched from elsewhere."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from loan_default.scoring.fields import Field, write_for_people

# Nothing but the page itself is loaded, whatever is in it.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"

_LABELS = 12
_STYLE = """
body{font:16px/1.5 system-ui,"Liberation Sans",Arial,sans-serif;color:#1c2a3a;max-width:1000px;margin:0 auto;
padding:16px} h1{margin:.2em 0 0} h2{margin-top:2em;border-bottom:1px solid #d5dce5} h3{margin:1.6em 0 .2em}
p{margin:.3em 0} code,pre{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:.88em}
pre{background:#f3f6fa;padding:12px;overflow-x:auto;border-radius:6px} .wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92em}
th,td{text-align:left;padding:4px 12px 4px 0;border-bottom:1px solid #e3e8ee;vertical-align:top}
.method{background:#17406d;color:#fff;padding:1px 8px;border-radius:4px;font-size:.8em}
small{color:#5a6877}
"""


def docs_page(document: Mapping[str, Any], fields: Sequence[Field], with_key: bool) -> str:
    """Write the page.

    Args:
        document: The OpenAPI document.
        fields: What an application consists of.
        with_key: Whether `/api` wants a key.
    """
    routes = "".join(
        _route(method, path, entry)
        for path, methods in document["paths"].items()
        for method, entry in methods.items()
    )
    schemas = document["components"]["schemas"]
    answer = "".join(_shape(name, schemas[name]) for name in ("PredictionResponse", "Result", "Reason"))
    body = document["paths"]["/api/predict"]["post"]["requestBody"]["content"]["application/json"]
    example = json.dumps(body["examples"]["one"]["value"], ensure_ascii=False, indent=2)
    key = " -H 'X-API-Key: ...'" if with_key else ""
    info = {name: escape(text) for name, text in document["info"].items()}
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{info["title"]}</title>
<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>
<h1>{info["title"]} <small>{info["version"]}</small></h1>
<p>{info["summary"]} For programs: <a href="openapi.json">openapi.json</a>.</p>
<h2>A request</h2>
<pre>curl localhost:7860/api/predict{key} -d {escape(shlex.quote(example), quote=False)}</pre>
<h2>An application</h2><div class="wide"><table>
<tr><th>Field</th><th>Meaning</th><th>Value</th><th>If missing</th></tr>
{"".join(map(_field, fields))}</table></div>
<h2>The answer</h2>{answer}
<h2>Addresses</h2>{routes}</body></html>"""


def _field(field: Field) -> str:
    unit = f", {escape(field.unit)}" if field.unit else ""
    value = {"label": "text", "date": "YYYY-MM-DD", "boolean": "true or false"}.get(field.kind, field.kind)
    if field.minimum is not None:
        value += f", from {_end(field.minimum)}"
    if field.maximum is not None:
        value += f", up to {_end(field.maximum)}"
    if field.training_low is not None:
        value += f" <small>({_end(field.training_low)} to {_end(field.training_high)} in training)</small>"
    if field.labels:
        more = f" and {len(field.labels) - _LABELS} more" if len(field.labels) > _LABELS else ""
        value += f": <small>{escape(', '.join(field.labels[:_LABELS]))}{more}</small>"
    missing = "refused" if field.required else escape(field.shown(field.default))
    return (
        f"<tr><td><code>{escape(field.name)}</code></td><td>{escape(field.label)}{unit}</td>"
        f"<td>{value}</td><td>{missing}</td></tr>"
    )


def _end(end: float | str | None) -> str:
    return escape(end) if isinstance(end, str) else write_for_people(end or 0)


def _shape(name: str, schema: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(key)}</code></td><td>{escape(_type(entry))}</td>"
        f"<td>{escape(entry.get('description', ''))}</td></tr>"
        for key, entry in schema["properties"].items()
    )
    about = escape(schema.get("description", ""))
    return f'<h3>{name}</h3><p>{about}</p><div class="wide"><table>{rows}</table></div>'


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return str(schema.get("type", ""))


def _route(method: str, path: str, entry: Mapping[str, Any]) -> str:
    parameters = "".join(
        f"<li><code>{escape(one['name'])}</code> ({escape(one['in'])})</li>"
        for one in entry.get("parameters", ())
    )
    answers = "".join(
        f"<tr><td>{status}</td><td>{escape(answer['description'])}</td></tr>"
        for status, answer in sorted(entry["responses"].items())
    )
    return (
        f'<h3><span class="method">{method.upper()}</span> <code>{escape(path)}</code></h3>'
        f"<p><strong>{escape(entry['summary'])}.</strong> {escape(entry.get('description', ''))}</p>"
        f"<ul>{parameters}</ul><table>{answers}</table>"
    )

"""Colours, type and layout of the form. Fonts are those of the machine: nothing is fetched."""

from __future__ import annotations

import gradio as gr

_FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Liberation Sans", "Arial", "sans-serif"]


def theme() -> gr.themes.Base:
    """Return the theme."""
    return gr.themes.Base(
        primary_hue="blue",
        neutral_hue="slate",
        radius_size="sm",
        font=_FONTS,
        font_mono=["ui-monospace", "DejaVu Sans Mono", "monospace"],
    ).set(
        button_primary_background_fill="#17406d",
        button_primary_background_fill_hover="#0f2f52",
        button_primary_text_color="#ffffff",
        body_text_color_subdued="*neutral_500",
        block_info_text_color="*neutral_500",
        block_label_text_color="*neutral_700",
    )


# Blue, yellow and vermilion are told apart by everybody (Okabe and Ito); words say the same again.
CSS = """
.gradio-container {--good:#0a5c8f; --mid:#8a6a00; --bad:#b8480a; --line:var(--border-color-primary);
  max-width:1200px!important; width:100%!important; box-sizing:border-box;
  margin:0 auto!important; padding:0 16px!important}
.dark .gradio-container, .gradio-container.dark {--good:#6db8e8; --mid:#e6c34a; --bad:#f0945c}
.html-container {padding:0!important}
.page-head {padding:14px 0 4px} .page-head h1 {font-size:1.5rem; margin:0; font-weight:650}
.page-head p {margin:2px 0 0; color:var(--body-text-color-subdued)}
.fields {display:grid!important; grid-template-columns:repeat(auto-fill,minmax(250px,1fr)); gap:12px;
  align-items:stretch}
.fields .form {display:contents!important}
.fields .field {min-width:0!important; border:1px solid var(--line)!important;
  border-radius:6px!important; padding:10px 12px!important; box-shadow:none}
.fields .field.faulty {border-color:var(--bad)!important; box-shadow:0 0 0 1px var(--bad)}
.fields .faulty {--block-info-text-color:var(--bad)}
.card {border:1px solid var(--line); border-radius:8px; padding:18px 20px;
  background:var(--block-background-fill); color:var(--body-text-color)}
.card h3 {font-size:1.35rem; margin:2px 0 4px; font-weight:650} .card h4 {margin:18px 0 6px; font-weight:600}
.card p {margin:4px 0} .card.empty {color:var(--body-text-color-subdued); border-style:dashed}
.accept {--of-policy:var(--good)} .refer {--of-policy:var(--mid)} .decline {--of-policy:var(--bad)}
.decision {border-top:4px solid var(--of-policy)} .decision h3 {color:var(--of-policy)}
.policies {display:flex; font-size:.75rem} .policies span {border-bottom:3px solid var(--of-policy);
  color:var(--of-policy); padding-left:2px; overflow:hidden; text-overflow:ellipsis; box-sizing:border-box}
.eyebrow {font-size:.75rem; letter-spacing:.06em; text-transform:uppercase;
  color:var(--body-text-color-subdued)}
.small {font-size:.82rem; color:var(--body-text-color-subdued)} .nowrap {white-space:nowrap}
.gauge {margin:16px 0 14px; font-size:.82rem}
.gauge .above, .gauge .below, .ticks {position:relative; height:20px}
.gauge .above span, .gauge .below span, .ticks span {position:absolute; white-space:nowrap}
.gauge .above {font-weight:650} .gauge .below {height:22px; padding-top:2px}
.gauge .bar {position:relative; height:22px; display:flex; border-radius:3px}
.gauge .bar i {background:#7c3a12; height:100%; border-right:1px solid var(--block-background-fill)}
.gauge .bar b {position:absolute; top:-4px; bottom:-4px; transform:translateX(-50%)}
.gauge .limit {border-left:2px dashed var(--body-text-color)}
.gauge .here {width:12px; border-radius:6px; background:var(--body-text-color);
  border:2px solid var(--block-background-fill)}
.ticks {border-top:1px solid var(--line); color:var(--body-text-color-subdued); font-size:.75rem}
.ticks span {transform:translateX(-50%)} .ticks span:first-child {transform:none}
.ticks span:last-child {transform:translateX(-100%)}
.tiles {display:flex; flex-wrap:wrap; gap:8px; margin:10px 0}
.tile {flex:1 1 90px; border:1px solid var(--line); border-radius:6px; padding:8px 10px}
.tile span {display:block; font-size:.75rem; color:var(--body-text-color-subdued)}
.tile strong {font-size:1.1rem; font-weight:650; white-space:nowrap}
.sides {display:flex; justify-content:space-between; font-size:.75rem; color:var(--body-text-color-subdued)}
.reason {margin:8px 0} .reason .words {font-size:.9rem; overflow-wrap:anywhere}
.track {position:relative; height:12px; margin-top:3px;
  background:linear-gradient(var(--line),var(--line)) center/1px 100% no-repeat,
  var(--background-fill-secondary)}
.track i {position:absolute; top:1px; bottom:1px; border-radius:2px}
.raises i {background:var(--bad)} .lowers i {background:var(--good)}
.notes ul {margin:4px 0; padding-left:18px; list-style:disc} .notes li {margin:4px 0; overflow-wrap:anywhere}
.notes h4 {margin-top:4px} .card .notes.warning:not(:first-child) {margin-top:16px}
.notes.fault h4 {color:var(--bad)}
.banner {border-left:4px solid var(--bad); background:var(--background-fill-secondary);
  padding:8px 12px; margin:12px 0; font-size:.9rem}
.card table {border:0!important; width:100%; border-collapse:collapse; font-size:.88rem}
.card td, .card th {text-align:left; overflow-wrap:anywhere;
  padding:5px 12px 5px 0!important; border:0!important;
  border-bottom:1px solid var(--line)!important; vertical-align:top}
.card .bands td, .card .bands th {overflow-wrap:break-word}
.card tr {border:0!important; background:none!important}
.file td, .file th {white-space:nowrap; overflow-wrap:normal}
.scroll {overflow-x:auto; max-width:100%}
.model {display:grid; grid-template-columns:1fr 1fr; gap:14px}
.model > .card {min-width:0}
.histogram svg {width:100%; height:150px; display:block} .histogram .under {fill:var(--good)}
.histogram .over {fill:var(--bad)}
.histogram line {stroke:var(--body-text-color); stroke-width:2; stroke-dasharray:5 4;
  vector-effect:non-scaling-stroke}
.examples {align-items:center; flex-wrap:wrap!important; gap:8px!important}
.examples > .block {flex:0 0 auto!important; width:auto!important}
.examples button {min-width:0!important; flex:0 1 auto}
footer {display:none!important}
@media (min-width:900px) {.result {position:sticky; top:12px; align-self:flex-start}}
@media (max-width:700px) {.model {grid-template-columns:1fr} .fields {grid-template-columns:1fr}
  .card {padding:14px}.split {flex-direction:column!important} .split > * {width:100%!important}
  .gradio-container {padding:0 8px!important}}
"""

# Gradio confines the CSS above to the inside of its page; its wide margin on a phone is outside.
HEAD = """<style>@media (max-width:700px) {.gradio-container .main.app {padding:8px 0!important}
.gradio-container {padding:0 8px!important}}</style>"""

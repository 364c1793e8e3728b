"""Pictures inside the page: smaller, and as part of the text."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

COLOURS = 128
"""Colours kept of a figure: lines, markers and smooth edges of text need no more."""


@dataclass(frozen=True)
class Picture:
    """A picture as the page holds it.

    Attributes:
        uri: The picture itself, as a data URI.
        width: In pixels.
        height: In pixels.
    """

    uri: str
    width: int
    height: int


def embed(png: bytes) -> Picture:
    """Turn a PNG into a data URI, with few colours so that the page stays small.

    Args:
        png: The picture; what is transparent becomes white.
    """
    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        rgba = image.convert("RGBA")
    flat = Image.new("RGB", rgba.size, "white")
    flat.paste(rgba, mask=rgba.getchannel("A"))
    small = flat.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    # It takes averages, and white beside nearly white comes out as 254.
    small.putpalette([255 if part >= 253 else part for part in small.getpalette() or []])
    content = io.BytesIO()
    small.save(content, "PNG")
    uri = "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()
    return Picture(uri, *flat.size)

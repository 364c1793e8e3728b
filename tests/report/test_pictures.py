from __future__ import annotations

import base64
import io

from PIL import Image

from loan_default.report.pictures import COLOURS, embed


def test_a_picture_keeps_its_size_and_loses_colours(png):
    picture = embed(png)
    head, _, content = picture.uri.partition(",")
    assert head == "data:image/png;base64"
    image = Image.open(io.BytesIO(base64.b64decode(content)))
    assert image.size == (picture.width, picture.height) == (40, 20)
    assert image.mode == "P"
    assert len(image.getcolors()) <= COLOURS


def test_what_is_transparent_becomes_white(png):
    image = Image.open(io.BytesIO(base64.b64decode(embed(png).uri.partition(",")[2]))).convert("RGB")
    assert image.getpixel((5, 15)) == (255, 255, 255)

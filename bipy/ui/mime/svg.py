"""SVG becomes a picture of pixels, which `image` draws.

resvg draws it, where the package resvg-py is installed; it runs no script and loads nothing from the network.  How
large the picture is says its first tag.  A source may ask for any size, so one of too many pixels is drawn smaller.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache

from bipy.ui.mime import image
from bipy.ui.mime.means import Means
from bipy.ui.text.output import Lines, joined

LONGEST = 2_000_000
# The size of a picture that tells none (CSS 2, "replaced elements").
WITHOUT_SIZE = (300.0, 150.0)
_TAG = re.compile(r"<(?:\w+:)?svg\b([^>]*)>", re.DOTALL)
_ATTRIBUTE = re.compile(r"(?<![\w-])(width|height|viewBox)\s*=\s*[\"']([^\"']*)[\"']")
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(px|pt|in|cm|mm)?\s*\Z")
_PIXELS = {None: 1.0, "px": 1.0, "pt": 96 / 72, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}


def svg(data: object, metadata: Mapping[str, object], means: Means) -> Lines | None:
    """A picture in SVG; None where it can't be drawn."""
    source = joined(data)
    if source is None or len(source) > LONGEST or means.depth < 256:
        return None
    pixels = _drawn(source)
    return image.png(pixels, metadata, means) if pixels else None


@lru_cache(maxsize=4)
def _drawn(source: str) -> str:
    """The picture as PNG in base64; "" if it can't be drawn."""
    try:
        import resvg_py
    except ImportError:
        return ""
    width, height = size(source)
    scale = min(1.0, image.KEPT_SIDE / width, image.KEPT_SIDE / height)
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    try:
        drawn = resvg_py.svg_to_bytes(svg_string=_sized(source, width, height), width=wide, height=high)
    except ValueError:
        return ""
    return b64encode(drawn).decode()


def _sized(source: str, width: float, height: float) -> str:
    """The source with both lengths in its first tag: resvg draws none that tells only one."""
    tag = _TAG.search(source)
    if tag is None:
        return source
    rest = re.sub(r"(?<![\w-])(?:width|height)\s*=\s*(?:\"[^\"]*\"|'[^']*')", "", tag[1])
    return f'{source[: tag.start(1)]} width="{width:g}" height="{height:g}"{rest}{source[tag.end(1) :]}'


def size(source: str) -> tuple[float, float]:
    """The width and the height in pixels that a source asks for, at least 1 each."""
    tag = _TAG.search(source)
    told = dict(_ATTRIBUTE.findall(tag[1])) if tag else {}
    box = [float(each) for each in re.findall(r"\d+(?:\.\d+)?", told.get("viewBox", ""))[-2:]]
    shape = (box[0], box[1]) if len(box) == 2 and all(box) else None
    width, height = (_length(told.get(name, "")) for name in ("width", "height"))
    if width and height:
        return max(1.0, width), max(1.0, height)
    if shape is None:
        return max(1.0, width or WITHOUT_SIZE[0]), max(1.0, height or WITHOUT_SIZE[1])
    if height:
        return max(1.0, height * shape[0] / shape[1]), max(1.0, height)
    width = width or shape[0]
    return max(1.0, width), max(1.0, width * shape[1] / shape[0])


def _length(text: str) -> float | None:
    """A length in pixels; None for one in other units, such as a share of the page."""
    found = _LENGTH.match(text)
    return float(found[1]) * _PIXELS[found[2]] if found else None

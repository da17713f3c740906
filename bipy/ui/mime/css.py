"""The few rules of CSS by which a terminal can draw: colours and the look of letters, of an element by its id.

A Styler of pandas writes a rule for each cell with its id; other HTML gives an element a style of its own.  A
background without a colour of the letters gets black or white ones, since the terminal's may be of its own kind; a
gray alone is left out, because it may be the terminal's background.  The source may hold anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from bipy.ui.text.colours import RedGreenBlue
from bipy.ui.text.sgr import DEFAULT, Style

_ID = re.compile(r"\s*#([\w-]+)\s*\Z")
_LIGHT = 140


def rules(source: str) -> Mapping[str, Style]:
    """The styles of a style sheet for elements with an id."""
    found: dict[str, Style] = {}
    for rule in source.split("}"):
        selectors, _, declarations = rule.rpartition("{")
        style = declared(declarations)
        if style == DEFAULT:
            continue
        for selector in selectors.split(","):
            if named := _ID.match(selector):
                found[named[1]] = style
    return found


@lru_cache(maxsize=4096)
def declared(text: str) -> Style:
    """The style of declarations such as "color: red; font-weight: bold"."""
    told = {}
    for declaration in text[:2000].split(";"):
        name, _, value = declaration.partition(":")
        told[name.strip().lower()] = value.partition("!")[0].strip().lower()
    foreground = _color(told.get("color", ""))
    background = _color(told.get("background-color", "") or told.get("background", ""))
    if foreground is None and background is not None:
        foreground = (0, 0, 0) if _brightness(background) > _LIGHT else (255, 255, 255)
    elif foreground is not None and background is None and max(foreground) - min(foreground) < 32:
        foreground = None
    decoration = told.get("text-decoration", "")
    return Style(
        foreground,
        background,
        bold=told.get("font-weight", "") in ("bold", "bolder", "600", "700", "800", "900"),
        italic=told.get("font-style") in ("italic", "oblique"),
        underline="underline" in decoration,
        strike="line-through" in decoration,
    )


def _color(text: str) -> RedGreenBlue | None:
    """A colour by its name or numbers; None for one that is none, or that one sees through."""
    if not text or len(text) > 60 or "gradient" in text or text in ("transparent", "inherit", "initial"):
        return None
    from PIL import ImageColor

    try:
        parts = ImageColor.getrgb(text)
    except ValueError:
        return None
    if len(parts) == 4 and parts[3] < 128:
        return None
    return parts[0], parts[1], parts[2]


def _brightness(color: RedGreenBlue) -> float:
    red, green, blue = color
    return 0.299 * red + 0.587 * green + 0.114 * blue

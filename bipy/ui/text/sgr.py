"""SGR sequences: the styles that they give to text, and the attributes that draw these styles.

`restyle` makes a `Style` of SGR parameters, `sgr` writes it as a sequence again, and `attribute` makes an attribute for
a canvas of it.  The attribute lies over the role of the text: the role keeps all that the style does not set.  A
colour that the screen does not have becomes the nearest one here, because urwid does so for palette entries only.  The
16 basic colours stay those of the terminal.

Pure functions with caches.  No text is parsed here and nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import urwid

from bipy.ui.text import colours
from bipy.ui.text.rows import Attribute

# A number of xterm's palette, or red, green and blue, each 0..255; None for the colour of the role.
Color = int | tuple[int, int, int] | None

# A screen of 120x40 has fewer cells.
REMEMBERED = 8192


class Style(NamedTuple):
    """The look of text as SGR sequences set it; the defaults leave everything to the role."""

    foreground: Color = None
    background: Color = None
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    reverse: bool = False


DEFAULT = Style()


@lru_cache(maxsize=REMEMBERED)
def restyle(style: Style, parameters: str) -> Style:
    """`style` after the SGR sequence with these parameters (ECMA-48 8.3.117, ITU T.416 for the colours with colons)."""
    changes: dict[str, Any] = {}
    numbers = iter(parameters.split(";"))
    for parameter in numbers:
        main, *sub = parameter.split(":")
        code = int(main or 0)
        if code == 0:
            style = DEFAULT
            changes.clear()
        elif code in (38, 48, 58):
            color = _color(sub) if sub else _color_of_next(numbers)
            if color is not None and code != 58:
                changes["foreground" if code == 38 else "background"] = color
        elif code == 4:
            changes["underline"] = sub != ["0"]
        elif code in _SWITCHES:
            changes.update(_SWITCHES[code])
        elif 30 <= code <= 37 or 90 <= code <= 97:
            changes["foreground"] = code - 30 if code < 90 else code - 82
        elif 40 <= code <= 47 or 100 <= code <= 107:
            changes["background"] = code - 40 if code < 100 else code - 92
    return style._replace(**changes) if changes else style


_SWITCHES: dict[int, dict[str, Color | bool]] = {
    1: {"bold": True},
    2: {"dim": True},
    3: {"italic": True},
    7: {"reverse": True},
    9: {"strike": True},
    21: {"underline": True},
    22: {"bold": False, "dim": False},
    23: {"italic": False},
    24: {"underline": False},
    27: {"reverse": False},
    29: {"strike": False},
    39: {"foreground": None},
    49: {"background": None},
}


def _color_of_next(numbers: Iterator[str]) -> Color:
    """The colour of the parameters behind a 38 or 48: 5;n or 2;r;g;b."""
    kind = next(numbers, "")
    return _color([kind, *(next(numbers, "") for _ in range({"5": 1, "2": 3}.get(kind, 0)))])


def _color(parts: Sequence[str]) -> Color:
    """The colour of 5:n, 2:r:g:b or 2:space:r:g:b; None for anything else."""
    kind, *values = parts
    if len(values) > 3:
        values = values[1:4]
    if not all(value.isdigit() or not value for value in values):
        return None
    numbers = [int(value or 0) for value in values]
    if any(number > 255 for number in numbers):
        return None
    if kind == "5" and numbers:
        return numbers[0]
    if kind == "2" and len(numbers) == 3:
        return (numbers[0], numbers[1], numbers[2])
    return None


@lru_cache(maxsize=256)
def sgr(style: Style) -> str:
    """The sequence that sets `style` after any other style."""
    codes = ["0"]
    switches = (style.bold, style.dim, style.italic, style.underline, style.reverse, style.strike)
    codes.extend(code for code, on in zip("123479", switches, strict=True) if on)
    for code, color in (("38", style.foreground), ("48", style.background)):
        if isinstance(color, int):
            codes.append(f"{code};5;{color}")
        elif color is not None:
            codes.append("{};2;{};{};{}".format(code, *color))
    return f"\x1b[{';'.join(codes)}m"


# The 16 basic colours by urwid's names, as xterm draws them.
_BASIC = (
    ("black", (0, 0, 0)),
    ("dark red", (205, 0, 0)),
    ("dark green", (0, 205, 0)),
    ("brown", (205, 205, 0)),
    ("dark blue", (0, 0, 238)),
    ("dark magenta", (205, 0, 205)),
    ("dark cyan", (0, 205, 205)),
    ("light gray", (229, 229, 229)),
    ("dark gray", (127, 127, 127)),
    ("light red", (255, 0, 0)),
    ("light green", (0, 255, 0)),
    ("yellow", (255, 255, 0)),
    ("light blue", (92, 92, 255)),
    ("light magenta", (255, 0, 255)),
    ("light cyan", (0, 255, 255)),
    ("white", (255, 255, 255)),
)


@lru_cache(maxsize=REMEMBERED)
def attribute(style: Style, role: str, depth: int = 256) -> Attribute:
    """The attribute for text of this style, where text without a style has `role`.

    `depth` is the number of colours of the screen: 1, 16, 256 or 2**24.  The default style is the role itself.  Any
    other is an interned AttrSpec over the role (urwid.LayeredAttr).
    """
    if style == DEFAULT:
        return role
    settings = {
        "bold": style.bold,
        "faint": style.dim,
        "italics": style.italic,
        "underline": style.underline,
        "strikethrough": style.strike,
        "standout": style.reverse,
    }
    foreground = ",".join([_name(style.foreground, depth), *(name for name, on in settings.items() if on)])
    background = _name(style.background, depth)
    if foreground == background == "inherit":
        # The style sets colours only, and the screen has none.
        return role
    return urwid.LayeredAttr.layer(urwid.AttrSpec(foreground, background, _urwid_depth(depth)), role)


def _urwid_depth(depth: int) -> Literal[1, 16, 256, 16777216]:
    if depth >= 2**24:
        return 16777216
    if depth >= 256:
        return 256
    return 16 if depth >= 16 else 1


def _name(color: Color, depth: int) -> str:
    """The nearest colour at `depth`, as urwid names it."""
    if color is None or depth < 16:
        return "inherit"
    if isinstance(color, int):
        if color < 16:
            return _BASIC[color][0]
        if depth >= 256:
            return f"h{color}"
        color = colours.red_green_blue(color)
    if depth >= 2**24:
        return "#{:02x}{:02x}{:02x}".format(*color)
    if depth >= 256:
        return f"h{colours.nearest(color)}"
    return min(_BASIC, key=lambda basic: colours.distance(basic[1], color))[0]

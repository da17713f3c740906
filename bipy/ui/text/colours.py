"""Colours as numbers: what xterm makes of its palette from 16 on, and which of that is nearest to another colour.

A cube of 6*6*6 colours, then 24 grays.  The first 16 are whatever the terminal's owner likes, so nothing here knows
them.  Pure arithmetic; what is painted, and how urwid spells it, is known elsewhere.
"""

from __future__ import annotations

RedGreenBlue = tuple[int, int, int]

_CUBE = (0, 95, 135, 175, 215, 255)
_GRAYS = 232


def red_green_blue(number: int) -> RedGreenBlue:
    """Colour 16..255 of the palette, 0..255 each."""
    if number >= _GRAYS:
        gray = 8 + 10 * (number - _GRAYS)
        return (gray, gray, gray)
    red, rest = divmod(number - 16, 36)
    green, blue = divmod(rest, 6)
    return (_CUBE[red], _CUBE[green], _CUBE[blue])


def nearest(color: RedGreenBlue) -> int:
    """The colour 16..255 of the palette that differs least."""
    red, green, blue = (min(range(6), key=lambda step: abs(_CUBE[step] - part)) for part in color)
    gray = min(max((sum(color) // 3 - 3) // 10, 0), 23)
    candidates = (16 + 36 * red + 6 * green + blue, _GRAYS + gray)
    return min(candidates, key=lambda number: distance(red_green_blue(number), color))


def distance(one: RedGreenBlue, other: RedGreenBlue) -> int:
    """How much two colours differ."""
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))

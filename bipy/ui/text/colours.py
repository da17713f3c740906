"""xterm's palette as numbers, and the colour in it that is nearest to another colour.

Colours 16..231 are a cube of 6*6*6, colours 232..255 are grays.  The first 16 colours are set by the user of the
terminal, so they are not known here.  Pure arithmetic: no role, and no name that urwid has for a colour.
"""

from __future__ import annotations

RedGreenBlue = tuple[int, int, int]

_CUBE = (0, 95, 135, 175, 215, 255)
_GRAYS = 232


def red_green_blue(number: int) -> RedGreenBlue:
    """Red, green and blue, 0..255 each, of colour 16..255 of the palette."""
    if number >= _GRAYS:
        gray = 8 + 10 * (number - _GRAYS)
        return (gray, gray, gray)
    red, rest = divmod(number - 16, 36)
    green, blue = divmod(rest, 6)
    return (_CUBE[red], _CUBE[green], _CUBE[blue])


def nearest(color: RedGreenBlue) -> int:
    """The colour 16..255 of the palette that differs least from `color`."""
    red, green, blue = (min(range(6), key=lambda step: abs(_CUBE[step] - part)) for part in color)
    gray = min(max((sum(color) // 3 - 3) // 10, 0), 23)
    candidates = (16 + 36 * red + 6 * green + blue, _GRAYS + gray)
    return min(candidates, key=lambda number: distance(red_green_blue(number), color))


def distance(one: RedGreenBlue, other: RedGreenBlue) -> int:
    """The square of the distance between two colours."""
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))

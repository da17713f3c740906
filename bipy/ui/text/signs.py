"""The signs that bipy draws, and the ASCII characters that stand for them where a screen shows no others.

A line, a bullet, an arrow, an ellipsis, a bar: whatever draws one writes the sign itself.  A screen in ASCII is made of
the finished canvas, cell by cell, so that no widget has to know of it and none can forget.  Each sign has one column,
and so has what stands for it.

Code stays as it was typed, since there a sign is a part of the program.  In outputs and docs the table holds too: a
terminal that shows no lines of bipy's shows none of a kernel's.  What is copied or saved is what the kernel sent.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping

import urwid

from bipy.placement import Placement
from bipy.ui.text.rows import Row

_BOXES = {
    "-": "\u2500\u2501\u2504\u2505\u2508\u2509\u254c\u254d\u2574\u2576\u2578\u257a\u257c\u257e",
    "=": "\u2550",
    "|": "\u2502\u2503\u2506\u2507\u250a\u250b\u254e\u254f\u2551\u2575\u2577\u2579\u257b\u257d\u257f",
    "/": "\u2571",
    "\\": "\u2572",
    "X": "\u2573",
}
_CORNERS = [chr(code) for code in range(0x2500, 0x2580)]
_BLOCKS = {
    "'": "\u2580\u2594",
    "_": "\u2581\u2582\u2583\u2584",
    "#": "\u2585\u2586\u2587\u2588\u2589\u258a\u258b\u2596\u2597\u2598\u2599\u259a\u259b\u259c\u259d\u259e\u259f",
    "|": "\u258c\u258d\u258e\u258f\u2590\u2595",
    ".": "\u2591",
    ":": "\u2592",
    "%": "\u2593",
}
# Ellipsis, bullets, arrows, knob, yes and no, the dot of a local name, dash, and what stands for control characters.
_MARKS = {
    "~": "\u2026",
    "*": "\u2022\u2023",
    ">": "\u25b8",
    "v": "\u25be\u25bc",
    "^": "\u25b4",
    "o": "\u25cf",
    "+": "\u2713",
    "-": "\u2717\u2013",
    ".": "\u00b7",
    "?": "\ufffd" + "".join(chr(code) for code in range(0x2400, 0x2422)),
}
SIGNS: Mapping[str, str] = {
    **dict.fromkeys(_CORNERS, "+"),
    **{sign: plain for table in (_BOXES, _BLOCKS, _MARKS) for plain, signs in table.items() for sign in signs},
}
# The begin of a tab in code: an arrow elsewhere is a part of the text.
TAB, TAB_ROLE = "\u2192", "dim"
_TAB = {TAB: ">"}

_TABLE, _TAB_TABLE = str.maketrans(dict(SIGNS)), str.maketrans({**SIGNS, **_TAB})
# Where blanks follow an ellipsis there is room for three dots.
_ROOMY = re.compile("\u2026 {3}")
_HALF_BLOCKS = frozenset("\u2580\u2584")


def in_ascii(attribute: Hashable, text: str) -> str:
    """A run of a row as a screen in ASCII shows it; as many columns."""
    if text.isascii() or isinstance(attribute, Placement) or _is_code(attribute):
        return text
    if _is_picture(attribute, text):
        return " " * len(text)
    return _ROOMY.sub("... ", text).translate(_TAB_TABLE if attribute == TAB_ROLE else _TABLE)


def row_in_ascii(row: Iterable[tuple[Hashable, str]]) -> Row:
    """A row of runs as a screen in ASCII shows it."""
    return tuple((attribute, in_ascii(attribute, text)) for attribute, text in row)


class AsciiCanvas(urwid.Canvas):
    """`canvas` as a screen in ASCII shows it."""

    def __init__(self, canvas: urwid.Canvas) -> None:
        super().__init__()
        self._canvas = canvas
        self.coords = canvas.coords
        self.depends_on: list[urwid.Widget] = []  # good until its widget is told otherwise, whatever it is made of

    def cols(self) -> int:
        """The number of columns."""
        return self._canvas.cols()

    def rows(self) -> int:
        """The number of rows."""
        return self._canvas.rows()

    def content(self, *args: int, **kwargs: int) -> Iterator[list[tuple[Hashable, str | None, bytes]]]:  # type: ignore[override]
        """The rows, as urwid wants them."""
        for row in self._canvas.content(*args, **kwargs):  # type: ignore[arg-type]
            yield [
                (attribute, charset, text if text.isascii() else in_ascii(attribute, text.decode()).encode())
                for attribute, charset, text in row
            ]


def _is_code(attribute: Hashable) -> bool:
    return isinstance(attribute, str) and (attribute.startswith("code") or attribute == "ghost")


def _is_picture(attribute: Hashable, text: str) -> bool:
    """Whether a run is one of half blocks in two colours: a blank keeps one of them, a letter would spoil both."""
    return isinstance(attribute, urwid.AttrSpec) and attribute.background != "default" and _HALF_BLOCKS.issuperset(text)

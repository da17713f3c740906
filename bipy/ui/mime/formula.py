"""Boxes of text in two dimensions, from which a formula is put together.

A box is some rows of equal width and the row on which it stands in a line.  Boxes are put side by side on that row,
over one another as in a fraction, or around one another as in a root.  What a source says is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from bipy.ui.text.rows import width

Side = Literal["left", "center", "right"]

_RAISED = dict(zip("0123456789+-=()niabcdefghjklmoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True))
_RAISED |= {"\u2032": "\u2032", "\u2212": "⁻", " ": ""}
_LOWERED = dict(zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
_LOWERED |= {"\u2212": "₋", " ": ""}
# The top, the middle, the centre and the bottom of a tall delimiter.
_TALL = {
    "(": "\u239b\u239c\u239c\u239d",
    ")": "\u239e\u239f\u239f\u23a0",
    "[": "\u23a1\u23a2\u23a2\u23a3",
    "]": "\u23a4\u23a5\u23a5\u23a6",
    "{": "\u23a7\u23aa\u23a8\u23a9",
    "}": "\u23ab\u23aa\u23ac\u23ad",
    "\u2308": "\u23a1\u23a2\u23a2\u23a2",
    "\u2309": "\u23a4\u23a5\u23a5\u23a5",
    "\u230a": "\u23a2\u23a2\u23a2\u23a3",
    "\u230b": "\u23a5\u23a5\u23a5\u23a6",
    "|": "\u2502\u2502\u2502\u2502",
    "\u2016": "\u2551\u2551\u2551\u2551",
}


class Box(NamedTuple):
    """Rows of text, all of one width, and the row that stands in the line."""

    rows: tuple[str, ...]
    base: int = 0

    @property
    def width(self) -> int:
        """The columns that it takes."""
        return width(self.rows[0]) if self.rows else 0

    @property
    def is_flat(self) -> bool:
        """Whether it is a single row."""
        return len(self.rows) == 1


EMPTY = Box(("",))


def text(words: str) -> Box:
    """A box of one row."""
    return Box((words,))


def beside(boxes: Sequence[Box]) -> Box:
    """Boxes side by side, on one line."""
    if not boxes:
        return EMPTY
    above = max(box.base for box in boxes)
    below = max(len(box.rows) - box.base for box in boxes)
    rows = []
    for number in range(above + below):
        pieces = []
        for box in boxes:
            row = number - above + box.base
            pieces.append(box.rows[row] if 0 <= row < len(box.rows) else " " * box.width)
        rows.append("".join(pieces))
    return Box(tuple(rows), above)


def stacked(boxes: Sequence[Box], base: int, side: Side = "center") -> Box:
    """Boxes below each other; the line goes through the box of number `base`."""
    columns = max((box.width for box in boxes), default=0)
    rows: list[str] = []
    line = 0
    for number, box in enumerate(boxes):
        if number == base:
            line = len(rows) + box.base
        rows += [_set(row, columns, side) for row in box.rows]
    return Box(tuple(rows), line)


def fraction(above: Box, below: Box) -> Box:
    """One over the other, with a bar."""
    bar = text("\u2500" * (max(above.width, below.width) + 2))
    return stacked([above, bar, below], 1)


def root(inside: Box, degree: str = "") -> Box:
    """A root; a degree stands in front of it, raised."""
    front = raised(degree) if degree else ""
    height = len(inside.rows)
    if height == 1 and inside.width == 1:
        return text(f"{front or degree}\u221a{inside.rows[0]}")
    rows = [" " * height + "_" * (inside.width + 1)]
    for number, row in enumerate(inside.rows):
        left = height - 1 - number
        slash = " " * left + "\u2571"
        hook = "\u2572" if left == 0 else ""
        rows.append((slash if left else hook + "\u2571").ljust(height + 1)[: height + 1] + row)
    box = Box(tuple(_set(row, height + 1 + inside.width, "left") for row in rows), inside.base + 1)
    return beside([text(front or degree), box]) if degree else box


def scripts(base: Box, below: Box | None, above: Box | None) -> Box:
    """A box with what stands below and above at its right: in one row where there are such characters."""
    if below is not None and above is None and below.is_flat and (flat := lowered(below.rows[0])):
        return beside([base, text(flat)])
    if above is not None and below is None and above.is_flat and base.is_flat and (flat := raised(above.rows[0])):
        return beside([base, text(flat)])
    up, down = above or EMPTY, below or EMPTY
    columns = max(up.width if above else 0, down.width if below else 0)
    rows = [_set(row, columns, "left") for row in up.rows] if above else []
    line = len(rows) + base.base
    rows += [" " * columns] * len(base.rows)
    rows += [_set(row, columns, "left") for row in down.rows] if below else []
    return beside([base, Box(tuple(rows), line)])


def limits(sign: Box, below: Box | None, above: Box | None) -> Box:
    """A sign with its limits below and above."""
    boxes = [box for box in (above, sign, below) if box is not None]
    return stacked(boxes, 1 if above is not None else 0)


def around(left: str, inside: Box, right: str) -> Box:
    """A box between delimiters of its height."""
    pieces = [_delimiter(left, inside), inside, _delimiter(right, inside)]
    return beside([piece for piece in pieces if piece.width])


def table(cells: Sequence[Sequence[Box]], sides: Sequence[Side], gap: int = 2) -> Box:
    """Cells in rows and columns; the sides of the columns repeat."""
    columns = max(map(len, cells), default=0)
    widths = [max((row[number].width for row in cells if number < len(row)), default=0) for number in range(columns)]
    lines = []
    for row in cells:
        pieces: list[Box] = []
        for number, wanted in enumerate(widths):
            box = row[number] if number < len(row) else EMPTY
            side = sides[number % len(sides)]
            pieces.append(Box(tuple(_set(line, wanted, side) for line in box.rows), box.base))
            if number < columns - 1:
                pieces.append(text(" " * gap))
        lines.append(beside(pieces))
    if not lines:
        return EMPTY
    whole = stacked(lines, 0, "left")
    return whole._replace(base=(len(whole.rows) - 1) // 2)


def raised(words: str) -> str:
    """The same in characters that stand above the line; "" if there are none for it."""
    return "".join(_RAISED[each] for each in words) if all(each in _RAISED for each in words) else ""


def lowered(words: str) -> str:
    """The same in characters that stand below the line; "" if there are none for it."""
    return "".join(_LOWERED[each] for each in words) if all(each in _LOWERED for each in words) else ""


def _delimiter(sign: str, inside: Box) -> Box:
    height = len(inside.rows)
    tall = _TALL.get(sign)
    if height == 1 or tall is None:
        return text(sign)
    rows = [tall[0], *[tall[1]] * (height - 2), tall[3]]
    if height > 2:
        rows[height // 2] = tall[2]
    elif sign in "{}":
        rows = ["\u23b0", "\u23b1"] if sign == "{" else ["\u23b1", "\u23b0"]
    return Box(tuple(rows), inside.base)


def _set(row: str, columns: int, side: Side) -> str:
    blank = columns - width(row)
    before = blank if side == "right" else blank // 2 if side == "center" else 0
    return " " * before + row + " " * (blank - before)

"""Rows of styled text: the only way from text to a canvas, and the barrier in front of the terminal.

A run is (attribute, text); a row is a tuple of runs.  An attribute is the name of a role (see `theme`), an
urwid.AttrSpec for colours that a kernel chose, or None.  Text of a kernel becomes a canvas through `canvas` and in no
other way: it makes control characters visible, replaces bidirectional overrides, and keeps exact widths.

No widget and no role is known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import overload

import urwid

from bipy.placement import PLACEHOLDER, Placement

Attribute = Hashable
Run = tuple[Attribute, str]
Row = tuple[Run, ...]

TAB_WIDTH = 8

# C0 but the tab, which is expanded; DEL, C1, line separators, bidirectional controls, lone surrogates, the BOM; and
# kitty's placeholder, which shows a part of a picture, where it is not ours.
_HOSTILE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff" + PLACEHOLDER + "]"
)
_PLAIN = re.compile(r"[ -~]*")
# Characters of one column and of two that never form one with their neighbours; of any others urwid knows the width.
_EACH_ONE = re.compile(
    r"[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038e-\u03a1\u03a3-\u0482\u048a-\u052f"
    r"\u2010-\u2027\u2030-\u203b\u2190-\u2193\u2200-\u22ff\u2500-\u259f]*"
)
_EACH_TWO = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]+")
_ONE_OR_TWO = re.compile(f"{_EACH_ONE.pattern[:-2]}{_EACH_TWO.pattern[1:-2]}]*")


def printable(text: str) -> str:
    """`text`, each character that could control a terminal replaced by a visible one.

    C0 characters become their control pictures (U+2400 and on), the others U+FFFD.  Tabs stay, for `expand_tabs`.
    """
    return _HOSTILE.sub(_visible, text)


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def expand_tabs(text: str, column: int = 0) -> str:
    """`text`, which begins in `column`, each tab replaced by spaces up to the next tab stop."""
    if "\t" not in text:
        return text
    parts = []
    for part in text.split("\t")[:-1]:
        column += width(part)
        spaces = TAB_WIDTH - column % TAB_WIDTH
        parts.append(part + " " * spaces)
        column += spaces
    return "".join(parts) + text.rsplit("\t", 1)[1]


def is_single(text: str) -> bool:
    """Whether each character of `text` takes one column, and is known to."""
    return text.isascii() or _EACH_ONE.fullmatch(text) is not None


def width(text: str) -> int:
    """The number of columns of `text`."""
    if is_single(text):
        return len(text)
    if _ONE_OR_TWO.fullmatch(text):
        return len(text) + sum(map(len, _EACH_TWO.findall(text)))
    return urwid.calc_width(text, 0, len(text))


def row_width(row: Iterable[Run]) -> int:
    """The number of columns of `row`."""
    return sum(width(text) for _, text in row)


def visible(row: Iterable[Run]) -> Row:
    """`row` as `canvas` draws it, tabs expanded and all of it printable, so that it can be measured."""
    shown: list[Run] = []
    column = 0
    for attribute, text in row:
        if not _PLAIN.fullmatch(text):
            text = printable(expand_tabs(text, column))
        column += width(text)
        shown.append((attribute, text))
    return tuple(shown)


def split(text: str, columns: int) -> tuple[str, str]:
    """`text` in two pieces: as much as fits into `columns`, and the rest.  A wide character is never cut."""
    if is_single(text):
        return text[:columns], text[columns:]
    position, _ = urwid.calc_text_pos(text, 0, len(text), columns)
    return text[:position], text[position:]


def clip(row: Iterable[Run], columns: int, skip: int = 0) -> Row:
    """The part of `row` that begins `skip` columns in and is at most `columns` wide.

    A wide character across the left edge becomes a space; one across the right edge is left out.
    """
    clipped: list[Run] = []
    for attribute, text in row:
        if columns <= 0:
            break
        if skip:
            head, text = split(text, skip)
            skip -= width(head)
            if skip and text:
                # A wide character stands across the left edge.
                wide, text = split(text, skip + 1)
                text = " " * (width(wide) - skip) + text
                skip = 0
        fitting, rest = split(text, columns)
        if fitting:
            clipped.append((attribute, fitting))
            columns -= width(fitting)
        if rest:
            break
    return tuple(clipped)


def shorten(row: Sequence[Run], columns: int) -> Row:
    """`row` if it fits into `columns`, or else its beginning with an ellipsis."""
    if row_width(row) <= columns:
        return tuple(row)
    clipped = clip(row, columns - 1)
    return (*clipped, (clipped[-1][0] if clipped else row[0][0], "\u2026")) if columns > 0 else ()


def wrap(row: Iterable[Run], columns: int) -> list[Row]:
    """`row` broken at any character into rows of at most `columns`, as terminals do; at least one row."""
    columns = max(columns, 1)
    rows: list[Row] = []
    current: list[Run] = []
    room = columns
    for attribute, text in row:
        ascii_only = text.isascii()
        start, end = 0, len(text)
        while start < end:
            if ascii_only:
                stop, used = min(start + room, end), min(room, end - start)
            else:
                stop, used = urwid.calc_text_pos(text, start, end, room)
            if stop > start:
                current.append((attribute, text[start:stop]))
            elif room == columns:
                # A wide character does not fit into a single column.
                current.append((attribute, "\ufffd"))
                stop, used = start + 1, 1
            room -= used
            start = stop
            if start < end:
                rows.append(tuple(current))
                current, room = [], columns
    rows.append(tuple(current))
    return rows


class MadeRows(Sequence[Row]):
    """`count` rows, each made by `make` from its number when it is asked for: a line of 50 MB has 600,000 of them."""

    def __init__(self, count: int, make: Callable[[int], Row]) -> None:
        self._count = count
        self._make = make

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(self._count))]
        if not -self._count <= index < self._count:
            raise IndexError(index)
        return self._make(index % self._count)


def long_run(attribute: Attribute, text: str, columns: int) -> MadeRows:
    """The rows of one long run of printable ASCII."""
    columns = max(columns, 1)
    count = max(1, -(-len(text) // columns))
    return MadeRows(count, lambda number: ((attribute, text[number * columns : (number + 1) * columns]),))


def wrap_words(row: Sequence[Run], columns: int, used: int = 0) -> list[Row]:
    """`row` broken between words if possible; blanks at a break are dropped.

    `used` columns of the first row are taken already; a negative number makes the first row wider.
    """
    columns = max(columns, 1)
    rows: list[Row] = []
    current: list[Run] = []
    for word in _words(row):
        columns_needed = row_width(word)
        if used + columns_needed <= columns:
            current += word
            used += columns_needed
        elif word[0][1].isspace():
            rows.append(tuple(current))
            current, used = [], 0
        else:
            if current:
                rows.append(tuple(current))
            *full, last = wrap(word, columns)
            rows.extend(full)
            current, used = list(last), row_width(last)
    rows.append(tuple(current))
    return rows


def _words(row: Iterable[Run]) -> list[list[Run]]:
    """The words of `row` and the blanks between them, in order.  A word may have several attributes."""
    words: list[list[Run]] = []
    blank = True
    for attribute, text in row:
        for piece in re.findall(r"\s+|\S+", text):
            if blank or piece.isspace():
                words.append([(attribute, piece)])
            else:
                words[-1].append((attribute, piece))
            blank = piece.isspace()
    return words


def escaped(row: Iterable[Run], escape: Callable[[Attribute], str]) -> str:
    """`row` as text for the scrollback; `escape` gives the sequence for an attribute.

    The one text that reaches the terminal past a canvas, and so it is cleaned here as a canvas would.
    """
    return "".join(escape(attribute) + text for attribute, text in visible(row)) + "\x1b[0m"


def canvas(
    rows: Sequence[Row], columns: int, cursor: tuple[int, int] | None = None, fill: Attribute = None
) -> urwid.TextCanvas:
    """A canvas of `rows`, exactly `columns` wide; a row is clipped, or padded with `fill`.

    Hostile text ends here: see `printable`.
    """
    texts: list[bytes] = []
    attributes: list[list[tuple[Attribute, int]]] = []
    for row in rows:
        pieces: list[bytes] = []
        runs: list[tuple[Attribute, int]] = []
        room = columns
        plain = True
        for attribute, text in row:
            if not _PLAIN.fullmatch(text):
                plain = False
                if not isinstance(attribute, Placement):
                    text = printable(expand_tabs(text, columns - room))
            columns_needed = width(text)
            if columns_needed > room:
                text = split(text, room)[0]
                columns_needed = width(text)
            if text:
                piece = text.encode()
                pieces.append(piece)
                runs.append((attribute, len(piece)))
                room -= columns_needed
        if not plain:
            # The end of a run and the start of the next may form one character, such as the two halves of a flag.
            room = columns - width(b"".join(pieces).decode())
        if room:
            pieces.append(b" " * room)
            runs.append((fill, room))
        texts.append(b"".join(pieces))
        attributes.append(runs)
    return urwid.TextCanvas(texts, attributes, cursor=cursor, maxcol=columns, check_width=False)

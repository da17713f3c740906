r"""A terminal's text becomes lines.

`AnsiText` is fed pieces of text and keeps lines.  It obeys SGR, \r, \b, \t, \v, \f, erasing and cursor movement.  Every
other control sequence is dropped whole, even when it arrives in several pieces: CSI, OSC with its hyperlinks, DCS, APC,
SOS, PM, two-byte escapes, C1.  A control string that is never closed ends with its line.

A line is a str that holds no controls but SGR sequences.  It begins in the default style, so each line can be drawn
without the lines before it.  Settled lines are joined into blocks, so a million lines take little more memory than
their text.  `runs` splits a line into styled text.

Text that only adds to the end is never inspected character by character.  A line becomes cells when the cursor returns
to it.  The cursor reaches the last `REACH` lines, as on a terminal of that height.  Nothing raises, and the time is
linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from bipy.ui.text.find import Needle
from bipy.ui.text.rows import TAB_WIDTH, width
from bipy.ui.text.sgr import DEFAULT, Style, restyle, sgr

# The cursor can reach so many lines above the last one.
REACH = 200
# The rows of the smallest terminal.  The cursor can move down to the last of them before any line exists there.
SCREEN = 24
# The rightmost column that a cursor movement can reach.  Text may be longer.
FARTHEST_COLUMN = 300
# The number of settled lines in a block.
BLOCK = 512
# A cell holds so many characters: a base and its combining characters.
LONGEST_CELL = 16

_SGR = re.compile(r"\x1b\[([0-9;:]*)m")
_UNUSUAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Control sequences without an effect.  Each begins with one of a small set of characters, so `re` skips the text
# between them.  The bounds limit how much of a sequence that is cut has to be held back.
_DROPPED = re.compile(
    r"[\x00-\x07\r\x0e-\x1f\x7f-\x9f](?:"
    r"(?<=\x1b)(?:\[(?![0-9;:]{0,128}[A-GJKm])[0-?]{0,256}[ -/]{0,16}[@-~]?|(?![]PX^_[])[ -/]{0,16}[0-~]?)"
    r"|(?<=\x9b)[0-?]{0,256}[ -/]{0,16}[@-~]?"
    r"|(?P<string>(?:(?<=\x1b)[]PX^_]|(?<=[\x90\x98\x9d-\x9f]))[^\x07\x18\x1a\x1b\x9c\n]*)"
    r"|(?<=\r)(?=[\r\n]|\Z)"
    r"|(?<![\r\x1b\x90\x98\x9b\x9d-\x9f]))"
)
_UNFINISHED = re.compile(r"(?:\x1b\[|\x9b)[0-?]{0,256}[ -/]{0,16}|\x1b[ -/]{0,16}|\r")
_END_OF_STRING = re.compile("[\x07\x18\x1a\x1b\x9c\n]")
# Controls after which the text is no longer added to the end of the line.
_MOVEMENT = re.compile(r"[\r\b\x1b](?:(?<!\x1b)|\[[0-9;:]*[A-GJK])")
_INVISIBLE = re.compile(r"(?:\s|\x1b\[[0-9;:]*m)*")
_TOKEN = re.compile(r"\x1b\[(?P<parameters>[0-9;:]*)(?P<final>[A-GJKm])|(?P<control>[\r\n\b\t])|[^\x1b\r\n\b\t]+")


StyledText = tuple[Style, str]


class AnsiText:
    """The lines of a text with control sequences."""

    def __init__(self, text: str = "") -> None:
        self._blocks: list[str] = []
        self._split: tuple[int, list[str]] = (-1, [])
        self._lines: list[str | _Cells] = [""]
        self._added: list[str] = []  # pieces of the last line that are not joined to it yet
        self._style = DEFAULT
        self._appending = True  # the cursor is at the end of the last line, which is a str
        self._row = 0
        self._column = 0
        self._top = 0
        self._held = ""
        self._in_string = False
        self.feed(text)

    @property
    def count(self) -> int:
        """The number of lines to show.

        The cursor's line does not count while nothing is written on it, nor do blank lines below the cursor.
        """
        self._join()
        row = len(self._lines) - 1
        cursor = row if self._appending else self._row - self._base
        while row > cursor and _blank(self._lines[row]):
            row -= 1
        if row == cursor and _blank(self._lines[row]):
            row -= 1
        return self._base + row + 1

    def line(self, index: int) -> str:
        """The line at `index`, 0 <= index < count."""
        block, offset = divmod(index, BLOCK)
        if block < len(self._blocks):
            if self._split[0] != block:
                self._split = (block, self._blocks[block].split("\n"))
            return self._split[1][offset]
        self._join()
        return str(self._lines[index - self._base])

    def lines_with(self, needle: Needle, start: int = 0) -> Iterator[int]:
        """The indices, from `start` on, of the lines in which `needle` stands."""
        for number in range(start // BLOCK, len(self._blocks)):
            block = self._blocks[number]
            text = _SGR.sub("", block) if "\x1b" in block else block
            if needle.within(text):
                for index, line in enumerate(text.split("\n"), number * BLOCK):
                    if index >= start and needle.within(line):
                        yield index
        for index in range(max(start, self._base), self.count):
            if needle.within(_SGR.sub("", self.line(index))):
                yield index

    def feed(self, text: str) -> None:
        """Add text.  It may begin and end anywhere, even inside a control sequence."""
        if self._held or self._in_string or _UNUSUAL.search(text):
            text = self._clean(text)
        position = 0
        # The place of the next movement from `position` on; None before it is searched.
        movement: int | None = None
        while position < len(text):
            if self._appending:
                if movement is None or movement < position:
                    found = _MOVEMENT.search(text, position)
                    movement = found.start() if found else len(text)
                stop = movement if movement == len(text) else text.rfind("\n", position, movement) + 1
                if stop > position:
                    self._append(text[position:stop])
                    position = stop
                    continue
            stop = text.find("\n", position) + 1 or len(text)
            self._interpret(text, position, stop)
            position = stop

    @property
    def _base(self) -> int:
        """The index of the first line that is not settled."""
        return len(self._blocks) * BLOCK

    def _clean(self, text: str) -> str:
        """The held end and `text` without the dropped sequences; an unfinished end is held back again."""
        text, self._held = self._held + text, ""
        if self._in_string:
            end = _END_OF_STRING.search(text)
            if end is None:
                return ""
            self._in_string = False
            text = text[end.start() :]
        last: re.Match[str] | None = None

        def drop(match: re.Match[str]) -> str:
            nonlocal last
            last = match
            return ""

        # A terminal keeps the column at \v and \f, which turns pages into stairs.  Here they end a line.
        cleaned = _DROPPED.sub(drop, text).replace("\v", "\n").replace("\f", "\n")
        if last is not None and last.end() == len(text):
            if last["string"] is not None:
                self._in_string = True
            elif _UNFINISHED.fullmatch(last[0]):
                self._held = last[0]
        return cleaned

    def _append(self, text: str) -> None:
        """Add text without movements to the end of the last line."""
        lines = text.split("\n")
        if self._style != DEFAULT or "\x1b" in text:
            style = self._style
            for number, line in enumerate(lines):
                if number and style != DEFAULT:
                    lines[number] = sgr(style) + line
                if "\x1b" in line:
                    style = style_after(line, style)
            self._style = style
        self._added.append(lines[0])
        if len(lines) > 1:
            self._join()
            self._lines.extend(lines[1:])
            self._settle()

    def _join(self) -> None:
        if self._added:
            self._lines[-1] = "".join([str(self._lines[-1]), *self._added])
            self._added.clear()

    def _settle(self) -> None:
        """Join the lines that the cursor can no longer reach into blocks."""
        last = self._base + len(self._lines) - 1
        self._top = max(self._top, last - REACH)
        blocks = (self._top - self._base) // BLOCK
        for start in range(0, blocks * BLOCK, BLOCK):
            self._blocks.append("\n".join(map(str, self._lines[start : start + BLOCK])))
        del self._lines[: blocks * BLOCK]

    def _interpret(self, text: str, start: int, stop: int) -> None:
        """Write text[start:stop], at most one line, at the cursor as a terminal does."""
        if self._appending:
            self._join()
            self._row = self._base + len(self._lines) - 1
            self._column = len(self._cells())
            self._appending = False
        for token in _TOKEN.finditer(text, start, stop):
            if token["control"]:
                self._control(token["control"])
            elif token["final"] == "m":
                self._style = restyle(self._style, token["parameters"])
            elif token["final"]:
                self._move(token["final"], _number(token["parameters"]))
            else:
                self._column = self._cells().write(self._column, token[0], self._style)
        if not self._column and self._row == self._base + len(self._lines) - 1 and not self._lines[-1]:
            self._lines[-1] = sgr(self._style) if self._style != DEFAULT else ""
            self._appending = True

    def _control(self, character: str) -> None:
        if character == "\r":
            self._column = 0
        elif character == "\b":
            self._column = max(self._column - 1, 0)
        elif character == "\t":
            self._column = self._cells().tab(self._column)
        else:
            self._line_feed()

    def _line_feed(self) -> None:
        self._row += 1
        self._column = 0
        if self._row == self._base + len(self._lines):
            self._lines.append("")
            self._settle()

    def _move(self, final: str, number: int | None) -> None:
        """Obey CSI A to G, J or K; `number` is its first parameter."""
        if final == "K":
            self._erase_line(number or 0)
            return
        if final == "J":
            self._erase_display(number or 0)
            return
        distance = number or 1
        if final in "AF":
            self._row = max(self._row - distance, self._top)
        elif final in "BE":
            last = self._base + len(self._lines) - 1
            self._row = min(self._row + distance, max(last, SCREEN - 1))
            self._lines.extend([""] * (self._row - last))
        elif final == "C":
            self._column = max(self._column, min(self._column + distance, FARTHEST_COLUMN))
        elif final == "D":
            self._column = max(self._column - distance, 0)
        elif final == "G":
            self._column = min(distance - 1, FARTHEST_COLUMN)
        if final in "EF":
            self._column = 0

    def _erase_line(self, part: int) -> None:
        """Obey EL: erase to the end of the line (0), to its start (1), or all of it (2)."""
        if part == 0:
            self._cells().erase_right(self._column)
        elif part == 1:
            self._cells().erase_left(self._column)
        elif part == 2:
            self._lines[self._row - self._base] = ""

    def _erase_display(self, part: int) -> None:
        """Obey ED: erase to the end (0), to the top (1), or everything (2, 3).

        Erasing everything moves the cursor home too: programs nearly always send CUP next, which has no effect here.
        """
        row = self._row - self._base
        top = self._top - self._base
        if part == 0:
            self._erase_line(0)
            del self._lines[row + 1 :]
        elif part == 1:
            self._erase_line(1)
            self._lines[top:row] = [""] * (row - top)
        else:
            self._lines[top:] = [""]
            self._row, self._column = self._top, 0

    def _cells(self) -> _Cells:
        """The line of the cursor, as cells."""
        row = self._row - self._base
        line = self._lines[row]
        if isinstance(line, str):
            line = self._lines[row] = _Cells(line)
        return line


class _Cells:
    """A line that is written on anywhere: a character and a style for each column.

    A wide character stands in its first column; its second column holds "".  Combining characters share the cell of
    their base.
    """

    __slots__ = ("_blank", "_text", "characters", "styles")

    def __init__(self, line: str) -> None:
        self.characters: list[str] = []
        self.styles: list[Style] = []
        self._text: str | None = None
        self._blank = 0  # so many columns at the left are erased, and nothing was written on them since
        column = 0
        for style, text in runs(line):
            column = self.write(column, text, style)

    def __len__(self) -> int:
        return len(self.characters)

    def __str__(self) -> str:
        if self._text is None:
            parts = []
            before = DEFAULT
            for style, text in self._runs():
                if style != before:
                    parts.append(sgr(style))
                parts.append(text)
                before = style
            self._text = "".join(parts)
        return self._text

    def _runs(self) -> Iterator[StyledText]:
        start = 0
        styles = self.styles
        for column in range(1, len(styles) + 1):
            if column == len(styles) or styles[column] is not styles[start]:
                yield styles[start], "".join(self.characters[start:column])
                start = column

    def write(self, column: int, text: str, style: Style) -> int:
        """Write `text` over the cells from `column` on; returns the column behind it."""
        self._text = None
        characters = list(text) if text.isascii() else self._characters(column, text)
        if not characters:
            return column
        self._pad(column)
        self._blank = min(self._blank, column)
        end = column + len(characters)
        self._halve(column)
        self._halve(end)
        self.characters[column:end] = characters
        self.styles[column:end] = [style] * len(characters)
        return end

    def tab(self, column: int) -> int:
        """Extend the line to the next tab stop; returns its column."""
        self._text = None
        column += TAB_WIDTH - column % TAB_WIDTH
        self._pad(column)
        return column

    def erase_right(self, column: int) -> None:
        """Cut the line at `column`."""
        self._text = None
        self._halve(column)
        del self.characters[column:], self.styles[column:]
        self._blank = min(self._blank, column)

    def erase_left(self, column: int) -> None:
        """Blank the line up to `column`, which is blanked too."""
        self._text = None
        end = min(column + 1, len(self))
        self._halve(end)
        if end > self._blank:
            self.characters[self._blank : end] = " " * (end - self._blank)
            self.styles[self._blank : end] = [DEFAULT] * (end - self._blank)
            self._blank = end

    def _pad(self, column: int) -> None:
        missing = column - len(self)
        if missing > 0:
            self.characters.extend(" " * missing)
            self.styles.extend([DEFAULT] * missing)

    def _halve(self, column: int) -> None:
        """Replace a wide character across the left edge of `column` by two spaces."""
        if 0 < column < len(self) and not self.characters[column]:
            self.characters[column - 1 : column + 1] = "  "

    def _characters(self, column: int, text: str) -> list[str]:
        """The cells of `text`.  Combining characters at its start are added to the cell in front of `column`."""
        cells: list[str] = []
        for character in text:
            columns = width(character)
            if columns:
                cells.extend([character, ""] if columns > 1 else [character])
                continue
            line, base = (cells, len(cells) - 1) if cells else (self.characters, min(column, len(self.characters)) - 1)
            if base > 0 and not line[base]:
                base -= 1
            if base >= 0 and len(line[base]) < LONGEST_CELL:
                line[base] += character
        return cells


def style_after(text: str, style: Style) -> Style:
    """The style behind `text`, which begins in `style`."""
    # A reset ends all that was before it, and most texts end in one.
    _, reset, rest = text.rpartition("\x1b[0m")
    style = DEFAULT if reset else style
    for parameters in _SGR.findall(rest):
        style = restyle(style, parameters)
    return style


def without_styles(text: str) -> str:
    """`text` without its SGR sequences."""
    return _SGR.sub("", text)


def runs(line: str, style: Style = DEFAULT, column: int = 0) -> list[StyledText]:
    """The styled text of a line of `AnsiText`: tabs expanded, neighbours of one style joined.

    A part of a line begins in a `style` and in a `column`.
    """
    if "\x1b" not in line and "\t" not in line:
        return [(style, line)] if line else []
    pieces = (piece for piece in _pieces(line, style, column) if piece[1])
    return [(style, "".join(text for _, text in same)) for style, same in groupby(pieces, itemgetter(0))]


def _pieces(line: str, style: Style, column: int) -> Iterator[StyledText]:
    for number, piece in enumerate(_SGR.split(line)):
        if number % 2:
            style = restyle(style, piece)
            continue
        if "\t" not in piece:
            column += width(piece)
            yield style, piece
            continue
        *before, last = piece.split("\t")
        for text in before:
            column += width(text)
            yield style, text
            spaces = TAB_WIDTH - column % TAB_WIDTH
            column += spaces
            yield DEFAULT, " " * spaces
        column += width(last)
        yield style, last


def _blank(line: str | _Cells) -> bool:
    return _INVISIBLE.fullmatch(str(line)) is not None


def _number(parameters: str) -> int | None:
    first = parameters.partition(";")[0]
    return int(first) if first.isdigit() else None

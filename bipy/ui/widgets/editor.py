"""The input cell: a box widget around a `Buffer`.

Each text in the cell has a `_Layout`, which lays out and highlights only the lines that changed.  It compares its lines
with those of the buffer from both ends, and keeps the equal ones.  A line is highlighted when it first comes into view,
and again when its text changes, or the state that the lines above leave behind.  If there are more rows than room, the
part with the cursor is shown.

The widget inserts printable text.  Every other key is a command, and is returned.  Texts that were entered stand frozen
above the one that is typed, as long as the caller lists them in `awaited`.  The widget keeps only their buffers, so a
text that goes on can still be undone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import urwid

from bipy.inspection.values import Document, Edit
from bipy.ui.text import rows as cells
from bipy.ui.text.find import Span, marked
from bipy.ui.text.rows import Attribute, Row
from bipy.ui.widgets.buffer import Buffer, Motion, Position, word_right
from bipy.ui.widgets.pasting import cleaned

MASK = "•"
BRACKETS = frozenset("()[]{}")

# C0 but tab and newline; DEL, C1 and lone surrogates.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

# The prompt stands beside the text if it leaves the text so many columns, or half of all.
LEAST_COLUMNS = 20

# A longer line is data and stays plain: pygments takes 5 ms for 600 characters, at each key.
LONGEST_HIGHLIGHTED = 600
# At most so many lines are highlighted in a frame; each takes about 0.15 ms.  The others follow in the next frames.
MOST_HIGHLIGHTED = 50


class Highlighter(Protocol):
    """The part of `highlight.Highlighter` that the editor uses.  Equal states give equal rows."""

    @property
    def start(self) -> Any:
        """The state of the first line."""

    def line(self, text: str, state: Any) -> tuple[Row, Any]:
        """The row of a line, whose runs join to `text`, and the state of the next line."""


class _View(NamedTuple):
    """The rows around the text at one width.

    `head` are the rows above the text.  `prompt` stands in front of its first row and is `indent` wide.  `height` is
    the number of all rows.
    """

    head: list[Row]
    prompt: Row
    indent: int
    height: int


SELECTION = "selection"
TAB, TAB_ROLE = "\u2192", "dim"


class _Marks(NamedTuple):
    """What is marked in the text: brackets in a role each, what a search has found by row, what is selected."""

    brackets: Sequence[tuple[Position, str]] = ()
    found: Mapping[int, Sequence[Span]] = {}
    selection: tuple[Position, Position] | None = None

    def put(self, row: Row, line: _Line, number: int) -> Row:
        """`row`, which is that of line `number`, with the marks that are in it."""
        for (at, column), role in self.brackets:
            if at == number:
                row = _marked(row, _index(line, column), role)
        if number in self.found:
            row = marked(row, [(_index(line, start), _index(line, end)) for start, end in self.found[number]])
        if self.selection is not None and self.selection[0][0] <= number <= self.selection[1][0]:
            row = _selected(row, line, number, self.selection)
        return row


class _Line:
    """A line that is laid out: its rows begin at the offsets `starts` in `shown`."""

    __slots__ = ("after", "before", "row", "shown", "starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.shown = _shown(text)
        self.starts: Sequence[int] = ()
        self.row: Row | None = None
        self.before: Any = None
        self.after: Any = None


class _Layout:
    """The rows of one text at one width."""

    def __init__(self) -> None:
        self._lines: list[_Line] = []
        # The number of rows of each line.  A line that fills its last row has one more, for the cursor behind it.
        self._heights: list[int] = []
        self._columns = 0
        self._highlighter: Highlighter | None = None
        # The colours of so many lines from the top are up to date.
        self._highlighted = 0
        self._seen: object = None
        self.unfinished = False

    @property
    def height(self) -> int:
        """The number of rows."""
        return sum(self._heights)

    def update(self, buffer: Buffer, columns: int, highlighter: Highlighter | None, *, mask: bool) -> None:
        """Lay out the lines that have changed since the last call."""
        seen = (buffer, buffer.revision, columns, highlighter, mask)
        if seen == self._seen:
            return
        self._seen = seen
        if highlighter is not self._highlighter:
            self._highlighter = highlighter
            self._highlighted = 0
            for line in self._lines:
                line.row = None
        texts = [MASK * len(line) for line in buffer.lines] if mask else buffer.lines
        lines = self._lines
        first, most = 0, min(len(lines), len(texts))
        while first < most and lines[first].text == texts[first]:
            first += 1
        kept, most = 0, most - first
        while kept < most and lines[-1 - kept].text == texts[-1 - kept]:
            kept += 1
        changed = [_Line(text) for text in texts[first : len(texts) - kept]]
        self._heights[first : len(lines) - kept] = [0] * len(changed)
        lines[first : len(lines) - kept] = changed
        self._highlighted = min(self._highlighted, first)
        if columns != self._columns:
            self._columns = columns
            first, changed = 0, lines
        for number, line in enumerate(changed, first):
            line.starts = _starts(line.shown, columns)
            self._heights[number] = len(line.starts)

    def cell(self, position: Position) -> tuple[int, int]:
        """The (column, row) of `position`, counted from the first row of this text."""
        row, column = position
        line = self._lines[row]
        index = _index(line, column)
        part = bisect_right(line.starts, index) - 1
        left = cells.row_width(_cut(self._row(row), line.starts[part], index))
        # A character wider than the row would stand outside.
        return min(left, self._columns - 1), sum(self._heights[:row]) + part

    def position(self, column: int, row: int) -> Position:
        """The position of the character at (column, row), counted as `cell` counts, or the nearest one."""
        row = max(0, min(row, self.height - 1))
        number = 0
        while row >= self._heights[number]:
            row -= self._heights[number]
            number += 1
        line = self._lines[number]
        start = line.starts[row]
        end = line.starts[row + 1] if row + 1 < len(line.starts) else len(line.shown)
        if line.shown is line.text and line.text.isascii():
            return number, min(start + max(0, column), end)
        reached, _ = urwid.calc_text_pos(line.shown, start, end, max(0, column))
        at = 0
        while at < len(line.text):
            behind = urwid.move_next_char(line.text, at, len(line.text))
            if len(_shown(line.text[:behind])) > reached:
                break
            at = behind
        return number, at

    def rows(self, top: int, most: int, marks: _Marks) -> Iterator[tuple[int, int, Row]]:
        """At most `most` rows from number `top` on, as (line, row within the line, Row)."""
        self.unfinished = False
        if top >= self.height:
            return
        first = 0
        while top >= self._heights[first]:
            top -= self._heights[first]
            first += 1
        self._highlight_to(min(first + most, len(self._lines)) if most > 0 else 0)
        for number, line in enumerate(self._lines[first:], first):
            if most <= 0:
                break
            row = marks.put(self._row(number), line, number)
            # A blank stands behind a line whose end is selected.
            bounds = [*line.starts[top : top + most + 1], len(line.shown) + 1]
            for part, (start, end) in enumerate(pairwise(bounds[: most + 1]), top):
                yield number, part, _cut(row, start, end)
            most -= len(line.starts) - top
            top = 0

    def _highlight_to(self, end: int) -> None:
        """Update the colours of the lines in front of `end`, at most MOST_HIGHLIGHTED of them."""
        room = MOST_HIGHLIGHTED
        state = self._state_before(self._highlighted)
        for line in self._lines[self._highlighted : end]:
            if line.row is None or line.before != state:
                if not room:
                    break
                room -= 1
                self._highlight(line, state)
            state = line.after
            self._highlighted += 1
        self.unfinished = self._highlighted < end

    def _row(self, number: int) -> Row:
        """The row of line `number`; its colours are a guess while those of the lines above are not up to date."""
        line = self._lines[number]
        if line.row is None:
            self._highlight(line, self._state_before(number))
        return line.row or ()

    def _state_before(self, number: int) -> Any:
        """The state behind the line above if that line is highlighted, else the state of the first line."""
        if number and self._lines[number - 1].row is not None:
            return self._lines[number - 1].after
        return self._highlighter.start if self._highlighter else None

    def _highlight(self, line: _Line, state: Any) -> None:
        line.before = line.after = state
        if self._highlighter is None or len(line.text) > LONGEST_HIGHLIGHTED:
            row: Row = (("code", line.text),)
        else:
            row, line.after = self._highlighter.line(line.text, state)
        line.row = row if line.shown is line.text else _drawn(row)


class Editor(urwid.Widget):
    """The input cell.

    `prompt` stands in front of the first line, `continuation` in front of the others.  A prompt that leaves too little
    room, or that has line breaks, has rows of its own.  `mask` shows a dot for each character.  `brackets` are the
    offsets of a pair of brackets to mark, `lone_bracket` is that of one without a partner.  `found` has the columns by
    row that a search has found, None without one.  `ghost` is a suggestion behind the cursor, at the end of its row.  A
    caller may change `buffer` and the attributes at any time: each render reads them anew.
    """

    _sizing = frozenset([urwid.BOX])
    _selectable = True
    no_cache = ("render",)

    def __init__(
        self,
        highlighter: Highlighter | None = None,
        *,
        prompt: Row = (),
        continuation: Row = (),
        mask: bool = False,
    ) -> None:
        super().__init__()
        self.highlighter = highlighter
        self.prompt = prompt
        self.continuation = continuation
        self.mask = mask
        self.brackets: tuple[int, int] | None = None
        self.lone_bracket: int | None = None
        self.found: Mapping[int, Sequence[Span]] | None = None
        self.ghost = ""
        self.buffer = Buffer()
        self._layout = _Layout()
        # The texts that were entered, the oldest first.
        self._entered: list[tuple[Buffer, _Layout]] = []
        self._top = 0

    @property
    def document(self) -> Document:
        """The code that is typed, and the cursor in it."""
        return Document(self.buffer.code, self.buffer.offset)

    @property
    def awaited(self) -> tuple[str, ...]:
        """The texts that stand above the one that is typed, the oldest first."""
        return tuple(buffer.code for buffer, _ in self._entered)

    @awaited.setter
    def awaited(self, texts: tuple[str, ...]) -> None:
        # The oldest texts leave first, and a text that was joined with the next one is a new text.
        newest = self._entered[max(0, len(self._entered) - len(texts)) :]
        unknown = len(texts) - len(newest)
        self._entered = [(Buffer(text), _Layout()) for text in texts]
        for number, pair in enumerate(newest, unknown):
            if pair[0].code == texts[number]:
                self._entered[number] = pair

    @property
    def unfinished(self) -> bool:
        """Whether the last frame guessed some colours, as after a long paste, and another frame is needed."""
        return any(layout.unfinished for layout in self._layouts)

    def insert(self, text: str) -> None:
        """Type `text` at the cursor."""
        self.buffer.insert(text)

    def take(self, motion: Motion) -> None:
        """Take the rest of the line that is suggested; where there is none, move the cursor."""
        ghost, self.ghost = self.ghost, ""
        if ghost and not self.mask:
            self.buffer.insert(ghost)
        else:
            self.buffer.move(motion)

    def take_word(self) -> None:
        """Take a word of the line that is suggested; where there is none, go a word forward."""
        ghost, self.ghost = self.ghost, ""
        if ghost and not self.mask:
            word = re.match(r"\W*\w+", ghost)
            self.buffer.insert(word[0] if word else ghost)
        else:
            self.buffer.move(word_right)

    def paste(self, text: str) -> None:
        """Insert pasted text in one step to undo, without prompts and control characters but newline and tab."""
        row, column = min(self.buffer.cursor, self.buffer.anchor or self.buffer.cursor)
        begins_line = not self.buffer.lines[row][:column].strip()
        text = cleaned(_CONTROL.sub("", text), begins_line=begins_line and not column)
        start, end = self.buffer.selection or (self.buffer.cursor, self.buffer.cursor)
        self.buffer.replace(self.buffer.offset_of(start), self.buffer.offset_of(end), text)

    def apply(self, edit: Edit) -> None:
        """Apply an edit of the inspector."""
        self.buffer.replace(edit.start, edit.end, edit.text)

    def replace(self, text: str) -> None:
        """Replace all that is typed by `text`, such as an entry of the history."""
        self.buffer.replace(0, len(self.buffer.code), text)

    def clear(self) -> None:
        """Begin a new text, with nothing to undo."""
        self.buffer = Buffer(kill_ring=self.buffer.kill_ring)
        self._layout = _Layout()

    def enter(self) -> Document:
        """Freeze the text, begin a new one below it, and return it with its cursor."""
        document = self.document
        self._entered.append((self.buffer, self._layout))
        self.clear()
        return document

    def go_on(self, code: str, cursor: int, indent: str) -> None:
        """Go on with `code`, which was entered: break it at `cursor`, and append the text that was typed since."""
        typed = self.buffer
        self.take_back(code, cursor)
        self._entered = []
        self.buffer.newline(indent + typed.code)
        self.buffer.cursor = self.buffer.position_of(cursor + 1 + len(indent) + typed.offset)

    def take_back(self, code: str, cursor: int) -> None:
        """Be at `code` again, which was entered, as it was then."""
        known = [pair for pair in self._entered if pair[0].code == code]
        self.buffer, self._layout = known[-1] if known else (Buffer(code, self.buffer.kill_ring), _Layout())
        self._entered = [pair for pair in self._entered if pair[0] is not self.buffer]
        self.buffer.cursor = self.buffer.position_of(cursor)

    def draft(self) -> list[Row]:
        """The text that is typed as rows for the scrollback, one a line; empty without text, and for a secret."""
        if self.mask:
            return []
        lines = "\n".join((*self.awaited, self.buffer.code)).rstrip().split("\n")
        if lines == [""]:
            return []
        return [(*(self.continuation if number else self.prompt), ("code", line)) for number, line in enumerate(lines)]

    def height(self, columns: int) -> int:
        """The number of rows at that width."""
        return self._lay_out(columns).height

    def render(self, size: tuple[int, int], focus: bool = False) -> urwid.Canvas:  # type: ignore[override]
        """Draw the part of the rows that holds the cursor, and blank rows below the last one."""
        columns, most = size
        view = self._lay_out(columns)
        column, row = self._place(view, self.buffer.cursor)
        self._top = top = self._window(view, row, most)
        blanks: Row = ((None, " " * view.indent),)
        continuation = cells.clip((*self.continuation, *blanks), view.indent)
        shown = view.head[top : top + most]
        top -= len(view.head)
        for layout in self._layouts:
            own = layout is self._layout
            marks = self._marks() if own else _Marks()
            for line, part, code in layout.rows(max(0, top), most - len(shown), marks):
                first = not line and layout is self._layouts[0]
                before = blanks if part else view.prompt if first else continuation
                shown.append(before + code)
            top -= layout.height
        shown += [()] * (most - len(shown))
        if self.ghost and focus and self.found is None and 0 <= row - self._top < most:
            ghost = cells.visible((("ghost", self.ghost),))
            shown[row - self._top] = (*shown[row - self._top], *cells.shorten(ghost, columns - column))
        cursor = (column, row - self._top) if focus and most else None
        return cells.canvas(shown, columns, cursor)

    def cell(self, size: tuple[int, int], offset: int) -> tuple[int, int]:
        """The (column, row) of the character at `offset`; the row may be outside of the part that is drawn."""
        view = self._lay_out(size[0])
        column, row = self._place(view, self.buffer.position_of(offset))
        _, cursor_row = self._place(view, self.buffer.cursor)
        return column, row - self._window(view, cursor_row, size[1])

    def position(self, size: tuple[int, int], column: int, row: int) -> Position:
        """The position of the character that was drawn in (column, row), or the nearest one in the text being typed."""
        view = self._lay_out(size[0])
        return self._layout.position(column - view.indent, self._top + row - (view.height - self._layout.height))

    def get_cursor_coords(self, size: tuple[int, int]) -> tuple[int, int]:
        """The (column, row) of the cursor."""
        return self.cell(size, self.buffer.offset)

    def keypress(self, size: tuple[int, int], key: str) -> str | None:  # type: ignore[override]  # noqa: ARG002
        """Insert a printable character; return every other key."""
        if len(key) != 1 or key in "\t\n" or _CONTROL.match(key):
            return key
        self.buffer.insert(key)
        return None

    @property
    def _layouts(self) -> list[_Layout]:
        return [*(layout for _, layout in self._entered), self._layout]

    def _lay_out(self, columns: int) -> _View:
        """Lay out the prompt and every text for rows of `columns`."""
        head: list[Row] = []
        for row in _broken(self.prompt):
            head += cells.wrap(row, columns)
        prompt = head.pop()
        if columns - cells.row_width(prompt) < min(LEAST_COLUMNS, columns - columns // 2):
            head.append(prompt)
            prompt = ()
        indent = cells.row_width(prompt)
        highlighter = None if self.mask else self.highlighter
        for buffer, layout in (*self._entered, (self.buffer, self._layout)):
            layout.update(buffer, columns - indent, highlighter, mask=self.mask)
        return _View(head, prompt, indent, len(head) + sum(layout.height for layout in self._layouts))

    def _place(self, view: _View, position: Position) -> tuple[int, int]:
        """The (column, row) of `position`, counted from the first row of all."""
        column, row = self._layout.cell(position)
        return view.indent + column, view.height - self._layout.height + row

    def _window(self, view: _View, row: int, most: int) -> int:
        """The first of the `most` rows to draw: as near to the last one as lets `row` be among them."""
        top = max(0, min(self._top, view.height - most))
        # The rows of the prompt come into view with the first row of the text, for no cursor can go to them.
        uppermost = 0 if row == len(view.head) else row
        return max(row - most + 1, min(top, uppermost))

    def _marks(self) -> _Marks:
        """What is marked, brackets as far as they are still there; nothing in a secret."""
        if self.mask:
            return _Marks()
        code = self.buffer.code
        brackets = [(offset, "code.bracket") for offset in self.brackets or ()]
        if self.lone_bracket is not None:
            brackets.append((self.lone_bracket, "code.mismatch"))
        places = [
            (self.buffer.position_of(offset), role)
            for offset, role in brackets
            if code[offset : offset + 1] in BRACKETS
        ]
        return _Marks(places, self.found or {}, self.buffer.selection)


def _shown(text: str) -> str:
    """`text` as it is drawn but for the signs of tabs: those are blanks; control characters are visible."""
    if text.isascii() and text.isprintable():
        return text
    return cells.expand_tabs(cells.printable(text))


def _drawn(row: Row) -> Row:
    """`row` as it is drawn, as long as `_shown`: a tab is a sign and blanks."""
    drawn: list[tuple[Attribute, str]] = []
    column = 0
    for attribute, text in row:
        for number, part in enumerate(cells.printable(text).split("\t")):
            if number:
                blanks = cells.TAB_WIDTH - column % cells.TAB_WIDTH
                drawn.append((TAB_ROLE, TAB + " " * (blanks - 1)))
                column += blanks
            if part:
                drawn.append((attribute, part))
                column += cells.width(part)
    return tuple(drawn)


def _index(line: _Line, column: int) -> int:
    """Where the character in `column` of a line is in what is drawn of it."""
    return column if line.shown is line.text else len(_shown(line.text[:column]))


def _starts(shown: str, columns: int) -> Sequence[int]:
    """The offsets at which the rows of a line begin; a full last row is followed by another, for the cursor."""
    if shown.isascii():
        return range(0, len(shown) + 1, columns)
    starts = [0]
    used = 0
    while True:
        end, used = urwid.calc_text_pos(shown, starts[-1], len(shown), columns)
        if end == len(shown) and used < columns:
            return starts
        # A character wider than the row has a row of its own, and is not drawn.
        starts.append(max(end, starts[-1] + 1))


def _cut(row: Row, start: int, end: int) -> Row:
    """The part of `row` between two offsets of its text."""
    runs = []
    for attribute, text in row:
        if end <= 0:
            break
        if start < len(text):
            runs.append((attribute, text[max(start, 0) : end]))
        start -= len(text)
        end -= len(text)
    return tuple(runs)


def _marked(row: Row, index: int, role: str) -> Row:
    """`row` with the role on the character at `index`."""
    length = sum(len(text) for _, text in row)
    mark = _cut(row, index, index + 1)
    return _cut(row, 0, index) + tuple((role, text) for _, text in mark) + _cut(row, index + 1, length)


def _selected(row: Row, line: _Line, number: int, selection: tuple[Position, Position]) -> Row:
    """`row`, which is that of a line, with what is selected of it in that role; the end of a line is a blank."""
    (first, start), (last, end) = selection
    from_here = _index(line, start) if number == first else 0
    length = len(line.shown)
    to_here = _index(line, end) if number == last else length
    inside = "".join(text for _, text in _cut(row, from_here, to_here))
    behind: Row = ((SELECTION, " "),) if number < last else ()
    return (*_cut(row, 0, from_here), (SELECTION, inside), *_cut(row, to_here, length), *behind)


def _broken(row: Row) -> list[Row]:
    """`row` broken at its newlines, in visible characters."""
    broken: list[list[tuple[Attribute, str]]] = [[]]
    for attribute, text in row:
        first, *others = text.split("\n")
        broken[-1].append((attribute, first))
        broken += [[(attribute, other)] for other in others]
    return [cells.visible(runs) for runs in broken]

"""The input cell: a box widget around a `Buffer`.

Each text in the cell has a `Layout` of its rows.  If there are more rows than room, the part with the cursor is shown.

The widget inserts printable text.  Every other key is a command, and is returned.  Texts that were entered stand frozen
above the one that is typed, as long as the caller lists them in `awaited`.  The widget keeps only their buffers, so a
text that goes on can still be undone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import urwid

from bipy.inspection.values import Document, Edit
from bipy.ui.text import rows as cells
from bipy.ui.text.find import Span
from bipy.ui.text.rows import Attribute, Row
from bipy.ui.widgets.buffer import Buffer
from bipy.ui.widgets.layout import Highlighter, Layout, Marks
from bipy.ui.widgets.motions import Motion, Position, word_right
from bipy.ui.widgets.pasting import cleaned

BRACKETS = frozenset("()[]{}")

# C0 but tab and newline; DEL, C1 and lone surrogates.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

# The prompt stands beside the text if it leaves the text so many columns, or half of all.
LEAST_COLUMNS = 20


class _View(NamedTuple):
    """The rows around the text at one width.

    `head` are the rows above the text.  `prompt` stands in front of its first row and is `indent` wide.  `height` is
    the number of all rows.
    """

    head: list[Row]
    prompt: Row
    indent: int
    height: int


class Editor(urwid.Widget):
    """The input cell.

    `prompt` stands in front of the first line, `continuation` in front of the others.  A prompt that leaves too little
    room, or that has line breaks, has rows of its own.  `mask` shows a star for each character.  `brackets` are the
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
        self._layout = Layout()
        # The texts that were entered, the oldest first.
        self._entered: list[tuple[Buffer, Layout]] = []
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
        self._entered = [(Buffer(text), Layout()) for text in texts]
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
        self._layout = Layout()

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
        self.buffer, self._layout = known[-1] if known else (Buffer(code, self.buffer.kill_ring), Layout())
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
            marks = self._marks() if own else Marks()
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
    def _layouts(self) -> list[Layout]:
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

    def _marks(self) -> Marks:
        """What is marked, brackets as far as they are still there; nothing in a secret."""
        if self.mask:
            return Marks()
        code = self.buffer.code
        brackets = [(offset, "code.bracket") for offset in self.brackets or ()]
        if self.lone_bracket is not None:
            brackets.append((self.lone_bracket, "code.mismatch"))
        places = [
            (self.buffer.position_of(offset), role)
            for offset, role in brackets
            if code[offset : offset + 1] in BRACKETS
        ]
        return Marks(places, self.found or {}, self.buffer.selection, self.buffer.block)


def _broken(row: Row) -> list[Row]:
    """`row` broken at its newlines, in visible characters."""
    broken: list[list[tuple[Attribute, str]]] = [[]]
    for attribute, text in row:
        first, *others = text.split("\n")
        broken[-1].append((attribute, first))
        broken += [[(attribute, other)] for other in others]
    return [cells.visible(runs) for runs in broken]

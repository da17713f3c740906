"""All that edits a text, in any order, against a model of plain strings; and on texts that are hard to draw.

The model knows a text, a cursor, an anchor and the last kill.  It says for each command what they are afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import urwid
from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.ui.keys.commands import COMMANDS
from bipy.ui.widgets import motions
from bipy.ui.widgets.buffer import INDENT, Buffer
from bipy.ui.widgets.editor import Editor
from bipy.ui.widgets.lines import turn_comments
from bipy.ui.widgets.motions import Position
from bipy.ui.widgets.seeking import Seeker, Sought
from tests.ui.test_buffer import MOTIONS, target


@dataclass
class Plain:
    """The model; offsets count from the start of the text."""

    text: str
    cursor: int = 0
    anchor: int | None = None
    killed: str = ""

    @property
    def ends(self) -> tuple[int, int]:
        """The start and the end of the selection, which is empty at the cursor if there is none."""
        return tuple(sorted((self.cursor, self.cursor if self.anchor is None else self.anchor)))  # type: ignore[return-value]

    @property
    def rows(self) -> tuple[int, int]:
        """The first and the last row of the selection; of the last one more than its start is selected."""
        start, end = self.ends
        first, last = self.text.count("\n", 0, start), self.text.count("\n", 0, end)
        return first, last - (last > first and self.text[end - 1] == "\n")

    def put(self, new: str) -> None:
        """`new` in the place of the selection."""
        start, end = self.ends
        self.text = self.text[:start] + new + self.text[end:]
        self.cursor, self.anchor = start + len(new), None

    def put_rows(self, lines: list[str], first: int, last: int) -> None:
        """Other lines in the place of the rows; each end of the selection keeps its distance from its line's end."""
        old = self.text.split("\n")
        places = [self.place(offset) for offset in (self.cursor, self.anchor) if offset is not None]
        new = [*old[:first], *lines, *old[last + 1 :]]
        offsets = [
            sum(len(line) + 1 for line in new[:row]) + max(0, column + len(new[row]) - len(old[row]))
            for row, column in places
        ]
        self.text, self.cursor = "\n".join(new), offsets[0]
        self.anchor = offsets[1] if len(offsets) > 1 else None

    def place(self, offset: int) -> Position:
        """Row and column of an offset."""
        return self.text.count("\n", 0, offset), offset - self.text.rfind("\n", 0, offset) - 1


def insert(on: Plain, new: str) -> None:
    on.put(new)


def select(on: Plain, name: str) -> None:
    on.anchor = on.cursor if on.anchor is None else on.anchor
    on.cursor = target(name, on.text, on.cursor)


def move(on: Plain, name: str) -> None:
    on.anchor, on.cursor = None, target(name, on.text, on.cursor)


def delete(on: Plain, name: str) -> None:
    if on.anchor in (None, on.cursor):
        on.anchor = target(name, on.text, on.cursor)
    on.put("")


def kill(on: Plain, name: str) -> None:
    to = target(name, on.text, on.cursor)
    if to != on.cursor:
        on.anchor = to
        on.killed = on.text[on.ends[0] : on.ends[1]]
        on.put("")


def cut(on: Plain) -> None:
    start, end = on.ends
    if start != end:
        on.killed = on.text[start:end]
        on.put("")


def copy(on: Plain) -> None:
    start, end = on.ends
    if start != end:
        on.killed, on.anchor = on.text[start:end], None


def yank(on: Plain) -> None:
    on.put(on.killed)


def move_lines(on: Plain, step: int) -> None:
    lines = on.text.split("\n")
    first, last = on.rows
    if first + step < 0 or last + step >= len(lines):
        return
    ends = [on.place(offset) for offset in (on.cursor, on.anchor) if offset is not None]
    rows = [lines.pop(first) for _ in range(last - first + 1)]
    lines[first + step : first + step] = rows
    on.text = "\n".join(lines)
    starts = [sum(len(line) + 1 for line in lines[:row]) for row in range(len(lines) + 1)]
    moved = [min(len(on.text), starts[min(row + step, len(lines))] + column) for row, column in ends]
    on.cursor, on.anchor = moved[0], moved[1] if len(moved) > 1 else None


def repeat_lines(on: Plain) -> None:
    first, last = on.rows
    lines = on.text.split("\n")
    row, column = on.place(on.cursor)
    rows = lines[first : last + 1]
    lines[last + 1 : last + 1] = rows
    on.text = "\n".join(lines)
    row += len(rows)
    on.cursor, on.anchor = sum(len(line) + 1 for line in lines[:row]) + column, None


def shift(on: Plain, columns: int) -> None:
    first, last = on.rows
    pattern, new = (r"(?m)^(?=.*\S)", " " * columns) if columns > 0 else (rf"(?m)^ {{1,{-columns}}}", "")
    lines = [re.sub(pattern, new, line) for line in on.text.split("\n")[first : last + 1]]
    starts = on.anchor is not None and not on.place(on.anchor)[1]
    on.put_rows(lines, first, last)
    if starts and on.anchor is not None:
        # What is selected from the start of a line on stays so.
        on.anchor -= on.place(on.anchor)[1]


def comment(on: Plain) -> None:
    first, last = on.rows
    on.put_rows(turn_comments(on.text.split("\n")[first : last + 1], "#"), first, last)


def select_all(on: Plain) -> None:
    on.anchor, on.cursor = 0, len(on.text)


# What each command is in the buffer, and in the model.
COMMON: dict[str, tuple[Callable[..., object], Callable[..., None]]] = {
    "insert": (Buffer.insert, insert),
    "select": (lambda on, name: on.select(MOTIONS[name]), select),
    "move": (lambda on, name: on.move(MOTIONS[name]), move),
    "delete": (lambda on, name: on.delete(MOTIONS[name]), delete),
    "kill": (lambda on, name: on.kill(MOTIONS[name]), kill),
    "cut": (Buffer.cut, cut),
    "copy": (Buffer.copy, copy),
    "yank": (Buffer.yank, yank),
    "move lines": (Buffer.move_lines, move_lines),
    "repeat lines": (Buffer.repeat_lines, repeat_lines),
    "shift": (lambda on, columns: on.shift(*on.selected_rows, columns), shift),
    "comment": (lambda on: turn(on), comment),
    "select all": (Buffer.select_all, select_all),
}


def turn(on: Buffer) -> None:
    first, last = on.selected_rows
    on.replace_rows(first, last, turn_comments(on.lines[first : last + 1], "#"))


MODELLED = sorted({*MOTIONS} - {"block up", "block down"})
TEXT = st.text("ab #.\n", max_size=14)
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), st.text("a #\n", max_size=3)),
        st.tuples(st.sampled_from(["select", "move", "delete", "kill"]), st.sampled_from(MODELLED)),
        st.tuples(st.just("move lines"), st.sampled_from([-1, 1])),
        st.tuples(st.just("shift"), st.sampled_from([-INDENT, -1, 2, INDENT])),
        st.tuples(st.sampled_from(["cut", "copy", "yank", "repeat lines", "comment", "select all"])),
    ),
    max_size=20,
)


@settings(max_examples=200)
@given(TEXT, OPERATIONS)
def test_a_selection_is_edited_as_in_a_string(text: str, operations: list[tuple[object, ...]]) -> None:
    tried, plain = Buffer(text), Plain(text, len(text))
    for name, *arguments in operations:
        plain.killed = tried.kill_ring.text()
        real, model = COMMON[str(name)]
        real(tried, *arguments)
        model(plain, *arguments)
        if name == "kill" and plain.killed:
            # Kills in a row are one.
            assert plain.killed in tried.kill_ring.text()
        anchor = None if tried.anchor is None else tried.offset_of(tried.anchor)
        assert (tried.code, tried.offset) == (plain.text, plain.cursor), name
        assert {anchor, tried.offset} == {plain.anchor, plain.cursor} or {anchor, plain.anchor} <= {None, plain.cursor}
    while tried.undo():
        pass
    assert tried.code == text


ODD = st.text(
    st.sampled_from(["a", "_", " ", "\t", "\n", "(", "#", "\u65e5", "\u0301", "\u200d", "\ufe0f", "\u05d0", "\u0939"])
    | st.sampled_from(
        ["\u093f", "\U0001f468", "\U0001f469", "\U0001f3fd", "\U0001f1e9", "\U0001f1ea", "\x1b", "\u202e"]
    )
    | st.sampled_from(["\u1100", "\u1161", "\u0600", "\ud800"]),
    max_size=24,
)
EDITOR = [row for row in COMMANDS if row.target == "editor"]
DONE = st.lists(
    st.one_of(
        st.sampled_from(EDITOR),
        st.sampled_from([row for row in EDITOR if row.name not in ("undo", "redo")]),
        st.sampled_from([turn, Buffer.cut, Buffer.copy, Buffer.backspace, Buffer.indent]),
        ODD,
        st.tuples(ODD, ODD),
        st.integers(-8, 8),
    ),
    max_size=15,
)


def do(editor: Editor, what: object) -> None:
    """One step of a test: a command, a text that is typed, texts to replace, columns to shift by."""
    on = editor.buffer
    match what:
        case str(text):
            for sign in text:
                editor.keypress((20, 3), sign)
        case (str(old), str(new)):
            seeker = Seeker(editor, Sought(), replaces=True)
            closed: list[str] = []
            seeker.on_close = closed.append
            for key in [*old.replace("\n", ""), "enter", *new.replace("\n", ""), "enter"]:
                if not closed:
                    seeker.keypress((20, 3), key)
            if not closed and seeker.stage == "question":
                seeker.replace_rest()
            elif not closed:
                seeker.close()
        case int(columns):
            on.shift(*on.selected_rows, columns)
        case tuple():
            what.function(editor)
        case _:
            what(on)  # type: ignore[operator]


def at_boundaries(line: str) -> set[int]:
    """The columns of a line where a cursor may be."""
    columns, column = {0}, 0
    while column < len(line):
        column = urwid.move_next_char(line, column, len(line))
        columns.add(column)
    return columns


@settings(max_examples=200)
@given(ODD, DONE, st.tuples(st.integers(1, 30), st.integers(1, 4)))
def test_the_cursor_is_on_a_boundary_and_the_canvas_fits(text: str, done: list[object], size: tuple[int, int]) -> None:
    editor = Editor()
    editor.paste(text)
    for what in done:
        do(editor, what)
        on = editor.buffer
        for row, column in filter(None, (on.cursor, on.anchor)):
            assert column in at_boundaries(on.lines[row])
        assert on.position_of(on.offset) == on.cursor
        canvas = editor.render(size, True)
        assert (canvas.cols(), canvas.rows()) == size
        for runs in canvas.content():
            line = b"".join(piece for _, _, piece in runs).decode()
            # Of a joiner with no emoji beside it urwid says two things.
            assert "\u200d" in line or urwid.calc_width(line, 0, len(line)) == size[0]
        assert canvas.cursor is not None
        assert 0 <= canvas.cursor[0] < size[0]
    while editor.buffer.undo():
        pass
    assert editor.buffer.code == ""


@settings(max_examples=100)
@given(
    st.text(
        st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("\u0301\u200d\U0001f1e9\u0600"), max_size=30
    )
)
def test_what_is_typed_is_the_text(text: str) -> None:
    editor = Editor()
    for sign in text:
        editor.keypress((20, 3), sign)
    assert editor.document.code == text
    assert editor.document.cursor == len(text)


def test_up_and_down_keep_to_the_column_of_the_screen_through_tabs() -> None:
    tried = Buffer("\tab\n0123456789\n日\tx\n\t\ty")
    tried.cursor = (1, 9)
    columns = []
    for step in (-1, 1, 1, 1):
        tried.move_rows(step)
        columns.append(tried.cursor)
    assert columns == [(0, 2), (1, 9), (2, 3), (3, 1)]
    assert motions.cells_before("日\t\x1b\tx", 4) == 16

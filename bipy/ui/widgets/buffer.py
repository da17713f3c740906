"""The text of the editor: lines, cursor, kill ring, undo.  No screen is known here.

Every change passes through one method, `_change`: it replaces the text between two positions, keeps a step to undo, and
increments `revision`.  A command is a verb (`move`, `delete` or `kill`) and a motion (see `motions`).  A position
is (row, column); an offset counts from the start of the code.  Both count code points.

A run of typing is one step to undo, and so is a run of deleting.  A paste, an Edit, a kill, a newline are a step each.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

from bipy.ui.widgets.motions import (
    Motion,
    Position,
    cells_before,
    column_at,
    left,
    on_boundary,
    right,
    text_end,
    text_start,
)

INDENT = 4
MOST_STEPS = 1000
MOST_KILLS = 60


class KillRing:
    """The last `MOST_KILLS` texts that were killed.  Several buffers may share a ring."""

    def __init__(self) -> None:
        self._texts: deque[str] = deque(maxlen=MOST_KILLS)
        self._back = 0

    def add(self, text: str, *, join: bool, in_front: bool) -> None:
        """Add `text` as a kill of its own, or with `join` to the last kill, in front of it or behind."""
        self._back = 0
        if join and self._texts:
            last = self._texts.pop()
            text = text + last if in_front else last + text
        self._texts.append(text)

    def text(self) -> str:
        """The text that yank inserts; "" if nothing was killed yet."""
        return self._texts[-1 - self._back] if self._texts else ""

    def rotate(self) -> None:
        """Make the previous kill the one that yank inserts."""
        if self._texts:
            self._back = (self._back + 1) % len(self._texts)


class _Step(NamedTuple):
    """A change to undo: at `start`, `inserted` replaced `removed`; the cursor moved from `before` to `after`.

    Steps of one `group` are undone together; 0 is none.
    """

    start: Position
    removed: str
    inserted: str
    before: Position
    after: Position
    group: int = 0


class Buffer:
    """Text with a cursor.  Callers only read `lines`.  `revision` increases with every change of the text.

    While text is selected, `anchor` is the end of the selection where the cursor is not.  What is typed replaces it;
    any movement that does not select ends it.
    """

    def __init__(self, text: str = "", kill_ring: KillRing | None = None) -> None:
        self.lines = text.split("\n")
        self.revision = 0
        self.kill_ring = kill_ring or KillRing()
        self._cursor: Position = text_end(self.lines, (0, 0))
        self.anchor: Position | None = None
        self._shown_as_selected: tuple[Position, Position] | None = None
        # The columns by row of a rectangle that is selected until the cursor moves.
        self.block: Mapping[int, tuple[int, int]] = {}
        self._goal: int | None = None
        # The number of the group that steps belong to now, 0 outside of one, and that of the last one.
        self._group = 0
        self._groups = 0
        self._code: tuple[int, str] = (0, text)
        self._undo: deque[_Step] = deque(maxlen=MOST_STEPS)
        self._redo: list[_Step] = []
        # The kind of the last call: typing, deleting and killing join a call of their kind, yank_pop needs "yank".
        self._last: Literal["", "type", "delete", "kill", "yank"] = ""
        self._yanked: Position = (0, 0)

    @property
    def code(self) -> str:
        """The whole text."""
        if self._code[0] != self.revision:
            self._code = self.revision, "\n".join(self.lines)
        return self._code[1]

    @property
    def cursor(self) -> Position:
        """(row, column) of the cursor."""
        return self._cursor

    @cursor.setter
    def cursor(self, position: Position) -> None:
        row = max(0, min(position[0], len(self.lines) - 1))
        self._moved((row, max(0, min(position[1], len(self.lines[row])))))

    @property
    def offset(self) -> int:
        """The cursor as an offset."""
        return self.offset_of(self._cursor)

    def offset_of(self, position: Position) -> int:
        """The offset of a position."""
        row, column = position
        return sum(map(len, self.lines[:row])) + row + column

    def position_of(self, offset: int) -> Position:
        """The position of an offset, which is clamped to the text."""
        code = self.code
        offset = max(0, min(offset, len(code)))
        return code.count("\n", 0, offset), offset - code.rfind("\n", 0, offset) - 1

    @property
    def in_indentation(self) -> bool:
        """Whether only blanks stand in front of the cursor on its line."""
        row, column = self._cursor
        return not self.lines[row][:column].strip()

    @property
    def selection(self) -> tuple[Position, Position] | None:
        """The start and the end of what is selected; None if nothing is."""
        if self._shown_as_selected is not None:
            return self._shown_as_selected
        if self.anchor is None or self.anchor == self._cursor:
            return None
        return min(self.anchor, self._cursor), max(self.anchor, self._cursor)

    @property
    def selected(self) -> str:
        """The text that is selected."""
        if self.selection is None:
            return ""
        start, end = map(self.offset_of, self.selection)
        return self.code[start:end]

    def select(self, motion: Motion) -> None:
        """Move the cursor, and select what it passes."""
        self._extend(lambda: self.move(motion))

    def select_rows(self, rows: int) -> None:
        """Move by rows as `move_rows` does, to the edge of the text where there is no such row; and select."""
        edge = text_start if rows < 0 else text_end
        goal = self._goal

        def move() -> None:
            self._goal = goal
            if not self.move_rows(rows):
                self.move(edge)

        self._extend(move)

    def select_span(self, start: Position, end: Position) -> None:
        """Select the text between two positions; the cursor goes to `end`."""
        self._moved(end)
        self.anchor = self._on_boundary(start)

    def select_all(self) -> None:
        """Select the whole text; the cursor goes to its end."""
        self.select_span((0, 0), text_end(self.lines, (0, 0)))

    def mark_span(self, start: Position, end: Position) -> None:
        """Select the text between two positions until the cursor moves, which stays where it is."""
        self._shown_as_selected = (start, end) if start < end else None

    def begin_group(self) -> bool:
        """What is changed from now on is undone as one, once the group has ended; False if one has begun already."""
        if self._group:
            return False
        self._groups += 1
        self._group = self._groups
        return True

    def end_group(self) -> None:
        """The group is whole."""
        self._group = 0

    def _extend(self, move: Callable[[], object]) -> None:
        anchor = self._cursor if self.anchor is None else self.anchor
        move()
        self.anchor = anchor

    def move(self, motion: Motion) -> None:
        """Move the cursor."""
        self._moved(motion(self.lines, self._cursor))

    def move_rows(self, rows: int) -> bool:
        """Move down by `rows`, or up if negative, in the column where the first of several such moves began.

        False if there is no such line; the cursor stays then.
        """
        row, column = self._cursor
        if not 0 <= row + rows < len(self.lines):
            return False
        goal = cells_before(self.lines[row], column) if self._goal is None else self._goal
        self._moved((row + rows, column_at(self.lines[row + rows], goal)))
        self._goal = goal
        return True

    def insert(self, text: str) -> None:
        """Type `text` at the cursor, or in place of what is selected."""
        if self.selection is not None:
            self._change(*self.selection, text)
        else:
            self._change(self._cursor, self._cursor, text, run="type")

    def newline(self, indent: str = "") -> None:
        """Break the line at the cursor and begin the new one with `indent`."""
        self._change(*(self.selection or (self._cursor, self._cursor)), "\n" + indent)

    def replace(self, start: int, end: int, text: str) -> None:
        """Replace the text between two offsets, which are clamped, by `text`, and move the cursor behind it."""
        first, last = self.position_of(start), self.position_of(end)
        self._change(min(first, last), max(first, last), text)

    def delete(self, motion: Motion) -> None:
        """Delete what is selected, or from the cursor to the end of `motion`."""
        if self.selection is not None:
            self._change(*self.selection, "")
            return
        self._change(*self._span(motion), "", run="delete")

    def backspace(self) -> None:
        """Delete the character before the cursor; in the indentation, back to a multiple of `INDENT`."""
        row, column = self._cursor
        before = self.lines[row][:column]
        if self.selection is None and column and not before.strip(" "):
            self._change((row, (column - 1) // INDENT * INDENT), self._cursor, "", run="delete")
        else:
            self.delete(left)

    def kill(self, motion: Motion) -> None:
        """Delete from the cursor to the end of `motion`, for `yank` to insert; kills in a row become one."""
        start, end = self._span(motion)
        if start == end:
            return
        backwards = end == self._cursor
        joins = self._last == "kill"
        killed = self._change(start, end, "")
        self.kill_ring.add(killed, join=joins, in_front=backwards)
        self._last = "kill"

    def cut(self) -> str:
        """Kill what is selected, and return it."""
        if self.selection is None:
            return ""
        killed = self._change(*self.selection, "")
        self.kill_ring.add(killed, join=False, in_front=False)
        return killed

    def copy(self) -> str:
        """Make what is selected the last kill, and return it; it stays, and is selected no more."""
        text = self.selected
        if text:
            self.kill_ring.add(text, join=False, in_front=False)
            self._moved(self._cursor)
        return text

    def yank(self) -> None:
        """Insert the last kill, in place of what is selected."""
        start, end = self.selection or (self._cursor, self._cursor)
        self._change(start, end, self.kill_ring.text())
        self._yanked = start
        self._last = "yank"

    def yank_pop(self) -> None:
        """Replace the text of a yank by the previous kill, if the yank was the last call."""
        if self._last != "yank":
            return
        self.kill_ring.rotate()
        self._change(self._yanked, self._cursor, self.kill_ring.text())
        self._last = "yank"

    def transpose(self) -> None:
        """Swap the characters on both sides of the cursor; at the end of a line, the two in front of it."""
        row, column = self._cursor
        line = self.lines[row]
        middle = self._cursor if column < len(line) else left(self.lines, self._cursor)
        if not middle[1] or middle[1] == len(line):
            return
        start, end = left(self.lines, middle), right(self.lines, middle)
        first, second = line[start[1] : middle[1]], line[middle[1] : end[1]]
        self._change(start, end, second + first)

    def indent(self) -> None:
        """Insert blanks up to the next column that is a multiple of `INDENT`."""
        self._change(self._cursor, self._cursor, " " * (INDENT - self._cursor[1] % INDENT))

    def shift(self, first: int, last: int, columns: int) -> None:
        """Indent the rows `first` to `last` by `columns`; if negative, remove up to so many leading blanks.

        Blank lines are not indented.  The cursor stays on its character.
        """
        shifted = []
        for line in self.lines[first : last + 1]:
            if columns > 0:
                shifted.append(" " * columns + line if line.strip() else line)
            else:
                blanks = len(line) - len(line.lstrip(" "))
                shifted.append(line[min(blanks, -columns) :])
        row, column = self._cursor
        if first <= row <= last:
            column = max(0, column + len(shifted[row - first]) - len(self.lines[row]))
        start, end = (first, 0), (last, len(self.lines[last]))
        anchor = self.anchor
        if anchor is not None and first <= anchor[0] <= last:
            moved = len(shifted[anchor[0] - first]) - len(self.lines[anchor[0]])
            anchor = anchor[0], max(0, anchor[1] + moved) if anchor[1] else 0
        self._change(start, end, "\n".join(shifted), after=(row, column))
        self.anchor = self._on_boundary(anchor) if anchor is not None else None

    @property
    def selected_rows(self) -> tuple[int, int]:
        """The first and the last row of the selection, or the cursor's; a row of which only the start is one is not."""
        if self.selection is None:
            return self._cursor[0], self._cursor[0]
        (first, _), (last, column) = self.selection
        return first, last - (column == 0 and last > first)

    def replace_rows(self, first: int, last: int, lines: Sequence[str]) -> None:
        """Put `lines` into the place of so many rows; cursor and selection stay at their characters from the end."""
        ends = [self._cursor, self.anchor]
        kept = [
            (row, max(0, len(lines[row - first]) - (len(self.lines[row]) - column)))
            if first <= row <= last and len(lines) == last - first + 1
            else (row, column)
            for row, column in (end for end in ends if end is not None)
        ]
        self._change((first, 0), (last, len(self.lines[last])), "\n".join(lines), after=kept[0])
        self.anchor = self._on_boundary(kept[1]) if len(kept) > 1 else None

    def move_lines(self, step: int) -> None:
        """Move the selected rows a row up (-1) or down (1), with cursor and selection."""
        first, last = self.selected_rows
        other = first - 1 if step < 0 else last + 1
        if not 0 <= other < len(self.lines):
            return
        rows = self.lines[first : last + 1]
        cursor, anchor = self._cursor, self.anchor
        text = [*rows, self.lines[other]] if step < 0 else [self.lines[other], *rows]
        start, end = min(first, other), max(last, other)
        moved = (cursor[0] + step, cursor[1])
        self._change((start, 0), (end, len(self.lines[end])), "\n".join(text), after=moved)
        if anchor is not None:
            # The start of the row behind the selection may end it, and there may be no row behind that.
            self.anchor = self._on_boundary((anchor[0] + step, anchor[1]))

    def repeat_lines(self) -> None:
        """Put the selected rows there once more, below; the cursor goes along."""
        first, last = self.selected_rows
        rows = self.lines[first : last + 1]
        row, column = self._cursor
        end = (last, len(self.lines[last]))
        self._change(end, end, "\n" + "\n".join(rows), after=(row + len(rows), column))

    def undo(self) -> bool:
        """Undo the last step; False if there is none."""
        if not self._undo:
            return False
        while True:
            step = self._undo.pop()
            self._redo.append(step)
            _splice(self.lines, step.start, _behind(step.start, step.inserted), step.removed)
            self.revision += 1
            self._moved(step.before)
            if not self._goes_on(step, self._undo):
                return True

    def redo(self) -> bool:
        """Redo the step that was undone last; False if there is none, or if the text was changed since."""
        if not self._redo:
            return False
        while True:
            step = self._redo.pop()
            self._undo.append(step)
            _splice(self.lines, step.start, _behind(step.start, step.removed), step.inserted)
            self.revision += 1
            self._moved(step.after)
            if not self._goes_on(step, self._redo):
                return True

    def _goes_on(self, step: _Step, others: Sequence[_Step]) -> bool:
        """Whether the next of the others is of the same group, and that is not being made."""
        return bool(step.group and others and others[-1].group == step.group != self._group)

    def _span(self, motion: Motion) -> tuple[Position, Position]:
        target = self._on_boundary(motion(self.lines, self._cursor))
        return min(target, self._cursor), max(target, self._cursor)

    def _on_boundary(self, position: Position) -> Position:
        """The position, or the nearest one behind it where a cursor may be."""
        row, column = min(position, text_end(self.lines, position))
        line = self.lines[row]
        return row, on_boundary(line, min(column, len(line)))

    def _moved(self, position: Position) -> None:
        self._cursor = self._on_boundary(position)
        self.anchor = None
        self.block = {}
        self._shown_as_selected = None
        self._goal = None
        self._last = ""

    def _change(
        self,
        start: Position,
        end: Position,
        text: str,
        *,
        run: Literal["", "type", "delete"] = "",
        after: Position | None = None,
    ) -> str:
        """Replace the text between two positions by `text`, and return the old text.

        The cursor goes to `after`, or behind `text`.  Successive changes of the same `run` become one step.
        """
        before = self._cursor
        after = _behind(start, text) if after is None else after
        goes_on = run and run == self._last
        removed = _splice(self.lines, start, end, text)
        self._moved(after)
        self._last = run
        if not removed and not text:
            return ""
        self.revision += 1
        step = _Step(start, removed, text, before, after, self._group)
        joined = _joined(self._undo[-1], step) if goes_on and self._undo else None
        if joined:
            self._undo[-1] = joined
        else:
            self._undo.append(step)
        self._redo.clear()
        return removed


def _splice(lines: list[str], start: Position, end: Position, text: str) -> str:
    """Replace the text between two positions by `text`, and return the old text."""
    (row, column), (end_row, end_column) = start, end
    old = lines[row : end_row + 1]
    head, tail = old[0][:column], old[-1][end_column:]
    lines[row : end_row + 1] = (head + text + tail).split("\n")
    old[-1] = old[-1][:end_column]
    old[0] = old[0][column:]
    return "\n".join(old)


def _behind(start: Position, text: str) -> Position:
    """The position behind `text` if it begins at `start`."""
    row, column = start
    lines = text.count("\n")
    return (row + lines, len(text) - text.rfind("\n") - 1) if lines else (row, column + len(text))


def _joined(first: _Step, second: _Step) -> _Step | None:
    """Both steps as one, if the second begins where the first ended; else None."""
    inserted = first.inserted + second.inserted
    group = second.group
    if first.group != group:
        return None
    if not first.removed and not second.removed:
        if second.start == _behind(first.start, first.inserted):
            return _Step(first.start, "", inserted, first.before, second.after, group)
    elif not inserted:
        if _behind(second.start, second.removed) == first.start:
            return _Step(second.start, second.removed + first.removed, "", first.before, second.after, group)
        if second.start == first.start:
            return _Step(first.start, first.removed + second.removed, "", first.before, second.after, group)
    return None

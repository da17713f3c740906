"""A table over the session: it scrolls sideways and down, sorts, filters, hides columns and copies.

The names of the columns and the index stay in view.  The pane shows what was sent; how that is read from a bundle is
not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import urwid

from bipy.ui.mime.frame import Frame
from bipy.ui.text import rows
from bipy.ui.text.rows import Row
from bipy.ui.widgets.search_line import SearchLine, Typed

ROLE, TITLE, HEAD, INDEX = "pager", "pager.title", "table.head", "table.index"
SELECTED = "box.match.selected"
GAP = 2
# No column is wider: a text that is longer is shortened, and the row at the bottom shows all of it.
WIDEST = 40


class TablePane(urwid.Widget):
    """The pane as a box widget.  `on_close` closes it, `on_copy` is given a text and what that is."""

    _sizing = frozenset([urwid.BOX])
    _selectable = True
    no_cache = ("render",)

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.on_close: Callable[[], object] = lambda: None
        self.on_copy: Callable[[str, str], object] = lambda _, __: None
        self.line = SearchLine()
        self._frame = frame
        self._filter = ""
        self._sorted: tuple[int, bool] | None = None
        self._hidden: set[int] = set()
        self._column = max(0, min(frame.index, len(frame.names) - 1))
        self._row = self._top = 0
        self._height = 1
        self._widths = [
            min(WIDEST, max(map(rows.width, (name, *(row[number] for row in frame.rows))), default=0))
            for number, name in enumerate(frame.names)
        ]
        self._numbers = list(range(len(frame.rows)))

    # What keys do

    def move(self, down: int, across: int) -> None:
        """Go so many rows down and columns to the right."""
        self._row = max(0, min(self._row + down, len(self._numbers) - 1))
        columns = self._columns()
        if across and columns:
            place = columns.index(self._column) if self._column in columns else 0
            self._column = columns[max(0, min(place + across, len(columns) - 1))]
        self._invalidate()

    def move_pages(self, pages: int) -> None:
        """Go so many pages down."""
        self.move(pages * max(1, self._height - 1), 0)

    def sort(self) -> None:
        """Sort by the column: upwards, downwards, and as it was sent."""
        now = self._sorted
        again = now is not None and now[0] == self._column
        self._sorted = (self._column, False) if not again else (self._column, True) if now and not now[1] else None
        self._apply()

    def filter(self) -> None:
        """The keys that follow type a text; only rows that hold it stay."""
        self.line.begin()
        self._invalidate()

    def hide(self) -> None:
        """Hide the column, but not the last one."""
        if len(self._columns()) > 1:
            self._hidden.add(self._column)
            self._column = min(self._columns(), key=lambda column: abs(column - self._column))
        self._invalidate()

    def show_all(self) -> None:
        """Show all columns and all rows, in the order in which they were sent."""
        self._hidden, self._filter, self._sorted = set(), "", None
        self._apply()

    def copy_cell(self) -> None:
        """Copy the cell."""
        if self._numbers:
            self.on_copy(self._frame.rows[self._numbers[self._row]][self._column], "the cell")

    def copy_column(self) -> None:
        """Copy the column, a line a row."""
        if not self._frame.names:
            return
        texts = [self._frame.rows[number][self._column] for number in self._numbers]
        self.on_copy("\n".join([self._frame.names[self._column], *texts]), f"a column of {len(texts)} rows")

    def copy_table(self, form: Literal["tabs", "markdown"]) -> None:
        """Copy all that is shown, with tabs between columns, or as a table of Markdown."""
        columns = [number for number in range(len(self._frame.names)) if number not in self._hidden]
        lines = [[self._frame.names[number] for number in columns]]
        lines += [[self._frame.rows[row][number] for number in columns] for row in self._numbers]
        if form == "markdown":
            sides = ["--:" if self._frame.is_number(number) else "---" for number in columns]
            lines = [[text.replace("|", "\\|") for text in line] for line in lines]
            text = "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], sides, *lines[1:]])
        else:
            text = "\n".join("\t".join(text.replace("\t", " ") for text in line) for line in lines)
        self.on_copy(text, f"a table of {len(self._numbers)} rows")

    def close(self) -> None:
        """Close the pane."""
        self.on_close()

    @property
    def is_searching(self) -> bool:
        """Whether the text of a filter is typed."""
        return self.line.is_open

    def keypress(self, size: tuple[int, int], key: str) -> str | None:  # type: ignore[override]  # noqa: ARG002
        """Take the keys that type a filter."""
        if not self.line.is_open:
            return key
        typed = self.line.press(key)
        if typed is Typed.GIVEN_UP:
            self._filter = ""
        elif typed is Typed.CHANGED:
            self._filter = self.line.text or ""
        self._apply()
        return key if typed is Typed.NOT_TAKEN else None

    def paste(self, text: str) -> None:
        """Add the first line of `text` to the filter that is typed."""
        if self.line.paste(text):
            self._filter = self.line.text or ""
            self._apply()

    def _apply(self) -> None:
        """Take the rows that fit the filter, in their order."""
        wanted = self._filter.lower()
        numbers = [number for number, row in enumerate(self._frame.rows) if any(wanted in text.lower() for text in row)]
        self._numbers = numbers
        if self._sorted is not None:
            self._numbers = self._frame.order(numbers, self._sorted[0], down=self._sorted[1])
        self._row = self._top = 0
        self._invalidate()

    def _columns(self) -> list[int]:
        """The columns beside the index that are not hidden; the index where there is nothing else."""
        columns = [number for number in range(self._frame.index, len(self._frame.names)) if number not in self._hidden]
        return columns or list(range(len(self._frame.names)))

    # Drawing

    def render(self, size: tuple[int, int], focus: bool = False) -> urwid.Canvas:  # type: ignore[override]  # noqa: ARG002
        """Draw the title, the names, the rows in view, and what is told of the column."""
        columns, height = size
        self._height = max(1, height - 3)
        self._top = max(min(self._top, self._row), self._row - self._height + 1)
        shown = self._fitting(columns)
        body: list[Row] = [self._title(columns), self._line(None, shown, columns)]
        body += [self._line(number, shown, columns) for number in range(self._top, self._top + self._height)]
        told = f"/{self.line.text}" if self.line.is_open else self._told()
        bottom = _bar(told, columns)
        body = [*body[: height - 1], bottom]
        cursor = None
        if self.line.is_open:
            cursor = (min(rows.width(told), columns - 1), height - 1)
        return rows.canvas(body[:height], columns, cursor, fill=ROLE)

    def _fitting(self, columns: int) -> list[int]:
        """The index, and the columns around the one in focus that have room beside it."""
        index = [number for number in range(self._frame.index) if number not in self._hidden]
        room = columns - sum(self._widths[number] + GAP for number in index)
        others = [number for number in self._columns() if number not in index]
        if self._column not in others:
            return index
        place = others.index(self._column)
        first = end = place
        room -= self._widths[self._column] + GAP
        # First to the left, so that the start stays in view as long as it can.
        for number in reversed(others[:place]):
            if room < self._widths[number] + GAP:
                break
            room -= self._widths[number] + GAP
            first -= 1
        for number in others[place + 1 :]:
            if room < self._widths[number] + GAP:
                break
            room -= self._widths[number] + GAP
            end += 1
        return [*index, *others[first : end + 1]]

    def _line(self, number: int | None, shown: Sequence[int], columns: int) -> Row:
        """A row of the table, or its names."""
        if number is not None and number >= len(self._numbers):
            return ()
        texts = self._frame.names if number is None else self._frame.rows[self._numbers[number]]
        row: list[tuple[object, str]] = []
        for column in shown:
            at = number == self._row and column == self._column
            role = SELECTED if at else HEAD if number is None else INDEX if column < self._frame.index else ROLE
            text = rows.printable(texts[column].replace("\t", " "))
            if number is None and self._sorted is not None and self._sorted[0] == column:
                text += " \u25be" if self._sorted[1] else " \u25b4"
            cell = rows.shorten(((role, text),), self._widths[column])
            blank = " " * (self._widths[column] - rows.row_width(cell))
            ahead = self._frame.is_number(column)
            row += [(role, blank), *cell] if ahead else [*cell, (role, blank)]
            row.append((ROLE, " " * GAP))
        return rows.clip(tuple(row), columns)

    def _title(self, columns: int) -> Row:
        shown, all_rows = len(self._numbers), len(self._frame.rows)
        count = f"{shown:,} of {all_rows:,} rows" if shown != all_rows else f"{all_rows:,} rows"
        hidden = f", {len(self._hidden)} columns hidden" if self._hidden else ""
        held = f", with {self._filter!r}" if self._filter else ""
        text = f" Table: the {count} that were sent, {len(self._frame.names)} columns{hidden}{held}"
        return _bar(rows.printable(text), columns)

    def _told(self) -> str:
        """What the column holds, and all of the cell."""
        if not self._frame.names:
            return ""
        cell = self._frame.rows[self._numbers[self._row]][self._column] if self._numbers else ""
        name = self._frame.names[self._column]
        return rows.printable(f" {name}: {cell}   ({self._frame.about(self._column)})")


def _bar(text: str, columns: int) -> Row:
    """A row of the look of a title, as wide as the screen."""
    row = rows.shorten(((TITLE, text),), columns)
    return (*row, (TITLE, " " * (columns - rows.row_width(row))))

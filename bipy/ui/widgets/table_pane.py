"""A table over the session: it scrolls sideways and down, sorts, filters, hides columns, marks rows and copies.

The names of the columns and the index stay in view.  Where the rows come from is not known here (`table_rows`); one
that is not here yet is drawn as an ellipsis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import urwid

from bipy.session.conditions import Condition, parse
from bipy.session.tables import Answer
from bipy.ui.mime.frame import are_numbers, behind_point, brief, is_missing
from bipy.ui.text import rows
from bipy.ui.text.rows import Row
from bipy.ui.widgets.search_line import SearchLine, Typed
from bipy.ui.widgets.table_rows import Order, Rows

ROLE, TITLE, HEAD, INDEX = "pager", "pager.title", "table.head", "table.index"
SELECTED, MARKED, MISSING = "box.match.selected", "selection", "table.missing"
GAP = 2
# The title and the names of the columns.
ROWS_ABOVE = 2
# No column is wider: a text that is longer is shortened, and the row at the bottom shows all of it.
WIDEST = 40
# More cells are not copied or handed on at once.
MOST_CELLS = 200_000
UP, DOWN = " \u25b4", " \u25be"
MISSING_ROW = "\u2026"

Texts = Sequence[Sequence[str]]
# What ends a cell or a row there.
_BLANKS = str.maketrans("\t\n\r", "   ")


class TablePane(urwid.Widget):
    """The pane as a box widget.

    `on_close` closes it, `on_copy` is given a text and what that is, `on_program` the table as CSV, `on_tell` a word,
    and `on_answer` what the kernel has answered.
    """

    _sizing = frozenset([urwid.BOX])
    _selectable = True
    no_cache = ("render",)

    def __init__(self, table: Rows) -> None:
        super().__init__()
        self.on_close: Callable[[], object] = lambda: None
        self.on_copy: Callable[[str, str], object] = lambda _, __: None
        self.on_program: Callable[[bytes], object] = lambda _: None
        self.on_tell: Callable[[str], object] = lambda _: None
        self.on_answer: Callable[[Answer], object] = lambda _: None
        self.line = SearchLine()
        # What the line is for: "/" a filter, "&" one of all columns, ":" the number of a row.
        self._sign = "/"
        self._hidden: set[int] = set()
        self._top = 0
        self._height = 1
        # The columns that were drawn last.
        self._drawn: Sequence[int] = ()
        self.show(table)

    def show(self, table: Rows) -> None:
        """Show other rows: all of them, in their own order."""
        self._table = table
        # The column of the filter that is typed, None for all.
        self._filtered: int | None = 0
        self._mark: int | None = None
        self._hidden &= set(range(len(table.names)))
        self._column = max(0, min(table.index, len(table.names) - 1))
        self._row = self._top = 0
        self._widths = [min(WIDEST, rows.width(name)) for name in table.names]
        # The most characters in front of and behind the decimal points of a column.
        self._parts = [(0, 0) for _ in table.names]
        self._widen(table.at_hand)
        self._invalidate()

    def look(self) -> None:
        """Before a frame: tell the table which rows are in view."""
        self._scroll()
        self._table.reach(self._top, min(self._top + self._height, self._table.count))

    def refresh(self) -> None:
        """The rows have changed."""
        self._invalidate()

    def _scroll(self) -> None:
        """Keep the row in focus in view, and the screen full; the rows may have become fewer."""
        self._row = max(0, min(self._row, self._table.count - 1))
        self._top = max(min(self._top, self._row, self._table.count - self._height), self._row - self._height + 1, 0)

    def _widen(self, texts: Texts) -> None:
        """Make the columns wide enough for some rows."""
        for row in texts:
            for number, text in enumerate(row):
                if self._widths[number] < WIDEST:
                    wanted = self._wanted(number, self._seen(number, text))
                    self._widths[number] = min(WIDEST, max(self._widths[number], wanted))

    def _wanted(self, column: int, seen: str) -> int:
        """The columns of the screen that a column wants with a cell; decimal points stand below each other."""
        if not self._table.is_number(column) or is_missing(seen):
            return rows.width(seen)
        before, behind = self._parts[column]
        own = behind_point(seen)
        self._parts[column] = before, behind = max(before, rows.width(seen) - own), max(behind, own)
        return before + behind

    def _seen(self, column: int, text: str) -> str:
        """A cell as it is drawn; the row at the bottom tells all of it."""
        return brief(text) if self._table.is_number(column) else text

    # What keys do

    def move(self, down: int, across: int) -> None:
        """Go so many rows down and columns to the right."""
        self._row = max(0, min(self._row + down, self._table.count - 1))
        columns = self._columns()
        if across and columns:
            place = columns.index(self._column) if self._column in columns else 0
            self._column = columns[max(0, min(place + across, len(columns) - 1))]
        self._invalidate()

    def scroll(self, steps: int) -> None:
        """Scroll by so many rows; the row in focus stays while it is in view."""
        self._top = max(0, min(self._top + steps, self._table.count - self._height))
        self._row = max(self._top, min(self._row, self._top + self._height - 1, self._table.count - 1))
        self._invalidate()

    def click(self, column: int, row: int) -> bool:
        """Go to the cell in a place of the screen, or to the column of a name; a name in focus sorts by its column."""
        number = self._column_at(column)
        if number is None or not 1 <= row < ROWS_ABOVE + self._height:
            return False
        if row < ROWS_ABOVE and number == self._column:
            self.sort()
            return True
        place = self._top + row - ROWS_ABOVE
        if row >= ROWS_ABOVE and place >= self._table.count:
            return False
        self._mark = None
        if number in self._columns():
            self._column = number
        if row >= ROWS_ABOVE:
            self._row = place
        self._invalidate()
        return True

    def mark_to(self, row: int) -> None:
        """Mark the rows from the one in focus to the one in a row of the screen; beyond an edge scroll."""
        inside = max(-1, min(row - ROWS_ABOVE, self._height))
        self.mark(self._top + inside - self._row)

    def _column_at(self, column: int) -> int | None:
        """The number of the column that stands in a column of the screen."""
        left = 0
        for number in self._drawn:
            left += self._widths[number] + GAP
            if column < left:
                return number
        return None

    def move_pages(self, pages: int) -> None:
        """Go so many pages down."""
        self.move(pages * max(1, self._height - 1), 0)

    def mark(self, down: int) -> None:
        """Go so many rows down, and mark the rows from here on."""
        self._mark = self._row if self._mark is None else self._mark
        self.move(down, 0)

    def sort(self) -> None:
        """Sort by the column: upwards, downwards, and as it was sent."""
        now, order = self._table.order, (self._column, False)
        if now == order:
            self._arrange(self._table.condition, (self._column, True))
        else:
            self._arrange(self._table.condition, None if now == (self._column, True) else order)

    def describe(self) -> None:
        """Find out what the column holds; the row at the bottom tells it."""
        self._table.describe(self._column)
        self._invalidate()

    def filter(self) -> None:
        """The keys that follow type a text or a range; only rows in whose cell of this column it is stay."""
        self._begin("/")

    def filter_all(self) -> None:
        """The keys that follow type a text; only rows that hold it in any column stay."""
        self._begin("&")

    def go_to_row(self) -> None:
        """The keys that follow type the number of a row."""
        self._begin(":")

    def _begin(self, sign: str) -> None:
        self._sign = sign
        self.line.begin()
        if sign != ":":
            self._filtered = self._column if sign == "/" else None
        self._invalidate()

    def hide(self) -> None:
        """Hide the column, but not the last one."""
        if len(self._columns()) > 1:
            self._hidden.add(self._column)
            self._column = min(self._columns(), key=lambda column: abs(column - self._column))
        self._invalidate()

    def show_all(self) -> None:
        """Show all columns and all rows, in the order in which they were sent."""
        self._hidden = set()
        self._arrange(None, None)

    def copy_cell(self) -> None:
        """Copy the cell."""
        if (row := self._here()) is not None:
            self.on_copy(row[self._column], "the cell")

    def copy_column(self) -> None:
        """Copy the column, a line a row: the marked rows, else all."""
        if self._table.names:
            name, column = self._table.names[self._column], self._column
            self._take(
                lambda texts: self.on_copy(
                    "\n".join([name, *(row[column] for row in texts)]), f"a column of {_counted(len(texts))}"
                )
            )

    def copy_table(self, form: Literal["tabs", "markdown"]) -> None:
        """Copy the marked rows, else all that stay, with tabs between columns, or as a table of Markdown."""
        written = _markdown if form == "markdown" else _tabs
        self._take(lambda texts: self.on_copy(written(self._shown_of(texts)), f"a table of {_counted(len(texts))}"))

    def show_outside(self) -> None:
        """Hand the marked rows, else all that stay, to a program for tables; the rows at hand where they are many."""
        import csv
        import io

        def hand_on(texts: Texts) -> None:
            file = io.StringIO()
            csv.writer(file, lineterminator="\n").writerows(self._shown_of(texts))
            self.on_program(file.getvalue().encode(errors="replace"))

        if self._mark is None and self._table.count * len(self._table.names) > MOST_CELLS:
            texts = self._table.at_hand
            self.on_tell(f"These are the {_counted(len(texts))} at hand: mark others to hand them on")
            hand_on(texts)
        else:
            self._take(hand_on)

    def _take(self, then: Callable[[Texts], object]) -> None:
        """Call `then` with the marked rows, else with all that stay, unless they are too many."""
        first, stop = self._marked() or (0, self._table.count)
        if (stop - first) * len(self._table.names) > MOST_CELLS:
            self.on_tell(f"{_counted(stop - first)} are too many to be copied: mark some of them first")
        else:
            self._table.fetch(first, stop, then)

    def _shown_of(self, texts: Texts) -> Texts:
        """The names and the texts of the columns that are not hidden."""
        columns = [number for number in range(len(self._table.names)) if number not in self._hidden]
        return [[row[number] for number in columns] for row in [self._table.names, *texts]]

    def _marked(self) -> tuple[int, int] | None:
        """The first of the marked rows, and the one behind the last."""
        if self._mark is None:
            return None
        return min(self._mark, self._row), max(self._mark, self._row) + 1

    def close(self) -> None:
        """Mark nothing any more, else close the pane."""
        if self._mark is not None:
            self._mark = None
            self._invalidate()
        else:
            self.on_close()

    @property
    def is_searching(self) -> bool:
        """Whether the text of a filter, or the number of a row, is typed."""
        return self.line.is_open

    def keypress(self, size: tuple[int, int], key: str) -> str | None:  # type: ignore[override]  # noqa: ARG002
        """Take the keys that type a filter, or the number of a row."""
        if not self.line.is_open:
            return key
        text = self.line.text or ""
        typed = self.line.press(key)
        if self._sign == ":":
            if typed is Typed.ENDED:
                self._go(text)
        elif typed is Typed.GIVEN_UP:
            self._keep("")
        elif typed is Typed.CHANGED and self._table.at_once:
            self._keep(self.line.text or "")
        elif typed in (Typed.ENDED, Typed.NOT_TAKEN) and parse(text, self._filtered) != self._table.condition:
            self._keep(text)
        self._invalidate()
        return key if typed is Typed.NOT_TAKEN else None

    def paste(self, text: str) -> None:
        """Add the first line of `text` to what is typed."""
        if self.line.paste(text):
            if self._sign != ":" and self._table.at_once:
                self._keep(self.line.text or "")
            self._invalidate()

    def _go(self, text: str) -> None:
        """Go to the row whose number was typed."""
        number = text.strip().replace(",", "").replace("_", "")
        if number.isascii() and number.isdigit() and len(number) < 20:
            self.move(int(number) - 1 - self._row, 0)
        elif number:
            self.on_tell(f"{text!r} is no number of a row")

    def _keep(self, text: str) -> None:
        """Let the rows stay that `text` holds for."""
        self._arrange(parse(text, self._filtered), self._table.order)

    def _arrange(self, condition: Condition | None, order: Order | None) -> None:
        """Let the rows stay that a condition holds for, in an order, and go to the first of them."""
        self._table.arrange(condition, order)
        self._row = self._top = 0
        self._mark = None
        self._invalidate()

    def _columns(self) -> list[int]:
        """The columns beside the index that are not hidden; the index where there is nothing else."""
        columns = [number for number in range(self._table.index, len(self._table.names)) if number not in self._hidden]
        return columns or list(range(len(self._table.names)))

    # Drawing

    def render(self, size: tuple[int, int], focus: bool = False) -> urwid.Canvas:  # type: ignore[override]  # noqa: ARG002
        """Draw the title, the names, the rows in view, and what is told of the column."""
        columns, height = size
        self._height = max(1, height - ROWS_ABOVE - 1)
        self._scroll()
        seen = range(self._top, min(self._top + self._height, self._table.count))
        self._widen([row for place in seen if (row := self._table.row(place)) is not None])
        if (order := self._table.order) is not None and self._table.names:
            name = rows.width(self._table.names[order[0]] + UP)
            self._widths[order[0]] = max(self._widths[order[0]], min(WIDEST, name))
        shown = self._drawn = self._fitting(columns)
        body: list[Row] = [self._title(columns), self._names(shown, columns)]
        body += [self._line(place, shown, columns) for place in seen]
        body += [()] * (height - 1 - len(body))
        told = f"{self._sign}{self.line.text}" if self.line.is_open else self._told()
        body = [*body[: height - 1], _bar(told, columns)]
        cursor = None
        if self.line.is_open:
            cursor = (min(rows.width(told), columns - 1), height - 1)
        return rows.canvas(body[:height], columns, cursor, fill=ROLE)

    def _fitting(self, columns: int) -> list[int]:
        """The index, and the columns around the one in focus that have room beside it."""
        index = [number for number in range(self._table.index) if number not in self._hidden]
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

    def _names(self, shown: Sequence[int], columns: int) -> Row:
        """The names of the columns."""
        order = self._table.order
        arrow = {} if order is None else {order[0]: DOWN if order[1] else UP}
        names = []
        for column in shown:
            name, behind = self._table.names[column], arrow.get(column, "")
            room = self._widths[column] - rows.width(behind)
            names.append((column, HEAD, _short(name, room) + behind))
        return self._cells(names, columns)

    def _line(self, place: int, shown: Sequence[int], columns: int) -> Row:
        """A row of the table."""
        texts = self._table.row(place)
        marked = self._marked()
        is_marked = marked is not None and marked[0] <= place < marked[1]
        cells = []
        for column in shown:
            at = place == self._row and column == self._column
            text = MISSING_ROW if texts is None else self._seen(column, texts[column])
            role = MISSING if text and is_missing(text) else ROLE
            role = SELECTED if at else MARKED if is_marked else INDEX if column < self._table.index else role
            cells.append((column, role, text))
        return self._cells(cells, columns)

    def _cells(self, cells: Sequence[tuple[int, str, str]], columns: int) -> Row:
        """Texts in their columns, each in a role."""
        row: list[tuple[object, str]] = []
        for column, role, text in cells:
            cell = rows.shorten(((role, rows.printable(text.replace("\t", " "))),), self._widths[column])
            blank = self._widths[column] - rows.row_width(cell)
            behind = blank
            if self._table.is_number(column):
                aligned = role != HEAD and not is_missing(text) and text != MISSING_ROW
                behind = max(0, min(blank, self._parts[column][1] - behind_point(text))) if aligned else 0
            fill = ROLE if role == MISSING else role
            row += [(fill, " " * (blank - behind)), *cell, (fill, " " * behind), (ROLE, " " * GAP)]
        return rows.clip(tuple(row), columns)

    def _title(self, columns: int) -> Row:
        table = self._table
        shown, all_rows = table.count, table.total
        count = f"{shown:,} of {_counted(all_rows)}" if shown != all_rows else _counted(all_rows)
        told = f"the {count} {table.told}" if table.told else count
        hidden = f", {len(self._hidden)} columns hidden" if self._hidden else ""
        condition = table.condition
        held = ""
        if condition is not None:
            where = table.searched if condition.column is None else table.names[condition.column]
            held = f", with {condition.text!r} in {where}"
        at = f" at row {self._row + 1:,}" if shown else ""
        text = f" Table{at}: {told}, {_columns_counted(table)}{hidden}{held}"
        # What is waited for stands at the end of the row: it comes and goes, and the title stays where it is.
        waits = rows.printable(f"  {table.waits} " if table.waits else "")
        room = max(0, columns - rows.width(waits))
        return (*_bar(rows.printable(text), room), *_bar(waits, columns - room))

    def _here(self) -> Sequence[str] | None:
        """The row in focus, None while it is not known."""
        return self._table.row(self._row) if self._row < self._table.count else None

    def _told(self) -> str:
        """All of the cell, and what the column holds."""
        if not self._table.names:
            return ""
        row = self._here()
        cell = row[self._column] if row is not None else ""
        name = self._table.names[self._column]
        return rows.printable(f" {name}: {cell}   ({self._table.about(self._column)})")


def _short(text: str, columns: int) -> str:
    return "".join(text for _, text in rows.shorten(((HEAD, rows.printable(text)),), max(1, columns)))


def _tabs(texts: Texts) -> str:
    return "\n".join("\t".join(text.translate(_BLANKS) for text in row) for row in texts)


def _markdown(texts: Texts) -> str:
    """The names and rows as a table of Markdown, with numbers on the right."""
    lines = [[text.replace("|", "\\|").replace("\n", " ") for text in row] for row in texts]
    sides = ["--:" if are_numbers(column) else "---" for column in zip(*lines[1:], strict=True)]
    return "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], sides or ["---"] * len(lines[0]), *lines[1:]])


def _counted(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"


def _columns_counted(table: Rows) -> str:
    """How many columns a table has, those aside that name its rows."""
    columns = len(table.names) - table.index
    return "1 column" if columns == 1 else f"{columns:,} columns"


def _bar(text: str, columns: int) -> Row:
    """A row of the look of a title, as wide as the screen."""
    row = rows.shorten(((TITLE, text),), columns)
    return (*row, (TITLE, " " * (columns - rows.row_width(row))))

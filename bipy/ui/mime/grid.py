"""A table as text: which cells stand where, and how they are laid out in the width of the screen.

A `Grid` is made of rows of cells, which may span rows and columns.  Rows at the top and columns at the left may be
heads.  A column of numbers stands to the right, its decimal points below each other; what is missing is dimmed.  Where
there is no room for all columns the widest become narrower, then the last ones are left out, and a row below says how
many.  A source may ask for any number of rows and columns, so all numbers are bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from bipy.ui.mime.frame import GAPS, Frame, are_numbers, behind_point, is_missing, without_gaps
from bipy.ui.text.rows import Attribute, Row, Run, row_width, shorten

HEAD, INDEX, CELL, RULE, MORE = "table.head", "table.index", "output", "table.rule", "output.more"
MISSING = "table.missing"
GAP = 2
# A longer cell is shortened where there is no room.
NARROW = 24
MOST_COLUMNS, MOST_ROWS, MOST_CELLS = 2_000, 2_000, 200_000

Side = Literal["", "left", "right", "center"]


class Cell(NamedTuple):
    """A cell: its lines, whether it is a head, on which side it stands, how far it reaches, what fills it up."""

    lines: Sequence[Row] = ((),)
    is_head: bool = False
    side: Side = ""
    columns: int = 1
    rows: int = 1
    fill: Attribute = None

    @property
    def text(self) -> str:
        """The text of its first line."""
        line = self.lines[0] if self.lines else ()
        return line[0][1] if len(line) == 1 else "".join([text for _, text in line])

    @property
    def width(self) -> int:
        """The columns that it takes, unshortened."""
        return max(map(row_width, self.lines), default=0)


EMPTY = Cell()
# Below or beside a cell that reaches here.
COVERED = Cell(is_head=True)


class Grid:
    """The table of `source`, rows of cells; `heads` of them are heads, by default those that hold nothing else."""

    def __init__(self, source: Iterable[Sequence[Cell]], heads: int | None = None) -> None:
        rows = _placed(source)
        self._heads = _leading(all(cell.is_head for cell in row) for row in rows) if heads is None else heads
        self._heads = min(self._heads, len(rows))
        self._more = max(0, len(rows) - MOST_ROWS)
        self._rows = rows[:MOST_ROWS]
        self._columns = max(map(len, self._rows), default=0)
        body = self._rows[self._heads :]
        self._index = (
            _leading(all(number < len(row) and row[number].is_head for row in body) for number in range(self._columns))
            if body
            else 0
        )
        # See `_point`.
        self._points = [self._point(number) for number in range(self._columns)]
        self._widths = [
            max(
                (
                    row[number].width + (self._padding(number, row[number]) if line >= self._heads else 0)
                    for line, row in enumerate(self._rows)
                    if number < len(row) and row[number].columns == 1
                ),
                default=0,
            )
            for number in range(self._columns)
        ]
        self._laid_out: tuple[int, list[int]] = (0, [])
        # The rule below the heads is a line of its own.
        self._ruled = 0 < self._heads < len(self._rows)
        self.count = len(self._rows) + self._ruled if self._columns else 0

    def rows(self, line: int, columns: int) -> Sequence[Row]:
        """The rows of one line."""
        if self._laid_out[0] != columns:
            self._laid_out = columns, self._fitted(columns)
        widths = self._laid_out[1]
        if self._ruled and line == self._heads:
            return (_joined([((RULE, "\u2500" * width),) for width in widths]),)
        line -= self._ruled and line > self._heads
        rows = self._row(self._rows[line], widths, line < self._heads)
        if line == len(self._rows) - 1:
            rows += [shorten(((MORE, text),), columns) for text in self._left_out(len(widths))]
        return rows

    def frame(self) -> Frame:
        """The data of the table, whose heads become the names of its columns."""
        texts = [[_text(cell) for cell in row] + [""] * (self._columns - len(row)) for row in self._rows]
        heads = texts[: self._heads]
        # A cell that reaches over several columns names each of them.
        for head, row in zip(self._rows, heads, strict=False):
            for number, cell in enumerate(head):
                for reach in range(1, min(cell.columns, self._columns - number)):
                    row[number + reach] = row[number]
        names = [" ".join(dict.fromkeys(filter(None, column))) for column in zip(*heads, strict=True)]
        names = names or [str(number) for number in range(self._columns)]
        return without_gaps(names, texts[self._heads :], self._index)

    def _row(self, cells: Sequence[Cell], widths: Sequence[int], is_head: bool) -> list[Row]:
        """The rows of a row of the table, as many as its highest cell has lines."""
        height = max((len(cell.lines) for cell in cells[: len(widths)]), default=1)
        rows = []
        for line in range(height):
            pieces: list[Row] = []
            number = 0
            while number < len(widths):
                cell = cells[number] if number < len(cells) else EMPTY
                reach = max(1, min(cell.columns, len(widths) - number))
                width = sum(widths[number : number + reach]) + GAP * (reach - 1)
                row = tuple(cell.lines[line]) if line < len(cell.lines) else ()
                role = HEAD if is_head else INDEX if number < self._index else CELL
                own: Side = "left" if self._points[number] is None else "right"
                side = cell.side or ("center" if reach > 1 else own)
                if not is_head and role == CELL and is_missing(cell.text):
                    role = MISSING
                elif not is_head and side == "right" and (padding := self._padding(number, cell)):
                    row = (*row, (cell.fill, " " * max(0, min(padding, width - row_width(row)))))
                pieces.append(_set(_in_role(row, role), width, side, cell.fill))
                number += reach
            rows.append(_joined(pieces))
        return rows

    def _point(self, number: int) -> int | None:
        """How far in front of its right end a column's decimal points stand; None if it does not hold numbers.

        0 where they do so already, as pandas writes floats.
        """
        texts = [row[number].text for row in self._rows[self._heads :] if number < len(row)]
        if not are_numbers(texts):
            return None
        points = {behind_point(text.rstrip()) for text in texts if not is_missing(text) and text.strip() not in GAPS}
        return max(points) if len(points) > 1 else 0

    def _padding(self, number: int, cell: Cell) -> int:
        """How many blanks a number of a column has behind it; what is missing stands at the end."""
        point = self._points[number]
        if not point or is_missing(cell.text) or cell.text.strip() in GAPS:
            return 0
        return max(0, point - behind_point(cell.text.rstrip()))

    def _fitted(self, columns: int) -> list[int]:
        """The widths of the columns that are shown in so many columns of the screen."""
        widths = self._widths
        room = columns - GAP * max(0, len(widths) - 1)
        if sum(widths) <= room:
            return list(widths)
        narrow = [min(width, NARROW) for width in widths]
        if sum(narrow) <= room:
            # The widest columns share the room that the narrow ones leave.
            spare = room - sum(narrow)
            for number in sorted(range(len(widths)), key=lambda each: widths[each]):
                added = min(widths[number] - narrow[number], spare)
                narrow[number] += added
                spare -= added
            return narrow
        shown: list[int] = []
        for width in narrow:
            used = sum(shown) + GAP * len(shown)
            if shown and used + width > columns:
                break
            shown.append(min(width, columns))
        return shown

    def _left_out(self, shown: int) -> list[str]:
        """What is not shown of the table, a line each."""
        columns = self._columns - shown
        texts = []
        if self._more:
            texts.append(f"\u2026 {self._more:,} more row{'s' * (self._more > 1)}")
        if columns:
            texts.append(f"\u2026 {columns:,} more column{'s' * (columns > 1)}")
        return texts


def _placed(source: Iterable[Sequence[Cell]]) -> list[list[Cell]]:
    """The cells where they stand: a place that a cell above or on the left reaches to holds `COVERED`."""
    rows: list[list[Cell]] = []
    # column -> how many rows below a cell still reaches, and how many columns it takes
    reaching: dict[int, tuple[int, Cell]] = {}
    room = MOST_CELLS
    for cells in source:
        row: list[Cell] = []
        coming = list(reversed(cells))
        while coming or any(column >= len(row) for column in reaching):
            column = len(row)
            if column >= MOST_COLUMNS or room <= 0:
                break
            if column in reaching:
                left, cell = reaching[column]
                covered = COVERED if cell.is_head else EMPTY
                row.append(covered)
                if left > 1:
                    reaching[column] = left - 1, cell
                else:
                    del reaching[column]
            elif coming:
                cell = coming.pop()
                reach = max(1, min(cell.columns, MOST_COLUMNS - column))
                row.append(cell._replace(columns=reach))
                row += [COVERED if cell.is_head else EMPTY] * (reach - 1)
                if cell.rows > 1:
                    for each in range(column, column + reach):
                        reaching[each] = min(cell.rows, MOST_ROWS) - 1, cell
                room -= reach
            else:
                row.append(EMPTY)
            room -= 1
        rows.append(row)
    return rows


def _text(cell: Cell) -> str:
    return " ".join("".join(text for _, text in line).strip() for line in cell.lines)


def _leading(flags: Iterable[bool]) -> int:
    """How many flags at the beginning are set."""
    count = 0
    for flag in flags:
        if not flag:
            break
        count += 1
    return count


def _in_role(row: Row, role: str) -> Row:
    return tuple((role if attribute == CELL else attribute, text) for attribute, text in row)


def _set(row: Row, width: int, side: Side, fill: Attribute) -> Row:
    """A row in so many columns, shortened or filled up."""
    row = shorten(row, width)
    blank = width - row_width(row)
    before = blank if side == "right" else blank // 2 if side == "center" else 0
    runs: list[Run] = []
    if before:
        runs.append((fill, " " * before))
    runs += row
    if blank > before:
        runs.append((fill, " " * (blank - before)))
    return tuple(runs)


def _joined(pieces: Sequence[Row]) -> Row:
    """Pieces side by side."""
    row: list[Run] = []
    for number, piece in enumerate(pieces):
        if number:
            row.append((None, " " * GAP))
        row += piece
    return tuple(row)

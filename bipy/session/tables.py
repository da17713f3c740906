"""What the pane of a table asks of the kernel, and what comes of it, as values.

The table is a data frame, the value that a cell has shown.  Columns are counted with the index in front.  How a
question is put into words that a kernel understands is the subject of `expressions`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bipy.session.conditions import Condition
from bipy.value import Value

MOST_COLUMNS = 500
# Cells that one question asks for, and the characters of a cell.
MOST_CELLS = 20_000
LONGEST_CELL = 1000
# In a frame of more cells a text is looked for in columns of text only: to spell numbers takes half a microsecond each.
MOST_SPELLED = 3_000_000
# Positions that come with one answer: some hundred pages.
MOST_POSITIONS = 20_000

Order = tuple[int, bool]
"""A column, and whether downwards."""


class Output(Value):
    """What the cell with this number has shown as its value: the text with this digest, as `mime`."""

    number: int
    mime: str
    digest: str


class Column(Value):
    """A column: `kind` is "number", "time" or "text", `type` the library's own word for it."""

    name: str
    kind: str
    type: str


class Source(Value):
    """The frame behind an output.  The first `index` columns name the rows, and `columns` are the first of all."""

    output: Output
    library: str
    identity: int
    shape: tuple[int, int]
    index: int
    columns: tuple[Column, ...]

    @property
    def all_columns(self) -> int:
        """How many columns there are, the index included."""
        return self.shape[1] + self.index

    @property
    def searched(self) -> tuple[int, ...]:
        """The columns in which a text is looked for that may stand in any."""
        spelled = self.shape[0] * len(self.columns) <= MOST_SPELLED
        return tuple(number for number, column in enumerate(self.columns) if spelled or column.kind == "text")


class Question(Value, eq=False):
    """What may be asked."""


class Open(Question):
    """Whether the frame is still there that the output shows, and what it is like."""

    output: Output


class Arrange(Question):
    """How many rows meet the condition, and where they stand, in that order, from place `start` on."""

    source: Source
    condition: Condition | None
    order: Order | None
    start: int


class Fetch(Question):
    """What stands in the rows at these positions."""

    source: Source
    positions: Sequence[int]


class Describe(Question):
    """What a column holds."""

    source: Source
    column: int


class Answer(Value, eq=False):
    """What has come of a question."""

    question: Question


class Opened(Answer):
    """The frame is there."""

    source: Source


class Arranged(Answer):
    """So many rows, and the positions of some."""

    count: int
    positions: tuple[int, ...]


class Fetched(Answer):
    """The rows, as texts."""

    rows: tuple[tuple[str, ...], ...]


class Described(Answer):
    """How many cells of a column are missing, how many of the others differ, and the least and the largest as texts."""

    missing: int
    distinct: int
    least: str
    largest: str


class Waiting(Answer):
    """It is not asked yet: why, for people."""

    why: str


class Refused(Answer):
    """There is no answer: why, for people; "" if it is not worth a word.  `gone`: nor will there be to another one."""

    why: str = ""
    gone: bool = False


Ask = Callable[[Question], object]

NOT_THERE = "The table is not in the kernel any more as it was: only the rows that were sent are left"


def why_not(source: Source, condition: Condition) -> str:
    """Why a condition can't be asked, for people; "" if it can."""
    if condition.column is None:
        return "" if source.searched else "There are too many numbers here to look for a text in, and no texts"
    column = source.columns[condition.column]
    for comparison in condition.comparisons:
        if column.kind == "number" and comparison.number is None:
            return f"{comparison.operand!r} is no number, which {column.name} holds"
        if column.kind == "time" and comparison.moment is None:
            return (
                f"{comparison.operand!r} is no date such as 2024-01-31 or 2024-01-31 12:00, which {column.name} holds"
            )
    return ""


def is_quick(question: Question) -> bool:
    """Whether the answer comes at once, however long the frame is."""
    return not isinstance(question, Arrange | Describe)

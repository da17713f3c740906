"""All rows of a frame in the kernel, a page at a time: which are known, which are in view, and what to ask next.

`follow` lets a pane that shows the rows of a bundle show these as soon as the kernel has told that they are there.  One
question is out at a time; what is wanted meanwhile is asked when its answer has come, and only if it is wanted still.
So no key waits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bipy.session import tables
from bipy.session.conditions import Condition
from bipy.session.tables import (
    Answer,
    Arrange,
    Arranged,
    Ask,
    Describe,
    Described,
    Fetch,
    Fetched,
    Open,
    Opened,
    Output,
    Refused,
    Source,
)
from bipy.session.tables import Waiting as NotYet
from bipy.ui.widgets.table_pane import TablePane
from bipy.ui.widgets.table_rows import Order, SentRows

# So many rows are kept, those around the view.
MOST_KEPT = 20_000
ASKS = "asking the kernel \u2026"

Arrangement = tuple[Condition | None, Order | None]
Texts = Sequence[Sequence[str]]


def follow(pane: TablePane, sent: SentRows, output: Output, ask: Ask) -> None:
    """Ask for all rows of what `sent` is a part of, and show them in `pane`."""
    question = Open(output)
    pages: list[Pages] = []

    def answered(answer: Answer) -> None:
        if pages:
            if pages[0].answered(answer):
                pane.on_tell(pages[0].lost)
                sent.arrange(None, None)
                pane.show(sent)
                pages.clear()
            pane.refresh()
        elif answer.question is question:
            sent.waits = f"{answer.why}: all rows are asked for later" if isinstance(answer, NotYet) else ""
            if isinstance(answer, Opened):
                pages.append(Pages(answer.source, ask, pane.on_tell))
                pane.show(pages[0])
            pane.refresh()

    pane.on_answer = answered
    sent.waits = ASKS
    ask(question)


class Pages:
    """The rows of `source`, which `ask` asks the kernel for; `tell` is told what can't be done."""

    at_once = False
    told = ""

    def __init__(self, source: Source, ask: Ask, tell: Callable[[str], object]) -> None:
        self.names, self.index = [column.name for column in source.columns], source.index
        # Why there are no such rows any more, "" as long as there are.
        self.lost = ""
        spelled = len(source.searched) == len(source.columns)
        self.searched = "any column" if spelled else "any column of text"
        self._source, self._ask, self._tell = source, ask, tell
        self._asked: tables.Question | None = None
        self._why = ""
        # The arrangement on show and the one that is wanted; how many rows stay, and the positions of some of them.
        self._shown: Arrangement = (None, None)
        self._wanted: Arrangement = (None, None)
        self._count = self.total
        self._positions: Sequence[int] = range(self.total)
        self._start = 0
        self._rows: dict[int, Sequence[str]] = {}
        self._view = range(0)
        # The arrangement and the places of the rows that are asked for.
        self._fetching: tuple[Arrangement, range] = (self._shown, range(0))
        # What was told of columns, and the column of which it is to be.
        self._described: dict[int, str] = {}
        self._describing: int | None = None
        self._job: tuple[range, Callable[[Texts], object]] | None = None

    @property
    def condition(self) -> Condition | None:
        """What the rows that stay will meet."""
        return self._wanted[0]

    @property
    def order(self) -> Order | None:
        """In which order they will stand."""
        return self._wanted[1]

    @property
    def count(self) -> int:
        """How many rows stay."""
        return self._count

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self._source.shape[0]

    @property
    def waits(self) -> str:
        """What the kernel is asked for, rows in view aside."""
        if self._why:
            return f"{self._why}: asked later"
        if self._wanted != self._shown:
            return "filtering \u2026" if self._wanted[0] != self._shown[0] else "sorting \u2026"
        if self._describing is not None:
            return "describing the column \u2026"
        return "reading rows \u2026" if self._job is not None else ""

    @property
    def at_hand(self) -> Texts:
        """The rows that are known."""
        return [self._rows[place] for place in sorted(self._rows)]

    def row(self, place: int) -> Sequence[str] | None:
        """The texts of a row; None: not known yet."""
        return self._rows.get(place)

    def is_number(self, column: int) -> bool:
        """Whether a column holds numbers."""
        return self._source.columns[column].kind == "number"

    def about(self, column: int) -> str:
        """What a column holds, in the word of its library."""
        more = self._source.all_columns - len(self.names)
        told = self._described.get(column, "d tells more")
        return f"{self._source.columns[column].type}, {told}" + (
            f"; {more:,} more columns are not shown" if more else ""
        )

    def describe(self, column: int) -> None:
        """Ask how many cells are missing and different, and for the least and the largest."""
        if column not in self._described:
            self._describing = column
            self._next()

    def arrange(self, condition: Condition | None, order: Order | None) -> None:
        """Let the rows stay that a condition holds for, in an order; those on show stand until that is known."""
        if condition is not None and (why := tables.why_not(self._source, condition)):
            self._tell(why)
            condition = self._shown[0]
        self._wanted = (condition, order)
        self._job = None
        if self._wanted == (None, None):
            self._take(0, range(self.total), self.total)
        self._next()

    def reach(self, first: int, stop: int) -> None:
        """The places [first, stop) are in view."""
        self._view = range(first, stop)
        self._next()

    def fetch(self, first: int, stop: int, then: Callable[[Texts], object]) -> None:
        """Call `then` with the rows of the places [first, stop), once they are known."""
        self._job = range(first, stop), then
        self._next()

    def answered(self, answer: Answer) -> bool:
        """What has come of a question; whether there are no such rows any more."""
        if answer.question is not self._asked:
            return False
        self._why = answer.why if isinstance(answer, NotYet) else ""
        if isinstance(answer, NotYet):
            return False
        self._asked = None
        match answer:
            case Arranged(Arrange() as question, count, positions):
                if (question.condition, question.order) == self._wanted:
                    self._take(question.start, positions, count)
            case Described(Describe() as question, missing, distinct, least, largest):
                self._describing = None
                gone = f", {missing:,} missing" if missing else ""
                self._described[question.column] = f"{distinct:,} different{gone}, from {least} to {largest}"
            case Fetched(_, rows) if self._fetching[0] == self._shown:
                self._rows.update(zip(self._fetching[1], rows, strict=True))
            case Refused(_, why, gone):
                self._refused(why, gone=gone)
        self._next()
        return bool(self.lost)

    def _refused(self, why: str, *, gone: bool) -> None:
        self._job = None
        describes, self._describing = self._describing is not None, None
        if describes and self._wanted == self._shown and not gone:
            self._tell(why)
        elif self._wanted != self._shown and not gone:
            self._wanted = self._shown
            self._tell(why)
        else:
            self.lost = why

    def _take(self, start: int, positions: Sequence[int], count: int) -> None:
        """Show the wanted arrangement; the rows of another one are forgotten."""
        if self._shown != self._wanted:
            self._rows = {}
        self._shown = self._wanted
        self._start, self._positions, self._count = start, positions, count

    def _next(self) -> None:
        """Ask what is missing first, unless a question is out."""
        if self._job is not None and all(place in self._rows for place in self._job[0]):
            (places, then), self._job = self._job, None
            then([self._rows[place] for place in places])
        if self._asked is not None or self.lost:
            return
        if (question := self._question()) is not None:
            self._asked = question
            self._ask(question)

    def _question(self) -> tables.Question | None:
        if self._wanted != self._shown:
            return Arrange(self._source, *self._wanted, 0)
        if self._describing is not None:
            return Describe(self._source, self._describing)
        for places in self._places():
            missing = [place for place in places if place not in self._rows]
            if not missing:
                continue
            first = missing[0]
            if not self._start <= first < self._start + len(self._positions):
                return Arrange(self._source, *self._shown, first - first % tables.MOST_POSITIONS)
            most = max(1, tables.MOST_CELLS // len(self.names))
            known = range(first, min(first + most, places.stop, self._start + len(self._positions)))
            self._prune()
            self._fetching = self._shown, known
            return Fetch(self._source, [self._positions[place - self._start] for place in known])
        return None

    def _places(self) -> list[range]:
        """The places whose rows are wanted, the most urgent first: in view, of a job, a page below and above."""
        view, size = self._view, len(self._view)
        stop = min(self._count, view.stop)
        below = range(stop, min(self._count, stop + size))
        above = range(max(0, view.start - size), min(view.start, self._count))
        job = [self._job[0]] if self._job is not None else []
        return [range(view.start, stop), *job, below, above]

    def _prune(self) -> None:
        """Forget rows that are far from the view, if there are many."""
        if len(self._rows) > MOST_KEPT and self._job is None:
            near = range(self._view.start - MOST_KEPT // 4, self._view.stop + MOST_KEPT // 4)
            self._rows = {place: row for place, row in self._rows.items() if place in near}

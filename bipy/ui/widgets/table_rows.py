"""The rows that a table pane shows, and in which order: what it asks of them, and those that a bundle has sent.

No widget is known here.  Places count the rows that stay, in the order on show.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from bipy.session.conditions import Comparison, Condition
from bipy.ui.mime.frame import MISSING, Frame, value

Order = tuple[int, bool]
"""A column, and whether downwards."""


class Rows(Protocol):
    """What a pane shows.  `names` of the columns, of which the first `index` name the rows."""

    names: list[str]
    index: int
    # In which columns a text is looked for that may stand in any, for people.
    searched: str
    # Whether a filter is applied with each key, or when it is typed: then it costs something.
    at_once: bool

    @property
    def condition(self) -> Condition | None:
        """What the rows that stay meet, or will."""

    @property
    def order(self) -> Order | None:
        """In which order they stand, or will."""

    @property
    def count(self) -> int:
        """How many rows stay."""

    @property
    def total(self) -> int:
        """How many rows there are."""

    @property
    def told(self) -> str:
        """What they are, for people, behind "rows"; "" for all rows of the table."""

    @property
    def waits(self) -> str:
        """What is waited for, or has gone wrong, for people; "" nothing."""

    @property
    def at_hand(self) -> Sequence[Sequence[str]]:
        """The rows that are known, in their order."""

    def row(self, place: int) -> Sequence[str] | None:
        """The texts of a row; None: not known yet."""

    def is_number(self, column: int) -> bool:
        """Whether a column holds numbers."""

    def about(self, column: int) -> str:
        """What a column holds."""

    def describe(self, column: int) -> None:
        """Find out what a column holds, if `about` does not tell it all."""

    def arrange(self, condition: Condition | None, order: Order | None) -> None:
        """Let the rows stay that a condition holds for, in an order."""

    def reach(self, first: int, stop: int) -> None:
        """The places [first, stop) are in view."""

    def fetch(self, first: int, stop: int, then: Callable[[Sequence[Sequence[str]]], object]) -> None:
        """Call `then` with the rows of the places [first, stop), once they are known."""


class SentRows:
    """The rows of a bundle."""

    at_once = True
    told = "that were sent"
    searched = "any column"

    def __init__(self, frame: Frame) -> None:
        self.names, self.index = frame.names, frame.index
        self.waits = ""
        self.condition: Condition | None = None
        self.order: Order | None = None
        self._frame = frame
        self._numbers = list(range(len(frame.rows)))

    @property
    def count(self) -> int:
        """How many rows stay."""
        return len(self._numbers)

    @property
    def total(self) -> int:
        """How many rows were sent."""
        return len(self._frame.rows)

    @property
    def at_hand(self) -> Sequence[Sequence[str]]:
        """All rows that stay."""
        return [self._frame.rows[number] for number in self._numbers]

    def row(self, place: int) -> Sequence[str] | None:
        """The texts of a row."""
        return self._frame.rows[self._numbers[place]]

    def is_number(self, column: int) -> bool:
        """Whether all that is told in a column is a number."""
        return self._frame.is_number(column)

    def about(self, column: int) -> str:
        """What a column holds."""
        return self._frame.about(column)

    def describe(self, column: int) -> None:
        """All is told."""

    def arrange(self, condition: Condition | None, order: Order | None) -> None:
        """Take the rows that a condition holds for, in an order."""
        self.condition, self.order = condition, order
        numbers = list(range(self.total))
        if condition is not None:
            numbers = [number for number in numbers if self._meets(number, condition)]
        self._numbers = numbers if order is None else self._frame.order(numbers, order[0], down=order[1])

    def _meets(self, number: int, condition: Condition) -> bool:
        row, column = self._frame.rows[number], condition.column
        if column is None:
            return any(_holds(condition, text, by_number=False) for text in row)
        return _holds(condition, row[column], self._frame.is_number(column))

    def reach(self, first: int, stop: int) -> None:
        """All rows are known."""

    def fetch(self, first: int, stop: int, then: Callable[[Sequence[Sequence[str]]], object]) -> None:
        """All rows are known."""
        then(self.at_hand[first:stop])


def _holds(condition: Condition, text: str, by_number: bool) -> bool:
    """Whether a cell of a column, of numbers or of texts, meets a condition."""
    if not condition.comparisons:
        return condition.text.lower() in text.lower()
    return text.strip() not in MISSING and all(_compares(each, text, by_number) for each in condition.comparisons)


def _compares(comparison: Comparison, text: str, by_number: bool) -> bool:
    if by_number:
        return comparison.number is not None and comparison.holds(value(text), comparison.number)
    return comparison.holds(text.strip(), comparison.operand)

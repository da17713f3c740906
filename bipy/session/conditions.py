"""Which rows of a table stay: a condition on one column, or on any, as a person types it.

``>= 5``, ``< 2024-01-01``, ``!= Oslo``, ``3..7`` compare; anything else is a text that the cell must hold.  What is
asked of any column is always such a text.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

from bipy.value import Value

Operator = Literal[">=", "<=", "==", "!=", ">", "<"]

_COMPARED = r"\s*(>=|<=|==|!=|=|>|<)\s*(\S.*?)\s*"
_RANGE = r"\s*(.*?)\s*\.\.\s*(.*?)\s*"
_DIGITS = r"[-+]?(?:\d[\d_,]*\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?"
_OPERATORS: dict[str, Operator] = {">=": ">=", "<=": "<=", "==": "==", "=": "==", "!=": "!=", ">": ">", "<": "<"}


class Comparison(Value):
    """A cell stands so to `operand`, a text."""

    operator: Operator
    operand: str

    @property
    def number(self) -> int | float | None:
        """The operand as a number; None if it is none."""
        return number(self.operand)

    @property
    def moment(self) -> datetime | None:
        """The operand as a date, which may have a time; None if it is none."""
        return moment(self.operand)

    def holds(self, found: float | str, wanted: float | str) -> bool:
        """Whether what was found stands so to what is wanted; both are numbers, or both texts."""
        equal = found == wanted
        less = not equal and found < wanted  # type: ignore[operator]
        match self.operator:
            case "==":
                return equal
            case "!=":
                return not equal
            case "<":
                return less
            case "<=":
                return less or equal
            case ">":
                return not less and not equal
            case _:
                return not less


class Condition(Value):
    """Of the cells of `column` all `comparisons` must hold; without any, the cell must hold `text`.

    Where `column` is None the cell may stand in any column.
    """

    column: int | None
    text: str
    comparisons: tuple[Comparison, ...] = ()


def parse(text: str, column: int | None) -> Condition | None:
    """What a person typed; None: all rows stay."""
    if column is None:
        return Condition(None, text) if text else None
    if match := re.fullmatch(_COMPARED, text):
        return Condition(column, text, (Comparison(_OPERATORS[match[1]], match[2]),))
    match = re.fullmatch(_RANGE, text)
    if match and (match[1] or match[2]) and all(not end or is_measure(end) for end in match.groups()):
        ends: tuple[tuple[Operator, str], ...] = ((">=", match[1]), ("<=", match[2]))
        return Condition(column, text, tuple(Comparison(operator, end) for operator, end in ends if end))
    return Condition(column, text) if text else None


def is_measure(text: str) -> bool:
    """Whether a text is a number or a date."""
    return number(text) is not None or moment(text) is not None


def number(text: str) -> int | float | None:
    """The number in a text as a person types it; None if it is none."""
    if len(text) > 100 or not re.fullmatch(_DIGITS, text):
        return None
    plain = text.replace("_", "").replace(",", "")
    return int(plain) if re.fullmatch(r"[-+]?\d+", plain) else float(plain)


def moment(text: str) -> datetime | None:
    """The date in a text, without a zone; None if it is none."""
    try:
        found = datetime.fromisoformat(text) if re.match(r"\d{4}-", text) else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo is None else None

"""The data of a table: names of columns and rows of texts, to be sorted, filtered and told about.

It holds what a bundle has sent, and asks for no more.  How a table looks within an output is the subject of `grid`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bipy.session.transcript import Bundle
from bipy.ui.text.output import joined

_NUMBER = re.compile(r"[-+\u2212]?(?:\d[\d,_\u202f]*\.?\d*|\.\d+|inf)(?:[eE][-+]?\d+)?%?\Z")
_BEHIND = re.compile(r"[.eE%]")
# So many digits behind the point are shown of a number that has more.
BRIEF = 6
# What stands for rows and columns that were left out: of pandas, polars and R.
GAPS = frozenset(["...", "\u2026", "\u22ee", "\u22ef", "\u22f1"])
MISSING = frozenset(["", "nan", "NaN", "NA", "<NA>", "None", "null", "NaT"])


class Frame:
    """`names` of the columns, and `rows` of as many texts; the first `index` columns name the rows."""

    def __init__(self, names: Sequence[str], rows: Sequence[Sequence[str]], index: int = 0) -> None:
        self.names = list(names)
        self.rows = [[*row, *[""] * (len(names) - len(row))][: len(names)] for row in rows]
        self.index = index
        self._numbers: dict[int, bool] = {}

    def is_number(self, column: int) -> bool:
        """Whether all that is not missing in a column is a number."""
        if column not in self._numbers:
            self._numbers[column] = self._holds_numbers(column)
        return self._numbers[column]

    def _holds_numbers(self, column: int) -> bool:
        return are_numbers(row[column] for row in self.rows)

    def order(self, numbers: Sequence[int], column: int, *, down: bool) -> list[int]:
        """Rows in the order of a column, by number where it holds numbers; what is missing stands last."""
        by_number = self.is_number(column)
        missing = [number for number in numbers if self.rows[number][column].strip() in MISSING]
        told = [number for number in numbers if self.rows[number][column].strip() not in MISSING]
        told.sort(key=lambda number: value(self.rows[number][column]) if by_number else 0.0, reverse=down)
        if not by_number:
            told.sort(key=lambda number: self.rows[number][column].lower(), reverse=down)
        return told + missing

    def about(self, column: int) -> str:
        """What a column holds: its kind, how many are missing and different, the least and the largest."""
        texts = [row[column].strip() for row in self.rows]
        told = [text for text in texts if text not in MISSING]
        by_number = self.is_number(column)
        parts = ["numbers" if by_number else "texts", f"{len(set(told))} different"]
        if len(told) < len(texts):
            parts.append(f"{len(texts) - len(told)} missing")
        if told:
            key = value if by_number else str
            parts.append(f"from {min(told, key=key)} to {max(told, key=key)}")
        return ", ".join(parts)


def are_numbers(texts: Iterable[str]) -> bool:
    """Whether all of the texts that are not missing, or left out, are numbers, and there is one."""
    told = [text for text in map(str.strip, texts) if text not in MISSING and text not in GAPS]
    return bool(told) and all(map(_NUMBER.match, told))


def behind_point(text: str) -> int:
    """How many characters of a number stand behind its last whole digit: its point, what follows, an exponent."""
    found = _BEHIND.search(text)
    return len(text) - found.start() if found is not None else 0


def is_missing(text: str) -> bool:
    """Whether a text stands for what is not there."""
    return text.strip() in MISSING


def without_gaps(names: Sequence[str], rows: Sequence[Sequence[str]], index: int) -> Frame:
    """The frame of a table that says where rows or columns of it were left out: without what says so."""
    gaps = [row for row in rows if GAPS.issuperset(row[index:]) and GAPS.union([""]).issuperset(row)]
    # A table may hold such texts; where something was left out there is one row of them, among many.
    if len(gaps) == 1 and len(rows) > 4:
        rows = [row for row in rows if row is not gaps[0]]
    cells = ({name, *(row[number] for row in rows)} for number, name in enumerate(names))
    columns = [number for number, found in enumerate(cells) if not rows or not found & GAPS or found - GAPS - {""}]
    return Frame(
        [names[number] for number in columns],
        [[row[number] for number in columns] for row in rows],
        sum(number < index for number in columns),
    )


def value(text: str) -> float:
    """The number in a text; 0.0 for a text that is none."""
    plain = text.strip().replace("\u2212", "-").replace(",", "").replace("_", "").replace("\u202f", "")
    try:
        return float(plain.removesuffix("%"))
    except ValueError:
        return 0.0


def brief(text: str) -> str:
    """A number with so many digits that no column needs the screen for itself, as pandas and polars show it too."""
    digits = text.partition(".")[2]
    if len(digits) <= BRIEF or not _NUMBER.match(text) or text.endswith("%"):
        return text
    number = value(text)
    return f"{number:.{BRIEF}f}" if "e" not in digits.lower() and abs(number) >= 0.001 else f"{number:.{BRIEF}g}"


def sent(bundle: Bundle) -> Frame | None:
    """The first table in a bundle's HTML; None if there is none."""
    from bipy.ui.mime import html

    source = joined(bundle.data.get("text/html"))
    return html.frame(source) if source is not None else None


def without_rows(bundle: Bundle) -> Frame | None:
    """The names of the columns in the text of an Arrow table, which sends no rows that can be read; None for others."""
    source = joined(bundle.data.get("text/plain")) or ""
    if not source.startswith("pyarrow.Table\n"):
        return None
    fields = source.partition("\n----")[0].split("\n")[1:]
    return Frame([field.rpartition(": ")[0] or field for field in fields], [])

"""The history as a source of the chooser: which entries fit what is typed, and how they are told.

Words may stand anywhere in an entry, in any order; a word that nothing holds is looked for as letters in its order.
Entries that have failed stand behind the others.  A filter narrows the list to a part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bipy.session.history import History
from bipy.session.records import Record
from bipy.session.status import lasted
from bipy.ui.text.find import Span
from bipy.ui.text.highlight import Highlighter
from bipy.ui.text.rows import Row, visible

# So many of the newest entries are looked through for letters in their order: each costs a microsecond.
MOST_LETTERS = 20_000
LEAST_LETTERS = 3


class Filter(NamedTuple):
    """A part of the history: its name, and whether an entry belongs to it."""

    name: str
    takes: Callable[[Record], bool]


class Entry:
    """An entry that fits."""

    def __init__(self, record: Record, words: Sequence[str], now: float, highlighter: Highlighter) -> None:
        self.record = record
        self._highlighter = highlighter
        lines = record.code.split("\n")
        found = next((line for word in words for line in lines if word in _folded(line, word)), lines[0])
        self.text = found.strip() if found is not lines[0] else lines[0]
        if len(lines) > 1:
            self.text += f"  \u2026 {len(lines)} lines"
        self.spans: Sequence[Span] = _spans(self.text, words)
        self.sign = "\u2717" if record.failed else ""
        times = [f"{record.seconds:.1f} s" if record.seconds >= 2 else "", _age(record.at, now)]
        self.detail = "  ".join(filter(None, [record.end if record.failed else "", *times]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Entry) and other.record.code == self.record.code

    def __hash__(self) -> int:
        return hash(self.record.code)

    def preview(self) -> Sequence[Row]:
        """The code in colours, and where it was entered."""
        told = ", ".join(filter(None, [self.record.kernel, self.record.folder]))
        note: list[Row] = [visible((("dim", told),))] if told else []
        return [*note, *map(visible, self._highlighter.block(self.record.code))]


class Past:
    """All entries, from the newest on; `filters` are those that narrow them now."""

    def __init__(self, history: History, now: float, highlighter: Highlighter) -> None:
        self._history = history
        self._now = now
        self._highlighter = highlighter
        self._records: list[Record] = []
        self._lowered: list[str] = []
        self._revision = -1
        self.filters: list[Filter] = []
        self.update()

    def update(self) -> bool:
        """Take in what has been entered, read or forgotten meanwhile."""
        if self._revision == self._history.revision:
            return False
        self._revision = self._history.revision
        records = self._history.records()
        self._records = [record for record in records if not record.failed]
        self._records += [record for record in records if record.failed]
        self._lowered = [record.code.lower() for record in self._records]
        return True

    @property
    def title(self) -> str:
        """What is looked through."""
        return "History" + "".join(f", {each.name}" for each in self.filters)

    def switch(self, wanted: Filter) -> None:
        """Narrow the list by a filter, or do so no more."""
        kept = [each for each in self.filters if each.name != wanted.name]
        self.filters = kept if len(kept) < len(self.filters) else [*kept, wanted]

    def find(self, query: str) -> Sequence[Entry]:
        """The entries that fit."""
        words = query.split()
        numbers: Sequence[int] = range(len(self._records))
        for word in words:
            if word == word.lower():
                numbers = [number for number in numbers if word in self._lowered[number]]
            else:
                numbers = [number for number in numbers if word in self._records[number].code]
        if words and not numbers and len(query) >= LEAST_LETTERS:
            letters = re.compile(".*?".join(map(re.escape, "".join(words).lower())), re.DOTALL)
            numbers = [number for number, text in enumerate(self._lowered[:MOST_LETTERS]) if letters.search(text)]
        if self.filters:
            numbers = [number for number in numbers if all(each.takes(self._records[number]) for each in self.filters)]
        return _Entries([self._records[number] for number in numbers], words, self._now, self._highlighter)


class _Entries(Sequence[Entry]):
    """Entries that are made when they come into view."""

    def __init__(self, records: Sequence[Record], words: Sequence[str], now: float, highlighter: Highlighter) -> None:
        self._records = records
        self._made = words, now, highlighter

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:  # type: ignore[override]
        if isinstance(index, slice):
            return [Entry(record, *self._made) for record in self._records[index]]
        return Entry(self._records[index], *self._made)


def _folded(text: str, word: str) -> str:
    return text.lower() if word == word.lower() else text


def _spans(text: str, words: Sequence[str]) -> list[Span]:
    """Where the words stand, without those that overlap."""
    spans: list[Span] = []
    for start, end in sorted(
        match.span() for word in words for match in re.finditer(re.escape(word), _folded(text, word))
    ):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


def _age(at: float, now: float) -> str:
    """How long ago it was, in a word; "" if that is not known."""
    return " ".join(lasted(max(0.0, now - at)).split(" ")[:2]) if at else ""

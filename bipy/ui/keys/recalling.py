"""The history as a source of the chooser: how entries are told, and how the list is narrowed.

Which entries fit what is typed is decided by `session.seeking`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bipy.session.history import History
from bipy.session.records import DONE, Record
from bipy.session.seeking import Narrowing, Seeker, places
from bipy.session.status import lasted
from bipy.ui.text.find import Span
from bipy.ui.text.highlight import Highlighter
from bipy.ui.text.rows import Row, visible

# So much of a line is shown at most.
LONGEST_LINE = 500
# So much of an entry is shown whole.
PREVIEWED = 4_000
# The fields of `Narrowing`, each with a word for it.
NARROWED: Mapping[str, str] = {
    "here": "this session",
    "folder": "this folder",
    "succeeded": "ended well",
    "mine": "entered by you",
}


class Entry:
    """An entry that fits."""

    def __init__(self, record: Record, query: str, now: float, highlighter: Highlighter) -> None:
        self.record = record
        self._highlighter = highlighter
        self.note = _note(record, now)
        self.spans: Sequence[Span]
        self.text, self.spans = _line(record.code, query)
        if more := record.code.count("\n"):
            self.text += f"  \u2026 {more + 1} lines"
        self.sign = "\u2717" if record.failed else "@" if record.by else ""
        times = [f"{record.seconds:.1f} s" if record.seconds >= 2 else "", _age(record.at, now)]
        self.detail = "  ".join(filter(None, [record.end if record.failed else "", *times]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Entry) and other.record.code == self.record.code

    def __hash__(self) -> int:
        return hash(self.record.code)

    def preview(self) -> Sequence[Row]:
        """The begin of the code, in colours."""
        code = self.record.code[:PREVIEWED]
        shown = [visible(row) for row in self._highlighter.block(code)]
        return shown if len(code) == len(self.record.code) else [*shown, (("dim", "\u2026"),)]


def _note(record: Record, now: float) -> str:
    """What is known of an entry."""
    known = [f"{_age(record.at, now)} ago" if record.at else ""]
    known += ["ended well" if record.end == DONE else record.end]
    known += [f"took {record.seconds:.1f} s" if record.seconds >= 0.1 else ""]
    known += [f"by {record.by}" if record.by else "", record.kernel, record.folder]
    return ", ".join(filter(None, known)) or "the kernel knows it"


class Past:
    """All entries, from the newest on; `narrowing` says which of them are looked at."""

    def __init__(self, history: History, folder: str, now: float, highlighter: Highlighter) -> None:
        self._history = history
        self._folder = folder
        self._now = now
        self._highlighter = highlighter
        self._seeker = Seeker(())
        self._revision = -1
        self.narrowing = Narrowing()
        self.update()

    def update(self) -> bool:
        """Take in what has been entered, read or forgotten meanwhile."""
        if self._revision == self._history.revision:
            return False
        self._revision = self._history.revision
        records = self._history.records()
        if self._seeker.records is records:
            self._seeker.grow()
        else:
            self._seeker = Seeker(records, self._history.own, self._folder)
        return True

    @property
    def title(self) -> str:
        """What is looked through."""
        on = [word for field, word in NARROWED.items() if getattr(self.narrowing, field)]
        return ", ".join(["History", *on])

    def switch(self, field: str) -> None:
        """Narrow the list in one way, or do so no more."""
        self.narrowing = self.narrowing.replace(**{field: not getattr(self.narrowing, field)})

    def find(self, query: str) -> Sequence[Entry]:
        """The entries that fit."""
        records = self._seeker.records
        found = [records[number] for number in self._seeker.seek(query, self.narrowing)]
        return _Entries(found, query, self._now, self._highlighter)


class _Entries(Sequence[Entry]):
    """Entries that are made when they come into view."""

    def __init__(self, records: Sequence[Record], query: str, now: float, highlighter: Highlighter) -> None:
        self._records = records
        self._made = query, now, highlighter

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:  # type: ignore[override]
        if isinstance(index, slice):
            return [Entry(record, *self._made) for record in self._records[index]]
        return Entry(self._records[index], *self._made)


def _line(code: str, query: str) -> tuple[str, list[Span]]:
    """The line of `code` by which it fits, or else its first one, and the spans in it that do."""
    spans = places(code, query)
    start = code.rfind("\n", 0, spans[0][0]) + 1 if spans else len(code) - len(code.lstrip("\n"))
    line = code[start : start + LONGEST_LINE].partition("\n")[0]
    if start:
        start += len(line) - len(line.lstrip())
        line = line.lstrip()
    end = start + len(line)
    return line, [
        (max(first, start) - start, min(last, end) - start) for first, last in spans if start < last and first < end
    ]


def _age(at: float, now: float) -> str:
    """How long ago it was, in a word; "" if that is not known."""
    if not at:
        return ""
    days = int((now - at) / 86400)
    if days >= 730:
        return f"{days // 365} y"
    return f"{days // 30} mon" if days >= 100 else " ".join(lasted(max(0.0, now - at)).split(" ")[:2])

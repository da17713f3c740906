"""What was entered before, and the walk through it.

`History` holds the entries; a `Recall` is where a walk stands, a value that the caller keeps between two keys and hands
back.  A walk is over as soon as the code on screen is no longer the one it showed: no event says so.  An entry is a
whole cell, of however many lines.

Four parts: what earlier sessions of bipy have kept, behind it what other sessions keep meanwhile, then what the kernel
remembers, and then what was entered in this session.  The kernel's part is replaced whole when its history_reply comes
(again), so that a reply may come late, or twice.  What the kernel remembers too is no entry of another session.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from bipy.session.records import ERASED, Record, digest
from bipy.value import Value

LONGEST_ENTRY = 100_000
MOST_ENTRIES = 10_000
# So many of the newest entries are looked through for the rest of a row, of which so much must be typed.
MOST_SUGGESTED = 3_000
LEAST_SUGGESTED = 2
LONGEST_SUGGESTED = 5_000


class Recall(Value):
    """Where a walk stands.

    `text` is on show.  `draft` is what was being typed when the walk began; all entries on the way begin with
    `prefix`.  `back` counts from the newest entry, which is 1; 0 is the draft.
    """

    text: str
    draft: str
    prefix: str
    back: int = 0


class History:
    """The entries, from old to new.  Blank ones, overlong ones and repetitions of the one before are not kept."""

    def __init__(self) -> None:
        self._kernel: list[str] = []
        self._own: list[str] = []
        # What is known of entries of this session; and earlier sessions' entries, from the newest on.
        self._known: dict[str, Record] = {}
        self._earlier: dict[str, Record] = {}
        # What other clients of the kernel have run while this one listened.
        self._heard: dict[str, Record] = {}
        # What other sessions have kept since this one began, as far as it was looked for.
        self._others: dict[str, Record] = {}
        # The digests of what was forgotten.
        self._forgotten: set[str] = set()
        self.revision = 0
        self._walked: tuple[int, list[str]] = (-1, [])
        # All that is known, and the codes of it that are not of earlier sessions alone.
        self._told: tuple[int, list[Record]] = (-1, [])
        self._later: frozenset[str] = frozenset()
        self._pool: tuple[int, list[str]] = (-1, [])
        self._recall: Recall | None = None
        self._put: str | None = None

    @property
    def entries(self) -> list[str]:
        """All entries, of which the oldest may be left out."""
        if self._walked[0] != self.revision:
            later = self._kernel + self._own
            known = set(later)
            others = {code: None for code in self._others if code not in known}
            earlier = [code for code in islice(self._earlier, MOST_ENTRIES) if code not in known | others.keys()]
            self._walked = self.revision, [*reversed(earlier), *others, *later]
        return self._walked[1]

    @property
    def own(self) -> frozenset[str]:
        """What was entered in this session."""
        return frozenset(self._own)

    def records(self) -> list[Record]:
        """All that is known of all entries, each code once, from the newest on.

        The list grows where older entries come, and is another one where anything else has changed.
        """
        if self._told[0] != self.revision:
            self._told = self.revision, self._all_records()
        return self._told[1]

    def _all_records(self) -> list[Record]:
        newest: dict[str, Record] = {}
        for code in reversed(self._own):
            newest[code] = newest.get(code) or self._known.get(code) or Record(code)
        for known in (self._known, self._heard, self._others):
            for record in reversed(known.values()):
                newest.setdefault(record.code, record)
        for code in reversed(self._kernel):
            if code not in newest:
                newest[code] = self._earlier.get(code) or Record(code)
        self._later = frozenset(newest)
        return [*newest.values(), *(record for code, record in self._earlier.items() if code not in newest)]

    def suggestion(self, code: str, cursor: int) -> str:
        """The rest of the row at whose end the cursor stands, as the newest entry with such a row has it; or ""."""
        start = code.rfind("\n", 0, cursor) + 1
        row = code[start:cursor]
        if code[cursor : cursor + 1] not in ("", "\n") or len(row.strip()) < LEAST_SUGGESTED:
            return ""
        for entry in self._suggested():
            if row in entry:
                for line in entry.split("\n"):
                    if line.startswith(row) and len(line) > len(row):
                        return line[len(row) :]
        return ""

    def _suggested(self) -> list[str]:
        """The newest entries of a usual length, from the newest on; those that have failed stand last."""
        if self._pool[0] != self.revision:
            newest = dict.fromkeys([*reversed(self._own), *reversed(self._kernel)][:MOST_SUGGESTED])
            newest |= dict.fromkeys(islice(chain(reversed(self._others), self._earlier), MOST_SUGGESTED))
            pool = sorted((code for code in newest if len(code) <= LONGEST_SUGGESTED), key=self._has_failed)
            self._pool = self.revision, pool[:MOST_SUGGESTED]
        return self._pool[1]

    def _has_failed(self, code: str) -> bool:
        record = self._known.get(code) or self._others.get(code) or self._earlier.get(code)
        return record is not None and record.failed

    def learn(self, record: Record) -> None:
        """More is known of an entry of this session, or of another client's."""
        known = self._heard if record.by else self._known
        known.pop(record.code, None)
        known[record.code] = record
        self.revision += 1

    def recall_earlier(self, records: Iterable[Record]) -> None:
        """Take entries of earlier sessions, from the newest on, older than those taken before."""
        told, all_told = self._told
        grows, known = told == self.revision, len(self._forgotten)
        older = []
        for record in records:
            if record.end == ERASED:
                self._forgotten.add(record.code)
            elif record.code not in self._earlier:
                self._earlier[record.code] = record
                older.append(record)
                grows = grows and record.code not in self._later
        self.revision += 1
        if len(self._forgotten) > known:
            self._kernel = self._remembered(self._kernel)
        elif grows:
            all_told += older
            self._told = self.revision, all_told

    def recall_others(self, records: Iterable[Record]) -> None:
        """Take entries that other sessions have kept meanwhile, from the newest on; some may be known already."""
        told = list(records)
        forgotten = {record.code for record in told if record.end == ERASED} - self._forgotten
        new = [record for record in told if record.end != ERASED and self._is_new(record)]
        for record in reversed(new):
            self._others.pop(record.code, None)
            self._others[record.code] = record
        if forgotten:
            self._forgotten |= forgotten
            self._kernel = self._remembered(self._kernel)
            for known in (self._others, self._earlier):
                for code in [code for code in known if digest(code) in forgotten]:
                    del known[code]
        if new or forgotten:
            self.revision += 1

    def _is_new(self, record: Record) -> bool:
        """Whether an entry of another session is newer than the same code here."""
        known = [each[record.code] for each in (self._known, self._others, self._earlier) if record.code in each]
        return all(each.at < record.at for each in known)

    def erase(self, code: str) -> None:
        """Forget an entry, wherever it came from, or will come from."""
        self._forgotten.add(digest(code))
        self._own = [entry for entry in self._own if entry != code]
        self._kernel = [entry for entry in self._kernel if entry != code]
        for known in (self._earlier, self._others, self._known, self._heard):
            known.pop(code, None)
        self.revision += 1

    def add(self, entry: str) -> None:
        """Remember what was entered here."""
        self.revision += 1
        if self._own or self._kernel[-1:] != [entry]:
            _append(self._own, entry)
        del self._own[:-MOST_ENTRIES]
        self._cap_kernel()

    def _remembered(self, entries: Iterable[str]) -> list[str]:
        """Those that were not forgotten."""
        return [entry for entry in entries if not self._forgotten or digest(entry) not in self._forgotten]

    def merge(self, entries: Iterable[str]) -> None:
        """Take what the kernel remembers, from old to new (the inputs of history_reply).

        Entries that were entered here, and that the kernel has therefore too, are not doubled.
        """
        self.revision += 1
        own = Counter(self._own)
        older = []
        for entry in reversed(self._remembered(entries)):
            if own[entry]:
                own[entry] -= 1
            else:
                older.append(entry)
        self._kernel = []
        for entry in reversed(older):
            _append(self._kernel, entry)
        self._cap_kernel()

    def forget(self, entry: str) -> None:
        """The newest entry was none, if it is this one."""
        self.revision += 1
        if self._own[-1:] == [entry]:
            del self._own[-1]

    def put(self, text: str) -> None:
        """`text` has been put into the cell, and was not typed: a walk from it is through all entries.

        So the draft whose place it took, which is the newest entry, is one step away.
        """
        self._put = text

    def walk(self, code: str, cursor: int, step: int) -> str | None:
        """The entry one `step` to the past (-1) or to the present (1) from `code`; None when there is none."""
        back = step < 0
        found = self.previous(code, cursor, self._recall) if back else self.next(code, self._recall)
        if found is None:
            return None
        self._recall = found
        return found.text

    def previous(self, code: str, cursor: int, recall: Recall | None = None) -> Recall | None:
        """The walk one entry further back; None when there is none.

        `recall` is where the last step led.  If that is not what `code` shows, or was the draft, a new walk begins:
        through the entries that begin with what stands before `cursor`, if that was typed.
        """
        if recall is None or recall.text != code or not recall.back:
            recall = Recall(text=code, draft=code, prefix="" if code == self._put else code[: max(0, cursor)])
        for back, entry in self._older_than(recall.back):
            if entry.startswith(recall.prefix) and entry != recall.text:
                return Recall(entry, recall.draft, recall.prefix, back)
        return None

    def next(self, code: str, recall: Recall | None) -> Recall | None:
        """The walk one entry towards the present, at last the draft; None when `code` is not part of a walk."""
        if recall is None or recall.text != code or not recall.back:
            return None
        for back, entry in self._newer_than(recall.back):
            if entry.startswith(recall.prefix) and entry != recall.text:
                return Recall(entry, recall.draft, recall.prefix, back)
        return Recall(recall.draft, recall.draft, recall.prefix)

    def _older_than(self, back: int) -> Iterator[tuple[int, str]]:
        entries = self.entries
        for index in range(len(entries) - back - 1, -1, -1):
            yield len(entries) - index, entries[index]

    def _newer_than(self, back: int) -> Iterator[tuple[int, str]]:
        entries = self.entries
        for index in range(max(0, len(entries) - back + 1), len(entries)):
            yield len(entries) - index, entries[index]

    def _cap_kernel(self) -> None:
        del self._kernel[: max(0, len(self._kernel) + len(self._own) - MOST_ENTRIES)]


def _append(entries: list[str], entry: str) -> None:
    if entry.strip() and len(entry) <= LONGEST_ENTRY and entries[-1:] != [entry]:
        entries.append(entry)

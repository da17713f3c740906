"""Looking for an entry of the history: which entries fit what was typed, the likeliest first, in a frame of the screen.

What was typed fits an entry that has all of its words, in any order, or, behind all of those, one that has its letters
in that order.  Capitals count in words, where one was typed.  Entries that failed sink below the others that fit in the
same way; else the order is that of time.  Each typed letter can only narrow what fitted before it, so a long search
costs no more than its first letters.  Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bipy.session.records import DONE, Record
from bipy.value import Value

# So much of an entry is looked at: a longer one is data.
LOOKED_AT = 2_000
# Fewer letters than this, in that order, have nearly all entries.
LEAST_LETTERS = 3
# Letters are not looked for where so many entries have the words.
ENOUGH = 500


class Narrowing(Value):
    """Which entries are looked at: of this session, of this folder, those that succeeded, those of this user."""

    here: bool = False
    folder: bool = False
    succeeded: bool = False
    mine: bool = False


class Seeker:
    """Looks through `records`, from the newest on; `here` are the codes of this session, `folder` is the present."""

    def __init__(self, records: Sequence[Record], here: frozenset[str] = frozenset(), folder: str = "") -> None:
        self.records = records
        self._here = here
        self._folder = folder
        self._texts: list[str] = []
        self._lower: list[str] = []
        # The last text, what had its words, and what may have its letters.
        self._last: tuple[str, Narrowing, Sequence[int], Sequence[int]] | None = None
        self.grow()

    def grow(self) -> None:
        """More records stand behind those that were there."""
        texts = [record.code[:LOOKED_AT] for record in self.records[len(self._texts) :]]
        self._texts += texts
        self._lower += [text.lower() for text in texts]
        self._last = None

    def seek(self, text: str, narrowing: Narrowing) -> list[int]:
        """The numbers of the records that fit, the likeliest first."""
        words, letters = text.split(), "".join(text.split())
        texts = self._lower if text == text.lower() else self._texts
        letters = letters.lower()
        with_words, pool = self._pools(text, narrowing)
        for word in words:
            with_words = [number for number in with_words if word in texts[number]]
        with_letters: list[int] = []
        if len(letters) >= LEAST_LETTERS and len(with_words) < ENOUGH:
            fits, taken = in_order(letters).match, frozenset(with_words)
            pool = [number for number in pool if number in taken or fits(self._lower[number])]
            with_letters = [number for number in pool if number not in taken]
        self._last = (text, narrowing, with_words, pool)
        return [*self._sunk(with_words), *self._sunk(with_letters)]

    def _pools(self, text: str, narrowing: Narrowing) -> tuple[Sequence[int], Sequence[int]]:
        """What may have the words of `text`, and what its letters: what had those that it begins with."""
        if self._last is not None and self._last[1] == narrowing and text.startswith(self._last[0]):
            return self._last[2], self._last[3]
        numbers: Sequence[int] = range(len(self.records))
        if narrowing != Narrowing():
            numbers = [number for number in numbers if self._admits(self.records[number], narrowing)]
        return numbers, numbers

    def _admits(self, record: Record, narrowing: Narrowing) -> bool:
        return not (
            (narrowing.here and record.code not in self._here)
            or (narrowing.folder and record.folder != self._folder)
            or (narrowing.succeeded and record.end != DONE)
            or (narrowing.mine and record.by)
        )

    def _sunk(self, numbers: Sequence[int]) -> Sequence[int]:
        """The same, those that failed behind the others."""
        failed = [number for number in numbers if self.records[number].failed]
        return [*(number for number in numbers if not self.records[number].failed), *failed] if failed else numbers


def in_order(letters: str) -> re.Pattern[str]:
    """What a text begins with that has these letters in that order; each part takes what it can and gives none back."""
    return re.compile("".join(f"[^{re.escape(letter)}]*+{re.escape(letter)}" for letter in letters))


def places(code: str, text: str) -> list[tuple[int, int]]:
    """The spans of `code` by which it fits what was typed, in order."""
    lower = code.lower() if len(code.lower()) == len(code) else code
    shown = code if text != text.lower() else lower
    found = [(shown.find(word), len(word)) for word in text.split()]
    if any(start < 0 for start, _ in found):
        letters, end = "".join(text.lower().split()), 0
        for letter in letters:
            end = lower.find(letter, end) + 1
            if not end:
                return []
        # From the end of the first place back to its shortest form.
        found = []
        for letter in reversed(letters):
            end = lower.rfind(letter, 0, end)
            found.append((end, 1))
    spans: list[tuple[int, int]] = []
    for start, length in sorted(found):
        if not spans or start >= spans[-1][1]:
            spans.append((start, start + length))
    return spans

"""Looking for a text: where it stands in a line, and how its places are marked.

Case matters if the text has a capital.  A large text is asked as a whole before its lines are, because `str.find` goes
through a million lines in the time of a few frames.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bipy.ui.text.rows import Row, Run

FOUND = "pager.found"
# In a line of more rows nothing is marked: all of it would have to be made.
MOST_ROWS = 2_000

Span = tuple[int, int]


class Needle:
    """The text that is looked for; an empty one is nowhere."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._ignores_case = text == text.lower()
        self._pattern = re.compile(re.escape(text), re.IGNORECASE if self._ignores_case else 0)

    def within(self, text: str) -> bool:
        """Whether it stands anywhere in `text`."""
        return bool(self.text) and self.text in (text.lower() if self._ignores_case else text)

    def spans(self, text: str) -> list[Span]:
        """The spans of `text` in which it stands."""
        return [match.span() for match in self._pattern.finditer(text)] if self.text else []

    def marked(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows of one line, with its places marked, also one that goes on in the next row."""
        if not self.text or len(rows) > MOST_ROWS:
            return rows
        texts = ["".join(text for _, text in row) for row in rows]
        spans = self.spans("".join(texts))
        if not spans:
            return rows
        result, start = [], 0
        for row, text in zip(rows, texts, strict=True):
            result.append(marked(row, [(first - start, last - start) for first, last in spans]))
            start += len(text)
        return result


def marked(row: Row, spans: Sequence[Span]) -> Row:
    """`row` with `spans`, which are in order and do not overlap, in the role of a match."""
    runs: list[Run] = []
    start = 0
    for attribute, text in row:
        position = start
        for first, last in spans:
            first, last = max(first, position), min(last, start + len(text))
            if first < last:
                runs += [
                    (attribute, text[position - start : first - start]),
                    (FOUND, text[first - start : last - start]),
                ]
                position = last
        runs.append((attribute, text[position - start :]))
        start += len(text)
    return tuple(run for run in runs if run[1])

"""How far a bar in a line of text is: those that tqdm, rich, pip, Keras and click print.  Pure.

A line has a bar if it has a run of the characters that bars are drawn with, and a percentage or how many of how many.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bipy.value import Value

# A line with a bar is no longer: it stands in one row of a screen.
LONGEST = 1_000

_SGR = re.compile(r"\x1b\[[0-9;:]*[A-Za-z]")
_DRAWN = re.compile(r"[\u2500-\u259f#=>.\-]{3,}|%\|")
_PERCENT = re.compile(r"(?<![\d.,])(\d{1,3})(?:\.\d+)?\s?%")
_OF = re.compile(r"(?<![\d./])(\d+(?:\.\d+)?)\s?/\s?(\d+(?:\.\d+)?)(?![\d./])")


class Progress(Value):
    """How far a task is, in percent from 0 to 100, and whether it has failed."""

    percent: int
    failed: bool = False


def percent(line: str) -> int | None:
    """How far the bar in a line is; None if there is none.  The line may have SGR sequences."""
    if len(line) > LONGEST:
        return None
    plain = _SGR.sub("", line)
    if _DRAWN.search(plain) is None:
        return None
    if found := _PERCENT.search(plain):
        return min(100, int(found[1]))
    if (found := _OF.search(plain)) and float(found[2]) > 0:
        return min(100, int(100 * float(found[1]) / float(found[2])))
    return None


def progress(lines: Sequence[str]) -> Progress | None:
    """How far the bars at the end of a text are: the first that is not full, else the last; None without any.

    Bars stand one below the other where a task has parts, the whole task first.
    """
    last: Progress | None = None
    for line in reversed(lines):
        found = percent(line)
        if found is None and not line.strip() and last is None:
            continue
        if found is None:
            break
        if found < 100 or last is None:
            last = Progress(found)
    return last

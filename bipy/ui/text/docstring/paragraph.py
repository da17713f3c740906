"""Paragraphs: which of their line breaks were meant.

Most breaks were made because the line was full; such lines are joined, to be wrapped anew.  A break was meant where the
next word would have had room, unless it is amid a sentence or a mark: people edit a paragraph and do not fill it again.
Lists without marks, tables without rules and signatures keep their lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

# A paragraph with a line of this length was broken for its length.  Where the next word would have had room, by more
# than people are ragged, the break was meant.
FULL_LINE = 50
RAGGED = 15

# Lines that are not joined with the next one or the one before: a signature, an item of a list without marks, cells.
_SIGNATURE = r"[\w.]+\(.*\) --?> "
_UNMARKED_ITEM = r"[\w.*`~]+(?: or [\w.]+)?: |(?:\S{1,40} ){1,4} *(?:--?|=>|->) "
_GAP = r"[^\s.,:;!?] {3,}\S|[\u2500-\u257f]"


def joined(broken: Sequence[str], *, listed: bool = False) -> list[str]:
    """The lines of a paragraph, those joined again that were broken only for their length.

    Of a paragraph that is known to be a list, or looks like one, only those are joined that had no room.
    """
    lines = [line.strip() for line in broken]
    longest = max(map(len, lines))
    if longest < FULL_LINE:
        return lines
    items = [re.match(_UNMARKED_ITEM, line) is not None for line in lines]
    listed = listed or (any(items[:2]) and sum(items) > 1)
    joined = [[lines[0]]]
    for number, (before, line) in enumerate(pairwise(lines), 1):
        if not (listed and items[number]) and _goes_on(before, line, longest, listed):
            joined[-1].append(line)
        else:
            joined.append([line])
    return [" ".join(parts) for parts in joined]


def _goes_on(before: str, line: str, longest: int, listed: bool) -> bool:
    """Whether a break in a paragraph was not meant: the next word had no room, or it is amid a sentence or a mark."""
    if re.match(_SIGNATURE, before) or (re.search(_GAP, before) and re.search(_GAP, line)):
        return False
    ragged = 0 if before.endswith((".", ":", ";", "!", "?")) else RAGGED
    if len(before) + 1 + len(line.split(" ", 1)[0]) > longest - ragged:
        return True
    if before.count("`") % 2 and line.count("`") % 2:
        return True
    words = " " in before or before[-1] == "`"
    return words and not listed and line[0].islower() and (before[-1].isalnum() or before[-1] in ",`")

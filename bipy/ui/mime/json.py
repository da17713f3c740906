"""application/json as a tree: an entry a line, what it holds indented below it.

The lines are plain text; strings are written as JSON writes them, so no control character is left in one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice

from bipy.ui.mime.means import Means
from bipy.ui.text.output import Lines, TextLines

INDENT = "  "
# So many entries are shown; a whole file of them would be read in the pager of another program.
MOST_ENTRIES = 2_000

_Entries = Iterator[tuple[str, object]]


def tree(data: object, metadata: Mapping[str, object], means: Means) -> Lines | None:  # noqa: ARG001
    """The tree of a value; None for no JSON."""
    return TextLines("output", means.depth, text="\n".join(_lines(data)))


def _lines(data: object) -> list[str]:
    entries = _entries(data)
    if entries is None:
        return [_written(data)]
    lines = list(islice(_walk(entries), MOST_ENTRIES + 1))
    if len(lines) > MOST_ENTRIES:
        lines[-1] = "\u2026 what follows is left out here"
    return lines


def _walk(entries: _Entries) -> Iterator[str]:
    """A line for each entry, depth first; without recursion, because a kernel may nest as deeply as it likes."""
    levels = [entries]
    while levels:
        entry = next(levels[-1], None)
        if entry is None:
            levels.pop()
            continue
        name, value = entry
        below = _entries(value)
        yield f"{INDENT * (len(levels) - 1)}{name}: {_written(value) if below is None else _measure(value)}"
        if below is not None:
            levels.append(below)


def _entries(value: object) -> _Entries | None:
    """The names and values in an object or a list that is not empty; None for anything else."""
    if isinstance(value, dict) and value:
        return ((name if name.isidentifier() else _written(name), entry) for name, entry in value.items())
    if isinstance(value, list) and value:
        return ((str(number), entry) for number, entry in enumerate(value))
    return None


def _measure(value: object) -> str:
    """How much an object or a list holds."""
    count = len(value) if isinstance(value, (dict, list)) else 0
    return f"[{count}]" if isinstance(value, list) else f"{{{count}}}"


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

"""In which column a clause of Python that goes on with a statement stands: else, elif, except, finally, case."""

from __future__ import annotations

import re
from collections.abc import Sequence

# A clause -> the words that begin what it goes on with.
_AFTER = {
    "else": ("if", "elif", "for", "while", "try", "except"),
    "elif": ("if", "elif"),
    "except": ("try", "except"),
    "finally": ("try", "except", "else"),
    "case": ("case",),
}
_CLAUSE = re.compile(r"(\s*)(else|elif|except|finally|case)\b[^#]*:\Z")
_WORD = re.compile(r"(?:async\s+)?(\w+)")


def indent_ahead(before: str, indent: str, typed: str) -> str:
    """The indentation of the line below `before`, on which follows what was typed ahead of it.

    That is `indent`, or that of the clause which a colon ends there, as if it had been typed on that line.
    """
    line, colon, _ = typed.partition("\n")[0].partition(":")
    lines = [*before.split("\n"), f"{indent}{line}{colon}"]
    column = column_of_clause(lines, len(lines) - 1)
    return indent if column is None else " " * column


def column_of_clause(lines: Sequence[str], row: int) -> int | None:
    """Where the clause that a colon has just ended in `row` belongs; None where it stands well, or is none."""
    found = _CLAUSE.match(lines[row])
    if found is None:
        return None
    indent = len(found[1])
    limit = indent + 1
    for line in reversed(lines[:row]):
        if not line.strip():
            continue
        column = len(line) - len(line.lstrip())
        if column >= limit:
            continue
        word = _WORD.match(line.lstrip())
        if word is not None and word[1] in _AFTER[found[2]]:
            return None if column == indent else column
        limit = column
    return None

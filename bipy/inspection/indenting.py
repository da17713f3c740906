"""Lines indented anew, by the rules that a new line is indented by while one types.

How deep a statement stands cannot be told from the code alone, where blanks mean that.  So what stood deeper than the
line above it still does, by one step; what stood less deep goes back to the level that it had in common with others.
"""

from __future__ import annotations

from collections.abc import Sequence

from bipy.inspection.clauses import column_of_clause
from bipy.inspection.scanner import CLOSES
from bipy.inspection.source import Source, indent_after, indentation


def reindented(lines: Sequence[str], first: int, last: int, language: str = "python") -> list[str]:
    """The rows `first` to `last`, both included, as they should be indented; strings of several lines stay."""
    done = list(lines[:first])
    levels = _levels(done)
    source: Source | None = None
    for row in range(first, last + 1):
        text = lines[row].lstrip(" \t")
        if not text.strip():
            done.append("")
            continue
        before = "\n".join(done)
        source = Source(f"{before}\n" if done else "", language, source)
        kind, stack = source.state_at(len(source.code))[:2]
        if kind in ("string", "cell") or (kind == "comment" and stack):
            done.append(lines[row])
            continue
        wanted = indent_after(before, language, source) if done else ""
        if stack:
            opener = before[before.rfind("\n", 0, stack[-1][1]) + 1 :]
            hangs = not before[stack[-1][1] + 1 :].partition("\n")[0].strip()
            done.append((indentation(opener) if text[0] in CLOSES and hangs else wanted) + text)
            continue
        done.append(_statement(levels, len(lines[row]) - len(text), wanted) + text)
        if (column := column_of_clause(done, row)) is not None:
            done[row] = " " * column + text
            while len(levels) > 1 and len(levels[-1][1]) > column:
                levels.pop()
    return done[first:]


def _statement(levels: list[tuple[int, str]], old: int, wanted: str) -> str:
    """The indentation of a statement that was `old` deep; the innermost of the levels is that of the one above."""
    if not levels:
        levels.append((old, ""))
    elif len(wanted) > len(levels[-1][1]):
        levels.append((old, wanted))
    else:
        while len(levels) > 1 and levels[-1][0] > old:
            levels.pop()
    return levels[-1][1]


def _levels(lines: Sequence[str]) -> list[tuple[int, str]]:
    """The levels that are open behind these lines, which stay: how deep each was, and its indentation."""
    levels: list[tuple[int, str]] = []
    for line in reversed(lines):
        depth = len(indentation(line))
        if line.strip() and (not levels or depth < levels[0][0]):
            levels.insert(0, (depth, indentation(line)))
    return levels

"""Where the frames of a traceback are: the file and the line, or the cell, that a line of it tells.

IPython's tracebacks and Python's own are read.  Others have no frames here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bipy.value import Value

_FILE = re.compile(r'\s*File (?:"(?P<quoted>[^"]+)", line (?P<row>\d+)|(?P<path>[^"\s].*?):(?P<line>\d+)(?:,|\s|$))')
_CELL = re.compile(r"\s*(?:Cell|Input) In ?\[(?P<cell>\d+)\](?:, line (?P<line>\d+))?")


class Frame(Value):
    """A frame in a file (`path`), or in the cell with an execution count (`cell`)."""

    path: str = ""
    line: int = 1
    cell: int | None = None


def frame_at(lines: Sequence[str], at: int) -> Frame | None:
    """The frame that the line `at` of a traceback belongs to: the one that is told there, or above; else the first."""
    above = range(min(at, len(lines) - 1), -1, -1)
    for number in (*above, *range(at + 1, len(lines))):
        if found := _FILE.match(lines[number]):
            return Frame(found["quoted"] or found["path"], int(found["row"] or found["line"]))
        if found := _CELL.match(lines[number]):
            return Frame(line=int(found["line"] or 1), cell=int(found["cell"]))
    return None

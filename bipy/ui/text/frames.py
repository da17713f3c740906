"""Where the frames of a traceback are: the file and the line, or the cell, that a line of it tells, and whose they are.

IPython's tracebacks and Python's own are read.  Others have no frames here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby
from typing import NamedTuple

from bipy.value import Value

_FILE = re.compile(r'\s*File (?:"(?P<quoted>[^"]+)", line (?P<row>\d+)|(?P<path>[^"\s].*?):(?P<line>\d+)(?:,|\s|$))')
_CELL = re.compile(r"\s*(?:Cell|Input) In ?\[(?P<cell>\d+)\](?:, line (?P<line>\d+))?")


# Where libraries are: those that were installed, those of Python itself, the compiled ones of a package.
_LIBRARY = re.compile(
    r"[/\\](?:site|dist)-packages[/\\](?P<inside>.+)|[/\\][Ll]ib[/\\]python3\.\d+[/\\](?!(?:site|dist)-)(?P<standard>.+)"
    r"|<frozen (?P<frozen>[^>]+)>|^(?P<compiled>[^/\\]+[/\\].*\.(?:pyx|pxi))$"
)
# What ends a line of text, as `ansi` reads it.
_LINE_END = re.compile("[\n\v\f]")
_SGR = re.compile(r"\x1b\[[0-9;:]*m")
# The head of a frame is looked for in so many characters; so many libraries are named; so many frames may be alike.
_LONGEST_HEAD, _NAMED, _ALIKE = 2_000, 3, 5


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


class Part(NamedTuple):
    """Lines that belong together, numbered in the text that they are of, and a word for them."""

    lines: range
    label: str


def library_parts(traceback: Sequence[object]) -> list[Part]:
    """The runs of frames in libraries, and of frames that are all alike, each of several lines.

    `traceback` is that of an error message: a frame a string, or several lines.  A traceback that is of libraries alone
    has none: the error is theirs.
    """
    frames = [frame for frame in traceback if isinstance(frame, str)]
    heads = [_SGR.sub("", frame[:_LONGEST_HEAD]) for frame in frames]
    libraries = [_library(head) for head in heads]
    own = any(library == "" for library in libraries)
    heights = [len(_LINE_END.findall(frame)) + 1 for frame in frames]
    ends = list(accumulate(heights))
    parts = []
    for first, last, label in [*_alike(frames, libraries), *(_of_libraries(libraries) if own else ())]:
        lines = range(ends[first] - heights[first], ends[last])
        if len(lines) > 1:
            parts.append(Part(lines, label))
    return sorted(parts, key=lambda part: part.lines.start)


def _library(head: str) -> str | None:
    """The library that the frame is of, "" if it is the user's own; None: it is no frame."""
    if _CELL.match(head):
        return ""
    found = _FILE.match(head)
    if found is None:
        return None
    path = found["quoted"] or found["path"]
    inside = _LIBRARY.search(path)
    name = re.split(r"[/\\]", next(filter(None, inside.groups())), maxsplit=1)[0] if inside else ""
    return re.sub(r"\.(?:py|pyx|pxi)$", "", name)


def _of_libraries(libraries: Sequence[str | None]) -> Iterator[tuple[int, int, str]]:
    """The first and the last of frames that follow each other in libraries, and a word for them."""
    for of_library, group in groupby(enumerate(libraries), lambda each: bool(each[1])):
        if of_library:
            numbers, names = zip(*group, strict=True)
            told = list(dict.fromkeys(names))
            more = " and others" if len(told) > _NAMED else ""
            count = f"{len(numbers)} frames" if len(numbers) > 1 else "1 frame"
            yield numbers[0], numbers[-1], f"{count} of {', '.join(told[:_NAMED])}{more}"


def _alike(frames: Sequence[str], libraries: Sequence[str | None]) -> Iterator[tuple[int, int, str]]:
    """The same of frames of the user's own that are all alike, but for the first and the last of them."""
    for (_, library), group in groupby(enumerate(zip(frames, libraries, strict=True)), lambda each: each[1]):
        numbers = [number for number, _ in group]
        if library == "" and len(numbers) >= _ALIKE:
            yield numbers[1], numbers[-2], f"{len(numbers) - 2} more frames like that"

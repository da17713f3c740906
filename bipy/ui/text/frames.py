"""Where the frames of a traceback are: the file and the line, or the cell, that a line of it tells, and whose they are.

IPython's tracebacks are read, Python's own with their groups of exceptions, and warnings.  Others have no frames here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, groupby
from typing import NamedTuple

from bipy.ui.text.ansi import AnsiText
from bipy.ui.text.find import Needle
from bipy.value import Value

# The margin of a group of exceptions: a bar, and in front of it two blanks for each group that is around.
_GROUP = r"(?:(?: {2})+[|] )?"
_FILE = re.compile(
    _GROUP + r'\s*File (?:"(?P<quoted>[^"]+)", line (?P<row>\d+)|(?P<path>[^"\s].*?):(?P<line>\d+)(?:,|\s|$))'
)
_CELL = re.compile(_GROUP + r"\s*(?:Cell|Input) In ?\[(?P<cell>\d+)\](?:, line (?P<line>\d+))?")
# Where a warning was given, as `warnings` and pytest tell it.
_WARNING = re.compile(r"(?P<path>[^\s:](?:[^:]|:[/\\])*):(?P<line>\d+): (?:\w+\.)*\w*Warning\b")
# The head of a traceback as Python prints it.
HEADING = "Traceback (most recent call last)"
_MARGIN = re.compile(r"(?: {2})+[|] ")
_REPEATED = "[Previous line repeated "


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
# So many lines above one are looked at for the frame that it is of; tracebacks in so many last lines of a text fold.
_LOOKED_ABOVE, _LINES_READ = 200, 5_000


class Frame(Value):
    """A frame in a file (`path`), or in the cell with an execution count (`cell`)."""

    path: str = ""
    line: int = 1
    cell: int | None = None


def frame_at(lines: Sequence[str], at: int) -> Frame | None:
    """The frame that the line `at` of a traceback belongs to: the one that is told there, or above; else the first."""
    above = range(min(at, len(lines) - 1), -1, -1)
    for number in (*above, *range(at + 1, len(lines))):
        if (found := _frame(lines[number])) is not None:
            return found
    return None


def frame_in_text(line: Callable[[int], str], at: int) -> Frame | None:
    """The frame of a traceback or of a warning that was printed among other text, which line `at` is a part of.

    `line` gives the lines of the text.  A line belongs to a frame that is told there, or above it, with nothing between
    the two but lines that are indented or stand in a group of exceptions.
    """
    for number in range(at, max(-1, at - _LOOKED_ABOVE), -1):
        text = line(number)[:_LONGEST_HEAD]
        if (found := _frame(text) or _warned(text)) is not None:
            return found
        if number != at and not text.startswith(" "):
            break
    return None


def _frame(text: str) -> Frame | None:
    """The frame that a line is the head of."""
    if found := _FILE.match(text):
        return Frame(found["quoted"] or found["path"], int(found["row"] or found["line"]))
    if found := _CELL.match(text):
        return Frame(line=int(found["line"] or 1), cell=int(found["cell"]))
    return None


def _warned(text: str) -> Frame | None:
    """The line of a file that a warning is about."""
    found = _WARNING.match(text)
    return Frame(found["path"], int(found["line"])) if found else None


class Part(NamedTuple):
    """Lines that belong together, numbered in the text that they are of, and a word for them behind a margin."""

    lines: range
    label: str
    margin: str = ""


def library_parts(traceback: Sequence[object]) -> list[Part]:
    """The runs of frames in libraries, and of frames that are all alike, each of several lines.

    `traceback` is that of an error message: a frame a string, or several lines.  A traceback that is of libraries alone
    has none: the error is theirs.
    """
    frames = [part for frame in traceback if isinstance(frame, str) for part in _split(frame)]
    heads = [_SGR.sub("", frame[:_LONGEST_HEAD]) for frame in frames]
    libraries = [_library(head) for head in heads]
    own = any(library == "" for library in libraries)
    heights = [len(_LINE_END.findall(frame)) + 1 for frame in frames]
    ends = list(accumulate(heights))
    parts = []
    for first, last, label in [*_alike(frames, libraries), *(_of_libraries(libraries) if own else ())]:
        lines = range(ends[first] - heights[first], ends[last])
        if len(lines) > 1:
            parts.append(Part(lines, label, _margin(heads[first])))
    return sorted(parts, key=lambda part: part.lines.start)


def parts_of_text(text: AnsiText) -> list[Part]:
    """The same of the tracebacks that were printed among other text, such as that of a group of exceptions."""
    last = text.count
    first = next(text.lines_with(Needle(HEADING), max(0, last - _LINES_READ)), last)
    parts = library_parts(["\n".join(text.line(number) for number in range(first, last))])
    return [part._replace(lines=range(first + part.lines.start, first + part.lines.stop)) for part in parts]


def _split(text: str) -> list[str]:
    """A part of a traceback, cut into frames where it is as Python prints it: then it may be all of the traceback."""
    if HEADING not in text:
        return [text]
    parts: list[list[str]] = []
    inside = 0  # The columns in front of what belongs to the frame above; 0: there is none.
    for line in text.split("\n"):
        plain = _SGR.sub("", line[:_LONGEST_HEAD])
        words = plain[len(_margin(plain)) :]
        start = len(plain) - len(words.lstrip(" "))
        if _frame(plain) is not None:
            parts.append([line])
            inside = start + 1
        elif inside and (start >= inside or words.lstrip(" ").startswith(_REPEATED)):
            parts[-1].append(line)
        else:
            parts.append([line])
            inside = 0
    return ["\n".join(part) for part in parts]


def _margin(head: str) -> str:
    """The margin of a group in front of the head of a frame."""
    found = _MARGIN.match(head)
    return found[0] if found else ""


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

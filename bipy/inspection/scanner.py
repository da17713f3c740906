"""Reads Python for what stands open in it, line by line.

`PythonScanner` reads one code from a point on and yields marks; `lexing` does the same for other languages, in the same
words, so that the modules above need not ask which language it is.

Code being typed is unfinished by nature, so the scanner is tolerant.  An unclosed string ends with its line.  A closing
bracket that closes nothing is passed over.  A line that can only begin a statement closes the brackets above it.

From a `Point` reading goes on as if it had begun at the start: every line has one, and a long line one more for some
`STRIDE` characters.  What is read from there depends on the text behind the point, on the kinds of what is open, on the
mode, and on nothing else; `points` relies on that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

Frame = tuple[str, int]
"""What stands open, and the offset where it began.  "(", "[", "{": a bracket; "f{" a replacement field, "f:" its format
spec; "%%" the body of a cell magic; "#" a comment of several lines; "..." brackets too deep to be told apart; anything
else is the delimiter of a string, after an "f" when it is formatted."""

Mark = tuple[int, str]
"""An offset and what is there: a bracket, quote, "," ":" or "lambda"; "#" a comment, "!" and "%" a line that is a
shell's or a magic's, "?" a line that asks for help, each up to the end of the line; "def" a line that closes what is
open above it; "\\n" the end of a line; "" nothing but the offset of a point."""


class Point(NamedTuple):
    """An offset at which reading can begin: what stands open there, and what else the scanner has to know."""

    offset: int
    stack: tuple[Frame, ...]
    mode: Any


class Scanner(Protocol):
    """Reads one code from a point on.

    `stack` is what stands open behind the mark yielded last.  Not `finished`: it gave up on the way.  Not `certain`:
    the code is so unfinished that it may be read in another way.  At the offset `wanted` a point is made if it can be.
    """

    stack: list[Frame]
    finished: bool
    certain: bool
    wanted: int

    def marks(self, end: int, *, separators: bool = False) -> Iterator[Mark]:
        """Read up to `end`.  "," ":" and "lambda" are marked when `separators` are asked for."""

    def point(self, offset: int) -> Point:
        """Where reading can go on: straight behind a mark "", whose offset is given."""


class Language(Protocol):
    """What there is to know of a language before its code is read.

    `start` is the point in front of any code.  Of two codes that begin alike the points are alike up to `margin`
    characters in front of the difference.
    """

    start: Point
    margin: int

    def scanner(self, code: str, point: Point) -> Scanner:
        """A scanner of `code` that begins at `point`."""


PYTHON = frozenset({"", "python", "python2", "python3", "py", "py3", "ipython", "ipython2", "ipython3"})
"""Names under which Python goes; no name at all is taken for it too."""

PYTHON_CELLS = frozenset(
    [
        "capture",
        "cython",
        "debug",
        "lprun",
        "memit",
        "mprun",
        "prun",
        "px",
        "pypy",
        "python",
        "python3",
        "time",
        "timeit",
    ]
)
"""Cell magics whose body is Python."""

DEEPEST = 100
"""How deep brackets are told apart; no person types deeper ones, and what stands open is kept for every point."""

STRIDE = 500
"""How many characters of one line are read between two points."""

LONGEST_SIGN = 400
"""How many characters of a line tell whether it is one of IPython's own, or begins a statement; less than a stride."""

BLANK = "blank"
"""The mode of a point with nothing but blanks in front of it: there a cell magic may stand.  Otherwise the mode is ""
at the start of a line, and within a line the sign of that line: "%", "%%", "?" or ""."""

TOO_DEEP = "..."
"""The frame of a bracket that is deeper, and of all behind it; nothing but a line that begins a statement closes it."""

BRACKETS = ("(", "[", "{")
CLOSES = {")": ("(",), "]": ("[",), "}": ("{", "f{")}

_CODE = re.compile(r"\"\"\"|'''|[\"'#()\[\]{}]")
_FIELD = re.compile(r"\"\"\"|'''|[\"'#()\[\]{}:]")
_SEPARATORS = re.compile(r"\"\"\"|'''|[\"'#()\[\]{},:]|\blambda\b")
_SPEC = re.compile(r"\"\"\"|'''|[\"'{}]")
_INSIDE = {
    '"': re.compile(r'\\.|"', re.S),
    "'": re.compile(r"\\.|'", re.S),
    '"""': re.compile(r'\\.|"""', re.S),
    "'''": re.compile(r"\\.|'''", re.S),
    'f"': re.compile(r'\\.|\{\{|["{]', re.S),
    "f'": re.compile(r"\\.|\{\{|['{]", re.S),
    'f"""': re.compile(r'\\.|\{\{|"""|\{', re.S),
    "f'''": re.compile(r"\\.|\{\{|'''|\{", re.S),
}
_STATEMENT = re.compile(
    r"[ \t]*(?:(?:def|class|import|return|while|with|try|raise|del|assert|global|nonlocal|pass|break|continue|except"
    r"|finally|elif)\b(?![ \t]*[=.,()\[\]}])|async[ \t]+def\b)"
)
_MAGIC = re.compile(r"[ \t]*(?:[\w.,\[\]][\w.,\[\] \t]*=[ \t]*)?(%%(?=\S)|%(?=[A-Za-z_])|!(?!=)|\?(?=\S))(\w*)")


def is_string(kind: str) -> bool:
    """Whether a frame of this kind is the inside of a string."""
    return kind in _INSIDE or kind == "f:"


class PythonScanner:
    """See the module's docstring."""

    finished = certain = True
    wanted = -1

    def __init__(self, code: str, point: Point) -> None:
        self.stack = list(point.stack)
        self._last = point.stack
        self._code = code
        self._position = point.offset
        self._mode = str(point.mode)

    def point(self, offset: int) -> Point:
        """Where reading can go on: straight behind a mark "", whose offset is given."""
        stack = tuple(self.stack)
        # Neighbours mostly have one stack, and then it is kept once.
        self._last = self._last if stack == self._last else stack
        return Point(offset, self._last, self._mode)

    def marks(self, end: int, *, separators: bool = False) -> Iterator[Mark]:
        """Read up to `end` and yield every mark, `stack` being as behind it."""
        code, pattern = self._code, _SEPARATORS if separators else _CODE
        begin = self._position
        while begin <= end:
            stop = code.find("\n", begin, end)
            last = stop < 0
            stop = end if last else stop
            blank = False
            if begin == 0 or code[begin - 1] == "\n":
                blank = self._mode == BLANK and not code[begin:stop].strip()
                yield from self._begin_line(begin, stop)
            if self._mode != "!":
                yield from self._line(begin, stop, pattern)
            if last:
                return
            self._end_line(stop)
            self._mode = BLANK if blank else ""
            yield stop, "\n"
            begin = stop + 1
            yield begin, ""

    def _begin_line(self, begin: int, stop: int) -> Iterator[Mark]:
        """See whether the line is one of IPython's own; one that can only begin a statement closes all brackets."""
        code, stack, first = self._code, self.stack, self._mode == BLANK
        stop = min(stop, begin + LONGEST_SIGN)
        self._mode = ""
        if stack:
            if (
                stack[-1][0] in (*BRACKETS, TOO_DEEP)
                and _STATEMENT.match(code, begin, stop)
                and not any(is_string(kind) for kind, _ in stack)
            ):
                stack.clear()
                yield begin, "def"
            return
        match = _MAGIC.match(code, begin, stop)
        if match is None or code[begin - 2 : begin] == "\\\n":
            return
        sign, name = match.groups()
        if sign == "%%":
            sign = "%%" if first and name not in PYTHON_CELLS else "%"
        self._mode = sign
        yield begin, sign

    def _line(self, position: int, stop: int, pattern: re.Pattern[str]) -> Iterator[Mark]:
        """Read what stands on one line, its end excluded."""
        code, stack = self._code, self.stack
        stride = position + STRIDE
        while position < stop:
            top = stack[-1][0] if stack else ""
            if top == "%%":
                return
            inside = _INSIDE.get(top) or (_SPEC if top == "f:" else None)
            match = (inside or (_FIELD if top == "f{" else pattern)).search(code, position, stop)
            if match is None:
                return
            text, offset, position = match.group(), match.start(), match.end()
            if inside:
                _read_string(text, offset, stack)
            elif text == "#":
                yield offset, text
                return
            elif text in BRACKETS:
                push((text, offset), stack)
            elif text in CLOSES:
                close(text, stack)
            elif text[0] in "\"'":
                stack.append((text if not _is_formatted(code, offset) else "f" + text, offset))
            elif text == ":" and top == "f{":
                stack[-1] = ("f:", stack[-1][1])
            yield offset, text
            # Not where the end of what is read may have cut a quote of three in pieces.
            if (position >= stride or position == self.wanted) and position + Python.margin <= stop:
                stride = position + STRIDE
                yield position, ""

    def _end_line(self, stop: int) -> None:
        """A string in single quotes ends with its line unless a backslash stands there, and what is open in it too."""
        code, stack = self._code, self.stack
        if self._mode:
            stack.clear()
            if self._mode == "%%":
                stack.append(("%%", code.rfind("\n", 0, stop) + 1))
            return
        for index, (kind, _) in enumerate(stack):
            if kind in ('"', "'", 'f"', "f'"):
                if code[stop - 1] != "\\":
                    del stack[index:]
                return


class Python:
    """Python with IPython's own lines."""

    start = Point(0, (), BLANK)
    margin = 2

    def scanner(self, code: str, point: Point) -> PythonScanner:
        """A scanner of `code` that begins at `point`."""
        return PythonScanner(code, point)


PYTHON_LANGUAGE = Python()


def _read_string(text: str, offset: int, stack: list[Frame]) -> None:
    """Take one step inside a string or a format spec."""
    top = stack[-1][0]
    if text == "{":
        push(("f{", offset), stack)
    elif top == "f:":
        if text == "}":
            stack.pop()
        elif len(stack) > 1 and stack[-2][0] == "f" + text:
            del stack[-2:]
    elif text[0] != "\\" and text != "{{":
        stack.pop()


def push(frame: Frame, stack: list[Frame]) -> None:
    """Open a bracket, unless it is too deep."""
    if len(stack) < DEEPEST:
        stack.append(frame)
    elif all(kind != TOO_DEEP for kind, _ in stack[DEEPEST:]):
        stack.append((TOO_DEEP, frame[1]))


def close(text: str, stack: list[Frame]) -> None:
    """Close the innermost bracket of this shape, and what was left open in it; never one outside of the string."""
    for index in range(len(stack) - 1, -1, -1):
        if stack[index][0] in CLOSES[text]:
            del stack[index:]
            return
        if is_string(stack[index][0]) or stack[index][0] == TOO_DEEP:
            return


def _is_formatted(code: str, quote: int) -> bool:
    """Whether the letters in front of a quote make it an f-string (or a t-string)."""
    start = quote
    while start > 0 and quote - start < 2 and code[start - 1] in "fFrRtTbBuU":
        start -= 1
    prefix = code[start:quote].lower()
    if not ("f" in prefix or "t" in prefix):
        return False
    return start == 0 or not (code[start - 1].isalnum() or code[start - 1] == "_")

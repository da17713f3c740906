"""What the client can tell from the code itself: the open call, the word at the cursor, brackets, indentation.

`Source` is one state of the code being typed.  It is read only as far as a question needs, and what it read is lent to
the next `Source` (see `points`).  Each question looks at a bounded piece of the code around its offset, so that a key
costs the same in 10 lines, in 10,000 and in a line of 100 kB.  Where the lexer of another language would have to read
too much for that, it is given the code since the last empty line, and no brackets are matched.

The functions are for callers that hold no `Source`.  Reading itself is done by `scanner` and `lexing`; nothing here
raises, whatever the code.  Offsets are code points.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from bipy.inspection.points import AHEAD, Points
from bipy.inspection.scanner import CLOSES, PYTHON, PYTHON_LANGUAGE, Frame, Language, Point, is_string
from bipy.inspection.shell import SHELLS
from bipy.value import Value

Kind = Literal["code", "string", "comment", "shell", "magic", "help", "cell"]
"""What an offset stands in.  "shell", "magic", "help": a line after ! % ?; "cell": the body of a %%magic."""

TokenKind = Literal["", "name", "attribute", "import", "argument", "defined", "magic", "latex", "string", "shell"]

LONGEST_CHAIN = 50
"""How many parts of a dotted name are told apart."""

LONGEST_CALL = 10_000
"""In how many characters of a call arguments are counted."""

LOOKED_BACK = 1_000
"""How many characters of its line in front of a token tell what may stand there."""

LEAST_READ = 100
"""How many characters a scanner reads at least before it gives up."""

WINDOW = 1_200
"""How many characters before the offset are read at most when all of them are too many."""

_LINES: dict[str, Kind] = {"#": "comment", "!": "shell", "%": "magic", "%%": "magic", "?": "help"}
BODIES: dict[str, Kind] = {"#": "comment", "%%": "cell"}
# What may stand at the end of a text, see `_ending`: a name, a dotted name, the same in other languages, a path's part.
_WORD = r"\w*"
_DOTTED = r"[\w.]*"
_ELSEWHERE = r"[\w.$@:!?]*"
_PATH = r"[^/\\\s\"'`=:,()\[\]{}]*"
# Patterns are compiled (by `re`, which keeps them) when they are needed, not at start-up.
_MAGIC_SIGN = r"(?:^|=)[ \t]*(%{1,2})\Z"
_MAGIC_CALL = r"(?:[^=\n]*=)?[ \t]*(%{1,2}\w+)(?=[ \t])"
_GIVEN = r"\s*(?:(\*\*?)|([^\W\d][\w.]*)\s*=(?!=))"
_IMPORT = r"(?s)\s*(?:import|from)\b(.*)"
_IMPORT_PLACE = r"(?s)\s*\Z|.*(?:\bimport|,)\s*\Z"
_DEFINED = r"(?:^|[\s;])(?:def|class|as|global|nonlocal)[ \t]+\Z"
_DEDENTS = r"[ \t]*(?:return|pass|raise|break|continue)\b"
_COMMENT_OR_STRING = r"'(?:\\.|[^'\\\n])*'?|\"(?:\\.|[^\"\\\n])*\"?|(#[^\n]*)"
HELP = r"[ \t]*%{0,2}[\w.*\[\]()'\"]+\?{1,2}[ \t]*\Z"
_WORDS = (
    r"[rRbBuUfFtT]{0,2}(?:\"{3}[\s\S]*?(?:\"{3}|\Z)|'{3}[\s\S]*?(?:'{3}|\Z)|\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?)"
    r"|(?:COMMENT)[^\n]*|(\.?)(?<!\w)([^\W\d]\w*(?:\.[^\W\d]\w*)*)"
)
_KEYWORDS = frozenset(keyword.kwlist)
_NOT_CALLED = _KEYWORDS - {"None", "True", "False"}


class OpenCall(Value):
    """A call whose brackets are open around the cursor.

    The callee is [start, end) and its name is `name`, "" when it is no plain dotted name; `bracket` is the offset of
    "(", or of the blank behind a magic, which is called with the rest of its line.  The cursor stands behind `index`
    positional arguments and the keyword arguments `keywords`, in the argument for `keyword` ("*" or "**" in an unpacked
    one, "" in a positional one).  `index` is None when the call is too long for that.
    """

    name: str
    start: int
    end: int
    bracket: int
    index: int | None = 0
    keyword: str = ""
    keywords: tuple[str, ...] = ()


class Token(NamedTuple):
    """What a completion at the cursor would complete: the text from `start` to the cursor.

    `kind` says what may be offered: "" nothing unasked (an operator, a number, an empty place), "attribute" stands
    behind a dot, "argument" is an empty place in a call, "defined" a name that is new here.  `base` is the dotted name
    in front of an attribute.
    """

    start: int
    kind: TokenKind
    base: str = ""


class State(NamedTuple):
    """What an offset stands in, all that is open there, the innermost last, and the point from which it was read.

    Not `certain`: that point is a guess, or the code in front of the offset is too unfinished to be sure.
    """

    kind: Kind
    stack: tuple[Frame, ...]
    point: Point
    certain: bool


class Source:
    """One state of the code, read as far as needed.  `previous` lends what it read of the same code."""

    def __init__(self, code: str, language: str = "python", previous: Source | None = None) -> None:
        self.code = code
        self.language = language
        self.is_python = language.lower() in PYTHON
        self._last: tuple[int, State] | None = None
        self._matched: tuple[int, tuple[int, int] | None] | None = None
        if previous is not None and previous.language == language:
            self._points: Points = previous._points.next(code)
        else:
            self._points = Points(code, PYTHON_LANGUAGE if self.is_python else _lexed_language(language))

    def state_at(self, offset: int) -> State:
        """What is open at `offset`."""
        offset = max(0, min(offset, len(self.code)))
        if self._last is None or self._last[0] != offset:
            point = self._points.before(offset)
            self._last = offset, (point and self._read(point, offset)) or self._guess(offset)
        return self._last[1]

    def is_open(self) -> bool:
        """Whether anything is open at the end of the code, all of which is read for that."""
        scanner = self._points.scanner(self._points.language.start)
        for _ in range(1 + len(self.code) // LEAST_READ):
            for _ in scanner.marks(len(self.code)):
                pass
            if scanner.finished:
                break
        return bool(scanner.stack)

    def open_call(self, cursor: int) -> OpenCall | None:
        """The innermost call whose brackets are open at `cursor`."""
        cursor = max(0, min(cursor, len(self.code)))
        state = self.state_at(cursor)
        kind, stack = state[:2]
        if kind == "shell":
            return None
        # Python closes brackets above a line that begins a statement; elsewhere an empty line ends the search.
        first = -1 if self.is_python else self.code.rfind("\n\n", 0, cursor)
        inside = cursor
        for depth in range(len(stack) - 1, -1, -1):
            name, bracket = stack[depth]
            if bracket < first:
                break
            callee = self._callee(bracket) if name == "(" else None
            if callee is not None:
                return self._arguments(callee, bracket, inside, depth + 1, state)
            inside = bracket
        return self._magic(cursor) if kind == "magic" else None

    def token(self, cursor: int) -> Token:
        """What a completion at `cursor` would complete."""
        cursor = max(0, min(cursor, len(self.code)))
        kind, stack = self.state_at(cursor)[:2]
        line = self.code[max(self.code.rfind("\n", 0, cursor) + 1, cursor - LOOKED_BACK) : cursor]
        if kind == "comment":
            return Token(cursor, "")
        if kind in ("string", "shell"):
            start = cursor - len(_ending(_PATH, line))
            if kind == "string" and stack:
                start = max(start, min(cursor, stack[-1][1] + len(stack[-1][0].lstrip("f"))))
            return Token(start, kind)
        typed = _ending(_WORD, line)
        start, before = cursor - len(typed), line[: len(line) - len(typed)]
        if sign := re.search(_MAGIC_SIGN, before):
            return Token(start - len(sign.group(1)), "magic")
        if before.endswith("\\"):
            return Token(start - 1, "latex") if typed else Token(cursor, "")
        if typed[:1].isdigit():
            return Token(start, "")
        if before.endswith(".") or (not self.is_python and before.endswith(("$", "::", "->", "@"))):
            return self._attribute(start, before)
        return Token(start, self._name_kind(typed, before, start, stack))

    def statement(self, offset: int) -> int:
        """Where the statement around `offset` begins: the start of a line at which nothing is open."""
        self.state_at(offset)
        for start, stack, _ in self._points.lines(offset):
            if not stack and self.code[max(0, start - 2) : start] != "\\\n":
                return start
        return 0

    def matching_bracket(self, cursor: int) -> tuple[int, int] | None:
        """The offsets of the pair of brackets at the cursor: the one it stands on, else the one just behind it."""
        if self._matched is None or self._matched[0] != cursor:
            near = (at for at in (cursor, cursor - 1) if 0 <= at < len(self.code) and self.code[at] in "()[]{}")
            self._matched = cursor, next(filter(None, map(self._pair, near)), None)
        return self._matched[1]

    def lone_bracket(self, cursor: int) -> int | None:
        """The offset of a bracket at the cursor that has no partner; one that opens only where the cursor stands on it.

        None too where that is not sure: in a string, a comment, a line for a shell, in code too long to be read.
        """
        for offset in (cursor, cursor - 1):
            sign = self.code[offset : offset + 1] if offset >= 0 else ""
            if sign and sign in "()[]{}" and (sign in CLOSES or offset == cursor) and self._is_lone(offset):
                return offset
        return None

    def _is_lone(self, offset: int) -> bool:
        before = self.state_at(offset)
        after = self.state_at(offset + 1)
        if before.kind != "code" or not (before.certain and after.certain) or self.language.lower() in SHELLS:
            return False
        if self.code[offset] in CLOSES:
            return len(after.stack) == len(before.stack)
        opens = bool(after.stack) and after.stack[-1][1] == offset and not is_string(after.stack[-1][0])
        if not opens or len(self.code) - offset > AHEAD:
            return False
        pair = self.matching_bracket(offset)
        return pair is None or pair[0] != offset

    def _pair(self, offset: int) -> tuple[int, int] | None:
        bracket, before = self.code[offset], self.state_at(offset)
        if not before.certain or not (after := self.state_at(offset + 1)).certain:
            return None
        depth = len(after.stack)
        if bracket in CLOSES:
            # What it closes, if that is a bracket: a string may end with one too.
            kind, opened = before.stack[depth] if depth < len(before.stack) else ("", 0)
            return (opened, offset) if kind in CLOSES[bracket] else None
        if after.stack[-1:] != ((bracket, offset),) and after.stack[-1:] != ((f"f{bracket}", offset),):
            return None
        depth -= 1
        point = self._points.last_inside(offset, depth)
        scanner = self._points.scanner(point)
        for end, mark in scanner.marks(min(len(self.code), max(offset, point.offset) + AHEAD)):
            inside = len(scanner.stack) > depth and scanner.stack[depth][1] == offset
            if end > offset and not inside:
                closed = len(scanner.stack) == depth and mark in CLOSES
                return (offset, end) if closed and scanner.certain else None
        return None

    def _read(self, point: Point, offset: int) -> State | None:
        """The state at `offset`, read from a point in front of it; None when that is too far."""
        scanner = self._points.scanner(point)
        kind: Kind = _LINES.get(str(point.mode), "code")
        for _, mark in scanner.marks(offset):
            kind = "code" if mark == "\n" else _LINES.get(mark, kind)
        stack = tuple(scanner.stack)
        if stack and kind not in ("comment", "shell"):
            kind = "string" if is_string(stack[-1][0]) else BODIES.get(stack[-1][0], kind)
        return State(kind, stack, point, scanner.certain) if scanner.finished else None

    def _guess(self, offset: int) -> State:
        """The state at `offset` as if the code began at the last empty line in front of it, or not far from it."""
        floor = max(0, offset - WINDOW)
        start = max(floor, self.code.rfind("\n\n", floor, offset) + 2)
        point = self._points.language.start._replace(offset=start)
        return (self._read(point, offset) or State("code", (), point, certain=False))._replace(certain=False)

    def _attribute(self, start: int, before: str) -> Token:
        if self.is_python and _import(before):
            return Token(start, "import")
        if not self.is_python:
            return Token(start, "attribute", _dotted(before[:-1], python=False))
        base = _dotted(before[:-1], python=True)
        if base[:1].isdigit() or base.endswith(".") or (not base and before[-2:-1] not in (")", "]", "}", '"', "'")):
            return Token(start, "")
        return Token(start, "attribute", base)

    def _name_kind(self, typed: str, before: str, start: int, stack: tuple[Frame, ...]) -> TokenKind:
        if self.is_python and re.search(_DEFINED, before):
            return "defined"
        if self.is_python and not stack and (clause := _import(before)):
            return "import" if typed or re.match(_IMPORT_PLACE, clause.group(1)) else ""
        if typed:
            return "name"
        inside = stack[-1] if stack else ("", 0)
        if (
            inside[0] == "("
            and self.code[max(0, start - 200) : start].rstrip().endswith(("(", ","))
            and self._callee(inside[1])
        ):
            return "argument"
        return ""

    def _magic(self, cursor: int) -> OpenCall | None:
        """A magic is called with the rest of its line."""
        match = re.compile(_MAGIC_CALL).match(self.code, self.code.rfind("\n", 0, cursor) + 1, cursor)
        return OpenCall(match.group(1), match.start(1), match.end(1), match.end(1)) if match else None

    def _callee(self, bracket: int) -> tuple[str, int, int] | None:
        """(name, start, end) of what the bracket calls; None when it calls nothing."""
        begin = max(self.code.rfind("\n", 0, bracket) + 1, bracket - 400)
        before = self.code[begin:bracket].rstrip(" \t")
        name = _dotted(before, python=self.is_python)
        start, end = begin + len(before) - len(name), begin + len(before)
        if not name:
            return ("", end, end) if before.endswith((")", "]")) else None
        if name in _NOT_CALLED or name[0].isdigit() or name.endswith("."):
            return None
        if self.is_python and re.search(_DEFINED, before[: len(before) - len(name)]):
            return None
        plain = name[0] != "." and ".." not in name
        return (name if plain else ""), start, end

    def _arguments(self, callee: tuple[str, int, int], bracket: int, end: int, depth: int, state: State) -> OpenCall:
        """Count what stands between the bracket and `end`: the cursor, or what is open around it in an argument.

        In an argument `depth` frames are open; `state` is that at the cursor.
        """
        index, lambdas, argument = 0, 0, bracket + 1
        keywords: list[str] = []
        point = state.point if state.point.offset <= bracket else self._points.before(argument) or state.point
        scanner = self._points.scanner(point)
        for offset, mark in scanner.marks(min(end, bracket + LONGEST_CALL), separators=True):
            if offset <= bracket or len(scanner.stack) != depth:
                continue
            if mark == "lambda":
                lambdas += 1
            elif mark == ":":
                lambdas = max(0, lambdas - 1)
            elif mark in (",", ";") and not lambdas:
                given = _given(self.code[argument:offset])
                argument = offset + 1
                if given in ("", "*"):
                    index += 1
                else:
                    keywords.append(given)
        if end > bracket + LONGEST_CALL or not scanner.finished:
            return OpenCall(*callee, bracket, None)
        return OpenCall(*callee, bracket, index, _given(self.code[argument:end]), tuple(keywords))


def name_at(code: str, cursor: int, language: str = "python") -> tuple[int, int]:
    """The dotted name that `cursor` stands in or behind, up to the end of that part; empty: none.

    The % of a magic belongs to its name.  What hangs on an expression (`f().x`) is no name.
    """
    cursor = max(0, min(cursor, len(code)))
    begin = max(code.rfind("\n", 0, cursor) + 1, cursor - 400)
    before = code[begin:cursor]
    name = _dotted(before, python=language.lower() in PYTHON)
    rest = re.compile(_WORD).match(code, cursor)
    start, end = cursor - len(name), rest.end() if rest else cursor
    if sign := re.search(_MAGIC_SIGN, before[: len(before) - len(name)]):
        return (start - len(sign.group(1)), end) if end > start else (cursor, cursor)
    if start == end or code[start] == "." or code[start].isdigit() or code[end - 1] == ".":
        return cursor, cursor
    return start, end


def words(code: str, language: str = "python") -> Iterator[tuple[str, str]]:
    """(base, name) for every name in the code; base is all that stands in front of its dot, "" for a bare name."""
    pattern = re.compile(_WORDS.replace("COMMENT", "#" if language.lower() in PYTHON else "#|//|--"))
    for match in pattern.finditer(code):
        chain = match.group(2)
        if chain is None:
            continue
        base = match.group(1)
        for name in chain.split(".")[:LONGEST_CHAIN]:
            if name not in _KEYWORDS:
                yield base, name
            base = f"{base}.{name}" if base else name


def indent_after(code: str, language: str = "python", previous: Source | None = None) -> str:
    """The indentation of a new line behind `code`, which ends where the line is broken."""
    source = Source(code, language, previous)
    kind, stack = source.state_at(len(code))[:2]
    own = indentation(code[code.rfind("\n") + 1 :])
    brackets = [start for name, start in stack if not is_string(name) and name not in BODIES]
    if kind in ("string", "cell") or (not brackets and not source.is_python):
        return own
    if brackets:
        return _indent_in_bracket(code, brackets[-1], own)
    statement = code[source.statement(len(code)) :]
    base = indentation(statement)
    unit = "\t" if "\t" in base else "    "
    text = _without_comment(statement).rstrip()
    if text.endswith(":") and kind != "magic":
        return base + unit
    if text.endswith("\\"):
        return own if "\n" in text else base + unit
    if re.match(_DEDENTS, statement):
        return base.removesuffix(unit)
    return base


def _indent_in_bracket(code: str, bracket: int, own: str) -> str:
    """Under the first thing behind the bracket, else one level in from the bracket's line, else as the line above."""
    if "\n" in code[bracket:]:
        return own
    line = code[code.rfind("\n", 0, bracket) + 1 :]
    column = bracket - (len(code) - len(line)) + 1
    behind = _without_comment(code[bracket + 1 :]).rstrip()
    if behind:
        return " " * (column + len(behind) - len(behind.lstrip()))
    return indentation(line) + "    "


def indentation(line: str) -> str:
    """What a line is indented with."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def _without_comment(text: str) -> str:
    """The text without the comment that ends its last line."""
    start = text.rfind("\n") + 1
    comment = next(
        (match.start(1) for match in re.compile(_COMMENT_OR_STRING).finditer(text, start) if match.group(1)), len(text)
    )
    return text[:comment]


def _lexed_language(name: str) -> Language:
    # 30 ms, and only for kernels that are not Python's.
    from bipy.inspection.lexing import LexedLanguage

    return LexedLanguage(name)


def _given(argument: str) -> str:
    """The keyword that an argument is for; "*" and "**" when it is unpacked."""
    match = re.match(_GIVEN, argument)
    return (match.group(1) or match.group(2)) if match else ""


def _import(before: str) -> re.Match[str] | None:
    """The import clause that the text in front of a token is part of; its group is what stands behind the keyword."""
    return re.match(_IMPORT, before.rpartition(";")[2])


def _dotted(text: str, *, python: bool) -> str:
    """The dotted name that the text ends in; in other languages than Python parts are joined in other ways too."""
    return _ending(_DOTTED, text) if python else _ending(_ELSEWHERE, text).lstrip(".$@:!?")


def _ending(characters: str, text: str) -> str:
    """The longest end of the text that consists of these characters.

    Read from behind: a search for an end looks at every beginning, and takes minutes for a long line.
    """
    match = re.match(characters, text[::-1])
    return text[len(text) - match.end() :] if match else ""

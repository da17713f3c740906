"""What the client can tell from the code itself: the open call, the word at the cursor, brackets, indentation.

`Source` is one state of the code being typed.  It is read line by line, and only as far as somebody asks; what stands
open at the start of each line is kept and lent to the next `Source`, so that a key in a cell of 1,000 lines costs the
line it was typed in.  The functions are for callers that hold no `Source`.  Reading itself is `scanner`'s; nothing here
raises, whatever the code.  Offsets are code points.
"""

from __future__ import annotations

import keyword
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Literal, NamedTuple

from bipy.inspection.scanner import CLOSES, PYTHON, Frame, Mark, is_string, lexed, scan
from bipy.value import Value

Kind = Literal["code", "string", "comment", "shell", "magic", "help", "cell"]
"""What an offset stands in.  "shell", "magic", "help": a line after ! % ?; "cell": the body of a %%magic."""

TokenKind = Literal["", "name", "attribute", "import", "argument", "defined", "magic", "latex", "string", "shell"]

Completeness = Literal["complete", "incomplete", "invalid"]

LONGEST_CHAIN = 50
"""How many parts of a dotted name are told apart."""

_LINES: dict[str, Kind] = {"#": "comment", "!": "shell", "%": "magic", "%%": "magic", "?": "help"}
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
_HELP = r"[ \t]*%{0,2}[\w.*\[\]()'\"]+\?{1,2}[ \t]*\Z"
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
    one, "" in a positional one).
    """

    name: str
    start: int
    end: int
    bracket: int
    index: int = 0
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


class Source:
    """One state of the code, read as far as needed.  `previous` lends what it read of the same beginning."""

    def __init__(self, code: str, language: str = "python", previous: Source | None = None) -> None:
        self.code = code
        self.language = language
        self.is_python = language.lower() in PYTHON
        # The offsets of the lines read so far, and what stood open at the start of each.
        self._lines: list[int] = [0]
        self._stacks: list[tuple[Frame, ...]] = [()]
        self._last: tuple[int, Kind, list[Frame]] | None = None
        if previous is not None and previous.language == language:
            known = self._common(previous)
            self._lines, self._stacks = previous._lines[:known], previous._stacks[:known]

    def place(self, offset: int) -> tuple[Kind, list[Frame]]:
        """What `offset` stands in, and all that is open there, the innermost last."""
        offset = max(0, min(offset, len(self.code)))
        if self._last is None or self._last[0] != offset:
            self._last = (offset, *self._read(offset))
        return self._last[1], list(self._last[2])

    def open_call(self, cursor: int) -> OpenCall | None:
        """The innermost call whose brackets are open at `cursor`."""
        cursor = max(0, min(cursor, len(self.code)))
        kind, stack = self.place(cursor)
        if kind == "shell":
            return None
        inside = cursor
        for name, bracket in reversed(stack):
            callee = self._callee(bracket) if name == "(" else None
            if callee is not None:
                return self._arguments(callee, bracket, inside)
            inside = bracket
        return self._magic(cursor) if kind == "magic" else None

    def token(self, cursor: int) -> Token:
        """What a completion at `cursor` would complete."""
        cursor = max(0, min(cursor, len(self.code)))
        kind, stack = self.place(cursor)
        line = self.code[self.code.rfind("\n", 0, cursor) + 1 : cursor]
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
        self.place(offset)
        line = bisect_right(self._lines, offset) - 1
        while line > 0 and (self._stacks[line] or self.code[self._lines[line] - 2 : self._lines[line]] == "\\\n"):
            line -= 1
        return self._lines[line]

    def matching_bracket(self, cursor: int) -> tuple[int, int] | None:
        """The offsets of the pair of brackets at the cursor: the one it stands on, else the one just behind it."""
        for offset in (cursor, cursor - 1):
            if 0 <= offset < len(self.code) and self.code[offset] in "()[]{}" and (pair := self._pair(offset)):
                return pair
        return None

    def _pair(self, offset: int) -> tuple[int, int] | None:
        before, after = self.place(offset)[1], self.place(offset + 1)[1]
        if self.code[offset] in CLOSES:
            return (before[len(after)][1], offset) if len(after) < len(before) else None
        if not after or after[-1][1] != offset or is_string(after[-1][0]):
            return None
        if not self.is_python:
            closing = (
                end for end, mark in lexed(self.code, len(self.code), self.language, start=offset)[0] if mark in CLOSES
            )
            return next(((offset, end) for end in closing if self.place(end + 1)[1] == before), None)
        depth = len(before)
        for end, mark in scan(self.code, offset + 1, len(self.code), after):
            if len(after) <= depth or after[depth][1] != offset:
                return (offset, end) if len(after) == depth and mark in CLOSES else None
        return None

    def _read(self, offset: int) -> tuple[Kind, list[Frame]]:
        if not self.is_python:
            _, stack, inside = lexed(self.code, offset, self.language)
            return ("string" if inside == "string" else "comment" if inside == "comment" else "code"), stack
        line = bisect_right(self._lines, offset) - 1
        start, stack = self._lines[line], list(self._stacks[line])
        kind: Kind = "code"
        for end, mark in scan(self.code, start, offset, stack):
            if mark == "\n":
                kind = "code"
                self._lines.append(end + 1)
                self._stacks.append(tuple(stack))
            else:
                kind = _LINES.get(mark, kind)
        if stack and kind not in ("comment", "shell"):
            kind = "string" if is_string(stack[-1][0]) else "cell" if stack[-1][0] == "%%" else kind
        return kind, stack

    def _attribute(self, start: int, before: str) -> Token:
        if self.is_python and _import(before):
            return Token(start, "import")
        if not self.is_python:
            return Token(start, "attribute", _dotted(before[:-1], python=False))
        base = _dotted(before[:-1], python=True)
        if base[:1].isdigit() or base.endswith(".") or (not base and before[-2:-1] not in (")", "]", "}", '"', "'")):
            return Token(start, "")
        return Token(start, "attribute", base)

    def _name_kind(self, typed: str, before: str, start: int, stack: list[Frame]) -> TokenKind:
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

    def _arguments(self, callee: tuple[str, int, int], bracket: int, end: int) -> OpenCall:
        """Count what stands between the bracket and `end`: the cursor, or what is open around it in an argument."""
        index, lambdas, argument = 0, 0, bracket + 1
        keywords: list[str] = []
        for offset, mark in self._separators(bracket + 1, end):
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
        return OpenCall(*callee, bracket, index, _given(self.code[argument:end]), tuple(keywords))

    def _separators(self, start: int, end: int) -> Iterator[Mark]:
        if not self.is_python:
            yield from lexed(self.code, end, self.language, start=start)[0]
            return
        stack: list[Frame] = []
        for mark in scan(self.code, start, end, stack, separators=True):
            if not stack:
                yield mark

    def _common(self, previous: Source) -> int:
        """How many of the lines that `previous` has read begin alike here."""
        low, high = 1, len(previous._lines)
        while low < high:
            middle = (low + high + 1) // 2
            if self.code.startswith(previous.code[: previous._lines[middle - 1]]):
                low = middle
            else:
                high = middle - 1
        return low


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


def completeness(code: str, language: str = "python") -> tuple[Completeness, str]:
    """Whether `code` can run as it stands, and the indentation of the next line when it cannot.

    The client's own stand-in for is_complete_request, with IPython's rules: a block ends with an empty line.
    """
    source = Source(code, language)
    if not source.is_python:
        # All of it: an empty line inside a block must not hide what is open.
        stack = lexed(code, len(code), language, start=0)[1]
        return ("incomplete", indent_after(code, language)) if stack else ("complete", "")
    kind, stack = source.place(len(code))
    if code.lstrip().startswith("%%") and not code.endswith("\n\n"):
        # A cell magic: whatever its body is, only an empty line ends it.
        return "incomplete", indent_after(code, language)
    if kind == "cell":
        return "complete", ""
    long_string = kind == "string" and len(stack[-1][0].lstrip("f")) == 3
    if long_string or any(not is_string(name) for name, _ in stack):
        return "incomplete", indent_after(code, language)
    return _compiled(source)


def _compiled(source: Source) -> tuple[Completeness, str]:
    """Ask the compiler of this Python, which may be of another version than the kernel's; its own lines left out."""
    # 2 ms, and only when Enter was pressed and the kernel does not answer.
    import ast
    import warnings
    from codeop import CommandCompiler

    text = _without_magics(source)
    if text.endswith("\\\n"):
        return "incomplete", indent_after(text, source.language)
    compiler = CommandCompiler()
    compiler.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        with warnings.catch_warnings():
            # They would be written over the screen; the kernel gives them again.
            warnings.simplefilter("ignore")
            complete = not text.strip() or compiler(text, "<cell>", "exec") is not None
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
        return "invalid", ""
    last = source.code[source.code.rfind("\n") + 1 :]
    statement = source.statement(len(source.code))
    common = _indentation(source.code.lstrip("\n"))
    in_block = last.strip() and _indentation(source.code[statement:]) != common
    if complete and not in_block:
        return "complete", ""
    return "incomplete", indent_after(source.code, source.language)


def _without_magics(source: Source) -> str:
    """The code as IPython compiles it: no common indentation, `pass` in place of each line that is not Python's."""
    code = source.code
    starts = {start for start, mark in scan(code, 0, len(code), []) if mark in ("!", "%", "%%", "?")}
    lines = []
    offset = 0
    common = _indentation(code.lstrip("\n"))
    for line in code.split("\n"):
        if offset in starts or re.match(_HELP, line):
            line = _indentation(line) + "pass"
        lines.append(line.removeprefix(common))
        offset = code.find("\n", offset) + 1
    return "\n".join(lines)


def indent_after(code: str, language: str = "python") -> str:
    """The indentation of a new line behind `code`, which ends where the line is broken."""
    source = Source(code, language)
    kind, stack = source.place(len(code))
    own = _indentation(code[code.rfind("\n") + 1 :])
    brackets = [start for name, start in stack if not is_string(name) and name != "%%"]
    if kind in ("string", "cell") or (not brackets and not source.is_python):
        return own
    if brackets:
        return _indent_in_bracket(code, brackets[-1], own)
    statement = code[source.statement(len(code)) :]
    base = _indentation(statement)
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
    return _indentation(line) + "    "


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _without_comment(text: str) -> str:
    """The text without the comment that ends its last line."""
    start = text.rfind("\n") + 1
    comment = next(
        (match.start(1) for match in re.compile(_COMMENT_OR_STRING).finditer(text, start) if match.group(1)), len(text)
    )
    return text[:comment]


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

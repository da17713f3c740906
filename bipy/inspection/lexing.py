"""Reads languages other than Python for what stands open in them, with the lexers of pygments.

A RegexLexer is a stack of states and a list of rules for each; `step` tries the rules once.  With the stack at hand,
reading can begin anywhere between two steps.  So a `Point`'s mode is the stack there, and for each string or comment
that is open how deep the stack was in front of it: when it is no deeper again, they are closed.  A step sees the code
around it, not a line of it, so that what is read is what the lexer says of the whole.

A rule for a comment or a string of several lines looks for its end, however far that is.  While it is not there the
lexer takes the beginning for something else, which the next key may change.  So the rest of the code is then that
comment or string, a quote without its pair hides the rest of its line, and behind either of them there are no points.

Other lexers tell tokens and nothing of their state: their code is read from its start each time, and has no points.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pygments.lexer import ExtendedRegexLexer, Lexer, RegexLexer
from pygments.token import Comment, Error, String, Text, Whitespace

from bipy.inspection.scanner import BRACKETS, CLOSES, DEEPEST, Mark, Point, close, push

Tokens = Iterable[tuple[int, Any, str]]
"""(offset, type, text) of each."""

MOST_STEPS = 1_000
"""How many steps are taken for one question: 3 to 10 ms, for some 40 lines."""

STRIDE = 100
"""How many characters of one line are read between two points."""

SEEN = 500
"""How many characters a step sees, unless it needs more: there are rules that look at all that is left."""

_LONG = (
    ("/*", "\n", "*/"),
    ("(*", "\n", "*)"),
    ("{-", "\n", "-}"),
    ("#|", "\n", "|#"),
    ("#=", "\n", "=#"),
    ("<#", "\n", "#>"),
    ("--[[", "\n", "]]"),
    ("[[", "\n", "]]"),
    ('"""', '\n"\n', '"""'),
    ("'''", "\n'\n", "'''"),
    ("<<", "E\n\nE", ""),
)
"""How comments and strings of several lines begin, go on and end, in one language or the other; "": with a word."""

_MARKS = re.compile(r"[()\[\]{},:;\n]")
_QUOTES = ("'", '"', "`")


class _Roles(dict[Any, str]):
    """What the type of a token means here, found once for each: "comment", "string", "text", "odd" or "code".

    "field": of a string, and it may hold code.
    """

    def __missing__(self, kind: Any) -> str:
        roles = (
            (Comment, "comment"),
            (String.Interpol, "field"),
            (String, "string"),
            (Error, "odd"),
            (Text, "text"),
        )
        self[kind] = next((role for parent, role in roles if kind in parent), "code")
        return self[kind]


class _Unknown(RegexLexer):
    """For a language that pygments does not know: brackets, and strings in double quotes."""

    tokens = {"root": [(r'"(?:\\.|[^"\\\n])*"', String), (r"\s+", Whitespace), (r'[^\s"]+', Text)]}  # noqa: RUF012


class LexedLanguage:
    """A language by one of the names that pygments has for it."""

    margin = 200

    def __init__(self, name: str) -> None:
        # 20 ms, and `step` needs none of it.
        from pygments.lexers import get_lexer_by_name
        from pygments.util import ClassNotFound

        try:
            self.lexer: Lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
        except ClassNotFound:
            self.lexer = _Unknown()
        self.start = Point(0, (), (("root",), ()))
        self._by_step = isinstance(self.lexer, RegexLexer) and not isinstance(self.lexer, ExtendedRegexLexer)
        self.roles = _Roles()
        # For each beginning of a comment or string that one rule reads to its end: that end, and the kind of frame.
        self.long = dict(_long(self.lexer)) if self._by_step else {}
        self.long_at = re.compile("|".join(map(re.escape, self.long)) or r"(?!)").match

    def scanner(self, code: str, point: Point) -> LexedScanner:
        """A scanner of `code` that begins at `point`."""
        return (LexedScanner if self._by_step else _TokenScanner)(self, code, point)


class LexedScanner:
    """See the module's docstring."""

    resumes = True
    wanted = -1

    def __init__(self, language: LexedLanguage, code: str, point: Point) -> None:
        self.stack = list(point.stack)
        self.finished = True
        self._language = language
        self._code = code
        self._position = point.offset
        self._states: list[str] = list(point.mode[0])
        # For each string and comment of the stack, how many states there were in front of it.
        self._depths: list[int] = list(point.mode[1])
        self.certain = True

    def point(self, offset: int) -> Point:
        """Where reading can go on: straight behind a mark "", whose offset is given."""
        return Point(offset, tuple(self.stack), (tuple(self._states), tuple(self._depths)))

    def marks(self, end: int, *, separators: bool = False) -> Iterator[Mark]:  # noqa: ARG002 - always marked
        """Read up to `end`, `MOST_STEPS` at most, and yield every mark, `stack` being as behind it.

        When it is not `finished` it can be called again.
        """
        self.finished = True
        point = self._position
        for _ in range(MOST_STEPS):
            if self._position >= end:
                return
            begin, depth, role = self._position, len(self._states), ""
            for offset, kind, text in self._step():
                role = self._language.roles[kind]
                if role != "code" or self._depths or not text.isalnum():
                    yield from self._token(offset, role, text, depth, end)
            if self._position > end:
                return
            while self._depths and len(self._states) <= self._depths[-1]:
                self._shut()
            newline = self._code.find("\n", begin, self._position) >= 0
            due = self._position >= point + STRIDE or self._position == self.wanted
            if newline or (due and role != "comment"):
                point = self._position
                if self.resumes and self.certain and len(self._states) <= DEEPEST:
                    yield point, ""
        self.finished = False

    def _step(self) -> Tokens:
        """Take one step, and tell the tokens that it makes."""
        lexer, code, begin = self._language.lexer, self._code, self._position
        states, end = self._states.copy(), min(len(code), begin + SEEN)
        try:
            self._position, tokens = step(lexer, code, begin, self._states, end)
            tokens = list(tokens)
            if end < len(code) and self._may_go_on(begin, end, tokens):
                self._states[:] = states
                self._position, tokens = step(lexer, code, begin, self._states, len(code))
            return list(tokens)
        except Exception:
            # Lexers are many and the code is of any kind: where one fails, nothing more is read.
            self._position, self.certain = len(code), False
            return ()

    def _may_go_on(self, begin: int, end: int, tokens: list[tuple[int, Any, str]]) -> bool:
        """Whether the step that was taken is part of a string or a comment that goes on behind `end`."""
        if self._position == end:
            return bool(tokens) and self._language.roles[tokens[-1][1]] in ("comment", "string")
        if self._position - begin > 3:
            return False
        return self._code[begin] in _QUOTES or self._language.long_at(self._code, begin) is not None

    def _token(self, offset: int, role: str, text: str, depth: int, end: int) -> Iterator[Mark]:
        """Read one token, made by a step that began `depth` states deep."""
        if not text or offset >= end:
            return
        top = self.stack[-1][0] if self.stack else ""
        inside = top in ('"', "#")
        if not inside and (unclosed := self._unclosed(offset, role, text)):
            self._hide(unclosed, offset, -1, end)
        elif role == "comment":
            if top == "#":
                return
            if len(self._states) > depth or self._language.long_at(self._code, offset):
                self._open("#", offset, depth)
                return
            yield offset, "#"
            if text.endswith("\n") and offset + len(text) <= end:
                yield offset + len(text) - 1, "\n"
        elif role == "string" or (role == "field" and not _MARKS.search(text)):
            if top != '"':
                self._open('"', offset, depth)
        elif text in _QUOTES and not inside and role in ("odd", "text"):
            self._hide('"', offset, self._code.find("\n", offset), end)
        elif role == "odd":
            # What has an end takes every character; the string will end with its line.
            self.certain = self.certain and not inside
        else:
            if top == "#" and not text.isspace():
                self._shut()
            yield from self._brackets(offset, text, end)

    def _unclosed(self, offset: int, role: str, text: str) -> str:
        """The kind of frame of what begins there and has no end, if that hides the rest of the code."""
        match = self._language.long_at(self._code, offset)
        if match is None:
            return ""
        closer, frame = self._language.long[match.group()]
        if not closer:
            # It may be a shift to the left as well.
            self.certain = self.certain and role == "string"
            return ""
        return "" if len(text) >= 2 * len(closer) and text.endswith(closer) else frame

    def _brackets(self, offset: int, text: str, end: int) -> Iterator[Mark]:
        """Read the brackets and separators of a token of code."""
        for match in _MARKS.finditer(text):
            mark, at = match.group(), offset + match.start()
            if at >= end:
                return
            if mark in BRACKETS:
                push((mark, at), self.stack)
            elif mark in CLOSES:
                close(mark, self.stack)
            yield at, mark

    def _open(self, kind: str, offset: int, depth: int) -> None:
        """A string or a comment begins, which is over when there are no more than `depth` states."""
        self.stack.append((kind, offset))
        self._depths.append(depth)

    def _shut(self) -> None:
        """The innermost string or comment is over, and with it the brackets that were left open in it."""
        self._depths.pop()
        while self.stack.pop()[0] not in ('"', "#"):
            pass

    def _hide(self, kind: str, offset: int, stop: int, end: int) -> None:
        """A string or a comment without its end: up to `stop`, or all of the code (-1), it hides everything."""
        self.certain = False
        self._position = len(self._code) if stop < 0 else stop
        if self._position >= end:
            self._open(kind, offset, -1)


class _TokenScanner(LexedScanner):
    """For lexers whose states cannot be seen."""

    resumes = False

    def __init__(self, language: LexedLanguage, code: str, point: Point) -> None:
        super().__init__(language, code, point)
        self._tokens: Iterator[tuple[int, Any, str]] = language.lexer.get_tokens_unprocessed(code[point.offset :])
        self._begin = point.offset

    def _step(self) -> Tokens:
        """Take the next token; a string is over behind a quote or bracket, or in front of anything else."""
        try:
            offset, kind, text = next(self._tokens)
        except Exception:
            self._position = len(self._code)
            return ()
        offset += self._begin
        if offset < self._position:
            return ()  # hidden
        self._position = offset + len(text)
        inside = bool(self._depths)
        if kind in String and (inside or len(text) > 1) and text[-1:] in "\"'`])}":
            # As deep as at the beginning: the string is closed behind this token.
            self._states = ["root"]
        elif kind in String:
            self._states = ["root", "string"]
        elif inside:
            self._states = ["root"]
            self._shut()
        return [(offset, kind, text)]


def step(lexer: Any, text: str, position: int, states: list[str], end: int) -> tuple[int, Tokens]:
    """One step of RegexLexer.get_tokens_unprocessed (pygments/lexer.py) in text[:end]: where it ends, and its tokens.

    `states` is the stack behind it.
    """
    for match_at, action, new_state in lexer._tokens[states[-1]]:
        match = match_at(text, position, end)
        if match is None:
            continue
        if new_state is not None:
            _change(states, new_state)
        if action is None:
            return match.end(), ()
        # A token type is a tuple of names; any other action is a function.
        plain = isinstance(action, tuple)
        return match.end(), [(position, action, match.group())] if plain else action(lexer, match)
    if text[position] == "\n":
        states[:] = ["root"]
        return position + 1, [(position, Whitespace, "\n")]
    return position + 1, [(position, Error, text[position])]


def _change(states: list[str], new_state: tuple[str, ...] | int | str) -> None:
    """Apply the new state of a rule to the stack: names, "#pop", "#push" or -n.  One state always stays."""
    if isinstance(new_state, int):
        del states[max(len(states) + new_state, 1) :]
        return
    for name in (new_state,) if isinstance(new_state, str) else new_state:
        if name == "#pop":
            del states[max(len(states) - 1, 1) :]
        else:
            states.append(states[-1] if name == "#push" else name)


def _long(lexer: Lexer) -> Iterator[tuple[str, tuple[str, str]]]:
    """Ask the lexer which comments and strings of several lines it has a single rule for."""
    for opener, body, closer in _LONG:
        text, states, position = opener + body + closer, ["root"], 0
        tokens: Tokens = ()
        for _ in range(DEEPEST):
            if position == 0:
                position, tokens = step(lexer, text, position, states, len(text))
        kinds = [kind for _, kind, _ in tokens]
        if position == len(text) and kinds and all(kind in Comment or kind in String for kind in kinds):
            yield opener, (closer, "#" if kinds[0] in Comment else '"')

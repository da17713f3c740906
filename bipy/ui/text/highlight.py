"""Code becomes rows of roles, line by line, so that an edit lexes its own line and not the whole cell.

A RegexLexer of pygments has a stack of states.  The stack at the end of a line is the state that the next line begins
in.  A caller that keeps the state at the start of each line can begin at any line, and can stop at a line that ends in
the same state as before the edit.  Any other kind of lexer sees each line alone, or in `block` the whole code.

IPython's own syntax (%magic, %%magic, !command, name?) is not Python: it is cut off before the lexer sees the line.
urwid, colours and brackets have no place here.  Every attribute is a role "code.*" of `theme`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pygments.token import Comment, Error, Generic, Keyword, Literal, Name, Operator, String, Token

from bipy.inspection.scanner import PYTHON, PYTHON_CELLS

if TYPE_CHECKING:
    from pygments.lexer import Lexer

    from bipy.ui.text.rows import Row, Run

State = tuple[str, ...]

# The roles of token types.  A type that is missing here has the role of its nearest ancestor; Token is the root.
TOKEN_ROLES: dict[Any, str] = {
    Token: "code",
    Keyword: "code.keyword",
    Keyword.Type: "code.builtin",
    Operator: "code.operator",
    Operator.Word: "code.keyword",
    Name.Builtin: "code.builtin",
    Name.Exception: "code.builtin",
    Name.Function: "code.function",
    Name.Class: "code.class",
    Name.Decorator: "code.decorator",
    Name.Tag: "code.keyword",
    Name.Attribute: "code.function",
    Literal: "code.number",
    String: "code.string",
    Comment: "code.comment",
    Comment.Preproc: "code.decorator",
    Comment.PreprocFile: "code.string",
    Generic.Heading: "code.keyword",
    Generic.Subheading: "code.keyword",
    Generic.Deleted: "code.operator",
    Generic.Inserted: "code.string",
    Error: "code.error",
}

# A character costs 2 us, so a line of this length costs 4 ms.  A longer line is data and stays plain.
LONGEST_LINE = 2_000
# The same limit for lexers that have to see the whole code.
LONGEST_CODE = 50_000
REMEMBERED_LINES = 4_096

_BODY_OF_MAGIC: State = ("%%",)
_MAGIC = re.compile(r"(?P<before>\s*(?:[\w.,\s\[\]]+?=\s*)?)(?P<sign>%%?(?=[^\W\d]|%)|!!?|\?\??)(?P<name>[\w.]*)")
_HELP = re.compile(r"(?P<before>\s*%{0,2}[\w.*]+)(?P<sign>\?\??)(?P<after>\s*)$")


class Highlighter:
    """Makes rows of the lines of one language.

    `lexer` is an alias of pygments, or IPython's "ipython3"; code stays plain for "" and for an unknown name.  `start`
    is the state of the first line.  A state is hashable, and equal states give equal rows.
    """

    def __init__(self, lexer: str = "") -> None:
        self.start: State = ("root",)
        self._magics = lexer.startswith("ipython")
        self._lexer = _find(lexer)
        self._by_line = _by_line(self._lexer)
        self._remembered: dict[tuple[str, State], tuple[Row, State]] = {}

    def line(self, text: str, state: State) -> tuple[Row, State]:
        """The row of a line (without its newline) that begins in `state`, and the state of the next line."""
        if len(text) > LONGEST_LINE:
            return _plain(text), state
        known = self._remembered.get((text, state))
        if known is None:
            if len(self._remembered) >= REMEMBERED_LINES:
                self._remembered.clear()
            known = self._remembered[text, state] = self._highlight(text, state)
        return known

    def block(self, code: str) -> list[Row]:
        """One row for each line of `code`."""
        lines = code.split("\n")
        if not self._by_line:
            if len(code) > LONGEST_CODE:
                return [_plain(line) for line in lines]
            return _split(self._lex(code), len(lines))
        rows = []
        state = self.start
        for line in lines:
            row, state = self.line(line, state)
            rows.append(row)
        return rows

    def _highlight(self, text: str, state: State) -> tuple[Row, State]:
        if self._lexer is None or state == _BODY_OF_MAGIC:
            return _plain(text), state
        if self._magics and state == self.start:
            magic = self._magic(text)
            if magic is not None:
                return magic
        if not self._by_line:
            return _merged(self._lex(text)), state
        return self._tokens(text, state)

    def _tokens(self, text: str, state: State) -> tuple[Row, State]:
        # It imports pygments' lexers, which wait for the first code.
        from bipy.inspection.lexing import step

        stack, line, position = list(state), text + "\n", 0
        runs: list[Run] = []
        try:
            while position < len(line):
                position, tokens = step(self._lexer, line, position, stack, len(line))
                runs.extend((_role(token), piece) for _, token, piece in tokens)
        except Exception:
            # Any lexer may fail on some code.  The line loses its colours then, and the screen is drawn.
            return _plain(text), state
        return _merged(runs), tuple(stack)

    def _lex(self, code: str) -> list[Run]:
        if self._lexer is None:
            return [("code", code)]
        try:
            return [(_role(token), piece) for _, token, piece in self._lexer.get_tokens_unprocessed(code)]
        except Exception:
            return [("code", code)]

    def _magic(self, text: str) -> tuple[Row, State] | None:
        """The row of a line in IPython's own syntax and the state after it; None for any other line."""
        help_ = _HELP.match(text)
        if help_ is not None:
            asked, _ = self._tokens(help_["before"], self.start)
            return _merged([*asked, ("code.magic", help_["sign"]), ("code", help_["after"])]), self.start
        magic = _MAGIC.match(text)
        if magic is None:
            return None
        before, _ = self._tokens(magic["before"], self.start)
        rest = text[magic.end() :]
        if magic["sign"][0] != "%":
            return _merged([*before, ("code.magic", magic["sign"]), ("code", magic["name"] + rest)]), self.start
        after: Row = (("code", rest),)
        state = self.start
        if magic["name"] in PYTHON_CELLS:
            after, state = self._tokens(rest, self.start)
        elif magic["sign"] == "%%":
            state = _BODY_OF_MAGIC
        return _merged([*before, ("code.magic", magic["sign"] + magic["name"]), *after]), state


def _find(name: str) -> Lexer | None:
    """The lexer for an alias of pygments; None if there is none."""
    if not name:
        return None
    if name in PYTHON:
        # The import takes 15 ms, and the look-up by name 37 ms.
        from pygments.lexers.python import PythonLexer

        return PythonLexer()
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(name)
    except ClassNotFound:
        return None


def _by_line(lexer: Lexer | None) -> bool:
    """Whether `lexer` can stop at the end of a line: its stack is all of its state."""
    if lexer is None:
        return False
    from pygments.lexer import ExtendedRegexLexer, RegexLexer

    return isinstance(lexer, RegexLexer) and not isinstance(lexer, ExtendedRegexLexer)


def _role(token: Any) -> str:
    while token not in TOKEN_ROLES:
        token = token.parent
    return TOKEN_ROLES[token]


def _plain(text: str) -> Row:
    return (("code", text),) if text else ()


def _merged(runs: Iterable[Run]) -> Row:
    """`runs` without newlines, neighbours of one role joined."""
    merged: list[Run] = []
    for role, text in runs:
        text = text.replace("\n", "")
        if merged and merged[-1][0] == role:
            merged[-1] = (role, merged[-1][1] + text)
        elif text:
            merged.append((role, text))
    return tuple(merged)


def _split(runs: Iterable[Run], count: int) -> list[Row]:
    """`runs`, which hold newlines, as `count` rows."""
    rows: list[list[Run]] = [[]]
    for role, text in runs:
        first, *others = text.split("\n")
        rows[-1].append((role, first))
        rows.extend([(role, other)] for other in others)
    rows.extend([] for _ in range(count - len(rows)))
    return [_merged(row) for row in rows[:count]]

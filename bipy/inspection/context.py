"""Where the cursor stands in the code being typed, and what may be offered there unasked.

A `Context` is made anew for every edit and never changes; whatever is shown or asked is derived from it.
"""

from __future__ import annotations

import keyword
import re
from functools import cached_property

from bipy.inspection.source import OpenCall, Source, Token, name_at
from bipy.inspection.values import Document
from bipy.value import Value

IN_STRINGS = frozenset({"path", "dict key"})
"""Types of matches that are offered inside a string."""

IN_SHELL_LINES = frozenset({"path", "<unknown>", ""})
"""Types of matches that are offered behind a !; jedi offers names of Python there."""

_FROM = r"(?:\A|;)[ \t]*from\b[^;]*\bimport\b[^;]*\Z"

KEYWORDS = frozenset(keyword.kwlist)


class Context(Value):
    """A document and what stands at its cursor: the token a completion would complete, the call that is open."""

    document: Document
    source: Source
    token: Token
    call: OpenCall | None

    @classmethod
    def at(cls, document: Document, language: str, previous: Context | None = None) -> Context:
        """Read the document; `previous` lends what was read of the code before."""
        cursor = max(0, min(document.cursor, len(document.code)))
        if cursor != document.cursor:
            document = Document(document.code, cursor)
        if previous is not None and previous.document.code == document.code and previous.source.language == language:
            source = previous.source
        else:
            source = Source(document.code, language, previous.source if previous else None)
        return cls(document, source, source.token(cursor), source.open_call(cursor))

    @property
    def typed(self) -> str:
        """What stands between the start of the token and the cursor."""
        return self.document.code[self.token.start : self.document.cursor]

    @property
    def name(self) -> tuple[str, int]:
        """The name at the cursor that can be inspected, and the offset of its end; "" for none."""
        kind = self.source.state_at(self.document.cursor).kind
        if kind in ("string", "comment", "shell", "cell") or self.token.kind == "defined":
            return "", self.document.cursor
        if self.token.kind == "import" and self._imports_from:
            # The kernel would look among the names that are there already.
            return "", self.document.cursor
        start, end = name_at(self.document.code, self.document.cursor, self.source.language)
        name = self.document.code[start:end]
        return ("" if name in KEYWORDS and self.source.is_python else name), end

    @cached_property
    def brackets(self) -> tuple[int, int] | None:
        """The offsets of the pair of brackets at the cursor."""
        return self.source.matching_bracket(self.document.cursor)

    @property
    def offers(self) -> bool:
        """Whether a list may open here unasked."""
        if self.token.kind == "string":
            # Prose: what completes there stands in a string of one line.
            stack = self.source.state_at(self.document.cursor).stack
            return not stack or len(stack[-1][0].lstrip("f")) < 3
        if self.source.is_python and self.token.kind == "argument" and not self._line.strip():
            # IPython's completer raises on a blank line, and prints what it raised.
            return False
        return self.token.kind not in ("", "defined")

    @cached_property
    def _may_be_path(self) -> bool:
        """Whether a string is begun that looks like a path: no key in square brackets, no prose."""
        stack = self.source.state_at(self.document.cursor).stack
        if not stack:
            return True
        key = len(stack) > 1 and stack[-2][0] == "["
        begun = self.document.code[stack[-1][1] : self.document.cursor]
        return not key and (" " not in begun or "/" in begun)

    @property
    def _imports_from(self) -> bool:
        """Whether the cursor stands among the names that a module is asked for."""
        cursor = self.document.cursor
        return re.search(_FROM, self.document.code[self.source.statement(cursor) : cursor]) is not None

    @property
    def _line(self) -> str:
        """What stands on the line in front of the cursor."""
        code, cursor = self.document.code, self.document.cursor
        return code[code.rfind("\n", 0, cursor) + 1 : cursor]

    def fits(self, text: str, type_: str) -> bool:
        """Whether a list that opens unasked may hold a match."""
        kind = self.token.kind
        if kind == "string":
            return type_ in IN_STRINGS and (type_ != "path" or self._may_be_path)
        if kind == "shell":
            return type_ in IN_SHELL_LINES
        if type_ == "param" or text.endswith("="):
            return self.call is None or text.rstrip("= ") not in self.call.keywords
        if kind in ("name", "import") and text[0] == "%":
            line = self.document.code.rfind("\n", 0, self.token.start) + 1
            begins = not self.document.code[line : self.token.start].strip()
            return begins and text.lstrip("%").startswith(self.typed)
        return kind != "argument"

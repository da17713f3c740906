"""What stands at the cursor of the code being typed, and what may be offered there unasked.

A `Context` is made anew for every edit and never changes; what is shown and what is asked follow from it.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from functools import cached_property

from bipy.inspection.scanner import Frame
from bipy.inspection.source import Kind, OpenCall, Source, Token, name_at
from bipy.inspection.values import Document
from bipy.value import Value

IN_STRINGS = frozenset({"path", "dict key"})
"""Types of matches that are offered inside a string."""

IN_SHELL_LINES = frozenset({"path", "<unknown>", ""})
"""Types of matches that are offered behind a !; jedi offers names of Python there."""

_FROM = r"(?:\A|;)[ \t]*from\b[^;]*\bimport\b[^;]*\Z"
_RELATIVE = r"(?:\A|;)[ \t]*(?:from|import)\s*\.[^;]*\Z"

_QUOTES = ("'", '"')

KEYWORDS = frozenset(keyword.kwlist)


class Context(Value):
    """A document and what stands at its cursor: the token a completion would complete, the call that is open."""

    document: Document
    source: Source
    token: Token
    call: OpenCall | None

    @classmethod
    def at(cls, document: Document, language: str, previous: Context | None = None) -> Context:
        """Read the document; `previous` lends what was read of the same beginning."""
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
        if self._kind in ("string", "comment", "shell", "cell") or self.token.kind == "defined":
            return "", self.document.cursor
        if self.token.kind == "import" and self._imports_from:
            # The kernel would look among the names that are there already.
            return "", self.document.cursor
        start, end = name_at(self.document.code, self.document.cursor, self.source.language)
        name = self.document.code[start:end]
        return ("" if name in KEYWORDS and self.source.is_python else name), end

    @property
    def callee_start(self) -> int:
        """Where the last part of the callee's name begins."""
        if self.call is None:
            return self.document.cursor
        return self.document.code.rfind(".", self.call.start, self.call.end) + 1 or self.call.start

    @cached_property
    def brackets(self) -> tuple[int, int] | None:
        """The offsets of the pair of brackets at the cursor."""
        return self.source.matching_bracket(self.document.cursor)

    @cached_property
    def lone_bracket(self) -> int | None:
        """The offset of a bracket at the cursor that has no partner."""
        return self.source.lone_bracket(self.document.cursor)

    @property
    def widest(self) -> Document:
        """The document with the least of the token, in which the kernel names all that may fit in other ways than by
        its beginning: behind a dot nothing is left of the token, of a name its first letter.
        """
        code, cursor = self.document.code, self.document.cursor
        signs = len(self.typed) - len(self.typed.lstrip("%"))
        kept = {"attribute": 0, "import": 0, "magic": signs + 1, "latex": len(self.typed)}.get(self.token.kind, 1)
        if self.token.kind == "string" and self._begun != self.typed:
            kept = 0  # part of a path: all that stands in the folder
        end = min(cursor, self.token.start + kept)
        return Document(code[:end] + code[cursor:], end)

    @property
    def offers(self) -> bool:
        """Whether a list may open here unasked."""
        kind = self.token.kind
        if self.is_relative_import:
            # IPython's completer raises there, and prints what it raised.
            return False
        if kind == "string":
            # Prose: what completes there stands in a string of one line.
            prose = bool(self._stack) and len(self._stack[-1][0].lstrip("f")) >= 3
            return not prose and (bool(self._begun) or self._in_key)
        if self.source.is_python and kind == "argument" and not self._line.strip():
            # It raises on a blank line too.
            return False
        return kind not in ("", "defined") or self.is_subscript

    @property
    def is_subscript(self) -> bool:
        """Whether nothing has been typed yet behind the square bracket of a subscript."""
        if self.token.kind or not self._stack or self._stack[-1][0] != "[":
            return False
        bracket = self._stack[-1][1]
        blank = not self.document.code[bracket + 1 : self.document.cursor].strip()
        before = self.document.code[max(0, bracket - 1) : bracket]
        return blank and (before.isidentifier() or before.isdigit() or before in (")", "]", *_QUOTES))

    @property
    def is_relative_import(self) -> bool:
        """Whether modules are asked for by their place beside the one that is running, which in a kernel is none."""
        cursor = self.document.cursor
        statement = self.document.code[self.source.statement(cursor) : cursor]
        return self.source.is_python and re.search(_RELATIVE, statement) is not None

    @property
    def evaluated(self) -> list[tuple[int, int] | None]:
        """What a completer may evaluate to complete the token: the [start, end) of dotted names; None: an expression.

        That is what stands in front of a dot, what is called, and what a square bracket picks from.
        """
        found = self._operand(self.token.start - 1) if self.token.kind == "attribute" else []
        if self.token.kind == "shell" and "." in self.typed:
            # A file name to the shell, but a name and its attribute to jedi.
            found += self._operand(self.token.start + self.typed.rindex("."))
        call = self.call
        if call is not None and not call.name.startswith("%"):
            # Of a literal's method, as in ", ".join(, the name begins with the dot.
            found += self._operand(call.start if self.document.code[call.start] == "." else call.end)
        if self._stack and self._stack[-1][0] == "[":
            bracket = self._stack[-1][1]
            before = self.document.code[max(0, bracket - 1) : bracket]
            found += self._operand(bracket) if before.isidentifier() or before.isdigit() or before in (")", "]") else []
        return found

    @property
    def why_nothing(self) -> str:
        """Why the kernel offers nothing here, as far as the code tells; for people."""
        if self.is_relative_import:
            return "not evaluated: no package to import from"
        return self._not_evaluated or "no matches"

    @property
    def why_no_name(self) -> str:
        """Why there is no name here that can be looked up; for people."""
        why = self._not_evaluated if not self.token.base else ""
        return f"{why.capitalize()}." if why else "There is nothing at the cursor to look up."

    @property
    def _not_evaluated(self) -> str:
        """What stands in front of the dot that a kernel does not evaluate to complete or inspect; "" for nothing."""
        if self.token.kind != "attribute":
            return ""
        if "." in self.token.base:
            return f"not evaluated: {self.token.base}"
        last = self.document.code[max(0, self.token.start - 2) : self.token.start - 1]
        what = {")": "a call", "]": "a subscript"}.get(last, "")
        return f"not evaluated: {what}" if what and not self.token.base else ""

    def fits(self, text: str, type_: str) -> bool:
        """Whether a list that opens unasked may hold a match."""
        kind = self.token.kind
        if self.is_subscript:
            return type_ == "dict key" or (not type_ and text.startswith(_QUOTES))
        if kind == "string":
            return type_ in IN_STRINGS and (type_ != "path" or self._may_be_path)
        if kind == "shell":
            return type_ in IN_SHELL_LINES
        if text.rstrip().endswith("="):
            return self.call is None or (self._begins_argument and text.rstrip("= ") not in self.call.keywords)
        if kind in ("name", "import") and text[0] == "%":
            line = self.document.code.rfind("\n", 0, self.token.start) + 1
            begins = not self.document.code[line : self.token.start].strip()
            return begins and text.lstrip("%").startswith(self.typed)
        return kind != "argument"

    def takes_all(self, texts: Iterable[str]) -> bool:
        """Whether `fits` holds for each of `texts`, whatever its type; False where each has to be asked about."""
        if self.token.kind in ("argument", "string", "shell") or self.is_subscript:
            return False
        joined = "".join(texts)
        return "=" not in joined and "%" not in joined

    def _operand(self, end: int) -> list[tuple[int, int] | None]:
        """The dotted name in front of `end`, or None for an expression; a literal is its own value, and left out."""
        code = self.document.code
        start, stop = name_at(code[:end], end, self.source.language)
        if start < stop:
            return [(start, stop)]
        return [] if code[max(0, end - 1) : end] in _QUOTES else [None]

    @cached_property
    def _kind(self) -> Kind:
        return self.source.state_at(self.document.cursor).kind

    @cached_property
    def _stack(self) -> tuple[Frame, ...]:
        """What is open at the cursor, the innermost last."""
        return self.source.state_at(self.document.cursor).stack

    @property
    def _begun(self) -> str:
        """What has been typed of the string."""
        if not self._stack or self._kind != "string":
            return ""
        kind, start = self._stack[-1]
        return self.document.code[start + len(kind.lstrip("f")) : self.document.cursor]

    @property
    def _in_key(self) -> bool:
        """Whether the string stands in square brackets."""
        return len(self._stack) > 1 and self._stack[-2][0] == "["

    @cached_property
    def _may_be_path(self) -> bool:
        """Whether a string is begun that looks like a path: no key in square brackets, no prose."""
        if not self._stack:
            return True
        begun = self._begun
        return bool(begun) and not self._in_key and (" " not in begun or "/" in begun)

    @property
    def _imports_from(self) -> bool:
        """Whether the cursor stands among the names that a module is asked for."""
        cursor = self.document.cursor
        return re.search(_FROM, self.document.code[self.source.statement(cursor) : cursor]) is not None

    @property
    def _begins_argument(self) -> bool:
        """Whether the token is the first thing of an argument of the open call."""
        if self.call is None or not self._stack or self._stack[-1][1] != self.call.bracket:
            return False
        return self.document.code[: self.token.start].rstrip().endswith(("(", ","))

    @property
    def _line(self) -> str:
        """What stands on the line in front of the cursor."""
        return self.document.code[: self.document.cursor].rpartition("\n")[2]

"""What bipy may ask the kernel by itself: typing runs none of the user's code but what is named here.

A question is answered by running code.  IPython's own completer evaluates what stands in front of a dot, but no
property, call or subscript of a user's object; what it runs is `__dir__` behind a dot, and behind a square bracket
whatever names the keys.  jedi runs properties and subscripts, and looks at what is assigned in the cell.  To inspect a
name the kernel evaluates it, properties on the way included, and describes what it finds: its repr, its length.

So the completer is the guard.  By itself bipy inspects a dotted name only when the completer has offered the last part
of it: then IPython's completer has got there without running anything.  Where the completer may be jedi, each part on
the way must have been offered as something that evaluates to itself, and the first as a name of the kernel's, not of
the cell's.  A name that is not called is inspected only when it was offered as a thing whose description costs nothing.

A verdict may depend on a question that has not been asked: then that question comes first.  A key asks at
any cost.  Pure, and derived anew whenever it is wanted.
"""

from __future__ import annotations

from collections.abc import Iterator

from bipy.inspection.cache import Cache
from bipy.inspection.context import Context
from bipy.inspection.values import Document

DESCRIBED_FREELY = frozenset({"function", "class", "module", "magic"})
"""Types, in the words of completers, whose description runs no code of the user's."""

EVALUATED_FREELY = frozenset({"function", "class", "module", "attribute", "variable", ""})
"""Types of what is no property: jedi's words, those of IPython's own completer, and that of a kernel that says none."""

OF_THE_CELL = frozenset({"statement", "param"})
"""Types, in jedi's words, of names that the cell itself defines: to complete them jedi evaluates the definition."""

OWNERS = frozenset({"class", "module"})
"""Types of objects whose functions are described without a word of their owner."""

Verdict = bool | Context
"""Whether something may be asked; a Context: that has to be completed first."""


class Guard:
    """What may be asked, by what the completer has said since a cell last ran.

    `runs_code`: the completer is jedi, or may be.
    """

    def __init__(self, cache: Cache, generation: int, *, runs_code: bool) -> None:
        self._cache = cache
        self._generation = generation
        self._runs_code = runs_code

    def completes(self, context: Context) -> Verdict:
        """Whether the token may be completed."""
        if not self._runs_code or not context.source.is_python:
            return True
        for place in context.evaluated:
            verdict = place is not None and self._evaluates(context, *place)
            if verdict is not True:
                return verdict
        return True

    def inspects_callee(self, context: Context) -> Verdict:
        """Whether the callee of the open call may be inspected."""
        call, start = context.call, context.callee_start
        if call is None or not call.name or start == call.start or not context.source.is_python:
            return call is not None and bool(call.name)
        if self._runs_code and (verdict := self._evaluates(context, call.start, start - 1)) is not True:
            return verdict
        known = self._knows(context, start, call.end)
        return self._type(context, start, call.end) is not None if known is True else known

    def inspects_name(self, context: Context) -> bool:
        """Whether the name at the cursor, which is not called, may be inspected."""
        name, end = context.name
        type_ = self._type(context, context.token.start, end)
        if type_ != "function" or "." not in name:
            return type_ in DESCRIBED_FREELY
        # It may be a method, which is described with the repr of its owner.
        stop = context.token.start - 1
        return self._type(context, stop - len(name.split(".")[-2]), stop) in OWNERS

    def _evaluates(self, context: Context, start: int, end: int) -> Verdict:
        """Whether the dotted name at [start, end) evaluates without running anything."""
        for begin, stop in _parts(context.document.code, start, end):
            known = self._knows(context, begin, stop)
            if known is not True:
                return known
            type_ = self._type(context, begin, stop)
            if type_ is None or type_ in OF_THE_CELL or (begin > start and type_ not in EVALUATED_FREELY):
                return False
        return True

    def _knows(self, context: Context, start: int, end: int) -> Verdict:
        """Whether the completer has been asked about the word at [start, end); a Context: it may be asked that."""
        code = context.document.code
        if self._cache.offered(code, start, end, self._generation)[0]:
            return True
        question = Context.at(Document(code[:end], end), context.source.language, context)
        # It stands in calls and behind names of its own.
        verdict = self.completes(question)
        return question if verdict is True else verdict

    def _type(self, context: Context, start: int, end: int) -> str | None:
        """The type with which the word was offered; None when it was not."""
        return self._cache.offered(context.document.code, start, end, self._generation)[1]


def _parts(code: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The [start, end) of each part of a dotted name."""
    while start < end:
        stop = code.find(".", start, end)
        stop = end if stop < 0 else stop
        yield start, stop
        start = stop + 1

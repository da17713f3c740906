"""Texts that were entered and await their verdict: whether they are complete.

This is their one owner, from Enter on.  The oldest is judged, by the kernel if it can be asked and answers in time,
else by the client:

- it is complete: it becomes a cell, and the next one is judged;
- the user takes the newest back: it is in the editor as it was, and gets no verdict;
- it is not: it goes on with a new line where the cursor stood, as if Enter had broken its line.  What was entered
  behind it belongs on that line, and both together await a verdict; with nothing behind it the text goes back to the
  editor, where what has been typed since follows on the new line.

Pure: what is to be sent, and which codes are to run, is returned.
"""

from __future__ import annotations

from collections import deque

from bipy.inspection import source
from bipy.inspection.clauses import indent_ahead
from bipy.inspection.completeness import completeness
from bipy.messaging import events
from bipy.messaging.message import Request, is_complete_request
from bipy.session.effects import Effect, GoOn, Later, PutBack, Send
from bipy.session.events import Elapsed, Timer
from bipy.value import Value

# The kernel's verdict is waited for this long, then the client decides.  jupyter_console's users had to press Enter
# three times where it waited for ever.
VERDICT_SECONDS = 0.25


class Entry(Value):
    """A text, where its cursor stood when it was entered, and whether it runs without a verdict."""

    code: str
    cursor: int
    forced: bool = False


class Submission:
    """The texts of one session, in the order they were entered.  Each call returns effects and the codes to run now."""

    def __init__(self) -> None:
        self.language = "python"
        self._waiting: deque[Entry] = deque()
        self._asked: Request | None = None

    @property
    def pending(self) -> bool:
        """Whether a verdict is awaited."""
        return self._asked is not None

    @property
    def awaited(self) -> tuple[str, ...]:
        """The texts whose verdict is awaited, the oldest first."""
        return tuple(entry.code for entry in self._waiting)

    def enter(self, entry: Entry, *, ask: bool) -> tuple[list[Effect], list[str]]:
        """Take a text in; `ask` says that the kernel can be asked."""
        self._waiting.append(entry)
        return ([], []) if self.pending else self._judge(ask=ask)

    def replied(self, event: events.IsCompleteReply | events.NoReply) -> tuple[list[Effect], list[str]]:
        """The kernel's verdict, or none: then the client's own."""
        if event.parent.request is not self._asked:
            return [], []
        self._asked = None
        if isinstance(event, events.IsCompleteReply) and event.completeness != "unknown":
            return self._decide(event.completeness, event.indent, ask=True)
        return self._judge(ask=False)

    def elapsed(self, request: Request | None) -> tuple[list[Effect], list[str]]:
        """The verdict on `request` took too long."""
        if request is None or request is not self._asked:
            return [], []
        self._asked = None
        return self._judge(ask=False)

    def take_back(self) -> list[Effect]:
        """Give the newest text back, if one waits."""
        if not self._waiting:
            return []
        entry = self._waiting.pop()
        if not self._waiting:
            self._asked = None
        return [PutBack(entry.code, entry.cursor)]

    def withdraw(self) -> list[str]:
        """Take back all that waits; the codes."""
        codes = [entry.code for entry in self._waiting]
        self._waiting.clear()
        self._asked = None
        return codes

    def _judge(self, *, ask: bool) -> tuple[list[Effect], list[str]]:
        if not self._waiting:
            return [], []
        entry = self._waiting[0]
        if entry.forced:
            return self._decide("complete", "", ask=ask)
        if ask:
            self._asked = is_complete_request(entry.code)
            return [Send(self._asked), Later(VERDICT_SECONDS, Elapsed(Timer.VERDICT, self._asked))], []
        return self._decide(*completeness(entry.code, self.language), ask=False)

    def _decide(self, verdict: str, indent: str, *, ask: bool) -> tuple[list[Effect], list[str]]:
        entry = self._waiting.popleft()
        if verdict != "incomplete":
            effects, codes = self._judge(ask=ask)
            return effects, [entry.code, *codes]
        before, after = entry.code[: entry.cursor], entry.code[entry.cursor :]
        if after.strip():
            # The verdict's indent is for a line at the end.
            indent = source.indent_after(before, self.language)
        if not self._waiting:
            return [GoOn(entry.code, entry.cursor, indent)], []
        behind = self._waiting[0]
        if self.language == "python":
            indent = indent_ahead(before, indent, behind.code)
        before += f"\n{indent}"
        self._waiting[0] = Entry(before + behind.code + after, len(before) + behind.cursor, behind.forced)
        return self._judge(ask=ask)

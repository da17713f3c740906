"""Texts that were entered and await their verdict: whether they are complete.

The kernel is asked, one text after the other; when it cannot be asked or does not answer in time the client decides.
Pure: what is to be sent, and which codes are to run, is returned.
"""

from __future__ import annotations

from collections import deque

from bipy.inspection import source
from bipy.messaging import events
from bipy.messaging.message import Request, is_complete_request
from bipy.session.effects import Accepted, Effect, Later, Refused, Send
from bipy.session.events import Elapsed, Timer

# The kernel's verdict is waited for this long, then the client decides.  jupyter_console's users had to press Enter
# three times where it waited for ever.
VERDICT_SECONDS = 0.25


class Submission:
    """What was entered and awaits its verdict, in order."""

    def __init__(self) -> None:
        self.language = "python"
        # (code, whether it runs whatever the verdict would be)
        self._waiting: deque[tuple[str, bool]] = deque()
        self._asked: Request | None = None

    @property
    def pending(self) -> bool:
        """Whether a verdict is awaited."""
        return self._asked is not None

    def enter(self, code: str, *, ask: bool, forced: bool = False) -> tuple[list[Effect], list[str]]:
        """Take `code` in; `ask` says that the kernel can be asked.  Returns effects and the codes to run now."""
        self._waiting.append((code, forced))
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

    def withdraw(self) -> list[str]:
        """Take back all that waits; the codes."""
        codes = [code for code, _ in self._waiting]
        self._waiting.clear()
        self._asked = None
        return codes

    def _judge(self, *, ask: bool) -> tuple[list[Effect], list[str]]:
        if not self._waiting:
            return [], []
        code, forced = self._waiting[0]
        if forced:
            return self._decide("complete", "", ask=ask)
        if ask:
            self._asked = is_complete_request(code)
            return [Send(self._asked), Later(VERDICT_SECONDS, Elapsed(Timer.VERDICT, self._asked))], []
        return self._decide(*source.completeness(code, self.language), ask=False)

    def _decide(self, completeness: str, indent: str, *, ask: bool) -> tuple[list[Effect], list[str]]:
        code, _ = self._waiting.popleft()
        if completeness == "incomplete":
            if self._waiting:
                # What was entered behind it is its continuation: one text, which waits for a verdict of its own.
                behind, forced = self._waiting[0]
                self._waiting[0] = (f"{code}\n{indent}{behind}", forced)
            verdict: Effect = Refused(indent)
            run = []
        else:
            verdict = Accepted()
            run = [code]
        effects, codes = self._judge(ask=ask)
        return [verdict, *effects], [*run, *codes]

"""One of the two slots: at most one question in flight, and how long the kernel takes to answer.

What waits is not kept: when a slot becomes free, the inspector asks for the document that is then on screen, which is
the newest.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from bipy.inspection.context import Context
from bipy.messaging.message import Channel, Request
from bipy.value import Value

SLOW = 0.15
"""Seconds: a kernel whose median reply takes longer is asked only when the typing pauses."""

LONGEST_PAUSE = 1.0
"""Seconds: no typing pauses for longer than this before a slow kernel is asked."""

MEASURED = 3
"""How many replies tell how fast a kernel is; the very first may have been the start of its completer."""


class Route(Value):
    """Where to ask: the shell while the kernel is idle, else whatever its implementation can take."""

    channel: Channel = "shell"
    subshell_id: str | None = None


class Question(NamedTuple):
    """What was asked at which place.

    `generation` counts the cells that had run.  `name` and `detail_level` are what an inspect_request is about.
    """

    context: Context
    generation: int
    name: str = ""
    detail_level: int = 0


class InFlight:
    """The question in flight with its request, and the last ten reply times in seconds."""

    def __init__(self) -> None:
        self.question: Question | None = None
        self.request: Request | None = None
        self.sent = 0.0
        self._times: deque[float] = deque(maxlen=10)

    def send(self, question: Question, request: Request, now: float) -> None:
        """Fill the slot."""
        self.question, self.request, self.sent = question, request, now

    def free(self, request: Request | None, now: float, *, answered: bool) -> Question | None:
        """The question that `request` asked when it is the one in flight; then the slot is free."""
        question = self.question
        if question is None or request is not self.request:
            return None
        self.question = self.request = None
        if answered:
            self._times.append(now - self.sent)
        return question

    @property
    def usual(self) -> float:
        """How many seconds a reply usually takes; 0 while there are too few to tell."""
        return sorted(self._times)[len(self._times) // 2] if len(self._times) >= MEASURED else 0.0

    @property
    def pause(self) -> float:
        """The pause in typing, in seconds, that a slow kernel is granted; 0 for a quick one."""
        return min(self.usual, LONGEST_PAUSE) if self.usual > SLOW else 0.0

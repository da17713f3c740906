"""A question to the kernel that has not been answered yet, and how long the kernel takes to answer such questions.

There is an `InFlight` for completions and one for docs; each holds at most one question.  What waits is not kept: when
the question is answered, the inspector asks about the document that is then on screen, which is the newest.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from bipy.inspection.context import Context
from bipy.messaging.message import Request

QUICK = 0.05
"""Seconds: a kernel whose median answer takes longer could be felt by a cell that is entered meanwhile."""

SLOW = 0.15
"""Seconds: a kernel whose median answer takes longer is asked only when the typing pauses."""

LONGEST_PAUSE = 1.0
"""Seconds: no typing pauses for longer than this before a slow kernel is asked."""

MEASURED = 3
"""How many answers tell how slow a kernel is; the very first may have been the start of its completer."""

LATE = 4
"""How many questions are remembered that were given up, and may be answered all the same."""


class Question(NamedTuple):
    """What was asked about which code.

    `generation` counts the cells that had run.  `name`, `detail_level` and `offset` are what an inspect_request is
    about; the offset need not be the cursor's.
    """

    context: Context
    generation: int
    name: str = ""
    detail_level: int = 0
    offset: int = 0


class InFlight:
    """The question in flight with its request, and the last ten answer times in seconds."""

    def __init__(self) -> None:
        self.question: Question | None = None
        self.request: Request | None = None
        self._sent = 0.0
        self._times: deque[float] = deque(maxlen=10)
        self._late: dict[Request, tuple[Question, float]] = {}

    def send(self, question: Question, request: Request, now: float) -> None:
        """`request` asks `question`."""
        self.question, self.request, self._sent = question, request, now

    def give_up(self, request: Request | None) -> Question | None:
        """The question that `request` asked, if it is in flight: it is so no more, but may still be answered."""
        if self.question is None or self.request is None or request is not self.request:
            return None
        question = self.question
        self._late[self.request] = (question, self._sent)
        while len(self._late) > LATE:
            del self._late[next(iter(self._late))]
        self.question = self.request = None
        return question

    def answer(self, request: Request | None, now: float) -> Question | None:
        """The question that `request` asked, when it is in flight or was given up: it has its answer."""
        self.give_up(request)
        if request is None or request not in self._late:
            return None
        question, sent = self._late.pop(request)
        self._times.append(now - sent)
        return question

    @property
    def is_quick(self) -> bool | None:
        """Whether the next answer will come before a user notices; None while nothing is known."""
        if not self._times:
            return None
        return self._median <= QUICK and self._times[-1] <= SLOW

    @property
    def usual(self) -> float:
        """How many seconds an answer usually takes; 0 while there are too few to tell."""
        return self._median if len(self._times) >= MEASURED else 0.0

    @property
    def pause(self) -> float:
        """The pause in typing, in seconds, that a slow kernel is granted; 0 for a quick one."""
        return min(self.usual, LONGEST_PAUSE) if self.usual > SLOW else 0.0

    @property
    def _median(self) -> float:
        return sorted(self._times)[len(self._times) // 2]

"""Asks the kernel what the pane of a table wants to know, one question at a time, where inspection may ask too.

A question waits until a route is free: nothing it asks stands in front of a cell.  A newer one takes its place.  What
comes of it is in `answers`.  Pure.
"""

from __future__ import annotations

from bipy.inspection.inspector import Effects, Inspector
from bipy.messaging import events, implementations
from bipy.messaging.events import KernelInfo
from bipy.messaging.message import Request, evaluate_request
from bipy.session.effects import AnswerTable, Effect
from bipy.session.tables import NOT_THERE, Answer, Open, Question, Refused, Waiting, is_quick

FAILED = "The kernel cannot do that with this column"
NO_ANSWER = "The kernel does not answer"


class Paging:
    """The questions of one session; `wanted` is the one that waits."""

    def __init__(self, inspector: Inspector) -> None:
        self.wanted: Question | None = None
        self._inspector = inspector
        self._asked: tuple[Request, Question] | None = None
        self._answers: list[Effect] = []
        # Why the wanted question waits, as it was told last.
        self._told = ""

    def ask(self, info: KernelInfo | None, now: float) -> Effects:
        """Ask what is wanted, if it can be asked now."""
        question = self.wanted
        if question is None or self._asked is not None:
            return []
        value = implementations.of(info).value
        if info is not None and not value:
            self._end(Refused(question, gone=True))
            return []
        route, effects = self._inspector.lend(quick=is_quick(question), now=now)
        if route is None:
            if self._told != self._inspector.why_not_lent:
                self._told = self._inspector.why_not_lent
                self._answers.append(AnswerTable(Waiting(question, self._told)))
            return effects
        # With its libraries it takes 2 ms to load, and only for a table that is opened.
        from bipy.session.expressions import expression

        told = expression(question, value)
        request = evaluate_request(told, channel=route.channel, subshell_id=route.subshell_id)
        self.wanted, self._told = None, ""
        self._asked = request, question
        self._inspector.lent(request)
        return [request]

    def asked(self, request: Request | None) -> bool:
        """Whether a request is the one that was sent."""
        return self._asked is not None and self._asked[0] is request

    def replied(self, event: events.Event, now: float) -> Effects:
        """The request was answered, or never will be."""
        if self._asked is None:
            return []
        (request, question), self._asked = self._asked, None
        if isinstance(event, events.ExecuteReply) and event.status == "aborted":
            # A cell has failed, and what stood behind it was not done.
            self.wanted = self.wanted or question
        elif isinstance(event, events.ExecuteReply):
            from bipy.session.expressions import answer

            text = dict(event.values).get("value")
            said = answer(question, text) if text is not None else Refused(question, FAILED, isinstance(question, Open))
            self._end(said)
        else:
            self._end(Refused(question, NO_ANSWER, gone=isinstance(question, Open)))
        return self._inspector.returned(event, request, now)

    def forget(self) -> None:
        """The kernel is another process, in which no frame is left."""
        for question in filter(None, (self._asked[1] if self._asked is not None else None, self.wanted)):
            self._answers.append(AnswerTable(Refused(question, NOT_THERE, gone=True)))
        self.wanted = self._asked = None

    def answers(self) -> list[Effect]:
        """What has come of the questions since the last call."""
        answers, self._answers = self._answers, []
        return answers

    def _end(self, said: Answer) -> None:
        if said.question is self.wanted:
            self.wanted = None
        self._told = ""
        self._answers.append(AnswerTable(said))

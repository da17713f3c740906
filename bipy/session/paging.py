"""Asks the kernel what the pane of a table wants to know, one question at a time, where inspection may ask too.

A question waits until a route is free: nothing it asks stands in front of a cell.  A newer one takes its place.  Beside
a cell that runs, the kernel is asked first whether an expression would send the figures that the cell draws too early;
then the question waits for the end of the cell.  What comes of it is in `answers`.  Pure.
"""

from __future__ import annotations

from bipy.inspection.inspector import Effects, Inspector
from bipy.messaging import events, implementations
from bipy.messaging.events import KernelInfo
from bipy.messaging.message import Request
from bipy.session.asking import Asking
from bipy.session.effects import AnswerTable, Effect
from bipy.session.tables import NOT_THERE, Answer, Open, Question, Refused, Waiting, is_quick

FAILED = "The kernel cannot do that with this column"
NO_ANSWER = "The kernel does not answer"
# A question that takes longer goes where no cell waits behind it.
QUICK_SECONDS = 0.1
BUSY = "kernel busy"
DRAWS = "kernel busy, and may draw figures"


class Paging:
    """The questions of one session; `wanted` is the one that waits."""

    def __init__(self, inspector: Inspector) -> None:
        self.wanted: Question | None = None
        self._inspector = inspector
        self._asking: Asking[Question] = Asking(inspector)
        self._answers: list[Effect] = []
        # When it was asked, and whether one that should be quick was not.
        self._since = 0.0
        self._slow = False
        # Why the wanted question waits, as it was told last.
        self._told = ""
        # The question that would send no figures, and whether one would.
        self._harmless: Question | None = None
        self._draws = False

    def ask(self, info: KernelInfo | None, now: float) -> Effects:
        """Ask what is wanted, if it can be asked now."""
        question = self.wanted
        if question is None or self._asking.subject is not None:
            return []
        row = implementations.of(info)
        if info is not None and not row.value:
            self._end(Refused(question, gone=True))
            return []
        beside = self._inspector.is_beside_a_cell
        self._draws = self._draws and beside
        if self._draws:
            self._wait(question, DRAWS)
            return []
        if beside and not row.evaluates_beside:
            self._wait(question, BUSY)
            return []
        # A kernel that evaluates on shell only has no way around a cell; the user has asked for this.
        quick = not row.evaluates_beside or (is_quick(question) and not self._slow)
        route, effects = self._inspector.lend(quick=quick, now=now)
        if route is None:
            self._wait(question, self._inspector.why_not_lent)
            return effects
        looks = beside and bool(row.figures) and question is not self._harmless
        self.wanted, self._since = None, now
        if looks:
            return self._asking.inspect(row.figures, route, question)
        # With its libraries it takes 2 ms to load, and only for a table that is opened.
        from bipy.session.expressions import expression

        return self._asking.evaluate(expression(question, row.value), route, question)

    def asked(self, request: Request | None) -> bool:
        """Whether a request is the one that was sent."""
        return self._asking.is_for(request)

    def replied(self, event: events.Event, now: float) -> Effects:
        """The request was answered, or never will be."""
        question = self._asking.subject
        if question is None:
            return []
        if is_quick(question):
            self._slow = now - self._since > QUICK_SECONDS
        match event:
            case events.Reply(status="aborted"):
                # A cell has failed, and what stood behind it was not done.
                self.wanted = self.wanted or question
            case events.InspectReply(found=found):
                self._draws, self._harmless = found, question
                self.wanted = self.wanted or question
            case events.ExecuteReply():
                self._end(_answered(event, question))
            case _:
                self._end(Refused(question, NO_ANSWER, gone=isinstance(question, Open)))
        return self._asking.returned(event, now)

    def forget(self) -> None:
        """The kernel is another process, in which no frame is left."""
        for question in filter(None, (self._asking.subject, self.wanted)):
            self._answers.append(AnswerTable(Refused(question, NOT_THERE, gone=True)))
        self._asking.forget()
        self.wanted = None

    def answers(self) -> list[Effect]:
        """What has come of the questions since the last call."""
        answers, self._answers = self._answers, []
        return answers

    def _wait(self, question: Question, why: str) -> None:
        if self._told != why:
            self._told = why
            self._answers.append(AnswerTable(Waiting(question, why)))

    def _end(self, said: Answer) -> None:
        if said.question is self.wanted:
            self.wanted = None
        self._told = ""
        self._answers.append(AnswerTable(said))


def _answered(event: events.ExecuteReply, question: Question) -> Answer:
    from bipy.session.expressions import answer

    text = dict(event.values).get("value")
    return answer(question, text) if text is not None else Refused(question, FAILED, isinstance(question, Open))

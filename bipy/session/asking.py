"""Asks the kernel on a route that inspection lends: one question at a time, and none in front of a cell.  Pure."""

from __future__ import annotations

from typing import Generic, TypeVar

from bipy.inspection.inspector import Effects, Inspector
from bipy.inspection.routes import Route
from bipy.messaging.events import Event
from bipy.messaging.message import Request, evaluate_request, inspect_request

Subject = TypeVar("Subject")


class Asking(Generic[Subject]):
    """The question that is in flight, if there is one, and its `subject`, for the caller to know it by."""

    def __init__(self, inspector: Inspector) -> None:
        self._inspector = inspector
        self._asked: tuple[Request, Subject] | None = None

    @property
    def subject(self) -> Subject | None:
        """What the question in flight is about; None: there is none."""
        return self._asked[1] if self._asked is not None else None

    def is_for(self, request: Request | None) -> bool:
        """Whether a request is the question in flight."""
        return self._asked is not None and self._asked[0] is request

    def inspect(self, name: str, route: Route, subject: Subject) -> Effects:
        """Ask whether there is such a name."""
        return self._send(
            inspect_request(name, len(name), channel=route.channel, subshell_id=route.subshell_id), subject
        )

    def evaluate(self, expression: str, route: Route, subject: Subject) -> Effects:
        """Ask for the value of an expression."""
        return self._send(evaluate_request(expression, channel=route.channel, subshell_id=route.subshell_id), subject)

    def _send(self, request: Request, subject: Subject) -> Effects:
        self._asked = request, subject
        self._inspector.lent(request)
        return [request]

    def returned(self, event: Event, now: float) -> Effects:
        """The question in flight was answered, or never will be."""
        if self._asked is None:
            return []
        (request, _), self._asked = self._asked, None
        return self._inspector.returned(event, request, now)

    def forget(self) -> None:
        """The answer matters no longer."""
        self._asked = None

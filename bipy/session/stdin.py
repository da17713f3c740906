"""input() and getpass(): the line that the kernel waits for, and lines that were pasted before it asked for them.

A paste of several lines answers as many requests of its cell, as it would in a terminal; what is left of it when the
cell has ended comes into the input cell, unless it was pasted as a password.  Pure.
"""

from __future__ import annotations

from bipy.messaging.events import InputRequest
from bipy.messaging.message import input_reply
from bipy.session.attribution import Attribution
from bipy.session.effects import Ask, Effect, EndAsk, Send, SetInput
from bipy.session.history import History

END_OF_FILE = "\x04"


class Stdin:
    """`request` is the input_request that is open, None when there is none; `answers` what was answered before."""

    def __init__(self, attribution: Attribution) -> None:
        self.request: InputRequest | None = None
        self.answers = History()
        self._attribution = attribution
        # What is left of a paste, and whether a password prompt got it.
        self._lines: list[str] = []
        self._secret = False
        self._cell = ""

    def asked(self, event: InputRequest) -> list[Effect]:
        """The kernel waits for a line."""
        # getpass() of ipykernel asks with no word at all.
        event = event if event.prompt or not event.password else event.replace(prompt="Password: ")
        self._cell = event.parent.msg_id
        if self._lines:
            return [*self._closed(), *self._sent(event, self._lines.pop(0))]
        self.request = event
        return [Ask(event.prompt, event.password)]

    def answered(self, value: str | None) -> list[Effect]:
        """The user answered; None is end of file."""
        request, self.request = self.request, None
        if request is None:
            return [EndAsk()]
        if value is None:
            self._attribution.echo(request.parent, f"{request.prompt}\n")
            return [EndAsk(), Send(input_reply(END_OF_FILE, request.header))]
        line, *lines = value.removesuffix("\n").split("\n")
        self._lines += lines
        self._secret |= request.password
        return [EndAsk(), *self._sent(request, line)]

    def ended(self, msg_id: str | None = None) -> list[Effect]:
        """The cell of that msg_id, or whatever ran (None), has ended: the kernel waits for no answer any more."""
        if msg_id not in (None, self._cell):
            return []
        if msg_id is None and self.request is not None:
            self._attribution.echo(self.request.parent, f"{self.request.prompt}\n")
        lines = [] if self._secret else self._lines
        self._lines, self._secret = [], False
        return self._closed() + ([SetInput("\n".join(lines))] if lines else [])

    def _closed(self) -> list[Effect]:
        request, self.request = self.request, None
        return [EndAsk()] if request is not None else []

    def _sent(self, request: InputRequest, line: str) -> list[Effect]:
        """Answer with `line`, which is shown and remembered unless it is a password."""
        if not request.password:
            self.answers.add(line)
        self._attribution.echo(request.parent, f"{request.prompt}{'' if request.password else line}\n")
        return [Send(input_reply(line, request.header))]

"""input() and getpass(): the line that the kernel waits for, and lines that were pasted before it asked for them.

A request of one of our cells opens a prompt.  Any other request waits: one whose parent is no cell of ours, such as a
completion that runs into an input(), and one that comes while another prompt is open, which so keeps what is half
typed.  It is shown folded, named by its parent, and a key opens it when no prompt is open.  When a cell asks anew, the
kernel no longer waits for the line it asked for before: the new prompt takes the place of the old one.

A paste of several lines answers as many requests of its cell, as it would in a terminal; what is left of it when the
cell has ended comes into the input cell, unless it was pasted as a password.  Pure.
"""

from __future__ import annotations

from bipy.messaging.events import InputRequest
from bipy.messaging.message import Request, input_reply
from bipy.session import notes
from bipy.session.attribution import Attribution
from bipy.session.effects import Ask, Effect, EndAsk, Send, SetInput
from bipy.session.history import History
from bipy.session.transcript import Cell

END_OF_FILE = "\x04"
# More requests than that at once are no kernel's; they are not kept.
MOST_WAITING = 10


class Stdin:
    """`request` is the input_request that is open, None when there is none; `answers` what was answered before."""

    def __init__(self, attribution: Attribution) -> None:
        self.request: InputRequest | None = None
        self.answers = History()
        self._attribution = attribution
        # The requests that wait to be opened, each with the block that tells of it.
        self._waiting: list[tuple[InputRequest, Cell]] = []
        # What is left of a paste, and whether a password prompt got it.
        self._lines: list[str] = []
        self._secret = False
        self._cell = ""
        # The answer that was sent last, the request that it is for, and what was typed: it may be refused.
        self._answer: tuple[Request, InputRequest, str] | None = None

    @property
    def waits(self) -> bool:
        """Whether a request waits to be opened."""
        return bool(self._waiting)

    def asked(self, event: InputRequest) -> list[Effect]:
        """The kernel waits for a line."""
        # getpass() of ipykernel asks with no word at all.
        event = event if event.prompt or not event.password else event.replace(prompt="Password: ")
        ours = self._attribution.is_cell(event.parent)
        if not ours or (self.request is not None and self.request.parent != event.parent):
            if len(self._waiting) < MOST_WAITING:
                self._waiting.append((event, self._attribution.block(notes.asks(event))))
            return []
        self._cell = event.parent.msg_id
        if self._lines:
            return [*self._closed(), *self._sent(event, self._lines.pop(0))]
        return self._opened(event)

    def open(self) -> list[Effect]:
        """The user opens the request that has waited longest; nothing while a prompt is open."""
        if self.request is not None or not self._waiting:
            return []
        request, block = self._waiting.pop(0)
        self._attribution.tell(block, notes.asked(request))
        return self._opened(request)

    def answered(self, value: str | None) -> list[Effect]:
        """The user answered; None is end of file."""
        request, self.request = self.request, None
        if request is None:
            return [EndAsk()]
        if value is None:
            self._attribution.echo(request.parent, f"{request.prompt}\n")
            return [EndAsk(), self._reply(request, END_OF_FILE, "")]
        line, *lines = value.removesuffix("\n").split("\n")
        self._lines += lines
        self._secret |= request.password
        return [EndAsk(), *self._sent(request, line)]

    def refused(self, reply: Request | None) -> list[Effect]:
        """An answer could not be sent: unless the kernel waits for it no more, the prompt opens with it again."""
        if self._answer is None or self._answer[0] is not reply or self.request is not None:
            return []
        _, self.request, line = self._answer
        return [Ask(self.request.prompt, self.request.password, line)]

    def ended(self, msg_id: str | None = None) -> list[Effect]:
        """The request of that msg_id, or all (None), has ended: the kernel waits for no answer to it any more."""
        for waiting in [pair for pair in self._waiting if msg_id in (None, pair[0].parent.msg_id)]:
            self._waiting.remove(waiting)
            self._attribution.tell(waiting[1], notes.asked(waiting[0]))
        if msg_id is None and self.request is not None:
            self._attribution.echo(self.request.parent, f"{self.request.prompt}\n")
        if self._answer is not None and msg_id in (None, self._answer[1].parent.msg_id):
            self._answer = None
        closed = self._closed() if self.request and msg_id in (None, self.request.parent.msg_id) else []
        if msg_id not in (None, self._cell):
            return closed
        lines = [] if self._secret else self._lines
        self._lines, self._secret = [], False
        return closed + ([SetInput("\n".join(lines))] if lines else [])

    def _opened(self, request: InputRequest) -> list[Effect]:
        self.request = request
        return [Ask(request.prompt, request.password)]

    def _closed(self) -> list[Effect]:
        request, self.request = self.request, None
        return [EndAsk()] if request is not None else []

    def _sent(self, request: InputRequest, line: str) -> list[Effect]:
        """Answer with `line`, which is shown and remembered unless it is a password."""
        if not request.password:
            self.answers.add(line)
        self._attribution.echo(request.parent, f"{request.prompt}{'' if request.password else line}\n")
        return [self._reply(request, line, line)]

    def _reply(self, request: InputRequest, line: str, typed: str) -> Effect:
        reply = input_reply(line, request.header)
        self._answer = reply, request, typed
        return Send(reply)

"""input() and getpass(): the line that the kernel waits for, and lines that were pasted before it asked for them.

A request of one of our cells opens a prompt.  Any other request waits: one whose parent is no cell of ours, such as a
completion that runs into an input(), and one that comes while another prompt is open, which so keeps what is half
typed.  It is shown folded, named by its parent, and a key opens it when no prompt is open.  When a cell asks anew, the
kernel no longer waits for the line it asked for before: the new prompt takes the place of the old one.

A paste of several lines answers as many requests of its cell, as it would in a terminal; what is left of it when the
cell has ended comes into the input cell, unless it was pasted as a password.

A debugger asks in the same way, and is known by its prompt (`debugging`).  What is entered there has a history of its
own, which for some is kept for later sessions; answers to input() never are, since any may be a secret.  Pure.
"""

from __future__ import annotations

from bipy.messaging.events import InputRequest
from bipy.messaging.message import Request, input_reply
from bipy.session import notes
from bipy.session.attribution import Attribution
from bipy.session.debugging import Debugger, answers_of, debugger_of
from bipy.session.effects import Ask, Effect, EndAsk, Send, SetInput
from bipy.session.history import History
from bipy.session.keeping import keep
from bipy.session.records import DEBUGGING
from bipy.session.transcript import Cell

END_OF_FILE = "\x04"
# More requests than that at once are no kernel's; they are not kept.
MOST_WAITING = 10


class Stdin:
    """`request` is the input_request that is open, None when there is none; `debugger` what asks, if it is one.

    `answers` holds what was answered before, `commands` what debuggers were told.
    """

    def __init__(self, attribution: Attribution) -> None:
        self.request: InputRequest | None = None
        self.debugger: Debugger | None = None
        self.answers = History()
        self.commands = History()
        # The one of the two that belongs to the prompt that was open last.
        self.history = self.answers
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
        request, self.request, self.debugger = self.request, None, None
        if request is None:
            return [EndAsk()]
        if value is None:
            self._attribution.echo(request.parent, f"{request.prompt}\n")
            return [EndAsk(), self._reply(request, END_OF_FILE, "")]
        line, *lines = answers_of(value.removesuffix("\n"), debugger_of(request.prompt))
        self._lines += lines
        self._secret |= request.password
        return [EndAsk(), *self._sent(request, line)]

    def refused(self, reply: Request | None) -> list[Effect]:
        """An answer could not be sent: unless the kernel waits for it no more, the prompt opens with it again."""
        if self._answer is None or self._answer[0] is not reply or self.request is not None:
            return []
        _, request, line = self._answer
        return self._opened(request, line)

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

    def _opened(self, request: InputRequest, text: str = "") -> list[Effect]:
        self.request = request
        self.debugger = None if request.password else debugger_of(request.prompt)
        self.history = self._history_of(self.debugger)
        return [Ask(request.prompt, request.password, text, self.debugger)]

    def _closed(self) -> list[Effect]:
        request, self.request, self.debugger = self.request, None, None
        return [EndAsk()] if request is not None else []

    def _history_of(self, debugger: Debugger | None) -> History:
        return self.answers if debugger is None else self.commands

    def _sent(self, request: InputRequest, line: str) -> list[Effect]:
        """Answer with `line`, which is shown and remembered unless it is a password."""
        debugger = None if request.password else debugger_of(request.prompt)
        kept: list[Effect] = []
        if not request.password:
            self._history_of(debugger).add(line)
            if debugger is not None and debugger.kept:
                kept += keep(self.commands, line, DEBUGGING)
        self._attribution.echo(request.parent, f"{request.prompt}{'' if request.password else line}\n")
        return [self._reply(request, line, line), *kept]

    def _reply(self, request: InputRequest, line: str, typed: str) -> Effect:
        reply = input_reply(line, request.header)
        self._answer = reply, request, typed
        return Send(reply)

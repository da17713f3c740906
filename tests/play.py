"""A user at a session and the kernel behind it, played message by message: no socket, no clock, no terminal."""

from __future__ import annotations

from typing import Any

from bipy.inspection.inspector import Inspector
from bipy.messaging.message import Channel, Message, Request, interrupt_request
from bipy.session import effects, events
from bipy.session.effects import Effect
from bipy.session.history import History
from bipy.session.records import Record
from bipy.session.session import Session
from bipy.session.transcript import Text
from tests.messaging.peers import Link

INFO = {
    "protocol_version": "5.3",
    "implementation": "ipython",
    "implementation_version": "9.18.1",
    "language_info": {"name": "python", "version": "3.11.7"},
    "banner": "",
    "status": "ok",
}
# What a kernel that has just been met is asked, and what it says to that.
GREETINGS: dict[str, Any] = {
    "execute_request": {"status": "ok", "execution_count": 0},
    "history_request": {"status": "ok", "history": [[1, 1, "import os"], [1, 2, "x = 5"]]},
    "complete_request": {"status": "ok", "matches": [], "cursor_start": 9, "cursor_end": 9, "metadata": {}},
    "inspect_request": {"status": "ok", "found": False, "data": {}, "metadata": {}},
}


class Play(Link):
    """What the session sends arrives in `heard`; what else it asked for last is in `effects`.

    Once it has started the kernel answers at once, and without a word here, what asks whether control is open.
    """

    def __init__(self, *, own: bool = True, jedi: bool = False, **options: Any) -> None:
        super().__init__()
        self.session = Session(own=own, inspector=Inspector(jedi=jedi), history=History(), **options)
        self.heard: list[Message] = []
        self.effects: list[Effect] = []
        self.kept: list[Record] = []  # what goes into the history of later sessions
        self.ways: dict[str, str] = {}  # msg_id -> the channel it was sent on
        self._requests: dict[str, Request] = {}
        self.started, self.info = False, {**INFO}

    def do(self, event: object) -> list[Effect]:
        """The user or the machine does something; the effects that are no messages."""
        asked = self.session.update(event, self.now)
        others = []
        for effect in asked:
            if isinstance(effect, effects.Send):
                self.send(effect)
            elif isinstance(effect, effects.Keep):
                self.kept.append(effect.record)
            elif isinstance(effect, effects.Interrupt) and not self.session.lifecycle.own:
                self.send(effects.Send(interrupt_request()))
                others += self.do(events.InterruptSent())
            else:
                others.append(effect)
        self.effects = [effect for effect in others if not isinstance(effect, effects.Later)]
        return others

    def send(self, effect: effects.Send) -> None:
        message = self.ask(effect.request)
        if self.started and (effect.request.channel, message.header.msg_type) == ("control", "kernel_info_request"):
            self.tell("control", "kernel_info_reply", self.info, message)
            return
        self.heard.append(message)
        self.ways[message.header.msg_id] = effect.request.channel
        self._requests[message.header.msg_id] = effect.request

    def refuse(self, msg_type: str) -> list[Effect]:
        """The one message of that type that was sent since the last look did not go out."""
        return self.do(self.client.give_up(self.request(self.take(msg_type)), "refused"))

    def request(self, message: Message) -> Request:
        """What the session asked for with `message`."""
        return self._requests[message.header.msg_id]

    def tell(self, channel: Channel, msg_type: str, content: Any, parent: Message | None = None) -> list[Effect]:
        """The kernel says something to the session."""
        asked: list[Effect] = []
        for event in self.say(channel, msg_type, content, parent):
            asked += self.do(event)
        return [effect for effect in asked if not isinstance(effect, effects.Later)]

    def take(self, msg_type: str) -> Message:
        """The one message of that type that was sent since the last look."""
        (found,) = [message for message in self.heard if message.header.msg_type == msg_type]
        self.heard.clear()
        return found

    @property
    def sent(self) -> list[str]:
        return [message.header.msg_type for message in self.heard]

    def start(self, **info: Any) -> None:
        """The kernel comes up and answers all that it is asked on the way."""
        self.do(events.Opened())
        asked = self.heard[-1]
        self.started, self.info = True, {**INFO, **info}
        self.tell("iopub", "status", {"execution_state": "starting"})
        self.tell("shell", "kernel_info_reply", self.info, asked)
        while greetings := [message for message in self.heard if message.header.msg_type in GREETINGS]:
            self.heard = []
            for asked in greetings:
                msg_type = asked.header.msg_type.replace("request", "reply")
                channel = "control" if self.ways[asked.header.msg_id] == "control" else "shell"
                self.tell(channel, msg_type, GREETINGS[asked.header.msg_type], asked)
        self.heard.clear()

    def verdict(self, status: str = "complete", **content: Any) -> list[Effect]:
        asked = self.take("is_complete_request")
        return self.tell("shell", "is_complete_reply", {"status": status, **content}, asked)

    def run(self, code: str, count: int = 1) -> Message:
        """Enter `code`; the kernel finds it complete and begins."""
        self.do(events.Entered(code))
        self.verdict()
        request = self.take("execute_request")
        self.tell("iopub", "status", {"execution_state": "busy"}, request)
        self.tell("iopub", "execute_input", {"code": code, "execution_count": count}, request)
        return request

    def finish(self, request: Message, status: str = "ok", **content: Any) -> list[Effect]:
        reply = {"status": status, "execution_count": 1, "payload": [], "user_expressions": {}, **content}
        asked = self.tell("shell", "execute_reply", reply, request)
        return asked + self.tell("iopub", "status", {"execution_state": "idle"}, request)

    @property
    def record(self) -> list[tuple[str, str, str]]:
        """(code, state, printed) of the cells."""
        return [
            (
                cell.code,
                cell.state,
                "".join("".join(output.parts) for output in cell.outputs if isinstance(output, Text)),
            )
            for cell in self.session.transcript
        ]

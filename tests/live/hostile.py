"""A kernel that breaks every rule: python -m tests.live.hostile CONNECTION_FILE.

It answers as little as a kernel must.  The code of a cell names a misdeed of the table at the end, or is echoed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from itertools import count

import zmq

from bipy.kernel import connection
from bipy.messaging.message import Header, Json, Message
from bipy.messaging.wire import DELIMITER, Wire

INFO = {
    "status": "ok",
    "protocol_version": "5.3",
    "implementation": "hostile",
    "implementation_version": "1",
    "language_info": {"name": "python", "version": "3"},
    "banner": "",
}
Frames = list[bytes]


class Kernel:
    """Its sockets, and the request that it is at."""

    def __init__(self, file: str) -> None:
        self.info = connection.read(file)
        self.wire = Wire(self.info.key, self.info.signature_scheme)
        self.forger = Wire(b"another key", self.info.signature_scheme)
        context = zmq.Context()
        kinds = {"shell": zmq.ROUTER, "control": zmq.ROUTER, "stdin": zmq.ROUTER, "iopub": zmq.XPUB, "hb": zmq.REP}
        self.sockets = {}
        for channel, kind in kinds.items():
            self.sockets[channel] = context.socket(kind)
            self.sockets[channel].bind(self.info.url(channel))  # type: ignore[arg-type]
        self.session = os.urandom(8).hex()
        self.ids = count(1)
        self.cells = count(1)
        self.client = b""
        self.request: Message = Message(Header("", ""))

    def frames(self, msg_type: str, content: Json, wire: Wire | None = None) -> Frames:
        """A message that answers the request at hand."""
        parent = self.request.header
        named = {"msg_id": parent.msg_id, "msg_type": parent.msg_type, "session": parent.session}
        header = Header(f"{self.session}-{next(self.ids)}", msg_type, self.session, version="5.3")
        return (wire or self.wire).encode(Message(header, named, {}, content))

    def publish(self, msg_type: str, content: Json) -> None:
        self.sockets["iopub"].send_multipart([b"topic", *self.frames(msg_type, content)])

    def reply(self, channel: str, msg_type: str, content: Json) -> None:
        self.sockets[channel].send_multipart([self.client, *self.frames(msg_type, content)])

    def serve(self) -> None:
        poller = zmq.Poller()
        for channel in ("shell", "control", "stdin", "hb"):
            poller.register(self.sockets[channel], zmq.POLLIN)
        while True:
            ready = dict(poller.poll())
            if self.sockets["hb"] in ready:
                self.sockets["hb"].send(self.sockets["hb"].recv())
            for channel in ("control", "shell", "stdin"):
                if self.sockets[channel] in ready:
                    self.client, *frames = self.sockets[channel].recv_multipart()
                    self.request = self.wire.decode(frames)
                    self.answer(channel)

    def answer(self, channel: str) -> None:
        msg_type = self.request.header.msg_type
        self.publish("status", {"execution_state": "busy"})
        if msg_type == "kernel_info_request":
            self.reply(channel, "kernel_info_reply", INFO)
        elif msg_type == "is_complete_request":
            self.reply(channel, "is_complete_reply", {"status": "complete"})
        elif msg_type == "execute_request":
            self.execute(channel)
        elif msg_type == "shutdown_request":
            self.reply(channel, "shutdown_reply", {"status": "ok", "restart": False})
            sys.exit()
        self.publish("status", {"execution_state": "idle"})

    def execute(self, channel: str) -> None:
        code = str(self.request.content["code"])
        number = next(self.cells)
        self.publish("execute_input", {"code": code, "execution_count": number})
        if misdeed := MISDEEDS.get(code):
            misdeed(self)
        self.publish("stream", {"name": "stdout", "text": f"after {code}\n"})
        self.reply(channel, "execute_reply", {"status": "ok", "execution_count": number})


def garbage(kernel: Kernel) -> Iterable[Frames]:
    """Frames that are no message."""
    good = kernel.frames("stream", {"name": "stdout", "text": ""})
    yield [b""]
    yield [b"\x00\xff" * 1000]
    yield [DELIMITER]
    yield [DELIMITER, b"", b"", b"", b"", b""]
    yield good[:-1]
    yield [*good, *good]
    for part in (b"", b"{", b"null", b"[]", b"\xff\xfe", b"{" * 100_000, b'{"a":' * 100_000, b"9" * 6000):
        for place in range(2, 6):
            parts = [*good[2:place], part, *good[place + 1 : 6]]
            yield [DELIMITER, kernel.wire.sign(parts), *parts]


def forged(kernel: Kernel) -> Iterable[Frames]:
    """Messages whose signature is wrong."""
    for text in ("forged once\n", "forged twice\n"):
        yield kernel.frames("stream", {"name": "stdout", "text": text}, kernel.forger)


# A title, the clipboard, erasing, C1, DCS, a question, a reset, the answerback, another character set, right to left.
EVIL = (
    "\x1b]0;title\x07",
    "\x1b]52;c;aGk=\x1b\\",
    "\x1b[2J",
    "\x9b31m",
    "\x1bPq\x1b\\",
    "\x1b[5n",
    "\x1bc",
    "\x05",
    "\x0e",
    "\u202e",
)
NONSENSE: tuple[object, ...] = (None, -1, 10**400, 1.5e300, True, "\x1b[2J", "\x00", [], [[]], {}, {"a": None})
FIELDS: dict[str, tuple[str, ...]] = {
    "stream": ("name", "text"),
    "status": ("execution_state",),
    "execute_input": ("code", "execution_count"),
    "execute_result": ("data", "metadata", "execution_count", "transient"),
    "display_data": ("data", "metadata", "transient"),
    "update_display_data": ("data", "metadata", "transient"),
    "clear_output": ("wait",),
    "error": ("ename", "evalue", "traceback"),
    "comm_open": ("comm_id", "target_name", "data"),
    "iopub_welcome": ("subscription",),
    "shutdown_reply": ("restart",),
    "kernel_info_reply": ("protocol_version", "language_info", "banner"),
    "complete_reply": ("matches", "cursor_start", "cursor_end", "metadata"),
    "inspect_reply": ("found", "data"),
    "execute_reply": ("execution_count", "payload", "ename"),
    "input_request": ("prompt", "password"),
    "no_such_message": ("a",),
}


def wrong_types(kernel: Kernel) -> Iterable[Frames]:
    """Messages of every type with every field of another type than it should be, or missing."""
    for msg_type, fields in FIELDS.items():
        if msg_type == "input_request":
            continue
        yield kernel.frames(msg_type, {})
        for nonsense in NONSENSE:
            yield kernel.frames(msg_type, dict.fromkeys(fields, nonsense))


def on_iopub(misdeed: Callable[[Kernel], Iterable[Frames]]) -> Callable[[Kernel], None]:
    def commit(kernel: Kernel) -> None:
        for frames in misdeed(kernel):
            kernel.sockets["iopub"].send_multipart([b"topic", *frames])

    return commit


def everywhere_else(misdeed: Callable[[Kernel], Iterable[Frames]]) -> Callable[[Kernel], None]:
    def commit(kernel: Kernel) -> None:
        for channel in ("shell", "control", "stdin"):
            for frames in misdeed(kernel):
                kernel.sockets[channel].send_multipart([kernel.client, *frames])

    return commit


def steer(kernel: Kernel) -> None:
    """Control sequences in every text there is."""
    evil = "".join(EVIL)
    kernel.publish("stream", {"name": "stdout", "text": evil + "\n"})
    kernel.publish("stream", {"name": evil, "text": evil + "\n"})
    kernel.publish("error", {"ename": evil, "evalue": evil, "traceback": [evil]})
    kernel.publish("execute_input", {"code": evil, "execution_count": 1})
    for msg_type in ("display_data", "execute_result"):
        kernel.publish(msg_type, {"data": {"text/plain": evil, evil: evil}, "metadata": {}, "execution_count": 5})
    page = {"source": "page", "data": {"text/plain": evil + "the page"}, "start": 0}
    fill = {"source": "set_next_input", "text": evil + "the input"}
    kernel.reply("shell", "execute_reply", {"status": "ok", "execution_count": 3, "payload": [page, fill]})


MISDEEDS: dict[str, Callable[[Kernel], None]] = {
    "garbage": on_iopub(garbage),
    "garbage elsewhere": everywhere_else(garbage),
    "forge": on_iopub(forged),
    "forge elsewhere": everywhere_else(forged),
    "nonsense": on_iopub(wrong_types),
    "nonsense elsewhere": everywhere_else(wrong_types),
    "steer": steer,
}

if __name__ == "__main__":
    Kernel(sys.argv[1]).serve()

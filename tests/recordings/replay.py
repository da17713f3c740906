"""Replay a recorded conversation through a real Client.

What the client asked then it is asked again, under the ids of then, and the frames it makes must say what they said
when the real kernel answered them; then the kernel's messages are signed anew and received.  Nothing of the client
knows that the kernel is a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bipy.messaging.client import Client
from bipy.messaging.events import Event
from bipy.messaging.message import Channel, Header, Message, Request
from bipy.messaging.wire import Wire

FOLDER = Path(__file__).parent
KEY = b"a key of the replay"

Line = dict[str, Any]


def names() -> list[str]:
    """The recordings there are."""
    return sorted(path.stem for path in FOLDER.glob("*.jsonl"))


def lines(name: str) -> list[Line]:
    """The messages of a recording, named or with the path of its file; record.py says what is in them."""
    with (FOLDER / f"{name.removesuffix('.jsonl')}.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def frames(line: Line) -> list[bytes]:
    """The frames of a message of the kernel, signed with the key of the replay."""
    message = Message(Header(**line["header"]), line["parent_header"], line["metadata"], line["content"])
    return [b"topic", *Wire(KEY).encode(message)]


@dataclass(frozen=True)
class Step:
    """One message of the conversation: the request we sent, or what the client made of what it was told."""

    seconds: float
    channel: Channel
    request: Request | None = None
    events: list[Event] = field(default_factory=list)


class Replay:
    """A recording and a client that hears it.  Iterate over it once."""

    def __init__(self, name: str) -> None:
        self._lines = lines(name)
        ids = [line["header"]["msg_id"] for line in self._lines if line["direction"] == "out"]
        self.client = Client(
            key=KEY,
            signature_scheme="hmac-sha256",
            session="recording",
            username="recorder",
            date=lambda: "",
            ids=iter(ids),
        )

    def __iter__(self) -> Iterator[Step]:
        """Every message that passed between us and the kernel, and at last what was never answered."""
        seconds = 0.0
        for line in self._lines:
            seconds, channel = line["seconds"], line["channel"]
            if line["direction"] == "out":
                yield Step(seconds, channel, request=self._ask(line))
            elif line["direction"] == "in":
                yield Step(seconds, channel, events=self.client.receive(channel, frames(line), seconds))
        yield Step(seconds + 60, "shell", events=self.client.expire(seconds + 60))

    def _ask(self, line: Line) -> Request:
        asked = line["request"]
        request = Request(line["channel"], asked["msg_type"], asked["content"], parent=line["parent_header"])
        sent = Wire(KEY).decode(self.client.request(request, line["seconds"]))
        assert (sent.header.msg_type, sent.content) == (line["header"]["msg_type"], line["content"])
        return request

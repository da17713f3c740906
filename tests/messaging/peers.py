"""The two ends of a conversation without a wire: a real Client and a small kernel, joined by a Link.

The kernel is built on bipy.messaging.wire with a key of its own; it says exactly what a test tells it to say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bipy.messaging.client import Client
from bipy.messaging.events import Event
from bipy.messaging.message import Channel, Header, Json, Message, Request, kernel_info_request
from bipy.messaging.wire import DELIMITER, Wire, header_json

KEY = b"a0436f6c-1916-498b-8eb9-e81ab9368e84"
DATE = "2026-01-02T03:04:05.678901Z"


class Kernel:
    """What a kernel says on its sockets."""

    def __init__(self, key: bytes = KEY, session: str = "kernel-session", version: str = "5.3") -> None:
        self.session = session
        self.version = version
        self.wire = Wire(key)
        self._number = 0

    def say(self, msg_type: str, content: Any, parent: Message | None = None, prefix: bytes = b"topic") -> list[bytes]:
        """The frames of a message, whatever its content is."""
        self._number += 1
        header = Header(f"said-{self._number}", msg_type, self.session, "kernel", DATE, self.version)
        parent_header: Json = header_json(parent.header) if parent is not None else {}
        frames = self.wire.encode(Message(header, parent_header))
        parts = [*frames[2:5], json.dumps(content).encode()]  # content need not be an object
        return [prefix, DELIMITER, self.wire.sign(parts), *parts]


class Link:
    """A client and a kernel, and the clock between them."""

    def __init__(self, *, session: str = "me", kernel: Kernel | None = None) -> None:
        self.now = 100.0
        self.kernel = kernel or Kernel()
        self.client = Client(
            key=KEY, signature_scheme="hmac-sha256", session=session, username="alice", date=lambda: DATE
        )

    def ask(self, request: Request) -> Message:
        """Send `request`; the message as the kernel hears it."""
        frames = self.client.request(request, self.now)
        assert frames[0] == DELIMITER, "a client's socket adds the routing identity itself"
        return self.kernel.wire.decode([b"identity", *frames])

    def say(
        self, channel: Channel, msg_type: str, content: Any, parent: Message | None = None, prefix: bytes = b"topic"
    ) -> list[Event]:
        """The kernel says something; what the client observes."""
        return self.client.receive(channel, self.kernel.say(msg_type, content, parent, prefix), self.now)

    def hear(self, channel: Channel, msg_type: str, content: Any, parent: Message | None = None) -> Event:
        """The same, for the one event that comes of it."""
        (event,) = self.say(channel, msg_type, content, parent)
        return event

    def introduce(self, **content: Any) -> Event:
        """The kernel says who it is."""
        asked = self.ask(kernel_info_request())
        return self.hear("shell", "kernel_info_reply", {"status": "ok", **content}, asked)


def link_v4() -> Link:
    """A link to IPython 2.4.1, introduced."""
    link = Link(kernel=Kernel(version=""))
    reply: Mapping[str, Any] = {
        "protocol_version": [4, 1],
        "language_version": [2, 7, 18],
        "language": "python",
        "ipython_version": [2, 4, 1, ""],
    }
    asked = link.ask(kernel_info_request())
    link.hear("shell", "kernel_info_reply", reply, asked)
    return link

"""Real conversations as an attached bipy shows them: what a kernel told another client, in the session of this one."""

from __future__ import annotations

import pytest

from bipy.inspection.inspector import Inspector
from bipy.messaging.client import Client
from bipy.messaging.message import Header, Message
from bipy.messaging.wire import Wire
from bipy.session import effects, events
from bipy.session.history import History
from bipy.session.session import Session
from bipy.ui.text.rows import canvas
from bipy.ui.widgets.transcript_view import TranscriptView
from tests.recordings.replay import KEY, Line, frames, lines, names
from tests.snapshots import Check

COLUMNS = 76


class Watcher:
    """A session that is attached to the recorded kernel while somebody else works there."""

    def __init__(self) -> None:
        self.session = Session(own=False, inspector=Inspector(), history=History())
        self.client = Client(
            key=KEY, signature_scheme="hmac-sha256", session="watcher", username="watcher", date=lambda: ""
        )
        self.asked: list[Message] = []
        self.do(events.Opened(), 0.0)

    def do(self, event: object, now: float) -> None:
        for effect in self.session.update(event, now):
            if isinstance(effect, effects.Send) and (sent := self.client.request(effect.request, now)):
                self.asked.append(Wire(KEY).decode(sent))

    def hear(self, line: Line) -> None:
        for event in self.client.receive(line["channel"], frames(line), line["seconds"]):
            self.do(event, line["seconds"])

    def introduced(self, line: Line) -> None:
        """The kernel's introduction of itself, as an answer to us."""
        header = next(asked.header for asked in self.asked if asked.header.msg_type == "kernel_info_request")
        parent = {"msg_id": header.msg_id, "msg_type": header.msg_type, "session": header.session}
        message = Message(Header(**line["header"]), parent, {}, line["content"])
        for event in self.client.receive("shell", Wire(KEY).encode(message), 0.0):
            self.do(event, 0.0)


@pytest.mark.parametrize("name", names())
def test_what_another_client_does_at_a_real_kernel(name: str, snapshot: Check) -> None:
    watcher = Watcher()
    recorded = [line for line in lines(name) if line["direction"] == "in"]
    watcher.introduced(next(line for line in recorded if line["header"]["msg_type"] == "kernel_info_reply"))
    for line in recorded:
        if line["channel"] == "iopub":
            watcher.hear(line)
    assert watcher.client.dropped == {}
    rows = list(TranscriptView(watcher.session.transcript).last_rows(COLUMNS, 10_000))
    snapshot(canvas(rows, COLUMNS), f"recorded/{name}")

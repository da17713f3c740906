"""A kernel in a thread, whose completions come when the benchmark says so: how long bipy takes from there on.

What it answers is what ipykernel answers to `os.`, asked once and kept.  Everything else it answers at once.
"""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bipy.kernel import connection
from bipy.kernel.connection import CHANNELS, ConnectionInfo
from bipy.messaging.wire import DELIMITER
from tests.benchmarks.bare import bare
from tests.live.hostile import Kernel


class Answering(Kernel):
    """What completes `os.` is kept back until `answer_now`; `asked` is set when a request waits for it.

    A `silent` one answers no completion at all, and `docs` are what it says of every name.
    """

    def __init__(self, file: str, content: dict[str, Any]) -> None:
        super().__init__(file)
        self._content = content
        self._now = threading.Event()
        self.asked = threading.Event()
        self.silent = False
        self.docs = ""
        self.sent = 0.0
        self.parsed = 0.0

    def answer(self, channel: str) -> None:
        """Answer one request."""
        if self.request.header.msg_type == "inspect_request" and self.docs:
            data = {"text/plain": self.docs}
            self.reply(channel, "inspect_reply", {"status": "ok", "found": True, "data": data, "metadata": {}})
            self.publish("status", {"execution_state": "idle"})
            return
        if self.request.header.msg_type != "complete_request":
            super().answer(channel)
            return
        if self.silent:
            return
        cursor = self.request.content["cursor_pos"]
        where = {"cursor_start": cursor, "cursor_end": cursor}
        if not self.request.content["code"].endswith("os."):
            # What stands in front of a dot is asked about only when it was offered.
            offered = ["os"] if self.request.content["code"].endswith("os") else []
            where |= {"cursor_start": cursor - 2 * len(offered)}
            types = [{"text": "os", "type": "module", "start": cursor - 2, "end": cursor}] * len(offered)
            metadata = {"_jupyter_types_experimental": types}
            self.reply(channel, "complete_reply", {"status": "ok", "matches": offered, "metadata": metadata, **where})
            self.publish("status", {"execution_state": "idle"})
            return
        frames = self.frames("complete_reply", {**self._content, **where})
        began = time.perf_counter()
        json.loads(frames[frames.index(DELIMITER) + 5])
        self.parsed = time.perf_counter() - began
        self.asked.set()
        self._now.wait()
        self._now.clear()
        self.sent = time.perf_counter()
        self.sockets[channel].send_multipart([self.client, *frames])
        self.publish("status", {"execution_state": "idle"})

    def answer_now(self) -> None:
        """Send the answer that is asked for; `sent` is the time when."""
        self.asked.wait()
        self.asked.clear()
        self._now.set()


@contextmanager
def answering() -> Iterator[tuple[Answering, str]]:
    """The kernel and its connection file."""
    with bare() as client:
        client.execute("import os")
        client.reply()
        client.send("complete_request", {"code": "os.", "cursor_pos": 3})
        content = client.reply()
    with tempfile.TemporaryDirectory(prefix="b") as folder:
        file = str(Path(folder) / "kernel.json")
        ports = dict(zip(CHANNELS, range(1, 6), strict=True))
        connection.write(file, ConnectionInfo(transport="ipc", ip=str(Path(folder) / "k"), ports=ports))
        kernel = Answering(file, content)
        threading.Thread(target=kernel.serve, daemon=True).start()
        yield kernel, file

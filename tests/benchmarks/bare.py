"""The references: a bare pyzmq client that asks the same of the same kernel and draws nothing."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import zmq

from tests.live.terminal import environment

CHANNELS = ("shell", "iopub", "stdin", "control", "hb")


class Bare:
    """A kernel and two sockets to it; no key, so nothing is signed."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.began = time.perf_counter()
        place = home / "k"
        file = home / "kernel.json"
        ports = {f"{channel}_port": number for number, channel in enumerate(CHANNELS, 1)}
        file.write_text(json.dumps({"transport": "ipc", "ip": str(place), "key": "", **ports}))
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", str(file), *arguments]
        null = os.open(os.devnull, os.O_RDWR)
        actions = [(os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1, 2)]
        self.pid = os.posix_spawn(argv[0], argv, environment(home), file_actions=actions, setsid=True)
        self._context = zmq.Context()
        self.shell = self._socket(zmq.DEALER, f"ipc://{place}-1")
        self.control = self._socket(zmq.DEALER, f"ipc://{place}-4")
        self.iopub = self._socket(zmq.SUB, f"ipc://{place}-2")
        self.iopub.rcvhwm = 0
        self.iopub.subscribe(b"")
        self._number = 0

    def _socket(self, kind: int, url: str) -> zmq.Socket[bytes]:
        socket = self._context.socket(kind)
        socket.linger = 0
        socket.reconnect_ivl = 5
        socket.connect(url)
        return socket

    def send(self, msg_type: str, content: dict[str, Any], *, control: bool = False) -> str:
        self._number += 1
        msg_id = f"m{self._number}"
        header = {"msg_id": msg_id, "msg_type": msg_type, "session": "bare", "username": "", "version": "5.3"}
        parts = [json.dumps(part).encode() for part in (header, {}, {}, content)]
        (self.control if control else self.shell).send_multipart([b"<IDS|MSG>", b"", *parts])
        return msg_id

    def reply(self, *, control: bool = False) -> dict[str, Any]:
        frames = (self.control if control else self.shell).recv_multipart()
        content: dict[str, Any] = json.loads(frames[frames.index(b"<IDS|MSG>") + 5])
        return content

    def ask(self, msg_type: str, content: dict[str, Any], *, control: bool = False) -> float:
        """The seconds of one round trip."""
        began = time.perf_counter()
        self.send(msg_type, content, control=control)
        self.reply(control=control)
        return time.perf_counter() - began

    def complete(self, code: str, *, control: bool = False) -> float:
        """The seconds of a completion at the end of `code`."""
        return self.ask("complete_request", {"code": code, "cursor_pos": len(code)}, control=control)

    def execute(self, code: str) -> str:
        keys = {"silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        return self.send("execute_request", {"code": code, "stop_on_error": True, **keys})

    def until_idle(self, msg_id: str) -> int:
        """Drain iopub until that request's idle; how many messages came."""
        count = 0
        while True:
            frames = self.iopub.recv_multipart()
            count += 1
            at = frames.index(b"<IDS|MSG>")
            is_idle = b"status" in frames[at + 2] and b"idle" in frames[at + 5]
            if is_idle and json.loads(frames[at + 3]).get("msg_id") == msg_id:
                return count

    def end(self) -> None:
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        self._context.destroy(linger=0)


@contextmanager
def bare(*, jedi: bool = False) -> Iterator[Bare]:
    """A kernel of the same kind and with the same arguments as bipy's own."""
    with tempfile.TemporaryDirectory(prefix="b") as home:
        client = Bare(Path(home), *([] if jedi else ["--IPCompleter.use_jedi=False"]))
        try:
            yield client
        finally:
            client.end()

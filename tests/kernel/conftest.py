"""For the kernel tests: Jupyter's folders moved out of the way, and a client to talk to a kernel with."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bipy.kernel.connection import ConnectionInfo
from bipy.kernel.zmq_channels import ZmqChannels
from bipy.messaging.client import Client
from bipy.messaging.events import Event, KernelInfo, Reply
from bipy.messaging.message import Channel, Request
from tests.waiting import until

CLEARED = (
    "CONDA_DEFAULT_ENV",
    "CONDA_PREFIX",
    "IPYTHONDIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_PATH",
    "JUPYTER_PLATFORM_DIRS",
    "JUPYTER_PREFER_ENV_PATH",
    "VIRTUAL_ENV",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of our own with Jupyter's runtime folder and bipy's state folder in it; nothing is active.

    Not below TMPDIR, which may be long: the path of an ipc socket must be short.
    """
    for name in CLEARED:
        monkeypatch.delenv(name, raising=False)
    folder = Path(tempfile.mkdtemp(prefix="bipy-", dir="/tmp"))
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder / "runtime"))
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
    yield folder
    shutil.rmtree(folder)


def runs(pid: int) -> bool:
    """Whether the process does anything; one that has ended may stay until its parent takes note."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Talk:
    """One client of a kernel: sends requests, and collects what comes back."""

    def __init__(self, info: ConnectionInfo, session: str = "tests") -> None:
        self.client = Client(
            key=info.key,
            signature_scheme=info.signature_scheme,
            session=session,
            username="tests",
            date=lambda: "2026-01-02T03:04:05.678901Z",
        )
        self.channels = ZmqChannels(info, session.encode(), reconnect_ms=5)
        self.events: list[Event] = []

    def send(self, request: Request) -> None:
        assert self.channels.send(request.channel, self.client.request(request, time.monotonic()))

    def hear(self) -> list[Event]:
        """All events so far."""
        channels: tuple[Channel, ...] = ("shell", "control", "stdin", "iopub")
        for channel in channels:
            for frames in self.channels.drain(channel, 0.01):
                self.events += self.client.receive(channel, frames, time.monotonic())
        return self.events

    def ask(self, request: Request) -> Reply | KernelInfo:
        """Send `request` and wait for its reply."""
        self.send(request)
        return self.reply(request)

    def reply(self, request: Request) -> Reply | KernelInfo:
        def answer() -> Reply | KernelInfo | None:
            replies = [event for event in self.hear() if isinstance(event, Reply | KernelInfo)]
            return next((event for event in replies if event.parent.request is request), None)

        reply = until(answer)
        assert reply is not None
        return reply

    def close(self) -> None:
        self.channels.close()

"""The sessions that run, as another process sees them: each host is asked for its status.

`bipy ps` lists them, `bipy --resume` chooses among them, and a new bipy says in its first line that one waits.  A host
that does not answer in time is still listed, by its number.
"""

from __future__ import annotations

import json
import select
import time
from typing import Any

from bipy.lending import protocol, sockets
from bipy.lending.protocol import Line, Torn
from bipy.value import Value

# A host answers within a pass of its loop: a drain, a frame.
ANSWER_SECONDS = 1.0


class Found(Value):
    """A session that runs; the times are seconds since the epoch.

    `kernel` is the kernel's display name and `folder` where it was started.  `state` says in words what the
    session does, and `state_since` since when.  `attached` says that it is on a terminal, `detached_at` since when it
    is not.  `lines` is the number of lines of output since then, `last_line` the last of them.
    `version` is "" for a host that has not answered.
    """

    number: int
    version: str = ""
    pid: int = 0
    since: float = 0.0
    kernel: str = ""
    connection_file: str = ""
    folder: str = ""
    attached: bool = False
    detached_at: float | None = None
    state: str = "does not answer"
    state_since: float | None = None
    lines: int = 0
    last_line: str = ""


def encode(found: Found) -> dict[str, Any]:
    """A session as JSON has it: all fields by their names."""
    return {name: getattr(found, name) for name in Found.__match_args__}


def decode(said: dict[str, Any]) -> Found:
    """What a host says of itself; one of another version may say more or less."""
    return Found(**{name: said[name] for name in Found.__match_args__ if name in said})


class Survey:
    """Asks all hosts at once; `answers` gives what they say."""

    def __init__(self) -> None:
        self._lines: dict[int, tuple[int, Line]] = {}
        self._found: dict[int, Found] = {}
        for number in sockets.numbers():
            line = sockets.connect(number, waits=False)
            if line is None:
                if number in sockets.numbers():
                    self._found[number] = Found(number)  # too many wait for it already
                continue
            self._found[number] = Found(number)
            self._lines[line.fileno()] = number, line
            try:
                line.send(protocol.STATUS)
            except Torn:
                self._drop(line.fileno())

    def answers(self, seconds: float = ANSWER_SECONDS) -> list[Found]:
        """The sessions by their numbers, after at most so long."""
        poll = select.poll()
        for fd in self._lines:
            poll.register(fd, select.POLLIN)
        deadline = time.monotonic() + seconds
        while self._lines and (left := deadline - time.monotonic()) > 0:
            for fd, _ in poll.poll(left * 1000):
                if self._heard(fd):
                    poll.unregister(fd)
        for fd in list(self._lines):
            self._drop(fd)
        return [self._found[number] for number in sorted(self._found)]

    def _heard(self, fd: int) -> bool:
        """Take what a host says; whether that is all."""
        number, line = self._lines[fd]
        try:
            for kind, data in line.receive():
                if kind == protocol.STATUS:
                    self._found[number] = decode(json.loads(data) | {"number": number})
                    self._drop(fd)
                    return True
        except (Torn, ValueError, TypeError):
            self._drop(fd)
            return True
        return False

    def _drop(self, fd: int) -> None:
        _, line = self._lines.pop(fd)
        line.close()

"""A terminal that a front has lent to this process: its input, its output, its line settings.

Nothing here waits for the terminal, unless it is asked to.  What the terminal does not take at once is kept, and goes
out when it takes more: a terminal that is not read (Ctrl-S, a frozen ssh) must not stop the host.  Nothing here raises
for a terminal that is gone: `lost` says so, and the rest is as if it were written to nowhere.

The descriptor is the host's own and non-blocking (see `bipy.front`).  It is no controlling terminal here, so the system
tells the host nothing: neither a new size nor that the front is stopped or in the background, where the keys are the
shell's.  The first comes from the front, the second is looked up before each read.
"""

from __future__ import annotations

import os
import select
import sys
import time
from typing import Any

from bipy.terminal.line import LineDiscipline, cell, size

_READ_LIMIT = 65536


class LentTerminal:
    """The terminal behind `fd`, whose line settings were `found`, lent by the process `front` (0: not looked up).

    `alternate` says that the front has switched to the alternate screen.
    """

    def __init__(self, fd: int, found: list[Any] | None = None, *, front: int = 0, alternate: bool = False) -> None:
        self.line = LineDiscipline(fd, found)
        self.alternate = alternate
        self.lost = False
        self._fd = fd
        self._front = front
        # A bytearray, from whose head a part goes without the rest being copied: a session of 50,000 rows is 5 MB.
        self._unsent = bytearray()

    def fileno(self) -> int:
        """The descriptor."""
        return self._fd

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows, at least one of each."""
        return size(self._fd)

    @property
    def cell(self) -> tuple[int, int] | None:
        """The width and the height of a cell in pixels, if the terminal's size tells; what tmux makes up does not."""
        return cell(self._fd)

    @property
    def is_stuck(self) -> bool:
        """Whether the terminal has not taken all that was written."""
        return bool(self._unsent)

    @property
    def is_ours(self) -> bool:
        """Whether the front runs in the foreground, as far as the system tells; else the keys are the shell's.

        A front that is stopped by SIGSTOP, a debugger or a frozen container can't say so itself.
        """
        if not self._front or not sys.platform.startswith("linux"):
            return True
        try:
            with open(f"/proc/{self._front}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            return True  # its end is heard of by the socket
        state, group, foreground = fields[0], fields[2], fields[5]
        return state not in b"Tt" and (foreground == group or foreground == b"-1")

    def read(self) -> bytes:
        """The bytes that have been typed; b"" where there are none, or the terminal is gone."""
        try:
            data = os.read(self._fd, _READ_LIMIT)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        self.lost = self.lost or not data
        return data

    def write(self, data: str) -> None:
        """Take text that is to be shown; `flush` sends it."""
        self._unsent += data.encode("utf-8", "replace")

    def flush(self) -> None:
        """Send what the terminal takes now."""
        while self._unsent and not self.lost:
            try:
                del self._unsent[: os.write(self._fd, self._unsent)]
            except BlockingIOError:
                return
            except OSError:
                self.lost = True
        if self.lost:
            self._unsent.clear()

    def drain(self, seconds: float) -> bool:
        """Send all, and wait for it at most so long; whether all is out.  What is not out then is dropped."""
        deadline = time.monotonic() + seconds
        poll = select.poll()
        poll.register(self._fd, select.POLLOUT)
        self.flush()
        while self._unsent:
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                self._unsent.clear()
                return False
            self.flush()
        return not self.lost

    def wait_for_input(self, seconds: float) -> bool:
        """Wait for something to read, at most so long; whether there is something."""
        poll = select.poll()
        poll.register(self._fd, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def close(self) -> None:
        """Give the descriptor up: a terminal ends when no process holds it."""
        os.close(self._fd)

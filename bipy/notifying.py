"""The user's own command, which is run when something happens in a session without a terminal (--on-event).

What happened stands in its environment, never in the command: text of a kernel must not become words of a shell.

    BIPY_EVENT    done, failed, input or died
    BIPY_SESSION  the number of the session, as in bipy ps
    BIPY_KERNEL   the kernel's name
    BIPY_FOLDER   where the session was started
    BIPY_CELL     the number of the cell, "" if it has none
    BIPY_CODE     its first line
    BIPY_SECONDS  how long it ran
    BIPY_DETAIL   the error, the prompt, or how the kernel died
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping

from bipy.session.effects import Notify

_SHELL = "/bin/sh"


def variables(happened: Notify) -> dict[str, str]:
    """What the environment says of an event, beside the session's own facts."""
    number = happened.execution_count
    return {
        "BIPY_EVENT": happened.kind,
        "BIPY_CELL": "" if number is None else str(number),
        "BIPY_CODE": happened.code,
        "BIPY_SECONDS": f"{happened.seconds:.0f}",
        "BIPY_DETAIL": happened.detail,
    }


class Notifier:
    """Runs `command`, and waits for no end; nothing is run if it is None."""

    def __init__(self, command: str | None) -> None:
        self.command = command
        self._running: list[int] = []

    def tell(self, facts: Mapping[str, str]) -> None:
        """Run the command with `facts` in its environment; what goes wrong with it is its own matter."""
        if self.command is None:
            return
        nothing = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in range(3)]
        try:
            pid = os.posix_spawn(
                _SHELL,
                [_SHELL, "-c", self.command],
                {**os.environ, **facts},
                file_actions=nothing,
                setpgroup=0,
                setsigdef=[signal.SIGHUP, signal.SIGTSTP, signal.SIGPIPE, signal.SIGXFSZ],
            )
        except OSError:
            return
        self._running.append(pid)

    def reap(self) -> None:
        """Forget the commands that have ended."""
        self._running = [pid for pid in self._running if not os.waitpid(pid, os.WNOHANG)[0]]

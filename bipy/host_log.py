"""The log of all hosts of a user, "host.log" in the state folder: what a host's own errors are written to.

It is the standard error of each host.  A log of more than `MOST` bytes becomes "host.log.1", in the place of the one
before, and a new one is begun; so the two never take more than about twice that.  Nothing here raises.
"""

from __future__ import annotations

import contextlib
import os

from bipy.kernel import jupyter_paths

MOST = 1_000_000
STDERR = 2


def open_log() -> int | None:
    """A descriptor of the log, to be appended to; None where there can be none."""
    try:
        os.makedirs(jupyter_paths.state_dir(), mode=0o700, exist_ok=True)
        return _open()
    except OSError:
        return None


def shorten() -> None:
    """Begin a new log if the one that is the standard error is too long, or if another host has begun one."""
    with contextlib.suppress(OSError):
        written = os.fstat(STDERR)
        if written.st_size <= MOST:
            return
        # A log that could not be opened is the null device, whose size is 0.
        log = _open()
        try:
            os.dup2(log, STDERR)
        finally:
            os.close(log)


def _open() -> int:
    """Open the log, after a new one is begun if it is too long."""
    path = os.path.join(jupyter_paths.state_dir(), "host.log")
    with contextlib.suppress(OSError):
        if os.stat(path).st_size > MOST:
            os.replace(path, path + ".1")
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

"""One process that bipy starts as a kernel: its spawn, its signals, its end, and its log.

The process leads a session, and so a group, of its own: Ctrl-C and hang-ups of our terminal never reach it, and the
processes that it starts are in its group.  It reads /dev/null and writes to a log file.

The end of the process is the end of its group: what is left of the group is killed as soon as that end is seen, and
before the process is reaped, since the number of a group that has no member is used again.

Nothing of the group outlives bipy, not even a bipy that was killed.  A watcher, which is a shell in a session of its
own, reads from a pipe that only bipy has the other end of.  When bipy is gone, the pipe is closed and the shell kills
the group.  A process that has ended, or that is to live on (`keep`), has no watcher.

This module is imported before the kernel is spawned: os.posix_spawn and no subprocess (see `connection`).  POSIX only.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Mapping, Sequence
from typing import Final

_LOGS_KEPT = 20
_SHELL = "/bin/sh"
# Until the shell has come to its trap it is a mask that keeps these from it.
_ENDING = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
# A kill of "-N" is one of the group N; dash takes it behind "--" only.
_WATCH = 'trap "" HUP INT QUIT TERM; read -r line; kill -s KILL -- "-$1"'


class Process:
    """A running process; OSError if it can't be started.

    `pid` is also its group.  `log_file` is where its stdout and stderr go, "" if no log could be opened.
    """

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], log_file: str) -> None:
        output = _open_log(log_file, argv)
        self.log_file: Final = "" if output is None else log_file
        if output is None:
            output = os.open(os.devnull, os.O_WRONLY)
        # The log may have older lines, of a process that is gone.
        self._log_start: Final = os.fstat(output).st_size
        try:
            self.pid: Final = _spawn(argv, env, output=output)
        finally:
            os.close(output)
        self._status: int | None = None
        self._reaped: tuple[int, int] | None = None
        self._watcher: _Watcher | None = None
        # Without a shell, and in the millisecond until here, the kernel outlives a bipy that is killed.
        with contextlib.suppress(OSError):
            self._watcher = _Watcher(self.pid)

    def __repr__(self) -> str:
        return f"<Process {self.pid}>"

    def poll(self) -> int | None:
        """None while the process runs, else its exit status, -N if signal N ended it; never waits."""
        if self._status is None and self._has_ended():
            # Before it is reaped: until then no other process and no other group can get its number.
            self._kill_group(signal.SIGKILL)
            self._status = self._reap()
            self.keep()
        return self._status

    def _has_ended(self) -> bool:
        """Whether the process has ended; it is not reaped, where the system can tell without."""
        try:
            if hasattr(os, "waitid"):  # not on macOS before Python 3.13
                return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None
            self._reaped = os.waitpid(self.pid, os.WNOHANG)
            return self._reaped[0] != 0
        except ChildProcessError:  # SIGCHLD is ignored: the system has reaped it, and its status is lost
            self._reaped = self.pid, 0
            return True

    def _reap(self) -> int:
        """The exit status of the process, which has ended."""
        return os.waitstatus_to_exitcode((self._reaped or os.waitpid(self.pid, 0))[1])

    def signal(self, number: int) -> None:
        """Send a signal to the process and its group."""
        # The group of a process that has ended is gone, and its number may be another's.
        if self.poll() is None:
            self._kill_group(number)

    def _kill_group(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS forbids to signal what has ended
            os.killpg(self.pid, number)

    def wait(self, seconds: float) -> bool:
        """Wait until the process has ended, at most so long; whether it has."""
        deadline = time.monotonic() + seconds
        pause = 0.0005
        while self.poll() is None:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(pause, left))
            pause = min(pause * 2, 0.02)
        return True

    def keep(self) -> None:
        """Let the living processes of the group outlive bipy."""
        if self._watcher is not None:
            self._watcher.dismiss()
            self._watcher = None

    def log_tail(self, lines: int = 10) -> list[str]:
        """The last lines the process has written: text from outside, control characters and all."""
        try:
            with open(self.log_file, "rb") as file:
                file.seek(max(self._log_start, os.path.getsize(self.log_file) - 10_000))
                return file.read().decode(errors="replace").splitlines()[-lines:]
        except OSError:
            return []


class _Watcher:
    """The shell that kills a group when bipy is gone; OSError if it can't be started."""

    def __init__(self, group: int) -> None:
        reading, self._pipe = os.pipe()
        try:
            self._pid = _spawn([_SHELL, "-c", _WATCH, "bipy", str(group)], {}, reading=reading, blocked=_ENDING)
        except OSError:
            os.close(self._pipe)
            raise
        finally:
            os.close(reading)

    def dismiss(self) -> None:
        """End the watcher without its having done anything."""
        with contextlib.suppress(OSError):
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        os.close(self._pipe)


def _spawn(
    argv: Sequence[str], env: Mapping[str, str], *, reading: int = -1, output: int = -1, blocked: Sequence[int] = ()
) -> int:
    """Start a program in a session of its own; it has /dev/null for each of the file descriptors that is not given.

    The signals `blocked` do not reach it.
    """
    actions = [
        (os.POSIX_SPAWN_DUP2, given, number) if given >= 0 else (os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0)
        for number, given in enumerate((reading, output, output))
    ]
    # A shell ignores SIGINT in its background jobs and Python ignores SIGPIPE; a kernel must inherit neither.
    defaults = [signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE, signal.SIGXFSZ]
    try:
        return os.posix_spawn(
            argv[0], list(argv), env, file_actions=actions, setsid=True, setsigmask=blocked, setsigdef=defaults
        )
    except NotImplementedError:
        # An old libc can't start a session; a process group keeps the terminal's signals away as well.
        return os.posix_spawn(
            argv[0], list(argv), env, file_actions=actions, setpgroup=0, setsigmask=blocked, setsigdef=defaults
        )


def _open_log(path: str, argv: Sequence[str]) -> int | None:
    """Open the log for the kernel to append to, with its command in it; None if that can't be."""
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        return None
    stamp = time.strftime("%Y-%m-%d %H:%M:%S")
    command = " ".join(argv).replace("\n", "\\n")
    with contextlib.suppress(OSError):  # a full disk
        os.write(log, f"--- {stamp} {command}\n".encode(errors="backslashreplace"))
    return log


def prune_logs(folder: str) -> None:
    """Remove all but the newest logs in `folder`."""
    try:
        entries = os.scandir(folder)
        logs = [entry for entry in entries if entry.name.startswith("kernel-") and entry.name.endswith(".log")]
        logs.sort(key=lambda entry: entry.stat(follow_symlinks=False).st_mtime, reverse=True)
    except OSError:
        return
    for entry in logs[_LOGS_KEPT:]:
        with contextlib.suppress(OSError):
            os.unlink(entry.path)

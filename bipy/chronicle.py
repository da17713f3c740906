"""The history of earlier sessions on disk: files of lines, one for each process, in the folder "history".

Nobody locks anything: a process appends to its own file, a line at a time, and a reader merges all files.  So any
number of sessions may run, on a file system of any quality.  The folder is read by a process of its own, `python -m
bipy.chronicle`, which may hang where the folder does: the host goes on without it.  That process also joins the files
of days past, so that there are never many; a line that is in two files counts once.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from bipy.kernel import jupyter_paths
from bipy.session.records import MOST, Record, decode, encode, merged

SUFFIX = ".jsonl"
# Files that were last written to so long ago are joined, if there are so many.
_JOINED_AFTER = 24 * 3600.0
_MANY_FILES = 20
# The reader is given up after so long.
DEADLINE_SECONDS = 20.0
_READ_AT_ONCE = 65536
# So many lines are taken in a pass: decoding them takes a few milliseconds.
LINES_A_PASS = 500
ERASED = "erased"


def folder() -> str:
    """Where the files are."""
    return os.path.join(jupyter_paths.state_dir(), "history")


class Writer:
    """Appends to the file of this process; `failed` is told once why that cannot be done."""

    def __init__(self, failed: Callable[[str], object]) -> None:
        self._failed: Callable[[str], object] | None = failed
        self._file = os.path.join(folder(), f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}{SUFFIX}")

    def append(self, record: Record) -> None:
        """Write a record, whole or not at all; once that has failed it is tried no more."""
        if self._failed is None:
            return
        try:
            os.makedirs(folder(), mode=0o700, exist_ok=True)
            fd = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(fd, encode(record).encode("ascii"))
            finally:
                os.close(fd)
        except OSError as error:
            failed, self._failed = self._failed, None
            failed(f"The history is not kept from now on: {self._file}: {error.strerror}")


def write(records: Iterable[Record]) -> str:
    """Write the records of another program to a file of their own, whole or not at all; its name."""
    os.makedirs(folder(), mode=0o700, exist_ok=True)
    draft = os.path.join(folder(), f"writing-{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.writelines(map(encode, records))
        file.flush()
        os.fsync(file.fileno())
    name = os.path.join(folder(), f"{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns()}-imported{SUFFIX}")
    os.rename(draft, name)
    return name


class Waits(Protocol):
    """What is asked of `terminal.reactor.Reactor`."""

    def watch_file(self, fd: int, callback: Callable[[], object]) -> int:
        """Call back when there is something to read."""

    def remove_watch_file(self, handle: int) -> bool:
        """Call back no more."""

    def alarm(self, seconds: float, callback: Callable[[], object]) -> object:
        """Call back once."""


class Reader:
    """Reads what earlier sessions have kept, from the newest on, and tells it in pieces."""

    def __init__(self, reactor: Waits, tell: Callable[[tuple[Record, ...]], object], most: int = MOST) -> None:
        self._reactor = reactor
        self._most = most
        self._tell = tell
        self._text = b""
        self._lines: list[bytes] = []
        self._pid, self._fd = self._begin()
        self._watched: int | None = None
        if self._fd is not None:
            self._watched = reactor.watch_file(self._fd, self._read)
            reactor.alarm(DEADLINE_SECONDS, self._give_up)

    def _begin(self) -> tuple[int, int | None]:
        ours, theirs = os.pipe()
        os.set_blocking(ours, False)
        nothing = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 2)]
        try:
            pid = os.posix_spawn(
                sys.executable,
                # -P: nothing in the current folder is imported.
                [sys.executable, "-P", "-m", "bipy.chronicle", str(self._most)],
                os.environ,
                file_actions=[*nothing, (os.POSIX_SPAWN_DUP2, theirs, 1)],
                setpgroup=0,
                setsigdef=[signal.SIGHUP, signal.SIGTSTP, signal.SIGPIPE],
            )
        except OSError:
            os.close(ours)
            return 0, None
        finally:
            os.close(theirs)
        return pid, ours

    def _read(self) -> None:
        """Take what has come, in small portions."""
        if self._fd is None:
            return
        if len(self._lines) < LINES_A_PASS:
            try:
                data = os.read(self._fd, _READ_AT_ONCE)
            except BlockingIOError:
                data = None
            if data is not None:
                *lines, self._text = (self._text + data).split(b"\n")
                self._lines += lines
                if not data:
                    # The pipe ends with the process, so this does not wait.
                    os.waitpid(self._pid, 0)
                    self._pid = 0
                    self._close()
        self._pass_on()

    def _pass_on(self) -> None:
        lines, self._lines = self._lines[:LINES_A_PASS], self._lines[LINES_A_PASS:]
        records = tuple(filter(None, (decode(line.decode("ascii", "replace")) for line in lines)))
        if records:
            self._tell(records)
        if self._lines and self._fd is None:
            self._reactor.alarm(0, self._pass_on)

    def _give_up(self) -> None:
        """The folder does not answer."""
        if self._fd is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            self._close()

    def _close(self) -> None:
        if self._fd is not None:
            if self._watched is not None:
                self._reactor.remove_watch_file(self._watched)
            os.close(self._fd)
            self._fd = None

    def reap(self) -> None:
        """Let the process go that was given up, once it has ended: one that hangs in its folder may take its time."""
        if self._pid and self._fd is None and os.waitpid(self._pid, os.WNOHANG)[0]:
            self._pid = 0


# -- the process that reads ------------------------------------------------------------------------------------------


def main() -> None:
    """Print what all files hold, from the newest entry on, and join old files if there are many.

    The one argument is how many entries are kept at most.
    """
    names = _files()
    most = int(sys.argv[1]) if len(sys.argv) > 1 else MOST
    for record in _told(names, most):
        sys.stdout.write(encode(record))
    sys.stdout.flush()
    _join(names, most)


def _told(names: list[str], most: int) -> list[Record]:
    """What the files hold, from the newest entry on, without what was forgotten."""
    return [record for record in merged(_records(names), most) if record.end != ERASED]


def _files() -> list[str]:
    try:
        found = sorted(os.listdir(folder()))
    except OSError:
        return []
    return [os.path.join(folder(), name) for name in found if name.endswith(SUFFIX)]


def _records(names: list[str]) -> Iterator[Record]:
    for name in names:
        try:
            with open(name, encoding="ascii", errors="replace") as file:
                for line in file:
                    record = decode(line)
                    if record is not None:
                        yield record
        except OSError:
            continue


def _join(names: list[str], most: int) -> None:
    """Write what old files hold into one, and only then remove them."""
    now = time.time()
    with contextlib.suppress(OSError):
        old = [name for name in names if now - os.stat(name).st_mtime > _JOINED_AFTER]
        if len(old) < _MANY_FILES:
            return
        draft = os.path.join(folder(), f"joining-{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.writelines(encode(record) for record in reversed(_told(old, most)))
            file.flush()
            os.fsync(file.fileno())
        os.rename(draft, os.path.join(folder(), f"joined-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}{SUFFIX}"))
        for name in old:
            os.unlink(name)


if __name__ == "__main__":
    main()

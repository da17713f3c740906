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
from typing import Any, Protocol

from bipy.kernel import jupyter_paths
from bipy.session.records import ERASED, MOST, Record, decode, digest, encode, merged
from bipy.session.status import safe

SUFFIX = ".jsonl"
# Files that were last written to so long ago are joined, if there are so many.
_JOINED_AFTER = 24 * 3600.0
_MANY_FILES = 20
# The reader is given up after so long.
DEADLINE_SECONDS = 20.0
_READ_AT_ONCE = 65536
# So many lines are taken in a pass: decoding them takes a few milliseconds.
LINES_A_PASS = 500
# What the processes are told to do that are started here; -P: nothing in the current folder is imported.
FORGET = "forget"
_PYTHON = (sys.executable, "-P", "-m", "bipy.chronicle")
# Appends each line to the file $2 in the folder $1.
_APPEND = 'umask 077; mkdir -p "$1" || exit; while IFS= read -r l; do printf "%s\\n" "$l" >> "$2" || exit; done'


def folder() -> str:
    """Where the files are."""
    return os.path.join(jupyter_paths.state_dir(), "history")


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

    def watch_writable(self, fd: int, callback: Callable[[], object] | None) -> None:
        """Call back when there is room to write; None: no more."""

    def remove_watch_file(self, handle: int) -> bool:
        """Call back no more."""

    def alarm(self, seconds: float, callback: Callable[[], object]) -> object:
        """Call back once."""


class Writer:
    """Appends to the file of this process, by a shell that may wait for the folder; `failed` is told once why not.

    The shell opens the file anew for each line, since another process may have joined it with others.  It goes on until
    its input ends, so what was handed to it is written also if this process is killed.
    """

    def __init__(self, reactor: Waits, failed: Callable[[str], object]) -> None:
        self._reactor = reactor
        self._failed: Callable[[str], object] | None = failed
        # Hosts that share a home may have the same process ids.
        unique = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{time.time_ns() % 10**9:09}"
        self._file = os.path.join(folder(), unique + SUFFIX)
        self._pending = self._said = b""
        self._pid = 0
        self._input: int | None = None
        self._errors: int | None = None
        self._forgetting: list[int] = []

    def append(self, record: Record) -> None:
        """Write a record; once that has failed it is tried no more."""
        if self._failed is None:
            return
        self._pending += encode(record).encode("ascii")
        if self._input is None:
            try:
                self._begin()
            except OSError as error:
                self._give_up(error.strerror or str(error))
                return
        self._hand_over()

    def forget(self, code: str, at: float) -> None:
        """Have an entry removed from all files, and keep in mind that it was."""
        self.append(Record(digest(code), at, end=ERASED))
        with contextlib.suppress(OSError):
            self._forgetting.append(_spawn([*_PYTHON, FORGET, digest(code)], [_nothing(fd) for fd in range(3)]))

    def reap(self) -> None:
        """Let the processes go that have ended."""
        self._forgetting = [pid for pid in self._forgetting if not os.waitpid(pid, os.WNOHANG)[0]]

    def _begin(self) -> None:
        theirs, ours = os.pipe()
        errors, told = os.pipe()
        try:
            actions = [(os.POSIX_SPAWN_DUP2, theirs, 0), _nothing(1), (os.POSIX_SPAWN_DUP2, told, 2)]
            self._pid = _spawn(["/bin/sh", "-c", _APPEND, "bipy", folder(), self._file], actions)
        except OSError:
            os.close(ours)
            os.close(errors)
            raise
        finally:
            os.close(theirs)
            os.close(told)
        os.set_blocking(ours, False)
        os.set_blocking(errors, False)
        self._input, self._errors = ours, errors
        self._reactor.watch_file(errors, self._ended)

    def _hand_over(self) -> None:
        """Hand over as much as the shell takes now, and the rest when it takes more."""
        if self._input is None:
            return
        try:
            while self._pending:
                self._pending = self._pending[os.write(self._input, self._pending[:_READ_AT_ONCE]) :]
        except BlockingIOError:
            self._reactor.watch_writable(self._input, self._hand_over)
        except OSError:
            self._reactor.watch_writable(self._input, None)  # `_ended` is told why
        else:
            self._reactor.watch_writable(self._input, None)

    def _ended(self) -> None:
        """The shell says what is wrong, or has ended, which it does only then."""
        if self._input is None or self._errors is None:
            return
        try:
            data = os.read(self._errors, _READ_AT_ONCE)
        except BlockingIOError:
            return
        self._said += data
        if data:
            return
        self._reactor.watch_writable(self._input, None)
        self._reactor.remove_watch_file(self._errors)
        os.close(self._input)
        os.close(self._errors)
        self._input = self._errors = None
        self._forgetting.append(self._pid)
        said = safe(self._said.decode(errors="replace"))
        self._give_up(said.rpartition(": ")[2] or "the shell that writes has ended")

    def _give_up(self, why: str) -> None:
        failed, self._failed, self._pending = self._failed, None, b""
        if failed is not None:
            failed(f"The history is not kept from now on: {self._file}: {why}")


def _nothing(fd: int) -> tuple[int, int, str, int, int]:
    return os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0


def _spawn(command: list[str], file_actions: list[tuple[Any, ...]]) -> int:
    """Start a process that no signal for this one reaches."""
    return os.posix_spawn(
        command[0],
        command,
        os.environ,
        file_actions=file_actions,
        setpgroup=0,
        setsigdef=[signal.SIGHUP, signal.SIGTSTP, signal.SIGPIPE],
    )


class Reader:
    """Reads what other sessions have kept, from the newest on, and tells it in pieces; `failed` is told why not.

    At most so many entries are told, and none that was written before `since`, in seconds since 1970.
    """

    def __init__(
        self,
        reactor: Waits,
        tell: Callable[[tuple[Record, ...]], object],
        failed: Callable[[str], object],
        most: int = MOST,
        since: float = 0.0,
    ) -> None:
        self._failed = failed
        self._reactor = reactor
        self._tell = tell
        self._text = b""
        self._lines: list[bytes] = []
        self._pid, self._fd = self._begin(most, since)
        self._watched: int | None = None
        if self._fd is not None:
            self._watched = reactor.watch_file(self._fd, self._read)
            reactor.alarm(DEADLINE_SECONDS, self._give_up)

    def _begin(self, most: int, since: float) -> tuple[int, int | None]:
        ours, theirs = os.pipe()
        os.set_blocking(ours, False)
        try:
            command = [*_PYTHON, str(most), str(since)]
            pid = _spawn(command, [_nothing(0), (os.POSIX_SPAWN_DUP2, theirs, 1), _nothing(2)])
        except OSError:
            os.close(ours)
            return 0, None
        finally:
            os.close(theirs)
        return pid, ours

    @property
    def is_done(self) -> bool:
        """Whether all was told that will be."""
        return self._fd is None and not self._lines and not self._pid

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
            self._failed(f"Earlier sessions can't be recalled: {folder()} does not answer")

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

    The arguments are how many entries are kept at most, and the time since which they were written: then the files
    are left alone.  Or they are FORGET and the digest of an entry.
    """
    names = _files()
    if sys.argv[1:2] == [FORGET]:
        for name in names:
            _blank(name, sys.argv[2])
        return
    most = int(sys.argv[1]) if len(sys.argv) > 1 else MOST
    since = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    for record in merged(_records(_written(names, since)), most):
        if record.at >= since:
            sys.stdout.write(encode(record))
    sys.stdout.flush()
    if not since:
        _join(names, most)


def _files() -> list[str]:
    try:
        found = sorted(os.listdir(folder()))
    except OSError:
        return []
    return [os.path.join(folder(), name) for name in found if name.endswith(SUFFIX)]


def _written(names: list[str], since: float) -> list[str]:
    """The files that were written to since then."""
    found = []
    for name in names:
        with contextlib.suppress(OSError):
            if not since or os.stat(name).st_mtime >= since:
                found.append(name)
    return found


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


def _blank(name: str, forgotten: str) -> None:
    """Write blanks over the records of an entry, where they stand: others may append to the file meanwhile."""
    with contextlib.suppress(OSError), open(name, "r+b") as file:
        while line := file.readline():
            record = decode(line.decode("ascii", "replace"))
            if record is not None and digest(record.code) == forgotten:
                behind = file.tell()
                file.seek(behind - len(line))
                file.write(b" " * len(line.rstrip(b"\n")))
                file.seek(behind)


def _join(names: list[str], most: int) -> None:
    """Write what old files hold into one, and only then remove them."""
    now = time.time()
    with contextlib.suppress(OSError):
        found = {name: os.stat(name) for name in names}
        old = [name for name in names if now - found[name].st_mtime > _JOINED_AFTER]
        if len(old) < _MANY_FILES:
            return
        draft = os.path.join(folder(), f"joining-{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.writelines(encode(record) for record in reversed(merged(_records(old), most)))
            file.flush()
            os.fsync(file.fileno())
        os.rename(draft, os.path.join(folder(), f"joined-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}{SUFFIX}"))
        for name in old:
            # A session that slept for days may have gone on meanwhile: its file counts twice then.
            if os.stat(name).st_size == found[name].st_size:
                os.unlink(name)


if __name__ == "__main__":
    main()

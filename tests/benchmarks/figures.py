"""What the benchmarks share: a table of figures, and bipy in a pseudo-terminal whose bytes are timed, not drawn."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.live.terminal import environment

_SEQUENCES = re.compile(rb"\x1b(?:\[[0-9;?<>=]*[ -/]*[@-~]|[()][A-Z0-9]|[=>78])|\x0e|\x0f")


# How much of what was read before is looked through again when more has come.
LOOKED_THROUGH = 1 << 16

# The script that pip installs, if there is one: a checkout is run as a module.
_SCRIPT = Path(sys.executable).with_name("bipy")
BIPY = [str(_SCRIPT)] if _SCRIPT.exists() else [sys.executable, "-m", "bipy"]


def show(name: str, measured: Sequence[float], reference: Sequence[float] = (), what: str = "") -> None:
    """Print one line: medians in milliseconds, the 95th percentile of ours, and what the reference is."""
    ours = statistics.median(measured) * 1000
    high = sorted(measured)[int(len(measured) * 0.95)] * 1000
    line = f"{name:<44}{ours:>9.1f} ms  (95 %: {high:.1f})"
    if reference:
        bare = statistics.median(reference) * 1000
        line = f"{line:<74} reference {bare:>8.1f} ms  {ours / bare:>5.2f}x  {what}"
    print(line, flush=True)


class Child:
    """A program in a pseudo-terminal of `size` (columns, rows); `home` is a scratch folder."""

    def __init__(self, argv: Sequence[str], home: Path, size: tuple[int, int] = (120, 40)) -> None:
        self.began = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], list(argv), environment(home))
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("hhhh", size[1], size[0], 0, 0))
        self.seen = b""
        self.home = home

    def send(self, data: bytes) -> float:
        """Write; the time before it."""
        began = time.perf_counter()
        while data:
            select.select([], [self.fd], [])
            data = data[os.write(self.fd, data[:4096]) :]
            self._read(0)
        return began

    def until(self, pattern: bytes, seconds: float = 60) -> float:
        """Read until `pattern` stands in the text since the last call, escape sequences aside; the time when it did."""
        found = re.compile(pattern)
        deadline = time.perf_counter() + seconds
        while True:
            if found.search(_SEQUENCES.sub(b"", self.seen)):
                self.seen = b""
                return time.perf_counter()
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{pattern!r} not seen in {self.seen[-2000:]!r}")
            # A flood is no place to look through again and again.
            self.seen = self.seen[-LOOKED_THROUGH:]
            self._read(1)

    def quiet(self, seconds: float = 0.3) -> None:
        """Read until nothing has come for so long."""
        while self._read(seconds):
            pass
        self.seen = b""

    def frame(self, seconds: float = 10) -> float:
        """The time when the next bytes come, or when they have been waited for so long."""
        self._read(seconds)
        return time.perf_counter()

    def end(self) -> None:
        os.kill(self.pid, signal.SIGTERM)
        self.reap()

    def reap(self) -> None:
        """Read to the end."""
        while not os.waitpid(self.pid, os.WNOHANG)[0]:
            self._read(0.2)
            self.seen = b""
        os.close(self.fd)

    def _read(self, seconds: float) -> bool:
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.fd, 1 << 20)
        except OSError:
            return False
        self.seen += data
        return bool(data)

    @property
    def host(self) -> int:
        """The process that holds the session."""
        return int(Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()[0])


def cpu(pid: int) -> float:
    """The seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wakes(pid: int) -> int:
    """How often a process has been waked."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if "ctxt_switches" in line)


def resident(pid: int) -> float:
    """The resident memory of a process, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def descriptors(pid: int) -> int:
    """How many file descriptors a process has."""
    return len(os.listdir(f"/proc/{pid}/fd"))


def nothing() -> float:
    """A bare `python -c pass`, from its exec to its end, in seconds."""
    began = time.perf_counter()
    os.waitpid(os.posix_spawn(sys.executable, [sys.executable, "-c", "pass"], os.environ), 0)
    return time.perf_counter() - began


@contextmanager
def plain(size: tuple[int, int] = (120, 40)) -> Iterator[Child]:
    """urwid as it comes, with an Edit: what bipy's screen and input cell are measured against."""
    with tempfile.TemporaryDirectory(prefix="b") as home:
        child = Child([sys.executable, "-m", "tests.benchmarks.plain"], Path(home), size)
        try:
            yield child
        finally:
            child.end()


@contextmanager
def bipy(*arguments: str, size: tuple[int, int] = (120, 40)) -> Iterator[Child]:
    """bipy as it is installed in this environment, with a scratch home."""
    with tempfile.TemporaryDirectory(prefix="b") as home:
        child = Child([*BIPY, *arguments], Path(home), size)
        try:
            yield child
        finally:
            child.end()


@contextmanager
def resumed(home: Path, size: tuple[int, int]) -> Iterator[Child]:
    """Another terminal for the session that was started with the scratch home."""
    child = Child([*BIPY, "--resume"], home, size)
    try:
        yield child
    finally:
        child.reap()

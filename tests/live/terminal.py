"""A real pseudo-terminal with a program in it, typed into and read as a person would.

The program gets a home of its own, so that no kernel, history or setting of the machine is seen.  An emulator (see
`emulators`) draws what the program writes.  Nothing here sleeps: `Terminal.until` reads until the screen is as it
should be, or fails and shows the screen.
"""

from __future__ import annotations

import fcntl
import os
import re
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from tests.live.emulators import Emulator, Pyte, Size, text
from tests.waiting import PATIENCE

# Synchronized output, private mode 2026: the program asks for it, the terminal has it, a frame begins and ends.
_ASKS_FOR_WHOLE_FRAMES, _HAS_WHOLE_FRAMES = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_FRAME_BEGINS, _FRAME_ENDS = b"\x1b[?2026h", b"\x1b[?2026l"

CHECKOUT = Path(__file__).parents[2]
KEPT = ("PATH", "LD_LIBRARY_PATH", "COVERAGE_PROCESS_START")


@contextmanager
def new_home() -> Iterator[Path]:
    """The home of a user who has just been given an account.

    Not below TMPDIR, which may be long: the path of an ipc socket must be short, and a message with a path in it too.
    """
    folder = Path(tempfile.mkdtemp(prefix="bipy-", dir="/tmp"))
    yield folder
    for process in processes(folder):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    shutil.rmtree(folder, ignore_errors=True)  # a kernel that is just ending may still write


def processes(home: Path) -> list[psutil.Process]:
    """What runs in the environment of the user of `home`: sessions outlive their terminals."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("HOME") == str(home):
                found.append(process)
    return found


def environment(home: Path, extra: Mapping[str, str] = {}) -> dict[str, str]:
    """The environment of the user of `home`, with this checkout of bipy in their Python's path."""
    return {
        **{name: os.environ[name] for name in KEPT if name in os.environ},
        "HOME": str(home),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "USER": "tester",
        "IPYTHONDIR": str(home / ".ipython"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "BIPY_TMPDIR": str(home),
        "PYTHONPATH": str(CHECKOUT),
        **extra,
    }


class Terminal:
    """A program in a terminal of `size` (columns, rows).

    `lines` are the rows on the screen, `scrollback` those and the ones that have left it at the top, both without
    trailing blanks.  `raw` is all that reached the terminal.  `status` is the exit status, None while the program runs.
    """

    def __init__(
        self, argv: Sequence[str], env: Mapping[str, str], size: Size = (80, 24), emulator: type[Emulator] = Pyte
    ) -> None:
        self._fd, terminal = os.openpty()
        self.status: int | None = None
        self.raw = b""
        self._emulator = emulator(_drawn(size), self.send)
        self.resize(size)
        self.found_modes = self.modes
        # The leader of a session becomes the owner of the first terminal that it opens.
        actions = (
            (os.POSIX_SPAWN_OPEN, 0, os.ttyname(terminal), os.O_RDWR, 0),
            (os.POSIX_SPAWN_DUP2, 0, 1),
            (os.POSIX_SPAWN_DUP2, 0, 2),
        )
        self.pid = os.posix_spawnp(argv[0], list(argv), dict(env), file_actions=actions, setsid=True)
        os.close(terminal)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *of_the_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Shut the terminal's window.  The program is hung up, and killed if that does not end it."""
        if self._fd < 0:
            return
        os.close(self._fd)
        self._fd = -1
        self._emulator.close()
        deadline = time.monotonic() + PATIENCE
        while self.status is None:
            self._reap(os.WNOHANG)
            if time.monotonic() > deadline:
                os.killpg(self.pid, signal.SIGKILL)
                self._reap(0)
            select.select([], [], [], 0.005)

    def resize(self, size: Size) -> None:
        """Make the window `size` (columns, rows), or make it say so: with 0 columns it has 80, with 0 rows 24."""
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("hhhh", size[1], size[0], 0, 0))
        self._emulator.resize(_drawn(size))

    def type(self, text: str) -> None:
        r"""Type as on a keyboard: \r is Enter, \x03 Ctrl-C, and so on."""
        self.send(text.encode())

    def paste(self, text: str) -> None:
        """Paste as terminals do: between two marks, with the line ends of the Enter key."""
        self.send(b"\x1b[200~" + text.replace("\n", "\r").encode() + b"\x1b[201~")

    def send(self, data: bytes) -> None:
        """Send bytes, and read meanwhile: a terminal takes only some kB ahead of its reader."""
        while data:
            if select.select([self._fd], [self._fd], [], 20)[1]:
                data = data[os.write(self._fd, data[:1024]) :]
            else:
                self.read(0)

    @property
    def lines(self) -> list[str]:
        return [text(row) for row in self._emulator.rows()]

    @property
    def scrollback(self) -> list[str]:
        return [text(row) for row in self._emulator.scrolled()] + self.lines

    @property
    def text(self) -> str:
        """The screen in one."""
        return "\n".join(self.lines)

    @property
    def cursor(self) -> tuple[int, int]:
        """Column and row."""
        return self._emulator.cursor()

    @property
    def modes(self) -> list[Any]:
        """The line settings, as termios.tcgetattr gives them."""
        return termios.tcgetattr(self._fd)

    def switched(self, mode: int) -> str:
        """How the private mode has been switched so far: h on, l off, s saved, r restored."""
        return b"".join(re.findall(rb"\x1b\[\?%d([a-z])" % mode, self.raw)).decode()

    def look(self, words: str, within: str = "") -> set[Hashable]:
        """The attributes with which `words` are drawn, in the lowest row in which they stand and `within` too."""
        for row in reversed(self._emulator.rows()):
            start = text(row).rfind(words)
            if start >= 0 and within in text(row):
                return {cell.attributes for cell in row[start : start + len(words)]}
        raise AssertionError(f"{words!r} is not on the screen:\n{self.text}")

    def columns(self, character: str) -> list[int]:
        """In which columns `character` stands for the last time in a row, from the top to the bottom."""
        rows = [[cell.column for cell in row if cell.character == character] for row in self._emulator.rows()]
        return [row[-1] for row in rows if row]

    def shows(self, pattern: str) -> bool:
        """Whether some row matches."""
        return any(re.search(pattern, line) for line in self.lines)

    def until(self, condition: Callable[[Terminal], object] | str, seconds: float = PATIENCE) -> None:
        """Read until `condition` holds; a str is a regular expression that some row has to match."""
        deadline = time.monotonic() + seconds
        while self._draws or not (self.shows(condition) if isinstance(condition, str) else condition(self)):
            assert self.status is None, f"ended with {self.status}, not seen: {condition}\n{self._report()}"
            assert time.monotonic() < deadline, f"not seen within {seconds} s: {condition}\n{self._report()}"
            self.read(0.05)

    def ended(self) -> int:
        """Read to the end; the exit status."""
        self.until(lambda terminal: terminal.status is not None)
        assert self.status is not None
        return self.status

    def _report(self) -> str:
        return "\n".join(self.scrollback)

    def read(self, seconds: float) -> None:
        """Read the output that has come, or comes within so many seconds."""
        if not select.select([self._fd], [], [], seconds)[0]:
            return
        try:
            data = os.read(self._fd, 65536)
        except OSError:  # on Linux, when no process has the terminal open any more
            data = b""
        if data:
            self.raw += data
            recent = self.raw[-len(data) - len(_ASKS_FOR_WHOLE_FRAMES) :]
            if _ASKS_FOR_WHOLE_FRAMES in recent[1:]:
                # In the order of the questions: the emulator answers the last one.
                self.send(_HAS_WHOLE_FRAMES)
            self._emulator.feed(data)
        else:
            self._reap(0)

    @property
    def _draws(self) -> bool:
        """Whether a frame has begun and not ended: half a frame is nothing that a user sees."""
        return self.raw.rfind(_FRAME_BEGINS) > self.raw.rfind(_FRAME_ENDS)

    def _reap(self, options: int) -> None:
        if self.status is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)


def _drawn(size: Size) -> Size:
    return size[0] or 80, size[1] or 24


class Shell(Terminal):
    """A shell with job control, at its prompt."""

    def __init__(self, home: Path, env: Mapping[str, str] = {}, size: Size = (200, 30)) -> None:
        super().__init__(["bash", "--norc", "--noprofile", "-i"], environment(home, {"PS1": "$ ", **env}), size)
        self.until(r"^\$$")
        self._asked = 0

    def start(self, arguments: str = "") -> psutil.Process:
        """Start bipy, and read until its host draws; the front."""
        self.type(f"{sys.executable} -m bipy {arguments}\r")
        self.until(lambda _: "idle" in self.lines[-1])
        (front,) = psutil.Process(self.pid).children()
        return front

    def answers(self) -> None:
        """Read until the shell has run a command: it has the terminal."""
        self._asked += 1
        self.type(f"echo $((1000 + {self._asked}))\r")
        self.until(lambda _: f"{1000 + self._asked}" in self.lines and self.lines[self.cursor[1]] == "$")

    def settings(self) -> str:
        """The settings of the terminal as the shell finds them; the screen is cleared."""
        self.type("clear; stty -g\r")
        self.answers()
        (settings,) = [line for line in self.lines if re.fullmatch("[0-9a-f:]{40,}", line)]
        return settings


class Repl(Terminal):
    """bipy in a terminal."""

    def __init__(
        self,
        home: Path,
        *arguments: str,
        size: Size = (80, 24),
        env: Mapping[str, str] = {},
        emulator: type[Emulator] = Pyte,
    ) -> None:
        super().__init__([sys.executable, "-m", "bipy", *arguments], environment(home, env), size, emulator)

    def __enter__(self) -> Repl:
        return self

    @property
    def host(self) -> psutil.Process:
        """The process that holds the session, as long as the front has forked it itself and lives."""
        (host,) = psutil.Process(self.pid).children()
        return host

    @property
    def kernel(self) -> psutil.Process:
        """The kernel that bipy has started.  The host's other child is its watcher, which is a shell."""
        (kernel,) = [child for child in self.host.children() if "ipykernel" in " ".join(child.cmdline())]
        return kernel

    @property
    def row(self) -> str:
        """The row in which the cursor stands."""
        return self.lines[self.cursor[1]]

    @property
    def number(self) -> int:
        """The number in the prompt of the row in which the cursor stands, 0 if there is none."""
        found = re.match(r"In \[(\d+)\]:", self.row)
        return int(found[1]) if found else 0

    @property
    def state(self) -> str:
        """The first word of the status bar."""
        return (self.lines[-1].split() or [""])[0]

    @property
    def is_ready(self) -> bool:
        """Whether the kernel is idle, the cell before done and the input cell empty."""
        empty = re.fullmatch(r"In \[\d+\]: ?", self.row)
        return bool(empty) and self.state == "idle" and "In [*]" not in self.text

    def ready(self, seconds: float = PATIENCE) -> None:
        """Read until it is."""
        self.until(lambda _: self.is_ready, seconds)

    @property
    def box(self) -> str:
        """The text in the box beside the cursor; "" when the box is closed."""
        framed = [row[1].rstrip() for line in self.lines if (row := re.search("│(.*)│", line))]
        # Where there is little room it has no frame.
        return "\n".join(framed or [line.strip() for line in self.lines[self.cursor[1] + 1 : -1]]).strip()

    def run(self, code: str) -> None:
        """Type `code` and Enter, and read until that cell is done: it has its number, and the next one is offered."""
        # A session that was resumed has not drawn its prompt yet.
        self.until(lambda _: self.number)
        number = self.number
        self.type(f"{code}\r")
        self.until(lambda _: self.is_ready and self.number > number)

    def detach(self) -> None:
        """Leave the session by its key, and read until bipy has ended."""
        self.type("\x18d")
        assert self.ended() == 0

    def work(self, condition: str = "True") -> None:
        """Run a cell that goes on as long as the Python `condition` holds, and read until it has begun."""
        number = self.number
        self.paste(f"print('begun', {number})\nwhile {condition}: pass")
        self.type("\x1b\r")
        self.until(f"^begun {number}$")

    def lines_after(self, pattern: str) -> list[str]:
        """The rows behind the lowest one that matches, down to the next prompt."""
        lines = self.lines
        start = max(row for row, line in enumerate(lines) if re.search(pattern, line))
        rest = lines[start + 1 :]
        end = next((row for row, line in enumerate(rest) if re.match(r"(\[remote\] )?In \[", line)), len(rest))
        return rest[:end]

"""The front: the process that the user's shell waits for.  It lends its terminal to a host and does almost nothing.

A session has two processes (see `host` for the other one).  The front opens the terminal anew, without blocking, and
sends that description to the host over a socket (see `lending.protocol`).  The host then reads keys and draws by
itself, so nothing is relayed and nothing is slower.  The front does what only a process of the user's shell can do: it
receives the terminal's signals, is stopped and continued, runs an editor, hands over an exit status.

A front draws one frame, while its host starts: a prompt, the characters that are typed, a status bar.  All that it has
read goes to the host with the terminal.

Who restores the terminal's modes: the host, which draws; the front, if the host dies while it has the terminal.

States, in the order in which a front goes through them:

    STARTING   the host starts; the front reads the terminal
    LENT       the terminal is the host's
    RELEASED   the host has given the terminal back, and prints, or has the front stopped (then LENT again)
    RUNNING    a program of the user's has the terminal, such as an editor (then LENT again)

A front lives as long as its session is on a terminal, so it is kept small: 10 MB, of which a bare Python takes 8.7.
It imports modules written in C, and those of bipy that do the same; `import signal`, `socket` or `typing` would add a
megabyte each, and 3 to 8 ms to the first frame.
"""

from __future__ import annotations

import _socket
import errno
import os
import select
import sys
import termios

from bipy.lending import protocol
from bipy.lending.protocol import ENVIRONMENT, Hello, Line, Torn, decode_exit
from bipy.terminal.line import LineDiscipline, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal as _signal
    from collections.abc import Callable
    from types import FrameType
    from typing import NoReturn
else:
    import _signal

# The exit status of a start that can't be.
MISUSE = 2
# That of a front whose host has died.
HOST_DIED = 1

_ALTERNATE, _MAIN = b"\x1b[?1049h", b"\x1b[?1049l"
# The transcript's first row is left for the banner, which only the host knows.
_PROMPT = b"In [1]: "
_PROMPT_ROW = 3
_STATUS = b" starting"
_INTERRUPT, _QUIT = b"\x03", b"\x1c"  # Ctrl-C, Ctrl-\
_DIED = "bipy: the process that held the session has ended unexpectedly, and its kernel with it."

STARTING, LENT, RELEASED, RUNNING = "STARTING", "LENT", "RELEASED", "RUNNING"


class CannotLendError(Exception):
    """There is no terminal to lend; the message says why and what to do."""


class Terminal:
    """The terminal of this process, opened anew and non-blocking, in the foreground; CannotLendError if there is none.

    The description is one of its own: the shell shares those of stdin and stdout, and would find them non-blocking.
    """

    def __init__(self) -> None:
        # A stream that the parent process closed is None.
        if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
            raise CannotLendError("bipy draws on a terminal: its standard input and output must both be one.")
        if os.environ.get("TERM") == "dumb":
            raise CannotLendError(
                "bipy draws on a terminal that can move its cursor, and TERM=dumb says this one cannot."
            )
        self.fd = _opened()
        self.wait_for_foreground()
        self.line = LineDiscipline(self.fd)

    def wait_for_foreground(self) -> None:
        """Be stopped here until the shell has put this process in the foreground (`bipy --resume &`, `bg`)."""
        while True:
            try:
                # From the background the system answers with SIGTTOU, which stops this process group until `fg`.
                termios.tcsetattr(self.fd, termios.TCSANOW, termios.tcgetattr(self.fd))
                return
            except termios.error as error:
                # It was stopped, and continued by a signal that has a handler.
                if error.args[0] != errno.EINTR:
                    raise CannotLendError(f"The terminal can't be set up: {error.args[-1]}.") from None

    def write(self, data: bytes) -> None:
        """Write what the terminal takes at once; a first frame is not worth waiting for."""
        try:
            os.write(self.fd, data)
        except OSError:
            return


def _opened() -> int:
    # macOS resolves /dev/tty for the process that uses it, so a lent one would be none.
    names = [os.ttyname(0)] if sys.platform == "darwin" else ["/dev/tty", os.ttyname(0)]
    error: OSError | None = None
    for name in names:
        try:
            return os.open(name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as refusal:
            error = refusal
    raise CannotLendError(f"The terminal can't be opened: {error}.")


class _FirstFrame:
    """The one frame that the front draws, plain, and the characters that are typed meanwhile."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self.typed = b""
        self.shown = False
        self._echoes = True

    def draw(self) -> None:
        """Switch to the alternate screen and draw; typed characters again, if there are any."""
        columns, rows = size(self._terminal.fd)
        frame = (b"" if self.shown else _ALTERNATE) + b"\x1b[H\x1b[2J"
        if rows > _PROMPT_ROW and columns > len(_STATUS) + len(_PROMPT):
            frame += b"\x1b[%dH%s\x1b[%dH%s" % (rows, _STATUS, _PROMPT_ROW, _PROMPT)
        else:
            self._echoes = False
        self._terminal.write(frame)
        self.shown = True
        self._room = columns - len(_PROMPT) - 1
        typed, self.typed = self.typed, b""
        self.take(typed)

    def take(self, data: bytes) -> None:
        """Keep what was typed, and echo it up to the first key that is no plain character."""
        self.typed += data
        if not (self._echoes and self.shown):
            return
        plain = 0
        for byte in data:
            # Bytes of other characters than ASCII are left to the host, which knows how wide they are.
            if not 0x20 <= byte < 0x7F or len(self.typed) - len(data) + plain >= self._room:
                self._echoes = False
                break
            plain += 1
        if plain:
            self._terminal.write(data[:plain])

    def leave(self) -> None:
        """Leave the alternate screen."""
        if self.shown:
            self._terminal.write(_MAIN)
            self.shown = False


class Front:
    """A front from its first frame to its exit status.

    `starts` says that the host is only just starting: then there is a first frame.  `host` is the host's process.
    """

    def __init__(self, terminal: Terminal, *, starts: bool) -> None:
        self.host = 0
        self._terminal = terminal
        self._starts = starts
        self._state = STARTING
        self._frame = _FirstFrame(terminal)
        self._poll = select.poll()
        self._poll.register(terminal.fd, select.POLLIN)
        self._watches_terminal = True
        self._program = 0
        self._kills = 0
        self._end: tuple[int, str] | None = None

    def show(self) -> None:
        """Take the terminal, and draw the first frame if there is one."""
        self._terminal.line.prepare()
        if self._starts:
            self._frame.draw()

    def run(self, line: Line) -> int:
        """Lend the terminal to the host at the other end of `line` until the end; the exit status."""
        self._line = line
        self._waked = self._catch_signals()
        self._poll.register(line.fileno(), select.POLLIN)
        self._poll.register(self._waked, select.POLLIN)
        environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
        try:
            line.send(protocol.HELLO, Hello(self._terminal.line.found, environment).encode(), self._terminal.fd)
            while self._end is None:
                self._serve()
        except Torn:
            self._hear_last_words()
        return self._leave(*(self._end or (HOST_DIED, _DIED)))

    def _hear_last_words(self) -> None:
        """The host is gone.  It may have said why while this process was stopped."""
        try:
            for kind, data in self._line.receive():
                if kind == protocol.EXIT:
                    self._told(kind, data)
        except Torn:
            return

    def _catch_signals(self) -> int:
        """Have each signal wake the poll: the end of the pipe where its number is read."""
        waked, wake = os.pipe()
        for fd in (waked, wake):
            os.set_blocking(fd, False)
        _signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        for number in (_signal.SIGINT, _signal.SIGQUIT, _signal.SIGTERM, _signal.SIGHUP):
            _signal.signal(number, self._signalled)
        for number in (_signal.SIGWINCH, _signal.SIGTSTP, _signal.SIGCONT, _signal.SIGCHLD):
            _signal.signal(number, _wake)
        return waked

    def _signalled(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as signal.signal wants it
        """Pass a signal on.  By kill and not by a message, since a host that waits for its kernel's end reads none."""
        if number == _signal.SIGHUP:
            # The terminal is gone.  The end of this process tells the host.
            os._exit(128 + number)
        if self._state is not RUNNING or number == _signal.SIGTERM:
            self._kill(number)

    def _kill(self, number: int) -> None:
        if self.host:
            try:
                os.kill(self.host, number)
            except OSError:
                return

    def _serve(self) -> None:
        """Wait, and serve what is ready."""
        ready = dict(self._poll.poll())
        if self._terminal.fd in ready:
            self._read_terminal()
        if self._waked in ready:
            for number in os.read(self._waked, 512):
                self._woken(number)
        if self._line.fileno() in ready:
            for kind, data in self._line.receive():
                self._told(kind, data)

    def _read_terminal(self) -> None:
        """Take what is typed while the host starts."""
        try:
            data = os.read(self._terminal.fd, 65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._unwatch_terminal()  # it has hung up: the host will see that too
            return
        self._frame.take(data)
        interrupts = self._frame.typed.count(_INTERRUPT)
        if not self._starts and interrupts:
            self._end = 128 + _signal.SIGINT, ""
        elif _QUIT in data or (_INTERRUPT in data and interrupts > 1):
            # A host that hangs in its imports (a folder on a network) reads no key.
            self._kill(_signal.SIGKILL if self._kills else _signal.SIGINT)
            self._kills += 1

    def _unwatch_terminal(self) -> None:
        if self._watches_terminal:
            self._watches_terminal = False
            self._poll.unregister(self._terminal.fd)

    def _woken(self, number: int) -> None:
        """A signal has come."""
        if number == _signal.SIGCHLD:
            self._reap()
        elif number == _signal.SIGTSTP and self._state is STARTING:
            self._frame.leave()
            self._stop()
            self.show()
        elif number == _signal.SIGTSTP and self._state is RELEASED:
            self._stop()
        elif number == _signal.SIGTSTP and self._state is LENT:
            self._line.send(protocol.STOP_ASKED)
        elif number == _signal.SIGCONT and self._state is LENT:
            self._terminal.wait_for_foreground()
            self._line.send(protocol.CONTINUED)
        elif number == _signal.SIGWINCH and self._state is STARTING:
            if self._frame.shown:
                self._frame.draw()
        elif number == _signal.SIGWINCH:
            self._line.send(protocol.RESIZED)

    def _told(self, kind: bytes, data: bytes) -> None:
        """The host has sent a message."""
        if kind == protocol.HAND_OVER:
            self.host = int(data)
            self._unwatch_terminal()
            if not self._frame.shown:
                self._terminal.line.prepare()
            self._state = LENT
            self._line.send(protocol.TYPED, (b"1" if self._frame.shown else b"0") + self._frame.typed)
        elif kind == protocol.RELEASED and self._state is not STARTING:
            self._state = RELEASED
        elif kind == protocol.STOP:
            self._state = RELEASED
            self._stop()
            self._lend_again(protocol.CONTINUED)
        elif kind == protocol.RUN:
            self._run([argument.decode("utf-8", "surrogateescape") for argument in data.split(b"\0")])
        elif kind == protocol.TELL:
            self._frame.leave()
            self._terminal.line.restore()
            # What is typed now is the terminal's to echo, and the host's to read later.
            self._unwatch_terminal()
            _print(2, data)
        elif kind == protocol.EXIT:
            self._end = decode_exit(data)

    def _stop(self) -> None:
        """Stop this job, as Ctrl-Z does; come back in the foreground.

        The process group of a terminal's own command can't be stopped: then this returns at once.
        """
        self._terminal.line.restore()
        _signal.signal(_signal.SIGTSTP, _signal.SIG_DFL)
        os.kill(0, _signal.SIGTSTP)
        _signal.signal(_signal.SIGTSTP, _wake)
        self._terminal.wait_for_foreground()

    def _run(self, arguments: list[str]) -> None:
        """Run a program on the terminal, such as an editor; signals of keys are its own meanwhile."""
        self._state = RUNNING
        _signal.signal(_signal.SIGTSTP, _signal.SIG_DFL)
        try:
            self._program = os.posix_spawnp(
                arguments[0], arguments, os.environ, setsigdef=[_signal.SIGPIPE, _signal.SIGXFSZ]
            )
        except OSError as error:
            self._ran(126 if isinstance(error, PermissionError) else 127)

    def _reap(self) -> None:
        if self._program:
            ended, status = os.waitpid(self._program, os.WNOHANG)
            if ended:
                self._program = 0
                self._ran(os.waitstatus_to_exitcode(status))

    def _ran(self, status: int) -> None:
        _signal.signal(_signal.SIGTSTP, _wake)
        self._state = RELEASED
        self._lend_again(protocol.PROGRAM_ENDED, b"%d" % status)

    def _lend_again(self, kind: bytes, data: bytes = b"") -> None:
        """Tell the host that the terminal is its own again.  If the host has died there is nothing of it to mend."""
        self._line.send(kind, data)
        self._state = LENT

    def _leave(self, status: int, text: str) -> int:
        """Give the terminal back where the host has not, and say how it ended."""
        if self._program:
            # The host let go while an editor had the terminal.
            os.waitpid(self._program, 0)
            self._state = RELEASED
        if self._state is STARTING:
            self._frame.leave()
            self._terminal.line.restore()
        elif self._state is LENT:
            self._terminal.write(protocol.MEND.encode())
            self._terminal.line.restore()
        if text:
            _print(2 if status else 1, text.encode("utf-8", "replace"))
        return status


def _print(fd: int, text: bytes) -> None:
    try:
        os.write(fd, text + b"\n")
    except OSError:
        return


def _wake(number: int, frame: FrameType | None) -> None:
    """Wake the poll; the number of the signal is in the pipe."""


def main(host: Callable[[Line], NoReturn]) -> int:
    """Fork a host, in which `host` is called and never returns, and lend it the terminal; the exit status."""
    try:
        terminal = Terminal()
    except CannotLendError as error:
        return _refuse(error)
    front = Front(terminal, starts=True)
    front.show()
    ours, theirs = _socket.socketpair()
    pid = os.fork()
    if not pid:
        ours.close()
        os.close(terminal.fd)
        host(Line(theirs, waits=False))
    theirs.close()
    front.host = pid
    return front.run(Line(ours, waits=True))


def resume(line: Line) -> int:
    """Lend the terminal to the running host at the other end of `line`; the exit status."""
    try:
        front = Front(Terminal(), starts=False)
    except CannotLendError as error:
        return _refuse(error)
    front.show()
    return front.run(line)


def _refuse(error: CannotLendError) -> int:
    _print(2, f"bipy: {error}".encode("utf-8", "replace"))
    return MISUSE

"""The protocol between a front and its host: messages over a Unix stream socket, and the terminal that is lent.

A front is the process that the user's shell waits for; the host holds the session (see `front` and `host`).  A message
is a byte that says which one it is, four bytes with the length of its data, and the data.  A `HELLO` brings a file
descriptor of the terminal along (SCM_RIGHTS).

The front says: HELLO, TYPED (once, when it was told to hand over), RESIZED, CONTINUED, STOP_ASKED, PROGRAM_ENDED.
The host says: HAND_OVER, RELEASED, STOP, RUN, TELL, EXIT.
Another process that asks about a session, and lends no terminal, says: STATUS, END, END_NOW; the host answers STATUS
or EXIT.

Versions: a HELLO begins with the version of its front.  A host that has another one answers EXIT with the reason.  The
form of a message, HELLO's first field and EXIT do not change.

Front and host import this module, so it imports modules written in C and nothing else (see `front`).
"""

from __future__ import annotations

import _socket
import _struct
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

VERSION = "1"

# From the front.
HELLO = b"A"  # version, found modes, environment: see `Hello`; with the terminal's file descriptor
TYPED = b"K"  # 1 if the alternate screen is on, else 0, then the bytes that were read; the terminal is the host's now
RESIZED = b"W"
CONTINUED = b"C"  # it was stopped and runs again, in the foreground
STOP_ASKED = b"z"  # it was told to stop (SIGTSTP)
PROGRAM_ENDED = b"e"  # the exit status of the program that it ran, a decimal number
# From the host.
HAND_OVER = b"H"  # stop reading and drawing, and send TYPED; the id of the host's process, a decimal number
RELEASED = b"L"  # the screen is stopped and the modes are restored; the host may go on printing
STOP = b"Z"  # the same, and stop now, as Ctrl-Z asks for
RUN = b"E"  # the same, and run this program: its arguments, each behind a NUL but the first
TELL = b"T"  # leave the first frame and print this text, to be read while the host starts
EXIT = b"X"  # exit status, a space, text to be printed; the end
# From a process that lends no terminal, and the answer.
STATUS = b"?"
END = b"x"  # refused with the status REFUSED where a cell runs
END_NOW = b"!"

REFUSED = 3

# Of the environment of a front the host takes these and no others: a terminal is described by them.
ENVIRONMENT = (
    "TERM",
    "COLORTERM",
    "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION",
    "TERMINFO",
    "TERMINFO_DIRS",
    "LC_ALL",
    "LC_CTYPE",
    "LANG",
    "WT_SESSION",
    "WT_PROFILE_ID",
    "ConEmuANSI",
    "FORCE_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "NO_COLOR",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "DBUS_SESSION_BUS_ADDRESS",
    "SSH_AUTH_SOCK",
    "SSH_CLIENT",
    "SSH_CONNECTION",
    "SSH_TTY",
    "TMUX",
    "TMUX_PANE",
    "STY",
    "WINDOWID",
    "KITTY_WINDOW_ID",
    "VISUAL",
    "EDITOR",
    "PAGER",
    "BROWSER",
)

# Leaves all that a front and a host may have switched: synchronized output, colours, wrapping, the wheel, the mouse,
# reports of the focus and of light and dark, paste marks, keys told apart, a hidden cursor and its shape, the title,
# the alternate screen.
MEND = (
    "\x1b[?2026l\x1b[0m\x1b[?7h\x1b[?1007h\x1b[?1007r\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?1004l\x1b[?2031l\x1b[?2004l"
    "\x1b[<u\x1b[>4m\x1b[?25h\x1b[0 q\x1b[23;2t\x1b[?1049l"
)

_HEADER = _struct.Struct("!cI")
_FD_SIZE = _struct.calcsize("i")
# A message longer than this comes from no bipy.
_LONGEST = 1 << 24
# A descriptor that comes along must not reach a kernel or an editor.  macOS has no such flag.
_CLOEXEC = getattr(_socket, "MSG_CMSG_CLOEXEC", 0)


class Torn(Exception):  # noqa: N818 - an end of the line, which need not be an error
    """The other side is gone, or does not speak this protocol."""


class Hello:
    """What a front says of its terminal.

    `modes` are the line settings found there, as termios.tcgetattr gives them; `environment` holds those of
    `ENVIRONMENT` that are set.
    """

    def __init__(self, modes: list[Any], environment: dict[str, str], version: str = VERSION) -> None:
        self.modes = modes
        self.environment = environment
        self.version = version

    def encode(self) -> bytes:
        """The data of a HELLO."""
        flags, characters = self.modes[:6], self.modes[6]
        # Some characters are numbers, where the line is not canonical.
        codes = [f"{each[0]}" if isinstance(each, bytes) else f"={each}" for each in characters]
        modes = ",".join([*map(str, flags), *codes])
        pairs = [f"{name}={value}" for name, value in self.environment.items()]
        fields = [self.version, modes, *pairs]
        return "\0".join(fields).encode("utf-8", "surrogateescape")

    @classmethod
    def decode(cls, data: bytes) -> Hello:
        """Read the data of a HELLO; Torn if it can't be.  Of another version only `version` is read."""
        version, *fields = data.decode("utf-8", "surrogateescape").split("\0")
        if version != VERSION:
            return cls([], {}, version)
        try:
            modes, *pairs = fields
            numbers = modes.split(",")
            characters: list[Any] = [
                int(each[1:]) if each.startswith("=") else bytes([int(each)]) for each in numbers[6:]
            ]
            found: list[Any] = [*map(int, numbers[:6]), characters]
        except ValueError:
            raise Torn from None
        named = {name: value for name, _, value in (pair.partition("=") for pair in pairs) if name in ENVIRONMENT}
        return cls(found, named)


class Line:
    """One end of the connection.

    `waits` says that sending may wait for the other side to read: a front's may, a host's never.  `fds` are the file
    descriptors that came along and have not been taken.
    """

    def __init__(self, socket: _socket.socket, *, waits: bool) -> None:
        self.socket = socket
        self.fds: list[int] = []
        self._flags = 0 if waits else _socket.MSG_DONTWAIT
        self._received = b""

    def fileno(self) -> int:
        """The descriptor of the socket, -1 when it is closed."""
        return self.socket.fileno()

    def send(self, kind: bytes, data: bytes = b"", fd: int | None = None) -> None:
        """Send a message; Torn if it can't be, also because the other side takes nothing and this one does not wait."""
        message = _HEADER.pack(kind, len(data)) + data
        rights = [] if fd is None else [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, _struct.pack("i", fd))]
        try:
            sent = self.socket.sendmsg([message], rights, self._flags)
            while sent < len(message):
                sent += self.socket.send(message[sent:], self._flags)
        except OSError:
            raise Torn from None

    def receive(self) -> Iterator[tuple[bytes, bytes]]:
        """The messages that have come, as (kind, data), without waiting; Torn at the end, after the last of them."""
        torn = False
        try:
            data, ancillary, _, _ = self.socket.recvmsg(
                65536, _socket.CMSG_SPACE(4 * _FD_SIZE), _socket.MSG_DONTWAIT | _CLOEXEC
            )
            torn = not data
            self._received += data
            for level, kind, rights in ancillary:
                if (level, kind) == (_socket.SOL_SOCKET, _socket.SCM_RIGHTS):
                    whole = len(rights) - len(rights) % _FD_SIZE
                    self.fds += [fd for (fd,) in _struct.iter_unpack("i", rights[:whole])]
        except BlockingIOError:
            return
        except OSError:
            torn = True
        while len(self._received) >= _HEADER.size:
            kind, length = _HEADER.unpack_from(self._received)
            if length > _LONGEST:
                raise Torn
            end = _HEADER.size + length
            if len(self._received) < end:
                break
            data, self._received = self._received[_HEADER.size : end], self._received[end:]
            yield kind, data
        if torn:
            raise Torn

    def close(self) -> None:
        """Close the connection, and the descriptors that were not taken."""
        for fd in self.fds:
            os.close(fd)
        self.fds = []
        self.socket.close()


def encode_exit(status: int, text: str) -> bytes:
    """The data of an EXIT."""
    return b"%d " % status + text.encode("utf-8", "replace")


def decode_exit(data: bytes) -> tuple[int, str]:
    """The exit status and the text of an EXIT; ValueError if it has none."""
    status, _, text = data.partition(b" ")
    return int(status), text.decode("utf-8", "replace")


def peer(socket: _socket.socket) -> tuple[int, int] | None:
    """The ids of the process and the user at the other end; None where the system does not tell (macOS)."""
    option = getattr(_socket, "SO_PEERCRED", None)
    if option is None:
        return None
    pid, uid, _ = _struct.unpack("3i", socket.getsockopt(_socket.SOL_SOCKET, option, _struct.calcsize("3i")))
    return pid, uid

"""The sockets by which running hosts are found: a folder of the user's own, with one socket for each session.

A socket is named by the number of its session in `bipy ps`, the lowest that was free.  The folder lies in /tmp, or in
$BIPY_TMPDIR, and not in $XDG_RUNTIME_DIR: logind removes that at logout, which a session has to survive.  It belongs to
the user and is open to no other one, else it is not used.  A socket that no host listens on is removed.

A front imports this module, so it imports modules written in C and nothing else (see `front`).
"""

from __future__ import annotations

import _socket
import errno
import fcntl
import os
import stat

from bipy.lending.protocol import Line, peer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# The least that systems give to the path of a socket, its end included (macOS).
LONGEST_PATH = 104
_BACKLOG = 8


class NoFolderError(Exception):
    """There is no folder in which sessions can be found; the message says why."""


def folder() -> str:
    """The folder of the sockets, made if it is not there; NoFolderError if it can't be used."""
    path = os.path.join(os.environ.get("BIPY_TMPDIR") or "/tmp", f"bipy-{os.getuid()}")  # noqa: S108 - owner checked
    try:
        try:  # noqa: SIM105 - a front imports no contextlib
            os.mkdir(path, 0o700)
        except FileExistsError:
            pass
        found = os.lstat(path)
    except OSError as error:
        raise NoFolderError(f"{path}: {error.strerror}") from None
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise NoFolderError(f"{path} is no folder of yours")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise NoFolderError(f"{path} is open to other users: make it yours alone (chmod 700)")
    if len(os.fsencode(path)) + len("/1000") >= LONGEST_PATH:
        raise NoFolderError(f"{path} is too long for a socket's path: set BIPY_TMPDIR to a shorter one")
    return path


def numbers() -> list[int]:
    """The numbers of the sessions whose sockets are there, whether they live or not."""
    try:
        return sorted(int(name) for name in os.listdir(folder()) if name.isdecimal())
    except (NoFolderError, OSError):
        return []


def connect(number: int, *, waits: bool = True) -> Line | None:
    """A connection to the host of session `number`; None if no host of this user listens there, or it takes no more.

    `waits` is as for `Line`.  Connecting waits for nothing: a host that is stopped must not stop a new bipy.
    """
    try:
        path = _path(number)
    except NoFolderError:
        return None
    socket = _unix_socket()
    socket.setblocking(False)
    try:
        socket.connect(path)
        socket.setblocking(True)
        other = peer(socket)
    except OSError as error:
        socket.close()
        if error.errno == errno.ECONNREFUSED:
            _remove_dead(number)
        return None
    if other is not None and other[1] != os.getuid():
        socket.close()
        return None
    return Line(socket, waits=waits)


class Listener:
    """The socket of this host's session; NoFolderError or OSError if there can't be one.

    `number` is the session's.  Every connection is handed out by `accept`.
    """

    def __init__(self) -> None:
        with _Lock(folder()):
            self.number = next(number for number in _from_one() if number not in numbers() or _is_dead(number))
            self.path = _path(self.number)
            self._socket = _unix_socket()
            mask = os.umask(0o177)
            try:
                self._socket.bind(self.path)
                self._socket.listen(_BACKLOG)
            except OSError:
                self._socket.close()
                raise
            finally:
                os.umask(mask)
        self._socket.setblocking(False)
        self._inode = os.lstat(self.path).st_ino

    def fileno(self) -> int:
        """The descriptor of the socket."""
        return self._socket.fileno()

    def accept(self) -> Line | None:
        """The next connection of a process of this user, without waiting; None if there is none."""
        try:
            fd, _ = self._socket._accept()  # type: ignore[attr-defined]  # as socket.accept does
        except OSError:
            return None
        socket = _socket.socket(fileno=fd)
        other = peer(socket)
        if other is not None and other[1] != os.getuid():
            socket.close()
            return None
        return Line(socket, waits=False)

    @property
    def is_found(self) -> bool:
        """Whether the socket is still in its place, where the session can be found."""
        try:
            return os.lstat(self.path).st_ino == self._inode
        except OSError:
            return False

    def close(self) -> None:
        """Listen no more; the number is free again."""
        if self.is_found:
            os.unlink(self.path)
        self._socket.close()


def _from_one() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


def _path(number: int) -> str:
    return os.path.join(folder(), str(number))


def _unix_socket() -> _socket.socket:
    return _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)


def _is_dead(number: int) -> bool:
    """Whether no host listens on the socket; it is removed then.  Under the lock."""
    socket = _unix_socket()
    socket.setblocking(False)
    try:
        socket.connect(_path(number))
    except OSError as error:
        if error.errno != errno.ECONNREFUSED:
            return False
        os.unlink(_path(number))
        return True
    finally:
        socket.close()
    return False


def _remove_dead(number: int) -> None:
    with _Lock(folder()):
        if number in numbers():
            _is_dead(number)


class _Lock:
    """One process at a time gives and takes numbers: between bind and listen a socket looks dead."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        self._fd = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(self._fd, fcntl.LOCK_EX)

    def __exit__(self, *of_the_error: object) -> None:
        os.close(self._fd)

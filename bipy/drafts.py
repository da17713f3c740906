"""What is being typed, in a file while it is: it survives a host that is killed, and a power cut a second later.

One file for each host, readable by the user alone, in the folder "drafts" of bipy's state.  It is written once a second
at most, when the text has changed, and removed when the session ends.  What a host that is gone has left is given to
the next one that starts.  The host says what may be kept: nothing that may be a password.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import NamedTuple

from bipy.kernel import jupyter_paths

_SUFFIX = ".draft"


class Draft(NamedTuple):
    """A text that was being typed, and when it was written, in seconds since 1970."""

    text: str
    at: float


class Keeper:
    """Keeps the draft of this host.  Nothing is said of errors: the text is on the screen too."""

    def __init__(self) -> None:
        self._file = os.path.join(_folder(), f"{os.uname().nodename}-{os.getpid()}{_SUFFIX}")
        self._wanted = ""
        self._kept = ""
        self._syncing = 0

    def keep(self, text: str) -> None:
        """Keep `text`, unless that is what is kept; nothing of an empty one.

        While the disk still takes the one before, it is kept as soon as that is done.
        """
        self._wanted = text
        self.reap()
        self._settle()

    def _settle(self) -> None:
        text = self._wanted
        if text == self._kept or self._syncing:
            return
        self._kept = text
        with contextlib.suppress(OSError):
            if text.strip():
                self._write(text)
            else:
                os.unlink(self._file)

    def _write(self, text: str) -> None:
        os.makedirs(_folder(), mode=0o700, exist_ok=True)
        draft = f"{self._file}.new"
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        os.rename(draft, self._file)
        # The disk may take its time, and a key must not wait for it: another process does.
        self._syncing = os.posix_spawnp("sync", ["sync", self._file, _folder()], os.environ)

    def reap(self) -> None:
        """Let the process go that has written the file to the disk, and keep what has been typed since."""
        if not self._syncing:
            return
        with contextlib.suppress(ChildProcessError):
            if not os.waitpid(self._syncing, os.WNOHANG)[0]:
                return
        self._syncing = 0
        self._settle()

    def forget(self) -> None:
        """The session ends: what was being typed has been printed, or is in its transcript."""
        self._wanted = self._kept = ""
        with contextlib.suppress(OSError):
            os.unlink(self._file)


def left_behind() -> list[Draft]:
    """The drafts of hosts of this machine that are gone, the oldest first; they are nobody else's from now on."""
    found = []
    prefix = f"{os.uname().nodename}-"
    try:
        names = os.listdir(_folder())
    except OSError:
        return []
    for name in names:
        pid = name.removeprefix(prefix).removesuffix(_SUFFIX)
        if not (name.startswith(prefix) and name.endswith(_SUFFIX) and pid.isdecimal()) or _lives(int(pid)):
            continue
        path = os.path.join(_folder(), name)
        taken = f"{path}.{os.getpid()}"
        with contextlib.suppress(OSError):  # another start has taken it
            os.rename(path, taken)
            with open(taken, encoding="utf-8", errors="surrogateescape") as file:
                found.append(Draft(file.read(), os.stat(taken).st_mtime))
            os.unlink(taken)
    return sorted(found, key=lambda draft: draft.at)


def told(draft: Draft) -> str:
    """What the user is told of a draft."""
    when = time.strftime("%H:%M" if time.time() - draft.at < 12 * 3600 else "%Y-%m-%d %H:%M", time.localtime(draft.at))
    return f"bipy was killed at {when}. What was being typed is an Up away."


def _lives(pid: int) -> bool:
    """Whether the process is there, and not one that has ended and that nobody has asked about (Linux tells)."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
        return stat.read().rpartition(")")[2].split()[:1] != ["Z"]
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _folder() -> str:
    return os.path.join(jupyter_paths.state_dir(), "drafts")

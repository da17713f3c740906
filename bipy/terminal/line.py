"""The line discipline of a terminal, and its size.  POSIX; modules written in C only, for the sake of `bipy.front`.

The front prepares the line as its first act, long before urwid is imported: keys that are typed meanwhile are neither
echoed nor lost.  The host prepares and restores it with each start and stop of its screen.
"""

from __future__ import annotations

import os
import termios
from _struct import unpack
from fcntl import ioctl

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The size of a terminal that does not know its own.
COLUMNS, ROWS = 80, 24
# What tmux says of a terminal that does not tell the size of its cells.
TMUX_CELL = (16, 32)


def size(fd: int) -> tuple[int, int]:
    """Columns and rows of the terminal behind `fd`, at least one of each.

    A terminal whose maker set no size (expect, some containers) says that it has 0 columns and 0 rows.
    """
    try:
        columns, rows = os.get_terminal_size(fd)
    except OSError:  # such as a terminal that has hung up
        return COLUMNS, ROWS
    return columns or COLUMNS, rows or ROWS


def cell(fd: int) -> tuple[int, int] | None:
    """The width and the height of a cell in pixels, if the terminal's size tells; what tmux makes up does not."""
    try:
        rows, columns, width, height = unpack("4H", ioctl(fd, termios.TIOCGWINSZ, bytes(8)))
    except OSError:
        return None
    found = (width // columns, height // rows) if width and height and columns and rows else (0, 0)
    return found if all(found) and found != TMUX_CELL else None


class LineDiscipline:
    """The line settings of the terminal behind `fd`, which were found as `found`.

    Without `found` they are read now; OSError when `fd` is no terminal.
    """

    def __init__(self, fd: int, found: list[Any] | None = None) -> None:
        self.fd = fd
        try:
            self.found: list[Any] = termios.tcgetattr(fd) if found is None else found
        except termios.error as error:
            raise OSError(*error.args) from None
        self._prepared = _prepared(self.found)

    def prepare(self) -> None:
        """Switch off echo, line editing, signal keys and flow control, so that Ctrl-C and Ctrl-S are keys too.

        TCSANOW, because the usual TCSAFLUSH drops the keys that have been typed.  Does nothing after a hang-up.
        """
        try:
            termios.tcsetattr(self.fd, termios.TCSANOW, self._prepared)
            # The system may have set less than it was asked to.
            self._prepared = termios.tcgetattr(self.fd)
        except termios.error:
            return

    def restore(self, *, unless_changed: bool = False) -> None:
        """Set the line as it was found.  Keys that were not read stay for the shell.  Does nothing after a hang-up.

        `unless_changed`: not if another process has set it since, such as the shell that got its terminal back.
        """
        try:
            if not unless_changed or termios.tcgetattr(self.fd) == self._prepared:
                termios.tcsetattr(self.fd, termios.TCSANOW, self.found)
        except termios.error:
            return


def _prepared(found: list[Any]) -> list[Any]:
    mode = list(found)
    mode[0] &= ~(termios.IXON | termios.IXOFF)
    # The line would turn each CR LF of a paste into two line ends.
    mode[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR)
    mode[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG | termios.IEXTEN)
    mode[6] = list(mode[6])
    mode[6][termios.VMIN] = 1
    mode[6][termios.VTIME] = 0
    return mode

"""The line discipline of the terminal, and its size.  POSIX; the standard library only.

bipy prepares the line as its first act, long before it imports urwid: keys that are typed meanwhile are neither echoed
nor lost.  It restores the line as its last act.
"""

from __future__ import annotations

import os
import termios
from typing import Any

# The size of a terminal that does not know its own.
COLUMNS, ROWS = 80, 24


def size(fd: int) -> tuple[int, int]:
    """Columns and rows of the terminal behind `fd`, at least one of each.

    A terminal whose maker set no size (expect, some containers) says that it has 0 columns and 0 rows.
    """
    try:
        columns, rows = os.get_terminal_size(fd)
    except OSError:  # such as a terminal that has hung up
        return COLUMNS, ROWS
    return columns or COLUMNS, rows or ROWS


class LineDiscipline:
    """The line settings of the terminal behind the file descriptor `fd`.

    Raises OSError when `fd` is no terminal.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd
        if not os.isatty(fd):
            raise OSError(f"file descriptor {fd} is no terminal")
        self._found: list[Any] = termios.tcgetattr(fd)

    def prepare(self) -> None:
        """Switch off echo, line editing, signal keys and flow control, so that Ctrl-C and Ctrl-S are keys too.

        TCSANOW, because the usual TCSAFLUSH drops the keys that have been typed.
        """
        mode = termios.tcgetattr(self.fd)
        mode[0] &= ~(termios.IXON | termios.IXOFF)
        # The line would turn each CR LF of a paste into two line ends.
        mode[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR)
        mode[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG | termios.IEXTEN)
        mode[6] = list(mode[6])
        mode[6][termios.VMIN] = 1
        mode[6][termios.VTIME] = 0
        termios.tcsetattr(self.fd, termios.TCSANOW, mode)

    def restore(self) -> None:
        """Set the line as it was found.  Keys that were not read stay for the shell.  Do nothing after a hang-up."""
        try:
            termios.tcsetattr(self.fd, termios.TCSADRAIN, self._found)
        except termios.error:
            return

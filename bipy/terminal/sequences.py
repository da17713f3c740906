"""The sequences that carry text to the terminal itself, each through one encoder.

All other text reaches the terminal through the cells of a canvas.  What is encoded here cannot end its sequence early,
whatever the text is.  A picture goes there as pixels, never as the file that a kernel sent.  Sources: xterm's "Control
Sequences" (OSC 2, 7, 52, CSI 22 and 23 t), iTerm2's OSC 9, ConEmu's OSC 9;4, urxvt's OSC 777, FinalTerm's OSC 133,
kitty's graphics protocol.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Literal
from urllib.parse import quote

from bipy.placement import Pixels
from bipy.terminal.capabilities import Capabilities, through_tmux

# The terminal keeps its title, and has it back.
PUSH_TITLE, POP_TITLE = "\x1b[22;2t", "\x1b[23;2t"
# Mode 2031: the terminal tells when it becomes light or dark.
TELL_SCHEME, TELL_NO_SCHEME = "\x1b[?2031h", "\x1b[?2031l"
LONGEST = 200

# What begins there in the scrollback: a prompt, the code behind it, what its cell printed, or nothing more of the cell.
Mark = Literal["prompt", "code", "output", "done", "failed"]
_MARKS: dict[Mark, str] = {"prompt": "A", "code": "B", "output": "C", "done": "D;0", "failed": "D;1"}

# Terminals drop a longer sequence without a word, or take its beginning (xterm, kitty and tmux take a megabyte).
MOST_COPIED = 1_000_000

# kitty takes no more base64 in one piece.
PIECE = 4096


def clipboard(text: str) -> str:
    """OSC 52: the terminal puts `text` into the clipboard of the machine that it runs on, if it may."""
    return f"\x1b]52;c;{b64encode(text.encode(errors='replace')).decode()}\x1b\\"


def cursor(shape: Literal["", "bar", "block"]) -> str:
    """DECSCUSR: the shape of the cursor, which blinks not; "" is the user's own."""
    return {"": "\x1b[0 q", "bar": "\x1b[6 q", "block": "\x1b[2 q"}[shape]


def title(text: str) -> str:
    """OSC 2: the title of the window."""
    return f"\x1b]2;{_plain(text)}\x1b\\"


def folder(host: str, path: str) -> str:
    """OSC 7: the working folder, where a new tab begins."""
    return f"\x1b]7;file://{quote(host)}{quote(path.encode(errors='surrogateescape'))}\x1b\\"


def notification(text: str, terminal: Capabilities) -> str:
    """A notification of the desktop: OSC 777 for a VTE, OSC 9 for others; tmux passes it on where it may."""
    name = terminal.outer if terminal.is_tmux else terminal.name
    told = _plain(text).replace(";", ",")
    sequence = f"\x1b]777;notify;bipy;{told}\x1b\\" if name.startswith("VTE") else f"\x1b]9;{told}\x1b\\"
    return through_tmux(sequence) if terminal.is_tmux else sequence


def progress(percent: int | None, *, failed: bool, terminal: Capabilities) -> str:
    """OSC 9;4: how far a task is, from 0 to 100, in the tab or the taskbar; None: nothing is shown any more."""
    told = "0" if percent is None else f"{2 if failed else 1};{percent:d}"
    sequence = f"\x1b]9;4;{told}\x1b\\"
    return through_tmux(sequence) if terminal.is_tmux else sequence


def mark(what: Mark) -> str:
    """OSC 133: what begins here, so that the terminal can jump from prompt to prompt and select an output."""
    return f"\x1b]133;{_MARKS[what]}\x1b\\"


def picture(number: int, pixels: Pixels, cells: tuple[int, int] | None = None) -> Iterator[str]:
    """Have the terminal keep these pixels under `number`, and show them where placeholders stand.

    By kitty's graphics protocol.  It answers nothing (q=2).  Placeholders are so many columns and rows; without `cells`
    the picture is shown at the cursor.  Each piece is a sequence of its own, for tmux too.
    """
    import zlib

    data = b64encode(zlib.compress(pixels.data, 1)).decode()
    where = f"U=1,c={cells[0]},r={cells[1]}," if cells else ""
    keys = f"a=T,{where}q=2,i={number},f=32,s={pixels.width},v={pixels.height},o=z,"
    for start in range(0, len(data), PIECE):
        more = int(start + PIECE < len(data))
        yield f"\x1b_G{keys}m={more};{data[start : start + PIECE]}\x1b\\"
        keys = "q=2,"


def no_picture(number: int) -> str:
    """Have the terminal forget the picture `number`."""
    return f"\x1b_Ga=d,d=I,q=2,i={number}\x1b\\"


def _plain(text: str) -> str:
    """One line of printable characters, of a bounded length."""
    return "".join(character for character in text[:LONGEST] if character.isprintable())

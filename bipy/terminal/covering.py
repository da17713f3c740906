"""Which way a terminal shows a picture on its whole screen, and the sequences for that: sixel, iTerm2's, kitty's.

These pictures stand where the cursor is and know nothing of cells, so they are shown in place of the window, until a
key is pressed (see `Display.cover`).  Sources: DEC's "Graphics Programming" (STD 070) for sixel, iTerm2's "Images".
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Literal

from bipy.placement import Pixels
from bipy.terminal import sequences
from bipy.terminal.capabilities import Capabilities

Way = Literal["kitty", "iterm2", "sixel", ""]

# The beginnings of the names of terminals that have iTerm2's pictures.
INLINE = ("iterm2", "wezterm")
# Other pictures of ours have smaller numbers.
NUMBER = 1 << 30
HELP = (
    "This terminal shows no picture on its whole screen: kitty, Ghostty, WezTerm, iTerm2 and those with sixel do, "
    "tmux from 3.4 on where it was built with sixel"
)
UNCOVER = sequences.no_picture(NUMBER)

_REPEATED = re.compile(rb"(.)\1{3,}", re.DOTALL)
_BANDS = 6


def way(terminal: Capabilities) -> Way:
    """The best way that the terminal has said it knows; "" if it knows none."""
    if terminal.graphics and not terminal.is_tmux:
        return "kitty"
    if terminal.name.lower().startswith(INLINE):
        return "iterm2"
    return "sixel" if terminal.sixel else ""


def kitty(pixels: Pixels) -> str:
    """A picture by kitty's graphics, as large as its pixels."""
    return "".join(sequences.picture(NUMBER, pixels))


def iterm2(png: bytes) -> str:
    """A picture by iTerm2's OSC 1337, as large as its pixels."""
    return f"\x1b]1337;File=inline=1;size={len(png)}:{b64encode(png).decode()}\x07"


def sixel(width: int, height: int, palette: bytes, indexes: bytes) -> str:
    """A picture by sixel: `palette` has red, green and blue of each colour, `indexes` the colour of each pixel."""
    pieces = [f'\x1bP0;1q"1;1;{width};{height}'.encode()]
    for number in sorted(set(indexes)):
        red, green, blue = (palette[3 * number + part] * 100 // 255 for part in range(3))
        pieces.append(b"#%d;2;%d;%d;%d" % (number, red, green, blue))
    for top in range(0, height, _BANDS):
        rows = [indexes[row * width : (row + 1) * width] for row in range(top, min(top + _BANDS, height))]
        for number in sorted(set().union(*rows)):
            pieces.append(b"#%d%s$" % (number, _REPEATED.sub(_repeat, _band(rows, number, width))))
        pieces.append(b"-")
    return b"".join([*pieces, b"\x1b\\"]).decode()


def _band(rows: list[bytes], number: int, width: int) -> bytes:
    """Which pixels of a band of six rows have the colour `number`: a character for each column."""
    bits = 0
    for row, data in enumerate(rows):
        # All columns at once: the bytes of a row as one integer.
        bits |= int.from_bytes(data.translate(bytes(number) + bytes([1 << row]) + bytes(255 - number)), "big")
    return bits.to_bytes(width, "big").translate(bytes((63 + each) % 256 for each in range(256)))


def _repeat(found: re.Match[bytes]) -> bytes:
    return b"!%d%s" % (len(found[0]), found[1])

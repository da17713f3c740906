"""The sequences that carry text to the terminal itself, each through one encoder.

All other text reaches the terminal through the cells of a canvas.  What is encoded here cannot end its sequence early,
whatever the text is.  Sources: xterm's "Control Sequences", OSC 52.
"""

from __future__ import annotations

from base64 import b64encode

# Terminals drop a longer sequence without a word, or take its beginning (xterm, kitty and tmux take a megabyte).
MOST_COPIED = 1_000_000


def clipboard(text: str) -> str:
    """OSC 52: the terminal puts `text` into the clipboard of the machine that it runs on, if it may."""
    return f"\x1b]52;c;{b64encode(text.encode(errors='replace')).decode()}\x1b\\"

"""What the terminal can do, as far as it matters to how an output is drawn: one frozen value.

A renderer is handed it and asks for nothing else; nothing here asks a terminal.
"""

from __future__ import annotations

from bipy.value import Value


class Means(Value):
    """`depth` is the number of colours: 1, 16, 256 or 2**24."""

    depth: int = 256

"""What the terminal can do, as far as it matters to how an output is drawn: one frozen value.

A renderer is handed it and asks for nothing else; nothing here asks a terminal.
"""

from __future__ import annotations

from bipy.value import Value


class Means(Value):
    """`depth` is the number of colours: 1, 16, 256 or 2**24.

    `cell` is the width and the height of a cell in pixels, `rows` the number of rows of the screen.
    `placeholders` says that it shows pictures in their own pixels where kitty's Unicode placeholders stand.
    `ascii` says that no other characters are to be drawn: a formula stays its source.
    """

    depth: int = 256
    cell: tuple[int, int] = (8, 16)
    rows: int = 24
    placeholders: bool = False
    ascii: bool = False

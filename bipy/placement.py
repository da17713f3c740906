"""Where a picture stands on the screen: what the interface and the terminal both know of it.

The attribute of canvas cells in which kitty's Unicode placeholders stand (its graphics protocol, "Unicode
placeholders").  A cell names its row and its column in the picture by two combining characters.  So pictures scroll,
are clipped and lie under a box as text does.  Which number the terminal knows a picture by is the terminal's business
(see `terminal.pictures`).
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from bipy.value import Value

PLACEHOLDER = "\U0010eeee"

# The characters that stand for the numbers from 0 on, as kitty's protocol lists them: first and last of each range.
_NUMBERS = """
305 30d-30e 310 312 33d-33f 346 34a-34c 350-352 357 35b 363-36f 483-487 592-595 597-599 59c-5a1 5a8-5a9 5ab-5ac 5af
5c4 610-617 657-65b 65d-65e 6d6-6dc 6df-6e2 6e4 6e7-6e8 6eb-6ec 730 732-733 735-736 73a 73d 73f-741 743 745 747 749-74a
7eb-7f1 7f3 816-819 81b-823 825-827 829-82d 951 953-954 f82-f83 f86-f87 135d-135f 17dd 193a 1a17 1a75-1a7c 1b6b
1b6d-1b73 1cd0-1cd2 1cda-1cdb 1ce0 1dc0-1dc1 1dc3-1dc9 1dcb-1dcc 1dd1-1de6 1dfe 20d0-20d1 20d4-20d7 20db-20dc 20e1 20e7
20e9 20f0 2cef-2cf1 2de0-2dff a66f a67c-a67d a6f0-a6f1 a8e0-a8f1 aab0 aab2-aab3 aab7-aab8 aabe-aabf aac1 fe20-fe26
10a0f 10a38 1d185-1d189 1d1aa-1d1ad 1d242-1d244
"""
# There are no numbers for more columns or rows.
MOST_CELLS = 297


class Pixels(NamedTuple):
    """Red, green, blue and alpha of each pixel, row by row."""

    width: int
    height: int
    data: bytes


class Placement(Value):
    """A picture in so many columns and rows.  A subclass holds the picture."""

    columns: int
    rows: int

    def pixels(self, cell: tuple[int, int]) -> Pixels:
        """The picture, not much larger than cells of that many pixels show; ValueError if there is none any more."""
        raise NotImplementedError

    def cells(self, row: int) -> str:
        """The text of one of its rows."""
        numbers = _numbers()
        return "".join(PLACEHOLDER + numbers[row] + numbers[column] for column in range(self.columns))


@cache
def _numbers() -> str:
    ends = [each.partition("-") for each in _NUMBERS.split()]
    return "".join(chr(code) for first, _, last in ends for code in range(int(first, 16), int(last or first, 16) + 1))

"""The pictures that a terminal holds for us, for kitty's Unicode placeholders: which are sent, and under which number.

A picture is sent in front of the frame that shows it first, and deleted when it has not been on show for a while, or
the screen stops: 200 pictures in a session cost the terminal no more than those on show and a few.  Its number is the
foreground colour of its cells.  That is one of 2**24, begun at random, because other programs have pictures there too.
A tmux that knows 256 colours alone would change such a colour, so that pictures have the numbers of colours there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from bipy.placement import Placement
from bipy.terminal import sequences
from bipy.terminal.capabilities import through_tmux

# Pictures that are not on show and still kept, for one who scrolls to and fro.
SPARE = 4
# The first 16 colours have other sequences.
_FEW = range(16, 256)
_MANY = range(1 << 16, 1 << 24)


class Pictures:
    """The pictures in one terminal.  `through_tmux` says that a tmux stands in between, `few` that it has 256 colours.

    `cell` is the size of a cell in pixels.
    """

    def __init__(self, cell: tuple[int, int], *, through_tmux: bool = False, few: bool = False) -> None:
        self._cell = cell
        self._through_tmux = through_tmux
        self._numbers = _FEW if few else _MANY
        self._next = int.from_bytes(os.urandom(4), "big") % len(self._numbers)
        # The number of each picture that the terminal has been told of, the one shown last at the end.
        self._known: dict[Placement, int] = {}
        self._sent: set[Placement] = set()
        self._on_show: dict[Placement, None] = {}

    def begin(self) -> None:
        """A frame begins."""
        self._on_show = {}

    def colour(self, placement: Placement) -> str:
        """The sequence for the foreground colour of a picture's cells, which are part of this frame."""
        self._on_show[placement] = None
        number = self._known.get(placement)
        if number is None:
            number = self._known[placement] = self._free_number()
        if self._numbers is _FEW:
            return f"\x1b[38;5;{number}m"
        return f"\x1b[38;2;{number >> 16};{number >> 8 & 255};{number & 255}m"

    def end(self) -> str:
        """What is to be sent in front of the frame that has been begun."""
        sent: list[str] = []
        for placement in self._on_show:
            number = self._known.pop(placement)
            self._known[placement] = number
            if placement not in self._sent:
                self._sent.add(placement)
                sent += self._passed(self._shown(placement, number))
        spare = [placement for placement in self._known if placement not in self._on_show]
        for placement in spare[: max(0, len(spare) - SPARE)]:
            sent += self._passed(self._deleted(placement))
        return "".join(sent)

    def forget(self) -> None:
        """The terminal may have lost all pictures: they are sent again when they are shown again."""
        self._sent = set()

    def delete(self) -> str:
        """What lets the terminal have none of them any more."""
        return "".join(piece for placement in list(self._known) for piece in self._passed(self._deleted(placement)))

    def _shown(self, placement: Placement, number: int) -> Iterator[str]:
        try:
            pixels = placement.pixels(self._cell)
        except (ValueError, MemoryError):
            return iter(())
        return sequences.picture(number, pixels, (placement.columns, placement.rows))

    def _deleted(self, placement: Placement) -> Iterator[str]:
        number = self._known.pop(placement)
        if placement in self._sent:
            self._sent.discard(placement)
            yield sequences.no_picture(number)

    def _passed(self, pieces: Iterator[str]) -> Iterator[str]:
        return map(through_tmux, pieces) if self._through_tmux else pieces

    def _free_number(self) -> int:
        taken = set(self._known.values())
        while True:
            self._next = (self._next + 1) % len(self._numbers)
            if self._numbers[self._next] not in taken or len(taken) >= len(self._numbers):
                return self._numbers[self._next]

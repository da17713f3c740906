"""Leaving: whether it is meant while something stands in its way, and leaving in turn, behind cells that have not run.

What stands in the way the session knows; pure.
"""

from __future__ import annotations

from bipy import notes
from bipy.interaction import Effect, Exit, Tell


class Departure:
    """One wish to leave.

    Ctrl-D means now: `ask` warns once while something would be lost.  A cell that says exit means in its turn: `enter`
    waits for what was entered before it, and `settled` leaves if that went well.
    """

    def __init__(self) -> None:
        self.waits = False
        self._warned = False

    def ask(self, *, loses: bool) -> list[Effect]:
        """Leave now; `loses` when cells would not run to their end."""
        if loses and not self._warned:
            self._warned = True
            return [Tell(notes.CELLS_WOULD_END)]
        return [Exit()]

    def enter(self, *, loses: bool) -> list[Effect]:
        """Leave, as the next of the cells; `loses` when those before it have not run to their end."""
        if not loses:
            return [Exit()]
        self.waits = True
        return [Tell(notes.LEAVES_LATER)]

    def settled(self, *, well: bool) -> list[Effect]:
        """Nothing is left that would be lost; an error in it is for the user to see."""
        waits, self.waits = self.waits, False
        return [Exit()] if waits and well else []

    def stay(self) -> None:
        """The user goes on typing: a warning is forgotten."""
        self._warned = False

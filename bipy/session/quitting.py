"""Leaving: whether it is meant while something stands in its way, and leaving in turn, behind cells that have not run.

What stands in the way the session knows; pure.
"""

from __future__ import annotations

from bipy.session import notes
from bipy.session.effects import Effect, Exit, Tell


class Quitting:
    """One wish to leave.

    Ctrl-D means now: `ask` warns once while something would be lost.  A cell that says exit means in its turn: `enter`
    waits for what was entered before it, and `settled` leaves if that went well.
    """

    def __init__(self) -> None:
        self.waits = False
        self._warned = False
        self._judges = False

    def ask(self, *, loses: bool) -> list[Effect]:
        """Leave now; `loses` when cells would not run to their end."""
        if loses and not self._warned:
            self._warned = True
            return [Tell(notes.CELLS_WOULD_END)]
        return [Exit()]

    def enter(self, *, unfinished: bool, ours: bool) -> list[Effect]:
        """Leave, as the next of the cells; `unfinished` when one has not run to its end, `ours` when one of ours."""
        if not unfinished:
            return [Exit()]
        self.waits, self._judges = True, ours
        return [Tell(notes.LEAVES_LATER)]

    def settled(self, *, well: bool) -> list[Effect]:
        """All is finished; an error in our last cell, if it was waited for, is for the user to see."""
        self.waits = False
        return [Exit()] if well or not self._judges else [Tell(notes.NOT_LEFT)]

    def stay(self) -> None:
        """The user goes on typing: a warning is forgotten."""
        self._warned = False

    def go_on(self) -> None:
        """The user enters another cell: who works on does not want to leave."""
        self.waits = False

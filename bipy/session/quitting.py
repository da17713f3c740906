"""Leaving and restarting: what the user has to say twice, and an `exit` that waits for the cells before it.

Two machines.  `Warned` is what was asked for once and warned of: asked for again, without a key between, it is done.
`Deferred` is what an `exit` waits for, once it was entered behind cells that have not run.  The session knows what
would be lost.  Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

from bipy.session import notes
from bipy.session.effects import Effect, Exit, Tell


class Warned(Enum):
    """What the user has been warned of, and not done since."""

    NOTHING = auto()
    LEAVING = auto()
    RESTARTING = auto()


# When leaving asks although no cell would be lost: where cells have run in a kernel that ends, always, or never.


class Deferred(Enum):
    """What an `exit` waits for."""

    NONE = auto()  # there is none, or it waits for nothing
    BEHIND_OTHERS = auto()  # another client's cell, however that ends
    BEHIND_OURS = auto()  # cells of ours: an error there is for the user to see


FOLLOWS: Mapping[Deferred, frozenset[Deferred]] = {
    Deferred.NONE: frozenset({Deferred.BEHIND_OTHERS, Deferred.BEHIND_OURS}),
    Deferred.BEHIND_OTHERS: frozenset({Deferred.NONE, Deferred.BEHIND_OURS}),
    Deferred.BEHIND_OURS: frozenset({Deferred.NONE}),
}


class Quitting:
    """Ctrl-D and a restart mean now, an `exit` that is entered means when all before it has run."""

    def __init__(self) -> None:
        self._warned = Warned.NOTHING
        self._deferred = Deferred.NONE

    @property
    def waits(self) -> bool:
        """Whether bipy leaves when all that was entered has run."""
        return self._deferred is not Deferred.NONE

    def ask(self, warning: str) -> list[Effect]:
        """Leave now; `warning` says what would be lost, "" if nothing."""
        return self._warn(Warned.LEAVING, warning) or [Exit()]

    def restart(self, warning: str) -> list[Effect]:
        """A restart is asked for: the warning of what would be lost, or nothing when it may be done."""
        return self._warn(Warned.RESTARTING, warning)

    def enter(self, *, unfinished: bool, ours: bool) -> list[Effect]:
        """Leave, as the next of the cells; `unfinished` when one has not run to its end, `ours` when one of ours."""
        if not unfinished:
            return [Exit()]
        # An `exit` that is entered twice waits for what the first one waits for.
        if self._deferred is not Deferred.BEHIND_OURS:
            self._become(Deferred.BEHIND_OURS if ours else Deferred.BEHIND_OTHERS)
        return [Tell(notes.LEAVES_LATER)]

    def settled(self, *, well: bool) -> list[Effect]:
        """All is finished; an error in our last cell, if it was waited for, is for the user to see."""
        stays = self._deferred is Deferred.BEHIND_OURS and not well
        self._become(Deferred.NONE)
        return [Tell(notes.NOT_LEFT)] if stays else [Exit()]

    def stay(self) -> None:
        """The user goes on typing: a warning is forgotten."""
        self._warned = Warned.NOTHING

    def go_on(self) -> None:
        """The user enters another cell, or interrupts: who works on does not want to leave."""
        self._become(Deferred.NONE)

    def _warn(self, what: Warned, warning: str) -> list[Effect]:
        """The first time, when something would be lost."""
        warned, self._warned = self._warned, Warned.NOTHING
        if not warning or warned is what:
            return []
        self._warned = what
        return [Tell(warning)]

    def _become(self, deferred: Deferred) -> None:
        if deferred is self._deferred:
            return
        if deferred not in FOLLOWS[self._deferred]:
            raise AssertionError(f"leaving cannot go from {self._deferred} to {deferred}")
        self._deferred = deferred

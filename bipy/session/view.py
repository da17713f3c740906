"""What the interface reads of a session: one immutable value, made anew when something has happened.

A widget or an action that wants more than is here is missing a field, not a way into the session.  The transcript is
the one part that is not copied, for the sake of a million lines: the interface reads it and never changes it.
"""

from __future__ import annotations

from bipy.inspection.source import Source
from bipy.inspection.values import EMPTY, Page, Popup
from bipy.messaging.events import KernelInfo
from bipy.session.history import History
from bipy.session.lifecycle import Phase
from bipy.session.transcript import Transcript
from bipy.value import Value


class View(Value):
    """A session as it is now.

    `phase` is the kernel's (busy as long as a cell of ours is on its way), `busy_since` when a cell began, in seconds
    on the session's clock.  `own` says that the kernel is bipy's own.  `language` is the kernel's, by pygments' name.
    `execution_count` is the number that a cell entered now will have; `queued` cells wait, and the texts `awaited` were
    entered and await their verdict, the oldest first.  `interruptible` says that something of ours runs, is queued,
    awaits its verdict or waits for a line; `resists` that the running cell was interrupted and runs on; `runs_command`
    that a cell runs which may hold a command of the system's (`!command`): that gets no input.

    `untouched` says that nothing was entered or typed here, nor run by others in a kernel that ends with the session:
    nothing would be lost if it ended.

    `folded` says that the newest part of the transcript is folded, `asks` that a request for a line waits to be opened;
    `debugger` names the debugger at whose prompt the user is.

    `popup` is what the box shows, `page` what the docs pane shows (None while it is closed).  `menu_awaited` says that
    Tab waits for its completion menu.  `brackets` are the offsets of the pair at the cursor, `lone_bracket` is that of
    one without a partner, `source` is the code being typed, which lends what was read of it.  `hint` is what the status
    bar should say of inspection, or ""; `inspects` says that inspection is not off.  `history` is named here as
    the transcript is, and read-only too.
    """

    transcript: Transcript
    phase: Phase
    own: bool
    busy_since: float | None
    info: KernelInfo | None
    language: str
    execution_count: int
    queued: int
    awaited: tuple[str, ...]
    interruptible: bool
    resists: bool = False
    untouched: bool = False
    runs_command: bool = False
    folded: bool = False
    asks: bool = False
    debugger: str = ""
    popup: Popup = EMPTY
    page: Page | None = None
    menu_awaited: bool = False
    brackets: tuple[int, int] | None = None
    lone_bracket: int | None = None
    source: Source | None = None
    hint: str = ""
    inspects: bool = True
    history: History | None = None

    @property
    def busy(self) -> bool:
        """Whether the kernel runs a cell, ours or another client's."""
        return self.phase is Phase.BUSY

    @property
    def dead(self) -> bool:
        """Whether the kernel is gone or out of reach."""
        return self.phase is Phase.DEAD

"""The events of the user and of the machine, as values.  `Session.update` takes them.

The events of the kernel are those of `messaging.events`.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum, auto
from typing import Literal

from bipy.inspection.inspector import Mode
from bipy.inspection.matching import Matching
from bipy.inspection.values import Document
from bipy.messaging.message import Request
from bipy.session.records import Record
from bipy.session.tables import Question
from bipy.session.transcript import Cell
from bipy.value import Value

# When leaving asks: where cells have run, always, never.
Confirm = Literal["run", "always", "never"]


class TableAsked(Value):
    """The pane of a table asks the kernel for more than was sent, or (None) no more; `AnswerTable` tells the answer."""

    question: Question | None


class Opened(Value):
    """There are channels to a kernel process that has not been talked to: the session may begin."""


class Edited(Value):
    """The code in the input cell, or the cursor, moved.  `replaced`: by code that was not typed, which asks nothing."""

    document: Document
    replaced: bool = False


class PromptEdited(Value):
    """What is typed at the prompt of a debugger, or the cursor in it, moved."""

    document: Document


class Resized(Value):
    """The terminal has another size."""

    columns: int
    lines: int


class Chosen(Value):
    """A candidate was put into the code, which now reads `document`."""

    document: Document


class DocsAsked(Value):
    """The user asks what stands at the cursor: its docs are to be shown in the box."""

    document: Document


class DocsOpened(Value):
    """The docs pane opens, or moves, to `name`, else to the name at the cursor; `detail_level` 1: to its source."""

    document: Document
    name: str | None = None
    detail_level: int = 0


class DocsClosed(Value):
    """The docs pane closes."""


class Configured(Value):
    """The user's settings are others from now on."""

    inspection: Mode
    matching: Matching
    confirm: Confirm


class DocsPinned(Value):
    """The docs pane stays with what it shows, or follows the cursor again."""


class TabPressed(Value):
    """Tab (`step` 1) or Shift-Tab (-1) in `document`: complete what is sure, then take the next match."""

    document: Document
    step: int = 1


class MenuMoved(Value):
    """The user goes `step` places on among the matches, one of which is chosen."""

    step: int


class MatchChosen(Value):
    """The user takes the match that is `text`; nothing happens if it is not on show any more."""

    text: str


class MenuAccepted(Value):
    """Enter on a chosen match: it stays, and the menu closes."""


class Dismissed(Value):
    """Esc: close the box for this token and this call."""


class SignatureTurned(Value):
    """The user wants the next of several signatures (`step` 1), or the one before (-1)."""

    step: int = 1


class ModeSwitched(Value):
    """The user switches to the next inspection mode."""


class Recalled(Value):
    """The user walks `step` entries through the history, or through the answers while input() waits for a line."""

    document: Document
    step: int


class Remembered(Value):
    """Text that was typed leaves the screen and has not run: the history keeps it, and that of answers an `answer`."""

    text: str
    answer: bool = False


class EarlierRead(Value):
    """Entries of earlier sessions were read, from the newest on; those that were told before are newer."""

    records: tuple[Record, ...]


class OthersRead(Value):
    """Entries that other sessions have kept meanwhile were read, from the newest on; some may be known already."""

    records: tuple[Record, ...]


class Kept(Value):
    """An entry was kept, and `record` says where and when it was entered too."""

    record: Record


class Erased(Value):
    """The user wants an entry of the history forgotten."""

    code: str


class Entered(Value):
    """Enter: run `code` if it is complete, else it goes on where the cursor stands (None: at its end)."""

    code: str
    cursor: int | None = None


class Forced(Value):
    """Run `code`, complete or not; `cursor` as for `Entered`, should a text that waits in front of it go on."""

    code: str
    cursor: int | None = None


class EnterUndone(Value):
    """The user takes back what was entered last, as long as its verdict is awaited."""


class Answered(Value):
    """The user answered input(); None is end of file."""

    value: str | None


class InterruptAsked(Value):
    """Ctrl-C while something runs."""


class InterruptSent(Value):
    """An interrupt has gone to the kernel as a message, which is read on control."""


class RestartAsked(Value):
    """The user wants a fresh kernel."""


class LeaveAsked(Value):
    """The user wants to leave; twice, when a cell of our own kernel would end with it."""


class DetachAsked(Value):
    """The user wants to leave the session as it is, and to come back to it."""


class Detached(Value):
    """The terminal is gone, or was let go, at that time of day; the session goes on."""

    at: datetime


class Attached(Value):
    """A terminal is here again, at that time of day."""

    at: datetime


class Noted(Value):
    """The host has something to say that stays: it stands in the transcript."""

    text: str


class FoldTurned(Value):
    """The user opens a folded block of the transcript, or folds it again; None: the last one."""

    cell: Cell | None = None


class TakenBack(Value):
    """The user takes the last queued cell back."""


class Died(Value):
    """The kernel is gone: why, for people."""

    reason: str


class Beating(Value):
    """The heart of a kernel that was thought dead beats again."""


class Timer(Enum):
    """What a `Later` waits for."""

    NUDGE = auto()  # the kernel is asked again who it is
    VERDICT = auto()  # the client decides whether what was entered is complete
    HALF_DONE = auto()  # a cell has ended though its reply or its idle has not come
    INTERRUPT = auto()  # the cell that is to be interrupted has begun
    PAUSE = auto()  # no key has come for a while: what inspection waits with may be asked


class Elapsed(Value):
    """The time of a `Later` is up; `request` is what it was about."""

    timer: Timer
    request: Request | None = None

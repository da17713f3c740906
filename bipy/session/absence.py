"""The time that a session spends without a terminal: what is noted of it, and what is worth a word at once.

Two states, here and away.  Nothing else of a session changes with them: cells run on, the queue too, an open prompt
stays open.  Of a cell of ours that ends while the user is away, it is noted under it how long it took and when it
ended.  What the user may want to hear of while away is a `Notify`: a cell has ended that took long, a cell has failed,
input() waits, the kernel is dead.

While the user is here, a `Notify` tells of a cell that took long, should the user look elsewhere.

The time of day comes with the events that begin and end an absence; between them the session's own clock goes on from
there.  Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bipy.session.effects import Kind, Notify
from bipy.session.status import LONGEST_LINE, count_lines, lasted, safe
from bipy.session.transcript import Cell, Failure, State, Transcript

# A cell that took longer is told of when it ends.
LONG_SECONDS = 10.0

# How a cell ended, in a word; the others have not run.
_ENDS = {
    State.DONE: "done",
    State.FAILED: "failed",
    State.INTERRUPTED: "interrupted",
    State.LOST: "lost",
}


class Absence:
    """The absences of one user; `away` tells whether there is one now."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        # When it began, by the wall clock and by the session's.
        self._since: tuple[datetime, float] | None = None
        # What has ended since, and when.
        self._ended: list[tuple[Cell, datetime]] = []
        # The cells that there were when it began, with their revisions and their lines of output; and since then.
        self._before: dict[Cell, tuple[int, int]] = {}
        self._counted: dict[Cell, tuple[int, int]] = {}

    @property
    def away(self) -> bool:
        """Whether there is no terminal."""
        return self._since is not None

    def begin(self, at: datetime, now: float) -> None:
        """The terminal has gone; a second word of it changes nothing."""
        if self._since is None:
            self._since = at, now
            self._before = {cell: (cell.revision, count_lines(cell.outputs)) for cell in self._transcript}
            self._counted = dict(self._before)

    def end(self, at: datetime) -> None:
        """A terminal is here again: of what did not end today the day is told too."""
        for cell, ended in self._ended:
            if ended.date() != at.date():
                self._transcript.remark(cell, _remark(cell, ended, day=True))
        self._since = None
        self._ended = []
        self._before = self._counted = {}

    def ended(self, cells: Iterable[Cell]) -> list[Notify]:
        """These cells of ours have ended."""
        notices = []
        for cell in cells:
            if cell.state not in _ENDS or cell.ended is None:
                continue
            if self._since is None:
                if _seconds(cell, cell.ended) > LONG_SECONDS:
                    kind: Kind = "failed" if cell.state is State.FAILED else "done"
                    notices.append(_notice(kind, cell, cell.ended, _error(cell)).replace(away=False))
                continue
            at, began = self._since
            ended = at + timedelta(seconds=cell.ended - began)
            self._ended.append((cell, ended))
            self._transcript.remark(cell, _remark(cell, ended))
            if cell.state is State.FAILED:
                notices.append(_notice("failed", cell, cell.ended, _error(cell)))
            elif cell.state is not State.LOST and _seconds(cell, cell.ended) > LONG_SECONDS:
                notices.append(_notice("done", cell, cell.ended))
        return notices

    def asked(self, cell: Cell | None, number: int | None, prompt: str, now: float) -> list[Notify]:
        """A prompt has opened for `cell`, None if for no cell of ours, which has or will have that number."""
        return [_notice("input", cell, now, prompt).replace(execution_count=number)] if self.away else []

    def died(self, cell: Cell | None, reason: str, now: float) -> list[Notify]:
        """The kernel is dead, and `cell`, if there is one, lost with it."""
        return [_notice("died", cell, now, reason)] if self.away else []

    @property
    def lines(self) -> int:
        """The lines of output that came since the absence began; only cells that have changed are counted anew."""
        if self._since is None:
            return 0
        count = 0
        for cell in self._transcript:
            revision, lines = self._counted.get(cell, (-1, 0))
            if revision != cell.revision:
                lines = count_lines(cell.outputs)
                self._counted[cell] = cell.revision, lines
            count += max(0, lines - self._before.get(cell, (0, 0))[1])
        return count


def _notice(kind: Kind, cell: Cell | None, now: float, detail: str = "") -> Notify:
    if cell is None:
        return Notify(kind, None, "", 0.0, safe(detail))
    first = cell.code.strip().split("\n", 1)[0]
    return Notify(kind, cell.execution_count, safe(first[:LONGEST_LINE]), _seconds(cell, now), safe(detail))


def _seconds(cell: Cell, now: float) -> float:
    return now - cell.started if cell.started is not None else 0.0


def _remark(cell: Cell, ended: datetime, *, day: bool = False) -> str:
    """How long a cell ran, how it ended, and when."""
    when = f"on {ended:%Y-%m-%d} at {ended:%H:%M}" if day else f"at {ended:%H:%M}"
    end = f"{_ENDS[cell.state]} {when}"
    if cell.started is None or cell.ended is None:
        return end
    return f"ran {lasted(cell.ended - cell.started)}, {end}"


def _error(cell: Cell) -> str:
    """What a cell that failed says of that, in its last error."""
    failures = (output for output in reversed(cell.outputs) if isinstance(output, Failure))
    failure = next(failures, None)
    return f"{failure.ename}: {failure.evalue}" if failure is not None else ""

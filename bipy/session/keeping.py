"""Which entries are kept for later sessions, and what is kept with them.

An entry is kept when it is sent, since it may take the machine down, and again when it has ended, with how.  What was
typed and not run is kept too, but not while a cell of ours runs: it may be a password on its way.  What begins with a
space is not kept.
"""

from __future__ import annotations

from collections.abc import Iterable

from bipy.messaging.events import ExecuteInput
from bipy.session.effects import Keep
from bipy.session.history import History
from bipy.session.records import DONE, NEVER_RUN, Record, is_kept
from bipy.session.status import safe
from bipy.session.transcript import Cell, Failure, State

_ENDS = {State.DONE: DONE, State.ABORTED: NEVER_RUN, State.INTERRUPTED: "interrupted", State.LOST: "lost"}


def keep(history: History, code: str, language: str, seconds: float = 0.0, end: str = NEVER_RUN) -> list[Keep]:
    """Keep an entry of `history` for later sessions, if it is to be kept."""
    if not is_kept(code):
        return []
    record = Record(code, language=language, seconds=seconds, end=end)
    history.learn(record)
    return [Keep(record)]


def keep_ended(history: History, cells: Iterable[Cell], language: str) -> list[Keep]:
    """Keep what is known now of the cells that have ended."""
    kept: list[Keep] = []
    for cell in cells:
        seconds = cell.ended - cell.started if cell.ended is not None and cell.started is not None else 0.0
        end = _error(cell) if cell.state is State.FAILED else _ENDS[cell.state]
        kept += keep(history, cell.code, language, round(seconds, 3), end)
    return kept


def overhear(history: History, event: ExecuteInput, language: str) -> list[Keep]:
    """Keep in mind what another client runs."""
    parent = event.parent
    by = safe(" ".join(filter(None, (parent.username, parent.session[:8])))) or "another client"
    if not is_kept(event.code):
        return []
    record = Record(event.code, language=language, by=by)
    history.learn(record)
    return [Keep(record)]


def _error(cell: Cell) -> str:
    """The name of the error that ended a cell."""
    failures = (output for output in reversed(cell.outputs) if isinstance(output, Failure))
    failure = next(failures, None)
    return failure.ename if failure is not None and failure.ename.isprintable() and failure.ename else "failed"

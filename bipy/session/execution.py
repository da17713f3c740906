"""The life of a cell behind its verdict: queue, execution, end.

One cell of ours is with the kernel at a time, a `Run`.  It has ended when both its reply and its own idle have come, in
either order, since they travel on two sockets; `Half` says which has come.  Pure; what is to be sent is returned.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from bipy.messaging import events
from bipy.messaging.message import Request, execute_request
from bipy.session.cell_files import code_named
from bipy.session.effects import EditFile, Effect, Exit, Later, Page, Send, SetInput
from bipy.session.events import Elapsed, Timer
from bipy.session.transcript import Cell, State, Transcript

# When one half of a cell's end is missing, it has ended after this time all the same.
HALF_DONE_SECONDS = 2.0

_FATES: Mapping[str, State] = {"ok": State.DONE, "error": State.FAILED, "aborted": State.ABORTED}


class Half(Enum):
    """Which half of a cell's end has come."""

    NONE = auto()
    REPLY = auto()
    IDLE = auto()
    BOTH = auto()


FOLLOWS: Mapping[Half, frozenset[Half]] = {
    Half.NONE: frozenset({Half.REPLY, Half.IDLE}),
    Half.REPLY: frozenset({Half.BOTH}),
    Half.IDLE: frozenset({Half.BOTH}),
    Half.BOTH: frozenset(),
}


class Run:
    """A cell of ours that the kernel has, whether it has begun or not.

    `began` says that the kernel has come to its code, which an execute_input tells; the busy of a request that is
    aborted comes all the same.  `fate` is what its reply said.  `interrupted` says that the user wants it to end: what
    is entered from then on is not aborted with it.  `has_command` says that a line of it begins with `!`.  `replaced`:
    what it has put into the input cell is to stand in its place, as with %load.
    """

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.request = execute_request(cell.code)
        self.half = Half.NONE
        self.began = False
        self.fate: State | None = None
        self.interrupted = self.replaced = False
        # What it wants of its front end, as far as the answer to another request has told.
        self.payload: tuple[dict[str, Any], ...] = ()
        self.has_command = any(line.lstrip().startswith("!") for line in cell.code.split("\n"))

    def came(self, half: Half) -> None:
        """One half of the end has come; a kernel may say it twice."""
        if half is self.half:
            return
        both = half if self.half is Half.NONE else Half.BOTH
        if both not in FOLLOWS[self.half]:
            raise AssertionError(f"the end of a cell cannot go from {self.half} to {both}")
        self.half = both


class Execution:
    """The queue of our own cells, the one that runs, and where outputs go."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self.next_count = 1
        self.running: Run | None = None
        # Whether the kernel has been given a cell by any client since its process began.
        self.has_run = False
        self._queue: deque[Cell] = deque()
        # The cells that the kernel had and that have ended, until they are taken.
        self._ended: list[Cell] = []
        self._own: dict[Request, Cell] = {}

    @property
    def coming_count(self) -> int:
        """The number that a cell entered now will have, if no other client's comes between."""
        unnumbered = self.running is not None and self.running.cell.execution_count is None
        return self.next_count + len(self._queue) + unnumbered

    @property
    def queued(self) -> int:
        """How many cells wait here."""
        return len(self._queue)

    @property
    def has_command(self) -> bool:
        """Whether the cell that the kernel has may run a command of the system's."""
        return self.running is not None and self.running.has_command

    @property
    def went_well(self) -> bool:
        """Whether our last cell, if there was one, has ended without an error."""
        own = (cell for cell in reversed(self.transcript.cells) if cell.origin == "own")
        last = next((cell for cell in own if cell.state is not State.QUEUED), None)
        return last is None or last.state is State.DONE

    def number_of(self, cell: Cell) -> int:
        """The number of a cell that the kernel has; also before that was told, since stdin is another socket."""
        return self.next_count if cell.execution_count is None else cell.execution_count

    def enqueue(self, code: str) -> None:
        """Put a cell at the end of the queue."""
        self._queue.append(self.transcript.add(Cell(code)))

    def take_back(self) -> str | None:
        """Take the last queued cell back; its code, None when nothing is queued."""
        if not self._queue:
            return None
        cell = self._queue.pop()
        self.transcript.remove(cell)
        return cell.code

    def take_ended(self) -> list[Cell]:
        """The cells of ours that the kernel had and that have ended since the last call."""
        ended, self._ended = self._ended, []
        return ended

    def send_next(self) -> list[Effect]:
        """Send the next cell if none is on its way."""
        if self.running or not self._queue:
            return []
        self.running = run = Run(self._queue.popleft())
        self._own[run.request] = run.cell
        self.has_run = True
        return [Send(run.request)]

    def interrupted(self, now: float) -> bool:
        """The user interrupts: what is queued now does not run, whatever the running cell makes of it.

        Whether there was anything.
        """
        queued = bool(self._queue)
        self._abort_queue(now)
        if self.running:
            self.running.interrupted = True
        return queued

    def cell_of(self, request: Request) -> Cell | None:
        """Our cell that was sent in `request`, however long ago."""
        return self._own.get(request)

    def began(self, event: events.ExecuteInput, now: float) -> None:
        """A cell began, ours or another client's."""
        self.has_run = True
        if event.execution_count is not None:
            self.next_count = event.execution_count + 1
        if cell := self.own_cell(event.parent):
            self.transcript.begin(cell, now, event.execution_count)
        if run := self._run_of(event.parent):
            run.began = True

    def status(self, event: events.Status, now: float) -> list[Effect]:
        """The kernel took a cell of ours up, or is done with it."""
        cell = self.own_cell(event.parent)
        if cell is None:
            return []
        if event.execution_state == "busy":
            self.transcript.begin(cell, now)
        elif event.execution_state == "idle" and (run := self._run_of(event.parent)):
            return self._half_came(run, Half.IDLE, now)
        return []

    def replied(self, event: events.ExecuteReply, now: float) -> list[Effect]:
        """The reply to one of our cells."""
        run = self._run_of(event.parent)
        if run is None or run.fate is not None:
            return []
        if event.execution_count is not None:
            self.next_count = max(self.next_count, event.execution_count + 1)
            run.cell.execution_count = event.execution_count
        run.fate = _FATES[event.status]
        if event.status == "aborted" and run.cell.state is State.QUEUED and run.half is Half.NONE:
            # Old kernels (IPython 1 to 3) say neither busy nor idle of a cell that they abort.
            run.came(Half.IDLE)
        payloads = (*run.payload, *event.payload)
        run.replaced = any(payload.get("replace") is True for payload in payloads)
        effects = self._half_came(run, Half.REPLY, now)
        for payload in payloads:
            effects += self._asked_by(payload)
        if self.running is run and any(isinstance(effect, Exit) for effect in effects):
            # Its idle comes too late to be shown, and what stands behind it will not run.
            self._finish(run, now)
            self._abort_queue(now)
        return effects

    def told_ahead(self, payload: tuple[dict[str, Any], ...]) -> None:
        """What the running cell wants of its front end, which a kernel hands to whom it answers next."""
        if self.running is not None:
            self.running.payload += payload

    def elapsed(self, request: Request | None, now: float) -> bool:
        """The other half of a cell's end did not come: it has ended all the same.  False if it had come."""
        if self.running is None or self.running.request is not request:
            return False
        self._finish(self.running, now)
        return True

    def refused(self, parent: events.Parent, now: float) -> None:
        """What `parent` names could not be sent: if it is a cell, that has not run, nor will those behind it."""
        if run := self._run_of(parent):
            run.fate = State.ABORTED
            self._finish(run, now)

    def lost(self, now: float) -> None:
        """The kernel is gone, and with it what it had; what it had not is not run."""
        run, self.running = self.running, None
        if run is not None:
            self._end(run.cell, run.fate or State.LOST, now)
        for cell in self.transcript.cells:
            if cell.state is State.RUNNING:
                self.transcript.end(cell, State.LOST, now)
        self._abort_queue(now)
        self.next_count = 1
        self.has_run = False

    def own_cell(self, parent: events.Parent) -> Cell | None:
        """Our cell that caused what has this parent."""
        return self._own.get(parent.request) if parent.request is not None else None

    def _run_of(self, parent: events.Parent) -> Run | None:
        return self.running if self.running and parent.request is self.running.request else None

    def _half_came(self, run: Run, half: Half, now: float) -> list[Effect]:
        run.came(half)
        if run.half is Half.BOTH:
            self._finish(run, now)
            return []
        return [Later(HALF_DONE_SECONDS, Elapsed(Timer.HALF_DONE, run.request))]

    def _finish(self, run: Run, now: float) -> None:
        fate = run.fate or (State.ABORTED if run.interrupted else State.DONE)
        if fate is State.ABORTED and run.began:
            fate = State.INTERRUPTED
        self._end(run.cell, fate, now)
        if run.replaced and fate is State.DONE and not run.cell.outputs:
            # What may still come of it is as that of a request that was never seen.
            self.transcript.remove(run.cell)
            del self._own[run.request]
        self.running = None
        if fate is not State.DONE and not run.interrupted:
            self._abort_queue(now)

    def _end(self, cell: Cell, fate: State, now: float) -> None:
        self.transcript.end(cell, fate, now)
        self._ended.append(cell)

    def _abort_queue(self, now: float) -> None:
        while self._queue:
            self.transcript.end(self._queue.popleft(), State.ABORTED, now)

    def _asked_by(self, payload: dict[str, Any]) -> list[Effect]:
        """What a cell wants of its front end ("Payloads (DEPRECATED)", which every IPython still sends)."""
        match payload:
            case {"source": "page", "data": {"text/plain": str(text)}} if text.strip():
                return [Page(text)]
            case {"source": "set_next_input", "text": str(text)}:
                return [SetInput(text)]
            case {"source": "ask_exit", "keepkernel": bool(keep)}:
                return [Exit(keep_kernel=keep)]
            case {"source": "edit_magic", "filename": str(path), "line_number": line} if path:
                code = code_named(path, (cell.code for cell in reversed(self.transcript.cells)))
                return [EditFile(path, line if isinstance(line, int) else 0, code)]
        return []

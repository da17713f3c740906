"""Cells on their way: from Enter over the verdict and the queue to the last output.

`Submission` finds out whether what was entered is complete; `Execution` runs cells one after the other and knows in
which cell every output belongs, ours or another client's.  Both are pure; what they want sent they return.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Any

from bipy.inspection import source
from bipy.messaging import events
from bipy.messaging.message import Request, execute_request, is_complete_request
from bipy.session import notes
from bipy.session.effects import Accepted, Effect, Exit, Later, Page, Refused, Send, SetInput
from bipy.session.events import Elapsed
from bipy.session.transcript import Bundle, Cell, Failure, State, Transcript

# The kernel's verdict is waited for this long, then the client decides.  jupyter_console's users had to press Enter
# three times where it waited for ever.
VERDICT_SECONDS = 0.25
# A cell has ended when both its reply and its idle have come; when one is missing, after this time all the same.
HALF_DONE_SECONDS = 2.0
FOREIGN_CELLS_KEPT = 1000


class Submission:
    """What was entered and awaits its verdict, in order."""

    def __init__(self) -> None:
        self.language = "python"
        # (code, whether it runs whatever the verdict would be)
        self._waiting: deque[tuple[str, bool]] = deque()
        self._asked: Request | None = None

    @property
    def pending(self) -> bool:
        """Whether a verdict is awaited."""
        return self._asked is not None

    def enter(self, code: str, *, ask: bool, forced: bool = False) -> tuple[list[Effect], list[str]]:
        """Take `code` in; `ask` says that the kernel can be asked.  Returns effects and the codes to run now."""
        self._waiting.append((code, forced))
        return ([], []) if self.pending else self._judge(ask=ask)

    def replied(self, event: events.IsCompleteReply | events.NoReply) -> tuple[list[Effect], list[str]]:
        """The kernel's verdict, or none: then the client's own."""
        if event.parent.request is not self._asked:
            return [], []
        self._asked = None
        if isinstance(event, events.IsCompleteReply) and event.completeness != "unknown":
            return self._decide(event.completeness, event.indent, ask=True)
        return self._judge(ask=False)

    def elapsed(self, request: Request | None) -> tuple[list[Effect], list[str]]:
        """The verdict on `request` took too long."""
        if request is None or request is not self._asked:
            return [], []
        self._asked = None
        return self._judge(ask=False)

    def withdraw(self) -> list[str]:
        """Take back all that waits; the codes."""
        codes = [code for code, _ in self._waiting]
        self._waiting.clear()
        self._asked = None
        return codes

    def _judge(self, *, ask: bool) -> tuple[list[Effect], list[str]]:
        if not self._waiting:
            return [], []
        code, forced = self._waiting[0]
        if forced:
            return self._decide("complete", "", ask=ask)
        if ask:
            self._asked = is_complete_request(code)
            return [Send(self._asked), Later(VERDICT_SECONDS, Elapsed("verdict", self._asked))], []
        return self._decide(*source.completeness(code, self.language), ask=False)

    def _decide(self, completeness: str, indent: str, *, ask: bool) -> tuple[list[Effect], list[str]]:
        code, _ = self._waiting.popleft()
        if completeness == "incomplete":
            if self._waiting:
                # What was entered behind it is its continuation: one text, which waits for a verdict of its own.
                behind, forced = self._waiting[0]
                self._waiting[0] = (f"{code}\n{indent}{behind}", forced)
            verdict: Effect = Refused(indent)
            run = []
        else:
            verdict = Accepted()
            run = [code]
        effects, codes = self._judge(ask=ask)
        return [verdict, *effects], [*run, *codes]


class Execution:
    """The queue of our own cells, the one that runs, and where outputs go."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self.next_count = 1
        # Whether an interrupt has been sent since the running cell was.
        self.interrupted = False
        self._queue: deque[Cell] = deque()
        self._sent: tuple[Request, Cell] | None = None
        self._replied: State | None = None
        self._idle = False
        self._own: dict[Request, Cell] = {}
        self._foreign: OrderedDict[str, Cell] = OrderedDict()

    @property
    def running(self) -> Cell | None:
        """Our cell that the kernel has, whether it has begun or not."""
        return self._sent[1] if self._sent else None

    @property
    def coming_count(self) -> int:
        """The number that a cell entered now will have, if nobody else's comes between."""
        unnumbered = self.running is not None and self.running.execution_count is None
        return self.next_count + len(self._queue) + unnumbered

    @property
    def queued(self) -> int:
        """How many cells wait here."""
        return len(self._queue)

    @property
    def went_well(self) -> bool:
        """Whether our last cell, if there was one, has ended without an error."""
        last = self._last("own")
        return last is None or last.state == "done"

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

    def pump(self) -> list[Effect]:
        """Send the next cell if none is on its way."""
        if self._sent or not self._queue:
            return []
        cell = self._queue.popleft()
        request = execute_request(cell.code)
        self._sent = (request, cell)
        self._replied, self._idle, self.interrupted = None, False, False
        self._own[request] = cell
        return [Send(request)]

    def input_echoed(self, event: events.ExecuteInput, now: float) -> None:
        """A cell began, ours or another's."""
        if event.execution_count is not None:
            self.next_count = event.execution_count + 1
        cell = self._own_cell(event.parent)
        if cell is None:
            cell = self._foreign_cell(event.parent)
            cell.code = event.code
        self.transcript.begin(cell, now, event.execution_count)

    def status(self, event: events.Status, now: float) -> list[Effect]:
        """The kernel took a cell up, or is done with it."""
        cell = self._own_cell(event.parent)
        if cell is None:
            foreign = self._foreign.get(event.parent.msg_id)
            if foreign is not None and event.execution_state == "idle":
                failed = any(isinstance(output, Failure) for output in foreign.outputs)
                self.transcript.end(foreign, "failed" if failed else "done", now)
            return []
        if event.execution_state == "busy":
            self.transcript.begin(cell, now)
        elif event.execution_state == "idle" and self._is_sent(event.parent):
            self._idle = True
            return self._half_done(now)
        return []

    def replied(self, event: events.ExecuteReply, now: float) -> list[Effect]:
        """The reply to one of our cells."""
        cell = self._own_cell(event.parent)
        if cell is None or not self._is_sent(event.parent):
            return []
        if event.execution_count is not None:
            self.next_count = max(self.next_count, event.execution_count + 1)
            cell.execution_count = event.execution_count
        states: dict[str, State] = {"ok": "done", "error": "failed", "aborted": "aborted"}
        self._replied = states[event.status]
        # Old kernels (IPython 1 to 3) say neither busy nor idle of a cell that they abort.
        self._idle = self._idle or event.status == "aborted"
        effects = self._half_done(now)
        for payload in event.payload:
            effects += _wanted(payload, self.transcript)
        return effects

    def elapsed(self, request: Request | None, now: float) -> bool:
        """The other half of a cell's end did not come: it has ended all the same.  False if it had come."""
        if self._sent is None or self._sent[0] is not request:
            return False
        self._finish(now)
        return True

    def refused(self, parent: events.Parent, now: float) -> None:
        """What `parent` names could not be sent: if it is a cell, that has not run, nor will those behind it."""
        if self._is_sent(parent):
            self._replied = "aborted"
            self._finish(now)

    def lost(self, now: float) -> None:
        """The kernel is gone, and with it what it had; what it had not is not run."""
        for cell in self.transcript.cells:
            if cell.state == "running" or cell is self.running:
                self.transcript.end(cell, "lost", now)
        self._abort_queue(now)
        self._sent = None
        self._foreign.clear()
        self.next_count = 1

    def cell_for(self, parent: events.Parent) -> Cell:
        """The cell in which an output of `parent` belongs.

        Kernels misattribute: output of a running cell's threads and subprocesses may carry the last request of any
        kind, such as one of our completions (seen on ipykernel 7).  What carries one of ours that is no cell goes to
        the cell that runs, ours or another client's, or to the last of ours that ran.
        """
        if parent.own:
            running = self._own_cell(parent) or self.running or self._running_foreign()
            return running or self._last("own") or self._background()
        return self._foreign_cell(parent) if parent.msg_id else self._background()

    def echo(self, parent: events.Parent, text: str) -> None:
        """Put what was typed for the cell of `parent` into it, as a terminal would show it."""
        self.transcript.stream(self.cell_for(parent), "stdout", text)

    def output(self, event: events.Event) -> None:
        """Put an output where it belongs."""
        transcript = self.transcript
        match event:
            case events.Stream(text=""):
                pass
            case events.Stream():
                transcript.stream(self.cell_for(event.parent), event.name, event.text)
            case events.DisplayData():
                bundle = Bundle(event.data, event.metadata, event.display_id)
                transcript.display(self.cell_for(event.parent), bundle)
            case events.UpdateDisplayData():
                transcript.update_display(event.display_id, event.data, event.metadata)
            case events.ExecuteResult():
                bundle = Bundle(event.data, event.metadata, event.display_id, event.execution_count, is_result=True)
                transcript.display(self.cell_for(event.parent), bundle)
            case events.Error():
                failure = Failure(event.ename, event.evalue, event.traceback)
                transcript.fail(self.cell_for(event.parent), failure)
            case events.ClearOutput():
                transcript.clear(self.cell_for(event.parent), wait=event.wait)

    def _own_cell(self, parent: events.Parent) -> Cell | None:
        return self._own.get(parent.request) if parent.request is not None else None

    def _is_sent(self, parent: events.Parent) -> bool:
        return self._sent is not None and parent.request is self._sent[0]

    def _foreign_cell(self, parent: events.Parent) -> Cell:
        cell = self._foreign.get(parent.msg_id)
        if cell is None:
            waiting = next((cell for cell in self.transcript.cells if cell.state == "queued"), None)
            cell = self.transcript.add(Cell("", origin="foreign", state="running"), before=waiting)
            self._foreign[parent.msg_id] = cell
            if len(self._foreign) > FOREIGN_CELLS_KEPT:
                self._foreign.popitem(last=False)
        return cell

    def _running_foreign(self) -> Cell | None:
        return next((cell for cell in reversed(self._foreign.values()) if cell.state == "running"), None)

    def _background(self) -> Cell:
        last = self.transcript.cells[-1] if self.transcript.cells else None
        if last is not None and last.origin == "background":
            return last
        return self.transcript.add(Cell("", origin="background", state="done"))

    def _last(self, origin: str) -> Cell | None:
        cells = reversed(self.transcript.cells)
        return next((cell for cell in cells if cell.origin == origin and cell.state != "queued"), None)

    def _half_done(self, now: float) -> list[Effect]:
        if self._sent is None:
            return []
        if self._replied is not None and self._idle:
            self._finish(now)
            return []
        return [Later(HALF_DONE_SECONDS, Elapsed("half done", self._sent[0]))]

    def _finish(self, now: float) -> None:
        if self._sent is None:
            return
        state = self._replied or ("aborted" if self.interrupted else "done")
        self.transcript.end(self._sent[1], state, now)
        self._sent = None
        if state != "done":
            self._abort_queue(now)

    def _abort_queue(self, now: float) -> None:
        while self._queue:
            self.transcript.end(self._queue.popleft(), "aborted", now)


def _wanted(payload: dict[str, Any], transcript: Transcript) -> list[Effect]:
    """What a cell wants of its front end ("Payloads (DEPRECATED)", which every IPython still sends)."""
    match payload:
        case {"source": "page", "data": {"text/plain": str(text)}} if text.strip():
            return [Page(text)]
        case {"source": "set_next_input", "text": str(text)}:
            return [SetInput(text)]
        case {"source": "ask_exit"}:
            return [Exit()]
        case {"source": "edit_magic", "filename": str(filename)}:
            transcript.note(notes.edit(filename))
    return []

"""The phases of a kernel's life as a client sees them: whether it may be talked to, and whether it is busy.

`Phase` is the one word for it, and `FOLLOWS` says which phase may follow which; a step that is not in the table is a
mistake of bipy's own and raises.  Within "starting" and "connecting" the kernel is asked who it is until both its
answer and a word on iopub have come: protocol 4 kernels must be asked before anything else, and a cell that is executed
before our subscription has arrived loses its output.  Everything that is known of a process is forgotten when the next
one begins.  What a phase means for cells and inspection is the session's business.  Pure.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from enum import StrEnum

from bipy.messaging import events
from bipy.messaging.message import (
    Request,
    execute_request,
    history_request,
    kernel_info_request,
)
from bipy.session.effects import Effect, Later, Send
from bipy.session.events import Elapsed, Timer


class Phase(StrEnum):
    """Where a kernel stands in its life; the values are words for the status bar."""

    STARTING = "starting"  # bipy's own has been spawned and has not answered
    CONNECTING = "connecting"  # another's has not answered
    IDLE = "idle"
    BUSY = "busy"  # with a cell, ours or another client's
    RESTARTING = "restarting"  # bipy's own was told to end; the next process is still to come
    DEAD = "dead"


FOLLOWS: Mapping[Phase, frozenset[Phase]] = {
    # Channels may be opened anew: a process that could not have its ports is replaced by another while it starts.
    Phase.STARTING: frozenset({Phase.STARTING, Phase.IDLE, Phase.BUSY, Phase.RESTARTING, Phase.DEAD}),
    Phase.CONNECTING: frozenset({Phase.CONNECTING, Phase.IDLE, Phase.BUSY, Phase.DEAD}),
    Phase.IDLE: frozenset({Phase.BUSY, Phase.RESTARTING, Phase.DEAD}),
    Phase.BUSY: frozenset({Phase.IDLE, Phase.RESTARTING, Phase.DEAD}),
    # A restart may fail, and be tried again.
    Phase.RESTARTING: frozenset({Phase.STARTING, Phase.DEAD}),
    # Bipy's own is started anew; the heart of another's beats again.
    Phase.DEAD: frozenset({Phase.RESTARTING, Phase.CONNECTING}),
}

# Why inspection has to make do with what the client knows.
NOT_ASKED: Mapping[Phase, str] = {
    Phase.STARTING: "kernel starting",
    Phase.CONNECTING: "connecting",
    Phase.IDLE: "kernel busy",
    Phase.BUSY: "kernel busy",
    Phase.RESTARTING: "kernel restarting",
    Phase.DEAD: "kernel dead",
}

NUDGE_SECONDS = 0.1
# A kernel has answered.  If it was an attached one's control channel and not its shell, it is busy with a
# cell after this many nudges; one that says nothing at all on iopub (protocol 4 kernels are silent there) is believed
# after these many.
BUSY_NUDGES = 3
SILENT_NUDGES = 5
# So many after which a kernel that has not answered on shell is wondered about.
UNANSWERED_NUDGES = 30

HISTORY_ENTRIES = 1000


class Lifecycle:
    """Follow one kernel, ours or (`own` false) another's, through its processes.  Times are the caller's seconds.

    `info` is what the process has said of itself, `busy_since` when a cell began, `iopub_heard` whether anything has
    come on iopub.
    """

    def __init__(self, *, own: bool) -> None:
        self.own = own
        self.phase = Phase.STARTING if own else Phase.CONNECTING
        self._forget()

    def _forget(self) -> None:
        """Another process, of which nothing is known."""
        self.info: events.KernelInfo | None = None
        self.busy_since: float | None = None
        self.iopub_heard = False
        self._shell_heard = False
        self._execution_heard = False
        self._greetings: deque[Request] = deque()
        self._greeting: Request | None = None
        self._first: Request | None = None
        self._nudges = self._waited = 0

    @property
    def ready(self) -> bool:
        """Whether the kernel may be talked to."""
        return self.phase in (Phase.IDLE, Phase.BUSY)

    @property
    def dead(self) -> bool:
        """Whether nothing will come of what is entered."""
        return self.phase is Phase.DEAD

    @property
    def gone(self) -> bool:
        """Whether there is no process to talk to."""
        return self.phase in (Phase.DEAD, Phase.RESTARTING)

    @property
    def boots(self) -> bool:
        """Whether a process of our own is on its way, and has not taken so long that something must be wrong."""
        return self.phase is Phase.STARTING and self._waited < UNANSWERED_NUDGES

    @property
    def why_not_asked(self) -> str:
        """Why the kernel cannot be asked, when it cannot."""
        return NOT_ASKED[self.phase]

    def open(self) -> list[Effect]:
        """There are channels to a process: ask who is there, once, since zmq keeps the request until it has bound.

        On control too when another client's cell may be running: there ipykernel answers even then.
        """
        self._become(Phase.STARTING if self.own else Phase.CONNECTING)
        self._forget()
        self._first = kernel_info_request("shell")
        nudges = [self._first] if self.own else [kernel_info_request("control"), self._first]
        return [*map(Send, nudges), self._nudge_later()]

    def restart(self) -> None:
        """The process is told to end, if there is one; `open` tells of the next."""
        self._become(Phase.RESTARTING)
        self._forget()

    def died(self) -> None:
        """The process is gone, or could not be started."""
        self._become(Phase.DEAD)
        self.busy_since = None

    def settled(self) -> None:
        """What ran has ended, though its idle has not come and never may."""
        self.busy_since = None
        if self.phase is Phase.BUSY:
            self._become(Phase.IDLE)

    def nudge(self, request: Request | None, now: float) -> list[Effect]:
        """NUDGE_SECONDS after `request` was sent: ask again when only iopub has been silent.

        What it said may have come before our subscription reached the kernel; whatever asks again makes it speak.  A
        kernel that has not answered at all has the question already, and would have to answer all others later.
        """
        if self.gone or request is not self._first or (self.ready and (self.own or self._shell_heard)):
            return []
        self._waited += 1
        if self.ready:
            return [self._nudge_later()] if self._waited < UNANSWERED_NUDGES else []
        again: list[Effect] = []
        if self.info is not None:
            self._nudges += 1
            self._become_ready_if_heard(now)
            if not self.ready:
                again.append(Send(kernel_info_request("shell" if self._shell_heard else "control")))
        return [*again, self._nudge_later()]

    @property
    def unanswered(self) -> bool:
        """Whether the moment has come to wonder why an attached kernel has not answered on shell."""
        puzzling = not self._shell_heard and not self._execution_heard
        return not self.own and puzzling and self._waited == UNANSWERED_NUDGES

    def heard(self, event: events.Event, now: float) -> None:
        """Take note of anything from the kernel."""
        if self.gone:
            return
        match event:
            case events.KernelInfo():
                if self.info is None:
                    self._greetings = self._greetings_for()
                self.info = event
                request = event.parent.request
                if request is None or (request.channel == "shell" and request.subshell_id is None):
                    self._shell_answered()
            case events.Status():
                self.iopub_heard = True
                self._status(event, now)
            case events.Dropped():
                self._waited = UNANSWERED_NUDGES  # which is told of, and why
            case events.Welcome() | events.Stream() | events.ExecuteInput():
                self.iopub_heard = True
            case events.Reply() | events.NoReply() if event.parent.request is self._greeting:
                self._greeting = None
        self._become_ready_if_heard(now)

    def greet(self) -> list[Effect]:
        """What to ask of the kernel when nothing else is to be done, the next when the last has been answered.

        One at a time: a cell that is entered meanwhile waits for no more than that one.
        """
        if self._greeting is not None or not self._greetings:
            return []
        self._greeting = self._greetings.popleft()
        return [Send(self._greeting)]

    def _greetings_for(self) -> deque[Request]:
        # What is executed silently tells the number of the last cell, and changes nothing.
        greetings = deque([] if self.own else [execute_request("", silent=True)])
        greetings.append(history_request(HISTORY_ENTRIES))
        return greetings

    def _nudge_later(self) -> Effect:
        return Later(NUDGE_SECONDS, Elapsed(Timer.NUDGE, self._first))

    def _shell_answered(self) -> None:
        if not self._shell_heard and self.ready:
            # It was taken for busy because its shell was silent; it is not any more.
            self.settled()
        self._shell_heard = True

    def _status(self, event: events.Status, now: float) -> None:
        """Only executions make a kernel busy: whatever else it does for a client is bracketed by busy and idle too."""
        parent = event.parent
        silent = parent.request is not None and bool(parent.request.content.get("silent"))
        if parent.msg_type not in ("", "execute_request") or silent:
            return
        self._execution_heard = self._execution_heard or parent.msg_type == "execute_request"
        if event.execution_state == "busy":
            self._took_up(now)
        elif event.execution_state == "idle":
            self.settled()

    def _took_up(self, now: float) -> None:
        """The kernel is busy with a cell."""
        if self.busy_since is None:
            self.busy_since = now
        if self.phase is Phase.IDLE:
            self._become(Phase.BUSY)

    def _become_ready_if_heard(self, now: float) -> None:
        if self.ready or self.info is None:
            return
        if self.iopub_heard and (self.own or self._shell_heard):
            pass
        elif self.iopub_heard and self._nudges >= BUSY_NUDGES:
            self._took_up(now)
        elif self._nudges < SILENT_NUDGES:
            return
        self._become(Phase.IDLE if self.busy_since is None else Phase.BUSY)

    def _become(self, phase: Phase) -> None:
        if phase not in FOLLOWS[self.phase]:
            raise AssertionError(f"a kernel that is {self.phase} cannot become {phase}")
        self.phase = phase

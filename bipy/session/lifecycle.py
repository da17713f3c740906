"""The kernel's life as a client sees it: connecting, ready, busy, dead.

One small state machine, pure.  It decides when the kernel may be talked to (protocol 4 kernels must be asked who they
are before anything else, and iopub is a slow joiner: what is executed before our subscription has arrived is lost), and
says whether the kernel is busy.  What that means for cells and inspection is the session's business.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Literal

from bipy.messaging import events
from bipy.messaging.message import (
    Request,
    complete_request,
    execute_request,
    history_request,
    inspect_request,
    kernel_info_request,
)
from bipy.session.effects import Effect, Later, Send
from bipy.session.events import Elapsed

NUDGE_SECONDS = 0.1
# A kernel has answered.  If it was an attached one's control channel and not its shell, it is busy with somebody's
# cell after this many nudges; one that says nothing at all on iopub (protocol 4 kernels are silent there) is believed
# after these many.
BUSY_NUDGES = 3
SILENT_NUDGES = 5
# So many after which an attached kernel that has not answered on shell is wondered about.
UNANSWERED_NUDGES = 30

HISTORY_ENTRIES = 1000

# Why inspection has to make do with what the client knows.
NOT_ASKED: Mapping[str, str] = {"starting": "kernel starting", "connecting": "connecting", "dead": "kernel dead"}

State = Literal["starting", "connecting", "idle", "busy", "dead"]


class Lifecycle:
    """Follow one kernel process, ours or (`own` false) another's.  Times are the caller's seconds.

    `iopub_heard` says whether anything has come on iopub.
    """

    def __init__(self, *, own: bool) -> None:
        self.own = own
        self.info: events.KernelInfo | None = None
        self.ready = False
        self.dead = ""
        self.busy_since: float | None = None
        self._greetings: deque[Request] = deque()
        self._greeting: Request | None = None
        self._first: Request | None = None
        self._nudges = self._waited = 0
        self._execution_heard = False
        self._shell_heard = False
        self.iopub_heard = False

    @property
    def state(self) -> State:
        """One word for the status bar."""
        if self.dead:
            return "dead"
        if not self.ready:
            return "starting" if self.own else "connecting"
        return "idle" if self.busy_since is None else "busy"

    @property
    def why_not_asked(self) -> str:
        """Why the kernel cannot be asked, when it cannot."""
        return NOT_ASKED.get(self.state, "kernel busy")

    def open(self) -> list[Effect]:
        """The channels are open: ask who is there, once, since zmq keeps the request until the kernel has bound.

        On control too when somebody else's cell may be running: there ipykernel answers even then.
        """
        self._nudges = self._waited = 0
        self._first = kernel_info_request("shell")
        nudges = [self._first] if self.own else [kernel_info_request("control"), self._first]
        return [*map(Send, nudges), self._nudge_later()]

    def nudge(self, request: Request | None, now: float) -> list[Effect]:
        """NUDGE_SECONDS after `request` was sent: ask again when only iopub has been silent.

        What it said may have come before our subscription reached the kernel; whatever asks again makes it speak.  A
        kernel that has not answered at all has the question already, and would have to answer all others later.
        """
        if self.dead or request is not self._first or (self.ready and (self.own or self._shell_heard)):
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

    def _nudge_later(self) -> Effect:
        return Later(NUDGE_SECONDS, Elapsed("nudge", self._first))

    def heard(self, event: events.Event, now: float) -> None:
        """Take note of anything from the kernel."""
        match event:
            case events.KernelInfo():
                if self.info is None:
                    self._greetings = self._greetings_for(event)
                self.info = event
                if event.parent.request is None or event.parent.request.channel == "shell":
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

    def _greetings_for(self, info: events.KernelInfo) -> deque[Request]:
        # What is executed silently tells the number of the last cell, and changes nothing.
        greetings = deque([] if self.own else [execute_request("", silent=True)])
        greetings.append(history_request(HISTORY_ENTRIES))
        if self.own and info.implementation == "ipython":
            # A cold ipykernel takes 16 ms for its first completion (2 s with jedi) and 60 for its first inspection.
            greetings += [complete_request("os.path.j", 9), inspect_request("len", 3)]
        return greetings

    def died(self, reason: str) -> None:
        """The kernel is gone; `reason` is for people."""
        self.dead = reason
        self.busy_since = None

    def settled(self) -> None:
        """What ran has ended, though its idle has not come and never may."""
        self.busy_since = None

    def _shell_answered(self) -> None:
        if not self._shell_heard and self.ready:
            # It was taken for busy because its shell was silent; it is not any more.
            self.busy_since = None
        self._shell_heard = True

    def _status(self, event: events.Status, now: float) -> None:
        """Only executions make a kernel busy: whatever else it does for a client is bracketed by busy and idle too."""
        parent = event.parent
        silent = parent.request is not None and bool(parent.request.content.get("silent"))
        if parent.msg_type not in ("", "execute_request") or silent:
            return
        self._execution_heard = self._execution_heard or parent.msg_type == "execute_request"
        if event.execution_state == "busy":
            if self.busy_since is None:
                self.busy_since = now
        elif event.execution_state == "idle":
            self.busy_since = None

    def _become_ready_if_heard(self, now: float) -> None:
        if self.ready or self.info is None:
            return
        if self.iopub_heard and (self.own or self._shell_heard):
            self.ready = True
        elif self.iopub_heard and self._nudges >= BUSY_NUDGES:
            self.ready = True
            self.busy_since = self.busy_since or now
        elif self._nudges >= SILENT_NUDGES:
            self.ready = True

"""Where inspection may ask, so that nothing it asks stands in front of a cell or of an interrupt.

Three routes lead into a kernel.  The shell is where the user's objects are at home, but a cell that is entered waits
behind the question there.  Control has a thread of its own in some kernels, but an interrupt_request waits behind the
question there.  A subshell (JEP 91) has a thread too, and nothing waits behind it.  So:

=============  =====================================  ==============================
the kernel is  a quick answer is asked for on         one that is slow, or may be
=============  =====================================  ==============================
idle           shell                                  a subshell, else control, else shell
busy           control, else a subshell               a subshell, else control
closed         nowhere                                nowhere
=============  =====================================  ==============================

The first question of all, of whose answer nothing is known, is asked as if the kernel were busy.

"Busy" means that a cell runs or input() waits, "closed" that nothing may be asked: the kernel is starting or dead, or
Enter was pressed and the fate of what was entered is not known.  Which kernels have the other two routes says the table
`implementations`; what a kernel advertises proves little.  So a route has to prove itself before the first question
goes there: a kernel_info_request on it must be answered within `PATIENCE_SECONDS`, else the route is given up.

Control is proven once while the kernel is idle and once while it is busy: ipykernel 4 and 5, which introduce themselves
as 6 and 7 do, answer there only when the cell is done.  A subshell must be created first; there is one at most.  Once
proven, a route is never given up for a question that takes long: a completer may be slow, and a C function may hold
everything up.  Only a subshell that the kernel does not know is.

Pure: `Inspector` owns a `Routes` for each kernel process, and sends what `proofs` asks for.
"""

from __future__ import annotations

from enum import Enum
from typing import Literal

from bipy.messaging import implementations
from bipy.messaging.events import Event, KernelInfo, NoReply, SubshellReply
from bipy.messaging.message import (
    Channel,
    Request,
    create_subshell_request,
    delete_subshell_request,
    kernel_info_request,
)
from bipy.value import Value

PATIENCE_SECONDS = 1.0
"""A route that has not answered within this time is given up."""


class Route(Value):
    """Where to ask."""

    channel: Channel = "shell"
    subshell_id: str | None = None


SHELL = Route("shell")
CONTROL = Route("control")


class KernelState(Value):
    """What inspection has to know of the kernel.

    `why_closed` is for people.  `info` is how the kernel has introduced itself.  `warms_up`: it is bipy's own, and may
    be asked before the user needs an answer, because its first answers take long.
    """

    state: Literal["idle", "busy", "closed"] = "closed"
    why_closed: str = "kernel starting"
    info: KernelInfo | None = None
    warms_up: bool = False


class Proof(Enum):
    """What is known of a route."""

    UNTRIED = "untried"
    ASKED = "asked"
    PROVEN = "proven"
    GIVEN_UP = "given up"


class Happened(Enum):
    """What a proof goes by.  MISSED: the kernel answered, but only when the cell was done."""

    ASKED = "asked"
    ANSWERED = "answered"
    MISSED = "missed"
    SILENT = "silent"
    REFUSED = "refused"


# What is not here must not happen.
TRANSITIONS = {
    (Proof.UNTRIED, Happened.ASKED): Proof.ASKED,
    (Proof.ASKED, Happened.ASKED): Proof.ASKED,  # a subshell that has been created
    (Proof.ASKED, Happened.ANSWERED): Proof.PROVEN,
    (Proof.ASKED, Happened.MISSED): Proof.UNTRIED,
    (Proof.ASKED, Happened.SILENT): Proof.GIVEN_UP,
    (Proof.ASKED, Happened.REFUSED): Proof.GIVEN_UP,
    (Proof.GIVEN_UP, Happened.ASKED): Proof.GIVEN_UP,
    (Proof.GIVEN_UP, Happened.ANSWERED): Proof.PROVEN,  # the kernel was held up
    (Proof.GIVEN_UP, Happened.MISSED): Proof.GIVEN_UP,
    (Proof.GIVEN_UP, Happened.SILENT): Proof.GIVEN_UP,
    (Proof.GIVEN_UP, Happened.REFUSED): Proof.GIVEN_UP,
    (Proof.PROVEN, Happened.REFUSED): Proof.GIVEN_UP,
}


class Candidate:
    """A route other than shell, and its proof.  `route` is None as long as there is no subshell."""

    def __init__(self, route: Route | None, *, only_while_busy: bool = False) -> None:
        self.route = route
        self.proof = Proof.UNTRIED
        self.wanted = False
        self.request: Request | None = None
        self.deadline: float | None = None
        self.only_while_busy = only_while_busy

    def ask(self, request: Request, now: float) -> Request:
        """Prove the route by `request`."""
        self.request, self.deadline = request, now + PATIENCE_SECONDS
        self.happen(Happened.ASKED)
        return request

    def happen(self, what: Happened) -> None:
        """Take the step of the table; anything but a question ends the waiting."""
        self.proof = TRANSITIONS[self.proof, what]
        if what is not Happened.ASKED:
            self.deadline = None
        if what not in (Happened.ASKED, Happened.SILENT):
            self.request = None


class Routes:
    """The routes to one kernel process; `kernel` is what is known of it."""

    def __init__(self) -> None:
        self.kernel = KernelState()
        self._control = Candidate(CONTROL)
        self._control_while_busy = Candidate(CONTROL, only_while_busy=True)
        self._subshell = Candidate(None)
        # Questions on control and the subshell without a reply, and those on the subshell without their idle.
        self._unanswered: set[Request] = set()
        self._without_idle: set[Request] = set()

    def route(self, *, quick: bool | None, may_be_slow: bool) -> Route | None:
        """Where to ask a question whose answer is known to be quick, or not to be; None: it is the first.

        `may_be_slow` says whether the first answer may take seconds.  Returns None when the question cannot be asked
        now: the kernel cannot be, or the route has to prove itself first, or another question stands there.
        """
        if self.kernel.state == "closed":
            return None
        idle = self.kernel.state == "idle"
        if idle and quick:
            return SHELL
        candidate = self._best(slow=may_be_slow if quick is None else not quick)
        if candidate is None:
            return SHELL if idle else None
        if candidate.proof is not Proof.PROVEN:
            candidate.wanted = True
            return None
        route = candidate.route
        return None if route is None or self._is_taken(route) else route

    @property
    def why_closed(self) -> str:
        """Why nothing can be asked now, for people; "" when something can."""
        if self.kernel.state == "closed":
            return self.kernel.why_closed
        return "kernel busy" if self.kernel.state == "busy" and self._best(slow=True) is None else ""

    @property
    def holds_control(self) -> bool:
        """Whether a question stands on control, where an interrupt would wait behind it."""
        return any(request.channel == CONTROL.channel for request in self._unanswered)

    def sent(self, request: Request) -> None:
        """A question goes out."""
        if request.channel == CONTROL.channel:
            self._unanswered.add(request)
        elif request.subshell_id is not None:
            self._unanswered.add(request)
            self._without_idle.add(request)

    def answered(self, request: Request, *, refused: bool = False) -> None:
        """The reply to a question came; `refused` when it was an error, as from a subshell that does not exist."""
        self._unanswered.discard(request)
        if refused and request.subshell_id is not None and self._subshell.proof is Proof.PROVEN:
            self._subshell.happen(Happened.REFUSED)
            self._subshell.route = None

    def idle(self, request: Request) -> None:
        """The idle of a question came."""
        self._without_idle.discard(request)

    def proofs(self, now: float) -> list[Request]:
        """What has to be asked for the routes that are wanted to prove themselves."""
        asked = []
        for candidate in self._candidates:
            if candidate.wanted and candidate.proof is Proof.UNTRIED:
                create = candidate is self._subshell
                request = create_subshell_request() if create else kernel_info_request("control")
                asked.append(candidate.ask(request, now))
            candidate.wanted = False
        return asked

    def proven(self, event: Event, now: float) -> list[Request] | None:
        """The answer to one of `proofs`, and what has to be asked next; None when it is no such answer."""
        request = event.parent.request
        candidate = next((each for each in self._candidates if request is not None and each.request is request), None)
        if candidate is None:
            return None
        if isinstance(event, NoReply) and event.reason == "timeout":
            return []
        missed = candidate.only_while_busy and self.kernel.state != "busy"
        match event:
            case SubshellReply(subshell_id=str(subshell_id)) if subshell_id:
                candidate.route = Route("shell", subshell_id)
                return [candidate.ask(kernel_info_request("shell", subshell_id), now)]
            case KernelInfo():
                candidate.happen(Happened.MISSED if missed else Happened.ANSWERED)
            case _:
                candidate.happen(Happened.REFUSED)
        return []

    @property
    def deadline(self) -> float | None:
        """When `elapsed` is to be called."""
        return min((each.deadline for each in self._candidates if each.deadline is not None), default=None)

    def elapsed(self, now: float) -> None:
        """Time has passed: a route that is silent is given up."""
        for candidate in self._candidates:
            if candidate.deadline is not None and candidate.deadline <= now:
                candidate.happen(Happened.SILENT)

    def farewell(self) -> list[Request]:
        """What a client that leaves asks of a kernel that goes on: to delete the subshell.

        Only when it has done with the last question: to delete a busy one would hold the shell until it has.
        """
        route = self._subshell.route
        if self._subshell.proof is not Proof.PROVEN or route is None or not route.subshell_id:
            return []
        if self._is_taken(route) or self._without_idle:
            return []
        self._subshell = Candidate(None)
        return [delete_subshell_request(route.subshell_id)]

    @property
    def _candidates(self) -> tuple[Candidate, Candidate, Candidate]:
        return self._control, self._control_while_busy, self._subshell

    def _best(self, *, slow: bool) -> Candidate | None:
        """The route other than shell for an answer that is slow, or is not; None when the kernel has none."""
        info = self.kernel.info
        if info is None:
            return None
        control = self._control_while_busy if self.kernel.state == "busy" else self._control
        candidates = [control] if implementations.of(info).while_busy == "control" else []
        if implementations.has_subshells(info):
            candidates.insert(0 if slow else 1, self._subshell)
        return next((each for each in candidates if each.proof is not Proof.GIVEN_UP), None)

    def _is_taken(self, route: Route) -> bool:
        """One question at a time: another one would only make an interrupt wait longer."""
        return any(
            (request.channel, request.subshell_id) == (route.channel, route.subshell_id) for request in self._unanswered
        )

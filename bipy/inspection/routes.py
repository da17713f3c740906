"""Where inspection may ask: on shell while the kernel is idle, and while a cell runs as the table says.

A busy kernel's shell is deaf, and the features that kernels advertise prove nothing: wrappers pass on those of the
kernel class they are built on, and lose the user's output when they are believed.  So there is a row for each
implementation that was measured, and for all others nothing is sent while they are busy.

Measured with a cell in `time.sleep`, and with one in a pure Python loop:
- ipykernel 6 and 7 answer on control, in a thread of its own (3 and 24 ms); ipykernel 4 and 5, which introduce
  themselves in the same way, only when the cell is done, and are found out by their silence.
- xeus-python answers on control.
- A subshell of ipykernel 7 answers as fast, but makes the output of the running cell's threads and subprocesses name
  our request as its parent, so it is not used where control is open to us.
"""

from __future__ import annotations

from bipy.inspection.inflight import Route
from bipy.messaging.message import Request

SHELL = Route("shell")
CONTROL = Route("control")

WHILE_BUSY: dict[str, Route] = {
    "ipython": CONTROL,
    "xeus-python": CONTROL,
}

# A route that has not answered within this time is given up.
PATIENCE_SECONDS = 1.0


class Routes:
    """The routes to one kernel process, and whether the one for busy times holds what the table says."""

    def __init__(self) -> None:
        self._open: set[Request] = set()
        self._late: set[Request] = set()
        self._proven = False
        self._given_up = False

    def while_busy(self, implementation: str) -> Route | None:
        """Where to ask while a cell runs; None: nowhere."""
        return None if self._given_up else WHILE_BUSY.get(implementation)

    def asked(self, request: Request) -> bool:
        """A request is sent; whether it goes the way for busy times, so that `silent` is to be called in a while."""
        if request.channel == SHELL.channel and request.subshell_id is None:
            return False
        self._open.add(request)
        return True

    def answered(self, request: Request | None, *, busy: bool) -> None:
        """A reply came, while a cell runs or (`busy` false) when it is done.

        One that comes late, but while the cell still runs, shows that the route is right: the kernel was held up.
        """
        if request in self._open or (busy and request in self._late):
            self._open.discard(request)
            self._proven, self._given_up = True, False

    def silent(self, request: Request | None) -> bool:
        """PATIENCE_SECONDS after `request` was sent: whether it has not been answered.

        The route is given up then, unless it has served before: then something holds the kernel up for a while, such
        as a C function that keeps the GIL.
        """
        if request not in self._open:
            return False
        self._open.remove(request)
        self._late.add(request)
        self._given_up = not self._proven
        return True

"""Ctrl-C on its way to the kernel: what is sent, and when it has to wait for the cell that is meant.

A kernel that has not begun our cell is still at an inspection, and an interrupt would hit that: rule 9 of live
inspection.  Pure.
"""

from __future__ import annotations

from bipy.messaging.message import interrupt_request, kernel_info_request
from bipy.session import notes
from bipy.session.effects import Effect, Interrupt, Later, Send, Tell
from bipy.session.events import Elapsed
from bipy.session.execution import Execution
from bipy.session.lifecycle import Lifecycle
from bipy.session.transcript import Cell

# A storm of them makes ipykernel send torn messages.
STORM_SECONDS = 0.3
# So long after its busy a cell's code has begun.  An interrupt before that takes ipykernel itself by surprise, and the
# cell is never replied to.
BEGUN_SECONDS = 0.1


class Interrupts:
    """Of the cells of one session.  Times are the caller's seconds."""

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        self._sent = float("-inf")
        self._waits = False
        self._begun: Cell | None = None

    def asked(self, lifecycle: Lifecycle, now: float) -> list[Effect]:
        """The user wants one; a second one does not wait."""
        if now - self._sent < STORM_SECONDS:
            return []
        running = self._execution.running
        if running is not None and running.state == "queued" and not self._waits:
            self._sent, self._waits = now, True
            return [Tell(notes.INTERRUPT_WAITS)]
        return self._send(lifecycle, now)

    def status(self) -> list[Effect]:
        """The kernel has said what it does: it may have begun the cell, or be done with it."""
        running = self._execution.running
        if not self._waits or (running is not None and running.state == "queued"):
            return []
        self._waits, self._begun = False, running
        return [Tell(""), Later(BEGUN_SECONDS, Elapsed("interrupt"))]

    def elapsed(self, lifecycle: Lifecycle, now: float) -> list[Effect]:
        """The cell that was meant has begun, unless it has ended already."""
        begun, self._begun = self._begun, None
        return self._send(lifecycle, now) if begun is not None and begun is self._execution.running else []

    def ended(self) -> None:
        """A cell has ended: the next Ctrl-C means the next one."""
        self._sent = float("-inf")

    def _send(self, lifecycle: Lifecycle, now: float) -> list[Effect]:
        self._sent = now
        self._execution.interrupted = True
        info = lifecycle.info
        # ipykernel notices an interrupt of a top-level await only when its loop wakes: any shell message wakes it.
        poke = Send(kernel_info_request("shell"))
        if lifecycle.own:
            return [Interrupt(info.implementation if info else ""), poke]
        return [Send(interrupt_request()), poke]

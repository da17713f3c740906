"""Ctrl-C on its way to the kernel: what is sent, and when it has to wait for the cell that is meant.

A kernel that has not begun our cell is still at an inspection, and an interrupt would hit that: rule 9 of live
inspection.  So the signal waits until the cell has begun.  It is meant for that cell and for no later one: when the
cell has ended before, nothing is sent.  What was queued behind it is aborted by the session at once.  Whether an
interrupt is a signal or a message is for the edge to decide, which knows the process and its kernelspec.  Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

from bipy.messaging import implementations
from bipy.messaging.message import Request, kernel_info_request
from bipy.session import notes
from bipy.session.effects import Effect, Interrupt, Later, Send, Tell
from bipy.session.events import Elapsed, Timer
from bipy.session.execution import Execution, Half, Run
from bipy.session.lifecycle import Lifecycle
from bipy.session.transcript import State


class Stage(Enum):
    """How far the interrupt of the running cell has come."""

    NONE = auto()  # none was asked for
    WAITS = auto()  # the kernel has not begun the cell
    BEGINS = auto()  # it has said so, but may not have come to its code
    SENT = auto()


FOLLOWS: Mapping[Stage, frozenset[Stage]] = {
    Stage.NONE: frozenset({Stage.WAITS, Stage.SENT}),
    Stage.WAITS: frozenset({Stage.NONE, Stage.BEGINS, Stage.SENT}),
    Stage.BEGINS: frozenset({Stage.NONE, Stage.SENT}),
    Stage.SENT: frozenset({Stage.NONE, Stage.SENT}),
}

# A storm of them makes ipykernel send torn messages.
STORM_SECONDS = 0.3
# So long after its busy a cell's code has begun.  An interrupt before that takes ipykernel itself by surprise, and the
# cell is never replied to.
BEGUN_SECONDS = 0.1


class Interrupts:
    """Of one kernel; `_run` is the cell that the last one is meant for, None for another client's."""

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        self._stage = Stage.NONE
        self._run: Run | None = None
        self._asked = float("-inf")

    def asked(self, lifecycle: Lifecycle, now: float) -> list[Effect]:
        """The user wants one; a second one does not wait."""
        running = self._execution.running
        if running is not None and running.half is not Half.NONE:
            return []  # the kernel is done with it
        if running is not self._run:
            self._become(Stage.NONE)
        elif now - self._asked < STORM_SECONDS:
            return []
        self._run, self._asked = running, now
        if running is not None and running.cell.state is State.QUEUED and self._stage is Stage.NONE:
            self._become(Stage.WAITS)
            return [Tell(notes.INTERRUPT_WAITS)]
        return self._send(lifecycle)

    def follow(self) -> list[Effect]:
        """Something has happened: the cell that is meant may have begun or ended."""
        running = self._execution.running
        if self._stage is not Stage.WAITS or self._run is None:
            return []
        if self._run is not running:
            self._become(Stage.NONE)
            return [Tell("")]
        if running.cell.state is State.QUEUED:
            return []
        self._become(Stage.BEGINS)
        return [Tell(""), Later(BEGUN_SECONDS, Elapsed(Timer.INTERRUPT, running.request))]

    def elapsed(self, request: Request | None, lifecycle: Lifecycle) -> list[Effect]:
        """The cell that was meant has begun, unless it has ended already."""
        running = self._execution.running
        if self._stage is not Stage.BEGINS or running is None or running.request is not request:
            return []
        return self._send(lifecycle)

    @property
    def resisted(self) -> bool:
        """Whether the cell of ours that runs has been sent one, and runs on."""
        return self._stage is Stage.SENT and self._run is not None and self._run is self._execution.running

    def _send(self, lifecycle: Lifecycle) -> list[Effect]:
        self._become(Stage.SENT)
        # A top-level await of ipykernel notices an interrupt only when its loop wakes: any shell message wakes it.
        wakes = implementations.of(lifecycle.info).wake
        return [Interrupt(), Send(kernel_info_request("shell"))] if wakes else [Interrupt()]

    def _become(self, stage: Stage) -> None:
        if stage is self._stage is Stage.NONE:
            return
        if stage not in FOLLOWS[self._stage]:
            raise AssertionError(f"an interrupt that is {self._stage} cannot become {stage}")
        self._stage = stage

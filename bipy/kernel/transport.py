"""A transport: the way to one kernel and back.

A transport carries frames and knows nothing of their meaning.  It never waits: `send` refuses what cannot go out, and
`drain` gives what has arrived when the reactor has called for it.  It belongs to one process of a kernel; a kernel that
is started anew gets a new transport.

Nothing here acts: `zmq_channels` is a transport, `link` uses one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from bipy.messaging.message import Channel

Frames = Sequence[bytes]


class Reactor(Protocol):
    """The part of the event loop that transports and links use (`bipy.terminal.reactor`, or a fake one in a test)."""

    def alarm(self, seconds: float, callback: Callable[[], object], /) -> Any:
        """Call `callback` once, `seconds` from now."""

    def watch_socket(self, socket: Any, callback: Callable[[], object], /) -> None:
        """Call `callback` whenever a message can be received from the zmq socket."""

    def remove_watch_socket(self, socket: Any, /) -> None:
        """Stop watching a socket, closed or not."""


class Transport(Protocol):
    """An open way to one kernel."""

    def watch(self, reactor: Reactor, arrived: Callable[[Channel], object]) -> None:
        """From now on call `arrived` with a channel whenever there is something to drain from it, until `close`."""

    def send(self, channel: Channel, frames: Frames) -> bool:
        """Send a message without waiting; False if it can't go out."""

    def drain(self, channel: Channel, seconds: float) -> Iterator[list[bytes]]:
        """The messages that have arrived, as frames: until there are no more or the time is up, at least one."""

    def beat(self, now: float) -> None:
        """Ask the kernel for a sign of life, unless it owes one; to be called about once a second."""

    def silence(self, now: float) -> float:
        """For how many seconds the kernel has owed a sign of life; 0 when it owes none."""

    def close(self) -> None:
        """Stop watching and let the kernel go; what was just sent gets a moment to leave."""

"""The link to one kernel: its handle, the transport, the client, the heartbeat, and the deadlines of requests.

Requests go in by `send`, and all that happens comes out through one callback: the events of `messaging.events`, and
`Opened`, `Died`, `Beating` and `InterruptSent` of this module.  The callback is called by the reactor's callbacks only,
and by `open`: never while a request goes in.

A link never waits.  It looks once a second whether its kernel lives, an own one by its process, another's by its
heartbeat, and a restart is looked after by alarms.

    CLOSED    no channels: before `open`, and after the end of an own kernel or a restart that failed
    OPEN      channels to a kernel that is thought alive
    SILENT    channels to another's kernel whose heartbeat does not come; it may come again
    ENDING    no channels: an own kernel has been asked to end, and is started anew when it has

Each process of a kernel gets a transport and a client of its own, so nothing of the one before can be taken for an
answer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from enum import Enum, auto
from functools import partial
from typing import Final, Literal, Protocol

from bipy.kernel.connection import ConnectionFileError, ConnectionInfo
from bipy.kernel.handle import KernelHandle
from bipy.kernel.kernelspec import NoKernelError
from bipy.kernel.transport import Reactor, Transport
from bipy.kernel.zmq_channels import ZmqChannels
from bipy.messaging import events, implementations
from bipy.messaging.client import Client
from bipy.messaging.message import Channel, Request, interrupt_request, shutdown_request
from bipy.value import Value

# One drain of one channel: a key waits at most this long.
DRAIN_SECONDS = 0.005
TICK_SECONDS = 1.0
EXPIRE_SECONDS = 0.3
# Another's kernel whose heart is silent for so long is said to be dead.  With the second until it is asked, and with
# looking so often meanwhile, that is within three.
SILENCE_SECONDS = 1.8
UNSURE_SECONDS = 0.1
# The same for one that has not answered anything yet: it may be booting.
BOOT_SECONDS = 60.0
# What a kernel that is to be started anew may take to end by itself, how long it is then waited for, and how often it
# is looked at meanwhile.
POLITE_SECONDS = 2.0
KILL_SECONDS = 5.0
LOOK_SECONDS = 0.033


class Opened(Value):
    """There are channels to a process of the kernel that has not been talked to."""


class Died(Value):
    """The kernel is gone or out of reach: how that showed, in sentences.  What can be done is the host's to say."""

    reason: str


class Beating(Value):
    """The heart of a kernel that was told dead beats again."""


class InterruptSent(Value):
    """An interrupt has gone out as a message, which the kernel reads on control."""


LinkEvent = events.Event | Opened | Died | Beating | InterruptSent

SILENT_HEART = "The kernel's heart has stopped: it is dead or out of reach."


class State(Enum):
    """See the head of the module."""

    CLOSED = auto()
    OPEN = auto()
    SILENT = auto()
    ENDING = auto()


_NEXT: Final = {
    State.CLOSED: {State.OPEN, State.ENDING},
    State.OPEN: {State.CLOSED, State.SILENT, State.ENDING},
    State.SILENT: {State.CLOSED, State.OPEN},
    State.ENDING: {State.CLOSED, State.OPEN},
}


class Connect(Protocol):
    """How a transport is opened."""

    def __call__(self, info: ConnectionInfo, identity: bytes, *, reconnect_ms: int) -> Transport:
        """Open one; ConnectionFileError if that can't be done."""


class Link:
    """The link to the kernel of `handle`.

    `tell` is called with each event; `clock` gives monotonic seconds; `connect` opens transports.
    """

    _client: Client
    _transport: Transport

    def __init__(
        self,
        handle: KernelHandle,
        *,
        reactor: Reactor,
        clock: Callable[[], float],
        tell: Callable[[LinkEvent], object],
        connect: Connect = ZmqChannels,
    ) -> None:
        self.handle = handle
        self.state = State.CLOSED
        self._reactor = reactor
        self._clock = clock
        self._tell = tell
        self._open_transport = connect
        self._expiring = False
        self._asked_to_end = 0.0

    def open(self) -> None:
        """Open the channels and tell it; ConnectionFileError if they can't be opened."""
        self._connect()
        self._enter(State.OPEN)
        self._reactor.alarm(TICK_SECONDS, self._tick)
        self._tell(Opened())

    def send(self, request: Request) -> None:
        """Send a request.  What comes of it is told: if it can't be sent, a NoReply."""
        frames = self._client.request(request, self._clock())
        if not frames:
            self._reactor.alarm(0, self._expire)
        elif self.state not in (State.OPEN, State.SILENT):
            self._give_up(request, "gone")
        elif self._transport.send(request.channel, frames):
            self._expire_later()
        else:
            self._give_up(request, "refused")

    def interrupt(self) -> None:
        """Interrupt the kernel, by the way that suits it."""
        if not self.handle.interrupt(implementations.of(self._client.info).interrupt):
            self.send(interrupt_request())
            self._reactor.alarm(0, partial(self._tell, InterruptSent()))

    def restart(self) -> None:
        """Ask an own kernel to end, so that it can tidy up, and start it anew when it has or its time is up."""
        if not self.handle.own or self.state is State.ENDING:
            return
        if self.state is State.OPEN:
            self.interrupt()
            self.send(shutdown_request(restart=True))
            self._transport.close()
        self._enter(State.ENDING)
        self._asked_to_end = self._clock()
        self._reactor.alarm(0, self._start_anew)

    def shutdown(self, on_refusal: Callable[[], None] = lambda: None) -> None:
        """Close, and end an own kernel that is not kept.  Waits for its end: for when the screen has been restored."""
        self.handle.shutdown(lambda: self.send(shutdown_request()), on_refusal)
        if self.state in (State.OPEN, State.SILENT):
            self._transport.close()
        if self.state is not State.CLOSED:
            self._enter(State.CLOSED)

    def _enter(self, state: State) -> None:
        if state not in _NEXT[self.state]:
            raise RuntimeError(f"a link can't go from {self.state} to {state}")
        self.state = state

    def _connect(self) -> None:
        """A transport to where the kernel's channels are, and a client that has asked nothing."""
        info = self.handle.info
        session = os.urandom(16).hex()
        # An own kernel is about to listen; another's may be out of reach for long.
        self._transport = self._open_transport(info, session.encode(), reconnect_ms=5 if self.handle.own else 100)
        self._transport.watch(self._reactor, self._arrived)
        self._client = Client(
            key=info.key,
            signature_scheme=info.signature_scheme,
            session=session,
            username=os.environ.get("USER", "username"),
            date=_date,
        )

    def _arrived(self, channel: Channel) -> None:
        client = self._client
        for frames in self._transport.drain(channel, DRAIN_SECONDS):
            self._tell_all(client.receive(channel, frames, self._clock()))

    def _tell_all(self, told: Iterable[LinkEvent]) -> None:
        for event in told:
            self._tell(event)

    def _give_up(self, request: Request, reason: Literal["gone", "refused"]) -> None:
        event = self._client.give_up(request, reason)
        self._reactor.alarm(0, partial(self._tell, event))

    def _expire_later(self) -> None:
        """Requests without an answer are given up in time; nothing ticks while none is open."""
        if not self._expiring and self._client.waiting:
            self._expiring = True
            self._reactor.alarm(EXPIRE_SECONDS, self._expire_in_time)

    def _expire_in_time(self) -> None:
        self._expiring = False
        self._expire()
        self._expire_later()

    def _expire(self) -> None:
        self._tell_all(self._client.expire(self._clock()))

    def _tick(self) -> None:
        """Once a second: see whether the kernel lives."""
        pause = TICK_SECONDS
        if self.handle.own:
            if self.state is State.OPEN and self.handle.poll() is not None:
                self._ended()
        elif self.state in (State.OPEN, State.SILENT) and self._watch_heart(self._clock()):
            pause = UNSURE_SECONDS
        self._reactor.alarm(pause, self._tick)

    def _ended(self) -> None:
        """The process of an own kernel has ended by itself."""
        self._transport.close()
        self._enter(State.CLOSED)
        answered = self._client.info is not None
        try:
            again = not answered and self.handle.retry()
        except NoKernelError as error:
            self._died(str(error))
            return
        if again:
            self._open_anew()
        else:
            self._died(self.handle.obituary(answered=answered))

    def _start_anew(self) -> None:
        """Start the kernel that was asked to end, as soon as it has."""
        waited = self._clock() - self._asked_to_end
        if self.handle.poll() is None and waited < POLITE_SECONDS + KILL_SECONDS:
            if waited >= POLITE_SECONDS:
                self.handle.kill()
            self._reactor.alarm(LOOK_SECONDS, self._start_anew)
            return
        try:
            self.handle.start()
        except NoKernelError as error:
            self._enter(State.CLOSED)
            self._died(str(error))
        else:
            self._open_anew()

    def _open_anew(self) -> None:
        """Channels to another process of the kernel."""
        self._tell_all(self._client.fail_pending())
        try:
            self._connect()
        except ConnectionFileError as error:
            if self.state is not State.CLOSED:
                self._enter(State.CLOSED)
            self._died(str(error))
        else:
            self._enter(State.OPEN)
            self._tell(Opened())

    def _died(self, reason: str) -> None:
        self._tell_all(self._client.fail_pending())
        self._tell(Died(reason))

    def _watch_heart(self, now: float) -> bool:
        """Whether the kernel, which has not been given up, owes us a heartbeat."""
        silence = self._transport.silence(now)
        if self.state is State.OPEN and silence > (SILENCE_SECONDS if self._client.info else BOOT_SECONDS):
            self._enter(State.SILENT)
            self._died(SILENT_HEART)
        elif self.state is State.SILENT and silence == 0:
            self._enter(State.OPEN)
            self._tell(Beating())
        elif self.state is State.SILENT:
            self._follow()
        self._transport.beat(now)
        return 0 < silence <= SILENCE_SECONDS

    def _follow(self) -> None:
        """The kernel's owner may have started it anew, on other channels."""
        if not self.handle.moved():
            return
        old = self._transport
        with suppress(ConnectionFileError):
            self._connect()
            old.close()


def _date() -> str:
    """The time of a header ("Message header": ISO 8601, UTC)."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")

"""The client's end of the conversation: requests become frames, frames become events.

A `Client` remembers its requests and which of them are unanswered; it knows no socket and no clock.  The owner of the
sockets hands it frames with the time (monotonic seconds), sends the frames it returns, and calls `expire` now and then.

Only this client's own requests are kept: those of cells for ever, since a thread of a cell may print hours later, and
the last few hundred of all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal

from bipy.messaging import decode, protocol4
from bipy.messaging.events import (
    NO_PARENT,
    Dropped,
    Event,
    KernelInfo,
    NoReply,
    Parent,
    Reply,
    Restarted,
    Status,
    Unsteady,
)
from bipy.messaging.message import Channel, Header, Json, Message, Request
from bipy.messaging.wire import Wire, WireError

PROTOCOL_VERSION = "5.5"
IDLE_GRACE = 0.2  # seconds: a reply and its idle travel on two sockets, and may arrive in either order
REPLY_TIMEOUT = 10.0  # seconds
REMEMBERED = 500  # requests other than those of cells whose late output still finds its request

UNSTEADY = 10  # so many sessions that were named once each say that the kernel's own is not to be known

_UNANSWERED = ("input_reply",)
_UNLIMITED = ("execute_request",)


@dataclass(slots=True)
class _Pending:
    """A request without a reply yet; times in monotonic seconds."""

    request: Request
    sent: float
    idle: float | None = None
    unsupported: bool = False


class Client:
    """One client of one kernel.

    `session` must be unique among the clients of the kernel.  `date` gives the ISO 8601 date for each header.  `ids`
    gives the msg_ids, each only once; it is there for replaying what was recorded.  Raises SignatureSchemeError.
    """

    def __init__(
        self,
        *,
        key: bytes,
        signature_scheme: str,
        session: str,
        username: str,
        date: Callable[[], str],
        ids: Iterator[str] | None = None,
    ) -> None:
        self.session = session
        self.info: KernelInfo | None = None
        self.dropped: dict[str, int] = {}  # reason -> number of messages thrown away for it
        self._username = username
        self._date = date
        self._ids = ids if ids is not None else (f"{session}_{number}" for number in count())
        self._wire = Wire(key, signature_scheme)
        self._pending: dict[str, _Pending] = {}
        self._executed: dict[str, Request] = {}
        self._others: dict[str, Request] = {}
        self._kernel_sessions = ("", "")  # the present one and the one before it
        self._new_session = ""  # what the last message named instead
        self._new_sessions = 0
        self._parent: tuple[Json, Parent] = ({}, NO_PARENT)  # of the last message

    def request(self, request: Request, now: float) -> list[bytes]:
        """The frames of `request`, to be sent on its channel at `now`; [] when the kernel has no such message.

        Every request but input_reply ends in at least one event: its reply or NoReply.
        """
        translated = protocol4.outgoing(request, self.info)
        msg_id = next(self._ids)
        if request.msg_type not in _UNANSWERED:
            self._pending[msg_id] = _Pending(request, now, unsupported=translated is None)
        if translated is None:
            return []
        self._remember(msg_id, request)
        header = Header(
            msg_id,
            translated.msg_type,
            self.session,
            self._username,
            self._date(),
            PROTOCOL_VERSION,
            request.subshell_id,
        )
        return self._wire.encode(Message(header, request.parent, request.metadata, translated.content))

    def receive(self, channel: Channel, frames: Sequence[bytes], now: float) -> list[Event]:
        """What the message in `frames`, received on `channel`, tells.  No frames make it raise.

        A reply that comes after its NoReply is told like any other, and so is a second reply.
        """
        try:
            message = self._wire.decode(frames)
        except WireError as error:
            return self._drop(channel, error.reason)
        events: list[Event] = []
        if message.header.session != self._kernel_sessions[0] or self._new_session:
            events += self._changes_session(message)
        if message.parent_header is not self._parent[0]:
            self._parent = (message.parent_header, self._parent_of(message.parent_header))
        parent = self._parent[1]
        answered = parent.request if channel in ("shell", "control") else None
        event = decode.event(channel, protocol4.incoming(message, answered, self.info), parent)
        self._note(event, now)
        events.append(event)
        return events

    def expire(self, now: float) -> list[Event]:
        """NoReply for each pending request that will hardly be answered any more.

        Its idle came IDLE_GRACE seconds ago, it was sent REPLY_TIMEOUT seconds ago (a cell may take its time), or the
        kernel has no such message.
        """
        events: list[Event] = []
        for msg_id, pending in list(self._pending.items()):
            reason = _expired(pending, now)
            if reason is not None:
                del self._pending[msg_id]
                events.append(self._no_reply(msg_id, pending.request, reason))
        return events

    def fail_pending(self) -> list[Event]:
        """NoReply for all that is pending: the kernel is gone."""
        pending, self._pending = self._pending, {}
        return [self._no_reply(msg_id, each.request, "gone") for msg_id, each in pending.items()]

    def give_up(self, request: Request, reason: Literal["gone", "refused"]) -> Event:
        """NoReply for the latest `request`, which could not be sent; be it of a kind that has no reply."""
        pending = [msg_id for msg_id, pending in self._pending.items() if pending.request is request]
        msg_id = (pending or [msg_id for msg_id, other in self._others.items() if other is request])[-1]
        self._pending.pop(msg_id, None)
        return self._no_reply(msg_id, request, reason)

    @property
    def waiting(self) -> bool:
        """Whether a request is pending that `expire` gives up if time alone goes on."""
        return any(
            pending.request.msg_type not in _UNLIMITED or pending.idle is not None for pending in self._pending.values()
        )

    def _no_reply(self, msg_id: str, request: Request, reason: str) -> Event:
        return NoReply(Parent(msg_id, request.msg_type, self.session, True, request), reason)

    def _remember(self, msg_id: str, request: Request) -> None:
        if request.msg_type == "execute_request" and not request.content.get("silent"):
            self._executed[msg_id] = request
            return
        self._others[msg_id] = request
        if len(self._others) > REMEMBERED:
            del self._others[next(iter(self._others))]

    def _parent_of(self, parent_header: Json) -> Parent:
        if not parent_header:
            return NO_PARENT
        values = (parent_header.get(name) for name in ("msg_id", "msg_type", "session", "username"))
        msg_id, msg_type, session, username = (value if isinstance(value, str) else "" for value in values)
        own = session == self.session
        # A peer that left the session out may still mean us; one that names another does not, whatever its msg_id.
        request = self._executed.get(msg_id) or self._others.get(msg_id) if own or not session else None
        return Parent(msg_id, msg_type, session, own or request is not None, request, username)

    def _note(self, event: Event, now: float) -> None:
        if isinstance(event, Status):
            if event.execution_state == "idle" and (pending := self._pending.get(event.parent.msg_id)):
                pending.idle = now
        elif isinstance(event, Reply | KernelInfo):
            self._pending.pop(event.parent.msg_id, None)
            if isinstance(event, KernelInfo):
                self.info = event

    def _changes_session(self, message: Message) -> list[Event]:
        """Note the kernel's own session, and tell when it has become another.

        That is when two messages in a row name the new one, or the first of them says that the kernel starts: a kernel
        may also relay messages of others.  Some kernels put the session of their client into their headers, which says
        nothing.  A session that was left stays left: the last messages of the old process may come, on another socket,
        after the first of the new one.
        """
        session = message.header.session
        present, former = self._kernel_sessions
        if session in ("", present, former, self.session, message.parent_header.get("session")):
            self._new_session = ""
            return []
        starts = message.header.msg_type == "status" and message.content.get("execution_state") == "starting"
        if present and not starts and session != self._new_session:
            self._new_session = session
            self._new_sessions += 1
            return [Unsteady(NO_PARENT)] if self._new_sessions == UNSTEADY else []
        self._kernel_sessions, self._new_session = (session, present), ""
        return [Restarted(NO_PARENT)] if present else []

    def _drop(self, channel: Channel, reason: str) -> list[Event]:
        first = reason not in self.dropped
        self.dropped[reason] = self.dropped.get(reason, 0) + 1
        return [Dropped(NO_PARENT, channel, reason)] if first else []


def _expired(pending: _Pending, now: float) -> Literal["idle", "timeout", "unsupported"] | None:
    if pending.unsupported:
        return "unsupported"
    if pending.idle is not None and now - pending.idle >= IDLE_GRACE:
        return "idle"
    if pending.request.msg_type not in _UNLIMITED and now - pending.sent >= REPLY_TIMEOUT:
        return "timeout"
    return None

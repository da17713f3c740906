"""The link to one kernel, with its clock, its sockets and its process played: what it tells, and what it does then."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

import pytest

from bipy.kernel import link as module
from bipy.kernel.connection import CHANNELS, ConnectionFileError, ConnectionInfo
from bipy.kernel.handle import KernelHandle
from bipy.kernel.kernelspec import NoKernelError
from bipy.kernel.link import Beating, Died, Link, LinkEvent, Opened, State
from bipy.kernel.transport import Reactor
from bipy.messaging.client import REPLY_TIMEOUT
from bipy.messaging.events import InspectReply, NoReply, Status
from bipy.messaging.message import (
    Channel,
    Message,
    Request,
    complete_request,
    execute_request,
    input_reply,
    inspect_request,
    kernel_info_request,
)
from tests.messaging.peers import KEY, Kernel

INFO = {"status": "ok", "protocol_version": "5.3", "implementation": "ipython", "language_info": {"name": "python"}}


class Loop:
    """A reactor whose time goes on when it is told."""

    def __init__(self) -> None:
        self.now = 100.0
        self._alarms: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = count()

    def alarm(self, seconds: float, callback: Callable[[], object]) -> None:
        heapq.heappush(self._alarms, (self.now + seconds, next(self._numbers), callback))

    def watch_socket(self, socket: object, callback: Callable[[], object]) -> None: ...

    def remove_watch_socket(self, socket: object) -> None: ...

    def pass_by(self, seconds: float) -> None:
        """So much time passes."""
        until = self.now + seconds
        while self._alarms and self._alarms[0][0] <= until:
            self.now, _, callback = heapq.heappop(self._alarms)
            callback()
        self.now = until


class Wires:
    """A transport.  `sent` is what the kernel heard, `answers` says whether its heart beats; a `full` one refuses."""

    def __init__(self, info: ConnectionInfo, identity: bytes) -> None:
        self.info, self.identity = info, identity
        self.kernel = Kernel(session=f"process at {info.ip}")
        self.sent: list[tuple[Channel, Message]] = []
        self.closed = self.full = False
        self.answers = True
        self._owed: float | None = None
        self._inbox: list[list[bytes]] = []

    def watch(self, _: Reactor, arrived: Callable[[Channel], object], /) -> None:
        self._arrived = arrived

    def send(self, channel: Channel, frames: Sequence[bytes]) -> bool:
        assert not self.closed
        if not self.full:
            self.sent.append((channel, self.kernel.wire.decode([b"identity", *frames])))
        return not self.full

    def drain(self, *_: object) -> Iterator[list[bytes]]:
        while self._inbox and not self.closed:
            yield self._inbox.pop(0)

    def say(self, channel: Channel, msg_type: str, content: Any, parent: Message | None = None) -> None:
        self._inbox.append(self.kernel.say(msg_type, content, parent))
        self._arrived(channel)

    def beat(self, now: float) -> None:
        assert not self.closed
        if not self.answers and self._owed is None:
            self._owed = now

    def silence(self, now: float) -> float:
        if self.answers:
            self._owed = None
        return 0.0 if self._owed is None else now - self._owed

    def close(self) -> None:
        assert not self.closed
        self.closed = True

    @property
    def types(self) -> list[str]:
        return [message.header.msg_type for _, message in self.sent]

    @property
    def last(self) -> Message:
        return self.sent[-1][1]


class Handle(KernelHandle):
    """A kernel that ends and starts as a test says.  `fails` is why it can't be started."""

    connection_file = "/run/kernel-7.json"

    def __init__(self, own: bool) -> None:
        self.own = own  # type: ignore[misc]
        self.status: int | None = None
        self.fails = ""
        self.retries = 1
        self.moves = self.stubborn = False
        self.done: list[str] = []
        self._number = count()
        self._renew()

    def _renew(self) -> None:
        ports = dict(zip(CHANNELS, range(1, 6), strict=True))
        self.info = ConnectionInfo("ipc", f"/run/{next(self._number)}", ports, KEY)
        self.status = None

    def interrupt(self, way: str) -> bool:
        if not self.own or way == "message":
            return False
        self.done.append("SIGINT")
        return True

    def poll(self) -> int | None:
        return self.status

    def obituary(self, *, answered: bool) -> str:
        return f"Ended with {self.status}, {'after' if answered else 'before'} it answered."

    def kill(self) -> None:
        self.done.append("SIGKILL")
        if not self.stubborn:
            self.status = -9

    def start(self) -> None:
        if self.fails or self.status is None:
            raise NoKernelError(self.fails or "It does not end.")
        self._renew()

    def retry(self) -> bool:
        self.retries -= 1
        if self.retries < 0:
            return False
        self.start()
        return True

    def moved(self) -> bool:
        if self.moves:
            self._renew()
        moved, self.moves = self.moves, False
        return moved

    def shutdown(self, send: Callable[[], None], *_: object) -> None:
        if self.own:
            send()


class Play:
    """A link and all that it knows."""

    def __init__(self, *, own: bool = True) -> None:
        self.loop = Loop()
        self.handle = Handle(own)
        self.wires: list[Wires] = []
        self.told: list[LinkEvent] = []
        self.no_sockets = False
        self.link = Link(
            self.handle, reactor=self.loop, clock=lambda: self.loop.now, tell=self.told.append, connect=self._connect
        )

    def _connect(self, info: ConnectionInfo, identity: bytes, *, reconnect_ms: int) -> Wires:
        if self.no_sockets:
            raise ConnectionFileError("No socket can be made.")
        assert reconnect_ms < 10 or not self.handle.own, "an own kernel is about to listen"
        self.wires.append(Wires(info, identity))
        return self.wires[-1]

    @property
    def wire(self) -> Wires:
        """The newest."""
        return self.wires[-1]

    def introduce(self, implementation: str = "ipython") -> None:
        """The kernel says who it is."""
        self.link.send(kernel_info_request())
        self.wire.say("shell", "kernel_info_reply", INFO | {"implementation": implementation}, self.wire.last)
        self.told.clear()

    def take(self) -> list[LinkEvent]:
        """What was told since the last look; nobody waits for the answer to a shutdown_request."""
        told = [event for event in self.told if not (isinstance(event, NoReply) and _of_shutdown(event))]
        self.told.clear()
        return told


def _of_shutdown(event: NoReply) -> bool:
    return event.parent.msg_type == "shutdown_request"


@pytest.fixture
def own() -> Play:
    """A kernel of our own that has said who it is."""
    play = Play()
    play.link.open()
    play.introduce()
    return play


@pytest.fixture
def attached() -> Play:
    """Another's kernel that has said who it is."""
    play = Play(own=False)
    play.link.open()
    play.introduce()
    return play


def no_reply(told: LinkEvent) -> tuple[Request | None, str]:
    assert isinstance(told, NoReply)
    return told.parent.request, told.reason


def test_requests_go_in_and_events_come_out() -> None:
    play = Play()
    play.link.open()
    assert play.take() == [Opened()]
    assert play.wire.info is play.handle.info
    request = inspect_request("len", 3)
    play.link.send(request)
    ((channel, asked),) = play.wire.sent
    assert (channel, asked.header.msg_type) == ("shell", "inspect_request")
    assert asked.header.session.encode() == play.wire.identity, "stdin finds us by what shell has said"
    play.wire.say("iopub", "status", {"execution_state": "busy"}, asked)
    play.wire.say("shell", "inspect_reply", {"status": "ok", "found": False, "data": {}, "metadata": {}}, asked)
    status, reply = play.take()
    assert isinstance(status, Status)
    assert isinstance(reply, InspectReply)
    assert status.parent.request is reply.parent.request is request


def test_channels_that_cannot_be_opened_at_the_beginning_are_an_error() -> None:
    play = Play()
    play.no_sockets = True
    with pytest.raises(ConnectionFileError):
        play.link.open()
    assert play.told == []


@pytest.mark.parametrize(
    "request_",
    [execute_request("1"), complete_request("x", 1), input_reply("yes", {})],
    ids=lambda request: request.msg_type,
)
def test_a_send_that_is_refused_is_told_at_once(own: Play, request_: Request) -> None:
    own.wire.full = True
    own.link.send(request_)
    assert own.told == [], "not while the request goes in"
    own.loop.pass_by(0)
    (told,) = own.take()
    assert no_reply(told) == (request_, "refused")
    own.loop.pass_by(60)
    assert own.told == [], "and once"


def test_requests_without_an_answer_expire_and_cells_do_not(own: Play) -> None:
    lost, cell = complete_request("x", 1), execute_request("sleep(60)")
    own.link.send(lost)
    own.link.send(cell)
    own.loop.pass_by(REPLY_TIMEOUT - 0.1)
    assert own.told == []
    own.loop.pass_by(module.EXPIRE_SECONDS + 0.1)
    assert [no_reply(told) for told in own.take()] == [(lost, "timeout")]
    own.loop.pass_by(60)
    assert own.told == []


def test_a_request_that_the_kernel_does_not_know_is_answered_at_once() -> None:
    play = Play()
    play.link.open()
    play.link.send(kernel_info_request())
    play.wire.say("shell", "kernel_info_reply", {"protocol_version": [4, 1], "language": "python"}, play.wire.last)
    play.told.clear()
    cell, unknown = execute_request("1"), Request("shell", "is_complete_request", {"code": "1"})
    play.link.send(cell)
    play.link.send(unknown)
    play.loop.pass_by(0)
    assert [no_reply(told) for told in play.take()] == [(unknown, "unsupported")]


@pytest.mark.parametrize(("implementation", "message"), [("ipython", False), ("xeus-python", True)])
def test_an_interrupt_goes_the_way_that_suits_the_kernel(own: Play, implementation: str, message: bool) -> None:
    own.introduce(implementation)
    own.link.interrupt()
    assert (own.handle.done == []) is message
    assert ("interrupt_request" in own.wire.types) is message
    own.loop.pass_by(0)
    assert (module.InterruptSent() in own.told) is message


def test_anothers_kernel_is_interrupted_by_a_message_and_not_started_anew(attached: Play) -> None:
    attached.link.interrupt()
    assert attached.wire.sent[-1][0] == "control"
    assert attached.wire.types[-1] == "interrupt_request"
    attached.wire.say("control", "interrupt_reply", {"status": "ok"}, attached.wire.last)
    attached.loop.pass_by(0)
    assert module.InterruptSent() in attached.told
    attached.told.clear()
    attached.link.restart()
    attached.loop.pass_by(20)
    assert attached.told == []
    assert attached.wires == [attached.wire]
    assert "shutdown_request" not in attached.wire.types


def test_a_kernel_that_has_ended_is_told_with_all_that_it_owes(own: Play) -> None:
    cell = execute_request("os._exit(3)")
    own.link.send(cell)
    own.handle.status = 3
    own.loop.pass_by(module.TICK_SECONDS)
    owed, died = own.take()
    assert no_reply(owed) == (cell, "gone")
    assert died == Died("Ended with 3, after it answered.")
    assert own.wire.closed
    own.loop.pass_by(60)
    assert own.told == [], "once"


def test_what_is_sent_to_a_kernel_that_has_ended_is_told(own: Play) -> None:
    own.handle.status = 3
    own.loop.pass_by(module.TICK_SECONDS)
    own.told.clear()
    request = execute_request("1")
    own.link.send(request)
    own.loop.pass_by(0)
    assert [no_reply(told) for told in own.take()] == [(request, "gone")]


def test_a_kernel_that_could_not_have_its_ports_gets_others_once() -> None:
    play = Play()
    play.link.open()
    request = kernel_info_request()
    play.link.send(request)
    play.told.clear()
    play.handle.status = 1
    play.loop.pass_by(module.TICK_SECONDS)
    gone, opened = play.take()
    assert no_reply(gone) == (request, "gone")
    assert opened == Opened()
    first, second = play.wires
    assert first.closed
    assert second.info.ip != first.info.ip
    play.handle.status = 1
    play.loop.pass_by(module.TICK_SECONDS)
    assert play.take() == [Died("Ended with 1, before it answered.")]


def test_a_retry_that_fails_is_told() -> None:
    play = Play()
    play.link.open()
    play.told.clear()
    play.handle.status, play.handle.fails = 1, "The disk is full."
    play.loop.pass_by(module.TICK_SECONDS)
    assert play.take() == [Died("The disk is full.")]


def test_a_restart_is_polite_and_has_channels_of_its_own(own: Play) -> None:
    owed = inspect_request("len", 3)
    own.link.send(owed)
    own.link.restart()
    own.link.restart()
    old = own.wire
    assert own.handle.done == ["SIGINT"], "it may be in the middle of a cell"
    assert old.types[-1] == "shutdown_request"
    assert old.last.content == {"restart": True}
    assert old.closed
    own.loop.pass_by(1)
    assert own.take() == [], "it has not ended yet"
    own.handle.status = 0
    own.loop.pass_by(module.LOOK_SECONDS * 2)
    gone, opened = own.take()
    assert no_reply(gone) == (owed, "gone")
    assert opened == Opened()
    assert own.wire is not old
    assert own.wire.identity != old.identity
    own.introduce()
    own.loop.pass_by(60)
    assert own.told == []
    assert "SIGKILL" not in own.handle.done


def test_a_kernel_that_does_not_end_for_a_restart_is_killed(own: Play) -> None:
    own.link.restart()
    own.loop.pass_by(module.POLITE_SECONDS + 3 * module.LOOK_SECONDS)
    assert own.handle.done[-1] == "SIGKILL"
    assert own.take() == [Opened()]


def test_a_restart_while_the_kernel_is_dead_asks_nobody(own: Play) -> None:
    own.handle.status = -9
    own.link.restart()
    own.loop.pass_by(0)
    assert own.take() == [Opened()]


@pytest.mark.parametrize("what", ["the program", "the sockets", "its end"])
def test_a_restart_that_fails_is_told_and_the_next_one_works(own: Play, what: str) -> None:
    reasons = {
        "the program": "It is not there.",
        "the sockets": "No socket can be made.",
        "its end": "It does not end.",
    }
    own.handle.fails = reasons[what] if what == "the program" else ""
    own.no_sockets = what == "the sockets"
    own.handle.stubborn = what == "its end"
    for _ in range(2):
        own.link.restart()
        own.loop.pass_by(20)
        assert own.take() == [Died(reasons[what])]
        assert own.link.state is State.CLOSED
        own.loop.pass_by(20)
        assert own.told == []
    own.handle.fails, own.no_sockets, own.handle.stubborn = "", False, False
    own.link.restart()
    own.loop.pass_by(20)
    assert own.take() == [Opened()]
    own.introduce()
    own.link.send(execute_request("1"))
    assert own.wire.types[-1] == "execute_request"
    # It is looked after as the first one was.
    own.handle.status = 1
    own.loop.pass_by(module.TICK_SECONDS)
    assert isinstance(own.take()[-1], Died)


def test_the_heart_of_anothers_kernel_stops_and_beats_again(attached: Play) -> None:
    request = inspect_request("len", 3)
    attached.loop.pass_by(20)
    attached.wire.answers = False
    attached.link.send(request)
    attached.loop.pass_by(3)
    gone, died = attached.take()
    assert no_reply(gone) == (request, "gone")
    assert isinstance(died, Died)
    attached.loop.pass_by(60)
    assert attached.told == [], "once"
    attached.wire.answers = True
    attached.loop.pass_by(module.TICK_SECONDS)
    assert attached.take() == [Beating()]
    assert attached.wires == [attached.wire]
    attached.wire.answers = False
    attached.loop.pass_by(3)
    assert isinstance(attached.take()[-1], Died), "and again"


def test_a_heart_that_stumbles_is_no_death(attached: Play) -> None:
    attached.loop.pass_by(0.95)
    attached.wire.answers = False
    attached.loop.pass_by(module.SILENCE_SECONDS - 0.1)
    attached.wire.answers = True
    attached.loop.pass_by(20)
    assert attached.told == []


def test_a_kernel_that_boots_slowly_is_not_called_dead() -> None:
    play = Play(own=False)
    play.wires.clear()
    play.link.open()
    play.wire.answers = False
    play.told.clear()
    play.loop.pass_by(module.BOOT_SECONDS - 5)
    assert play.told == []
    play.wire.answers = True
    play.introduce()
    play.wire.answers = False
    play.loop.pass_by(3)
    assert [type(told) for told in play.take()] == [Died], "it answers in time once it has"


def test_an_own_kernel_is_looked_after_by_its_process_however_slowly_it_starts() -> None:
    play = Play()
    play.link.open()
    play.wire.answers = False
    play.told.clear()
    play.loop.pass_by(600)
    assert play.told == []


def test_anothers_kernel_that_was_started_anew_is_followed(attached: Play) -> None:
    attached.wire.answers = False
    attached.loop.pass_by(3)
    assert isinstance(attached.take()[-1], Died)
    attached.handle.moves = True
    attached.no_sockets = True
    attached.loop.pass_by(module.TICK_SECONDS)
    attached.no_sockets = False
    old = attached.wire
    attached.handle.moves = True
    attached.loop.pass_by(module.TICK_SECONDS)
    assert old.closed
    assert attached.wire is not old
    assert attached.told == [], "its heart is asked first"
    attached.loop.pass_by(module.TICK_SECONDS)
    assert attached.told == [Beating()]
    attached.introduce()


def test_leaving_ends_an_own_kernel_and_lets_anothers_go(own: Play, attached: Play) -> None:
    own.link.shutdown()
    assert own.wire.types[-1] == "shutdown_request"
    assert own.wire.last.content == {"restart": False}
    attached.link.shutdown()
    assert "shutdown_request" not in attached.wire.types
    assert own.wire.closed
    assert attached.wire.closed


def test_leaving_without_channels(own: Play) -> None:
    own.handle.status = 1
    own.loop.pass_by(module.TICK_SECONDS)
    own.link.shutdown()
    assert own.link.state is State.CLOSED


def test_a_link_closed_while_it_is_drained_drains_no_more(own: Play) -> None:
    told = own.told.append

    def tell(event: LinkEvent) -> None:
        told(event)
        own.link.restart()

    own.link._tell = tell  # type: ignore[method-assign]
    own.wire._inbox.append(own.wire.kernel.say("status", {"execution_state": "busy"}))
    own.wire.say("iopub", "status", {"execution_state": "idle"})
    assert len([event for event in own.told if isinstance(event, Status)]) == 1


def test_a_silent_kernel_is_told_within_three_seconds() -> None:
    """The ping that is not answered is sent within a tick; its silence is looked at again and again."""
    assert module.TICK_SECONDS + module.SILENCE_SECONDS + module.UNSURE_SECONDS < 3

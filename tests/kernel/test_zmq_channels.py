"""The sockets: what reaches a kernel, that nothing waits, the heartbeat, and which of several kernels are alive."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
import zmq

from bipy.kernel.connection import CHANNELS, ConnectionFileError, ConnectionInfo
from bipy.kernel.zmq_channels import ZmqChannels, probe
from bipy.messaging.message import Channel
from tests.waiting import until

KERNEL = {"shell": zmq.ROUTER, "control": zmq.ROUTER, "stdin": zmq.ROUTER, "iopub": zmq.XPUB, "hb": zmq.REP}


class Peer:
    """The five sockets of a kernel, bound, and nothing behind them."""

    def __init__(self, info: ConnectionInfo) -> None:
        self.info = info
        self.context = zmq.Context()
        self.sockets: dict[str, zmq.Socket[bytes]] = {}
        for channel, kind in KERNEL.items():
            if info.ports[channel]:
                self.sockets[channel] = self.context.socket(kind)
                if info.curve_publickey:
                    self.sockets[channel].curve_server = True
                    self.sockets[channel].curve_secretkey = info.curve_secretkey
                self.sockets[channel].ipv6 = ":" in info.ip
                self.sockets[channel].bind(info.url(channel))

    def received(self, channel: Channel) -> list[bytes]:
        """Wait for a message."""
        assert self.sockets[channel].poll(10_000), f"nothing came on {channel}"
        return self.sockets[channel].recv_multipart()

    def close(self) -> None:
        self.context.destroy(linger=0)


def ipc(folder: Path, **more: bytes) -> ConnectionInfo:
    ports = dict(zip(CHANNELS, range(1, 6), strict=True))
    return ConnectionInfo(transport="ipc", ip=str(folder / "k"), ports=ports, **more)  # type: ignore[arg-type]


def tcp(ip: str = "127.0.0.1", **ports: int) -> ConnectionInfo:
    """A connection on free ports, but for those given."""
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    free = [socket.socket(family) for _ in CHANNELS]
    for each in free:
        each.bind((ip, 0))
    found = {channel: each.getsockname()[1] for channel, each in zip(CHANNELS, free, strict=True)}
    for each in free:
        each.close()
    return ConnectionInfo(transport="tcp", ip=ip, ports=found | ports)  # type: ignore[arg-type]


@pytest.fixture
def peer(home: Path) -> Iterator[Peer]:
    with closing(Peer(ipc(home))) as peer:
        yield peer


@pytest.fixture
def channels(peer: Peer) -> Iterator[ZmqChannels]:
    with closing(ZmqChannels(peer.info, b"me", reconnect_ms=5)) as channels:
        yield channels


def test_requests_come_from_one_identity_and_replies_go_back_to_it(peer: Peer, channels: ZmqChannels) -> None:
    names: tuple[Channel, ...] = ("shell", "control", "stdin")
    for name in names:
        assert channels.send(name, [b"ask", b"", b"\xff"])
        assert peer.received(name) == [b"me", b"ask", b"", b"\xff"]
        peer.sockets[name].send_multipart([b"me", b"answer", name.encode()])
        assert until(lambda name=name: list(channels.drain(name, 1.0))) == [[b"answer", name.encode()]]  # type: ignore[misc]


def test_iopub_is_subscribed_whole_and_to_a_topic_of_our_own(peer: Peer, channels: ZmqChannels) -> None:
    topics = {peer.received("iopub")[0] for _ in range(2)}
    assert b"\x01" in topics
    (own,) = topics - {b"\x01"}
    assert own.startswith(b"\x01bipy-")
    with closing(ZmqChannels(peer.info, b"other")):
        assert peer.received("iopub")[0] not in (own, b"\x01")
    peer.sockets["iopub"].send_multipart([b"stream.stdout", b"text"])
    assert until(lambda: list(channels.drain("iopub", 1.0))) == [[b"stream.stdout", b"text"]]


def test_what_is_sent_before_the_kernel_is_there_waits_for_it(home: Path) -> None:
    info = ipc(home)
    with closing(ZmqChannels(info, b"me", reconnect_ms=5)) as channels:
        assert channels.send("shell", [b"early"])
        with closing(Peer(info)) as peer:
            assert peer.received("shell") == [b"me", b"early"]


def test_sending_never_waits(home: Path) -> None:
    with closing(ZmqChannels(ipc(home), b"me")) as channels:
        sent = next(number for number in count() if not channels.send("shell", [b"x"]))
    assert sent > 100  # some do wait for a kernel that is not there yet


def test_no_output_is_lost_however_late_it_is_read(peer: Peer, channels: ZmqChannels) -> None:
    for _ in range(2):
        peer.received("iopub")
    # This publisher waits instead of dropping, so that what the client does not take shows at once.
    peer.sockets["iopub"].xpub_nodrop = True
    peer.sockets["iopub"].sndtimeo = 10_000
    for number in range(20_000):
        peer.sockets["iopub"].send_multipart([b"stream", str(number).encode()])
    got: list[int] = []

    def all_there() -> bool:
        got.extend(int(frames[1]) for frames in channels.drain("iopub", 1.0))
        return len(got) == 20_000

    until(all_there)
    assert got == list(range(20_000))


def test_draining_keeps_to_its_time(peer: Peer, channels: ZmqChannels) -> None:
    channels.send("shell", [b"hello"])
    peer.received("shell")
    for number in range(10):
        peer.sockets["shell"].send_multipart([b"me", str(number).encode()])
    seconds = count()

    def clock() -> int:
        # A second passes with each message that has arrived, so that it is time alone that ends the draining.
        assert channels._sockets["shell"].poll(10_000)
        return next(seconds)

    assert list(channels.drain("shell", 3, clock)) == [[b"0"], [b"1"], [b"2"]]
    assert list(channels.drain("shell", 0, clock)) == [[b"3"]]


def test_a_kernel_without_a_control_port_is_controlled_through_its_shell(home: Path) -> None:
    ports = ipc(home).ports | {"control": 0}  # type: ignore[operator]
    info = ConnectionInfo(transport="ipc", ip=str(home / "k"), ports=ports)
    with closing(Peer(info)) as peer, closing(ZmqChannels(info, b"me")) as channels:
        assert channels.send("control", [b"shutdown"])
        assert peer.received("shell") == [b"me", b"shutdown"]


class Watching:
    """A reactor that only takes note of what is to be watched."""

    def __init__(self) -> None:
        self.callbacks: dict[zmq.Socket[bytes], Callable[[], object]] = {}

    def alarm(self, seconds: float, callback: Callable[[], object]) -> None: ...

    def watch_socket(self, socket: zmq.Socket[bytes], callback: Callable[[], object]) -> None:
        self.callbacks[socket] = callback

    def remove_watch_socket(self, socket: zmq.Socket[bytes]) -> None:
        del self.callbacks[socket]


@pytest.mark.parametrize("control", [4, 0])
def test_the_reactor_is_told_what_to_watch_until_the_end(home: Path, control: int) -> None:
    info = ipc(home)
    info = info.replace(ports={**info.ports, "control": control})
    reactor = Watching()
    arrived: list[Channel] = []
    with closing(Peer(info)) as peer:
        with closing(ZmqChannels(info, b"me", reconnect_ms=5)) as channels:
            channels.watch(reactor, arrived.append)
            assert len(reactor.callbacks) == (4 if control else 3)
            channels.send("shell", [b"ask"])
            peer.received("shell")
            peer.sockets["shell"].send_multipart([b"me", b"answer"])
            ready = until(lambda: [callback for socket, callback in reactor.callbacks.items() if socket.poll(0)])
            for callback in ready:
                callback()
            assert arrived == ["shell"]
            messages = channels.drain("shell", 1.0)
            assert next(messages) == [b"answer"]
        assert reactor.callbacks == {}
        assert list(messages) == [], "closed while it is drained"


@pytest.mark.parametrize("ip", ["127.0.0.1", "::1"])
def test_tcp(ip: str) -> None:
    try:
        info = tcp(ip)
    except OSError:
        pytest.skip(f"this machine has no {ip}")
    with closing(Peer(info)) as peer, closing(ZmqChannels(info, b"me")) as channels:
        assert channels.send("shell", [b"ask"])
        assert peer.received("shell") == [b"me", b"ask"]


def test_all_sockets_use_curve_when_the_file_has_keys(home: Path) -> None:
    public, secret = zmq.curve_keypair()
    info = ipc(home, curve_publickey=public, curve_secretkey=secret)
    with closing(Peer(info)) as peer, closing(ZmqChannels(info, b"me", reconnect_ms=5)) as channels:
        names: tuple[Channel, ...] = ("shell", "control", "stdin")
        for name in names:
            assert channels.send(name, [b"ask"])
            assert peer.received(name) == [b"me", b"ask"]
        assert peer.received("iopub")
        channels.beat(0.0)
        peer.sockets["hb"].send(peer.received("hb")[0])
        until(lambda: channels.silence(1.0) == 0.0)


def test_a_kernel_that_refuses_us_makes_nothing_wait(home: Path) -> None:
    public, secret = zmq.curve_keypair()
    guarded = ipc(home, curve_publickey=public, curve_secretkey=secret)
    stranger = ipc(home)
    with closing(Peer(guarded)) as peer, closing(ZmqChannels(stranger, b"me", reconnect_ms=5)) as channels:
        # They are all kept, until there are too many.
        assert not all(channels.send("shell", [b"ask"]) for _ in range(10_000))
        assert probe([stranger], 0.3) == [False]
        assert not peer.sockets["shell"].poll(0)


@pytest.mark.parametrize(
    ("transport", "ip", "curve_key"),
    [("tcp", "...", b""), ("ipc", "/" + "x" * 200, b""), ("ipc", "/x", b"#" * 40)],
    ids=["address", "path", "keys"],
)
def test_what_zmq_takes_not_is_refused_in_words(transport: str, ip: str, curve_key: bytes) -> None:
    ports = dict(zip(CHANNELS, range(1, 6), strict=True))
    info = ConnectionInfo(transport=transport, ip=ip, ports=ports, curve_publickey=curve_key, curve_secretkey=curve_key)
    with pytest.raises(
        ConnectionFileError, match=r"The shell channel can't be opened at .*The connection file is wrong"
    ):
        ZmqChannels(info, b"me")
    assert probe([info], 0.2) == [False]


def test_silence_is_how_long_a_ping_goes_unanswered(peer: Peer, channels: ZmqChannels) -> None:
    assert channels.silence(100.0) == 0.0
    channels.beat(100.0)
    ping = peer.received("hb")
    assert channels.silence(100.5) == 0.5
    peer.sockets["hb"].send_multipart(ping)
    until(lambda: channels.silence(100.7) == 0.0)
    assert channels.silence(500.0) == 0.0  # suspended for long: no ping is out, so nobody is silent
    channels.beat(500.0)
    assert peer.received("hb") != ping


def test_a_stuck_heartbeat_is_replaced_and_may_recover(peer: Peer, channels: ZmqChannels) -> None:
    channels.beat(0.0)
    peer.received("hb")
    channels.beat(0.5)  # one ping at a time
    assert not peer.sockets["hb"].poll(0)
    channels.beat(1.0)
    until(lambda: _released(peer))
    assert channels.silence(2.5) == 2.5
    peer.sockets["hb"].send_multipart(peer.received("hb"))
    until(lambda: channels.silence(3.0) == 0.0)


def _released(peer: Peer) -> bool:
    """REP takes the next ping only after answering the last, whoever sent that."""
    peer.sockets["hb"].send(b"late")
    return True


def test_another_answer_is_no_heartbeat(peer: Peer, channels: ZmqChannels) -> None:
    channels.beat(0.0)
    peer.received("hb")
    peer.sockets["hb"].send(b"HTTP/1.1 400 Bad Request")
    until(lambda: channels._sockets["hb"].poll(0))
    assert channels.silence(1.0) == 1.0


def test_probe_tells_the_living_from_stale_files(home: Path) -> None:
    (home / "alive").mkdir()
    alive, gone = ipc(home / "alive"), ipc(home / "gone")
    silent, talker = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))
    liar = tcp()
    with closing(Peer(alive)) as peer, closing(Peer(liar)) as other, silent, talker:
        echo = threading.Thread(target=lambda: peer.sockets["hb"].send_multipart(peer.received("hb")))
        lie = threading.Thread(target=lambda: (other.received("hb"), other.sockets["hb"].send(b"not yours")))
        web = threading.Thread(target=_answer_as_a_web_server, args=[talker])
        for thread in (echo, lie, web):
            thread.start()
        infos = [
            gone,
            tcp(),
            tcp(hb=silent.getsockname()[1]),
            tcp(hb=talker.getsockname()[1]),
            liar,
            alive,
        ]
        assert probe(infos, 3.0) == [False, False, False, False, False, True]
        for thread in (echo, lie, web):
            thread.join()
    assert probe([], 1.0) == []


def test_a_folder_full_of_stale_files_is_no_matter(home: Path) -> None:
    assert probe([ipc(home / str(number)) for number in range(1500)], 0.01) == [False] * 1500


def _answer_as_a_web_server(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(100)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" + os.urandom(100))

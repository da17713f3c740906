"""The transport on zmq: shell, control, stdin, iopub and the heartbeat of a kernel as five sockets.

`ZmqChannels` is a `transport.Transport`; `probe` asks which of several kernels are alive.  Nothing here waits, except
`probe`, which runs before there is a screen.  Every send is NOBLOCK: a DEALER whose peer refuses the handshake (missing
CURVE keys) would block for ever.

Sources: "Messaging in Jupyter", "Introduction" and "Heartbeat for kernels"; JEP 65 (iopub_welcome); zmq_setsockopt(3).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import zmq

from bipy.kernel.connection import ConnectionFileError, ConnectionInfo
from bipy.kernel.transport import Frames, Reactor
from bipy.messaging.message import Channel

_LINGER_MS = 100  # what a socket may take to hand over its last messages when it is closed
_AT_ONCE = 200
_STUCK = 1.0  # seconds after which an unanswered ping is given up and another one sent

_TYPES: dict[Channel, int] = {
    "shell": zmq.DEALER,
    "control": zmq.DEALER,
    "stdin": zmq.DEALER,
    "iopub": zmq.SUB,
    "hb": zmq.REQ,
}


class ZmqChannels:
    """The five sockets to one kernel, connected as long as the object lives; they reconnect by themselves.

    shell, control and stdin have the same `identity`: a kernel sends its input_request to the sender of the
    execute_request.  iopub subscribes to everything and, so that a kernel with an XPUB welcomes us even if others are
    subscribed already, to one topic that is ours alone.  `reconnect_ms` is how often a kernel that is not there yet is
    tried; what is sent before it is there waits for it.

    Where the connection file names no control port, control is the shell socket itself.
    """

    def __init__(self, info: ConnectionInfo, identity: bytes, *, reconnect_ms: int = 100) -> None:
        self._info = info
        self._reconnect_ms = reconnect_ms
        self._reactor: Reactor | None = None
        self._context = zmq.Context()
        self._pinged: float | None = None
        self._ping = b""
        self._first_unanswered: float | None = None
        try:
            self._sockets: dict[Channel, zmq.Socket[bytes]] = {
                channel: self._open(channel, identity) for channel in _TYPES if info.ports[channel]
            }
        except ConnectionFileError:
            self._context.destroy(linger=0)
            raise
        self._watched = [channel for channel in self._sockets if channel != "hb"]
        self._sockets.setdefault("control", self._sockets["shell"])
        iopub = self._sockets["iopub"]
        iopub.subscribe(b"")
        iopub.subscribe(b"bipy-" + os.urandom(8).hex().encode())

    def _open(self, channel: Channel, identity: bytes = b"") -> zmq.Socket[bytes]:
        try:
            socket = self._context.socket(_TYPES[channel])
        except zmq.ZMQError as error:
            raise ConnectionFileError(
                f"No socket to the kernel can be made: {error.strerror}. See ulimit -n."
            ) from None
        socket.reconnect_ivl = self._reconnect_ms
        if channel == "iopub":
            # Without a limit no output is lost when a kernel prints faster than we draw.
            socket.rcvhwm = 0
        elif channel != "hb":
            socket.identity = identity
        _connect(socket, self._info, channel)
        return socket

    def watch(self, reactor: Reactor, arrived: Callable[[Channel], object]) -> None:
        """Call `arrived` with a channel whenever there is something to drain from it.  hb needs none: see `silence`."""
        self._reactor = reactor
        for channel in self._watched:
            reactor.watch_socket(self._sockets[channel], partial(arrived, channel))

    def send(self, channel: Channel, frames: Frames) -> bool:
        """Send without waiting; False if zmq takes no more (the kernel refuses us)."""
        socket = self._sockets[channel]
        try:
            socket.send_multipart(frames, zmq.NOBLOCK)
        except zmq.Again:
            return False
        return True

    def drain(
        self, channel: Channel, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> Iterator[list[bytes]]:
        """The messages that have arrived, as frames: until there are no more or the time is up, at least one."""
        socket = self._sockets[channel]
        deadline = clock() + seconds
        while not socket.closed:
            try:
                frames = socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            yield frames
            if clock() >= deadline:
                return

    def beat(self, now: float) -> None:
        """Ping the kernel unless a ping is under way; to be called about once a second."""
        self._listen()
        if self._pinged is not None:
            if now - self._pinged < _STUCK:
                return
            # A REQ that waits for an answer takes no other request (zmq_socket(3)), so it is replaced.
            self._sockets["hb"].close(linger=0)
            self._sockets["hb"] = self._open("hb")
        self._ping = os.urandom(4)
        self._pinged = now
        if self._first_unanswered is None:
            self._first_unanswered = now
        self.send("hb", [self._ping])

    def silence(self, now: float) -> float:
        """For how many seconds pings have gone unanswered: 0 when none is, however long ago the last one was sent."""
        self._listen()
        return 0.0 if self._first_unanswered is None else now - self._first_unanswered

    def _listen(self) -> None:
        # A REQ can be read once a request; poll says when it can.
        hb = self._sockets["hb"]
        if self._pinged is not None and hb.poll(0) and hb.recv_multipart(zmq.NOBLOCK) == [self._ping]:
            self._pinged = self._first_unanswered = None

    def close(self) -> None:
        """Close all sockets; what was just sent gets a moment to leave."""
        if self._reactor is not None:
            for channel in self._watched:
                self._reactor.remove_watch_socket(self._sockets[channel])
        self._context.destroy(linger=_LINGER_MS)


def probe(infos: Sequence[ConnectionInfo], seconds: float = 1.0) -> list[bool]:
    """Which of these kernels are alive: the heartbeats that come back within `seconds`, all asked at once.

    A stale file may lead to a path that is gone, a closed port, or a port where some other program is now that says
    nothing or something else; each of them is as good as dead.  More than _AT_ONCE take as many times `seconds`, since
    each needs a socket: a folder may hold the files of years.
    """
    if len(infos) > _AT_ONCE:
        return probe(infos[:_AT_ONCE], seconds) + probe(infos[_AT_ONCE:], seconds)
    alive = [False] * len(infos)
    context = zmq.Context()
    try:
        poller = zmq.Poller()
        asked: dict[zmq.Socket[bytes], tuple[int, bytes]] = {}
        for number, info in enumerate(infos):
            if not _may_listen(info):
                continue
            ping = os.urandom(8)
            try:
                socket = context.socket(zmq.REQ)
                _connect(socket, info, "hb")
                socket.send(ping, zmq.NOBLOCK)
            except (ConnectionFileError, zmq.ZMQError):
                continue
            asked[socket] = (number, ping)
            poller.register(socket, zmq.POLLIN)
        deadline = time.monotonic() + seconds
        while asked and (left := deadline - time.monotonic()) > 0:
            for socket, _ in poller.poll(int(left * 1000) + 1):
                number, ping = asked.pop(socket)
                poller.unregister(socket)
                alive[number] = socket.recv_multipart(zmq.NOBLOCK) == [ping]
    finally:
        context.destroy(linger=0)
    return alive


def _may_listen(info: ConnectionInfo) -> bool:
    """False when the machine says at once that no program listens there, as for nearly all stale files."""
    import socket  # 6 ms, only where kernels are looked for

    if info.transport == "ipc":
        family, address = socket.AF_UNIX, info.url("hb").removeprefix("ipc://")
    elif info.ip.startswith("127."):
        family, address = socket.AF_INET, (info.ip, info.ports["hb"])  # type: ignore[assignment]
    else:
        return True
    with socket.socket(family) as heart:
        heart.settimeout(0.1)
        try:
            heart.connect(address)
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError:
            return True
    return True


def _connect(socket: zmq.Socket[bytes], info: ConnectionInfo, channel: Channel) -> None:
    """Connect `socket` as `info` says; ConnectionFileError if zmq takes neither the address nor the keys."""
    socket.linger = _LINGER_MS
    socket.sndtimeo = 0
    socket.ipv6 = ":" in info.ip
    try:
        if info.curve_publickey:
            # The kernel and its clients share one key pair: a user who can read the file may talk to it.
            socket.curve_serverkey = info.curve_publickey
            socket.curve_publickey = info.curve_publickey
            socket.curve_secretkey = info.curve_secretkey
        socket.connect(info.url(channel))
    except zmq.ZMQError as error:
        raise ConnectionFileError(
            f"The {channel} channel can't be opened at {info.url(channel)}: {error.strerror}. "
            "The connection file is wrong; start the kernel again, or name another file."
        ) from None

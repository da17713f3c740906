"""The messages between a front and its host, over a real pair of sockets."""

from __future__ import annotations

import os
import socket
import struct
import termios
from collections.abc import Iterator
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bipy.lending import protocol
from bipy.lending.protocol import Hello, Line, Torn

Pair = tuple[Line, Line]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A front's end and a host's end."""
    ours, theirs = socket.socketpair()
    front, host = Line(ours, waits=True), Line(theirs, waits=False)
    yield front, host
    front.close()
    host.close()


def test_messages_arrive_whole_and_in_order(pair: Pair) -> None:
    front, host = pair
    front.send(protocol.TYPED, b"1" + b"x" * 1000)
    front.send(protocol.RESIZED)
    assert list(host.receive()) == [(protocol.TYPED, b"1" + b"x" * 1000), (protocol.RESIZED, b"")]
    assert list(host.receive()) == []


def test_a_message_may_arrive_in_pieces(pair: Pair) -> None:
    front, host = pair
    message = struct.pack("!cI", protocol.TELL, 5) + b"words"
    for byte in message[:-1]:
        front.socket.send(bytes([byte]))
        assert list(host.receive()) == []
    front.socket.send(message[-1:])
    assert list(host.receive()) == [(protocol.TELL, b"words")]


def test_what_was_said_before_the_end_is_heard(pair: Pair) -> None:
    front, host = pair
    host.send(protocol.EXIT, b"0 ")
    host.close()
    messages = front.receive()
    assert next(messages) == (protocol.EXIT, b"0 ")
    with pytest.raises(Torn):
        list(chain(messages, front.receive()))


def test_the_terminal_comes_along(pair: Pair) -> None:
    front, host = pair
    reader, writer = os.pipe()
    front.send(protocol.HELLO, b"", reader)
    os.close(reader)
    list(host.receive())
    (lent,) = host.fds
    os.write(writer, b"key")
    assert os.read(lent, 10) == b"key"
    assert not os.get_inheritable(lent), "a kernel must not hold the terminal"
    os.close(writer)


def test_a_host_does_not_wait_for_a_front_that_reads_nothing(pair: Pair) -> None:
    _, host = pair
    with pytest.raises(Torn):
        host.send(protocol.TELL, b"x" * 10_000_000)


@given(st.binary(max_size=30))
def test_no_bytes_are_too_strange(data: bytes) -> None:
    ours, theirs = socket.socketpair()
    host = Line(theirs, waits=False)
    ours.send(data)
    ours.close()
    try:
        for kind, content in host.receive():
            assert len(kind) == 1
            if kind == protocol.HELLO:
                Hello.decode(content)
        list(host.receive())
    except Torn:
        pass
    host.close()


def test_what_a_front_says_of_its_terminal() -> None:
    _, slave = os.openpty()
    found = termios.tcgetattr(slave)
    raw = [*found[:6], list(found[6])]
    raw[3] &= ~termios.ICANON
    termios.tcsetattr(slave, termios.TCSANOW, raw)
    # Of a line that is not canonical two of the characters are numbers.
    for modes in (found, termios.tcgetattr(slave)):
        hello = Hello.decode(Hello(modes, {"TERM": "xterm=256", "DISPLAY": "\udcff"}).encode())
        assert hello.modes == modes
        assert hello.environment == {"TERM": "xterm=256", "DISPLAY": "\udcff"}
        assert hello.version == protocol.VERSION


def test_of_the_environment_only_what_describes_a_terminal_is_taken() -> None:
    _, slave = os.openpty()
    hello = Hello(termios.tcgetattr(slave), {"TERM": "xterm", "LD_PRELOAD": "/tmp/evil.so"})
    assert Hello.decode(hello.encode()).environment == {"TERM": "xterm"}


def test_of_another_version_only_the_version_is_read() -> None:
    assert Hello.decode(b"7\0something else").version == "7"

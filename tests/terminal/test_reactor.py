"""The reactor on real sockets and pipes: the order of service, and frames that come in time."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
import urwid
import zmq

from bipy.terminal.reactor import Reactor
from tests.waiting import PATIENCE


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """End the test of a reactor that does not come back.  The reactor's own alarms may be broken."""
    before = signal.signal(signal.SIGALRM, lambda *_: pytest.fail("the reactor has not come back"))
    signal.alarm(int(PATIENCE))
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def pair() -> Iterator[tuple[zmq.Socket[bytes], zmq.Socket[bytes]]]:
    context = zmq.Context()
    near, far = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
    near.bind("inproc://pair")
    far.connect("inproc://pair")
    yield near, far
    context.destroy(linger=0)


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    os.close(reader)
    os.close(writer)


def leave() -> None:
    raise urwid.ExitMainLoop


def test_the_keyboard_is_served_first_and_drawn_at_once(
    pair: tuple[zmq.Socket[bytes], zmq.Socket[bytes]], pipe: tuple[int, int]
) -> None:
    near, far = pair
    reader, writer = pipe
    reactor = Reactor()
    seen: list[str] = []
    reactor.enter_idle(lambda: seen.append("draw"))

    def key() -> None:
        os.read(reader, 1)
        seen.append("key")

    def message() -> None:
        near.recv()
        seen.append("message")
        leave()

    reactor.watch_socket(near, message)
    reactor.watch_file(reader, key)
    os.write(writer, b"x")
    far.send(b"m")
    reactor.run()
    assert seen == ["draw", "key", "draw", "message"]


def test_a_flood_of_messages_does_not_starve_the_screen(pair: tuple[zmq.Socket[bytes], zmq.Socket[bytes]]) -> None:
    near, far = pair
    reactor = Reactor()
    frames = 0

    def frame() -> None:
        nonlocal frames
        frames += 1
        if frames == 4:
            leave()

    def message() -> None:
        near.recv()
        far.send(b"another, always")

    reactor.enter_idle(frame)
    reactor.watch_socket(near, message)
    far.send(b"first")
    reactor.run()
    assert frames == 4


def test_alarms_go_off_in_their_order_and_removed_ones_never() -> None:
    reactor = Reactor()
    seen: list[str] = []
    reactor.alarm(0.003, leave)
    reactor.alarm(0.002, lambda: seen.append("second"))
    reactor.alarm(0.001, lambda: seen.append("first"))
    gone = reactor.alarm(0.0015, lambda: seen.append("never"))
    assert reactor.remove_alarm(gone)
    assert not reactor.remove_alarm(gone)
    reactor.run()
    assert seen == ["first", "second"]


def test_what_is_no_longer_watched_is_not_called(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    reactor = Reactor()
    handle = reactor.watch_file(reader, lambda: pytest.fail("called"))
    assert reactor.remove_watch_file(handle)
    assert not reactor.remove_watch_file(handle)
    os.write(writer, b"x")
    reactor.alarm(0.001, leave)
    reactor.run()


def test_an_error_in_a_callback_is_not_swallowed() -> None:
    reactor = Reactor()

    def fail() -> None:
        raise ValueError("told")

    reactor.alarm(0, fail)
    with pytest.raises(ValueError, match="told"):
        reactor.run()


def test_a_socket_that_a_callback_lets_go_of_is_not_served_in_the_same_pass(
    pair: tuple[zmq.Socket[bytes], zmq.Socket[bytes]], pipe: tuple[int, int]
) -> None:
    near, far = pair
    reader, writer = pipe
    reactor = Reactor()

    def key() -> None:
        os.read(reader, 1)
        reactor.remove_watch_socket(near)
        reactor.alarm(0, leave)

    reactor.watch_file(reader, key)
    reactor.watch_socket(near, lambda: pytest.fail("called"))
    far.send(b"m")
    os.write(writer, b"x")
    reactor.run()

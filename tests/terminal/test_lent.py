"""A lent terminal never makes its host wait, and its end is told without an error."""

from __future__ import annotations

import os
import termios
from collections.abc import Iterator

import pytest
import urwid

from bipy.terminal.display import Display
from bipy.terminal.lent import LentTerminal
from bipy.terminal.reactor import Reactor
from bipy.terminal.screen import Screen


class Emulator:
    """The other side of a terminal."""

    def __init__(self) -> None:
        self.fd, slave = os.openpty()
        os.set_blocking(slave, False)
        os.set_blocking(self.fd, False)
        self.lent = LentTerminal(slave)

    def read(self) -> bytes:
        try:
            return os.read(self.fd, 1 << 20)
        except BlockingIOError:
            return b""


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    emulator = Emulator()
    yield emulator
    for fd in (emulator.fd, emulator.lent.fileno()):
        try:
            os.close(fd)
        except OSError:
            continue


def test_what_nobody_reads_is_kept_and_sent_later(emulator: Emulator) -> None:
    text = "x" * 1_000_000
    emulator.lent.write(text)
    emulator.lent.flush()
    assert emulator.lent.is_stuck
    shown = b""
    while emulator.lent.is_stuck:
        shown += emulator.read()
        emulator.lent.flush()
    while rest := emulator.read():
        shown += rest
    assert len(shown) == len(text)


def test_what_does_not_go_out_in_time_is_dropped(emulator: Emulator) -> None:
    emulator.lent.write("x" * 1_000_000)
    assert not emulator.lent.drain(0)
    assert not emulator.lent.is_stuck


def test_a_terminal_that_is_gone_is_told_without_an_error(emulator: Emulator) -> None:
    os.close(emulator.fd)
    emulator.lent.write("x")
    emulator.lent.flush()
    assert emulator.lent.lost
    assert emulator.lent.read() == b""
    emulator.lent.line.prepare()
    emulator.lent.line.restore()
    assert emulator.lent.size == (80, 24)


def test_the_line_is_left_alone_where_another_process_has_set_it(emulator: Emulator) -> None:
    line = emulator.lent.line
    line.prepare()
    line.restore(unless_changed=True)
    assert termios.tcgetattr(emulator.fd) == line.found
    line.prepare()
    others = termios.tcgetattr(emulator.fd)
    others[3] |= termios.ISIG
    termios.tcsetattr(emulator.fd, termios.TCSANOW, others)
    line.restore(unless_changed=True)
    assert termios.tcgetattr(emulator.fd) == others


class Drawn(urwid.SolidFill):
    """A window that counts its frames."""

    def __init__(self) -> None:
        super().__init__("x")
        self.frames = 0

    def render(self, size: tuple[int, int], focus: bool = False) -> urwid.Canvas:  # type: ignore[override]
        self.frames += 1
        self._invalidate()
        return super().render(size, focus)


def test_no_frame_is_drawn_while_the_last_one_is_not_out(emulator: Emulator) -> None:
    window, failures = Drawn(), []
    display = Display(Reactor(), window, lambda _: None, failed=failures.append, stopped=lambda: None)
    emulator.lent.write("x" * 1_000_000)
    emulator.lent.flush()
    display.show(Screen(emulator.lent))
    display.draw()
    assert window.frames == 0
    while emulator.lent.is_stuck:
        emulator.read()
        emulator.lent.flush()
    display.draw()
    assert window.frames == 1
    assert failures == []


def test_an_error_of_drawing_and_of_a_key_ends_the_screen_alone(emulator: Emulator) -> None:
    failures: list[str] = []

    def press(keys: list[object]) -> None:
        raise LookupError(f"of {keys}")

    class Broken(urwid.SolidFill):
        def render(self, size: tuple[int, int], focus: bool = False) -> urwid.Canvas:  # type: ignore[override]
            raise ArithmeticError(size, focus)

    display = Display(Reactor(), Broken("x"), press, failed=failures.append, stopped=lambda: None)
    display.show(Screen(emulator.lent), b"a")
    display.draw()
    assert "LookupError: of ['a']" in failures[0]
    assert "ArithmeticError" in failures[1]


def test_a_hang_up_is_told_once_it_is_drawn_to_or_read_from(emulator: Emulator) -> None:
    failures: list[str] = []
    display = Display(Reactor(), Drawn(), lambda _: None, failed=failures.append, stopped=lambda: None)
    display.show(Screen(emulator.lent))
    os.close(emulator.fd)
    display.draw()
    assert failures == [""]


def test_answers_that_are_still_to_come_do_not_reach_the_shell(emulator: Emulator) -> None:
    screen = Screen(emulator.lent)
    screen.start()
    screen.ask()
    os.write(emulator.fd, b"\x1b[?2026;2$y\x1b[?6c")
    screen.stop()
    assert emulator.lent.read() == b""
    # The questions are not asked again, so nothing is waited for.
    emulator.read()
    screen.start()
    screen.ask()
    screen.stop()
    assert b"$p" not in emulator.read()

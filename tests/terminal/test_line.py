"""The size that a terminal is taken to have."""

from __future__ import annotations

import os
import termios

import pytest

from bipy.terminal.line import LineDiscipline, size


@pytest.mark.parametrize(
    ("said", "taken"),
    [((97, 31), (97, 31)), ((1, 1), (1, 1)), ((0, 0), (80, 24)), ((0, 31), (80, 31)), ((97, 0), (97, 24))],
)
def test_a_terminal_has_at_least_one_column_and_one_row(said: tuple[int, int], taken: tuple[int, int]) -> None:
    master, slave = os.openpty()
    columns, rows = said
    termios.tcsetwinsize(slave, (rows, columns))
    assert size(slave) == taken
    os.close(master)
    os.close(slave)


def test_what_is_no_terminal_has_the_usual_size() -> None:
    reader, writer = os.pipe()
    assert size(reader) == (80, 24)
    os.close(reader)
    os.close(writer)
    assert size(reader) == (80, 24)


def test_every_byte_comes_as_it_was_typed() -> None:
    """Carriage returns too: in a paste CR LF is one line end, and CR CR two."""
    master, slave = os.openpty()
    line = LineDiscipline(slave)
    found = termios.tcgetattr(slave)
    line.prepare()
    typed = b"a\r\nb\rc\n\x03\x11\x13\x16\x1a\x1c\x04"
    os.write(master, typed)
    assert os.read(slave, 100) == typed
    line.restore()
    assert termios.tcgetattr(slave) == found
    os.close(master)
    os.close(slave)

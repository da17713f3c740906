"""The size that a terminal is taken to have."""

from __future__ import annotations

import os
import termios

import pytest

from bipy.terminal.line import size


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

"""The folder of sockets: numbers are given once, dead sockets are removed, and no other user has a say."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bipy.lending import sockets
from bipy.lending.sessions import Survey
from bipy.lending.sockets import Listener, NoFolderError
from tests.live.terminal import new_home


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with new_home() as home:
        monkeypatch.setenv("BIPY_TMPDIR", str(home))
        yield home / f"bipy-{os.getuid()}"


def test_the_lowest_free_number_is_given(folder: Path) -> None:
    first, second = Listener(), Listener()
    assert (first.number, second.number) == (1, 2)
    assert sockets.numbers() == [1, 2]
    first.close()
    assert sockets.numbers() == [2]
    third = Listener()
    assert third.number == 1
    assert (folder.stat().st_mode & 0o777, os.stat(third.path).st_mode & 0o777) == (0o700, 0o600)
    second.close()
    third.close()


def test_a_host_is_reached_by_its_number() -> None:
    listener = Listener()
    line = sockets.connect(1)
    assert line is not None
    assert listener.accept() is not None
    assert listener.accept() is None
    line.close()
    listener.close()
    assert sockets.connect(1) is None


def test_a_socket_that_nobody_listens_on_is_removed(folder: Path) -> None:
    folder.mkdir(0o700)
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(folder / "1"))
    dead.close()
    assert sockets.numbers() == [1]
    assert sockets.connect(1) is None
    assert sockets.numbers() == []


def test_the_number_of_a_dead_socket_is_given_again(folder: Path) -> None:
    folder.mkdir(0o700)
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(folder / "1"))
    dead.close()
    listener = Listener()
    assert listener.number == 1
    listener.close()


def test_a_session_whose_socket_was_removed_or_replaced_cannot_be_found() -> None:
    listener = Listener()
    assert listener.is_found
    os.rename(listener.path, f"{listener.path}.old")
    assert not listener.is_found
    other = Listener()
    assert (other.number, listener.is_found) == (1, False)
    listener.close()
    assert other.is_found, "what is another's is left alone"
    other.close()


def test_a_host_that_takes_no_more_keeps_no_one_waiting() -> None:
    """Such as one that is stopped: connections stay in its queue."""
    listener = Listener()
    lines = [sockets.connect(1) for _ in range(50)]
    assert lines[0] is not None
    assert lines[-1] is None
    assert sockets.numbers() == [1]
    (found,) = Survey().answers(0)
    assert found.state == "does not answer"
    second = Listener()
    assert second.number == 2
    for each in (listener, second, *filter(None, lines)):
        each.close()


def test_a_folder_that_others_can_use_is_refused(folder: Path) -> None:
    folder.mkdir(0o755)
    with pytest.raises(NoFolderError, match="chmod 700"):
        Listener()
    assert sockets.numbers() == []


def test_a_link_in_the_place_of_the_folder_is_refused(folder: Path) -> None:
    folder.symlink_to(folder.parent)
    with pytest.raises(NoFolderError, match="no folder of yours"):
        Listener()


def test_a_path_that_no_socket_can_have_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = folder.parent / ("x" * 100)
    long.mkdir()
    monkeypatch.setenv("BIPY_TMPDIR", str(long))
    with pytest.raises(NoFolderError, match="set BIPY_TMPDIR to a shorter one"):
        Listener()

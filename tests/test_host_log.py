"""The log of the hosts is cut, whoever writes to it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bipy import host_log


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(host_log, "MOST", 100)
    return tmp_path / "bipy"


def test_a_long_log_is_put_aside_at_a_start(folder: Path) -> None:
    folder.mkdir()
    (folder / "host.log").write_text("x" * 200)
    (folder / "host.log.1").write_text("older")
    log = host_log.open_log()
    assert log is not None
    os.write(log, b"new")
    os.close(log)
    assert (folder / "host.log").read_text() == "new"
    assert (folder / "host.log.1").read_text() == "x" * 200
    assert (folder / "host.log").stat().st_mode & 0o777 == 0o600


def test_hosts_that_run_share_the_new_log(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = host_log.open_log(), host_log.open_log()
    assert first is not None
    assert second is not None
    os.write(second, b"y" * 200)
    for log in (first, second):
        monkeypatch.setattr(host_log, "STDERR", log)
        host_log.shorten()
        os.write(log, b"after\n")
        host_log.shorten()
    assert (folder / "host.log").read_text() == "after\nafter\n"
    assert (folder / "host.log.1").read_text() == "y" * 200
    for log in (first, second):
        os.close(log)


def test_no_log_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert host_log.open_log() is None
    monkeypatch.setattr(host_log, "STDERR", -1)
    host_log.shorten()

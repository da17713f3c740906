"""What was being typed when a host was killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bipy import drafts
from tests.waiting import until

KEEP = "import sys; from bipy import drafts; drafts.Keeper().keep(sys.argv[1])"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "bipy" / "drafts"


def test_a_draft_of_a_host_that_is_gone_is_given_once(folder: Path) -> None:
    text = "def f():\n    '\u65e5"
    subprocess.run([sys.executable, "-c", KEEP, text], check=True)
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    (draft,) = drafts.left_behind()
    assert draft.text == text
    assert drafts.left_behind() == []
    assert list(folder.iterdir()) == []


def test_a_host_that_lives_keeps_its_own(folder: Path) -> None:
    keeper = drafts.Keeper()
    keeper.keep("typed")
    assert drafts.left_behind() == []
    assert len(list(folder.iterdir())) == 1
    keeper.keep("")

    def is_gone() -> bool:
        keeper.reap()
        return list(folder.iterdir()) == []

    until(is_gone)
    keeper.keep("again")
    keeper.forget()
    assert list(folder.iterdir()) == []


def test_a_slow_disk_gets_what_was_typed_last(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, gate = tmp_path / "sync", tmp_path / "gate"
    os.mkfifo(gate)
    slow.write_text(f"#!/bin/sh\nread line < {gate}\n")
    slow.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    keeper = drafts.Keeper()
    keeper.keep("one")
    keeper.keep("one two")
    keeper.keep("")
    (file,) = folder.iterdir()
    assert file.read_text() == "one"
    gate.write_text("\n")

    def is_gone() -> bool:
        keeper.reap()
        return list(folder.iterdir()) == []

    until(is_gone)


def test_a_folder_that_can_not_be_written_is_no_matter(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("no folder")
    drafts.Keeper().keep("typed")
    drafts.Keeper().forget()
    assert drafts.left_behind() == []

"""The history on disk: files of several processes, damaged ones, and the process that reads them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bipy import chronicle
from bipy.session.records import MOST, Record, decode, encode
from bipy.terminal.reactor import Reactor


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "bipy" / "history"


def read(most: int = MOST) -> list[Record]:
    """What a new session is told, by a process of its own."""
    reactor = Reactor()
    told: list[Record] = []
    reader = chronicle.Reader(reactor, told.extend, most)
    while reader._fd is not None or reader._lines:
        reactor._pass()
    return told


def test_what_sessions_have_kept_comes_back_from_the_newest_on(folder: Path) -> None:
    assert read() == []
    failures: list[str] = []
    writer = chronicle.Writer(failures.append)
    for number in range(1200):
        writer.append(Record(f"cell({number})\n\u65e5", float(number), "python", seconds=1.5, end="done"))
    (folder / "other.jsonl").write_text(encode(Record("theirs", 5000.0)) + '{"c": "torn, "t')
    (folder / "more.jsonl").write_bytes(b"\xff\x00\n" + encode(Record("last", 1.0)).encode())
    found = read()
    assert [record.code for record in found[:2]] == ["theirs", "cell(1199)\n\u65e5"]
    assert len(found) == 1202
    assert failures == []
    assert {os.stat(folder / name).st_mode & 0o777 for name in os.listdir(folder) if name[0] == "2"} == {0o600}


@pytest.mark.usefixtures("folder")
def test_what_was_forgotten_stays_forgotten() -> None:
    writer = chronicle.Writer(pytest.fail)
    writer.append(Record("secret", 1.0))
    writer.append(Record("secret", 2.0, end=chronicle.ERASED))
    assert read() == []
    writer.append(Record("secret", 3.0))
    assert [record.code for record in read()] == ["secret"]


def test_a_folder_that_can_not_be_written_is_told_once(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("no folder")
    failures: list[str] = []
    writer = chronicle.Writer(failures.append)
    writer.append(Record("a"))
    writer.append(Record("b"))
    assert len(failures) == 1
    assert "The history is not kept from now on" in failures[0]
    assert read() == []


def test_many_old_files_are_joined_and_nothing_is_lost(folder: Path) -> None:
    folder.mkdir(parents=True)
    for number in range(25):
        file = folder / f"{number:02}.jsonl"
        file.write_text(encode(Record(f"entry {number}", float(number))))
        os.utime(file, (0, 0))
    (folder / "today.jsonl").write_text(encode(Record("today", 99.0)))
    before = read()
    names = sorted(os.listdir(folder))
    assert len(names) == 2
    assert names[1] == "today.jsonl"
    assert read() == before
    assert len(before) == 26


def test_the_process_that_reads_imports_nothing_of_the_current_folder(folder: Path, tmp_path: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "a.jsonl").write_text(encode(Record("kept", 1.0)))
    (tmp_path / "json.py").write_text("raise SystemExit('not this one')")
    command = [sys.executable, "-P", "-m", "bipy.chronicle"]
    printed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert decode(printed) == Record("kept", 1.0)


def test_no_more_entries_are_told_than_are_kept(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "a.jsonl").write_text("".join(encode(Record(f"entry {number}", float(number))) for number in range(9)))
    assert [record.code for record in read(most=2)] == ["entry 8", "entry 7"]

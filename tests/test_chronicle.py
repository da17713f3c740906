"""The history on disk: files of several processes, damaged ones, and the process that reads them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bipy import chronicle
from bipy.session.records import MOST, Record, decode, digest, encode
from bipy.terminal.reactor import Reactor
from tests.waiting import until


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "bipy" / "history"


def read(most: int = MOST, since: float = 0.0) -> list[Record]:
    """What a session is told, by a process of its own."""
    reactor = Reactor()
    told: list[Record] = []
    reader = chronicle.Reader(reactor, told.extend, pytest.fail, most, since)
    while not reader.is_done:
        reactor._pass()
    return told


class Written:
    """A writer, and what it says; `end` waits until all is on disk."""

    def __init__(self) -> None:
        self.reactor = Reactor()
        self.said: list[str] = []
        self.writer = chronicle.Writer(self.reactor, self.said.append)
        self.append, self.forget = self.writer.append, self.writer.forget

    def end(self) -> None:
        while self.writer._pending:
            self.reactor._pass()
        if self.writer._input is not None:
            os.close(self.writer._input)
            os.waitpid(self.writer._pid, 0)
            self.writer._input = None

    def end_badly(self) -> None:
        while not self.said:
            self.reactor._pass()


def test_what_sessions_have_kept_comes_back_from_the_newest_on(folder: Path) -> None:
    assert read() == []
    writer = Written()
    for number in range(1200):
        writer.append(Record(f"cell({number})\n\u65e5", float(number), "python", seconds=1.5, end="done"))
    writer.append(Record("long" * 25_000, 0.5))
    writer.end()
    (folder / "other.jsonl").write_text(encode(Record("theirs", 5000.0)) + '{"c": "torn, "t')
    (folder / "more.jsonl").write_bytes(b"\xff\x00\n" + encode(Record("last", 1.0)).encode())
    found = read()
    assert [record.code for record in found[:2]] == ["theirs", "cell(1199)\n\u65e5"]
    assert len(found) == 1203
    assert writer.said == []
    assert {os.stat(folder / name).st_mode & 0o777 for name in os.listdir(folder) if name[0] == "2"} == {0o600}


def test_what_was_written_since_a_moment_is_told_alone(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "untouched.jsonl").write_text(encode(Record("untouched", 150.0)))
    os.utime(folder / "untouched.jsonl", (50, 50))
    (folder / "other.jsonl").write_text(encode(Record("early", 50.0)) + encode(Record("late", 150.0)))
    assert [record.code for record in read(since=100.0)] == ["late"]


def test_what_two_sessions_write_at_once_is_all_there(folder: Path) -> None:
    first, second = Written(), Written()
    second.writer._file = first.writer._file  # as if two hosts of a shared home had the same process id
    for number in range(100):
        for name, writer in (("first", first), ("second", second)):
            writer.append(Record(f"{name} {number} " + "x" * 1000, float(number)))
    first.end()
    second.end()
    assert len(list(folder.iterdir())) == 1
    assert len(read()) == 200


def test_what_was_forgotten_is_gone_from_the_disk_and_stays_forgotten(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "earlier.jsonl").write_text(encode(Record("secret", 1.0)) + encode(Record("kept", 1.0)))
    writer = Written()
    writer.append(Record("secret", 2.0))
    writer.end()
    writer.forget("secret", 3.0)
    writer.end()
    until(lambda: writer.writer.reap() or not writer.writer._forgetting)
    assert "secret" not in "".join(file.read_text() for file in folder.iterdir())
    assert [record.code for record in read()] == [digest("secret"), "kept"]
    (folder / "imported.jsonl").write_text(encode(Record("secret", 1.0)))
    assert "secret" not in [record.code for record in read()]
    (folder / "used again.jsonl").write_text(encode(Record("secret", 4.0)))
    assert "secret" in [record.code for record in read()]


def test_a_folder_that_can_not_be_written_is_told_once(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("no folder")
    writer = Written()
    writer.append(Record("a"))
    writer.end_badly()
    writer.append(Record("b"))
    assert len(writer.said) == 1
    assert writer.said[0].startswith(f"The history is not kept from now on: {folder}/")
    assert read() == []


def test_a_full_disk_is_told_once_and_spoils_nothing() -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no disk that is always full")
    writer = Written()
    writer.writer._file = "/dev/full"
    writer.append(Record("a"))
    writer.end_badly()
    assert re.search("space|error", writer.said[0])


def test_a_folder_that_does_not_answer_holds_nobody_up(folder: Path) -> None:
    folder.mkdir(parents=True)
    writer = Written()
    os.mkfifo(folder / "hangs")  # the shell waits for a reader, as it would for a server
    writer.writer._file = str(folder / "hangs")
    for number in range(100):
        writer.append(Record(f"{number} " + "x" * 10_000))
    assert writer.said == []
    os.close(writer.writer._input or 0)
    os.kill(writer.writer._pid, signal.SIGKILL)
    os.waitpid(writer.writer._pid, 0)


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


def test_a_folder_that_can_not_be_read_is_given_up_and_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(parents=True)
    os.mkfifo(folder / "hangs.jsonl")  # the reader waits for a writer, as it would for a server
    monkeypatch.setattr(chronicle, "DEADLINE_SECONDS", 0.0)
    reactor, said = Reactor(), list[str]()
    reader = chronicle.Reader(reactor, pytest.fail, said.append)
    while not said:
        reactor._pass()
    assert said == [f"Earlier sessions can't be recalled: {folder} does not answer"]
    until(lambda: reader.reap() or not reader._pid)


def test_no_more_entries_are_told_than_are_kept(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "a.jsonl").write_text("".join(encode(Record(f"entry {number}", float(number))) for number in range(9)))
    assert [record.code for record in read(most=2)] == ["entry 8", "entry 7"]

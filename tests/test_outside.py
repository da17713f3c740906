"""Programs of the user's own, as they are asked for."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bipy import outside
from tests.ui.test_window import Stage


class Programs:
    """A front and an interface: what was run, and what was told."""

    def __init__(self) -> None:
        self.ran: list[list[str]] = []
        self.told: list[str] = []
        self.done: list[Callable[[int | None], object]] = []
        self.interface = cast(Any, SimpleNamespace(perform=lambda effect: self.told.append(effect.text)))

    def run(self, arguments: list[str], done: Callable[[int | None], object]) -> None:
        self.ran.append(arguments)
        self.done.append(done)


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Programs:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("BIPY_TABLE", raising=False)
    return Programs()


def show(programs: Programs) -> None:
    outside.show(b"a,b\n1,2\n", ".csv", "table", programs, programs.interface)


def test_a_table_goes_to_the_program_that_the_user_names_as_a_file_of_their_own(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIPY_TABLE", "sheet --wide 'a b'")
    show(programs)
    [[*words, file]] = programs.ran
    assert words == ["sheet", "--wide", "a b"]
    assert Path(file).read_bytes() == b"a,b\n1,2\n"
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    programs.done[0](0)
    assert not os.path.exists(file)


def test_visidata_is_taken_where_it_is_and_else_the_user_learns_what_to_set(programs: Programs, tmp_path: Path) -> None:
    show(programs)
    assert programs.ran == []
    assert "set $BIPY_TABLE to a program that shows CSV, or install visidata" in programs.told[0]
    (tmp_path / "vd").write_text("#!/bin/sh\n")
    (tmp_path / "vd").chmod(0o755)
    show(programs)
    assert programs.ran[0][0] == "vd"
    programs.done[0](outside.NOT_FOUND)
    assert "vd is not there" in programs.told[1]


def edit(programs: Programs, stage: Stage, path: str, line: int = 0) -> None:
    """The kernel asks for an editor, and the front runs it."""
    outside.edit_and_run(path, line, programs, stage.interface)


@pytest.mark.parametrize("own", [True, False])
def test_what_an_editor_has_saved_is_run_but_not_by_anothers_kernel(
    programs: Programs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, own: bool
) -> None:
    """A file that another's kernel has named may be none that the user would give away."""
    monkeypatch.setenv("VISUAL", "ed -s")
    stage = Stage(own=own)
    stage.start()
    file = tmp_path / "new.py"
    edit(programs, stage, str(file), 7)
    assert programs.ran == [["ed", "-s", "+7", str(file)]]
    file.write_text("x = 1\nx\n")
    programs.done[0](0)
    if own:
        assert stage.take("execute_request").content["code"] == "x = 1\nx"
    else:
        assert "In [1]: x = 1" in stage.rows()
        assert "execute_request" not in stage.sent


@pytest.mark.parametrize(
    "path", ["-c :!true", "a.py", "/nowhere/a.py", "/", "", "/tmp/a\0-c\0:!true"], ids=lambda path: repr(path)
)
def test_a_name_that_is_no_path_here_is_handed_to_no_editor(programs: Programs, path: str) -> None:
    stage = Stage()
    edit(programs, stage, path)
    assert programs.ran == []
    assert any("can't be edited here" in row for row in stage.rows())


@pytest.mark.parametrize(
    ("status", "text", "told"),
    [(1, "x", "status 1"), (127, "x", "it is not there"), (0, "\n", "is empty"), (0, None, "No such file")],
)
def test_it_is_told_why_nothing_is_run(
    programs: Programs, tmp_path: Path, status: int, text: str | None, told: str
) -> None:
    stage = Stage()
    stage.start()
    file = tmp_path / "a.py"
    edit(programs, stage, str(file))
    if text is not None:
        file.write_text(text)
    programs.done[0](status)
    assert told in stage.rows((300, 14))[-1]
    assert "execute_request" not in stage.sent


@pytest.mark.parametrize("own", [True, False])
def test_a_cell_is_edited_where_the_kernel_names_one(
    programs: Programs, monkeypatch: pytest.MonkeyPatch, own: bool
) -> None:
    monkeypatch.setenv("VISUAL", "ed")
    stage = Stage(own=own)
    stage.start()
    outside.edit_cell_and_run("x = 1\nx", 2, programs, stage.interface)
    [[*words, file]] = programs.ran
    assert words == ["ed", "+2"]
    assert Path(file).read_text() == "x = 1\nx\n"
    Path(file).write_text("x = 2\n")
    programs.done[0](0)
    assert not Path(file).exists()
    if own:
        assert stage.take("execute_request").content["code"] == "x = 2"
    else:
        assert "In [1]: x = 2" in stage.rows()
        assert "execute_request" not in stage.sent


def test_an_editor_without_a_terminal_leaves_word(programs: Programs, tmp_path: Path) -> None:
    stage = Stage()
    edit(programs, stage, str(tmp_path / "a.py"))
    programs.done[0](None)
    assert any("The editor lost its terminal. What it has saved is in" in row for row in stage.rows((200, 14)))


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("<frozen importlib._bootstrap>", "a part of the Python program itself"),
        ("<string>", "code that was made as a text"),
        ("pandas/_libs/index.pyx", "was compiled"),
        ("/no/such/file.py", "There is no /no/such/file.py on this machine"),
    ],
)
def test_a_frame_without_a_source_is_told_in_words(path: str, why: str) -> None:
    programs = Programs()
    outside.visit(path, 1, programs, programs.interface)
    assert why in programs.told[0]
    assert not programs.ran

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

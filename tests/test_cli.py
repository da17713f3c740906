"""The command line without a terminal or a kernel: what cannot start says why, and ends with status 2."""

from __future__ import annotations

import io
import socket
import sys
import time
from pathlib import Path

import pytest

from bipy import cli, settings, starting
from bipy.lending.protocol import Line
from bipy.lending.sessions import Found
from bipy.settings import Settings


class Refusals:
    """Command lines, and what is said of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *arguments: str) -> str:
        """What a user is told by the process that parses them."""
        with pytest.raises(SystemExit) as refusal:
            settings.parse(arguments)
        assert refusal.value.code == 2
        return self._capsys.readouterr().err

    def by_the_host(self, *arguments: str) -> str:
        """What a user is told by the process that starts the kernel."""
        ours, theirs = socket.socketpair()
        chosen = settings.parse(arguments) if arguments else Settings()
        assert isinstance(chosen, Settings)
        with self._monkeypatch.context() as patch:
            patch.setattr("signal.signal", lambda *_: None)
            end = starting.outcome(chosen, Line(theirs, waits=False), (80, 24))
        ours.close()
        theirs.close()
        assert end.status == 2
        return end.text


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Refusals:
    return Refusals(monkeypatch, capsys)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--existing", "--kernel", "r"), "give one of them"),
        (("--existing", "--jedi"), "%config Completer.use_jedi = True"),
        (("--rows", "0"), "no whole number from 1 on"),
        (("--inspection", "often"), "invalid choice: 'often'"),
        (("--exist",), "there is no option --exist; is --existing meant?"),
        (("--them=light",), "there is no option --them=light; is --theme meant?"),
        (("--histroy", "keep"), "is --history meant?"),
        (("--zzz",), "there is no option --zzz; bipy --help lists them"),
        (("docter",), "there is no command 'docter'; is doctor meant?"),
        (("resume", "2"), "there is no command 'resume'; is --resume meant?"),
        (("--rows", "3", "attach"), "there is no command 'attach'; the commands are ps, end, config"),
        (("file.py",), "to run a file, enter %run file.py in the session"),
        (("config",), "init|check|path|schema"),
        (("--resume", "one"), "wants the number of a session"),
        (("--resume", "1", "--rows", "3"), "give it alone"),
        (("--linger", "soon"), "no time such as 90s"),
        (("ps", "3"), "unrecognized arguments: 3"),
        (("end",), "the following arguments are required: N"),
    ],
)
def test_options_that_cannot_be_meant(arguments: tuple[str, ...], words: str, refused: Refusals) -> None:
    assert words in refused(*arguments)


def test_a_runtime_folder_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: Refusals
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "file" / "runtime"))
    told = refused.by_the_host()
    assert str(tmp_path / "file" / "runtime") in told
    assert "Set JUPYTER_RUNTIME_DIR to a folder that can be written to." in told


def test_a_theme_that_is_not_there(refused: Refusals) -> None:
    assert "no-such-theme" in refused.by_the_host("--theme", "no-such-theme")


def test_a_configuration_file_that_is_not_there(refused: Refusals) -> None:
    told = refused.by_the_host("--config", "/nonexist")
    assert told.startswith("bipy: There is no configuration file /nonexist. Give --config the path of a file")


def test_a_kernel_that_is_not_there(refused: Refusals) -> None:
    assert "There is no kernel named 'no-such-kernel'" in refused.by_the_host("--kernel", "no-such-kernel")


def test_a_connection_file_that_is_not_there(tmp_path: Path, refused: Refusals) -> None:
    path = tmp_path / "kernel-0.json"
    assert f"There is no connection file {path}." in refused.by_the_host("--existing", str(path))


def test_a_stream_that_is_no_terminal(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert cli.main(["--rows", "3"]) == 2
    assert "its standard input and output must both be one" in capfd.readouterr().err


def test_a_mistake_in_the_configuration_file_is_told_before_anything_starts(
    refused: Refusals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "bipy").mkdir()
    (tmp_path / "bipy" / "config.toml").write_text("rowz = 3\n")
    told = refused.by_the_host()
    assert told.startswith(f"bipy: {tmp_path}/bipy/config.toml:1:1: there is no setting 'rowz'; is rows meant?")
    assert told.endswith("To start without the file: bipy --config none")


LONG = Found(
    number=3,
    version="1",
    since=time.time(),
    kernel="Python 3.11 of the environment of this project",
    folder="/home/somebody/work/a-project-with-a-long-name/notebooks",
    attached=False,
    detached_at=time.time() - 90,
    state="In [12] has run for 12 s",
    lines=12345,
    last_line="the last line that the cell has printed",
)


@pytest.mark.parametrize("columns", [200, 120, 80, 60, 50])
def test_the_list_of_sessions_fits_the_terminal(columns: int) -> None:
    rows = cli._table([LONG, LONG.replace(folder="/tmp", kernel="R")], columns).split("\n")
    assert max(map(len, rows)) <= columns
    assert all(len({row.index(word) for word in ("/home", "/tmp") if word in row}) <= 1 for row in rows)
    if columns >= 60:
        assert "books" in rows[1], "the end of a folder tells most"


def test_a_pipe_gets_all_of_the_list_of_sessions() -> None:
    (_, row) = cli._table([LONG], None).split("\n")
    assert LONG.folder in row
    assert row.endswith(LONG.last_line)

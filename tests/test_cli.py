"""The command line without a terminal or a kernel: what cannot start says why, and ends with status 2."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from bipy import cli


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 0


class Line:
    """Line settings that are nobody's."""

    def __init__(self, fd: int) -> None:
        self.fd = fd

    def prepare(self) -> None:
        """Nothing to set."""

    def restore(self) -> None:
        """Nothing to restore."""


class Refusals:
    """Command lines on a terminal of this kind, and what is said of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.stdin: io.StringIO = Terminal()

    def __call__(self, *arguments: str) -> str:
        with self._monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", self.stdin)
            patch.setattr(sys, "stdout", Terminal())
            patch.setattr(cli, "LineDiscipline", Line)
            patch.setattr("signal.signal", lambda *_: None)
            patch.setenv("TERM", "xterm")
            try:
                status = cli.main(arguments)
            except SystemExit as refusal:
                status = int(refusal.code or 0)
        assert status == 2
        return self._capsys.readouterr().err


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
        (("--exist",), "unrecognized arguments: --exist"),
        (("file.py",), "unrecognized arguments: file.py"),
    ],
)
def test_options_that_cannot_be_meant(arguments: tuple[str, ...], words: str, refused: Refusals) -> None:
    assert words in refused(*arguments)


def test_a_runtime_folder_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: Refusals
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "file" / "runtime"))
    told = refused()
    assert str(tmp_path / "file" / "runtime") in told
    assert "Set JUPYTER_RUNTIME_DIR to a folder that can be written to." in told


def test_a_theme_that_is_not_there(refused: Refusals) -> None:
    assert "no-such-theme" in refused("--theme", "no-such-theme")


def test_a_kernel_that_is_not_there(refused: Refusals) -> None:
    assert "There is no kernel named 'no-such-kernel'" in refused("--kernel", "no-such-kernel")


def test_a_connection_file_that_is_not_there(tmp_path: Path, refused: Refusals) -> None:
    path = tmp_path / "kernel-0.json"
    assert f"There is no connection file {path}." in refused("--existing", str(path))


def test_a_stream_that_is_no_terminal(refused: Refusals) -> None:
    refused.stdin = io.StringIO()
    assert "its standard input and output must both be one" in refused()

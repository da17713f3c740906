"""The history between sessions, with real kernels: two at once, one that is killed, and what is never kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.live.terminal import Repl, environment
from tests.waiting import until

CTRL_R = "\x12"


def kept(home: Path) -> str:
    """All that stands in the files of the history."""
    return "".join(file.read_text() for file in (home / ".local/state/bipy/history").iterdir())


def test_what_one_session_has_kept_another_finds(home: Path) -> None:
    with Repl(home) as first, Repl(home) as second:
        first.ready()
        second.ready()
        first.run("first = 'kept by the first'")
        second.run("1 / 0  # by the second")
        second.type("import getpass; getpass.getpass()\r")
        second.until("^Password: *$")
        second.type("hunter2\r")
        second.until(r"^Out\[\d+\]: ")
        first.run(" spaced = 'not kept'")
        # As a power cut would: the files are all there is.
        first.host.kill()
        first.ended()
    with Repl(home) as third:
        third.ready()
        third.type(CTRL_R + "kept by")
        third.until(r"^▸  first = 'kept by the first'")
        third.type("\r")
        third.until(r"^In \[1\]: first = 'kept by the first'$")
        third.type("\x15" + CTRL_R + "second")
        third.until(r"^▸✗ 1 / 0  # by the second +ZeroDivisionError")
    assert "hunter2" not in kept(home)
    assert "not kept" not in kept(home)


def test_a_session_finds_what_another_has_kept_since(home: Path) -> None:
    with Repl(home) as first:
        first.ready()
        with Repl(home) as second:
            second.ready()
            second.run("1 / 0  # by the second")
            second.until("^ZeroDivisionError")
            until(lambda: "ZeroDivisionError" in kept(home))
            first.type(CTRL_R + "second")
            first.until(r"^▸✗ 1 / 0  # by the second +ZeroDivisionError")
            first.type("\x1b")
            second.type(CTRL_R + "by the second")
            second.until("^▸✗ 1")
            second.type("\x1b[3~")
            until(lambda: "by the second" not in kept(home))
            second.type("\x1b")
        first.type(CTRL_R + "by the second")
        first.until(r"^ History .* 0$")


def test_a_private_session_keeps_nothing(home: Path) -> None:
    with Repl(home, "--history", "private") as repl:
        repl.ready()
        repl.run("private = 1")
        repl.type(CTRL_R + "private")
        repl.until(r"^▸  private = 1")
    assert not (home / ".local/state/bipy/history").exists()


def test_a_draft_outlives_a_host_that_is_killed(home: Path) -> None:
    folder = home / ".local/state/bipy/drafts"
    with Repl(home) as repl:
        repl.ready()
        repl.type("draft = 'not entered")
        repl.until(lambda _: any("not entered" in file.read_text() for file in folder.glob("*.draft")))
        repl.host.kill()
        repl.ended()
    with Repl(home) as repl:
        repl.until("^bipy was killed at .* What was being typed is an Up away")
        repl.ready()
        repl.type("\x1b[A")
        repl.until("^In \\[1\\]: draft = 'not entered$")
        repl.type("\x03")
        repl.ready()
        repl.run("import time")
        repl.work()
        repl.type("hunter2")
        repl.until("hunter2$")
        assert "hunter2" not in "".join(file.read_text() for file in folder.iterdir())
    until(lambda: list(folder.iterdir()) == [])


def test_an_entry_that_was_forgotten_comes_back_from_nowhere(home: Path) -> None:
    with Repl(home) as repl:
        repl.ready()
        repl.run("secret = 'forget me'")
        repl.type(CTRL_R + "forget me")
        repl.until(r"^▸  secret = 'forget me'")
        repl.type("\x1b[3~")
        until(lambda: "forget me" not in kept(home))
        repl.type("\x07")
        repl.run("secret_2 = 'stays'")
    with Repl(home) as repl:
        repl.ready()
        repl.type(CTRL_R + "secret")
        # The kernel has it in a history of its own; with its age an entry comes from the files.
        repl.until(r"^..*secret_2 = 'stays' +\d+ s *$")
        repl.until(lambda screen: "forget me" not in screen.text)


def test_an_imported_history_is_found(home: Path) -> None:
    (home / "old_history").write_text("imported = 'from elsewhere'\n")
    command = [sys.executable, "-m", "bipy", "history", "import", "old_history"]
    subprocess.run(command, cwd=home, env=environment(home), check=True)
    with Repl(home) as repl:
        repl.ready()
        repl.type("impo")
        repl.until(r"^In \[1\]: imported = 'from elsewhere'$")
        repl.type("\x1b[C\r")
        repl.until(r"^In \[2\]: *$")
        repl.type("imported\r")
        repl.until(r"^Out\[2\]: 'from elsewhere'")

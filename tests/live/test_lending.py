"""Who has the terminal, and what may happen to it: each state of a lent terminal, and each accident.

A bipy runs in a shell with job control.  It is brought into a state, an accident happens, and then the terminal has to
be the shell's again as it was, or bipy's; and the session has to go on, or to end, with nothing left behind.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.live.terminal import Repl, Shell, processes
from tests.waiting import until

# Makes the host, which imports urwid, wait until something is written to the gate.
SLOW_START = """
import builtins
import sys

found = builtins.__import__

def slow(name, *rest, **more):
    if name == "urwid" and "urwid" not in sys.modules and sys.argv[0].endswith("__main__.py"):
        open({gate!r}).readline()
    return found(name, *rest, **more)

builtins.__import__ = slow
"""
EDITOR = """#!/bin/sh
echo editing
echo "'edited'" > "$1"
read line < {gate}
"""


class Stage(Shell):
    """A shell in which bipy is brought into a state."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.gate = home / "gate"
        os.mkfifo(self.gate)
        editor = home / "editor"
        editor.write_text(EDITOR.format(gate=str(self.gate)))
        editor.chmod(0o700)
        (home / "slow").mkdir()
        (home / "slow" / "sitecustomize.py").write_text(SLOW_START.format(gate=str(self.gate)))
        super().__init__(home, {"EDITOR": str(editor)})
        self.found = self.settings()

    def is_back(self) -> bool:
        """Whether the shell has its terminal as it was."""
        self.until(lambda _: self.switched(1049).endswith("l"))
        assert self.settings() == self.found
        return True

    def bring_up(self, *, slow: bool = False) -> None:
        """Start bipy, run a cell in it if it is not `slow`, and know its processes."""
        path = f"PYTHONPATH={self.home / 'slow'}:$PYTHONPATH " if slow else ""
        self.type(f"{path}{sys.executable} -m bipy\r")
        self.until(r"^In \[1\]:")
        (self.front,) = psutil.Process(self.pid).children()
        # The first frame is the front's, and stands before the host is there.
        until(self.front.children)
        (self.host,) = self.front.children()
        if not slow:
            self.until(lambda _: "idle" in self.lines[-1])
            self.type("ran = 'before'\r")
            self.until(lambda _: "idle" in self.lines[-1] and self.lines[self.cursor[1]] == "In [2]:")

    def open_gate(self) -> None:
        gate = os.open(self.gate, os.O_RDWR)
        os.write(gate, b"\n")
        until(lambda: not select.select([gate], [], [], 0)[0])
        os.close(gate)

    def goes_on(self) -> None:
        """The session is here, on this terminal."""
        self.until(lambda _: "idle" in self.lines[-1] and self.lines[self.cursor[1]].startswith("In ["))
        self.type("\x15'here ' + 'again'\r")
        self.until("^Out.*'here again'$")

    def waits(self) -> None:
        """The session waits for a terminal: another one finds it as it was."""
        until(lambda: self.host.is_running() and self.host.status() != psutil.STATUS_ZOMBIE)
        with Repl(self.home, "--resume", size=(120, 30)) as repl:
            repl.until(lambda _: repl.shows(r"^In \[1\]: ran = 'before'$") and repl.row.startswith("In ["))
            repl.type("\x15ran + '!'\r")
            repl.until("^Out.*'before!'$")

    def is_over(self) -> None:
        """The session and all of its processes have ended."""
        until(lambda: not [each for each in processes(self.home) if each.pid != self.pid and not _is_zombie(each)])


def _is_zombie(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


# States


def starting(shell: Stage) -> None:
    shell.bring_up(slow=True)
    # The kernel, and the watcher that ends it with the host.
    until(lambda: len(shell.host.children()) == 2)


def lent(shell: Stage) -> None:
    shell.bring_up()


def paused(shell: Stage) -> None:
    shell.bring_up()
    shell.type("\x1a")
    shell.until("Stopped")


def editing(shell: Stage) -> None:
    shell.bring_up()
    shell.type("\x1b[18~")
    shell.until("^editing$")


def detached(shell: Stage) -> None:
    shell.bring_up()
    shell.type("\x18d")
    shell.until("^The session goes on.")


def leaving(shell: Stage) -> None:
    shell.bring_up()
    (kernel,) = [child for child in shell.host.children() if "ipykernel" in " ".join(child.cmdline())]
    kernel.suspend()
    shell.kernel = kernel
    shell.type("\x04\x04")
    shell.until(lambda _: shell.switched(1049).endswith("l") and shell.shows(r"^In \[1\]: ran"))


# Accidents


def front_dies(shell: Stage) -> None:
    with suppress(psutil.NoSuchProcess):  # it may be ending by itself
        shell.front.kill()


def host_dies(shell: Stage) -> None:
    shell.host.kill()


def terminal_closes(shell: Stage) -> None:
    shell.close()


def told_to_stop(shell: Stage) -> None:
    try:
        shell.front.send_signal(signal.SIGTSTP)
    except psutil.NoSuchProcess:
        shell.host.send_signal(signal.SIGTSTP)


def second_front(shell: Stage) -> None:
    """See what becomes of each."""


# What has to be then


def back_and_waiting(shell: Stage) -> None:
    shell.is_back()
    shell.waits()


def told_of_the_death(shell: Stage) -> None:
    shell.until("^bipy: the process that held the session has ended unexpectedly")
    shell.is_back()
    shell.is_over()


def ends_untouched(shell: Stage) -> None:
    shell.open_gate()
    shell.is_back()
    shell.is_over()


def stopped_and_back(shell: Stage) -> None:
    shell.until("Stopped")
    shell.is_back()
    shell.type("fg\r")


def starts_after_a_stop(shell: Stage) -> None:
    stopped_and_back(shell)
    shell.open_gate()
    shell.goes_on()


def starts_all_the_same(shell: Stage) -> None:
    with Repl(shell.home, "--resume") as repl:
        assert repl.ended() == 2
        assert repl.shows("No session runs")
    shell.open_gate()
    shell.goes_on()


def goes_on_after_a_stop(shell: Stage) -> None:
    stopped_and_back(shell)
    shell.goes_on()


def taken_over(shell: Stage) -> None:
    shell.waits()
    shell.until("^This session goes on in another terminal.")
    shell.is_back()


def taken_over_behind(shell: Stage) -> None:
    shell.waits()
    shell.type("fg\r")
    shell.until("^This session goes on in another terminal.")
    shell.is_back()


def dead_behind(shell: Stage) -> None:
    shell.is_back()
    shell.type("fg\r")
    told_of_the_death(shell)


def edited_after_a_stop(shell: Stage) -> None:
    stopped_and_back(shell)
    shell.open_gate()
    shell.until(r"^In \[2\]: 'edited'$")
    shell.goes_on()


def taken_over_then_edited(shell: Stage) -> None:
    shell.waits()
    shell.open_gate()
    shell.until("^This session goes on in another terminal.")
    shell.is_back()


def dead_then_edited(shell: Stage) -> None:
    shell.open_gate()
    told_of_the_death(shell)


def waits_with_the_file(shell: Stage) -> None:
    with Repl(shell.home, "--resume", size=(120, 30)) as repl:
        repl.until("^The editor lost its terminal. What it has saved is in /tmp/")
    shell.waits()


def ends_in_the_end(shell: Stage) -> None:
    shell.kernel.resume()
    shell.is_over()


def back_in_the_end(shell: Stage) -> None:
    shell.kernel.resume()
    shell.is_back()
    shell.is_over()


def stopped_in_the_end(shell: Stage) -> None:
    stopped_and_back(shell)
    shell.until("bipy$")
    back_in_the_end(shell)


def not_to_be_found(shell: Stage) -> None:
    with Repl(shell.home, "--resume") as repl:
        assert repl.ended() == 2
    back_in_the_end(shell)


def gone(shell: Stage) -> None:
    shell.is_back()
    shell.is_over()


TABLE: dict[tuple[Callable[[Stage], None], Callable[[Stage], None]], Callable[[Stage], None]] = {
    (starting, front_dies): ends_untouched,
    (starting, host_dies): told_of_the_death,
    (starting, terminal_closes): lambda shell: (shell.open_gate(), shell.is_over())[1],
    (starting, told_to_stop): starts_after_a_stop,
    (starting, second_front): starts_all_the_same,
    (lent, front_dies): back_and_waiting,
    (lent, host_dies): told_of_the_death,
    (lent, terminal_closes): Stage.waits,
    (lent, told_to_stop): goes_on_after_a_stop,
    (lent, second_front): taken_over,
    (paused, front_dies): back_and_waiting,
    (paused, host_dies): dead_behind,
    (paused, terminal_closes): Stage.waits,
    (paused, told_to_stop): goes_on_after_a_stop,
    (paused, second_front): taken_over_behind,
    (editing, front_dies): waits_with_the_file,
    (editing, host_dies): dead_then_edited,
    (editing, terminal_closes): Stage.waits,
    (editing, told_to_stop): edited_after_a_stop,
    (editing, second_front): taken_over_then_edited,
    (detached, front_dies): back_and_waiting,
    (detached, host_dies): gone,
    (detached, terminal_closes): Stage.waits,
    (detached, told_to_stop): back_and_waiting,
    (detached, second_front): back_and_waiting,
    (leaving, front_dies): back_in_the_end,
    (leaving, host_dies): told_of_the_death,
    (leaving, terminal_closes): ends_in_the_end,
    (leaving, told_to_stop): stopped_in_the_end,
    (leaving, second_front): not_to_be_found,
}


@pytest.mark.parametrize(("state", "accident"), TABLE, ids=lambda each: each.__name__)
def test_the_terminal_and_the_session(
    home: Path, state: Callable[[Stage], None], accident: Callable[[Stage], None]
) -> None:
    shell = Stage(home)
    try:
        state(shell)
        accident(shell)
        TABLE[state, accident](shell)
    finally:
        shell.close()

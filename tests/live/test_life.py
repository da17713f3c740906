"""The life of a kernel of bipy's own, and the ways of leaving."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from tests.live.terminal import Repl, Shell, Terminal, environment
from tests.waiting import until


def ended(process: psutil.Process) -> bool:
    """Whether it has ended; its parent need not have waited for it."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def left(home: Path) -> list[Path]:
    """Connection files and sockets that are still there."""
    return [path for path in (home / "runtime").rglob("*") if path.suffix == ".json" or path.is_socket()]


def assert_given_back(terminal: Terminal) -> None:
    """The terminal is as bipy found it."""
    assert terminal.modes == terminal.found_modes
    assert terminal.switched(1049) == "hl", "the alternate screen"
    assert terminal.switched(2004) == "hl", "bracketed paste"
    assert terminal.switched(1007) == "slhr", "the wheel as arrow keys"
    assert terminal.switched(7) == "lh", "wrapping"
    assert terminal.switched(25)[-1] == "h", "the cursor"


@pytest.mark.parametrize("farewell", ["exit\r", "\x04\x04"])  # once to be warned that the kernel would end
def test_leaving(home: Path, farewell: str) -> None:
    with Repl(home) as repl:
        repl.run("'to be ' + 'remembered'")
        process = repl.kernel
        assert left(home)
        repl.type(farewell)
        assert repl.ended() == 0
        # The session stays in the terminal, as if it had been printed, and the terminal is as it was.
        assert "In [1]: 'to be ' + 'remembered'" in repl.scrollback
        assert "Out[1]: 'to be remembered'" in repl.scrollback
        assert repl.look("In [1]") != repl.look("Out")
        assert_given_back(repl)
    until(lambda: ended(process))
    assert not left(home)


def test_leaving_in_the_middle_of_a_cell(home: Path) -> None:
    with Repl(home) as repl:
        repl.ready()
        process = repl.kernel
        repl.work()
        repl.type("\x04\x04")  # once to be warned that the cell would end
        assert repl.ended() == 0
    until(lambda: ended(process))
    assert not left(home)


def test_ctrl_c_when_the_kernel_takes_its_time_to_end(home: Path) -> None:
    with Repl(home) as repl:
        repl.run("import signal")
        process = repl.kernel
        # In the cell itself: ipykernel gives a cell its own handler of SIGINT, and takes it back at the end.
        repl.work("[signal.signal(number, signal.SIG_IGN) for number in (2, 15)]")
        repl.type("\x04\x04")
        repl.until(lambda _: repl.modes == repl.found_modes)
        repl.type("\x03")
        assert repl.ended() == 130
        assert "Traceback" not in repl.text
    until(lambda: ended(process))
    assert not left(home)


@pytest.mark.parametrize("how", ["a polite kill", "a kill of the host", "a kill of both"])
def test_no_kernel_is_left_behind(home: Path, how: str) -> None:
    with Repl(home) as repl:
        repl.run("import subprocess; child = subprocess.Popen(['sleep', '1000'])")
        process, host = repl.kernel, repl.host
        children = process.children()
        if how == "a polite kill":
            os.kill(repl.pid, signal.SIGTERM)
            assert repl.ended() == 128 + signal.SIGTERM
            assert_given_back(repl)
        else:
            if how == "a kill of both":
                os.kill(repl.pid, signal.SIGKILL)
            host.kill()
            assert repl.ended() == (1 if how == "a kill of the host" else -signal.SIGKILL)
        repl.close()
    assert children
    until(lambda: all(map(ended, [process, *children])))
    assert how != "a polite kill" or not left(home)


def test_a_kernel_that_is_to_be_kept(home: Path) -> None:
    with Repl(home) as repl:
        repl.run("kept = 6 * 7")
        process = repl.kernel
        repl.type("exit(keep_kernel=True)\r")
        assert repl.ended() == 0
        (advice,) = [line for line in repl.scrollback if line.startswith("The kernel goes on: bipy --existing ")]
    with Repl(home, "--existing", advice.split()[-1]) as repl:
        repl.run("kept")
        assert repl.shows(r"^Out\[\d+\]: 42$")
    process.kill()


def test_a_kernel_that_is_killed(home: Path) -> None:
    with Repl(home) as repl:
        repl.run("'before ' + 'the end'")
        repl.type("'being typed")
        repl.until(lambda _: repl.row.endswith("'being typed"))
        repl.kernel.kill()
        repl.until("signal 9")
        repl.until(lambda _: repl.state == "dead" and repl.row.endswith("'being typed"))
        assert "Out[1]: 'before the end'" in repl.lines
        # The key that the message names.
        repl.type("\x1b\x12")
        repl.until(lambda _: repl.state == "idle" and repl.row == "In [1]: 'being typed")
        repl.type(" again'\r")
        repl.until(r"^Out\[1\]: 'being typed again'$")
        repl.run("exit_code = 0")
        repl.type("exit\r")
        assert repl.ended() == 0
    assert not left(home)


def test_a_kernel_that_is_killed_in_a_cell(home: Path) -> None:
    with Repl(home) as repl:
        repl.ready()
        # A child that it leaves has all its sockets.
        repl.run("import os, time")
        repl.type("os.fork() or time.sleep(99); os._exit(3)\rprint('no'.title())\r")
        repl.until("status 3")
        repl.until("aborted")
        # A cell that is entered now waits for the new kernel.
        repl.type("6*7\r\x1b\x12")
        repl.until(r"^Out\[1\]: 42$")
        assert "No" not in repl.lines


def test_a_restart_of_a_kernel_that_runs(home: Path) -> None:
    with Repl(home) as repl:
        repl.run("kept = 1")
        first = repl.kernel
        repl.work()
        repl.type("\x1b\x12\x1b\x12")  # once to be warned that the variables would go
        repl.ready()
        assert ended(first)
        repl.type("kept\r")
        repl.until("^NameError")


def test_suspend_and_come_back(home: Path) -> None:
    with Shell(home) as shell:
        settings = shell.settings()
        shell.type(f"{sys.executable} -m bipy\r")
        shell.until(r"^In \[1\]:")
        shell.type("'half")
        shell.until("'half$")
        shell.type("\x1a")
        shell.until("Stopped")
        assert (shell.switched(1049), shell.switched(1007)) == ("hl", "slhr")
        assert shell.settings() == settings
        shell.type("fg\r")
        shell.until(r"^In \[1\]: 'half$")
        shell.type(" and half'\r")
        shell.until(r"^Out\[1\]: 'half and half'$")
        shell.until(lambda _: "In [*]" not in shell.text)
        shell.type("exit\r")
        shell.until(r"^\$$")
        assert shell.settings() == settings
        assert (shell.switched(1049), shell.switched(1007)) == ("hlhl", "slhrslhr")


CRASH = """
import sys
from bipy.__main__ import main
from bipy.terminal.import_urwid import import_urwid

import_urwid()
from bipy.terminal.display import Display

show = Display.show

def crash(self, screen, typed=b""):
    show(self, screen, typed)
    self._reactor.alarm(0, lambda: 1 / 0)

Display.show = crash
sys.exit(main())
"""


def test_a_crash(home: Path) -> None:
    with Terminal([sys.executable, "-c", CRASH], environment(home)) as terminal:
        assert terminal.ended() == 1
        assert terminal.shows("^ZeroDivisionError")
        assert_given_back(terminal)


@pytest.mark.parametrize("way", ["killed", "left"])
def test_no_mode_of_the_terminal_is_left_behind(home: Path, way: str) -> None:
    with Repl(home, "--mouse") as repl:
        repl.ready()
        switched = (1000, 1002, 1004, 1006, 1049, 2004)
        assert all(repl.switched(mode).endswith("h") for mode in switched)
        if way == "killed":
            repl.host.kill()
        else:
            repl.type("exit\r")
        repl.ended()
        assert [mode for mode in switched if not repl.switched(mode).endswith("l")] == []
        assert bytes(repl.raw).count(b"\x1b[22;2t") == bytes(repl.raw).count(b"\x1b[23;2t")

"""Sessions that outlive their terminals: left, lost, resumed, taken over, listed, ended."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.live.terminal import Repl, Shell, Terminal, environment, processes
from tests.waiting import until


def bipy(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A bipy without a terminal, run to its end."""
    command = [sys.executable, "-m", "bipy", *arguments]
    return subprocess.run(
        command, env=environment(home), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def sessions(home: Path) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = json.loads(bipy(home, "ps", "--json").stdout)
    return listed


def hang_up(repl: Repl) -> psutil.Process:
    """Close the terminal; the host, which has lost it then."""
    host = repl.host
    repl.close()
    return host


def test_a_loop_goes_on_without_its_front_and_each_line_stands_once(home: Path) -> None:
    gate = home / "gate"
    os.mkfifo(gate)
    with Repl(home) as repl:
        repl.ready()
        repl.paste(
            f"for number in range(3000): print('line', number)\nopen('{gate}').read()\n"
            "for number in range(3000, 6000): print('line', number)"
        )
        repl.type("\x1b\r")
        repl.until("^line 2999$")
        repl.type("queued = 7\r")
        repl.type("'a dra")
        repl.until(lambda _: repl.row.endswith("'a dra"))
        os.kill(repl.pid, signal.SIGKILL)
    gate.write_text("go on")
    with Repl(home, "--resume", size=(100, 30), env={"TERM": "xterm", "COLORTERM": "truecolor"}) as repl:
        repl.until("^line 5999$")
        repl.until(lambda _: repl.state == "idle" and repl.row.endswith("]: 'a dra"))
        repl.type("ft'\r")
        repl.until("^Out.*'a draft'$")
        repl.ready()
        repl.run("queued + 1")
        assert repl.shows("^Out.*: 8$")
        repl.type("exit\r")
        assert repl.ended() == 0
        printed = [int(line.split()[1]) for line in repl.scrollback if re.fullmatch(r"line \d+", line)]
    assert printed == list(range(6000))


def test_leaving_by_a_key_says_how_to_come_back(home: Path) -> None:
    with Repl(home) as repl:
        repl.run("x = 6 * 7")
        repl.detach()
        assert repl.shows("^The session goes on. To come back: bipy --resume 1$")
        assert repl.modes == repl.found_modes
    (listed,) = sessions(home)
    assert listed["number"] == 1
    assert listed["attached"] is False
    with Repl(home, "--resume", "1") as repl:
        repl.run("x")
        assert repl.shows("^Out.*: 42$")


@pytest.mark.parametrize("kind", ["input", "getpass"])
def test_a_line_that_is_asked_for_is_waited_for(home: Path, kind: str) -> None:
    ask = "input('who? ')" if kind == "input" else "__import__('getpass').getpass('who? ')"
    with Repl(home) as repl:
        repl.ready()
        repl.type(f"len({ask})\r")
        repl.until(r"^who\?")
        repl.type("hal")
        repl.until(lambda _: len(repl.row) == len("who? hal"))
        hang_up(repl)
    with Repl(home, "--resume") as repl:
        repl.until(r"^who\? ")
        repl.type("fway\r")
        repl.until("^Out.*: 7$")


def test_a_second_terminal_takes_over(home: Path) -> None:
    with Repl(home) as first:
        first.run("x = 1")
        with Repl(home, "--resume") as second:
            second.until(r"In \[2\]:")
            assert first.ended() == 0
            assert first.shows("^This session goes on in another terminal.")
            assert first.modes == first.found_modes
            second.run("x + 1")
            assert second.shows("^Out.*: 2$")


def test_a_hang_up_ends_what_nobody_has_touched(home: Path) -> None:
    with Repl(home) as repl:
        repl.ready()
        hang_up(repl)
    until(lambda: not processes(home))


def test_the_next_start_names_a_session_that_waits(home: Path) -> None:
    with Repl(home) as repl:
        repl.run("x = 1")
        hang_up(repl)
    until(lambda: not sessions(home)[0]["attached"])
    with Repl(home, size=(120, 24)) as repl:
        repl.ready()
        assert repl.shows(r"^A session of \d\d:\d\d waits \(Python .*, idle.*\). To go back to it: bipy --resume 1$")


def test_ending_one_asks_where_a_cell_runs(home: Path) -> None:
    with Repl(home) as repl:
        repl.ready()
        repl.work()
        repl.detach()
    refused = bipy(home, "end", "1")
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "A cell runs" in refused.stderr
    ended = bipy(home, "end", "1", "--now")
    assert ended.returncode == 0
    path = Path(ended.stdout.split()[-1])
    assert "begun 1" in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    until(lambda: not processes(home))


def test_the_transcript_of_a_session_that_ended_unseen_is_named_once(home: Path) -> None:
    with Repl(home) as repl:
        repl.run("'to be ' + 'kept'")
        hang_up(repl).terminate()
    until(lambda: not processes(home))
    (path,) = (home / ".local/state/bipy/transcripts").iterdir()
    assert "Out[1]: 'to be kept'" in path.read_text()
    for shown in (True, False):
        with Repl(home, size=(200, 24)) as repl:
            repl.ready()
            assert repl.shows(f"its transcript: {str(path).removesuffix('.new')}$") is shown


def test_a_terminal_that_nobody_reads_stops_nothing(home: Path) -> None:
    """As in an emulator that hangs, or over a connection that is lost and not yet given up."""
    gate = home / "gate"
    with Repl(home) as frozen:
        frozen.ready()
        frozen.paste(f"for n in range(200000): print('line', n)\nprint('over'); open('{gate}', 'w').close()")
        frozen.type("\x1b\r")
        until(gate.exists)
        with Repl(home, "--resume") as repl:
            repl.until("^over$")
            assert "line 199999" in repl.lines


def test_a_front_that_is_stopped_from_outside_leaves_the_keys_to_the_shell(home: Path) -> None:
    with Shell(home) as shell:
        front = shell.start()
        front.send_signal(signal.SIGSTOP)
        shell.until("Stopped")
        # The screen is still bipy's: its modes could not be restored.
        shell.type("reset -Q 2>/dev/null; stty sane; clear\r")
        shell.answers()
        shell.type("fg\r")
        shell.until(r"^In \[1\]:$")
        shell.type("6*7\r")
        shell.until("^Out.*: 42$")
        assert "echo" not in "".join(shell.lines)


def works_in_the_foreground(shell: Shell) -> None:
    shell.type("fg\r")
    shell.until(r"^In \[\d\]:$")
    shell.type("6*7\r")
    shell.until("^Out.*: 42$")


def test_one_that_was_told_to_stop_from_outside(home: Path) -> None:
    with Shell(home) as shell:
        front = shell.start()
        front.send_signal(signal.SIGTSTP)
        shell.until("Stopped")
        shell.answers()
        # In the background a front waits until it is in the foreground.
        shell.type("clear; bg\r")
        shell.answers()
        until(lambda: front.status() == psutil.STATUS_STOPPED)
        works_in_the_foreground(shell)


def test_one_that_is_started_in_the_background_waits_for_the_foreground(home: Path) -> None:
    with Repl(home) as repl:
        repl.run("x = 1")
        repl.detach()
    with Shell(home) as shell:
        shell.type(f"{sys.executable} -m bipy --resume &\r")
        shell.until(lambda _: psutil.Process(shell.pid).children())
        (front,) = psutil.Process(shell.pid).children()
        until(lambda: front.status() == psutil.STATUS_STOPPED)
        shell.answers()
        assert shell.switched(1049) == ""
        works_in_the_foreground(shell)


def test_what_cannot_be_found_again_ends(home: Path) -> None:
    with Repl(home) as repl:
        repl.run("x = 1")
        hang_up(repl)
    until(lambda: not sessions(home)[0]["attached"])
    for path in home.glob("bipy-*/1"):
        path.unlink()
    until(lambda: not processes(home))


def test_without_sessions_that_stay(home: Path) -> None:
    with Repl(home, "--no-detach") as repl:
        repl.run("x = 1")
        assert sessions(home) == []
        repl.type("\x18d")
        repl.until("can't be found again")
        hang_up(repl)
    until(lambda: not processes(home))


def reads_history(host: psutil.Process) -> bool:
    """Whether a child still reads earlier sessions."""
    try:
        return any("bipy.chronicle" in child.cmdline() for child in host.children())
    except psutil.NoSuchProcess:
        return True  # a child has just ended: its pipe may still be open


def test_many_terminals_one_after_the_other_leave_nothing_open(home: Path) -> None:
    with Repl(home) as repl:
        repl.run("x = 1")
        host = repl.host
        repl.detach()
    counts = []
    for number in range(6):
        size = (60 + 10 * number, 20 + number)
        with Repl(home, "--resume", size=size, env={"TERM": "xterm" if number % 2 else "xterm-256color"}) as repl:
            repl.until(r"^In \[2\]:")
            # The history is read by a child that ends when it has been read; its pipe is no terminal's.
            until(lambda: not reads_history(host))
            counts.append(host.num_fds())
            repl.detach()
    assert counts[-1] <= counts[0], counts


def test_a_session_that_may_linger_ends_when_nothing_happens(home: Path) -> None:
    with Repl(home, "--linger", "1s") as repl:
        repl.run("x = 1")
        repl.detach()
    until(lambda: not processes(home))


def test_a_command_of_the_users_hears_what_happens_without_a_terminal(home: Path) -> None:
    gate, told = home / "gate", home / "told"
    os.mkfifo(gate)
    report = f'echo "$BIPY_EVENT $BIPY_SESSION $BIPY_CELL $BIPY_CODE|$BIPY_DETAIL" >> {told}'
    with Repl(home, "--on-event", report) as repl:
        repl.run("x = 1")
        repl.type(f"len(open('{gate}').read()) / 0\r")
        repl.until("busy")
        repl.detach()
    gate.write_text("go on")
    until(told.exists)
    until(told.read_text)
    assert told.read_text() == f"failed 1 2 len(open('{gate}').read()) / 0|ZeroDivisionError: division by zero\n"
    with Repl(home, "--resume", size=(100, 30)) as repl:
        repl.until(r"^ran \d+ s, failed at \d\d:\d\d$")


def test_one_of_several_is_chosen_from_a_list(home: Path) -> None:
    for number in (1, 2):
        with Repl(home) as repl:
            repl.run(f"x = {number} * 111")
            repl.detach()
    with Repl(home, "--resume", size=(120, 30)) as repl:
        repl.until(r"^Which one\?")
        assert [line.split()[0] for line in repl.lines if line.startswith(("1", "2"))] == ["1", "2"]
        repl.type("2\r")
        repl.until(r"^In \[2\]:")
        repl.run("x")
        assert repl.shows("^Out.*: 222$")
        repl.detach()
    with Repl(home, "--resume") as repl:
        repl.until(r"^Which one\?")
        repl.type("7\r")
        assert repl.ended() == 2
        assert repl.shows("There is no session '7'")


def test_the_list_for_people(home: Path) -> None:
    assert bipy(home, "ps").stdout == "No session runs. To start one: bipy\n"
    with Repl(home) as repl:
        repl.run("print('\\x1b]0;title\\x07 the last line')")
        repl.detach()
    head, row = bipy(home, "ps").stdout.splitlines()
    assert head.split()[:3] == ["N", "SINCE", "TERMINAL"]
    assert re.fullmatch(r"1  \d\d:\d\d  no, \d+ s +idle +0 +Python [\d.]+ +.*  the last line", row)


def test_a_front_of_another_version_is_refused(home: Path) -> None:
    program = "import sys; from bipy.lending.protocol import Hello; Hello.__init__.__defaults__ = ('0',); "
    program += "from bipy.__main__ import main; "
    with Repl(home) as repl:
        repl.run("x = 6 * 7")
        other = [sys.executable, "-c", program + "sys.argv[1:] = ['--resume']; sys.exit(main())"]
        with Terminal(other, environment(home)) as terminal:
            assert terminal.ended() == 2
            assert terminal.shows("^bipy: this session belongs to another version of bipy")
            assert terminal.modes == terminal.found_modes
        repl.run("x")
        assert repl.shows("^Out.*: 42$")


def test_an_error_of_drawing_ends_the_front_alone(home: Path) -> None:
    program = """
import sys
from bipy.__main__ import main
from bipy.terminal.import_urwid import import_urwid

import_urwid()
from bipy.ui.widgets.window import Window

render = Window.render
Window.render = lambda self, size, focus=False: render(self, size, focus) if size[0] > 70 else 1 / 0
sys.exit(main())
"""
    with Terminal([sys.executable, "-c", program], environment(home)) as terminal:
        terminal.until(lambda _: "idle" in terminal.lines[-1])
        terminal.type("x = 6 * 7\r")
        terminal.until(r"^In \[2\]:")
        terminal.resize((60, 20))
        os.kill(terminal.pid, signal.SIGWINCH)
        assert terminal.ended() == 1
        assert terminal.shows("^bipy: this terminal could not be served.")
        assert terminal.shows("^ZeroDivisionError")
        assert terminal.modes == terminal.found_modes
    with Repl(home, "--resume") as repl:
        repl.run("x")
        assert repl.shows("^Out.*: 42$")


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (3, 2)])
def test_a_session_is_resumed_in_next_to_no_room(home: Path, size: tuple[int, int]) -> None:
    with Repl(home) as repl:
        repl.run("x = 6 * 7")
        repl.detach()
    with Repl(home, "--resume", size=size) as repl:
        repl.until(lambda _: repl.switched(1049) == "h")
        repl.resize((80, 24))
        os.kill(repl.pid, signal.SIGWINCH)
        repl.ready()
        repl.run("x")
        assert repl.shows("^Out.*: 42$")


def test_a_terminal_with_fewer_colours_gets_those_it_has(home: Path) -> None:
    with Repl(home, env={"COLORTERM": "truecolor"}) as repl:
        repl.run("print('\\x1b[38;2;255;100;0mora' + 'nge\\x1b[0m')")
        assert b"38;2;255;100;0m" in repl.raw
        repl.detach()
    terminals = [({"TERM": "xterm"}, b""), ({}, b"38;5;202;49m"), ({"COLORTERM": "truecolor"}, b"38;2;255;100;0;49m")]
    for env, sequence in terminals:
        with Repl(home, "--resume", env=env) as repl:
            repl.until("^orange$")
            assert sequence in repl.raw
            assert sequence or not re.search(rb"\x1b\[[0-9;]*[34]8;[25];", repl.raw)
            repl.detach()


def test_a_session_on_a_kernel_of_anothers(home: Path) -> None:
    with Repl(home) as owner:
        owner.run("x = 6 * 7")
        kernel = owner.kernel
        with Repl(home, "--existing") as repl:
            repl.run("y = x + 1")
            hang_up(repl)
        until(lambda: [each["attached"] for each in sessions(home)] == [True, False])
        with Repl(home, "--resume", "2", size=(70, 20)) as repl:
            repl.run("y")
            assert repl.shows("^Out.*: 43$")
            repl.type("exit\r")
            assert repl.ended() == 0
            assert repl.shows("^The kernel goes on: bipy --existing")
        # Two cells of the other have moved its number.
        owner.until(lambda _: owner.is_ready and owner.number == 4)
        owner.run("y + 1")
        assert owner.shows("^Out.*: 44$")
        assert kernel.is_running()


def test_a_session_that_no_terminal_could_find_says_so(home: Path) -> None:
    folder = home / f"bipy-{os.getuid()}"
    folder.mkdir(0o755)
    with Repl(home, size=(160, 24)) as repl:
        repl.run("x = 1")
        assert repl.shows("^This session ends with its terminal, since no other one could find it: .*chmod 700")
        hang_up(repl)
    until(lambda: not processes(home))


def test_a_host_that_is_stopped_is_listed_and_keeps_no_one_waiting(home: Path) -> None:
    with Repl(home) as repl:
        repl.run("x = 6 * 7")
        host = repl.host
        repl.detach()
    host.suspend()
    (listed,) = sessions(home)
    assert (listed["number"], listed["state"]) == (1, "does not answer")
    with Repl(home) as other:
        other.run("y = 1")
    with Repl(home, "--resume", "1") as repl:
        repl.until(lambda _: repl.modes != repl.found_modes)
        repl.type("\x03")
        # The terminal has no end yet: a descriptor of it is on its way to the host.
        until(lambda: psutil.Process(repl.pid).status() == psutil.STATUS_ZOMBIE)
        assert repl.modes == repl.found_modes
    host.resume()
    with Repl(home, "--resume", "1") as repl:
        repl.run("x")
        assert repl.shows("^Out.*: 42$")


def test_all_is_as_it_was(home: Path) -> None:
    """The draft with its undo, the inspection mode, a progress bar in its last state, the kernel's death."""
    gate = home / "gate"
    os.mkfifo(gate)
    with Repl(home) as repl:
        repl.ready()
        repl.paste(f"for n in range(5): print('\\rdone', n, end='')\nopen('{gate}').read()\nprint('\\rdone', 'all')")
        repl.type("\x1b\r")
        repl.until("^done 4$")
        repl.type("\x1bOS")
        repl.type("first")
        repl.paste(" second")
        repl.until(lambda _: repl.row.endswith("first second"))
        repl.detach()
    gate.write_text("go on")
    with Repl(home, "--resume", size=(100, 30)) as repl:
        repl.until("^done all$")
        assert not repl.shows("done 4")
        assert repl.row.endswith("first second")
        repl.type("\x1f")
        repl.until(lambda _: repl.row.endswith("]: first"))
        # The mode that was chosen before: the status bar names every mode but "live".
        repl.until(lambda _: "inspection: " in repl.lines[-1])
        repl.type("\x15import os; os.kill(os.getpid(), 9)")
        repl.type("\r\x18d")
        assert repl.ended() == 0
    until(lambda: "dead" in str(sessions(home)[0]["state"]))
    with Repl(home, "--resume") as repl:
        repl.until("^The kernel was ended by signal 9.")


def test_a_host_that_dies_before_the_editor_ends_leaves_nothing_to_mend(home: Path) -> None:
    """To leave the alternate screen a second time would put the cursor where it stood long ago."""
    gate = home / "gate"
    os.mkfifo(gate)
    editor = home / "editor"
    editor.write_text(f"#!/bin/sh\necho editing\nread line < {gate}\n")
    editor.chmod(0o700)
    with Repl(home, env={"EDITOR": str(editor)}) as repl:
        repl.ready()
        front, host = psutil.Process(repl.pid), repl.host
        repl.type("\x1b[18~")
        repl.until("^editing$")
        switched = repl.switched(1049)
        (program,) = [child for child in front.children() if child != host]
        # The front finds both ends at once.
        front.suspend()
        host.kill()
        gate.write_text("go on\n")
        until(lambda: {host.status(), program.status()} == {psutil.STATUS_ZOMBIE})
        # Its last thread closes its socket.
        until(lambda: host.num_threads() == 1)
        front.resume()
        assert repl.ended() == 1
        assert repl.shows("^bipy: the process that held the session has ended unexpectedly")
        assert repl.switched(1049) == switched
        assert repl.modes == repl.found_modes


def test_a_host_that_dies_while_the_job_is_stopped_leaves_nothing_to_mend(home: Path) -> None:
    with Shell(home) as shell:
        front = shell.start()
        (host,) = front.children()
        shell.type("\x1a")
        shell.until("Stopped")
        shell.answers()
        switched = shell.switched(1049)
        host.kill()
        until(lambda: host.status() == psutil.STATUS_ZOMBIE and host.num_threads() == 1)
        shell.type("fg\r")
        shell.until("^bipy: the process that held the session has ended unexpectedly")
        shell.answers()
        assert shell.switched(1049) == switched


def test_a_terminal_that_goes_in_the_middle_of_a_frame(home: Path) -> None:
    with Repl(home) as repl:
        repl.ready()
        repl.paste("for n in range(50000): print('line', n)\nprint('over')")
        repl.type("\x1b\r")
        repl.until(r"^line \d+$")
        hang_up(repl)
    with Repl(home, "--resume") as repl:
        repl.until("^over$")
        assert "line 49999" in repl.lines

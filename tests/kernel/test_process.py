"""A process and its group: how it is started, signalled and ended, and that nothing of it outlives bipy."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from bipy.kernel import process as module
from bipy.kernel.process import Process, prune_logs
from tests.kernel.conftest import runs
from tests.waiting import until

Run = Callable[..., Process]
IGNORANT = "import signal\nfor number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)\n"


def python(code: str) -> list[str]:
    return [sys.executable, "-S", "-c", code]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Run Python code as a Process, of which nothing survives the test."""
    started: list[Process] = []

    def run(code: str) -> Process:
        started.append(Process(python(code), dict(os.environ), str(tmp_path / "state" / "kernel-1.log")))
        return started[-1]

    yield run
    for process in started:
        process.signal(signal.SIGKILL)
        assert process.wait(10.0)


def said(process: Process, lines: int = 1) -> list[str]:
    """What it has written, once that is so many lines."""
    until(lambda: len(process.log_tail()) >= lines)
    return process.log_tail()


def test_it_has_a_session_of_its_own_and_nothing_of_ours(run: Run) -> None:
    run("import signal; signal.pause()")  # which has a watcher, at a pipe of ours
    passed_on = {number for number in os.listdir("/proc/self/fd") if int(number) > 2 and _inheritable(int(number))}
    process = run("import os; print(os.getsid(0), os.getpgid(0), repr(os.read(0, 1)), *os.listdir('/proc/self/fd'))")
    assert process.wait(10.0)
    session, group, read, *files = said(process)[0].split()
    assert (int(session), int(group), read) == (process.pid, process.pid, "b''")
    # One more is that of the listing itself.
    assert len(set(files) - passed_on) == len({"stdin", "stdout", "stderr", "listing"})


def _inheritable(number: int) -> bool:
    try:
        return os.get_inheritable(number)
    except OSError:  # that of the listing
        return False


def test_what_it_writes_is_in_its_log(run: Run) -> None:
    process = run("import sys; print('out'); print('error', file=sys.stderr)")
    assert process.wait(10.0)
    assert sorted(process.log_tail()) == ["error", "out"]
    assert " -S -c import sys" in Path(process.log_file).read_text()
    assert run("print('another')").wait(10.0)
    assert process.log_tail()[-1] == "another", "one log for all processes of a kernel"


@pytest.mark.parametrize(("code", "status"), [("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 9)", -9)])
def test_its_end_is_seen_without_waiting(run: Run, code: str, status: int) -> None:
    process = run(code)
    until(lambda: process.poll() is not None)
    assert process.poll() == status
    process.signal(signal.SIGKILL)
    assert process.poll() == status


def test_signals_that_we_ignore_reach_it(run: Run) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = run("import signal; print('ready', flush=True); signal.pause()")
    finally:
        signal.signal(signal.SIGINT, before)
    assert said(process) == ["ready"]
    process.signal(signal.SIGINT)
    assert until(process.poll) == -signal.SIGINT


FORK = IGNORANT + "import os, time\nos.fork()\nprint(os.getpid(), flush=True)\n"


@pytest.mark.parametrize("end", ["killed by us", "by itself"])
def test_what_it_has_started_ends_with_it(run: Run, end: str) -> None:
    """Also where the child ignores every signal that can be ignored."""
    process = run(FORK + f"if os.getpid() == os.getpgrp() and {end == 'by itself'}: os._exit(0)\ntime.sleep(1000)")
    pids = [int(line) for line in said(process, 2)]
    assert all(runs(pid) for pid in pids if pid != process.pid)
    if end == "killed by us":
        process.signal(signal.SIGKILL)
    until(lambda: process.poll() is not None)
    until(lambda: not any(runs(pid) for pid in pids))


def test_its_group_is_killed_before_its_number_can_be_anothers(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = []

    def killpg(group: int, number: int) -> None:
        assert psutil.Process(group).status() == psutil.STATUS_ZOMBIE, "nobody has reaped it"
        killed.append((group, number))
        kill(group, number)

    kill = os.killpg
    process = run("pass")
    monkeypatch.setattr(os, "killpg", killpg)
    until(lambda: process.poll() is not None)
    assert killed == [(process.pid, signal.SIGKILL)]
    process.signal(signal.SIGTERM)
    assert len(killed) == 1


class Owner:
    """A bipy, as far as its process goes: it starts `code`, does `then` with the Process `p`, and can be killed."""

    def __init__(self, folder: Path, code: str, then: str = "") -> None:
        program = (
            "import os, signal\n"
            "from bipy.kernel.process import Process\n"
            f"p = Process({python(code)!r}, dict(os.environ), {str(folder / 'kernel-1.log')!r})\n"
            f"{then}\n"
            "print(p.pid, p._watcher and p._watcher._pid, flush=True)\n"
            "signal.pause()\n"
        )
        self.log = folder / "kernel-1.log"
        self._process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            pid, watcher = lines.readline().split()
        self.kernel = int(pid)
        self.watcher = None if watcher == "None" else psutil.Process(int(watcher))

    @property
    def pids(self) -> list[int]:
        """What the program has printed."""
        return [int(line) for line in self.log.read_text().splitlines() if line.isdecimal()]

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


SLEEP = IGNORANT + "import os, time; print(os.getpid(), flush=True); time.sleep(1000)"
ORPHAN = FORK + "if os.getpid() == os.getpgrp(): os._exit(0)\ntime.sleep(1000)"


@pytest.mark.parametrize(("code", "processes"), [(SLEEP, 1), (FORK + "time.sleep(1000)", 2), (ORPHAN, 2)])
def test_nothing_outlives_a_bipy_that_is_killed(tmp_path: Path, code: str, processes: int) -> None:
    """Be it one that does not look after its parent, a child of it, or a child whose own parent is gone already."""
    owner = Owner(tmp_path, code)
    until(lambda: len(owner.pids) == processes)
    assert any(runs(pid) for pid in owner.pids)
    owner.kill()
    until(lambda: not any(runs(pid) for pid in owner.pids))
    assert owner.watcher is not None
    until(lambda: not runs(owner.watcher.pid))


def test_signals_for_all_of_a_terminal_do_not_end_the_watcher(tmp_path: Path) -> None:
    owner = Owner(tmp_path, SLEEP)
    until(lambda: owner.pids)
    assert owner.watcher is not None
    assert os.getsid(owner.watcher.pid) == owner.watcher.pid
    assert {os.readlink(f"/proc/{owner.watcher.pid}/fd/{number}") for number in (1, 2)} == {os.devnull}
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        owner.watcher.send_signal(number)
    owner.kill()
    until(lambda: not runs(owner.kernel))


def test_what_is_kept_outlives_bipy(tmp_path: Path) -> None:
    owner = Owner(tmp_path, SLEEP, "p.keep()")
    try:
        until(lambda: owner.pids)
        assert owner.watcher is None
        owner.kill()
        assert runs(owner.kernel)
        os.kill(owner.kernel, signal.SIGUSR1)  # by which it ends: nobody else ended it
        until(lambda: not runs(owner.kernel))
    finally:
        if runs(owner.kernel):
            os.kill(owner.kernel, signal.SIGKILL)


def test_nobody_watches_the_group_of_a_process_that_has_ended(tmp_path: Path) -> None:
    """Its number may be another's by the time that bipy is killed."""
    owner = Owner(tmp_path, "pass", "p.wait(10.0)")
    assert owner.watcher is None
    assert psutil.Process(owner._process.pid).children() == []
    owner.kill()


def test_without_a_shell_there_is_a_process_all_the_same(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SHELL", "/nowhere/sh")
    files = os.listdir("/proc/self/fd")
    process = run("print('hello')")
    assert process.wait(10.0)
    assert process.log_tail() == ["hello"]
    assert os.listdir("/proc/self/fd") == files


def test_without_a_state_folder_there_is_a_process_but_no_log(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    process = Process(python("print('hello')"), {}, str(tmp_path / "file" / "kernel-1.log"))
    assert process.wait(10.0)
    assert (process.poll(), process.log_file, process.log_tail()) == (0, "", [])


def test_only_the_newest_logs_are_kept(tmp_path: Path) -> None:
    for number in range(30):
        log = tmp_path / f"kernel-{number}-old.log"
        log.touch()
        os.utime(log, (number, number))
    (tmp_path / "history.sqlite").touch()
    prune_logs(str(tmp_path))
    left = set(os.listdir(tmp_path))
    assert len(left) == 21
    assert {"history.sqlite", "kernel-29-old.log", "kernel-10-old.log"} <= left

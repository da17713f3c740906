"""Starting, interrupting, restarting and ending kernels: real ipykernels, and small scripts that misbehave."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
import zmq

from bipy.kernel import connection, launcher
from bipy.kernel.channels import probe
from bipy.kernel.connection import ConnectionInfo
from bipy.kernel.kernelspec import KernelSpec, NoKernelError, default
from bipy.kernel.launcher import Process, interrupts
from bipy.messaging.events import ExecuteReply, Restarted, Status, Stream
from bipy.messaging.message import Request, execute_request, interrupt_request, kernel_info_request, shutdown_request
from tests.kernel.conftest import Talk
from tests.waiting import until

Launch = Callable[..., Process]


@pytest.fixture
def launch(home: Path) -> Iterator[Launch]:  # noqa: ARG001 - for its environment
    """launcher.launch, and nothing survives the test."""
    started: list[Process] = []

    def launch(spec: KernelSpec, **options: object) -> Process:
        started.append(launcher.launch(spec, **options))  # type: ignore[arg-type]
        return started[-1]

    yield launch
    for process in started:
        process.kill()
        assert process.wait(10.0)


def script(code: str, name: str = "fake", **more: object) -> KernelSpec:
    """A kernel that is just this Python code; sys.argv[1] is its connection file."""
    argv = (sys.executable, "-S", "-c", code, "{connection_file}")
    return KernelSpec(name=name, display_name=name, language="x", argv=argv, **more)  # type: ignore[arg-type]


def output(talk: Talk, code: str) -> str:
    """What `code` prints."""
    request = execute_request(code)
    talk.send(request)

    def done() -> bool:
        own = [event for event in talk.hear() if event.parent.request is request]
        return any(isinstance(event, Status) and event.execution_state == "idle" for event in own)

    until(done)
    return "".join(e.text for e in talk.events if isinstance(e, Stream) and e.parent.request is request)


def run_forever(talk: Talk) -> Request:
    """Send a cell that does not end by itself, and wait until it is in the middle of that.

    execute_input comes too early: ipykernel can lose a signal that arrives before the code of the cell runs.
    """
    cell = execute_request("import time; print('running', flush=True); time.sleep(1000)")
    talk.send(cell)
    until(lambda: any(isinstance(event, Stream) and event.parent.request is cell for event in talk.hear()))
    return cell


def mode(path: str) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


def test_the_default_kernel_of_its_own_session_on_ipc(launch: Launch, home: Path) -> None:
    process = launch(default(), columns_rows=(97, 31))
    info = process.info
    assert process.connection_file == f"{home}/runtime/kernel-{os.getpid()}.json"
    assert connection.read(process.connection_file) == info
    assert info.transport == "ipc"
    assert len(info.key) == 32
    assert mode(process.connection_file) == 0o600
    assert mode(f"{home}/runtime") == mode(os.path.dirname(info.ip)) == 0o700
    assert os.getsid(process.pid) == os.getpgid(process.pid) == process.pid
    assert process.poll() is None
    with closing(Talk(info)) as talk:
        talk.ask(kernel_info_request())
        assert mode(info.url("shell").removeprefix("ipc://")) & 0o022 == 0
        code = "import os, sys; print(os.environ['COLUMNS'], os.environ['LINES'], os.getppid(), repr(os.read(0, 1)))"
        assert output(talk, code) == f"97 31 {os.getpid()} b''\n"
        assert output(talk, "print(get_ipython().Completer.use_jedi)") == "False\n"
        process.shutdown(lambda: talk.send(shutdown_request()))
    assert process.poll() == 0
    assert os.listdir(f"{home}/runtime") == []
    assert [mode(f"{home}/state/bipy"), mode(process.log_file)] == [0o700, 0o600]
    assert info.key.decode() not in Path(process.log_file).read_text()


def test_an_interrupt_stops_a_cell_and_not_the_kernel(launch: Launch) -> None:
    process = launch(default())
    with closing(Talk(process.info)) as talk:
        cell = run_forever(talk)
        process.interrupt()
        reply = talk.reply(cell)
        assert isinstance(reply, ExecuteReply)
        assert (reply.status, reply.ename) == ("error", "KeyboardInterrupt")
        assert output(talk, "print('still', 'here')") == "still here\n"
        cell = run_forever(talk)
        talk.ask(interrupt_request())  # as for an attached kernel
        assert talk.reply(cell).status == "error"  # type: ignore[union-attr]


def test_a_restarted_kernel_is_found_where_the_old_one_was(launch: Launch) -> None:
    process = launch(default())
    info, pid = process.info, process.pid
    with closing(Talk(info)) as talk:
        assert output(talk, "x = 1; print(x)") == "1\n"
        process.restart()
        assert process.info is info
        assert process.pid != pid
        assert connection.read(process.connection_file) == info
        assert output(talk, "print('x' in globals())") == "False\n"
        assert any(isinstance(event, Restarted) for event in talk.events)
        # politely: the kernel removes its own connection file as it ends, and somebody may tidy up the rest
        talk.send(shutdown_request(restart=True))
        assert process.wait(10.0)
        process.remove_files()
        process.restart()
        assert connection.read(process.connection_file) == info
        assert output(talk, "print(2)") == "2\n"


def test_a_kernel_that_is_killed_falls_silent(launch: Launch) -> None:
    process = launch(default())
    with closing(Talk(process.info)) as talk:
        talk.ask(kernel_info_request())
        talk.channels.beat(0.0)
        until(lambda: talk.channels.silence(0.5) == 0.0)
        process.kill()
        assert until(process.poll) == -signal.SIGKILL
        for second in range(1, 4):
            talk.channels.beat(float(second))
        assert talk.channels.silence(4.0) == 3.0
        assert probe([process.info], 0.1) == [False]
        process.restart()
        seconds = iter(range(5, 10_000))

        def beats_again() -> bool:
            heard = talk.channels.silence(0.0) == 0.0
            talk.channels.beat(float(next(seconds)))
            return heard

        until(beats_again)


def test_a_busy_kernel_is_shut_down_without_violence(launch: Launch) -> None:
    process = launch(default())
    with closing(Talk(process.info)) as talk:
        run_forever(talk)
        process.shutdown(lambda: talk.send(shutdown_request()), patience=10.0)
    assert process.poll() == 0


@pytest.mark.usefixtures("home")
def test_an_ipykernel_does_not_outlive_a_bipy_that_is_killed() -> None:
    code = (
        "import os, signal\n"
        "from bipy.kernel import kernelspec, launcher\n"
        "process = launcher.launch(kernelspec.default())\n"
        "print(process.pid, process.connection_file, flush=True)\n"
        "signal.pause()\n"
    )
    bipy = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert bipy.stdout is not None
    with bipy.stdout as lines:
        pid, path = lines.readline().split()
    until(lambda: probe([connection.read(path)], 1.0)[0])
    bipy.kill()
    bipy.wait()
    until(lambda: not _runs(int(pid)))


def test_an_independent_kernel_has_no_parent_to_follow(launch: Launch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JPY_PARENT_PID", "1")
    spec = script("import os; print(os.environ.get('JPY_PARENT_PID'), flush=True)")
    for options, parent in (({}, str(os.getpid())), ({"independent": True}, "None")):
        process = launch(spec, **options)
        assert process.wait(10.0)
        assert process.log_tail()[-1] == parent


def test_other_kernels_get_tcp_and_their_environment(launch: Launch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHO", "me")
    monkeypatch.setenv("PYTHONEXECUTABLE", "/wrong")
    code = (
        "import json, os, sys\n"
        "info = json.load(open(sys.argv[1]))\n"
        "names = ['A', 'B', 'PYTHONEXECUTABLE', 'PYDEVD_DISABLE_FILE_VALIDATION', 'WHO']\n"
        "print(json.dumps([info, [os.environ.get(name) for name in names]]))\n"
        "print('to stderr', file=sys.stderr)\n"
    )
    spec = KernelSpec(
        name="lua",
        display_name="Lua",
        language="python3",
        argv=(sys.executable, "-S", "-c", code, "{connection_file}"),
        env={"A": "${WHO}-$NOBODY", "B": "$$"},
    )
    process = launch(spec)
    assert process.wait(10.0)
    told, error = process.log_tail()
    assert f" {process.connection_file}\n" in Path(process.log_file).read_text()
    assert error == "to stderr"
    info, variables = json.loads(told)
    assert variables == ["me-$NOBODY", "$", None, "1", "me"]
    assert (info["transport"], info["ip"], info["kernel_name"]) == ("tcp", "127.0.0.1", "lua")
    assert len({info[f"{channel}_port"] for channel in connection.CHANNELS}) == 5


def test_signals_that_we_ignore_reach_the_kernel(launch: Launch) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = launch(script("import signal; print('ready', flush=True); signal.pause()"))
    finally:
        signal.signal(signal.SIGINT, before)
    until(lambda: "ready" in process.log_tail())
    process.interrupt()
    assert until(process.poll) == -signal.SIGINT


def test_a_stubborn_kernel_is_killed_in_the_end(launch: Launch, home: Path) -> None:
    code = (
        "import signal\n"
        "for number in (signal.SIGINT, signal.SIGTERM):\n"
        "    signal.signal(number, lambda number, _: print(signal.Signals(number).name, flush=True))\n"
        "print('ready', flush=True)\n"
        "while True: signal.pause()\n"
    )
    process = launch(script(code))
    until(lambda: "ready" in process.log_tail())
    asked: list[str] = []
    process.shutdown(lambda: asked.append("shutdown_request"), patience=2.0)
    assert asked == ["shutdown_request"]
    assert process.log_tail() == ["ready", "SIGINT", "SIGTERM"]
    assert process.poll() == -signal.SIGKILL
    assert os.listdir(home / "runtime") == []


def test_shutting_down_a_dead_kernel_only_tidies_up(launch: Launch, home: Path) -> None:
    process = launch(script("raise SystemExit(3)"))
    assert until(process.poll) == 3
    process.interrupt()
    process.kill()
    asked: list[str] = []
    process.shutdown(lambda: asked.append("shutdown_request"))
    assert asked == []
    assert process.poll() == 3
    assert os.listdir(home / "runtime") == []


def test_the_processes_of_a_kernel_end_with_it(launch: Launch) -> None:
    process = launch(script("import os, time; os.fork(); print(os.getpid(), flush=True); time.sleep(1000)"))
    until(lambda: len(process.log_tail()) == 2)
    pids = [int(line) for line in process.log_tail()]
    process.kill()
    assert process.wait(10.0)
    until(lambda: not any(_runs(pid) for pid in pids))


def _runs(pid: int) -> bool:
    """Whether the process does anything; one that has ended may stay until its parent takes note."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_kernel_whose_ports_were_taken_gets_others_once(launch: Launch) -> None:
    process = launch(script("raise SystemExit(1)"))
    assert until(process.poll) == 1
    first = connection.read(process.connection_file)
    assert process.retry()
    second = connection.read(process.connection_file)
    assert process.info == second
    assert set(first.ports.values()) != set(second.ports.values())
    assert first.key != second.key
    assert until(process.poll) == 1
    assert not process.retry()


def test_an_ipykernel_that_cannot_have_ipc_sockets_gets_tcp(launch: Launch, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = os.path.join(os.environ["HOME"], "x" * 100)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", deep)
    process = launch(default())
    assert process.info.transport == "tcp"
    with closing(Talk(process.info)) as talk:
        assert output(talk, "print(1)") == "1\n"
        assert not process.retry()  # it runs
        process.shutdown(lambda: talk.send(shutdown_request()))
    assert os.listdir(deep) == []


def test_a_real_ipykernel_with_curve_keys(home: Path) -> None:
    public, secret = zmq.curve_keypair()
    prefix = str(home / "k")
    info = ConnectionInfo(
        transport="ipc",
        ip=prefix,
        ports=dict(zip(connection.CHANNELS, range(1, 6), strict=True)),
        key=b"key",
        curve_publickey=public,
        curve_secretkey=secret,
    )
    process = Process(default(), info, str(home / "kernel.json"), dict(os.environ))
    process.start()
    try:
        with closing(Talk(connection.read(process.connection_file))) as talk:
            assert output(talk, "print('guarded')") == "guarded\n"
            assert probe([info], 10.0) == [True]
            stranger = ConnectionInfo(transport="ipc", ip=prefix, ports=info.ports, key=b"key")
            assert probe([stranger], 0.2) == [False]
    finally:
        process.kill()
        assert process.wait(10.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "the kernelspec /here) can't be started: {program} is not there. Install it again."),
        ("#!/nowhere/lua\n", "can't be started: the interpreter of the script {program} is not there."),
        ("", "can't be started: {program}: Exec format error."),
    ],
)
def test_a_program_that_cannot_run_is_named(launch: Launch, home: Path, text: str | None, words: str) -> None:
    program = home / "lua"
    if text is not None:
        program.write_text(text)
        program.chmod(0o755)
    spec = KernelSpec(
        name="lua", display_name="Lua", language="lua", argv=(str(program),), reason="the kernelspec /here"
    )
    with pytest.raises(NoKernelError) as caught:
        launch(spec)
    assert words.format(program=program) in str(caught.value)
    assert os.listdir(home / "runtime") == []


def test_a_program_that_may_not_run_is_named(launch: Launch, home: Path) -> None:
    spec = KernelSpec(name="lua", display_name="Lua", language="lua", argv=(str(home),))
    with pytest.raises(NoKernelError, match=f"The kernel lua can't be started: {home}: Permission denied."):
        launch(spec)


def test_a_runtime_folder_that_cannot_be_is_named(launch: Launch, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").touch()
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(home / "file" / "runtime"))
    with pytest.raises(NoKernelError, match=r"written in .*/file/runtime: Not a directory\. Set JUPYTER_RUNTIME_DIR"):
        launch(default())


def test_without_a_state_folder_there_is_no_log_but_a_kernel(
    launch: Launch, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "file"))
    process = launch(script("print('hello')"))
    assert until(lambda: process.wait(1.0))
    assert (process.poll(), process.log_file, process.log_tail()) == (0, "", [])


def test_only_the_newest_logs_are_kept(launch: Launch, home: Path) -> None:
    folder = home / "state" / "bipy"
    folder.mkdir(parents=True)
    for number in range(30):
        log = folder / f"kernel-{number}-old.log"
        log.touch()
        os.utime(log, (number, number))
    (folder / "history.sqlite").touch()
    process = launch(script("pass"))
    left = sorted(os.listdir(folder))
    assert len(left) == 21
    assert {"history.sqlite", os.path.basename(process.log_file), "kernel-29-old.log"} <= set(left)
    assert "kernel-10-old.log" not in left


def test_two_kernels_of_one_bipy_have_files_of_their_own(launch: Launch) -> None:
    first, second = launch(script("pass")), launch(script("pass"))
    assert second.connection_file == first.connection_file.replace(".json", "-2.json")
    assert second.log_file == first.log_file.replace(".log", "-2.log")


@pytest.mark.parametrize(
    ("implementation", "interrupt_mode", "way"),
    [
        ("ipython", "signal", "signal"),
        ("ipython", "message", "message"),
        ("", "signal", "signal"),
        ("IRkernel", "signal", "signal"),
        ("xeus-python", "signal", "message"),
        ("Deno kernel", "signal", "message"),
        ("ILua", "message", "message"),
    ],
)
def test_how_kernels_must_be_interrupted(implementation: str, interrupt_mode: str, way: str) -> None:
    assert interrupts(implementation, interrupt_mode) == way


def test_a_process_shows_no_secret(launch: Launch) -> None:
    process = launch(script("pass"))
    assert str(process.pid) in repr(process)
    assert process.info.key.decode() not in repr(process)

"""Own kernels and attached ones: real ipykernels, and small scripts that misbehave."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal

import psutil
import pytest
import zmq

from bipy.kernel import connection
from bipy.kernel.connection import ConnectionInfo
from bipy.kernel.handle import AttachedKernel, OwnKernel
from bipy.kernel.kernelspec import KernelSpec, NoKernelError, default
from bipy.kernel.process import Process
from bipy.kernel.zmq_channels import probe
from bipy.messaging.events import ExecuteReply, InputRequest, Status, Stream
from bipy.messaging.message import (
    Request,
    execute_request,
    input_reply,
    interrupt_request,
    kernel_info_request,
    shutdown_request,
)
from tests.kernel.conftest import Talk, runs
from tests.waiting import until

Launch = Callable[..., OwnKernel]


@pytest.fixture
def launch(home: Path) -> Iterator[Launch]:  # noqa: ARG001 - for its environment
    """OwnKernel, and nothing survives the test."""
    started: list[OwnKernel] = []

    def launch(spec: KernelSpec, size: tuple[int, int] | None = None) -> OwnKernel:
        started.append(OwnKernel(spec, size))
        return started[-1]

    yield launch
    for kernel in started:
        kernel.kill()
        assert kernel.wait(10.0)


def start_anew(kernel: OwnKernel) -> None:
    kernel.kill()
    assert kernel.wait(10.0)
    kernel.start()


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
    kernel = launch(default(), (97, 31))
    info = kernel.info
    assert kernel.connection_file == f"{home}/runtime/kernel-{os.getpid()}.json"
    assert connection.read(kernel.connection_file) == info
    assert info.transport == "ipc"
    assert len(info.key) == 32
    assert mode(kernel.connection_file) == 0o600
    assert mode(f"{home}/runtime") == mode(os.path.dirname(info.ip)) == 0o700
    assert os.getsid(kernel.pid) == os.getpgid(kernel.pid) == kernel.pid
    assert kernel.poll() is None
    with closing(Talk(info)) as talk:
        talk.ask(kernel_info_request())
        assert mode(info.url("shell").removeprefix("ipc://")) & 0o022 == 0
        code = "import os; print(os.environ['COLUMNS'], os.environ['LINES'], os.getppid(), repr(os.read(0, 1)))"
        assert output(talk, code) == f"97 31 {os.getpid()} b''\n"
        assert output(talk, "print(get_ipython().Completer.use_jedi)") == "False\n"
        kernel.shutdown(lambda: talk.send(shutdown_request()))
    assert kernel.poll() == 0
    assert os.listdir(f"{home}/runtime") == []
    assert [mode(f"{home}/state/bipy"), mode(kernel.log_file)] == [0o700, 0o600]
    assert info.key.decode() not in Path(kernel.log_file).read_text()


def test_an_interrupt_stops_a_cell_and_not_the_kernel(launch: Launch) -> None:
    kernel = launch(default())
    with closing(Talk(kernel.info)) as talk:
        cell = run_forever(talk)
        assert kernel.interrupt("")
        reply = talk.reply(cell)
        assert isinstance(reply, ExecuteReply)
        assert reply.status == "error"
        assert output(talk, "print('still', 'here')") == "still here\n"
        cell = run_forever(talk)
        talk.ask(interrupt_request())  # as for an attached kernel
        assert talk.reply(cell).status == "error"  # type: ignore[union-attr]


@pytest.mark.parametrize("spec", [default(), script("import time; time.sleep(1000)")], ids=["ipc", "tcp"])
def test_a_kernel_that_is_started_anew_has_its_file_and_new_channels(launch: Launch, spec: KernelSpec) -> None:
    kernel = launch(spec)
    first, pid = kernel.info, kernel.pid
    with pytest.raises(NoKernelError, match=rf"process {pid}\) does not end"):
        kernel.start()
    start_anew(kernel)
    assert kernel.pid != pid
    assert connection.read(kernel.connection_file) == kernel.info
    assert kernel.info.key != first.key
    assert not {kernel.info.url(channel) for channel in connection.CHANNELS} & {
        first.url(channel) for channel in connection.CHANNELS
    }
    if first.transport == "ipc":
        assert not os.path.exists(os.path.dirname(first.ip))


def test_a_kernel_may_tidy_up_before_it_is_started_anew(launch: Launch) -> None:
    kernel = launch(default())
    with closing(Talk(kernel.info)) as talk:
        assert output(talk, "x = 1; print(x)") == "1\n"
        # It removes its own connection file as it ends, and the user all the rest.
        talk.send(shutdown_request(restart=True))
        assert kernel.wait(10.0)
    shutil.rmtree(os.path.dirname(kernel.connection_file))
    kernel.start()
    with closing(Talk(kernel.info)) as talk:
        assert output(talk, "print('x' in globals())") == "False\n"


def test_a_child_that_a_dead_kernel_has_left_is_in_nobodys_way(launch: Launch) -> None:
    """It has the old sockets, and ignores what can be ignored."""
    kernel = launch(default())
    fork = (
        "import os, signal, time\n"
        "if not os.fork():\n"
        "    for number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)\n"
        "    time.sleep(1000)\n"
    )
    with closing(Talk(kernel.info)) as talk:
        output(talk, fork)
        (child,) = psutil.Process(kernel.pid).children()
        talk.send(execute_request("os._exit(3)"))
        until(lambda: kernel.poll() is not None)
    until(lambda: not runs(child.pid))
    kernel.start()
    with closing(Talk(kernel.info)) as talk:
        assert output(talk, "print('anew')") == "anew\n"


def test_a_busy_kernel_is_shut_down_without_violence(launch: Launch) -> None:
    kernel = launch(default())
    with closing(Talk(kernel.info)) as talk:
        run_forever(talk)
        kernel.shutdown(lambda: talk.send(shutdown_request()), patience=10.0)
    assert kernel.poll() == 0


def owner(spec: KernelSpec, then: str) -> tuple[subprocess.Popen[str], int, str]:
    """A bipy, as far as its kernel `k` goes; the process of that, and its connection file."""
    code = (
        "import os, signal\n"
        "from bipy.kernel.handle import OwnKernel\n"
        "from bipy.kernel.kernelspec import KernelSpec\n"
        "from bipy.kernel.zmq_channels import probe\n"
        f"k = OwnKernel(KernelSpec({spec.name!r}, {spec.name!r}, {spec.language!r}, {spec.argv!r}))\n"
        "while not probe([k.info])[0]: pass\n"
        f"{then}\n"
        "print(k.pid, k.connection_file, flush=True)\n"
        "signal.pause()\n"
    )
    bipy = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert bipy.stdout is not None
    with bipy.stdout as lines:
        pid, path = lines.readline().split()
    return bipy, int(pid), path


@pytest.mark.usefixtures("home")
def test_no_kernel_outlives_a_bipy_that_is_killed() -> None:
    bipy, pid, _ = owner(default(), "assert not k.goes_on")
    family = [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    bipy.kill()
    bipy.wait()
    until(lambda: not any(runs(each) for each in family))


@pytest.mark.usefixtures("home")
def test_a_kernel_that_is_kept_outlives_bipy_with_its_file() -> None:
    bipy, pid, path = owner(default(), "k.keep(); assert k.goes_on; k.shutdown(lambda: None); k.close()")
    try:
        bipy.kill()
        bipy.wait()
        connection.prune(os.path.dirname(path))
        info = connection.read(path)
        with closing(Talk(info)) as talk:
            assert output(talk, "print('kept')") == "kept\n"
            talk.send(shutdown_request())
        until(lambda: not runs(pid))
    finally:
        if runs(pid):
            os.killpg(pid, signal.SIGKILL)


def test_a_kernel_is_not_told_whose_it_is(launch: Launch, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ipykernel ends when the parent with that id does, also when it is kept."""
    monkeypatch.setenv("JPY_PARENT_PID", "1")
    kernel = launch(script("import os; print(os.environ.get('JPY_PARENT_PID'), flush=True)"))
    assert kernel.wait(10.0)
    assert kernel.log_tail() == ["None"]


def test_a_kernel_knows_the_size_of_the_terminal(launch: Launch) -> None:
    names = ("COLUMNS", "LINES", "JUPYTER_COLUMNS", "JUPYTER_LINES")
    kernel = launch(script(f"import os; print(*map(os.environ.get, {names!r}))"), (97, 31))
    assert kernel.wait(10.0)
    assert kernel.log_tail() == ["97 31 97 31"]


def test_breakpoint_stops_in_a_kernel_of_ours(launch: Launch) -> None:
    """And what is done for that leaves no trace in the namespace."""
    kernel = launch(default())
    with closing(Talk(kernel.info)) as talk:
        assert output(talk, "print({'sys', 'runpy', 'importlib'} & set(globals()))") == "set()\n"
        talk.send(execute_request("def f(x):\n    breakpoint()\n    return x\nf(7)"))
        for answer in ("p x * 6", "continue"):
            asked = until(lambda: [event for event in talk.hear() if isinstance(event, InputRequest)])[-1]
            assert "pdb" in asked.prompt
            talk.events.remove(asked)
            talk.send(input_reply(answer, asked.header))
        until(lambda: "42" in "".join(event.text for event in talk.hear() if isinstance(event, Stream)))
        assert output(talk, "print('on it goes')") == "on it goes\n"


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
    kernel = launch(spec)
    assert kernel.wait(10.0)
    told, error = kernel.log_tail()
    assert f" {kernel.connection_file}\n" in Path(kernel.log_file).read_text()
    assert error == "to stderr"
    info, variables = json.loads(told)
    assert variables == ["me-$NOBODY", "$", None, "1", "me"]
    assert (info["transport"], info["ip"], info["kernel_name"]) == ("tcp", "127.0.0.1", "lua")
    assert len({info[f"{channel}_port"] for channel in connection.CHANNELS}) == 5


def test_a_stubborn_kernel_is_killed_in_the_end(launch: Launch, home: Path) -> None:
    code = (
        # print would write the end of its line apart, where Python does not buffer.
        "import os, signal\n"
        "for number in (signal.SIGINT, signal.SIGTERM):\n"
        "    signal.signal(number, lambda number, _: os.write(1, signal.Signals(number).name.encode() + b'\\n'))\n"
        "os.write(1, b'ready\\n')\n"
        "while True: signal.pause()\n"
    )
    kernel = launch(script(code))
    until(lambda: "ready" in kernel.log_tail())
    asked: list[str] = []
    kernel.shutdown(lambda: asked.append("shutdown_request"), patience=1.0)
    assert asked == ["shutdown_request"]
    assert kernel.log_tail() == ["ready", "SIGINT", "SIGTERM"]
    assert kernel.poll() == -signal.SIGKILL
    assert os.listdir(home / "runtime") == []


def test_shutting_down_a_dead_kernel_only_tidies_up(launch: Launch, home: Path) -> None:
    kernel = launch(script("raise SystemExit(3)"))
    assert until(kernel.poll) == 3
    assert kernel.interrupt("")
    kernel.kill()
    asked: list[str] = []
    kernel.shutdown(lambda: asked.append("shutdown_request"))
    assert asked == []
    assert kernel.poll() == 3
    assert os.listdir(home / "runtime") == []


def test_a_kernel_whose_ports_were_taken_gets_others_once_for_each_start(launch: Launch) -> None:
    kernel = launch(script("raise SystemExit(1)"))
    for _ in range(2):
        assert until(kernel.poll) == 1
        first = connection.read(kernel.connection_file)
        assert kernel.retry()
        second = connection.read(kernel.connection_file)
        assert kernel.info == second
        assert set(first.ports.values()) != set(second.ports.values())
        assert first.key != second.key
        assert until(kernel.poll) == 1
        assert not kernel.retry()
        kernel.start()


def test_an_ipykernel_that_cannot_have_ipc_sockets_gets_tcp(launch: Launch, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = os.path.join(os.environ["HOME"], "x" * 100)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", deep)
    kernel = launch(default())
    assert kernel.info.transport == "tcp"
    with closing(Talk(kernel.info)) as talk:
        assert output(talk, "print(1)") == "1\n"
        assert not kernel.retry()  # it runs
        kernel.shutdown(lambda: talk.send(shutdown_request()))
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
    file = str(home / "kernel.json")
    connection.write(file, info)
    argv = [argument.replace("{connection_file}", file) for argument in default().argv]
    kernel = Process(argv, dict(os.environ), str(home / "kernel.log"))
    try:
        with closing(Talk(connection.read(file))) as talk:
            assert output(talk, "print('guarded')") == "guarded\n"
            assert probe([info], 10.0) == [True]
            stranger = ConnectionInfo(transport="ipc", ip=prefix, ports=info.ports, key=b"key")
            assert probe([stranger], 0.2) == [False]
    finally:
        kernel.signal(signal.SIGKILL)
        assert kernel.wait(10.0)


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


def test_two_kernels_of_one_bipy_have_files_of_their_own(launch: Launch) -> None:
    first, second = launch(script("pass")), launch(script("pass"))
    assert second.connection_file == first.connection_file.replace(".json", "-2.json")
    assert second.log_file == first.log_file.replace(".log", "-2.log")


@pytest.mark.parametrize(
    ("interrupt_mode", "way", "signalled"),
    [("signal", "", True), ("message", "", False), ("signal", "message", False), ("message", "signal", True)],
)
def test_how_kernels_are_interrupted(
    launch: Launch, interrupt_mode: str, way: Literal["", "signal", "message"], signalled: bool
) -> None:
    """What is known of the implementation goes before what the kernelspec says."""
    kernel = launch(script("import signal; print('ready', flush=True); signal.pause()", interrupt_mode=interrupt_mode))
    until(lambda: kernel.log_tail() == ["ready"])
    assert kernel.interrupt(way) is signalled
    assert not signalled or until(kernel.poll) == -signal.SIGINT


def test_a_kernel_shows_no_secret(launch: Launch) -> None:
    kernel = launch(script("pass"))
    assert kernel.connection_file in repr(kernel)
    assert kernel.info.key.decode() not in repr(kernel)


def test_an_attached_kernel_is_left_alone(home: Path) -> None:
    path = str(home / "kernel-7.json")
    info = connection.create(path, "python3", ipc=True)
    kernel = AttachedKernel(path, info)
    assert kernel.goes_on
    assert not kernel.interrupt(""), "by a message"
    assert not kernel.moved()
    asked: list[str] = []
    kernel.kill()
    kernel.shutdown(lambda: asked.append("shutdown_request"))
    kernel.close()
    assert asked == []
    assert connection.read(path) == info
    with pytest.raises(NoKernelError):
        kernel.start()
    # Its owner starts it anew.
    os.unlink(path)
    assert not kernel.moved()
    again = connection.create(path, "python3", ipc=True)
    assert kernel.moved()
    assert kernel.info == again
    assert not kernel.moved()

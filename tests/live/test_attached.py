"""bipy on a running kernel: it is found, shared with another client, and left running."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bipy.kernel import connection
from bipy.kernel.zmq_channels import probe
from bipy.messaging.events import ExecuteReply
from bipy.messaging.message import execute_request
from tests.kernel.conftest import Talk
from tests.live.terminal import Repl, environment, new_home
from tests.waiting import until


class Kernel:
    """An ipykernel that was started without bipy.  It answers when the context is entered, and is gone at its end."""

    def __init__(self, home: Path, name: str) -> None:
        self.home = home
        self.file = home / "runtime" / name
        self.file.parent.mkdir(exist_ok=True)
        # Without jedi, whose first completion takes seconds.
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", str(self.file), "--IPCompleter.use_jedi=False"]
        self._process = subprocess.Popen(
            argv, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    @property
    def answers(self) -> bool:
        try:
            return probe([connection.read(str(self.file))])[0]
        except connection.ConnectionFileError:  # not there, or not written to its end yet
            return False

    def talk(self) -> Talk:
        """Another client of it."""
        return Talk(connection.read(str(self.file)), "another client")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Kernel:
        try:
            until(lambda: self.answers)
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *of_the_error: object) -> None:
        self.kill()


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with new_home() as home, Kernel(home, "kernel-1234.json") as kernel:
        yield kernel


def refused(home: Path, *arguments: str) -> list[str]:
    """The lines that bipy prints when it can't attach."""
    with Repl(home, *arguments, size=(200, 24)) as repl:
        assert repl.ended() == 2
        return [line for line in repl.lines if line and not line.startswith("Waiting for ")]


def test_attaching_to_the_one_kernel_there_is(kernel: Kernel) -> None:
    with Repl(kernel.home, "--existing") as repl:
        repl.run("first = 6*7; print('all of the'.title(), 'output')")
        assert "All Of The output" in repl.lines
        number = repl.number
        repl.type("exit\r")
        assert repl.ended() == 0
        assert any(line.endswith(f"bipy --existing {kernel.file}") for line in repl.scrollback)
    assert kernel.lives
    # A file's name or a part of it will do, and the number goes on where it was.
    with Repl(kernel.home, "--existing", "1234") as repl:
        repl.ready()
        repl.until(lambda _: repl.number == number)
        repl.run("first")
        assert f"Out[{number}]: 42" in repl.lines
        repl.type("\x04")
        assert repl.ended() == 0
    assert kernel.lives
    assert kernel.file.exists()


def test_what_another_client_does(kernel: Kernel) -> None:
    with Repl(kernel.home, "--existing", str(kernel.file)) as repl, closing(kernel.talk()) as talk:
        repl.ready()
        repl.type("os.getc")
        reply = talk.ask(execute_request("import os; print('from afar'.title()); 6*9"))
        assert isinstance(reply, ExecuteReply)
        count = reply.execution_count
        repl.until("^From Afar$")
        repl.until(rf"^Out\[{count}\]: 54$")
        repl.until(rf"^\[remote\] In \[{count}\]: import os")
        repl.until(lambda _: repl.row == f"In [{(count or 0) + 1}]: os.getc")
        # The code that was being typed runs as ever.
        repl.type("wd() != 0\r")
        repl.until(r"^Out\[\d+\]: True$")


def test_attaching_to_a_busy_kernel(kernel: Kernel) -> None:
    with closing(kernel.talk()) as talk:
        request = execute_request("print('at work'.title())\nwhile True: pass")
        talk.send(request)
        until(lambda: "At Work" in "".join(getattr(event, "text", "") for event in talk.hear()))
        with Repl(kernel.home, "--existing") as repl:
            repl.until(lambda _: repl.state == "busy")
            # An entered cell waits.  Ctrl-C takes it away, and without one ends the other client's cell.
            repl.type("'never'.title()\r")
            repl.until("queued$")
            repl.type("\x03")
            repl.until("aborted$")
            repl.type("\x03")
            repl.ready()
        reply = talk.reply(request)
        assert isinstance(reply, ExecuteReply)
        assert reply.status == "error"
    assert kernel.lives


def test_ctrl_c_ends_ones_own_cell(kernel: Kernel) -> None:
    with Repl(kernel.home, "--existing") as repl:
        repl.ready()
        repl.work()
        repl.type("\x03")
        repl.until("^KeyboardInterrupt")
        repl.ready()
        # A window that is closed leaves the kernel alone.
        repl.close()
    assert kernel.lives
    assert kernel.answers


def test_widgets_that_were_made_before(kernel: Kernel) -> None:
    make = """if True:
    import ipywidgets, time
    from IPython.display import display
    bar = ipywidgets.FloatProgress(value=5, max=10, description='Load')
    captured = ipywidgets.Output()
    captured.append_stdout('in the output')
    box = ipywidgets.VBox([ipywidgets.HBox([bar, ipywidgets.Label('half way')]), captured])
    gone = ipywidgets.Label('gone'); gone_too = ipywidgets.VBox([gone]); gone.close()"""
    with closing(kernel.talk()) as talk:
        assert talk.ask(execute_request(make)) is not None
        with Repl(kernel.home, "--existing") as repl:
            repl.ready()
            assert talk.ask(execute_request("display(box)")) is not None
            repl.until(r"^Load \u2501+\u2500+ half way$")
            assert "in the output" in repl.lines
            assert talk.ask(execute_request("bar.value = 10")) is not None
            repl.until(r"^Load \u2501+ half way$")
            repl.run("display(gone_too)")
            repl.until(r"^VBox\(children=")
            assert not repl.shows("Exception|No such comm")
        # It moves while the cell of another client runs.
        late = "gone_too.close(); run = ipywidgets.IntProgress(max=3, description='Run')"
        assert talk.ask(execute_request(late)) is not None
        with Repl(kernel.home, "--existing") as repl:
            repl.ready()
            talk.send(execute_request("display(run); run.value = 1\nwhile run.value < 2: time.sleep(0.01)"))
            repl.until(r"^Run \u2501+\S*\u2500+ 1/3$")
            repl.until(lambda _: repl.state == "busy")
            repl.type("\x03")
            repl.ready()
            assert not repl.shows("Exception|No such comm")
        # It was displayed before, and changes now.
        old = "old = ipywidgets.IntProgress(max=3, description='Old'); display(ipywidgets.HBox([old]))"
        assert talk.ask(execute_request(old)) is not None
        with Repl(kernel.home, "--existing") as repl:
            repl.ready()
            talk.send(execute_request("while True:\n    old.value = 3 - old.value; time.sleep(0.02)"))
            repl.until(r"^Old \u2501+$")
            repl.until(lambda _: repl.state == "busy")
            repl.type("\x03")
            repl.ready()
            assert len([line for line in repl.lines if line.startswith("Old ")]) == 1


def test_a_kernel_that_dies_and_one_that_comes_back(home: Path) -> None:
    with Kernel(home, "kernel-77.json") as kernel, Repl(home, "--existing") as repl:
        repl.run("'before ' + 'the end'")
        repl.type("'typed")
        kernel.kill()
        repl.until(lambda _: repl.state == "dead" and repl.row.endswith("'typed"))
        repl.until("dead or out of reach")
        assert "Out[1]: 'before the end'" in repl.lines
        # The same connection file gets another kernel.
        with Kernel(home, "kernel-77.json"):
            repl.until(lambda _: repl.state == "idle")
            repl.type(" again'\r")
            repl.until(r"^Out\[1\]: 'typed again'$")


def test_which_one(home: Path) -> None:
    folder = home / "runtime"
    folder.mkdir()
    assert "No connection file" in refused(home, "--existing")[0]
    # Left behind by kernels that ended: nothing answers there.
    for number in (1, 2):
        info = connection.ConnectionInfo(
            transport="tcp",
            ip="127.0.0.1",
            ports=dict(zip(connection.CHANNELS, unused_ports(), strict=True)),
            key=b"secret",
        )
        connection.write(str(folder / f"kernel-{number}.json"), info)
        os.utime(folder / f"kernel-{number}.json", (1e9, 1e9))
    said = refused(home, "--existing", "1")
    assert f"{folder}/kernel-1.json" in said[0]
    assert "has no heartbeat" in said[0]
    *listed, advice = refused(home, "--existing")[1:]
    assert sorted(listed) == [f"  {folder}/kernel-{number}.json" for number in (1, 2)]
    assert "run bipy without --existing" in advice

    with Kernel(home, "kernel-88.json") as kernel:
        with Kernel(home, "kernel-89.json") as other:
            said = refused(home, "--existing")
            assert sorted(said[1:]) == [f"  bipy --existing {each.file}" for each in (kernel, other)]
            with Repl(home, "--existing", "kernel-8*9.json") as repl:
                repl.run("import os; os.getpid()")
                assert f"Out[1]: {other.pid}" in repl.lines
        # The stale files do not disturb.
        with Repl(home, "--existing") as repl:
            repl.run("import os; os.getpid()")
            assert f"Out[1]: {kernel.pid}" in repl.lines


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"shell_port": 1}',
        '{"transport": "carrier pigeon", "ip": "x", "shell_port": 1, "iopub_port": 2, "stdin_port": 3, "hb_port": 4}',
        '{"transport": "tcp", "ip": "127.0.0.1", "shell_port": "many", "iopub_port": 2, "stdin_port": 3, "hb_port": 4}',
    ],
)
def test_a_file_that_is_no_connection_file(home: Path, text: str) -> None:
    file = home / "broken.json"
    file.write_text(text)
    said = " ".join(refused(home, "--existing", str(file)))
    assert str(file) in said
    assert "Traceback" not in said


def unused_ports() -> list[int]:
    """Five ports without a listener."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(5)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports

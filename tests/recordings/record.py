"""Record a real conversation: `python -m tests.recordings.record KERNEL OUTPUT`.

KERNEL is the command that starts the kernel, with {connection_file} in it, such as
"python -m ipykernel_launcher -f {connection_file}".  The program plays the script of the kernel's language against it
and writes one JSON line for each message to OUTPUT, in the order in which they passed:

    channel, direction ("out" we sent it, "in" the kernel did, "other" another client sent it), seconds since the
    start, header, parent_header, metadata, content; and for what went out also `request`, the msg_type and content
    that the client was asked to send, before any adaption to the kernel.

Paths of this machine become /env.  What a recording holds is what the tests may assert, so the scripts grow with them.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import zmq

from bipy.messaging import message
from bipy.messaging.client import Client
from bipy.messaging.events import Event, InputRequest, KernelInfo, Reply, Status, Stream
from bipy.messaging.message import Channel, Request
from bipy.messaging.wire import Wire, header_json

KEY = b"a recorded key"
CHANNELS: tuple[Channel, ...] = ("shell", "control", "stdin", "iopub")
CURSOR = "¦"  # where the cursor is in the code of complete and inspect steps

Step = tuple[str, ...]

PYTHON: list[Step] = [
    ("execute", "import os, sys, time\nprint('out')\nsys.stderr.write('err\\n')\n6 * 7"),
    (
        "execute",
        "def f(a, b=2, c='x', *args, **kw):\n    '''Doc of f.\n\n    More.\n    '''\n    return a\n\n"
        "class C(object):\n    '''Class doc.'''\n    def __init__(self, x, y=1):\n        '''init doc'''\n"
        "    def method(self, first, second=None):\n        '''Method doc.'''\n"
        "    def __call__(self, z):\n        '''Call doc.'''\n\nc = C(1)",
    ),
    ("execute", "from IPython.display import display, HTML, clear_output\ndisplay(HTML('<b>bold</b>'))\nC"),
    ("execute", "handle = display('first', display_id=True)\nhandle.update('second')"),
    ("execute", "print('gone')\nclear_output()\nprint('kept')"),
    ("execute", "print('line')\nf(1, 2, 3) / 0"),
    ("execute", "try:\n    ask = raw_input\nexcept NameError:\n    ask = input\n'hello ' + ask('name? ')", "Ann"),
    ("execute", "import getpass\nlen(getpass.getpass('secret: '))", "hunter2"),
    ("complete", f"import os; os.path.jo{CURSOR}"),
    ("complete", f"for x in []:\n    c.meth{CURSOR} + 1"),
    ("complete", f"f(b{CURSOR})"),
    ("complete", f"%tim{CURSOR}"),
    ("complete", f"'\U0001f600'; os.path.jo{CURSOR}"),
    ("complete", f"nope_zz.{CURSOR}"),
    ("inspect", f"f({CURSOR}"),
    ("inspect", f"f(1, c.method({CURSOR}"),
    ("inspect", f"C({CURSOR}"),
    ("inspect", f"c({CURSOR}"),
    ("inspect", f"len({CURSOR}"),
    ("inspect", f"os{CURSOR}.path"),
    ("inspect", f"nope_zz{CURSOR}"),
    ("inspect", f" {CURSOR}"),
    ("inspect", f"%timeit{CURSOR}"),
    ("inspect", f"f{CURSOR}", "1"),
    ("is_complete", "for x in y:"),
    ("is_complete", "1 + 1"),
    ("is_complete", "1 +* 2"),
    ("execute", "len?"),
    ("execute", "get_ipython().set_next_input('next one')"),
    ("execute", "import threading\nthreading.Timer(0.3, lambda: sys.stdout.write('late\\n')).start()"),
    ("wait", "0.6"),
    ("silent", "hidden = 1"),
    ("queue", "1/0", "'never'", "'nor this'"),
    ("other", "print('from another client')\n'seen by all'"),
    ("interrupt", "print('sleeping')\nsys.stdout.flush()\ntime.sleep(30)"),
    ("history", "3"),
    ("execute", "exit(keep_kernel=True)"),
    ("shutdown",),
]
BASH: list[Step] = [
    ("execute", "echo out; echo err >&2"),
    ("execute", "no_such_command"),
    ("complete", f"echo a; ech{CURSOR}"),
    ("inspect", f"echo{CURSOR}"),
    ("is_complete", "if true; then"),
    ("queue", "false", "echo never"),
    ("interrupt", "echo sleeping; sleep 30"),
    ("history", "3"),
    ("shutdown",),
]
R: list[Step] = [
    ("execute", "cat('out\\n'); message('err'); 6 * 7"),
    ("execute", "stop('boom')"),
    ("execute", "nchar(readline('name? '))", "Ann"),
    ("complete", f"past{CURSOR}"),
    ("complete", f"'\U0001f600'; past{CURSOR}"),
    ("inspect", f"nchar{CURSOR}"),
    ("inspect", f"nope_zz{CURSOR}"),
    ("is_complete", "x <-"),
    ("is_complete", "1 + 1"),
    ("other", "cat('from another client\\n')"),
    ("interrupt", "cat('sleeping\\n'); flush.console(); Sys.sleep(30)"),
    ("history", "3"),
    ("shutdown",),
]
TYPESCRIPT: list[Step] = [
    ("execute", "6 * 7"),
    ("execute", "const text: string = 'abc';\n/** Doc of twice. */\nfunction twice(n: number) { return 2 * n; }"),
    ("complete", f"text.toUpp{CURSOR}"),
    ("complete", f"'\U0001f600\U0001f600'; text.toUpp{CURSOR}"),
    ("inspect", f"twice{CURSOR}"),
    ("inspect", f"'\U0001f600\U0001f600'; twice{CURSOR}"),
    ("is_complete", "function g() {"),
    ("is_complete", "1 + 1"),
    ("queue", "throw new Error('boom')", "'never'"),
    ("shutdown",),
]
SCRIPTS = {"python": PYTHON, "bash": BASH, "r": R, "typescript": TYPESCRIPT}


class Recorder:
    """A kernel process, the sockets of two clients of it, and all messages that passed."""

    def __init__(self, command: str, interrupt: str, folder: Path) -> None:
        self.lines: list[dict[str, Any]] = []
        self._interrupt = interrupt
        self._start = time.monotonic()
        self._wire = Wire(KEY)
        self._context = zmq.Context()
        ports = _free_ports(5)
        names = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
        fields = {"transport": "tcp", "ip": "127.0.0.1", "key": KEY.decode(), "signature_scheme": "hmac-sha256"}
        connection_file = folder / "kernel.json"
        connection_file.write_text(json.dumps({**fields, **dict(zip(names, ports, strict=True))}))
        argv = [word.replace("{connection_file}", str(connection_file)) for word in shlex.split(command)]
        environment = {
            **os.environ,
            "HOME": str(folder),
            "IPYTHONDIR": str(folder),
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        }
        with (folder / "kernel.log").open("wb") as log:
            self._process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                env=environment,
                start_new_session=True,
            )
        self.client = self._new_client("recording")
        self._ports = dict(zip(("shell", "iopub", "stdin", "control"), ports, strict=False))
        self._sockets = {channel: self._socket(channel, b"recording") for channel in CHANNELS}
        self._other = self._new_client("other")
        self._other_shell = self._socket("shell", b"other")

    def close(self) -> None:
        """End the kernel, its children, and the sockets."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._context.destroy(linger=0)

    def send(self, request: Request) -> bool:
        """Send `request` and record it; False when the kernel has no such message."""
        frames = self.client.request(request, time.monotonic())
        if not frames:
            return False
        self._sockets[request.channel].send_multipart(frames)
        asked = {"msg_type": request.msg_type, "content": dict(request.content)}
        self._record(request.channel, "out", frames, request=asked)
        return True

    def send_as_other(self, request: Request) -> None:
        """Send `request` as another client of the kernel would."""
        frames = self._other.request(request, time.monotonic())
        self._other_shell.send_multipart(frames)
        self._record("shell", "other", frames)

    def events(self, seconds: float) -> Iterator[Event]:
        """What the kernel says, until it has said nothing for `seconds`."""
        poller = zmq.Poller()
        for one in self._sockets.values():
            poller.register(one, zmq.POLLIN)
        while ready := dict(poller.poll(int(seconds * 1000))):
            for channel, one in self._sockets.items():
                if one in ready:
                    frames = one.recv_multipart()
                    self._record(channel, "in", frames)
                    yield from self.client.receive(channel, frames, time.monotonic())

    def ask(
        self, request: Request, answers: tuple[str, ...] = (), on_stream: Callable[[], None] = lambda: None
    ) -> None:
        """Send `request` and wait until the kernel has done with it, giving `answers` to its input requests."""
        if not self.send(request):
            return
        remaining = list(answers)
        replied = idle = False
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            # Protocol 4 says idle for nothing but a cell, and some requests get no reply: silence ends them too.
            event = next(self.events(0.5 if replied or idle else 3), None)
            own = event is not None and event.parent.request is request
            replied |= own and isinstance(event, Reply | KernelInfo)
            idle |= own and isinstance(event, Status) and event.execution_state == "idle"
            if isinstance(event, InputRequest):
                self.send(message.input_reply(remaining.pop(0), event.header))
            elif own and isinstance(event, Stream):
                on_stream()
            if (replied and idle) or event is None:
                break

    def interrupt(self) -> None:
        """Interrupt the running cell, once."""
        if self._interrupt == "message":
            self.send(message.interrupt_request())
        else:
            os.killpg(self._process.pid, signal.SIGINT)

    def perform(self, step: Step) -> None:
        """One step of a script."""
        word, *arguments = step
        code = arguments[0] if arguments else ""
        plain, cursor = code.replace(CURSOR, ""), code.find(CURSOR)
        if word == "execute":
            self.ask(message.execute_request(code), tuple(arguments[1:]))
        elif word == "silent":
            self.ask(message.execute_request(code, silent=True))
        elif word == "complete":
            self.ask(message.complete_request(plain, cursor))
        elif word == "inspect":
            self.ask(message.inspect_request(plain, cursor, int(arguments[1]) if arguments[1:] else 0))
        elif word == "is_complete":
            self.ask(message.is_complete_request(code))
        elif word == "history":
            self.ask(message.history_request(int(code)))
        elif word == "queue":
            for cell in arguments[:-1]:
                self.send(message.execute_request(cell))
            self.send(message.kernel_info_request())
            self.ask(message.execute_request(arguments[-1]))
        elif word == "other":
            self.send_as_other(message.execute_request(code))
            list(self.events(1))
        elif word == "wait":
            list(self.events(float(code)))
        elif word == "interrupt":
            once = iter([self.interrupt])
            self.ask(message.execute_request(code), on_stream=lambda: next(once, lambda: None)())
        elif word == "shutdown":
            self.ask(message.shutdown_request())

    def _new_client(self, session: str) -> Client:
        def date() -> str:
            return datetime.now(UTC).isoformat().replace("+00:00", "Z")

        return Client(key=KEY, signature_scheme="hmac-sha256", session=session, username="recorder", date=date)

    def _socket(self, channel: Channel, identity: bytes) -> zmq.Socket[bytes]:
        new = self._context.socket(zmq.SUB if channel == "iopub" else zmq.DEALER)
        if channel == "iopub":
            new.setsockopt(zmq.SUBSCRIBE, b"")
        else:
            new.setsockopt(zmq.IDENTITY, identity)
        new.connect(f"tcp://127.0.0.1:{self._ports[channel]}")
        return new

    def _record(self, channel: str, direction: str, frames: list[bytes], **more: Any) -> None:
        decoded = self._wire.decode(frames)
        self.lines.append(
            {
                "channel": channel,
                "direction": direction,
                "seconds": round(time.monotonic() - self._start, 3),
                "header": {name: value for name, value in header_json(decoded.header).items() if value},
                "parent_header": dict(decoded.parent_header),
                "metadata": dict(decoded.metadata),
                "content": dict(decoded.content),
                **more,
            }
        )


def record(
    command: str, output: Path, interrupt: str = "signal", hidden: Sequence[str] = (), script: Sequence[Step] = ()
) -> None:
    """Play a script, that of the kernel's language if none is given, against the kernel that `command` starts."""
    with tempfile.TemporaryDirectory() as folder:
        recorder = Recorder(command, interrupt, Path(folder))
        try:
            info = _ready(recorder)
            recorder.ask(message.kernel_info_request("control"))
            for step in script or SCRIPTS[info.language.lower()]:
                recorder.perform(step)
                recorder.client.expire(time.monotonic())
        finally:
            recorder.close()
            print((Path(folder) / "kernel.log").read_text()[-2000:], file=sys.stderr)  # noqa: T201
        prefixes = [folder, *hidden, *_environment(command), str(Path.home())]
        with output.open("w", encoding="utf-8") as file:
            for line in recorder.lines:
                text = json.dumps(line, ensure_ascii=False)
                for prefix in prefixes:
                    text = text.replace(prefix, "/env")
                file.write(text.encode("utf-8", "replace").decode() + "\n")


def _ready(recorder: Recorder) -> KernelInfo:
    """Wait until the kernel answers and iopub is joined; the recording begins with one more kernel_info_request."""
    for _ in range(20):
        recorder.send(message.kernel_info_request())
        list(recorder.events(1))
        if recorder.client.info is not None:
            recorder.lines.clear()
            recorder.ask(message.kernel_info_request())
            return recorder.client.info
    raise SystemExit("the kernel does not answer")


def _environment(command: str) -> list[str]:
    """The folders that the words of `command` lie in, the longest first: a Python and the environment it belongs to."""
    words = [Path(word) for word in shlex.split(command) for word in word.split("=")[-1:] if word.startswith("/")]
    folders = {str(word if word.is_dir() else word.parent.parent) for word in words}
    folders |= {str(Path(folder, "bin", "python").resolve().parent.parent) for folder in folders}
    return sorted(folders - {"/", "/usr"}, key=len, reverse=True)


def _free_ports(number: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.recordings.record", description=__doc__)
    parser.add_argument("kernel", help="the command that starts the kernel, with {connection_file}")
    parser.add_argument("output", type=Path, help="the file to write")
    parser.add_argument("--interrupt", choices=("signal", "message"), default="signal")
    parser.add_argument("--hide", action="append", default=[], help="one more path of this machine")
    arguments = parser.parse_args()
    record(arguments.kernel, arguments.output, arguments.interrupt, arguments.hide)


if __name__ == "__main__":
    main()

"""Start a kernel and hold its process: interrupt, restart, end.

`launch` writes the connection file, spawns the kernel and returns at once; nothing waits for the kernel to answer.  An
ipykernel listens on ipc sockets in a folder of our own, which nobody can take from it; any other kernel on tcp ports
that were free a moment ago.  Should somebody have taken one of those, the kernel ends at once, and `Process.retry`
tries others.

The kernel leads a session of its own, so Ctrl-C and hang-ups of our terminal never reach it; it reads /dev/null and
writes to a log file.  If bipy itself is killed, an ipykernel ends within a second or so of Python code
(JPY_PARENT_PID); other kernels go on that don't watch their parent, and `bipy --existing` finds them by their
connection file.  What a killed bipy left behind, `prune` removes.

This module is imported before the kernel is spawned: os.posix_spawn and no subprocess (see `connection`).  POSIX only.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from typing import Final, Literal

from bipy.kernel import connection, jupyter_paths
from bipy.kernel.connection import CHANNELS, ConnectionFileError, ConnectionInfo
from bipy.kernel.kernelspec import KernelSpec, NoKernelError, runs_ipykernel

_LOGS_KEPT = 20

# Kernels that a signal kills, or that hear only messages, whatever their kernelspec says (measured: xeus-python 0.19
# from PyPI and Deno 2.9 end on SIGINT; Deno's kernelspec names no interrupt_mode).  By lower-case implementation.
_BY_MESSAGE: Final = frozenset({"xeus-python", "deno kernel", "ilua"})


def interrupts(implementation: str, interrupt_mode: str) -> Literal["signal", "message"]:
    """How a kernel of our own must be interrupted: SIGINT to its process group, or interrupt_request.

    `implementation` is what kernel_info_reply says; before that reply no cell runs that could be interrupted.
    """
    if implementation.lower() in _BY_MESSAGE or interrupt_mode == "message":
        return "message"
    return "signal"


def launch(spec: KernelSpec, *, columns_rows: tuple[int, int] | None = None, independent: bool = False) -> Process:
    """Start the kernel of `spec`, which takes a few milliseconds; NoKernelError if it can't be started.

    `columns_rows` is the size that the kernel's output is laid out for.  An `independent` kernel is not told whose it
    is and may be left running.
    """
    try:
        os.getcwd()
    except OSError:
        raise NoKernelError("The current folder has been removed: change to one that is there.") from None
    folder = os.path.abspath(jupyter_paths.runtime_dir())
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        path = connection.reserve(folder, f"kernel-{os.getpid()}")
    except OSError as error:
        raise _no_file(folder, error) from None
    info = _new_info(spec, _sockets(folder) if runs_ipykernel(spec.argv) else "")
    process = Process(spec, info, path, _environment(spec, columns_rows, independent))
    process.start()
    _prune_logs()
    return process


def _no_file(folder: str, error: OSError) -> NoKernelError:
    return NoKernelError(
        f"No connection file for the kernel can be written in {folder}: {error.strerror}. "
        "Set JUPYTER_RUNTIME_DIR to a folder that can be written to."
    )


class Process:
    """A kernel that bipy started.

    `pid` is also its process group.  `info` and `connection_file` stay the same through `restart`; `retry` changes
    info.  `log_file` is where its stdout and stderr go, "" if no log could be opened.
    """

    def __init__(self, spec: KernelSpec, info: ConnectionInfo, connection_file: str, env: dict[str, str]) -> None:
        self.spec: Final = spec
        self.info = info
        self.connection_file: Final = connection_file
        self.log_file = os.path.join(
            jupyter_paths.state_dir(), os.path.basename(connection_file).removesuffix(".json") + ".log"
        )
        self.pid = 0
        self._env: Final = env
        self._status: int | None = None  # as poll() gives it
        self._log_start = 0  # the log may have older lines, of a process that had our id
        self._retried = False

    def __repr__(self) -> str:
        return f"<Process {self.pid} {self.spec.name} {self.connection_file}>"

    def start(self) -> None:
        """Spawn the kernel, as `launch` has done already; NoKernelError, with no file left behind, if that can't be."""
        self._write_files()
        file = os.path.realpath(self.connection_file)
        argv = [argument.replace("{connection_file}", file) for argument in self.spec.argv]
        output = _open_log(self.log_file, argv)
        if output is None:
            self.log_file = ""
            output = os.open(os.devnull, os.O_WRONLY)
        self._log_start = os.fstat(output).st_size
        try:
            self.pid = _spawn(argv, self._env, output)
        except OSError as error:
            self.remove_files()
            raise NoKernelError(_why_not(self.spec, argv[0], error)) from None
        finally:
            os.close(output)
        self._status = None

    def _write_files(self) -> None:
        """Write the connection file and make the folder of the sockets, each time: kernels remove what was theirs."""
        folder = os.path.dirname(self.connection_file)
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            if self.info.transport == "ipc":
                os.makedirs(os.path.dirname(self.info.ip), mode=0o700, exist_ok=True)
            connection.write(self.connection_file, self.info)
        except OSError as error:
            self.remove_files()
            raise _no_file(folder, error) from None

    def poll(self) -> int | None:
        """None while the kernel runs, else its exit status, -N if signal N ended it; never waits."""
        if self._status is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:  # SIGCHLD is ignored, so nobody knows the status
                self._status = 0
            else:
                if pid:
                    self._status = os.waitstatus_to_exitcode(status)
        return self._status

    def interrupt(self) -> None:
        """Send SIGINT to the kernel and the processes it started.  Not for every kernel: see `interrupts`."""
        self._signal(signal.SIGINT)

    def kill(self) -> None:
        """End the kernel and the processes it started, at once."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        # A process that was waited for gives its id back; the group of that id may then be anybody's.
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def wait(self, seconds: float) -> bool:
        """Wait until the kernel has ended, at most so long; whether it has."""
        deadline = time.monotonic() + seconds
        pause = 0.0005
        while self.poll() is None:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(pause, left))
            pause = min(pause * 2, 0.02)
        return True

    def restart(self) -> None:
        """Start the kernel anew with the same file, ports and key; one that has not ended by itself is killed.

        NoKernelError if it can't be started.
        """
        self.kill()
        if not self.wait(5.0):
            raise NoKernelError(f"The kernel (process {self.pid}) does not end, so it can't be started anew.")
        self.start()

    def retry(self) -> bool:
        """Start a kernel that ended before it ever answered once more, on other ports; False if it was tried already.

        `info` has changed then: channels must be opened anew.  It goes to tcp even if it was ipc, since a folder on a
        network may hold no sockets.
        """
        if self._retried or self.poll() is None:
            return False
        self._retried = True
        _remove_sockets(self.info)
        self.info = _new_info(self.spec, "")
        self.start()
        return True

    def shutdown(
        self, send: Callable[[], None], patience: float = 2.5, on_refusal: Callable[[], None] = lambda: None
    ) -> None:
        """End the kernel: SIGINT and `send` (a shutdown_request), then SIGTERM, then SIGKILL, each after `patience`.

        Waits for the end, `patience` in seconds each time; for when the screen has been restored.  `on_refusal` is
        called when the first did not do.  The connection file and the sockets are gone afterwards.
        """
        if self.poll() is None:
            # A kernel in the middle of a cell would hear the request only at its end.
            self.interrupt()
            send()
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.wait(patience):
                break
            if number == signal.SIGTERM:
                on_refusal()
            self._signal(number)
        self.wait(patience)
        self.remove_files()

    def remove_files(self) -> None:
        """Remove the connection file and the sockets, as far as the kernel has not done so itself."""
        _remove(self.connection_file)
        _remove_sockets(self.info)

    def log_tail(self, lines: int = 10) -> list[str]:
        """The last lines the kernel has written since its start: text from outside, control characters and all."""
        try:
            with open(self.log_file, "rb") as file:
                file.seek(max(self._log_start, os.path.getsize(self.log_file) - 10_000))
                return file.read().decode(errors="replace").splitlines()[-lines:]
        except OSError:
            return []


def _sockets(folder: str) -> str:
    """Make a folder of our own for ipc sockets; the beginning of their paths, or "" if there can be none.

    The name has no process id in it: `jupyter console --existing PID` would take the folder for a connection file.
    """
    place = os.path.join(folder, f"ipc-{os.urandom(4).hex()}")
    prefix = os.path.join(place, "kernel")
    try:
        # sockaddr_un has room for 104 bytes on some systems, which is the path, "-5" and a zero.
        if len(prefix.encode()) > 97:
            return ""
        os.mkdir(place, 0o700)
    except (OSError, UnicodeEncodeError):
        return ""
    return prefix


def _new_info(spec: KernelSpec, prefix: str) -> ConnectionInfo:
    """New ports and a new key: ipc sockets whose paths begin with `prefix`, or tcp if that is ""."""
    numbers = range(1, len(CHANNELS) + 1) if prefix else _free_ports(len(CHANNELS))
    return ConnectionInfo(
        transport="ipc" if prefix else "tcp",
        ip=prefix or "127.0.0.1",
        ports=dict(zip(CHANNELS, numbers, strict=True)),
        key=os.urandom(16).hex().encode(),
        kernel_name=spec.name,
    )


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now; somebody may before the kernel does, hence `Process.retry`."""
    import socket  # 6 ms, which an ipykernel does not need

    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def _environment(spec: KernelSpec, columns_rows: tuple[int, int] | None, independent: bool) -> dict[str, str]:
    env = dict(os.environ)
    if spec.env:
        from string import Template

        # "Kernel specs": ${NAME} means our environment's variable; names that are not set stay as they are.
        env |= {name: Template(value).safe_substitute(os.environ) for name, value in spec.env.items()}
    # These two say which Python we are, and would make another Python think it were us.
    if spec.language.lower().startswith("python"):
        env.pop("PYTHONEXECUTABLE", None)
        env.pop("__PYVENV_LAUNCHER__", None)
    # Silences a warning of debugpy's that would appear as the kernel's first output.
    env.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    env.pop("JPY_PARENT_PID", None)
    if not independent:
        env["JPY_PARENT_PID"] = str(os.getpid())
    if columns_rows is not None:
        env["COLUMNS"], env["LINES"] = map(str, columns_rows)
    return env


def _spawn(argv: list[str], env: dict[str, str], output: int) -> int:
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, output, 1),
        (os.POSIX_SPAWN_DUP2, output, 2),
    ]
    # A shell ignores SIGINT in its background jobs and Python ignores SIGPIPE; a kernel must inherit neither.
    defaults = [signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE, signal.SIGXFSZ]
    try:
        return os.posix_spawn(argv[0], argv, env, file_actions=actions, setsid=True, setsigmask=[], setsigdef=defaults)
    except NotImplementedError:
        # An old libc can't start a session; a process group keeps the terminal's signals away as well.
        return os.posix_spawn(argv[0], argv, env, file_actions=actions, setpgroup=0, setsigmask=[], setsigdef=defaults)


def _why_not(spec: KernelSpec, program: str, error: OSError) -> str:
    origin = f" ({spec.reason})" if spec.reason else ""
    if isinstance(error, FileNotFoundError):
        # The system says the same of a script whose interpreter, named in its first line, is missing.
        what = "the interpreter of the script " if os.path.exists(program) else ""
        return f"The kernel {spec.name}{origin} can't be started: {what}{program} is not there. Install it again."
    return f"The kernel {spec.name}{origin} can't be started: {program}: {error.strerror}. Install it again."


def _open_log(path: str, argv: list[str]) -> int | None:
    """Open the log for the kernel to append to, with its command in it; None if that can't be."""
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        return None
    stamp = time.strftime("%Y-%m-%d %H:%M:%S")
    command = " ".join(argv).replace("\n", "\\n")
    os.write(log, f"--- {stamp} {command}\n".encode(errors="backslashreplace"))
    return log


def _prune_logs() -> None:
    """Remove all but the newest logs."""
    try:
        entries = os.scandir(jupyter_paths.state_dir())
        logs = [entry for entry in entries if entry.name.startswith("kernel-") and entry.name.endswith(".log")]
        logs.sort(key=lambda entry: entry.stat(follow_symlinks=False).st_mtime, reverse=True)
    except OSError:
        return
    for entry in logs[_LOGS_KEPT:]:
        _remove(entry.path)


def prune() -> None:
    """Remove connection files and sockets of kernels that a bipy started which was killed, and which are gone too."""
    import socket

    folder = os.path.abspath(jupyter_paths.runtime_dir())
    for path in connection.left_behind(folder):
        try:
            info = connection.read(path)
        except ConnectionFileError:
            continue
        place = os.path.dirname(info.ip)
        if info.transport != "ipc" or os.path.dirname(place) != folder or not place.startswith(f"{folder}/ipc-"):
            continue
        with socket.socket(socket.AF_UNIX) as heart:
            heart.settimeout(0.1)
            try:
                heart.connect(info.url("hb").removeprefix("ipc://"))
            except (ConnectionRefusedError, FileNotFoundError):
                _remove(path)
                _remove_sockets(info)
            except OSError:
                continue


def _remove_sockets(info: ConnectionInfo) -> None:
    if info.transport == "ipc":
        for channel in CHANNELS:
            _remove(info.url(channel).removeprefix("ipc://"))
        with contextlib.suppress(OSError):
            os.rmdir(os.path.dirname(info.ip))


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)

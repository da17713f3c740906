"""What may be done with one kernel, and who ends it.

A kernel is bipy's own or another's.  `OwnKernel` has started its process and ends it, unless it is told to keep it;
`AttachedKernel` has found the kernel running and leaves it so.  `own` says which; whatever else depends on the
difference is a method here.

A kernel keeps its connection file as long as it is bipy's, but each of its processes gets channels of its own: a child
that a dead kernel has left may hold the old ones.

This module is imported before the kernel is spawned, so it costs as little as can be (see `connection`).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import ClassVar, Final, Literal

from bipy.kernel import connection, jupyter_paths
from bipy.kernel.connection import ConnectionFileError, ConnectionInfo
from bipy.kernel.kernelspec import KernelSpec, NoKernelError, display_name, runs_ipykernel, with_breakpoints
from bipy.kernel.process import Process, prune_logs

# How a kernel is interrupted; "" is as its kernelspec says.
Way = Literal["", "signal", "message"]


class KernelHandle:
    """One kernel.  `info` says where its channels are; it changes whenever the kernel is started anew.

    `display_name` and `language` are "" where only the kernel itself can tell them.  The base is a kernel that is not
    ours to do anything with but to interrupt it by a message.
    """

    own: ClassVar[bool]
    connection_file: str
    info: ConnectionInfo
    display_name = ""
    language = ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.connection_file}>"

    @property
    def goes_on(self) -> bool:
        """Whether it outlives bipy."""
        return True

    def interrupt(self, way: Way) -> bool:  # noqa: ARG002 - for the own ones
        """Interrupt the kernel by a signal; False if only a message can.  `way` is what suits its implementation."""
        return False

    def poll(self) -> int | None:
        """None unless the kernel is known to have ended: then its exit status, -N if signal N ended it."""
        return None

    def obituary(self, *, answered: bool) -> str:  # noqa: ARG002 - for the own ones
        """How the kernel has ended, in sentences; `answered` if it had ever answered."""
        return "The kernel has ended."

    def kill(self) -> None:
        """End the kernel and the processes that it has started, at once."""

    def start(self) -> None:
        """Start the kernel, which has ended, anew; NoKernelError if that can't be done."""
        raise NoKernelError("This kernel is not bipy's own, so bipy does not start it anew.")

    def retry(self) -> bool:
        """Start a kernel that ended before it ever answered once more, if that may help; errors as in `start`."""
        return False

    def moved(self) -> bool:
        """See whether the kernel has other channels now, and take them for `info`."""
        return False

    def keep(self) -> None:
        """Let the kernel outlive bipy."""

    def shutdown(self, send: Callable[[], None], on_refusal: Callable[[], None] = lambda: None) -> None:
        """End the kernel, since bipy leaves, if that is ours to do: see `OwnKernel.shutdown`."""

    def close(self) -> None:
        """Remove what bipy has of the kernel; for the very end, on every way out."""


class AttachedKernel(KernelHandle):
    """Another's kernel: it is interrupted by a message, and neither started anew nor ended."""

    own = False

    def __init__(self, connection_file: str, info: ConnectionInfo) -> None:
        self.connection_file = connection_file
        self.info = info
        self.display_name = display_name(info.kernel_name)

    def moved(self) -> bool:
        """Read the connection file again: the owner of the kernel may have started it anew."""
        try:
            info = connection.read(self.connection_file)
        except ConnectionFileError:
            return False
        found, self.info = self.info, info
        return info != found


class OwnKernel(KernelHandle):
    """A kernel that bipy has started and ends, unless it is told to keep it.

    Starting takes a few milliseconds and waits for no answer; NoKernelError if it can't be done.  `size` is that of the
    terminal, columns and rows, which the kernel's output is laid out for.
    """

    own = True

    def __init__(self, spec: KernelSpec, size: tuple[int, int] | None = None) -> None:
        try:
            os.getcwd()
        except OSError:
            raise NoKernelError("The current folder has been removed: change to one that is there.") from None
        self.spec: Final = spec
        self.display_name = spec.display_name
        self.language = spec.language
        self._folder: Final = os.path.abspath(jupyter_paths.runtime_dir())
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            self.connection_file = connection.reserve(self._folder, f"kernel-{os.getpid()}")
        except OSError as error:
            raise self._no_file(error) from None
        stem = os.path.basename(self.connection_file).removesuffix(".json")
        self._log: Final = os.path.join(jupyter_paths.state_dir(), f"{stem}.log")
        self._env: Final = _environment(spec, size)
        self._kept = self._retried = False
        self._spawn(ipc=runs_ipykernel(spec.argv))
        prune_logs(jupyter_paths.state_dir())

    @property
    def goes_on(self) -> bool:
        """Whether it is kept."""
        return self._kept

    @property
    def pid(self) -> int:
        """The id of its process, or of its last one."""
        return self._process.pid

    @property
    def log_file(self) -> str:
        """Where it writes what goes to no client, "" if there is no such file."""
        return self._process.log_file

    def log_tail(self, lines: int = 10) -> list[str]:
        """The last lines of the log, since the start of the process: text from outside."""
        return self._process.log_tail(lines)

    def interrupt(self, way: Way) -> bool:
        """SIGINT to the kernel and the processes that it has started, unless it wants a message."""
        if (way or self.spec.interrupt_mode) == "message":
            return False
        self._process.signal(signal.SIGINT)
        return True

    def poll(self) -> int | None:
        """None while the process runs; what it had started is ended with it."""
        return self._process.poll()

    def obituary(self, *, answered: bool) -> str:
        """How the process has ended and where its log is; the end of that, if it never answered."""
        status = self.poll()
        how = (
            f"was ended by signal {-status}" if status is not None and status < 0 else f"has ended with status {status}"
        )
        if answered:
            return f"The kernel {how}. Its log is {self.log_file}."
        last = "\n".join(self.log_tail(5))
        return f"The kernel {how} before it answered. The end of its log, {self.log_file}:\n{last}\n"

    def wait(self, seconds: float) -> bool:
        """Wait until the process has ended, at most so long; whether it has."""
        return self._process.wait(seconds)

    def kill(self) -> None:
        """End the kernel and the processes that it has started, at once."""
        self._process.signal(signal.SIGKILL)

    def start(self) -> None:
        """Start the kernel, which has ended, anew: the same file, other channels; NoKernelError if it can't be done."""
        if self.poll() is None:
            raise NoKernelError(f"The kernel (process {self.pid}) does not end, so it can't be started anew.")
        self._retried = False
        connection.remove_sockets(self.info)
        self._spawn(ipc=runs_ipykernel(self.spec.argv))

    def retry(self) -> bool:
        """Start a kernel that ended before it ever answered once more; False if that was tried already.

        Another program may have taken one of its ports.  It goes to tcp even if it was ipc, since a folder on a network
        may hold no sockets.  Errors as in `start`.
        """
        if self._retried or self.poll() is None:
            return False
        self._retried = True
        connection.remove_sockets(self.info)
        self._spawn(ipc=False)
        return True

    def keep(self) -> None:
        """Let the kernel outlive bipy; its connection file stays."""
        self._kept = True
        self._process.keep()

    def shutdown(
        self, send: Callable[[], None], on_refusal: Callable[[], None] = lambda: None, patience: float = 2.5
    ) -> None:
        """End the kernel: SIGINT and `send` (a shutdown_request), then SIGTERM, then SIGKILL, each after `patience`.

        Waits for the end, `patience` in seconds each time; for when the screen has been restored.  `on_refusal` is
        called when the first did not do.  The connection file and the sockets are gone afterwards.
        """
        if self._kept:
            return
        if self.poll() is None:
            # A kernel in the middle of a cell would hear the request only at its end.
            self._process.signal(signal.SIGINT)
            send()
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.wait(patience):
                break
            if number == signal.SIGTERM:
                on_refusal()
            self._process.signal(number)
        self.wait(patience)
        connection.remove(self.connection_file, self.info)

    def close(self) -> None:
        """The kernel and its files are gone, unless it is kept; so are those of kernels whose bipy was killed."""
        if not self._kept:
            self.kill()
            connection.remove(self.connection_file, self.info)
        connection.prune(self._folder)

    def _spawn(self, *, ipc: bool) -> None:
        """Spawn a process on channels of its own; NoKernelError, with no file left behind, if that can't be."""
        try:
            self.info = connection.create(self.connection_file, self.spec.name, ipc=ipc)
        except OSError as error:
            raise self._no_file(error) from None
        file = os.path.realpath(self.connection_file)
        argv = [argument.replace("{connection_file}", file) for argument in self.spec.argv]
        if runs_ipykernel(argv):
            argv = with_breakpoints(argv)
        try:
            self._process = Process(argv, self._env, self._log)
        except OSError as error:
            connection.remove(self.connection_file, self.info)
            raise NoKernelError(_why_not(self.spec, argv[0], error)) from None

    def _no_file(self, error: OSError) -> NoKernelError:
        return NoKernelError(
            f"No connection file for the kernel can be written in {self._folder}: {error.strerror}. "
            "Set JUPYTER_RUNTIME_DIR to a folder that can be written to."
        )


def _environment(spec: KernelSpec, size: tuple[int, int] | None) -> dict[str, str]:
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
    # An ipykernel would end with the process of this id, which may be one that started us; our kernels have a watcher.
    env.pop("JPY_PARENT_PID", None)
    if size is not None:
        # IPython and pandas read the first two, rich the others.
        columns, lines = map(str, size)
        env |= {"COLUMNS": columns, "LINES": lines, "JUPYTER_COLUMNS": columns, "JUPYTER_LINES": lines}
    return env


def _why_not(spec: KernelSpec, program: str, error: OSError) -> str:
    origin = f" ({spec.reason})" if spec.reason else ""
    if isinstance(error, FileNotFoundError):
        # The system says the same of a script whose interpreter, named in its first line, is missing.
        what = "the interpreter of the script " if os.path.exists(program) else ""
        return f"The kernel {spec.name}{origin} can't be started: {what}{program} is not there. Install it again."
    return f"The kernel {spec.name}{origin} can't be started: {program}: {error.strerror}. Install it again."

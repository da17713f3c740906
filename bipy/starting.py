"""The life of a host, from the fork to its exit status: options, the kernel, the screen, and the end.

The order is the point.  The kernel is spawned before urwid and zmq are imported, so that it boots while they load; the
front has drawn its frame long before and keeps what is typed.  Whatever goes wrong before the screen is up ends in one
message and exit status 2; both go to the front, which has a terminal to say it on.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Mapping
from types import FrameType
from typing import NoReturn

from bipy import __version__, config, files, host_log
from bipy.front import MISUSE
from bipy.kernel import kernelspec
from bipy.kernel.connection import ConnectionFileError
from bipy.kernel.handle import AttachedKernel, KernelHandle, OwnKernel
from bipy.kernel.kernelspec import NoKernelError
from bipy.lending import protocol, sessions, sockets
from bipy.lending.protocol import Line, Torn, encode_exit
from bipy.settings import Settings
from bipy.terminal.line import cell, size

TYPE_CHECKING = False  # typing.TYPE_CHECKING, before a type checker alone imports more
if TYPE_CHECKING:
    from collections.abc import Sequence

    from bipy.host import Host
    from bipy.ui.keys.keymap import Binding
    from bipy.ui.theme import Theme

# Other hosts have had the time of our imports to answer.
_SURVEY_SECONDS = 0.05
CRASHED = 1


class CannotStartError(Exception):
    """bipy cannot start; the message says why and what to do."""


def main(chosen: Settings, front: Line) -> NoReturn:
    """Be the host: run, and tell the front how it ended."""
    columns_rows, cell_height = size(1), (cell(1) or (0, 0))[1]
    _leave_terminal()
    end = outcome(chosen, front, columns_rows, cell_height)
    end.tell()
    sys.exit(end.status)


def outcome(chosen: Settings, front: Line, columns_rows: tuple[int, int], cell_height: int = 0) -> End:
    """Run, on a terminal of that size and height of a cell in pixels; how it ended, an error included."""
    end = End(front)
    try:
        end.status = _run(chosen, end, columns_rows, cell_height)
    except (CannotStartError, config.ConfigError, ConnectionFileError, NoKernelError) as error:
        end.status, end.text = MISUSE, f"bipy: {error}"
    except KeyboardInterrupt:
        # A key as long as there is a screen; then a signal, from a user who does not wait for the kernel's end.
        end.status = 128 + signal.SIGINT
    except SystemExit as leaving:
        end.status = int(leaving.code or 0)
    except BaseException:
        import traceback

        end.status, end.text = CRASHED, f"{traceback.format_exc()}{end.text}"
    return end


class End:
    """How it ended: the exit status and a text for the user.  The first front is told, unless a host knows others."""

    def __init__(self, front: Line) -> None:
        self.status = 0
        self.text = ""
        self.front = front
        self.host: Host | None = None

    def tell(self) -> None:
        """Tell the front that lends its terminal, and those who asked for the end."""
        if self.host is not None:
            self.host.tenancy.exit(self.status, self.text)
            return
        try:
            self.front.send(protocol.EXIT, encode_exit(self.status, self.text))
        except Torn:
            return


def _leave_terminal() -> None:
    """Lead a session of our own, without a terminal: a hang-up does not reach it, and nothing is written past it."""
    os.setsid()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    found = host_log.open_log()
    log = nothing if found is None else found
    for fd, target in ((nothing, 0), (nothing, 1), (log, 2)):
        os.dup2(fd, target)
    for fd in {nothing, log}:
        os.close(fd)


def _run(chosen: Settings, end: End, columns_rows: tuple[int, int], cell_height: int) -> int:
    """Find or start the kernel, run until the end of the session."""
    handle: KernelHandle | None = None
    for number in (signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, _leave)
    survey = sessions.Survey()
    try:
        configured = config.load(chosen.config)
        given, chosen = chosen, configured.settings(chosen)
        if chosen.existing is None:
            handle = own = _launch(chosen, configured, columns_rows, cell_height)
            banner = f"on {own.spec.display_name}: {own.spec.reason or own.spec.name}"
        else:
            handle = _attach(chosen.existing, end.front)
            banner = f"attached to {os.path.basename(handle.connection_file)}"

        # All of this, 120 ms, while the kernel boots; 10 ms more with the garbage collector, which finds none.
        gc.disable()
        from bipy.terminal.import_urwid import import_urwid

        import_urwid()
        from bipy import host

        kernel = handle.spec.name if isinstance(handle, OwnKernel) else ""
        chosen = configured.settings(given, handle.language, kernel)
        bindings = _bindings(configured)
        listener, no_way_back = _listener(chosen)
        end.host = running = host.Host(
            options=chosen,
            bindings=bindings,
            configured=lambda language: configured.settings(given, language, kernel),
            handle=handle,
            theme=_theme(chosen, configured),
            greeting=[
                f"bipy {__version__} {banner}. F1 lists the keys.",
                *no_way_back,
                *_doubts(configured),
                *_reminders(survey),
            ],
            front=end.front,
            listener=listener,
        )
        gc.freeze()
        gc.enable()
        try:
            running.run()
        finally:
            end.text = running.leave()
        return 0
    finally:
        if handle is not None:
            handle.close()


def _bindings(configured: config.Config) -> Sequence[Binding]:
    """The key table, with what the configuration file says of it."""
    from bipy.ui.keys.keymap import KEYMAP

    if not configured.keys:
        return KEYMAP
    from bipy import checking

    return checking.bindings(configured)


def _doubts(configured: config.Config) -> list[str]:
    """What the file binds to keys that may never come."""
    if not configured.keys:
        return []
    from bipy import checking

    return checking.doubts(configured)


def _reminders(survey: sessions.Survey) -> list[str]:
    """What the user may have forgotten: sessions that wait, transcripts of those that have ended."""
    lines = []
    for each in survey.answers(_SURVEY_SECONDS):
        if not each.attached and each.version:
            lines.append(
                f"A session of {time.strftime('%H:%M', time.localtime(each.since))} waits "
                f"({each.kernel or 'kernel'}, {each.state}). To go back to it: bipy --resume {each.number}"
            )
    lines += [f"A session ended without a terminal; its transcript: {path}" for path in files.name_new()]
    return lines


def _listener(chosen: Settings) -> tuple[sockets.Listener | None, list[str]]:
    """Where the session can be found again; without that it ends with its terminal, and a line says why."""
    if chosen.no_detach:
        return None, []
    try:
        return sockets.Listener(), []
    except (sockets.NoFolderError, OSError) as error:
        return None, [f"This session ends with its terminal, since no other one could find it: {error}."]


def _launch(chosen: Settings, configured: config.Config, columns_rows: tuple[int, int], cell_height: int) -> OwnKernel:
    jedi = chosen.jedi
    spec = kernelspec.find(chosen.kernel, jedi=jedi) if chosen.kernel is not None else kernelspec.default(jedi)
    if chosen.figures == "own":
        return OwnKernel(spec, columns_rows)
    rc: Mapping[str, str] = {}
    if chosen.figures == "theme":
        from bipy.ui import figures

        rc = figures.settings(_theme(chosen.replace(code_style=None), configured))
    return OwnKernel(kernelspec.with_figures(spec, cell_height, rc), columns_rows)


def _leave(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signal.signal wants it
    """A polite kill: leave by the way of all exits, so that no kernel is left behind."""
    raise SystemExit(128 + number)


def _theme(chosen: Settings, configured: config.Config) -> Theme:
    from bipy.ui.theme import ThemeError, load  # urwid is not needed for it

    try:
        return load(chosen.theme or "default", chosen.code_style)
    except ThemeError as error:
        from bipy import checking

        checking.looks(configured)  # which names the place, if it stands in the file
        raise CannotStartError(str(error)) from None


def _attach(argument: str, front: Line) -> AttachedKernel:
    """The kernel that --existing means; one that boots is waited for, with Ctrl-C as a signal meanwhile."""
    from bipy.kernel import existing  # zmq: 30 ms

    def wait(word: str) -> None:
        try:
            front.send(protocol.TELL, word.encode("utf-8", "replace"))
        except Torn:
            raise SystemExit(128 + signal.SIGHUP) from None

    return existing.attach(argument, wait)

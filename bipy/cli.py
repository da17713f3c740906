"""From the command line to an exit status: options, the kernel, the screen, and back.

The order is the point.  The kernel is spawned before urwid and zmq are imported, so that it boots while they load, and
the terminal is made ready even earlier, so that no typed key is lost.  Whatever goes wrong before the screen is up ends
in one message and exit status 2.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from bipy import __version__, settings
from bipy.kernel import kernelspec
from bipy.kernel.connection import ConnectionFileError
from bipy.kernel.handle import AttachedKernel, KernelHandle, OwnKernel
from bipy.kernel.kernelspec import NoKernelError
from bipy.settings import Settings
from bipy.terminal.line import LineDiscipline, size

TYPE_CHECKING = False  # typing.TYPE_CHECKING, without importing typing
if TYPE_CHECKING:
    from bipy.ui.theme import Theme

MISUSE = 2


class CannotStartError(Exception):
    """bipy cannot start; the message says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run bipy; its exit status."""
    chosen = settings.parse(sys.argv[1:] if arguments is None else arguments)
    try:
        # A stream that the parent process closed is None.
        if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
            raise CannotStartError("bipy draws on a terminal: its standard input and output must both be one.")
        if os.environ.get("TERM") == "dumb":
            raise CannotStartError(
                "bipy draws on a terminal that can move its cursor, and TERM=dumb says this one cannot."
            )
        return _run(chosen, LineDiscipline(sys.stdin.fileno()))
    except (CannotStartError, ConnectionFileError, NoKernelError) as error:
        print(f"bipy: {error}", file=sys.stderr)
        return MISUSE
    except KeyboardInterrupt:
        # A key as long as there is a screen; then a signal, from someone who won't wait for the kernel's end.
        return 128 + signal.SIGINT


def _run(chosen: Settings, terminal: LineDiscipline) -> int:
    """Find or start the kernel, bring up the screen, and at the end leave the session in the scrollback."""
    handle: KernelHandle | None = None
    theme = _theme(chosen.theme) if chosen.theme is not None else None
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, _leave)
    terminal.prepare()
    try:
        if chosen.existing is None:
            handle = own = _launch(chosen)
            banner = f"on {own.spec.display_name}: {own.spec.reason or own.spec.name}"
        else:
            handle = _attach(chosen.existing, terminal)
            banner = f"attached to {os.path.basename(handle.connection_file)}"

        # All of this, 120 ms, while the kernel boots; 10 ms more with the garbage collector, which finds none.
        gc.disable()
        from bipy.terminal.import_urwid import import_urwid

        import_urwid()
        from bipy.app import App
        from bipy.terminal.screen import Screen

        app = App(
            options=chosen,
            handle=handle,
            screen=Screen(terminal),
            theme=theme or _theme("default"),
            banner=f"bipy {__version__} {banner}. F1 lists the keys.",
        )
        gc.freeze()
        gc.enable()
        try:
            app.run()
        finally:
            terminal.restore()
            app.leave()
        return 0
    finally:
        terminal.restore()
        if handle is not None:
            handle.close()


def _launch(chosen: Settings) -> OwnKernel:
    jedi = chosen.jedi
    spec = kernelspec.find(chosen.kernel, jedi=jedi) if chosen.kernel is not None else kernelspec.default(jedi)
    return OwnKernel(spec, size(sys.stdout.fileno()))


def _leave(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signal.signal wants it
    """A hang-up of the terminal, or a polite kill: leave by the way of all exits, so that no kernel is left behind."""
    raise SystemExit(128 + number)


def _theme(name: str) -> Theme:
    from bipy.ui.theme import ThemeError, load  # urwid is not needed for it

    try:
        return load(name)
    except ThemeError as error:
        raise CannotStartError(str(error)) from None


def _attach(argument: str, terminal: LineDiscipline) -> AttachedKernel:
    """The kernel that --existing means; one that boots is waited for, with Ctrl-C as a signal meanwhile."""
    from bipy.kernel import existing  # zmq: 30 ms

    def wait(word: str) -> None:
        terminal.restore()
        print(word, file=sys.stderr)

    handle = existing.attach(argument, wait)
    terminal.prepare()
    return handle

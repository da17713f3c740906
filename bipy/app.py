"""The composition root: builds everything, and carries out what concerns the whole process.

One thread, one reactor: sockets, keys and alarms become events, a member of the workspace hands them to its session and
has the effects carried out without waiting, and one frame is drawn.  Nothing is decided here.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import urwid

from bipy.inspection.inspector import Inspector
from bipy.kernel.handle import KernelHandle
from bipy.kernel.link import Link
from bipy.session import effects, events
from bipy.session.history import History
from bipy.session.session import Session
from bipy.settings import Settings
from bipy.terminal.reactor import FRAME_SECONDS, Reactor
from bipy.terminal.screen import Paste, Screen
from bipy.ui.interface import IPYTHON_LEXER, Interface
from bipy.ui.keys.actions import Actions
from bipy.ui.keys.keyboard import Keyboard
from bipy.ui.keys.keymap import keys
from bipy.ui.text.rows import escaped
from bipy.ui.theme import Theme
from bipy.workspace import Member, Workspace

# What urwid makes of another size of the terminal: a key.
RESIZE = "window resize"
TICK_SECONDS = 1.0
# What a session leaves in the terminal's own scrollback at most: a million lines would take 8 s.
SCROLLBACK_LINES = 50_000


class App:
    """bipy on the kernel of `handle`, drawn on `screen`; `connect` makes the link to the kernel."""

    def __init__(
        self,
        *,
        options: Settings,
        handle: KernelHandle,
        screen: Screen,
        theme: Theme,
        banner: str,
        connect: Callable[..., Link] = Link,
    ) -> None:
        self.handle = handle
        self.reactor = Reactor()
        self.screen = screen
        screen.register_palette(theme.palette(screen.colors))
        jedi = options.jedi or not handle.own
        inspector = Inspector(mode=options.inspection, matching=options.matching, jedi=jedi)
        session = Session(own=handle.own, inspector=inspector, history=History())
        session.transcript.note(banner)
        self.workspace = Workspace()
        member = Member(session, self, clock=time.monotonic, advice=_advice(own=handle.own))
        self.workspace.add(member)
        self.interface = Interface(
            member,
            host=self.perform,
            clock=time.monotonic,
            depth=screen.colors,
            kernel=handle.display_name,
            connection_file=os.path.basename(handle.connection_file),
            lexer=IPYTHON_LEXER if handle.language in ("", "python") else handle.language,
            box_rows=options.rows,
            docs_rows=options.docs,
            box_floats=options.box == "floating",
        )
        member.show = self.interface.perform
        self.link = connect(handle, reactor=self.reactor, clock=time.monotonic, tell=member.heard)
        member.link = self.link
        self.keyboard = Keyboard(self.interface, Actions(self.interface))
        self.loop = urwid.MainLoop(
            self.interface.window,
            screen=screen,
            event_loop=self.reactor,
            handle_mouse=False,
            input_filter=self._press,
        )

    def run(self) -> None:
        """Until the user leaves or the terminal is gone."""
        self.reactor.enter_idle(self._refresh)
        self.alarm(TICK_SECONDS, self._tick)
        self.alarm(FRAME_SECONDS, self.interface.colour)
        self.link.open()
        with contextlib.suppress(urwid.InputClosedError):
            self.loop.run()

    def _press(self, keys: list[Any], codes: list[int]) -> list[Any]:  # noqa: ARG002
        """Hand each key to the keyboard, also one that urwid has a use for itself (Ctrl-L); a resize is urwid's."""
        for key in keys:
            if isinstance(key, Paste):
                self.keyboard.paste(key.text)
            elif key == RESIZE:
                self.interface.dispatch(events.Resized(*self.screen.get_cols_rows()))
            else:
                self.keyboard.press(key)
        return [key for key in keys if key == RESIZE]

    def leave(self) -> None:
        """After the screen: the session goes to the scrollback, as if it had been printed, and our kernel ends."""
        # A terminal that hung up takes no more; the kernel has to end all the same.
        with contextlib.suppress(OSError):
            self._print_session()
        self.link.shutdown(on_refusal=_tell_of_refusal)

    def _print_session(self) -> None:
        columns = self.screen.get_cols_rows()[0]
        window = self.interface.window
        for row in [*window.transcript.last_rows(columns, SCROLLBACK_LINES), *window.editor.draft()]:
            sys.stdout.write(escaped(row, self.screen.escape) + "\n")
        if self.handle.goes_on and not self.interface.view.dead:
            sys.stdout.write(f"The kernel goes on: bipy --existing {self.handle.connection_file}\n")
        sys.stdout.flush()

    def alarm(self, seconds: float, callback: Callable[[], object]) -> None:
        """Call `callback` once, `seconds` from now."""
        self.reactor.alarm(seconds, callback)

    def perform(self, effect: effects.Effect) -> None:
        """Carry out an effect that concerns the whole process."""
        match effect:
            case effects.Suspend():
                with self.loop.paused():
                    os.kill(0, signal.SIGTSTP)
            case effects.Redraw():
                self.screen.clear()
            case effects.Exit(keep_kernel):
                if keep_kernel:
                    self.handle.keep()
                raise urwid.ExitMainLoop

    def _tick(self) -> None:
        """Once a second, for the frame that follows: it counts the seconds that the kernel has been busy."""
        self.alarm(TICK_SECONDS, self._tick)

    def _refresh(self) -> None:
        if self.interface.refresh(self.keyboard.hint()):
            self.alarm(FRAME_SECONDS, self._refresh)


def _advice(*, own: bool) -> str:
    """What can be done when the kernel is gone."""
    leave = keys("leave-or-delete")[0]
    if own:
        return f"Restart it with {keys('restart')[0]}, or leave with {leave}."
    return f"bipy goes on asking; {leave} leaves."


def _tell_of_refusal() -> None:
    with contextlib.suppress(OSError):
        sys.stdout.write("The kernel takes its time to end. Ctrl-C ends it at once.\n")
        sys.stdout.flush()

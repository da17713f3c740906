"""Shows a window on the terminal that is lent, and hands over what is typed there; shows it nowhere while none is.

In place of urwid.MainLoop, which has one screen for its whole life and ends with it.  Here screens come and go: each
`show` brings a new one, for another terminal, another size, another depth of colours.

A terminal must never harm the session.  No frame is drawn while the terminal has not taken the last one.  A terminal
that is gone, and an error of drawing or of a key, is told by `failed` and ends with this screen, not with the program.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import urwid

from bipy.terminal.reactor import Reactor
from bipy.terminal.screen import Paste, Screen

# What urwid makes of another size of the terminal: a key.
RESIZE = "window resize"
# And of a report of the focus.
FOCUS = {"focus in": True, "focus out": False}


class Display:
    """`window` on a screen, if there is one.

    `press` takes the keys of a read, `failed` the reason why the screen is of no more use: "" if the terminal is gone.
    `stopped` is called when keys arrive that are not for us (see `LentTerminal.is_ours`); they are not read.
    """

    def __init__(
        self,
        reactor: Reactor,
        window: urwid.Widget,
        press: Callable[[list[Any]], object],
        *,
        failed: Callable[[str], object],
        stopped: Callable[[], object],
    ) -> None:
        self.screen: Screen | None = None
        self._reactor = reactor
        self._window = window
        self._press = press
        self._failed = failed
        self._stopped = stopped
        self._size: tuple[int, int] | None = None
        self._watched: list[int] = []
        # What takes away what is shown in place of the window; None while the window is shown.
        self._uncover: str | None = None
        reactor.enter_idle(self.draw)

    def show(self, screen: Screen, typed: bytes = b"") -> None:
        """Start `screen` and draw on it from now on; `typed` are keys that were read before."""
        terminal = screen.terminal
        self.screen = screen
        self._size = self._uncover = None
        screen.start(alternate_buffer=True)
        screen.clear()
        self._watch()
        if typed:
            self._guarded(lambda: screen.parse_input(self._reactor, self._keys, list(typed)))
        if terminal.lost:
            self._failed("")

    def stop(self) -> Screen | None:
        """Stop the screen and give it back, to be shown again or forgotten; None if there is none."""
        self._unwatch()
        screen, self.screen = self.screen, None
        if screen is not None:
            screen.stop()
        return screen

    def give_up(self) -> None:
        """Stop the screen on a terminal that may be another's by now."""
        self._unwatch()
        screen, self.screen = self.screen, None
        if screen is not None:
            screen.give_up()

    def freeze(self) -> None:
        """Neither read nor draw until `thaw`: the front is stopped, and the shell has the terminal."""
        self._unwatch()

    def thaw(self) -> None:
        """Draw anew, and read again."""
        if self.screen is not None:
            self.screen.terminal.line.prepare()
            self.screen.look_again()
            self.redraw()
            if not self._watched:
                self._watch()

    def redraw(self) -> None:
        """Draw all of the screen with the next frame."""
        if self.screen is not None:
            if self._uncover is not None:
                self.screen.terminal.write(f"{self._uncover}\x1b[2J")
            self._size = self._uncover = None
            self.screen.clear()

    def say(self, sequence: str) -> None:
        """Send a sequence of `sequences` between two frames; nothing where there is no screen."""
        if self.screen is not None and self._watched:
            self.screen.terminal.write(sequence)

    def cover(self, sequence: str, uncover: str) -> None:
        """Show something in place of the window, until a key is pressed; `uncover` takes it away."""
        if self.screen is not None and self._watched:
            self._uncover = uncover
            self.screen.terminal.write(f"\x1b[0m\x1b[2J\x1b[?25l\x1b[H{sequence}")

    def draw(self) -> None:
        """Draw a frame, if there is a screen that takes one."""
        screen = self.screen
        if screen is None or not self._watched:
            return
        terminal = screen.terminal
        terminal.flush()
        if not terminal.is_stuck and self._uncover is None:
            self._guarded(lambda: self._draw_on(screen))
            if not terminal.is_stuck and self.screen is screen:
                screen.ask()
        if terminal.lost:
            self._failed("")
        elif self.screen is screen:
            self._reactor.watch_writable(terminal.fileno(), self._send if terminal.is_stuck else None)

    def _draw_on(self, screen: Screen) -> None:
        if self._size is None:
            self._size = screen.get_cols_rows()
        screen.draw_screen(self._size, self._window.render(self._size, focus=True))

    def _send(self) -> None:
        """The terminal takes more; `draw` follows."""
        if self.screen is not None:
            self.screen.terminal.flush()

    def _watch(self) -> None:
        if self.screen is not None:
            self._watched = [
                self._reactor.watch_file(each if isinstance(each, int) else each.fileno(), self._read)
                for each in self.screen.get_input_descriptors()
            ]

    def _unwatch(self) -> None:
        if self.screen is not None:
            for fd in self._watched:
                self._reactor.remove_watch_file(fd)
            self._reactor.watch_writable(self.screen.terminal.fileno(), None)
            self.screen.unhook_event_loop(self._reactor)
        self._watched = []

    def _read(self) -> None:
        screen = self.screen
        if screen is None:
            return
        terminal = screen.terminal
        if not terminal.is_ours:
            self._stopped()
            return
        codes = screen.get_available_raw_input()
        self._guarded(lambda: screen.parse_input(self._reactor, self._keys, codes))
        if terminal.lost and self.screen is screen:
            self._failed("")

    def _keys(self, keys: list[Any], codes: list[int]) -> None:  # noqa: ARG002 - as urwid calls it
        if self._uncover is not None:
            # Neither the mouse nor the focus is a key, and the key that uncovers does nothing else.
            if all((isinstance(key, tuple) and not isinstance(key, Paste)) or key in FOCUS for key in keys):
                return
            self.redraw()
            keys = [key for key in keys if key == RESIZE]
        if RESIZE in keys:
            self._size = None
        self._guarded(lambda: self._press(keys))

    def _guarded(self, act: Callable[[], object]) -> None:
        try:
            act()
        except urwid.ExitMainLoop:
            raise
        except Exception:
            self._failed(traceback.format_exc())

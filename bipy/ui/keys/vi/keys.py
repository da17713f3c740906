"""vi on an interface: which text it works on, what it wants of the application, and what is told of its mode."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Sequence

from bipy.inspection import source
from bipy.inspection.indenting import reindented
from bipy.inspection.values import Document
from bipy.session import effects, events
from bipy.ui.interface import Interface
from bipy.ui.keys.vi.grammar import BLOCK
from bipy.ui.keys.vi.machine import Vi
from bipy.ui.keys.vi.macros import MOST_PLAYED
from bipy.ui.keys.vi.patterns import Place
from bipy.ui.keys.vi.text import behind_last

# Keys that do what a letter does.
SAME = {
    "left": "h",
    "backspace": "h",
    "right": "l",
    "up": "k",
    "down": "j",
    "home": "0",
    "end": "$",
    "delete": "x",
    "ctrl v": BLOCK,
}
TOLD = {
    "replace": "REPLACE",
    "normal": "NORMAL",
    "visual": "VISUAL",
    "visual line": "VISUAL LINE",
    "visual block": "VISUAL BLOCK",
}


# What a line that is typed would do, in words, and the function that does it; None if it is no command.
Typed = Callable[[str], tuple[str, Callable[[], object]] | None]
# Opens the commands: what can be typed beside them, and what is typed already.
Palette = Callable[[Typed, str], object]


class ViKeys:
    """The keys of vi in the cell, and in the line that a program waits for.

    `palette` opens the commands, `press` presses a key.
    """

    def __init__(self, interface: Interface, palette: Palette, press: Callable[[str], object]) -> None:
        self._press_key = press
        # The keys that are still to be played.
        self._waiting: deque[str] = deque()
        self._interface = interface
        self._palette = palette
        self._vi = Vi(interface.window.input.buffer, self)

    def follow(self) -> Vi:
        """The machine, on the text that is typed now: another text begins in insert mode."""
        line = self._interface.window.input
        if line.buffer is not self._vi.buffer:
            self._vi.take_over(line.buffer)
        self._vi.secret = bool(line.mask)
        return self._vi

    @property
    def context(self) -> str:
        """The context of the keys."""
        vi = self.follow()
        return vi.mode if vi.mode in ("insert", "replace") else "pending" if vi.grammar.is_pending else "normal"

    @property
    def mode(self) -> str:
        """What the status bar tells of the mode."""
        return TOLD.get(self.follow().mode, "")

    @property
    def hint(self) -> str:
        """The keys of a command that is not whole."""
        vi = self.follow()
        recorded = f"q ends the recording of {vi.macros.name}" if vi.macros.name else ""
        return f"{vi.grammar.typed} \u2026" if vi.grammar.typed else recorded

    def note(self, key: str) -> None:
        """A key is pressed: it may be recorded.  What a secret is made of is not."""
        vi = self.follow()
        if not vi.secret:
            vi.macros.note(key)

    def press(self, key: str) -> None:
        """A key in normal or visual mode."""
        vi = self.follow()
        vi.press(SAME.get(key, key) if vi.mode != "replace" and not vi.grammar.is_pending else key)

    def escape(self) -> bool:
        """Esc; whether there was anything to leave."""
        if self._interface.view.popup:
            self._interface.dispatch(events.Dismissed())
        return self.follow().escape()

    def settle(self) -> None:
        """Another key has done something."""
        self.follow().settle()

    def end(self) -> None:
        """There are keys of another kind from now on."""
        self._vi.buffer.end_group()

    # What vi wants of the application (`machine.Outside`)

    def recall(self, step: int) -> None:
        """Walk through the history."""
        line = self._interface.window.input
        if not line.mask:
            document = line.document
            cursor = behind_last(document.code, document.cursor)
            self._interface.dispatch(events.Recalled(Document(document.code, cursor), step))

    def palette(self, typed: str) -> None:
        """Find a command or a setting, or type a substitution, which begins with a text."""
        self._palette(self._offer, typed)

    def _offer(self, line: str) -> tuple[str, Callable[[], object]] | None:
        """The substitution that is typed."""
        vi = self.follow()
        try:
            made = vi.substitution(line)
        except (re.error, OverflowError, RecursionError) as error:
            return f"Not yet a substitution: {error}", lambda: None
        if made is None:
            return None
        places = "1 place" if len(made.places) == 1 else f"{len(made.places)} places"
        return f"Substitute in the cell: {places}", lambda: vi.substitute(line)

    def ask(self, places: Sequence[Place]) -> None:
        """Ask about each place whether it is to be replaced."""
        from bipy.ui.widgets.seeking import begin

        begin(self._interface.window, lambda text: self._interface.perform(effects.Tell(text)), replaces=True).ask(
            places
        )

    def copy(self, text: str) -> None:
        """Put a text into the clipboard."""
        self._interface.perform(effects.Copy(text, "what was selected"))

    def indent(self, before: str) -> str:
        """The blanks that a line begins with behind that code."""
        view = self._interface.view
        return source.indent_after(before, view.language, view.source)

    def reindented(self, lines: Sequence[str], first: int, last: int) -> list[str]:
        """The rows with the indentation that they should have."""
        return reindented(lines, first, last, self._interface.view.language)

    def play(self, keys: Sequence[str], times: int) -> None:
        """Press keys, so often, until one fails or another text is typed."""
        waiting = [key for _ in range(times) for key in keys]
        if self._vi.macros.plays:
            # One of them plays others, which come first.
            self._waiting.extendleft(reversed(waiting))
            return
        vi, buffer = self._vi, self._vi.buffer
        vi.macros.plays = True
        self._waiting = deque(waiting)
        for _ in range(MOST_PLAYED):
            if not self._waiting:
                break
            self._press_key(self._waiting.popleft())
            if vi.failed or self._interface.window.input.buffer is not buffer:
                break
        if self._waiting:
            vi.grammar.forget()
        vi.macros.plays = False

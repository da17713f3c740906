"""What a key costs against the length of the code: without a terminal or a kernel, the key and its frame apart.

One row for each length, one column for each kind of key; each figure is the median in milliseconds of the key itself,
with the session's share, and of the frame that follows.  The first row is the reference of the others.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

from bipy.inspection.inspector import Inspector
from bipy.messaging.message import Request
from bipy.session import effects, events
from bipy.session.history import History
from bipy.session.session import Session
from bipy.ui.interface import Interface
from bipy.ui.keys.actions import Actions
from bipy.ui.keys.keyboard import Keyboard
from bipy.workspace import Member

SIZE = (80, 24)
TIMES = 5
LINE = "value_{0} = compute({0}, 'text')  # a comment"
CODES: Mapping[str, str] = {
    "1 line": "x = [1",
    "100 lines": "\n".join(map(LINE.format, range(100))),
    "10,000 lines": "\n".join(map(LINE.format, range(10_000))),
    "one line of 1 kB": "x = [" + ", ".join(f"f({number})" for number in range(120)),
    "one line of 100 kB": "x = [" + ", ".join(f"f({number})" for number in range(10_500)),
    "a string of 100 kB": "x = '" + "word " * 20_000,
    "10,000 open brackets": "(" * 10_000,
}
# Pressed one after the other, each several times.
KEYS: Mapping[str, tuple[str, ...]] = {
    "letter": ("a",),
    "dot": (".", "backspace"),
    "bracket": ("(", "backspace"),
    "delete": ("backspace",),
    "left": ("left",),
    "up": ("up",),
    "new line": ("ctrl o",),
    "undo": ("ctrl _",),
    "start": ("ctrl home", "ctrl end"),
}


class Silence:
    """A kernel that never answers, and a host that does nothing."""

    def open(self) -> None:
        """Nothing is there."""

    def send(self, request: Request) -> None:
        """Nothing comes of it."""

    def interrupt(self) -> None:
        """Nothing runs."""

    def restart(self) -> None:
        """Nothing ends."""

    def alarm(self, seconds: float, callback: Callable[[], object]) -> None:
        """Time stands still."""

    def perform(self, effect: effects.Effect) -> None:
        """Nothing is there to be left."""


def lengths() -> None:
    """Print the table."""
    print(f"{'key + frame, ms':<22}" + "".join(f"{name:>13}" for name in KEYS))
    for name, code in CODES.items():
        figures = [_measured(code, keys) for keys in KEYS.values()]
        print(f"{name:<22}" + "".join(f"{f'{key:.1f} + {frame:.1f}':>13}" for key, frame in figures), flush=True)


def stage() -> tuple[Interface, Keyboard]:
    """An interface, and the keys of it, that no kernel answers."""
    silence = Silence()
    session = Session(own=True, inspector=Inspector(jedi=False), history=History())
    member = Member(session, silence, clock=time.monotonic, advice="")
    member.link = silence
    interface = Interface(member, host=silence.perform, clock=time.monotonic)
    member.show = interface.perform
    keyboard = Keyboard(interface, Actions(interface))
    interface.colour()
    member.dispatch(events.Opened())
    return interface, keyboard


def _measured(code: str, keys: tuple[str, ...]) -> tuple[float, float]:
    interface, keyboard = stage()
    keyboard.paste(code)
    # Colours come a part at a time, in frames of their own.
    interface.refresh(keyboard.hint())
    interface.window.render(SIZE, focus=True)
    while interface.unfinished:
        interface.refresh(keyboard.hint())
        interface.window.render(SIZE, focus=True)
    own, frames = [], []
    for key in keys * TIMES:
        began = time.perf_counter()
        keyboard.press(key)
        pressed = time.perf_counter()
        interface.refresh(keyboard.hint())
        interface.window.render(SIZE, focus=True)
        own.append(pressed - began)
        frames.append(time.perf_counter() - pressed)
    return statistics.median(own) * 1000, statistics.median(frames) * 1000

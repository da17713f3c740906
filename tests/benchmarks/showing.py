"""From the frames of the kernel's answer to the bytes of the terminal: a new list, without sockets or processes.

The reference is urwid's own full draw of the same canvas, on the same screen, in the same run.
"""

from __future__ import annotations

import time
from typing import cast

from bipy.messaging.message import Channel, Message
from bipy.terminal.lent import LentTerminal
from bipy.terminal.screen import Screen
from bipy.ui.theme import load
from tests.benchmarks.figures import show
from tests.ui.test_window import Stage

SIZE = (120, 40)
MATCHES = 387
TIMES = 60


class _Nowhere:
    """A terminal that takes everything at once."""

    line = alternate = None

    def write(self, data: str) -> None:
        """Encode, as a terminal has to be written to."""
        data.encode()

    def flush(self) -> None:
        """All is out."""


class DrawnStage(Stage):
    """A stage whose frames are drawn on a screen that leads nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.screen = Screen(cast(LentTerminal, _Nowhere()))
        self.screen._started = True
        self.screen.set_terminal_properties(colors=256)
        self.screen.register_palette(load("default").palette(256))

    def draw(self) -> None:
        """Draw one frame."""
        self.interface.refresh(self.keyboard.hint(), self.keyboard.mode)
        self.screen.draw_screen(SIZE, self.interface.window.render(SIZE, focus=True))

    def draw_again(self) -> float:
        """The seconds that urwid takes to draw all of the last frame."""
        canvas = self.interface.window.render(SIZE, focus=True)
        self.screen.clear()
        began = time.perf_counter()
        self.screen.draw_screen(SIZE, canvas)
        return time.perf_counter() - began


def showing() -> None:
    """A list of 387 matches in a session whose transcript fills the screen."""
    stage = DrawnStage()
    stage.start()
    stage.fill(100)
    stage.draw()
    times, references, reading = [], [], []
    for number in range(TIMES):
        code = f"x{number} = os."
        stage.type(code)
        stage.draw()
        asked = asked_about(stage, code)
        frames = answer(stage, asked, code)
        channel = cast(Channel, stage.ways[asked.header.msg_id])
        began = time.perf_counter()
        events = stage.client.receive(channel, frames, stage.now)
        decoded = time.perf_counter()
        for event in events:
            stage.do(event)
        stage.draw()
        times.append(time.perf_counter() - began)
        reading.append(decoded - began)
        if len(stage.session.view.popup.matches) != MATCHES:
            raise AssertionError("no list is shown")
        references.append(stage.draw_again())
        stage.press("ctrl u")
        stage.heard.clear()
        stage.draw()
    show(f"showing a list of {MATCHES} matches, 120x40", times, references, "urwid's full draw of the same canvas")
    show("  of it: frames to event", reading)


def asked_about(stage: Stage, code: str) -> Message:
    """The completion that is asked for `code`, once the questions of earlier keys have been answered."""
    while True:
        asked = next(each for each in stage.heard if each.header.msg_type == "complete_request")
        stage.heard.remove(asked)
        if asked.content["code"] == code:
            return asked
        # What stands in front of a dot is asked about only when it was offered.
        offered = ["os"] if asked.content["code"].endswith("os") else []
        cursor = asked.content["cursor_pos"]
        types = [{"text": name, "type": "module", "start": cursor - 2, "end": cursor} for name in offered]
        where = {"cursor_start": cursor - 2 * len(offered), "cursor_end": cursor}
        reply = {"status": "ok", "matches": offered, "metadata": {"_jupyter_types_experimental": types}, **where}
        stage.tell(cast(Channel, stage.ways[asked.header.msg_id]), "complete_reply", reply, asked)


def answer(stage: Stage, asked: Message, code: str) -> list[bytes]:
    """The frames of an answer like that of ipykernel."""
    names = [f"{'_' * (number % 7 == 0)}name_of_{'it' * (number % 5)}{number}" for number in range(MATCHES)]
    cursor = len(code)
    types = [{"start": cursor, "end": cursor, "text": name, "type": "attribute", "signature": ""} for name in names]
    reply = {"status": "ok", "matches": names, "cursor_start": cursor, "cursor_end": cursor}
    return stage.kernel.say("complete_reply", {**reply, "metadata": {"_jupyter_types_experimental": types}}, asked)

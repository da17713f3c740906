"""Whatever is pressed, pasted, printed and displayed, on a screen of any size: each frame is drawn."""

from __future__ import annotations

import random

import pytest

from bipy.settings import Settings
from bipy.ui.keys.keymap import KEYMAP
from tests.ui.test_chooser import Searching
from tests.ui.test_window import Paste

KEYS = sorted({key for row in KEYMAP for key in row.keys if key != "text"})
TYPED = "abc([{}])'\":#=. 12\u65e5\u00e9"
PASTED = ("def f(x):\n    return x", "x\ty", "\x1b[31m", "\u65e5\u672c\n" * 3, ">>> a\n1", "a" * 50)
PRINTED = ("hi\n", "\r50%", "x" * 200 + "\n", "\u65e5\u672c" * 30)
DISPLAYED = (
    {"text/html": "<table><tr><th>a</th><td>1</td></tr></table>", "text/plain": "t"},
    {"text/latex": r"$\frac{1}{2}$"},
    {"text/markdown": "# x\n* y"},
    {"application/json": {"a": [1]}},
)
SIZES = [(columns, rows) for columns in (1, 5, 20, 40, 80) for rows in (1, 3, 5, 10, 24)]


@pytest.mark.parametrize("seed", range(60))
def test_each_frame_is_drawn(seed: int) -> None:
    chance = random.Random(seed)
    stage = Searching()
    stage.interface.settings = Settings(auto_close=chance.random() < 0.5)
    size, running = chance.choice(SIZES), None
    for _ in range(80):
        what = chance.random()
        if what < 0.82:
            stage.press(chance.choice([*KEYS, *(TYPED * 4)]))
        elif what < 0.87:
            stage.press(Paste(chance.choice(PASTED)))
        elif what < 0.9:
            size = chance.choice(SIZES)
        elif running is None:
            stage.press("esc", "esc", "esc", "esc", "ctrl u", Paste("code()"), "meta enter")
            sent = [message for message in stage.heard if message.header.msg_type == "execute_request"]
            running = sent[-1] if sent else None
        elif what < 0.97:
            stage.stream(chance.choice(PRINTED), running)
        else:
            bundle = {"data": chance.choice(DISPLAYED), "metadata": {}, "transient": {}}
            stage.tell("iopub", "display_data", bundle, running)
        assert stage.picture(size).cols() == size[0]
        buffer = stage.interface.window.input.buffer
        for row, column in filter(None, (buffer.cursor, buffer.anchor)):
            assert 0 <= column <= len(buffer.lines[row])

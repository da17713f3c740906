"""Characters that terminals count in columns of their own, on the screen of a terminal that does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live.emulators import Emulator, Pyte, Xterm
from tests.live.terminal import Repl

# With their columns as Unicode has them; the first two are the same everywhere.
ODD = {"日": 2, "e\u0301": 1, "👩\u200d👩\u200d👧": 2, "♥\ufe0f": 2, "🇩🇪": 2, "1\ufe0f\u20e3": 2, "👍🏽": 2, "🫩": 2}
WIDTH = sum(ODD.values())


@pytest.mark.parametrize("emulator", [Pyte, Xterm])
def test_characters_of_any_width(home: Path, emulator: type[Emulator]) -> None:
    if emulator is Xterm and not Xterm.is_installed():
        pytest.skip("no node, or no package @xterm/headless")
    with Repl(home, emulator=emulator) as repl:
        # In the output: the next character stands in its column.
        odd = "".join(ODD)
        repl.run(f"for odd in {[*ODD, odd]}: print(odd + chr(60))")
        assert repl.columns("<") == [*ODD.values(), WIDTH]
        # In the editor: the cursor stands where the text goes on, and moves over a cluster at once.
        column = end = len("In [2]: '") + WIDTH
        repl.type(f"'{odd}")
        repl.until(lambda _: repl.cursor[0] == end)
        repl.type("'\x1b[D")
        for width in reversed(ODD.values()):
            repl.until(lambda _, at=column: repl.cursor[0] == at and repl.columns("'")[-1] == end)
            repl.type("\x1b[D")
            column -= width
        repl.type("\x0b")  # to the end of the line
        repl.until(lambda _: repl.row == "In [2]: '")
        repl.type("\x15")
        # In the box: the frame is straight.
        repl.run(f"odd = dict.fromkeys({list(ODD)})")
        repl.type("odd['")
        repl.until(lambda _: all(text in repl.box for text in ("日", "👍", "♥")))
        assert len(set(repl.columns("│"))) == 1
        repl.type("\x15exit\r")
        assert repl.ended() == 0
        # Left in the scrollback.
        assert "日<" in repl.scrollback
        assert sum(line.endswith("<") for line in repl.scrollback) == len(ODD) + 1

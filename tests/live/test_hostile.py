"""A kernel that sends garbage, lies and control sequences (see hostile.py): bipy says so once and goes on."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.live.hostile import EVIL, MISDEEDS
from tests.live.terminal import Repl


def test_a_hostile_kernel(home: Path) -> None:
    folder = home / ".local/share/jupyter/kernels/hostile"
    folder.mkdir(parents=True)
    argv = [sys.executable, "-m", "tests.live.hostile", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Hostile", "language": "python"}))
    with Repl(home, "--kernel", "hostile", size=(120, 40)) as repl:
        repl.until(lambda _: repl.state == "idle")
        start = len(repl.raw)
        for misdeed in MISDEEDS:
            repl.type(f"{misdeed}\r")
            if misdeed == "steer":
                repl.until("the page$")
                repl.type("q")
                repl.until(lambda _: repl.row.endswith("the input"))
                repl.type("\x15")
            repl.until(f"^after {misdeed}$")
        repl.until(lambda _: "In [*]" not in repl.text)
        drawn = repl.raw[start:].decode()
        for sequence in EVIL:
            assert sequence not in drawn
        repl.type("exit\r")
        assert repl.ended() == 0
        printed = repl.raw.decode().rpartition("\x1b[?1049l")[2]
        for sequence in EVIL:
            assert sequence not in printed
        told = [line for line in repl.scrollback if line.startswith("Something sends messages")]
        assert len(told) == 2
        assert "forged" not in "".join(repl.scrollback)

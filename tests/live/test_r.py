"""bipy on R, where IRkernel is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.live.terminal import Repl


def has_r() -> bool:
    asked = ["Rscript", "-e", "stopifnot(requireNamespace('IRkernel'))"]
    return shutil.which("R") is not None and subprocess.run(asked, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not has_r(), reason="needs R with IRkernel")
def test_a_session_in_r(home: Path) -> None:
    folder = home / ".local" / "share" / "jupyter" / "kernels" / "r"
    folder.mkdir(parents=True)
    argv = ["R", "--slave", "-e", "IRkernel::main()", "--args", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "R", "language": "R"}))
    with Repl(home, "--kernel", "r", size=(100, 30), env={"JUPYTER_DATA_DIR": str(folder.parent.parent)}) as repl:
        repl.ready()
        repl.run("d <- data.frame(n = c(10, 9, 1), city = c('Oslo', NA, 'Rome')); d")
        assert "A data.frame: 3 × 2" in repl.lines
        assert [line.split() for line in repl.lines if line.endswith(("Oslo", "Rome"))] == [
            ["10", "Oslo"],
            ["1", "Rome"],
        ]
        # The table sorts by number; IRkernel can be asked for no other rows.
        repl.type("\x1b[17~\r")
        repl.until("Table at row 1: the 3 rows that were sent")
        repl.type("s")
        repl.until(lambda _: [line.split()[0] for line in repl.lines[2:5]] == ["1", "9", "10"])
        repl.type("q\x1b")
        repl.ready()
        # A call is open: its signature and its docs.
        repl.type("nchar('abc', ")
        repl.until(lambda _: "nchar" in repl.box and "type =" in repl.box)
        repl.type("\x15")
        repl.ready()
        # Three rows are one cell, and a line is asked for.
        repl.type("f <- function(a) {\ra + 1\r}\r")
        repl.until(lambda _: repl.is_ready)
        repl.type("nchar(readline('name? '))\r")
        repl.until("^name\\? *$")
        repl.type("Ann\r")
        repl.until(r"^\[1\] 3$")
        repl.ready()
        repl.type("cat('asleep\\n'); flush.console(); Sys.sleep(60)\r")
        repl.until("^asleep$")
        repl.type("\x03")
        repl.until("interrupted$")
        repl.run("f(41)")
        assert "[1] 42" in repl.lines
        repl.run("stop('boom')")
        assert any("boom" in line for line in repl.lines)

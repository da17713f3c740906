"""All rows of a data frame, from a real ipykernel: also while a cell runs, and with nothing left behind in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live.terminal import Repl

for library in ("pandas", "polars", "pyarrow"):
    pytest.importorskip(library)

COLUMNS = "{'n': range(100_000), 'half': [n / 2 for n in range(100_000)], 'city': ['Oslo', 'Rome'] * 50_000}"
FRAMES = {
    "pandas": f"import pandas; pandas.DataFrame({COLUMNS})",
    "polars": f"import polars; polars.DataFrame({COLUMNS})",
    "pyarrow": f"import pyarrow; pyarrow.table({COLUMNS})",
}


def open_table(repl: Repl, *, cells_back: int = 0) -> None:
    repl.type("\x1b[17~" + "[" * cells_back)
    repl.until("Esc back to the cell")
    if cells_back:
        repl.type("\t")
    repl.type("\r")


def back(repl: Repl) -> None:
    repl.type("q")
    repl.until("Esc back to the cell")
    repl.type("q")


@pytest.mark.parametrize("library", FRAMES)
def test_all_rows_of_a_frame(repl: Repl, library: str) -> None:
    repl.run(FRAMES[library])
    open_table(repl)
    repl.until("Table at row 1: 100,000 rows")
    repl.until(r"^ *(0 +)?0 +0\.0 +Oslo$")
    repl.type("G")
    repl.until(r"^ *(99999 +)?99999 +49999\.5 +Rome$")
    repl.type("ss")
    repl.until(lambda _: "Table at row 1:" in repl.text and repl.shows(r"^ *(99999 +)?99999 +49999\.5 +Rome$"))
    repl.type("/3..7\r")
    repl.until("5 of 100,000 rows")
    repl.until(r"^ *(7 +)?7 +3\.5 +Rome$")
    repl.type("=d")
    repl.until("100,000 different, from 0 to 99999")
    repl.type("&49999.5\r")
    repl.until("1 of 100,000 rows")
    repl.type("=ll/rom\r")
    repl.until("50,000 of 100,000 rows")
    back(repl)
    repl.ready()
    repl.run("import sys; 'an error' if hasattr(sys, 'last_value') else 'no error'")
    assert "no error" in repl.text


def test_while_a_cell_runs_and_then_reads_a_line_and_the_namespace_stays(home: Path) -> None:
    with Repl(home, size=(100, 40)) as repl:
        repl.ready()
        repl.run("import os, pandas; before = line = name = set()")
        repl.run(f"pandas.DataFrame({COLUMNS})")
        repl.run("before = set(dir())")
        name = home / "turn"
        repl.paste(f"os.mkfifo({str(name)!r}); print('begun'); open({str(name)!r}).read(); line = input('a line? ')")
        repl.type("\x1b\r")
        repl.until("^begun$")
        open_table(repl, cells_back=3)
        repl.until("Table at row 1: 100,000 rows")
        assert repl.state.startswith("busy")
        repl.type("ssG")
        repl.until(r"^ *0 +0 +0\.0 +Oslo$")
        repl.type("/50000..\r")
        repl.until("50,000 of 100,000 rows")
        assert repl.state.startswith("busy")
        back(repl)
        name.write_text("")
        repl.until(r"^a line\?")
        repl.type("still read\r")
        repl.ready()
        # The cells themselves leave their own inputs and outputs: _i5, _5.
        repl.run("line, {name for name in set(dir()) - before if name.lstrip('_i').strip('0123456789')}")
        repl.until(r"\('still read', set\(\)\)")


def test_figures_of_a_running_cell_are_not_sent_too_early(home: Path) -> None:
    pytest.importorskip("matplotlib")
    name = home / "turn"
    with Repl(home, size=(100, 40)) as repl:
        repl.ready()
        repl.run(f"import os, pandas; os.mkfifo({str(name)!r})")
        repl.run(f"pandas.DataFrame({COLUMNS})")
        repl.paste(
            "import matplotlib.pyplot as plt; plt.plot([1, 2]); print('begun')\n"
            f"open({str(name)!r}).read(); print(plt.get_fignums(), 'is open')"
        )
        repl.type("\x1b\r")
        repl.until("^begun$")
        open_table(repl, cells_back=2)
        repl.until("may draw figures: all rows are asked for later")
        name.write_text("")
        repl.until("Table at row 1: 100,000 rows")
        back(repl)
        repl.ready()
        repl.until(r"^\[1\] is open$")


def test_a_frame_that_was_changed_has_only_the_rows_that_were_sent(repl: Repl) -> None:
    repl.run(f"import pandas; changed = pandas.DataFrame({COLUMNS}); changed")
    repl.run("changed.loc[0, 'n'] = -1")
    open_table(repl, cells_back=1)
    repl.until("Table at row 1: the 10 rows that were sent")
    back(repl)

"""Reading the docs of a real kernel in the pane below the session, with the keys that terminals send."""

from __future__ import annotations

from pathlib import Path

from tests.live.terminal import Repl

SHIFT_TAB, F2, ALT_PAGE_DOWN = "\x1b[Z", "\x1bOQ", "\x1b[6;3~"
SAIL = '''
def sail(ship, *, wind=1):
    """Set sail.

    Parameters
    ----------
    ship : str
        The *name* of a ship.

    Examples
    --------
    >>> sail("Argo", wind=3)
    """
    return ship * wind
'''


def test_docs_and_source_while_a_cell_runs(repl: Repl, home: Path) -> None:
    repl.paste(SAIL)
    repl.type("\x1b\r")
    repl.until(lambda _: repl.is_ready and repl.number > 1)
    gate = home / "gate"
    repl.run("import os")
    repl.work(f"not os.path.exists('{gate}')")
    repl.type("sail(")
    repl.type(SHIFT_TAB)
    repl.until(r"^ sail +more$")
    repl.until(r"^ Set sail\.$")
    assert not repl.shows("^ -----")
    repl.type(ALT_PAGE_DOWN)
    repl.until(r"^     The name of a ship\.$")
    repl.type(F2)
    repl.until("^ sail: source")
    repl.until(r"^ def sail\(ship, \*, wind=1\):$")
    assert repl.look("def", "def sail(ship") != repl.look("sail", "def sail(ship")
    repl.type("'Argo')")
    repl.until(r": sail\('Argo'\)$")
    repl.type("\x1b")
    repl.until(lambda _: not repl.shows("^ sail: source"))
    gate.touch()
    repl.type("\r")
    repl.until(r"^Out\[\d+\]: 'Argo'$")

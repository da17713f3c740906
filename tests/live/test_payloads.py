"""What cells of a real kernel want of bipy: an editor, code in the input cell, a page."""

from __future__ import annotations

from pathlib import Path

from tests.live.terminal import Repl

EDITOR = """#!/bin/sh
for file; do :; done
cat "$file" > {seen}
echo "'edited ' + str(6 * 7)" >> "$file"
"""


def test_edit(home: Path) -> None:
    editor, file = home / "editor", home / "a.py"
    editor.write_text(EDITOR.format(seen=home / "seen"))
    editor.chmod(0o700)
    file.write_text("x = 1\n")
    with Repl(home, "--no-detach", env={"VISUAL": str(editor)}) as repl:
        repl.ready()
        repl.type(f"%edit {file}\r")
        repl.until(r"^Out\[2\]: 'edited 42'$")
        repl.until(r"^In \[2\]: x = 1$")
        assert (home / "seen").read_text() == "x = 1\n"
        repl.ready()
        repl.type("%edit\r")
        repl.until(r"^Out\[4\]: 'edited 42'$")
        repl.ready()
        repl.type("def answer(): return 42\r\r")
        repl.ready()
        repl.type("%edit answer\r")
        repl.until(r"^In \[7\]: def answer\(\): return 42$")
        repl.until(r"^Out\[7\]: 'edited 42'$")


def test_load_takes_the_place_of_its_cell_and_recall_comes_next(home: Path) -> None:
    (home / "a.py").write_text("loaded = 6 * 7\nloaded\n")
    with Repl(home, "--no-detach") as repl:
        repl.ready()
        repl.type(f"%load {home}/a.py\r")
        repl.until(r"^ +\.\.\.: loaded$")
        repl.until(lambda _: not repl.shows(r"In \[.\]: %load"))
        repl.type("\r")
        repl.until(r"^Out\[2\]: 42$")
        repl.ready()
        repl.type("%recall 2\r")
        repl.until(r"^In \[3\]: %recall 2$")
        repl.until(r"^In \[4\]: # %load")


def test_a_page(home: Path) -> None:
    (home / "a.txt").write_text("a page\n" * 100)
    with Repl(home, "--no-detach") as repl:
        repl.ready()
        repl.type("from IPython.core.page import page; page(open('a.txt').read())\x01")
        repl.type(f"import os; os.chdir('{home}'); \r")
        repl.until("^a page$")
        assert "In [" not in repl.text
        repl.type("q")
        repl.ready()

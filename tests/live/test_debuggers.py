"""Debuggers of a real kernel: what can be typed at their prompts, and that the kernel lives on."""

from __future__ import annotations

import re
from pathlib import Path

from tests.live.terminal import Repl


def prompted(repl: Repl) -> None:
    """Read until the debugger waits, and nothing is typed."""
    repl.until(lambda _: repl.row.strip() == "ipdb>")


def stop_in_function(repl: Repl) -> None:
    """Stop in a frame whose local name is the kernel's too, with another meaning."""
    repl.run("shadow = 'text'")
    repl.paste("def f(local_alpha):\n    shadow = [1]\n    import pdb; pdb.set_trace()\n    return local_alpha\n")
    repl.type("\r")
    repl.until(lambda _: repl.is_ready)
    repl.type("f(3)\r")
    prompted(repl)


def test_pdb(repl: Repl) -> None:
    stop_in_function(repl)
    repl.type("n")
    repl.until(lambda _: "Go on to the next line" in repl.box)
    repl.type("\x15print(local_")
    repl.until(lambda _: "local_alpha" in repl.box and "not from the frame" in repl.box)
    repl.type("\t")
    repl.until(r"^ipdb> print\(local_alpha$")
    assert "not from the frame" not in repl.text
    repl.type(")\r")
    repl.until("^3$")
    prompted(repl)
    repl.type("shadow.")
    repl.until("^ipdb> shadow\\.$")
    repl.type("\t")
    repl.until(lambda _: {"append", "clear"} < set(repl.box.split()))
    assert "title" not in repl.box, "that is in the text which has the same name in the namespace of the cells"
    repl.type("append(2)\r")
    prompted(repl)
    repl.type("for i in shadow:")
    repl.until("^ipdb> for i in shadow:$")
    repl.type("\n")
    repl.until(lambda _: repl.row.isspace() or not repl.row)
    repl.type("print(i + 40)")
    repl.until(r"^ +print\(i \+ 40\)$")
    repl.type("\r")
    repl.until("^42$")
    prompted(repl)
    repl.type("\x03")
    repl.until(lambda _: repl.is_ready)
    repl.run("'it ' + 'lives'")
    repl.until(r"^Out\[\d+\]: 'it lives'$")


def debugged(repl: Repl) -> None:
    """A cell has failed, and the debugger waits in it."""
    repl.ready()
    repl.type("1/0\r")
    repl.until("^ZeroDivisionError")
    repl.ready()
    repl.type("%debug\r")
    prompted(repl)


def test_what_a_debugger_was_told_is_known_to_the_next_session(home: Path) -> None:
    with Repl(home, "--no-detach") as repl:
        debugged(repl)
        repl.type("whatis 1 + 1\r")
        repl.until("^<class 'int'>$")
        prompted(repl)
        repl.type("q\r")
        repl.ready()
        repl.type("input('pass? ')\r")
        repl.until(r"^pass\? *$")
        repl.type("hunter2\r")
        repl.ready()
        repl.type("\x04\x04")
        repl.ended()
    kept = "".join(path.read_text() for path in home.rglob("*.jsonl"))
    assert "whatis 1 + 1" in kept
    assert "hunter2" not in kept
    with Repl(home, "--no-detach") as repl:
        debugged(repl)
        repl.type("\x1b[A\x1b[A")
        repl.until(r"^ipdb> whatis 1 \+ 1$")
        repl.type("\x15\x04")
        repl.ready()
        repl.type("\x1b[A")
        repl.until(lambda _: re.search(r"\]: %debug$", repl.row))

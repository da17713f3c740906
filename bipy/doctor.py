"""`bipy doctor`: asks the terminal what it can do, and says in rows what was asked, what was answered, what would help.

The same questions as those of a session (see `terminal.capabilities`), asked on the terminal of this process, and
waited for.  What is typed meanwhile is dropped.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Mapping

from bipy.front import Terminal
from bipy.terminal import covering
from bipy.terminal.capabilities import Capabilities, Inquiry, RedGreenBlue, advice
from bipy.terminal.encoding import shows_signs

# How long the terminal may take for its answers; each lets it take as long again.
ANSWER_SECONDS = 1.0
_NOTHING = "no answer"
WAYS = {"kitty": "by kitty's graphics", "iterm2": "as iTerm2 has them", "sixel": "by sixel", "": "no"}
KEYBOARDS = {"kitty": "by kitty's protocol", "xterm": "by xterm's modifyOtherKeys", "": "no"}
_MORE_COLOURS = "16 million colours instead of 256, where the terminal has them: export COLORTERM=truecolor"


def ask(terminal: Terminal) -> Capabilities:
    """What the terminal answers in time."""
    inquiry = Inquiry()
    terminal.line.prepare()
    try:
        poll = select.poll()
        poll.register(terminal.fd, select.POLLIN)
        received = b""
        deadline = time.monotonic() + ANSWER_SECONDS
        while not inquiry.is_over:
            if questions := inquiry.questions():
                terminal.write(questions.encode())
            if inquiry.is_over or not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                break
            data = os.read(terminal.fd, 65536)
            if not data:
                break
            received += data
            inquiry.take(received)
            deadline = time.monotonic() + ANSWER_SECONDS
    finally:
        terminal.line.restore()
    return inquiry.capabilities


def report(found: Capabilities, environment: Mapping[str, str]) -> str:
    """The report, for people."""
    around = ", through tmux" if found.is_tmux else ""
    cell = f"{found.cell[0]} x {found.cell[1]} pixels" if found.cell else _NOTHING
    rows = [
        ("TERM, COLORTERM (environment)", ", ".join(environment.get(name, "") for name in ("TERM", "COLORTERM"))),
        (
            "Borders (LC_ALL, LC_CTYPE, LANG)",
            "lines" if shows_signs(environment) else "in ASCII: the encoding is not UTF-8",
        ),
        ("Name and version (XTVERSION)", found.name or _NOTHING),
        ("Size of a cell (CSI 16 t)", cell),
        ("Foreground, background (OSC 10, 11)", f"{_colour(found.foreground)}, {_colour(found.background)}"),
        ("Whole frames (DECRQM 2026)", "yes" if found.synchronized else "no"),
        ("Tells light and dark (DECRQM 2031)", "yes" if found.tells_scheme else "no"),
        ("Ctrl-Enter is its own key (CSI ? u)", KEYBOARDS[found.keyboard]),
        ("Sixel (DA1)", "yes" if found.sixel else "no"),
        (f"kitty's graphics{around}", "yes" if found.graphics else "no"),
        ("Pictures", "in their own pixels" if found.placeholders else "half blocks"),
        ("Pictures on the whole screen (i)", WAYS[covering.way(found)]),
        ("Progress in the tab or taskbar", "yes" if found.progress else "not known to be shown (--progress on)"),
    ]
    if found.is_tmux:
        rows.insert(2, ("tmux passes questions on", "yes" if found.passes else "no"))
        rows.insert(3, ("The terminal around tmux (XTGETTCAP)", found.outer or _NOTHING))
    width = max(len(asked) for asked, _ in rows)
    lines = [f"{asked:{width}}  {''.join(each for each in answer if each.isprintable())}" for asked, answer in rows]
    colours = [] if environment.get("COLORTERM") in ("truecolor", "24bit") else [_MORE_COLOURS]
    return "\n".join([*lines, "", *advice(found), *colours]).rstrip()


def _colour(colour: RedGreenBlue | None) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour) if colour else _NOTHING

"""What a history of 100,000 entries costs: to take in, to open the search, a key in it, and a key in the cell.

Without a terminal or a kernel.  The reference is a bare scan of the same texts for the same word.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

from bipy.session import events
from bipy.session.records import Record
from tests.benchmarks.figures import show
from tests.benchmarks.lengths import SIZE, stage

ENTRIES = 100_000
BATCH = 500
TIMES = 7
WORDS = ["import", "numpy", "df", "groupby", "mean", "plot", "for", "in", "range", "print", "model", "fit", "train"]
WORDS += ["test", "load", "open", "json", "path", "os", "x", "y", "z", "value", "result", "compute", "=", "as", "pd"]
TYPED = ("groupby mean", "dfgrpm", "nowhere", "x")


def entries() -> list[Record]:
    """The same ones in each run, from the newest on."""
    chance = random.Random(1)
    return [
        Record(" ".join(chance.choices(WORDS, k=chance.randint(2, 14))) + f" {number}", 1e9 - number, "python")
        for number in range(ENTRIES)
    ]


def history() -> None:
    """Print the figures."""
    records = entries()
    interface, keyboard = stage()

    def frame() -> None:
        interface.refresh(keyboard.hint())
        interface.window.render(SIZE, focus=True)

    def timed(keys: Sequence[str]) -> list[float]:
        times = []
        for key in keys:
            began = time.perf_counter()
            keyboard.press(key)
            frame()
            times.append(time.perf_counter() - began)
        return times

    keyboard.press("x")
    frame()
    keys = timed("value" * TIMES)
    keyboard.press("ctrl u")
    taken = []
    for start in range(0, ENTRIES, BATCH):
        began = time.perf_counter()
        interface.dispatch(events.EarlierRead(tuple(records[start : start + BATCH])))
        taken.append(time.perf_counter() - began)
    show(f"history: take {BATCH} entries in", taken)
    show(f"history of {ENTRIES:,}: a key in the cell", timed("value" * TIMES), keys, "the same with no history")
    keyboard.press("ctrl u")
    opened = []
    for _ in range(TIMES):
        opened += timed(["ctrl r"])
        keyboard.press("esc")
    lower = [record.code.lower() for record in records]
    for typed in TYPED:
        keyboard.press("ctrl r")
        first, *others = timed(typed)
        scans = []
        for _ in range(TIMES):
            began = time.perf_counter()
            sum(typed in text for text in lower)
            scans.append(time.perf_counter() - began)
        show(f"a key of the search for {typed!r}", [first, *others], scans, "a bare scan for all of it")
        keyboard.press("esc")
    show("open the search", opened, scans, "a bare scan")

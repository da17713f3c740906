"""Inspecting while a cell runs, on a real ipykernel: answers come, and no output is lost or moved."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.live.terminal import Repl

# The cell prints a round for each byte of the pipe `turns`, so that the test decides how much, and not a clock.
NOISY = """\
import itertools, os, subprocess, threading, time
def thread():
    for number in itertools.count(1):
        if over: break
        print(f'from the thread {number}')
        time.sleep(0.05)
over = False
noise = threading.Thread(target=thread)
noise.start()
while turns.read(1):
    os.write(1, b'from the descriptor\\n')
    subprocess.run(['echo', 'from the process'])
    print('from the cell')
over = True
noise.join()
written = os.write(1, b'the end\\n')
"""


def test_matches_and_signatures_while_a_cell_sleeps(repl: Repl) -> None:
    repl.run("import time, os")
    repl.type("print('begun'); time.sleep(600)\r")
    repl.until("^begun$")
    repl.type("os.path.joi")
    repl.until(lambda _: "join" in repl.box)
    assert repl.state.startswith("busy")
    repl.type("n(")
    repl.until(lambda _: "os.path.join(" in repl.box)
    repl.type("\x03")
    repl.until(lambda _: repl.state == "idle" and repl.row.endswith("os.path.join("))
    assert "KeyboardInterrupt" in repl.text
    repl.type("\x15")


def test_matches_while_a_python_loop_runs(repl: Repl) -> None:
    repl.run("import os")
    repl.work()
    repl.type("os.path.joi")
    repl.until(lambda _: "join" in repl.box)
    repl.type("\x03")
    repl.until(lambda _: repl.state == "idle")
    repl.type("\x15")


def test_code_goes_on_while_the_kernel_can_not_be_asked_whether_it_is_complete(repl: Repl) -> None:
    repl.work()
    for code in ("@property", "!echo \\", "%%bash", "for i in 1, 2:"):
        repl.type(f"{code}\r")
        repl.until(lambda _: re.match(r" +\.\.\.:", repl.row))
        repl.type("\x7f" * 40)
        repl.until(lambda _: re.fullmatch(r"In \[\d+\]: ?", repl.row))
    repl.type("%timeit (1,\r")
    repl.until("%timeit .1, +queued$")
    repl.type("\x03")
    repl.ready()


def _last_of_the_thread(repl: Repl) -> int:
    """The highest number that the thread has printed, as far as it is on the screen."""
    return max(map(int, re.findall("from the thread ([0-9]+)", repl.text)), default=0)


def test_no_output_is_lost_or_moved_while_one_types(home: Path) -> None:
    pipe = home / "turns"
    os.mkfifo(pipe)
    turns = os.open(pipe, os.O_RDWR)
    with Repl(home, size=(100, 40)) as repl:
        repl.ready()
        repl.run(f"turns = open({str(pipe)!r}, 'rb', buffering=0)")
        repl.paste(NOISY)
        repl.type("\x1b\r")
        for name in ("path", "environ", "getcwd", "listdir"):
            before = _last_of_the_thread(repl)
            repl.until(lambda _, before=before: _last_of_the_thread(repl) > before)
            os.write(turns, b"x" * 20)
            repl.type(f"os.{name[:4]}")
            repl.until(lambda _, name=name: name in repl.box)
            repl.type("(")
            repl.type("\x15")
        os.close(turns)
        repl.until("^the end$")
        repl.ready()
        repl.type("exit\r")
        assert repl.ended() == 0
        printed = repl.scrollback
    begin = max(number for number, line in enumerate(printed) if "b'the end" in line)
    end = next(number for number, line in enumerate(printed) if number > begin and line.startswith("In ["))
    # Output that bypasses Python's print comes through a pipe.  So lines of two sources may run into each other, and
    # the kernel may send what was written last before what was printed.
    of_the_cell = " ".join(printed[begin + 1 : end])
    assert not re.sub("from the (cell|thread [0-9]+|descriptor|process)|the end", "", of_the_cell).strip()
    assert of_the_cell.count("thread")
    assert of_the_cell.count("cell") == of_the_cell.count("descriptor") == of_the_cell.count("process")
    assert not [line for line in printed[:begin] + printed[end:] if line.startswith("from the ")]

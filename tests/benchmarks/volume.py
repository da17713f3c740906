"""Much output at once: how fast it is taken from the kernel, what keys cost meanwhile, and what it takes of memory.

The reference of the first is a bare SUB socket that checks the signature and reads the JSON of what the same code
prints in a kernel of the same kind.  A key is typed every 50 ms.
"""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Mapping

from tests.benchmarks.bare import Bare, bare
from tests.benchmarks.figures import Child, bipy, resident, show
from tests.benchmarks.showing import DrawnStage

# What is run, and how many MB of text come of it.
FLOODS: Mapping[str, tuple[str, float]] = {
    "a million lines": ("for i in range(1_000_000): print(i)", 6.9),
    "200 threads printing": (
        "import threading\n"
        "def work(n):\n    for i in range(500): print(n, i, 'some text that a thread prints')\n\n"
        "threads = [threading.Thread(target=work, args=(n,)) for n in range(200)]\n"
        "for t in threads: t.start()\n\nfor t in threads: t.join()",
        3.9,
    ),
    "20,000 display updates": (
        "h = display(0, display_id=True)\nfor i in range(20_000): h.update(i)",
        0.1,
    ),
    "200 MB in messages of 13 MB": (
        "import sys\nfor i in range(16): sys.stdout.write(('x' * 99 + '\\n') * 130_000); sys.stdout.flush()",
        208,
    ),
    "a line of 50 MB": ("print('0123456789' * 5_000_000)", 50),
    "a line of 50 MB, not ASCII": ("print('größe 日本 ' * 2_700_000)", 51),
    "a line of 50 MB, colours": ("print('\\x1b[31mred\\x1b[0m plain ' * 2_500_000)", 48),
}
PRINTING = "import itertools\nfor i in itertools.count(): print(i)"
KEYS = 40
KEY = b"a0436f6c-1916-498b-8eb9-e81ab9368e84"
SECONDS = 180


def volume() -> None:
    """Print the table."""
    for name, (code, megabytes) in FLOODS.items():
        with bare() as client:
            reference = drained(client, code)
        with bipy() as child:
            ready(child)
            before = resident(child.host)
            began = enter(child, code)
            child.until(rb" busy ", SECONDS)
            child.until(rb" idle ", SECONDS)
            seconds = time.perf_counter() - began
            child.quiet()
            memory = resident(child.host) - before
        show(name, [seconds], [reference], "bare SUB, signature and JSON")
        print(f"{'  memory':<44}{memory:>9.1f} MB  {memory / megabytes:.1f} times the text", flush=True)
    flooded()
    reading()


def flooded() -> None:
    """Keys and Ctrl-C while a cell prints without end."""
    keys, quiet = [], []
    with bipy() as child:
        ready(child)
        for times in (quiet, keys):
            for number in range(KEYS):
                letter = b"qwzj"[number % 4 : number % 4 + 1]
                child.seen = b""
                times.append(-child.send(letter) + child.until(letter))
                drain(child, 0.05)
            child.send(b"\x15")
            if times is quiet:
                child.quiet()
                enter(child, PRINTING)
            drain(child, 2)
        began = child.send(b"\x03")
        interrupted = child.until(rb"KeyboardInterrupt", SECONDS) - began
    show("a key while a cell prints without end", keys, quiet, "the same in silence")
    show("Ctrl-C while a cell prints without end", [interrupted])


def reading() -> None:
    """Scrolling, resizing and searching in a million lines."""
    stage = DrawnStage()
    stage.start()
    stage.fill(1_000_000)
    stage.draw()
    scrolls, resizes, searches, references = [], [], [], []
    for number in range(20):
        references.append(stage.draw_again())
        began = time.perf_counter()
        stage.press("page up")
        stage.draw()
        scrolls.append(time.perf_counter() - began)
        began = time.perf_counter()
        stage.frame((80 + number, 30))
        resizes.append(time.perf_counter() - began)
        stage.draw()
    stage.press("f6", "/", *"line 77777")
    for _ in range(5):
        began = time.perf_counter()
        stage.press("7", "backspace")
        stage.draw()
        searches.append(time.perf_counter() - began)
    what = "urwid's full draw of the same canvas"
    show("a page up in a million lines", scrolls, references, what)
    show("another width in a million lines", resizes, references, what)
    show("two keys of a search in a million lines", searches, references, what)


def drained(client: Bare, code: str) -> float:
    """The seconds until all that the code prints has come, been checked and been read."""
    client.execute("6*7")
    client.reply()
    keyed = hmac.new(KEY, digestmod="sha256")
    began = time.perf_counter()
    msg_id = client.execute(code)
    while True:
        frames = client.iopub.recv_multipart()
        parts = frames[frames.index(b"<IDS|MSG>") + 2 :][:4]
        signature = keyed.copy()
        signature.update(b"".join(parts))
        signature.hexdigest()
        header, parent, _, content = map(json.loads, parts)
        if header["msg_type"] == "status" and content["execution_state"] == "idle" and parent["msg_id"] == msg_id:
            return time.perf_counter() - began


def ready(child: Child) -> None:
    """Wait until the kernel has answered and the screen is quiet."""
    child.send(b"6*7\r")
    child.until(rb"Out\[1\]: 42")
    child.quiet()


def enter(child: Child, code: str) -> float:
    """Paste code and run it; the time before Enter."""
    child.send(b"\x1b[200~" + code.replace("\n", "\r").encode() + b"\x1b[201~")
    child.quiet()
    return child.send(b"\x1b\r")


def drain(child: Child, seconds: float) -> None:
    """Read for so long, whatever comes."""
    deadline = time.perf_counter() + seconds
    while (left := deadline - time.perf_counter()) > 0:
        child.frame(left)
    child.seen = b""

"""Run the benchmarks that are named, or all."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from tests.benchmarks.answering import answering
from tests.benchmarks.bare import bare
from tests.benchmarks.figures import (
    Child,
    bipy,
    cpu,
    descriptors,
    nothing,
    plain,
    resident,
    resumed,
    show,
    wakes,
)
from tests.benchmarks.history import history
from tests.benchmarks.lengths import lengths
from tests.benchmarks.showing import showing
from tests.benchmarks.volume import volume

STARTS = 7
BARE = "python -c pass"
RESUMES = 30
PLAIN = "urwid as it comes, an Edit"
KEYS = 60
LINES = 20_000
SLOW_COMPLETER = """import time
completer = type(get_ipython().Completer)
def slow(self, *arguments, quick=completer.completions, **options):
    time.sleep(0.5)
    return quick(self, *arguments, **options)
completer.completions = slow"""
CELL = "".join(f"value_{number} = compute({number}, 'text')  # a comment\n" for number in range(1000))


def start() -> None:
    """From the exec of bipy to its first frame, first echoed key and first result."""
    frames, keys, results, references = [], [], [], []
    plain_frames, plain_keys, interpreters = [], [], []
    for _ in range(STARTS):
        interpreters.append(nothing())
        with plain() as child:
            plain_frames.append(child.until(rb"In \[1\]") - child.began)
            child.send(b"x")  # what is typed before its first frame urwid throws away
            plain_keys.append(child.until(rb"x") - child.began)
        with bipy() as child:
            frames.append(child.until(rb"In \[1\]") - child.began)
        with bipy() as child:
            child.send(b"x")
            keys.append(child.until(rb"In \[1\]: x") - child.began)
        with bipy() as child:
            child.send(b"6*7\r")
            results.append(child.until(rb"Out\[1\]: 42") - child.began)
        with bare() as client:
            client.execute("6*7")
            client.reply()
            references.append(time.perf_counter() - client.began)
    show("start to first frame", frames, interpreters, BARE)
    show("start to first echoed key", keys, interpreters, BARE)
    show("the same of urwid alone: first frame", plain_frames, interpreters, BARE)
    show("the same of urwid alone: first echoed key", plain_keys, interpreters, BARE)
    show("start to first result of 6*7", results, references, "bare client, same kernel, draws nothing")


def ready(child: Child) -> None:
    """Wait until the kernel has answered and the screen is quiet."""
    child.send(b"6*7\r")
    child.until(rb"Out\[1\]: 42")
    child.quiet()


def key() -> None:
    """A key to its frame."""
    times, references = [], []
    with bipy() as child, plain() as reference:
        ready(child)
        reference.quiet()
        for program, measured in ((child, times), (reference, references)):
            for number in range(KEYS):
                began = program.send(b" ")
                measured.append(program.frame() - began)
                program.quiet(0.02)
                if number % 40 == 39:
                    program.send(b"\x15")
                    program.quiet(0.1)
    show("key to frame, 120x40", times, references, PLAIN)


def popup() -> None:
    """A key to the list, and to the signature, that the kernel's answer brings."""
    lists, signatures, complete, inspect = [], [], [], []
    with bipy() as child, bare() as client:
        ready(child)
        child.send(b"import os\r")
        child.quiet()
        client.execute("import os")
        client.reply()
        for number in range(KEYS):
            child.send(f"x{number} = os".encode())
            child.quiet(0.03)
            began = child.send(b".")
            lists.append(child.until(rb"\+\d+ more") - began)
            child.send(b"\x15")
            child.quiet(0.03)
            complete.append(client.complete(f"x{number} = os."))
        functions = [f"os.{name}" for name in ("chmod", "chown", "link", "mkdir", "open", "access", "rename", "stat")]
        for function in functions * 5:
            child.send(function.encode())
            child.quiet(0.03)
            began = child.send(b"(")
            signatures.append(child.until(rb"\((?:path|src|fd)") - began)
            child.send(b"\x15")
            child.quiet(0.03)
            content = {"code": f"{function}(", "cursor_pos": len(function) + 1, "detail_level": 0}
            inspect.append(client.ask("inspect_request", content))
            child.send(b"0\r")  # whatever was remembered is no longer good
            child.quiet(0.03)
    show("a new list after the key", lists, complete, "bare complete_request")
    show("a new signature after the key", signatures, inspect, "bare inspect_request")


def arrival() -> None:
    """From the arrival of an answer to its frame."""
    times, references = [], []
    with answering() as (kernel, file), bipy("--existing", file) as child:
        child.until(rb" idle ")
        child.quiet()
        for number in range(KEYS):
            child.send(f"x{number} = os.".encode())
            kernel.asked.wait()
            child.quiet(0.05)
            kernel.answer_now()
            times.append(child.until(rb"\+\d+ more") - kernel.sent)
            references.append(kernel.parsed)
            child.send(b"\x15")
            child.quiet(0.03)
    show("a new list after the kernel's answer", times, references, "reading its JSON")


def slow() -> None:
    """A key, and an Enter, while the kernel's completer is silent, slow, or says too much."""
    silent, verbose, echo = [], [], []
    with answering() as (kernel, file), bipy("--existing", file) as child:
        child.until(rb" idle ")
        child.quiet()
        kernel.silent, kernel.docs = True, "Signature: f(a, b)\nDocstring:\n" + "A word of it. " * 75_000
        for code, times in ((b"", echo), (b"value", silent), (b"f(1, ", verbose)):
            child.send(code)
            child.quiet()
            for _ in range(KEYS):
                began = child.send(b"1")
                times.append(child.frame() - began)
                child.quiet(0.02)
            child.send(b"\x15")
            child.quiet()
    show("a key while the completer is silent", silent, echo, "the echo with no box")
    show("a key in a call with 1 MB of docs", verbose, echo, "the echo with no box")
    enters, references = [], []
    with bipy() as child, bare() as client:
        ready(child)
        client.execute(SLOW_COMPLETER)
        client.reply()
        child.send(b"\x1b[200~" + SLOW_COMPLETER.replace("\n", "\r").encode() + b"\x1b[201~\x1b\r")
        child.quiet()
        for number in range(STARTS):
            began = child.send(b"abs(-%d)\r" % (1000 + number))
            enters.append(child.until(rb"Out\[\d+\]: %d" % (1000 + number)) - began)
            child.quiet(1)
            began = time.perf_counter()
            client.complete("a")
            client.execute(f"abs(-{number})")
            client.reply()
            references.append(time.perf_counter() - began)
    show("typing a call and Enter, completions take 0.5 s", enters, references, "bare: one of them, and the cell")


def narrow() -> None:
    """A key that narrows the list on show, beside the same key with nothing on show."""
    shown, bare_echo = [], []
    for arguments, times in (((), shown), (("--inspection", "off"), bare_echo)):
        with bipy(*arguments) as child:
            ready(child)
            child.send(b"import os\r")
            child.quiet()
            for _ in range(KEYS // 4):
                child.send(b"os.")
                child.quiet(0.08)
                for key in (b"p", b"a", b"t", b"h"):
                    began = child.send(key)
                    times.append(child.frame() - began)
                    child.quiet(0.03)
                child.send(b"\x15")
                child.quiet(0.03)
    show("a key that narrows the list", shown, bare_echo, "the echo with no box")


def busy() -> None:
    """A new list while a cell runs, in a sleep and in a Python loop."""
    for what, code in (("sleep", "import time, os; time.sleep(600)"), ("loop", "import os\nwhile True: pass")):
        times, references = [], []
        with bipy() as child, bare() as client:
            ready(child)
            client.execute("6*7")
            client.reply()
            child.send(b"\x1b[200~" + code.replace("\n", "\r").encode() + b"\x1b[201~\x1b\r")
            child.until(b"busy")
            client.execute(code)
            for number in range(KEYS // 2):
                child.send(f"x{number} = os".encode())
                child.quiet(0.05)
                began = child.send(b".")
                times.append(child.until(rb"\+\d+ more") - began)
                child.send(b"\x15")
                child.quiet(0.05)
                references.append(client.complete(f"x{number} = os.", control=True))
        show(f"a new list while a cell runs ({what})", times, references, "bare complete_request on control")


def many() -> None:
    """A list of ten thousand matches, and a key that narrows it."""
    names = "globals().update({f'name_{i}': i for i in range(10_000)})"
    lists, keys, echo, references = [], [], [], []
    with bipy("--jedi") as child, bare(jedi=True) as client:
        ready(child)
        child.send(names.encode() + b"\r")
        child.quiet(1)
        for code in ("6*7", names):
            client.execute(code)
            client.reply()
        client.complete("name_")
        for number in range(5):
            # A paste asks nothing, so that Tab asks the one question that is timed.
            child.send(f"\x1b[200~x{number} = name_\x1b[201~".encode())
            child.quiet()
            began = child.send(b"\t")
            lists.append(child.until(rb"\+\d+ more") - began)
            child.quiet()
            began = child.send(b"7")
            keys.append(child.frame() - began)
            child.send(b"\x15")
            child.quiet(2)
            began = child.send(b"7")
            echo.append(child.frame() - began)
            child.send(b"\x15")
            child.quiet()
            references.append(client.complete(f"x{number} = name_"))
    show("a new list of 10,000 matches", lists, references, "bare complete_request, with jedi")
    show("a key that narrows 10,000 matches", keys, echo, "the echo with no box")


def output() -> None:
    """Twenty thousand printed lines."""
    code = f"for i in range({LINES}): print(i)"
    times, references = [], []
    for _ in range(3):
        with bipy() as child, bare() as client:
            ready(child)
            began = child.send(code.encode() + b"\r\r")
            times.append(child.until(rb"(?s)19999.* idle ") - began)
            client.execute("6*7")
            client.reply()
            began = time.perf_counter()
            client.until_idle(client.execute(code))
            references.append(time.perf_counter() - began)
    show(f"{LINES} printed lines", times, references, "bare SUB socket draining them")


def cell() -> None:
    """A paste of a thousand lines, and a key in it."""
    pastes, keys, short, references = [], [], [], []
    with plain() as child:
        child.quiet()
        began = child.send(b"\x1b[200~" + CELL.replace("\n", "\r").encode() + b"\x1b[201~")
        references.append(child.until(rb"value_999") - began)
    with bipy() as child:
        ready(child)
        for _ in range(3):
            began = child.send(b"\x1b[200~" + CELL.replace("\n", "\r").encode() + b"\x1b[201~")
            pastes.append(child.until(rb"value_999") - began)
            child.quiet(0.1)
            for _ in range(20):
                began = child.send(b" ")
                keys.append(child.frame() - began)
                child.quiet(0.02)
            child.send(b"\x03")
            child.quiet(0.1)
        for _ in range(KEYS):
            began = child.send(b" ")
            short.append(child.frame() - began)
            child.quiet(0.02)
    show("paste of 1,000 lines", pastes, references, PLAIN)
    show("key to frame in a cell of 1,000 lines", keys, short, "the same in an empty cell")


def idle() -> None:
    """The processor time of doing nothing, and how often it wakes, with a terminal and without; memory."""
    with bipy() as child:
        ready(child)
        host, front = child.host, child.pid
        _idle("idle", host, lambda: child.quiet(10))
        print(f"{'resident: host, front':<44}{resident(host):>9.1f} MB  {resident(front):.1f} MB", flush=True)
        child.send(b"\x18d")
        child.until(b"--resume")
        _idle("idle without a terminal", host, lambda: time.sleep(10))
        with resumed(child.home, (120, 40)) as again:
            again.until(rb"In \[2\]")
            again.send(b"\x1c")


def _idle(name: str, pid: int, wait: Callable[[], None]) -> None:
    before, waked, began = cpu(pid), wakes(pid), time.perf_counter()
    wait()
    seconds = time.perf_counter() - began
    share, rate = (cpu(pid) - before) / seconds, (wakes(pid) - waked) / seconds
    print(f"{name:<44}{share * 100:>9.2f} % processor time, {rate:.1f} wakes a second", flush=True)


def resume() -> None:
    """A session brought to another terminal: from the exec of `bipy --resume` to a whole frame."""
    times, interpreters, before = [], [], 0
    with bipy() as child:
        ready(child)
        host = child.host
        child.send(b"\x18d")
        child.until(b"--resume")
        for number in range(RESUMES):
            interpreters.append(nothing())
            with resumed(child.home, (80 + number % 3 * 20, 24 + number % 3 * 8)) as again:
                times.append(again.until(rb"F1 keys") - again.began)
                before = before or descriptors(host)
                again.quiet(0.05)
                if number == RESUMES - 1:
                    print(f"{f'descriptors, 1 resume and {RESUMES}':<44}{before:>9} {descriptors(host)}", flush=True)
                    again.send(b"\x1c")
                else:
                    again.send(b"\x18d")
    show("resume to a whole frame", times, interpreters, BARE)


ALL: dict[str, Callable[[], None]] = {
    "start": start,
    "key": key,
    "popup": popup,
    "arrival": arrival,
    "showing": showing,
    "slow": slow,
    "narrow": narrow,
    "busy": busy,
    "many": many,
    "output": output,
    "volume": volume,
    "cell": cell,
    "history": history,
    "lengths": lengths,
    "idle": idle,
    "resume": resume,
}


def main() -> int:
    names = sys.argv[1:] or list(ALL)
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(ALL)}.", file=sys.stderr)
        return 2
    for name in names:
        ALL[name]()
    return 0


sys.exit(main())

"""Record what real kernels say of things.

    python -m tests.recordings.record_inspect KERNELSPEC [--label L] [--argument A]...

The kernel is started by jupyter_client (which ipykernel brings along), runs the setup of its language, and is asked to
inspect the names below.  What it says of them replaces what tests/recordings/inspect.json held of the same kernel: the
implementation and its version, then the label.  Paths of this machine become /env, addresses 0x7f00deadbeef.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from jupyter_client.manager import start_new_kernel

OUTPUT = Path(__file__).parent / "inspect.json"
LONGEST = 4_000

PYTHON = '''
import os, json, functools, collections, enum, dataclasses
def f(a, b=2, *args, kw=None, **k) -> str:
    """Doc of f.

    More.
    """
    return a
def annotated(path: "str | os.PathLike[str]", mode: 'Literal["r", "w", "a, b"]' = "r", *,
    encoding: str | None = None, callback: 'Callable[[int, str], dict[str, list[int]]]' = (lambda x, y=(1, 2): x),
    sep: str = ", ", sentinel=object(), options: dict = {"a": [1, 2], "b": (3, 4)}) -> 'dict[str, list[int]]':
    """Everything that a signature can hold."""
def positional(a, b, /, c, d=1, *, e, f=2): pass
def titled():
    """Line.

Type: this is not a field.
File: nor is this.
    """
def nothing(): pass
async def later(x, y=1):
    """Comes later."""
class C:
    """Class doc."""
    def __init__(self, x, y=1):
        """init doc"""
    def method(self, first, second=None):
        """Method doc."""
    @property
    def prop(self):
        """Property doc."""
    @classmethod
    def make(cls, z): pass
class Callable(C):
    def __call__(self, z, w=0):
        """Call doc."""
class Color(enum.Enum):
    RED = 1
@dataclasses.dataclass
class Point:
    x: int = 0
    y: float = dataclasses.field(default=1.0)
Pair = collections.namedtuple("Pair", "left right")
part = functools.partial(f, 1, kw=3)
c = C(1); called = Callable(1); d = {"one": 1}; n = 6; text = "line\\nline"; color = Color.RED
'''

SETUPS = {
    "python": (
        PYTHON,
        "f annotated positional titled nothing later C C.method c.method c.prop C.make called c Color Point Pair part "
        "d n text json len print range dict int zip max str.join str.split os.path.join os.environ.get open type super "
        "%timeit %cd %%bash %run json.dumps functools.wraps",
    ),
    "R": ("sq <- function(x, n = 2, ...) x^n", "sq mean paste lm c"),
    "scheme": ('(define (sq x) "Squares." (* x x))', "sq car map"),
}
WITH_SOURCE = ("f", "C", "%cd", "open")


def ask(client: Any, msg_type: str, **content: Any) -> dict[str, Any]:
    """Send a request and wait for its reply."""
    message = client.session.msg(msg_type, content)
    client.shell_channel.send(message)
    while True:
        reply = client.get_shell_msg(timeout=30)
        if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
            found: dict[str, Any] = reply["content"]
            return found


def clean(text: str) -> str:
    """The text without what differs from machine to machine."""
    for path in (sys.prefix, sys.base_prefix, str(Path.cwd()), str(Path.home()), "/usr/lib/R"):
        text = text.replace(path, "/env")
    text = re.sub(r"~/[\w./-]*?(?=/lib/)", "/env", text)
    text = re.sub(r"/tmp/[\w/.]*?\d+\.py", "/env/cell.py", text)
    return re.sub(r"0x[0-9a-f]{6,}", "0x7f00deadbeef", text)[:LONGEST]


def record(kernelspec: str, label: str, arguments: list[str]) -> list[dict[str, Any]]:
    """What one kernel says."""
    manager, client = start_new_kernel(kernel_name=kernelspec, extra_arguments=arguments)
    entries = []
    try:
        info = ask(client, "kernel_info_request")
        kernel = f"{info['implementation']} {info['implementation_version']} {label}".strip()
        setup, names = SETUPS[info["language_info"]["name"]]
        six = {"silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
        ask(client, "execute_request", code=setup, stop_on_error=False, **six)
        for name in names.split():
            for detail_level in (0, 1) if name in WITH_SOURCE else (0,):
                reply = ask(client, "inspect_request", code=name, cursor_pos=len(name), detail_level=detail_level)
                text = (reply.get("data") or {}).get("text/plain")
                if isinstance(text, str):
                    entry = {"kernel": kernel, "name": name, "detail_level": detail_level, "text": clean(text)}
                    entries.append(entry)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return entries


def main() -> None:
    """Record the kernels named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kernelspec")
    parser.add_argument("--label", default="", help="goes behind the kernel's name and version")
    parser.add_argument("--argument", action="append", default=[], help="for the kernel")
    options = parser.parse_args()
    new = record(options.kernelspec, options.label, options.argument)
    kernels = {entry["kernel"] for entry in new}
    entries = [entry for entry in json.loads(OUTPUT.read_text()) if entry["kernel"] not in kernels]
    OUTPUT.write_text(json.dumps(entries + new, indent=0, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()

"""Screens as text that a person can read in a diff.

A snapshot has a head with the size and the cursor, the text between edges, the attributes with one letter a column, and
a legend of the letters used.  A role has the same letter in the whole suite; colours that a kernel chose get digits in
the order in which they appear.
"""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Protocol

import urwid

from bipy.placement import Placement

Canvas = urwid.Canvas

FOLDER = Path(__file__).parent / "snapshots"

LETTERS = {
    None: ".",
    "text": "t",
    "dim": "~",
    "banner": "B",
    "note": "-",
    "prompt": ">",
    "prompt.in": "i",
    "prompt.out": "o",
    "prompt.foreign": "f",
    "prompt.waiting": "w",
    "prompt.stdin": "?",
    "code": "c",
    "code.keyword": "k",
    "code.builtin": "b",
    "code.function": "F",
    "code.class": "C",
    "code.decorator": "@",
    "code.string": "s",
    "code.number": "n",
    "code.operator": "+",
    "code.comment": "#",
    "code.magic": "%",
    "code.error": "!",
    "code.bracket": "(",
    "code.mismatch": ")",
    "output": "u",
    "output.stderr": "e",
    "output.error": "E",
    "output.more": "m",
    "table.head": "W",
    "table.index": "V",
    "table.rule": "U",
    "table.missing": "z",
    "ghost": "q",
    "selection": "9",
    "widget": "L",
    "widget.bar": "G",
    "widget.rest": "r",
    "widget.failed": "R",
    "box": "x",
    "box.border": "X",
    "box.match": "y",
    "box.match.typed": "Y",
    "box.match.local": "l",
    "box.match.selected": "S",
    "box.type": "T",
    "box.type.function": "&",
    "box.type.class": "$",
    "box.type.module": "M",
    "box.type.instance": "v",
    "box.type.keyword": "K",
    "box.type.parameter": "p",
    "box.type.magic": "g",
    "box.type.path": "/",
    "box.signature": "N",
    "box.signature.name": "a",
    "box.argument": "A",
    "box.docs": "d",
    "box.docs.heading": "D",
    "box.docs.code": "`",
    "box.note": "_",
    "status": "=",
    "status.starting": "*",
    "status.idle": "I",
    "status.busy": "Z",
    "status.dead": "Q",
    "status.hint": "h",
    "transcript.focus": "!",
    "pager": "P",
    "pager.title": "O",
    "pager.heading": "H",
    "pager.code": "J",
    "pager.found": "^",
    "help.key": "j",
}


class Check(Protocol):
    """The snapshot fixture."""

    def __call__(self, shown: Canvas | str, name: str) -> None: ...


def path(name: str) -> Path:
    """The file of the snapshot `name`."""
    return FOLDER / f"{name}.txt"


def names() -> Iterator[str]:
    """All snapshots there are."""
    for file in FOLDER.rglob("*.txt"):
        yield str(file.relative_to(FOLDER).with_suffix(""))


def draw(canvas: Canvas) -> str:
    """The text form of `canvas`."""
    extra: dict[Hashable, str] = {}
    used: dict[str, str] = {}
    text_rows, attribute_rows = [], []
    for runs in canvas.content():
        text_row = attribute_row = ""
        for attribute, _, piece in runs:
            text = piece.decode()
            letter = LETTERS.get(attribute) or extra.setdefault(attribute, str(len(extra) % 10))
            used[letter] = _legend(attribute)
            text_row += text
            attribute_row += letter * urwid.calc_width(text, 0, len(text))
        text_rows.append(f"|{text_row}|")
        attribute_rows.append(f"|{attribute_row}|")
    cursor = canvas.cursor
    where = f"cursor {cursor[0]},{cursor[1]}" if cursor else "no cursor"
    head = f"size {canvas.cols()}x{canvas.rows()}  {where}"
    legend = [f"{letter} {meaning}" for letter, meaning in sorted(used.items()) if letter != "."]
    return "\n".join([head, *text_rows, "", *attribute_rows, "", *legend]) + "\n"


def check(shown: Canvas | str, name: str, *, update: bool) -> None:
    """Compare a canvas, or a text about one, with the snapshot `name`, or write it."""
    drawn = shown if isinstance(shown, str) else draw(shown)
    file = path(name)
    if update:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(drawn)
        return
    assert file.exists(), f"there is no snapshot {name}: look at the screen, then run with --update-snapshots\n{drawn}"
    kept = file.read_text()
    if kept != drawn:
        diff = "\n".join(difflib.unified_diff(kept.splitlines(), drawn.splitlines(), name, "now", lineterm="", n=40))
        raise AssertionError(f"the screen is not the one of snapshot {name}\n{diff}")


def _legend(attribute: Hashable) -> str:
    if isinstance(attribute, urwid.AttrSpec):
        return f"fg {attribute.foreground!r} bg {attribute.background!r}"
    if isinstance(attribute, Placement):
        return f"picture of {attribute.columns} columns and {attribute.rows} rows"
    return str(attribute)

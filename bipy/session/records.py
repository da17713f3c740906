"""What the history knows of an entry, how it is written as a line, and how the lines of many sessions become one list.

A line is a JSON object with one-letter keys.  Lines that are none, such as one that a killed process has not finished,
are passed over: no line can spoil another.  Of several records of one code the newest counts.

What was forgotten has a record too, that names it by a digest and not by its text: so it stays forgotten where a kernel
or an imported file has it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256

from bipy.value import Value

LONGEST = 100_000
MOST = 100_000

DONE, NEVER_RUN, ERASED = "done", "", "erased"

DEBUGGING = "pdb"
"""The language of what was entered at the prompt of a debugger: a history of its own."""


class Record(Value):
    """An entry.

    `at` is when it was written, in seconds since 1970, 0.0 if that is not known; `seconds` how long it ran.  `end` is
    "done", the name of an error, another end in a word, or "" for what has not run, or not ended.  `by` says which
    other client of the kernel ran it, "" for what was entered here.
    """

    code: str
    at: float = 0.0
    language: str = ""
    kernel: str = ""
    folder: str = ""
    seconds: float = 0.0
    end: str = NEVER_RUN
    by: str = ""

    @property
    def failed(self) -> bool:
        """Whether it ran, and did not end well."""
        return self.end not in (DONE, NEVER_RUN)


FIELDS = {"c": "code", "t": "at", "l": "language", "k": "kernel", "d": "folder", "s": "seconds", "e": "end"}


def digest(code: str) -> str:
    """The name of a code that was forgotten."""
    return sha256(code.encode(errors="surrogatepass")).hexdigest()


def is_kept(code: str) -> bool:
    """Whether an entry is kept: not if it begins with a space, is blank, or overlong."""
    return bool(code.strip()) and not code.startswith(" ") and len(code) <= LONGEST


def encode(record: Record) -> str:
    """A record as a line, with its end; what is not known is left out."""
    empty = Record("")
    told = {key: getattr(record, name) for key, name in FIELDS.items()}
    return json.dumps({key: value for key, value in told.items() if value != getattr(empty, FIELDS[key])}) + "\n"


def decode(line: str) -> Record | None:
    """The record in a line; None if there is none."""
    try:
        told = json.loads(line)
    except ValueError:
        return None
    if not isinstance(told, dict) or not isinstance(told.get("c"), str) or not told["c"].strip():
        return None
    empty = Record("")
    values = {name: told[key] for key, name in FIELDS.items() if key in told}
    fits = all(
        isinstance(value, int | float) and not isinstance(value, bool)
        if isinstance(getattr(empty, name), float)
        else isinstance(value, str)
        for name, value in values.items()
    )
    return Record(**values) if fits else None


def merged(records: Iterable[Record], most: int = MOST) -> list[Record]:
    """The newest record of each code, from the newest on, without those that were forgotten later.

    A command of a debugger and a cell that read alike are two.
    """
    newest: dict[tuple[str, bool], Record] = {}
    for record in records:
        key = record.code, record.language == DEBUGGING
        known = newest.get(key)
        if known is None or known.at <= record.at:
            newest[key] = record
    erased = {record.code: record.at for record in newest.values() if record.end == ERASED}
    if erased:
        told = [(key, record) for key, record in newest.items() if record.end != ERASED]
        gone = [key for key, record in told if record.at <= erased.get(digest(record.code), -1.0)]
        for key in gone:
            del newest[key]
    return sorted(newest.values(), key=lambda record: record.at, reverse=True)[:most]

"""`bipy history import`: takes the history of another program over, as entries of a session of the past.

Three forms of file are known by what stands in them: IPython's database, the blocks of lines that prompt_toolkit writes
for ptpython, and bipy's own lines.  Any other file has an entry a line, as those of Python's and other readlines have.
Nothing is asked of the other program, and its file is only read.  What has been taken over once is not doubled by a
second time: of one code the newest entry counts.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from bipy import chronicle
from bipy.session.records import ERASED, Record, decode, is_kept

IPYTHON, PTPYTHON = "ipython", "ptpython"
_DATABASE = b"SQLite format 3\x00"
# Entries of one time keep their order by so many seconds.
_APART = 0.001


class CannotImportError(Exception):
    """Nothing can be taken over; the message says why, and what to do."""


def take_over(source: str) -> str:
    """Take over what `source` has: "ipython", "ptpython" or a file; what was done, in a sentence."""
    file = _file(source)
    try:
        records = [record for record in _read(file) if is_kept(record.code)]
    except OSError as error:
        raise CannotImportError(f"{file} could not be read: {error.strerror}.") from None
    if not records:
        raise CannotImportError(f"{file} has no entries that could be taken over.")
    try:
        chronicle.write(records)
    except OSError as error:
        raise CannotImportError(f"{chronicle.folder()} could not be written: {error.strerror}.") from None
    count = len({record.code for record in records})
    taken = "An entry was" if count == 1 else f"{count:,} entries were"
    return f"{taken} taken from {file}. A session that starts now finds them with Ctrl-R."


def _file(source: str) -> Path:
    """The file that is meant; those of programs are looked for where these have them."""
    home, data = Path.home(), os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    ipython = Path(os.environ.get("IPYTHONDIR") or home / ".ipython").expanduser()
    places = {
        IPYTHON: [ipython / "profile_default" / "history.sqlite"],
        PTPYTHON: [
            Path(data).expanduser() / "ptpython" / "history",
            home / ".config" / "ptpython" / "history",
            home / ".ptpython" / "history",
        ],
    }.get(source, [Path(source).expanduser()])
    found = next((place for place in places if place.exists()), None)
    if found is None:
        tried = " or ".join(map(str, places))
        raise CannotImportError(f"There is no {tried}. To import another file: bipy history import FILE")
    return found


def _read(file: Path) -> Iterator[Record]:
    with open(file, "rb") as opened:
        begin = opened.read(len(_DATABASE))
    if begin == _DATABASE:
        return iter(_database(file))
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    told = next((line for line in lines if line.strip()), "")
    form: Callable[[list[str], float], Iterator[Record]] = _lines
    if told.startswith("{") and decode(told) is not None:
        form = _own
    elif any(line.startswith("+") for line in lines) and all(line[:1] in ("", "#", "+") for line in lines):
        form = _blocks
    return form(lines, os.stat(file).st_mtime)


def _database(file: Path) -> list[Record]:
    """What IPython has kept; it knows when each of its sessions began."""
    try:
        import sqlite3
    except ImportError:
        raise CannotImportError("This Python has no sqlite3, without which IPython's history can't be read.") from None
    query = (
        "SELECT history.line, history.source_raw, sessions.start FROM history "
        "LEFT JOIN sessions ON sessions.session = history.session ORDER BY history.session, history.line"
    )
    try:
        connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
        try:
            rows = connection.execute(query).fetchall()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise CannotImportError(f"{file} is no history of IPython that can be read: {error}.") from None
    return [
        Record(code, _time(start) + line * _APART, "python")
        for line, code, start in rows
        if isinstance(code, str) and isinstance(line, int)
    ]


def _time(text: object) -> float:
    """A date as seconds since 1970; 0.0 if it is none."""
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


def _blocks(lines: list[str], written: float) -> Iterator[Record]:
    """prompt_toolkit's form: "# " and a date, then the lines of the entry, each behind a "+"."""
    at, code = 0.0, list[str]()
    for line in [*lines, ""]:
        if line.startswith("+"):
            code.append(line[1:])
            continue
        if code:
            yield Record("\n".join(code), at, "python")
            code = []
        if line.startswith("#"):
            at = min(_time(line[1:].strip()) or at + _APART, written)


def _own(lines: list[str], written: float) -> Iterator[Record]:  # noqa: ARG001 - a form like the others
    """The lines of bipy itself, such as those of another machine."""
    return (record for record in map(decode, lines) if record is not None and record.end != ERASED)


def _lines(lines: list[str], written: float) -> Iterator[Record]:
    """An entry a line; nothing says when each was entered, but the last ones before the file was written."""
    return (Record(line, written - (len(lines) - number) * _APART, "python") for number, line in enumerate(lines))

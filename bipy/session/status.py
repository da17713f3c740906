"""What a session does, in a few words, as it is seen from outside: by `bipy ps`, and by the next start.

A `Status` is made when it is asked for; what it needs at any time is one word, the `Doing`, and since when it holds.
Text of a kernel is made safe here: no control sequence, no control character, one line, of a bounded length.  Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from bipy.session.transcript import Bundle, Cell, Failure, Output, Text
from bipy.value import Value

LONGEST_LINE = 200
# Of a text so much is looked at for its last line.
_LOOKED_AT = 10_000
_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI
    r"|(?:\x1b[]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*"  # control strings, OSC among them
    r"|\x1b[ -/]*.?"
)


class Doing(StrEnum):
    """What a session does; the values are words for people."""

    STARTING = "starting"
    CONNECTING = "connecting"
    RESTARTING = "restarting"
    IDLE = "idle"
    RUNNING = "runs a cell"
    BUSY = "its kernel runs another client's cell"
    WAITING = "waits for input()"
    DEAD = "its kernel is dead"


# From so many seconds on the time is told; 1 where nothing is said.
_TOLD_FROM = {Doing.IDLE: 60, Doing.DEAD: 60}


class Status(Value):
    """A session at one moment.

    `doing` holds for so many `seconds`; while the session is idle these begin anew with each output.  `queued` cells
    wait.  `lines` of output have come since the terminal went, 0 while there is one; `last_line` is the last line of
    all output, made safe.
    """

    doing: Doing
    seconds: float
    queued: int
    lines: int
    last_line: str

    @property
    def state(self) -> str:
        """In words, with the time that it lasts: "runs a cell for 4 min", "its kernel is dead, for 2 h"."""
        if self.seconds < _TOLD_FROM.get(self.doing, 1):
            return str(self.doing)
        return f"{self.doing}{',' if self.doing is Doing.DEAD else ''} for {lasted(self.seconds)}"


def lasted(seconds: float) -> str:
    """How long it took, in plain words: "12 s", "4 min", "3 h 20 min", "2 d 3 h"."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes = whole // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def safe(text: str) -> str:
    """Text from outside as one line of printable characters, cut to LONGEST_LINE."""
    words = "".join(c if c.isprintable() else " " for c in _SEQUENCE.sub("", text[: 10 * LONGEST_LINE]))
    line = words.strip()
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}\u2026"


def last_line(cells: Iterable[Cell]) -> str:
    """The last line that was printed, made safe; `cells` from the last to the first."""
    for cell in cells:
        for output in reversed(cell.outputs):
            for line in reversed(_text(output, _LOOKED_AT).splitlines()):
                # A progress bar writes its line again and again.
                for piece in reversed(line.split("\r")):
                    if found := safe(piece):
                        return found
    return ""


def count_lines(outputs: Iterable[Output]) -> int:
    """The lines of these outputs."""
    return sum(
        output.count_lines() if isinstance(output, Text) else _text(output).count("\n") + 1 for output in outputs
    )


def _text(output: Output, most: int | None = None) -> str:
    """The text of an output; its last `most` characters if that says so much."""
    if isinstance(output, Failure):
        text = "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
    elif isinstance(output, Bundle):
        plain = output.data.get("text/plain", "")
        text = "".join(plain) if isinstance(plain, list) else str(plain)
    else:
        text = _end(output.parts, most)
    return text if most is None else text[-most:]


def _end(parts: list[str], most: int | None) -> str:
    """The last parts, as many as have `most` characters."""
    begin, length = len(parts), 0
    while begin and (most is None or length < most):
        begin -= 1
        length += len(parts[begin])
    return "".join(parts[begin:])

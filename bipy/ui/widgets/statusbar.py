"""The last row of the screen: the state of the kernel, which kernel it is, and a hint or message.

A frozen value, `StatusLine`, holds all of that; the widget draws it into one row.  If the row is too narrow, the least
important part is left out first: the connection file, then the kernel, then the hint or message.  The state always
stays.  No kernel and no clock is known here.
"""

from __future__ import annotations

import re

import urwid

from bipy.ui.text import rows
from bipy.value import Value

# A hint is left out if fewer columns are left for it.
_SHORTEST_HINT = 8

_STATE_ROLES: dict[str, str] = {
    "starting": "status.starting",
    "connecting": "status.starting",
    "restarting": "status.starting",
    "idle": "status.idle",
    "busy": "status.busy",
    "dead": "status.dead",
}


class StatusLine(Value):
    """The content of the status bar.

    `kernel_state` is the word of a `lifecycle.Phase`, `busy_for` a number of seconds, `connection_file` a base name,
    and `queued` the number of cells that wait for the running one.  `hint` stays as long as it is true.  `message`
    takes its place for a while.  `mode` is that of the keys, where there are several.
    """

    kernel_state: str = "starting"
    busy_for: int = 0
    kernel: str = ""
    language: str = ""
    connection_file: str = ""
    attached: bool = False
    queued: int = 0
    hint: str = ""
    message: str = ""
    mode: str = ""


def duration(seconds: float) -> str:
    """`seconds` as text: "4 s", "1:05", "2:00:09"."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def status_row(line: StatusLine, columns: int) -> rows.Row:
    """`line` as a row of exactly `columns`."""
    state = _state(line, columns)
    mode: rows.Row = (("status.hint", f" {line.mode} "),) if line.mode else ()
    if rows.row_width((*state, *mode)) <= columns:
        state = (*state, *mode)
    room = columns - rows.row_width(state)
    hint = rows.shorten((("status.hint", rows.printable(line.message or line.hint)),), max(0, room - 2))
    if rows.row_width(hint) < min(_SHORTEST_HINT, rows.width(line.message or line.hint)):
        hint = ()
    room -= rows.row_width(hint) + 2 * bool(hint)
    details: rows.Row = ()
    for forms in (_kernel(line), _connection(line)):
        parts = [f" {rows.printable(form)} " for form in forms if form]
        fitting = next((part for part in parts if rows.width(part) <= room), "")
        if parts and not fitting:
            break
        details += (("status", fitting),)
        room -= rows.width(fitting)
    end: rows.Row = (*hint, ("status", " ")) if hint else ()
    return (*state, *details, ("status", " " * (room + bool(hint))), *end)


def _state(line: StatusLine, columns: int) -> rows.Row:
    """The state and the number of waiting cells, in the longest form that fits."""
    role = _STATE_ROLES[line.kernel_state]
    state = line.kernel_state
    timed = f"{state} {duration(line.busy_for)}" if state == "busy" and line.busy_for >= 1 else state
    queued = (("status.hint", f" {line.queued} queued "),) if line.queued else ()
    forms: list[rows.Row] = [
        ((role, f" {timed} "), *queued),
        ((role, f" {timed} "),),
        ((role, timed),),
        ((role, state),),
    ]
    return next((form for form in forms if rows.row_width(form) <= columns), rows.shorten(forms[-1], columns))


def _kernel(line: StatusLine) -> list[str]:
    """Texts for the kernel and its language, the longest first."""
    # The language must be a word of its own: "ipython" does not tell which Python it is.
    language = line.language.partition(" ")[0].lower()
    if not language or language in re.split(r"[^a-z0-9+#]+", line.kernel.lower()):
        return [line.kernel]
    return [f"{line.kernel}, {line.language}", line.kernel] if line.kernel else [line.language]


def _connection(line: StatusLine) -> list[str]:
    """Texts for the connection file and whether the kernel was attached to, the longest first."""
    return [f"{line.connection_file} attached".strip(), "attached"] if line.attached else [line.connection_file]


class StatusBar(urwid.Widget):
    """The status bar as a box widget: its first row is used, any others stay empty."""

    _sizing = frozenset([urwid.BOX])
    _selectable = False

    def __init__(self, line: StatusLine | None = None) -> None:
        super().__init__()
        self._line = line or StatusLine()

    @property
    def line(self) -> StatusLine:
        """The content."""
        return self._line

    @line.setter
    def line(self, line: StatusLine) -> None:
        if line != self._line:
            self._line = line
            self._invalidate()

    def render(self, size: tuple[int, int], focus: bool = False) -> urwid.Canvas:  # type: ignore[override]  # noqa: ARG002
        """Draw the line."""
        columns, height = size
        empty: list[rows.Row] = [()] * (height - 1)
        return rows.canvas([status_row(self._line, columns), *empty], columns, fill="status")

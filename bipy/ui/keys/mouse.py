"""What the mouse does: the wheel scrolls, a click goes to a place, a drag selects and copies.

urwid's mouse events are tuples of the kind, the button, the column and the row.  No key is known here, and the places
of things on the screen are `Window.part_at`'s.  While the mouse is bipy's, the terminal's own selection needs Shift.
"""

from __future__ import annotations

from collections.abc import Callable

from bipy.session import effects, events
from bipy.ui.interface import Interface
from bipy.ui.widgets.window import Part

# urwid's numbers of the buttons, of which a turn of the wheel is one too, and the rows that a turn scrolls.
LEFT, WHEEL_UP, WHEEL_DOWN = 1, 4, 5
WHEEL_ROWS = 3
SHIFT = "Copied. With Shift the terminal selects; Ctrl-X m leaves it the mouse"


class Mouse:
    """The mouse on `interface`; `copy_input` copies what is selected in the cell, `copy_marked` the marked lines."""

    def __init__(
        self, interface: Interface, copy_input: Callable[[], object], copy_marked: Callable[[], object]
    ) -> None:
        self._interface = interface
        self._window = interface.window
        self._copy: dict[Part, Callable[[], object]] = {"input": copy_input, "transcript": copy_marked}
        # Where the button went down, and whether it has been moved since.
        self._held: Part | None = None
        self._dragged = False
        self._told = False

    def press(self, event: tuple[object, ...]) -> bool:
        """Do what an event asks for; False if that is nothing."""
        kind, button, column, row = event
        if not (isinstance(column, int) and isinstance(row, int)):
            return False
        done = False
        if kind == "mouse press" and button in (WHEEL_UP, WHEEL_DOWN):
            self._turn(-WHEEL_ROWS if button == WHEEL_UP else WHEEL_ROWS)
            done = True
        elif kind == "mouse press" and button == LEFT:
            done = self._click(column, row)
        elif kind == "mouse drag" and self._held is not None:
            self._drag(self._held, column, row)
            done = True
        elif kind == "mouse release" and self._held is not None:
            done = self._release(self._held)
        if done:
            self._interface.restyle()
        return done

    def _turn(self, rows: int) -> None:
        """Scroll what lies on top."""
        window = self._window
        if window.chooser is not None:
            window.chooser.move(rows)
        elif window.table is not None:
            window.table.move(rows, 0)
        elif window.pager is not None:
            window.pager.scroll(rows)
        elif window.transcript.cursor is not None:
            window.reader.move(rows)
        else:
            window.transcript.scroll(rows, window.size[0])

    def _click(self, column: int, row: int) -> bool:
        """Take the match, or go to the character of the cell, the row of the session, the item of a list."""
        window = self._window
        if window.chooser is not None:
            return window.chooser.select_at(row)
        inside = window.in_box(column, row)
        if inside is not None:
            return self._take(*inside)
        found = window.part_at(column, row)
        self._held, self._dragged = (found[0] if found else None), False
        if found is None:
            return False
        if found[0] == "input":
            if window.transcript.cursor is not None:
                window.reader.leave(here=True)
            window.input.buffer.cursor = window.input.position(window.input_size, column, found[1])
            self._interface.edited()
            return True
        window.reader.unmark()
        return window.reader.begin_at(found[1])

    def _take(self, column: int, row: int) -> bool:
        """Take the match in a cell of the box, as the keys that choose and accept it would."""
        match = self._window.box.match_at(column, row)
        if match is None:
            return False
        self._interface.dispatch(events.MatchChosen(match.text))
        self._interface.dispatch(events.MenuAccepted())
        return True

    def _drag(self, held: Part, column: int, row: int) -> None:
        """Select from where the button went down to here; at the edge of the screen the session scrolls."""
        window = self._window
        self._dragged = True
        found = window.part_at(column, row)
        if held == "input":
            inside = found[1] if found is not None and found[0] == "input" else 0 if found else window.input_size[1]
            buffer = window.input.buffer
            there = window.input.position(window.input_size, column, inside)
            buffer.select(lambda *_: there)
            self._interface.edited()
        elif row <= 0:
            window.reader.mark(-1)
        elif found is not None and found[0] == "transcript":
            window.reader.mark_to(found[1])
        else:
            window.reader.mark(1)

    def _release(self, held: Part) -> bool:
        """Copy what was dragged over; it stays in the cell, and selected there."""
        self._held = None
        if not self._dragged:
            return False
        buffer = self._window.input.buffer
        ends = buffer.anchor, buffer.cursor
        self._copy[held]()
        if held == "input" and ends[0] is not None:
            buffer.select_span(ends[0], ends[1])
        if not self._told:
            self._told = True
            self._interface.perform(effects.Tell(SHIFT))
        return True

"""What the mouse does: the wheel scrolls what is under it, a click goes to a place, a drag selects and copies.

urwid's mouse events are tuples of the kind, the button, the column and the row.  No key is known here, and the places
of things on the screen are `Window.spot`'s.  While the mouse is bipy's, the terminal's own selection needs Shift.
"""

from __future__ import annotations

from bipy.session import effects, events
from bipy.ui.interface import Interface
from bipy.ui.keys.choosing import Choosing
from bipy.ui.keys.editing import Editing
from bipy.ui.keys.reading import Reading
from bipy.ui.widgets.taking import counted
from bipy.ui.widgets.window import Part, Spot

# urwid's numbers of the buttons, of which a turn of the wheel is one too: the rows that it scrolls, and the columns.
LEFT = 1
WHEEL = {4: (-3, 0), 5: (3, 0), 6: (0, -1), 7: (0, 1)}
SHIFT = "Copied. With Shift the terminal selects; Ctrl-X m leaves it the mouse"


class Mouse:
    """The mouse on `interface`; what it copies, opens and takes the keys' own actions do."""

    def __init__(self, interface: Interface, editing: Editing, reading: Reading, choosing: Choosing) -> None:
        self._interface = interface
        self._window = interface.window
        self._editing = editing
        self._reading = reading
        self._choosing = choosing
        self._clicks = {
            "input": self._go,
            "transcript": self._read,
            "box": self._take,
            "chooser": self._choose,
            "table": self._click_table,
            "pager": self._click_page,
        }
        # Where the button went down, and whether it has been moved since.
        self._held: Part | None = None
        self._dragged = False
        # What was clicked last: a second click does more with it.
        self._clicked: tuple[object, object] | None = None
        self._twice = False
        self._told = False

    def press(self, event: tuple[object, ...]) -> bool:
        """Do what an event asks for; False if that is nothing."""
        kind, button, column, row = event
        if not (isinstance(column, int) and isinstance(row, int)):
            return False
        spot = self._window.spot(column, row)
        done = False
        if kind == "mouse press" and button in WHEEL:
            done = self._turn(*WHEEL[button], spot)
        elif kind == "mouse press" and button == LEFT:
            done = self._click(spot)
        elif kind == "mouse drag" and self._held is not None:
            self._dragged = True
            self._drag(self._held, column, row, spot)
            done = True
        elif kind == "mouse release" and self._held is not None:
            held, self._held = self._held, None
            done = self._copy(held) if self._dragged else held == "transcript" and self._open()
        if done:
            self._interface.restyle()
        return done

    def _turn(self, rows: int, across: int, spot: Spot | None) -> bool:
        """Scroll what is under the pointer; the session has the rows that belong to nothing."""
        window = self._window
        part, row = ("", 0) if spot is None else (spot.part, spot.row)
        if window.table is not None and part == "table":
            window.table.move(0, across)
            window.table.scroll(rows)
        elif across or (spot is None and window.covered):
            return False
        elif window.chooser is not None and part == "chooser":
            window.chooser.scroll(rows, row)
        elif window.pager is not None and part == "pager":
            window.pager.scroll(rows)
        elif window.docs is not None and part == "docs":
            window.docs.scroll(rows)
        elif part == "box":
            window.box.scroll(rows, row)
        elif part == "input" and window.input.height(window.input_size[0]) > window.input_size[1]:
            window.input.buffer.move_rows(rows)
            self._interface.edited()
        elif window.transcript.cursor is not None:
            window.reader.scroll(rows)
        else:
            window.transcript.scroll(rows, window.size[0])
        return True

    # A click

    def _click(self, spot: Spot | None) -> bool:
        """Do what a click does where the pointer is."""
        self._held, self._dragged = None, False
        clicked, self._clicked = self._clicked, None
        if spot is None or spot.part not in self._clicks:
            return False
        done = self._clicks[spot.part](spot, clicked)
        if done and spot.part not in ("box", "chooser"):
            self._held = spot.part
        return done

    def _go(self, spot: Spot, _: object) -> bool:
        """Go to the character of the cell."""
        window = self._window
        if window.transcript.cursor is not None:
            window.reader.leave(here=True)
        window.input.buffer.cursor = window.input.position(window.input_size, spot.column, spot.row)
        self._interface.edited()
        return True

    def _read(self, spot: Spot, clicked: object) -> bool:
        """Read the row of the session."""
        self._window.reader.unmark()
        if not self._window.reader.begin_at(spot.row):
            return False
        place = self._window.reader.place()
        self._clicked = (place.cell, place.block) if place is not None else None
        self._twice = clicked is not None and clicked == self._clicked
        return True

    def _open(self) -> bool:
        """Show what the row says is not shown; a second click opens a table."""
        reader = self._window.reader
        if reader.on_fold:
            self._reading.turn_fold()
            return True
        return (self._twice or reader.on_rest) and self._reading.open_table()

    def _take(self, spot: Spot, _: object) -> bool:
        """Take the match in a cell of the box, as the keys that choose and accept it would."""
        match = self._window.box.match_at(spot.column, spot.row)
        if match is None:
            return False
        self._interface.dispatch(events.MatchChosen(match.text))
        self._interface.dispatch(events.MenuAccepted())
        return True

    def _choose(self, spot: Spot, clicked: object) -> bool:
        """Select the item of a list; a second click takes it."""
        chooser = self._window.chooser
        if chooser is None or not chooser.select_at(spot.row):
            return False
        self._clicked = chooser, chooser.selected
        if clicked == self._clicked:
            self._choosing.choose()
        return True

    def _click_table(self, spot: Spot, _: object) -> bool:
        """Go to the cell of the table, or do what a click on a name does."""
        return self._window.table is not None and self._window.table.click(spot.column, spot.row)

    def _click_page(self, spot: Spot, _: object) -> bool:
        """Begin to mark lines of the page there."""
        if self._window.pager is not None:
            self._window.pager.mark_from(spot.row)
        return True

    # A drag

    def _drag(self, held: Part, column: int, row: int, spot: Spot | None) -> None:
        """Select from where the button went down to here; at the edge of the screen what is selected scrolls."""
        window = self._window
        if held == "input":
            inside = spot.row if spot is not None and spot.part == "input" else 0 if spot else window.input_size[1]
            there = window.input.position(window.input_size, column, inside)
            window.input.buffer.select(lambda *_: there)
            self._interface.edited()
        elif held == "table" and window.table is not None:
            window.table.mark_to(row)
        elif held == "pager" and window.pager is not None:
            window.pager.mark_to(row)
        elif held != "transcript":
            return
        elif row <= 0:
            window.reader.mark(-1)
        elif spot is not None and spot.part == "transcript":
            window.reader.mark_to(spot.row)
        else:
            window.reader.mark(1)

    def _copy(self, held: Part) -> bool:
        """Copy what was dragged over; it stays in the cell, and selected there."""
        window = self._window
        if held == "input":
            buffer = window.input.buffer
            anchor, cursor = buffer.anchor, buffer.cursor
            self._editing.copy()
            if anchor is not None:
                buffer.select_span(anchor, cursor)
        elif held == "table" and window.table is not None:
            window.table.copy_table("tabs")
        elif held == "pager" and window.pager is not None:
            text = window.pager.marked
            self._interface.perform(effects.Copy(text, counted(text.count("\n") + 1)))
        elif held == "transcript":
            self._reading.copy()
        if not self._told:
            self._told = True
            self._interface.perform(effects.Tell(SHIFT))
        return True

"""The actions behind the keys of the transcript (`targets.ReadActions`).

Where the cursor goes is decided by `widgets.reading`; what is done with the cell and the output it stands on, here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bipy.session import effects, events
from bipy.session.cell_files import is_of_a_cell
from bipy.ui.interface import Interface
from bipy.ui.keys import keymap
from bipy.ui.widgets.table_pane import TablePane
from bipy.ui.widgets.table_rows import SentRows
from bipy.ui.widgets.taking import Taker

# What is told of an unbound key: these commands, each with a word for it.
TOLD = {
    "read-cell-before": "cells",
    "read-output-next": "outputs",
    "read-leave": "back to the cell",
    "help": "all keys",
}


class Reading:
    """The commands that work on the transcript of `interface`; targets.ReadActions says for each what it does."""

    def __init__(self, interface: Interface, bindings: Sequence[keymap.Binding] = keymap.KEYMAP) -> None:
        self._bindings = bindings
        self._interface = interface
        self._reader = interface.window.reader
        self._finder = interface.window.finder
        self._taker = Taker(self._reader)
        self._reader.unfold = lambda cell: interface.dispatch(events.FoldTurned(cell))

    def leave(self) -> None:
        if not self._reader.unmark():
            self._reader.leave()

    def leave_here(self) -> None:
        self._reader.leave(here=True)

    def move(self, rows: int) -> None:
        self._reader.move(rows)

    def move_pages(self, pages: float) -> None:
        self._reader.move_pages(pages)

    def move_to(self, edge: Literal["start", "end"]) -> None:
        self._reader.move_to(edge)

    def move_cells(self, step: int) -> None:
        self._reader.move_cells(step)

    def move_outputs(self, step: int) -> None:
        self._reader.move_outputs(step)

    def mark(self, rows: int) -> None:
        self._reader.mark(rows)

    def copy(self) -> None:
        self._copy(*self._taker.text())
        self._reader.unmark()

    def copy_cell(self) -> None:
        self._copy(*self._taker.cell_text())

    def _copy(self, text: str, what: str) -> None:
        if text:
            self._interface.perform(effects.Copy(text, what))
        else:
            self._tell("There is nothing to copy here")

    def take_code(self) -> None:
        if code := self._code("taken"):
            self._reader.leave()
            self._interface.perform(effects.SetInput(code))

    def run_again(self) -> None:
        if code := self._code("run"):
            self._reader.leave()
            self._interface.dispatch(events.Forced(code))

    def run_aborted(self) -> None:
        codes = self._taker.aborted()
        if not codes:
            self._tell("No cell of yours was aborted")
            return
        self._reader.leave()
        for code in codes:
            self._interface.dispatch(events.Forced(code))

    def _code(self, what: str) -> str:
        """The code of the cell at the cursor; "" with a word why, if it has none."""
        cell = self._reader.cell
        code = cell.code if cell is not None and cell.origin in ("own", "foreign") else ""
        if not code.strip():
            self._tell(f"No code can be {what} here: go to a cell with [ or ]")
        return code

    def show_picture(self) -> None:
        found = self._taker.picture()
        if found is None:
            self._tell("There is no picture here (PNG, JPEG or GIF)")
        else:
            self._interface.perform(effects.ShowPicture(*found))

    def next_representation(self) -> None:
        name = self._taker.next_representation()
        self._tell(f"Shown as {name}" if name else "This can be shown in one way only")

    def open(self) -> None:
        if not self.open_table():
            self.turn_fold()

    def open_table(self) -> bool:
        """Open the table at the cursor; whether there is one."""
        table = self._taker.table()
        if table is None:
            return False
        rows = SentRows(table)
        pane = TablePane(rows)
        pane.on_copy, pane.on_tell = self._copy, self._tell
        pane.on_program = lambda content: self._interface.perform(effects.ShowOutside(content, ".csv", "table"))
        self._interface.window.open_table(pane)
        if (output := self._taker.output) is not None:
            from bipy.ui.widgets.table_pages import follow

            self._let_go_on(pane)
            follow(pane, rows, output, lambda question: self._interface.dispatch(events.TableAsked(question)))
        return True

    def _let_go_on(self, pane: TablePane) -> None:
        """What a pane still wants to know is not asked once it is closed."""
        close = pane.on_close

        def closed() -> None:
            close()
            self._interface.dispatch(events.TableAsked(None))

        pane.on_close = closed

    def turn_fold(self) -> None:
        if not self._reader.turn_fold():
            self._tell("There is nothing to fold here")

    def turn_wrap(self) -> None:
        wrapped = self._reader.turn_wrap()
        self._tell("Long lines are wrapped" if wrapped else "Long lines have one row: Left and Right scroll")

    def scroll_sideways(self, step: int) -> None:
        view = self._reader.view
        if view.sideways.first is None:
            self._tell("Long lines are wrapped: w gives each one row, and then this scrolls")
        elif not view.scroll_sideways(step):
            self._tell("No line in view goes on there")

    def show_more(self, lines: int) -> None:
        if not self._reader.show_more(lines):
            self._tell("Nothing is folded here")

    def search(self) -> None:
        self._finder.search()

    def search_next(self, step: int) -> None:
        self._finder.search_next(step)
        self._tell(self._finder.found)

    def search_key(self, key: str) -> None:
        finder = self._finder
        finder.keypress(self._reader.view.shape, key)
        if not finder.is_searching and finder.found:
            self._tell(finder.found)

    def show_outside(self, by: effects.Program) -> None:
        frame = self._taker.frame() if by == "editor" else None
        if frame is not None:
            if frame.cell is None and not is_of_a_cell(frame.path):
                self._interface.perform(effects.Visit(frame.path, frame.line))
            elif not self._reader.go_to_cell(frame):
                which = "The cell of that frame" if frame.cell is None else f"Cell {frame.cell}"
                self._tell(f"{which} is not in this session")
            return
        self._taker.suffix = self._interface.suffix
        found = self._taker.exported(for_viewer=by == "viewer")
        if found is None:
            self._tell("There is no picture and no page here" if by == "viewer" else "There is nothing here")
        else:
            self._interface.perform(effects.ShowOutside(*found, by))

    def save(self) -> None:
        self._taker.suffix = self._interface.suffix
        found = self._taker.exported()
        if found is None:
            self._tell("There is nothing to save here")
        else:
            self._interface.perform(effects.Save(found[0], self._taker.name, found[1]))

    def say_keys(self) -> None:
        told = ", ".join(keymap.told(TOLD, self._bindings))
        self._tell(f"That key does nothing here: {told}")

    def _tell(self, text: str) -> None:
        self._interface.perform(effects.Tell(text))

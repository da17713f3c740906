"""The actions behind the keys of the transcript (`commands.ReadActions`).

Where the cursor goes is decided by `widgets.reading`; what is done with the cell and the output it stands on, here.
"""

from __future__ import annotations

from typing import Literal

from bipy.session import effects
from bipy.ui.interface import Interface
from bipy.ui.keys import keymap

# What is told of an unbound key: these commands, each with a word for it.
TOLD = {
    "read-cell-before": "cells",
    "read-output-next": "outputs",
    "read-leave": "back to the cell",
    "help": "all keys",
}


class Reading:
    """The commands that work on the transcript of `interface`; commands.ReadActions says for each what it does."""

    def __init__(self, interface: Interface) -> None:
        self._interface = interface
        self._reader = interface.window.reader

    def leave(self) -> None:
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

    def say_keys(self) -> None:
        told = ", ".join(f"{keymap.keys(name)[0]} {word}" for name, word in TOLD.items())
        self._tell(f"That key does nothing here: {told}")

    def _tell(self, text: str) -> None:
        self._interface.perform(effects.Tell(text))

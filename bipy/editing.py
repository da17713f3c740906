"""Editing the cell in the user's own editor.

The cell goes to a file, the front runs the editor on it, since that has the terminal, and what the editor has saved
comes back.  Cells run on meanwhile.  Nothing is lost: where the text can't come back, the file is named.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Protocol

from bipy import files
from bipy.session import effects, events
from bipy.ui.interface import Interface


class Runner(Protocol):
    """What is asked of `lending.tenancy.Tenancy`."""

    def run(self, arguments: list[str], done: Callable[[int | None], object]) -> None:
        """Run a program on the terminal; `done` gets its exit status, None if it is not known."""


def edit(text: str, suffix: str, runner: Runner, interface: Interface) -> None:
    """Have `text` edited as a file with this suffix, and put into the input cell of `interface`."""
    from shlex import split

    try:
        words = split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
        file = files.draft(text, suffix)
    except (OSError, ValueError) as error:
        interface.perform(effects.Tell(f"No editor can be run: {error}"))
        return
    runner.run([*words, file], lambda status: _edited(file, words[0], status, interface))


def _edited(file: str, editor: str, status: int | None, interface: Interface) -> None:
    """The editor has ended; None: it was left alone with its file, since its terminal went."""
    if status is None:
        # In the transcript: the status bar may be long gone when a terminal is here again.
        interface.dispatch(events.Noted(f"The editor lost its terminal. What it has saved is in {file}"))
    elif status:
        why = "it is not there" if status == 127 else f"it ended with status {status}"
        interface.perform(effects.Tell(f"Nothing was taken from the editor {editor}: {why}. Its file is {file}"))
    else:
        try:
            interface.replace(files.take_draft(file))
        except OSError as error:
            interface.perform(effects.Tell(f"What the editor has saved can't be read: {error}"))

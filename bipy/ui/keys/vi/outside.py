"""What vi wants that is not in the text that it works on, as a protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bipy.ui.keys.vi.patterns import Place


class Outside(Protocol):
    """What vi wants that is not in the text."""

    def recall(self, step: int) -> None:
        """Walk through the history."""

    def palette(self, typed: str) -> None:
        """Find a command or a setting, or type a substitution, which begins with a text."""

    def copy(self, text: str) -> None:
        """Put a text into the clipboard."""

    def indent(self, before: str) -> str:
        """The blanks that a line begins with behind that code."""

    def reindented(self, lines: Sequence[str], first: int, last: int) -> list[str]:
        """The rows `first` to `last` with the indentation that they should have."""

    def play(self, keys: Sequence[str], times: int) -> None:
        """Press keys, so often, until one fails."""

    def ask(self, places: Sequence[Place]) -> None:
        """Ask about each place whether it is to be replaced."""

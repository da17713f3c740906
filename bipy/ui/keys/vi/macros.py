"""Keys that are recorded by vi, and played again.  Keys have urwid's names."""

from __future__ import annotations

from collections.abc import Sequence

# A macro that calls itself ends at the first key that fails, or behind so many.
MOST_PLAYED = 5_000


class Macros:
    """`name` is that of the macro that is recorded, "" if none is; `plays` says that keys come from a macro."""

    def __init__(self) -> None:
        self.name = ""
        self.plays = False
        self._keys: list[str] = []
        self._kept: dict[str, list[str]] = {}
        self._last = ""

    def note(self, key: str) -> None:
        """A key was pressed, or came from a macro, which is noted by its name alone."""
        if self.name and not self.plays:
            self._keys.append(key)

    def begin(self, name: str) -> None:
        """Record the keys that follow; a capital adds them to a macro."""
        if name.isalnum() and name.isascii():
            self.name = name
            self._keys = list(self._kept.get(name.lower(), [])) if name.isupper() else []

    def end(self) -> None:
        """The macro is whole; the key that says so, which was noted, is none of it."""
        self._kept[self.name.lower()] = self._keys[:-1]
        self.name = ""

    def keys(self, name: str) -> Sequence[str]:
        """The keys of a macro; "@" is the one that was played last."""
        name = self._last if name == "@" else name.lower()
        self._last = name
        return self._kept.get(name, [])

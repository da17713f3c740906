"""The grammar of vi: from keys to what was said, such as "a2d3w.  A state machine; no text is known here.

["register] [count] operator [count] motion or object, or ["register] [count] command, each perhaps with an argument.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from bipy.ui.keys.vi.edits import EDITS, OPERATORS, SHORT
from bipy.ui.keys.vi.motions import MOTIONS
from bipy.ui.keys.vi.objects import OBJECTS

BLOCK = "\x16"
# What the machine does by itself, and in visual mode.
ACTS: dict[str, str] = {
    "u": "undo",
    ".": "do the last change again",
    "v": "select characters; again: no more",
    "V": "select lines; again: no more",
    BLOCK: "select a block; again: no more; $ takes it to the ends of its lines",
    "gv": "select what was selected last",
    "m": "set a mark, which ` and ' go to",
    ":": "find any command or setting, as Alt-X does",
    "q": "record keys under a letter; again: no more",
    "@": "play the keys of a letter; @ once more: the last ones",
}
VISUAL: dict[str, str] = {
    "o": "go to the other end of what is selected",
    "O": "in a block: go to the other end of the row",
    "I": "insert in front of it; of a block: in each row",
    "A": "insert behind it; of a block: in each row",
    "x": "delete it",
    "X": "delete its lines",
    "D": "delete its lines; a block with all behind it",
    "s": "change it",
    "S": "change its lines",
    "C": "change its lines; a block with all behind it",
    "R": "change its lines",
    "Y": "copy its lines",
    "p": "put what was deleted or copied in its place",
    "P": "put what was deleted or copied in its place",
    "J": "join its lines",
    "r": "replace its characters",
    "u": "write it in small letters",
    "U": "write it in capitals",
    "~": "write it in the other case",
}
MOST = 9_999
_OPERATORS = frozenset(row.key for row in OPERATORS)
_MOTIONS = {row.key: row.argument for row in MOTIONS}
_OBJECTS = frozenset(around + row.key for row in OBJECTS for around in "ia")
_EDITS = {row.key: "character" if row.argument else "" for row in EDITS}
_NORMAL = {*_OPERATORS, *_MOTIONS, *_EDITS, *SHORT, *ACTS}
_SELECTING = {*_OPERATORS, *_MOTIONS, *_OBJECTS, *VISUAL, *ACTS} - {"."}
_BEHIND_OPERATOR = {*_MOTIONS, *_OBJECTS}


class Said(NamedTuple):
    """A whole command: `key` is an operator with its `target`, or a row of another table."""

    key: str
    counted: int | None = None
    target: str = ""
    argument: str = ""
    register: str = ""


class Grammar:
    """The keys of a command that is not whole yet."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """What was begun is given up."""
        self.typed = ""
        self._register = ""
        self._counts: list[int] = [0, 0]
        self._operator = ""
        self._keys = ""
        # The motion or command whose argument is awaited, '"' for the name of a register, and what came of it.
        self._asks = ""
        self._line = ""

    @property
    def is_pending(self) -> bool:
        """Whether a command has begun."""
        return bool(self.typed)

    def press(self, key: str, *, selecting: bool = False) -> Said | None:
        """The command that is whole with this key; None while it is not, and if it is none."""
        if key == "esc" or (len(key) > 1 and key not in ("enter", "backspace")):
            self.forget()
            return None
        self.typed += key if len(key) == 1 else ""
        if self._asks:
            return self._argued(key, selecting=selecting)
        if key == "enter" and self._operator:
            key = "+"
        if len(key) > 1:
            self.forget()
            return None
        if not self._keys and (key in "123456789" or (key == "0" and self._counts[bool(self._operator)])):
            place = bool(self._operator)
            self._counts[place] = min(MOST, self._counts[place] * 10 + int(key))
            return None
        if key == '"' and not self._keys and not self._operator:
            self._asks = '"'
            return None
        self._keys += key
        return self._looked_up(selecting=selecting)

    def _looked_up(self, *, selecting: bool) -> Said | None:
        keys = self._keys
        if self._operator:
            if keys in (self._operator, self._operator[-1]):
                return self._said(self._operator, "line")
            known: Collection[str] = _BEHIND_OPERATOR
        else:
            known = _SELECTING if selecting else _NORMAL
        if keys not in known:
            if not any(each.startswith(keys) for each in (*known, self._operator)):
                self.forget()
            return None
        if keys in _OPERATORS and not self._operator and not selecting:
            self._operator, self._keys = keys, ""
            return None
        asks = _MOTIONS.get(keys) or (_EDITS.get(keys) if not selecting else "")
        if keys in ("m", "r", "q", "@"):
            asks = "character"
        if asks:
            self._asks = keys
            return None
        return self._whole()

    def _argued(self, key: str, *, selecting: bool) -> Said | None:
        """A key of an argument."""
        if self._asks == '"':
            self._register, self._asks = key, ""
            if len(key) > 1:
                self.forget()
            return None
        if _MOTIONS.get(self._asks) == "line":
            if key == "backspace":
                self._line = self._line[:-1]
                self.typed = self.typed[:-1]
                return None
            if key != "enter":
                self._line += key
                return None
            return self._whole(self._line)
        if key == "enter" and self._asks == "r" and not selecting:
            key = "\n"
        if len(key) > 1:
            self.forget()
            return None
        return self._whole(key)

    def _whole(self, argument: str = "") -> Said:
        if self._operator:
            return self._said(self._operator, self._keys, argument)
        return self._said(self._keys, "", argument)

    def _said(self, key: str, target: str, argument: str = "") -> Said:
        first, second = self._counts
        count = (first or 1) * (second or 1) if first or second else None
        register = self._register
        self.forget()
        return Said(key, count and min(MOST, count), target, argument, register)

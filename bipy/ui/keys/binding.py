"""The key table with the user's own bindings: what the tables [keys] of the configuration file say.

A key is written as people write it ("Ctrl-X Ctrl-E", "Alt-Shift-Up") or with urwid's names ("ctrl x, ctrl e").  A
binding takes the place of the one that the key has in that context; false takes it away.  What could never work is
refused: a key that no terminal sends, one that is needed for typing, a command where its object is not there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

from bipy.ui.keys.commands import COMMANDS
from bipy.ui.keys.commands import command as command_of
from bipy.ui.keys.keymap import CONTEXTS, COUNT, KEYMAP, TEXT, Binding, spell
from bipy.ui.keys.sending import never_sent, seldom_sent

# Entries that stand in no table of a context are of this one.
CELL = "editor"
# Where characters are not typed, but have meanings; everywhere else a character that does something else is lost.
_NOT_TYPED = frozenset(["normal", "pending", "replacing", "transcript", "table", "pager"])
# The objects that are there only where the commands on them have their keys.
_NOT_ALWAYS = frozenset(["seek", "docs", "pager", "table", "choose", "key"])
_MODIFIERS = ("shift", "meta", "ctrl")
_NAMES = frozenset(
    ("up", "down", "left", "right", "home", "end", "page up", "page down", "insert", "delete", "backspace", "enter")
) | frozenset(("tab", "esc", " ", *(f"f{number}" for number in range(1, 25))))
_OTHER_NAMES = {
    "alt": "meta",
    "control": "ctrl",
    "pageup": "page up",
    "pagedown": "page down",
    "pgup": "page up",
    "pgdn": "page down",
    "space": " ",
    "return": "enter",
    "escape": "esc",
    "del": "delete",
    "ins": "insert",
}


class BindingError(ValueError):
    """A binding that cannot be; `at` are the names of the tables and the key that it stands in."""

    def __init__(self, at: tuple[str, ...], text: str) -> None:
        super().__init__(text)
        self.at = at


def customised(wanted: Mapping[str, object]) -> tuple[Binding, ...]:
    """The key table with the bindings of the tables [keys]; BindingError for the first that cannot be."""
    changes: dict[tuple[str, tuple[str, ...]], tuple[tuple[str, ...], object]] = {}
    for name, value in wanted.items():
        within = value.items() if isinstance(value, Mapping) else ((name, value),)
        context = name if isinstance(value, Mapping) else CELL
        if context not in CONTEXTS:
            raise BindingError((name,), f"there are no keys for {name!r}{_nearest(name, [*CONTEXTS])}")
        for key, command in within:
            at = (name, key) if isinstance(value, Mapping) else (name,)
            place = context, _keys(key, at)
            if place in changes:
                raise BindingError(at, f"{key} is bound twice")
            changes[place] = at, _checked(command, at)
            if command is not False:
                _refuse_useless(*place, str(command), at)
    rows = [row for row in KEYMAP if (row.context, row.keys) not in changes]
    added = [
        Binding(context, ", ".join(keys), str(command))
        for (context, keys), (_, command) in changes.items()
        if command is not False
    ]
    for row in added:
        _refuse_clash(row, [*rows, *added], changes[row.context, row.keys][0])
    return (*added, *rows)


def doubts(wanted: Mapping[str, object]) -> list[tuple[tuple[str, ...], str]]:
    """What may not work as wished, in tables that `customised` takes: the names of the place, and why."""
    found: list[tuple[tuple[str, ...], str]] = []
    for name, value in wanted.items():
        within = value.items() if isinstance(value, Mapping) else ((name, value),)
        for key, command in within:
            why = "" if command is False else next(filter(None, map(seldom_sent, parsed(key))), "")
            if why:
                found.append(((name, key) if isinstance(value, Mapping) else (name,), why))
    return found


def parsed(key: str) -> tuple[str, ...]:
    """The keys of a sequence by urwid's names; ValueError for what is no key."""
    if ", " in key:
        parts = key.split(", ")
    elif re.search(r"(?i)(?:^| )(?:ctrl|control|alt|meta|shift)-", key):
        # As people write it: the keys of a sequence have a blank between them.
        parts = key.split(" ")
    else:
        parts = [key]
    return tuple(_key(part) for part in parts)


def _key(part: str) -> str:
    """One key: its modifiers in urwid's order, and its name."""
    words = [_OTHER_NAMES.get(word.lower(), word) for word in re.split(r"[- ](?=.)", part) if word]
    modifiers = [word.lower() for word in words[:-1] if word.lower() in _MODIFIERS]
    name = " ".join(words[len(modifiers) :])
    if len(name) > 1 or (modifiers and "shift" not in modifiers):
        name = name.lower()
    if "shift" in modifiers and len(name) == 1 and name.isalpha():
        # Terminals send the capital letter.
        modifiers.remove("shift")
        name = name.upper()
    if (len(name) != 1 and name not in _NAMES) or len(modifiers) != len({*modifiers}):
        raise ValueError(f"{part!r} is no key")
    return " ".join([*sorted(modifiers, key=_MODIFIERS.index), name])


def _keys(key: str, at: tuple[str, ...]) -> tuple[str, ...]:
    try:
        found = parsed(key)
    except ValueError as error:
        raise BindingError(at, f"{error}; keys are written as in Ctrl-X Ctrl-E, Alt-Shift-Up, F6") from None
    if not found or found == (TEXT,):
        raise BindingError(at, f"{key!r} is no key")
    return found


def _checked(command: object, at: tuple[str, ...]) -> object:
    names = [row.name for row in COMMANDS if row.name not in ("self-insert", COUNT, "pager-search-key")]
    if command is False or command in names:
        return command
    if not isinstance(command, str):
        raise BindingError(at, f"{command!r} is no command: its name stands in quotes, and false takes a binding away")
    raise BindingError(at, f"there is no command {command!r}{_nearest(command, names)}")


def _refuse_useless(context: str, keys: tuple[str, ...], name: str, at: tuple[str, ...]) -> None:
    """What could never work, or would take more away than it gives."""
    for key in keys:
        if why := never_sent(key):
            raise BindingError(at, why)
    if len(keys[0]) == 1 and context not in _NOT_TYPED:
        raise BindingError(at, f"{spell(keys[0])} is needed for typing: bind it with Ctrl, Alt or behind Ctrl-X")
    if command_of(name).target in _NOT_ALWAYS:
        places = {row.context for row in KEYMAP if row.command == name}
        places |= {"history", "setting"} if "chooser" in places else set()
        if context not in places:
            where = " or ".join(f"[keys.{place}]" for place in CONTEXTS if place in places)
            raise BindingError(at, f"{name} has nothing to work on in [keys.{context}]; its place is {where}")


def _refuse_clash(added: Binding, rows: list[Binding], at: tuple[str, ...]) -> None:
    """A key that does something and begins a sequence too would never do the one of them."""
    for row in rows:
        shorter, longer = sorted((added.keys, row.keys), key=len)
        if row.context == added.context and shorter != longer and longer[: len(shorter)] == shorter:
            first, sequence = (spell(", ".join(keys)) for keys in (shorter, longer))
            raise BindingError(at, f"{first} cannot be bound where {sequence} is: take one of them away with false")


def _nearest(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, 1)
    return f"; is {near[0]} meant?" if near else ""

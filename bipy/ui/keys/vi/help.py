"""What the help page and the manual tell of the keys of vi: the tables as sections of (keys, help)."""

from __future__ import annotations

from bipy.ui.keys.vi.edits import EDITS, OPERATORS, SHORT_HELP
from bipy.ui.keys.vi.grammar import ACTS, BLOCK, VISUAL
from bipy.ui.keys.vi.motions import MOTIONS
from bipy.ui.keys.vi.objects import OBJECTS

_NAMES = {" ": "Space", BLOCK: "Ctrl-V"}
Section = tuple[str, list[tuple[str, str]]]


def sections() -> list[Section]:
    """Motions, operators, objects, edits, and the keys of visual mode; keys of one help together."""
    said = {row.key: row.help for row in EDITS} | SHORT_HELP | ACTS
    return [
        ("vi: motions", _together({row.key: row.help for row in MOTIONS})),
        ("vi: operators, before a motion or an object, or twice for lines", _together(_operators())),
        ("vi: objects, after an operator or in visual mode", _together({f"i{row.key}": row.help for row in OBJECTS})),
        ("vi: in normal mode", _together(said)),
        ("vi: in visual mode", _together(VISUAL)),
        ("vi: registers", _REGISTERS),
    ]


def _operators() -> dict[str, str]:
    return {row.key: row.help for row in OPERATORS}


def _together(keys: dict[str, str]) -> list[tuple[str, str]]:
    by_help: dict[str, list[str]] = {}
    for key, line in keys.items():
        by_help.setdefault(line, []).append(_NAMES.get(key, key))
    return [(" ".join(names), line[0].upper() + line[1:]) for line, names in by_help.items()]


_REGISTERS = [
    ('"a to "z', "Before an operator or p: a register; a capital adds to it"),
    ('"0', "What was copied last"),
    ('"_', "Keeps nothing"),
    ('"+ "*', "The clipboard: it is written; p puts what was written last"),
]

"""The page of keys, as the pager shows it."""

from __future__ import annotations

from bipy.ui.keys import keymap
from bipy.ui.keys.help import help_text
from bipy.ui.widgets.pager import Pager
from tests.snapshots import Check

SECTIONS = [
    (
        "In the cell",
        [
            ("Enter", "Run the code if it is complete, else begin a new line"),
            ("Esc Enter, Ctrl-Enter, Shift-Enter", "Run the code as it stands"),
            ("Tab", "Complete"),
        ],
    ),
    ("Nowhere", []),
    ("Everywhere", [("F1", "Show all keys")]),
]


def test_keys_stand_beside_what_they_do(snapshot: Check) -> None:
    snapshot(Pager("Keys", help_text(SECTIONS)).render((80, 9)), "help/keys")


def test_what_they_do_wraps_under_itself_in_a_narrow_terminal(snapshot: Check) -> None:
    snapshot(Pager("Keys", help_text(SECTIONS)).render((56, 10)), "help/narrow")


def test_every_command_of_the_key_table_is_there() -> None:
    page = Pager("Keys", help_text(keymap.help_rows()))
    text = "\n".join(page.render((120, 400)).decoded_text)
    for title, commands in keymap.help_rows():
        assert title in text
        for keys, line in commands:
            assert keys in text
            assert line in text

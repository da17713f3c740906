"""The user's own bindings: how keys are written, what is refused, and what the rest of bipy says of them."""

from __future__ import annotations

import pytest

from bipy.ui.keys.actions import Actions
from bipy.ui.keys.binding import BindingError, customised, doubts, parsed
from bipy.ui.keys.commands import COMMANDS
from bipy.ui.keys.dispatch import Dispatcher
from bipy.ui.keys.keyboard import Keyboard
from bipy.ui.keys.keymap import KEYMAP, help_rows, keys, spell
from tests.ui.test_window import Stage


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Ctrl-X Ctrl-E", ("ctrl x", "ctrl e")),
        ("ctrl x, ctrl e", ("ctrl x", "ctrl e")),
        ("Ctrl-X K", ("ctrl x", "K")),
        ("Alt-Shift-Up", ("shift meta up",)),
        ("F6", ("f6",)),
        ("PageUp", ("page up",)),
        ("Shift-PgDn", ("shift page down",)),
        ("Space", (" ",)),
        ("q", ("q",)),
        ("G", ("G",)),
        ("Alt--", ("meta -",)),
        ("Alt-;", ("meta ;",)),
        ("Ctrl-]", ("ctrl ]",)),
        ("Ctrl-Space", ("ctrl  ",)),
        ("Alt-Shift-A", ("meta A",)),
    ],
)
def test_keys_are_written_as_people_write_them(written: str, meant: tuple[str, ...]) -> None:
    assert parsed(written) == meant


@pytest.mark.parametrize("row", KEYMAP, ids=lambda row: f"{row.context}-{row.key}")
def test_every_key_of_the_table_can_be_written(row: object) -> None:
    key = row.key  # type: ignore[attr-defined]
    if key != "text":
        assert parsed(key) == row.keys  # type: ignore[attr-defined]


def test_a_binding_takes_the_place_of_another_one_and_false_takes_it_away() -> None:
    rows = customised({"Ctrl-T": "history-search", "ctrl r": False, "transcript": {"x": "read-fold"}})
    press = Dispatcher(rows).press
    assert press(["editor", "global"], "ctrl t").command == "history-search"
    assert press(["editor", "global"], "ctrl r").command is None
    assert press(["transcript", "global"], "x").command == "read-fold"
    assert keys("history-search", rows=rows) == ["Ctrl-T"]
    assert "transpose" not in {row.command for row in rows}
    listed = dict(help_rows(rows))
    assert ("Ctrl-T", "Search in the history") in listed["In the cell"]


NO_SHIFT = "no terminal sends Shift-1, but the character that it types: bind that one"


@pytest.mark.parametrize(
    ("wanted", "at", "said"),
    [
        ({"Ctrl-T": "histori-search"}, ("Ctrl-T",), "there is no command 'histori-search'; is history-search meant?"),
        ({"Ctrl-T": 3}, ("Ctrl-T",), "3 is no command: its name stands in quotes, and false takes a binding away"),
        ({"Ctl-T": "undo"}, ("Ctl-T",), "'Ctl-T' is no key; keys are written as in Ctrl-X Ctrl-E, Alt-Shift-Up, F6"),
        (
            {"transscript": {"x": "read-fold"}},
            ("transscript",),
            "there are no keys for 'transscript'; is transcript meant?",
        ),
        (
            {"Ctrl-X": "undo"},
            ("Ctrl-X",),
            "Ctrl-X cannot be bound where Ctrl-X Enter is: take one of them away with false",
        ),
        ({"a": "undo"}, ("a",), "a is needed for typing: bind it with Ctrl, Alt or behind Ctrl-X"),
        ({"Space": "undo"}, ("Space",), "Space is needed for typing: bind it with Ctrl, Alt or behind Ctrl-X"),
        ({"Shift-A": "undo"}, ("Shift-A",), "A is needed for typing: bind it with Ctrl, Alt or behind Ctrl-X"),
        (
            {"chooser": {"j": "choose-down"}},
            ("chooser", "j"),
            "j is needed for typing: bind it with Ctrl, Alt or behind Ctrl-X",
        ),
        ({"Ctrl-X Shift-1": "undo"}, ("Ctrl-X Shift-1",), NO_SHIFT),
        ({"F25": "undo"}, ("F25",), "'F25' is no key; keys are written as in Ctrl-X Ctrl-E, Alt-Shift-Up, F6"),
        (
            {"F9": "table-sort"},
            ("F9",),
            "table-sort has nothing to work on in [keys.editor]; its place is [keys.table]",
        ),
        ({"Alt-U": "undo", "meta u": "redo"}, ("meta u",), "meta u is bound twice"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(wanted: dict[str, object], at: tuple[str, ...], said: str) -> None:
    with pytest.raises(BindingError) as refusal:
        customised(wanted)
    assert refusal.value.at == at
    assert str(refusal.value) == said


def test_hints_name_the_users_keys_and_leave_out_what_has_none() -> None:
    stage = Stage()
    stage.start()
    rows = customised({"global": {"f1": False, "Ctrl-X ?": "help"}})
    keyboard = Keyboard(stage.interface, Actions(stage.interface), rows)
    assert keyboard.hint() == "Ctrl-X ? keys"
    rows = customised({"global": {"f1": False}})
    assert Keyboard(stage.interface, Actions(stage.interface), rows).hint() == ""
    assert spell("ctrl x, ?") == "Ctrl-X ?"


@pytest.mark.parametrize(
    ("key", "doubt"),
    [
        ("Ctrl-I", "most terminals send Tab for Ctrl-I"),
        ("Ctrl-X Ctrl-M", "most terminals send Enter for Ctrl-M"),
        ("Alt-Ctrl-I", "most terminals send Alt-Tab for Alt-Ctrl-I"),
        ("Ctrl-H", "most terminals send Backspace for Ctrl-H"),
        ("Ctrl-Shift-A", "sends Ctrl-Shift-A"),
        ("Ctrl-1", "sends Ctrl-1"),
        ("F23", "sends F23"),
    ],
)
def test_a_key_that_few_terminals_send_is_bound_and_doubted(key: str, doubt: str) -> None:
    wanted = {"global": {key: "undo"}}
    assert customised(wanted)
    ((at, text),) = doubts(wanted)
    assert at == ("global", key)
    assert doubt in text


@pytest.mark.parametrize(
    "key", ["Ctrl-G", "Alt-A", "Alt-Shift-A", "Alt-Ctrl-R", "F9", "Shift-Tab", "Ctrl-Space", "Ctrl-J"]
)
def test_a_key_that_every_terminal_sends_is_not_doubted(key: str) -> None:
    assert not doubts({key: "undo"})


def test_every_command_that_may_be_bound_in_the_cell_can_run_there() -> None:
    for row in COMMANDS:
        try:
            rows = customised({"F9": row.name})
        except BindingError:
            continue
        stage = Stage()
        stage.start()
        Keyboard(stage.interface, Actions(stage.interface), rows).press("f9")


def test_the_null_byte_is_ctrl_space() -> None:
    press = Dispatcher(customised({"Ctrl-Space": "complete"})).press
    assert press(["editor", "global"], "<0>").command == "complete"


@pytest.mark.parametrize("before", [(), ("meta x",), ("ctrl r",), ("f6",), ("f1",), ("ctrl s",), ("meta %",)])
def test_a_key_that_means_nothing_says_what_would_work(before: tuple[str, ...]) -> None:
    stage = Stage()
    stage.start()
    stage.press(*before)
    stage.press("f9")
    said = stage.rows()[-1]
    assert "Nothing is bound to F9" in said
    assert any(word in said for word in ("F1 keys", "back", "Esc", "Enter")), said

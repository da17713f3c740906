"""The tables of keys and commands, and how keys are spelled."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from bipy.ui.keys.actions import Actions
from bipy.ui.keys.choosing import Choosing
from bipy.ui.keys.commands import COMMANDS, command
from bipy.ui.keys.dispatch import HIGHEST_COUNT, Dispatcher
from bipy.ui.keys.editing import Editing
from bipy.ui.keys.keymap import CONTEXTS, KEYMAP, TEXT, TOLD_APART, Binding, help_rows, keys, sent_by, spell
from bipy.ui.keys.reading import Reading
from bipy.ui.keys.targets import (
    AppActions,
    ChooseActions,
    DocsActions,
    EditActions,
    PagerActions,
    ReadActions,
    SeekActions,
    TableActions,
)
from bipy.ui.widgets.docs import DocsPane
from bipy.ui.widgets.editor import Editor
from bipy.ui.widgets.pager import Pager
from bipy.ui.widgets.seeking import Seeker
from bipy.ui.widgets.table_pane import TablePane


def test_every_binding_names_a_command_and_a_context() -> None:
    names = {row.name for row in COMMANDS}
    for binding in KEYMAP:
        assert binding.command in names, binding
        assert binding.context in CONTEXTS, binding


def test_no_key_is_bound_twice_in_a_context() -> None:
    count = Counter((binding.context, binding.key) for binding in KEYMAP)
    assert [bound for bound, times in count.items() if times > 1] == []


def test_every_command_has_a_name_a_help_and_a_key() -> None:
    bound = {binding.command for binding in KEYMAP}
    assert len({row.name for row in COMMANDS}) == len(COMMANDS)
    for row in COMMANDS:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", row.name)
        assert re.fullmatch(r"[A-Z].*[^.]", row.help), row
        assert row.name in bound, row


def test_commands_work_on_the_target_they_name() -> None:
    """Each function asks its target for exactly what the target's protocol has."""

    class Asked(Exception):  # noqa: N818
        pass

    def recorder(protocol: type) -> object:
        def asked(name: str) -> object:
            def method(*_: object) -> None:
                raise Asked(name)

            return method

        methods = {name: asked(name) for name in vars(protocol) if not name.startswith("_")}
        return type("Recorder", (), methods)()

    protocols = {"app": AppActions, "docs": DocsActions, "pager": PagerActions, "read": ReadActions}
    protocols |= {"choose": ChooseActions, "table": TableActions, "edit": EditActions, "seek": SeekActions}
    for row in COMMANDS:
        if row.target == "editor":
            row.function(Editor())
        elif row.target == "key":
            assert row.function(lambda: "taken") == "taken"
        elif row.name not in ("nothing", "count"):
            with pytest.raises(Asked):
                row.function(recorder(protocols[row.target]))


@pytest.mark.parametrize(
    ("protocol", "target"),
    [
        (AppActions, Actions),
        (EditActions, Editing),
        (SeekActions, Seeker),
        (DocsActions, DocsPane),
        (PagerActions, Pager),
        (ReadActions, Reading),
        (ChooseActions, Choosing),
        (TableActions, TablePane),
    ],
)
def test_what_commands_ask_for_is_there(protocol: type, target: type) -> None:
    wanted = [name for name in vars(protocol) if not name.startswith("_")]
    assert [name for name in wanted if not callable(getattr(target, name, None))] == []


def test_no_printable_key_is_taken_from_the_editor() -> None:
    assert [
        row
        for row in KEYMAP
        if row.context not in ("pager", "transcript", "table", "replacing") and len(row.keys[0]) == 1
    ] == []


def test_no_key_is_both_a_command_and_the_beginning_of_a_sequence() -> None:
    for long in KEYMAP:
        for length in range(1, len(long.keys)):
            assert [row for row in KEYMAP if row.context == long.context and row.keys == long.keys[:length]] == []


@pytest.mark.parametrize(
    ("contexts", "key", "name"),
    [
        (["editor", "global"], "enter", "accept"),
        (["box", "editor", "global"], "enter", "accept"),
        (["list", "box", "editor", "global"], "enter", "choose"),
        (["list", "box", "editor", "global"], "tab", "complete"),
        (["escape", "editor", "global"], "enter", "run"),
        (["stdin", "editor", "global"], "enter", "answer"),
        (["stdin", "editor", "global"], "ctrl a", "line-start"),
        (["stdin", "editor", "global"], "ctrl d", "end-of-file-or-delete"),
        (["editor", "global"], "ctrl d", "leave-or-delete"),
        (["editor", "global"], "ctrl c", "interrupt"),
        (["pager", "global"], "ctrl c", "pager-close"),
        (["pager", "global"], "ctrl z", "suspend"),
        (["pager", "global"], " ", "pager-page-down"),
        (["editor", "global"], "q", "self-insert"),
        (["editor", "global"], "日", "self-insert"),
        (["editor", "global"], "\u200d", "self-insert"),  # joins emoji
        (["editor", "global"], "\U0001fae9", "self-insert"),  # younger than some Pythons
        (["stdin", "editor", "global"], "q", "self-insert"),
        (["pager", "global"], "q", "pager-close"),
        (["pager", "global"], "x", None),
        (["search", "pager", "global"], "q", "self-insert"),
        (["search", "pager", "global"], "enter", "pager-search-key"),
        (["editor", "global"], "ctrl r", "history-search"),
        (["history", "chooser", "global"], "ctrl r", "choose-down"),
        (["history", "chooser", "global"], "x", "self-insert"),
        (["pager", "global"], "ctrl r", None),
        ([], "enter", None),
    ],
)
def test_the_innermost_context_decides(contexts: list[str], key: str, name: str | None) -> None:
    assert Dispatcher().press(contexts, key).command == name


EDITOR = ["editor", "global"]


def pressed(*pressed: str, contexts: list[str] = EDITOR) -> list[tuple[str | None, int]]:
    """The commands and counts that come of these keys."""
    dispatcher = Dispatcher()
    outcomes = [dispatcher.press(contexts, key) for key in pressed]
    return [(outcome.command, outcome.times) for outcome in outcomes if not outcome.waits]


def test_a_sequence_runs_its_command_at_its_last_key() -> None:
    assert pressed("ctrl x", "enter", "x") == [("run", 1), ("self-insert", 1)]
    assert pressed("ctrl x", "ctrl l") == [("redraw", 1)]


@pytest.mark.parametrize("contexts", [EDITOR, ["stdin", *EDITOR], ["list", "box", *EDITOR], ["pager", "global"]])
def test_a_session_can_be_left_from_everywhere(contexts: list[str]) -> None:
    assert pressed("ctrl x", "d", contexts=contexts) == [("detach", 1)]


def test_a_key_that_ends_no_sequence_is_not_typed_and_the_sequence_is_over() -> None:
    assert pressed("ctrl x", "q", "q") == [(None, 1), ("self-insert", 1)]
    assert pressed("ctrl x", "esc", "esc") == [(None, 1), ("dismiss", 1)]


def test_ctrl_c_is_never_lost_in_a_sequence() -> None:
    assert pressed("ctrl x", "ctrl c") == [("interrupt", 1)]


@pytest.mark.parametrize(("key", "plain"), [*TOLD_APART.items()])
def test_a_key_that_few_terminals_tell_from_another_does_what_that_does(key: str, plain: str) -> None:
    for context in CONTEXTS:
        if not any(binding.key == key for binding in KEYMAP if binding.context in (context, "global")):
            assert pressed(key, contexts=[context, "global"]) == pressed(plain, contexts=[context, "global"])


def test_keys_that_the_terminal_can_not_send_are_not_shown() -> None:
    def shown(*, told_apart: bool) -> str:
        return str(help_rows(sent_by(KEYMAP, told_apart=told_apart)))

    assert "Ctrl-Enter, Shift-Enter" in shown(told_apart=True)
    assert "Ctrl-Enter" not in shown(told_apart=False)
    assert "Shift-Enter" not in shown(told_apart=False)
    # All that they do has another key.
    assert {row.command for row in sent_by(KEYMAP, told_apart=False)} == {row.command for row in KEYMAP}


def test_ctrl_j_is_enter_where_it_is_not_bound() -> None:
    assert pressed("ctrl j", "ctrl x", "ctrl j", contexts=["editor", "global"]) == [("accept", 1), ("run", 1)]
    assert pressed("ctrl j", contexts=["stdin", "editor", "global"]) == [("newline", 1)]


def test_a_count_goes_with_the_next_command_only() -> None:
    assert pressed("meta 3", "left", "left") == [("left", 3), ("left", 1)]
    assert pressed("meta 1", "2", "x", "2") == [("self-insert", 12), ("self-insert", 1)]
    assert pressed("meta 1", "meta 2", "left") == [("left", 12)]
    assert pressed("meta 4", "ctrl x", "enter", "left") == [("run", 4), ("left", 1)]
    assert pressed(*["meta 9"] * 9, "left") == [("left", HIGHEST_COUNT)]


def test_the_innermost_context_that_knows_a_sequence_decides() -> None:
    table = [
        Binding("global", "ctrl x, a", "far"),
        Binding("editor", "ctrl x, b", "near"),
        Binding("docs", TEXT, "text"),
    ]
    dispatcher = Dispatcher(table)
    contexts = ["docs", *EDITOR]
    assert dispatcher.press(contexts, "ctrl x").waits
    assert dispatcher.press(contexts, "a").command == "far"
    assert dispatcher.press(contexts, "ctrl x").waits
    assert dispatcher.press(contexts, "b").command == "near"
    assert dispatcher.press(contexts, "b").command == "text"


@pytest.mark.parametrize(
    ("key", "spelled"),
    [
        ("ctrl a", "Ctrl-A"),
        ("meta b", "Alt-B"),
        ("meta enter", "Esc Enter"),
        ("meta <", "Alt-<"),
        ("esc", "Esc"),
        ("f1", "F1"),
        ("page up", "PageUp"),
        ("shift page up", "Shift-PageUp"),
        ("ctrl _", "Ctrl-_"),
        ("ctrl \\", "Ctrl-\\"),
        ("meta ctrl r", "Alt-Ctrl-R"),
        ("shift tab", "Shift-Tab"),
        (" ", "Space"),
        ("/", "/"),
        ("n", "n"),
        ("N", "N"),
        ("ctrl x, d", "Ctrl-X d"),
        ("ctrl x, ctrl l", "Ctrl-X Ctrl-L"),
    ],
)
def test_keys_are_spelled_for_people(key: str, spelled: str) -> None:
    assert spell(key) == spelled


def test_the_help_page_has_every_key_once_in_its_context() -> None:
    for (title, rows), context in zip(help_rows(), CONTEXTS, strict=True):
        assert title == CONTEXTS[context]
        named = [key for spelled, _ in rows for key in spelled.split(", ")]
        bound = [row for row in KEYMAP if row.context == context and row.key != TEXT and row.command != "nothing"]
        assert sorted(named) == sorted(spell(row.key) for row in bound)
    assert ("Ctrl-Left, Alt-Left, Alt-B", "Go a word back") in help_rows()[0][1]


def test_the_keys_of_a_command_can_be_told() -> None:
    assert keys("help") == ["F1"]
    assert keys("run")[0] == "Esc Enter"
    assert keys("dismiss", context="box") == ["Ctrl-G"]


def test_an_unknown_command_is_an_error_of_the_caller() -> None:
    with pytest.raises(KeyError):
        command("no-such-command")

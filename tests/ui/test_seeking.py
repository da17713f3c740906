"""Searching and replacing in the cell, as a user sees it, and against `re` where that is possible."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bipy.session.effects import Ask
from bipy.settings import Settings
from bipy.ui.widgets.editor import Editor
from bipy.ui.widgets.seeking import Seeker, Sought, columns_by_row
from tests.snapshots import Check
from tests.ui.test_window import ROOMY, Paste, Stage

TEXT = "foo = 1\nbar = foo + Foo\n\tprint(foo, '\u65e5\u672c foo')"


@pytest.fixture
def stage() -> Stage:
    """A cell with the text, the cursor at its start."""
    stage = Stage()
    stage.start()
    stage.press(Paste(TEXT), "ctrl home")
    return stage


def code(stage: Stage) -> str:
    return stage.interface.window.editor.buffer.code


def status(stage: Stage) -> str:
    return stage.rows(ROOMY)[-1]


def replace(stage: Stage, text: str, by: str, *answers: str) -> None:
    stage.press("meta %", *text, "enter", *by, "enter", *answers)


def test_each_place_is_asked_about_and_all_is_undone_as_one(stage: Stage) -> None:
    replace(stage, "foo", "ab", "y")
    assert 'by "ab"?  y n ! q  2 of 4' in status(stage)
    stage.press("n", "!")
    assert code(stage) == "ab = 1\nbar = foo + Foo\n\tprint(ab, '\u65e5\u672c ab')"
    assert "replaced 3 of 4 places" in status(stage)
    stage.press("ctrl _")
    assert code(stage) == TEXT
    stage.press("meta _")
    assert code(stage).startswith("ab = 1\nbar = foo + Foo")


def test_what_is_found_is_marked(stage: Stage, snapshot: Check) -> None:
    stage.press("meta %", *"foo")
    snapshot(stage.frame(), "seeking/found")
    stage.press("enter", *"x", "enter", "n")
    snapshot(stage.frame(), "seeking/replacing")
    stage.press("q")
    assert not stage.roles("foo") & {"pager.found", "selection"}


def test_the_last_place_can_be_the_only_one_that_is_replaced(stage: Stage) -> None:
    replace(stage, "foo", "", "n", ".")
    assert code(stage) == TEXT.replace("bar = foo", "bar = ")
    assert "replaced 1 of 2 places" in status(stage)


def test_places_in_front_of_the_cursor_come_last(stage: Stage) -> None:
    stage.press("ctrl end")
    replace(stage, "foo", "long name", "y", "y", "q")
    assert code(stage) == TEXT.replace("foo = ", "long name = ").replace("bar = foo", "bar = long name")


def test_only_what_is_selected_is_replaced(stage: Stage) -> None:
    stage.press("shift down")
    replace(stage, "foo", "x", "!")
    assert code(stage) == TEXT.replace("foo", "x", 1)


def test_a_regular_expression_may_use_its_groups(stage: Stage) -> None:
    stage.press("meta %", "meta r")
    stage.press(*r"(\w+) = (\w+)", "enter", *r"\2 == \1", "enter", "!")
    assert code(stage).startswith("1 == foo\nfoo == bar + Foo")
    stage.press("ctrl _", "meta %", "meta r", *"^", "enter", *"# ", "enter", "!")
    assert code(stage) == re.sub("^", "# ", TEXT, flags=re.MULTILINE)


def test_what_was_found_can_be_a_part_of_its_replacement(stage: Stage) -> None:
    stage.press("meta %", "meta r", *"fo+", "enter", *r"<\0>\\0\033\n", "enter", "y", "q")
    assert code(stage) == TEXT.replace("foo", "<foo>\\0\n", 1)


@pytest.mark.parametrize(("text", "by"), [("(", ""), ("[a", ""), ("foo", "\\1"), ("foo", "\\g<")])
def test_what_is_no_regular_expression_changes_nothing(stage: Stage, text: str, by: str) -> None:
    stage.press("meta %", "meta r", *text, "enter")
    stage.press(*by, *(["enter"] if by else []))
    assert "no regex yet" in status(stage) or "cannot be put there" in status(stage)
    assert code(stage) == TEXT
    stage.press("y")
    assert code(stage) == "y" + TEXT


def test_the_same_can_be_replaced_again(stage: Stage) -> None:
    replace(stage, "foo", "x", "y", "q")
    stage.press("meta %", "enter", "!")
    assert code(stage) == TEXT.replace("foo", "x")


def test_a_search_goes_along_while_it_is_typed_and_round_the_cell(stage: Stage) -> None:
    buffer = stage.interface.window.editor.buffer
    stage.press("ctrl s", "f")
    assert buffer.cursor == (0, 0)
    stage.press("ctrl s")
    assert buffer.cursor == (1, 6)
    assert "f\u258f  2 of 5" in status(stage)
    stage.press("up", "up")
    assert buffer.cursor == (2, 16)
    stage.press(*"OO")
    assert "not found" in status(stage)
    stage.press("backspace", "backspace", "esc")
    assert buffer.cursor == (0, 0)
    stage.press("ctrl s", "ctrl s", "enter", "ctrl s", *"Foo", "x")
    assert code(stage) == TEXT


def test_a_key_that_means_something_else_ends_the_search_and_does_it(stage: Stage) -> None:
    stage.press("ctrl s", *"bar", "ctrl k")
    assert code(stage) == TEXT.replace("bar = foo + Foo", "")
    stage.press("ctrl s", *"print")
    stage.interface.window.editor.buffer.replace(0, 0, "x")
    stage.press("y")
    assert code(stage) == "xy" + TEXT.replace("bar = foo + Foo", "")


def test_a_paste_is_sought_and_a_secret_is_not(stage: Stage) -> None:
    stage.press("ctrl s", Paste("bar = foo\nx"), "enter")
    assert stage.interface.window.editor.buffer.cursor == (1, 0)
    stage.interface.perform(Ask("Password: ", password=True, text=""))
    stage.press("ctrl s", "a")
    assert stage.interface.window.input.buffer.code == "a"
    assert stage.interface.window.seeker is None


def test_ctrl_c_gives_a_search_up_and_loses_nothing(stage: Stage) -> None:
    stage.press("ctrl s", *"fo", "ctrl c")
    replace(stage, "foo", "x", "y", "ctrl c")
    assert code(stage) == TEXT.replace("foo", "x", 1)


def test_what_is_replaced_while_one_inserts_with_vi_is_undone_with_that(stage: Stage) -> None:
    stage.interface.settings = Settings(editing="vi", fold=0)
    stage.press("esc", "i", "z")
    replace(stage, "foo", "x", "!")
    stage.press("y", "esc", "u")
    assert code(stage) == TEXT
    stage.press("g", "g")
    replace(stage, "foo", "x", "!")
    assert "NORMAL" in status(stage)
    stage.press("u")
    assert code(stage) == TEXT


WORDS = st.text("ab.\n \u65e5\u0301", max_size=40)


@given(WORDS, st.text("ab\u65e5", min_size=1, max_size=2), st.text("ab\\\u65e5", max_size=3), st.integers(0, 40))
def test_all_that_is_replaced_is_what_a_string_would_replace(text: str, old: str, new: str, at: int) -> None:
    editor = Editor()
    editor.insert(text)
    editor.buffer.cursor = editor.buffer.position_of(at)
    seeker = Seeker(editor, Sought(), replaces=True)
    for key in [*old, "enter"]:
        seeker.keypress((20, 5), key)
    editor.render((7, 5), True)
    if old in text:
        for key in [*new, "enter"]:
            seeker.keypress((20, 5), key)
        seeker.replace_rest() if len(text) % 2 else [seeker.replace() for _ in range(text.count(old))]
    assert editor.buffer.code == text.replace(old, new)
    assert editor.found is None
    if old in text:
        editor.buffer.undo()
    assert editor.buffer.code == text


@given(WORDS, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=3))
def test_the_columns_of_spans_are_their_characters(text: str, spans: list[tuple[int, int]]) -> None:
    spans = [(min(ends, default=0), min(len(text), max(ends))) for ends in spans]
    lines = text.split("\n")
    told = columns_by_row(text, spans)
    marked = sorted("".join(lines[row][start:end] for row, columns in told.items() for start, end in columns))
    assert marked == sorted("".join(text[start:end].replace("\n", "") for start, end in spans))

"""The input cell as it is drawn, and what is held above it."""

from __future__ import annotations

import string

import pytest
import urwid
from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.inspection.values import Document, Edit
from bipy.ui.text.highlight import Highlighter
from bipy.ui.text.rows import Row
from bipy.ui.widgets import motions
from bipy.ui.widgets.buffer import Buffer
from bipy.ui.widgets.editor import Editor
from bipy.ui.widgets.layout import LONGEST_HIGHLIGHTED, MOST_HIGHLIGHTED
from tests.snapshots import Check

CODE = '''def area(radius):
    """The area of a disc."""
    return 3.14 * radius ** 2'''


def cell(text: str = "", *, lexer: str = "python") -> Editor:
    """An editor as the session has it, the cursor where the bar stands, else at the end."""
    editor = Editor(Highlighter(lexer), prompt=(("prompt.in", "In [1]: "),), continuation=(("prompt.in", "   ...: "),))
    before, bar, after = text.partition("|")
    editor.paste(before + after)
    if bar:
        editor.buffer.cursor = editor.buffer.position_of(len(before))
    return editor


def shown(editor: Editor, columns: int, rows: int | None = None) -> list[str]:
    """The text on the screen, trailing blanks aside."""
    canvas = editor.render((columns, rows or editor.height(columns)), True)
    return [row.decode().rstrip() for row in canvas.text]


def test_an_empty_cell(snapshot: Check) -> None:
    snapshot(cell().render((24, 2), True), "editor/empty")


def test_lines_have_prompts_and_colours(snapshot: Check) -> None:
    snapshot(cell(CODE).render((44, 4), True), "editor/lines")


def test_without_focus_there_is_no_cursor(snapshot: Check) -> None:
    snapshot(cell("x = 1").render((16, 1), False), "editor/without-focus")


def test_long_lines_wrap_at_any_character(snapshot: Check) -> None:
    snapshot(cell("print('日本語日本語', ab|cdefg)").render((22, 4), True), "editor/wrapped")


def test_behind_a_full_row_the_cursor_stands_in_a_new_one(snapshot: Check) -> None:
    editor = cell("abcdefgh")
    assert editor.height(16) == 2
    snapshot(editor.render((16, 2), True), "editor/full-row")


def test_the_cursor_at_the_break_of_a_line_stands_at_the_start_of_the_next_row() -> None:
    editor = cell("abcdefgh|ij")
    assert editor.get_cursor_coords((16, 2)) == (8, 1)
    editor.buffer.move(motions.left)
    assert editor.get_cursor_coords((16, 2)) == (15, 0)


def test_a_wide_character_that_does_not_fit_goes_to_the_next_row() -> None:
    editor = cell("abcdefg日|")
    assert shown(editor, 16) == ["In [1]: abcdefg", "        日"]
    assert editor.get_cursor_coords((16, 2)) == (10, 1)


def test_the_bracket_pair_at_the_cursor_is_marked(snapshot: Check) -> None:
    editor = cell("f(g(\n日), [1])")
    editor.brackets = (1, 12)
    snapshot(editor.render((20, 2), True), "editor/brackets")


def test_brackets_that_are_no_longer_there_are_not_marked() -> None:
    editor = cell("(a)")
    plain = list(editor.render((20, 1)).content())
    for stale in [(1, 99), (-5, 40), (3, 1)]:
        editor.brackets = stale
        assert list(editor.render((20, 1)).content()) == plain


def test_a_bracket_without_a_partner_is_marked(snapshot: Check) -> None:
    editor = cell("f(x))")
    editor.lone_bracket = 4
    snapshot(editor.render((20, 1), True), "editor/lone-bracket")
    editor.lone_bracket = 40
    assert "code.mismatch" not in {run[0] for run in next(iter(editor.render((20, 1)).content()))}


def test_a_tab_is_seen_and_reaches_to_its_stop(snapshot: Check) -> None:
    editor = cell("\ta\t日\t\x1b\tb|\n'\t'")
    editor.buffer.move_rows(-1)
    editor.buffer.move(motions.line_end)
    assert editor.get_cursor_coords((60, 2)) == (8 + 33, 0)
    editor.buffer.select(motions.word_left)
    snapshot(editor.render((60, 2), True), "editor/tabs")
    assert editor.position((60, 2), 8 + 12, 0) == (0, 2)
    editor.replace("x\t" * 400)
    editor.buffer.cursor = (0, 0)
    assert shown(editor, 24, 1) == ["In [1]: x→      x→"]
    assert editor.document.code == "x\t" * 400


def test_a_password_shows_dots_and_is_not_kept(snapshot: Check) -> None:
    editor = Editor(Highlighter("python"), prompt=(("prompt.stdin", "Password: "),), mask=True)
    editor.insert("import 日本")
    snapshot(editor.render((24, 2), True), "editor/password")
    assert editor.document.code == "import 日本"
    assert "import" not in repr(editor)


def test_a_prompt_that_takes_too_much_room_stands_above(snapshot: Check) -> None:
    prompt: Row = (("prompt.stdin", "Three of them:\n\x1b[1mWhat is your\tname, please? "),)
    editor = Editor(prompt=prompt)
    editor.insert("Guido van Rossum, of course")
    snapshot(editor.render((24, 6), True), "editor/prompt-above")


def test_a_prompt_of_several_lines_leaves_its_last_one_beside_the_text() -> None:
    editor = Editor(prompt=(("prompt.stdin", "Really delete all the files?\n[y/n] "),))
    editor.insert("n")
    assert shown(editor, 30) == ["Really delete all the files?", "[y/n] n"]


def test_more_rows_than_room_show_a_window_with_the_cursor(snapshot: Check) -> None:
    editor = cell("\n".join(f"x{number} = {number}" for number in range(9)))
    snapshot(editor.render((16, 3), True), "editor/window-at-the-end")
    for _ in range(4):
        editor.buffer.move_rows(-1)
    snapshot(editor.render((16, 3), True), "editor/window-moved-up")


def test_the_window_moves_no_more_than_need_be() -> None:
    editor = cell("\n".join("abcdef"))
    assert shown(editor, 20, 3)[2] == "   ...: f"
    tops = ""
    for rows in (-1, -1, -1, -1, -1, 1, 1, 1, 1):
        editor.buffer.move_rows(rows)
        tops += shown(editor, 20, 3)[0][-1]
    assert tops == "ddcbaaabc"


def test_the_first_line_brings_the_prompt_above_it_into_the_window() -> None:
    editor = Editor(prompt=(("prompt.stdin", "A rather long prompt:"),))
    editor.insert("a\nb\nc")
    assert shown(editor, 24, 2) == ["b", "c"]
    editor.buffer.cursor = (0, 0)
    assert shown(editor, 24, 2) == ["A rather long prompt:", "a"]
    assert shown(editor, 24, 1) == ["a"]


def test_tabs_and_hostile_characters_take_the_cells_they_are_drawn_in(snapshot: Check) -> None:
    editor = cell()
    editor.insert("\tx\x1b[31m\x00\u202e\ud800\x9b")
    snapshot(editor.render((34, 1), True), "editor/hostile")


@pytest.mark.parametrize(("columns", "rows"), [(1, 1), (3, 2), (8, 2), (9, 5)])
def test_there_is_a_screen_of_any_size(columns: int, rows: int, snapshot: Check) -> None:
    snapshot(cell("日本 = [1,\n2]|3").render((columns, rows), True), f"editor/size-{columns}x{rows}")


def test_printable_keys_are_typed_and_all_others_returned() -> None:
    editor = cell()
    for key in ["a", " ", "é", "日", "\u0301", "\u200d", "("]:
        assert editor.keypress((20, 1), key) is None
    assert editor.document == Document("a é日\u0301\u200d(", 7)
    for key in ["enter", "ctrl a", "meta x", "f1", "\t", "\n", "\x00", "\x1b", "\x7f", "\x9b", "\ud800", "<0>", ""]:
        assert editor.keypress((20, 1), key) == key
    assert editor.document == Document("a é日\u0301\u200d(", 7)


def test_a_paste_is_one_step_and_keeps_its_lines_and_blanks() -> None:
    editor = cell("x")
    editor.paste("if a:\n\tb\r\n  c\n\n\x1b[0m\x07\x00  \ud800")
    assert editor.document.code == "xif a:\n\tb\n  c\n\n[0m  "
    editor.buffer.undo()
    assert editor.document.code == "x"


def test_an_edit_replaces_its_part_and_is_one_step() -> None:
    editor = cell("os.pa\nx")
    editor.apply(Edit(3, 5, "path"))
    assert editor.document == Document("os.path\nx", 7)
    editor.buffer.undo()
    assert editor.document.code == "os.pa\nx"
    editor.apply(Edit(-3, 99, "new"))
    assert editor.document == Document("new", 3)


def test_a_recalled_entry_replaces_everything_and_can_be_undone() -> None:
    editor = cell("draft")
    editor.replace("a\nb")
    assert editor.document == Document("a\nb", 3)
    editor.buffer.undo()
    assert editor.document == Document("draft", 5)


def test_a_cleared_cell_has_nothing_to_undo_but_keeps_the_kills() -> None:
    editor = cell("one two")
    editor.buffer.kill(motions.word_left)
    editor.clear()
    assert not editor.buffer.undo()
    editor.buffer.yank()
    assert editor.document.code == "two"


def entered(text: str) -> Editor:
    """A cell in which `text` was entered and is awaited."""
    editor = cell(text)
    editor.awaited = (editor.enter().code,)
    return editor


def test_entered_texts_stand_frozen_above_what_is_typed(snapshot: Check) -> None:
    editor = entered("for i in x:")
    editor.insert("pri")
    assert editor.document == Document("pri", 3)
    snapshot(editor.render((24, 3), True), "editor/awaited")


def test_entered_texts_stand_there_as_long_as_they_are_awaited() -> None:
    editor = cell("a")
    editor.enter()
    editor.insert("b")
    editor.enter()
    editor.insert("c")
    editor.awaited = ("a", "b")
    assert shown(editor, 20) == ["In [1]: a", "   ...: b", "   ...: c"]
    editor.awaited = ("a\nb",)
    assert shown(editor, 20) == ["In [1]: a", "   ...: b", "   ...: c"]
    editor.awaited = ()
    assert shown(editor, 20) == ["In [1]: c"]


def test_a_text_that_goes_on_does_so_with_what_was_typed_meanwhile() -> None:
    editor = entered("for i in x:")
    for character in "pass":
        editor.insert(character)
    editor.buffer.move(motions.left)
    editor.go_on("for i in x:", 11, "    ")
    assert editor.awaited == ()
    assert editor.document == Document("for i in x:\n    pass", 19)
    editor.insert("S")
    editor.buffer.undo()
    editor.buffer.undo()
    assert editor.document == Document("for i in x:", 11)
    editor.buffer.undo()
    assert editor.document.code == ""


def test_a_text_goes_on_where_enter_was_pressed() -> None:
    editor = entered("f(a, |b")
    editor.insert("c, ")
    editor.go_on("f(a, b", 5, "  ")
    assert editor.document == Document("f(a, \n  c, b", 11)


def test_entered_texts_share_the_window_with_the_one_being_typed() -> None:
    editor = entered("a\nb\nc")
    editor.insert("d\ne")
    assert editor.height(20) == 5
    assert shown(editor, 20, 3) == ["   ...: c", "   ...: d", "   ...: e"]
    editor.buffer.cursor = (0, 0)
    assert editor.get_cursor_coords((20, 3)) == (8, 1)
    assert shown(editor, 20, 1) == ["   ...: d"]


def test_the_cell_of_any_offset_can_be_told() -> None:
    editor = cell("abc\n日def")
    assert [editor.cell((20, 2), offset) for offset in (0, 3, 4, 5)] == [(8, 0), (11, 0), (8, 1), (10, 1)]
    assert editor.cell((20, 1), 0) == (8, -1)


def test_only_lines_that_changed_are_highlighted_again() -> None:
    class Counting(Highlighter):
        seen: list[str] = []  # noqa: RUF012

        def line(self, text: str, state: tuple[str, ...]) -> tuple[Row, tuple[str, ...]]:
            self.seen.append(text)
            return super().line(text, state)

    counting = Counting("python")
    editor = Editor(counting)
    editor.paste("\n".join(f"a{number}" for number in range(100)))
    for _ in range(3):
        editor.render((20, 10), True)
    counting.seen.clear()
    editor.insert("b")
    editor.render((20, 10), True)
    assert counting.seen == ["a99b"]
    editor.buffer.cursor = (50, 1)
    editor.render((20, 10), True)
    counting.seen.clear()
    editor.buffer.newline()
    editor.render((20, 10), True)
    assert sorted(counting.seen) == ["50", "a"]
    # What the lines below mean has changed too, but of those only the ones on show are done.
    editor.buffer.cursor = (45, 0)
    counting.seen.clear()
    editor.insert("'''")
    editor.render((20, 10), True)
    assert len(counting.seen) < 12
    counting.seen.clear()
    editor.render((40, 10), True)
    assert counting.seen == []


def test_after_a_long_paste_the_colours_are_settled_within_some_frames() -> None:
    lines = [f"a{number}" for number in range(1000)]
    editor = cell("\n".join(["'''", *lines]))
    colours = []
    while True:
        canvas = editor.render((20, 5), True)
        colours.append({run[0] for run in list(canvas.content())[4]})
        if not editor.unfinished:
            break
    assert colours[0] == {"prompt.in", "code", None}
    assert colours[-1] == {"prompt.in", "code.string", None}
    assert len(colours) == 1 + len(lines) // MOST_HIGHLIGHTED


def test_another_language_colours_the_text_anew() -> None:
    editor = cell("def f(): pass", lexer="")
    assert {run[0] for run in next(iter(editor.render((40, 1)).content()))} == {"prompt.in", "code", None}
    editor.highlighter = Highlighter("python")
    assert "code.keyword" in {run[0] for run in next(iter(editor.render((40, 1)).content()))}


def test_a_very_long_line_is_drawn_without_colours() -> None:
    editor = cell()
    for character in ("x", "日", "\x00"):
        editor.replace("'" + character * 300_000)
        editor.render((80, 24), True)
        editor.insert("y")
        assert editor.render((80, 24), True).cursor is not None
    assert LONGEST_HIGHLIGHTED < 300_000


ODD = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\t\n\x00\x1b\x7f\x9b\u0301\u200d\u200b\u202e\ud800\ufe0f日本👩👦🇩🇪()[]"),
        st.sampled_from(string.printable),
    ),
    max_size=40,
)


@settings(max_examples=150)
@given(ODD, ODD, st.tuples(st.integers(1, 24), st.integers(1, 6)), st.integers(0, 40), st.booleans())
def test_any_text_is_drawn_in_any_size(text: str, prompt: str, size: tuple[int, int], offset: int, mask: bool) -> None:
    editor = Editor(Highlighter("python"), prompt=(("prompt.stdin", prompt),), mask=mask)
    editor.insert(text)
    editor.buffer.cursor = editor.buffer.position_of(offset)
    editor.brackets = (offset, offset + 1)
    canvas = editor.render(size, True)
    assert (canvas.cols(), canvas.rows()) == size
    assert canvas.cursor == editor.get_cursor_coords(size)
    assert 0 <= canvas.cursor[0] < size[0]
    assert 0 <= canvas.cursor[1] < size[1]
    assert editor.document.code == text
    for row in canvas.content():
        assert sum(urwid.calc_width(piece.decode(), 0, len(piece.decode())) for _, _, piece in row) == size[0]


EDITS = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 60), st.integers(0, 60), st.text("ab'\"(\n 日#", max_size=8)),
        st.sampled_from(["undo", "redo", "enter", "go on"]),
        st.integers(4, 30),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=100)
@given(EDITS)
def test_what_is_kept_between_two_frames_never_shows(edits: list[tuple[int, int, str] | str | int]) -> None:
    """After any edits the screen is that of an editor that is drawn for the first time."""
    columns = 20
    kept = cell()
    for edit in edits:
        match edit:
            case (int(start), int(end), str(text)):
                kept.apply(Edit(start, end, text))
            case int(columns):
                pass
            case "enter":
                kept.enter()
            case "go on" if kept.awaited:
                code = kept.awaited[0]
                kept.go_on(code, len(code) // 2, "  ")
            case "undo":
                kept.buffer.undo()
            case _:
                kept.buffer.redo()
        kept.render((columns, 3), True)
    fresh = cell()
    fresh.awaited = kept.awaited
    fresh.buffer = Buffer(kept.buffer.code)
    fresh.buffer.cursor = kept.buffer.cursor
    size = (columns, fresh.height(columns))
    assert kept.height(columns) == fresh.height(columns)
    assert list(kept.render(size).content()) == list(fresh.render(size).content())
    assert kept.get_cursor_coords(size) == fresh.get_cursor_coords(size)


def test_it_is_a_box_widget_that_takes_keys() -> None:
    editor = Editor()
    assert editor.sizing() == frozenset([urwid.BOX])
    assert editor.selectable()

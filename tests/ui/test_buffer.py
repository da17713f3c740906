"""The text model of the editor, against a plain string where that is possible."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.ui.widgets import buffer, motions
from bipy.ui.widgets.buffer import Buffer, KillRing


def at(text: str) -> Buffer:
    """A buffer with the text, the cursor where the bar stands."""
    before, _, after = text.partition("|")
    made = Buffer(before + after)
    made.cursor = made.position_of(len(before))
    return made


def seen(of: Buffer) -> str:
    """The text with a bar where the cursor stands."""
    return f"{of.code[: of.offset]}|{of.code[of.offset :]}"


MOTIONS: dict[str, motions.Motion] = {
    "left": motions.left,
    "right": motions.right,
    "line start": motions.line_start,
    "line end": motions.line_end,
    "line rest": motions.line_rest,
    "text start": motions.text_start,
    "text end": motions.text_end,
    "word left": motions.word_left,
    "word right": motions.word_right,
    "blank left": motions.blank_left,
}


def target(name: str, text: str, cursor: int) -> int:
    """Where the motion leads in a plain string."""
    before, after = text[:cursor], text[cursor:]
    match name:
        case "left":
            return max(0, cursor - 1)
        case "right":
            return min(len(text), cursor + 1)
        case "line start":
            return before.rfind("\n") + 1
        case "line end":
            return cursor + len(after.split("\n")[0])
        case "line rest":
            return cursor + (len(after.split("\n")[0]) or min(1, len(after)))
        case "text start":
            return 0
        case "text end":
            return len(text)
        case "word right":
            found = re.match(r"\W*\w+", after)
            return cursor + found.end() if found else len(text)
        case "word left":
            found = re.search(r"\w+\W*$", before)
            return found.start() if found else 0
        case _:
            found = re.search(r"\S+\s*$", before)
            return found.start() if found else 0


TEXT = st.text("ab_1 .(\n日", max_size=12)
OFFSET = st.integers(-2, 30)
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), TEXT),
        st.tuples(st.just("newline"), st.sampled_from(["", "    "])),
        st.tuples(st.just("replace"), OFFSET, OFFSET, TEXT),
        st.tuples(st.just("place"), OFFSET),
        st.tuples(st.sampled_from(["move", "delete", "kill"]), st.sampled_from(sorted(MOTIONS))),
        st.tuples(st.just("yank")),
        st.tuples(st.just("undo")),
        st.tuples(st.just("redo")),
        st.tuples(st.sampled_from(["backspace", "transpose", "indent", "yank pop", "up", "down", "shift"])),
    ),
    max_size=25,
)


def perform(on: Buffer, operation: tuple[object, ...]) -> None:
    """Do to the buffer what the operation says."""
    simple: dict[str, Callable[[], object]] = {
        "yank": on.yank,
        "yank pop": on.yank_pop,
        "undo": on.undo,
        "redo": on.redo,
        "backspace": on.backspace,
        "transpose": on.transpose,
        "indent": on.indent,
        "up": lambda: on.move_rows(-1),
        "down": lambda: on.move_rows(1),
        "shift": lambda: on.shift(0, len(on.lines) - 1, 2),
    }
    match operation:
        case ("insert", str(text)):
            on.insert(text)
        case ("newline", str(indent)):
            on.newline(indent)
        case ("replace", int(start), int(end), str(text)):
            on.replace(start, end, text)
        case ("place", int(offset)):
            on.cursor = on.position_of(offset)
        case (("move" | "delete" | "kill") as verb, str(name)):
            getattr(on, verb)(MOTIONS[name])
        case (str(name),):
            simple[name]()


def model(text: str, cursor: int, killed: str, operation: tuple[object, ...]) -> tuple[str, int] | None:
    """What the operation makes of a plain string and an offset; None for those that are not modelled."""
    match operation:
        case ("insert", str(new)):
            return text[:cursor] + new + text[cursor:], cursor + len(new)
        case ("newline", str(indent)):
            return f"{text[:cursor]}\n{indent}{text[cursor:]}", cursor + 1 + len(indent)
        case ("replace", int(start), int(end), str(new)):
            start, end = sorted((max(0, min(start, len(text))), max(0, min(end, len(text)))))
            return text[:start] + new + text[end:], start + len(new)
        case ("place", int(offset)):
            return text, max(0, min(offset, len(text)))
        case ("move", str(name)):
            return text, target(name, text, cursor)
        case ("delete" | "kill", str(name)):
            start, end = sorted((cursor, target(name, text, cursor)))
            return text[:start] + text[end:], start
        case ("yank",):
            return text[:cursor] + killed + text[cursor:], cursor + len(killed)
    return None


@settings(max_examples=150)
@given(TEXT, OPERATIONS)
def test_a_buffer_does_what_a_string_would(text: str, operations: list[tuple[object, ...]]) -> None:
    tried = Buffer(text)
    for operation in operations:
        code, revision = tried.code, tried.revision
        expected = model(code, tried.offset, tried.kill_ring.text(), operation)
        perform(tried, operation)
        assert expected in (None, (tried.code, tried.offset))
        assert tried.lines == tried.code.split("\n")
        assert tried.position_of(tried.offset) == tried.cursor
        assert tried.revision > revision or tried.code == code


@settings(max_examples=150)
@given(TEXT, OPERATIONS)
def test_everything_can_be_undone_and_done_again(text: str, operations: list[tuple[object, ...]]) -> None:
    tried = Buffer(text)
    for operation in operations:
        perform(tried, operation)
    while tried.redo():
        pass
    code = tried.code
    while tried.undo():
        pass
    assert tried.code == text
    while tried.redo():
        pass
    assert tried.code == code


@settings(max_examples=50)
@given(st.text(max_size=30), OFFSET, OPERATIONS)
def test_no_text_is_too_odd(text: str, offset: int, operations: list[tuple[object, ...]]) -> None:
    tried = Buffer(text)
    tried.cursor = tried.position_of(offset)
    for operation in operations:
        perform(tried, operation)
        for motion in MOTIONS.values():
            row, column = motion(tried.lines, tried.cursor)
            assert 0 <= row < len(tried.lines)
            assert 0 <= column <= len(tried.lines[row])


def test_motions_step_over_whole_grapheme_clusters() -> None:
    family = "\N{WOMAN}\u200d\N{WOMAN}\u200d\N{BOY}"
    tried = at(f"|e\u0301{family}\N{REGIONAL INDICATOR SYMBOL LETTER D}\N{REGIONAL INDICATOR SYMBOL LETTER E}.")
    columns = []
    for _ in range(5):
        tried.move(motions.right)
        columns.append(tried.cursor[1])
    assert columns == [2, 7, 9, 10, 10]
    tried.delete(motions.left)
    tried.delete(motions.left)
    assert tried.code == f"e\u0301{family}"
    tried.delete(motions.left)
    assert tried.code == "e\u0301"


def test_up_and_down_keep_to_the_column_where_they_began() -> None:
    tried = at("abcdef|\nab\n日本語日本語\nabcdef")
    columns = []
    for _ in range(3):
        assert tried.move_rows(1)
        columns.append(tried.cursor[1])
    # The third character of the wide line ends in column 6, as the sixth of the others does.
    assert columns == [2, 3, 6]
    assert not tried.move_rows(1)
    tried.move(motions.left)
    tried.move_rows(-1)
    assert tried.cursor == (2, 2)


def test_up_never_ends_inside_a_wide_character() -> None:
    tried = at("日本\nabc|")
    assert tried.move_rows(-1)
    assert tried.cursor == (0, 1)


def test_kills_in_a_row_are_one_kill() -> None:
    tried = at("one two| three\nfour")
    tried.kill(motions.word_left)
    tried.kill(motions.line_rest)
    tried.kill(motions.line_rest)
    tried.kill(motions.word_left)
    assert seen(tried) == "|four"
    tried.yank()
    assert seen(tried) == "one two three\n|four"
    tried.move(motions.text_end)
    tried.kill(motions.word_left)
    tried.yank()
    tried.yank_pop()
    assert seen(tried) == "one two three\none two three\n|"
    tried.yank_pop()
    assert seen(tried) == "one two three\nfour|"


def test_yank_pop_without_a_yank_before_it_does_nothing() -> None:
    tried = at("one two|")
    tried.kill(motions.word_left)
    tried.yank()
    tried.move(motions.left)
    tried.yank_pop()
    assert seen(tried) == "one tw|o"


def test_a_move_between_two_kills_keeps_them_apart() -> None:
    tried = at("one two|")
    tried.kill(motions.word_left)
    tried.move(motions.right)
    tried.kill(motions.word_left)
    tried.yank()
    assert seen(tried) == "one |"


def test_a_kill_ring_can_be_shared() -> None:
    ring = KillRing()
    first, second = Buffer("x", ring), Buffer("", ring)
    first.kill(motions.text_start)
    second.yank()
    assert second.code == "x"


def test_the_kill_ring_forgets_the_oldest() -> None:
    ring = KillRing()
    assert ring.text() == ""
    ring.rotate()
    for number in range(buffer.MOST_KILLS + 1):
        ring.add(str(number), join=False, in_front=False)
    for _ in range(buffer.MOST_KILLS - 1):
        ring.rotate()
    assert ring.text() == "1"
    ring.rotate()
    assert ring.text() == str(buffer.MOST_KILLS)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ab|cd", "acb|d"),
        ("abcd|", "abdc|"),
        ("|abcd", "|abcd"),
        ("a|", "a|"),
        ("|", "|"),
        ("e\u0301|x", "xe\u0301|"),
        ("ab\n|cd", "ab\n|cd"),
        ("ab|\ncd", "ba|\ncd"),
    ],
)
def test_transpose(before: str, after: str) -> None:
    tried = at(before)
    tried.transpose()
    assert seen(tried) == after


@pytest.mark.parametrize(
    ("before", "down", "up"),
    [
        ("a\nb|\n\nc", "a\nb\n|\nc", "|a\nb\n\nc"),
        ("a\n  \n\n|b\n \nc", "a\n  \n\nb\n| \nc", "a\n  \n|\nb\n \nc"),
        ("a\n\n|\nb", "a\n\n\nb|", "|a\n\n\nb"),
        ("\n\n|", "\n\n|", "|\n\n"),
        ("|", "|", "|"),
    ],
)
def test_block_motions_go_from_blank_line_to_blank_line(before: str, down: str, up: str) -> None:
    for motion, after in ((motions.block_down, down), (motions.block_up, up)):
        tried = at(before)
        tried.move(motion)
        assert seen(tried) == after


def test_all_can_be_selected() -> None:
    tried = at("a|\n日")
    tried.select_all()
    assert tried.selected == "a\n日"
    tried.insert("x")
    assert seen(tried) == "x|"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("        |x", "    |x"),
        ("      |x", "    |x"),
        ("  |  x", "|  x"),
        ("a   |x", "a  |x"),
        ("    \t|x", "    |x"),
        ("a\n|b", "a|b"),
        ("|a", "|a"),
        ("a\n        |", "a\n    |"),
    ],
)
def test_backspace_takes_an_indentation_back(before: str, after: str) -> None:
    tried = at(before)
    tried.backspace()
    assert seen(tried) == after


def test_indentation() -> None:
    tried = at("  |x")
    assert tried.in_indentation
    tried.indent()
    assert seen(tried) == "    |x"
    tried.move(motions.right)
    assert not tried.in_indentation


def test_lines_are_shifted_and_the_cursor_stays_on_its_character() -> None:
    tried = at("if x:\n  a\n\n    b|c\nd")
    tried.shift(1, 3, 4)
    assert seen(tried) == "if x:\n      a\n\n        b|c\nd"
    tried.shift(0, 4, -8)
    assert seen(tried) == "if x:\na\n\nb|c\nd"
    tried.undo()
    tried.undo()
    assert seen(tried) == "if x:\n  a\n\n    b|c\nd"


def test_typing_is_one_step_to_undo() -> None:
    tried = Buffer()
    for character in "abc":
        tried.insert(character)
    tried.move(motions.left)
    for character in "xy":
        tried.insert(character)
    steps = []
    while tried.undo():
        steps.append(seen(tried))
    assert steps == ["ab|c", "|"]
    tried.redo()
    tried.redo()
    assert seen(tried) == "abxy|c"
    assert not tried.redo()


def test_deleting_is_one_step_and_not_part_of_the_typing() -> None:
    tried = Buffer()
    for character in "abcd":
        tried.insert(character)
    tried.backspace()
    tried.backspace()
    tried.insert("x")
    steps = []
    while tried.undo():
        steps.append(seen(tried))
    assert steps == ["ab|", "abcd|", "|"]


def test_deleting_forward_joins_and_comes_back_behind_the_cursor() -> None:
    tried = at("|abc")
    for _ in range(3):
        tried.delete(motions.right)
    assert seen(tried) == "|"
    assert tried.undo()
    assert seen(tried) == "|abc"


def test_a_newline_a_kill_and_a_replacement_are_steps_of_their_own() -> None:
    tried = Buffer()
    tried.insert("a")
    tried.newline("    ")
    tried.insert("b")
    tried.replace(0, 1, "xyz")
    tried.kill(motions.line_rest)
    steps = []
    while tried.undo():
        steps.append(seen(tried))
    assert steps == ["xyz|\n    b", "a\n    b|", "a\n    |", "a|", "|"]


def test_a_new_change_ends_what_could_be_redone() -> None:
    tried = Buffer()
    tried.insert("a")
    tried.undo()
    tried.insert("b")
    assert not tried.redo()
    assert tried.code == "b"


def test_what_changes_nothing_leaves_no_step_and_no_revision() -> None:
    tried = Buffer("a")
    tried.undo()
    revision = tried.revision
    tried.insert("")
    tried.delete(motions.right)
    tried.kill(motions.right)
    tried.yank()
    assert tried.revision == revision
    assert not tried.undo()


def test_the_oldest_steps_are_forgotten() -> None:
    tried = Buffer()
    for _ in range(buffer.MOST_STEPS + 10):
        tried.newline()
    while tried.undo():
        pass
    assert tried.code == "\n" * 10


def test_word_motions_take_linear_time_on_any_line() -> None:
    # A million characters: what is quadratic would not come to an end.
    for line in ("a" * 1_000_000 + "!", "!" * 1_000_000, "a " * 500_000):
        tried = Buffer(line)
        tried.move(motions.word_left)
        tried.move(motions.blank_left)
        tried.move(motions.line_start)
        tried.move(motions.word_right)


def test_a_buffer_shows_nothing_of_its_text_in_its_repr() -> None:
    assert "secret" not in repr(Buffer("secret"))

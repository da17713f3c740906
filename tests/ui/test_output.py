"""OutputLines: what one output of a cell looks like."""

from __future__ import annotations

import re
from typing import Any, Literal

import pytest
import urwid
from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.session.transcript import Bundle, Cell, Failure, Output, Text, Transcript
from bipy.ui.mime.means import Means
from bipy.ui.mime.output import OutputLines
from bipy.ui.text.rows import Row, canvas, row_width
from bipy.ui.text.sgr import DEFAULT, Style, attribute, restyle
from tests.snapshots import Check

PROMPT: Row = (("prompt.out", "Out[3]: "),)


def rows(lines: OutputLines, columns: int) -> list[Row]:
    return [row for line in range(lines.count) for row in lines.rows(line, columns)]


def texts(lines: OutputLines, columns: int = 40) -> list[str]:
    return ["".join(text for _, text in row) for row in rows(lines, columns)]


def drawn(*outputs: Output, columns: int = 34, prompt: Row = (), depth: int = 256) -> urwid.Canvas:
    """The outputs one below the other."""
    shown = [row for output in outputs for row in rows(OutputLines(output, prompt, Means(depth)), columns)]
    return canvas(shown, columns)


def plain(text: Any, *, is_result: bool = False) -> Bundle:
    return Bundle({"text/plain": text}, {}, execution_count=3 if is_result else None, is_result=is_result)


def failure(*traceback: str) -> Failure:
    return Failure("ZeroDivisionError", "division by zero", traceback)


def test_streams(snapshot: Check) -> None:
    outputs = (
        Text("stdout", ["counting\n", "1\r", "2\r3\n", "no newline"]),
        Text("stderr", ["warning: ", "\x1b[1mbold\x1b[0m and \x1b[31mred\x1b[0m\n"]),
        Text("stdout", ["a line that is longer than the row it is in\n\nlast\n"]),
    )
    snapshot(drawn(*outputs), "output/streams")


def test_colours_of_the_kernel(snapshot: Check) -> None:
    text = "\x1b[32mgreen \x1b[94mbright \x1b[38;5;208m208 \x1b[38;2;255;135;0mtrue \x1b[7mreverse\x1b[0m plain"
    snapshot(drawn(Text("stdout", [text])), "output/colours")
    snapshot(drawn(Text("stdout", [text]), depth=2**24), "output/colours-true")
    snapshot(drawn(Text("stdout", [text]), depth=16), "output/colours-16")
    snapshot(drawn(Text("stdout", [text]), depth=1), "output/colours-mono")


def test_wide_characters_are_never_cut(snapshot: Check) -> None:
    snapshot(drawn(Text("stdout", ["日本語日本語\tx\nae\u0301\u202e\ufeffb"]), columns=9), "output/wide")


def test_results(snapshot: Check) -> None:
    outputs = (plain("[1, 2]"), plain("a result longer than the row it is in"), plain("   a  b\n0  1  2"))
    snapshot(drawn(*outputs, prompt=PROMPT), "output/results")


def test_bundles_without_text(snapshot: Check) -> None:
    image = Bundle({"image/png": "iVBORw0", "text/html": "<b>"}, {})
    snapshot(drawn(image, Bundle({}, {}), columns=44), "output/no-text")
    snapshot(drawn(image, prompt=PROMPT, columns=44), "output/no-text-result")


def test_errors(snapshot: Check) -> None:
    coloured = failure(
        "\x1b[31m---------------\x1b[39m",
        "\x1b[36mCell\x1b[39m \x1b[32mIn[1]\x1b[39m\n\x1b[32m----> \x1b[39m\x1b[32m1\x1b[39m 1/\x1b[32m0\x1b[39m",
        "\x1b[31mZeroDivisionError\x1b[39m: division by zero",
    )
    snapshot(drawn(coloured, failure("Traceback:", "  x"), failure()), "output/errors")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", ["Out[3]: 1"]),
        ("1\n", ["Out[3]: 1"]),
        ("1\n2", ["Out[3]: ", "1", "2"]),
        ("\n1", ["Out[3]: ", "", "1"]),
        ("", ["Out[3]: "]),
        (["a\n", "b"], ["Out[3]: ", "a", "b"]),
        (["a"], ["Out[3]: a"]),
    ],
)
def test_a_result_stands_behind_its_prompt_unless_it_has_several_lines(text: object, expected: list[str]) -> None:
    assert texts(OutputLines(plain(text), PROMPT)) == expected


@pytest.mark.parametrize("text", [None, 3, 2.5, {"a": 1}, ["a", 1], True, [None]])
def test_a_text_of_a_wrong_type_is_no_text(text: object) -> None:
    assert texts(OutputLines(plain(text))) == ["[text/plain: not shown]"]


def test_an_error_of_wrong_types_still_says_something() -> None:
    assert texts(OutputLines(Failure("E", "", ()))) == ["E"]
    assert texts(OutputLines(Failure("", "", ("", "")))) == ["error"]
    wrong: Any = (None, "at 1", 3)
    assert texts(OutputLines(Failure("E", "v", wrong))) == ["at 1"]


def test_new_parts_are_added() -> None:
    output = Text("stdout")
    lines = OutputLines(output)
    assert texts(lines) == []
    for part, expected in [
        ("a", ["a"]),
        ("b\n", ["ab"]),
        ("\x1b[3", ["ab"]),
        ("1mc", ["ab", "c"]),
        ("\rd", ["ab", "d"]),
    ]:
        output.parts.append(part)
        output.revision += 1
        assert texts(lines) == expected


def test_an_updated_display_is_shown_anew() -> None:
    bundle = plain("  0%")
    lines = OutputLines(bundle)
    assert texts(lines) == ["  0%"]
    bundle.data = {"text/plain": "100%\ndone"}
    bundle.revision += 1
    assert texts(lines) == ["100%", "done"]


def test_names_of_mime_types_steer_nothing() -> None:
    assert texts(OutputLines(Bundle({"\x1b[2J\nx/y": 1}, {}))) == ["[␛[2J␊x/y: not shown]"]


def test_a_line_of_a_megabyte_is_wrapped() -> None:
    lines = OutputLines(Text("stdout", ["x" * 1_000_000 + "\n"]))
    assert lines.count == 1
    wrapped = lines.rows(0, 120)
    assert len(wrapped) == 8334
    assert lines.rows(0, 120) is wrapped


SWITCHES = (0, 1, 2, 3, 4, 7, 9, 22, 23, 24, 27, 29, 31, 39, 42, 49, 95, 105)
SWITCHES += ("38;5;208", "48;5;22", "38;2;9;8;7", "48;2;7;8;9")
tokens = st.sampled_from(SWITCHES).map("\x1b[{}m".format) | st.text("ab日\n", min_size=1, max_size=3)


def check_styles(pieces: list[str], name: Literal["stdout", "stderr"] = "stdout", *, watched: bool = True) -> None:
    """Each character has the style that the sequences before it say, in whichever pieces of a stream they stand.

    `watched`: each piece is drawn before the next one comes.
    """
    transcript = Transcript()
    cell = transcript.add(Cell("print(text)"))
    lines = None
    for piece in pieces:
        transcript.stream(cell, name, piece)
        if lines is None or not watched:
            lines = OutputLines(cell.outputs[0])
        rows(lines, 80)
    role = "output.stderr" if name == "stderr" else "output"
    style, expected = DEFAULT, []
    for number, piece in enumerate(re.split(r"\x1b\[([0-9;]*)m", "".join(pieces))):
        if number % 2:
            style = restyle(style, piece)
        else:
            expected += [(attribute(style, role), character) for character in piece.replace("\n", "")]
    drawn = [(look, character) for row in (rows(lines, 80) if lines else []) for look, run in row for character in run]
    assert drawn == expected
    assert len(cell.outputs) == bool(pieces), "the pieces of one stream are one output"


def test_every_style_goes_on_from_piece_to_piece_and_from_line_to_line() -> None:
    styles = [restyle(DEFAULT, str(switch)) for switch in SWITCHES]
    for field in Style._fields:
        assert any(getattr(style, field) for style in styles), f"nothing switches {field} on"
    for switch in SWITCHES:
        check_styles([f"plain\x1b[{switch}m", "a\n", "b", "\n", "c\nd", "\x1b[0m", "plain"])


@settings(max_examples=150)
@given(
    st.lists(st.lists(tokens, max_size=3).map("".join), max_size=6),
    st.sampled_from(["stdout", "stderr"]),
    st.booleans(),
)
def test_styles_are_those_of_the_whole_text(
    pieces: list[str], name: Literal["stdout", "stderr"], watched: bool
) -> None:
    check_styles(pieces, name, watched=watched)


@settings(max_examples=100)
@given(st.lists(st.text(st.sampled_from("ab \n\r\b\té日\x1b[31mK\u202e"), max_size=20), max_size=6), st.integers(1, 9))
def test_no_row_is_wider_than_the_screen(parts: list[str], columns: int) -> None:
    for row in rows(OutputLines(Text("stdout", parts)), columns):
        assert row_width(row) <= columns
        assert canvas([row], columns).cols() == columns


@settings(max_examples=100)
@given(st.lists(st.text(st.sampled_from("ab \n\r\té日\x1b[31mK"), max_size=20), max_size=6), st.integers(2, 9))
def test_what_was_shown_before_does_not_matter(parts: list[str], columns: int) -> None:
    output = Text("stdout")
    watched = OutputLines(output)
    for part in parts:
        output.parts.append(part)
        output.revision += 1
        rows(watched, columns + 1)
    assert rows(watched, columns) == rows(OutputLines(Text("stdout", ["".join(parts)])), columns)

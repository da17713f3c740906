"""A long line shows the same text in the same colours as one that is laid out whole."""

from __future__ import annotations

import pytest
import urwid
from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.session.transcript import Bundle, Text
from bipy.ui.mime.output import OutputLines
from bipy.ui.text import long_lines, rows
from bipy.ui.text.ansi import AnsiText, runs
from bipy.ui.text.long_lines import LongLine
from bipy.ui.text.output import LONG_LINE

PIECES = st.sampled_from(
    ["word ", "x", "\t", "größe", "日本", "한", "e\u0301", "👍", "\x1b[31m", "\x1b[0m", "\x1b[1;38;5;200m"]
)


def cells(row: rows.Row) -> list[tuple[object, str]]:
    return [(attribute, sign) for attribute, text in row for sign in text]


def columned(shown: list[tuple[object, str]]) -> list[tuple[object, str]]:
    return [cell for cell in shown if rows.width(cell[1])]


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=60), st.integers(2, 40), st.integers(3, 30))
def test_no_character_and_no_colour_is_lost(pieces: list[str], columns: int, block: int) -> None:
    text = AnsiText("".join(pieces)).line(0)
    before = long_lines.BLOCK
    long_lines.BLOCK = block
    try:
        line = LongLine(text, lambda style: style, (("prompt", "Out: "),))
    finally:
        long_lines.BLOCK = before
    laid_out = line.rows(columns)
    assert all(rows.row_width(row) <= columns for row in laid_out)
    whole = [("prompt", "Out: "), *((style, rows.printable(piece)) for style, piece in runs(text))]
    shown = [run for row in laid_out for run in cells(row)]
    # What has no column of its own (an accent at the end of a block) may stand on either side of an edge.
    assert columned(shown) == columned(cells(tuple(whole)))


@pytest.mark.parametrize("unit", ["\x1b[31mred\x1b[0m plain ", "größe ", "日本語 ", "plain\t"])
def test_rows_are_made_when_they_are_asked_for(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    output = Text("stdout", [unit * (2 * LONG_LINE // len(unit) + 1)], revision=1)
    lines = OutputLines(output)
    laid_out = lines.rows(0, 79)
    made: list[int] = []
    between = LongLine.between
    monkeypatch.setattr(LongLine, "between", lambda *arguments: made.append(1) or between(*arguments))
    assert len(laid_out) > 110
    assert laid_out[100:110] == [laid_out[number] for number in range(100, 110)]
    assert len(made) == 20


def test_a_long_result_stands_behind_its_prompt() -> None:
    result = Bundle({"text/plain": "ä" * (LONG_LINE + 1)}, {}, execution_count=3, is_result=True, revision=1)
    (first, second, *_) = OutputLines(result, (("prompt.out", "Out[3]: "),)).rows(0, 40)
    assert "".join(text for _, text in first).startswith("Out[3]: ää")
    assert {text.strip("ä") for _, text in second} == {""}


def test_widths_that_are_known_without_urwid_are_those_of_urwid() -> None:
    for code in range(0x20, 0x10000):
        sign = chr(code)
        if rows._ONE_OR_TWO.fullmatch(sign):
            assert rows.width(sign) == urwid.calc_width(sign, 0, 1), hex(code)

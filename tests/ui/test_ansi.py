"""AnsiText: what a terminal would show, and nothing that a terminal would obey."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
import urwid
from hypothesis import given, settings
from hypothesis import strategies as st
from urwid import vterm

from bipy.ui.text.ansi import BLOCK, REACH, AnsiText, StyledText, runs
from bipy.ui.text.rows import TAB_WIDTH
from bipy.ui.text.sgr import DEFAULT, Style

TEXT = ["a", "bc", " ", "\n", "日", "e\u0301", "👩\u200d👩", "\ud800"]
MOVEMENTS = ["\r", "\b", "\t", *(f"\x1b[{number}{final}" for number in ("", 2, 5) for final in "ABCDEFG")]
ERASURES = ["\x1b[K", "\x1b[1K", "\x1b[2K", "\x1b[J", "\x1b[1J", "\x1b[2J"]
STYLES = ["\x1b[m", "\x1b[31m", "\x1b[1;4m", "\x1b[38;5;9m", "\x1b[48:2::1:2:3m", "\x1b[0m"]
DROPPED = [
    "\x1b[?25l",
    "\x1b]0;title\x07",
    "\x1b]8;;http://a.b\x1b\\",
    "\x1bPq#0\x1b\\",
    "\x1b(B",
    "\x1b7",
    "\x9b31m",
    "\x07",
]
BROKEN = [
    "\x1b",
    "\x1b[",
    "[",
    "]",
    ";",
    "\\",
    "\x1b]",
    "\x1b_",
    "\x9d",
    "\x9c",
    "\x18",
    "1",
    "m",
    "A",
    "?",
    "\v",
    "\f",
    "\0",
]

HOSTILE = [
    "\r",
    "\rx",
    "\b",
    "\x1b",
    "\x1b[",
    "\x1b]",
    "\x9b",
    "\x9d\n",
    "\t",
    "\t\r",
    "\f",
    "1;",
    "\u0301",
    "a\r\u0301",
    "日\b",
]
HOSTILE += ["\x1b[31m", "\x1b[Ax", "x\x1b[1K", "\x1b[1J\n", "x\n\x1b[2J", "\x1b[Jx\n\x1b[A", "\x1b[300Cx\r"]

anything = st.lists(st.sampled_from(TEXT + MOVEMENTS + ERASURES + STYLES + DROPPED + BROKEN), max_size=30).map("".join)


def lines_of(text: AnsiText) -> list[list[StyledText]]:
    return [runs(text.line(index)) for index in range(text.count)]


def styled(text: str) -> list[list[StyledText]]:
    return lines_of(AnsiText(text))


def shown(text: str) -> list[str]:
    """The lines, without their styles."""
    return ["".join(piece for _, piece in line) for line in styled(text)]


class Nobody:
    """What urwid's terminal emulator wants to tell its widget."""

    term_modes = vterm.TermModes()

    def __getattr__(self, name: str) -> object:
        return lambda *_: None


def on_a_terminal(text: str) -> list[str]:
    """The rows of urwid's terminal emulator, which knows nothing of ours."""
    terminal = vterm.TermCanvas(120, 24, Nobody())
    terminal.addstr(text.replace("\n", "\r\n").encode())
    return trimmed([b"".join(cell[2] for cell in row).decode() for row in terminal.term])


def trimmed(lines: list[str]) -> list[str]:
    """Without the blanks that nobody can see."""
    stripped = [line.rstrip() for line in lines]
    while stripped and not stripped[-1]:
        stripped.pop()
    return stripped


@settings(max_examples=300)
@given(st.lists(st.sampled_from(["a", "bc", " ", "\n", *MOVEMENTS, *ERASURES[:5], *STYLES]), max_size=14).map("".join))
def test_what_a_terminal_shows(text: str) -> None:
    assert trimmed(shown(text)) == on_a_terminal(text)


@settings(max_examples=300)
@given(anything, st.lists(st.integers(0, 200), max_size=8))
def test_pieces_are_as_good_as_the_whole(text: str, cuts: list[int]) -> None:
    ends = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    in_pieces = AnsiText()
    for start, end in itertools.pairwise(ends):
        in_pieces.feed(text[start:end])
        lines_of(in_pieces)
    assert lines_of(in_pieces) == styled(text)


@settings(max_examples=200)
@given(st.text(st.characters(), max_size=40), anything)
def test_nothing_that_steers_is_left(one: str, other: str) -> None:
    for line in shown(one + other):
        assert not [character for character in line if unicodedata.category(character) == "Cc"]


def test_plain_lines() -> None:
    assert shown("") == []
    assert shown("one\ntwo") == ["one", "two"]
    assert shown("one\n") == ["one"]
    assert shown("one\n\n") == ["one", ""]
    assert shown("\n") == [""]
    assert shown("one\r\ntwo\r\r\n") == ["one", "two"]
    assert shown("a\fb\vc") == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("parameters", "style"),
    [
        ("", DEFAULT),
        ("0", DEFAULT),
        ("1", Style(bold=True)),
        ("2", Style(dim=True)),
        ("3", Style(italic=True)),
        ("4", Style(underline=True)),
        ("4:3", Style(underline=True)),
        ("7", Style(reverse=True)),
        ("9", Style(strike=True)),
        ("01;031", Style(bold=True, foreground=1)),
        ("30;47", Style(foreground=0, background=7)),
        ("97;100", Style(foreground=15, background=8)),
        ("38;5;208", Style(foreground=208)),
        ("38:5:208", Style(foreground=208)),
        ("48;2;1;2;3", Style(background=(1, 2, 3))),
        ("38:2::1:2:3", Style(foreground=(1, 2, 3))),
        ("38:2:1:2:3", Style(foreground=(1, 2, 3))),
        ("38;2;1;2;3;1", Style(foreground=(1, 2, 3), bold=True)),
        ("38;5;9;48;5;200;4", Style(foreground=9, background=200, underline=True)),
        ("58;5;9;1", Style(bold=True)),
        ("58:2::1:2:3;1", Style(bold=True)),
        ("31;0;1", Style(bold=True)),
        ("31;;1", Style(bold=True)),
        # Out of range, cut short or unknown: no colour, and what follows still counts.
        ("38;5;256;1", Style(bold=True)),
        ("38;2;1;2;300;1", Style(bold=True)),
        ("1;38;5", Style(bold=True, foreground=0)),
        ("1;38;2", Style(bold=True, foreground=(0, 0, 0))),
        ("1;38", Style(bold=True)),
        ("1;38:9:1", Style(bold=True)),
        ("999;1", Style(bold=True)),
    ],
)
def test_styles(parameters: str, style: Style) -> None:
    assert styled(f"\x1b[{parameters}mx") == [[(style, "x")]]


@pytest.mark.parametrize(
    ("on", "off"),
    [
        ("1", "22"),
        ("2", "22"),
        ("3", "23"),
        ("4", "24"),
        ("4", "4:0"),
        ("7", "27"),
        ("9", "29"),
        ("31", "39"),
        ("41", "49"),
    ],
)
def test_each_style_has_an_end(on: str, off: str) -> None:
    assert styled(f"\x1b[{on}ma\x1b[{off}mb")[0][1] == (DEFAULT, "b")


def test_a_style_lasts_over_lines() -> None:
    red, plain = Style(foreground=1), DEFAULT
    assert styled("\x1b[31ma\nb\x1b[0mc\nd") == [[(red, "a")], [(red, "b"), (plain, "c")], [(plain, "d")]]


def test_an_erased_or_skipped_cell_has_no_style() -> None:
    red = Style(background=1)
    assert styled("\x1b[41mab\x1b[1D\x1b[1K\x1b[2Cc") == [[(DEFAULT, "   "), (red, "c")]]
    assert styled("\x1b[41m\x1b[3Cc") == [[(DEFAULT, "   "), (red, "c")]]


def test_tabs_go_to_the_next_stop_and_overwrite_nothing() -> None:
    assert shown("a\tb") == ["a" + " " * (TAB_WIDTH - 1) + "b"]
    assert shown("日\tb") == ["日" + " " * (TAB_WIDTH - 2) + "b"]
    assert shown("0123456789\r\tx") == ["01234567x9"]
    assert styled("\x1b[4ma\tb")[0][1] == (DEFAULT, " " * (TAB_WIDTH - 1))


def test_wide_characters_are_overwritten_whole() -> None:
    assert shown("日本\rx") == ["x 本"]
    assert shown("日本\r\x1b[Cx") == [" x本"]
    assert shown("日本\r\x1b[Cxy") == [" xy "]
    assert shown("abcd\r日") == ["日cd"]
    assert shown("日本\x1b[D\x1b[K") == ["日 "]
    assert shown("日本\r\x1b[1K") == ["  本"]


def test_combining_characters_stay_with_their_base() -> None:
    assert shown("e\u0301x\r\x1b[Cy") == ["e\u0301y"]
    assert shown("日\u0301\rx") == ["x "]
    assert shown("x\r\u0301y") == ["y"]


def test_overstrike_shows_what_was_struck_last() -> None:
    assert shown("_\bU_\bs_\ba_\bg_\be") == ["Usage"]


def test_carriage_return_overwrites() -> None:
    assert shown("100%\r 50%") == [" 50%"]
    assert shown("working\rdone") == ["doneing"]
    assert shown("working\r\x1b[Kdone\n") == ["done"]


def test_a_progress_bar_of_pip() -> None:
    bar = "   \x1b[90m━━━━\x1b[0m \x1b[32m{0}\x1b[0m MB"
    frames = "".join(f"\r\x1b[2K{bar.format(number)}" for number in (0.1, 0.5, 1.0))
    assert shown(f"\x1b[?25l{frames}\r\n\x1b[?25hSaved\n") == ["   ━━━━ 1.0 MB", "Saved"]


def test_bars_of_tqdm_one_in_the_other() -> None:
    # As tqdm 4.67 writes them, position=1 for the inner one.
    text = (
        "\router:   0%|          | 0/2\n\rinner   0%|        |\x1b[A\n\rinner  50%|####    |\x1b[A\n"
        "\rinner 100%|########|\x1b[A\rinner 100%|########|\n\router:  50%|#####     | 1/2\n"
    )
    first = AnsiText(text[: text.index("\rinner 100%")])
    assert ["".join(piece for _, piece in line) for line in lines_of(first)] == [
        "outer:   0%|          | 0/2",
        "inner  50%|####    |",
    ]
    assert shown(text)[1] == "outer:  50%|#####     | 1/2"


def test_lines_that_tqdm_writes_above_its_bar() -> None:
    bar, gap = "\r{:3}%|######|{}/2".format, f"\r{' ' * 15}\r"
    text = bar(0, 0) + gap + "line 0\n" + bar(0, 0) + bar(50, 1) + gap + "line 1\n" + bar(100, 2) + "\n"
    assert trimmed(shown(text)) == ["line 0", "line 1", "100%|######|2/2"]


def test_bars_of_rich() -> None:
    # As rich 14 writes two tasks: up, erase, and both again.
    def frame(one: int, two: int) -> str:
        first = f"one \x1b[38;5;197m━━\x1b[0m \x1b[35m{one:3}%\x1b[0m"
        return f"{first}\r\ntwo \x1b[38;5;237m━━\x1b[0m \x1b[35m{two:3}%\x1b[0m"

    up = "\r\x1b[2K\x1b[1A\x1b[2K"
    text = "\x1b[?25l" + frame(0, 0) + up + frame(50, 0) + up + frame(100, 100) + "\r\n\x1b[?25hdone\r\n"
    assert shown(text) == ["one ━━ 100%", "two ━━ 100%", "done"]
    percent = Style(foreground=5)
    assert styled(text)[0] == [
        (DEFAULT, "one "),
        (Style(foreground=197), "━━"),
        (DEFAULT, " "),
        (percent, "100%"),
    ]


def test_what_rich_takes_away_leaves_no_rows() -> None:
    status = "\x1b[?25l⠋ working\nmore\r\x1b[2K\x1b[1A\x1b[2K\x1b[?25h"
    assert shown(f"{status}") == []
    assert shown(f"hello\n{status}done\n") == ["hello", "done"]


def test_a_cleared_screen_begins_at_its_top() -> None:
    assert shown("one\ntwo\n\x1b[H\x1b[2J\x1b[3Jthree") == ["three"]


@pytest.mark.parametrize(
    "sequence",
    [
        "\x1b[?1049h",
        "\x1b[>4;2m",
        "\x1b[5;3H",
        "\x1b[3;1f",
        "\x1b[2S",
        "\x1b[4@",
        "\x1b[6n",
        "\x1b[s",
        "\x1b[1 q",
        "\x1b[!p",
        "\x1b]0;title\x07",
        "\x1b]52;c;aGk=\x1b\\",
        "\x1b]8;id=1;http://a.b\x1b\\",
        "\x1bP+q544e\x1b\\",
        "\x1bXstring\x1b\\",
        "\x1b^message\x1b\\",
        "\x1b_Gf=100;AAAA\x1b\\",
        "\x1b]cancelled\x18",
        "\x1b(0",
        "\x1b#8",
        "\x1b7",
        "\x1bc",
        "\x1b=",
        "\x9b31m",
        "\x9b2J",
        "\x9d0;title\x9c",
        "\x90data\x1b\\",
        "\x85",
        "\x07",
        "\x7f",
        "\0",
    ],
)
def test_every_other_sequence_is_dropped_whole(sequence: str) -> None:
    assert styled(f"ab{sequence}c") == [[(DEFAULT, "abc")]]


def test_a_sequence_that_is_longer_than_any_is_text_from_there() -> None:
    assert shown("a\x1b[" + "1" * 300 + "mb") == ["a" + "1" * 44 + "mb"]


def test_unfinished_sequences() -> None:
    assert shown("ab\x1b") == ["ab"]
    assert shown("ab\x1b[3") == ["ab"]
    assert shown("ab\x1b]0;tit") == ["ab"]
    assert shown("ab\x1b]0;title\ncd") == ["ab", "cd"]
    assert shown("ab\x1b[3\ncd") == ["ab", "cd"]
    assert shown("ab\x1b[3é") == ["abé"]
    assert styled("ab\x1b]x\x1b[31mcd")[0][1] == (Style(foreground=1), "cd")


def test_lines_out_of_reach_stay_as_they_are() -> None:
    text = "".join(f"{number}\n" for number in range(5 * BLOCK))
    reached = AnsiText(f"{text}\x1b[9999Ahere")
    top = 5 * BLOCK - REACH
    assert reached.count == 5 * BLOCK
    assert [runs(reached.line(index)) for index in range(reached.count)] == [
        [(DEFAULT, f"here{str(number)[4:]}" if number == top else str(number))] for number in range(5 * BLOCK)
    ]
    # What was erased is not filled up from what has scrolled away.
    assert shown(f"{text}\x1b[9999A\x1b[J\x1b[9999Ahere")[top - 1 :] == [str(top - 1), "here"]


def test_a_cursor_goes_no_further_than_a_terminal_is_wide_or_high() -> None:
    assert len(shown("\x1b[999999999Cx")[0]) < 1000
    assert len(shown("\x1b[999999999Gx")[0]) < 1000
    assert len(shown("a\x1b[999999999Bx")) < 100


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_long_line_and_what_could_make_it_slow(hostile: str) -> None:
    # Quadratic code takes minutes here.
    text = AnsiText("a" * 100_000)
    for _ in range(5):
        text.feed(hostile * (10_000 // len(hostile)))
    assert lines_of(text) is not None
    assert AnsiText("\x1b[" + hostile * 50_000).count >= 0


def test_many_lines_take_no_more_than_their_text() -> None:
    text = AnsiText("\x1b[32mnumber\x1b[0m 1\n" * 200_000)
    assert text.count == 200_000
    assert runs(text.line(199_999)) == [(Style(foreground=2), "number"), (DEFAULT, " 1")]
    assert runs(text.line(100_000)) == runs(text.line(0))


def test_urwid_can_measure_what_is_left() -> None:
    for line in shown("日\ud800\u202e\u200d👩\u200d👩\r\x1b[Cx"):
        assert urwid.calc_width(line, 0, len(line)) >= 0

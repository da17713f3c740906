"""What terminals answer when they are asked what they can do, and what is made of it.

Those of tmux 3.3a were read from it.  Those that are named after a newer kitty, Ghostty and xterm are put together from
documentation and from what kitty 0.26.5 and xterm 379 answered; the xterm that was asked gave no size of its cells.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from bipy import doctor
from bipy.terminal.capabilities import Capabilities, Inquiry, advice
from bipy.terminal.lent import LentTerminal
from bipy.terminal.screen import Screen

TMUX = b"\x1bP>|tmux 3.3a\x1b\\\x1b[?1;2c"
KITTY = (
    b"\x1bP>|kitty(0.35.2)\x1b\\\x1b[6;18;9t\x1b]10;rgb:dddd/dddd/dddd\x1b\\\x1b]11;rgb:0000/0000/0000\x1b\\"
    b"\x1b[?2026;2$y\x1b[?62;c"
)
XTERM = (
    b"\x1bP>|XTerm(379)\x1b\\\x1b[6;13;6t\x1b]10;rgb:0000/0000/0000\x07\x1b]11;rgb:ffff/ffff/ffff\x07"
    b"\x1b[?2026;0$y\x1b[?64;1;2;4;6;9;15;16;17;18;21;22;28;29c"
)
# A terminal that knows little: Linux' own.
LINUX = b"\x1b[?6c"
GRAPHICS = b"\x1b_Gi=31;OK\x1b\\"
PASSED = GRAPHICS + b"\x1bP1+r6b697474792d71756572792d76657273696f6e=302e33352e32\x1b\\\x1b[?7;1$y"


def heard(*rounds: bytes) -> Inquiry:
    inquiry = Inquiry()
    for answers in rounds:
        assert inquiry.questions()
        inquiry.take(answers)
    inquiry.questions()
    return inquiry


def test_a_kitty_can_do_all_of_it() -> None:
    inquiry = heard(KITTY, GRAPHICS + b"\x1b[?62;c")
    assert inquiry.capabilities == Capabilities(
        name="kitty(0.35.2)",
        cell=(9, 18),
        foreground=(221, 221, 221),
        background=(0, 0, 0),
        synchronized=True,
        graphics=True,
    )
    assert inquiry.capabilities.placeholders
    assert inquiry.is_over
    assert list(advice(inquiry.capabilities)) == []


def test_an_xterm_has_sixel_and_neither_pictures_nor_frames() -> None:
    found = heard(XTERM, b"\x1b[?64;4c").capabilities
    assert (found.sixel, found.graphics, found.synchronized, found.cell) == (True, False, False, (6, 13))
    assert found.background == (255, 255, 255)


def test_a_terminal_without_a_name_is_asked_nothing_that_it_might_print() -> None:
    inquiry = heard(LINUX)
    assert inquiry.is_over
    assert inquiry.capabilities == Capabilities()
    assert "\x1b_G" not in "".join(inquiry.asked)


@pytest.mark.parametrize(
    ("answers", "keyboard", "other_keys"),
    [
        (b"\x1b[?0u\x1b[?62;c", "kitty", None),
        (b"\x1b[?0u\x1b[>4;1m\x1b[?62;c", "kitty", 1),
        (b"\x1b[>4;1m\x1b[?64;c", "xterm", 1),
        (b"\x1b[>4m\x1b[?64;c", "xterm", 0),
        (b"\x1b[?6c", "", None),
    ],
)
def test_a_terminal_tells_whether_it_can_tell_keys_apart(answers: bytes, keyboard: str, other_keys: int | None) -> None:
    inquiry = heard(answers)
    assert (inquiry.capabilities.keyboard, inquiry.capabilities.other_keys) == (keyboard, other_keys)
    words = {"kitty": "by kitty's protocol", "xterm": "by xterm's modifyOtherKeys", "": "no"}
    (row,) = [row for row in doctor.report(inquiry.capabilities, {}).split("\n") if row.startswith("Ctrl-Enter is")]
    assert row.endswith(f"  {words[keyboard]}")


def test_no_more_is_asked_before_the_fence_has_come() -> None:
    inquiry = Inquiry()
    assert inquiry.questions().endswith("\x1b[c")
    inquiry.take(KITTY.removesuffix(b"\x1b[?62;c"))
    assert inquiry.questions() == ""
    assert inquiry.is_waiting


def test_tmux_is_asked_to_pass_the_questions_on() -> None:
    inquiry = heard(TMUX)
    assert inquiry.asked[1].startswith("\x1bPtmux;\x1b\x1b_Gi=31")
    assert not inquiry.is_over
    assert next(advice(inquiry.capabilities)).endswith("set -g allow-passthrough on")
    inquiry.take(PASSED)
    found = inquiry.capabilities
    assert (found.passes, found.graphics, found.outer) == (True, True, "kitty 0.35.2")
    assert found.placeholders
    assert inquiry.is_over


@pytest.mark.parametrize(
    ("name", "has"),
    [
        ("kitty(0.28.0)", True),
        ("kitty(1.0.0)", True),
        ("kitty(0.26.5)", False),
        ("ghostty 1.1.3", True),
        ("WezTerm 20240203-110809-5046fc22", False),
        ("Konsole 24.12.0", False),
        ("", False),
    ],
)
def test_placeholders_are_known_by_name_and_version(name: str, has: bool) -> None:
    assert Capabilities(name=name, graphics=True).placeholders is has
    assert not Capabilities(name=name).placeholders


def test_a_name_is_printable_and_short() -> None:
    found = heard(b"\x1bP>|a\nb\xc2\x9b" + b"c" * 1000 + b"\x1b\\\x1b[?6c").capabilities
    assert found.name.isprintable()
    assert len(found.name) <= 80


class Stage:
    """A screen on a terminal that is lent, and what it has told of it."""

    def __init__(self) -> None:
        self.fd, slave = os.openpty()
        self.terminal = LentTerminal(slave)
        self.learned: list[Capabilities] = []
        self.screen = Screen(self.terminal, self.learned.append)

    def read(self, *pieces: bytes) -> list[str]:
        """The keys among what is read."""
        keys: list[str] = []
        for piece in pieces:
            codes = [*self.screen._partial_codes, *piece]
            self.screen._partial_codes = []
            keys += self.screen.parse_input(None, None, codes)[0]
        return keys


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    os.close(stage.fd)
    stage.terminal.close()


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 1000])
def test_a_screen_learns_from_answers_in_pieces_and_hands_none_on_as_a_key(stage: Stage, size: int) -> None:
    for answers in (KITTY, GRAPHICS + b"\x1b[?62;c"):
        stage.screen.ask()
        assert stage.read(*(answers[at : at + size] for at in range(0, len(answers), size))) == []
    assert stage.learned[-1].placeholders
    assert stage.screen.modes.synchronized_output


def test_answers_that_nobody_waits_for_any_more_are_no_keys(stage: Stage) -> None:
    assert stage.read(b"a" + KITTY + PASSED + b"b") == ["a", "b"]


@pytest.mark.parametrize(("chosen", "marks"), [(None, True), (True, True), (False, False)])
def test_whole_frames_are_marked_where_the_terminal_has_them_or_as_it_was_chosen(
    chosen: bool | None, marks: bool
) -> None:
    fd, slave = os.openpty()
    screen = Screen(LentTerminal(slave), synchronized=chosen)
    screen.parse_input(None, None, list(KITTY))
    assert screen.modes.synchronized_output is marks
    os.close(fd)
    os.close(slave)


def test_the_report_says_what_was_asked_and_what_would_help() -> None:
    text = doctor.report(heard(TMUX).capabilities, {"TERM": "tmux-256color"})
    assert "Name and version (XTVERSION)          tmux 3.3a\n" in text
    assert "set -g allow-passthrough on" in text


@pytest.mark.parametrize(
    ("name", "outer", "has"),
    [
        ("ghostty 1.2.0", "", True),
        ("ghostty 1.1.3", "", False),
        ("iTerm2 3.6.6", "", True),
        ("iTerm2 3.5.10", "", False),
        ("VTE(8001)", "", True),
        ("VTE(7802)", "", False),
        ("VTE(16001)", "", True),
        ("mintty 3.6.1", "", True),
        ("tmux 3.5a", "ghostty 1.2.0", True),
        ("tmux 3.5a", "", False),
        ("WezTerm 20240203-110809-5046fc22", "", False),
        ("kitty(0.35.2)", "", False),
        ("", "", False),
    ],
)
def test_terminals_that_show_progress_are_known_by_name_and_version(name: str, outer: str, has: bool) -> None:
    assert Capabilities(name=name, outer=outer).progress is has


COLOURS = b"\x1b]10;?\x1b\\\x1b]11;?\x1b\\\x1b[c"
BLACK, WHITE = b"\x1b]11;rgb:0000/0000/0000\x1b\\", b"\x1b]11;rgb:ffff/ffff/ffff\x07"


def test_a_terminal_that_becomes_light_is_asked_for_its_colours_again() -> None:
    inquiry = Inquiry()
    assert "\x1b[?2031$p" in inquiry.questions()
    inquiry.take(BLACK + b"\x1b[?2031;2$y\x1b[?62c")
    assert (inquiry.capabilities.tells_scheme, inquiry.capabilities.is_light) == (True, False)
    assert inquiry.questions() == "", "a terminal without a name is asked no more"
    inquiry.take(b"\x1b[?997;2n")
    assert not inquiry.capabilities.is_light, "the background counts, not the name of a scheme"
    assert inquiry.questions().encode() == COLOURS
    assert inquiry.questions() == ""
    inquiry.take(WHITE + b"\x1b[?62c")
    assert inquiry.capabilities.is_light
    assert inquiry.is_over
    assert inquiry.questions() == ""


def test_the_name_of_a_scheme_counts_where_no_colour_is_told() -> None:
    inquiry = heard(b"\x1b[?2031;1$y\x1b[?62c")
    assert inquiry.capabilities.is_light is None
    for report, light in ((b"\x1b[?997;2n", True), (b"\x1b[?997;1n", False), (b"\x1b[?997;3n", False)):
        inquiry.take(report)
        assert inquiry.capabilities.is_light is light


@pytest.mark.parametrize(("answer", "tells"), [(0, False), (1, True), (2, True), (3, True), (4, False)])
def test_reports_of_light_and_dark_are_wanted_where_the_terminal_has_them(
    stage: Stage, answer: int, *, tells: bool
) -> None:
    stage.screen.ask()
    assert stage.read(b"a\x1b[?2031;%d$y\x1b[?62cb" % answer) == ["a", "b"]
    assert (b"\x1b[?2031h" in written(stage)) is tells
    assert stage.screen.inquiry.capabilities.tells_scheme is tells


def written(stage: Stage) -> bytes:
    """What the terminal has been sent since the last call."""
    stage.terminal.write("<end>")
    stage.terminal.flush()
    data = b""
    while not data.endswith(b"<end>"):
        data += os.read(stage.fd, 65536)
    return data.removesuffix(b"<end>")


def test_a_report_of_light_and_dark_is_no_key_and_has_the_colours_asked_for(stage: Stage) -> None:
    stage.screen.ask()
    stage.read(BLACK + b"\x1b[?2031;2$y\x1b[?62c")
    stage.screen.ask()
    assert stage.read(b"a\x1b[?99", b"7;2nb") == ["a", "b"]
    written(stage)
    stage.screen.ask()
    assert written(stage) == COLOURS
    stage.read(WHITE + b"\x1b[?62c")
    assert stage.learned[-1].is_light


def test_the_colours_are_asked_for_again_where_others_had_the_terminal(stage: Stage) -> None:
    stage.screen.ask()
    stage.read(BLACK + b"\x1b[?2031;2$y\x1b[?62c")
    stage.screen.ask()
    written(stage)
    stage.screen.look_again()
    stage.screen.ask()
    assert written(stage) == b"\x1b[?2031h" + COLOURS

"""From bytes of the terminal to keys, and the text for the scrollback."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
import urwid
from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.terminal.lent import LentTerminal
from bipy.terminal.screen import TYPED_AT_ONCE, Paste, Screen
from bipy.ui.text.rows import escaped

BEGIN, END = b"\x1b[200~", b"\x1b[201~"


@pytest.fixture(scope="module")
def terminal() -> Iterator[LentTerminal]:
    master, slave = os.openpty()
    yield LentTerminal(slave)
    os.close(master)
    os.close(slave)


class Loop(urwid.SelectEventLoop):
    """An event loop whose alarms go off when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Callable[[], Any]] = []

    def alarm(self, seconds: float, callback: Callable[[], Any]) -> Any:  # noqa: ARG002
        self.waiting.append(callback)
        return callback

    def remove_alarm(self, handle: Any) -> bool:
        self.waiting.remove(handle)
        return True

    def elapse(self) -> None:
        for callback in self.waiting[:]:
            self.waiting.remove(callback)
            callback()


class Typist:
    """Sends bytes to a screen, in the pieces in which they arrive, and collects the keys."""

    def __init__(self, terminal: LentTerminal) -> None:
        self.screen = Screen(terminal)
        self.loop = Loop()
        self.keys: list[Any] = []

    def send(self, *pieces: bytes) -> list[Any]:
        for piece in pieces:
            codes = [*self.screen._partial_codes, *piece]
            self.screen._partial_codes = []
            self.screen.parse_input(self.loop, lambda keys, _raw: self.keys.extend(keys), codes)
        return self.keys


@pytest.fixture
def typist(terminal: LentTerminal) -> Typist:
    return Typist(terminal)


def test_keys_are_urwids(typist: Typist) -> None:
    assert typist.send(b"a\r\t\x03\x1b[A\x1bb\x7f", "é日".encode()) == [
        "a",
        "enter",
        "tab",
        "ctrl c",
        "up",
        "meta b",
        "backspace",
        "é",
        "日",
    ]


def test_a_paste_is_one_key_whatever_is_in_it(typist: Typist) -> None:
    text = "def f():\n\treturn '\x1b[A'\x00 é"
    assert typist.send(b"x" + BEGIN + text.encode() + END + b"y") == ["x", Paste(text), "y"]


def test_a_paste_may_arrive_in_pieces(typist: Typist) -> None:
    assert typist.send(BEGIN + b"on", b"e\rtw", b"o\x1b[2", b"01~z") == [Paste("one\ntwo"), "z"]


def test_a_paste_of_a_megabyte_is_one_key(typist: Typist) -> None:
    data = BEGIN + b"x = 1\r" * 170_000 + END
    pieces = (data[at : at + 65536] for at in range(0, len(data), 65536))
    assert typist.send(*pieces) == [Paste("x = 1\n" * 170_000)]


def test_a_paste_without_an_end_is_not_kept_for_ever(typist: Typist) -> None:
    assert typist.send(BEGIN + b"half") == []
    typist.loop.elapse()
    assert typist.keys == [Paste("half")]
    assert typist.send(b"a")[-1] == "a"


@pytest.mark.parametrize(
    "reply",
    [
        b"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
        b"\x1b]11;rgb:1e1e/1e1e/1e1e\x07",
        b"\x1bP>|tmux 3.3a\x1b\\",
        b"\x1b_Gi=31;OK\x1b\\",
        b"\x1b^privacy\x1b\\",
        b"\x1b[?0u",
        b"\x1b[>4;1m",
    ],
)
def test_replies_of_the_terminal_are_no_keys(typist: Typist, reply: bytes) -> None:
    assert typist.send(b"a" + reply + b"b") == ["a", "b"]
    for at in range(3, len(reply)):  # its first two bytes alone are what Alt and a key send
        typist.keys.clear()
        typist.send(reply[:at], reply[at:] + b"c")
        assert typist.keys[-1] == "c"
        assert len(typist.keys) == 1


ANSWERS = [
    b"\x1bP>|tmux 3.3a\x1b\\",
    b"\x1b[6;16;8t",
    b"\x1b]10;rgb:ffff/ffff/ffff\x1b\\",
    b"\x1b]11;rgb:0000/0000/0000\x07",
    b"\x1b[?2026;2$y",
    b"\x1b[?1u",
    b"\x1b[>4;1m",
    b"\x1b_Gi=31;OK\x1b\\",
    b"\x1bP1+r544e=787465726d\x1b\\",
    b"\x1bP0+r\x1b\\",
]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_what_is_typed_between_answers_is_all_there_in_whatever_pieces_it_comes(
    terminal: LentTerminal, data: st.DataObject
) -> None:
    typed = st.text("abc P][1;?\\cuty", max_size=8).map(str.encode)
    parts = data.draw(st.lists(st.tuples(typed, st.sampled_from(ANSWERS)), max_size=6))
    whole = b"".join(text + answer for text, answer in parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    typist = Typist(terminal)
    # It waits for the answer to the last question, which does not come.
    typist.screen.ask()
    typist.send(*filter(None, (whole[start:end] for start, end in pairwise([0, *cuts, len(whole)]))))
    typist.loop.elapse()
    assert "".join(typist.keys).encode() == b"".join(text for text, _ in parts)


def test_a_reply_that_does_not_end_takes_no_keys_with_it_for_ever(typist: Typist) -> None:
    typist.send(b"\x1b]11;rgb:1e1e")
    typist.loop.elapse()
    typist.keys.clear()
    assert typist.send(b"abc") == ["a", "b", "c"]


def test_alt_with_the_begin_of_a_reply_is_a_key(typist: Typist) -> None:
    assert typist.send(b"\x1b]") == ["meta ]"]


def test_escape_alone_is_a_key_when_nothing_follows(typist: Typist) -> None:
    assert typist.send(b"\x1b") == []
    typist.loop.elapse()
    assert typist.keys == ["esc"]


def test_a_sequence_may_arrive_in_pieces(typist: Typist) -> None:
    assert typist.send(b"\x1b", b"[", b"A") == ["up"]
    assert typist.loop.waiting == []


def test_a_paste_of_a_terminal_without_brackets_is_one_too(typist: Typist) -> None:
    text = "line one is here\n\tand é\n" * 10
    assert typist.send(text.replace("\n", "\r").encode()) == []
    typist.loop.elapse()
    assert typist.send(b"a\r") == [Paste(text), "a", "enter"]


def test_a_paste_without_brackets_ends_at_a_key_that_types_nothing(typist: Typist) -> None:
    text = "line one is here\n" * 10
    assert typist.send(text.replace("\n", "\r").encode(), b"\x1b[A") == [Paste(text), "up"]
    assert typist.loop.waiting == []


@settings(max_examples=60)
@given(st.data())
def test_a_line_of_a_paste_ends_once_however_it_ends(terminal: LentTerminal, data: st.DataObject) -> None:
    end = data.draw(st.sampled_from(["\r", "\n", "\r\n"]))
    lines = data.draw(st.lists(st.sampled_from(["", "x = 'é'", "\tpass"]), min_size=2))
    with_brackets = data.draw(st.booleans())
    begin = "" if with_brackets else f"{'#' * TYPED_AT_ONCE}{end}{end}"
    text = f"{begin}{end.join(lines)}".encode()
    sent = BEGIN + text + END if with_brackets else text
    # The first read tells that it is a paste.
    places = st.integers(len(begin.encode()), len(sent))
    cuts = [0, *sorted(data.draw(st.lists(places, max_size=4))), len(sent)]
    typist = Typist(terminal)
    typist.send(*(sent[start:stop] for start, stop in pairwise(cuts)))
    while typist.loop.waiting:
        typist.loop.elapse()
    assert typist.keys == [Paste(text.decode().replace(end, "\n"))]


def test_what_a_hand_can_type_at_once_stays_typed(typist: Typist) -> None:
    assert typist.send(b"6*7\r1+1\r") == ["6", "*", "7", "enter", "1", "+", "1", "enter"]


@pytest.mark.parametrize("text", ["if x:\n    y\n", "for x in y:\n\tx\n", "def f():\n    x = 1\n\n    return x"])
def test_a_short_paste_of_indented_lines_is_one_too(typist: Typist, text: str) -> None:
    typist.send(text.replace("\n", "\r").encode())
    typist.loop.elapse()
    assert typist.keys == [Paste(text)]


@pytest.mark.parametrize("typed", [b"if x:\r    y", b"x\r y\rz\r", b"\r  \r", b"x\r  \ry\r", b"    x\ry\r"])
def test_lines_that_a_hand_types_at_once_stay_typed(typist: Typist, typed: bytes) -> None:
    keys = typist.send(typed)
    assert "".join({"enter": "\r"}.get(key, key) for key in keys) == typed.decode()


def test_a_line_feed_by_itself_is_ctrl_j(typist: Typist) -> None:
    assert typist.send(b"a", b"\n", b"\r", b"b\n") == ["a", "ctrl j", "enter", "b", "enter"]


def test_a_short_paste_without_brackets_has_as_many_enters_as_lines(typist: Typist) -> None:
    assert typist.send(b"6*7\r\n1\r\n") == ["6", "*", "7", "enter", "1", "enter"]


def test_a_long_burst_of_keys_is_parsed_whole(typist: Typist) -> None:
    data = "é日a".encode() * 5000 + b"\x1b[A"
    keys = typist.send(data)
    assert keys == ["é", "日", "a"] * 5000 + ["up"]


@settings(max_examples=150)
@given(st.lists(st.binary(max_size=40), max_size=6))
def test_no_input_is_too_strange(terminal: LentTerminal, pieces: list[bytes]) -> None:
    typist = Typist(terminal)
    typist.send(*pieces)
    while typist.loop.waiting:
        typist.loop.elapse()
    typist.keys.clear()
    assert typist.send(b"z") == ["z"]


@pytest.mark.parametrize(
    ("answer", "on", "key", "off"),
    [
        (b"\x1b[?0u", b"\x1b[>5u", b"\x1b[13;5u", b"\x1b[<u"),
        (b"\x1b[>4;1m", b"\x1b[>4;2m", b"\x1b[27;5;13~", b"\x1b[>4;1m"),
        (b"\x1b[>4m", b"\x1b[>4;2m", b"\x1b[27;5;13~", b"\x1b[>4;0m"),
    ],
)
def test_a_terminal_that_can_tells_keys_apart_while_the_screen_is_shown(
    answer: bytes, on: bytes, key: bytes, off: bytes
) -> None:
    master, slave = os.openpty()
    typist = Typist(LentTerminal(slave))
    screen = typist.screen
    screen.start()
    screen.ask()
    typist.send(answer + b"\x1b[?62;c")
    assert typist.send(key) == ["ctrl enter"]
    screen.stop()
    left = b"\x1b[?1049l"
    written = b""
    while left not in written:  # a terminal hands over what it has in pieces
        written += os.read(master, 65536)
    os.close(master)
    os.close(slave)
    # kitty keeps its setting for each of the two screens.
    asked = written.index(b"\x1b[?4m")
    assert asked < written.index(on) < written.rindex(off) < written.index(left)


def test_a_terminal_is_told_how_far_a_task_is_until_the_screen_stops() -> None:
    master, slave = os.openpty()
    screen = Screen(LentTerminal(slave))
    screen.start()
    for progress in ((0, False), (45, False), (45, False), (45, True)):
        screen.progress = progress
    screen.stop()
    written = b""
    while b"\x1b[?1049l" not in written:
        written += os.read(master, 65536)
    told = re.findall(rb"\x1b\]9;4;([0-9;]*)\x1b\\", written)
    assert told == [b"1;0", b"1;45", b"2;45", b"0"]
    os.close(master)
    os.close(slave)


def test_what_is_left_in_the_scrollback_can_steer_nothing(terminal: LentTerminal) -> None:
    screen = Screen(terminal)
    screen.register_palette([("output", "light red", "default")])
    text = escaped((("output", "red\x1b]0;title\x07\x9b2J\u202e"), (None, "\tplain\r\n")), screen.escape)
    for sequence in ("\x1b[0m", screen.escape("output"), screen.escape(None)):
        text = text.replace(sequence, "")
    assert text.isprintable()
    assert "title" in text

"""What a session does, in words, and what it has said last, as another process is told of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bipy.messaging.message import Header, Message
from bipy.session import events
from bipy.session.status import LONGEST_LINE, Doing, count_lines, last_line, lasted, safe
from bipy.session.transcript import Bundle, Cell, Failure, Text
from tests.play import Play
from tests.session.test_absence import AT


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0 s"),
        (0.4, "0 s"),
        (12.9, "12 s"),
        (59.99, "59 s"),
        (60, "1 min"),
        (299, "4 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (12_000, "3 h 20 min"),
        (86_399, "23 h 59 min"),
        (86_400, "1 d"),
        (183_600, "2 d 3 h"),
        (1e9, "11574 d 1 h"),
    ],
)
def test_how_long_it_took_in_plain_words(seconds: float, words: str) -> None:
    assert lasted(seconds) == words


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\x1b[1;31merror\x1b[0m", "error"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]52;c;aGk=\x1b\\text", "text"),
        ("\x1bPq#0\x1b\\text", "text"),
        ("\x9b31mred", "red"),
        ("a\tb\x00c\x7f", "a b c"),
        ("left\u202eright", "left right"),
        ("日本", "日本"),
        ("x" * 300, "x" * 199 + "…"),
        ("", ""),
    ],
)
def test_text_from_outside_is_made_safe(text: str, line: str) -> None:
    assert safe(text) == line


@given(st.text(st.sampled_from("ab \x1b[]0;\x07\x9b\x90\x9c\r\n\u202e")))
def test_nothing_unprintable_is_left_of_any_text(text: str) -> None:
    assert safe(text).isprintable()
    assert len(safe(text)) <= LONGEST_LINE


@pytest.mark.parametrize(
    ("output", "line", "lines"),
    [
        (Text("stdout", ["one\n", "two\n"]), "two", 2),
        (Text("stdout", ["one\n", "tw", "o"]), "two", 2),
        (Text("stdout", ["one\n", "\n", "  \n"]), "one", 3),
        (Text("stdout", [" 10%\r 20%", "\r 30%\r"]), "30%", 1),
        (Text("stdout", ["x" * 1_000_000]), "x" * 199 + "…", 1),
        (Bundle({"text/plain": "a\nb"}, {}), "b", 2),
        (Bundle({"text/plain": ["a\n", "b"]}, {}), "b", 2),
        (Bundle({"image/png": "AAAA"}, {}), "", 1),
        (Failure("E", "oh", ("frame", "\x1b[31mE\x1b[0m: oh")), "E: oh", 2),
        (Failure("E", "oh", ()), "E: oh", 1),
    ],
)
def test_the_last_line_and_the_number_of_lines(output: Text | Bundle | Failure, line: str, lines: int) -> None:
    assert last_line([Cell("x"), Cell("y", printed=[Text("stdout", ["before\n"]), output])]) == (line or "before")
    assert count_lines([output]) == lines


@pytest.fixture
def play() -> Play:
    play = Play()
    play.start()
    return play


def state(play: Play) -> str:
    return play.session.status(play.now).state


def test_what_a_session_does_is_said_in_words() -> None:
    play = Play()
    play.now += 1000
    play.do(events.Opened())
    assert state(play) == "starting"
    assert play.session.status(play.now + 3).seconds == 3
    play.heard.clear()
    play.start()
    assert state(play) == "idle"
    request = play.run("train()")
    play.now += 250
    play.tell("iopub", "stream", {"name": "stdout", "text": "epoch 1\n"}, request)
    play.do(events.Entered("next()"))
    status = play.session.status(play.now)
    assert (status.state, status.queued, status.last_line) == ("runs a cell for 4 min", 1, "epoch 1")
    play.tell("stdin", "input_request", {"prompt": "? ", "password": False}, request)
    assert state(play) == "waits for input()"
    play.do(events.Answered("x"))
    play.do(events.Died("gone"))
    assert state(play) == "its kernel is dead"
    play.do(events.RestartAsked())
    assert state(play) == "restarting"


def test_another_clients_cell_is_told_of_as_such(play: Play) -> None:
    other = Message(Header("x1", "execute_request", "another"))
    play.tell("iopub", "status", {"execution_state": "busy"}, other)
    assert state(play) == "its kernel runs another client's cell"


def test_idleness_begins_anew_with_whatever_happens(play: Play) -> None:
    play.finish(play.run("x"))
    play.now += 60
    assert play.session.status(play.now) == play.session.status(play.now).replace(doing=Doing.IDLE, seconds=60)
    play.tell("iopub", "stream", {"name": "stdout", "text": "from a thread\n"})
    assert play.session.status(play.now).seconds == 0


def test_lines_are_counted_from_the_moment_that_the_terminal_went(play: Play) -> None:
    request = play.run("train()")

    def tell(text: str) -> None:
        play.tell("iopub", "stream", {"name": "stdout", "text": text}, request)

    tell("one\ntwo\n")
    assert play.session.status(play.now).lines == 0
    play.do(events.Detached(AT))
    tell("three\nfour")
    assert play.session.status(play.now).lines == 2
    play.do(events.Detached(AT))
    tell("\nfive\n")
    assert play.session.status(play.now).lines == 3
    play.do(events.Attached(AT))
    assert play.session.status(play.now).lines == 0

"""input() and getpass(): what is asked, what goes to the kernel, and what becomes of lines that nobody asked for."""

from __future__ import annotations

import pytest

from bipy.messaging.message import Message
from bipy.session import effects, events
from tests.play import Play


@pytest.fixture
def play() -> Play:
    play = Play()
    play.start()
    return play


def ask(play: Play, request: Message, prompt: str = "? ", *, password: bool = False) -> list[effects.Effect]:
    return play.tell("stdin", "input_request", {"prompt": prompt, "password": password}, request)


def answers(play: Play) -> list[str]:
    said = [message.content["value"] for message in play.heard if message.header.msg_type == "input_reply"]
    play.heard.clear()
    return said


def test_a_line(play: Play) -> None:
    request = play.run("input()")
    assert ask(play, request) == [effects.Ask("? ", False)]
    play.do(events.Answered("42"))
    assert play.effects == [effects.EndAsk()]
    assert answers(play) == ["42"]
    assert play.record == [("input()", "running", "? 42\n")]


def test_a_paste_of_several_lines_answers_as_many_requests(play: Play) -> None:
    request = play.run("[input('1 '), input('2 ')]")
    ask(play, request, "1 ")
    play.do(events.Answered("a\nb\nc\n"))
    assert answers(play) == ["a"]
    assert ask(play, request, "2 ") == [], "nobody has to be asked"
    assert answers(play) == ["b"]
    assert play.record[0][2] == "1 a\n2 b\n"
    assert effects.SetInput("c") in play.finish(request), "what is left is not lost"


def test_a_password_has_no_newline_and_is_not_shown(play: Play) -> None:
    request = play.run("getpass()")
    ask(play, request, "Password: ", password=True)
    play.do(events.Answered("secret\n"))
    assert answers(play) == ["secret"]
    assert "secret" not in repr(play.record)


def test_a_paste_into_a_password_prompt_answers_line_by_line_and_what_is_left_goes_nowhere(play: Play) -> None:
    request = play.run("getpass(), getpass(), input()")
    ask(play, request, password=True)
    play.do(events.Answered("secret\nagain\nplain\nleft"))
    assert ask(play, request, password=True) == ask(play, request) == [], "nobody has to be asked"
    assert answers(play) == ["secret", "again", "plain"]
    assert play.finish(request) == []
    assert play.record[0][2] == "? \n? \n? plain\n"
    assert play.session.stdin.answers.entries == ["plain"]
    request = play.run("input()")
    ask(play, request)
    play.do(events.Answered("a\nb"))
    assert effects.SetInput("b") in play.finish(request), "the paste after it is no secret"


def test_the_end_of_the_file(play: Play) -> None:
    request = play.run("input()")
    ask(play, request)
    play.do(events.Answered(None))
    assert answers(play) == ["\x04"]


def test_an_answer_that_nobody_waits_for_goes_nowhere(play: Play) -> None:
    request = play.run("input()")
    ask(play, request)
    assert effects.EndAsk() in play.finish(request)
    play.heard.clear()
    play.do(events.Answered("late"))
    assert answers(play) == []

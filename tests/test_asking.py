"""input() and getpass(): what is asked, what goes to the kernel, and what becomes of lines that nobody asked for."""

from __future__ import annotations

import pytest

from bipy import interaction as ui
from bipy.messaging.message import Message
from tests.play import Play


@pytest.fixture
def play() -> Play:
    play = Play()
    play.start()
    return play


def ask(play: Play, request: Message, prompt: str = "? ", *, password: bool = False) -> list[ui.Effect]:
    return play.tell("stdin", "input_request", {"prompt": prompt, "password": password}, request)


def answers(play: Play) -> list[str]:
    said = [message.content["value"] for message in play.heard if message.header.msg_type == "input_reply"]
    play.heard.clear()
    return said


def test_a_line(play: Play) -> None:
    request = play.run("input()")
    assert ask(play, request) == [ui.Ask("? ", False)]
    play.do(ui.Answered("42"))
    assert play.effects == [ui.EndAsk()]
    assert answers(play) == ["42"]
    assert play.record == [("input()", "running", "? 42\n")]


def test_a_paste_of_several_lines_answers_as_many_requests(play: Play) -> None:
    request = play.run("[input('1 '), input('2 ')]")
    ask(play, request, "1 ")
    play.do(ui.Answered("a\nb\nc\n"))
    assert answers(play) == ["a"]
    assert ask(play, request, "2 ") == [], "nobody has to be asked"
    assert answers(play) == ["b"]
    assert play.record[0][2] == "1 a\n2 b\n"
    assert ui.SetInput("c") in play.finish(request), "what is left is not lost"


def test_a_password_has_no_newline_and_is_not_shown(play: Play) -> None:
    request = play.run("getpass()")
    ask(play, request, "Password: ", password=True)
    play.do(ui.Answered("secret\n"))
    assert answers(play) == ["secret"]
    assert "secret" not in repr(play.record)


def test_the_end_of_the_file(play: Play) -> None:
    request = play.run("input()")
    ask(play, request)
    play.do(ui.Answered(None))
    assert answers(play) == ["\x04"]


def test_an_answer_that_nobody_waits_for_goes_nowhere(play: Play) -> None:
    request = play.run("input()")
    ask(play, request)
    assert ui.EndAsk() in play.finish(request)
    play.heard.clear()
    play.do(ui.Answered("late"))
    assert answers(play) == []

"""input() and getpass(): what is asked, what goes to the kernel, and what becomes of lines that nobody asked for."""

from __future__ import annotations

import pytest

from bipy.inspection.values import Document
from bipy.messaging.message import Header, Message
from bipy.session import effects, events
from bipy.session.stdin import MOST_WAITING
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


@pytest.mark.parametrize("password", [True, False])
def test_a_cell_that_has_been_replied_to_reads_no_line(play: Play, password: bool) -> None:
    """Or what it puts into the input cell would take the place of a draft, which is no history of a password prompt."""
    request = play.run("load()")
    ask(play, request, password=password)
    payload = [{"source": "set_next_input", "text": "loaded", "replace": False}]
    reply = {"status": "ok", "execution_count": 1, "payload": payload, "user_expressions": {}}
    assert play.tell("shell", "execute_reply", reply, request) == [effects.EndAsk(), effects.SetInput("loaded")]
    play.do(events.Remembered("draft"))
    assert play.do(events.Recalled(Document("loaded", 6), -1)) == [effects.ShowEntry("draft")]


@pytest.mark.parametrize("password", [True, False])
def test_an_answer_that_could_not_be_sent_is_typed_again(play: Play, password: bool) -> None:
    request = play.run("input()")
    ask(play, request, password=password)
    play.do(events.Answered("42"))
    play.refuse("input_reply")
    assert play.effects == [effects.Ask("? ", password, "42")]
    play.do(events.Answered("42"))
    assert answers(play) == ["42"]


def test_the_end_of_the_file_that_could_not_be_sent_is_asked_for_again(play: Play) -> None:
    ask(play, play.run("input()"))
    play.do(events.Answered(None))
    play.refuse("input_reply")
    assert play.effects == [effects.Ask("? ")]


def test_an_answer_that_is_refused_when_its_cell_has_ended_is_not_asked_for_again(play: Play) -> None:
    request = play.run("input()")
    ask(play, request)
    play.do(events.Answered("42"))
    refused = play.client.give_up(play.request(play.take("input_reply")), "refused")
    play.finish(request)
    assert play.do(refused) == []


def fold(play: Play) -> list[effects.Effect]:
    play.do(events.FoldTurned())
    return play.effects


@pytest.mark.parametrize("msg_type", ["complete_request", "execute_request"])
def test_a_request_whose_parent_is_no_cell_of_ours_is_folded_until_a_key_opens_it(play: Play, msg_type: str) -> None:
    if msg_type == "complete_request":
        play.do(events.Edited(Document("x.", 2)))
        parent = play.take(msg_type)
        name = f"bipy's own {msg_type}"
    else:
        parent = Message(Header("x1", msg_type, "another"))
        name = f"Another client's {msg_type} (x1)"
    assert ask(play, parent, "sure? ") == []
    assert play.record == [(f"{name} asks for a line: sure?", "done", "")]
    assert play.session.view.folded
    assert fold(play) == [effects.Ask("sure? ")]
    play.do(events.Answered("yes"))
    assert answers(play) == ["yes"]


def test_a_request_that_ends_before_it_is_opened_is_told_of_and_gone(play: Play) -> None:
    other = Message(Header("x1", "execute_request", "another"))
    ask(play, other, "sure? ")
    play.tell("iopub", "status", {"execution_state": "idle"}, other)
    assert play.record == [("Another client's execute_request (x1) asked for a line: sure?", "done", "")]
    assert fold(play) == []


def test_a_second_request_waits_until_the_first_is_answered(play: Play) -> None:
    request = play.run("input()")
    ask(play, request)
    other = Message(Header("x1", "execute_request", "another"))
    assert ask(play, other, "sure? ", password=True) == []
    assert fold(play) == [], "what is half typed stays"
    play.do(events.Answered("first"))
    assert answers(play) == ["first"]
    assert fold(play) == [effects.Ask("sure? ", True)]
    assert play.finish(request) == [], "the other's request is still open"


def test_a_cell_that_asks_anew_waits_for_the_new_line_alone(play: Play) -> None:
    request = play.run("input()")
    ask(play, request, "1 ")
    assert ask(play, request, "2 ") == [effects.Ask("2 ")]
    play.do(events.Answered("a"))
    assert play.record[0][2] == "2 a\n"


def test_a_flood_of_requests_is_not_kept(play: Play) -> None:
    for number in range(100):
        ask(play, Message(Header(f"x{number}", "execute_request", "another")))
    assert len(play.record) == MOST_WAITING


def test_what_was_typed_ahead_of_a_password_is_remembered_nowhere(play: Play) -> None:
    request = play.run("getpass()")
    play.do(events.Entered("hunter2"))
    ask(play, request, password=True)
    play.do(events.TakenBack())
    assert play.effects == [effects.SetInput("hunter2")]
    play.do(events.Remembered("hunter2"))
    assert "hunter2" not in [*play.session.history.entries, *play.session.stdin.answers.entries]
    assert play.record == [("getpass()", "running", "")]

"""Stories of kernels that die, are restarted, or are restarted by another client."""

from __future__ import annotations

import pytest

from bipy.inspection.values import Document
from bipy.messaging.message import Header, Message
from bipy.session import effects, events
from bipy.session.lifecycle import UNANSWERED_NUDGES, Phase
from tests.messaging.peers import Kernel
from tests.play import INFO, Play


@pytest.fixture
def play() -> Play:
    play = Play()
    play.start()
    return play


def test_a_kernel_that_dies_is_mourned_once_and_can_be_restarted(play: Play) -> None:
    play.run("crash()")
    play.do(events.Entered("behind"))
    play.do(events.Died("The kernel was ended by signal 9."))
    play.do(events.Died("The kernel was ended by signal 9."))
    assert [(code, state) for code, state, _ in play.record] == [
        ("crash()", "lost"),
        ("behind", "aborted"),
        ("The kernel was ended by signal 9.", "done"),
    ]
    play.heard.clear()
    play.do(events.Entered("after"))
    assert play.sent == []
    play.do(events.RestartAsked())
    assert play.effects == [effects.Restart()]
    assert play.sent == []
    play.do(events.Opened())
    asked = play.heard[-1]
    play.kernel = Kernel(session="another-kernel-session")
    play.tell("iopub", "status", {"execution_state": "starting"})
    play.tell("shell", "kernel_info_reply", INFO, asked)
    assert "execute_request" in play.sent, "what was entered meanwhile runs now"
    notes = [code for code, state, _ in play.record if "restart" in code]
    assert notes == ["The kernel is being restarted."]


def test_a_restart_that_fails_can_be_tried_again(play: Play) -> None:
    for _ in range(2):
        play.do(events.RestartAsked())
        assert play.effects == [effects.Restart()]
        play.do(events.RestartAsked())
        assert play.effects == [], "one at a time"
        play.do(events.Died("There is no python3"))
        assert play.session.lifecycle.phase is Phase.DEAD
    play.do(events.RestartAsked())
    play.do(events.Opened())
    assert play.take("kernel_info_request")


def test_a_kernel_that_starts_is_not_restarted_by_one_press_too_many(play: Play) -> None:
    play.finish(play.run("x = 1"))
    for _ in range(2):
        play.do(events.RestartAsked())
    play.do(events.Opened())
    play.do(events.RestartAsked())
    assert [*map(type, play.effects)] == [effects.Tell]
    play.do(events.Entered("y = 2"))
    assert play.record[-1] == ("y = 2", "queued", "")


def test_a_kernel_that_does_not_come_up_can_be_restarted(play: Play) -> None:
    play.do(events.RestartAsked())
    waits = play.do(events.Opened())
    for _ in range(UNANSWERED_NUDGES):
        (later,) = [effect for effect in waits if isinstance(effect, effects.Later)]
        waits = play.do(later.event)
    play.do(events.RestartAsked())
    assert effects.Restart() in play.effects


def test_cells_that_have_ended_stay_as_they_are_when_the_kernel_dies(play: Play) -> None:
    play.finish(play.run("good"))
    play.finish(play.run("bad"), "error", ename="E", evalue="", traceback=[])
    request = play.run("replied")
    play.tell("shell", "execute_reply", {"status": "ok", "execution_count": 3}, request)
    play.do(events.Died("gone"))
    assert [state for _, state, _ in play.record] == ["done", "failed", "done", "done"]


def another_process(play: Play, way: str) -> None:
    """The kernel becomes another process, or must be taken for one: what it owed will not come."""
    if way == "restarted by somebody":
        play.kernel = Kernel(session="another-kernel-session")
        play.tell("iopub", "status", {"execution_state": "starting"})
        return
    if way == "beats again":
        play.do(events.Died("gone"))
        play.do(events.Beating())
    else:
        for _ in range(2):
            play.do(events.RestartAsked())
        play.do(events.Opened())
    asked = [message for message in play.heard if message.header.msg_type == "kernel_info_request"][-1]
    play.heard.clear()
    if way == "restarted":
        play.kernel = Kernel(session="another-kernel-session")
    play.tell("iopub", "status", {"execution_state": "starting"})
    play.tell("shell", "kernel_info_reply", INFO, asked)


WAYS = ["restarted", "beats again", "restarted by somebody"]


@pytest.mark.parametrize("way", WAYS)
def test_no_answer_of_another_process_is_waited_for(way: str) -> None:
    play = Play(own=way == "restarted")
    play.start()
    play.do(events.Edited(Document("os.pa", 5)))
    play.take("complete_request")
    another_process(play, way)
    play.do(events.Edited(Document("os.pa", 5)))
    asked = [message.content["code"] for message in play.heard if message.header.msg_type == "complete_request"]
    assert "os.pa" in asked, "the old process was asked, and will not answer"


@pytest.mark.parametrize("way", WAYS)
def test_what_awaits_its_verdict_when_the_process_ends_does_not_run(way: str) -> None:
    play = Play(own=way == "restarted")
    play.start()
    play.do(events.Entered("x = 1"))
    asked = play.take("is_complete_request")
    another_process(play, way)
    play.tell("shell", "is_complete_reply", {"status": "complete"}, asked)
    assert "execute_request" not in [m.header.msg_type for m in play.heard if m.content.get("code")]
    assert [state for code, state, _ in play.record if code == "x = 1"] == ["aborted"]
    assert play.session.view.awaited == ()


def test_a_folded_request_of_a_dead_process_can_no_longer_be_opened(play: Play) -> None:
    other = Message(Header("x1", "execute_request", "another"))
    play.tell("stdin", "input_request", {"prompt": "sure? ", "password": False}, other)
    play.do(events.Died("gone"))
    assert not play.session.view.asks
    play.do(events.FoldTurned())
    assert play.effects == []
    assert "asked for a line" in play.record[0][0]


def test_what_is_left_of_a_paste_answers_no_other_process(play: Play) -> None:
    request = play.run("input()")
    play.tell("stdin", "input_request", {"prompt": "? ", "password": False}, request)
    play.do(events.Answered("one\ntwo"))
    for _ in range(2):
        play.do(events.RestartAsked())
    assert effects.SetInput("two") in play.effects
    play.start()
    request = play.run("input()")
    asked = play.tell("stdin", "input_request", {"prompt": "? ", "password": False}, request)
    assert asked == [effects.Ask("? ")]


def test_another_process_is_greeted_also_when_the_one_before_it_never_answered(play: Play) -> None:
    for _ in range(2):
        another_process(play, "restarted")
        assert "history_request" in play.sent


def test_a_prompt_of_a_dead_process_is_closed(play: Play) -> None:
    request = play.run("input()")
    play.tell("stdin", "input_request", {"prompt": "? ", "password": False}, request)
    play.do(events.Died("gone"))
    assert play.effects == [effects.EndAsk()]
    play.do(events.Answered("late"))
    assert play.sent == []


def test_what_the_old_process_says_during_a_restart_is_not_the_new_one(play: Play) -> None:
    request = play.run("x = 1")
    for _ in range(2):
        play.do(events.RestartAsked())
    play.finish(request)
    assert play.session.lifecycle.phase is Phase.RESTARTING
    assert play.record[0][1] == "lost"


def test_a_restart_by_somebody_else_is_told() -> None:
    play = Play(own=False)
    play.start()
    play.run("x = 1")
    play.kernel = Kernel(session="another-kernel-session")
    play.tell("iopub", "status", {"execution_state": "starting"})
    assert play.record[0][1] == "lost"
    assert "restarted" in play.record[-1][0]


def test_a_message_of_another_session_is_no_restart_while_our_process_lives(play: Play) -> None:
    request = play.run("x = 1")
    play.kernel = Kernel(session="relayed")
    for _ in range(2):
        play.tell("iopub", "stream", {"name": "stdout", "text": "x"}, request)
    assert play.record == [("x = 1", "running", "xx")]


def test_an_attached_kernel_is_never_restarted() -> None:
    play = Play(own=False)
    play.start()
    play.do(events.RestartAsked())
    assert [*map(type, play.effects)] == [effects.Tell]
    assert play.sent == []

"""Stories of a user who goes away and comes back: what runs on, what is told at once, and what is found."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bipy.inspection.values import Document
from bipy.messaging.message import Header, Message
from bipy.session import effects, events
from bipy.session.effects import Notify
from tests.play import Play

AT = datetime(2026, 11, 26, 13, 58)


@pytest.fixture
def play() -> Play:
    play = Play()
    play.start()
    return play


def leave(play: Play) -> None:
    play.do(events.Detached(AT))
    assert play.effects == [effects.Tell("")], "what was told belongs to the terminal that is gone"


def remarks(play: Play) -> list[str]:
    return [cell.remark for cell in play.session.transcript if cell.origin == "own"]


def fail(play: Play, request: Message) -> list[effects.Effect]:
    error = {"ename": "ValueError", "evalue": "no\x1b[2J", "traceback": []}
    play.tell("iopub", "error", error, request)
    return play.finish(request, "error", **error)


def test_of_a_cell_that_ends_meanwhile_it_is_said_how_long_it_ran_and_when_it_was_done(play: Play) -> None:
    request = play.run("train()\nsave()")
    play.now += 10
    leave(play)
    play.now += 240
    assert play.finish(request) == [Notify("done", 1, "train()", 250)]
    assert remarks(play) == ["ran 4 min, done at 14:02"]
    play.do(events.Attached(AT + timedelta(hours=1)))
    assert play.effects == []
    assert remarks(play) == ["ran 4 min, done at 14:02"]


def test_a_cell_is_told_of_before_the_session_ends_behind_it(play: Play) -> None:
    request = play.run("train()")
    play.do(events.Entered("exit"))
    leave(play)
    play.now += 250
    assert play.finish(request) == [Notify("done", 1, "train()", 250), effects.Exit()]


def test_of_a_cell_that_ended_on_another_day_the_day_is_said(play: Play) -> None:
    request = play.run("train()")
    leave(play)
    play.now += 240
    play.finish(request)
    play.do(events.Attached(AT + timedelta(days=1)))
    assert remarks(play) == ["ran 4 min, done on 2026-11-26 at 14:02"]


def test_of_cells_that_end_before_and_afterwards_nothing_is_noted(play: Play) -> None:
    assert play.finish(play.run("before()")) == []
    request = play.run("train()")
    leave(play)
    play.do(events.Attached(AT))
    play.now += 60
    assert play.finish(request) == [Notify("done", 1, "train()", 60.0, away=False)]
    assert remarks(play) == ["", ""]


def test_the_queue_runs_on_and_a_short_cell_is_noted_but_not_told_of(play: Play) -> None:
    request = play.run("first()")
    play.do(events.Entered("second()"))
    play.do(events.Entered("third()"))
    leave(play)
    play.now += 5
    assert play.finish(request) == []
    request = play.take("execute_request")
    assert request.content["code"] == "second()"
    play.tell("iopub", "execute_input", {"code": "second()", "execution_count": 2}, request)
    play.now += 1
    (notice,) = fail(play, request)
    assert notice == Notify("failed", 1, "second()", 1, "ValueError: no")
    assert remarks(play) == ["ran 5 s, done at 13:58", "ran 1 s, failed at 13:58", ""]
    assert [state for _, state, _ in play.record] == ["done", "failed", "aborted"]


def test_a_prompt_stays_open_and_one_that_opens_is_told_of(play: Play) -> None:
    request = play.run("input()")
    play.tell("stdin", "input_request", {"prompt": "open? ", "password": False}, request)
    leave(play)
    play.do(events.Attached(AT))
    play.do(events.Answered("yes"))
    assert play.take("input_reply").content == {"value": "yes"}
    leave(play)
    play.now += 20
    asked = play.tell("stdin", "input_request", {"prompt": "Pass\x07word: ", "password": True}, request)
    assert asked == [effects.Ask("Pass\x07word: ", True), Notify("input", 1, "input()", 20, "Pass word:")]
    play.do(events.Attached(AT))
    assert play.session.stdin.request is not None


def test_a_line_may_be_asked_for_before_the_number_of_its_cell_is_told(play: Play) -> None:
    play.finish(play.run("x"))
    play.do(events.Entered("input()"))
    play.verdict()
    request = play.take("execute_request")
    leave(play)
    asked = play.tell("stdin", "input_request", {"prompt": "? ", "password": False}, request)
    assert asked[1:] == [Notify("input", 2, "input()", 0.0, "?")]


def test_a_request_for_a_line_that_is_folded_is_not_told_of(play: Play) -> None:
    leave(play)
    other = Message(Header("x1", "execute_request", "another"))
    assert play.tell("stdin", "input_request", {"prompt": "? ", "password": False}, other) == []


def test_a_kernel_that_dies_meanwhile_is_told_of_with_the_cell_that_it_had(play: Play) -> None:
    play.run("crash()")
    leave(play)
    play.now += 30
    play.do(events.Died("It was ended by signal 9.\nMore."))
    assert play.effects == [Notify("died", 1, "crash()", 30, "It was ended by signal 9. More.")]
    assert remarks(play) == ["ran 30 s, lost at 13:58"]
    play.do(events.Attached(AT))
    assert play.record[-1][0] == "It was ended by signal 9.\nMore."


def test_an_idle_kernel_that_dies_or_is_restarted_by_somebody_is_told_of() -> None:
    play = Play(own=False)
    play.start()
    leave(play)
    play.do(events.Died("gone"))
    assert play.effects == [Notify("died", None, "", 0.0, "gone")]


def test_while_there_is_a_terminal_only_a_cell_that_took_long_is_told_of(play: Play) -> None:
    request = play.run("quick()")
    play.now += 9
    assert fail(play, request) == []
    request = play.run("train()")
    play.now += 100
    assert fail(play, request) == [Notify("failed", 1, "train()", 100.0, "ValueError: no", away=False)]
    play.do(events.Died("gone"))
    assert play.effects == []


def test_a_warning_does_not_outlive_the_terminal(play: Play) -> None:
    play.run("train()")
    play.do(events.LeaveAsked())
    leave(play)
    play.do(events.Attached(AT))
    play.do(events.LeaveAsked())
    assert [*map(type, play.effects)] == [effects.Tell]


def test_a_session_is_untouched_until_something_is_entered_or_typed(play: Play) -> None:
    assert play.session.view.untouched
    play.do(events.Edited(Document("dra", 3)))
    assert not play.session.view.untouched
    play.do(events.Edited(Document("  ", 2)))
    assert play.session.view.untouched
    play.do(events.Remembered("cleared with Ctrl-C"))
    assert not play.session.view.untouched
    play.do(events.Entered("x = 1"))
    assert not play.session.view.untouched
    for _ in range(2):
        play.do(events.InterruptAsked())
    assert not play.session.view.untouched, "it is in the history"


@pytest.mark.parametrize("own", [True, False])
def test_what_others_have_run_is_lost_with_a_kernel_of_ones_own_only(own: bool) -> None:
    play = Play(own=own)
    play.start()
    other = Message(Header("x1", "execute_request", "another"))
    play.tell("iopub", "status", {"execution_state": "busy"}, other)
    play.tell("iopub", "execute_input", {"code": "y = 1", "execution_count": 7}, other)
    assert play.session.view.untouched is not own

"""Stories of Ctrl-C: what is interrupted, what does not run, and what is never hit."""

from __future__ import annotations

import pytest

from bipy.messaging.message import Header, Message, interrupt_request
from bipy.session import effects, events
from tests.play import INFO, Play


@pytest.fixture
def play() -> Play:
    play = Play()
    play.start()
    return play


def test_a_storm_of_interrupts_is_one(play: Play) -> None:
    play.run("sleep(60)")
    for _ in range(8):
        play.do(events.InterruptAsked())
        play.now += 0.01
    assert play.sent == ["kernel_info_request"]
    play.now += 1
    play.do(events.InterruptAsked())
    assert play.effects == [effects.Interrupt()]


def test_the_next_cell_can_be_interrupted_at_once(play: Play) -> None:
    request = play.run("sleep(60)")
    play.do(events.InterruptAsked())
    play.finish(request, "error", ename="KeyboardInterrupt", evalue="", traceback=[])
    play.heard.clear()
    play.run("sleep(61)")
    play.do(events.InterruptAsked())
    assert play.effects == [effects.Interrupt()]


def send(play: Play, code: str) -> Message:
    """Enter a cell that the kernel has not taken up yet."""
    play.do(events.Entered(code))
    play.verdict()
    return play.take("execute_request")


def test_an_interrupt_waits_for_the_cell_that_stands_behind_an_inspection(play: Play) -> None:
    request = send(play, "a.x")
    play.do(events.InterruptAsked())
    assert [*map(type, play.effects)] == [effects.Tell]
    assert play.sent == []
    for event in play.say("iopub", "status", {"execution_state": "busy"}, request):
        later = [effect.event for effect in play.do(event) if isinstance(effect, effects.Later)]
    assert play.effects == [effects.Tell("")]
    play.do(later[-1])
    assert play.effects == [effects.Interrupt()]


def test_a_second_interrupt_does_not_wait(play: Play) -> None:
    send(play, "a.x")
    play.do(events.InterruptAsked())
    play.now += 1
    play.do(events.InterruptAsked())
    assert play.effects == [effects.Interrupt()]


def test_ctrl_c_takes_back_what_awaits_its_verdict(play: Play) -> None:
    play.do(events.Entered("sleep(60)"))
    asked = play.take("is_complete_request")
    play.do(events.Entered("more"))
    play.do(events.InterruptAsked())
    assert play.session.view.awaited == ()
    play.tell("shell", "is_complete_reply", {"status": "complete"}, asked)
    assert play.sent == []
    assert play.record == [("sleep(60)", "aborted", ""), ("more", "aborted", "")]
    assert play.session.history.entries[-2:] == ["sleep(60)", "more"]


def test_ctrl_c_aborts_what_is_queued_at_once_and_what_is_entered_later_runs(play: Play) -> None:
    request = play.run("while True: try_again()")
    play.do(events.Entered("queued"))
    play.do(events.InterruptAsked())
    assert [state for _, state, _ in play.record] == ["running", "aborted"]
    play.do(events.Entered("later"))
    play.heard.clear()
    play.finish(request, "error", ename="KeyboardInterrupt", evalue="", traceback=[])
    assert play.take("execute_request").content["code"] == "later"


def test_an_interrupt_is_for_the_cell_that_was_meant_and_for_no_later_one() -> None:
    play = Play()
    play.do(events.Opened())
    asked = play.heard[-1]
    for code in ("first", "second"):
        play.do(events.Entered(code))
    play.tell("iopub", "status", {"execution_state": "starting"})
    play.tell("shell", "kernel_info_reply", INFO, asked)
    request = play.take("execute_request")
    play.do(events.InterruptAsked())
    assert [state for _, state, _ in play.record] == ["queued", "aborted"]
    later = []
    for state in ("busy", "idle"):
        for event in play.say("iopub", "status", {"execution_state": state}, request):
            later += [effect.event for effect in play.do(event) if isinstance(effect, effects.Later)]
    play.tell("shell", "execute_reply", {"status": "ok", "execution_count": 1}, request)
    play.do(events.Entered("third"))
    play.verdict()
    for event in later:
        play.do(event)
    assert play.effects == []
    assert [state for _, state, _ in play.record] == ["done", "aborted", "queued"]


def test_an_interrupt_whose_cell_ends_without_a_beginning_hits_nothing(play: Play) -> None:
    request = send(play, "first")
    play.do(events.InterruptAsked())
    play.do(events.Entered("second"))
    play.finish(request, "aborted")
    request = play.take("execute_request")
    assert request.content["code"] == "second"
    for event in play.say("iopub", "status", {"execution_state": "busy"}, request):
        assert play.do(event) == []


def test_the_moment_of_an_interrupt_is_that_of_its_own_cell(play: Play) -> None:
    moments = []
    for code in ("first", "second"):
        request = send(play, code)
        play.do(events.InterruptAsked())
        for event in play.say("iopub", "status", {"execution_state": "busy"}, request):
            moments += [effect.event for effect in play.do(event) if isinstance(effect, effects.Later)]
        if code == "first":
            play.finish(request)
            play.now += 1
    play.do(moments[0])
    assert play.effects == []
    play.do(moments[1])
    assert play.effects == [effects.Interrupt()]


@pytest.mark.parametrize("half", ["reply", "idle"])
def test_a_cell_that_the_kernel_is_done_with_is_not_interrupted(play: Play, half: str) -> None:
    request = play.run("x")
    if half == "reply":
        play.tell("shell", "execute_reply", {"status": "ok", "execution_count": 1}, request)
    else:
        play.tell("iopub", "status", {"execution_state": "idle"}, request)
    play.do(events.InterruptAsked())
    assert play.effects == []


def test_ctrl_c_stops_ones_own_queue_before_another_clients_cell(play: Play) -> None:
    other = Message(Header("x1", "execute_request", "another"))
    play.tell("iopub", "status", {"execution_state": "busy"}, other)
    play.do(events.Entered("mine"))
    play.do(events.InterruptAsked())
    assert play.effects == []
    assert play.record == [("mine", "aborted", "")]
    play.do(events.InterruptAsked())
    assert play.effects == [effects.Interrupt()]


@pytest.mark.parametrize("entered", ["", "x"])
def test_a_kernel_that_is_not_up_is_never_interrupted(entered: str) -> None:
    play = Play()
    play.do(events.Opened())
    play.do(events.Entered(entered))
    play.do(events.InterruptAsked())
    assert play.effects == []
    assert [state for _, state, _ in play.record] == ["aborted"] * bool(entered)


@pytest.mark.parametrize("begun", [True, False])
def test_a_cell_that_was_interrupted_and_never_replied_to_has_run_if_it_began(play: Play, begun: bool) -> None:
    request = play.run("a.x") if begun else send(play, "a.x")
    play.do(events.InterruptAsked())
    if not begun:
        play.tell("iopub", "status", {"execution_state": "busy"}, request)
    for event in play.say("iopub", "status", {"execution_state": "idle"}, request):
        later = [effect.event for effect in play.do(event) if isinstance(effect, effects.Later)]
    play.do(next(event for event in later if event.timer is events.Timer.HALF_DONE))
    assert play.record == [("a.x", "interrupted" if begun else "aborted", "")]


@pytest.mark.parametrize("begun", [True, False])
def test_a_kernel_that_calls_an_interrupted_cell_aborted_has_run_it_in_part(play: Play, begun: bool) -> None:
    request = play.run("sleep 60") if begun else send(play, "sleep 60")
    play.do(events.Entered("behind"))
    if not begun:
        play.tell("iopub", "status", {"execution_state": "busy"}, request)  # which ipykernel says of what it aborts
    play.do(events.InterruptAsked())
    play.finish(request, "abort", execution_count=1)
    assert [state for _, state, _ in play.record] == ["interrupted" if begun else "aborted", "aborted"]


def test_ctrl_c_of_a_kernel_of_ones_own_is_a_signal_and_a_poke(play: Play) -> None:
    play.run("sleep(60)")
    play.do(events.InterruptAsked())
    assert play.effects == [effects.Interrupt()]
    assert play.sent == ["kernel_info_request"]


def test_ctrl_c_of_an_attached_kernel_is_a_message() -> None:
    play = Play(own=False)
    play.start()
    play.run("sleep(60)")
    play.do(events.InterruptAsked())
    assert play.sent == ["interrupt_request", "kernel_info_request"]


def test_an_interrupt_that_the_kernel_cannot_take_is_told() -> None:
    play = Play(own=False)
    play.start(protocol_version="4.1")
    play.tell("iopub", "status", {"execution_state": "busy"}, Message(Header("x1", "execute_request", "another")))
    assert effects.Interrupt() in play.session.update(events.InterruptAsked(), play.now)
    assert not play.client.request(interrupt_request(), play.now)
    for event in play.client.expire(play.now):
        play.do(event)
    assert ["interrupt" in code for code, _, _ in play.record] == [True]

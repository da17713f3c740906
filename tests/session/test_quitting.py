"""Stories of leaving: what is asked twice, and what leaves in its turn."""

from __future__ import annotations

import pytest

from bipy.inspection.values import Document
from bipy.messaging.message import Header, Message
from bipy.session import effects, events, notes
from bipy.session.events import Confirm
from tests.play import Play


@pytest.fixture
def play() -> Play:
    play = Play()
    play.start()
    return play


def test_leaving_while_a_cell_of_ours_runs_has_to_be_meant(play: Play) -> None:
    request = play.run("train()")
    play.do(events.LeaveAsked())
    assert [type(effect) for effect in play.effects] == [effects.Tell]
    play.do(events.LeaveAsked())
    assert play.effects == [effects.Exit()]
    play.finish(request)
    play.run("train()")
    play.do(events.LeaveAsked())
    assert [type(effect) for effect in play.effects] == [effects.Tell], "another cell, another warning"


def test_leaving_an_attached_kernel_ends_nothing_and_asks_nothing() -> None:
    play = Play(own=False)
    play.start()
    play.run("train()")
    play.do(events.LeaveAsked())
    assert play.effects == [effects.Exit()]


@pytest.mark.parametrize("what", ["nothing", "a cell runs", "a prompt is open", "the kernel is dead"])
def test_a_session_may_be_left_as_it_is_at_any_time(play: Play, what: str) -> None:
    if what in ("a cell runs", "a prompt is open"):
        request = play.run("input()")
    if what == "a prompt is open":
        play.tell("stdin", "input_request", {"prompt": "? ", "password": False}, request)
    if what == "the kernel is dead":
        play.do(events.Died("gone"))
    before = play.record, play.session.stdin.request
    play.do(events.DetachAsked())
    assert play.effects == [effects.Detach()]
    assert (play.record, play.session.stdin.request) == before
    assert play.sent == []


def warning(play: Play) -> str:
    """What leaving warns of; "" if it leaves."""
    play.do(events.LeaveAsked())
    (effect,) = play.effects
    if isinstance(effect, effects.Exit):
        return ""
    assert isinstance(effect, effects.Tell)
    play.do(events.LeaveAsked())
    assert play.effects == [effects.Exit()], "it has to be meant once"
    return effect.text


def asking(confirm: Confirm, *, own: bool, ran: str, detachable: bool = True) -> str:
    play = Play(own=own, confirm=confirm, detachable=detachable)
    play.start()
    if ran != "nothing":
        request = play.run("x = 1")
        if ran == "a cell":
            play.finish(request)
    return warning(play)


@pytest.mark.parametrize(
    ("confirm", "own", "ran", "words"),
    [
        ("run", True, "nothing", ""),
        ("run", True, "a cell", notes.KERNEL_WOULD_END),
        ("run", True, "one that runs", notes.CELLS_WOULD_END),
        ("run", False, "a cell", ""),
        ("run", False, "one that runs", ""),
        ("always", True, "nothing", notes.KERNEL_WOULD_END),
        ("always", False, "nothing", notes.WOULD_LEAVE),
        ("never", True, "nothing", ""),
        ("never", True, "a cell", ""),
        ("never", True, "one that runs", notes.CELLS_WOULD_END),
    ],
)
def test_leaving_asks_where_the_user_wants_it_and_says_how_to_keep_the_session(
    confirm: Confirm, own: bool, ran: str, words: str
) -> None:
    found = asking(confirm, own=own, ran=ran)
    assert found == (f"{words}, Ctrl-X d {notes.KEPT[words]}" if words else "")


def test_a_session_that_can_not_be_come_back_to_does_not_say_that_it_is_kept() -> None:
    assert asking("run", own=True, ran="a cell", detachable=False) == notes.KERNEL_WOULD_END


def test_a_kernel_that_is_dead_or_new_has_nothing_to_lose(play: Play) -> None:
    play.finish(play.run("x = 1"))
    play.do(events.Died("gone"))
    assert warning(play) == ""
    play.do(events.RestartAsked())
    play.start()
    assert warning(play) == ""


def test_cells_that_a_dead_kernel_will_never_run_do_not_keep_anybody(play: Play) -> None:
    play.do(events.Died("gone"))
    play.do(events.Entered("6 * 7"))
    play.do(events.LeaveAsked())
    assert play.effects == [effects.Exit()]


@pytest.mark.parametrize("code", ["exit", " quit ", "exit()", "quit()"])
def test_exit_leaves_without_a_word_to_the_kernel(play: Play, code: str) -> None:
    play.do(events.Entered(code))
    assert play.effects == [effects.Exit()]
    assert play.sent == []


def test_exit_waits_for_what_was_entered_before_it(play: Play) -> None:
    play.do(events.Entered("save()"))
    play.do(events.Entered("exit"))
    assert play.effects == []
    assert play.verdict() == []
    request = next(message for message in play.heard if message.header.msg_type == "execute_request")
    assert request.content["code"] == "save()"
    play.heard = [message for message in play.heard if message is not request]
    assert [*map(type, play.verdict())] == [effects.Tell]
    assert effects.Exit() in play.finish(request)


def test_exit_from_anothers_kernel_waits_for_our_cells_too() -> None:
    play = Play(own=False)
    play.start()
    first = play.run("train()")
    play.do(events.Entered("save()"))
    play.do(events.Entered("exit"))
    assert effects.Exit() not in play.effects
    assert effects.Exit() not in play.finish(first)
    second = play.take("execute_request")
    assert second.content["code"] == "save()"
    assert effects.Exit() in play.finish(second), "its output is in the session"


def test_exit_behind_a_cell_that_fails_stays(play: Play) -> None:
    request = play.run("oops()")
    play.do(events.Entered("exit"))
    assert effects.Exit() not in play.finish(request, "error", ename="E", evalue="", traceback=[])
    assert effects.Exit() not in play.finish(play.run("fine", 2))


def test_exit_that_is_entered_twice_waits_for_what_the_first_one_waits_for(play: Play) -> None:
    for code in ("oops()", "exit", "exit", "behind"):
        play.do(events.Entered(code))
    play.verdict()
    (request,) = [message for message in play.heard if message.header.msg_type == "execute_request"]
    play.heard.remove(request)
    play.verdict()
    play.finish(request, "error", ename="E", evalue="", traceback=[])
    assert effects.Exit() not in play.verdict(), "there is one more to be judged"
    assert effects.Exit() not in play.verdict()


def test_who_enters_another_cell_behind_exit_stays(play: Play) -> None:
    request = play.run("train()")
    play.do(events.Entered("exit"))
    play.do(events.Entered("more()"))
    assert effects.Exit() not in play.finish(request)
    assert effects.Exit() not in play.finish(play.take("execute_request"))


def test_exit_judges_only_the_cells_that_it_waits_for(play: Play) -> None:
    play.finish(play.run("1 / 0"), "error", ename="E", evalue="", traceback=[])
    other = Message(Header("x1", "execute_request", "another"))
    play.tell("iopub", "status", {"execution_state": "busy"}, other)
    play.do(events.Entered("exit"))
    assert effects.Exit() in play.tell("iopub", "status", {"execution_state": "idle"}, other)


@pytest.mark.parametrize("own", [True, False])
def test_leaving_warns_once_of_cells_that_would_not_run(own: bool) -> None:
    play = Play(own=own)
    play.start()
    play.run("train()")
    play.do(events.Entered("save()"))
    play.do(events.LeaveAsked())
    assert [*map(type, play.effects)] == [effects.Tell]
    play.do(events.LeaveAsked())
    assert play.effects == [effects.Exit()]


def test_a_warning_is_forgotten_when_one_goes_on_typing(play: Play) -> None:
    play.run("train()")
    play.do(events.LeaveAsked())
    play.do(events.Edited(Document("x", 1)))
    play.do(events.Edited(Document()))
    play.do(events.LeaveAsked())
    assert [*map(type, play.effects)] == [effects.Tell]


def test_another_clients_cell_on_a_kernel_of_ones_own_is_warned_of_too(play: Play) -> None:
    other = Message(Header("x1", "execute_request", "another"))
    play.tell("iopub", "status", {"execution_state": "busy"}, other)
    play.do(events.LeaveAsked())
    assert [*map(type, play.effects)] == [effects.Tell]


@pytest.mark.parametrize("keep", [True, False])
def test_an_exit_that_comes_from_the_kernel_says_whether_that_is_kept(play: Play, keep: bool) -> None:
    request = play.run("exit(keep_kernel=...)")
    asked = play.finish(request, payload=[{"source": "ask_exit", "keepkernel": keep}])
    assert asked == [effects.Exit(keep_kernel=keep)]


def test_the_cell_that_leaves_is_done_and_what_stands_behind_it_has_not_run(play: Play) -> None:
    request = play.run("exit(keep_kernel=True)")
    play.do(events.Entered("behind"))
    payload = [{"source": "ask_exit", "keepkernel": True}]
    reply = {"status": "ok", "execution_count": 1, "payload": payload, "user_expressions": {}}
    assert play.tell("shell", "execute_reply", reply, request) == [effects.Exit(keep_kernel=True)]
    assert [state for _, state, _ in play.record] == ["done", "aborted"]
    assert play.session.transcript.cells[0].execution_count == 1
    assert play.tell("iopub", "status", {"execution_state": "idle"}, request) == []


def test_an_interrupt_leaves_no_more(play: Play) -> None:
    request = play.run("train()")
    play.do(events.Entered("exit"))
    play.do(events.InterruptAsked())
    assert effects.Exit() not in play.finish(request), "whatever the cell makes of it"


def test_a_restart_has_to_be_meant_where_cells_have_run(play: Play) -> None:
    play.finish(play.run("x = 1"))
    play.do(events.RestartAsked())
    assert [*map(type, play.effects)] == [effects.Tell]
    play.do(events.Edited(Document("x", 1)))
    play.do(events.RestartAsked())
    assert [*map(type, play.effects)] == [effects.Tell], "one has gone on typing"
    play.do(events.LeaveAsked())
    play.do(events.RestartAsked())
    assert [*map(type, play.effects)] == [effects.Tell], "another question, another answer"
    play.do(events.RestartAsked())
    assert play.effects == [effects.Restart()]


def test_a_restart_that_loses_nothing_is_done_at_once(play: Play) -> None:
    play.do(events.RestartAsked())
    assert play.effects == [effects.Restart()]

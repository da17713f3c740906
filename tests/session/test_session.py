"""Stories of a session: the user did, the kernel said; what is sent, what the screen is asked to do, what is on record.

A real Client, Inspector and Session; the kernel is played, message by message.
"""

from __future__ import annotations

import pytest

from bipy.inspection.values import Document
from bipy.messaging.message import Header, Message
from bipy.session import effects, events
from bipy.session.lifecycle import SILENT_NUDGES, UNANSWERED_NUDGES
from bipy.session.notes import INTERRUPT_BEHIND_INSPECTION, IOPUB_SILENT, REFUSED, UNANSWERED
from tests.messaging.peers import Kernel
from tests.play import INFO, Play


@pytest.fixture
def play() -> Play:
    play = Play()
    play.start()
    return play


def test_what_is_entered_before_the_kernel_answers_runs_as_soon_as_it_does() -> None:
    play = Play()
    play.do(events.Opened())
    assert play.sent == ["kernel_info_request"]
    play.do(events.Entered("6 * 7"))
    assert play.sent == ["kernel_info_request"], "nothing else may be sent yet"
    asked = play.heard[-1]
    play.tell("iopub", "status", {"execution_state": "starting"})
    play.tell("shell", "kernel_info_reply", INFO, asked)
    assert play.sent[1] == "execute_request", "and before anything that nobody waits for"


def test_inspection_of_what_was_typed_before_the_kernel_answers_follows_too() -> None:
    play = Play()
    play.do(events.Opened())
    asked = play.heard[-1]
    play.do(events.Edited(Document("os.pa", 5)))
    play.tell("iopub", "status", {"execution_state": "starting"})
    play.started = True
    play.tell("shell", "kernel_info_reply", INFO, asked)
    assert play.take("complete_request").content["code"] == "os.pa"


def test_enter_asks_the_kernel_whether_the_code_is_complete(play: Play) -> None:
    play.do(events.Entered("for i in x:"))
    assert play.verdict("incomplete", indent="    ") == [effects.GoOn("for i in x:", 11, "    ")]
    assert play.record == []
    play.do(events.Entered("1 + 1"))
    play.verdict()
    assert play.take("execute_request").content["code"] == "1 + 1"


def test_nothing_is_asked_between_enter_and_the_fate_of_what_was_entered(play: Play) -> None:
    play.do(events.Entered("1 + 1"))
    asked = play.take("is_complete_request")
    play.do(events.Edited(Document("os.pa", 5)))
    assert play.sent == []
    play.tell("shell", "is_complete_reply", {"status": "complete"}, asked)
    request = play.take("execute_request")
    play.do(events.Edited(Document("os.pat", 6)))
    assert play.sent == [], "the kernel has not begun it"
    play.tell("iopub", "status", {"execution_state": "busy"}, request)
    asked = play.take("complete_request")
    assert asked.content["code"] == "os.pat"
    assert play.ways[asked.header.msg_id] == "control", "a busy shell is deaf"


def test_what_is_not_complete_goes_on_with_inspection(play: Play) -> None:
    play.do(events.Entered("f("))
    asked = play.take("is_complete_request")
    play.do(events.Edited(Document("f(\nos", 5)))
    play.tell("shell", "is_complete_reply", {"status": "incomplete", "indent": ""}, asked)
    assert "complete_request" in play.sent


def test_a_busy_kernel_that_is_not_known_to_listen_is_asked_nothing() -> None:
    play = Play()
    play.start(implementation="bash", supported_features=["kernel subshells"])
    request = play.run("sleep 60")
    play.do(events.Edited(Document("os.pat", 6)))
    assert play.sent == []
    play.finish(request)
    asked = play.take("complete_request")
    assert asked.content == {"code": "os.pat", "cursor_pos": 6}
    assert play.ways[asked.header.msg_id] == "shell"


def test_a_kernel_is_greeted_with_one_request_at_a_time() -> None:
    play = Play()
    play.do(events.Opened())
    asked = play.heard[-1]
    play.tell("iopub", "status", {"execution_state": "starting"})
    play.heard.clear()
    play.tell("shell", "kernel_info_reply", INFO, asked)
    on_shell = [message.header.msg_type for message in play.heard if play.ways[message.header.msg_id] == "shell"]
    assert on_shell == ["history_request"], "and what warms it up stands in front of nothing"
    history = play.take("history_request")
    play.tell("shell", "history_reply", {"status": "ok", "history": []}, history)
    play.do(events.Entered("6 * 7"))
    assert play.sent == ["is_complete_request"], "one in front of it, and none behind it"


def types(play: Play, letter: str, seconds: float) -> Message:
    """The user types a name, and the completer takes its time to answer; what it was asked."""
    play.heard.clear()
    play.do(events.Edited(Document(letter, 1)))
    play.now += 2
    play.do(events.Elapsed(events.Timer.PAUSE))
    asked = play.take("complete_request")
    play.now += seconds
    return asked


def answers(play: Play, asked: Message) -> None:
    nothing = {"status": "ok", "matches": [], "cursor_start": 1, "cursor_end": 1, "metadata": {}}
    play.tell("control" if play.ways[asked.header.msg_id] == "control" else "shell", "complete_reply", nothing, asked)
    play.tell("iopub", "status", {"execution_state": "idle"}, asked)


def test_an_interrupt_that_waits_behind_a_completion_says_so() -> None:
    play = Play(own=False)
    play.start()
    answers(play, types(play, "a", 5))
    asked = types(play, "b", 0)
    assert play.ways[asked.header.msg_id] == "control"
    play.run("work()")
    play.do(events.InterruptAsked())
    assert "interrupt_request" in play.sent
    assert effects.Tell(INTERRUPT_BEHIND_INSPECTION) in play.effects


def test_an_interrupt_that_waits_for_nothing_says_nothing(play: Play) -> None:
    play.run("work()")
    play.do(events.InterruptAsked())
    assert not [effect for effect in play.effects if isinstance(effect, effects.Tell)]


def test_the_subshell_ends_with_the_session() -> None:
    play = Play(own=False)
    play.start(supported_features=["kernel subshells"])
    answers(play, types(play, "a", 5))
    play.do(events.Edited(Document("b", 1)))
    created = play.take("create_subshell_request")
    play.tell("control", "create_subshell_reply", {"status": "ok", "subshell_id": "1234"}, created)
    play.tell("shell", "kernel_info_reply", play.info, play.take("kernel_info_request"))
    answers(play, play.take("complete_request"))
    play.heard.clear()
    play.do(events.LeaveAsked())
    assert play.take("delete_subshell_request").content == {"subshell_id": "1234"}
    assert play.effects == [effects.Exit()]


def test_a_completion_becomes_a_popup(play: Play) -> None:
    play.do(events.Edited(Document("os.pat", 6)))
    asked = play.take("complete_request")
    reply = {"status": "ok", "matches": ["path", "pathsep"], "cursor_start": 3, "cursor_end": 6, "metadata": {}}
    play.tell("shell", "complete_reply", reply, asked)
    popup = play.session.inspector.popup
    assert [match.text for match in popup.matches] == ["path", "pathsep"]
    assert (popup.start, popup.end) == (3, 6)


def test_cells_entered_while_one_runs_are_queued_and_run_in_order(play: Play) -> None:
    first = play.run("slow()")
    play.do(events.Entered("a"))
    play.do(events.Entered("b"))
    assert play.sent == []
    assert [state for _, state, _ in play.record] == ["running", "queued", "queued"]
    play.finish(first)
    second = play.take("execute_request")
    assert second.content["code"] == "a"
    play.finish(second)
    assert play.take("execute_request").content["code"] == "b"


def test_the_last_queued_cell_can_be_taken_back_into_the_input(play: Play) -> None:
    play.run("slow()")
    play.do(events.Entered("a"))
    play.do(events.TakenBack())
    assert play.effects == [effects.SetInput("a")]
    assert [code for code, _, _ in play.record] == ["slow()"]


def test_input_is_asked_answered_and_kept_on_record(play: Play) -> None:
    request = play.run("name = input('who? ')")
    assert play.tell("stdin", "input_request", {"prompt": "who? ", "password": False}, request) == [
        effects.Ask("who? ")
    ]
    play.do(events.Answered("me"))
    assert play.effects == [effects.EndAsk()]
    assert play.take("input_reply").content == {"value": "me"}
    assert play.record[0][2] == "who? me\n"


def test_a_password_is_sent_and_not_kept(play: Play) -> None:
    request = play.run("getpass()")
    play.tell("stdin", "input_request", {"prompt": "Password: ", "password": True}, request)
    play.do(events.Answered("secret"))
    assert play.take("input_reply").content == {"value": "secret"}
    assert play.record[0][2] == "Password: \n"


def test_end_of_file_is_what_ipykernel_takes_for_it(play: Play) -> None:
    request = play.run("input()")
    play.tell("stdin", "input_request", {"prompt": "", "password": False}, request)
    play.do(events.Answered(None))
    assert play.take("input_reply").content == {"value": "\x04"}


def test_a_prompt_that_nobody_waits_for_any_more_is_closed(play: Play) -> None:
    request = play.run("input()")
    play.tell("stdin", "input_request", {"prompt": "", "password": False}, request)
    assert effects.EndAsk() in play.finish(request, "error", ename="KeyboardInterrupt", evalue="", traceback=[])


def test_payloads(play: Play) -> None:
    request = play.run("len?")
    page = {"source": "page", "data": {"text/plain": "Signature: len(obj)"}, "start": 0}
    following = {"source": "set_next_input", "text": "next", "replace": False}
    asked = play.finish(request, payload=[page, following, {"source": 5}, {"source": "page", "data": None}])
    assert asked == [effects.Page("Signature: len(obj)"), effects.SetInput("next")]


@pytest.mark.parametrize(("told", "line"), [(None, 0), (7, 7), ("x", 0)])
def test_an_editor_is_asked_for(play: Play, told: object, line: int) -> None:
    payload = [{"source": "edit_magic", "filename": "/tmp/a.py", "line_number": told}]
    assert play.finish(play.run("%edit a"), payload=payload) == [effects.EditFile("/tmp/a.py", line, None)]


LOADED = {"source": "set_next_input", "text": "# %load a.py\nx = 1\n"}


def test_what_a_cell_is_replaced_by_takes_its_place(play: Play) -> None:
    request = play.run("%load a.py")
    assert play.finish(request, payload=[{**LOADED, "replace": True}]) == [effects.SetInput(LOADED["text"])]
    assert play.record == []
    assert play.session.history.entries[-1] == "%load a.py"
    play.tell("iopub", "stream", {"name": "stdout", "text": "late\n"}, request)
    assert play.record[0][2] == "late\n", "nothing that is printed is lost"


def test_a_cell_that_is_followed_by_more_stays(play: Play) -> None:
    play.finish(play.run("%recall 1"), payload=[{**LOADED, "replace": False}])
    assert [code for code, _, _ in play.record] == ["%recall 1"]


def test_a_cell_that_has_printed_stays_where_it_is(play: Play) -> None:
    request = play.run("%load a.py")
    play.tell("iopub", "stream", {"name": "stdout", "text": "printed\n"}, request)
    play.finish(request, payload=[{**LOADED, "replace": True}])
    assert play.record == [("%load a.py", "done", "printed\n")]


def test_a_kernel_that_lives_but_never_answers_is_wondered_about_once() -> None:
    play = Play(own=False)
    asked = play.do(events.Opened())
    for _ in range(3 * UNANSWERED_NUDGES):
        (later,) = [effect for effect in asked if isinstance(effect, effects.Later)]
        asked = play.do(later.event)
    assert [code for code, _, _ in play.record] == [UNANSWERED]


def test_a_password_is_asked_for_with_a_word(play: Play) -> None:
    request = play.run("getpass()")
    asked = play.tell("stdin", "input_request", {"prompt": "", "password": True}, request)
    assert asked == [effects.Ask("Password: ", True)]


def attached() -> tuple[Play, Message]:
    """A session on another's kernel, and the request by which it asks for the number of the last cell."""
    play = Play(own=False)
    play.do(events.Opened())
    asked = play.heard[-1]
    play.tell("iopub", "status", {"execution_state": "idle"})
    play.tell("shell", "kernel_info_reply", INFO, asked)
    (probe,) = [message for message in play.heard if message.header.msg_type == "execute_request"]
    return play, probe


def test_an_attached_session_learns_the_number_of_the_last_cell_without_running_one() -> None:
    play, probe = attached()
    assert probe.content["code"] == ""
    assert probe.content["silent"] is True
    assert probe.content["store_history"] is False
    play.tell("shell", "execute_reply", {"status": "ok", "execution_count": 41}, probe)
    assert play.session.execution.coming_count == 42
    assert play.record == []


def test_a_number_that_comes_late_does_not_go_back_behind_another_clients_cell() -> None:
    play, probe = attached()
    other = Message(Header("x1", "execute_request", "another"))
    play.tell("iopub", "execute_input", {"code": "theirs", "execution_count": 42}, other)
    play.tell("shell", "execute_reply", {"status": "ok", "execution_count": 41}, probe)
    assert play.session.execution.coming_count == 43


def test_another_clients_cell_is_shown_and_takes_nothing_from_what_is_typed(play: Play) -> None:
    play.do(events.Edited(Document("half a li", 9)))
    other = Message(play.heard[0].header.replace(msg_id="x1", session="another", msg_type="execute_request"))
    play.tell("iopub", "status", {"execution_state": "busy"}, other)
    play.tell("iopub", "execute_input", {"code": "theirs", "execution_count": 3}, other)
    assert play.session.lifecycle.phase == "busy"
    play.tell("iopub", "stream", {"name": "stdout", "text": "hello\n"}, other)
    assert play.tell("iopub", "status", {"execution_state": "idle"}, other) == []
    assert play.record == [("theirs", "done", "hello\n")]
    assert play.session.lifecycle.phase == "idle"


def test_a_cell_entered_while_another_clients_runs_waits_for_its_end(play: Play) -> None:
    other = Message(Header("x1", "execute_request", "another"))
    play.tell("iopub", "status", {"execution_state": "busy"}, other)
    play.do(events.Entered("mine"))
    assert play.sent == []
    assert play.record == [("mine", "queued", "")]
    play.tell("iopub", "status", {"execution_state": "idle"}, other)
    assert play.take("execute_request").content["code"] == "mine"


def test_a_cell_waits_no_longer_for_one_that_a_restart_has_ended() -> None:
    play = Play(own=False)
    play.start()
    other = Message(Header("x1", "execute_request", "another"))
    play.tell("iopub", "status", {"execution_state": "busy"}, other)
    play.kernel = Kernel(session="another-kernel-session")
    play.tell("iopub", "status", {"execution_state": "starting"})
    play.heard.clear()
    play.do(events.Entered("mine"))
    assert play.sent == ["is_complete_request"]


def test_the_next_cell_waits_no_longer_for_an_idle_that_does_not_come(play: Play) -> None:
    request = play.run("first")
    play.do(events.Entered("second"))
    reply = {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
    later = []
    for event in play.say("shell", "execute_reply", reply, request):
        later += [effect.event for effect in play.do(event) if isinstance(effect, effects.Later)]
    assert play.sent == []
    for elapsed in later:
        play.do(elapsed)
    assert play.take("execute_request").content["code"] == "second"
    assert play.session.lifecycle.phase == "idle"


def test_a_kernel_whose_iopub_is_out_of_reach_is_told_of_once() -> None:
    play = Play(own=False)
    (later,) = play.do(events.Opened())
    play.tell("shell", "kernel_info_reply", INFO, play.heard[-1])
    for _ in range(SILENT_NUDGES):
        play.do(later.event)
    for count in (1, 2):
        play.do(events.Forced("print()"))
        request = play.heard[-1]
        reply = {"status": "ok", "execution_count": count, "payload": [], "user_expressions": {}}
        for event in play.say("shell", "execute_reply", reply, request):
            later = [effect.event for effect in play.do(event) if isinstance(effect, effects.Later)]
        for elapsed in later:
            play.do(elapsed)
    assert [code for code, _, _ in play.record] == ["print()", IOPUB_SILENT, "print()"]


def test_the_kernels_history_comes_before_this_sessions(play: Play) -> None:
    play.run("now")
    assert play.session.history.entries == ["import os", "x = 5", "now"]


def test_messages_that_are_not_signed_are_told_of_once(play: Play) -> None:
    forger = Kernel(key=b"wrong")
    for _ in range(3):
        for event in play.client.receive("iopub", forger.say("stream", {"name": "stdout", "text": "x"}), play.now):
            play.do(event)
    assert [code for code, _, _ in play.record] == [
        "Something sends messages on iopub whose signature is wrong; bipy drops and counts them."
    ]
    assert play.client.dropped == {"signature": 3}


def test_a_connection_file_with_another_kernels_key_is_told_of() -> None:
    play = Play(own=False)
    play.do(events.Opened())
    stranger = Kernel(key=b"wrong")
    for event in play.client.receive("iopub", stranger.say("status", {"execution_state": "busy"}), play.now):
        play.do(event)
    assert "the key in the connection file is not its own" in play.record[0][0]


def test_a_cell_that_could_not_be_sent_has_not_run(play: Play) -> None:
    play.do(events.Entered("first"))
    play.verdict()
    play.do(events.Entered("second"))
    play.refuse("execute_request")
    assert [entry[:2] for entry in play.record] == [("first", "aborted"), ("second", "aborted"), (REFUSED, "done")]
    play.run("third")  # is tried again
    assert play.record[-1][:2] == ("third", "running")


def test_what_nobody_waits_for_is_refused_in_silence(play: Play) -> None:
    play.do(events.Edited(Document("os.p", 4)))
    play.refuse("complete_request")
    assert play.record == []
    assert play.sent == [], "or it would be refused again, and again"
    play.do(events.Edited(Document("os.pa", 5)))
    assert play.sent == ["complete_request"]


def test_an_own_kernel_is_told_of_another_size_before_its_next_cell_and_once(play: Play) -> None:
    def enter() -> list[dict[str, str]]:
        """The expressions beside what is sent for one more cell."""
        play.do(events.Entered("x"))
        play.verdict()
        *told, cell = [message for message in play.heard if message.header.msg_type == "execute_request"]
        play.heard.clear()
        assert all(message.content["silent"] and not message.content["code"] for message in told)
        for message in told:
            play.finish(message)
        play.tell("iopub", "execute_input", {"code": "x", "execution_count": 1}, cell)
        play.finish(cell)
        return [message.content["user_expressions"] for message in told]

    assert enter() == [], "it was started with the size"
    play.do(events.Resized(100, 30))
    play.do(events.Resized(90, 30))
    (expressions,) = enter()
    assert "COLUMNS='90', LINES='30'" in "".join(expressions.values())
    assert enter() == []
    play.do(events.Resized(90, 30))
    assert enter() == []
    play.do(events.RestartAsked())
    play.do(events.RestartAsked())
    play.start()
    assert len(enter()) == 1, "the new process was started with the size of the first"


def test_an_attached_kernel_is_told_of_no_size() -> None:
    play = Play(own=False)
    play.start()
    play.do(events.Resized(100, 30))
    play.run("x")  # takes the one execute_request


def test_a_draft_that_gives_way_is_one_step_back(play: Play) -> None:
    request = play.run("load()")
    play.finish(request, payload=[{"source": "set_next_input", "text": "loaded", "replace": False}])
    play.do(events.Remembered("draft"))
    assert play.do(events.Recalled(Document("loaded", 6), -1)) == [effects.ShowEntry("draft")]

"""Stories of a client and a kernel that speaks protocol 5: the kernel said this, so the client must observe that."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

import pytest

from bipy.messaging import events, message
from bipy.messaging.client import REMEMBERED, Client
from bipy.messaging.events import NO_PARENT, Parent
from tests.messaging.peers import DATE, KEY, Kernel, Link


def test_values_of_expressions_are_texts_and_those_that_failed_are_left_out() -> None:
    link = Link()
    values = {
        "a": {"status": "ok", "data": {"text/plain": "1"}, "metadata": {}},
        "b": {"status": "error", "ename": "E", "evalue": "", "traceback": []},
        "c": {"data": {"text/plain": 1}},
        "d": "x",
    }
    asked = link.ask(message.evaluate_request("1", channel="control"))
    assert asked.content["silent"] is True
    assert asked.content["store_history"] is False
    assert asked.content["allow_stdin"] is True, "or a cell that runs could not read a line any more"
    reply = link.hear("control", "execute_reply", {"status": "ok", "user_expressions": values}, asked)
    assert isinstance(reply, events.ExecuteReply)
    assert reply.values == (("a", "1"),)


def test_a_cell_runs() -> None:
    link = Link()
    request = message.execute_request("6 * 7")
    asked = link.ask(request)
    assert (asked.header.msg_type, asked.header.session, asked.header.username) == ("execute_request", "me", "alice")
    assert asked.header.date == DATE
    assert asked.parent_header == {}
    assert asked.content == {
        "code": "6 * 7",
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": True,
        "stop_on_error": True,
    }
    parent = Parent(asked.header.msg_id, "execute_request", "me", True, request, "alice")
    assert [
        link.hear("iopub", "status", {"execution_state": "busy"}, asked),
        link.hear("iopub", "execute_input", {"code": "6 * 7", "execution_count": 3}, asked),
        link.hear("iopub", "stream", {"name": "stderr", "text": "a warning\n"}, asked),
        link.hear(
            "iopub", "execute_result", {"data": {"text/plain": "42"}, "metadata": {}, "execution_count": 3}, asked
        ),
        link.hear("shell", "execute_reply", {"status": "ok", "execution_count": 3, "payload": []}, asked),
        link.hear("iopub", "status", {"execution_state": "idle"}, asked),
    ] == [
        events.Status(parent, "busy"),
        events.ExecuteInput(parent, "6 * 7", 3),
        events.Stream(parent, "stderr", "a warning\n"),
        events.ExecuteResult(parent, {"text/plain": "42"}, {}, 3),
        events.ExecuteReply(parent, "ok", 3),
        events.Status(parent, "idle"),
    ]
    assert link.client.fail_pending() == [], "the cell was answered"


def test_a_cell_fails() -> None:
    link = Link()
    asked = link.ask(message.execute_request("1 / 0"))
    failure = {"ename": "ZeroDivisionError", "evalue": "division by zero", "traceback": ["\x1b[31mTrace", 5, "back"]}
    told = link.hear("iopub", "error", failure, asked)
    assert isinstance(told, events.Error)
    assert (told.ename, told.evalue, told.traceback) == (
        "ZeroDivisionError",
        "division by zero",
        ("\x1b[31mTrace", "back"),
    )
    reply = link.hear("shell", "execute_reply", {"status": "error", **failure}, asked)
    assert isinstance(reply, events.ExecuteReply)
    assert (reply.status, reply.execution_count) == ("error", None)


def test_displays_and_what_replaces_them() -> None:
    link = Link()
    asked = link.ask(message.execute_request("progress()"))
    transient = {"transient": {"display_id": "bar"}}
    first = link.hear("iopub", "display_data", {"data": {"text/plain": "0%"}, "metadata": {}, **transient}, asked)
    then = link.hear(
        "iopub", "update_display_data", {"data": {"text/plain": "9%"}, "metadata": {"a": 1}, **transient}, asked
    )
    wipe = link.hear("iopub", "clear_output", {"wait": True}, asked)
    assert isinstance(first, events.DisplayData)
    assert (first.data, first.display_id) == ({"text/plain": "0%"}, "bar")
    assert isinstance(then, events.UpdateDisplayData)
    assert (then.data, then.metadata, then.display_id) == ({"text/plain": "9%"}, {"a": 1}, "bar")
    assert isinstance(wipe, events.ClearOutput)
    assert wipe.wait


def test_a_mime_bundle_has_text_where_text_belongs() -> None:
    link = Link()
    data = {
        "text/plain": ["two\n", "lines"],
        "text/html": 5,
        "image/png": {"not": "base64"},
        "application/json": {"a": [1]},
        "application/geo+json": [1, 2],
    }
    told = link.hear("iopub", "display_data", {"data": data})
    assert isinstance(told, events.DisplayData)
    assert told.data == {
        "text/plain": "two\nlines",
        "application/json": {"a": [1]},
        "application/geo+json": [1, 2],
    }


def test_input_is_asked_for_and_given() -> None:
    link = Link()
    request = message.execute_request("input('name? ')")
    asked = link.ask(request)
    prompt = link.hear("stdin", "input_request", {"prompt": "name? ", "password": True}, asked)
    assert isinstance(prompt, events.InputRequest)
    assert (prompt.prompt, prompt.password, prompt.parent.request) == ("name? ", True, request)
    answer = link.ask(message.input_reply("Ann\ud800", prompt.header))
    assert answer.header.msg_type == "input_reply"
    assert answer.content == {"value": "Ann?"}
    assert answer.parent_header["msg_id"] == prompt.header["msg_id"]
    link.now += 60
    assert link.client.expire(link.now) == [], "nothing answers an input_reply, and a cell may take its time"


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        (
            {"source": "page", "data": {"text/plain": "doc"}, "start": 2},
            {"source": "page", "data": {"text/plain": "doc"}, "start": 2},
        ),
        ({"source": "page", "data": None, "start": "x"}, {"source": "page", "data": {}, "start": 0}),
        (
            {"source": "set_next_input", "text": "x = 1", "replace": True},
            {"source": "set_next_input", "text": "x = 1", "replace": True},
        ),
        ({"source": "set_next_input"}, {"source": "set_next_input", "text": "", "replace": False}),
        ({"source": "ask_exit", "keepkernel": True}, {"source": "ask_exit", "keepkernel": True}),
        ({"source": "ask_exit", "keepkernel": None, "exit": True}, {"source": "ask_exit", "keepkernel": False}),
        (
            {"source": "edit_magic", "filename": "/a.py", "line_number": None},
            {"source": "edit_magic", "filename": "/a.py", "line_number": None},
        ),
        (
            {"source": "edit", "filename": "/a.py", "line_number": 7},
            {"source": "edit_magic", "filename": "/a.py", "line_number": 7},
        ),
        ({"source": "something new", "x": 1}, {"source": "something new", "x": 1}),
        ({"source": 5}, None),
        ("page", None),
    ],
)
def test_payloads_have_their_fields(sent: object, seen: Mapping[str, Any] | None) -> None:
    link = Link()
    reply = link.hear("shell", "execute_reply", {"payload": [sent]}, link.ask(message.execute_request("x?")))
    assert isinstance(reply, events.ExecuteReply)
    assert reply.payload == ((seen,) if seen else ())


def complete(
    code: str, content: Mapping[str, Any], cursor_pos: int | None = None, link: Link | None = None
) -> events.CompleteReply:
    link = link or Link()
    asked = link.ask(message.complete_request(code, len(code) if cursor_pos is None else cursor_pos))
    reply = link.hear("shell", "complete_reply", content, asked)
    assert isinstance(reply, events.CompleteReply)
    assert 0 <= reply.cursor_start <= reply.cursor_end <= len(code)
    assert len(reply.matches) == len(reply.types) == len(reply.signatures)
    return reply


def test_completions_come_with_types_and_signatures() -> None:
    items = [
        {"start": 8, "end": 10, "text": "join", "type": "function", "signature": "(a, *p)"},
        {"start": 8, "end": 10, "text": "jolly", "type": "<unknown>", "signature": ""},
        "nonsense",
    ]
    reply = complete(
        "os.path.jo",
        {
            "status": "ok",
            "matches": ["join", "joke", "jolly", 7],
            "cursor_start": 8,
            "cursor_end": 10,
            "metadata": {"_jupyter_types_experimental": items},
        },
    )
    assert (reply.cursor_start, reply.cursor_end) == (8, 10)
    assert list(zip(reply.matches, reply.types, reply.signatures, strict=True)) == [
        ("join", "function", "(a, *p)"),
        ("joke", "", ""),
        ("jolly", "", ""),
    ]


@pytest.mark.parametrize(
    ("start", "end", "replaced"),
    [
        (8, 10, "jo"),
        (-2, None, "jo"),
        (None, None, ""),
        (None, 9, ""),
        (8, None, "jo"),
        (10, 8, ""),
        (-50, None, "os.path.jo"),
        (8, 99, "jo"),
        (8, 10**400, "jo"),
        (-(10**400), 10**400, "os.path.jo"),
        (True, "x", ""),
        (8.0, 10.0, ""),
    ],
)
def test_completion_offsets_lie_in_the_code(start: object, end: object, replaced: str) -> None:
    code = "os.path.jo"
    reply = complete(code, {"matches": ["join"], "cursor_start": start, "cursor_end": end})
    assert code[reply.cursor_start : reply.cursor_end] == replaced


def test_a_kernel_that_counts_utf16_is_converted() -> None:
    code = "'😀😀'; text.toUpp + 1"
    cursor = code.index(" +")
    link = Link()
    link.introduce(protocol_version="5.3", implementation="tslab")
    asked = link.ask(message.complete_request(code, cursor))
    assert asked.content["cursor_pos"] == cursor + 2
    reply = link.hear(
        "shell", "complete_reply", {"matches": ["toUpperCase"], "cursor_start": 13, "cursor_end": 18}, asked
    )
    assert isinstance(reply, events.CompleteReply)
    assert code[reply.cursor_start : reply.cursor_end] == "toUpp"
    assert link.ask(message.inspect_request(code, cursor)).content["cursor_pos"] == cursor + 2


def test_a_kernel_that_turns_out_to_count_utf16_is_converted() -> None:
    code = "'😀😀'; text.toUpp"
    reply = complete(code, {"matches": ["toUpperCase"], "cursor_start": 13, "cursor_end": 18})
    assert code[reply.cursor_start : reply.cursor_end] == "toUpp"
    assert code.isascii() is False
    reply = complete("'é'; x.to", {"matches": ["toUpper"], "cursor_start": 7, "cursor_end": 9})
    assert (reply.cursor_start, reply.cursor_end) == (7, 9), "code points, since they fit"


def test_replies_say_how_it_went() -> None:
    link = Link()
    for status, seen in [("ok", "ok"), ("error", "error"), ("aborted", "aborted"), ("abort", "aborted"), (None, "ok")]:
        content = {} if status is None else {"status": status}
        reply = link.hear("shell", "inspect_reply", content, link.ask(message.inspect_request("x", 1)))
        assert isinstance(reply, events.InspectReply)
        assert (reply.status, reply.found, reply.data) == (seen, False, {})


@pytest.mark.parametrize(
    ("content", "completeness", "indent", "status"),
    [
        ({"status": "complete"}, "complete", "", "ok"),
        ({"status": "incomplete", "indent": "    "}, "incomplete", "    ", "ok"),
        ({"status": "incomplete", "indent": 0}, "incomplete", "", "ok"),
        ({"status": "invalid", "indent": "  "}, "invalid", "", "ok"),
        ({"status": "unknown"}, "unknown", "", "ok"),
        ({}, "unknown", "", "ok"),
        ({"status": "aborted"}, "unknown", "", "aborted"),
    ],
)
def test_completeness(content: Mapping[str, Any], completeness: str, indent: str, status: str) -> None:
    link = Link()
    reply = link.hear("shell", "is_complete_reply", content, link.ask(message.is_complete_request("x")))
    assert isinstance(reply, events.IsCompleteReply)
    assert (reply.completeness, reply.indent, reply.status) == (completeness, indent, status)


def test_history_entries_are_checked() -> None:
    link = Link()
    asked = link.ask(message.history_request(5))
    assert set(asked.content) == {"output", "raw", "hist_access_type", "n"}, "ipykernel is silent when there is more"
    entries = [
        [1, 1, "a"],
        [1, 2, ["b", "out"]],
        [1, 0, ""],
        [1],
        [1, "x", "c"],
        ["2", 1, "d"],
        [2, 1, None],
        5,
        [2, 1, "é"],
    ]
    reply = link.hear("shell", "history_reply", {"history": entries}, asked)
    assert isinstance(reply, events.HistoryReply)
    assert reply.entries == ((1, 1, "a"), (1, 2, "b"), (2, 1, "é"))


def test_the_kernel_introduces_itself() -> None:
    link = Link()
    assert link.client.info is None
    told = link.introduce(
        protocol_version="5.3",
        implementation="ipython",
        language_info={"name": "python", "version": "3.11.7", "pygments_lexer": "ipython3"},
        supported_features=["kernel subshells", None],
    )
    assert isinstance(told, events.KernelInfo)
    assert link.client.info is told
    assert told.protocol == (5, 3)
    assert (told.language, told.language_version, told.lexer) == ("python", "3.11.7", "ipython3")
    assert told.supported_features == ("kernel subshells",)


@pytest.mark.parametrize(
    ("content", "protocol", "lexer", "features"),
    [
        ({}, (5, 3), "", ()),
        ({"protocol_version": "5"}, (5, 0), "", ()),
        ({"protocol_version": "5.3.0"}, (5, 3), "", ()),
        ({"protocol_version": "new"}, (5, 0), "", ()),
        ({"protocol_version": "5.x"}, (5, 0), "", ()),
        ({"protocol_version": 5.3}, (5, 3), "", ()),
        ({"language_info": {"name": "R", "codemirror_mode": "r"}}, (5, 3), "r", ()),
        ({"language_info": []}, (5, 3), "", ()),
        ({"supported_features": ["kernel subshells"]}, (5, 3), "", ("kernel subshells",)),
    ],
)
def test_sloppy_introductions(content: Mapping[str, Any], protocol: object, lexer: str, features: object) -> None:
    link = Link()
    told = link.hear("shell", "kernel_info_reply", content, link.ask(message.kernel_info_request()))
    assert isinstance(told, events.KernelInfo)
    assert (told.protocol, told.lexer, told.supported_features) == (protocol, lexer, features)


def test_an_aborted_introduction_tells_nothing() -> None:
    link = Link()
    asked = link.ask(message.kernel_info_request())
    told = link.hear("shell", "kernel_reply", {"status": "aborted"}, asked)
    assert isinstance(told, events.Reply)
    assert told.status == "aborted"
    assert link.client.info is None


def test_kernel_info_may_be_asked_on_control_too() -> None:
    link = Link()
    on_shell, on_control = message.kernel_info_request(), message.kernel_info_request("control")
    asked = link.ask(on_shell), link.ask(on_control)
    told = link.hear("control", "kernel_info_reply", {"protocol_version": "5.3"}, asked[1])
    assert told.parent.request is on_control
    told = link.hear("shell", "kernel_info_reply", {"protocol_version": "5.3"}, asked[0])
    assert told.parent.request is on_shell


def test_replies_are_known_by_what_they_answer() -> None:
    link = Link()
    completion = link.ask(message.complete_request("x", 1))
    inspection = link.ask(message.inspect_request("x", 1))
    assert isinstance(link.hear("shell", "object_reply", {"status": "aborted"}, inspection), events.InspectReply)
    assert isinstance(link.hear("shell", "inspect_reply", {"status": "aborted"}, completion), events.CompleteReply)


def test_a_subshell_comes_and_is_addressed() -> None:
    link = Link()
    made = link.hear(
        "control",
        "create_subshell_reply",
        {"status": "ok", "subshell_id": "s1"},
        link.ask(message.create_subshell_request()),
    )
    assert isinstance(made, events.SubshellReply)
    assert made.subshell_id == "s1"
    assert link.ask(message.complete_request("x", 1, subshell_id="s1")).header.subshell_id == "s1"
    assert link.ask(message.complete_request("x", 1)).header.subshell_id is None
    gone = link.hear(
        "control", "delete_subshell_reply", {"status": "ok"}, link.ask(message.delete_subshell_request("s1"))
    )
    assert isinstance(gone, events.Reply)


def test_interrupt_and_shutdown_are_answered() -> None:
    link = Link()
    interrupted = link.hear("control", "interrupt_reply", {"status": "ok"}, link.ask(message.interrupt_request()))
    assert isinstance(interrupted, events.Reply)
    asked = link.ask(message.shutdown_request(restart=True))
    told = link.hear("control", "shutdown_reply", {"status": "ok", "restart": True}, asked)
    assert isinstance(told, events.Reply)
    assert told.parent.own


def test_another_client_is_told_from_us() -> None:
    link = Link()
    foreign = Link(session="somebody else", kernel=link.kernel)
    asked = foreign.ask(message.execute_request("their_code()"))
    told = link.hear("iopub", "execute_input", {"code": "their_code()", "execution_count": 4}, asked)
    assert told.parent == Parent(asked.header.msg_id, "execute_request", "somebody else", False, None, "alice")


def test_a_peer_that_leaves_the_session_out_means_us() -> None:
    link = Link()
    request = message.execute_request("x")
    asked = link.ask(request)
    ours = asked.replace(header=asked.header.replace(session=""))
    theirs = asked.replace(header=asked.header.replace(session="somebody else"))
    assert link.hear("iopub", "stream", {"text": ""}, ours).parent.request is request
    assert not link.hear("iopub", "stream", {"text": ""}, theirs).parent.own


def test_what_has_no_parent_is_nobodys() -> None:
    link = Link()
    assert link.hear("iopub", "iopub_welcome", {"subscription": "unique"}) == events.Welcome(NO_PARENT)
    assert link.hear("iopub", "status", {"execution_state": "starting"}) == events.Status(NO_PARENT, "starting")
    assert link.hear("iopub", "stream", {"text": "from a thread"}) == events.Stream(
        NO_PARENT, "stdout", "from a thread"
    )


def test_widgets_tell_over_comms_what_their_models_hold() -> None:
    link = Link()

    def hear(msg_type: str, state: object, **content: Any) -> object:
        data = {"method": "update", "state": state, "buffer_paths": []}
        return link.hear("iopub", msg_type, {"comm_id": "c", "data": data, **content})

    output = {"_model_name": "OutputModel", "msg_id": "", "outputs": []}
    opened = hear("comm_open", output, target_name="jupyter.widget")
    assert opened == events.ModelChanged(NO_PARENT, "c", True, "Output", captures="", outputs=())
    stored = [{"output_type": "stream", "name": "stdout", "text": "a"}, {"output_type": "future"}, 5]
    assert hear("comm_msg", {"outputs": stored}) == events.ModelChanged(
        NO_PARENT, "c", outputs=(events.Stream(NO_PARENT, "stdout", "a"),)
    )
    assert hear("comm_msg", {"children": ["IPY_MODEL_a"]}) == events.ModelChanged(NO_PARENT, "c", children=("a",))
    assert link.hear("iopub", "comm_close", {"comm_id": "c", "data": {}}) == events.ModelClosed(NO_PARENT, "c")
    assert hear("comm_msg", {"value": 5, "step": 1}) == events.ModelChanged(NO_PARENT, "c", state={"value": 5})
    assert isinstance(hear("comm_msg", {"step": 5}), events.Unknown), "nothing that bipy follows"
    custom = {"comm_id": "c", "data": {"method": "custom", "content": {}, "state": {"value": 6}}}
    assert isinstance(link.hear("iopub", "comm_msg", custom), events.Unknown), "no change of state"


def test_late_output_finds_its_cell_and_foreign_traffic_is_forgotten() -> None:
    link = Link()
    cell = message.execute_request("start_thread()")
    asked = link.ask(cell)
    completion = link.ask(message.complete_request("x", 1))
    link.hear("shell", "execute_reply", {"status": "ok"}, asked)
    for _ in range(REMEMBERED + 1):
        link.hear("shell", "complete_reply", {}, link.ask(message.complete_request("x", 1)))
    foreign = Link(session="somebody else", kernel=link.kernel)
    for _ in range(50):
        link.hear("iopub", "stream", {"text": "theirs"}, foreign.ask(message.execute_request("x")))
    late = link.hear("iopub", "stream", {"text": "late"}, asked)
    assert late.parent.request is cell
    forgotten = link.hear("iopub", "stream", {"text": "credited to an old completion"}, completion)
    assert forgotten.parent.own
    assert forgotten.parent.request is None
    kept = [value for value in vars(link.client).values() if isinstance(value, dict)]
    assert sum(map(len, kept)) <= REMEMBERED + 2, "the cell, and the completion that was not answered"


def test_idle_without_a_reply_means_no_reply() -> None:
    link = Link()
    request = message.inspect_request("x", 1)
    asked = link.ask(request)
    assert link.client.waiting
    link.hear("iopub", "status", {"execution_state": "busy"}, asked)
    link.hear("iopub", "status", {"execution_state": "idle"}, asked)
    link.now += 0.1
    assert link.client.expire(link.now) == [], "the reply may come on another socket after its idle"
    link.now += 0.2
    assert link.client.expire(link.now) == [
        events.NoReply(Parent(asked.header.msg_id, "inspect_request", "me", True, request), "idle")
    ]
    assert link.client.expire(link.now) == []
    assert not link.client.waiting
    late = link.hear("shell", "inspect_reply", {"found": True, "data": {"text/plain": "x"}}, asked)
    assert late.parent.request is request, "a reply that comes after all is told"


def test_a_reply_after_its_idle_is_in_time() -> None:
    link = Link()
    asked = link.ask(message.inspect_request("x", 1))
    link.hear("iopub", "status", {"execution_state": "idle"}, asked)
    link.hear("shell", "inspect_reply", {}, asked)
    link.now += 60
    assert link.client.expire(link.now) == []


def test_the_idle_of_another_request_means_nothing() -> None:
    link = Link()
    link.ask(message.inspect_request("x", 1))
    link.hear("iopub", "status", {"execution_state": "idle"}, link.ask(message.execute_request("x")))
    link.hear("iopub", "status", {"execution_state": "idle"})
    link.now += 1
    (given_up,) = link.client.expire(link.now)
    assert isinstance(given_up, events.NoReply)
    assert given_up.parent.msg_type == "execute_request"


def test_a_silent_kernel_is_given_up_after_ten_seconds_but_not_a_cell() -> None:
    link = Link()
    requests = [message.complete_request("x", 1), message.execute_request("long()"), message.interrupt_request()]
    for request in requests:
        link.ask(request)
    link.now += 9.9
    assert link.client.expire(link.now) == []
    link.now += 0.2
    assert [
        (event.parent.request, event.reason)
        for event in link.client.expire(link.now)
        if isinstance(event, events.NoReply)
    ] == [
        (requests[0], "timeout"),
        (requests[2], "timeout"),
    ]
    assert not link.client.waiting, "time alone will not end the cell"


def test_a_dead_kernel_answers_nothing() -> None:
    link = Link()
    requests = [message.execute_request("a"), message.complete_request("x", 1)]
    for request in requests:
        link.ask(request)
    lost = link.client.fail_pending()
    assert [(event.parent.request, getattr(event, "reason", "")) for event in lost] == [
        (request, "gone") for request in requests
    ]
    assert link.client.fail_pending() == []


def test_another_kernel_process_is_noticed() -> None:
    link = Link()
    asked = link.ask(message.execute_request("x"))
    assert len(link.say("iopub", "status", {"execution_state": "busy"}, asked)) == 1
    link.kernel.session = "new process"
    restarted, status = link.say("iopub", "status", {"execution_state": "starting"})
    assert restarted == events.Restarted(NO_PARENT)
    assert status == events.Status(NO_PARENT, "starting")
    link.kernel.session = "kernel-session"
    assert len(link.say("shell", "execute_reply", {}, asked)) == 1, "the old process's last word came late"
    link.kernel.session = "new process"
    assert len(link.say("iopub", "status", {"execution_state": "idle"})) == 1
    link.kernel.session = "third process"
    assert len(link.say("iopub", "status", {"execution_state": "busy"})) == 1, "it may have been relayed"
    assert len(link.say("iopub", "status", {"execution_state": "idle"})) == 2


def test_a_message_that_is_relayed_is_no_restart() -> None:
    link = Link()
    asked = link.ask(message.execute_request("x"))
    for session in ("kernel-session", "relayed", "kernel-session", "relayed"):
        link.kernel.session = session
        assert len(link.say("iopub", "stream", {"name": "stdout", "text": "x"}, asked)) == 1


def test_a_kernel_that_names_another_session_each_time_is_told_of_once() -> None:
    link = Link()
    told = []
    for number in range(100):
        link.kernel.session = f"session-{number}"
        told += link.say("iopub", "stream", {"name": "stdout", "text": "x"})
    assert [event for event in told if not isinstance(event, events.Stream)] == [events.Unsteady(NO_PARENT)]


def test_a_kernel_that_uses_its_clients_session_is_not_restarting() -> None:
    """IRkernel and tslab put the session of the client they answer into their own header."""
    link = Link()
    foreign = Link(session="somebody else", kernel=link.kernel)
    for end in (link, foreign, link, foreign):
        asked = end.ask(message.execute_request("x"))
        link.kernel.session = asked.header.session
        assert len(link.say("iopub", "status", {"execution_state": "busy"}, asked)) == 1


def test_a_wrong_key_is_told_once_and_counted() -> None:
    link = Link(kernel=Kernel(key=b"another key"))
    assert link.say("iopub", "status", {"execution_state": "busy"}) == [events.Dropped(NO_PARENT, "iopub", "signature")]
    assert link.say("shell", "execute_reply", {}) == []
    assert link.client.receive("iopub", [b"noise"], link.now) == [events.Dropped(NO_PARENT, "iopub", "malformed")]
    assert link.client.receive("iopub", [], link.now) == []
    assert link.client.dropped == {"signature": 2, "malformed": 2}


@pytest.mark.parametrize(
    ("channel", "msg_type", "content"),
    [
        ("iopub", "future_message", {}),
        ("iopub", "comm_msg", {"comm_id": "c", "data": {}}),
        ("iopub", "execute_reply", {"status": "ok"}),
        ("iopub", "stream", {"name": "stdout"}),
        ("iopub", "stream", {"text": ["a"]}),
        ("iopub", "status", {"execution_state": 5}),
        ("iopub", "display_data", {"data": "text"}),
        ("iopub", "update_display_data", {"data": {}}),
        ("iopub", "execute_result", {}),
        ("iopub", "comm_open", {}),
        ("iopub", "comm_close", {}),
        ("stdin", "status", {"execution_state": "busy"}),
        ("shell", "execute_reply", {"status": "ok"}),
        ("control", "shutdown_reply", {}),
        ("hb", "status", {}),
    ],
)
def test_what_cannot_be_understood_is_unknown(channel: Any, msg_type: str, content: object) -> None:
    assert Link().hear(channel, msg_type, content) == events.Unknown(NO_PARENT, channel, msg_type)


def test_ids_differ_unless_they_are_given() -> None:
    link = Link()
    ids = {link.ask(message.kernel_info_request()).header.msg_id for _ in range(5)}
    assert len(ids) == 5
    replayed = Client(key=b"", signature_scheme="", session="me", username="", date=lambda: "", ids=iter(["recorded"]))
    frames = replayed.request(message.kernel_info_request(), 0.0)
    assert json.loads(frames[2])["msg_id"] == "recorded"


def test_the_key_is_nowhere_in_sight() -> None:
    link = Link()
    link.ask(message.execute_request("x"))
    texts = itertools.chain([repr(link.client)], map(repr, vars(link.client).values()))
    assert not any(KEY.decode() in text for text in texts)

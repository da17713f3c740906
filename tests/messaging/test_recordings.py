"""Conversations with real kernels, replayed: what a person at the client would have seen.

The kernels are nine implementations of protocols 4.0 to 5.6, and disagree about nearly everything; where they do, the
difference stands in the expectation.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from bipy.messaging import events
from bipy.messaging.events import Event, KernelInfo
from bipy.messaging.message import Request
from tests.recordings.replay import Replay, lines, names

PYTHON = ["ipykernel-7", "ipykernel-6", "xeus-python", "ipython-3.2", "ipython-2.4", "ipython-1.2"]
OLD = ["ipython-3.2", "ipython-2.4", "ipython-1.2"]
PROTOCOL_4 = ["ipython-2.4", "ipython-1.2"]


class Heard:
    """All that was asked in a recording and all that came of it."""

    def __init__(self, name: str) -> None:
        replay = Replay(name)
        self.requests: list[Request] = []
        self.events: list[Event] = []
        for step in replay:
            if step.request is not None:
                self.requests.append(step.request)
            self.events += step.events
        self.client = replay.client

    def asked(self, msg_type: str, code: str = "") -> Request:
        """The request of this type whose code begins so."""
        found = [
            request
            for request in self.requests
            if request.msg_type == msg_type and str(request.content.get("code", "")).startswith(code)
        ]
        assert found, f"{code!r} is not in the recording"
        return found[0]

    def of(self, request: Request) -> Iterator[Event]:
        """What `request` caused."""
        return (event for event in self.events if event.parent.request is request)

    def reply(self, msg_type: str, code: str = "") -> Event:
        """The one reply to a request."""
        (reply,) = (
            event
            for event in self.of(self.asked(msg_type, code))
            if isinstance(event, events.Reply | KernelInfo | events.NoReply)
        )
        return reply

    def screen(self, code: str) -> list[str]:
        """What a cell shows in the end, from its prompt to its result."""
        return shown(self.of(self.asked("execute_request", code)))

    def completed(self, code: str) -> tuple[str, tuple[str, ...]]:
        """What a completion would replace, and with what."""
        reply = self.reply("complete_request", code)
        assert isinstance(reply, events.CompleteReply)
        assert reply.parent.request is not None
        return reply.parent.request.content["code"][reply.cursor_start : reply.cursor_end], reply.matches


def shown(told: Iterator[Event]) -> list[str]:
    """A line for each output, those of one stream joined, "Out" before a result."""
    screen: list[str] = []
    streams: dict[str, str] = {}
    for event in told:
        match event:
            case events.ExecuteInput():
                screen.append(f"In [{event.execution_count}]")
            case events.Stream():
                streams[event.name] = streams.get(event.name, "") + event.text
            case events.DisplayData() | events.UpdateDisplayData():
                screen.append(event.data["text/plain"])
            case events.ExecuteResult():
                screen.append(f"Out[{event.execution_count}]: {event.data['text/plain']}")
            case events.Error():
                screen.append(f"{event.ename}: {event.evalue}")
            case events.ClearOutput():
                del screen[1:]
                streams.clear()
    return [*screen, *(f"{name}: {text}" for name, text in sorted(streams.items()))]


@cache
def heard(name: str) -> Heard:
    return Heard(name)


def test_all_recordings_are_heard() -> None:
    assert sorted([*PYTHON, "bash_kernel", "irkernel", "tslab"]) == names()


@pytest.mark.parametrize("name", names())
def test_every_message_is_understood(name: str) -> None:
    story = heard(name)
    assert story.client.dropped == {}
    unknown = {event.msg_type for event in story.events if isinstance(event, events.Unknown)}
    assert unknown <= {"interrupt", "shutdown", "shutdown_reply"}, "what is told to everybody of these"
    assert not any(isinstance(event, events.Restarted) for event in story.events)


@pytest.mark.parametrize("name", names())
def test_every_request_is_answered_or_given_up(name: str) -> None:
    story = heard(name)
    answered = {
        event.parent.request for event in story.events if isinstance(event, events.Reply | KernelInfo | events.NoReply)
    }
    silent = [request for request in story.requests if request not in answered and request.msg_type != "input_reply"]
    # xeus-python does not interrupt a time.sleep, so this cell and the next still ran when it was shut down.
    assert [request.msg_type for request in silent] == (["execute_request"] * 2 if name == "xeus-python" else [])
    assert story.client.fail_pending() == [] or name == "xeus-python"


@pytest.mark.parametrize("name", names())
def test_nothing_of_this_machine_is_recorded(name: str) -> None:
    text = str(lines(name))
    assert "/home/" not in text
    assert "/root" not in text


@pytest.mark.parametrize(
    ("name", "protocol", "implementation", "lexer"),
    [
        ("ipykernel-7", (5, 3), "ipython", "ipython3"),
        ("ipykernel-6", (5, 3), "ipython", "ipython3"),
        ("xeus-python", (5, 6), "xeus-python", "ipython3"),
        ("ipython-3.2", (5, 0), "ipython", "ipython3"),
        ("ipython-2.4", (4, 1), "ipython", "ipython3"),
        ("ipython-1.2", (4, 0), "ipython", "ipython3"),
        ("bash_kernel", (5, 3), "bash_kernel", "bash"),
        ("irkernel", (5, 3), "IRkernel", "r"),
        ("tslab", (5, 3), "tslab", "typescript"),
    ],
)
def test_who_is_there(name: str, protocol: tuple[int, int], implementation: str, lexer: str) -> None:
    info = heard(name).client.info
    assert info is not None
    assert (info.protocol, info.implementation, info.lexer) == (protocol, implementation, lexer)


@pytest.mark.parametrize("name", PYTHON)
def test_a_cell_with_all_kinds_of_output(name: str) -> None:
    assert heard(name).screen("import os, sys") == ["In [1]", "Out[1]: 42", "stderr: err\n", "stdout: out\n"]


@pytest.mark.parametrize("name", PYTHON)
def test_a_display_and_a_result(name: str) -> None:
    prompt, display, result = heard(name).screen("from IPython.display")
    assert (prompt, result) == ("In [3]", "Out[3]: __main__.C")
    assert display.startswith("<IPython.core.display.HTML")
    (event,) = (
        event
        for event in heard(name).of(heard(name).asked("execute_request", "from IPython.display"))
        if isinstance(event, events.DisplayData)
    )
    assert event.data["text/html"] == "<b>bold</b>"


@pytest.mark.parametrize("name", PYTHON)
def test_a_display_is_updated(name: str) -> None:
    told = list(heard(name).of(heard(name).asked("execute_request", "handle = display")))
    (first,) = (event for event in told if isinstance(event, events.DisplayData))
    later = [event for event in told if isinstance(event, events.UpdateDisplayData)]
    assert first.data == {"text/plain": "'first'"}
    if name in OLD:
        assert (first.display_id, later) == ("", [])
    else:
        assert [(event.display_id, event.data) for event in later] == [(first.display_id, {"text/plain": "'second'"})]
        assert first.display_id


@pytest.mark.parametrize("name", PYTHON)
def test_output_is_cleared(name: str) -> None:
    assert heard(name).screen("print('gone')") == ["In [5]", "stdout: kept\n"]


@pytest.mark.parametrize("name", PYTHON)
def test_a_cell_fails(name: str) -> None:
    message = "integer division or modulo by zero" if name in OLD else "division by zero"
    ename = "<class 'ZeroDivisionError'>" if name == "xeus-python" else "ZeroDivisionError"
    assert heard(name).screen("print('line')") == ["In [6]", f"{ename}: {message}", "stdout: line\n"]
    reply = heard(name).reply("execute_request", "print('line')")
    assert isinstance(reply, events.ExecuteReply)
    assert (reply.status, reply.execution_count) == ("error", 6)


@pytest.mark.parametrize("name", PYTHON)
def test_input_is_asked_for(name: str) -> None:
    asked = heard(name).asked("execute_request", "try:")
    (prompt,) = (event for event in heard(name).of(asked) if isinstance(event, events.InputRequest))
    assert (prompt.prompt, prompt.password) == ("name? ", False)
    assert heard(name).screen("try:")[-1] == "Out[7]: 'hello Ann'"


@pytest.mark.parametrize("name", ["ipykernel-7", "ipykernel-6", "xeus-python", "ipython-3.2"])
def test_a_password_is_asked_for(name: str) -> None:
    asked = heard(name).asked("execute_request", "import getpass")
    (prompt,) = (event for event in heard(name).of(asked) if isinstance(event, events.InputRequest))
    assert (prompt.prompt, prompt.password) == ("secret: ", True)
    assert heard(name).screen("import getpass")[-1] == "Out[8]: 7"


@pytest.mark.parametrize("name", PYTHON)
def test_completions_replace_what_was_typed(name: str) -> None:
    story = heard(name)
    dotted = name in OLD  # they complete the whole dotted name
    assert story.completed("import os; os.path.jo") == (
        ("os.path.jo", ("os.path.join",)) if dotted else ("jo", ("join",))
    )
    assert story.completed("for x in") == (("c.meth", ("c.method",)) if dotted else ("meth", ("method",)))
    assert story.completed("'\U0001f600'; os") == (("os.path.jo", ("os.path.join",)) if dotted else ("jo", ("join",)))
    replaced, matches = story.completed("%tim")
    assert (replaced, sorted(matches)) == ("%tim", ["%%time", "%%timeit", "%time", "%timeit"])
    replaced, matches = story.completed("f(b)")
    assert replaced == "b"
    assert {"b=", "bool", "%%bash"} <= set(matches)
    assert story.completed("nope_zz.")[1] == ()


@pytest.mark.parametrize("name", ["ipykernel-7", "ipykernel-6"])
def test_completions_say_what_they_are(name: str) -> None:
    reply = heard(name).reply("complete_request", "for x in")
    assert isinstance(reply, events.CompleteReply)
    assert (reply.types, reply.signatures) == (("function",), ("(first, second=None)",))
    reply = heard(name).reply("complete_request", "f(b)")
    assert isinstance(reply, events.CompleteReply)
    assert dict(zip(reply.matches, reply.types, strict=True))["b="] == "param"


@pytest.mark.parametrize("name", PYTHON)
@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("f(", ["Signature", "f(a, b=2, c='x', *args, **kw)", "Doc of f.\n\nMore."]),
        ("f(1, c.method(", ["Signature", "c.method(first, second=None)", "Method doc."]),
        ("C(", ["Init signature", "C(x, y=1)", "Class doc.", "init doc"]),
        ("c(", ["ignature", "c(z)", "Class doc.", "Call doc."]),
        ("len(", ["Docstring", "len(obj", "Return the number of items"]),
        ("os.path", ["Type", "module", "OS routines"]),
        ("%timeit", ["Docstring", "Time execution of a Python statement"]),
        ("f", ["Source", "def f(a, b=2", "return a"]),
    ],
)
def test_inspections_are_titled_text(name: str, code: str, found: list[str]) -> None:
    replies = [
        event
        for event in heard(name).events
        if isinstance(event, events.InspectReply)
        and event.parent.request is not None
        and event.parent.request.content["code"] == code
    ]
    (reply,) = replies
    assert reply.found
    text = without_sgr(reply.data["text/plain"])
    for part in found:
        if name in OLD:
            part = part.replace("len(obj", "len(object)")
        if name == "ipython-3.2":
            part = part.replace("C(x", "C(self, x")
        assert part in text


def without_sgr(text: str) -> str:
    return "".join(part.partition("m")[2] if index else part for index, part in enumerate(text.split("\x1b[")))


@pytest.mark.parametrize("name", PYTHON)
def test_nothing_is_found_where_nothing_is(name: str) -> None:
    for code in ("nope_zz", " "):
        reply = heard(name).reply("inspect_request", code)
        assert isinstance(reply, events.InspectReply)
        assert (reply.status, reply.found, reply.data) == ("ok", False, {})


@pytest.mark.parametrize("name", [name for name in PYTHON if name not in PROTOCOL_4])
def test_completeness(name: str) -> None:
    for code, expected in [("for", ("incomplete", "    ")), ("1 + 1", ("complete", "")), ("1 +*", ("invalid", ""))]:
        reply = heard(name).reply("is_complete_request", code)
        assert isinstance(reply, events.IsCompleteReply)
        assert (reply.completeness, reply.indent) == expected


@pytest.mark.parametrize("name", PYTHON)
def test_a_page_is_opened(name: str) -> None:
    reply = heard(name).reply("execute_request", "len?")
    assert isinstance(reply, events.ExecuteReply)
    (page,) = reply.payload
    assert (page["source"], page["start"]) == ("page", 0)
    assert "number of items" in page["data"]["text/plain"]


@pytest.mark.parametrize("name", [name for name in PYTHON if name != "xeus-python"])
def test_the_next_input_is_given_and_leaving_is_asked_for(name: str) -> None:
    reply = heard(name).reply("execute_request", "get_ipython().set_next_input")
    assert isinstance(reply, events.ExecuteReply)
    assert reply.payload == ({"source": "set_next_input", "text": "next one", "replace": False},)
    reply = heard(name).reply("execute_request", "exit")
    assert isinstance(reply, events.ExecuteReply)
    assert reply.payload == ({"source": "ask_exit", "keepkernel": True},)


@pytest.mark.parametrize("name", PYTHON)
def test_what_a_thread_prints_late_is_heard(name: str) -> None:
    (late,) = (event for event in heard(name).events if isinstance(event, events.Stream) and "late" in event.text)
    assert late.text == "late\n"
    # Protocol 4 sends it with the next request as its parent, and xeus with none.
    cell = heard(name).asked("execute_request", "hidden" if name in OLD else "import threading")
    assert late.parent.request is (None if name == "xeus-python" else cell)


@pytest.mark.parametrize("name", PYTHON)
def test_a_silent_cell_says_nothing(name: str) -> None:
    reply = heard(name).reply("execute_request", "hidden")
    assert isinstance(reply, events.ExecuteReply)
    assert (reply.status, reply.execution_count) == ("ok", 11)
    assert not [line for line in heard(name).screen("hidden") if line.startswith("In")]


@pytest.mark.parametrize("name", [name for name in PYTHON if name != "xeus-python"])
def test_cells_behind_a_failure_are_aborted(name: str) -> None:
    for code in ("'never'", "'nor this'"):
        reply = heard(name).reply("execute_request", code)
        assert isinstance(reply, events.ExecuteReply)
        assert reply.status == "aborted"
        assert heard(name).screen(code) == []


@pytest.mark.parametrize("name", [*PYTHON, "irkernel"])
def test_another_clients_cell_is_seen(name: str) -> None:
    foreign = [event for event in heard(name).events if event.parent.session == "other"]
    assert not any(event.parent.own for event in foreign)
    prompt, *output = shown(iter(foreign))
    count = {"irkernel": 4, "xeus-python": 15}.get(name, 13)
    result = [] if name == "irkernel" else [f"Out[{count}]: 'seen by all'"]
    assert (prompt, output) == (f"In [{count}]", [*result, "stdout: from another client\n"])


@pytest.mark.parametrize("name", [name for name in PYTHON if name != "xeus-python"])
def test_a_cell_is_interrupted(name: str) -> None:
    assert heard(name).screen("print('sleeping')") == ["In [14]", "KeyboardInterrupt: ", "stdout: sleeping\n"]


@pytest.mark.parametrize("name", [name for name in PYTHON if name != "xeus-python"])
def test_history_is_told(name: str) -> None:
    reply = heard(name).reply("history_request")
    assert isinstance(reply, events.HistoryReply)
    assert [(line, code[:10]) for _, line, code in reply.entries] == [
        (12, "1/0"),
        (13, "print('fro"),
        (14, "print('sle"),
    ]


@pytest.mark.parametrize("name", names())
def test_the_kernel_shuts_down(name: str) -> None:
    replies = [event for event in heard(name).events if isinstance(event, events.Reply)]
    assert any(reply.parent.msg_type == "shutdown_request" for reply in replies)


def test_bash() -> None:
    story = heard("bash_kernel")
    assert story.screen("echo out") == ["In [1]", "stdout: out\nerr\n"]
    assert story.screen("no_such") == ["In [2]", ": 127", "stdout: bash: no_such_command: command not found\n"]
    assert story.completed("echo a; ech") == ("ech", ("echo",))
    reply = story.reply("is_complete_request", "if")
    assert isinstance(reply, events.IsCompleteReply)
    assert reply.completeness == "unknown"
    reply = story.reply("execute_request", "echo sleeping")
    assert isinstance(reply, events.ExecuteReply)
    assert reply.status == "aborted", "it was interrupted"


def test_r() -> None:
    story = heard("irkernel")
    assert story.screen("cat('out") == ["In [1]", "[1] 42", "stderr: err\n\n", "stdout: out\n"]
    assert story.screen("stop")[1].startswith("ERROR: Error in eval")
    assert story.screen("nchar(") == ["In [3]", "[1] 3"]
    assert story.completed("'\U0001f600'; past") == ("past", ("paste", "paste0"))
    reply = story.reply("inspect_request", "nchar")
    assert isinstance(reply, events.InspectReply)
    assert "R Documentation" in reply.data["text/plain"]
    control = next(request for request in story.requests if request.channel == "control")
    assert [event for event in story.of(control) if not isinstance(event, events.NoReply)] == []


def test_typescript() -> None:
    story = heard("tslab")
    assert story.screen("6 * 7") == ["stdout: 42\n"]
    assert story.completed("text.toUpp") == story.completed("'\U0001f600") == ("toUpp", ("toUpperCase",))
    reply = story.reply("inspect_request", "'\U0001f600")
    assert isinstance(reply, events.InspectReply)
    assert reply.data["text/plain"] == "function twice(n: number): number\n\nDoc of twice."

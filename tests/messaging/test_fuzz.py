"""Whatever a kernel says, nothing is raised, and every event has what its class promises: frames are fuzzed."""

from __future__ import annotations

import json
import typing
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.messaging import events, message
from bipy.messaging.events import Event, Parent
from bipy.messaging.message import Request
from tests.messaging.peers import Kernel, Link

FIELDS = """
    code execution_count name text data metadata transient display_id ename evalue traceback wait comm_id target_name
    subscription prompt password status protocol_version implementation implementation_version language_info banner
    supported_features debugger language language_version ipython_version payload source start replace keepkernel
    filename line_number html start_line_number matches cursor_start cursor_end matched_text
    _jupyter_types_experimental type signature found definition init_definition call_def argspec args defaults varargs
    varkw kwonlyargs kwonlydefaults docstring isclass ismagic type_name string_form indent history subshell_id restart
    execution_state pygments_lexer version text/plain application/json
""".split()  # noqa: SIM905
WORDS = ["ok", "error", "aborted", "page", "set_next_input", "stdout", "idle", "tslab", "5.3", "4.1", "incomplete", "x"]
REPLIES = ["kernel_reply", "execute_reply", "complete_reply", "inspect_reply", "object_info_reply", "future_reply"]
BROADCASTS = """
    status execute_input pyin stream display_data update_display_data execute_result pyout error pyerr clear_output
    comm_open comm_msg iopub_welcome shutdown_reply shutdown future
""".split()  # noqa: SIM905
REQUESTS = [
    message.kernel_info_request(),
    message.execute_request("x"),
    message.complete_request("'😀'; os.path.jo + 1", 15),
    message.inspect_request("f(", 2),
    message.is_complete_request("x"),
    message.history_request(3),
    message.create_subshell_request(),
    message.delete_subshell_request("s"),
    message.interrupt_request(),
    message.shutdown_request(),
    message.input_reply("x", {}),
    Request("shell", "debug_request", {"odd": [1]}),
]

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([-1, 0, 1, 4, 10**30, 1.5, 1e300])
    | st.sampled_from(WORDS)
    | st.text(max_size=4)
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=12,
)
contents = st.dictionaries(st.sampled_from(FIELDS), values, max_size=8)


def checked(event: Event) -> None:
    """The fields of an event have the types that its class names."""
    kind = type(event)
    for owner in kind.__mro__:
        for name, annotation in typing.get_type_hints(owner).items() if issubclass(owner, Event) else ():
            if typing.get_origin(annotation) is typing.ClassVar:
                continue
            value = getattr(event, name)
            assert fits(value, annotation), f"{kind.__name__}.{name} is {value!r}, no {annotation}"
    if isinstance(event, events.CompleteReply) and event.parent.request is not None:
        assert 0 <= event.cursor_start <= event.cursor_end <= len(event.parent.request.content["code"])
        assert len(event.matches) == len(event.types) == len(event.signatures)
    if isinstance(event, events.DisplayData | events.ExecuteResult | events.UpdateDisplayData | events.InspectReply):
        assert all(isinstance(value, str) for mime, value in event.data.items() if mime.startswith("text/"))
    if isinstance(event, events.ExecuteReply):
        assert all(isinstance(payload["source"], str) for payload in event.payload)
    repr(event).encode()


def fits(value: Any, annotation: Any) -> bool:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation is Any:
        return True
    if origin is typing.Literal:
        return value in arguments
    if origin is tuple and arguments[1:] == (...,):
        return isinstance(value, tuple) and all(fits(item, arguments[0]) for item in value)
    if origin is tuple:
        return isinstance(value, tuple) and all(map(fits, value, arguments)) and len(value) == len(arguments)
    if arguments and origin is not None and not isinstance(origin, type):
        return any(fits(value, argument) for argument in arguments)
    if isinstance(origin, type) and origin.__name__ == "UnionType":
        return any(fits(value, argument) for argument in arguments)
    expected = origin or annotation
    return isinstance(value, expected) and not (expected is int and isinstance(value, bool))


@given(
    st.sampled_from(REQUESTS),
    st.sampled_from(REPLIES),
    contents | values,
    st.sampled_from(["", "5.3"]),
    st.sampled_from([None, "4.1", "5.3"]),
)
@settings(max_examples=150)
def test_any_reply(request: Request, msg_type: str, content: Any, version: str, protocol: str | None) -> None:
    link = Link(kernel=Kernel(version=version))
    if protocol:
        link.introduce(protocol_version=protocol, implementation="tslab" if version else "ipython")
    frames = link.client.request(request, link.now)
    if not frames:
        return
    asked = link.kernel.wire.decode(frames)
    event = link.hear(request.channel, msg_type, content, asked)
    assert not isinstance(event, events.Unknown) or request.channel == "stdin", "somebody waits for every reply"
    assert event.parent.request is request or request.channel == "stdin"
    checked(event)
    assert not link.client.waiting


@given(
    st.sampled_from(["iopub", "stdin"]),
    st.sampled_from([*BROADCASTS, "input_request"]),
    contents | values,
    st.sampled_from(["", "5.3"]),
    st.booleans(),
)
@settings(max_examples=150)
def test_any_broadcast(channel: Any, msg_type: str, content: Any, version: str, own: bool) -> None:
    link = Link(kernel=Kernel(version=version))
    asked = link.ask(message.execute_request("x")) if own else None
    checked(link.hear(channel, msg_type, content, asked))


@given(values, values, st.sampled_from(["iopub", "shell", "control", "stdin", "hb"]))
@settings(max_examples=100)
def test_any_header(header: Any, parent_header: Any, channel: Any) -> None:
    link = Link()
    wire = link.kernel.wire
    fields = {"msg_type": "status", **header} if isinstance(header, dict) else {"msg_type": "status"}
    odd = message.Message(message.Header("1", "status"), {}, {}, {"execution_state": "busy"})
    frames = wire.encode(odd)
    parts = [json.dumps(fields).encode(), json.dumps(parent_header).encode(), *frames[4:6]]
    for event in link.client.receive(channel, [frames[0], wire.sign(parts), *parts], link.now):
        checked(event)


def test_the_checks_check() -> None:
    for wrong in (events.Stream(Parent(), "stdout", 5), events.KernelInfo(Parent(), (5, "3"))):  # type: ignore[arg-type]
        try:
            checked(wrong)
        except AssertionError:
            continue
        raise AssertionError(f"{wrong} passed")

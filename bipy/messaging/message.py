"""Requests and messages: `Request`, `Header`, `Message`, and one constructor for each request.

A layer above makes a `Request`, which has no identity on the wire yet.  `client.Client.request` stamps it with a header
and remembers it.  Every event that answers it carries the very same object, so no layer above messaging ever handles a
msg_id.  Requests therefore compare by identity.

Source of every shape: "Messaging in Jupyter", sections "The messages on the shell / control / stdin channel".
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

from bipy.value import Value

Channel = Literal["shell", "control", "stdin", "iopub", "hb"]
Json = Mapping[str, Any]

NOTHING: Final[Json] = MappingProxyType({})


_CONTROL: Final = "control-of-"


class Request(Value, eq=False):
    """A message to be sent: its channel, msg_type and content.

    `subshell_id` addresses a subshell of the kernel (JEP 91).  `parent` is the header that the message answers, for
    input_reply only.
    """

    channel: Channel
    msg_type: str
    content: Json = NOTHING
    metadata: Json = NOTHING
    subshell_id: str | None = None
    parent: Json = NOTHING


class Header(Value):
    """A message header ("Message header").  Fields a sloppy peer left out are empty strings."""

    msg_id: str
    msg_type: str
    session: str = ""
    username: str = ""
    date: str = ""
    version: str = ""
    subshell_id: str | None = None


class Message(Value):
    """A message as it travels: a typed header and four JSON objects, buffers aside.

    `parent_header` stays a plain mapping: kernels re-serialise our header into it, so only its msg_id, msg_type and
    session may be relied on, and each of them may be missing.
    """

    header: Header
    parent_header: Json = NOTHING
    metadata: Json = NOTHING
    content: Json = NOTHING
    buffers: tuple[bytes, ...] = ()


def kernel_info_request(channel: Channel = "shell", subshell_id: str | None = None) -> Request:
    """Ask who the kernel is; allowed on control too (JEP 80), where a busy ipykernel still answers."""
    return Request(channel, "kernel_info_request", subshell_id=subshell_id)


def evaluate_request(expression: str, *, channel: Channel = "shell", subshell_id: str | None = None) -> Request:
    """Ask for the value of an expression, which leaves no name and no number.

    Lines may be read meanwhile: ipykernel would else refuse them to a cell that runs, too.
    """
    content = {**execute_request("", silent=True, user_expressions={"value": expression}).content, "allow_stdin": True}
    return Request(channel, "execute_request", content, subshell_id=subshell_id)


def execute_request(code: str, *, silent: bool = False, user_expressions: Json = NOTHING) -> Request:
    """Run `code`.  All six keys are always sent: some kernels index every one of them."""
    return Request(
        "shell",
        "execute_request",
        {
            "code": code,
            "silent": silent,
            "store_history": not silent,
            "user_expressions": dict(user_expressions),
            "allow_stdin": not silent,
            "stop_on_error": True,
        },
    )


def complete_request(
    code: str, cursor_pos: int, *, channel: Channel = "shell", subshell_id: str | None = None
) -> Request:
    """Ask for completions at `cursor_pos`, a count of code points from the start of `code` (clamped to it)."""
    content = {"code": code, "cursor_pos": _clamped(cursor_pos, code)}
    return Request(channel, "complete_request", content, subshell_id=subshell_id)


def inspect_request(
    code: str, cursor_pos: int, detail_level: int = 0, *, channel: Channel = "shell", subshell_id: str | None = None
) -> Request:
    """Ask what stands at `cursor_pos` (code points); `detail_level` 1 asks for the source too."""
    content = {"code": code, "cursor_pos": _clamped(cursor_pos, code), "detail_level": detail_level}
    return Request(channel, "inspect_request", content, subshell_id=subshell_id)


def is_complete_request(code: str) -> Request:
    """Ask whether `code` can run as it stands."""
    return Request("shell", "is_complete_request", {"code": code})


def history_request(n: int) -> Request:
    """Ask for the last `n` inputs.  Exactly these keys: ipykernel does not answer when there is one more."""
    return Request("shell", "history_request", {"output": False, "raw": True, "hist_access_type": "tail", "n": n})


def comm_info_request(*, channel: Channel = "shell", subshell_id: str | None = None) -> Request:
    """Ask which models of widgets there are."""
    return Request(channel, "comm_info_request", {"target_name": "jupyter.widget"}, subshell_id=subshell_id)


def model_state_request(model_id: str, *, subshell_id: str | None = None) -> Request:
    """Ask a widget's model for its state, which comes as an update; the message itself has no reply."""
    content = {"comm_id": model_id, "data": {"method": "request_state"}}
    return Request("shell", "comm_msg", content, subshell_id=subshell_id)


def open_models(subshell_id: str) -> Request:
    """Open the control comm of the widgets in a subshell, which names it ("Widget messaging protocol", 1.0.0)."""
    content = {"comm_id": _CONTROL + subshell_id, "target_name": "jupyter.widget.control", "data": {}}
    return Request("shell", "comm_open", content, {"version": "1.0.0"}, subshell_id)


def model_states_request(subshell_id: str) -> Request:
    """Ask the control comm for the states of all models, which come in one comm_msg."""
    content = {"comm_id": _CONTROL + subshell_id, "data": {"method": "request_states"}}
    return Request("shell", "comm_msg", content, subshell_id=subshell_id)


def close_models(subshell_id: str) -> Request:
    """Close the control comm."""
    return Request("shell", "comm_close", {"comm_id": _CONTROL + subshell_id, "data": {}}, subshell_id=subshell_id)


def interrupt_request() -> Request:
    """Ask the kernel to interrupt itself (protocol 5.3)."""
    return Request("control", "interrupt_request")


def shutdown_request(*, restart: bool = False) -> Request:
    """Ask the kernel to end."""
    return Request("control", "shutdown_request", {"restart": restart})


def input_reply(value: str, parent: Json) -> Request:
    """Answer an input_request; `parent` is the header of that request."""
    return Request("stdin", "input_reply", {"value": value}, parent=parent)


def create_subshell_request() -> Request:
    """Ask for a subshell (JEP 91)."""
    return Request("control", "create_subshell_request")


def delete_subshell_request(subshell_id: str) -> Request:
    """Give a subshell back.  Only while it is idle: a busy one blocks the shell channel of ipykernel."""
    return Request("control", "delete_subshell_request", {"subshell_id": subshell_id})


def _clamped(cursor_pos: int, code: str) -> int:
    return max(0, min(cursor_pos, len(code)))

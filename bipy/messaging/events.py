"""What a client observes: one frozen value for each thing that can happen on the channels of a kernel.

Events are values with plain fields, already checked and converted: a str field is a str and an
offset lies inside the code that was asked about.  A message that cannot be made into its event becomes `Unknown`, a
frame that is no message becomes `Dropped`; nothing is ever raised.  Protocol 4 is invisible from here up.

Each event carries its `parent`: whose request caused it.  `parent.request` is the Request object itself when it was
ours and is still known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from bipy.messaging.message import NOTHING, Channel, Json, Request
from bipy.value import Value


class Parent(Value):
    """Who caused an event.  All empty when the kernel named no parent."""

    msg_id: str = ""
    msg_type: str = ""
    session: str = ""
    own: bool = False
    request: Request | None = None
    username: str = ""


NO_PARENT = Parent()


class Event(Value):
    """What all events share."""

    parent: Parent


class KernelInfo(Event):
    """kernel_info_reply.  `protocol` is (major, minor); `lexer` a pygments alias, the language's name, or ""."""

    protocol: tuple[int, int] = (5, 0)
    implementation: str = ""
    language: str = ""
    language_version: str = ""
    lexer: str = ""
    supported_features: tuple[str, ...] = ()


class Status(Event):
    """status: the kernel became busy, idle or starting ("restarting" and "dead" come from servers)."""

    execution_state: str = ""


class ExecuteInput(Event):
    """execute_input (v4: pyin): a cell began, ours or another client's."""

    code: str = ""
    execution_count: int | None = None


class Stream(Event):
    """stream: text on stdout or stderr."""

    name: Literal["stdout", "stderr"] = "stdout"
    text: str = ""


class DisplayData(Event):
    """display_data: a mime bundle; `display_id` is "" when it can't be updated."""

    data: Json = NOTHING
    metadata: Json = NOTHING
    display_id: str = ""


class UpdateDisplayData(Event):
    """update_display_data: replace the bundle of `display_id` wherever it is shown."""

    data: Json = NOTHING
    metadata: Json = NOTHING
    display_id: str = ""


class ExecuteResult(Event):
    """execute_result (v4: pyout): the value of a cell."""

    data: Json = NOTHING
    metadata: Json = NOTHING
    execution_count: int | None = None
    display_id: str = ""


class Error(Event):
    """error (v4: pyerr): a cell failed; `traceback` is a tuple of strings with SGR sequences in them."""

    ename: str = ""
    evalue: str = ""
    traceback: tuple[str, ...] = ()


class ClearOutput(Event):
    """clear_output: forget what the cell has shown, at once or, with `wait`, when the next output comes."""

    wait: bool = False


class InputRequest(Event):
    """input_request: the kernel waits for a line.  `header` is what the input_reply has to name as its parent."""

    prompt: str = ""
    password: bool = False
    header: Json = NOTHING


class Reply(Event):
    """What all replies share.  `status` is ok, error or aborted (a missing one is ok, "abort" is aborted)."""

    status: Literal["ok", "error", "aborted"] = "ok"


class ExecuteReply(Reply):
    """execute_reply.  `payload` holds dicts with a str "source", adapted to the v5 forms.

    `values` are the expressions that were asked for, by their names, as text; those that failed are left out.
    """

    execution_count: int | None = None
    payload: tuple[dict[str, Any], ...] = ()
    values: tuple[tuple[str, str], ...] = ()


class CompleteReply(Reply):
    """complete_reply: replace [cursor_start, cursor_end) of the code that was sent with one of `matches`.

    Offsets are code points, 0 <= cursor_start <= cursor_end <= len(code).  `types` and `signatures` run parallel to
    `matches` ("" where unknown; from metadata._jupyter_types_experimental).
    """

    matches: tuple[str, ...] = ()
    cursor_start: int = 0
    cursor_end: int = 0
    types: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()


class InspectReply(Reply):
    """inspect_reply (v4: object_info_reply made into text).  `data` is a mime bundle."""

    found: bool = False
    data: Json = NOTHING


class IsCompleteReply(Reply):
    """is_complete_reply.  `completeness` is complete, incomplete, invalid or unknown; `indent` only when incomplete."""

    completeness: str = "unknown"
    indent: str = ""


class HistoryReply(Reply):
    """history_reply: (session, line, input) from old to new."""

    entries: tuple[tuple[int, int, str], ...] = ()


class SubshellReply(Reply):
    """create_subshell_reply; "" when the kernel made none."""

    subshell_id: str = ""


class CommInfoReply(Reply):
    """comm_info_reply: the ids of the models of widgets that there are."""

    models: frozenset[str] = frozenset()


class NoReply(Event):
    """A request of ours will hardly be answered; should it be after all, its reply is told like any other.

    `reason` is "idle" (the kernel was done with it and did not reply), "timeout", "gone" (the kernel died), "refused"
    (it was never sent: the transport takes no more) or "unsupported" (never sent: protocol 4 has no such message).
    """

    reason: str = "timeout"


class ModelChanged(Event):
    """comm_open or comm_msg: a widget's model is there, or changed.  What bipy does not follow of it is left out.

    `kind` is its `_model_name` without "Model", which comm_open tells, and the answer to request_state; "" for what is
    no widget of its own, such as a Layout.  `captures` is
    the msg_id of the request whose outputs an Output model takes from now on ("" none); `outputs` is its new content;
    `children` are the ids of the models that stand in this one.  Each is None where it did not change.  `state` holds
    the other keys that changed.
    """

    model_id: str = ""
    is_new: bool = False
    kind: str = ""
    captures: str | None = None
    outputs: tuple[Event, ...] | None = None
    children: tuple[str, ...] | None = None
    state: Json = NOTHING

    @property
    def is_output(self) -> bool:
        """Whether the model is told to be an Output."""
        return self.kind == "Output"


class ModelsTold(Event):
    """The states of all models, by their ids: the answer of the widgets' control comm."""

    models: Mapping[str, ModelChanged]


class ModelClosed(Event):
    """comm_close: the kernel has closed a widget, so its view goes."""

    model_id: str = ""


class Welcome(Event):
    """iopub_welcome (JEP 65): a subscription of ours is in place."""


class Unsteady(Event):
    """The kernel's own session changes from message to message, and says nothing."""


class Restarted(Event):
    """The kernel's own session changed: it is another process than the one we knew."""


class Unknown(Event):
    """A well-signed message of an unknown type, or one whose content does not fit its type."""

    channel: Channel = "iopub"
    msg_type: str = ""


class Dropped(Event):
    """The first frames that were thrown away for `reason` ("signature", "malformed"); later ones are only counted."""

    channel: Channel = "iopub"
    reason: str = ""

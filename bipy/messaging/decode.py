"""Message -> event: the content of every message is checked here, field by field, once.

The rule: a field that is missing or of the wrong type gets the default of its event.  Where an event would mean nothing
without the field (the text of a stream, a mime bundle) there is no event and the message becomes `Unknown`.  A reply is
never Unknown, since its request waits for it.

Replies are told apart by the request they answer, never by their msg_type: IPython up to 3 misnames aborted ones
("object_reply", "kernel_reply").  Offsets are clamped here; what they count is the business of `protocol4`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from bipy.messaging import events, implementations
from bipy.messaging.events import Event, Parent
from bipy.messaging.message import Channel, Header, Json, Message, Request
from bipy.messaging.wire import header_json

Decoder = Callable[[Message, Parent], Event | None]

# The keys of a widget's state that say how it looks as text.
_WIDGET_KEYS = {
    *("value", "min", "max", "bar_style", "description", "_options_labels", "index", "titles", "selected_index"),
    *("layout", "display", "visibility", "width"),
}


def event(channel: Channel, message: Message, parent: Parent) -> Event:
    """What `message`, in the terms of protocol 5, tells the client."""
    if channel in ("shell", "control"):
        decoder = _reply_decoder(parent.request)
    else:
        decoder = (_IOPUB if channel == "iopub" else _STDIN).get(message.header.msg_type)
    decoded = decoder(message, parent) if decoder is not None else None
    return events.Unknown(parent, channel, message.header.msg_type) if decoded is None else decoded


def _protocol(text: Any) -> tuple[int, int]:
    """(5, 3) for "5.3".  (5, 0) when it can't be read: all that matters is that it is not 4."""
    parts = text.split(".")[:2] if isinstance(text, str) else []
    if not parts or not all(part.isdecimal() and len(part) < 4 for part in parts):
        return (5, 0)
    return (int(parts[0]), int(parts[1]) if len(parts) > 1 else 0)


# -- iopub and stdin ------------------------------------------------------------------------------------------------


def _status(message: Message, parent: Parent) -> Event | None:
    state = _text(message.content, "execution_state")
    return events.Status(parent, state) if state else None


def _execute_input(message: Message, parent: Parent) -> Event:
    return events.ExecuteInput(parent, _text(message.content, "code"), _integer(message.content.get("execution_count")))


def _stream(message: Message, parent: Parent) -> Event | None:
    text = message.content.get("text")
    if not isinstance(text, str):
        return None
    return events.Stream(parent, "stderr" if message.content.get("name") == "stderr" else "stdout", text)


def _display_data(message: Message, parent: Parent) -> Event | None:
    content = message.content
    data = content.get("data")
    if not isinstance(data, dict):
        return None
    return events.DisplayData(parent, _mime_bundle(data), _object(content, "metadata"), _display_id(content))


def _update_display_data(message: Message, parent: Parent) -> Event | None:
    content = message.content
    data, display_id = content.get("data"), _display_id(content)
    if not isinstance(data, dict) or not display_id:
        return None
    return events.UpdateDisplayData(parent, _mime_bundle(data), _object(content, "metadata"), display_id)


def _execute_result(message: Message, parent: Parent) -> Event | None:
    content = message.content
    data = content.get("data")
    if not isinstance(data, dict):
        return None
    return events.ExecuteResult(
        parent,
        _mime_bundle(data),
        _object(content, "metadata"),
        _integer(content.get("execution_count")),
        _display_id(content),
    )


def _error(message: Message, parent: Parent) -> Event:
    content = message.content
    return events.Error(parent, _text(content, "ename"), _text(content, "evalue"), _texts(content, "traceback"))


def _clear_output(message: Message, parent: Parent) -> Event:
    return events.ClearOutput(parent, message.content.get("wait") is True)


def _comm_open(message: Message, parent: Parent) -> Event | None:
    return _model(message, parent) if _is_widget(message.content) else None


def _is_widget(told: Json) -> bool:
    return _text(told, "target_name") == "jupyter.widget"


def _model(message: Message, parent: Parent) -> Event | None:
    """What changes of a model: its `_model_name` comes with comm_open, the rest with each `update`.

    An `echo_update` repeats what a client has set (ipywidgets 8).
    """
    data = _object(message.content, "data")
    is_new = message.header.msg_type == "comm_open"
    model_id = _text(message.content, "comm_id")
    if data.get("method") == "update_states" and not is_new:
        return _models(data, parent)
    if not model_id or (not is_new and data.get("method") not in ("update", "echo_update")):
        return None
    return _changes(model_id, _object(data, "state"), parent, is_new=is_new)


def _models(data: Json, parent: Parent) -> Event:
    """The states of all models.  Each has the name of its kind beside its state, and not always in it, too."""
    models = {}
    for model_id, told in _object(data, "states").items():
        if isinstance(told, dict):
            state = {"_model_name": told.get("model_name"), **_object(told, "state")}
            changed = _changes(model_id, state, parent, is_new=False)
            if changed is not None:
                models[model_id] = changed
    return events.ModelsTold(parent, models)


def _changes(model_id: str, state: Json, parent: Parent, *, is_new: bool) -> events.ModelChanged | None:
    """What changes of a model, None if it is nothing that is followed."""
    kind = _text(state, "_model_name").removesuffix("Model")
    captures, outputs, children = state.get("msg_id"), state.get("outputs"), state.get("children")
    changed = events.ModelChanged(
        parent,
        model_id,
        is_new,
        "" if kind == "Layout" or kind.endswith("Style") else kind,
        captures if isinstance(captures, str) else None,
        tuple(_captured(outputs, parent)) if isinstance(outputs, list | tuple) else None,
        tuple(str(child).removeprefix("IPY_MODEL_") for child in children) if isinstance(children, list) else None,
        {key: state[key] for key in _WIDGET_KEYS & state.keys() if not (is_new and state[key] is None)},
    )
    follows = changed.kind or changed.state or (changed.captures, changed.outputs, changed.children) != (None,) * 3
    return changed if follows or (is_new and kind == "Layout") else None


def _captured(outputs: Iterable[Any], parent: Parent) -> Iterator[Event]:
    """The outputs of an Output model, which have the form that notebooks store."""
    for output in outputs:
        msg_type = output.get("output_type") if isinstance(output, dict) else None
        if msg_type in ("stream", "display_data", "execute_result", "error"):
            decoded = _IOPUB[msg_type](Message(Header("", msg_type), content=output), parent)
            if decoded is not None:
                yield decoded


def _comm_close(message: Message, parent: Parent) -> Event | None:
    model_id = _text(message.content, "comm_id")
    return events.ModelClosed(parent, model_id) if model_id else None


def _welcome(message: Message, parent: Parent) -> Event:  # noqa: ARG001 - as all decoders
    return events.Welcome(parent)


def _input_request(message: Message, parent: Parent) -> Event:
    content = message.content
    password = content.get("password") is True
    return events.InputRequest(parent, _text(content, "prompt"), password, header_json(message.header))


# -- replies --------------------------------------------------------------------------------------------------------


def _kernel_info_reply(message: Message, parent: Parent) -> Event:
    content = message.content
    if "status" in content and _status_of(content) != "ok":
        return _reply(message, parent)  # aborted, or refused: it says nothing about the kernel
    language_info = _object(content, "language_info")
    language = _text(language_info, "name")
    info = events.KernelInfo(
        parent,
        _protocol(content.get("protocol_version")),
        _text(content, "implementation"),
        language,
        _text(language_info, "version"),
        (_text(language_info, "pygments_lexer") or language).lower(),
        _texts(content, "supported_features"),
    )
    return info.replace(lexer=implementations.of(info).lexer or info.lexer)


def _execute_reply(message: Message, parent: Parent) -> Event:
    content = message.content
    payload = content.get("payload")
    return events.ExecuteReply(
        parent,
        _status_of(content),
        _integer(content.get("execution_count")),
        tuple(filter(None, map(_payload, payload))) if isinstance(payload, list) else (),
        tuple(_values(_object(content, "user_expressions"))),
    )


def _values(expressions: Json) -> Iterator[tuple[str, str]]:
    """The values of the expressions that have one, as text."""
    for name, told in expressions.items():
        text = _object(told, "data").get("text/plain") if isinstance(told, dict) else None
        if isinstance(text, str):
            yield name, text


def _payload(item: Any) -> dict[str, Any] | None:
    """A payload with the fields of its source checked; None when it is none ("Payloads (DEPRECATED)")."""
    if not isinstance(item, dict) or not isinstance(item.get("source"), str):
        return None
    source = item["source"]
    if source == "page":
        return {
            "source": source,
            "data": _mime_bundle(_object(item, "data")),
            "start": _integer(item.get("start")) or 0,
        }
    if source == "set_next_input":
        return {"source": source, "text": _text(item, "text"), "replace": item.get("replace") is True}
    if source == "ask_exit":
        return {"source": source, "keepkernel": item.get("keepkernel") is True}
    if source in ("edit", "edit_magic"):  # the specification's name and IPython's
        filename, line_number = _text(item, "filename"), _integer(item.get("line_number"))
        return {"source": "edit_magic", "filename": filename, "line_number": line_number}
    return item


def _complete_reply(message: Message, parent: Parent) -> Event:
    content = message.content
    request = parent.request
    code = _text(request.content, "code") if request is not None else ""
    end = _clamped(_integer(content.get("cursor_end")), len(code))
    start = _clamped(_integer(content.get("cursor_start")), end)
    matches = _texts(content, "matches")
    types, signatures = _described(message, matches)
    return events.CompleteReply(parent, _status_of(content), matches, start, end, types, signatures)


def _described(message: Message, matches: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The types and signatures of `matches`, where the kernel knows them (an extension of IPython's)."""
    told = _object(message.content, "metadata").get("_jupyter_types_experimental")
    items = [item for item in told if isinstance(item, dict)] if isinstance(told, list) else []
    # A look at each column: nearly always the items run parallel to the matches, and their fields are texts.
    texts, types, signatures = ([item.get(name) for item in items] for name in ("text", "type", "signature"))
    if texts != list(matches):
        numbers = {text: number for number, text in enumerate(texts) if isinstance(text, str)}
        places = [numbers.get(match) for match in matches]
        types = ["" if place is None else types[place] for place in places]
        signatures = ["" if place is None else signatures[place] for place in places]
    if "<unknown>" in types:
        types = ["" if kind == "<unknown>" else kind for kind in types]
    return _all_texts(types), _all_texts(signatures)


def _all_texts(values: Sequence[Any]) -> tuple[str, ...]:
    """`values`, with "" in the place of each that is no text."""
    if {*map(type, values)} <= {str}:
        return tuple(values)
    return tuple(value if isinstance(value, str) else "" for value in values)


def _inspect_reply(message: Message, parent: Parent) -> Event:
    content = message.content
    data = _mime_bundle(_object(content, "data"))
    found = bool(data) and content.get("found") is not False
    return events.InspectReply(parent, _status_of(content), found, data if found else {})


def _is_complete_reply(message: Message, parent: Parent) -> Event:
    content = message.content
    completeness = _text(content, "status")
    if completeness not in ("complete", "incomplete", "invalid"):
        return events.IsCompleteReply(parent, _status_of(content))
    indent = _text(content, "indent") if completeness == "incomplete" else ""
    return events.IsCompleteReply(parent, "ok", completeness, indent)


def _history_reply(message: Message, parent: Parent) -> Event:
    content = message.content
    history = content.get("history")
    entries = []
    for item in history if isinstance(history, list) else ():
        if not isinstance(item, list) or len(item) != 3:
            continue
        session, line, code = _integer(item[0]), _integer(item[1]), item[2]
        if isinstance(code, list):  # [input, output], though the output was not asked for
            code = code[0] if code else ""
        if session is not None and line is not None and isinstance(code, str) and code:
            entries.append((session, line, code))
    return events.HistoryReply(parent, _status_of(content), tuple(entries))


def _subshell_reply(message: Message, parent: Parent) -> Event:
    return events.SubshellReply(parent, _status_of(message.content), _text(message.content, "subshell_id"))


def _comm_info_reply(message: Message, parent: Parent) -> Event:
    comms = _object(message.content, "comms")
    widgets = (name for name, told in comms.items() if isinstance(told, dict) and _is_widget(told))
    return events.CommInfoReply(parent, _status_of(message.content), frozenset(widgets))


def _reply(message: Message, parent: Parent) -> Event:
    return events.Reply(parent, _status_of(message.content))


def _status_of(content: Json) -> Literal["ok", "error", "aborted"]:
    status = content.get("status")
    if status in ("aborted", "abort"):  # "abort" is IRkernel's and bash_kernel's
        return "aborted"
    return "error" if status == "error" else "ok"


# -- fields ---------------------------------------------------------------------------------------------------------


def _text(content: Json, name: str) -> str:
    value = content.get(name)
    return value if isinstance(value, str) else ""


def _texts(content: Json, name: str) -> tuple[str, ...]:
    value = content.get(name)
    if not isinstance(value, list):
        return ()
    return tuple(value) if {*map(type, value)} <= {str} else tuple(item for item in value if isinstance(item, str))


def _integer(value: Any) -> int | None:
    """A number that counts something.  What no kernel can mean (true, NaN, 10**40) is None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 2**53:
        return None
    return int(value)


def _object(content: Json, name: str) -> Json:
    value = content.get(name)
    return value if isinstance(value, dict) else {}


def _clamped(value: int | None, limit: int) -> int:
    return max(0, min(limit if value is None else value, limit))


def _display_id(content: Json) -> str:
    return _text(_object(content, "transient"), "display_id")


def _mime_bundle(data: Json) -> Json:
    """`data` with a str for every mime type that is not JSON itself; a list of lines is joined, as in notebooks."""
    bundle: dict[str, Any] = {}
    for mime_type, value in data.items():
        if isinstance(value, list) and not mime_type.endswith("json"):
            value = "".join(line for line in value if isinstance(line, str))
        if isinstance(value, str) or mime_type.endswith("json"):
            bundle[mime_type] = value
    return bundle


_IOPUB: Mapping[str, Decoder] = {
    "status": _status,
    "execute_input": _execute_input,
    "stream": _stream,
    "display_data": _display_data,
    "update_display_data": _update_display_data,
    "execute_result": _execute_result,
    "error": _error,
    "clear_output": _clear_output,
    "comm_open": _comm_open,
    "comm_msg": _model,
    "comm_close": _comm_close,
    "iopub_welcome": _welcome,
}
_STDIN: Mapping[str, Decoder] = {"input_request": _input_request}
_REPLIES: Mapping[str, Decoder] = {
    "kernel_info_request": _kernel_info_reply,
    "execute_request": _execute_reply,
    "complete_request": _complete_reply,
    "inspect_request": _inspect_reply,
    "is_complete_request": _is_complete_reply,
    "history_request": _history_reply,
    "create_subshell_request": _subshell_reply,
    "comm_info_request": _comm_info_reply,
}


def _reply_decoder(request: Request | None) -> Decoder | None:
    return None if request is None else _REPLIES.get(request.msg_type, _reply)

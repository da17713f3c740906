"""Protocol 4 <-> 5: above this module everything is protocol 5 with offsets in code points.

`outgoing` takes a Request from the client's words to the kernel's, `incoming` a message from the kernel's to the
client's.  Both are pure, with one small function for each msg_type that differs.  To translate a request one must know
who the kernel is (`KernelInfo`); a message of protocol 4 tells itself by a header without version, and a reply is read
in the light of the request it answers.

What differs in protocol 4 (IPython 1 and 2): "Changelog" of "Messaging in Jupyter", section 5.0.
"""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Callable, Mapping
from typing import Any

from bipy.messaging import implementations
from bipy.messaging.events import KernelInfo
from bipy.messaging.message import Json, Message, Request

# Patterns are compiled where they are used, which is with protocol 4 only.
_SGR = r"\x1b\[[0-9;]*m"
_SYNTAX = r"""(?xs)
    (?P<string>'{3}.*?(?:'{3}|\Z) | "{3}.*?(?:"{3}|\Z) | '(?:\\.|[^'\\\n])*'? | "(?:\\.|[^"\\\n])*"?)
    | (?P<comment>\#[^\n]*)
    | (?P<name>(?:(?<!\S)%%?)?[^\W\d]\w*(?:\.[^\W\d]\w*)*\.?)
    | (?P<bracket>[()\[\]{}])
    | \d[\w.]*"""


def outgoing(request: Request, info: KernelInfo | None) -> Request | None:
    """`request` in the words of the kernel; None when it has no words for it."""
    if info is None:
        return request
    if info.protocol[0] < 5:
        translate = _TO_V4.get(request.msg_type)
        return translate(request) if translate is not None else None
    if implementations.of(info).utf16 and "cursor_pos" in request.content:
        cursor_pos = to_utf16(request.content["code"], request.content["cursor_pos"])
        return request.replace(content={**request.content, "cursor_pos": cursor_pos})
    return request


def incoming(message: Message, request: Request | None, info: KernelInfo | None) -> Message:
    """`message` in the words of protocol 5; `request` is what it replies to, if it is a reply to one of ours."""
    if request is None:
        return message if message.header.version else _from_v4(message)
    content = message.content
    if request.msg_type == "kernel_info_request":
        content = _kernel_info_reply(content, message.header.version)
    elif not message.header.version and request.msg_type in _REPLIES_FROM_V4:
        content = _REPLIES_FROM_V4[request.msg_type](content, request)
    if request.msg_type == "complete_request":
        content = _cursors(content, request, implementations.of(info).utf16)
    return message if content is message.content else message.replace(content=content)


# -- cursors --------------------------------------------------------------------------------------------------------


def to_utf16(text: str, offset: int) -> int:
    """The offset `offset` of `text`, given in code points, in UTF-16 code units."""
    return len(text[:offset].encode("utf-16-le", "replace")) // 2


def from_utf16(text: str, offset: int) -> int:
    """The offset `offset` of `text`, given in UTF-16 code units, in code points; half a character counts for none."""
    return len(text.encode("utf-16-le", "replace")[: max(0, offset) * 2].decode("utf-16-le", "ignore"))


def _cursors(content: Json, request: Request, utf16: bool) -> Json:
    """Give the two offsets of a complete_reply their meaning of protocol 5.2.

    A peer behind jupyter_client's adapter (protocol 4 in truth) says cursor_end null for the cursor and cursor_start
    negative, relative to it, or null for "the same as cursor_end".
    """
    code, cursor = request.content["code"], request.content["cursor_pos"]
    start, end = (_offset(content.get(name)) for name in ("cursor_start", "cursor_end"))
    if utf16 or (end is not None and end > len(code)):
        start, end = (
            from_utf16(code, offset) if offset is not None and offset >= 0 else offset for offset in (start, end)
        )
    if end is None:
        end = cursor
    if start is None:
        start = end
    elif start < 0:
        start += cursor
    return {**content, "cursor_start": start, "cursor_end": end}


def _offset(value: Any) -> int | None:
    # No offset is worth more than this: slices and encodings must not see a kernel's 10**300.
    return max(-(2**31), min(value, 2**31)) if isinstance(value, int) and not isinstance(value, bool) else None


# -- to protocol 4 --------------------------------------------------------------------------------------------------


def _same(request: Request) -> Request:
    return request


def _execute_request(request: Request) -> Request:
    content = {name: value for name, value in request.content.items() if name != "stop_on_error"}
    return request.replace(content={**content, "user_variables": []})


def _complete_request(request: Request) -> Request:
    """`text` is left empty, so that the kernel finds the token itself."""
    code, cursor = request.content["code"], request.content["cursor_pos"]
    line_start = code.rfind("\n", 0, cursor) + 1
    line = code[line_start:].partition("\n")[0]
    return request.replace(content={"text": "", "line": line, "block": None, "cursor_pos": cursor - line_start})


def _inspect_request(request: Request) -> Request:
    content = {
        "oname": object_name(request.content["code"], request.content["cursor_pos"]),
        "detail_level": request.content.get("detail_level", 0),
    }
    return request.replace(msg_type="object_info_request", content=content)


def object_name(code: str, cursor_pos: int) -> str:
    """What protocol 5 would inspect: the callee of the innermost call open at the cursor, else the name there.

    Of a dotted name it is the part up to the attribute the cursor is in: a.b of a.b.c.  "" when there is no name.
    """
    callees: list[str] = []  # of the brackets that are open, "" for one that is no call
    name, name_end = "", -1
    for token in re.finditer(_SYNTAX, code):
        if token.start() > cursor_pos or (token.start() == cursor_pos and not token["name"]):
            break
        if token["name"]:
            name, name_end = token["name"], token.end()
            if name_end >= cursor_pos:
                next_dot = code.find(".", cursor_pos, name_end)
                name = code[token.start() : next_dot if next_dot >= 0 else name_end]
        elif token["bracket"] in ("(", "[", "{"):
            is_call = token["bracket"] == "(" and name_end >= 0 and not code[name_end : token.start()].strip(" \t")
            callees.append(name if is_call and not keyword.iskeyword(name) else "")
        elif token["bracket"] and callees:
            callees.pop()
    callee = next(filter(None, reversed(callees)), "")
    at_cursor = name if name_end >= cursor_pos and not keyword.iskeyword(name) else ""
    return callee or at_cursor.rstrip(".")


_TO_V4: Mapping[str, Callable[[Request], Request]] = {
    "kernel_info_request": _same,
    "execute_request": _execute_request,
    "complete_request": _complete_request,
    "inspect_request": _inspect_request,
    "history_request": _same,
    "shutdown_request": _same,
    "input_reply": _same,
}


# -- from protocol 4 ------------------------------------------------------------------------------------------------


def _from_v4(message: Message) -> Message:
    """What protocol 4 broadcasts.  A newer message that merely lacks its version passes unchanged."""
    msg_type = _RENAMED.get(message.header.msg_type, message.header.msg_type)
    content = message.content
    if msg_type == "stream" and "text" not in content:
        content = {**content, "text": content.get("data")}
    elif msg_type in ("display_data", "execute_result"):
        content = {**content, "data": _parsed_json(content.get("data"))}
    return message.replace(header=message.header.replace(msg_type=msg_type), content=content)


_RENAMED: Mapping[str, str] = {"pyin": "execute_input", "pyout": "execute_result", "pyerr": "error"}


def _parsed_json(data: Any) -> Any:
    """A mime bundle whose application/json is a value; protocol 4 has it as a string of JSON."""
    text = data.get("application/json") if isinstance(data, dict) else None
    if not isinstance(text, str):
        return data
    try:
        return {**data, "application/json": json.loads(text)}
    except (ValueError, RecursionError):
        return data


def _kernel_info_reply(content: Json, version: str) -> Json:
    """One in which protocol_version is a str.  Protocol 4 has a list there, no status, and headers without version."""
    protocol_version = content.get("protocol_version")
    if isinstance(protocol_version, str):
        return content
    language = {"name": content.get("language"), "version": _dotted(content.get("language_version"))}
    return {
        "language_info": language,
        "implementation": "ipython" if "ipython_version" in content else "",
        **content,
        "protocol_version": _dotted(protocol_version) or version or ("5.0" if "status" in content else "4.0"),
    }


def _dotted(version: Any) -> str:
    # [2, 4, 1, ""] is 2.4.1
    parts = version if isinstance(version, list) else []
    return ".".join(str(part) for part in parts if isinstance(part, int | str) and part != "")


def _execute_reply(content: Json, _request: Request) -> Json:
    payload = content.get("payload")
    if not isinstance(payload, list):
        return content
    return {**content, "payload": [_payload(item) for item in payload]}


def _payload(item: Any) -> Any:
    if not isinstance(item, dict) or item.get("source") != "page" or "data" in item:
        return item
    bundle = {"text/plain": item.get("text"), "text/html": item.get("html")}
    return {"source": "page", "data": bundle, "start": item.get("start_line_number")}


def _complete_reply(content: Json, request: Request) -> Json:
    matched_text = content.get("matched_text")
    if "cursor_end" in content or not isinstance(matched_text, str):
        return content
    cursor = request.content["cursor_pos"]
    return {**content, "cursor_start": max(0, cursor - len(matched_text)), "cursor_end": cursor}


def _inspect_reply(content: Json, _request: Request) -> Json:
    """The text that a kernel of protocol 5 would have made of the fields of an object_info_reply."""
    if "data" in content or content.get("found") is not True:
        return content
    fields = {name: value for name, value in content.items() if isinstance(value, str) and value}
    is_magic = content.get("ismagic") is True
    signature = "" if is_magic else _signature(content)
    sections = {"Init signature" if content.get("isclass") is True else "Signature": signature}
    value = {"Type": "type_name", "String form": "string_form", "Length": "length"}
    docs = {
        "Docstring": "docstring",
        "Source": "source",
        "Class docstring": "class_docstring",
        "Init docstring": "init_docstring",
        "Call docstring": "call_docstring",
        "File": "file",
    }
    # As later kernels have it: what can be called is described by its signature, a magic by its docstring, the rest by
    # its value.
    titles = {**docs, "Type": "type_name"} if signature else docs if is_magic else {**value, **docs}
    sections |= {title: fields.get(name, "") for title, name in titles.items()}
    return {"found": True, "data": {"text/plain": "\n".join(_section(*item) for item in sections.items() if item[1])}}


def _section(title: str, text: str) -> str:
    return f"{title}:\n{text}" if "\n" in text else f"{title}: {text}"


def _signature(content: Json) -> str:
    """The call line of an object, without the argument that the call itself supplies; "" when it is unknown.

    The kernel's own line is better than its argspec, in which every default went through JSON and 'x' and the repr of
    an object look alike.  But it leaves keyword-only arguments out.
    """
    argspec = content.get("argspec")
    argspec = argspec if isinstance(argspec, dict) else {}
    # IPython 1 gives a class the definition of its __call__, beside its init_definition.
    names = ("init_definition",) if content.get("isclass") is True else ("definition", "call_def")
    lines = (content.get(name) for name in names)
    line = next((line for line in lines if isinstance(line, str) and line), "")
    if line and not argspec.get("kwonlyargs"):
        signature = re.sub(_SGR, "", line).strip()
    elif argspec:
        name = content.get("name")
        signature = f"{name if isinstance(name, str) else ''}({', '.join(_parameters(argspec))})"
    else:
        return ""
    unbound = content.get("type_name") == "function" or str(content.get("string_form")).startswith("<unbound")
    return signature if unbound else re.sub(r"\((?:self|cls)\b(?:, )?", "(", signature, count=1)


def _parameters(argspec: Json) -> list[str]:
    """The parameters of an argspec as Python writes them."""
    names, defaults, extra = (_list(argspec.get(name)) for name in ("args", "defaults", "kwonlyargs"))
    values = [*([None] * len(names)), *map(_default, defaults)][len(defaults) :]  # defaults belong to the last names
    parameters = [f"{name}={value}" if value else f"{name}" for name, value in zip(names, values, strict=True)]
    if argspec.get("varargs") or extra:
        parameters.append(f"*{argspec.get('varargs') or ''}")
    given = argspec.get("kwonlydefaults")
    given = given if isinstance(given, dict) else {}
    parameters += [f"{name}={_default(given[name])}" if str(name) in given else f"{name}" for name in extra]
    if argspec.get("varkw"):
        parameters.append(f"**{argspec['varkw']}")
    return parameters


def _default(value: Any) -> str:
    # A str is either a str or the repr of what JSON does not know, most often <...>.
    return value if isinstance(value, str) and value.startswith("<") else repr(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


_REPLIES_FROM_V4: Mapping[str, Callable[[Json, Request], Json]] = {
    "execute_request": _execute_reply,
    "complete_request": _complete_reply,
    "inspect_request": _inspect_reply,
}

"""A kernel of protocol 4 (IPython 1 and 2), row by row: what it must hear, what it says, what the client observes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.messaging import events, message
from bipy.messaging.message import Request
from bipy.messaging.protocol4 import from_utf16, object_name, to_utf16
from tests.messaging.peers import Kernel, Link, link_v4

CURSOR = "¦"


def at_cursor(marked: str) -> tuple[str, int]:
    return marked.replace(CURSOR, ""), marked.index(CURSOR)


def test_the_kernel_is_recognised_by_its_version() -> None:
    link = link_v4()
    info = link.client.info
    assert info is not None
    assert (info.protocol, info.implementation) == ((4, 1), "ipython")
    assert (info.language, info.language_version, info.lexer) == ("python", "2.7.18", "ipython3")


@pytest.mark.parametrize(
    ("version", "content", "protocol"),
    [
        ("", {"protocol_version": [4, 0]}, (4, 0)),
        ("", {"protocol_version": [4]}, (4, 0)),
        ("", {}, (4, 0)),
        ("", {"protocol_version": "5.3"}, (5, 3)),
        ("5.3", {"protocol_version": [5, 3]}, (5, 3)),
        ("5.1", {}, (5, 1)),
        ("5.3", {"protocol_version": []}, (5, 3)),
        ("", {"protocol_version": ["x", None]}, (5, 0)),
        ("", {"protocol_version": [4, 1], "status": "ok"}, (4, 1)),
        ("", {"status": "ok"}, (5, 0)),
    ],
)
def test_versions(version: str, content: dict[str, Any], protocol: tuple[int, int]) -> None:
    link = Link(kernel=Kernel(version=version))
    told = link.hear("shell", "kernel_info_reply", content, link.ask(message.kernel_info_request()))
    assert isinstance(told, events.KernelInfo)
    assert told.protocol == protocol


def test_a_cell_runs() -> None:
    link = link_v4()
    request = message.execute_request("6 * 7")
    asked = link.ask(request)
    assert asked.header.msg_type == "execute_request"
    assert asked.content == {
        "code": "6 * 7",
        "silent": False,
        "store_history": True,
        "user_variables": [],
        "user_expressions": {},
        "allow_stdin": True,
    }
    data = {"text/plain": "42", "application/json": '{"a": [1]}'}
    parsed = {"text/plain": "42", "application/json": {"a": [1]}}
    source = {"source": "display", "metadata": {}}
    failure = {"ename": "E", "evalue": "v", "traceback": ["t"]}
    told = [
        link.hear("iopub", "pyin", {"code": "6 * 7", "execution_count": 3}, asked),
        link.hear("iopub", "stream", {"name": "stdout", "data": "text"}, asked),
        link.hear("iopub", "display_data", {"data": data, **source}, asked),
        link.hear("iopub", "pyout", {"data": data, "execution_count": 3, "metadata": {}}, asked),
        link.hear("iopub", "pyerr", failure, asked),
        link.hear("iopub", "clear_output", {"stdout": True, "stderr": True, "other": True}, asked),
        link.hear("iopub", "clear_output", {"wait": True}, asked),
        link.hear("stdin", "input_request", {"prompt": "name? "}, asked),
    ]
    parent = told[0].parent
    assert parent.request is request
    assert told[:7] == [
        events.ExecuteInput(parent, "6 * 7", 3),
        events.Stream(parent, "stdout", "text"),
        events.DisplayData(parent, parsed, {}),
        events.ExecuteResult(parent, parsed, {}, 3),
        events.Error(parent, "E", "v", ("t",)),
        events.ClearOutput(parent, wait=False),
        events.ClearOutput(parent, wait=True),
    ]
    prompt = told[7]
    assert isinstance(prompt, events.InputRequest)
    assert (prompt.prompt, prompt.password) == ("name? ", False)
    assert link.ask(message.input_reply("Ann", prompt.header)).content == {"value": "Ann"}


def test_a_bundle_whose_json_is_broken_keeps_it() -> None:
    told = link_v4().hear("iopub", "pyout", {"data": {"application/json": "{"}})
    assert isinstance(told, events.ExecuteResult)
    assert told.data == {"application/json": "{"}


def test_payloads_take_their_later_forms() -> None:
    link = link_v4()
    payload = [
        {"source": "page", "text": "\x1b[31mdoc", "html": None, "start_line_number": 4},
        {"source": "set_next_input", "text": "x = 1"},
        {"source": "ask_exit", "exit": True, "keepkernel": None},
        "nonsense",
    ]
    asked = link.ask(message.execute_request("x?"))
    reply = link.hear("shell", "execute_reply", {"status": "ok", "execution_count": 3, "payload": payload}, asked)
    assert isinstance(reply, events.ExecuteReply)
    assert reply.payload == (
        {"source": "page", "data": {"text/plain": "\x1b[31mdoc"}, "start": 4},
        {"source": "set_next_input", "text": "x = 1", "replace": False},
        {"source": "ask_exit", "keepkernel": False},
    )


@pytest.mark.parametrize(
    ("marked", "line", "cursor_pos", "matched_text", "matches", "replaced"),
    [
        ("os.path.jo¦", "os.path.jo", 10, "os.path.jo", ["os.path.join"], "os.path.jo"),
        ("x = 1\n  y.me¦ + 1\nz", "  y.me + 1", 6, "y.me", ["y.method"], "y.me"),
        ("a\n¦", "", 0, "", [], ""),
        ("%tim¦", "%tim", 4, "%tim", ["%time", "%timeit"], "%tim"),
        ("'😀'; x.a¦", "'😀'; x.a", 8, "x.a", ["x.abc"], "x.a"),
        ("x¦", "x", 1, "much longer than the code", [], "x"),
    ],
)
def test_completions(
    marked: str, line: str, cursor_pos: int, matched_text: str, matches: list[str], replaced: str
) -> None:
    link = link_v4()
    code, cursor = at_cursor(marked)
    asked = link.ask(message.complete_request(code, cursor))
    assert asked.content == {"text": "", "line": line, "block": None, "cursor_pos": cursor_pos}
    content = {"matches": matches, "matched_text": matched_text, "status": "ok"}
    reply = link.hear("shell", "complete_reply", content, asked)
    assert isinstance(reply, events.CompleteReply)
    assert reply.matches == tuple(matches)
    assert code[reply.cursor_start : reply.cursor_end] == replaced
    assert reply.cursor_end == cursor


def test_what_protocol_4_has_no_word_for_is_not_sent() -> None:
    link = link_v4()
    request = message.is_complete_request("x")
    assert link.client.request(request, link.now) == []
    assert link.client.waiting
    (given_up,) = link.client.expire(link.now)
    assert isinstance(given_up, events.NoReply)
    assert (given_up.parent.request, given_up.reason) == (request, "unsupported")
    assert link.client.expire(link.now) == []


@pytest.mark.parametrize(
    "request_",
    [
        message.history_request(3),
        message.shutdown_request(restart=True),
        message.kernel_info_request(),
    ],
)
def test_what_is_the_same_in_both(request_: Request) -> None:
    asked = link_v4().ask(request_)
    assert (asked.header.msg_type, asked.content) == (request_.msg_type, request_.content)


def test_history_has_no_status() -> None:
    link = link_v4()
    reply = link.hear("shell", "history_reply", {"history": [[1, 2, "x"]]}, link.ask(message.history_request(3)))
    assert reply == events.HistoryReply(reply.parent, "ok", ((1, 2, "x"),))


def inspected(**content: Any) -> str:
    link = link_v4()
    asked = link.ask(message.inspect_request("thing", 5, 1))
    assert asked.header.msg_type == "object_info_request"
    assert asked.content == {"oname": "thing", "detail_level": 1}
    reply = link.hear("shell", "object_info_reply", {"found": True, "name": "thing", **content}, asked)
    assert isinstance(reply, events.InspectReply)
    assert reply.found == bool(reply.data)
    return str(reply.data.get("text/plain", ""))


FUNCTION = {
    "type_name": "function",
    "definition": "\x1b[0mthing\x1b[1;33m(\x1b[0ma\x1b[0m, b\x1b[1;33m=\x1b[1;34m'x'\x1b[0m)\x1b[0m\n",
    "argspec": {"args": ["a", "b"], "defaults": ["x"], "varargs": None, "varkw": None},
    "string_form": "<function thing at 0x7f>",
    "docstring": "Does it.\n\nWell.",
    "file": "/thing.py",
    "isclass": None,
}


def test_a_function_is_inspected() -> None:
    assert inspected(**FUNCTION) == (
        "Signature: thing(a, b='x')\nDocstring:\nDoes it.\n\nWell.\nFile: /thing.py\nType: function"
    )


def test_its_source_is_inspected() -> None:
    source = "def thing(a, b='x'):\n    pass"
    assert inspected(**{**FUNCTION, "docstring": None, "source": source}) == (
        f"Signature: thing(a, b='x')\nSource:\n{source}\nFile: /thing.py\nType: function"
    )


def test_a_class_is_inspected() -> None:
    assert inspected(
        isclass=True,
        type_name="type",
        init_definition="thing(self, x, y=1)\n",
        definition="thing(self, what_its_call_takes)\n",
        argspec={"args": ["self", "x", "y"], "defaults": [1], "varargs": None, "varkw": None},
        string_form="<class '__main__.thing'>",
        docstring="Class doc.",
        init_docstring="init doc",
    ) == ("Init signature: thing(x, y=1)\nDocstring: Class doc.\nInit docstring: init doc\nType: type")


def test_an_object_is_inspected() -> None:
    assert inspected(type_name="list", string_form="[1,\n 2]", length="2", docstring="list() -> new") == (
        "Type: list\nString form:\n[1,\n 2]\nLength: 2\nDocstring: list() -> new"
    )


def test_a_magic_is_inspected() -> None:
    definition = "%thing(self, line='', cell=None)\n"
    assert inspected(ismagic=True, type_name="Magic function", definition=definition, docstring="Times.") == (
        "Docstring: Times."
    )


def test_nothing_is_inspected() -> None:
    assert inspected(found=False) == ""
    assert inspected(found=None, docstring="x") == ""
    assert inspected() == ""


ARGSPEC = {"args": ["self", "a", "b"], "varargs": "rest", "varkw": "named", "defaults": [None]}


@pytest.mark.parametrize(
    ("content", "signature"),
    [
        ({"definition": "thing(self, z)\n", "type_name": "C"}, "thing(z)"),
        ({"call_def": "thing(self)\n", "type_name": "C"}, "thing()"),
        ({"definition": "E.thing(cls, a)\n", "type_name": "method"}, "E.thing(a)"),
        ({"definition": "thing(selfish)\n", "type_name": "method"}, "thing(selfish)"),
        ({"definition": "thing(self)\n", "type_name": "function"}, "thing(self)"),
        (
            {"definition": "C.thing(self)\n", "type_name": "instancemethod", "string_form": "<unbound method C.thing>"},
            "C.thing(self)",
        ),
        ({"argspec": ARGSPEC, "type_name": "method"}, "thing(a, b=None, *rest, **named)"),
        ({"argspec": {**ARGSPEC, "defaults": ["x", "<object>"], "varkw": None}}, "thing(a='x', b=<object>, *rest)"),
        (
            {
                "definition": "thing(a)\n",
                "argspec": {"args": ["a"], "kwonlyargs": ["b", "c"], "kwonlydefaults": {"c": 3}},
            },
            "thing(a, *, b, c=3)",
        ),
        ({"argspec": {"args": 5, "defaults": {}, "varargs": [], "kwonlyargs": "x"}}, "thing()"),
        ({"argspec": {"args": ["a"], "defaults": [1, 2, 3]}}, "thing(a=3)"),
    ],
)
def test_signatures(content: dict[str, Any], signature: str) -> None:
    assert inspected(**content).splitlines()[0] == f"Signature: {signature}"


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ("¦", ""),
        ("f¦", "f"),
        ("¦f", "f"),
        ("a.b.c¦", "a.b.c"),
        ("a.b¦.c", "a.b"),
        ("a¦.b.c", "a"),
        ("a.¦b.c", "a.b"),
        ("os.¦", "os"),
        ("a.b.c + d.e¦", "d.e"),
        ("a.b¦.c + d.e", "a.b"),
        ("été.x¦", "été.x"),
        ("x = 1 ¦", ""),
        ("12¦", ""),
        ("f(¦", "f"),
        ("f(1, c.meth(¦", "c.meth"),
        ("f(1,\n  2, ¦", "f"),
        ("f(g(1), ¦", "f"),
        ("f(g(1)¦", "f"),
        ("f(x[1, ¦", "f"),
        ("f({'a': (1, ¦", "f"),
        ("f(a.b¦", "f"),
        ("f (¦", "f"),
        ("f\n(¦", ""),
        ("f(1)¦", ""),
        ("f(1)(¦", ""),
        ("(a¦", "a"),
        ("if (a¦", "a"),
        ("if¦", ""),
        ("f('(', ¦", "f"),
        ("g(1) # f(\nx¦", "x"),
        ("f('''(\n(''', ¦", "f"),
        ("f('unfinished ¦", "f"),
        ("'a.b¦'", ""),
        ("%timeit¦", "%timeit"),
        ("%%timeit¦ x", "%%timeit"),
        ("a%b¦", "b"),
        (")¦", ""),
        ("f)(¦", ""),
    ],
)
def test_the_name_to_inspect(marked: str, name: str) -> None:
    assert object_name(*at_cursor(marked)) == name


@given(st.text(alphabet="ab.()[]'\"#%\\\n é1", max_size=30), st.integers(-2, 40))
@settings(max_examples=150)
def test_the_name_to_inspect_is_in_the_code(code: str, cursor_pos: int) -> None:
    assert object_name(code, cursor_pos) in code


@given(st.text(alphabet="aé😀\ud800", max_size=12), st.integers(0, 15))
@settings(max_examples=100)
def test_utf16_offsets_come_back(text: str, offset: int) -> None:
    assert from_utf16(text, to_utf16(text, offset)) == min(offset, len(text))
    assert 0 <= from_utf16(text, offset) <= len(text)

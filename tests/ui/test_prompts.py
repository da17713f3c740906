"""The prompts of input() and of debuggers, as a user sees them."""

from __future__ import annotations

import json

import pytest

from bipy.messaging.message import Message
from tests.snapshots import Check
from tests.ui.test_window import ROOMY, Stage

SHOWN = "> /tmp/x.py(4)f()\n      3     local_beta = 2\n----> 4     return local_alpha\n\n"


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.start()
    return stage


def ask(stage: Stage, prompt: str = "ipdb> ", *, password: bool = False) -> Message:
    request = stage.enter("f(3)")
    stage.stream(SHOWN, request)
    stage.tell("stdin", "input_request", {"prompt": prompt, "password": password}, request)
    return request


def tell_frame(stage: Stage, *names: str, figures: bool = False) -> str:
    """The kernel answers what Tab had it asked about its frame; the expression."""
    (looked,) = [message for message in stage.heard if message.header.msg_type == "inspect_request"]
    stage.heard.clear()
    reply = {"status": "ok", "found": figures, "data": {"text/plain": "{}"}, "metadata": {}}
    stage.tell(stage.ways[looked.header.msg_id], "inspect_reply", reply, looked)
    if figures:
        assert "execute_request" not in stage.sent
        return ""
    asked = stage.take("execute_request")
    value = {"status": "ok", "data": {"text/plain": repr(json.dumps(names))}, "metadata": {}}
    reply = {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {"value": value}}
    stage.tell(stage.ways[asked.header.msg_id], "execute_reply", reply, asked)
    assert asked.content["silent"]
    assert asked.content["allow_stdin"]
    return str(asked.content["user_expressions"]["value"])


def test_the_commands_of_a_debugger(stage: Stage, snapshot: Check) -> None:
    ask(stage)
    stage.type("un")
    snapshot(stage.frame(ROOMY), "prompts/commands")
    stage.press("tab")
    tell_frame(stage)
    stage.press("tab")
    assert "ipdb> undisplay" in stage.rows(ROOMY), "the three have nothing more in common"
    stage.press("tab", "enter", "enter")
    assert stage.take("input_reply").content == {"value": "until"}


def test_enter_sends_what_is_typed_while_the_box_is_open(stage: Stage) -> None:
    ask(stage)
    stage.type("n")
    assert any("Go on to the next line" in row for row in stage.rows(ROOMY))
    stage.press("enter")
    assert stage.take("input_reply").content == {"value": "n"}


def test_names_that_the_debugger_has_shown_are_marked_as_no_names_of_the_frame(stage: Stage, snapshot: Check) -> None:
    ask(stage)
    stage.type("print(local_")
    snapshot(stage.frame(ROOMY), "prompts/names")
    asked = {"complete_request", "inspect_request", "execute_request"} & set(stage.sent)
    assert not asked, "the kernel would answer for another namespace"


def test_tab_asks_for_the_names_of_the_frame(stage: Stage) -> None:
    ask(stage)
    stage.type("print(local_")
    stage.press("tab")
    expression = tell_frame(stage, "local_alpha", "local_gamma", "other", "no name", "local_\x1b[1m")
    rows = stage.rows(ROOMY)[-11:]
    assert any("local_gamma" in row for row in rows)
    assert not any("not from the frame" in row or "local_beta" in row or "no name" in row for row in rows)
    stage.press("tab", "tab", "enter")
    stage.type(")")
    stage.press("enter")
    assert stage.take("input_reply").content == {"value": "print(local_gamma)"}
    compile(expression, "", "eval")


def test_tab_completes_what_only_the_frame_has(stage: Stage) -> None:
    ask(stage)
    stage.type("p shadow.")
    stage.press("tab")
    assert "'shadow'" in tell_frame(stage, "__add__", "append", "clear", "copy")
    shown = "\n".join(stage.rows(ROOMY))
    assert shown.index("append") < shown.index("__add__")
    stage.type("ap")
    stage.press("tab")
    assert "ipdb> p shadow.append" in stage.rows(ROOMY)


def test_a_frame_is_not_asked_where_that_would_send_figures(stage: Stage) -> None:
    ask(stage)
    stage.type("print(local_a")
    stage.press("tab")
    tell_frame(stage, figures=True)
    assert "ipdb> print(local_alpha" in stage.rows(ROOMY)


def test_help_is_about_commands_and_they_come_before_names_that_read_alike(stage: Stage) -> None:
    ask(stage)
    stage.type("lis")
    stage.press("tab")
    tell_frame(stage, "list", "lisp")
    shown = "\n".join(stage.rows(ROOMY))
    assert shown.index("> list") < shown.index("lisp")
    stage.press("ctrl u")
    stage.type("help li")
    assert any("> list" in row for row in stage.rows(ROOMY))
    assert not any("lisp" in row for row in stage.rows(ROOMY))


def test_the_next_prompt_may_be_of_another_frame(stage: Stage) -> None:
    request = ask(stage)
    stage.type("p loc")
    stage.press("tab")
    tell_frame(stage, "local_alpha")
    stage.press("enter")
    assert stage.take("input_reply").content == {"value": "p local_alpha"}
    stage.tell("stdin", "input_request", {"prompt": "ipdb> ", "password": False}, request)
    stage.type("p loc")
    stage.press("tab")
    tell_frame(stage, "local_omega")
    assert "ipdb> p local_omega" in stage.rows(ROOMY)


def test_nothing_is_offered_behind_a_dot_but_what_was_seen_there(stage: Stage) -> None:
    ask(stage)
    stage.type("local_alpha.")
    stage.press("tab")
    assert any("no name of this session fits" in row for row in stage.rows(ROOMY))
    tell_frame(stage, figures=True)
    assert any("the frame is not asked while figures are drawn" in row for row in stage.rows(ROOMY))
    stage.press("esc", "esc")
    assert not any("the frame is not asked" in row for row in stage.rows(ROOMY))


def test_code_at_the_prompt_of_a_debugger_has_colours_and_an_answer_has_none(stage: Stage) -> None:
    ask(stage)
    stage.type("lambda")
    assert stage.roles("lambda") == {"code.keyword"}
    stage.press("ctrl u", "c", "enter")
    request = stage.session.execution.running
    assert request is not None
    stage.tell("stdin", "input_request", {"prompt": "? ", "password": False}, stage.ask(request.request))
    stage.type("lambda")
    assert stage.roles("lambda") == {"code"}


@pytest.mark.parametrize("key", ["meta enter", "ctrl j", "ctrl o"])
def test_a_key_adds_a_line_to_an_answer(stage: Stage, key: str) -> None:
    request = ask(stage, "? ")
    stage.type("one")
    stage.press(key)
    stage.type("two")
    assert stage.rows()[-7:-5] == ["? one", "  two"] or "  two" in stage.rows()
    stage.press("enter")
    assert stage.take("input_reply").content == {"value": "one"}
    stage.tell("stdin", "input_request", {"prompt": "! ", "password": False}, request)
    assert stage.take("input_reply").content == {"value": "two"}


def test_a_block_at_the_prompt_of_a_debugger_is_indented_and_one_answer(stage: Stage) -> None:
    ask(stage)
    stage.type("for i in x:")
    stage.press("meta enter")
    stage.type("print(i)")
    stage.press("enter")
    assert stage.take("input_reply").content == {"value": "for i in x:\n    print(i)"}


def test_a_password_has_one_line_and_no_history(stage: Stage) -> None:
    request = ask(stage, "Password: ", password=True)
    stage.type("hunter2")
    stage.press("meta enter", "up", "tab", "enter")
    assert stage.take("input_reply").content == {"value": "hunter2"}
    stage.tell("stdin", "input_request", {"prompt": "ipdb> ", "password": False}, request)
    stage.press("up", "up")
    assert "ipdb>" in stage.rows()
    assert not any("hunter2" in record.code for record in stage.kept)


def test_the_box_of_the_draft_stands_aside_while_a_program_asks(stage: Stage) -> None:
    request = stage.enter("f(3)")
    stage.type("pr")
    stage.complete("print", "property", start=0, end=2)
    assert any("property" in row for row in stage.rows(ROOMY))
    stage.tell("stdin", "input_request", {"prompt": "? ", "password": False}, request)
    assert not any("property" in row for row in stage.rows(ROOMY))


def test_ctrl_j_is_enter_where_it_has_no_meaning_of_its_own(stage: Stage) -> None:
    stage.type("6*7")
    stage.press("ctrl j")
    stage.verdict()
    assert stage.take("execute_request").content["code"] == "6*7"

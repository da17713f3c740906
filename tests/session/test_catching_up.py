"""Stories of widgets that were made before bipy came: what is asked of the kernel, when, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from bipy.messaging.message import Message
from bipy.session import catching_up
from tests.play import Play
from tests.session.test_output_models import Widgets
from tests.ui.test_widgets import screen


class Attached(Widgets):
    """Another client's kernel, which has such models: their states, by their ids."""

    def __init__(self, **models: dict[str, Any]) -> None:
        Play.__init__(self, own=False)
        self.models = models
        self.asked: list[str] = []  # the models whose state was asked for
        self.start()
        self.cell = self.run("widgets")

    def end_cell(self) -> None:
        self.finish(self.cell)

    def answer(self) -> None:
        """Answer all that bipy asks about widgets."""
        while self.heard:
            message = self.heard.pop(0)
            match message.header.msg_type:
                case "comm_info_request":
                    comms = {name: {"target_name": "jupyter.widget"} for name in self.models}
                    self.tell("shell", "comm_info_reply", {"status": "ok", "comms": comms}, message)
                case "comm_msg":
                    self.tell_state(message)
                case other:
                    raise AssertionError(other)

    def has_subshells(self) -> None:
        self.info["supported_features"] = ["kernel subshells"]
        self.tell("shell", "kernel_info_reply", self.info)

    def answer_beside_a_cell(self) -> None:
        """Make a subshell, and tell the states of all models there."""
        made = self.take("create_subshell_request")
        self.tell("control", "create_subshell_reply", {"status": "ok", "subshell_id": "s"}, made)
        self.tell("shell", "kernel_info_reply", self.info, self.take("kernel_info_request"))
        comms = {name: {"target_name": "jupyter.widget"} for name in self.models}
        self.tell("shell", "comm_info_reply", {"status": "ok", "comms": comms}, self.take("comm_info_request"))
        opened = self.take("comm_open")
        self.iopub("status", {"execution_state": "idle"}, opened)
        answer = {"status": "ok", "found": False, "data": {}, "metadata": {}}
        self.tell("shell", "inspect_reply", answer, self.take("inspect_request"))
        asked = self.heard[0]
        states = {name: {"model_name": state["_model_name"], "state": state} for name, state in self.models.items()}
        data = {"method": "update_states", "states": states, "buffer_paths": []}
        self.iopub("comm_msg", {"comm_id": opened.content["comm_id"], "data": data}, asked)
        self.iopub("status", {"execution_state": "idle"}, asked)
        self.heard.clear()

    def tell_state(self, message: Message) -> None:
        name = message.content["comm_id"]
        assert message.content["data"] == {"method": "request_state"}
        self.asked.append(name)
        state = {"method": "update", "state": self.models[name], "buffer_paths": []}
        self.iopub("comm_msg", {"comm_id": name, "data": state}, message)
        self.iopub("status", {"execution_state": "idle"}, message)


def model(kind: str, *children: str, **state: Any) -> dict[str, Any]:
    more = {"children": [f"IPY_MODEL_{child}" for child in children]} if children else {}
    return {"_model_name": f"{kind}Model", **more, **state}


def test_what_an_output_names_is_asked_for_with_all_that_stands_in_it_and_nothing_else() -> None:
    kernel = Attached(
        box=model("HBox", "bar", "label", layout="IPY_MODEL_wide"),
        bar=model("FloatProgress", value=5.0, min=0.0, max=10.0, layout="IPY_MODEL_wide"),
        label=model("Label", value="half way"),
        wide=model("Layout"),
        other=model("Label", value="nobody shows it"),
    )
    kernel.end_cell()
    assert kernel.sent == []
    kernel.show("box")
    kernel.answer()
    assert screen(kernel) == ["━" * 20 + "─" * 20 + " half way"]
    kernel.update("bar", value=10.0)
    assert screen(kernel) == ["━" * 40 + " half way"]
    kernel.show("box")
    assert kernel.sent == [], "each is asked for once"
    assert kernel.asked == ["box", "wide", "bar", "label"]


def test_a_model_that_is_not_there_is_not_asked_for() -> None:
    """The kernel would print that there is no such comm."""
    kernel = Attached()
    kernel.end_cell()
    kernel.show("closed")
    kernel.answer()
    assert (kernel.asked, screen(kernel)) == ([], ["<closed>"])


def test_what_bipy_has_heard_of_is_not_asked_for() -> None:
    kernel = Attached()
    kernel.end_cell()
    kernel.open("wide", "LayoutModel")
    kernel.open("new", "LabelModel", value="new", layout="IPY_MODEL_wide")
    kernel.show("new")
    assert (kernel.sent, screen(kernel)) == ([], ["new"])


def test_an_old_widget_that_is_put_into_a_box_on_show_is_asked_for() -> None:
    kernel = Attached(old=model("Label", value="old"))
    kernel.end_cell()
    kernel.open("box", "VBoxModel", children=[])
    kernel.show("box")
    kernel.update("box", children=["IPY_MODEL_old"])
    kernel.answer()
    assert screen(kernel) == ["old"]


def test_an_old_output_shows_what_it_has_where_it_is_displayed() -> None:
    has = [{"output_type": "stream", "name": "stdout", "text": "inside\n"}]
    kernel = Attached(box=model("VBox", "o"), o=model("Output", msg_id="", outputs=has))
    kernel.end_cell()
    kernel.show("box")
    kernel.answer()
    assert screen(kernel) == ["inside"]


def test_what_an_old_output_was_heard_to_capture_stays() -> None:
    """The kernel does not know what its models have captured."""
    kernel = Attached(o=model("Output", msg_id="", outputs=[]))
    kernel.enter("o")
    kernel.print("captured")
    kernel.leave("o")
    kernel.show("o")
    kernel.end_cell()
    kernel.answer()
    assert screen(kernel)[:1] == ["captured"]


@pytest.mark.parametrize("draws", [False, True])
def test_beside_a_cell_it_is_asked_over_a_subshell_unless_that_would_draw(draws: bool) -> None:
    kernel = Attached(old=model("VBox", "inner"), inner=model("Label", value="old"), other=model("Label"))
    kernel.info["supported_features"] = ["kernel subshells"]
    kernel.tell("shell", "kernel_info_reply", kernel.info)
    kernel.show("old")
    made = kernel.take("create_subshell_request")
    kernel.tell("control", "create_subshell_reply", {"status": "ok", "subshell_id": "s"}, made)
    proof = kernel.take("kernel_info_request")
    kernel.tell("shell", "kernel_info_reply", kernel.info, proof)
    asked = kernel.take("comm_info_request")
    comms = {name: {"target_name": "jupyter.widget"} for name in kernel.models}
    kernel.tell("shell", "comm_info_reply", {"status": "ok", "comms": comms}, asked)
    opened = kernel.take("comm_open")
    assert (opened.content["target_name"], opened.metadata) == ("jupyter.widget.control", {"version": "1.0.0"})
    kernel.iopub("status", {"execution_state": "idle"}, opened)
    looked = kernel.take("inspect_request")
    answer = {"status": "ok", "found": draws, "data": {"text/plain": "x"}, "metadata": {}}
    kernel.tell("shell", "inspect_reply", answer, looked)
    if draws:
        assert kernel.sent == []
        kernel.end_cell()
        kernel.answer()
        assert (kernel.asked, screen(kernel)) == (["old", "inner"], ["old"])
        return
    asked, closed = kernel.heard
    assert {message.header.subshell_id for message in (opened, looked, asked, closed)} == {"s"}
    assert {message.content["comm_id"] for message in (opened, asked, closed)} == {opened.content["comm_id"]}
    assert closed.header.msg_type == "comm_close"
    states = {name: {"model_name": state["_model_name"], "state": state} for name, state in kernel.models.items()}
    data = {"method": "update_states", "states": states, "buffer_paths": []}
    kernel.iopub("comm_msg", {"comm_id": opened.content["comm_id"], "data": data}, asked)
    kernel.iopub("status", {"execution_state": "idle"}, asked)
    assert screen(kernel) == ["old"]
    assert kernel.session.transcript.widgets.get("other") is None, "nobody shows it"
    kernel.heard.clear()
    kernel.update("inner", value="new")
    kernel.show("gone")
    assert (kernel.sent, screen(kernel)) == ([], ["new", "<gone>"])


def test_a_model_that_cannot_tell_its_state_is_shown_by_its_text() -> None:
    """ipykernel prints a traceback for a box whose child is closed, in an answer that nobody reads."""
    kernel = Attached(old=model("Label", value="old"))
    kernel.end_cell()
    kernel.show("old")
    asked = kernel.take("comm_info_request")
    kernel.tell(
        "shell", "comm_info_reply", {"status": "ok", "comms": {"old": {"target_name": "jupyter.widget"}}}, asked
    )
    asked = kernel.take("comm_msg")
    kernel.iopub("stream", {"name": "stderr", "text": "Exception in comm_msg for old\nTraceback"}, asked)
    kernel.iopub("stream", {"name": "stderr", "text": "of a thread\n"}, asked)
    kernel.iopub("status", {"execution_state": "idle"}, asked)
    assert (kernel.sent, screen(kernel)) == ([], ["<old>", "of a thread"])


def test_a_kernel_that_says_nothing_is_asked_once() -> None:
    kernel = Attached(old=model("Label", value="old"))
    kernel.end_cell()
    kernel.show("old")
    silent = kernel.take("comm_info_request")
    kernel.now += 20
    for event in kernel.client.expire(kernel.now):
        kernel.do(event)
    kernel.show("other")
    assert kernel.sent == []
    # It was only late.
    kernel.heard = [silent]
    kernel.answer()
    assert screen(kernel) == ["old", "<other>"]


def test_no_more_models_are_asked_for_than_anyone_would_look_at() -> None:
    many = [f"m{number}" for number in range(2 * catching_up.MOST_MODELS)]
    kernel = Attached(box=model("VBox", *many), **{name: model("Label", value=name) for name in many})
    kernel.end_cell()
    kernel.show("box")
    kernel.answer()
    assert len(kernel.asked) == catching_up.MOST_MODELS


def test_another_process_of_the_kernel_has_other_models() -> None:
    kernel = Attached(old=model("Label", value="old"))
    kernel.end_cell()
    kernel.show("old")
    kernel.take("comm_info_request")
    kernel.do(catching_up.events.Restarted(catching_up.events.NO_PARENT))
    assert kernel.sent == []


def test_what_changes_beside_a_cell_is_shown_once_with_all_it_stands_in_though_its_display_was_not_seen() -> None:
    kernel = Attached(
        box=model("HBox", "bar", "label"),
        bar=model("FloatProgress", value=1.0, max=10.0),
        label=model("Label", value="1/10"),
        other=model("Label", value="does not change"),
    )
    kernel.has_subshells()
    kernel.update("bar", value=2.0)
    kernel.update("label", value="2/10")
    assert kernel.shown() == "", "it is not known yet what it is"
    kernel.models["bar"]["value"], kernel.models["label"]["value"] = 5.0, "5/10"
    kernel.answer_beside_a_cell()
    assert [row.split()[-1] for row in screen(kernel)] == ["5/10"]
    kernel.update("bar", value=10.0)
    kernel.update("label", value="10/10")
    assert screen(kernel) == ["\u2501" * 40 + " 10/10"]
    kernel.show("box")
    kernel.update("label", value="done")
    assert [row.split()[-1] for row in screen(kernel)] == ["done", "done"], "its own display is one more"
    assert kernel.sent == []


def test_what_changes_in_a_widget_on_show_is_not_shown_a_second_time() -> None:
    kernel = Attached(box=model("VBox", "label"), label=model("Label", value="old"))
    kernel.has_subshells()
    kernel.show("box")
    kernel.update("label", value="new")
    kernel.answer_beside_a_cell()
    kernel.update("label", value="newer")
    assert screen(kernel) == ["newer"]


def test_a_style_that_changes_is_no_widget_to_be_shown() -> None:
    kernel = Attached(style={"_model_name": "ProgressStyleModel", "bar_color": "red"}, wide=model("Layout"))
    kernel.has_subshells()
    kernel.update("style", bar_color="green")
    kernel.update("wide", width="50%")
    kernel.answer_beside_a_cell()
    assert screen(kernel) == []

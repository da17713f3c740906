"""Stories of what a widget's Output captures: what the kernel says over its comm, and what then stands in the cells."""

from __future__ import annotations

from typing import Any

import pytest

from bipy.messaging.message import Message
from bipy.session.transcript import Bundle, Failure, Text
from tests.play import Play

VIEW = "application/vnd.jupyter.widget-view+json"


class Widgets(Play):
    """A kernel in which one cell runs; what it says has that cell as its parent."""

    def __init__(self) -> None:
        super().__init__()
        self.start()
        self.cell = self.run("widgets")

    def open(self, model: str, name: str = "OutputModel", **state: Any) -> None:
        data = {"state": {"_model_name": name, **state}, "buffer_paths": []}
        self.iopub("comm_open", {"comm_id": model, "target_name": "jupyter.widget", "data": data})

    def update(self, model: str, **state: Any) -> None:
        self.iopub("comm_msg", {"comm_id": model, "data": {"method": "update", "state": state}})

    def enter(self, model: str) -> None:
        """What `with model:` says."""
        self.update(model, msg_id=self.cell.header.msg_id)

    def leave(self, model: str) -> None:
        self.update(model, msg_id="")

    def show(self, model: str) -> None:
        data = {"text/plain": f"<{model}>", VIEW: {"version_major": 2, "version_minor": 0, "model_id": model}}
        self.iopub("display_data", {"data": data, "metadata": {}, "transient": {}})

    def print(self, text: str) -> None:
        self.iopub("stream", {"name": "stdout", "text": f"{text}\n"})

    def clear(self, *, wait: bool = False) -> None:
        self.iopub("clear_output", {"wait": wait})

    def iopub(self, msg_type: str, content: dict[str, Any], parent: Message | None = None) -> None:
        self.tell("iopub", msg_type, content, parent or self.cell)

    def shown(self, cell: int = -1) -> str:
        """What a cell shows, in one line."""
        return " ".join(map(self._text, self.session.transcript.cells[cell].outputs))

    def _text(self, output: Text | Bundle | Failure) -> str:
        match output:
            case Text():
                return " ".join("".join(output.parts).split())
            case Bundle():
                return str(output.data["text/plain"])
            case Failure():
                return output.ename


@pytest.fixture
def kernel() -> Widgets:
    return Widgets()


def test_what_a_model_captures_stands_where_it_is_displayed_behind_what_the_cell_printed(kernel: Widgets) -> None:
    kernel.print("before")
    kernel.open("o")
    kernel.show("o")
    kernel.enter("o")
    kernel.print("in")
    kernel.iopub("error", {"ename": "ValueError", "evalue": "", "traceback": []})
    kernel.leave("o")
    kernel.print("after")
    assert kernel.shown() == "before after in ValueError"
    kernel.finish(kernel.cell)
    assert kernel.record[-1][:2] == ("widgets", "done"), "the error was the model's"


def test_clearing_a_model_clears_nothing_that_the_cell_printed(kernel: Widgets) -> None:
    """A progress bar of rich: each frame clears the one before, and what the cell prints comes between them."""
    kernel.print("before")
    kernel.open("bar")
    kernel.show("bar")
    for step in range(3):
        kernel.enter("bar")
        kernel.clear(wait=True)
        kernel.print(f"{step} of 3")
        kernel.leave("bar")
        kernel.print(f"step {step}")
    assert kernel.shown() == "before step 0 step 1 step 2 2 of 3"
    kernel.clear()
    kernel.print("anew")
    assert kernel.shown() == "anew", "what the cell displayed is gone with the rest"


def test_a_clear_that_waits_belongs_to_the_model_and_outlives_the_capture(kernel: Widgets) -> None:
    kernel.open("o")
    kernel.show("o")
    kernel.enter("o")
    kernel.print("old")
    kernel.clear(wait=True)
    kernel.leave("o")
    kernel.print("cell")
    assert kernel.shown() == "cell old"
    kernel.enter("o")
    kernel.print("new")
    assert kernel.shown() == "cell new"


def test_captures_nest_and_the_innermost_takes(kernel: Widgets) -> None:
    for model in ("outer", "inner"):
        kernel.open(model)
        kernel.show(model)
        kernel.enter(model)
        kernel.print(f"in {model}")
    kernel.leave("inner")
    kernel.print("outer again")
    kernel.leave("outer")
    kernel.print("cell")
    # `inner` was displayed while `outer` captured.
    assert kernel.shown() == "cell in outer outer again in inner"


def test_a_capture_takes_the_outputs_of_its_own_request_only(kernel: Widgets) -> None:
    kernel.open("o")
    kernel.show("o")
    kernel.enter("o")
    kernel.finish(kernel.cell)
    first, kernel.cell = kernel.cell, kernel.run("second", 2)
    kernel.print("second")
    kernel.iopub("stream", {"name": "stdout", "text": "late"}, parent=first)
    assert (kernel.shown(0), kernel.shown(1)) == ("late", "second")


def test_new_content_replaces_what_was_captured(kernel: Widgets) -> None:
    kernel.open("o")
    kernel.show("o")
    kernel.enter("o")
    kernel.print("captured")
    kernel.leave("o")
    kernel.update("o", outputs=[{"output_type": "stream", "name": "stdout", "text": "set"}])
    assert kernel.shown() == "set"


def test_a_closed_model_is_not_shown_and_captures_no_more(kernel: Widgets) -> None:
    kernel.open("o")
    kernel.show("o")
    kernel.enter("o")
    kernel.print("spinner")
    kernel.iopub("comm_close", {"comm_id": "o", "data": {}})
    kernel.print("cell")
    assert kernel.shown() == "cell"


def test_a_model_that_was_made_before_bipy_came_stands_where_it_captures(kernel: Widgets) -> None:
    kernel.enter("old")
    kernel.clear(wait=True)
    kernel.print("frame")
    kernel.leave("old")
    kernel.print("cell")
    assert kernel.shown() == "cell frame"


def test_a_model_stands_once_where_it_was_displayed_last_and_never_in_itself(kernel: Widgets) -> None:
    kernel.open("o")
    kernel.open("box", "VBoxModel", children=["IPY_MODEL_o", "IPY_MODEL_box"])
    kernel.enter("o")
    kernel.print("in")
    kernel.show("o")
    kernel.leave("o")
    assert kernel.shown() == "", "displayed nowhere yet"
    kernel.show("o")
    kernel.show("box")
    assert kernel.shown() == "<box> in"
    kernel.finish(kernel.cell)
    kernel.cell = kernel.run("second", 2)
    kernel.show("o")
    assert (kernel.shown(0), kernel.shown(1)) == ("<box>", "in")


def test_the_kernel_is_never_answered(kernel: Widgets) -> None:
    """It would print that there is no such comm, into the cell."""
    kernel.open("o")
    kernel.open("bar", "FloatProgressModel")
    kernel.show("bar")
    kernel.iopub("comm_open", {"comm_id": "x", "target_name": "somebody's", "data": {}})
    assert kernel.sent == []

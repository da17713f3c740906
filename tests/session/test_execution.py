"""Stories of cells: queue and ends."""

from __future__ import annotations

from bipy.messaging import events
from bipy.messaging.events import Parent
from bipy.messaging.message import Request, complete_request
from bipy.session.effects import Effect, Send
from bipy.session.execution import Execution
from bipy.session.transcript import Cell, Transcript


def own(request: Request) -> Parent:
    return Parent("own", request.msg_type, "ours", True, request)


def sent(effects: list[Effect]) -> Request:
    (request,) = [effect.request for effect in effects if isinstance(effect, Send)]
    return request


class Kernel:
    """Plays the kernel's side of one execution."""

    def __init__(self) -> None:
        self.execution = Execution(Transcript())

    @property
    def cells(self) -> list[Cell]:
        return self.execution.transcript.cells

    def enter(self, *codes: str) -> None:
        for code in codes:
            self.execution.enqueue(code)

    def take(self) -> Request:
        return sent(self.execution.send_next())

    def begin(self, request: Request, count: int = 1) -> None:
        self.execution.status(events.Status(own(request), "busy"), 1)
        self.execution.began(events.ExecuteInput(own(request), request.content["code"], count), 1)

    def reply(self, request: Request, status: str = "ok") -> None:
        self.execution.replied(events.ExecuteReply(own(request), status), 2)  # type: ignore[arg-type]

    def idle(self, request: Request) -> None:
        self.execution.status(events.Status(own(request), "idle"), 3)


def test_cells_run_one_after_the_other_in_order() -> None:
    kernel = Kernel()
    kernel.enter("a", "b")
    first = kernel.take()
    assert first.content["code"] == "a"
    assert kernel.execution.send_next() == []
    kernel.begin(first)
    assert [cell.state for cell in kernel.cells] == ["running", "queued"]
    kernel.reply(first)
    assert kernel.execution.send_next() == [], "its idle is still to come"
    kernel.idle(first)
    assert kernel.take().content["code"] == "b"
    assert kernel.cells[0].state == "done"


def test_reply_and_idle_may_come_in_either_order() -> None:
    kernel = Kernel()
    kernel.enter("a")
    request = kernel.take()
    kernel.begin(request)
    kernel.idle(request)
    assert kernel.cells[0].state == "running"
    kernel.reply(request)
    assert kernel.cells[0].state == "done"


def test_idle_of_another_request_ends_nothing() -> None:
    kernel = Kernel()
    kernel.enter("a")
    request = kernel.take()
    kernel.begin(request)
    kernel.reply(request)
    kernel.idle(complete_request("x", 1))
    assert kernel.cells[0].state == "running"


def test_a_cell_whose_other_half_never_comes_ends_all_the_same() -> None:
    kernel = Kernel()
    kernel.enter("a", "b")
    request = kernel.take()
    kernel.reply(request)
    kernel.execution.elapsed(request, 5)
    assert kernel.cells[0].state == "done"
    assert kernel.take().content["code"] == "b"


def test_what_stands_behind_an_error_is_aborted() -> None:
    kernel = Kernel()
    kernel.enter("a", "b", "c")
    request = kernel.take()
    kernel.reply(request, "error")
    kernel.idle(request)
    assert [cell.state for cell in kernel.cells] == ["failed", "aborted", "aborted"]
    assert kernel.execution.send_next() == []


def test_a_queued_cell_can_be_taken_back_but_not_a_running_one() -> None:
    kernel = Kernel()
    kernel.enter("a", "b")
    kernel.take()
    assert kernel.execution.take_back() == "b"
    assert [cell.code for cell in kernel.cells] == ["a"]
    assert kernel.execution.take_back() is None


def test_the_cell_that_was_queued_last_is_taken_back() -> None:
    kernel = Kernel()
    kernel.enter("a", "b", "c")
    first = kernel.take()
    assert kernel.execution.take_back() == "c"
    kernel.reply(first)
    kernel.idle(first)
    assert kernel.take().content["code"] == "b"


def test_a_kernel_that_dies_loses_what_it_had_and_the_rest_is_not_run() -> None:
    kernel = Kernel()
    kernel.enter("a", "b")
    kernel.begin(kernel.take())
    kernel.execution.lost(9)
    assert [cell.state for cell in kernel.cells] == ["lost", "aborted"]
    assert kernel.execution.send_next() == []

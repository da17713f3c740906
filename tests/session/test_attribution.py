"""Stories of outputs: in which cell each of them belongs."""

from __future__ import annotations

import pytest

from bipy.inspection.values import Document
from bipy.messaging.message import Header, Message
from bipy.session import events, notes
from bipy.session.attribution import UNSEEN_SHOWN
from tests.play import Play


@pytest.fixture
def play() -> Play:
    play = Play()
    play.start()
    return play


def other(name: str = "theirs", msg_type: str = "execute_request") -> Message:
    return Message(Header(name, msg_type, "another"))


def tell(play: Play, text: str, parent: Message | None) -> None:
    play.tell("iopub", "stream", {"name": "stdout", "text": text}, parent)


def begin(play: Play, request: Message, code: str = "theirs()", count: int = 2) -> None:
    play.tell("iopub", "status", {"execution_state": "busy"}, request)
    play.tell("iopub", "execute_input", {"code": code, "execution_count": count}, request)


def look(play: Play) -> Message:
    """The user types, and bipy asks."""
    play.do(events.Edited(Document("os.p", 4)))
    return play.take("complete_request")


def test_output_of_a_thread_lands_in_its_cell_after_the_end(play: Play) -> None:
    first = play.run("thread()")
    play.finish(first)
    play.heard.clear()
    play.run("other()", 2)
    tell(play, "late\n", first)
    assert play.record == [("thread()", "done", "late\n"), ("other()", "running", "")]


def test_output_that_names_an_inspection_stays_in_the_cell_that_runs(play: Play) -> None:
    request = play.run("threads()")
    asked = look(play)
    play.tell("iopub", "status", {"execution_state": "busy"}, asked)
    tell(play, "from a thread\n", asked)
    play.tell("iopub", "status", {"execution_state": "idle"}, asked)
    tell(play, "from the cell\n", request)
    assert play.record == [("threads()", "running", "from a thread\nfrom the cell\n")]


def test_output_that_names_an_inspection_goes_to_another_clients_cell_while_that_runs(play: Play) -> None:
    play.finish(play.run("x = 1"))
    begin(play, other())
    tell(play, "theirs\n", look(play))
    assert play.record == [("x = 1", "done", ""), ("theirs()", "running", "theirs\n")]


def test_what_looking_printed_stands_under_no_cell(play: Play) -> None:
    play.finish(play.run("x = 1"))
    asked = look(play)
    play.tell("iopub", "status", {"execution_state": "busy"}, asked)
    tell(play, "printed by a module\n", asked)
    play.tell("iopub", "error", {"ename": "KeyboardInterrupt", "evalue": "", "traceback": []}, asked)
    play.tell("iopub", "status", {"execution_state": "idle"}, asked)
    tell(play, "from a thread\n", asked)
    assert play.record == [("x = 1", "done", "from a thread\n"), (notes.LOOKED, "done", "printed by a module\n")]
    block = play.session.transcript.cells[-1]
    assert (block.origin, block.folded) == ("background", True)
    play.do(events.FoldTurned())
    assert not block.folded


def test_what_looking_printed_is_not_the_cells_that_stands_behind_it(play: Play) -> None:
    asked = look(play)
    play.tell("iopub", "status", {"execution_state": "busy"}, asked)
    play.do(events.Forced("mine"))
    request = play.take("execute_request")
    tell(play, "printed by a module\n", asked)
    play.tell("iopub", "status", {"execution_state": "idle"}, asked)
    begin(play, request, "mine", 1)
    assert play.record == [(notes.LOOKED, "done", "printed by a module\n"), ("mine", "running", "")]


def test_another_clients_cell_appears_in_front_of_what_waits(play: Play) -> None:
    play.run("running")
    play.do(events.Entered("waiting"))
    begin(play, other(), count=7)
    tell(play, "hello\n", other())
    assert [code for code, _, _ in play.record] == ["running", "theirs()", "waiting"]
    assert play.record[1][2] == "hello\n"
    assert play.session.execution.next_count == 8
    play.tell("iopub", "status", {"execution_state": "idle"}, other())
    assert play.record[1][1] == "done"


def test_output_of_a_cell_that_ran_before_we_came_is_shown_as_not_ours(play: Play) -> None:
    tell(play, "going on\n", other())
    (cell,) = play.session.transcript
    assert (cell.origin, cell.code, cell.folded) == ("foreign", "", False)


def test_output_without_a_parent_is_shown_too(play: Play) -> None:
    tell(play, "warning\n", None)
    tell(play, "another\n", None)
    assert [(cell.origin, cell.folded) for cell in play.session.transcript] == [("background", False)]
    assert play.record == [("", "done", "warning\nanother\n")]


@pytest.mark.parametrize(("msg_type", "shown"), [("execute_request", UNSEEN_SHOWN), ("comm_msg", 0)])
def test_a_flood_of_other_clients_requests_is_one_folded_block(play: Play, msg_type: str, shown: int) -> None:
    for number in range(100):
        tell(play, f"{number}\n", other(f"theirs{number}", msg_type))
    cells = play.session.transcript.cells
    assert [cell.origin for cell in cells] == ["foreign"] * shown + ["background"]
    assert cells[-1].folded
    assert play.record[-1] == (notes.UNSEEN, "done", "".join(f"{number}\n" for number in range(shown, 100)))

"""Real conversations about widgets, as if their cells had been entered here."""

from __future__ import annotations

from bipy.messaging.message import Message
from bipy.session.transcript import Bundle, Cell, Failure, Text, Transcript
from tests.play import Play
from tests.recordings.replay import lines


def shown(cell: Cell) -> list[str]:
    texts = []
    for output in cell.outputs:
        match output:
            case Text():
                texts.append("".join(output.parts))
            case Bundle():
                texts.append(str(output.data["text/plain"]))
            case Failure():
                texts.append(output.ename)
    return texts


def replay(name: str) -> list[Cell]:
    """The cells of a recording."""
    return replay_session(f"widgets/{name}").cells


def replay_session(name: str) -> Transcript:
    """The transcript of a recording."""
    play = Play()
    play.start()
    requests: dict[str, Message] = {}
    for line in lines(name):
        msg_type, content, parent = line["header"]["msg_type"], line["content"], line["parent_header"]["msg_id"]
        state = content["data"]["state"] if msg_type in ("comm_open", "comm_msg") else {}
        if state.get("msg_id"):
            state["msg_id"] = requests[state["msg_id"]].header.msg_id
        if msg_type == "execute_input":
            requests[parent] = play.run(content["code"], content["execution_count"])
        elif parent in requests:
            play.tell(line["channel"], msg_type, content, requests[parent])
    assert play.sent == [], "a comm is not answered"
    return play.session.transcript


def test_an_output_widget() -> None:
    captured, again, nested, emptied = replay("output")
    assert shown(captured) == ["before\nafter\n"], "what the widget had is replaced, and cleared in the end"
    assert shown(again) == [], "the widget stands in another cell"
    assert shown(nested)[1:] == ["outside\n", "P1\nP2\n", "Q1\n", "ZeroDivisionError"]
    assert nested.state == "done", "the widget has the error"
    assert shown(emptied) == ["Output()"]


def test_a_progress_bar_takes_nothing_from_what_the_cell_prints() -> None:
    track, status = replay("rich")
    assert shown(track)[:-1] == ["step 0\n", "step 1\n", "step 2\n", "", "end\n"]
    assert "100%" in shown(track)[-1], "behind what was printed"
    assert shown(status) == [""], "a status is gone with its widget"

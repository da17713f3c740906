"""All rows of a frame in the kernel, as a person sees them: what the kernel is asked is evaluated on a real frame."""

from __future__ import annotations

import random
from typing import Any

import pytest

from bipy.session import effects
from bipy.ui.keys.keymap import KEYMAP
from tests.messaging.peers import Message
from tests.ui.test_table_pane import Table

pandas = pytest.importorskip("pandas")

ROWS = 50_000


def frame() -> Any:
    numbers = range(ROWS)
    return pandas.DataFrame(
        {"n": numbers, "half": [number / 2 for number in numbers], "city": ["Oslo", "Rome"] * 25_000}
    )


class Paged(Table):
    """A stage on which a cell has shown a frame of 50,000 rows, whose table is open; the kernel is as slow as the test.

    `out` is what the kernel holds under the number of the cell, `draws` whether matplotlib sends figures inline.
    """

    draws = False

    def __init__(self, out: Any = None, *, busy: bool = False) -> None:
        self.out = frame() if out is None else out
        self.asked_on: list[str] = []
        self.running: Message | None = None
        self.busy = busy
        self.way = ("[", "[", "tab") if busy else ()
        super().__init__(self.out._repr_html_())

    def show(self, html: str) -> None:
        request = self.enter("frame", 1)
        data = {"text/plain": "   n", "text/html": html}
        content = {"data": data, "metadata": {}, "execution_count": 1}
        self.tell("iopub", "execute_result", content, request)
        self.finish(request)
        if self.busy:
            self.running = self.enter("wait()", 2)
        self.heard.clear()

    @property
    def questions(self) -> list[Message]:
        """What the kernel was asked to evaluate, and has not."""
        return [each for each in self.heard if each.content.get("user_expressions", {}).get("value")]

    def answer(self, text: str | None = None, **content: Any) -> bool:
        """Answer the question that is out, if there is one; `text` is another answer than the true one."""
        for asked in [each for each in self.heard if "_saved_rcParams" in str(each.content)]:
            self.heard.remove(asked)
            reply = {"status": "ok", "found": self.draws, "data": {"text/plain": "dict"} if self.draws else {}}
            channel = "control" if self.ways[asked.header.msg_id] == "control" else "shell"
            self.tell(channel, "inspect_reply", {**reply, "metadata": {}}, asked)  # type: ignore[arg-type]
        if not self.questions:
            return False
        (asked,) = self.questions
        self.heard.remove(asked)
        self.asked_on.append(self.ways[asked.header.msg_id])
        expression = asked.content["user_expressions"]["value"].replace(
            "__import__('IPython').get_ipython().user_ns.get('_oh', {})", "outs"
        )
        said = {"status": "ok", "data": {"text/plain": text}, "metadata": {}}
        if text is None:
            said["data"] = {"text/plain": repr(eval(expression, {"outs": {1: self.out}}))}
        if text == "":
            said = {"status": "error", "ename": "TypeError", "evalue": "no", "traceback": []}
        reply = {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {"value": said}, **content}
        self.tell("control" if self.ways[asked.header.msg_id] == "control" else "shell", "execute_reply", reply, asked)
        self.tell("iopub", "status", {"execution_state": "idle"}, asked)
        return True

    def settle(self) -> list[str]:
        """Answer until nothing is asked any more; the rows on the screen."""
        rows = self.rows()
        while self.answer():
            rows = self.rows()
        return rows


def test_all_rows_take_the_place_of_those_that_were_sent() -> None:
    table = Paged()
    rows = table.rows()
    assert rows[0].startswith(" Table at row 1: the 10 rows")
    assert rows[0].endswith("  asking the kernel \u2026")
    assert rows[2].split() == ["0", "0", "0.0", "Oslo"], "one reads on meanwhile"
    assert table.answer()
    rows = table.rows()
    assert rows[0].startswith(" Table at row 1: 50,000 rows, 3 columns")
    assert "\u2026" in rows[2]
    rows = table.settle()
    assert [row.split() for row in rows[2:4]] == [["0", "0", "0.0", "Oslo"], ["1", "1", "0.5", "Rome"]]


def test_one_goes_anywhere_and_keys_wait_for_nothing() -> None:
    table = Paged()
    table.settle()
    table.press("end")
    assert "\u2026" in table.rows()[-3]
    assert table.settle()[-3].split() == ["49999", "49999", "24999.5", "Rome"]
    table.press(":", *"25,001", "enter")
    assert "at row 25,001" in table.rows()[0]
    assert any(row.split() == ["25000", "25000", "12500.0", "Oslo"] for row in table.settle())


def test_a_page_below_is_there_before_it_is_asked_for() -> None:
    table = Paged()
    table.settle()
    table.press("page down")
    assert "\u2026" not in "".join(table.rows()[2:-2])


def test_it_sorts_all_rows_and_the_old_order_stands_until_then() -> None:
    table = Paged()
    table.settle()
    table.press("s", "s")
    assert table.rows()[0].endswith("  sorting \u2026")
    assert table.rows()[2].split()[0] == "0"
    rows = table.settle()
    assert "sorting" not in rows[0]
    assert rows[2].split()[:2] == ["49999", "49999"]
    table.press("s")
    assert table.settle()[2].split()[0] == "0"


def test_it_keeps_rows_of_a_text_or_a_range_once_that_is_typed() -> None:
    table = Paged()
    table.settle()
    table.press("/", *"3..7")
    assert table.questions == []
    table.press("enter")
    assert table.rows()[0].endswith("  filtering \u2026")
    rows = table.settle()
    assert "5 of 50,000 rows" in rows[0]
    assert [row.split()[1] for row in rows[2:7]] == ["3", "4", "5", "6", "7"]
    table.press("right", "right", "/", *"rom", "enter")
    assert "25,000 of 50,000 rows" in table.settle()[0]
    table.press("left", "s", "s")
    assert table.settle()[2].split()[:2] == ["49999", "49999"]
    table.press("end")
    table.settle()
    table.press("=")
    assert table.rows()[0].startswith(" Table at row 1: 50,000 rows")


def test_what_cannot_be_compared_is_not_asked() -> None:
    table = Paged()
    table.settle()
    table.press("/", *"> x", "enter")
    assert table.questions == []
    assert "'x' in" not in table.rows()[0], "it is not as if it were kept"
    assert "'x' is no number" in table.picture((90, 9)).text[-1].decode()


def test_it_copies_rows_that_have_to_be_read_first() -> None:
    table = Paged()
    table.settle()
    table.press(":", *"101", "enter", *["J"] * 40, "Y")
    assert not [effect for effect in table.performed if isinstance(effect, effects.Copy)]
    table.settle()
    assert table.copied.what == "a table of 41 rows"
    assert table.copied.text.split("\n")[1] == "100\t100\t50.0\tOslo"
    table.press("esc", "Y")
    assert "reading rows" in table.rows()[0]
    table.settle()
    assert table.copied.what == "a table of 50,000 rows"


def test_rows_by_the_hundred_thousand_are_not_read_to_be_copied() -> None:
    table = Paged(pandas.concat([frame()] * 2, ignore_index=True))
    table.settle()
    table.press("Y")
    assert "100,000 rows are too many to be copied: mark" in table.picture((120, 9)).text[-1].decode()
    table.press("o")
    shown = table.performed[-1]
    assert isinstance(shown, effects.ShowOutside)
    assert shown.content.startswith(b",n,half,city\n0,0,0.0,Oslo\n"), "what is at hand is handed on"


def test_rows_that_were_displayed_have_no_name() -> None:
    table = Table()
    assert not [each for each in table.heard if each.header.msg_type == "execute_request"]
    assert table.rows()[0].startswith(" Table at row 1: the 4 rows that were sent")


def test_a_kernel_that_is_not_known_is_asked_nothing() -> None:
    class Other(Paged):
        def start(self, **info: Any) -> None:
            super().start(implementation="other", **info)

    table = Other()
    assert table.questions == []
    assert table.rows()[0].startswith(" Table at row 1: the 10 rows that were sent")


def test_a_key_tells_what_a_column_holds() -> None:
    table = Paged()
    table.settle()
    table.press("right")
    assert table.rows()[-2].endswith("(float64, d tells more)")
    assert table.questions == []
    table.press("d")
    assert table.rows()[0].endswith("describing the column \u2026")
    assert "(float64, 50,000 different, from 0.0 to 24999" in table.settle()[-2]
    table.press("right", "d")
    table.answer("")
    assert "The kernel cannot do that with this column" in table.rows()[-1]
    assert "50,000 rows" in table.settle()[0]


def test_a_kernel_that_evaluates_on_shell_alone_is_asked_there_while_no_cell_runs() -> None:
    class Xeus(Paged):
        def start(self, **info: Any) -> None:
            super().start(implementation="xeus-python", **info)

    table = Xeus()
    assert "50,000 rows" in table.settle()[0]
    table.press("right", "s", "s")
    assert table.settle()[2].split()[0] == "49999"
    assert set(table.asked_on) == {"shell"}
    table = Xeus(busy=True)
    assert table.questions == []
    assert "kernel busy: all rows are asked for later" in table.settle()[0]
    assert table.running is not None
    table.finish(table.running)
    assert "50,000 rows" in table.settle()[0]


@pytest.mark.parametrize("change", ["other", "gone", "hostile", "fails"])
def test_only_the_rows_that_were_sent_are_shown_where_the_frame_is_not_that_one(change: str) -> None:
    table = Paged()
    table.rows()
    if change == "other":
        table.out.loc[0, "n"] = 7
    table.out = None if change == "gone" else table.out
    table.answer({"hostile": "'\x1b]0;evil\x07" + "[" * 5000, "fails": ""}.get(change))
    assert table.settle()[0].startswith(" Table at row 1: the 10 rows that were sent")


def test_a_frame_that_grows_while_it_is_read_is_told() -> None:
    table = Paged()
    table.settle()
    table.out["more"] = 1
    table.press("end")
    rows = table.settle()
    assert "the 10 rows that were sent" in rows[0]
    assert "not in the kernel any more as it was" in table.picture((120, 9)).text[-1].decode()


def test_an_order_that_fails_is_told_and_the_rows_stay() -> None:
    table = Paged()
    table.settle()
    table.press("s")
    table.rows()
    table.answer("")
    assert "The kernel cannot do that with this column" in table.rows()[-1]
    assert "\u25b4" not in table.rows()[1]
    assert table.settle()[0].startswith(" Table at row 1: 50,000 rows")


def test_rows_that_cannot_be_read_are_asked_for_once() -> None:
    table = Paged()
    table.rows()
    table.answer()
    table.rows()
    table.answer("'nothing'")
    assert "the 10 rows that were sent" in table.rows()[0]
    assert table.questions == []


def test_while_a_cell_runs_the_question_takes_another_way_than_the_cells() -> None:
    table = Paged(busy=True)
    assert table.settle()[0].startswith(" Table at row 1: 50,000 rows")
    assert set(table.asked_on) == {"control"}


def test_while_a_cell_may_draw_figures_its_end_is_waited_for() -> None:
    class Drawing(Paged):
        draws = True

    table = Drawing(busy=True)
    assert not table.answer()
    rows = table.rows()
    assert "kernel busy, and may draw figures: all rows are asked for" in rows[0]
    assert table.questions == []
    assert table.running is not None
    table.finish(table.running, execution_count=2)
    assert table.settle()[0].startswith(" Table at row 1: 50,000 rows")


def test_a_table_that_is_closed_asks_for_nothing_more() -> None:
    class Drawing(Paged):
        draws = True

    table = Drawing(busy=True)
    table.answer()
    table.press("q")
    assert table.running is not None
    table.finish(table.running, execution_count=2)
    assert table.questions == []


def test_a_question_that_was_aborted_with_a_cell_is_asked_again() -> None:
    table = Paged()
    table.rows()
    table.answer("''", status="aborted")
    assert table.settle()[0].startswith(" Table at row 1: 50,000 rows")


def test_what_a_running_cell_wants_of_its_front_end_may_come_with_an_answer() -> None:
    table = Paged(busy=True)
    table.answer(payload=[{"source": "set_next_input", "text": "next()", "replace": False}])
    assert table.interface.window.editor.buffer.code == ""
    assert table.running is not None
    table.finish(table.running, execution_count=2)
    assert table.interface.window.editor.buffer.code == "next()"


def test_another_process_of_the_kernel_has_no_frame() -> None:
    table = Paged()
    table.rows()
    table.press("meta ctrl r", "meta ctrl r")
    assert "the 10 rows that were sent" in table.rows()[0]
    assert "asking" not in table.rows()[0]


KEYS = sorted({key for row in KEYMAP if row.context == "table" for key in row.keys} - {"q", "esc", "ctrl c"})
FILTERS = ("3..7", "> 100", "o", "!= 1", "x", "..", "= Rome", "2024-01-01..", "'", "\\")


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_pressed_and_however_late_the_kernel_is(seed: int) -> None:
    chance = random.Random(seed)
    table = Paged(busy=chance.random() < 0.3)
    for _ in range(60):
        what = chance.random()
        if what < 0.6:
            table.press(chance.choice(KEYS))
        elif what < 0.7:
            table.press("/", *chance.choice(FILTERS), "enter")
        elif what < 0.75:
            table.press(":", *str(chance.randrange(60_000)), "enter")
        else:
            table.answer()
        assert len(table.rows()) == 9
        assert len(table.questions) <= 1
    table.press("enter", "=", "home")
    rows = table.settle()
    assert rows[0].startswith(" Table at row 1: 50,000 rows")
    assert rows[2].split()[-3:] == ["0", "0.0", "Oslo"]

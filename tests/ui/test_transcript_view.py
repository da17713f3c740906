"""TranscriptView: cells on the screen, and the window that moves over them."""

from __future__ import annotations

import pytest
import urwid
from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.session.transcript import Bundle, Cell, Failure, Origin, State, Text, Transcript
from bipy.ui.text.highlight import Highlighter
from bipy.ui.text.rows import long_run, wrap
from bipy.ui.widgets.blocks import LONGEST_HIGHLIGHTED
from bipy.ui.widgets.transcript_view import TranscriptView
from tests.snapshots import Check


class Session:
    """A transcript and its view, with the words of a story."""

    def __init__(self, lexer: str = "ipython3") -> None:
        self.transcript = Transcript()
        self.view = TranscriptView(self.transcript, highlighter=Highlighter(lexer))

    def enter(self, code: str, count: int | None = None, *, state: State = "done", origin: Origin = "own") -> Cell:
        cell = self.transcript.add(Cell(code, origin=origin))
        if state != "queued":
            self.transcript.begin(cell, 0.0, count)
        if state not in ("queued", "running"):
            self.transcript.end(cell, state, 1.0)
        return cell

    def print(self, cell: Cell, text: str) -> None:
        self.transcript.stream(cell, "stdout", text)

    def result(self, cell: Cell, text: str) -> None:
        bundle = Bundle({"text/plain": text}, {}, execution_count=cell.execution_count, is_result=True)
        self.transcript.display(cell, bundle)

    def screen(self, columns: int = 30, rows: int = 6) -> list[str]:
        return lines_of(self.view.render((columns, rows)))

    def whole(self, columns: int = 30) -> list[str]:
        return ["".join(text for _, text in row).rstrip() for row in self.view.last_rows(columns, 10_000)]

    def picture(self, columns: int = 34) -> urwid.Canvas:
        """All of it."""
        return self.view.render((columns, self.view.height(columns, 1000)))


def lines_of(canvas: urwid.Canvas) -> list[str]:
    return [text.decode().rstrip() for text in canvas.text]


def counting(lines: int = 100) -> Session:
    """A session with one cell that printed so many numbers: 1 row of code, the numbers, a blank row."""
    session = Session()
    cell = session.enter("count()", 1, state="running")
    session.print(cell, "".join(f"{number}\n" for number in range(lines)))
    session.screen()
    return session


def test_a_session(snapshot: Check) -> None:
    session = Session()
    session.transcript.note("bipy 0.1 on Python 3.11.7 (ipykernel 7.4.0). F1 lists the keys.")
    loop = session.enter("for n in range(3):\n    print(n)  # one by one\nn", 1)
    session.print(loop, "0\n1\n2\n")
    session.result(loop, "2")
    table = session.enter("table", 2)
    session.result(table, "   a\n0  1")
    error = session.enter("1/0", 3, state="failed")
    session.transcript.fail(
        error, Failure("ZeroDivisionError", "division by zero", ("\x1b[31mZeroDivisionError\x1b[0m",))
    )
    session.transcript.note("The kernel was interrupted.")
    session.enter("", 4)
    snapshot(session.picture(), "transcript/session")


def test_what_becomes_of_a_cell(snapshot: Check) -> None:
    session = Session()
    session.enter("sleep(10)", 11, state="running")
    session.enter("if x:\n    y()\n", state="queued")
    session.enter("z", state="aborted")
    session.enter("w", 12, state="lost")
    snapshot(session.picture(), "transcript/states")


def test_a_remark_stands_behind_the_outputs(snapshot: Check) -> None:
    session = Session()
    cell = session.enter("train()", 11)
    session.print(cell, "epoch 1\nepoch 2\n")
    quiet = session.enter("save()", 12)
    session.enter("next()", 13, state="interrupted")
    lines = session.whole()
    session.transcript.remark(cell, "ran 4 min, done at 14:02")
    session.transcript.remark(quiet, "ran 3 h 20 min, done on 2026-11-27 at 14:02")
    assert len(session.whole(60)) == len(lines) + 2
    snapshot(session.picture(), "transcript/remark")


def test_what_becomes_of_a_cell_that_leaves_no_room_to_say_so(snapshot: Check) -> None:
    session = Session()
    session.enter("a_name = 'as long as the row'\nb", state="queued")
    session.enter("a", state="lost")
    snapshot(session.picture(24), "transcript/states-narrow")


def test_cells_of_others(snapshot: Check) -> None:
    session = Session()
    cell = session.enter("import os\nos.getcwd()", 5, origin="foreign")
    session.result(cell, "'/'")
    thread = session.enter("", origin="background")
    session.print(thread, "from a thread\n")
    session.enter("6", origin="foreign", state="running")
    snapshot(session.picture(), "transcript/foreign")


def test_a_block_of_no_cell_is_folded_until_it_is_opened(snapshot: Check) -> None:
    session = Session()
    session.enter("1", 1, state="done")
    block = session.transcript.background("Printed while bipy looked, or by a thread")
    session.print(block, "a\nb\n")
    session.enter("2", 2, state="done")
    snapshot(session.picture(), "transcript/folded")
    session.transcript.turn_fold()
    snapshot(session.picture(), "transcript/unfolded")


def test_outputs_each_begin_a_row(snapshot: Check) -> None:
    session = Session()
    cell = session.enter("f()", 1, state="running")
    session.print(cell, "out")
    session.transcript.stream(cell, "stderr", "err")
    session.print(cell, "out again")
    session.transcript.display(cell, Bundle({"text/plain": "shown"}, {}))
    session.result(cell, "1")
    snapshot(session.picture(20), "transcript/outputs")


def test_long_code_goes_on_under_itself(snapshot: Check) -> None:
    session = Session()
    session.enter("names = ['日本', 'b', 'c']\nif names:\n\tprint('wrapped', names)", 1)
    snapshot(session.picture(22), "transcript/wrapped")


def test_a_narrow_screen_gives_the_prompt_its_own_row(snapshot: Check) -> None:
    session = Session()
    session.enter("x = 12345678901\ny", 1)
    session.enter("z", 2, origin="foreign")
    snapshot(session.picture(12), "transcript/narrow")


def test_scrolled_back(snapshot: Check) -> None:
    session = counting(10)
    session.view.scroll(-4)
    snapshot(session.view.render((20, 6)), "transcript/scrolled")


def test_control_characters_in_code_of_others_are_made_visible() -> None:
    session = Session()
    session.enter("a\x1b[2Jb\u202e\x9b", 1, origin="foreign")
    assert session.whole(60)[0] == "[remote] In [1]: a␛[2Jb��"


def test_the_end_is_followed() -> None:
    session = counting(3)
    assert session.screen() == ["In [*]: count()", "0", "1", "2", "", ""]
    session.print(session.transcript.cells[0], "3\n4\n5\n")
    assert session.screen() == ["1", "2", "3", "4", "5", ""]
    assert session.view.at_end


def test_a_place_stays_while_output_arrives_below() -> None:
    session = counting()
    session.view.scroll(-50)
    before = session.screen()
    assert before == ["45", "46", "47", "48", "49", "50"]
    assert not session.view.at_end
    session.print(session.transcript.cells[0], "more\n" * 1000)
    session.enter("another", 2)
    assert session.screen() == before


def test_scrolling_to_the_end_follows_it_again() -> None:
    session = counting()
    session.view.scroll(-50)
    session.screen()
    session.view.scroll(49)
    assert session.screen()[-1] == "99"
    assert not session.view.at_end
    session.view.scroll(1)
    assert session.view.at_end
    session.view.scroll(-3)
    session.screen()
    session.view.end()
    assert session.view.at_end
    assert session.screen()[-2:] == ["99", ""]


def test_there_is_nothing_above_the_first_row() -> None:
    session = counting()
    session.view.scroll(-10_000)
    assert session.screen() == ["In [*]: count()", "0", "1", "2", "3", "4"]
    session.view.scroll(-1)
    assert session.screen()[0] == "In [*]: count()"
    session.view.end()
    session.view.start()
    assert session.screen()[0] == "In [*]: count()"


def test_a_session_that_fits_cannot_be_scrolled() -> None:
    session = counting(3)
    for move in (lambda: session.view.scroll(-1), lambda: session.view.scroll(1), session.view.start):
        move()
        assert session.view.at_end
        assert session.screen()[0] == "In [*]: count()"


def test_there_and_back_again() -> None:
    session = counting()
    session.view.scroll(-30)
    before = session.screen()
    session.view.scroll(-7)
    session.screen()
    session.view.scroll(7)
    assert session.screen() == before


def test_a_cleared_session_shows_what_comes_and_has_the_rest_above() -> None:
    session = counting()
    session.transcript.end(session.transcript.cells[0], "done", 1.0)
    session.view.clear()
    assert session.view.height(30, 6) == 0
    new = session.enter("new()", 2)
    assert session.screen() == ["In [2]: new()", "", "", "", "", ""]
    session.print(new, "1\n2\n")
    assert session.screen() == ["In [2]: new()", "1", "2", "", "", ""]
    session.view.scroll(-1)
    assert session.screen() == ["99", "", "In [2]: new()", "1", "2", ""]
    assert session.view.height(30, 50) == 50
    session.view.scroll(1)
    assert session.view.at_end
    assert session.screen()[0] == "In [2]: new()"
    session.print(new, "3\n4\n5\n6\n")
    assert session.screen() == ["2", "3", "4", "5", "6", ""]
    assert len(session.whole()) == 102 + 8


def test_all_of_a_short_session_that_was_cleared_is_a_scroll_away() -> None:
    session = counting(3)
    session.transcript.end(session.transcript.cells[0], "done", 1.0)
    for move in (lambda: session.view.scroll(-1), session.view.start):
        session.view.clear()
        assert session.view.height(30, 6) == 0
        move()
        assert session.view.height(30, 6) == 5
        assert session.screen()[0] == "In [1]: count()"


def test_a_session_cleared_while_a_cell_runs_goes_on_at_the_line_being_written() -> None:
    session = counting()
    cell = session.transcript.cells[0]
    session.enter("next", state="queued")
    session.print(cell, "50%")
    session.view.clear()
    assert session.screen()[:3] == ["50%", "", "In [*]: next            queued"]
    session.print(cell, "\r51%\n")
    session.result(cell, "52%")
    assert session.screen()[:4] == ["51%", "Out[1]: 52%", "", "In [*]: next            queued"]
    session.transcript.clear(cell, wait=False)
    assert session.screen()[-2] == ""
    session.print(cell, "begun\nanew\n")
    assert session.screen()[:3] == ["begun", "anew", ""]


def test_a_session_cleared_when_nothing_runs_shows_what_a_cell_prints_late() -> None:
    session = counting(3)
    cell = session.transcript.cells[0]
    session.transcript.end(cell, "done", 1.0)
    session.view.clear()
    session.print(cell, "from a thread\n")
    assert session.screen() == ["from a thread", "", "", "", "", ""]
    session.view.clear()
    session.result(cell, "late")
    assert session.screen()[0].endswith("late")


def test_a_resize_keeps_the_line_that_stood_on_top() -> None:
    session = Session()
    cell = session.enter("f()", 1, state="running")
    session.print(cell, "".join(f"{number} {'x' * 50}\n" for number in range(100)))
    session.screen(60, 6)
    session.view.scroll(-40)
    assert session.screen(60, 6)[0].startswith("55 xxx")
    assert session.screen(20, 6)[0].startswith("55 xxx")
    assert session.screen(100, 30)[0].startswith("55 xxx")
    assert session.screen(60, 6)[0].startswith("55 xxx")


def test_a_resize_within_a_long_line_stays_near() -> None:
    session = Session()
    cell = session.enter("f()", 1, state="running")
    session.print(cell, "".join(f"{number:5}" for number in range(2000)))
    session.screen(50, 6)
    session.view.scroll(-100)
    assert session.screen(50, 6)[0].split()[0] == "950"
    assert session.screen(25, 6)[0].split()[0] == "950"
    assert "950" in session.screen(100, 6)[0].split()


def test_cleared_output_leaves_something_to_see() -> None:
    session = counting()
    cell = session.transcript.cells[0]
    session.enter("next", state="queued")
    session.screen()
    session.view.scroll(-50)
    session.screen()
    session.transcript.clear(cell, wait=False)
    assert session.screen() == ["In [*]: count()", "", "In [*]: next            queued", "", "", ""]
    session.print(cell, "again\n")
    assert session.screen()[1] == "again"


def test_a_cell_that_is_taken_back_is_gone() -> None:
    session = counting(10)
    queued = session.enter("a\nb\nc\nd\ne\nf\ng\nh", state="queued")
    session.screen()
    session.view.scroll(-2)
    assert session.screen()[1] == "   ...: c"
    session.transcript.remove(queued)
    assert session.screen() == ["5", "6", "7", "8", "9", ""]


def test_an_updated_display_is_shown_where_it_stands() -> None:
    session = Session()
    cell = session.enter("f()", 1)
    session.transcript.display(cell, Bundle({"text/plain": "0%"}, {}, display_id="a"))
    session.enter("g()", 2)
    assert session.screen()[1] == "0%"
    session.transcript.update_display("a", {"text/plain": "100%"}, {})
    assert session.screen()[1] == "100%"


def test_a_cell_that_ends_gets_its_number() -> None:
    session = Session()
    cell = session.enter("f()", state="queued")
    assert session.screen()[0] == "In [*]: f()             queued"
    session.transcript.begin(cell, 0.0, 7)
    assert session.screen()[0] == "In [*]: f()"
    session.transcript.end(cell, "done", 1.0)
    assert session.screen()[0] == "In [7]: f()"


def test_results_that_kernels_number_with_zero_are_none() -> None:
    session = Session("")
    cell = session.enter("ls", 1)
    session.transcript.display(cell, Bundle({"text/plain": ""}, {}, execution_count=0, is_result=True))
    assert session.whole() == ["In [1]: ls", ""]


def test_the_language_can_be_learnt_late() -> None:
    session = Session("")
    session.enter("if x: pass", 1)
    assert [role for row in session.view.last_rows(30, 10_000) for role, _ in row] == ["prompt.in", "code"]
    session.view.highlighter = Highlighter("python")
    assert ("code.keyword", "pass") in [run for row in session.view.last_rows(30, 10_000) for run in row]


def test_long_cells_are_highlighted_where_they_are_seen() -> None:
    session = Session()
    session.enter("x = 1\n" * LONGEST_HIGHLIGHTED + "if x: pass", 1)
    runs = [run for row in list(session.view.last_rows(30, 10_000))[-2:] for run in row]
    assert ("code.keyword", "if") in runs


def test_height_is_that_of_the_whole_session_up_to_a_limit() -> None:
    session = counting(20)
    assert session.view.height(30, 1000) == 22
    assert session.view.height(30, 22) == 22
    assert session.view.height(30, 5) == 5
    assert session.view.height(30, 0) == 0
    assert Session().view.height(30, 10) == 0


def test_the_height_of_millions_of_lines_is_not_counted() -> None:
    session = Session()
    cell = session.enter("f()", 1)
    session.print(cell, "line\n" * 1_000_000)
    assert session.view.height(30, 40) == 40
    assert session.screen()[-2] == "line"
    session.view.scroll(-500_000)
    assert session.screen() == ["line"] * 6


def test_twenty_thousand_outputs_of_one_cell() -> None:
    session = Session()
    cell = session.enter("f()", 1)
    for number in range(20_000):
        session.transcript.stream(cell, "stderr" if number % 2 else "stdout", f"{number}\n")
        if number % 100 == 0:
            session.screen()
    assert session.screen() == [*map(str, range(19_995, 20_000)), ""]


@pytest.mark.parametrize("size", [(1, 1), (1, 5), (2, 3), (200, 1)])
def test_any_size(size: tuple[int, int]) -> None:
    session = counting(5)
    session.enter("日本 = [1, 2]\n", 2, origin="foreign")
    session.transcript.note("A note of several words.")
    for move in (-3, 1, 2, -100):
        canvas = session.view.render(size)
        assert (canvas.cols(), canvas.rows()) == size
        session.view.scroll(move)


def test_nothing_to_show() -> None:
    session = Session()
    assert session.screen() == [""] * 6
    session.view.scroll(-1)
    session.view.start()
    assert session.screen() == [""] * 6


def test_what_did_not_change_is_not_drawn_again() -> None:
    session = counting()
    first = session.view.render((30, 6))
    assert list(session.view.render((30, 6)).content()) == list(first.content())


STEPS = ["print", "bar", "long", "stderr", "clear", "result", "end", "enter", "queue", "note", "background", "remove"]
STEPS += ["scroll", "start", "follow"]


def do(session: Session, step: str, cell: Cell | None, number: int) -> None:
    """Something that happens to a session; without a cell, only what needs none."""
    match step:
        case "enter":
            session.enter("if x:\n  y" * (1 + number % 3), number)
        case "queue":
            session.enter("z\n" * number, state="queued")
        case "note":
            session.transcript.note("some words " * (number % 5))
        case "background":
            session.enter("", origin="background")
        case "scroll":
            session.view.scroll(number - 20)
        case "start":
            session.view.start()
        case "follow":
            session.view.end()
    if cell is None:
        return
    match step:
        case "print":
            session.print(cell, f"{number}\n" * (number % 7))
        case "bar":
            session.print(cell, f"\r\x1b[K{number}\x1b[A")
        case "long":
            session.print(cell, "é日x" * number)
        case "stderr":
            session.transcript.stream(cell, "stderr", f"{number}")
        case "clear":
            session.transcript.clear(cell, wait=bool(number % 2))
        case "result":
            session.result(cell, "a\n" * (number % 3))
        case "end" if cell.state == "running":
            session.transcript.end(cell, "done", 1.0)
        case "remove":
            session.transcript.remove(cell)


@settings(max_examples=150)
@given(
    st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5), st.integers(0, 40)), max_size=25),
    st.lists(st.tuples(st.integers(1, 30), st.integers(1, 12)), min_size=1, max_size=4),
)
def test_the_window_shows_a_part_of_the_whole(steps: list[tuple[str, int, int]], sizes: list[tuple[int, int]]) -> None:
    session = Session()
    session.enter("f()", 1, state="running")
    for turn, (step, which, number) in enumerate(steps):
        cells = session.transcript.cells
        do(session, step, cells[which % len(cells)] if cells else None, number)
        columns, rows = sizes[turn % len(sizes)]
        screen, whole = session.screen(columns, rows), session.whole(columns)
        assert session.view.height(columns, 1000) == min(len(whole), 1000)
        if len(whole) <= rows:
            assert screen == whole + [""] * (rows - len(whole))
        elif session.view.at_end:
            assert screen == whole[-rows:]
        else:
            assert any(screen == whole[top : top + rows] for top in range(len(whole)))


def test_a_text_that_grows_is_read_once() -> None:
    session = counting(3)
    output = session.transcript.cells[0].outputs[0]
    assert isinstance(output, Text)
    session.screen()
    # What was read is never looked at again: a change without a new part is not seen.
    output.parts[0] = "changed\n"
    session.print(session.transcript.cells[0], "new\n")
    assert session.screen() == ["In [*]: count()", "0", "1", "2", "new", ""]


def test_how_long_a_cell_took_stands_beside_its_code_from_two_seconds_on() -> None:
    session = Session()
    for code, seconds in (("quick()", 1.9), ("slow()", 2.04), ("train()", 4000.0)):
        cell = session.transcript.add(Cell(code))
        session.transcript.begin(cell, 10.0, 1)
        session.transcript.end(cell, State.DONE, 10.0 + seconds)
    rows = [row for row in session.whole(30) if row]
    assert rows == ["In [1]: quick()", "In [1]: slow()           2.0 s", "In [1]: train()      1 h 6 min"]


@pytest.mark.parametrize("length", [0, 1, 29, 30, 31, 1000])
def test_the_rows_of_a_long_line_are_those_of_any_line(length: int) -> None:
    text = "".join(chr(33 + number % 90) for number in range(length))
    rows = long_run("output", text, 30)
    wrapped = wrap((("output", text),), 30)
    assert [row or (("output", ""),) for row in wrapped] == list(rows)
    assert rows[-7:] == list(rows)[-7:]


def test_a_line_of_millions_of_characters_scrolls_and_only_its_end_is_left_in_the_scrollback() -> None:
    session = Session()
    cell = session.enter("print('x' * 3_000_000)", 1, state="running")
    session.print(cell, "0123456789" * 300_000 + "end")
    assert session.screen(30, 4) == ["012345678901234567890123456789"] * 2 + ["end", ""]
    session.view.scroll(-50_000, 30)
    assert session.screen(30, 4) == ["012345678901234567890123456789"] * 4
    session.view.start()
    assert session.screen(30, 4)[0].startswith("In [*]: print")
    rows = ["".join(text for _, text in row) for row in session.view.last_rows(30, 1_000)]
    assert len(rows) == 1_001
    assert (rows[0], rows[-2]) == ("\u2026 what came before is left out here", "end")

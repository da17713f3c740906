"""Reading the transcript: F6 puts the keyboard there, and keys move, fold, search and copy."""

from __future__ import annotations

import pytest
import urwid

from bipy.session import effects
from bipy.session import events as session_events
from bipy.terminal.screen import Paste
from bipy.ui.keys.keymap import KEYMAP
from bipy.ui.text.frames import Frame, frame_at
from tests.snapshots import Check
from tests.ui.test_window import Stage

SIZE = (40, 10)


class Reading(Stage):
    """A stage on which cells have printed something."""

    def __init__(self, *cells: tuple[str, str]) -> None:
        super().__init__()
        self.start()
        for count, (code, printed) in enumerate(cells, 1):
            self.print(code, printed, count)
        self.screen()

    def print(self, code: str, printed: str, count: int) -> None:
        request = self.enter(code, count)
        if printed:
            self.tell("iopub", "stream", {"name": "stdout", "text": printed}, request)
        self.finish(request, execution_count=count)
        self.heard.clear()

    def screen(self, size: tuple[int, int] = SIZE) -> list[str]:
        self.interface.refresh(self.keyboard.hint())
        return [row.decode().rstrip() for row in self.interface.window.render(size, focus=True).text]

    def picture(self, size: tuple[int, int]) -> urwid.Canvas:
        self.screen(size)
        return self.interface.window.render(size, focus=True)

    def read(self, *keys: str) -> list[str]:
        """Press keys, each in its own frame."""
        for key in keys:
            self.press(key)
            self.screen()
        return self.screen()

    @property
    def marked(self) -> str:
        """The row that the cursor stands in."""
        (row,) = [row for row in self.screen() if row.startswith("▸")]
        return row[1:]

    @property
    def told(self) -> str:
        return self.screen()[-1]


def numbers(count: int) -> str:
    return "".join(f"{number}\n" for number in range(count))


@pytest.fixture
def reading() -> Reading:
    return Reading(("first()", "one\ntwo\n"), ("x = 1", ""), ("count()", numbers(30)), ("last()", "end\n"))


def test_the_row_that_one_reads_and_its_block_are_marked_without_colour(snapshot: Check) -> None:
    stage = Reading(("first()", "one\ntwo\n"), ("last()", "end\n"))
    stage.read("f6", "[", "[", "down", "down")
    snapshot(stage.picture((40, 12)), "reading/row")


def test_the_keyboard_goes_to_the_last_row_and_back_to_the_cell(reading: Reading) -> None:
    reading.type("typ")
    reading.read("f6")
    assert reading.marked == "end"
    reading.read("home")
    assert reading.marked == "bipy 0.1.0 on Python 3.11: the active"
    reading.read("esc", "e", "d")
    assert reading.interface.window.editor.document.code == "typed"
    assert "In [5]: typed" in reading.screen()[-3:]


def test_what_is_in_view_stays_with_f6(reading: Reading) -> None:
    reading.read("f6", "home")
    before = reading.screen()[2:-3]
    reading.read("f6")
    assert [row[1:] for row in before] == reading.screen()[2:-3]
    reading.read("f6", "end", "f6")
    assert reading.interface.window.transcript.at_end


def test_by_row_and_page(reading: Reading) -> None:
    reading.read("f6", "up")
    assert reading.marked == "In [4]: last()", "the blank row between two cells is passed"
    reading.read("up")
    assert reading.marked == "29"
    reading.read("page up")
    assert reading.marked == "22"
    reading.read("page down", "down", "down", "down")
    assert reading.marked == "end"


def test_by_cell(reading: Reading) -> None:
    reading.read("f6", "[")
    assert reading.marked == "In [4]: last()"
    seen = []
    for key in "[[[[[]":  # the banner is a cell too
        reading.read(key)
        seen.append(reading.marked)
    assert seen[:3] == ["In [3]: count()", "In [2]: x = 1", "In [1]: first()"]
    assert seen[3].startswith("bipy")
    assert seen[4].startswith("bipy")
    assert seen[5] == "In [1]: first()"


def test_by_output(reading: Reading) -> None:
    reading.read("f6", "{")
    assert reading.marked == "0"
    reading.read("{")
    assert reading.marked == "one"
    reading.read("{")
    assert reading.marked == "one"
    reading.read("tab")
    assert reading.marked == "0"
    reading.read("down", "{")
    assert reading.marked == "0"
    reading.read("}")
    assert reading.marked == "end"


def test_a_cell_is_shown_as_far_as_there_is_room(reading: Reading) -> None:
    reading.read("f6", "home", "]", "]", "]")
    assert reading.screen()[0] == "▸In [3]: count()"
    assert reading.screen()[1:3] == [" 0", " 1"]


def test_a_character_without_a_meaning_says_what_would_work(reading: Reading) -> None:
    reading.read("f6", "x")
    assert reading.screen((100, 10))[-1].count("does nothing here") == 1
    assert reading.interface.window.editor.document.code == ""


def test_a_paste_goes_into_the_cell(reading: Reading) -> None:
    reading.read("f6", "home")
    reading.press(Paste("pasted"))
    assert reading.interface.window.editor.document.code == "pasted"
    assert "In [5]: pasted" in reading.screen()[-3:]


def test_output_that_arrives_moves_nothing_and_is_told_of() -> None:
    reading = Reading(("count()", numbers(30)))
    request = reading.enter("more()", 2)
    reading.screen()
    before = reading.read("f6")[:-2]
    assert "more below" not in reading.told
    reading.tell("iopub", "stream", {"name": "stdout", "text": numbers(100)}, request)
    assert reading.screen()[: len(before) - 1] == before[: len(before) - 1]
    assert "▼ more below" in reading.told
    reading.read("end")
    assert reading.marked == "99"
    assert "more below" not in reading.told


def test_output_fills_the_view_before_it_stands_still() -> None:
    reading = Reading()
    request = reading.enter("more()", 1)
    reading.read("f6")
    reading.tell("iopub", "stream", {"name": "stdout", "text": numbers(100)}, request)
    shown = reading.screen()
    assert shown[0][1:].startswith("bipy")
    assert "▼ more below" in reading.told


def test_the_cursor_stays_when_its_output_is_cleared() -> None:
    reading = Reading()
    request = reading.enter("more()", 1)
    reading.tell("iopub", "stream", {"name": "stdout", "text": numbers(100)}, request)
    reading.screen()
    reading.read("f6", "up")
    assert reading.marked == "98"
    reading.tell("iopub", "clear_output", {"wait": False}, request)
    assert reading.marked == "In [*]: more()"


def test_a_cell_that_is_taken_back_takes_no_cursor_with_it() -> None:
    reading = Reading(("f()", ""))
    reading.enter("long()", 2)
    reading.press(Paste("queued()"), "enter")
    reading.screen()
    reading.read("f6")
    assert reading.marked.startswith("In [*]: queued()")
    reading.do(session_events.TakenBack())
    assert reading.marked == "In [*]: long()"


def test_all_keys_of_the_transcript_do_something_or_say_why_not(reading: Reading) -> None:
    reading.screen()
    for binding in KEYMAP:
        if binding.context == "transcript" and len(binding.keys) == 1:
            reading.press("esc", "f6")
            reading.screen()
            reading.press(binding.keys[0])
            reading.screen()
    assert all(isinstance(effect, effects.Effect) for effect in reading.performed)


def copied(reading: Reading) -> effects.Copy:
    """The last copy that was asked for."""
    return [effect for effect in reading.performed if isinstance(effect, effects.Copy)][-1]


def test_an_output_the_code_and_the_whole_cell_are_copied_without_prompts(reading: Reading) -> None:
    reading.read("f6", "{", "{", "{", "y")
    assert copied(reading).text == "one\ntwo"
    reading.read("[", "y")
    assert copied(reading) == effects.Copy("first()", "the code of 1 line")
    reading.read("Y")
    assert copied(reading) == effects.Copy("first()\none\ntwo", "a cell of 3 lines")


def test_marked_lines_are_copied_across_cells_and_pages(reading: Reading, snapshot: Check) -> None:
    reading.read("f6", *["shift up"] * 5)
    snapshot(reading.picture(SIZE), "reading/marked")
    reading.read(*["K"] * 28, "J", "y")
    lines = copied(reading).text.split("\n")
    assert lines[-5:] == ["27", "28", "29", "last()", "end"]
    assert lines[0] == "count()"
    assert copied(reading).what == "33 lines", "the blank row between cells is no line"
    assert reading.interface.window.transcript.anchor is None, "nothing is marked any more"


def test_esc_takes_the_marks_away_and_then_goes_back(reading: Reading) -> None:
    reading.read("f6", "shift up", "esc")
    assert reading.marked == "In [4]: last()"
    reading.read("y")
    assert copied(reading).text == "last()"
    reading.read("esc")
    assert reading.interface.window.transcript.cursor is None


def test_the_code_of_a_cell_goes_into_the_input_and_what_stood_there_is_an_undo_away(reading: Reading) -> None:
    reading.type("draft")
    reading.read("f6", "[", "[", "c")
    assert reading.interface.window.editor.buffer.code == "count()"
    reading.press("ctrl _")
    assert reading.interface.window.editor.buffer.code == "draft"


def test_a_cell_runs_again_and_the_draft_stays(reading: Reading) -> None:
    reading.type("draft")
    reading.read("f6", "[", "r")
    assert reading.take("execute_request").content["code"] == "last()"
    assert reading.interface.window.editor.buffer.code == "draft"


def test_aborted_cells_run_again_in_their_order() -> None:
    reading = Reading(("ok()", ""))
    reading.read("f6", "R")
    assert "No cell of yours was aborted" in reading.told
    reading.read("esc")
    request = reading.enter("fail()", 2)
    for code in ("second()", "third()"):
        reading.press(Paste(code), "enter")
    reading.finish(request, "error", ename="E", evalue="", traceback=[])
    assert [state for _, state, _ in reading.record[-2:]] == ["aborted", "aborted"]
    reading.heard.clear()
    reading.read("f6", "R")
    ran = [message.content["code"] for message in reading.heard if message.header.msg_type == "execute_request"]
    assert ran[0] == "second()"


def test_an_output_is_shown_in_each_of_its_ways() -> None:
    reading = Reading(("ok()", ""))
    request = reading.enter("frame", 2)
    data = {"text/plain": "plain words", "application/json": {"a": 1}}
    reading.tell("iopub", "display_data", {"data": data, "metadata": {}, "transient": {}}, request)
    reading.finish(request)
    reading.screen()
    reading.read("f6", "v")
    assert "Shown as application/json" in reading.told
    assert any(row.endswith("a: 1") for row in reading.screen())
    reading.read("v")
    assert reading.marked == "plain words"
    reading.read("[", "v")
    assert "in one way on" in reading.told


def test_a_search_shows_each_place_as_it_is_typed_and_goes_on(reading: Reading, snapshot: Check) -> None:
    reading.read("f6", "/", "2", "7")
    assert "/27▏" in reading.told
    assert reading.marked == "27", "from here to the end there is none, so from the start again"
    reading.read("esc")
    assert reading.marked == "end", "as it was before"
    reading.read("home", "/", *"two", "enter")
    assert (reading.marked, "1 of 1 line" in reading.told) == ("two", True)
    reading.read("/", "2", "enter")
    assert reading.marked == "2"
    assert "1 of 12 lines" in reading.told
    reading.read("n")
    assert (reading.marked, "2 of 12 lines" in reading.told) == ("12", True)
    reading.read("N", "N")
    assert reading.marked == "29"
    assert "12 of 12 lines, from" in reading.told
    snapshot(reading.picture(SIZE), "reading/found")


def test_a_search_that_finds_nothing_leaves_the_cursor_where_it_was(reading: Reading) -> None:
    reading.read("f6", "n")
    assert "Nothing was searched yet" in reading.told
    reading.read("[", "[", "/", *"nowhere")
    assert reading.marked == "In [3]: count()"
    assert "not found" in reading.told
    reading.press(Paste("\nsecond line"))
    reading.read("enter")
    assert "not found" in reading.told


def test_an_output_is_folded_to_a_line_and_shown_again(reading: Reading, snapshot: Check) -> None:
    reading.read("f6", "{", "enter")
    snapshot(reading.picture(SIZE), "reading/folded")
    reading.read("down")
    assert reading.marked == "▸ 29 more lines"
    reading.read("+")
    assert reading.marked == "1"
    reading.read("]", "up")
    assert reading.marked == "▸ 9 more lines"
    reading.read("enter")
    assert "more lines" not in "".join(reading.screen())
    reading.read("[", "enter")
    assert "nothing to fold" in reading.told


def test_long_lines_have_one_row_that_scrolls_sideways() -> None:
    line = "".join(f"<{number:03}>" for number in range(20))
    reading = Reading(("1", "short\n" + line + "\nend\n"))
    reading.read("f6", "w")
    assert "Long lines have one row" in reading.told
    screen = [row[1:] for row in reading.screen()]
    start = screen.index("short")
    assert screen[start + 1 : start + 3] == [line[:38] + "…", "end"]
    screen = [row[1:] for row in reading.read("right")]
    # 39 columns are beside the margin, and half of them is a step.
    assert screen[start : start + 3] == ["…", "…" + line[20:57] + "…", "…"]
    for _ in range(9):
        screen = [row[1:] for row in reading.read("right")]
    assert screen[start + 1] == "…" + line[77:]
    assert "No line in view goes on" in reading.told
    reading.read("left", "left", "left", "left", "left")
    assert "No line in view goes on" in reading.told
    assert reading.screen()[start + 1][1:] == line[:38] + "…"
    reading.read("w")
    rows = [row[1:] for row in reading.read("up", "up", "up", "up")]
    assert rows[rows.index(line[:39]) :][:4] == [line[:39], line[39:78], line[78:], "end"]


def test_right_says_what_it_is_for_where_lines_are_wrapped(reading: Reading) -> None:
    reading.read("f6", "right")
    assert "Long lines are wrapped: w gives" in reading.told


def test_a_search_goes_to_the_columns_that_it_found() -> None:
    reading = Reading(("1", "x" * 500 + "needle" + "y" * 500 + "\n"))
    reading.read("f6", "w", "/", *"needle", "enter")
    assert "needle" in reading.marked
    reading.read("w", "home", "/", *"needle", "enter")
    assert "needle" in "".join(row[1:] for row in reading.screen())


def test_what_is_printed_at_the_end_is_not_cut() -> None:
    reading = Reading(("1", "x" * 100 + "\n"))
    reading.read("f6", "w")
    rows = ["".join(text for _, text in row) for row in reading.interface.window.transcript.last_rows(40, 100)]
    assert "".join(rows).count("x") == 100


def test_a_search_opens_what_it_finds_in_a_fold(reading: Reading) -> None:
    reading.read("f6", "{", "enter", "home", "/", *"25", "enter")
    assert reading.marked == "25"


def test_a_search_opens_a_block_of_no_cell(reading: Reading) -> None:
    reading.session.transcript.stream(reading.session.transcript.background("Printed by a thread"), "stdout", "hid\n")
    reading.screen()
    reading.read("f6", "/", *"hid", "enter")
    assert reading.marked == "hid"
    reading.read("up", "enter")
    assert reading.marked == "▸ Printed by a thread"


def test_a_long_output_is_folded_when_its_cell_is_done_and_nothing_in_view_moves() -> None:
    reading = Reading()
    reading.interface.window.transcript.folds_at = 100
    request = reading.enter("count()")
    reading.stream(numbers(1_000), request)
    running = reading.screen()
    assert running[0] == "993"
    reading.finish(request)
    assert reading.screen()[:6] == running[:6]
    reading.read("f6", "home", "down")
    rows = reading.screen((40, 40))
    assert rows[rows.index(" 9") + 1] == " ▸ 966 more lines"
    text = "".join(
        "".join(piece for _, piece in row) for row in reading.interface.window.transcript.last_rows(40, 9999)
    )
    assert "500" in text, "what is printed at exit is not folded"


PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
TRACEBACK = [
    "\x1b[31m-----\x1b[39m",
    "\x1b[31mValueError\x1b[39m   Traceback (most recent call last)",
    "\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[1]\x1b[39m\x1b[32m, line 2\x1b[39m\n"
    "\x1b[32m      1\x1b[39m ok()\n\x1b[32m----> 2\x1b[39m fail()",
    "\x1b[36mFile \x1b[39m\x1b[32m/home/me/a file.py:7\x1b[39m, in \x1b[36mfail\x1b[39m()\n"
    "\x1b[32m----> 7\x1b[39m \x1b[38;5;28;01mraise\x1b[39;00m \x1b[38;5;167;01mValueError\x1b[39;00m",
    "\x1b[31mValueError\x1b[39m: ",
]


def displayed(data: dict[str, object]) -> Reading:
    reading = Reading(("ok()\nfail()", ""))
    request = reading.enter("show()", 2)
    reading.tell("iopub", "display_data", {"data": data, "metadata": {}, "transient": {}}, request)
    reading.finish(request, execution_count=2)
    reading.screen((60, 20))
    return reading


def test_a_picture_goes_to_a_viewer_or_a_file_as_it_was_sent() -> None:
    reading = displayed({"text/plain": "<Figure>", "image/png": PNG})
    reading.read("f6", "o", "s", "p")
    *_, viewed, saved, paged = reading.performed
    assert isinstance(viewed, effects.ShowOutside)
    assert viewed.content.startswith(b"\x89PNG")
    assert (viewed.suffix, viewed.by) == (".png", "viewer")
    assert saved == effects.Save(viewed.content, "bipy-out-2", ".png")
    assert isinstance(paged, effects.ShowOutside)
    assert paged.by == "pager"


def test_text_is_saved_as_text_and_has_no_viewer() -> None:
    reading = displayed({"text/plain": "one\n\x1b[31mtwo"})
    reading.read("f6", "o")
    assert "no picture and no page" in reading.told
    reading.read("s", "[", "s", "e")
    *_, text, code, edited = reading.performed
    assert text == effects.Save(b"one\ntwo\n", "bipy-out-2", ".txt")
    assert code == effects.Save(b"show()\n", "bipy-in-2", ".py")
    assert edited == effects.ShowOutside(b"show()\n", ".py", "editor")


def test_a_frame_of_a_traceback_opens_in_the_editor_or_goes_to_its_cell() -> None:
    reading = Reading(("ok()\nfail()", ""))
    request = reading.enter("again()", 2)
    reading.tell("iopub", "error", {"ename": "ValueError", "evalue": "", "traceback": TRACEBACK}, request)
    reading.finish(request, "error", execution_count=2)
    reading.screen((60, 20))
    reading.read("f6", "e")
    assert reading.performed[-1] == effects.Visit("/home/me/a file.py", 7)
    reading.read("up", "up", "up", "e")
    assert reading.marked == "   ...: fail()"


@pytest.mark.parametrize(
    ("lines", "frame"),
    [
        (['  File "/a/b c.py", line 12, in f', "    x()"], Frame("/a/b c.py", 12)),
        (["File ~/x.py:3, in g(a)", "----> 3 a"], Frame("~/x.py", 3)),
        (["File C:\\x.py:3"], Frame("C:\\x.py", 3)),
        (["Input In [4], in <cell line: 1>()"], Frame(cell=4)),
        (["ZeroDivisionError: division by zero"], None),
    ],
)
def test_frames_are_read_as_kernels_write_them(lines: list[str], frame: Frame | None) -> None:
    assert frame_at(lines, len(lines) - 1) == frame

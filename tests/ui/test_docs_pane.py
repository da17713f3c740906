"""The docs pane: what it shows of one thing, and how it follows the cursor, at a desk with a played kernel."""

from __future__ import annotations

import pytest

from bipy.inspection.reply import read_docs
from bipy.inspection.values import Docs, Page
from bipy.session import effects
from bipy.ui.text.highlight import Highlighter
from bipy.ui.widgets.docs import DocsPane
from tests.snapshots import Check
from tests.ui.test_window import RANGE, Stage

LINSPACE = """\
Signature:
np.linspace(
    start,
    stop,
    num=50,
    endpoint=True,
    *,
    device: str | None = None,
)
Docstring:
Return evenly spaced numbers over a specified interval.

The endpoint of the interval can optionally be excluded, and samples are
then spaced over one interval more.

Parameters
----------
start : array_like
    The starting value of the sequence.
num : int, optional
    Number of samples to generate. Default is 50. Must be
    non-negative.

Examples
--------
>>> np.linspace(2.0, 3.0, num=5)
array([2.  , 2.25, 2.5 , 2.75, 3.  ])
File:      ~/lib/numpy/_core/function_base.py
Type:      function"""
VALUE = """\
Type:        ndarray
String form:
[[1 2]
 [3 4]]
Length:      2
Docstring:   ndarray(shape, dtype=float)"""
SOURCE = '''\
Signature: mean(data)
Source:
def mean(data):
    """Return the mean."""
    return sum(data) / len(data)
File:      ~/statistics.py
Type:      function'''


def pane(text: str, name: str = "np.linspace", detail_level: int = 0, note: str = "") -> DocsPane:
    shown = DocsPane()
    shown.highlighter = Highlighter("ipython3")
    shown.page = Page(name, read_docs(text, name) if text else None, note, detail_level)
    return shown


def rows(shown: DocsPane, columns: int = 40, height: int = 12) -> list[str]:
    return [row.rstrip() for row in shown.render((columns, height)).decoded_text]


def test_docs_of_a_function(snapshot: Check) -> None:
    snapshot(pane(LINSPACE).render((50, 40)), "docs/function")


def test_docs_of_a_value_begin_with_what_it_is(snapshot: Check) -> None:
    snapshot(pane(VALUE, "a").render((36, 9)), "docs/value")


def test_a_source(snapshot: Check) -> None:
    snapshot(pane(SOURCE, "mean", 1).render((40, 8)), "docs/source")


def test_why_there_are_none(snapshot: Check) -> None:
    snapshot(pane("", "len", note="Looking up len …").render((36, 3)), "docs/asked")


def test_docs_stay_in_view_while_the_source_is_looked_up_or_is_not_known(snapshot: Check) -> None:
    snapshot(pane(RANGE, "range", 1, "No source of range is known.").render((40, 8)), "docs/no-source")


def test_there_is_more_until_the_end_is_in_view() -> None:
    shown = pane(LINSPACE)
    assert rows(shown)[0] == " np.linspace                       more"
    for _ in range(9):
        shown.scroll_pages(1)
        rows(shown)
    assert rows(shown)[0] == " np.linspace"
    assert rows(shown)[-1] == " Type  function"
    shown.scroll(-1)
    assert rows(shown)[0] == " np.linspace                       more"


def test_a_page_down_and_up_comes_back() -> None:
    shown = pane(LINSPACE)
    first = rows(shown)
    shown.scroll_pages(1)
    second = rows(shown)
    assert second[1] == first[-1], "a row of the last page stays in view"
    shown.scroll_pages(-1)
    assert rows(shown) == first
    shown.scroll(-3)
    assert rows(shown) == first


def test_scrolling_far_beyond_the_end_can_be_scrolled_back_at_once() -> None:
    shown = pane(LINSPACE)
    rows(shown)
    shown.scroll(1000)
    last = rows(shown)
    shown.scroll(-1)
    assert rows(shown)[2:] == last[1:-1]


def test_what_was_at_the_top_stays_there_at_another_width() -> None:
    shown = pane(LINSPACE)
    rows(shown, 60)
    while rows(shown, 60)[1] != " Parameters":
        shown.scroll(1)
    for columns in (30, 20, 90, 60):
        assert rows(shown, columns)[1] == " Parameters", columns


def test_the_place_is_kept_while_it_is_about_the_same_and_left_for_another() -> None:
    shown = pane(LINSPACE)
    rows(shown)
    shown.scroll(3)
    before = rows(shown)
    shown.page = Page(
        "np.linspace", read_docs(LINSPACE.replace("Type:      function", "Type:      ufunc"), "np.linspace")
    )
    assert rows(shown) == before
    shown.page = Page("len", Docs("len", docstring="Return the number of items."))
    assert rows(shown)[1] == " Return the number of items."


@pytest.mark.parametrize("columns", [1, 2, 3, 8, 30, 200])
@pytest.mark.parametrize("height", [1, 2, 5, 60])
def test_any_size_can_be_drawn(columns: int, height: int) -> None:
    for shown in (pane(LINSPACE), pane(SOURCE, "日本語", 1), pane("", "", note="There is nothing.")):
        shown.page = shown.page.replace(pinned=True)
        for _ in range(3):
            canvas = shown.render((columns, height))
            assert (canvas.cols(), canvas.rows()) == (columns, height)
            shown.scroll(1)


# At a desk


ROOM = (56, 24)


def docs_of(stage: Stage) -> list[str]:
    """The rows of the pane: those below the session."""
    assert stage.interface.window.docs is not None
    return stage.rows(ROOM)[14:-1]


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.start()
    return stage


def test_what_is_not_known_is_asked_for_and_said_so(stage: Stage) -> None:
    stage.type("x")
    stage.heard.clear()
    stage.press("shift tab")
    assert "Looking up x" in "\n".join(stage.rows())
    asked = stage.take("inspect_request")
    assert (asked.content["code"], asked.content["cursor_pos"], asked.content["detail_level"]) == ("x", 1, 0)
    stage.tell("shell", "inspect_reply", {"status": "ok", "found": False, "data": {}, "metadata": {}}, asked)
    assert "Nothing is known of x." in "\n".join(stage.rows())


def test_nothing_at_the_cursor_asks_nothing(stage: Stage) -> None:
    stage.type("1 + ")
    stage.heard.clear()
    stage.press("shift tab")
    assert "inspect_request" not in stage.sent
    assert "There is nothing at the cursor to look up." in "\n".join(stage.rows())


def test_what_is_asked_for_stays_wanted_while_one_types_on(stage: Stage) -> None:
    stage.type("f(")
    stage.press("shift tab")
    stage.type("1) + g(")
    assert "Looking up f" in "\n".join(stage.rows())
    stage.inspect("Docstring: Do f.")
    assert "Do f." in "\n".join(stage.rows())


def test_typing_goes_on_and_the_docs_follow(stage: Stage) -> None:
    stage.type("range(")
    stage.inspect(RANGE)
    stage.press("shift tab")
    stage.type("1) ")
    assert docs_of(stage)[0] == " range", "where there is nothing the last docs stay"
    stage.type("+ sum(")
    assert docs_of(stage)[0] == " range", "and while nothing is known yet"
    stage.inspect("Docstring: Return the sum of them.")
    assert docs_of(stage)[:2] == [" sum", " Return the sum of them."]
    assert any(row.startswith("In [1]: range(1) + sum(") for row in stage.rows(ROOM))


def test_following_asks_nothing_that_the_box_would_not_ask(stage: Stage) -> None:
    twin = Stage()
    twin.start()
    stage.press("shift tab")
    for interface in (stage, twin):
        interface.type("big + range(1, other")
    assert stage.sent == twin.sent


def test_pinned_docs_stay(stage: Stage) -> None:
    stage.type("range(")
    stage.inspect(RANGE)
    stage.press("shift tab", "f3")
    pinned = docs_of(stage)
    assert pinned[0].startswith(" range ")
    assert pinned[0].endswith(" pinned")
    stage.type("sum(")
    stage.inspect("Docstring: Return the sum of them.")
    assert docs_of(stage) == pinned
    assert any("Return the sum of them." in row for row in stage.rows(ROOM)), "the box shows the head of the others"
    stage.press("f3")
    assert docs_of(stage)[0] == " sum"


def test_a_key_shows_other_docs_although_they_are_pinned(stage: Stage) -> None:
    stage.type("range(")
    stage.inspect(RANGE)
    stage.press("shift tab", "f3")
    stage.type("sum(")
    stage.inspect("Docstring: Return the sum of them.")
    stage.press("shift tab")
    title = docs_of(stage)[0]
    assert title.startswith(" sum ")
    assert title.endswith(" pinned")


def test_the_box_does_not_say_again_what_the_docs_say(stage: Stage) -> None:
    stage.type("range(")
    stage.inspect(RANGE)
    assert sum("Return an object" in row for row in stage.rows((80, 24))) == 1
    stage.press("shift tab")
    assert sum("Return an object" in row for row in stage.rows((80, 24))) == 1
    roles = {role for row in stage.frame((80, 24)).content() for role, _, _ in row}
    assert "box.argument" in roles, "the argument is the box's to mark"


def test_esc_closes_the_box_first_then_the_docs(stage: Stage) -> None:
    stage.type("range(")
    stage.inspect(RANGE)
    stage.press("shift tab")
    stage.press("esc")
    shown = stage.rows()
    assert not any("┌" in row for row in shown)
    assert any("Return an object" in row for row in shown)
    stage.press("esc")
    assert not any("Return an object" in row for row in stage.rows())
    stage.press("esc", "enter")
    assert [cell.code for cell in stage.session.transcript][-1] == "range("


def test_source_and_docs_in_turn(stage: Stage) -> None:
    stage.type("mean(")
    stage.inspect("Signature: mean(data)\nDocstring: Return the mean.")
    stage.heard.clear()
    stage.press("f2")
    shown = docs_of(stage)
    assert shown[:2] == [" mean: source", " Looking up the source of mean …"]
    assert " Return the mean." in shown, "what is known stays in view"
    assert stage.heard[-1].content["detail_level"] == 1
    stage.inspect(SOURCE)
    assert "     return sum(data) / len(data)" in docs_of(stage)
    stage.heard.clear()
    stage.press("f2")
    assert docs_of(stage)[:4] == [" mean", " mean(data)", "", " Return the mean."]
    stage.press("f2")
    assert docs_of(stage)[0] == " mean: source"
    assert stage.sent == [], "both are known"


def test_without_a_source_the_docs_stay(stage: Stage) -> None:
    stage.type("range(")
    stage.inspect(RANGE)
    stage.press("f2")
    stage.inspect(RANGE)
    assert docs_of(stage)[:4] == [" range: source", " No source of range is known.", "", " range(start, stop, step, /)"]


def test_the_source_is_that_of_what_the_docs_show(stage: Stage) -> None:
    stage.type("mean(")
    stage.inspect("Signature: mean(data)\nDocstring: Return the mean.")
    stage.press("shift tab")
    stage.type("1) + 1")
    stage.heard.clear()
    stage.press("f2")
    asked = stage.take("inspect_request").content
    assert (asked["code"], asked["cursor_pos"], asked["detail_level"]) == ("mean", 4, 1)


def test_a_source_gives_way_to_the_docs_of_something_else(stage: Stage) -> None:
    stage.type("mean(")
    stage.inspect("Signature: mean(data)\nDocstring: Return the mean.")
    stage.press("f2")
    stage.inspect(SOURCE)
    assert docs_of(stage)[0] == " mean: source"
    stage.type("1) + sum(")
    stage.inspect("Docstring: Return the sum of them.")
    assert docs_of(stage)[:2] == [" sum", " Return the sum of them."]


def test_the_docs_of_the_chosen_match_come_with_it(stage: Stage) -> None:
    stage.type("os.p")
    stage.complete("path", "pathsep", start=3, end=4, types=("module", "instance"))
    stage.press("tab", "shift tab", "tab")
    stage.inspect("Docstring: Common pathname manipulations.")
    assert docs_of(stage)[:2] == [" os.path", " Common pathname manipulations."]
    stage.press("tab")
    assert "In [1]: os.pathsep" in stage.rows(ROOM)
    stage.press("shift tab")
    assert "In [1]: os.path" in stage.rows(ROOM), "with a match chosen the key goes back"


def test_leading_blanks_are_taken_back_instead(stage: Stage) -> None:
    stage.type("        x")
    stage.press("home", "shift tab")
    assert "In [1]:     x" in stage.rows()
    stage.press("shift tab")
    assert "In [1]: x" in stage.rows()
    assert stage.interface.window.docs is None


def test_scrolling_leaves_the_keyboard_to_the_cell(stage: Stage) -> None:
    stage.type("np.linspace(")
    stage.inspect(LINSPACE)
    stage.press("shift tab")
    before = stage.rows()
    stage.press("ctrl down")
    assert stage.rows()[9:12] == before[10:13]
    stage.press("ctrl up")
    assert stage.rows() == before
    stage.press("meta page down")
    assert stage.rows() != before
    stage.press("meta page up")
    assert stage.rows() == before
    stage.type("x")
    assert any(row.startswith("In [1]: np.linspace(x") for row in stage.rows())


def test_while_the_kernel_is_busy_and_deaf_it_is_said_that_it_comes_later() -> None:
    stage = Stage()
    stage.start(implementation="unheard of")
    request = stage.enter("sleep(60)")
    stage.type("x")
    stage.heard.clear()
    stage.press("shift tab")
    assert "Kernel busy: x is looked up later." in "\n".join(stage.rows())
    assert stage.sent == []
    stage.finish(request)
    assert "Looking up x" in "\n".join(stage.rows())
    stage.inspect("Type: int")
    assert "Type  int" in "\n".join(stage.rows())


def test_while_a_program_waits_for_input_the_docs_can_be_read(stage: Stage) -> None:
    stage.type("np.linspace(")
    stage.inspect(LINSPACE)
    stage.press("shift tab", "ctrl c")
    request = stage.enter("input()")
    stage.tell("stdin", "input_request", {"prompt": "? ", "password": False}, request)
    before = stage.rows()
    stage.press("shift tab", "f2")
    assert stage.rows() == before
    stage.press("ctrl down")
    assert stage.rows() != before
    stage.type("yes")
    assert "? yes" in stage.rows()


def test_pages_of_the_session_are_as_long_as_its_room(stage: Stage) -> None:
    request = stage.enter("print(text)")
    stage.stream("".join(f"line {number}\n" for number in range(80)), request)
    stage.finish(request)
    stage.press("shift tab")
    last = [row for row in stage.rows() if row.startswith("line")]
    stage.press("page up")
    first = [row for row in stage.rows() if row.startswith("line")]
    assert set(first) & set(last), "no line is skipped"


def test_the_pager_lies_over_the_docs(stage: Stage) -> None:
    stage.press("shift tab", "f1")
    assert not any("nothing at the cursor" in row for row in stage.rows())
    stage.press("q")
    assert any("nothing at the cursor" in row for row in stage.rows())


def test_hostile_docs_reach_no_canvas(stage: Stage) -> None:
    stage.type("f(")
    stage.inspect(
        "Signature: f(a\x9b31m)\nDocstring:\n\x1b[2J`x\u202e`\n- \x00\x07\n>>> \x1b]0;t\x07\nSource:\n\u202e\x9b"
    )
    for key in ("shift tab", "f2"):
        stage.press(key)
        for row in stage.frame().content():
            for _, charset, text in row:
                assert charset != "U"
                assert text.decode().isprintable()


def test_a_megabyte_opens_at_once(stage: Stage) -> None:
    stage.type("f(")
    stage.inspect("Docstring:\n" + "- a `word` of **many**\n" * 50_000)
    stage.press("shift tab")
    assert any("• a word of many" in row for row in stage.rows())


def test_the_status_bar_names_the_keys(stage: Stage) -> None:
    stage.press("shift tab")
    assert stage.rows((80, 24))[-1].endswith("F2 source  F3 pin  Esc close")


def test_asking_in_the_box_leaves_the_docs_closed(stage: Stage) -> None:
    stage.type("x")
    stage.press("meta i")
    stage.inspect("Type: int")
    assert stage.interface.window.docs is None
    assert effects.Exit() not in stage.performed

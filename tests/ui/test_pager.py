"""The pager: scrolling, searching, and text that comes in pieces."""

from __future__ import annotations

import pytest
import urwid
from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.ui.widgets.pager import Pager
from tests.snapshots import Check

LINES = "".join(f"line {number}\n" for number in range(1, 101))


def text(pager: Pager, columns: int = 30, height: int = 6) -> list[str]:
    return [row.rstrip() for row in pager.render((columns, height)).decoded_text]


def body(pager: Pager, columns: int = 30, height: int = 6) -> list[str]:
    return text(pager, columns, height)[1:]


def press(pager: Pager, *keys: str) -> list[str | None]:
    return [pager.keypress((30, 6), key) for key in keys]


@pytest.fixture
def pager() -> Pager:
    pager = Pager("Docs", LINES)
    pager.render((30, 6))
    return pager


def test_the_first_page(snapshot: Check, pager: Pager) -> None:
    snapshot(pager.render((30, 6)), "pager/first-page")


def test_colours_of_the_kernel_are_kept_and_control_sequences_are_not(snapshot: Check) -> None:
    source = "\x1b[31mSignature:\x1b[39m range(stop)\n\x1b]0;title\x07\x1b[1mbold\x1b[0m plain\x1b[?25l\n"
    snapshot(Pager("range\x1b[2J?", source).render((30, 5)), "pager/colours")


def test_long_lines_wrap(snapshot: Check) -> None:
    snapshot(
        Pager("Docs", "a long line of text that does not fit\n日本語のとても長い行もおりかえす\n").render((20, 7)),
        "pager/wrapped",
    )


def test_long_lines_have_one_row_that_scrolls_sideways() -> None:
    line = "".join(f"<{number:03}>" for number in range(12))
    pager = Pager("Docs", f"short\n{line}\nend\n")
    pager.render((20, 6))
    pager.turn_wrap()
    assert body(pager, 20)[:3] == ["short", line[:19] + "…", "end"]
    for _ in range(9):
        pager.scroll_sideways(1)
        text(pager, 20)
    assert body(pager, 20)[:3] == ["…", "…" + line[41:], "…"]
    pager.search()
    press(pager, *"<003>", "enter")
    assert "<003>" in body(pager, 20)[1]
    for _ in range(9):
        pager.scroll_sideways(-1)
    assert body(pager, 20)[1] == line[:19] + "…"
    pager.turn_wrap()
    assert body(pager, 20)[1:4] == [line[:20], line[20:40], line[40:]]


def test_an_empty_page(snapshot: Check) -> None:
    snapshot(Pager("Nothing").render((30, 4)), "pager/empty")


def test_searching_shows_the_first_place_as_one_types(snapshot: Check, pager: Pager) -> None:
    pager.search()
    press(pager, "4", "2")
    snapshot(pager.render((30, 6), focus=True), "pager/searching")


def test_a_search_that_was_entered_stays_marked(snapshot: Check, pager: Pager) -> None:
    pager.search()
    press(pager, "e", " ", "3", "enter")
    snapshot(pager.render((30, 6)), "pager/found")


def test_nothing_found(snapshot: Check, pager: Pager) -> None:
    pager.search()
    press(pager, "x", "enter")
    snapshot(pager.render((30, 6)), "pager/not-found")


def test_scrolling_by_rows_pages_and_to_the_ends(pager: Pager) -> None:
    pager.scroll(3)
    assert body(pager)[0] == "line 4"
    pager.scroll_pages(1)
    assert body(pager)[0] == "line 8", "one row of the page before stays in view"
    pager.scroll_pages(-1)
    pager.scroll(-1)
    assert body(pager)[0] == "line 3"
    pager.scroll_to("end")
    assert body(pager) == ["line 96", "line 97", "line 98", "line 99", "line 100"]
    pager.scroll(1)
    assert body(pager)[-1] == "line 100"
    pager.scroll_to("start")
    pager.scroll(-1)
    assert body(pager)[0] == "line 1"


def test_the_title_says_where_one_is(pager: Pager) -> None:
    assert text(pager)[0].endswith("1-5 of 100")
    pager.scroll_to("end")
    assert text(pager)[0].endswith("96-100 of 100")


def test_a_resize_keeps_the_place(pager: Pager) -> None:
    pager.scroll(49)
    assert body(pager, 30, 6)[0] == "line 50"
    assert body(pager, 4, 6)[0] == "line"
    assert body(pager, 30, 12)[0] == "line 50"


def test_a_page_that_becomes_higher_than_the_text_shows_all_of_it(pager: Pager) -> None:
    pager.scroll_to("end")
    assert body(pager, 30, 120)[0] == "line 1"


def test_search_goes_around_and_says_so(pager: Pager) -> None:
    pager.search()
    press(pager, *"line 9", "enter")
    assert "line 9" in body(pager)
    seen = []
    for _ in range(11):
        pager.search_next(1)
        seen.append(text(pager)[-1])
    assert all(row.startswith("line") for row in seen[:10])
    assert seen[10] == "from the start again"
    assert "line 9" in body(pager)
    pager.search_next(-1)
    assert text(pager)[-1] == "from the end again"
    assert "line 99" in body(pager)


def test_capitals_count_when_there_are_any() -> None:
    mixed = Pager("Docs", "alpha\nALPHA\nAlpha\n")
    mixed.render((30, 6))
    mixed.search()
    press(mixed, "a", "l")
    assert found(mixed) == ["al", "AL", "Al"]
    press(mixed, "backspace", "backspace", "A", "L")
    assert found(mixed) == ["AL"]


def found(pager: Pager) -> list[str]:
    return [
        piece.decode()
        for row in pager.render((30, 6)).content()
        for attribute, _, piece in row
        if attribute == "pager.found"
    ]


def test_a_search_that_is_given_up_goes_back(pager: Pager) -> None:
    pager.scroll(20)
    pager.search()
    press(pager, "9", "9")
    assert "line 99" in body(pager)
    press(pager, "esc")
    assert body(pager)[0] == "line 21"
    assert found(pager) == []


def test_a_search_is_for_text_not_for_a_pattern() -> None:
    page = Pager("Docs", "f(x)\nfx\n")
    page.render((30, 6))
    page.search()
    press(page, *"(x)", "enter")
    assert found(page) == ["(x)"]


def test_what_is_found_across_a_wrap_comes_into_view() -> None:
    page = Pager("Docs", "x" * 100 + "needle" + "x" * 100)
    page.render((20, 5))
    page.search()
    press(page, *"needle")
    assert found(page) == ["needle"]


def test_keys_are_the_key_tables_unless_a_search_is_typed(pager: Pager) -> None:
    assert press(pager, "down", "q", "esc") == ["down", "q", "esc"]
    pager.search()
    assert press(pager, "q", "enter") == [None, None]
    assert press(pager, "q") == ["q"]
    pager.search()
    assert press(pager, "page down") == ["page down"]
    assert press(pager, "q") == ["q"]


def test_leaving_tells_whoever_opened_the_page(pager: Pager) -> None:
    left = []
    pager.close()
    pager.on_close = lambda: left.append(True)
    pager.close()
    assert left == [True]


keys = st.sampled_from(
    ["e", " ", "1", "日", "backspace", "enter", "esc", "search", "next", "previous", "down", "up", "end"]
)


@settings(max_examples=60)
@given(
    st.text(st.sampled_from("e1日 \n\x1b[31m\x07\t"), max_size=200),
    st.lists(keys, max_size=20),
    st.integers(1, 40),
    st.integers(1, 12),
)
def test_whatever_is_done_the_page_is_drawn_whole(content: str, pressed: list[str], columns: int, height: int) -> None:
    page = Pager("Title", content)
    for key in pressed:
        if key == "search":
            page.search()
        elif key in ("next", "previous"):
            page.search_next(1 if key == "next" else -1)
        elif page.keypress((columns, height), key) == "end":
            page.scroll_to("end")
        else:
            page.scroll(1 if key == "down" else -1 if key == "up" else 0)
        drawn = page.render((columns, height))
        rows = drawn.decoded_text
        assert len(rows) == height
        assert all(urwid.calc_width(row, 0, len(row)) == columns for row in rows)
        assert drawn.cursor is None or drawn.cursor[0] < columns

"""The box beside the cursor, drawn from popups: what it shows in which room, and what it never does."""

from __future__ import annotations

import re

import pytest
import urwid
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bipy.inspection.values import EMPTY, Docs, Match, Parameter, Popup, Signature
from bipy.ui.widgets.popup import PopupView, layout
from tests.snapshots import Check


def signature(name: str, *parameters: str, tail: str = ")", separators: tuple[tuple[int, str], ...] = ()) -> Signature:
    return Signature(
        f"{name}(", tuple(Parameter(text.partition("=")[0].strip("*"), text) for text in parameters), tail, separators
    )


def typed(names: str, letters: int, *, local: bool = False) -> tuple[Match, ...]:
    """Matches of "name:type" words with the first letters marked as typed."""
    pairs = [word.partition(":")[::2] for word in names.split()]
    return tuple(Match(name, kind, local=local, marked=tuple(range(letters))) for name, kind in pairs)


def box(popup: Popup, columns: int, height: int) -> urwid.Canvas:
    """The box as large as it wants to be in that room."""
    widget = PopupView(popup)
    return widget.render(widget.size(columns, height))


RA = typed("range:class raise:keyword random:module rasterize:function rad=:param", 2)
PRINT = signature("print", "*args", "sep=' '", "end='\\n'", "file=None", "flush=False")
SORTED = signature("sorted", "iterable", "key=None", "reverse=False", separators=((1, "/"), (1, "*")))
RANGE = Docs(
    "range",
    docstring="range(stop) -> range object\n"
    "range(start, stop[, step]) -> range object\n\n"
    "Return an object that produces a sequence of integers from start (inclusive)\n"
    "to stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\n",
)
READ = signature(
    "read_csv",
    "filepath_or_buffer: FilePath | ReadBuffer",
    "*",
    *(f"{name}: str | None = None" for name in ("sep", "delimiter", "header", "names", "usecols", "dtype", "engine")),
    tail=") -> DataFrame",
)
MANY = tuple(Match(f"name_{number}", "function", marked=(0, 1, 2)) for number in range(368))


def test_few_matches_are_a_single_column(snapshot: Check) -> None:
    snapshot(box(Popup(RA), 40, 20), "box/matches")


def test_matches_of_a_kernel_that_gives_signatures(snapshot: Check) -> None:
    matches = (Match("loads", "function", "(s, *, cls=None)", marked=(0, 1)), Match("load", "function", "(fp)"))
    snapshot(box(Popup(matches), 40, 20), "box/matches-with-signatures")


def test_more_matches_take_as_many_columns_as_they_need(snapshot: Check) -> None:
    names = "abs all any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex"
    snapshot(box(Popup(typed(names, 0)), 60, 20), "box/columns")


def test_matches_without_room_are_counted(snapshot: Check) -> None:
    snapshot(box(Popup(MANY), 50, 20), "box/more")


def test_the_window_follows_the_selection(snapshot: Check) -> None:
    snapshot(box(Popup(MANY, selected=200), 50, 20), "box/selected-far-down")


def test_overlong_names_do_not_take_the_room_of_others(snapshot: Check) -> None:
    names = [f"name_{number}" for number in range(20)]
    names[3] = "a_name_that_is_much_longer_than_all_the_others_are"
    snapshot(box(Popup(tuple(Match(name) for name in names)), 50, 20), "box/overlong-name")


def test_signature_alone(snapshot: Check) -> None:
    snapshot(box(Popup(signatures=(PRINT,), argument=1), 80, 20), "box/signature")


def test_signature_with_separators_and_no_current_argument(snapshot: Check) -> None:
    snapshot(box(Popup(signatures=(SORTED,)), 80, 20), "box/signature-separators")


def test_one_of_several_signatures(snapshot: Check) -> None:
    popup = Popup(signatures=(signature("range", "stop"), signature("range", "start", "stop", "step=1")), signature=1)
    snapshot(box(popup, 80, 20), "box/signature-one-of-two")


def test_long_signature_wraps(snapshot: Check) -> None:
    snapshot(box(Popup(signatures=(PRINT,), argument=3), 40, 20), "box/signature-wrapped")


def test_overlong_signature_is_cut_around_the_current_argument(snapshot: Check) -> None:
    snapshot(box(Popup(signatures=(READ,), argument=7), 60, 20), "box/signature-around-argument")


def test_signature_in_little_room_is_the_argument(snapshot: Check) -> None:
    snapshot(box(Popup(signatures=(READ,), argument=7), 20, 5), "box/signature-20x5")


def test_signature_and_matches(snapshot: Check) -> None:
    matches = typed("file=:param filter:class", 2)
    snapshot(box(Popup(matches, signatures=(PRINT,), argument=3), 60, 20), "box/signature-and-matches")


def test_docs_of_a_function_being_called(snapshot: Check) -> None:
    popup = Popup(signatures=(signature("range", "stop"),), argument=0, docs=RANGE)
    snapshot(box(popup, 80, 24), "box/signature-and-docs")


def test_docs_of_the_selected_match(snapshot: Check) -> None:
    snapshot(box(Popup(RA, selected=0, docs=RANGE), 80, 24), "box/selected")


def test_the_signature_of_the_selected_match_stands_with_its_docs(snapshot: Check) -> None:
    docs = Docs("rasterize", (signature("rasterize", "shapes", "out=None", tail=") -> ndarray"),), "Return an image.")
    snapshot(box(Popup(RA, selected=3, docs=docs), 60, 24), "box/selected-with-signature")


def test_docs_of_a_match_selected_within_a_call(snapshot: Check) -> None:
    docs = Docs(
        "filter", (signature("filter", "function", "iterable", tail=") --> filter object"),), "Return an iterator."
    )
    matches = typed("file=:param filter:class", 2)
    popup = Popup(matches, signatures=(PRINT,), argument=3, selected=1, docs=docs)
    snapshot(box(popup, 60, 20), "box/selected-within-a-call")


def test_a_value_shows_its_type_and_form(snapshot: Check) -> None:
    docs = Docs("x", fields=(("Type", "ndarray"), ("String form", "\n[[1 2]\n [3 4]]"), ("Length", "2")))
    snapshot(box(Popup(docs=docs), 60, 20), "box/value")


def test_docstring_lines_that_were_broken_for_length_are_joined(snapshot: Check) -> None:
    docstring = (
        "Read a comma-separated values (csv) file into DataFrame. Also supports\n"
        "optionally iterating or breaking of the file into chunks.\n\n"
        "Parameters\n----------\npath : str\n"
        "    Any valid string path is acceptable. The string could be a URL. Valid\n"
        "    URL schemes include http, ftp and file."
    )
    snapshot(box(Popup(docs=Docs("read_csv", docstring=docstring)), 50, 20), "box/docs")


def test_examples_and_lists_in_docs_keep_their_lines() -> None:
    docstring = (
        ">>> numpy.linspace(2.0, 3.0, num=5, endpoint=True, retstep=True)\n"
        "(array([2.  , 2.25, 2.5 , 2.75, 3.  ]), 0.25)\n"
        "- one thing that is said in a rather long line of a list\n"
        "- another"
    )
    drawn = box(Popup(docs=Docs("linspace", docstring=docstring)), 80, 24).decoded_text
    assert [row[2:10] for row in drawn[1:-1]] == [">>> nump", "    rets", "(array([", "- one th", "- anothe"]


def test_local_matches_and_why_there_are_no_others(snapshot: Check) -> None:
    matches = typed("result results", 3, local=True)
    snapshot(box(Popup(matches, note="kernel busy: names of this session"), 60, 20), "box/local")


def test_a_note_alone(snapshot: Check) -> None:
    snapshot(box(Popup(note="the kernel does not answer"), 60, 20), "box/note")


def test_everything_at_once(snapshot: Check) -> None:
    popup = Popup(MANY, selected=0, signatures=(PRINT, SORTED), argument=2, docs=RANGE, note="kernel busy")
    snapshot(box(popup, 80, 24), "box/all-80x24")


def test_everything_at_once_in_40x10(snapshot: Check) -> None:
    popup = Popup(MANY, selected=0, signatures=(PRINT, SORTED), argument=2, docs=RANGE, note="kernel busy")
    snapshot(box(popup, 40, 10), "box/all-40x10")


def test_everything_at_once_in_20x5(snapshot: Check) -> None:
    popup = Popup(MANY, selected=0, signatures=(PRINT, SORTED), argument=2, docs=RANGE, note="kernel busy")
    snapshot(box(popup, 20, 5), "box/all-20x5")


def test_three_rows_have_no_border(snapshot: Check) -> None:
    popup = Popup(RA, signatures=(PRINT,), argument=1, docs=RANGE)
    snapshot(box(popup, 40, 3), "box/three-rows")


def test_one_row_is_the_signature(snapshot: Check) -> None:
    snapshot(box(Popup(RA, signatures=(PRINT,), argument=1, docs=RANGE), 40, 1), "box/one-row")


def test_one_row_is_the_selected_match_when_there_is_one(snapshot: Check) -> None:
    snapshot(box(Popup(RA, selected=2, signatures=(PRINT,), argument=1), 40, 1), "box/one-row-selected")


def test_wide_characters(snapshot: Check) -> None:
    matches = (
        Match("変数", "instance", marked=(0,)),
        Match("変換する", "function", marked=(0,)),
        Match("val", "instance"),
    )
    docs = Docs("変数", docstring="日本語の説明です。これは長いので折り返されます。")
    popup = Popup(matches, selected=1, signatures=(signature("関数", "値", "名前='日本'"),), argument=1, docs=docs)
    snapshot(box(popup, 36, 20), "box/wide")


def test_hostile_text_is_shown_and_does_nothing(snapshot: Check) -> None:
    matches = (Match("evil\x1b[2Jname\n", "\x07"), Match("tab\tand\u202eright to left", "function"))
    docs = Docs("x", docstring="bell \x07 and \x9b31m and\u2028more", fields=(("Type\x1b", "a\x00b"),))
    popup = Popup(matches, signatures=(signature("f\x1b]0;title\x07", "a\nb"),), docs=docs, note="no\x08te")
    snapshot(box(popup, 50, 20), "box/hostile")


def test_nothing_to_show_takes_no_room() -> None:
    assert PopupView(EMPTY).size(80, 24) == (0, 0)


def test_no_room_is_no_box() -> None:
    widget = PopupView(Popup(RA))
    assert widget.size(80, 0) == (0, 0)
    assert widget.size(0, 10) == (0, 0)


def test_the_box_is_no_higher_than_it_is_told_to_be() -> None:
    widget = PopupView(Popup(MANY, docs=RANGE))
    assert widget.size(80, 60)[1] == 12
    assert PopupView(Popup(MANY, docs=RANGE), max_rows=6).size(80, 60)[1] == 6


def test_docs_take_no_more_rows_than_they_are_given() -> None:
    def docs(rows: int | None) -> int:
        widget = PopupView(Popup(docs=Docs("f", docstring="\n".join("abcdefghij"))), max_rows=14, docs_rows=rows)
        size = widget.size(80, 60)
        text = [row.strip("│ ") for row in widget.render(size).decoded_text] if 0 not in size else []
        return sum(len(row) == 1 and row.isalpha() for row in text)

    assert docs(None) == 7
    assert docs(9) == 9
    assert docs(0) == 0


def test_an_arrow_down_is_as_many_matches_as_stand_in_a_row() -> None:
    widget = PopupView(Popup(MANY, selected=0))
    columns, height = widget.size(60, 20)
    cells = [
        sum(1 for attribute, _, _ in row if attribute == "box.match.typed")
        for row in widget.render((columns, height)).content()
    ]
    assert widget.grid > 1
    assert max(cells) == widget.grid


def test_keys_that_come_faster_than_frames_walk_through_the_same_columns() -> None:
    widget = PopupView(Popup(MANY, selected=0))
    widget.size(60, 20)
    grid = widget.grid
    widget.popup = Popup(MANY, selected=grid)
    assert widget.grid == grid


def test_the_matches_stay_where_they_are_while_one_walks_through_them() -> None:
    """Only the docs below say that one match has a signature and another has not."""
    first_rows = []
    for docs in (Docs("range", (signature("range", "stop"),), "docs"), Docs("x", docstring="docs"), None):
        first_rows.append(box(Popup(RA, selected=0, docs=docs), 80, 24).decoded_text[1].split()[1:3])
    assert first_rows == [["c", "range"]] * 3


def test_the_box_keeps_its_width_while_a_name_is_typed() -> None:
    widget = PopupView()
    widths = []
    for matches in (MANY, MANY[:30], MANY[:3], MANY[:1]):
        widget.popup = Popup(matches, start=4, anchor=4)
        widths.append(widget.size(80, 20)[0])
    assert widths == [widths[0]] * 4
    widget.popup = Popup(MANY[:1], start=20, anchor=20)
    assert widget.size(80, 20)[0] < widths[0]


def test_the_kept_width_yields_to_a_smaller_screen() -> None:
    widget = PopupView(Popup(MANY))
    widget.size(80, 20)
    assert widget.size(30, 20)[0] <= 30


def test_the_box_keeps_its_height_while_one_walks_through_the_matches() -> None:
    widget = PopupView()
    heights = []
    for index, docs in enumerate((RANGE, None, Docs("x", docstring="one line"))):
        widget.popup = Popup(RA, selected=index, docs=docs)
        heights.append(widget.size(80, 24)[1])
    assert heights == [heights[0]] * 3
    widget.popup = Popup(RA)
    assert widget.size(80, 24)[1] < heights[0]


def test_only_what_may_be_shown_is_looked_at() -> None:
    """Ten thousand matches cost as much as a few hundred: those far from the window need not even be matches."""
    far: tuple[Match, ...] = (None,) * 9000  # type: ignore[assignment]
    assert layout(Popup(MANY * 3 + far, selected=100), 80, 20).more > 9000


def test_a_megabyte_of_docs_is_cut() -> None:
    for docstring in ("word " * 200_000, "x" * 1_000_000, "line\n" * 200_000, " " * 1_000_000):
        drawn = PopupView(Popup(docs=Docs("x", docstring=docstring), note="note"))
        assert drawn.size(80, 24)[1] <= 12


texts = st.text(st.characters() | st.sampled_from("ab ,\n\t\x1b\u200d日本👩\u0301"), max_size=30)
matches = st.builds(
    Match,
    texts,
    st.sampled_from(["", "function", "param", "\x1b"]) | texts,
    texts,
    st.booleans(),
    st.lists(st.integers(0, 40), max_size=5).map(tuple),
)
signatures = st.builds(
    Signature,
    texts.map(lambda text: f"{text}("),
    st.lists(st.builds(Parameter, texts, texts), max_size=8).map(tuple),
    texts.map(lambda text: f"){text}"),
    st.just(((1, "/"), (3, "*"))),
)
documents = st.builds(
    Docs,
    texts,
    st.lists(signatures, max_size=1).map(tuple),
    st.lists(texts, max_size=8).map("\n".join),
    st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
)
popups = st.builds(
    Popup,
    st.lists(matches, max_size=40).map(tuple),
    selected=st.none() | st.integers(0, 39),
    signatures=st.lists(signatures, max_size=2).map(tuple),
    argument=st.none() | st.integers(0, 9),
    docs=st.none() | documents,
    note=texts,
)


@settings(max_examples=80)
@given(popups, st.integers(0, 90), st.integers(0, 24))
def test_whatever_is_shown_is_exactly_as_large_as_it_said(popup: Popup, columns: int, height: int) -> None:
    widget = PopupView(popup)
    size = widget.size(columns, height)
    assert size[0] <= columns
    assert size[1] <= height
    if 0 in size:
        assert size == (0, 0)
        return
    drawn = widget.render(size)
    rows = list(drawn.content())
    assert len(rows) == size[1]
    for row in rows:
        text = b"".join(piece for _, _, piece in row).decode()
        assert urwid.calc_width(text, 0, len(text)) == size[0]
        assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in text)


@settings(max_examples=60)
@given(st.integers(1, 40), st.data(), st.integers(12, 80), st.integers(1, 24))
def test_the_current_argument_is_always_in_view(count: int, data: st.DataObject, columns: int, height: int) -> None:
    current = data.draw(st.integers(0, count - 1))
    widths = data.draw(st.lists(st.integers(1, 50), min_size=count, max_size=count))
    call = signature("call", *(f"{'abcdefghij' * 5}"[:width] for width in widths))
    drawn = box(Popup(signatures=(call,), argument=current, docs=RANGE), columns, height)
    shown = [text for row in drawn.content() for attribute, _, text in row if attribute == "box.argument"]
    assert shown
    assert shown[0].decode()[:3] == "abc"[: widths[current]]


@settings(max_examples=60)
@given(st.integers(1, 400), st.data(), st.integers(12, 80), st.integers(1, 24))
def test_the_selected_match_is_always_in_view(count: int, data: st.DataObject, columns: int, height: int) -> None:
    index = data.draw(st.integers(0, count - 1))
    popup = Popup(MANY[:count], selected=index % len(MANY[:count]), signatures=(PRINT,), argument=1, docs=RANGE)
    drawn = box(popup, columns, height)
    shown = [text for row in drawn.content() for attribute, _, text in row if attribute == "box.match.selected"]
    name = b"".join(shown).decode().split()[1]
    assert MANY[popup.selected or 0].text.startswith(name.removesuffix("…")), (
        "it may be cut for the number of the others"
    )


@settings(max_examples=80)
@given(st.integers(1, 400), st.integers(20, 110), st.integers(2, 24), st.booleans(), st.booleans())
def test_where_a_match_stands_is_where_a_click_finds_it(
    count: int, columns: int, height: int, signature: bool, docs: bool
) -> None:
    popup = Popup(MANY[:count], signatures=(PRINT,) if signature else (), docs=RANGE if docs else None)
    view = PopupView(popup)
    width, rows = view.size(columns, height)
    drawn = [row.decode() for row in view.render((width, rows)).text] if rows else []
    found: dict[Match, str] = {}
    for number, row in enumerate(drawn):
        for column, character in enumerate(row):
            match = view.match_at(column, number)
            if match is not None:
                found[match] = found.get(match, "") + character
    assert len(found) == len(re.findall(r"f nam", "".join(drawn)))
    for match, text in found.items():
        assert f"f {match.text}".startswith(text.strip().removesuffix("\u2026"))
    assert view.match_at(-1, 0) is view.match_at(0, -1) is view.match_at(width, 0) is view.match_at(0, rows) is None


@settings(max_examples=80)
@given(
    count=st.integers(1, 400),
    columns=st.integers(20, 110),
    height=st.integers(2, 24),
    selected=st.none() | st.integers(0, 399),
    signature=st.booleans(),
    docs=st.booleans(),
    note=st.booleans(),
)
@example(count=4, columns=20, height=6, selected=None, signature=False, docs=False, note=False)
def test_the_box_says_how_many_matches_it_does_not_show(
    count: int, columns: int, height: int, selected: int | None, signature: bool, docs: bool, note: bool
) -> None:
    popup = Popup(
        MANY[:count],
        selected=None if selected is None else selected % len(MANY[:count]),
        signatures=(PRINT,) if signature else (),
        docs=RANGE if docs else None,
        note="kernel busy" if note else "",
    )
    drawn = box(popup, columns, height)
    runs = [run for row in drawn.content() for run in row]
    shown = sum(attribute == "box.match.typed" for attribute, _, _ in runs)
    shown += any(attribute == "box.match.selected" for attribute, _, _ in runs)
    said = re.search(rb"\+(\d+) more", b"".join(text for _, _, text in runs))
    assert shown + (int(said[1]) if said else 0) == len(popup.matches)


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ("x:attribute y:attribute", "x\ny"),
        ("int:variable and:variable", "int\nand"),  # IPython without jedi says no more
        ("sep=:param end=:param", "sep=\nend="),
        ("rad=:param range:class", "= rad=\nc range"),
        ("x:function y:function", "f x\nf y"),
    ],
)
def test_letters_stand_in_front_only_where_they_say_something(names: str, shown: str) -> None:
    rows = [row.decode().strip("│ ") for row in box(Popup(typed(names, 0)), 40, 20).text]
    assert "\n".join(row.rstrip() for row in rows[1:-1]) == shown

"""Mime bundles whose plain text says nothing: what is shown in its place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bipy.session.transcript import Bundle
from bipy.ui.mime import registry
from bipy.ui.mime.json import MOST_ENTRIES
from bipy.ui.mime.means import Means
from bipy.ui.text.rows import row_width

BARE = "<IPython.core.display.HTML object>"


def shown(data: dict[str, object], columns: int = 60) -> list[str]:
    lines = registry.render(Bundle(data, {}), Means())
    rows = [row for line in range(lines.count) for row in lines.rows(line, columns)]
    assert all(row_width(row) <= columns for row in rows)
    return ["".join(text for _, text in row) for row in rows]


def html(source: str) -> list[str]:
    return shown({"text/plain": BARE, "text/html": source})


def test_json_is_a_tree() -> None:
    value = {"a": [1, {"b c": None}], "empty": {}, "text": "x\x1b[31m\n"}
    assert shown({"text/plain": "<IPython.core.display.JSON object>", "application/json": value}) == [
        "a: [2]",
        "  0: 1",
        "  1: {1}",
        '    "b c": null',
        "empty: {}",
        'text: "x\\u001b[31m\\n"',
    ]


def test_a_long_json_says_that_it_goes_on() -> None:
    rows = shown({"application/json": list(range(MOST_ENTRIES + 5))})
    assert len(rows) == MOST_ENTRIES + 1
    assert "left out" in rows[-1]


def test_html_is_read_as_text() -> None:
    source = """<style>p {}</style><h2>Title</h2><p>Some <b>bold</b>
        text &amp; a <a href="https://example.org/x">link</a>.</p>
        <ul><li>one<ol><li>first</li><li>second</li></ol></li><li>two</li></ul><pre>a  b\n c</pre>"""
    assert html(source) == [
        "Title",
        "",
        "Some bold text & a link <https://example.org/x>.",
        "",
        "\u2022 one",
        "  1. first",
        "  2. second",
        "\u2022 two",
        "",
        "a  b",
        " c",
    ]


def test_a_table_has_its_cells_below_each_other() -> None:
    table = (
        "<table><tr><th></th><th>name</th></tr><tr><th>0</th><td>x</td></tr><tr><th>10</th><td>日本</td></tr></table>"
    )
    assert html(table) == ["    name", "0   x", "10  日本"]


def test_a_text_that_says_something_stays() -> None:
    assert shown({"text/plain": "   a\n0  1", "text/html": "<table></table>"}) == ["   a", "0  1"]


def test_html_without_text_leaves_the_plain_text() -> None:
    assert html("<script>alert(1)</script><b></b>") == [BARE]


def test_sequences_in_html_do_nothing() -> None:
    assert html("a\x1b]0;title\x07b") == ["a]0;titleb"]


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
tags = st.sampled_from(
    ["p", "b", "h1", "table", "tr", "td", "th", "ul", "ol", "li", "pre", "a", "br", "hr", "img", "script", "details"]
)
pieces = st.text() | tags.map("<{}>".format) | tags.map("</{}>".format)


@given(json_values, st.lists(pieces).map("".join), st.integers(1, 40))
def test_any_bundle_is_shown_within_the_screen(value: object, source: str, columns: int) -> None:
    assert shown({"application/json": value}, columns)
    assert shown({"text/html": source}, columns)

"""Mime bundles whose plain text says nothing: what is shown in its place."""

from __future__ import annotations

import pytest
import urwid
from hypothesis import given
from hypothesis import strategies as st

from bipy.session.transcript import Bundle
from bipy.ui.mime import registry
from bipy.ui.mime.json import MOST_ENTRIES
from bipy.ui.mime.means import Means
from bipy.ui.text.rows import Row, canvas, row_width
from tests.snapshots import Check

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
    assert html(table) == ["    name", "\u2500\u2500  \u2500\u2500\u2500\u2500", " 0  x   ", "10  日本"]


def test_a_text_that_says_something_stays() -> None:
    assert shown({"text/plain": "   a\n0  1", "text/html": "<b>no table</b>"}) == ["   a", "0  1"]


def test_html_without_text_leaves_the_plain_text_or_says_what_it_is() -> None:
    assert html("<div><b></b></div>") == [BARE]
    assert html("<script>alert(1)</script><b></b>") == ["[scripts and styles, for browsers alone]"]
    assert html("<b>" + "x" * 2_000_000) == ["[a page, 2.0 MB, for browsers alone]"]


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("<iframe src='https://example.org' width=3></iframe>", "[page] <https://example.org>"),
        ("<video src='v.mp4'>Your browser does not</video>", "[video] <v.mp4>"),
        ("<audio controls><source src='data:audio/wav;base64,AAAA' /> no audio</audio>", "[sound]"),
        ("<audio><source src='a.mp3'/></audio>", "[sound] <a.mp3>"),
        ("<img src='x.png' alt='a\x1b[1mb'>", "[a\u241b[1mb] <x.png>"),
        ("<img src='data:image/png;base64,AAAA'>", "[picture]"),
        ("<div id=vis></div><script>vegaEmbed(1)</script>", "[a chart of Vega, for browsers alone]"),
        ("<div></div><script>Plotly.newPlot(1)</script>", "[a chart of Plotly, for browsers alone]"),
        ("<span>Make this Notebook Trusted to load map</span>", "[a map of folium, for browsers alone]"),
    ],
)
def test_what_is_for_browsers_says_what_it_is(source: str, seen: str) -> None:
    assert html(source)[0] == seen


def test_scripts_and_places_are_shown_as_what_they_are() -> None:
    data: dict[str, object] = {"text/plain": "<IPython.core.display.Javascript object>"}
    assert shown({**data, "application/javascript": "1+1"}) == ["[a script, for browsers alone]", "1+1"]
    assert shown({**data, "application/javascript": "x" * 5_000}) == ["[a script, for browsers alone]"]
    assert shown({**data, "application/geo+json": {"type": "Point"}}) == ['type: "Point"']


def test_a_page_that_one_works_in_is_no_table() -> None:
    """scikit-learn folds the parameters of a model, and hides their docs."""
    source = "<details><summary>Model</summary><table><tr><td>C</td><td>1.0</td></tr></table></details>"
    assert shown({"text/plain": "Model()", "text/html": source}) == ["Model()"]


def test_a_table_that_lays_out_others_is_none() -> None:
    """As dask puts a table beside a drawing."""
    inner = "<table><thead><tr><th></th><th>Array</th></tr></thead><tr><th>Bytes</th><td>8</td></tr></table>"
    source = f"<table><tr><td>\n{inner}</td><td><svg><text>x</text></svg></td></tr></table>"
    assert [row.split() for row in html(source)] == [["Array"], ["\u2500" * 5, "\u2500" * 5], ["Bytes", "8"]]
    data = f"<table><tr><th>a</th></tr><tr><td>{inner}</td></tr></table>"
    assert html(data)[2].split() == ["Array", "Bytes", "8"]


STYLED = """<style>
#T_row0_col0, #T_row1_col0 { background-color: yellow; }
#T_row0_col1 { color: #ff0000; font-weight: bold; background: linear-gradient(90deg, #d65f5f 5%, transparent 5%); }
table { color: blue } #T_row1_col1 { color: nonsense; } }}{{
</style>
<table id="T"><thead><tr><th></th><th>a</th><th>b</th></tr></thead>
<tr><th>0</th><td id="T_row0_col0">1</td><td id="T_row0_col1">-2</td></tr>
<tr><th>1</th><td id="T_row1_col0">100</td><td id="T_row1_col1" style="color: white">4</td></tr></table>
<p><span style="color: green">green</span> and <span style="color: #222">a gray of some page</span></p>"""


@pytest.mark.parametrize("depth", [1, 16, 256, 2**24])
def test_a_styler_colours_its_cells(depth: int, snapshot: Check) -> None:
    lines = registry.render(Bundle({"text/plain": BARE, "text/html": STYLED}, {}), Means(depth))
    rows = [row for line in range(lines.count) for row in lines.rows(line, 30)]
    snapshot(canvas(rows, 30), f"mime/styler-{depth}")


def test_sequences_in_html_do_nothing() -> None:
    assert html("a\x1b]0;title\x07b") == ["a\u241b]0;title\u2407b"]


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


MARKDOWN = """# A title

Some **bold** text with `code`, a [link](https://example.org/x) and more words than fit into one row.

* one
* two
  1. first
  2. second

> A quote

```python
def f(x):
    return "y"
```

| name | n |
|:-----|--:|
| x | 1 |
| *y* | 200 |

<p>HTML <b>too</b></p>
"""
PANDAS = """<div><style scoped>.dataframe tbody tr th { vertical-align: top; }</style>
<table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th><th>city</th><th>n</th></tr></thead>
<tbody><tr><th>0</th><td>Paris</td><td>10</td></tr><tr><th>1</th><td>\u5317\u4eac</td><td>NaN</td></tr></tbody></table>
<p>2 rows \u00d7 2 columns</p></div>"""
GROUPED = """<table><thead><tr><th></th><th colspan="2">n</th></tr><tr><th></th><th>min</th><th>max</th></tr>
</thead><tbody><tr><th rowspan="2">a</th><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></tbody></table>"""

HTML_PIECES = (
    *("<table>", "</table>", "<tr>", "<td>", "</td>", "<th colspan=3>", "<td rowspan=2>", "<caption>", "<ul>", "<li>"),
    *("</ul>", "<pre>", "</pre>", "<b>", "</b>", "<blockquote>", "<h1>", "<a href='http://x'>", "</a>", "text "),
    *("\u65e5\u672c", "1.5", "\n", "<br>", "<hr>", "a long word " * 5, "&lt;", "<img alt=x>", "<code>", "\x1b[1m"),
)
MARKDOWN_PIECES = (
    *("# ", "* ", "1. ", "  ", "> ", "```\n", "| a | b |\n|---|--:|\n| c | d |\n", "**", "_", "`", "$x$", "\n"),
    *("\n\n", "word ", "\u65e5\u672c ", "[l](http://x)", "![p](q)", "---\n", "<b>", "<table><td>x", "\t", "~~"),
)

LATEX_PIECES = (
    *("x", "12", "^", "_", "{", "}", " ", "+", "-", "=", "'", "&", "\\\\", "\\frac", "\\sqrt[3]", "\\sum", "\\int"),
    *(
        "\\left(",
        "\\right]",
        "\\text{a b}",
        "\\alpha",
        "\\unknown",
        "\\begin{matrix}",
        "\\end{matrix}",
        "\\hat",
        "\u65e5",
    ),
    *("\\begin{cases}", "\\end{cases}", "\\binom", "\\lim", "\\left", ".", "\\overline", "$", "\\mathbb{R}", "\x1b"),
)


def picture(data: dict[str, object], columns: int) -> urwid.Canvas:
    lines = registry.render(Bundle(data, {}), Means())
    return canvas([row for line in range(lines.count) for row in lines.rows(line, columns)], columns)


@pytest.mark.parametrize("columns", [60, 24])
def test_markdown(columns: int, snapshot: Check) -> None:
    data = {"text/plain": "<IPython.core.display.Markdown object>", "text/markdown": MARKDOWN}
    snapshot(picture(data, columns), f"mime/markdown-{columns}")


def test_a_table_of_pandas_is_shown_though_its_text_is_good(snapshot: Check) -> None:
    data = {"text/plain": "    city     n\n0  Paris  10.0\n1     \u5317\u4eac   NaN", "text/html": PANDAS}
    snapshot(picture(data, 40), "mime/pandas")
    assert registry.representations(Bundle(data, {}), Means()) == ["text/html", "text/plain"]


def test_cells_that_span_rows_and_columns() -> None:
    assert html(GROUPED) == [
        "      n    ",
        "   min  max",
        "\u2500  \u2500\u2500\u2500  \u2500\u2500\u2500",
        "a    1    2",
        "     3    4",
    ]


def test_columns_that_do_not_fit_are_counted() -> None:
    head = "".join(f"<th>column {number}</th>" for number in range(20))
    rows = shown({"text/html": f"<table><tr>{head}</tr><tr>{head.replace('th>', 'td>')}</tr></table>"}, 40)
    assert rows[0].split() == ["column", "0", "column", "1", "column", "2", "column", "3"]
    assert rows[-1] == "\u2026 16 more columns"


def test_a_wide_column_is_shortened_before_others_are_left_out() -> None:
    source = f"<table><tr><td>{'word ' * 30}</td><td>end</td></tr></table>"
    (row,) = shown({"text/html": source}, 40)
    assert row.endswith("\u2026  end")


def test_a_table_may_ask_for_anything() -> None:
    cells = '<td colspan="99999" rowspan="99999">x</td>' * 3
    rows = shown({"text/html": f"<table><tr>{cells}</tr>" + "<tr><td>y</td></tr>" * 3000 + "<table><tr><td>in</table>"})
    assert "more rows" in "".join(rows)


@given(st.lists(st.sampled_from(HTML_PIECES)), st.integers(1, 50))
def test_any_html_keeps_within_the_screen(pieces: list[str], columns: int) -> None:
    shown({"text/html": "".join(pieces)}, columns)


@given(st.lists(st.sampled_from(MARKDOWN_PIECES)), st.integers(1, 50))
def test_any_markdown_keeps_within_the_screen(pieces: list[str], columns: int) -> None:
    shown({"text/markdown": "".join(pieces)}, columns)


FORMULAS = (
    r"$\displaystyle x^{2} + \frac{1}{2}$",
    r"$3 \; \mathrm{\frac{m}{s^{2}}}$",
    r"$$\left(\sum_{i=0}^{\infty} a_{i}\right) = \frac{\partial f}{\partial x}$$",
    r"\[\sqrt{x + 1} \leq \operatorname{asin}{\left(y \right)} \cdot \sqrt[3]{\frac{a}{b}}\]",
    r"$\left[\begin{matrix}1 & 20\\x & \text{a b}\end{matrix}\right] x_{i+1}^{k}$",
    r"\begin{align}a &= b\\ cd &= -1\end{align}",
    r"$\begin{cases}x & y\\\frac{1}{2} & z\end{cases}$",
    r"$\int_0^1 \hat{x}\, dx = \binom{n}{k} \lim_{x \to 0} f'(x, y)$",
    r"$-e^{i\pi} \in \mathbb{R}$",
)


def test_formulas_are_laid_out_in_two_dimensions(snapshot: Check) -> None:
    rows: list[Row] = []
    for source in FORMULAS:
        lines = registry.render(Bundle({"text/plain": "<Math>", "text/latex": source}, {}), Means())
        rows += [*(row for line in range(lines.count) for row in lines.rows(line, 60)), ()]
    snapshot(canvas(rows, 60), "mime/formulas")


def test_a_formula_is_preferred_to_one_line_and_a_layout_of_the_kernel_to_a_formula() -> None:
    assert shown({"text/plain": "x/2", "text/latex": r"$\frac{x}{2}$"}) == [" x ", "\u2500\u2500\u2500", " 2 "]
    assert shown({"text/plain": "x\n-\n2", "text/latex": r"$\frac{x}{2}$"}) == ["x", "-", "2"]
    assert shown({"text/plain": "Matrix([\n[1],\n[2]])", "text/latex": "$1 + 2$"}) == ["1 + 2"]
    code = "\\begin{Verbatim}[commandchars=\\\\\\{\\}]\nx\n\\end{Verbatim}"
    assert shown({"text/plain": "x", "text/latex": code}) == ["x"]


def test_a_formula_that_is_too_wide_is_broken_and_one_without_a_layout_stays_its_source() -> None:
    wide = " + ".join(["\\frac{abc}{d}"] * 6)
    assert len(shown({"text/latex": f"${wide}$"}, 40)) == 6
    assert shown({"text/latex": r"$\begin{tikzpicture}x\end{tikzpicture}$"}) == [
        r"$\begin{tikzpicture}x\end{tikzpicture}$"
    ]
    deep = "{" * 2000
    assert "".join(shown({"text/latex": f"${deep}x$"})) == f"${deep}x$"


def test_a_formula_in_a_text_stands_in_its_line() -> None:
    assert shown({"text/markdown": r"Half is $\frac{1}{2}$, a sum $\sum_{i=0}^n x_i$, 5$ and 6$."}) == [
        "Half is 1/2, a sum \u2211\u1d62\u208c\u2080\u207fx\u1d62, 5$ and 6$."
    ]


@given(st.lists(st.sampled_from(LATEX_PIECES), max_size=30), st.integers(1, 60))
def test_any_formula_keeps_within_the_screen(pieces: list[str], columns: int) -> None:
    shown({"text/latex": f"${''.join(pieces)}$"}, columns)


def test_a_chart_for_browsers_says_how_to_get_a_picture_and_a_picture_is_shown_where_there_is_one() -> None:
    rows = shown({"application/vnd.plotly.v1+json": {"data": []}})
    assert rows[0] == "[a chart of Plotly, for browsers alone]"
    assert rows[-1].strip() == 'import plotly.io; plotly.io.renderers.default = "png"'
    vega = {"application/vnd.vegalite.v6.json": {}, "text/plain": "<VegaLite 6 object>\n\nIf you see this message ..."}
    assert "altair.renderers.enable" in shown(vega)[-1]
    assert registry.representations(Bundle(vega, {}), Means())[-1] == "text/plain"


@pytest.mark.parametrize("row", registry.RENDERERS, ids=lambda row: row.mime)
def test_every_renderer_is_there_and_refuses_what_is_no_data(row: registry.Renderer) -> None:
    assert row.render(3.5, {}, Means()) is None or row.mime.startswith("application/")

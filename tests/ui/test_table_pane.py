"""A table over the session: what a person sees and does there."""

from __future__ import annotations

import pytest
import urwid

from bipy.session import effects
from bipy.ui.mime.frame import Frame, brief
from bipy.ui.widgets.table_pane import TablePane
from bipy.ui.widgets.table_rows import SentRows
from tests.snapshots import Check
from tests.ui.test_mime import GROUPED
from tests.ui.test_window import Stage

HTML = (
    '<table class="dataframe"><thead><tr><th></th><th>city</th><th>n</th><th>a long name of a column</th><th>x</th>'
    "</tr></thead><tbody>"
    + "".join(
        f"<tr><th>{number}</th><td>{city}</td><td>{n}</td><td>{'words ' * 12}{number}</td><td>{x}</td></tr>"
        for number, (city, n, x) in enumerate(
            [("Paris", "2,102", "1.5"), ("\u5317\u4eac", "21893", "NaN"), ("Oslo", "709", "-3"), ("oslo", "9", "1e3")]
        )
    )
    + "</tbody></table><p>4 rows</p>"
)
SIZE = (60, 9)


class Table(Stage):
    """A stage on which a cell has shown a table, which is open; `way` are the keys from the last row to it."""

    way: tuple[str, ...] = ()

    def __init__(self, html: str = HTML) -> None:
        super().__init__()
        self.start()
        self.show(html)
        self.picture()
        self.press("f6", *self.way)
        self.picture()
        self.press("enter")

    def show(self, html: str) -> None:
        request = self.enter("frame", 1)
        data = {"text/plain": "   city", "text/html": html}
        self.tell("iopub", "display_data", {"data": data, "metadata": {}, "transient": {}}, request)
        self.finish(request)

    def picture(self, size: tuple[int, int] = SIZE) -> urwid.Canvas:
        self.interface.refresh(self.keyboard.hint())
        return self.interface.window.render(size, focus=True)

    def rows(self) -> list[str]:
        return [row.decode().rstrip() for row in self.picture().text]

    def column(self, *keys: str) -> list[str]:
        """The second column of the rows in view after some keys."""
        self.press(*keys)
        return [row.split()[1] for row in self.rows()[2:-2] if row]

    @property
    def copied(self) -> effects.Copy:
        return [effect for effect in self.performed if isinstance(effect, effects.Copy)][-1]


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.mark.parametrize("size", [SIZE, (30, 6)])
def test_names_and_index_stay_while_one_goes_sideways_and_down(
    table: Table, snapshot: Check, size: tuple[int, int]
) -> None:
    snapshot(table.picture(size), f"table/start-{size[0]}")
    table.press("down", "right", "right", "right")
    snapshot(table.picture(size), f"table/right-{size[0]}")


def test_it_sorts_by_number_or_by_text_with_what_is_missing_last(table: Table) -> None:
    assert table.column() == ["Paris", "\u5317\u4eac", "Oslo", "oslo"]
    assert table.column("right", "s") == ["oslo", "Oslo", "Paris", "\u5317\u4eac"]
    assert table.column("s") == ["\u5317\u4eac", "Paris", "Oslo", "oslo"]
    assert table.column("s") == ["Paris", "\u5317\u4eac", "Oslo", "oslo"]
    assert table.column("left", "s") == ["Oslo", "oslo", "Paris", "\u5317\u4eac"]


def test_it_keeps_rows_that_hold_a_text_and_says_how_many(table: Table) -> None:
    assert table.column("/", *"OSL") == ["Oslo", "oslo"]
    assert "/OSL" in table.rows()[-2]
    table.press("enter")
    assert "2 of 4 rows that were sent" in table.rows()[0]
    assert "'OSL' in city" in table.picture((90, 9)).text[0].decode()
    table.press("/", "esc")
    assert len(table.column()) == 4


def test_it_keeps_rows_that_hold_a_text_anywhere(table: Table) -> None:
    assert table.column("&", *"2,1") == ["Paris"]
    assert "&2,1" in table.rows()[-2]
    assert table.column("esc", "&", *"s", "enter") == ["Paris", "\u5317\u4eac", "Oslo", "oslo"]
    assert table.column("&", *"words 2", "enter") == ["Oslo"]
    table.press("&", *"osl", "enter")
    assert "'osl' in any column" in table.picture((90, 9)).text[0].decode()


def test_what_was_left_out_is_no_row_and_no_column(table: Table) -> None:
    """R, pandas and polars say so in the middle; the numbers around it are numbers all the same."""
    for gap, across in (("\u22ee", "\u22ef"), ("...", "..."), ("\u2026", "\u2026")):
        cells = "".join(f"<tr><th>{n}</th><td>{n}</td><td>{across}</td><td>{10 - n}</td></tr>" for n in (1, 2, 9, 10))
        left_out = f"<tr><th>{gap}</th><td>{gap}</td><td>\u22f1</td><td>{gap}</td></tr>"
        table = Table(
            f"<table><thead><tr><th></th><th>a</th><th>{across}</th><th>b</th></tr></thead>{cells}{left_out}</table>"
        )
        assert table.rows()[1].split() == ["a", "b"]
        assert table.column("s", "s") == ["10", "9", "2", "1"]
        assert "the 4 rows that were sent, 2 columns" in table.rows()[0]
        assert table.rows()[1].split() == ["a", "\u25be", "b"]


@pytest.mark.parametrize(
    ("column", "typed", "kept"),
    [
        (1, ">= 709", ["Paris", "\u5317\u4eac", "Oslo"]),
        (1, "9..2102", ["Paris", "Oslo", "oslo"]),
        (1, "< nothing", []),
        (3, "!= 1.5", ["Oslo", "oslo"]),
        (0, "=Oslo", ["Oslo"]),
        (0, "> P", ["Paris", "oslo", "\u5317\u4eac"]),
    ],
)
def test_it_keeps_rows_by_a_range(table: Table, column: int, typed: str, kept: list[str]) -> None:
    table.press(*["right"] * column, "/", *typed, "enter")
    table.press("left", "left", "left")
    assert sorted(table.column()) == sorted(kept)


def test_it_goes_to_a_row_by_its_number(table: Table) -> None:
    table.press(":", *"3", "enter")
    assert "at row 3: the 4 rows that were sent" in table.rows()[0]
    table.press(":", *"1,000", "enter")
    assert "at row 4:" in table.rows()[0]
    table.press(":", *"x", "enter")
    assert "'x' is no number of a row" in table.rows()[-1]


def test_it_copies_marked_rows(table: Table, snapshot: Check) -> None:
    table.press("down", "J", "right", "right", "-")
    snapshot(table.picture(), "table/marked")
    table.press("Y")
    assert table.copied == effects.Copy(
        "\tcity\tn\tx\n1\t\u5317\u4eac\t21893\tNaN\n2\tOslo\t709\t-3", "a table of 2 rows"
    )
    table.press("shift up", "c")
    assert table.copied.text == "n\n21893"
    table.press("esc", "c")
    assert table.copied.text == "n\n2,102\n21893\n709\n9"
    assert table.interface.window.table is not None


def test_it_hands_rows_to_a_program_as_csv(table: Table) -> None:
    table.press("right", "right", "-", "right", "-", "o")
    shown = table.performed[-1]
    assert shown == effects.ShowOutside(
        ',city,n\n0,Paris,"2,102"\n1,\u5317\u4eac,21893\n2,Oslo,709\n3,oslo,9\n'.encode(), ".csv", "table"
    )


def test_it_tells_what_a_column_holds(table: Table) -> None:
    table.press("right", "right", "right")
    assert "x: 1.5   (numbers, 3 different, 1 missing, from -3 to 1" in table.rows()[-2]


def test_it_copies_a_cell_a_column_and_all_of_it(table: Table) -> None:
    table.press("down", "y")
    assert table.copied == effects.Copy("\u5317\u4eac", "the cell")
    table.press("c")
    assert table.copied.text == "city\nParis\n\u5317\u4eac\nOslo\noslo"
    table.press("right", "right", "-", "Y")
    assert table.copied.text.split("\n")[:2] == ["\tcity\tn\tx", "0\tParis\t2,102\t1.5"]
    table.press("M")
    assert table.copied.text.split("\n")[:3] == [
        "|  | city | n | x |",
        "| --: | --- | --: | --: |",
        "| 0 | Paris | 2,102 | 1.5 |",
    ]
    table.press("=")
    assert "hidden" not in table.rows()[0]


def test_it_closes_and_the_keyboard_is_in_the_transcript(table: Table) -> None:
    table.press("q")
    assert table.interface.window.table is None
    assert table.interface.window.transcript.cursor is not None
    table.press("z", "v", "enter")
    assert table.interface.window.table is None, "its text is shown now"


def test_names_of_several_rows_are_joined() -> None:
    table = Table(GROUPED)
    assert table.rows()[1].split() == ["n", "min", "n", "max"]
    assert [row.split() for row in table.rows()[2:4]] == [["a", "1", "2"], ["3", "4"]]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("0.1257302210933933", "0.125730"),
        ("-1234567.89123456", "-1234567.891235"),
        ("0.000012345678", "1.23457e-05"),
        ("1.23456789e+20", "1.23457e+20"),
        ("12345678901234567890", "12345678901234567890"),
        ("0.5", "0.5"),
        ("1.2345678%", "1.2345678%"),
        ("1.2.345678901", "1.2.345678901"),
        ("nan", "nan"),
    ],
)
def test_a_long_number_is_shown_by_its_first_digits(text: str, seen: str) -> None:
    assert brief(text) == seen


def test_all_of_a_long_number_is_told_and_copied() -> None:
    table = Table("<table><tr><th>x</th></tr><tr><td>0.1257302210933933</td></tr><tr><td>1</td></tr></table>")
    assert [row.split() for row in table.rows()[1:4]] == [["x"], ["0.125730"], ["1"]]
    assert table.rows()[-2].startswith(" x: 0.1257302210933933 ")
    table.press("y")
    assert table.copied.text == "0.1257302210933933"


def test_an_empty_table_and_a_screen_of_any_size() -> None:
    for frame in (Frame([], []), Frame(["a"], []), Frame(["a", "b"], [["x"]], 2)):
        pane = TablePane(SentRows(frame))
        for size in ((1, 1), (3, 2), (20, 5)):
            assert pane.render(size).cols() == size[0]
        pane.move(5, 5)
        pane.move_pages(1)
        pane.sort()
        pane.hide()
        pane.copy_cell()
        pane.copy_column()
        pane.copy_table("markdown")
        assert pane.render((20, 5)).rows() == 5


def of_column(cells: list[str], more: str = "") -> str:
    """A table as pandas sends it, with a column x of these cells."""
    rows = "".join(f"<tr><th>{number}</th><td>{cell}</td>{more}</tr>" for number, cell in enumerate(cells))
    return f"<table><thead><tr><th></th><th>x</th></tr></thead><tbody>{rows}</tbody></table>"


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        (["1.50", "NaN", "-12.25"], ["  1.50", "   NaN", "-12.25"]),
        (["1.5", "12", "1000.125", "&lt;NA&gt;"], ["   1.5", "  12", "1000.125", "    <NA>"]),
        (["1e-9", "2.5", "None"], ["1e-9", "2.5", "None"]),
        (["5%", "12.5%"], [" 5%", "12.5%"]),
        (["1", "20", "nan"], ["  1", " 20", "nan"]),
        (["2024-01-31", "NaT"], ["2024-01-31", "NaT"]),
    ],
)
def test_decimal_points_stand_below_each_other_and_what_is_missing_is_dimmed(
    cells: list[str], shown: list[str]
) -> None:
    table = Table(of_column(cells))
    assert [row[3:].rstrip() for row in table.rows()[2 : 2 + len(cells)]] == shown
    missing = {cell.replace("&lt;", "<").replace("&gt;", ">") for cell in cells if not cell[-1:].isdigit()} - {""}
    for text in missing - {"5%", "12.5%"}:
        runs = [run for row in table.picture().content() for run in row]
        assert "table.missing" in {role for role, _, piece in runs if piece.decode().strip() == text}
    table.press("q", "esc")
    inline = [row.rstrip() for row in table.rows()]
    assert [row[3:] for row in inline if row[:1].isdigit() and row[1:3] == "  "][: len(cells)] == shown


def test_the_colours_of_a_table_stay_where_nothing_is_told() -> None:
    style = "<style>#T_1 {color: red}</style>"
    html = (
        style + '<table><thead><tr><th>x</th></tr></thead><tr><td id="T_1">nan</td></tr><tr><td>1.5</td></tr></table>'
    )
    table = Table(html)
    table.press("q", "esc")
    runs = [(role, piece.decode().strip()) for row in table.picture().content() for role, _, piece in row]
    assert [role for role, text in runs if text == "nan"] not in ([], ["table.missing"], ["output"])

"""The questions about data frames, evaluated against real ones, and answers that are none."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bipy.session import tables
from bipy.session.conditions import parse
from bipy.session.expressions import answer, digest, expression
from bipy.session.libraries import LIBRARIES
from bipy.session.tables import (
    Arrange,
    Arranged,
    Column,
    Describe,
    Described,
    Fetch,
    Fetched,
    Open,
    Opened,
    Order,
    Output,
    Question,
    Refused,
    Source,
    why_not,
)

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")
pyarrow = pytest.importorskip("pyarrow")

VALUE = "frames.get({number})"
DAY = datetime(2024, 1, 31, 12)
COLUMNS = {
    "n": [3, 1, 2, 2, 5],
    "x": [0.5, math.nan, -1.0, 1e9, 0.5],
    "city": ["Oslo", "paris", None, "{it's}", "oslo\n\u202e"],
    "at": [DAY, DAY - timedelta(1), None, DAY + timedelta(1), DAY],
    "is": [True, False, True, True, None],
}


class Sick:
    """An object whose text is hostile."""

    def __str__(self) -> str:
        return "'\"\\\x1b]0;\ud800" + "x" * 5000


def of_pandas() -> Any:
    return pandas.DataFrame(COLUMNS)


def of_polars() -> Any:
    return polars.DataFrame(COLUMNS)


def of_pyarrow() -> Any:
    return pyarrow.table(COLUMNS)


MAKERS: list[Callable[[], Any]] = [of_pandas, of_polars, of_pyarrow]
ANY = pytest.mark.parametrize("make", MAKERS, ids=["pandas", "polars", "pyarrow"])


def evaluated(question: Question, frame: Any) -> Any:
    """What a kernel would answer: the value of the expression, in a namespace whose names the user has taken."""
    names: dict[str, Any] = dict.fromkeys(("list", "str", "len", "id", "b", "m", "f", "s", "p", "q"), None)
    value = eval(expression(question, VALUE), {"frames": {7: frame}}, names)
    return answer(question, repr(value))


def shown(frame: Any) -> Output:
    html = getattr(frame, "_repr_html_", None)
    return Output(7, *(("text/html", digest(html())) if html else ("text/plain", digest(repr(frame)))))


def opened(frame: Any) -> Source:
    found = evaluated(Open(shown(frame)), frame)
    assert isinstance(found, Opened)
    return found.source


def positions(frame: Any, typed: str = "", column: str = "", order: str = "", *, down: bool = False) -> list[int]:
    source = opened(frame)
    names = [each.name for each in source.columns]
    condition = parse(typed, names.index(column)) if column else None
    found = evaluated(Arrange(source, condition, (names.index(order), down) if order else None, 0), frame)
    assert isinstance(found, Arranged), found
    assert found.count == len(found.positions)
    return list(found.positions)


@ANY
def test_a_frame_is_found_and_described(make: Callable[[], Any]) -> None:
    source = opened(make())
    assert source.library in LIBRARIES
    assert source.shape == (5, 5)
    columns = source.columns[source.index :]
    assert [column.name for column in columns] == list(COLUMNS)
    assert [column.kind for column in columns] == ["number", "number", "text", "time", "text"]


@ANY
def test_a_frame_that_shows_something_else_is_not_the_one(make: Callable[[], Any]) -> None:
    frame = make()
    output = shown(frame)
    for question in (Open(output.replace(digest=digest("x"))), Open(output.replace(number=8))):
        found = evaluated(question, frame)
        assert isinstance(found, Refused)
        assert (found.why, found.gone) == ("", True)
    for other in (None, 7, "frame", [1], SimpleNamespace(shape=(1, 1)), object):
        assert isinstance(evaluated(Open(output), other), Refused)


@ANY
def test_a_text_in_any_column(make: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    frame = make()
    source = opened(frame)

    def found(text: str, order: Order | None = None) -> list[int]:
        said = evaluated(Arrange(source, parse(text, None), order, 0), frame)
        assert isinstance(said, Arranged), said
        return list(said.positions)

    for text in ("oslo", "2024-01-31", ">= 5", "0.5", "nowhere"):
        texts = evaluated(Fetch(source, range(5)), frame).rows
        assert found(text) == [place for place, row in enumerate(texts) if text in " ".join(row).lower()], text
    by_first = found("o", (source.index, True))
    assert by_first == [place for place in positions(frame, order="n", down=True) if place in found("o")]
    # Of a large frame the numbers are not spelled.
    monkeypatch.setattr(tables, "MOST_SPELLED", 1)
    assert found("0.5") == []
    assert found("oslo") == positions(frame, "oslo", "city")


@ANY
def test_a_column_is_described(make: Callable[[], Any]) -> None:
    frame = make()
    source = opened(frame)
    told = {}
    for number, column in enumerate(source.columns):
        found = evaluated(Describe(source, number), frame)
        assert isinstance(found, Described), (column, found)
        told[column.name] = found.missing, found.distinct, found.least, found.largest
    assert told["n"] == (0, 4, "1", "5")
    assert told["x"] == (1, 3, "-1.0", "1000000000.0")
    assert told["city"] == (1, 4, "Oslo", "{it's}")
    assert told["at"][:3] == (1, 3, "2024-01-30 12:00:00")
    assert told["is"][:2] == (1, 2)


@ANY
def test_rows_are_texts(make: Callable[[], Any]) -> None:
    frame = make()
    source = opened(frame)
    found = evaluated(Fetch(source, (4, 0)), frame)
    assert isinstance(found, Fetched)
    last, first = (row[source.index :] for row in found.rows)
    assert first[:3] == ("3", "0.5", "Oslo")
    assert first[3].startswith("2024-01-31 12:00:00")
    assert last[2] == "oslo\n\u202e"


@ANY
@pytest.mark.parametrize(
    ("column", "typed", "kept"),
    [
        ("n", ">= 2", [0, 2, 3, 4]),
        ("n", "2..3", [0, 2, 3]),
        ("n", "!= 2", [0, 1, 4]),
        ("n", "..1", [1]),
        ("n", "> 99999999999999999999", []),
        ("x", "> 0", [0, 3, 4]),
        ("x", "!= 0.5", [2, 3]),
        ("x", "<= 0.5", [0, 2, 4]),
        ("city", "OSL", [0, 4]),
        ("city", "t's}", [3]),
        ("city", "= Oslo", [0]),
        ("city", "> P", [1, 3, 4]),
        ("at", "> 2024-01-31", [0, 3, 4]),
        ("at", "..2024-01-30 12:00", [1]),
        ("is", "true", [0, 2, 3]),
        ("n", "2", [2, 3]),
    ],
)
def test_conditions(make: Callable[[], Any], column: str, typed: str, kept: list[int]) -> None:
    assert positions(make(), typed, column) == kept


@ANY
def test_orders(make: Callable[[], Any]) -> None:
    frame = make()
    assert positions(frame, order="n") == [1, 2, 3, 0, 4]
    assert positions(frame, order="n", down=True) == [4, 0, 2, 3, 1]
    assert positions(frame, order="x")[0] == 2
    assert positions(frame, order="x")[-1] == positions(frame, order="x", down=True)[-1] == 1, "what is missing is last"
    assert positions(frame, order="city")[-1] == 2
    assert positions(frame, order="at") == [1, 0, 4, 3, 2]
    assert positions(frame, ">= 2", "n", order="x", down=True)[0] == 3
    assert positions(frame, ">= 2", "n", order="n") == [2, 3, 0, 4]


@ANY
def test_positions_come_in_windows(make: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bipy.session.expressions.MOST_POSITIONS", 2)
    frame = make()
    source = opened(frame)
    found = evaluated(Arrange(source, None, (source.index, False), 2), frame)
    assert (found.count, found.positions) == (5, (3, 0))


@ANY
def test_another_object_or_shape_is_told(make: Callable[[], Any]) -> None:
    frame = make()
    source = opened(frame)
    for question in (Fetch(source, (0,)), Arrange(source, None, (0, False), 0)):
        found = evaluated(question, make())
        assert isinstance(found, Refused)
        assert found.gone
        assert "not in the kernel any more" in found.why


def test_pandas_with_an_index_of_levels_names_of_all_kinds_and_hostile_objects() -> None:
    frame = pandas.DataFrame(
        {("a", 1): [1, 2, 3], ("b", None): [Sick(), [3], {}], ("c", ""): ["1", 2, None]},
        index=pandas.MultiIndex.from_tuples([("x", 2), ("y", 1), ("x", 1)], names=["k", None]),
    )
    source = opened(frame)
    assert [column.name for column in source.columns] == ["k", "", "a 1", f"b {frame.columns[1][1]}", "c "]
    assert evaluated(Fetch(source, (0,)), frame).rows[0][:3] == ("x", "2", "1")
    assert len(evaluated(Fetch(source, (0,)), frame).rows[0][3]) == 1000
    for column in range(5):
        assert len(evaluated(Arrange(source, None, (column, False), 0), frame).positions) == 3
    assert evaluated(Arrange(source, parse("= x", 0), (1, False), 0), frame).positions == (2, 0)


def test_columns_of_one_name_and_of_extension_types() -> None:
    zoned = pandas.to_datetime(["2024-01-01", None], utc=True)
    frame = pandas.DataFrame(
        {
            "i": pandas.array([1, None], "Int64"),
            "c": pandas.Categorical(["b", "a"]),
            "z": zoned,
            "p": pandas.period_range("2024", periods=2, freq="D"),
            "d": [timedelta(1), timedelta(2)],
            "j": [1j, 2j],
            "u": pandas.array([1, 2], "uint8"),
            "e": [date(2024, 1, 1), None],
        }
    )
    frame.insert(0, "i", [5, 6], allow_duplicates=True)
    source = opened(frame)
    for number in range(len(source.columns)):
        assert isinstance(evaluated(Arrange(source, None, (number, True), 0), frame), Arranged)
        assert isinstance(evaluated(Arrange(source, parse("1", number), None, 0), frame), Arranged)
    assert evaluated(Arrange(source, parse(">= 1", 2), None, 0), frame).positions == (0,)
    assert evaluated(Arrange(source, parse("< 2024-01-02", 4), None, 0), frame).positions == (0,)
    assert evaluated(Arrange(source, parse("> -1", 8), None, 0), frame).positions == (0, 1)
    assert evaluated(Fetch(source, range(2)), frame).rows[0][1:4] == ("5", "1", "b")


def test_polars_and_pyarrow_with_columns_of_other_types() -> None:
    frame = polars.DataFrame(
        {
            "l": [[2], [1]],
            "t": [{"a": 1}, None],
            "d": [timedelta(1), timedelta(2)],
            "e": [date(2024, 1, 1), date(2025, 1, 1)],
            "z": [datetime(2024, 1, 1, tzinfo=UTC), None],
            "c": polars.Series(["b", "a"], dtype=polars.Categorical),
            "o": polars.Series([Sick(), 3], dtype=polars.Object),
            "m": polars.Series(["1.5", "2.5"]).cast(polars.Decimal(10, 2)),
        }
    )
    for each in (frame, frame.drop("o").to_arrow()):
        source = opened(each)
        names = [column.name for column in source.columns]
        for number, name in enumerate(names):
            assert isinstance(evaluated(Arrange(source, None, (number, True), 0), each), Arranged), name
            assert isinstance(evaluated(Arrange(source, parse("1", number), None, 0), each), Arranged), name
        assert evaluated(Arrange(source, parse(">= 2024-06-01", names.index("e")), None, 0), each).positions == (1,)
        assert evaluated(Arrange(source, parse("< 2024-06-01", names.index("z")), None, 0), each).positions == (0,)
        assert evaluated(Fetch(source, (1,)), each).rows[0][0] == "[1]"
    assert positions(frame, ">= 2", "m") == [1]


def test_an_empty_frame() -> None:
    for frame in (pandas.DataFrame({"a": []}), polars.DataFrame({"a": []}), pyarrow.table({"a": []})):
        source = opened(frame)
        assert source.shape == (0, 1)
        assert evaluated(Arrange(source, parse("1", source.index), (0, False), 0), frame).count == 0
    assert isinstance(evaluated(Open(shown(polars.DataFrame())), polars.DataFrame()), Refused), "it has no columns"


def test_what_a_column_cannot_be_asked() -> None:
    source = opened(of_pandas())
    assert "'x' is no number, which n holds" in why_not(source, parse("> x", 1))  # type: ignore[arg-type]
    assert "no date" in why_not(source, parse("> 3", 4))  # type: ignore[arg-type]
    for typed, column in (("> 3", 1), ("> x", 3), ("x", 1), ("> 2024-01-01", 4)):
        assert why_not(source, parse(typed, column)) == ""  # type: ignore[arg-type]


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "1",
        "__import__('os')",
        "'x",
        "'x' * 10**9",
        "b'[]'",
        repr(DEEP),
        DEEP,
        *(
            repr(json.dumps(value))
            for value in (
                1,
                [],
                {},
                "x",
                [True],
                [-1, []],
                [1, [5]],
                [1, [-1]],
                [1, [True]],
                [10**30, []],
                [6, [1]],
                [1, [0.5]],
                [[1]],
                [["1"]] * 6,
                [["1", 2]] * 6,
                [-1, 2, "a", "b"],
                [1, 2, "a", 3],
                ["pandas", 1, 1, 1, 1],
                ["pandas", 1, 1, 1, 9, [["a", "text", "b"]]],
                ["pandas", 1, -1, 1, 0, [["a", "text", "b"]]],
                ["pandas", 1, 1, 1, 0, [["a", "evil", "b"]]],
                ["os", 1, 1, 1, 0, [["a", "text", "b"]]],
            )
        ),
    ],
)
def test_an_answer_that_is_none_is_refused(text: str | None) -> None:
    source = opened(of_pandas())
    asked = (Open(source.output), Arrange(source, None, (0, False), 0), Fetch(source, (0, 1)), Describe(source, 0))
    for question in asked:
        found = answer(question, text)
        assert isinstance(found, Refused)
        assert found.why == "What the kernel has answered can't be read"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.sampled_from([*LIBRARIES, "text"]),
    lambda values: st.lists(values, max_size=6) | st.dictionaries(st.text(max_size=2), values, max_size=2),
)
SOURCE = Source(
    Output(1, "text/html", ""), "pandas", 5, (3, 1), 1, (Column("", "number", "i"), Column("a", "text", "o"))
)


@given(st.text() | JSON.map(json.dumps).map(repr))
def test_any_answer_is_taken_as_far_as_it_fits(text: str) -> None:
    for question in (Open(SOURCE.output), Arrange(SOURCE, None, (0, False), 0), Fetch(SOURCE, (0, 1))):
        match answer(question, text):
            case Arranged(_, count, places):
                assert 0 <= count <= 3
                assert all(0 <= place < 3 for place in places)
            case Fetched(_, rows):
                assert len(rows) == 2
                assert all(isinstance(cell, str) for row in rows for cell in row)
            case Opened(_, source):
                assert source.library in LIBRARIES
            case other:
                assert isinstance(other, Refused)

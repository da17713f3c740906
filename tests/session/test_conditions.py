"""What a person types to keep some rows of a table."""

from __future__ import annotations

import pytest

from bipy.session.conditions import Comparison, Condition, moment, number, parse


@pytest.mark.parametrize(
    ("text", "comparisons"),
    [
        (">= 5", [(">=", "5")]),
        ("=5", [("==", "5")]),
        ("!= Oslo or so", [("!=", "Oslo or so")]),
        ("3..7", [(">=", "3"), ("<=", "7")]),
        (" -1e3 .. 1,000.5 ", [(">=", "-1e3"), ("<=", "1,000.5")]),
        ("..7", [("<=", "7")]),
        ("2024-01-01..", [(">=", "2024-01-01")]),
        ("../a", []),
        ("..", []),
        ("a..b", []),
        (">", []),
        ("osl", []),
    ],
)
def test_comparisons_and_ranges_are_told_from_texts(text: str, comparisons: list[tuple[str, str]]) -> None:
    assert parse(text, 2) == Condition(2, text, tuple(Comparison(*each) for each in comparisons))  # type: ignore[arg-type]


def test_nothing_typed_keeps_all_rows() -> None:
    assert parse("", 0) is None


def test_operands() -> None:
    assert number("1_000") == 1000
    assert number("-.5e2") == -50.0
    assert [number(text) for text in ("", "nan", "inf", "1e9999", "1.2.3", "9" * 101, "x")] == [None] * 7
    assert moment("2024-02-29 12:30") is not None
    assert [moment(text) for text in ("2024-02-30", "2024", "2024-01-01T00:00+01:00")] == [None] * 3


@pytest.mark.parametrize(
    ("operator", "held"),
    [("<", [1]), ("<=", [1, 2]), ("==", [2]), ("!=", [1, 3]), (">=", [2, 3]), (">", [3])],
)
def test_what_holds(operator: str, held: list[int]) -> None:
    comparison = Comparison(operator, "2")  # type: ignore[arg-type]
    assert [found for found in (1, 2, 3) if comparison.holds(found, 2)] == held

"""What a selection grows to, in code as people write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bipy.inspection.growing import grown
from bipy.inspection.source import Source

CODE = """import os

def f(x, y=g(1, "a, b")):
    if x:
        return data.frame[x, 3].sum(axis=0)

    return y
end = 1"""


def steps(code: str, at: str, language: str = "python") -> list[str]:
    """All that is selected, one after the other, from an empty selection in front of `at` on."""
    source = Source(code, language)
    span = (code.index(at), code.index(at))
    found = []
    while (larger := grown(source, *span)) is not None:
        assert larger[0] <= span[0] <= span[1] <= larger[1] != span[1] or larger[0] != span[0]
        span = larger
        found.append(code[slice(*span)])
    return found


def test_a_selection_grows_by_word_argument_call_line_block_and_function() -> None:
    assert steps(CODE, "axis") == [
        "axis",
        "axis=0",
        "(axis=0)",
        "sum(axis=0)",
        ".sum(axis=0)",
        "return data.frame[x, 3].sum(axis=0)",
        "        return data.frame[x, 3].sum(axis=0)",
        "    if x:\n        return data.frame[x, 3].sum(axis=0)",
        "    if x:\n        return data.frame[x, 3].sum(axis=0)\n\n    return y",
        CODE[CODE.index("def f") : CODE.index("\nend")],
        CODE,
    ]


def test_an_argument_ends_at_its_comma_and_a_comma_in_a_string_is_none() -> None:
    assert steps(CODE, "a, b")[:5] == ["a", "a, b", '"a, b"', '1, "a, b"', '(1, "a, b")']
    assert steps("f(alpha, beta[1, 2], c)", "beta")[:3] == ["beta", "beta[1, 2]", "alpha, beta[1, 2], c"]


def test_other_languages_grow_by_brackets_and_lines() -> None:
    code = "x <- mean(c(1, 2), na.rm = TRUE)\ny <- 2"
    assert steps(code, "1, 2", "r")[:4] == ["1", "1, 2", "(1, 2)", "c(1, 2)"]
    assert steps(code, "y", "r")[-1] == code


@given(st.text("ab .,:()[]{}'\"#\n\t", max_size=60), st.data())
def test_it_always_grows_and_ends(code: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(code)))
    span = (start, data.draw(st.integers(start, len(code))))
    source = Source(code)
    for _ in range(200):
        larger = grown(source, *span)
        if larger is None:
            break
        assert larger[0] <= span[0]
        assert larger[1] >= span[1]
        assert larger != span
        span = larger
    assert span == (0, len(code))


@pytest.mark.parametrize("code", ["", "x", "\n"])
def test_next_to_nothing(code: str) -> None:
    assert grown(Source(code), 0, len(code)) is None

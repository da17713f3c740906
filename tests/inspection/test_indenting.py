"""Lines that are indented anew."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bipy.inspection.indenting import reindented


@pytest.mark.parametrize(
    ("before", "after", "first"),
    [
        ("  a\n  b", "a\nb", 0),
        ("if x:\na\nb", "if x:\n    a\n    b", 0),
        ("if x:\n  a\n  if y:\n     b\nc", "if x:\n    a\n    if y:\n        b\nc", 0),
        ("def f():\n        if x:\n            b\n        else:\n            c", None, 0),
        ("try:\n a\nexcept E:\n b\nfinally:\n c", "try:\n    a\nexcept E:\n    b\nfinally:\n    c", 0),
        ("x = '''\n  a\n b'''\n  c", "x = '''\n  a\n b'''\nc", 0),
        ("f(\na,\nb)\nc", "f(\n    a,\n    b)\nc", 0),
        ("f(\na,\n    )", "f(\n    a,\n)", 0),
        ("f(a,\nb)", "f(a,\n  b)", 0),
        ("if x:\n  a\n\n  # b\n  c", "if x:\n    a\n\n    # b\n    c", 0),
        ("class A:\n   def f(self):\n     pass\n   def g(self):\n      pass", None, 0),
        ("if x:\n  a\n  b", "if x:\n  a\n  b", 2),
        ("", "", 0),
        ("   ", "", 0),
    ],
)
def test_lines_are_indented_by_what_stands_above(before: str, after: str | None, first: int) -> None:
    lines = before.split("\n")
    done = reindented(lines, first, len(lines) - 1)
    if after is not None:
        assert [*lines[:first], *done] == after.split("\n")
    else:
        assert ast.dump(ast.parse(before)) == ast.dump(ast.parse("\n".join(done)))
        assert {len(line) - len(line.lstrip()) for line in done} == {0, 4, 8}


@given(
    st.lists(st.sampled_from(["", "if x:", "a", " b", "  else:", "    c(", ")", "'''", "# d", "%e", "\tf"]), max_size=9)
)
def test_nothing_but_indentation_changes_and_once_is_enough(lines: list[str]) -> None:
    lines = lines or [""]
    for language in ("python", "r"):
        done = reindented(lines, 0, len(lines) - 1, language)
        assert [line.strip() for line in done] == [line.strip() for line in lines]
        assert reindented(done, 0, len(done) - 1, language) == done

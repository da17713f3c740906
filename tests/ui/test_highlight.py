"""Highlighter: code to roles, a line at a time."""

from __future__ import annotations

import argparse
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.lexers.python import PythonLexer

from bipy.ui import theme
from bipy.ui.text.highlight import LONGEST_CODE, LONGEST_LINE, TOKEN_ROLES, Highlighter
from bipy.ui.text.rows import Row

PYTHON_PIECES = st.lists(
    st.sampled_from(
        ["'", '"', '"""', "f'", "{", "}", "(", ")", "\n", "\\", "#", "x", " ", "def f", "%%a", "!", "?", "é"]
    ),
    max_size=30,
).map("".join)


def text_of(row: Row) -> str:
    return "".join(text for _, text in row)


def roles(row: Row) -> list[tuple[str, str]]:
    """(text, role) of the runs that are more than plain code."""
    return [(text, str(role)) for role, text in row if role != "code"]


def one_line(code: str, lexer: str = "ipython3") -> list[tuple[str, str]]:
    (row,) = Highlighter(lexer).block(code)
    return roles(row)


def test_python_words_have_their_roles() -> None:
    assert one_line("def area(r): return 3.14 * r  # of a disc") == [
        ("def", "code.keyword"),
        ("area", "code.function"),
        ("return", "code.keyword"),
        ("3.14", "code.number"),
        ("*", "code.operator"),
        ("# of a disc", "code.comment"),
    ]
    assert one_line("@cache") == [("@cache", "code.decorator")]
    assert one_line("class A(ValueError):") == [
        ("class", "code.keyword"),
        ("A", "code.class"),
        ("ValueError", "code.builtin"),
    ]
    assert one_line("print('a')") == [("print", "code.builtin"), ("'a'", "code.string")]


def test_a_string_goes_on_in_the_next_line() -> None:
    highlighter = Highlighter("python")
    _, inside = highlighter.line('x = """one', highlighter.start)
    assert inside != highlighter.start
    second, still = highlighter.line("import two", inside)
    assert (second, still) == ((("code.string", "import two"),), inside)
    third, after = highlighter.line('three""" + y', inside)
    assert third == (("code.string", 'three"""'), ("code", " "), ("code.operator", "+"), ("code", " y"))
    assert after == highlighter.start


def test_lines_one_by_one_look_as_the_whole_does() -> None:
    source = Path(argparse.__file__).read_text().expandtabs()
    expected: list[list[tuple[str, str]]] = [[]]
    for _, token, text in PythonLexer().get_tokens_unprocessed(source):
        while token not in TOKEN_ROLES:
            token = token.parent
        for number, piece in enumerate(text.split("\n")):
            if number:
                expected.append([])
            expected[-1] += [(TOKEN_ROLES[token], character) for character in piece]
    got = [
        [(role, character) for role, text in row for character in text] for row in Highlighter("python").block(source)
    ]
    assert got == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("%timeit f(3)", [("%timeit", "code.magic"), ("3", "code.number")]),
        ("  %cd for/if", [("%cd", "code.magic")]),
        ("!ls if 3", [("!", "code.magic")]),
        ("files = !ls", [("=", "code.operator"), ("!", "code.magic")]),
        ("x = %who_ls", [("=", "code.operator"), ("%who_ls", "code.magic")]),
        ("str?", [("str", "code.builtin"), ("?", "code.magic")]),
        ("os.path??", [(".", "code.operator"), ("??", "code.magic")]),
        ("?len", [("?", "code.magic")]),
        ("%%time", [("%%time", "code.magic")]),
        ("x % 3", [("%", "code.operator"), ("3", "code.number")]),
        ("% 3", [("%", "code.operator"), ("3", "code.number")]),
        ("x != 3", [("!=", "code.operator"), ("3", "code.number")]),
    ],
)
def test_ipython_syntax(code: str, expected: list[tuple[str, str]]) -> None:
    assert one_line(code) == expected


def test_magics_are_only_magics_in_ipython() -> None:
    assert ("%cd", "code.magic") not in one_line("%cd x", "python")


def test_no_magic_inside_a_string() -> None:
    rows = Highlighter("ipython3").block('"""\n%cd x\n!ls\n"""')
    assert [roles(row) for row in rows[1:3]] == [[("%cd x", "code.string")], [("!ls", "code.string")]]


def test_a_cell_magic_takes_the_cell() -> None:
    bash = Highlighter("ipython3").block("%%bash\nfor x in 'a'; do :; done")
    assert [roles(row) for row in bash] == [[("%%bash", "code.magic")], []]
    python = Highlighter("ipython3").block("%%timeit\nfor x in 'a': pass")
    assert ("for", "code.keyword") in roles(python[1])


def test_other_languages() -> None:
    assert one_line("local x = 'a' -- b", "lua") == [
        ("local", "code.keyword"),
        ("=", "code.operator"),
        ("'a'", "code.string"),
        ("-- b", "code.comment"),
    ]
    # RubyLexer keeps more than a stack: it is given the whole.
    ruby = Highlighter("ruby").block("=begin\nputs 1\n=end\nputs 'a'")
    assert [roles(row) for row in ruby][1] == [("puts 1", "code.comment")]
    assert ("'a'", "code.string") in roles(ruby[3])


@pytest.mark.parametrize("lexer", ["", "no such language", "\x1b", "../x"])
def test_unknown_languages_are_plain(lexer: str) -> None:
    assert Highlighter(lexer).block("if 1:\n\n  x") == [(("code", "if 1:"),), (), (("code", "  x"),)]


def test_long_lines_are_not_highlighted_and_change_nothing() -> None:
    long_line = "x = '''" + "a" * LONGEST_LINE
    rows = Highlighter("python").block(f"{long_line}\nif")
    assert rows == [(("code", long_line),), (("code.keyword", "if"),)]
    assert Highlighter("ruby").block("#" * (LONGEST_CODE + 1)) == [(("code", "#" * (LONGEST_CODE + 1)),)]


def test_a_megabyte_in_one_line() -> None:
    data = "[" + "1," * 500_000 + "]"
    assert Highlighter("ipython3").block(data) == [(("code", data),)]


@settings(max_examples=100)
@given(PYTHON_PIECES, st.sampled_from(["ipython3", "ruby", "bash", ""]))
def test_no_character_is_lost(code: str, lexer: str) -> None:
    rows = Highlighter(lexer).block(code)
    assert [text_of(row) for row in rows] == code.split("\n")


@settings(max_examples=100)
@given(PYTHON_PIECES, PYTHON_PIECES)
def test_what_follows_a_line_depends_on_its_state_only(one: str, other: str) -> None:
    highlighter = Highlighter("ipython3")
    state = highlighter.start
    for line in one.split("\n"):
        _, state = highlighter.line(line, state)
    both = highlighter.block(f"{one}\n{other}")
    alone = []
    for line in other.split("\n"):
        row, state = highlighter.line(line, state)
        alone.append(row)
    assert both[-len(alone) :] == alone


def test_every_role_is_one_of_the_theme() -> None:
    assert set(TOKEN_ROLES.values()) <= set(theme.ROLES)


def test_neighbours_of_one_role_are_one_run() -> None:
    (row,) = Highlighter("python").block(textwrap.dedent("a , b ; c"))
    assert row == (("code", "a , b ; c"),)

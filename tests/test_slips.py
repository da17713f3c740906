"""What is said of text that is no TOML: the usual slips."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bipy import slips


def explained(text: str) -> str:
    with pytest.raises(tomllib.TOMLDecodeError) as refusal:
        tomllib.loads(text)
    slip = slips.explained(str(refusal.value), text)
    return f"{slip.line}:{slip.column}: {slip.text}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("theme = light", '1:9: text needs quotes: theme = "light"'),
        ("rows = 8\ntheme = light # mine\n", '2:9: text needs quotes: theme = "light"'),
        ("\ttheme\t=\tlight\r\n", '1:10: text needs quotes: theme = "light"'),
        ("theme = ~/x.toml", '1:9: text needs quotes: theme = "~/x.toml"'),
        ("theme = true-black", '1:9: text needs quotes: theme = "true-black"'),
        ("linger = 8h", '1:10: text needs quotes: linger = "8h"'),
        ('on-event = say "x y"', "1:12: text needs quotes: on-event = 'say \"x y'"),
        ("mouse = on", '1:9: text needs quotes: mouse = "on"; a switch is true or false'),
        ("mouse = True", "1:9: true and false are written in small letters: mouse = true"),
        ("rows 8", "1:6: = is missing: rows = 8"),
        ("rows\t8", "1:6: = is missing: rows = 8"),
        ("theme light", '1:7: = is missing: theme = "light"'),
        ('theme: "light"', '1:6: between a name and its value stands =, and no colon: theme = "light"'),
        ("theme", "1:1: theme has no value: a setting is written as NAME = VALUE"),
        ("rows =", "1:7: behind rows = a value is missing"),
        ("rows = # 3\n", "1:8: behind rows = a value is missing"),
        ("rows = = 1", "1:8: one = is enough: rows = 1"),
        ("rows = 08", "1:8: a number begins with no 0: rows = 8"),
        ("rows = 8 9", "1:8: behind the value of rows only a comment may stand, and that begins with #"),
        ('theme = "x" // mine', "1:9: behind the value of theme only a comment may stand, and that begins with #"),
        ("rows = 1\nrows = 2", "2:1: rows is set twice, here and in line 1: take one of them out"),
        ("[a]\nx = 1\n\n  x = 2\n", "4:3: x is set twice, here and in line 2: take one of them out"),
        ("[a]\nx=1\n[a]\ny=2\n", "3:1: [a] stands twice, here and in line 1: put what is in them together"),
        ("[languages.r\nrows = 1", "1:1: the closing ] is missing: [languages.r]"),
        ('theme = "light\nrows = 3\n', "1:9: the closing quote is missing"),
        ('theme = "light', "1:9: the closing quote is missing"),
        ("theme = 'light", "1:9: the closing quote is missing"),
        ("theme = \u201clight\u201d", "1:9: \u201c is no quote in TOML: write \" or '"),
        (
            'on-event = "C:\\dir"',
            "1:12: between double quotes a backslash begins a special character; between single quotes it is itself: "
            "on-event = 'C:\\dir'",
        ),
        ("text = {fg = red, bold = true}", '1:8: text needs quotes: fg = "red"'),
        ("text = {bold = true, bg = #123456}", '1:8: text needs quotes: bg = "#123456"'),
        ("// mine", "1:1: a comment begins with #"),
        ("; mine", "1:1: a comment begins with #"),
        ("= 3", "1:1: in front of = a name is missing"),
        ("th\u00e9me = 3", "1:3: a name has the letters A to Z, digits, - and _, and no others"),
        ("a = [1, 2", "1:10: Unclosed array (the file ends there)"),
    ],
)
def test_what_is_meant_is_said_with_its_place(text: str, told: str) -> None:
    assert explained(text) == told


@given(st.text(alphabet="ab=:\"'[]{}#\\\n\t 0.,tT\u201c\u00e9/") | st.text())
def test_whatever_the_text_is_a_place_in_it_is_told(text: str) -> None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        slip = slips.explained(str(error), text)
        lines = text.split("\n")
        assert 1 <= slip.line <= len(lines)
        assert 1 <= slip.column <= max(map(len, lines)) + 2
        assert slip.text

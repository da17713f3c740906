"""attribute: what a screen of so many colours shows of a style."""

from __future__ import annotations

import pytest
import urwid
from hypothesis import given
from hypothesis import strategies as st
from urwid.display.common import BaseScreen

from bipy.ui.text.ansi import runs
from bipy.ui.text.sgr import DEFAULT, Style, attribute, sgr

DEPTHS = (1, 16, 256, 2**24)
colors = st.none() | st.integers(0, 255) | st.tuples(*[st.integers(0, 255)] * 3)
styles = st.builds(Style, colors, colors, *[st.booleans()] * 6)

# depth -> where a palette entry of urwid keeps what is for it
ENTRY = {16: 0, 1: 1, 256: 3, 2**24: 4}


class Screen(BaseScreen):
    """What is needed of a screen to see which colours come out."""

    def draw_screen(self, size: tuple[int, int], canvas: urwid.Canvas) -> None:
        raise NotImplementedError


def on_screen(style: Style, depth: int) -> urwid.AttrSpec:
    """What a screen makes of text of this style, in a role that is yellow, underlined, on dark blue."""
    screen = Screen()
    screen.register_palette([("output", "yellow,underline", "dark blue", "underline", "yellow,underline", "dark blue")])
    return screen.resolve_attr(attribute(style, "output", depth), ENTRY[depth])


def test_plain_text_has_its_role() -> None:
    assert attribute(DEFAULT, "output.stderr", 256) == "output.stderr"


def test_equal_styles_are_one_object() -> None:
    assert attribute(Style(foreground=1), "output", 256) is attribute(Style(foreground=1), "output", 256)


def test_the_terminals_own_colours_stay_its_own() -> None:
    for depth in (16, 256, 2**24):
        assert on_screen(Style(foreground=1, background=12), depth).foreground.startswith("dark red")
        assert on_screen(Style(foreground=1, background=12), depth).background == "light blue"


def test_bold_stays_bold_and_changes_no_colour() -> None:
    assert on_screen(Style(foreground=1, background=0, bold=True), 256) == urwid.AttrSpec("dark red,bold", "black", 256)


@pytest.mark.parametrize("depth", DEPTHS)
def test_what_a_style_leaves_open_is_the_roles(depth: int) -> None:
    bold = on_screen(Style(bold=True), depth)
    assert bold.bold
    assert bold.underline
    if depth > 1:
        assert bold.foreground.startswith("yellow")
        assert bold.background == "dark blue"
        red = on_screen(Style(foreground=1), depth)
        assert red.foreground.startswith("dark red")
        assert red.background == "dark blue"


@pytest.mark.parametrize(
    ("color", "depth", "expected"),
    [
        (208, 256, "#f80"),
        (208, 16, "brown"),
        ((255, 135, 0), 2**24, "#ff8700"),
        ((255, 135, 0), 256, "#f80"),
        ((254, 2, 1), 256, "#f00"),
        ((254, 2, 1), 16, "light red"),
        ((90, 90, 92), 256, "g35"),
        ((0, 0, 0), 256, "#000"),
        ((255, 255, 255), 16, "white"),
        (244, 16, "dark gray"),
    ],
)
def test_the_nearest_colour_is_taken(color: int | tuple[int, int, int], depth: int, expected: str) -> None:
    assert on_screen(Style(foreground=color, background=0), depth).foreground == expected


@given(styles, st.sampled_from(DEPTHS))
def test_no_screen_gets_a_colour_that_it_does_not_have(style: Style, depth: int) -> None:
    seen = on_screen(style, depth)
    assert seen.colors <= max(depth, 16 if depth > 1 else 1)
    assert (seen.bold, seen.italics, seen.strikethrough) == (style.bold, style.italic, style.strike)
    assert (seen.faint, seen.standout) == (style.dim, style.reverse)


@given(styles)
def test_a_style_survives_its_sequence(style: Style) -> None:
    assert runs(f"\x1b[3;44m{sgr(style)}x") == [(style, "x")]

"""Styles of pygments for the code: each can be read on a dark and on a light theme."""

from __future__ import annotations

from pathlib import Path

import pytest

from bipy.ui import code_style
from bipy.ui.theme import ThemeError, load
from tests.ui.test_theme import contrast


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:], 16)


@pytest.mark.parametrize("theme", ["default", "light", "gruvbox-dark", "solarized-light"])
@pytest.mark.parametrize("name", code_style.names())
def test_each_style_can_be_read_on_each_theme(name: str, theme: str) -> None:
    paints = load(theme, name).paints
    ground = rgb(paints["box"].bg)
    for role in ("code.keyword", "code.string", "code.number", "code.function", "code.comment", "code.error"):
        colour = paints[role].fg
        least = 3.0 if role == "code.comment" else 4.5
        assert not colour.startswith("#") or contrast(rgb(colour), ground) >= least, (role, colour)
    assert paints["box"] == load(theme).paints["box"], "nothing but code"


def test_a_style_that_can_be_read_keeps_its_colours() -> None:
    paints = load("default", "monokai").paints
    assert paints["code.string"].fg == "#e6db74"
    assert load("light", "monokai").paints["code.string"].fg != "#e6db74"


def test_a_theme_names_a_style_and_sets_what_it_wants_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('code = "monokai"\n\n[roles]\n"code.number" = {fg = "#abcdef"}\n')
    paints = load(str(file)).paints
    assert (paints["code.string"].fg, paints["code.number"].fg) == ("#e6db74", "#abcdef")
    assert load(str(file), "friendly").paints["code.number"].fg != "#abcdef", "the setting is the later word"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('\ncode = "monokay"\n[roles]\n', ["line 2", "no style 'monokay'", "Is 'monokai' meant?"]),
        ("code = 3\n[roles]\n", ["line 1", 'write code = "monokai"']),
    ],
)
def test_an_unknown_style_is_told_with_its_line(tmp_path: Path, text: str, told: list[str]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(ThemeError) as complaint:
        load(str(file))
    assert [part for part in told if part not in str(complaint.value)] == []
    with pytest.raises(ThemeError, match="Is 'friendly' meant"):
        load("default", "friendli")

"""The colours of figures: as the theme has them, and readable on their ground."""

from __future__ import annotations

import re

import pytest

from bipy.ui import figures
from bipy.ui.theme import load, names
from tests.ui.test_theme import contrast


def ratio(one: str, other: str) -> float:
    """The contrast of two colours that are written as #rrggbb."""
    return contrast(*((int(each[1:3], 16), int(each[3:5], 16), int(each[5:], 16)) for each in (one, other)))


@pytest.mark.parametrize("name", sorted(set(names()) - {"mono"}))
def test_text_and_lines_stand_out_from_their_ground(name: str) -> None:
    told = figures.settings(load(name))
    ground = told["figure.facecolor"]
    assert ratio(told["text.color"], ground) >= 4.5
    lines = re.findall("#[0-9a-f]{6}", told["axes.prop_cycle"])
    assert len(lines) >= 4
    assert [line for line in lines if ratio(line, ground) < 3] == []


def test_a_theme_without_colours_leaves_figures_alone() -> None:
    assert figures.settings(load("mono")) == {}


def test_matplotlib_takes_them() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    with matplotlib.rc_context(figures.settings(load())):
        assert matplotlib.rcParams["axes.prop_cycle"].by_key()["color"][0] == load().paints["code.keyword"].fg

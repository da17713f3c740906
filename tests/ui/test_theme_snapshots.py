"""What each theme makes of each role, at 16, 256 and all colours: a file a theme, a row a role that it changes.

The screen on which all roles stand is the same for all themes, so it is one snapshot.
"""

from __future__ import annotations

import pytest

from bipy.ui import theme
from bipy.ui.theme import ROLES, PaletteEntry
from tests import showcase
from tests.snapshots import LETTERS, Check

HEAD = ("role", "no colours", "16 colours", "256", "true colours")
WIDTHS = (22, 23, 31, 25)


def test_the_screen_has_every_role(snapshot: Check) -> None:
    shown = {role for row in showcase.rows() for role, _ in row}
    assert shown == set(ROLES)
    snapshot(showcase.screen(), "themes/screen")


@pytest.mark.parametrize("name", theme.names())
def test_a_theme_at_every_depth(name: str, snapshot: Check) -> None:
    snapshot(table(name), f"themes/{name}")


def table(name: str) -> str:
    """The roles of a theme that look otherwise than what they inherit from."""
    found = theme.load(name)
    deep, few = ({entry[0]: entry for entry in found.palette(colors)} for colors in (1 << 24, 256))
    rows = [HEAD]
    for role, parent in ROLES.items():
        cells = looks(deep[role], few[role])
        if parent is None or cells != looks(deep[parent], few[parent]):
            rows.append((f"{LETTERS[role]} {role}", *cells))
    lines = ["  ".join([*map(str.ljust, row, WIDTHS), row[-1]]).rstrip() for row in rows]
    return "\n".join(lines) + "\n"


def looks(deep: PaletteEntry, few: PaletteEntry) -> tuple[str, str, str, str]:
    """A role without colours, with 16, with 256 and with all."""
    _, basic, under, mono, *_ = deep
    return mono or "-", _look(basic, under), _look(*few[4:]), _look(*deep[4:])


def _look(foreground: str, background: str) -> str:
    """A look in words; what the terminal has of itself is not named."""
    colour, *attributes = foreground.split(",")
    parts = [colour if colour != "default" else "", *attributes, f"on {background}" if background != "default" else ""]
    return " ".join(filter(None, parts)) or "-"

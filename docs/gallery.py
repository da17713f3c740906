"""A picture of every theme, for the manual: Sphinx has them drawn when it builds, so that none is committed.

Each is the same real screen (see tests/shots.py), drawn as SVG on the ground that the theme is made for.  No font is
embedded, and the same code draws the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bipy.ui import theme
from tests import shots, svg
from tests.showcase import TERMINALS

FOLDER = Path(__file__).parent / "_gallery"
THEMES = Path(theme.__file__).parents[2] / "themes"


def names() -> list[str]:
    """The themes that come with bipy, the two that are used without a choice first."""
    found = sorted(file.stem for file in THEMES.glob("*.toml"))
    return ["default", "light", *(name for name in found if name not in ("default", "light"))]


def about(name: str) -> list[str]:
    """What the head of the theme's file says of it: whose it is, and what was adjusted; a sentence each."""
    lines: list[str] = []
    for line in (THEMES / f"{name}.toml").read_text(encoding="utf-8").splitlines():
        if not line.strip("# "):
            break
        lines.append(line.removeprefix("#").strip())
    return lines


def drawn() -> Iterator[tuple[Path, str]]:
    """Each picture: its file and what has to stand in it."""
    screen = shots.session()
    for name in names():
        background, foreground = TERMINALS.get(name, TERMINALS["default"])
        basic = svg.BASIC_ON_LIGHT if sum(background) > sum(foreground) else svg.BASIC
        ground = svg.Ground(_hex(foreground), _hex(background), basic=basic)
        palette = theme.load(str(THEMES / f"{name}.toml")).palette()
        yield FOLDER / f"{name}.svg", svg.draw(screen, palette, f"bipy --theme {name}", ground)


def write() -> None:
    """Write all pictures that are not there as they have to be."""
    FOLDER.mkdir(exist_ok=True)
    for path, picture in drawn():
        if not path.exists() or path.read_text(encoding="utf-8") != picture:
            path.write_text(picture, encoding="utf-8")


def _hex(colour: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)

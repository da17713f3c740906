"""What the tables of options, commands and roles promise, and what is generated from tables: pages and pictures.

Keys and themes have tests of their own, in tests/ui.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bipy.settings import SETTINGS, Setting, Settings, parse
from bipy.ui.theme import ROLES
from docs import gallery, generate, ways
from tests import shots

ROOT = Path(__file__).parents[1]


def test_the_reference_pages_are_up_to_date() -> None:
    pages = generate.pages()
    assert set(generate.FOLDER.iterdir()) == set(pages) - {generate.ARCHITECTURE}
    for path, page in pages.items():
        assert path.read_text(encoding="utf-8") == page, f"run python -m docs.generate, which writes {path.name} anew"


def test_the_ways_of_the_data_are_those_of_the_code() -> None:
    assert ways.broken() == []


def test_the_pictures_are_up_to_date() -> None:
    pictures = shots.drawn()
    assert set(shots.FOLDER.iterdir()) == set(pictures)
    for path, picture in pictures.items():
        current = path.read_text(encoding="utf-8") == picture
        assert current, f"run python -m tests.shots, which draws {path.name} anew, and look at it"


def test_the_gallery_has_a_picture_and_a_word_on_every_theme() -> None:
    pictures = dict(gallery.drawn())
    assert [path.stem for path in pictures] == gallery.names()
    assert len(set(pictures.values())) == len(pictures), "no two themes look alike"
    page = generate.gallery()
    for path, picture in pictures.items():
        assert ElementTree.fromstring(picture).get("aria-label") == f"bipy --theme {path.stem}"
        assert "font-face" not in picture
        assert gallery.about(path.stem)
        assert f"_gallery/{path.name}" in page


@pytest.mark.parametrize("option", SETTINGS, ids=lambda option: option.name)
def test_every_option_has_help_and_can_be_given(option: Setting) -> None:
    assert re.fullmatch(r"[a-z].*[^.]", option.help)
    number = option.least is not None or option.name == "resume"
    value = "7" if number else "2m" if option.duration else option.choices[-1] if option.choices else "value"
    given = parse([f"--{option.name}", value] if option.value else [f"--{option.name}"])
    meant = "120.0" if option.duration else value
    assert str(getattr(given, option.field)) == (meant if option.value else "True")
    default = getattr(Settings(), option.field)
    if option.choices:
        assert default == option.choices[0]
    elif option.name not in ("rows", "fold", "history-size"):
        assert default in (None, False)
    if option.const is not None:
        assert getattr(parse([f"--{option.name}"]), option.field) == option.const


def roles_in(path: Path) -> Iterator[tuple[str, int]]:
    """The strings in a module that look like roles, and their lines."""
    families = "|".join({role.partition(".")[0] for role in ROLES if "." in role})
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and re.fullmatch(rf"({families})(\.[a-z]+)+", str(node.value)):
            yield str(node.value), node.lineno


def test_every_role_that_is_drawn_exists() -> None:
    """urwid draws a name that it does not know in the default colours, and says nothing."""
    modules = [path for path in (ROOT / "bipy" / "ui").rglob("*.py") if path.name != "theme.py"]
    found = [(path, role, line) for path in modules for role, line in roles_in(path)]
    assert len(found) > 50
    for path, role, line in found:
        assert role in ROLES, f"{path.name}, line {line}: there is no role {role}"

"""Themes: every role at every depth, contrast, where files are found, and what people are told of broken ones."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import urwid
from urwid.display.html_fragment import HtmlGenerator

from bipy.ui import theme
from bipy.ui.theme import ROLES, ThemeError
from tests.showcase import TERMINALS, Colour
from tests.snapshots import LETTERS

ROOT = Path(__file__).resolve().parents[2]
# colours -> the index of urwid's resolve_attr
DEPTHS = {16: 0, 1: 1, 256: 3, 1 << 24: 4}
COLOURED = list(TERMINALS)
BUNDLED = [*COLOURED, "mono"]


def resolved(name: str, colors: int) -> dict[str, urwid.AttrSpec]:
    """What urwid makes of the roles of a theme on a screen of so many colours."""
    screen = HtmlGenerator()
    screen.register_palette(theme.load(name).palette(colors))
    return {role: screen.resolve_attr(role, DEPTHS[colors]) for role in ROLES}


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of WCAG 2.1: 1 to 21."""

    def luminance(color: Colour) -> float:
        parts = [part / 255 for part in color]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def colours(spec: urwid.AttrSpec, terminal: tuple[Colour, Colour]) -> tuple[Colour, Colour]:
    """The foreground and background that `spec` gives on a terminal."""
    red, green, blue, *under = spec.get_rgb_values()
    foreground = terminal[1] if red is None or green is None or blue is None else (red, green, blue)
    background = terminal[0] if None in under else (under[0] or 0, under[1] or 0, under[2] or 0)
    return (background, foreground) if spec.standout else (foreground, background)


@pytest.mark.parametrize("colors", DEPTHS)
@pytest.mark.parametrize("name", BUNDLED)
def test_every_role_is_painted_at_every_depth(name: str, colors: int) -> None:
    assert [entry[0] for entry in theme.load(name).palette(colors)] == list(ROLES)
    assert all(isinstance(spec, urwid.AttrSpec) for spec in resolved(name, colors).values())


def test_every_role_has_a_parent_above_it_and_a_letter_in_snapshots() -> None:
    seen: set[str] = set()
    for role, parent in ROLES.items():
        assert parent is None or parent in seen, role
        assert role in LETTERS, role
        seen.add(role)


@pytest.mark.parametrize("colors", [256, 1 << 24])
@pytest.mark.parametrize("name", COLOURED)
def test_text_can_be_read(name: str, colors: int) -> None:
    """4.5:1 (WCAG AA) for all text, 7:1 (AAA) where high contrast is promised; the box's border only has to be seen."""
    for role, spec in resolved(name, colors).items():
        ratio = contrast(*colours(spec, TERMINALS[name]))
        least = 1.8 if role == "box.border" else 6.9 if name == "high-contrast" else 4.5
        assert ratio >= least, f"{role} of {name} at {colors} colours: {ratio:.2f}"


@pytest.mark.parametrize("name", COLOURED)
def test_what_stands_in_the_box_stands_on_its_background(name: str) -> None:
    for colors in (16, 256, 1 << 24):
        specs = resolved(name, colors)
        for role, spec in specs.items():
            if role.startswith("box") and role != "box.match.selected":
                assert spec.background == specs["box"].background, (role, colors)


@pytest.mark.parametrize("name", COLOURED)
def test_text_uses_the_terminals_own_background(name: str) -> None:
    for colors in DEPTHS:
        specs = resolved(name, colors)
        for role in ("text", "prompt.in", "code", "code.string", "output", "output.error", "pager"):
            assert specs[role].background == "default", role


@pytest.mark.parametrize("colors", DEPTHS)
def test_mono_has_no_colour(colors: int) -> None:
    for role, spec in resolved("mono", colors).items():
        assert (spec.foreground.split(",")[0], spec.background) == ("default", "default"), role
        assert not spec.italics, role


@pytest.mark.parametrize(("name", "colors"), [*((name, 1) for name in BUNDLED), ("mono", 1 << 24)])
def test_what_must_be_told_apart_without_colour(name: str, colors: int) -> None:
    specs = resolved(name, colors)
    for one, other in (
        ("box.match.selected", "box.match"),
        ("box.match.typed", "box.match"),
        ("box.argument", "box.signature"),
        ("pager.found", "pager"),
        ("status", "text"),
        ("prompt.in", "text"),
    ):
        assert specs[one] != specs[other], (one, other)


def test_a_role_inherits_what_it_does_not_set(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[roles]\n"box" = {fg = "#102030", bg = "blue"}\n"box.match" = {bold = true}\n')
    paints = theme.load(str(file)).paints
    assert (paints["box.match.typed"].fg, paints["box.match.typed"].bg, paints["box.match.typed"].bold) == (
        "#102030",
        "blue",
        True,
    )
    assert paints["text"].fg == "default"


@pytest.mark.parametrize(
    ("color", "name"),
    [
        ("#e06c75", "bright red"),
        ("#98c379", "bright green"),
        ("#e5c07b", "bright yellow"),
        ("#61afef", "bright blue"),
        ("#c678dd", "bright magenta"),
        ("#56d6c2", "bright cyan"),
        ("#7a3ea8", "magenta"),
        ("#003399", "blue"),
        ("#ffffff", "bright white"),
        ("#9aa0a6", "white"),
        ("#555555", "bright black"),
        ("#101418", "black"),
    ],
)
def test_sixteen_colours_are_chosen_by_hue(tmp_path: Path, color: str, name: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'[roles]\n"text" = {{fg = "{color}"}}\n')
    assert theme.load(str(file)).paints["text"].fg16 == name


def test_256_colours_have_greys(tmp_path: Path) -> None:
    """urwid makes black of #262a33; the nearest of the 256 is a grey."""
    file = tmp_path / "mine.toml"
    file.write_text('[roles]\n"text" = {fg = "#ff8800", bg = "#262a33"}\n')
    entry = theme.load(str(file)).palette(256)[0]
    assert entry[4:] == ("h208", "h236")
    assert theme.load(str(file)).palette()[0][4:] == ("#ff8800", "#262a33")


# Files


def test_a_file_in_any_toml_is_read(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[roles.text]\nfg = \'#102030\'\nbold = true\n\n[roles."box.match"]\nbg = "blue"\n')
    paints = theme.load(str(file)).paints
    assert (paints["text"].fg, paints["text"].bold, paints["box.match"].bg) == ("#102030", True, "blue")


@pytest.mark.parametrize("layout", ["installed", "checkout"])
def test_themes_are_found_beside_the_package_and_above_it(tmp_path: Path, layout: str) -> None:
    shutil.copytree(ROOT / "bipy", tmp_path / "bipy", ignore=shutil.ignore_patterns("__pycache__"))
    folder = tmp_path / ("bipy/themes" if layout == "installed" else "themes")
    shutil.copytree(ROOT / "themes", folder)
    (folder / "light.toml").write_text('[roles]\n"text" = {fg = "#012345"}\n')
    # In front of a checkout that is installed itself.
    path = f"import sys; sys.path.insert(0, {str(tmp_path)!r})"
    code = f"{path}; from bipy.ui import theme; print(theme.load('light').paints['text'].fg)"
    done = subprocess.run([sys.executable, "-c", code], cwd="/", capture_output=True, text=True)
    assert done.stdout == "#012345\n", done.stderr


def test_a_theme_of_ones_own_is_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folder = tmp_path / "bipy" / "themes"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text('[roles]\n"text" = {bold = true}\n')
    (folder / "light.toml").write_text('[roles]\n"text" = {underline = true}\n')
    assert theme.load("mine").paints["text"].bold
    assert theme.load("light").paints["text"].underline, "one's own comes before bipy's"
    assert theme.names() == sorted([*BUNDLED, "mine"])


# What people are told


def complaint(name: str) -> str:
    with pytest.raises(ThemeError) as error:
        theme.load(name)
    return str(error.value)


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    known = ", ".join(sorted(BUNDLED))
    assert complaint("drak") == (
        f"There is no theme 'drak'. The themes are {known}; the path of a .toml file does as well."
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[roles\n", ["line 1, column 1", "the closing ] is missing: [roles]"]),
        (
            '[roles]\n"text" = {fg = "red"}\n"text" = {fg = "red"}\n',
            ["line 3, column 1", '"text" is set twice, here and in line 2'],
        ),
        ('[roles]\n"text" = {fg = red}\n', ["line 2", "text needs quotes"]),
        ("", ["must have one table, [roles]"]),
        ("roles = 3\n", ["must have one table, [roles]"]),
        ('[roles]\n[colours]\nred = "x"\n', ["must have one table, [roles]", "'colours'"]),
        ('[roles]\n\n"box.mtach" = {bold = true}\n', ["line 3", "no role 'box.mtach'", "Is 'box.match' meant?"]),
        ('[roles]\n"xyz" = {bold = true}\n', ["line 2", "no role 'xyz'", "The roles are text, dim,"]),
        ('[roles]\n"text" = {fgg = "red"}\n', ["line 2", "no setting 'fgg'", "fg, bg, fg16"]),
        ('[roles]\n"text" = {fg = "rd"}\n', ["line 2", "'rd' is no colour", "#rrggbb", "bright black"]),
        ('[roles]\n"text" = {bg = "#12345g"}\n', ["line 2", "'#12345g' is no colour"]),
        ('[roles]\n"text" = {fg16 = "#123456"}\n', ["line 2", "'#123456' is no colour of 16", "bright black"]),
        ('[roles]\n"text" = {mono = "bold blink"}\n', ["line 2", "bold, italic, underline, reverse"]),
        ('[roles]\n"text" = {bold = "yes"}\n', ["line 2", "bold of 'text' must be true or false"]),
        ('[roles]\n"text" = {fg = 3}\n', ["line 2", "fg of 'text' must be a string"]),
        ('[roles]\ntext = "red"\n', ["line 2", 'write "text" = {fg = "#rrggbb"}']),
        ('[roles]\n[roles.box]\nmatch = {fg = "red"}\n', ["line 2", "no setting 'match'", '"box.match"']),
    ],
)
def test_a_broken_file_is_told_by_line(tmp_path: Path, text: str, told: list[str]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    said = complaint(str(file))
    assert str(file) in said
    for part in told:
        assert part in said


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert "none.toml cannot be read: No such file or directory." in complaint(str(tmp_path / "none.toml"))
    assert "Is a directory" in complaint(f"{tmp_path}{os.sep}")
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    assert "is not text in UTF-8" in complaint(str(binary))
    nested = tmp_path / "nested.toml"
    nested.write_text("[roles]\na = " + "[" * 100_000)
    assert "not valid TOML" in complaint(str(nested))

"""A screen in ASCII: every pane and overlay, and every sign that bipy has."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import urwid

from bipy.session.effects import Ask
from bipy.settings import Settings
from bipy.terminal.encoding import shows_signs
from bipy.ui.text.rows import width
from bipy.ui.text.signs import SIGNS, TAB, TAB_ROLE, in_ascii, row_in_ascii
from tests import snapshots
from tests.snapshots import Check
from tests.ui.test_chooser import Searching
from tests.ui.test_reading import Reading
from tests.ui.test_table_pane import Table
from tests.ui.test_window import NAMES, RANGE, Paste, Stage

BIPY = Path(__file__).parents[2] / "bipy"
SIZE = (60, 20)
# Where signs stand: bullets and dots, control pictures, boxes, blocks, shapes, dingbats.
BLOCKS = (range(0x2022, 0x2028), range(0x2400, 0x27C0))
# A terminal that shows formulas shows their signs.
FORMULAS = ("latex.py", "formula.py")
MARKDOWN = "# Head\n\n> said\n\n- one\n- two $\\alpha^2$\n\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n    code\n"
HTML = "<h1>Head</h1><blockquote>said</blockquote><ul><li>one</li></ul><hr><table><tr><th>a</th></tr></table>"


def started() -> Stage:
    stage = Stage()
    stage.start()
    return stage


def shown(**data: str) -> Stage:
    """A stage on which a cell shows a bundle."""
    stage = started()
    request = stage.enter("show()")
    bundle = {name.replace("_", "/"): text for name, text in data.items()}
    stage.tell("iopub", "display_data", {"data": bundle, "metadata": {}, "transient": {}}, request)
    stage.finish(request)
    return stage


def matches() -> Stage:
    stage = started()
    stage.type("pa")
    stage.complete(*NAMES, start=0, end=2, types=("function", "statement", "x"))
    return stage


def signature() -> Stage:
    stage = started()
    stage.type("range(1, ")
    stage.inspect(RANGE)
    return stage


def docs() -> Stage:
    stage = started()
    stage.type("range(")
    stage.inspect(RANGE)
    stage.press("shift tab")
    assert stage.interface.window.docs is not None
    return stage


def pressed(*keys: str | Paste) -> Callable[[], Stage]:
    def story() -> Stage:
        stage = started()
        stage.press(*keys)
        return stage

    return story


def history() -> Stage:
    stage = Searching()
    stage.press("ctrl r", *"d")
    return stage


def reading(*keys: str) -> Callable[[], Stage]:
    def story() -> Stage:
        stage = Reading(("a = 1", "x\n" * 30), ("b\x7f", "1\x01 2"))
        stage.read(*keys)
        return stage

    return story


def table(*keys: str) -> Callable[[], Stage]:
    def story() -> Stage:
        stage = Table(
            '<table class="dataframe"><thead><tr><th></th><th>n</th></tr></thead><tbody>'
            + "<tr><th>0</th><td>5</td></tr><tr><th>...</th><td>...</td></tr>"
            + f"<tr><th>9</th><td>{'long ' * 40}</td></tr></tbody></table><p>10 rows</p>"
        )
        stage.press(*keys)
        return stage

    return story


def asked(*, password: bool) -> Callable[[], Stage]:
    def story() -> Stage:
        stage = started()
        stage.interface.perform(Ask("Password: ", password, "", None))
        stage.type("secret")
        return stage

    return story


def vi() -> Stage:
    stage = started()
    stage.interface.settings = Settings(editing="vi")
    stage.press(Paste("abc"), "esc", "2", "d")
    return stage


STORIES: dict[str, Callable[[], Stage]] = {
    "start": started,
    "matches": matches,
    "signature": signature,
    "docs": docs,
    "help": pressed("f1"),
    "help-below": pressed("f1", "page down", "/", *"cell", "enter"),
    "palette": pressed("meta x"),
    "palette-values": pressed("meta x", *"theme", "enter"),
    "sequence": pressed("ctrl x"),
    "find": pressed(Paste("a = 1\n\tb = a"), "ctrl s", *"a"),
    "replace": pressed(Paste("a = 1\nb = a"), "meta %", *"a", "enter", *"b", "enter"),
    "history": history,
    "reading": reading("f6"),
    "folded": reading("f6", "up", "enter"),
    "search": reading("f6", "/", "x"),
    "table": table(),
    "table-sorted": table("right", "s"),
    "table-filter": table("/", "5"),
    "password": asked(password=True),
    "input": asked(password=False),
    "vi": vi,
    "markdown": lambda: shown(text_markdown=MARKDOWN),
    "html": lambda: shown(text_html=HTML),
    "latex": lambda: shown(text_latex=r"$\sqrt{\frac{\alpha}{2}}$", text_plain="<Math>"),
    "text": lambda: shown(text_plain="\u250c\u2500\u2510 100%|\u2588\u2588\u258c  | \u2026"),
}


def drawn(stage: Stage, size: tuple[int, int], *, plain: bool) -> urwid.Canvas:
    stage.interface.means = stage.interface.means.replace(ascii=plain)
    stage.interface.refresh(stage.keyboard.hint(), stage.keyboard.mode)
    return stage.interface.window.render(size, focus=True)


@pytest.mark.parametrize("story", STORIES)
def test_nothing_but_ascii_is_drawn_for_ascii(story: str) -> None:
    stage = STORIES[story]()
    for size in (SIZE, (30, 8), (130, 20)):
        lines = drawn(stage, size, plain=False)
        plain = drawn(stage, size, plain=True)
        assert all(row.isascii() for row in plain.text), b"\n".join(plain.text).decode()
        assert (plain.cols(), plain.rows()) == size
        assert plain.cursor == lines.cursor or story == "latex", (
            "all keeps its place, but a formula that stays its source"
        )
        assert [len(row) for row in plain.text] == [size[0]] * size[1]


def test_how_it_looks(snapshot: Check) -> None:
    snapshot(drawn(matches(), SIZE, plain=True), "ascii/matches")
    snapshot(drawn(shown(text_markdown=MARKDOWN), SIZE, plain=True), "ascii/markdown")


def test_code_stays_as_it_was_typed() -> None:
    stage = started()
    stage.press(Paste("s = '\u2026\u2500\u2022' # \u25b8"))
    assert "s = '\u2026\u2500\u2022' # \u25b8" in "\n".join(drawn(stage, SIZE, plain=True).decoded_text)


def test_a_sign_and_what_stands_for_it_have_one_column() -> None:
    for sign, plain in SIGNS.items():
        assert (width(sign), len(plain)) == (1, 1), sign
        assert plain.isascii()
        assert plain.isprintable()


@pytest.mark.parametrize(
    ("attribute", "text", "plain"),
    [
        ("note", "asking \u2026    ", "asking ...  "),
        ("note", "cut\u2026 on", "cut~ on"),
        (TAB_ROLE, f"{TAB}   ", ">   "),
        ("output", f"a {TAB} b", f"a {TAB} b"),
        ("output", "d\u00e9j\u00e0 \u65e5\u672c", "d\u00e9j\u00e0 \u65e5\u672c"),
        ("code", "\u2026", "\u2026"),
        (urwid.AttrSpec("#f00", "#00f", 256), "\u2580\u2580", "  "),
        (urwid.AttrSpec("#f00", "default", 256), "\u2588\u258c", "#|"),
    ],
)
def test_what_stands_for_a_run(attribute: object, text: str, plain: str) -> None:
    assert in_ascii(attribute, text) == plain
    assert row_in_ascii([(attribute, text)]) == ((attribute, plain),)


def signs(text: str) -> Iterator[str]:
    return (sign for sign in text if any(ord(sign) in block for block in BLOCKS))


def test_every_sign_in_a_snapshot_has_its_row() -> None:
    for name in snapshots.names():
        if name not in ("mime/formulas", "outputs/sympy"):
            assert set(signs(snapshots.path(name).read_text())) <= set(SIGNS), name


def test_every_sign_in_the_source_has_its_row() -> None:
    for file in BIPY.rglob("*.py"):
        if file.name in FORMULAS:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and not _is_pattern(node.value):
                assert set(signs(node.value)) <= set(SIGNS), (file.name, node.lineno)


def _is_pattern(text: str) -> bool:
    """Whether it is a class of a regular expression, which names more signs than are drawn."""
    return text.lstrip("(").startswith("[")


@pytest.mark.parametrize(
    ("environment", "shows"),
    [
        ({}, True),
        ({"LANG": "de_DE.UTF-8"}, True),
        ({"LANG": "C.utf8"}, True),
        ({"LC_CTYPE": "UTF-8"}, True),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "C"}, False),
        ({"LANG": "en_US.UTF-8", "LC_CTYPE": "POSIX"}, False),
        ({"LC_CTYPE": "de_DE@euro", "LC_ALL": ""}, False),
        ({"LANG": "ru_RU.KOI8-R"}, False),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True),
    ],
)
def test_the_locale_says_whether_signs_can_be_shown(environment: dict[str, str], shows: bool) -> None:
    assert shows_signs(environment) is shows

"""The palette: commands and settings found by a few letters, run and changed."""

from __future__ import annotations

import pytest
import urwid

from bipy.session import effects
from bipy.settings import Settings
from tests.snapshots import Check
from tests.ui.test_window import Paste, Stage


class Palette(Stage):
    """A stage with settings."""

    def __init__(self) -> None:
        super().__init__()
        self.start()
        self.interface.settings = Settings(linger=90.0)
        self.picture()

    def picture(self, size: tuple[int, int] = (70, 14)) -> urwid.Canvas:
        self.interface.refresh(self.keyboard.hint())
        return self.interface.window.render(size, focus=True)

    def list(self, *keys: str) -> list[str]:
        """The texts in the list after some keys."""
        self.press(*keys)
        rows = [row.decode()[3:].rstrip() for row in self.picture((90, 40)).text[1:-2]]
        return rows[: next((number for number, row in enumerate(rows) if not row or row[0] == "\u2500"), len(rows))]

    def changes(self) -> list[effects.Configure]:
        return [effect for effect in self.performed if isinstance(effect, effects.Configure)]


@pytest.fixture
def stage() -> Palette:
    return Palette()


@pytest.mark.parametrize("size", [(70, 14), (36, 8)])
def test_commands_and_settings_with_their_keys_and_values(
    stage: Palette, snapshot: Check, size: tuple[int, int]
) -> None:
    stage.press("meta x", *"kill")
    snapshot(stage.picture(size), f"palette/{size[0]}")


def test_a_theme_is_shown_while_one_goes_through_the_list(stage: Palette) -> None:
    stage.press("meta x", *"theme", "enter")
    assert "nord" in stage.list()
    stage.performed.clear()
    stage.press("down", *"nor", "esc")
    shown = [effect.value for effect in stage.performed if isinstance(effect, effects.Preview)]
    assert shown[-2:] == ["nord", None]
    assert stage.changes() == []
    stage.performed.clear()
    stage.press("meta x", *"theme", "enter", *"nor", "enter")
    assert stage.performed[-2:] == [effects.Preview(), effects.Configure("theme", "nord", keep=False)]


def test_a_style_for_code_is_one_of_pygments(stage: Palette) -> None:
    stage.press("meta x", *"code-style", "enter")
    assert {"monokai", "friendly"} <= {offer.text for offer in stage.interface.window.chooser.source.find("")}  # type: ignore[union-attr]


def test_a_command_runs_where_it_was_asked_for(stage: Palette) -> None:
    stage.type("word")
    stage.press("meta x", *"kill to the start line", "enter")
    assert stage.interface.window.editor.buffer.code == ""
    assert stage.interface.window.chooser is None
    stage.press("meta x", *"keys all", "enter")
    assert stage.interface.window.pager is not None
    stage.press("q", Paste("x"), "meta x", *"hlp", "esc")
    assert stage.interface.window.editor.buffer.code == "x"


def test_only_commands_that_work_here_are_offered(stage: Palette) -> None:
    assert "Search in the whole session" not in "".join(stage.list("meta x", *"search"))
    stage.press("esc")
    stage.finish(stage.enter("x"))
    stage.picture()
    stage.press("f6")
    assert "Search in the whole session" in "".join(stage.list("meta x", *"search"))


def test_a_setting_offers_its_values_and_tells_which_holds(stage: Palette) -> None:
    offered = stage.list("meta x", *"setting inspection", "enter")
    assert [line.split() for line in offered] == [["live", "now"], ["idle"], ["tab"], ["off"]]
    stage.press("down", "enter")
    assert stage.changes() == [effects.Configure("inspection", "idle")]
    stage.press("meta x", *"auto-close", "enter", "down", "ctrl s")
    assert stage.changes()[-1] == effects.Configure("auto-close", True, keep=True)


def test_a_value_without_a_list_is_typed_and_checked(stage: Palette) -> None:
    assert stage.list("meta x", *"linger", "enter", *"8") == []
    stage.press("enter")
    assert stage.changes() == []
    stage.press("meta x", *"linger", "enter", *"8h", "enter")
    assert stage.changes() == [effects.Configure("linger", "8h")]
    stage.press("meta x", *"setting rows", "enter", *"0", "enter")
    stage.press("meta x", *"setting rows", "enter", *"7", "enter")
    assert stage.changes()[1:] == [effects.Configure("rows", 7)]

"""A list to choose from, and the history in it, as a person uses it with keys."""

from __future__ import annotations

import pytest
import urwid

from bipy.messaging.message import Header, Message
from bipy.session import effects
from bipy.session import events as session_events
from bipy.session.records import Record
from bipy.terminal.screen import Paste
from tests.snapshots import Check
from tests.ui.test_window import Stage

NOW = 1_000_000.0
EARLIER = (
    Record("plot(data)", NOW - 60, "python", "Python 3.11", "/work", 12.0, "done"),
    Record("1/0", NOW - 120, "python", "Python 3.11", "/work", 0.1, "ZeroDivisionError"),
    Record("def f(x):\n    return x + 1\nf(2)", NOW - 7200, "python", "Python 3.11", "/home/me", 0.1, "done"),
    Record("import numpy as np", NOW - 90000, "python", "Python 3.11", "/home/me", 3.0, "done"),
    Record("never_ran()", NOW - 200000, "python", "", "/home/me"),
)
SIZE = (60, 16)


class Searching(Stage):
    """A stage with a history of earlier sessions."""

    def __init__(self) -> None:
        super().__init__()
        self.start()
        self.interface.today = lambda: NOW
        self.interface.folder = "/work"
        self.do(session_events.EarlierRead(EARLIER))
        self.screen()

    def picture(self, size: tuple[int, int] = SIZE) -> urwid.Canvas:
        self.interface.refresh(self.keyboard.hint())
        return self.interface.window.render(size, focus=True)

    def screen(self) -> list[str]:
        return [row.decode().rstrip() for row in self.picture().text]

    def list(self, *keys: str) -> list[str]:
        """The texts in the list after some keys."""
        self.press(*keys)
        rows = [row[3:].split("  ")[0] for row in self.screen()[1:-2]]
        return rows[: next((number for number, row in enumerate(rows) if not row or row[0] == "\u2500"), len(rows))]

    @property
    def cell(self) -> str:
        return self.interface.window.editor.buffer.code


@pytest.fixture
def stage() -> Searching:
    return Searching()


@pytest.mark.parametrize("size", [(80, 24), SIZE, (40, 12), (40, 8)])
def test_the_history_lies_over_everything_with_what_is_known_of_each_entry(
    stage: Searching, snapshot: Check, size: tuple[int, int]
) -> None:
    stage.press("ctrl r", *"f x", "down")
    snapshot(stage.picture(size), f"chooser/history-{size[0]}x{size[1]}")


def test_words_may_stand_anywhere_and_letters_in_their_order(stage: Searching) -> None:
    assert stage.list("ctrl r") == [
        "x = 5",
        "import os",
        "plot(data)",
        "def f(x):",
        "import numpy as np",
        "never_ran()",
        "1/0",
    ]
    assert stage.list(*"np import") == ["import numpy as np"]
    assert stage.list("ctrl u", *"pldt") == ["plot(data)"]
    assert stage.list("ctrl u", *"Imp") == ["import os", "import numpy as np"], "only so, since no entry has a capital"
    assert stage.list(*"zz") == []
    assert stage.list("backspace", "backspace") == ["import os", "import numpy as np"]


def test_enter_puts_an_entry_into_the_cell_and_esc_leaves_it_as_it_was(stage: Searching) -> None:
    stage.type("imp")
    assert stage.list("ctrl r") == ["import os", "import numpy as np"]
    stage.press("esc")
    assert stage.cell == "imp"
    stage.press("ctrl r", "ctrl r", "enter")
    assert stage.cell == "import numpy as np"
    stage.press("ctrl _")
    assert stage.cell == "imp"


def test_several_entries_are_marked_and_taken_in_that_order(stage: Searching) -> None:
    stage.press("ctrl r", "down", "tab", "up", "up", "tab")
    assert "2 marked" in stage.screen()[0]
    stage.press("enter")
    assert stage.cell == "import os\nx = 5"


def test_an_entry_runs_and_the_one_after_it_is_next(stage: Searching) -> None:
    stage.press("ctrl r", *"import numpy", "ctrl o")
    assert stage.take("execute_request").content["code"] == "import numpy as np"
    assert stage.cell == "def f(x):\n    return x + 1\nf(2)"


def test_a_key_each_narrows_the_list(stage: Searching) -> None:
    request = stage.enter("here()")
    stage.finish(request)
    assert stage.list("ctrl r", "f2") == ["here()"]
    assert "this session" in stage.screen()[0]
    assert stage.list("f2", "f3") == ["plot(data)", "1/0"]
    assert stage.list("f4") == ["plot(data)"]
    assert "this folder, ended well" in stage.screen()[0]


def test_an_entry_is_forgotten_for_ever(stage: Searching) -> None:
    assert stage.list("ctrl r", *"plot", "delete") == []
    assert effects.Erase("plot(data)") in stage.performed
    stage.press("esc", "ctrl r")
    assert "plot(data)" not in stage.list()


def test_a_paste_is_looked_for(stage: Searching) -> None:
    stage.press("ctrl r", Paste("numpy\nmore"))
    assert stage.list() == ["import numpy as np"]
    stage.press("enter")
    assert stage.cell == "import numpy as np"


def test_hostile_text_of_an_earlier_session_stays_text(stage: Searching) -> None:
    stage.do(session_events.EarlierRead((Record("x\x1b[2J\ty", 1.0, "python", "k\x1b", "/d\x07"),)))
    stage.press("ctrl r", *"[2J")
    assert not any("\x1b" in row or "\x07" in row for row in stage.screen())


def test_marked_entries_are_written_to_a_file(stage: Searching) -> None:
    stage.press("ctrl r", *"numpy", "tab", "ctrl u", *"plot", "tab", "ctrl x", "ctrl s")
    assert effects.Save(b"import numpy as np\n\nplot(data)\n", "history", ".py") in stage.performed


def test_what_another_client_runs_is_found_and_named() -> None:
    stage = Searching()
    other = Message(Header("x1", "execute_request", "another", username="eve"))
    stage.tell("iopub", "execute_input", {"code": "theirs()", "execution_count": 8}, other)
    assert "theirs()" in stage.list("ctrl r", *"theirs")
    assert any("by eve another" in row for row in stage.screen())
    assert "theirs()" not in stage.list("ctrl u", "f5")


def test_the_line_that_fits_is_shown(stage: Searching) -> None:
    assert stage.list("ctrl r", *"return") == ["return x + 1"]


def test_an_entry_of_this_session_has_its_time_and_folder(stage: Searching) -> None:
    stage.do(session_events.Kept(Record("now()", NOW - 5, "python", "", "/work", end="done")))
    assert "now()" in stage.list("ctrl r", "f3")
    assert "5 s" in stage.screen()[1]

"""The screen of a terminal shows the canvas, also where the terminal counts columns in its own way."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from unicodedata import normalize

import pytest
import urwid
from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.terminal.lent import LentTerminal
from bipy.terminal.screen import Screen
from bipy.ui.text.rows import Row, canvas, width
from tests.live.emulators import Emulator, Pyte, Xterm
from tests.waiting import until

# Terminals agree about the columns of these, and not about those.
SURE = ("a", "  ", "─", "é", "e\u0301", "日", "本", "한", "\u1112\u1161\u11ab", "क्ष", "\t", "\x1b")
UNSURE = (
    "👩",
    "👩\u200d👩\u200d👧",
    "👩\u200d🚀",
    "♥\ufe0f",
    "☺\ufe0f",
    "⌚",
    "⌚\ufe0e",
    "🇩🇪",
    "1\ufe0f\u20e3",
    "👍🏽",
    "🫩",
)

# Columns, rows, and the rows themselves.
Frame = tuple[list[Row], tuple[int, int] | None]
ROW = st.lists(
    st.tuples(
        st.sampled_from([None, "warm", "cold"]),
        st.lists(st.sampled_from(SURE + UNSURE), max_size=6).map("".join),
    ),
    max_size=4,
).map(tuple)


@st.composite
def films(draw: st.DrawFn) -> tuple[tuple[int, int], list[Frame]]:
    """The size of a screen, and frames to be drawn on it one after the other."""
    columns, rows = draw(st.sampled_from([(14, 3), (5, 2), (2, 2), (1, 1)]))
    cursor = st.none() | st.tuples(st.integers(0, columns - 1), st.integers(0, rows - 1))
    frame = st.tuples(st.lists(ROW, min_size=rows, max_size=rows), cursor)
    return (columns, rows), draw(st.lists(frame, min_size=1, max_size=3))


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    master, slave = os.openpty()
    screen = Screen(LentTerminal(slave))
    screen.register_palette([("warm", "white", "dark red"), ("cold", "black", "dark cyan")])
    screen._started = True  # without the sequences of a start
    yield screen
    os.close(master)
    os.close(slave)


@pytest.fixture(scope="module", params=[Pyte, Xterm])
def emulator(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    if request.param is Xterm and not Xterm.is_installed():
        pytest.skip("no node, or no package @xterm/headless")
    emulator = request.param((1, 1), lambda _: None)
    yield emulator
    emulator.close()


class Wire:
    """The way to the terminal: it keeps the text."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None: ...


@settings(max_examples=100)
@given(films())
def test_the_terminal_shows_the_canvas(
    screen: Screen, emulator: Emulator, film: tuple[tuple[int, int], list[Frame]]
) -> None:
    size, frames = film
    emulator.resize(size)
    emulator.feed(b"\x1bc\x1b[?7l")
    screen.clear()
    for rows, cursor in frames:
        drawn = canvas(rows, size[0], cursor)
        screen._term_output_file = wire = Wire()
        screen.draw_screen(size, drawn)
        emulator.feed(wire.text.encode())
        looks: dict[object, set[object]] = {}
        for shown, content in zip(emulator.rows(), drawn.content(), strict=True):
            cells = {cell.column: cell for cell in reversed(shown)}
            for column, cluster, attribute in clusters(content):
                if any(character in "".join(UNSURE) for character in cluster):
                    # A column that the terminal does not fill is blank.
                    columns = range(column, column + urwid.calc_width(cluster, 0, len(cluster)))
                    assert {cells[each].character for each in columns if each in cells} <= {*cluster, " "}
                    continue
                assert normalize("NFD", cells[column].character)[0] == normalize("NFD", cluster)[0]
                if not cluster.isspace():
                    looks.setdefault(attribute, set()).add(cells[column].attributes)
        assert all(len(look) == 1 for look in looks.values()), "one attribute looks one way"
        assert len(set.union(set(), *looks.values())) == len(looks), "and no other looks so"
        if cursor is not None:
            assert emulator.cursor() == cursor


def clusters(content: Iterable[tuple[object, object, bytes]]) -> Iterator[tuple[int, str, object]]:
    """The grapheme clusters of a row: the column, the text and the attribute of each."""
    column = 0
    for attribute, _, data in content:
        text = data.decode()
        start = 0
        while start < len(text):
            end = urwid.move_next_char(text, start, len(text))
            yield column, text[start:end], attribute
            column += urwid.calc_width(text, start, end)
            start = end


@pytest.mark.skipif(shutil.which("tmux") is None, reason="no tmux")
def test_an_accent_stays_on_its_letter_in_the_last_column_of_a_tmux(screen: Screen, tmp_path: Path) -> None:
    letters = ["e\u0301", "\u0e01\u0e31", "\u05e9\u05c1\u05b8", "\u65e5", "y"]
    rows: list[Row] = [((None, "x" * (10 - width(letter)) + letter),) for letter in letters]
    screen.clear()
    screen._term_output_file = wire = Wire()
    screen.draw_screen((10, 5), canvas(rows, 10))
    (tmp_path / "frame").write_text(f"\x1b[?7l{wire.text}", encoding="utf-8")
    tmux = ["tmux", "-u", "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]
    subprocess.run([*tmux, "new-session", "-d", "-x", "10", "-y", "6", f"cat {tmp_path}/frame; exec cat"], check=True)
    try:

        def shown() -> list[str]:
            told = subprocess.run([*tmux, "capture-pane", "-p"], capture_output=True, text=True, check=True)
            return told.stdout.split("\n")[:5]

        until(lambda: shown()[4].endswith("y"))
        assert shown() == [text for ((_, text),) in rows]
    finally:
        subprocess.run([*tmux, "kill-server"], check=True)

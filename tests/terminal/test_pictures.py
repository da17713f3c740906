"""Pictures behind placeholders: a model of the terminal keeps what is sent to it, and looks up what its cells show."""

from __future__ import annotations

import base64
import os
import re
import zlib
from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image

from bipy.placement import MOST_CELLS, PLACEHOLDER, _numbers
from bipy.session.transcript import Bundle
from bipy.terminal.lent import LentTerminal
from bipy.terminal.pictures import SPARE
from bipy.terminal.screen import Screen
from bipy.ui.mime.means import Means
from bipy.ui.mime.output import OutputLines
from bipy.ui.text.rows import Row, canvas
from tests.terminal.test_capabilities import GRAPHICS, KITTY, PASSED, TMUX

COLUMNS, ROWS = 40, 12
MEANS = Means(2**24, (9, 18), ROWS, placeholders=True)
RED, BLUE = (255, 0, 0, 255), (0, 0, 255, 255)

_COMMAND = re.compile(r"\x1b_G([^;\x1b]*)(?:;([^\x1b]*))?\x1b\\")
_PASSED = re.compile(r"\x1bPtmux;((?:[^\x1b]|\x1b\x1b)*)\x1b\\")
_PIECE = re.compile(
    r"\x1b\[(?P<row>\d+);\d+H|\x1b\[38;(?:2;(?P<true>\d+;\d+;\d+)|5;(?P<few>\d+))m|(?P<picture>\U0010eeee..)"
)


class Model:
    """A terminal with placeholders behind a screen, with or without a tmux around it."""

    def __init__(self, *, tmux: bool = False, colors: int = 2**24) -> None:
        self.fd, slave = os.openpty()
        self.tmux = tmux
        self.held: dict[int, Image.Image] = {}
        self.sent = 0
        self.cells: list[tuple[int, int, int]] = []  # number of the picture, row and column in it
        self._keys: dict[str, str] = {}
        self._data = ""
        os.set_blocking(slave, False)
        self.terminal = LentTerminal(slave)
        self.screen = Screen(self.terminal)
        self.screen.set_terminal_properties(colors=colors)
        self.screen.register_palette([("output", "default", "default")])
        self.screen._started = True  # without the sequences of a start
        for answers in (TMUX, PASSED) if tmux else (KITTY, GRAPHICS + b"\x1b[?62;c"):
            self.screen.ask()
            self.screen.parse_input(None, None, list(answers))

    def draw(self, *rows: Row) -> None:
        """Draw a frame of these rows."""
        self.cells = []
        filled = [*rows, *[()] * (ROWS - len(rows))]
        self.screen.draw_screen((COLUMNS, ROWS), canvas(filled, COLUMNS))
        self.take()

    def take(self) -> None:
        """Take what was sent."""
        os.set_blocking(self.fd, False)
        sent = b""
        while True:
            self.terminal.flush()
            try:
                sent += os.read(self.fd, 65536)
            except BlockingIOError:
                if not self.terminal.is_stuck:
                    break
        text = sent.decode()
        if self.tmux:
            text = _PASSED.sub(lambda found: found[1].replace("\x1b\x1b", "\x1b"), text)
        for found in _COMMAND.finditer(text):
            self._command(dict(each.split("=") for each in found[1].split(",")), found[2] or "")
        number = 0
        for piece in _PIECE.finditer(_COMMAND.sub("", text)):
            if piece["true"]:
                red, green, blue = map(int, piece["true"].split(";"))
                number = red << 16 | green << 8 | blue
            elif piece["few"]:
                number = int(piece["few"])
            elif piece["picture"]:
                row, column = (_numbers().index(each) for each in piece["picture"][1:])
                self.cells.append((number, row, column))

    def _command(self, keys: dict[str, str], data: str) -> None:
        assert len(data) <= 4096
        assert keys.get("q") == "2" or keys.get("a") == "q", "the terminal answers nothing of it"
        if keys.get("a") == "d":
            assert keys["d"] == "I"
            del self.held[int(keys["i"])]
            return
        if keys.get("a") == "q":
            return
        if "a" in keys:
            assert (keys["a"], keys["U"], keys["f"], keys["o"]) == ("T", "1", "32", "z")
            self._keys, self._data = keys, ""
        self._data += data
        if keys["m"] == "0":
            size = int(self._keys["s"]), int(self._keys["v"])
            raw = zlib.decompress(base64.b64decode(self._data, validate=True))
            self.held[int(self._keys["i"])] = Image.frombytes("RGBA", size, raw)
            self.sent += 1


@pytest.fixture
def model(request: pytest.FixtureRequest) -> Iterator[Model]:
    model = Model(**getattr(request, "param", {}))
    yield model
    os.close(model.fd)
    model.terminal.close()


def picture(colour: tuple[int, ...], size: tuple[int, int] = (36, 36)) -> str:
    raw = BytesIO()
    Image.new("RGBA", size, colour).save(raw, "PNG")
    return base64.encodebytes(raw.getvalue()).decode()


def rows_of(data: str, means: Means = MEANS) -> list[Row]:
    return list(OutputLines(Bundle({"image/png": data, "text/plain": "the text"}, {}), means=means).rows(0, COLUMNS))


WAYS = [{}, {"colors": 256}, {"tmux": True}, {"tmux": True, "colors": 256}]


@pytest.mark.parametrize("model", WAYS, indirect=True, ids=str)
def test_the_terminal_finds_the_picture_that_each_cell_shows(model: Model) -> None:
    red, blue = rows_of(picture(RED)), rows_of(picture(BLUE, (18, 18)))
    model.draw(*red, ((None, "text"),), *blue)
    numbers = list(dict.fromkeys(number for number, _, _ in model.cells))
    assert [model.held[number].getpixel((0, 0)) for number in numbers] == [RED, BLUE]
    assert model.cells == [
        *[(numbers[0], row, column) for row in range(2) for column in range(4)],
        *[(numbers[1], 0, column) for column in range(2)],
    ]


def test_a_picture_is_sent_in_pieces_and_once(model: Model) -> None:
    noise = Image.effect_noise((300, 140), 90)
    raw = BytesIO()
    noise.save(raw, "PNG")
    rows = rows_of(base64.b64encode(raw.getvalue()).decode())
    model.draw(*rows)
    model.draw(*rows[3:])
    assert model.sent == 1
    (held,) = model.held.values()
    assert held.getpixel((7, 7)) == (*[noise.getpixel((7, 7))] * 3, 255)
    assert {row for _, row, _ in model.cells} == set(range(3, len(rows))), "what is scrolled away is not drawn"


def test_of_many_pictures_the_terminal_holds_those_on_show_and_a_few(model: Model) -> None:
    for shade in range(200):
        model.draw(*rows_of(picture((shade, 0, 0, 255))))
        assert len(model.held) <= 1 + SPARE
    model.draw(*rows_of(picture((198, 0, 0, 255))))
    assert model.sent == 200, "the last ones are still there"
    model.draw(((None, "none"),))
    assert len(model.held) == SPARE


def test_the_screen_leaves_no_picture_behind_and_sends_them_again_when_it_draws_all_anew(model: Model) -> None:
    rows = rows_of(picture(RED))
    model.draw(*rows)
    model.screen.clear()
    model.draw(*rows)
    assert (model.sent, len(model.held)) == (2, 1)
    model.terminal.write(model.screen._pictures.delete())  # type: ignore[union-attr]
    model.take()
    assert model.held == {}
    model.draw()
    model.draw(*rows)
    assert len(model.held) == 1


def test_a_kernel_that_prints_placeholders_shows_no_picture(model: Model) -> None:
    stream = OutputLines(Bundle({"text/plain": f"\x1b[38;5;1m{PLACEHOLDER}\u0305\u0305"}, {}), means=MEANS)
    model.draw(*stream.rows(0, COLUMNS))
    assert model.cells == []


@pytest.mark.parametrize("data", ["", "no base64!", "iVBORw0", "\x1b_Ga=d\x1b\\"])
def test_hostile_data_is_not_sent(model: Model, data: str) -> None:
    model.draw(*rows_of(data))
    assert (model.sent, model.cells) == (0, [])


@pytest.mark.parametrize("depth", [1, 16])
def test_a_screen_without_colours_shows_the_text(depth: int) -> None:
    assert rows_of(picture(RED), MEANS.replace(depth=depth))[0][0][1] == "the text"


def test_cells_are_clipped_as_text_is(model: Model) -> None:
    rows = rows_of(picture(RED, (9 * COLUMNS, 18 * 2)))
    model.draw(*[((None, "|"), *row) for row in rows])
    assert {column for _, _, column in model.cells} == set(range(COLUMNS - 1))


def test_there_are_numbers_for_all_cells() -> None:
    assert len(set(_numbers())) == MOST_CELLS

"""A canvas as a picture: SVG of a terminal's window, in true colours, the cursor included.

Each run of a row becomes one text that is told how long it has to be, so the grid holds whatever font the viewer has.
Lines of boxes are drawn, not written, for the same reason.  Nothing is known here of what is on the canvas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple
from xml.sax.saxutils import escape

import urwid
from urwid.testing import resolve_runs

from bipy.ui.theme import PaletteEntry

# Pixels: a cell, its baseline, the room around the grid, the title bar.
WIDTH, HEIGHT, BASELINE = 8.4, 19, 14
MARGIN, TITLE = 18, 38
FONT = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"

FOREGROUND, BACKGROUND, EDGE, CAPTION = "#d8dce2", "#1b1e24", "#3a404b", "#8b93a1"
BUTTONS = ("#ec6a5e", "#f4bf4f", "#61c554")

# The sixteen colours that are the terminal's own, by urwid's names.
BASIC = {
    "black": "#2e333d",
    "dark red": "#e0746b",
    "dark green": "#8cc38c",
    "brown": "#dcb86e",
    "dark blue": "#7aa9e6",
    "dark magenta": "#bd93e0",
    "dark cyan": "#6fc1ba",
    "light gray": "#c8cdd5",
    "dark gray": "#7b8494",
    "light red": "#f0857d",
    "light green": "#a5d6a5",
    "yellow": "#f0d08a",
    "light blue": "#9cc3f5",
    "light magenta": "#d3b3f0",
    "light cyan": "#8fd9d2",
    "white": "#ffffff",
}

# The same, where the background is light.
BASIC_ON_LIGHT = {
    **BASIC,
    "dark red": "#a8332a",
    "dark green": "#3a7a3a",
    "brown": "#86611a",
    "dark blue": "#2f5fa8",
    "dark magenta": "#7f4aa6",
    "dark cyan": "#1f7a73",
    "light gray": "#6a717c",
    "dark gray": "#5a616c",
    "light red": "#b8443b",
    "light green": "#4a8a4a",
    "yellow": "#96701f",
    "light blue": "#3f6fb8",
    "light magenta": "#8f5ab6",
    "light cyan": "#2f8a83",
}

# Where a line of a box goes from the middle of its cell: left, right, up, down.
LINES = dict(zip("─│┌┐└┘├┤", ("lr", "ud", "rd", "ld", "ru", "lu", "rud", "lud"), strict=True))


class Ground(NamedTuple):
    """The colours of the terminal itself, and of the window around it."""

    foreground: str = FOREGROUND
    background: str = BACKGROUND
    edge: str = EDGE
    caption: str = CAPTION
    basic: Mapping[str, str] = BASIC


DARK = Ground()


class Look(NamedTuple):
    """How text is drawn."""

    foreground: str
    background: str
    classes: str


class Piece(NamedTuple):
    """A stretch of a row that is drawn alike: its first column, how many columns it takes, and its text."""

    column: int
    columns: int
    text: str
    look: Look


def draw(canvas: urwid.Canvas, palette: Sequence[PaletteEntry], title: str, ground: Ground = DARK) -> str:
    """The picture of `canvas`, whose attributes are those of `palette`, in a window called `title`."""
    width = canvas.cols() * WIDTH + 2 * MARGIN
    height = canvas.rows() * HEIGHT + TITLE + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height}" '
        f'viewBox="0 0 {width:g} {height}" role="img" aria-label="{escape(title)}">',
        "<style>",
        f"text {{ font: 14px {FONT}; white-space: pre; fill: {ground.foreground} }}",
        ".b { font-weight: bold } .i { font-style: italic } .u { text-decoration: underline }",
        "</style>",
        f'<rect x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1}" rx="10" fill="{ground.background}" '
        f'stroke="{ground.edge}"/>',
        *(f'<circle cx="{20 + 20 * number}" cy="19" r="6" fill="{fill}"/>' for number, fill in enumerate(BUTTONS)),
        f'<text x="{width / 2:g}" y="24" text-anchor="middle" style="fill: {ground.caption}">{escape(title)}</text>',
        f'<g transform="translate({MARGIN} {TITLE})">',
    ]
    for number, pieces in enumerate(_rows(canvas, palette, ground)):
        parts += _background(pieces, number, ground)
        for piece in pieces:
            parts += _lines(piece, number) if piece.text[0] in LINES else _text(piece, number, ground)
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _rows(canvas: urwid.Canvas, palette: Sequence[PaletteEntry], ground: Ground) -> Iterator[list[Piece]]:
    runs = [[(attribute, text.decode()) for attribute, _, text in row] for row in canvas.content()]
    for number, row in enumerate(resolve_runs(runs, palette, colors=1 << 24)):
        cells = [(char, _look(spec, ground)) for spec, text in row for char in text]
        if canvas.cursor and canvas.cursor[1] == number:
            cells = _with_cursor(cells, canvas.cursor[0])
        yield list(_pieces(cells))


def _with_cursor(cells: list[tuple[str, Look]], column: int) -> list[tuple[str, Look]]:
    """The cell in `column` with its colours exchanged."""
    for index, (char, look) in enumerate(cells):
        if column == 0:
            cells[index] = (char, Look(look.background, look.foreground, look.classes))
            break
        column -= urwid.calc_width(char, 0, len(char))
    return cells


def _pieces(cells: Sequence[tuple[str, Look]]) -> Iterator[Piece]:
    """Neighbours that look alike together, lines of boxes apart from letters."""
    column = 0
    for (look, _), group in groupby(cells, key=lambda cell: (cell[1], cell[0] in LINES)):
        text = "".join(char for char, _ in group)
        columns = urwid.calc_width(text, 0, len(text))
        yield Piece(column, columns, text, look)
        column += columns


def _look(spec: urwid.AttrSpec, ground: Ground) -> Look:
    red_green_blue = spec.get_rgb_values()
    foreground = _color(spec.foreground.split(",")[0], red_green_blue[:3], ground) or ground.foreground
    background = _color(spec.background, red_green_blue[3:], ground) or ground.background
    if spec.standout:
        foreground, background = background, foreground
    attributes = {"b": spec.bold, "i": spec.italics, "u": spec.underline}
    return Look(foreground, background, " ".join(name for name, on in attributes.items() if on))


def _color(name: str, red_green_blue: Sequence[int | None], ground: Ground) -> str:
    """A colour as SVG spells it, "" for the terminal's default."""
    if name in ground.basic:
        return ground.basic[name]
    return "#" + "".join(f"{part:02x}" for part in red_green_blue if part is not None) if name != "default" else ""


def _background(pieces: Sequence[Piece], number: int, ground: Ground) -> Iterator[str]:
    for color, group in groupby(pieces, key=lambda piece: piece.look.background):
        if color == ground.background:
            continue
        together = list(group)
        columns = sum(piece.columns for piece in together)
        # A hair higher than the row, or a seam shows between two rows.
        yield (
            f'<rect x="{together[0].column * WIDTH:g}" y="{number * HEIGHT}" width="{columns * WIDTH:g}" '
            f'height="{HEIGHT + 0.4}" fill="{color}"/>'
        )


def _text(piece: Piece, number: int, ground: Ground) -> Iterator[str]:
    text = piece.text.strip(" ")
    if not text:
        return
    column = piece.column + len(piece.text) - len(piece.text.lstrip(" "))
    length = urwid.calc_width(text, 0, len(text)) * WIDTH
    classes = f' class="{piece.look.classes}"' if piece.look.classes else ""
    fill = f' style="fill: {piece.look.foreground}"' if piece.look.foreground != ground.foreground else ""
    yield (
        f'<text x="{column * WIDTH:g}" y="{number * HEIGHT + BASELINE}" textLength="{length:g}"{classes}{fill} '
        f'xml:space="preserve">{escape(text)}</text>'
    )


def _lines(piece: Piece, number: int) -> Iterator[str]:
    """The lines through the cells of `piece`, as one path."""
    top, bottom = number * HEIGHT, (number + 1) * HEIGHT
    path = ""
    for index, char in enumerate(piece.text):
        left = (piece.column + index) * WIDTH
        right, middle, x = left + WIDTH, top + HEIGHT / 2, left + WIDTH / 2
        ends = {"l": (left, middle), "r": (right, middle), "u": (x, top), "d": (x, bottom)}
        path += "".join(f"M{x:g} {middle:g}L{ends[end][0]:g} {ends[end][1]:g}" for end in LINES[char])
    yield f'<path d="{path}" stroke="{piece.look.foreground}" fill="none"/>'

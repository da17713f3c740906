"""Pictures become rows of cells: placeholders where the terminal draws the pixels itself, else half blocks.

A half block shows two pixels, one in the foreground of its cell and one in the background.  For placeholders see
`bipy.placement`.

A picture is one line of many rows, as large as its own pixels (or the size in its metadata) say, but never wider than
the screen nor much of it high.  Pillow decodes it; it is imported with the first picture.  What a kernel sends may be
anything: only the formats named here are read, and neither a picture of too many pixels nor broken data is.

Decoded once for what is on show, and scaled once for each size: both are kept for a few pictures only, so that a
session with many costs no more than those in view.  On a screen with fewer than 256 colours there are no pictures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import groupby

from bipy.placement import MOST_CELLS, Pixels, Placement
from bipy.ui.mime.means import Means
from bipy.ui.text import colours
from bipy.ui.text.output import Lines, joined
from bipy.ui.text.rows import Row, Run
from bipy.ui.text.sgr import Color, Style, attribute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF"}

# Of larger pictures, and longer data, nothing is decoded.
MOST_PIXELS = 64_000_000
MOST_CHARACTERS = 64_000_000
# A decoded picture is kept no larger than this: few screens show more pixels of a picture in two thirds of their rows.
KEPT_SIDE = 1600
KEPT_DECODED = 4
KEPT_SCALED = 32

# The share of the screen's rows that a picture may take.
SHARE = 2 / 3

_UPPER, _LOWER = "\u2580", "\u2584"
_OPAQUE = 128
# True colours are rounded to so many steps: a screen of unique colours costs urwid 80 ms, and nobody sees it.
_STEPS = 31

Pixel = Color


class PictureError(ValueError):
    """The data is no picture that can be shown."""


class Placed(Placement):
    """A picture of a kernel, in so many cells."""

    data: str
    mime: str

    def pixels(self, cell: tuple[int, int]) -> Pixels:
        """Its pixels, as far as the cells show them."""
        image = decoded(self.data, self.mime)[0].copy()
        # A cell more: its size was rounded, and is no reason to scale it twice.
        image.thumbnail(((self.columns + 1) * cell[0], (self.rows + 1) * cell[1]))
        return Pixels(image.width, image.height, image.tobytes())


class PictureLines:
    """A picture as one line.  `asked` is the size in pixels that is asked for, None for that of the picture."""

    count = 1

    def __init__(self, data: str, mime: str, asked: tuple[float | None, float | None], means: Means) -> None:
        self._data = data
        self._mime = mime
        self._means = means
        self._size = _asked_size(decoded(data, mime)[1], asked)

    def rows(self, line: int, columns: int) -> Sequence[Row]:  # noqa: ARG002 - there is one line
        """The rows of the picture on a screen of `columns`."""
        most = max(1, min(MOST_CELLS, int(self._means.rows * SHARE)))
        # tmux (3.3a) puts the combining characters of a cell in the last column into the cell before.
        room = columns - 1 if self._means.placeholders and columns > 1 else columns
        width, height = cells(self._size, self._means.cell, min(room, MOST_CELLS), most)
        if self._means.placeholders:
            placed = Placed(width, height, self._data, self._mime)
            return tuple(((placed, placed.cells(row)),) for row in range(height))
        try:
            return _scaled(self._data, self._mime, width, height, self._means.depth)
        except (PictureError, MemoryError):
            return ((("output.more", f"[{self._mime}: not shown]"),),)


def picture(mime: str, data: object, metadata: Mapping[str, object], means: Means) -> Lines | None:
    """A picture of that type; None where it can't be decoded, or the screen has too few colours."""
    text = joined(data)
    if means.depth < 256 or text is None:
        return None
    try:
        return PictureLines(text, mime, (_length(metadata.get("width")), _length(metadata.get("height"))), means)
    except PictureError:
        return None


png = partial(picture, "image/png")
jpeg = partial(picture, "image/jpeg")
gif = partial(picture, "image/gif")


def cells(size: tuple[float, float], cell: tuple[int, int], columns: int, rows: int) -> tuple[int, int]:
    """The columns and rows of a picture of `size` pixels: its own shape, and no larger than `columns` and `rows`."""
    width, height = size[0] / cell[0], size[1] / cell[1]
    scale = min(1.0, columns / width, rows / height)
    return (
        min(max(1, round(width * scale)), max(1, columns)),
        min(max(1, round(height * scale)), max(1, rows)),
    )


def _length(value: object) -> float | None:
    """A width or height in metadata, which may be a number or a text such as "640" or "640px"."""
    if isinstance(value, str):
        try:
            value = float(value.removesuffix("px"))
        except ValueError:
            return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < MOST_PIXELS:
        return float(value)
    return None


def _asked_size(own: tuple[int, int], asked: tuple[float | None, float | None]) -> tuple[float, float]:
    """The size in pixels; where one side is asked for the other follows."""
    width, height = asked
    if width is None and height is None:
        return own
    if width is None:
        return own[0] * (height or own[1]) / own[1], height or own[1]
    return width, height if height is not None else own[1] * width / own[0]


@lru_cache(maxsize=KEPT_DECODED)
def decoded(data: str, mime: str) -> tuple[Image, tuple[int, int]]:
    """The picture with red, green, blue and alpha, and its own size in pixels; PictureError if there is none."""
    import binascii
    from io import BytesIO

    from PIL import Image

    if len(data) > MOST_CHARACTERS:
        raise PictureError
    try:
        raw = binascii.a2b_base64(data)
        # Only these decoders: others run programs.
        with Image.open(BytesIO(raw), formats=[FORMATS[mime]]) as found:
            if found.width * found.height > MOST_PIXELS or not found.width * found.height:
                raise PictureError
            size = found.size
            found.draft("RGB", (KEPT_SIDE, KEPT_SIDE))  # a JPEG can be decoded smaller
            image = found.convert("RGBA")
        image.thumbnail((KEPT_SIDE, KEPT_SIDE))
    except Exception as error:
        raise PictureError from error
    return image, size


@lru_cache(maxsize=KEPT_SCALED)
def _scaled(data: str, mime: str, width: int, height: int, depth: int) -> tuple[Row, ...]:
    """The rows of the picture, `width` columns and `height` rows large."""
    image, _ = decoded(data, mime)
    small = image.resize((width, 2 * height), resample=4 if image.width > width else 0)  # the mean, or the nearest
    pixels = iter(_pixels(small, depth))
    lines = [[next(pixels) for _ in range(width)] for _ in range(2 * height)]
    return tuple(tuple(_runs(upper, lower, depth)) for upper, lower in zip(lines[::2], lines[1::2], strict=True))


def _pixels(image: Image, depth: int) -> Iterable[Pixel]:
    """The colours of the pixels, row by row, as far as the screen has them; None where the picture is transparent."""
    from PIL import Image as Pillow

    opaque = [alpha >= _OPAQUE for alpha in image.getchannel("A").tobytes()]
    solid = image.convert("RGB")
    if depth >= 2**24:
        parts = solid.point([round(value * _STEPS / 255) * 255 // _STEPS for value in range(256)] * 3).tobytes()
        found: Iterable[Pixel] = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    else:
        palette = Pillow.new("P", (1, 1))
        # The first 16 colours are the user's.
        palette.putpalette([part for number in range(16, 256) for part in colours.red_green_blue(number)])
        found = [16 + number for number in solid.quantize(palette=palette, dither=Pillow.Dither.NONE).tobytes()]
    return [colour if shown else None for colour, shown in zip(found, opaque, strict=True)]


def _runs(upper: Sequence[Pixel], lower: Sequence[Pixel], depth: int) -> Iterator[Run]:
    """One row of cells of two rows of pixels."""
    for (top, bottom), cells_of in groupby(zip(upper, lower, strict=True)):
        count = sum(1 for _ in cells_of)
        if top is None and bottom is None:
            yield "output", " " * count
        elif top == bottom:
            yield attribute(Style(background=top), "output", depth), " " * count
        elif top is None:
            yield attribute(Style(foreground=bottom), "output", depth), _LOWER * count
        else:
            yield attribute(Style(foreground=top, background=bottom), "output", depth), _UPPER * count

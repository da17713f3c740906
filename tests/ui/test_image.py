"""Pictures of a mime bundle, drawn with half blocks."""

from __future__ import annotations

import base64
from io import BytesIO

import pytest
from PIL import Image

from bipy.session.transcript import Bundle
from bipy.ui.mime import image, registry
from bipy.ui.mime.means import Means
from bipy.ui.mime.output import OutputLines
from bipy.ui.text.rows import canvas, row_width
from tests.snapshots import Check

RED, GREEN, BLUE, CLEAR = (255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 255), (0, 0, 0, 0)
# A cell of one pixel's width and two pixels' height shows each pixel as it is.
PIXELS = Means(2**24, cell=(1, 2), rows=24)


def encoded(picture: Image.Image, kind: str = "PNG") -> str:
    raw = BytesIO()
    picture.save(raw, kind)
    return base64.encodebytes(raw.getvalue()).decode()


def flag() -> str:
    picture = Image.new("RGBA", (6, 4), RED)
    picture.paste(BLUE, (2, 1, 4, 3))
    picture.paste(CLEAR, (4, 0, 6, 1))
    picture.putpixel((0, 3), GREEN)
    return encoded(picture)


def shown(data: object, means: Means = PIXELS, metadata: object = None, mime: str = "image/png") -> OutputLines:
    return OutputLines(Bundle({mime: data, "text/plain": "the text"}, {mime: metadata or {}}), means=means)


def size(lines: OutputLines, columns: int) -> tuple[int, int]:
    rows = lines.rows(0, columns)
    return row_width(rows[0]), len(rows)


@pytest.mark.parametrize("depth", [256, 2**24])
def test_each_cell_shows_two_pixels(snapshot: Check, depth: int) -> None:
    lines = shown(flag(), PIXELS.replace(depth=depth))
    assert lines.count == 1
    snapshot(canvas(lines.rows(0, 10), 10), f"picture/{'true' if depth > 256 else depth}")


@pytest.mark.parametrize("columns", [4, 7, 10])
def test_placeholders_are_cells(snapshot: Check, columns: int) -> None:
    """None of them stands in the last column, whose combining characters tmux misplaces."""
    lines = shown(flag(), PIXELS.replace(placeholders=True))
    assert all(row_width(row) < columns for row in lines.rows(0, columns))
    snapshot(canvas(lines.rows(0, columns), columns), f"picture/placeholders-{columns}")


@pytest.mark.parametrize(
    ("pixels", "means", "columns", "metadata", "expected"),
    [
        ((640, 480), Means(256, rows=100), 120, {}, (80, 30)),
        ((640, 480), Means(256, rows=100), 40, {}, (40, 15)),  # never wider than the screen
        ((640, 480), Means(256, rows=24), 120, {}, (43, 16)),  # nor higher than two thirds of it
        ((640, 480), Means(256, cell=(9, 20), rows=100), 120, {}, (71, 24)),
        ((640, 480), Means(256, rows=100), 120, {"width": 320.5, "height": 240.0}, (40, 15)),
        ((640, 480), Means(256, rows=100), 120, {"width": "320px"}, (40, 15)),
        ((640, 480), Means(256, rows=100), 120, {"width": float("nan"), "height": -3}, (80, 30)),
        ((1, 1), Means(256), 120, {}, (1, 1)),
        ((2000, 1), Means(256), 1, {}, (1, 1)),
    ],
)
def test_the_size_is_that_of_the_pixels_within_the_screen(
    pixels: tuple[int, int], means: Means, columns: int, metadata: object, expected: tuple[int, int]
) -> None:
    assert size(shown(encoded(Image.new("RGB", pixels)), means, metadata), columns) == expected


@pytest.mark.parametrize(("mime", "kind"), [("image/png", "PNG"), ("image/jpeg", "JPEG"), ("image/gif", "GIF")])
def test_kinds_of_pictures(mime: str, kind: str) -> None:
    assert size(shown(encoded(Image.new("RGB", (16, 32)), kind), Means(256), mime=mime), 80) == (2, 2)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "no base64 at all!",
        "iVBORw0",
        encoded(Image.effect_noise((64, 64), 90))[:1500],  # cut off
        encoded(Image.new("RGB", (1, 1)), "TIFF"),
        7,
        None,
    ],
)
def test_what_is_no_picture_is_its_text(data: object) -> None:
    assert "".join(text for _, text in shown(data).rows(0, 80)[0]) == "the text"


def test_a_picture_of_too_many_pixels_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "MOST_PIXELS", 100)
    assert "".join(text for _, text in shown(encoded(Image.new("RGB", (11, 10)))).rows(0, 80)[0]) == "the text"


@pytest.mark.parametrize("depth", [1, 16])
def test_a_screen_of_few_colours_shows_the_text(depth: int) -> None:
    assert "".join(text for _, text in shown(flag(), Means(depth)).rows(0, 80)[0]) == "the text"


def test_another_size_of_the_screen_is_another_size_of_the_picture() -> None:
    lines = shown(encoded(Image.new("RGB", (640, 480))), Means(256, rows=24))
    assert size(lines, 120) == (43, 16)
    lines.means = lines.means.replace(rows=100)
    assert size(lines, 120) == (80, 30)


def test_many_pictures_keep_no_more_than_some() -> None:
    for shade in range(100):
        shown(encoded(Image.new("L", (8, 16), shade)), Means(256)).rows(0, 80)
    assert image.decoded.cache_info().currsize <= image.KEPT_DECODED
    assert image._scaled.cache_info().currsize <= image.KEPT_SCALED


def svg(attributes: str, inside: str = '<rect width="100%" height="100%" fill="red"/>') -> str:
    return f'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'


def shown_svg(source: str, columns: int = 60) -> list[str]:
    data = {"text/plain": "<Figure object>", "image/svg+xml": source}
    lines = registry.render(Bundle(data, {}), Means(256, (8, 16), 24))
    return ["".join(text for _, text in row) for line in range(lines.count) for row in lines.rows(line, columns)]


def test_svg_is_drawn_as_large_as_it_asks_for() -> None:
    assert [len(row) for row in shown_svg(svg('width="80" height="32"'))] == [10, 10]
    assert [len(row) for row in shown_svg(svg('width="60pt" viewBox="0 0 10 4"'))] == [10, 10]
    assert [len(row) for row in shown_svg(svg('viewBox="0 0 80 32"'))] == [10, 10]


SIZES = ('width="1e9" height="5"', 'viewBox="0 0 1 1000000"', 'width="9999999" height="9999999"', 'width="0"')


def test_svg_of_any_size_stays_within_the_screen_and_one_that_is_broken_is_text() -> None:
    for attributes in SIZES:
        rows = shown_svg(svg(attributes))
        assert 0 < len(rows) <= 16
        assert all(len(row) <= 60 for row in rows)
    assert shown_svg("<svg") == ["<Figure object>"]
    assert shown_svg(svg('width="80" height="32"', "<script>alert(1)</script>")) == [" " * 10] * 2

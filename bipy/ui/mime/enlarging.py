"""A picture for a whole screen: its own shape, as large as fits; its pixels alone, never the file that a kernel sent.

Terminals want it as PNG, as indexed pixels or as they are.  How it is sent is not known here.
"""

from __future__ import annotations

from io import BytesIO

from bipy.placement import Pixels
from bipy.ui.mime.image import decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from PIL.Image import Image

# Sixel has no more on most terminals, and none where a picture is transparent.
COLOURS = 255


class Enlarged:
    """The picture in `data`, fitted into so many pixels; ValueError if there is none."""

    def __init__(self, data: str, mime: str, most: tuple[int, int]) -> None:
        image = decoded(data, mime)[0]
        scale = min(most[0] / image.width, most[1] / image.height)
        size = max(1, int(image.width * scale)), max(1, int(image.height * scale))
        self._image: Image = image.resize(size, resample=1)  # Lanczos

    @property
    def pixels(self) -> Pixels:
        """Its pixels."""
        return Pixels(*self._image.size, self._image.tobytes())

    @property
    def png(self) -> bytes:
        """A file with these pixels."""
        file = BytesIO()
        self._image.save(file, "PNG", compress_level=1)
        return file.getvalue()

    def indexed(self, background: tuple[int, int, int]) -> tuple[int, int, bytes, bytes]:
        """Its width and height, the red, green and blue of its colours, and the number of each pixel's colour."""
        from PIL import Image as Pillow

        solid = Pillow.new("RGBA", self._image.size, (*background, 255))
        solid.alpha_composite(self._image)
        few = solid.convert("RGB").quantize(COLOURS)
        return *few.size, bytes(few.getpalette() or ()), few.tobytes()

"""Pictures on the whole screen: what is sent holds the picture, and a key brings the window back."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import termios
from io import BytesIO

import pytest
import urwid
from PIL import Image

from bipy.terminal import covering
from bipy.terminal.capabilities import Capabilities
from bipy.terminal.display import Display
from bipy.terminal.lent import LentTerminal
from bipy.terminal.reactor import Reactor
from bipy.terminal.screen import Screen
from bipy.ui.mime.enlarging import Enlarged
from bipy.ui.mime.image import PictureError

BLACK = (0, 0, 0)


def encoded(picture: Image.Image) -> str:
    raw = BytesIO()
    picture.save(raw, "PNG")
    return base64.b64encode(raw.getvalue()).decode()


def flag() -> Image.Image:
    picture = Image.new("RGBA", (20, 14), (255, 0, 0, 255))
    picture.paste((0, 0, 255, 255), (5, 4, 9, 9))
    picture.paste((0, 0, 0, 0), (15, 0, 20, 14))
    return picture


def drawn(sixel: str) -> Image.Image:
    """What a terminal with sixel draws."""
    head = re.match(r'\x1bP0;1q"1;1;(\d+);(\d+)', sixel)
    assert head is not None
    assert sixel.endswith("\x1b\\")
    picture = Image.new("RGB", (int(head[1]), int(head[2])))
    colours: dict[int, tuple[int, ...]] = {}
    x = y = now = 0
    for part in re.finditer(r"#(\d+)(?:;2;(\d+);(\d+);(\d+))?|!(\d+)([?-~])|([?-~])|(\$)|(-)", sixel[head.end() : -2]):
        if part[1]:
            now = int(part[1])
            if part[2]:
                colours[now] = tuple(round(int(each) * 2.55) for each in part.groups()[1:4])
        elif part[8]:
            x = 0
        elif part[9]:
            x, y = 0, y + 6
        else:
            for x in range(x, x + int(part[5] or 1)):  # noqa: B020 - it goes on from there
                for bit in range(6):
                    if ord(part[6] or part[7]) - 63 >> bit & 1:
                        picture.putpixel((x, y + bit), colours[now])
            x += 1
    return picture


def test_sixel_holds_the_picture_over_the_background() -> None:
    picture = Enlarged(encoded(flag()), "image/png", (20, 14))
    shown = drawn(covering.sixel(*picture.indexed((0, 255, 0))))
    assert [shown.getpixel(at) for at in ((0, 13), (6, 5), (16, 2))] == [(255, 0, 0), (0, 0, 255), (0, 255, 0)]


def test_a_picture_is_as_large_as_fits_and_keeps_its_shape() -> None:
    for most, size in (((200, 140), (200, 140)), ((200, 1000), (200, 140)), ((10, 10), (10, 7)), ((1, 1), (1, 1))):
        assert Enlarged(encoded(flag()), "image/png", most).pixels[:2] == size


def test_iterm2_gets_a_file_of_the_pixels_and_not_the_kernels() -> None:
    sent = covering.iterm2(Enlarged(encoded(flag()), "image/png", (20, 14)).png)
    raw = base64.b64decode(sent.partition(":")[2].removesuffix("\x07"), validate=True)
    assert Image.open(BytesIO(raw)).getpixel((6, 5)) == (0, 0, 255, 255)


@pytest.mark.parametrize("data", ["", "\x1b\\", base64.b64encode(b"\x89PNG").decode()])
def test_what_is_no_picture_is_sent_in_no_way(data: str) -> None:
    with pytest.raises(PictureError):
        Enlarged(data, "image/png", (20, 14))


@pytest.mark.parametrize(
    ("terminal", "way"),
    [
        (Capabilities(), ""),
        (Capabilities(name="kitty(0.26.5)", graphics=True), "kitty"),
        (Capabilities(name="WezTerm 20240203"), "iterm2"),
        (Capabilities(name="iTerm2 3.5.0", sixel=True), "iterm2"),
        (Capabilities(name="XTerm(379)", sixel=True), "sixel"),
        (Capabilities(name="tmux 3.4", sixel=True), "sixel"),
        (Capabilities(name="tmux 3.3a", outer="kitty 0.35.2", graphics=True, passes=True), ""),
    ],
)
def test_the_way_is_one_that_the_terminal_has_told(terminal: Capabilities, way: str) -> None:
    assert covering.way(terminal) == way


def received(fd: int) -> str:
    """All that has been sent."""
    sent = b""
    with contextlib.suppress(BlockingIOError):
        while True:
            sent += os.read(fd, 65536)
    return sent.decode()


def test_a_picture_stands_in_place_of_the_window_until_a_key_is_pressed() -> None:
    fd, slave = os.openpty()
    os.set_blocking(fd, False)
    os.set_blocking(slave, False)
    termios.tcsetwinsize(slave, (3, 10))
    pressed: list[object] = []
    display = Display(
        Reactor(), urwid.SolidFill("w"), pressed.extend, failed=pytest.fail, stopped=lambda: pytest.fail("stopped")
    )
    display.show(Screen(LentTerminal(slave)))
    display.draw()
    received(fd)
    display.cover(covering.sixel(1, 1, bytes(3), b"\0"), "")
    display.draw()
    sent = received(fd)
    assert "\x1b[2J" in sent
    assert 'q"1;1;1;1#0;2;0;0;0#0@$-' in sent
    assert "www" not in sent
    display._keys(["focus in"], [])
    display._keys([("mouse press", 1, 0, 0)], [])
    display.draw()
    assert received(fd) == ""
    display._keys(["x"], [])
    display.draw()
    assert "www" in received(fd)
    assert pressed == []
    display._keys(["y"], [])
    assert pressed == ["y"]
    display.stop()
    os.close(fd)
    os.close(slave)

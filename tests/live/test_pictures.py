"""Pictures through a real tmux: placeholders where it passes on to a terminal that has them, else half blocks.

The terminal around tmux is played: it answers as a kitty does, and what it is sent is kept.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shutil
import struct
import sys
import termios
from pathlib import Path

import pytest
from PIL import Image

from bipy.placement import PLACEHOLDER
from tests.live.terminal import environment
from tests.terminal.test_capabilities import PASSED
from tests.waiting import until

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="no tmux")


class Kitty:
    """A terminal around tmux, in which bipy runs."""

    def __init__(self, home: Path, *, passes: bool) -> None:
        config = home / "tmux.conf"
        config.write_text(
            f"set -g allow-passthrough {'on' if passes else 'off'}\n"
            'set -g default-terminal tmux-256color\nset -as terminal-features ",*:RGB"\n'
        )
        tmux = ["tmux", "-u", "-S", str(home / "tmux"), "-f", str(config)]
        self.end = [*tmux, "kill-server"]
        self.sent = b""
        self.answers = False
        pid, self.fd = pty.fork()
        if pid == 0:
            bipy = f"exec env COLORTERM=truecolor {sys.executable} -m bipy --no-detach"
            os.execvpe("tmux", [*tmux, "new-session", bipy], environment(home))
        self.pid = pid
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("4H", 30, 100, 900, 540))
        os.set_blocking(self.fd, False)

    def has(self, pattern: bytes) -> bool:
        """Read, answer, and look for a pattern in all that was sent."""
        try:
            data = os.read(self.fd, 65536)
        except (BlockingIOError, OSError):
            data = b""
        self.sent += data
        if self.answers and b"a=q" in self.sent:
            self.answers = False
            os.write(self.fd, PASSED)
        return re.search(pattern, self.sent) is not None


@pytest.mark.parametrize("passes", [True, False])
def test_a_picture_through_tmux(home: Path, passes: bool) -> None:
    kitty = Kitty(home, passes=passes)
    try:
        until(lambda: kitty.has(rb"In \[1\]"))
        Image.new("RGB", (64, 64), (255, 0, 0)).save(home / "red.png")
        os.write(kitty.fd, f'from IPython.display import Image; Image("{home}/red.png")\r'.encode())
        # Text that comes together with an answer may be taken for a part of it, so all is typed before.
        until(lambda: kitty.has(rb"red\.png"))
        kitty.answers = passes
        if passes:
            until(lambda: kitty.has(rb"\x1b_Ga=T,U=1,c=\d+,r=\d+,q=2,i=\d+,f=32,s=64,v=64,o=z,m=0;"))
            until(lambda: kitty.has(PLACEHOLDER.encode()))
        else:
            until(lambda: kitty.has(rb"48;2;255;0;0m"))
            assert not kitty.has(rb"\x1b_Ga=T")
            assert not kitty.has(PLACEHOLDER.encode())
        os.write(kitty.fd, b"\x04\x04")  # the second one where the kernel is still busy
        if passes:
            until(lambda: kitty.has(rb"\x1b_Ga=d,d=I,q=2,i=\d+"))
    finally:
        os.spawnvp(os.P_WAIT, kitty.end[0], kitty.end)
        os.close(kitty.fd)
        os.waitpid(kitty.pid, 0)

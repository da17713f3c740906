"""A terminal whose background changes: the theme follows, where none was chosen."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

from tests.live.terminal import Shell

ASKS_BACKGROUND, ASKS_REPORTS = b"\x1b]11;?", b"\x1b[?2031$p"


class Changing(Shell):
    """A shell in a terminal that has a background, and tells when that has become light or dark."""

    white = False

    def read(self, seconds: float) -> None:
        """Read, and answer what was asked."""
        before = len(self.raw)
        super().read(seconds)
        asked = self.raw[before:]
        for _ in range(asked.count(ASKS_REPORTS)):
            self.send(b"\x1b[?2031;%d$y" % (1 if self.switched(2031).endswith("h") else 2))
        for _ in range(asked.count(ASKS_BACKGROUND)):
            self.send(b"\x1b]11;rgb:%s\x1b\\" % (b"ffff/ffff/ffff" if self.white else b"1e1e/1e1e/1e1e"))

    def become(self, *, white: bool, told: bool = True) -> None:
        """Have another background, and tell if that is wanted."""
        self.white = white
        if told:
            assert self.switched(2031).endswith("h")
            self.send(b"\x1b[?997;%dn" % (2 if white else 1))

    def looks(self) -> set[Hashable]:
        return self.look("In [1]:")


def test_the_theme_follows_the_background_while_bipy_has_the_terminal(home: Path) -> None:
    with Changing(home) as shell:
        shell.start()
        shell.until(lambda _: shell.switched(2031) == "h")
        dark = shell.looks()
        shell.become(white=True)
        shell.until(lambda _: shell.looks() != dark)
        light = shell.looks()
        shell.become(white=False)
        shell.until(lambda _: shell.looks() == dark)

        # Others have the terminal: they are told nothing, and bipy looks when it is back.
        shell.type("\x1a")
        shell.until("Stopped")
        shell.answers()
        assert shell.switched(2031) == "hl"
        shell.become(white=True, told=False)
        shell.type("fg\r")
        shell.until(lambda _: "idle" in shell.lines[-1] and shell.looks() == light)
        assert set(shell.switched(2031)[2:]) == {"h"}

        shell.type("\x04")
        shell.until(lambda _: shell.switched(1049).endswith("l") and shell.lines[shell.cursor[1]] == "$")
        shell.answers()
        assert shell.switched(2031).endswith("hl")


def test_a_theme_that_was_chosen_stays(home: Path) -> None:
    with Changing(home) as shell:
        shell.start("--theme nord")
        shell.until(lambda _: shell.switched(2031) == "h")
        chosen = shell.looks()
        shell.become(white=True)
        # A letter is drawn behind the answer to the question that comes of it.
        asked = shell.raw.count(ASKS_BACKGROUND)
        shell.until(lambda _: shell.raw.count(ASKS_BACKGROUND) > asked)
        shell.type("x = 1")
        shell.until(r"In \[1\]: x = 1")
        assert shell.looks() == chosen

"""Terminal emulators: they draw the output of a program, so that a test can read the screen.

The live tests read `Pyte`.  `Xterm` is xterm.js, the terminal of VS Code, and is read where it is installed.  Neither
is urwid's own, which would agree with every mistake of urwid about the width of a character.

Each has a main screen, whose rows go to the scrollback when they leave it at the top, and an alternate one without.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import unicodedata
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pyte
from pyte.screens import Char
from wcwidth import wcwidth

Size = tuple[int, int]
Answer = Callable[[bytes], None]


class Cell(NamedTuple):
    """A character on the screen; a combining one stands in the column of the one before."""

    column: int
    character: str
    attributes: Hashable


Row = list[Cell]


class Emulator(Protocol):
    """The screen of a terminal of `size` (columns, rows).  Its answers to questions go to `answer`."""

    def __init__(self, size: Size, answer: Answer) -> None: ...

    def feed(self, data: bytes) -> None:
        """Draw `data`."""

    def resize(self, size: Size) -> None: ...

    def rows(self) -> list[Row]:
        """The rows on the screen."""

    def scrolled(self) -> list[Row]:
        """The rows that have left the main screen at the top; none while the alternate one is shown."""

    def cursor(self) -> tuple[int, int]:
        """Column and row."""

    def close(self) -> None: ...


def text(row: Row) -> str:
    """The characters of `row`, without trailing blanks."""
    return "".join(cell.character for cell in row).rstrip()


class _Screen(pyte.Screen):
    """pyte's screen with a scrollback, an alternate screen, and an eye for characters that it stops at."""

    ALTERNATE = frozenset({47, 1047, 1049})

    def __init__(self, size: Size, answer: Answer) -> None:
        super().__init__(*size)
        self.answer = answer
        self.scrolled: deque[list[Char]] = deque()
        self.is_alternate = False
        self._hidden = self.buffer.copy()

    def row(self, number: int) -> list[Char]:
        return [self.buffer[number][column] for column in range(self.columns)]

    def draw(self, data: str) -> None:
        # pyte drops all that follows a joiner or a variation selector.
        super().draw("".join(each for each in data if wcwidth(each) > 0 or unicodedata.combining(each)))

    def index(self) -> None:
        if not self.is_alternate and self.margins is None and self.cursor.y == self.lines - 1:
            self.scrolled.append(self.row(0))
        super().index()

    def set_mode(self, *modes: int, **kwargs: Any) -> None:
        super().set_mode(*modes, **kwargs)
        if kwargs.get("private") and self.ALTERNATE.intersection(modes) and not self.is_alternate:
            self.save_cursor()
            self._swap()
            self.erase_in_display(2)

    def reset_mode(self, *modes: int, **kwargs: Any) -> None:
        super().reset_mode(*modes, **kwargs)
        if kwargs.get("private") and self.ALTERNATE.intersection(modes) and self.is_alternate:
            self._swap()
            self.restore_cursor()

    def set_margins(self, top: int | None = None, bottom: int | None = None, private: bool = False) -> None:
        # With a question mark it restores modes.
        if not private:
            super().set_margins(top, bottom)

    def _swap(self) -> None:
        self.is_alternate = not self.is_alternate
        shown = self.buffer.copy()
        self.buffer.clear()
        self.buffer.update(self._hidden)
        self._hidden = shown

    def resize(self, lines: int | None = None, columns: int | None = None) -> None:
        super().resize(lines, columns)
        self.ensure_hbounds()
        self.ensure_vbounds()

    def write_process_input(self, data: str) -> None:
        self.answer(data.encode())


# What pyte takes for other sequences or for text: questions and settings of the keyboard; and the begin of one.
_KEYBOARD = re.compile(rb"\x1b\[[<>?=][0-9;]*[um]")
_UNFINISHED = re.compile(rb"\x1b(?:\[(?:[<>?=][0-9;]*)?)?\Z")


class Pyte:
    """pyte; a sequence of emoji that a joiner makes one is drawn side by side, as by xterm and tmux."""

    def __init__(self, size: Size, answer: Answer) -> None:
        self._screen = _Screen(size, answer)
        self._stream = pyte.ByteStream(self._screen)
        self._held = b""

    def feed(self, data: bytes) -> None:
        data = _KEYBOARD.sub(b"", self._held + data)
        unfinished = _UNFINISHED.search(data)
        self._held = unfinished[0] if unfinished else b""
        self._stream.feed(data.removesuffix(self._held))

    def resize(self, size: Size) -> None:
        self._screen.resize(size[1], size[0])

    def rows(self) -> list[Row]:
        return [_pyte_row(self._screen.row(number)) for number in range(self._screen.lines)]

    def scrolled(self) -> list[Row]:
        return [] if self._screen.is_alternate else [_pyte_row(row) for row in self._screen.scrolled]

    def cursor(self) -> tuple[int, int]:
        return min(self._screen.cursor.x, self._screen.columns - 1), self._screen.cursor.y

    def close(self) -> None: ...


def _pyte_row(row: Sequence[Char]) -> Row:
    return [Cell(column, character, cell[1:]) for column, cell in enumerate(row) for character in cell.data]


class Xterm:
    """xterm.js in a node of its own (see xterm.cjs).  Only where it `is_installed`."""

    SCRIPT = Path(__file__).with_name("xterm.cjs")

    def __init__(self, size: Size, answer: Answer) -> None:
        self._answer = answer
        self._node = subprocess.Popen(
            ["node", str(self.SCRIPT), *map(str, size)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    @staticmethod
    @cache
    def is_installed() -> bool:
        """Whether there are node and the package @xterm/headless, in ./node_modules or on NODE_PATH."""
        if shutil.which("node") is None:
            return False
        probe = ["node", str(Xterm.SCRIPT), "1", "1"]
        return subprocess.run(probe, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0

    def _ask(self, **order: object) -> dict[str, Any]:
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.write(json.dumps(order) + "\n")
        self._node.stdin.flush()
        screen: dict[str, Any] = json.loads(self._node.stdout.readline())
        return screen

    def feed(self, data: bytes) -> None:
        if answer := self._ask(feed=data.hex())["answer"]:
            self._answer(answer.encode())

    def resize(self, size: Size) -> None:
        self._ask(resize=size)

    def rows(self) -> list[Row]:
        return [[Cell(*cell) for cell in row] for row in self._ask()["rows"]]

    def scrolled(self) -> list[Row]:
        return [[Cell(*cell) for cell in row] for row in self._ask()["scrolled"]]

    def cursor(self) -> tuple[int, int]:
        column, row = self._ask()["cursor"]
        return column, row

    def close(self) -> None:
        self._node.kill()
        self._node.communicate()

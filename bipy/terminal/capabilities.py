"""What a terminal can do: the questions to it, and what its answers mean.  Bytes in, values out; nothing is read here.

An `Inquiry` is the conversation with one terminal, in rounds.

1. Its name (XTVERSION), the size of a cell in pixels (CSI 16 t), its colours (OSC 10, 11), whether it draws a frame in
   one (DECRQM 2026), tells when it becomes light or dark (DECRQM 2031), and tells keys apart that other terminals do
   not (kitty's CSI ? u, xterm's XTQMODKEYS).  Last the primary device attributes (DA1), the fence: each terminal
   answers them, in the order of the questions, so what has not been answered by then never will be.
2. kitty's graphics, of a terminal that has told its name: those that are too simple to do that may print the question.
   Another fence follows.  tmux is asked to pass the question on to the terminal around it; that terminal's name is
   asked for with XTGETTCAP, because tmux keeps its XTVERSION, and the fence is a mode that each terminal has, because
   tmux keeps its DA1.  Where tmux passes nothing on, nothing comes, and nothing waits for it.
3. Its colours again, whenever it tells that it has become light or dark, and after another program had it.

Nobody waits for an answer but who gives the terminal back.  What has not been answered is not there, and an answer that
comes late is taken when it comes.  Names are never taken from the environment or from the tree of processes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from bipy.value import Value

RedGreenBlue = tuple[int, int, int]
Keyboard = Literal["", "kitty", "xterm"]

_BEGIN_STRING = rb"\x1b[\]PX^_]"
# What is never a key: OSC, DCS, SOS, PM, APC; the reports of a mode, of the device attributes, of the keyboard, of
# light and dark, of the size of a cell.
ANSWER = re.compile(
    _BEGIN_STRING
    + rb"[^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[\?[0-9;]*(?:\$y|[cnu])|\x1b\[>4(?:;[0-9]*)?m|\x1b\[6;[0-9]+;[0-9]+t"
)
UNFINISHED_STRING = re.compile(_BEGIN_STRING + rb"[^\x07\x1b]*\x1b?\Z")

_NAME = "\x1b[>0q"
_CELL = "\x1b[16t"
_FOREGROUND, _BACKGROUND = "\x1b]10;?\x1b\\", "\x1b]11;?\x1b\\"
_SYNCHRONIZED = "\x1b[?2026$p"
_SCHEME = "\x1b[?2031$p"
_KEYBOARD = "\x1b[?u\x1b[?4m"
_DEVICE_ATTRIBUTES = "\x1b[c"
# A picture of one pixel, to be checked and not to be shown.
_GRAPHICS = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
# kitty's own names for its version, and the name of the terminfo entry, in hexadecimal.
_VERSION_KEY, _TERM_KEY = "kitty-query-version", "TN"
_ENTRIES = f"\x1bP+q{_VERSION_KEY.encode().hex()}\x1b\\\x1bP+q{_TERM_KEY.encode().hex()}\x1b\\"
_WRAP_MODE = "\x1b[?7$p"

_IS_NAME = re.compile(r"\x1bP>\|(.*?)\x1b\\", re.DOTALL)
_IS_CELL = re.compile(r"\x1b\[6;(\d+);(\d+)t")
_IS_COLOUR = re.compile(r"\x1b\](10|11);rgba?:([0-9a-fA-F]+)/([0-9a-fA-F]+)/([0-9a-fA-F]+)")
_IS_KITTY_KEYBOARD = re.compile(r"\x1b\[\?\d+u")
_IS_XTERM_KEYBOARD = re.compile(r"\x1b\[>4(?:;(\d*))?m")
_IS_MODE = re.compile(r"\x1b\[\?(\d+);(\d)\$y")
# Contour's "Dark and Light Mode detection".
_IS_SCHEME = re.compile(r"\x1b\[\?997;([12])n")
_IS_DEVICE_ATTRIBUTES = re.compile(r"\x1b\[\?([0-9;]*)c")
_IS_GRAPHICS = re.compile(r"\x1b_G[^;]*;(.*?)\x1b\\", re.DOTALL)
_IS_ENTRY = re.compile(r"\x1bP1\+r([0-9a-fA-F]+)=([0-9a-fA-F]*)\x1b\\")
# Such as kitty(0.35.2), ghostty 1.1.3, xterm-ghostty.
_IS_VERSION = re.compile(r"(?:xterm-)?([a-z]+[0-9]?)(?:[ (]*(\d+)\.(\d+))?")
_IS_VTE = re.compile(r"vte\((\d+)\)")

_SIXEL = "4"
# A mode that is known, and can be switched.
_SWITCHED = ("1", "2", "3")
_LONGEST_NAME = 80

# Terminals that draw kitty's Unicode placeholders, and since which version.  Others have kitty's graphics without them.
PLACEHOLDERS = {"kitty": (0, 28), "ghostty": (0, 0)}
# Terminals that show progress (OSC 9;4).  Others take OSC 9 for a notification.
PROGRESS = {"ghostty": (1, 2), "iterm2": (3, 6), "mintty": (3, 5), "vte": (0, 80)}


class Capabilities(Value):
    """What a terminal has answered; the defaults stand for no answer.

    `name` is what XTVERSION tells, `outer` the same of the terminal around a tmux.  `cell` is the width and the height
    of a cell in pixels.  `tells_scheme` says that the terminal can tell when it becomes light or dark, `scheme` is what
    it has told last.  `passes` says that tmux passes on what is for the terminal around it.  `keyboard` is the
    protocol by which the terminal can tell Ctrl-Enter from Enter, `other_keys` what xterm's was set to.
    """

    name: str = ""
    outer: str = ""
    cell: tuple[int, int] | None = None
    foreground: RedGreenBlue | None = None
    background: RedGreenBlue | None = None
    synchronized: bool = False
    tells_scheme: bool = False
    scheme: Literal["", "dark", "light"] = ""
    sixel: bool = False
    graphics: bool = False
    passes: bool = False
    keyboard: Keyboard = ""
    other_keys: int | None = None

    @property
    def is_light(self) -> bool | None:
        """Whether the background is light, as an eye sees it (ITU-R BT.709), or as it is called; None if untold."""
        if self.background is None:
            return self.scheme == "light" if self.scheme else None
        red, green, blue = self.background
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 127

    @property
    def is_tmux(self) -> bool:
        """Whether a tmux stands in between."""
        return self.name.startswith("tmux")

    @property
    def placeholders(self) -> bool:
        """Whether pictures can be shown where kitty's Unicode placeholders stand."""
        return self.graphics and self._is_one_of(PLACEHOLDERS)

    @property
    def progress(self) -> bool:
        """Whether the terminal shows how far a task is, in its tab or its entry in the taskbar."""
        return self._is_one_of(PROGRESS)

    def _is_one_of(self, terminals: Mapping[str, tuple[int, int]]) -> bool:
        """Whether the terminal that draws is one of these, in that version or a later one."""
        name = (self.outer if self.is_tmux else self.name).lower()
        if found := _IS_VTE.match(name):
            # 0.80.1 is written as 8001.
            name = f"vte {int(found[1]) // 10_000}.{int(found[1]) // 100 % 100}"
        found = _IS_VERSION.match(name)
        since = terminals.get(found[1]) if found else None
        return found is not None and since is not None and (int(found[2] or 0), int(found[3] or 0)) >= since


class Inquiry:
    """The conversation with one terminal; see the head of the module."""

    def __init__(self) -> None:
        self.capabilities = Capabilities()
        self.asked: list[str] = []
        self._fences: set[str] = set()
        self._colours_changed = False

    @property
    def is_waiting(self) -> bool:
        """Whether answers are still to come, as far as one can know."""
        return bool(self._fences)

    @property
    def is_asking(self) -> bool:
        """Whether the first round has not been answered to its end."""
        return not self.asked or (len(self.asked) == 1 and bool(self._fences))

    @property
    def is_over(self) -> bool:
        """Whether all has been asked and answered."""
        return len(self.asked) > 1 and not self._fences

    def ask_colours_again(self) -> None:
        """The colours may be others by now: they are among the next questions."""
        self._colours_changed = True

    def questions(self) -> str:
        """What is to be asked now; "" where nothing is, or answers are waited for."""
        if self._fences:
            return ""
        if len(self.asked) > 1:
            if not self._colours_changed:
                return ""
            self._colours_changed, self._fences = False, {"c"}
            return _FOREGROUND + _BACKGROUND + _DEVICE_ATTRIBUTES
        if not self.asked:
            question = _NAME + _CELL + _FOREGROUND + _BACKGROUND + _SYNCHRONIZED + _SCHEME + _KEYBOARD
            question += _DEVICE_ATTRIBUTES
            self._fences = {"c"}
        elif self.capabilities.is_tmux:
            question = through_tmux(_GRAPHICS + _ENTRIES + _WRAP_MODE)
            self._fences = {"7"}
        elif self.capabilities.name:
            question = _GRAPHICS + _DEVICE_ATTRIBUTES
            self._fences = {"c"}
        else:
            question = ""
        self.asked.append(question)
        return question

    def take(self, data: bytes) -> None:
        """Take the answers in `data`, among which other input may stand."""
        for answer in ANSWER.findall(data):
            learned = self._learned(answer.decode("utf-8", "replace").replace("\x07", "\x1b\\"))
            if learned:
                self.capabilities = self.capabilities.replace(**learned)

    def _learned(self, answer: str) -> dict[str, object]:
        """What an answer changes in `capabilities`."""
        if found := _IS_NAME.match(answer):
            return {"name": _clean(found[1])}
        if found := _IS_CELL.match(answer):
            height, width = int(found[1]), int(found[2])
            return {"cell": (width, height)} if 0 < width < 1000 and 0 < height < 1000 else {}
        if found := _IS_COLOUR.match(answer):
            parts = [int(part, 16) * 255 // (16 ** len(part) - 1) for part in found.groups()[1:]]
            return {"foreground" if found[1] == "10" else "background": tuple(parts)}
        if found := _IS_DEVICE_ATTRIBUTES.match(answer):
            self._fences.discard("c")
            return {"sixel": _SIXEL in found[1].split(";")[1:]}
        if _IS_KITTY_KEYBOARD.match(answer):
            return {"keyboard": "kitty"}
        if found := _IS_XTERM_KEYBOARD.match(answer):
            return {"keyboard": self.capabilities.keyboard or "xterm", "other_keys": int(found[1] or 0)}
        if found := _IS_MODE.match(answer):
            if found[1] == "2026":
                return {"synchronized": found[2] in _SWITCHED}
            if found[1] == "2031":
                return {"tells_scheme": found[2] in _SWITCHED}
            if found[1] in self._fences:
                self._fences.discard(found[1])
                return {"passes": True}
        if found := _IS_SCHEME.match(answer):
            # The name of a scheme is the wish of the user; what the background is, only its colour tells.
            self.ask_colours_again()
            return {"scheme": "light" if found[1] == "2" else "dark"}
        if found := _IS_GRAPHICS.match(answer):
            return {"graphics": found[1] == "OK", "passes": self.capabilities.is_tmux}
        if found := _IS_ENTRY.match(answer):
            return self._named(*(bytes.fromhex(each if len(each) % 2 == 0 else "") for each in found.groups()))
        return {}

    def _named(self, key: bytes, value: bytes) -> dict[str, object]:
        """The terminal around tmux has told its terminfo entry, or its version if it is a kitty."""
        text = _clean(value.decode("utf-8", "replace"))
        if key.decode("utf-8", "replace") == _VERSION_KEY:
            return {"outer": f"kitty {text}", "passes": True}
        return {"outer": self.capabilities.outer or text, "passes": True}


def through_tmux(text: str) -> str:
    """`text` as tmux passes it on to the terminal around it, if it is told to (allow-passthrough)."""
    return "\x1bPtmux;" + text.replace("\x1b", "\x1b\x1b") + "\x1b\\"


def _clean(text: str) -> str:
    return "".join(each for each in text if each.isprintable())[:_LONGEST_NAME].strip()


def advice(capabilities: Capabilities) -> Iterator[str]:
    """What would let the terminal show more, each in a line."""
    if capabilities.is_tmux and not capabilities.passes:
        yield "Pictures through tmux need: set -g allow-passthrough on"
    if not capabilities.placeholders:
        names = ", ".join(f"{name} {major}.{minor}" if minor else name for name, (major, minor) in PLACEHOLDERS.items())
        yield f"Pictures are drawn with half blocks. Terminals that show them in their own pixels: {names}"

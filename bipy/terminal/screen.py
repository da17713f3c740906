"""urwid's raw screen on a lent terminal, with an input side of bipy's own.

- A paste arrives as one key, a `Paste`.  urwid makes a key of each character, in quadratic time.
- Answers of the terminal are no keys.  urwid would hand many of them on as typed ones.
- `LineDiscipline` holds the line settings, and urwid leaves them alone.  So keys that were typed before the screen
  started are the first input, and the shell finds its line as it was.
- The terminal is asked what it can do, once, behind the first frame (see `capabilities`).  The screen is not given back
  before that is answered: an answer that comes later would be typed into the shell.
- The wheel sends no arrow keys.  Many terminals send them while a program draws on the alternate screen (alternate
  scroll), and they would walk through the history.
- Signals are the front's.  A new size is told by `resized`.
- Output is UTF-8, like the canvases, whatever the locale is.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Hashable
from typing import Any, Literal, NamedTuple

import urwid
from urwid.display.raw import Screen as RawScreen

from bipy.placement import Placement
from bipy.terminal import sequences
from bipy.terminal.capabilities import ANSWER, UNFINISHED_STRING, Capabilities, Inquiry
from bipy.terminal.clusters import NO_WRAP, WRAP, align
from bipy.terminal.lent import LentTerminal
from bipy.terminal.pictures import Pictures
from bipy.terminal.sequences import POP_TITLE, PUSH_TITLE, TELL_NO_SCHEME, TELL_SCHEME, cursor

# A read that is longer than this and has a line end inside begins a paste without brackets: a hand types less between
# two reads.  So does a shorter one of several lines, one of them indented: the cell indents what is typed, so a hand
# types no blanks there, and blanks behind those of the cell would spoil the code.
TYPED_AT_ONCE = 64
_INDENTED_LINE = re.compile(r"\S[ \t]*\n\s*(?<=\n)(?:  |\t)[ \t]*\S")
# urwid's parser gets so many bytes at a time; 64 kB at once take it 7 s.
PARSED_AT_ONCE = 128

# Seconds after which a lone ESC is the Escape key, and a paste without brackets is over.  A sequence comes in one piece
# and a paste without a pause, over ssh too.
ESCAPE_SECONDS = 0.04
# How long the end of a paste or of an answer is waited for.
HELD_SECONDS = 1.0

# Private mode 1007, alternate scroll.  It is saved and switched off.  At the end it is switched on, the default of most
# terminals that have it, and then restored, which not all can (measured: VTE 0.70 and xterm 379 can, alacritty 0.11
# cannot; kitty 0.26 has no such mode and sends arrow keys in any case).
_ALTERNATE_SCROLL_OFF = "\x1b[?1007s\x1b[?1007l"
_ALTERNATE_SCROLL_AS_FOUND = "\x1b[?1007h\x1b[?1007r"
# The cursor is set for each row.  A row that is too long must neither spill into the next one nor scroll the screen.

# How long the answers are waited for when the screen stops, how long they are expected, and how long the last sequences
# may take to go out.
_ANSWER_SECONDS = 0.1
_QUESTION_SECONDS = 1.0
_STOP_SECONDS = 0.2

_PASTE_BEGIN = b"\x1b[200~"
_PASTE_END = b"\x1b[201~"

# What a picture stands on, and the size of a cell where nothing tells it.
PICTURE_ROLE = "output"
DEFAULT_CELL = (8, 16)


class Paste(NamedTuple):
    """The key that a paste is; each of its lines but the last ends with a newline."""

    text: str


class Screen(RawScreen):
    """The screen on `terminal`; see the head of the module.

    `learned` is told what the terminal can do, whenever more of that is known.  `synchronized` says whether a frame is
    marked as one, so that it does not flicker; None: if the terminal can do that.
    """

    def __init__(
        self,
        terminal: LentTerminal,
        learned: Callable[[Capabilities], object] = lambda _: None,
        *,
        synchronized: bool | None = None,
    ) -> None:
        urwid.set_encoding("utf-8")
        # urwid's types want files; it calls fileno, write and flush.
        super().__init__(terminal, terminal, bracketed_paste_mode=True, focus_reporting=True, extended_keys=True)
        self.terminal = terminal
        self._held = b""
        # A paste without brackets, as far as it has come, and the last byte that was read.
        self._pasted = ""
        self._last = b""
        self.inquiry = Inquiry()
        self._learned = learned
        self._told = self.inquiry.capabilities
        self._asked_at: float | None = None
        self._synchronized = synchronized
        self.modes.synchronized_output = bool(synchronized)
        self._cursor_shape: Literal["", "bar", "block"] = ""
        self._progress: tuple[int, bool] | None = None
        self._gives_up = False
        # What draws pictures, where the terminal has said that it can; whether a frame is being drawn.
        self._pictures: Pictures | None = None
        self._draws = False
        self._signal_keys_set = True  # `LineDiscipline` has
        self.set_input_timeouts(complete_wait=ESCAPE_SECONDS)

    @property
    def synchronized(self) -> bool | None:
        """Whether each frame is marked as one; None: if the terminal can do that."""
        return self._synchronized

    @synchronized.setter
    def synchronized(self, synchronized: bool | None) -> None:
        self._synchronized = synchronized
        self.modes.synchronized_output = self._told.synchronized if synchronized is None else synchronized

    @property
    def cursor_shape(self) -> Literal["", "bar", "block"]:
        """The shape of the cursor; "" is the user's own."""
        return self._cursor_shape

    @cursor_shape.setter
    def cursor_shape(self, shape: Literal["", "bar", "block"]) -> None:
        if shape != self._cursor_shape:
            self._cursor_shape = shape
            self.write(cursor(shape))

    @property
    def progress(self) -> tuple[int, bool] | None:
        """How far a task is, in percent, and whether it has failed, as the terminal shows it outside its cells."""
        return self._progress

    @progress.setter
    def progress(self, progress: tuple[int, bool] | None) -> None:
        if progress != self._progress:
            self._progress = progress
            percent, failed = progress or (None, False)
            self.write(sequences.progress(percent, failed=failed, terminal=self.inquiry.capabilities))

    def give_up(self) -> None:
        """Stop, on a terminal that was not given back properly: its line stays as others may have set it by now."""
        self._gives_up = True
        self.stop()

    def look_again(self) -> None:
        """Others had the terminal: ask what its colours are by now, and be told of other ones."""
        self.inquiry.ask_colours_again()
        if self._told.tells_scheme:
            self.write(TELL_SCHEME)

    def resized(self) -> None:
        """The terminal has another size: it is read, and told as a key."""
        self._sigwinch_handler()

    def _start(self, alternate_buffer: bool = True, *args: Any, **kwargs: Any) -> None:
        self.terminal.line.prepare()
        self.write(_ALTERNATE_SCROLL_OFF + NO_WRAP + PUSH_TITLE)
        if self._cursor_shape:
            self.write(cursor(self._cursor_shape))
        if self.inquiry.asked:
            self.look_again()
        # A terminal that saves the cursor with each switch would save the wrong place at the second one.
        switched, self.terminal.alternate = self.terminal.alternate, False
        self.modes.alternate_buffer = False if switched else self.modes.alternate_buffer
        super()._start(alternate_buffer, *args, **kwargs)
        self.modes.alternate_buffer = None if switched else self.modes.alternate_buffer

    def _detect_terminal_modes(self) -> None:
        """`ask` does, behind the first frame."""

    def ask(self) -> None:
        """Ask the terminal what is still to be asked, without waiting."""
        questions = self.inquiry.questions()
        if questions:
            self._asked_at = time.monotonic()
            self.terminal.write(questions)
            self.terminal.flush()

    @property
    def _expects_answers(self) -> bool:
        """Whether the terminal has been asked, a moment ago, and has not answered all."""
        asked_at = self._asked_at
        return asked_at is not None and self.inquiry.is_waiting and time.monotonic() - asked_at <= _QUESTION_SECONDS

    def _hear(self, data: bytes) -> None:
        """Take the answers among what was read."""
        self.inquiry.take(data)
        found = self.inquiry.capabilities
        if self._synchronized is None:
            self.modes.synchronized_output = found.synchronized
        if found != self._told and not self.inquiry.is_asking:
            if found.tells_scheme and not self._told.tells_scheme:
                self.write(TELL_SCHEME)
            self._told = found
            self._use_pictures(found)
            self._use_keyboard(found)
            self._learned(found)

    def _use_keyboard(self, found: Capabilities) -> None:
        """Have the terminal tell keys apart, if it can, until the screen stops."""
        self.modes.kitty_keyboard = found.keyboard == "kitty"
        self.modes.modify_other_keys = found.keyboard == "xterm"
        self._modify_other_keys_reported = found.other_keys
        self._enable_keyboard_protocol()

    def signal_init(self) -> None:
        """Install no handler."""

    def signal_restore(self) -> None:
        """None was installed."""

    def _input_fileno(self) -> int | None:
        # Without a file descriptor urwid leaves the line alone.  It would drop the keys that were typed before.
        return None

    def _get_input_codes(self) -> list[int]:
        return list(self.terminal.read())

    def get_cols_rows(self) -> tuple[int, int]:
        """Columns and rows, never 0."""
        columns, self.maxrow = self.terminal.size
        return columns, self.maxrow

    def _use_pictures(self, found: Capabilities) -> None:
        if found.placeholders and self._pictures is None:
            few = found.is_tmux and self.colors < 1 << 24
            cell = found.cell or self.terminal.cell or DEFAULT_CELL
            self._pictures = Pictures(cell, through_tmux=found.is_tmux, few=few)

    def clear(self) -> None:
        """Draw all with the next frame, pictures too."""
        super().clear()
        if self._pictures is not None:
            self._pictures.forget()

    def draw_screen(self, size: tuple[int, int], canvas: urwid.Canvas) -> None:
        """Draw a frame, and hand the terminal in front of it what pictures on it need."""
        if self._pictures is not None:
            self._pictures.begin()
        self._draws = True
        try:
            super().draw_screen(size, canvas)
        finally:
            self._draws = False

    def _attr_to_escape(self, attribute: Hashable) -> str:
        if isinstance(attribute, Placement):
            colour = self._pictures.colour(attribute) if self._pictures is not None else ""
            return super()._attr_to_escape(PICTURE_ROLE) + colour
        return super()._attr_to_escape(attribute)

    def write(self, data: str) -> None:
        """Draw; see `clusters`."""
        data = align(data)
        if self._draws and self._pictures is not None:
            data = self._pictures.end() + data
        super().write(data)

    def _last_row(self, row: list[Any]) -> tuple[list[Any], int, list[Any]]:
        # urwid shifts the last character into the corner: a terminal that wraps may scroll there.  This one does not.
        return row, 0, []

    def _is_real_terminal(self) -> bool:
        return True

    def _stop(self) -> None:
        if self._pictures is not None:
            self.write(self._pictures.delete())
        self.progress = None
        shape = cursor("") if self._cursor_shape else ""
        shape += TELL_NO_SCHEME if self._told.tells_scheme else ""
        self.write(WRAP + _ALTERNATE_SCROLL_AS_FOUND + POP_TITLE + shape)
        super()._stop()
        self.terminal.drain(_STOP_SECONDS)
        self._wait_for_answers()
        self.terminal.line.restore(unless_changed=self._gives_up)

    def _wait_for_answers(self) -> None:
        """Drop the answers that are still to come, and keys that are typed in this tenth of a second."""
        received = b""
        while self._expects_answers and not self._gives_up and self.terminal.wait_for_input(_ANSWER_SECONDS):
            data = self.terminal.read()
            if not data:
                return
            received += data
            self.inquiry.take(received)

    def parse_input(
        self,
        event_loop: urwid.EventLoop | None,
        callback: Callable[..., Any] | None,
        codes: list[int],
        wait_for_more: bool = True,
    ) -> Any:
        """Turn bytes into keys, as urwid's method does; for pastes and replies see the head of the module."""
        if self._input_timeout and event_loop is not None:
            event_loop.remove_alarm(self._input_timeout)
            self._input_timeout = None
        data = self._held + bytes(code for code in codes if 0 <= code < 256)
        if self._pasted and self._last == b"\r":
            data = data.removeprefix(b"\n")
        self._last = data[-1:] or self._last
        pieces = self._pieces(data.replace(b"\r\n", b"\r"), wait_for_more)
        keys: list[Any] = []
        for number, piece in enumerate(pieces, 1):
            if isinstance(piece, Paste):
                keys.append(piece)
            elif piece == b"\n" == data and not self._pasted:
                # A hand types it as Ctrl-J, since Enter is \r; urwid takes the two for one key.
                keys.append("ctrl j")
            else:
                keys += self._keys(piece, wait_for_more and number == len(pieces))
        keys = self._unbracketed_paste(keys, wait_for_more and event_loop is not None)
        if wait_for_more and event_loop is not None and (self._partial_codes or self._held or self._pasted):
            self._expect_rest(event_loop, callback)
        if callback is None:
            return keys, codes
        callback(keys, codes)
        return None

    def _keys(self, data: bytes, wait_for_more: bool) -> list[Any]:
        """Parse block by block: urwid takes quadratic time, and typed bytes may be many."""
        keys: list[Any] = []
        rest: list[int] = []
        for start in range(0, max(1, len(data)), PARSED_AT_ONCE):
            block = rest + list(data[start : start + PARSED_AT_ONCE])
            last = start + PARSED_AT_ONCE >= len(data)
            found, _ = super().parse_input(None, None, block, wait_for_more or not last)
            keys += found
            rest = self._partial_codes
        return keys

    def _expect_rest(self, event_loop: urwid.EventLoop, callback: Callable[..., Any] | None) -> None:
        """Take the begin of a sequence, a reply or a paste as it stands if nothing follows."""

        def give_up() -> None:
            self._input_timeout = None
            codes, self._partial_codes = self._partial_codes, []
            self.parse_input(event_loop, callback, codes, wait_for_more=False)

        seconds = HELD_SECONDS if self._held else self.complete_wait
        self._input_timeout = event_loop.alarm(seconds, give_up)

    def _pieces(self, data: bytes, wait_for_more: bool) -> list[bytes | Paste]:
        """Cut the input into bytes to be parsed and whole pastes; hold the begin of an unfinished one."""
        self._held = b""
        pieces: list[bytes | Paste] = []
        while True:
            typed, begin, rest = data.partition(_PASTE_BEGIN)
            self._hear(typed)
            typed = ANSWER.sub(b"", typed)
            unfinished = None if begin else UNFINISHED_STRING.search(typed)
            if unfinished and (self._expects_answers or unfinished[0] not in _ALT_KEYS):
                self._held = unfinished[0] if wait_for_more else b""
                typed = typed[: unfinished.start()]
            pieces.append(typed)
            if not begin:
                return pieces
            pasted, end, data = rest.partition(_PASTE_END)
            if not end and wait_for_more:
                self._held = begin + pasted
                return pieces
            pieces.append(Paste(pasted.decode("utf-8", "replace").replace("\r", "\n")))

    def _unbracketed_paste(self, keys: list[Any], wait_for_more: bool) -> list[Any]:
        """Make one paste of more keys than a hand types at once; they may come in several reads."""
        text = _as_text(keys)
        if not self._pasted and (text is None or not _is_pasted(text)):
            return keys
        if text is not None:
            self._pasted += text
            if wait_for_more:
                return []
            keys = []
        paste, self._pasted = Paste(self._pasted), ""
        return [paste, *keys]

    def escape(self, attribute: object) -> str:
        """The sequence that makes the terminal draw as `attribute` says."""
        return self._attr_to_escape(attribute)


# Alt with one of these keys sends no more than the introducer of a reply.
_ALT_KEYS = frozenset({b"\x1b]", b"\x1bP", b"\x1bX", b"\x1b^", b"\x1b_"})


def _is_pasted(text: str) -> bool:
    """Whether the text of one read is more than a hand types at once."""
    if len(text) > TYPED_AT_ONCE:
        return "\n" in text[:-1]
    return text.count("\n") > 1 and _INDENTED_LINE.search(text) is not None


def _as_text(keys: list[Any]) -> str | None:
    """The text that `keys` type; None if some of them type none."""
    texts = [{"enter": "\n", "tab": "\t"}.get(key, key) if isinstance(key, str) else "" for key in keys]
    return "".join(texts) if all(len(text) == 1 for text in texts) else None

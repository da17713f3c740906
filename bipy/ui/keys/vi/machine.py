"""The machine of vi: carries out on a buffer what was said, and knows the mode, the registers and the last change.

What is not in the text (history, palette, clipboard, the indentation of a new line) is asked of an `Outside`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol

from bipy.ui.keys.vi import text as texts
from bipy.ui.keys.vi.edits import EDITS, OPERATORS, SHORT, Change, Kept, Spot
from bipy.ui.keys.vi.grammar import Grammar, Said
from bipy.ui.keys.vi.motions import JUMPS, MOTIONS, Here, Memory, Reached
from bipy.ui.keys.vi.objects import OBJECTS, Span
from bipy.ui.widgets.buffer import Buffer

Mode = Literal["insert", "normal", "visual", "visual line"]
_MOTIONS = {row.key: row for row in MOTIONS}
_OPERATORS = {row.key: row for row in OPERATORS}
_EDITS = {row.key: row for row in EDITS}
_OBJECTS = {row.key: row for row in OBJECTS}
# Visual commands: the operator, and whether it works on whole lines.
_SELECTED = {
    "x": ("d", False),
    "X": ("d", True),
    "D": ("d", True),
    "s": ("c", False),
    "S": ("c", True),
    "C": ("c", True),
    "R": ("c", True),
    "Y": ("y", True),
    "u": ("gu", False),
    "U": ("gU", False),
    "~": ("g~", False),
}
CLIPBOARD = "+*"


class Outside(Protocol):
    """What vi wants that is not in the text."""

    def recall(self, step: int) -> None:
        """Walk through the history."""

    def palette(self) -> None:
        """Find a command or a setting."""

    def copy(self, text: str) -> None:
        """Put a text into the clipboard."""

    def indent(self, before: str) -> str:
        """The blanks that a line begins with behind that code."""


class Extent(NamedTuple):
    """How much was selected, for the next time: so many lines, or characters of the last of them."""

    lines: int
    characters: int
    linewise: bool


class Typed(NamedTuple):
    """What was typed in insert mode: so much was deleted around the cursor, and a text put there."""

    before: int
    behind: int
    text: str


class Vi:
    """The keys of vi on `buffer`; `secret` says that what is typed must be kept nowhere."""

    def __init__(self, buffer: Buffer, outside: Outside) -> None:
        self.mode: Mode = "insert"
        self.grammar = Grammar()
        self.secret = False
        self._outside = outside
        self._memory = Memory()
        self._registers: dict[str, Kept] = {}
        # The last kill that vi has seen in the ring: one that came by another key is newer than the register.
        self._ring = ""
        self._anchor = 0
        self._last_selected: tuple[int, int, Mode] | None = None
        self._again: tuple[Said, Extent | None, Typed | None] | None = None
        self._inserting: tuple[Said, Extent | None] | None = None
        # The text and the cursor when typing began, and where marks were true.
        self._began: tuple[str, int] = ("", 0)
        self._seen = ""
        # Whether the blanks that the line begins with were put there by vi.
        self._opened = False
        self.buffer = buffer
        self.take_over(buffer)

    def take_over(self, buffer: Buffer) -> None:
        """Work on another text, which begins in insert mode."""
        self.buffer.end_group()
        self.buffer = buffer
        self.grammar.forget()
        self._memory.marks.clear()
        self._inserting = None
        self._begin_to_insert()

    def settle(self) -> None:
        """A key that is none of vi's may have moved the cursor or changed the text."""
        self.grammar.forget()
        self._move_marks()
        if self.mode == "normal" and self.buffer.anchor is None:
            at = texts.on_character(self.buffer.code, self.buffer.offset)
            if at != self.buffer.offset:
                self._go(at)
        elif self.mode in ("visual", "visual line") and self.buffer.selection is None:
            self.mode = "normal"
            self.settle()

    def escape(self) -> bool:
        """Esc: back to normal mode, or give up what was begun; whether there was anything to leave."""
        if self.grammar.is_pending:
            self.grammar.forget()
            return True
        if self.mode == "normal":
            return False
        if self.mode == "insert":
            self._end_insert()
        else:
            self._end_visual()
        return True

    def press(self, key: str) -> None:
        """A key in normal or visual mode."""
        said = self.grammar.press(key, selecting=self.mode != "normal")
        self._move_marks()
        if said is not None:
            if said.key not in ("j", "k") and said.target not in ("j", "k"):
                self._memory.goal = None
            self._carry_out(said)
        self._move_marks()

    # What was said

    def _carry_out(self, said: Said) -> None:
        selecting = self.mode in ("visual", "visual line")
        if selecting and (said.key in _OPERATORS or said.key in _SELECTED or said.key in ("p", "P", "J", "r")):
            self._on_selection(said)
        elif selecting and said.key == "o":
            self._anchor, at = self.buffer.offset, self._anchor
            self._select(at)
        elif selecting and len(said.key) == 2 and said.key[0] in "ia" and said.key[1] in _OBJECTS:
            self._select_object(said)
        elif said.key in _OPERATORS or (said.key in SHORT and not selecting) or (said.key in _EDITS and not selecting):
            self._edit(said)
        elif said.key in _MOTIONS:
            self._move(said)
        else:
            self._act(said)

    def _act(self, said: Said) -> None:
        buffer = self.buffer
        match said.key:
            case "u":
                self.undo(said.counted or 1)
            case ".":
                self._repeat(said.counted)
            case "v" | "V":
                mode: Mode = "visual" if said.key == "v" else "visual line"
                if self.mode == mode:
                    self._end_visual()
                    return
                if self.mode == "normal":
                    self._anchor = buffer.offset
                self.mode = mode
                self._select(buffer.offset)
            case "gv" if self._last_selected is not None:
                self._anchor, at, self.mode = self._last_selected
                self._anchor = texts.on_character(buffer.code, self._anchor)
                self._select(texts.on_character(buffer.code, at))
            case "m":
                self._memory.marks[said.argument] = buffer.offset
            case ":":
                self._outside.palette()
            case _:
                pass

    def undo(self, times: int) -> None:
        """Undo so many changes."""
        for _ in range(times):
            if not self.buffer.undo():
                break
        self._go(texts.on_character(self.buffer.code, self.buffer.offset))

    def redo(self) -> None:
        """Make a change that was undone again."""
        self.grammar.forget()
        if self.mode == "normal" and self.buffer.redo():
            self._go(texts.on_character(self.buffer.code, self.buffer.offset))

    def _move(self, said: Said) -> None:
        reached = self._reached(said.key, said)
        if reached is None:
            if said.key in ("j", "k") and self.mode == "normal":
                self._outside.recall(1 if said.key == "j" else -1)
                self.settle()
            return
        if said.key in JUMPS:
            self._memory.marks["'"] = self.buffer.offset
        goal = self._memory.goal
        if self.mode == "normal":
            self._go(texts.on_character(self.buffer.code, reached.at))
        else:
            code = self.buffer.code
            newline = said.key == "$" and self.mode == "visual"
            self._select(texts.line_end(code, reached.at) if newline else texts.on_character(code, reached.at))
        self._memory.goal = goal

    def _reached(self, key: str, said: Said, operator: str = "") -> Reached | None:
        row = _MOTIONS[key]
        here = Here(self.buffer.code, self.buffer.offset, said.counted, said.argument, self._memory, operator)
        found = row.go(here)
        return found if isinstance(found, Reached) or found is None else Reached(found, row.kind)

    # Changes

    def _edit(self, said: Said, extent: Extent | None = None) -> bool:
        """Carry an edit or an operator out; whether anything came of it."""
        change = self._change(said, extent)
        if change is None:
            return False
        if not change.copied:
            self._again = (said, extent, None)
        self._apply(change, said, extent)
        return True

    def _change(self, said: Said, extent: Extent | None) -> Change | None:
        if said.key in SHORT and extent is None:
            keys = SHORT[said.key]
            doubled = keys[1] == keys[0]
            said = said._replace(key=keys[0], target="line" if doubled else keys[1])
        code, at = self.buffer.code, self.buffer.offset
        if said.key in _OPERATORS:
            span = self._extended(extent) if extent is not None else self._span(said)
            if span is None:
                return None
            times = (said.counted or 1) if extent is not None else 1
            change = _OPERATORS[said.key].change(code, span, times)
            return change if extent is not None else change._replace(cursor=self._cursor_after(change, span, said))
        spot = Spot(code, at, said.counted, self._held(said.register), self._outside.indent, said.argument)
        return _EDITS[said.key].change(spot)

    def _cursor_after(self, change: Change, span: Span, said: Said) -> int:
        """Where the cursor goes: lines that are copied, or written in another case, leave it in its column."""
        code, at = self.buffer.code, self.buffer.offset
        if not span.linewise or not (change.copied or said.key[0] == "g"):
            return change.cursor
        if said.target == "line":
            return at if change.copied else min(at, texts.first_character(code, span.start))
        if said.target in _MOTIONS and (reached := self._reached(said.target, said, said.key)) is not None:
            return min(at, reached.at)
        return change.cursor

    def _span(self, said: Said) -> Span | None:
        """What an operator works on."""
        code, at = self.buffer.code, self.buffer.offset
        if said.target == "line":
            here = Here(code, at, said.counted, "", self._memory, said.key)
            reached: Reached | None = Reached(at, "linewise") if here.times == 1 else self._reached("_", said, said.key)
        elif said.target[:1] in "ia" and said.target[1:] in _OBJECTS and len(said.target) == 2:
            span = _OBJECTS[said.target[1]].find(code, at, said.counted or 1, said.target[0] == "a")
            return span if span is None or span.linewise or span.start < span.end or said.key == "c" else None
        else:
            reached = self._reached(said.target, said, said.key)
        if reached is None:
            return None
        return span_between(code, at, reached, said.key)

    def _apply(self, change: Change, said: Said, extent: Extent | None = None) -> None:
        buffer = self.buffer
        if change.kept is not None:
            self._keep(said.register, change.kept, copied=change.copied)
        before = buffer.code
        buffer.begin_group()
        if change.text != before[change.start : change.end]:
            buffer.replace(change.start, change.end, change.text)
        if change.inserts:
            self.mode = "normal"
            buffer.cursor = buffer.position_of(change.cursor)
            self._begin_to_insert()
            self._inserting = (said, extent)
            self._opened = said.key in ("o", "O") or (change.kept is not None and change.kept.linewise)
            return
        buffer.end_group()
        self.mode = "normal"
        self._go(texts.on_character(buffer.code, change.cursor))

    def _repeat(self, count: int | None) -> None:
        """Do the last change again."""
        if self._again is None:
            return
        said, extent, typed = self._again
        if count is not None:
            said = said._replace(counted=count)
        if not self._edit(said, extent) or self.mode != "insert":
            return
        buffer, again = self.buffer, self._inserting
        if typed is not None:
            for _ in range(self._times(said)):
                at = buffer.offset
                buffer.replace(max(0, at - typed.before), at + typed.behind, typed.text)
        self._inserting = None
        self._end_insert()
        if again is not None:
            self._again = (*again, typed)

    def _begin_to_insert(self) -> None:
        self.mode = "insert"
        self.buffer.begin_group()
        self._began = (self.buffer.code, self.buffer.offset)

    def _end_insert(self) -> None:
        buffer = self.buffer
        typed = _typed(*self._began, buffer.code, buffer.offset)
        if self._inserting is not None and not self.secret:
            said, extent = self._inserting
            for _ in range(self._times(said) - 1 if typed is not None else 0):
                line = "\n" + texts.indentation(buffer.code, buffer.offset) if said.key in ("o", "O") else ""
                buffer.insert(line + typed.text if typed is not None else "")
            self._again = (said, extent, typed)
        code, at = buffer.code, buffer.offset
        start, end = texts.line_start(code, at), texts.line_end(code, at)
        if self._opened and typed is not None and not typed.text and start < end and not code[start:end].strip():
            # Blanks alone, which nobody typed.
            buffer.replace(start, end, "")
        self._inserting = None
        self._opened = False
        buffer.end_group()
        self.mode = "normal"
        code, at = buffer.code, buffer.offset
        self._go(texts.before(code, at) if at > texts.line_start(code, at) else at)

    @staticmethod
    def _times(said: Said) -> int:
        """How often what is typed is inserted."""
        return (said.counted or 1) if said.key in ("i", "a", "I", "A", "o", "O") else 1

    # Selecting

    def _select(self, at: int) -> None:
        """Go on selecting, to a place."""
        buffer = self.buffer
        buffer.cursor = buffer.position_of(at)
        span = self._selected()
        end = span.end
        buffer.mark_span(buffer.position_of(span.start), buffer.position_of(end))

    def _selected(self) -> Span:
        """What is selected, the character at the cursor included."""
        code = self.buffer.code
        first, last = sorted((self._anchor, self.buffer.offset))
        if self.mode == "visual line":
            return Span(texts.line_start(code, first), texts.line_end(code, last), linewise=True)
        return Span(first, texts.forward(code, last) or len(code))

    def _select_object(self, said: Said) -> None:
        code = self.buffer.code
        row, around = _OBJECTS[said.key[1]], said.key[0] == "a"
        now, span = self._selected(), None
        for count in range(said.counted or 1, (said.counted or 1) + 9):
            span = row.find(code, self.buffer.offset, count, around)
            if span is None or now.end - now.start <= 1 or span.start < now.start or span.end > now.end:
                break
        if span is None or span.start == span.end:
            return
        if span.linewise:
            self.mode = "visual line"
        self._anchor = span.start
        self._select(texts.before(code, span.end) if span.end > texts.line_start(code, span.end) else span.end - 1)

    def _on_selection(self, said: Said) -> None:
        """An operator in visual mode, or what stands for one."""
        key, lines = _SELECTED.get(said.key, (said.key, False))
        if lines:
            self.mode = "visual line"
        span, code = self._selected(), self.buffer.code
        rows = code.count("\n", span.start, span.end) + 1
        extent = Extent(rows, span.end - max(span.start, texts.line_start(code, span.end)), span.linewise)
        held = self._held(said.register)
        self._end_visual()
        self._go(span.start)
        if key in _OPERATORS:
            self._edit(said._replace(key=key), extent)
        elif key == "J":
            self._edit(said._replace(counted=rows))
        elif key == "r":
            new = "".join(sign if sign == "\n" else said.argument for sign in code[span.start : span.end])
            self._apply(Change(span.start, span.end, new, span.start), said)
        else:
            self._put_over(span, held, said)

    def _put_over(self, span: Span, held: Kept, said: Said) -> None:
        """What the register held takes the place of what is selected."""
        code = self.buffer.code
        kept = Kept(code[span.start : span.end] + "\n" * span.linewise, span.linewise)
        new = held.text * (said.counted or 1)
        if span.linewise:
            new = new.removesuffix("\n") if held.linewise else new
        elif held.linewise:
            new = "\n" + new
        cursor = span.start if span.linewise or "\n" in new else span.start + max(0, len(new) - 1)
        self._apply(Change(span.start, span.end, new, cursor, kept), said._replace(register=""))

    def _extended(self, extent: Extent) -> Span:
        """As much from the cursor on as was selected once."""
        code, at = self.buffer.code, self.buffer.offset
        number = min(texts.row(code, at) + extent.lines - 1, code.count("\n"))
        start = texts.start_of_row(code, number)
        if extent.linewise:
            return Span(texts.line_start(code, at), texts.line_end(code, start), linewise=True)
        begin = at if extent.lines == 1 else start
        reach = max(0, extent.characters)
        return Span(at, min(begin + reach, max(texts.line_end(code, begin), at)))

    def _end_visual(self) -> None:
        self._last_selected = (self._anchor, self.buffer.offset, self.mode)
        self.mode = "normal"
        self._go(texts.on_character(self.buffer.code, self.buffer.offset))

    def _go(self, at: int) -> None:
        self.buffer.cursor = self.buffer.position_of(at)

    # Registers and marks

    def _held(self, register: str) -> Kept:
        """What a register holds; the unnamed one also what other keys have killed."""
        if register and register != '"':
            return self._registers.get("+" if register in CLIPBOARD else register.lower(), Kept(""))
        killed = self.buffer.kill_ring.text()
        if killed and killed != self._ring:
            return Kept(killed)
        return self._registers.get('"', Kept(""))

    def _keep(self, register: str, kept: Kept, *, copied: bool) -> None:
        if register == "_" or self.secret or not kept.text:
            return
        if register.isupper():
            old = self._registers.get(register.lower(), Kept(""))
            linewise = old.linewise or kept.linewise
            joint = "\n" if linewise and old.text and not old.text.endswith("\n") else ""
            kept = Kept(old.text + joint + kept.text, linewise)
        name = "+" if register and register in CLIPBOARD else register.lower()
        for each in ('"', name, "0" if copied and not register else ""):
            if each:
                self._registers[each] = kept
        self.buffer.kill_ring.add(kept.text, join=False, in_front=False)
        self._ring = kept.text
        if name == "+":
            self._outside.copy(kept.text)

    def _move_marks(self) -> None:
        """Marks stay at their characters when the text has changed."""
        marks = self._memory.marks
        if not marks:
            self._seen = ""
            return
        old, new = self._seen, self.buffer.code
        self._seen = new
        if old == new or not old:
            return
        same = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        for name, at in marks.items():
            if at > same:
                marks[name] = max(same, at + len(new) - len(old))


def span_between(code: str, at: int, reached: Reached, operator: str) -> Span | None:
    """What lies between the cursor and where a motion went, as vi has it."""
    first, last = sorted((at, reached.at))
    if reached.kind == "linewise":
        return Span(texts.line_start(code, first), texts.line_end(code, last), linewise=True)
    inclusive = reached.kind == "inclusive"
    if not inclusive and last > first and last == texts.line_start(code, last):
        # To the start of a line is to the end of the one above; from in front of all code these are whole lines.
        last -= 1
        if texts.is_indented(code, first):
            return Span(texts.line_start(code, first), last, linewise=True)
    elif inclusive:
        last = texts.after(code, last) if last < texts.line_end(code, last) else last
    if operator == "d" and "\n" in code[first:last]:
        rest = code[last : texts.line_end(code, last)]
        if not rest.strip(texts.BLANKS) and texts.is_indented(code, first):
            return Span(texts.line_start(code, first), texts.line_end(code, last), linewise=True)
    if first == last and operator != "c":
        return None
    return Span(first, last)


def _typed(before: str, cursor: int, now: str, at: int) -> Typed | None:
    """What was typed between two states of a text; None where more than the place of the cursor has changed."""
    head = 0
    most = min(cursor, at, len(now))
    while head < most and before[head] == now[head]:
        head += 1
    tail = 0
    most = min(len(before) - cursor, len(now) - at)
    while tail < most and before[len(before) - 1 - tail] == now[len(now) - 1 - tail]:
        tail += 1
    if at != len(now) - tail:
        return None
    return Typed(cursor - head, len(before) - tail - cursor, now[head : len(now) - tail])

"""The machine of vi: carries out on a buffer what was said, and knows the mode and the last change.

What is not in the text (history, palette, clipboard, indentation, keys that are played) is asked of an `Outside`.
"""

from __future__ import annotations

import re
from typing import Literal

from bipy.ui.keys.vi import block as blocks
from bipy.ui.keys.vi import text as texts
from bipy.ui.keys.vi.edits import EDITS, OPERATORS, SHORT, Change, Kept, Spot, put_over
from bipy.ui.keys.vi.grammar import BLOCK, Grammar, Said
from bipy.ui.keys.vi.macros import Macros
from bipy.ui.keys.vi.motions import JUMPS, MOTIONS, Here, Memory, Reached
from bipy.ui.keys.vi.objects import OBJECTS, Span
from bipy.ui.keys.vi.outside import Outside
from bipy.ui.keys.vi.patterns import Substitution, applied, substitution
from bipy.ui.keys.vi.registers import Registers
from bipy.ui.keys.vi.spans import Extent, Typed, extended, move_marks, span_between, typed
from bipy.ui.widgets.buffer import Buffer
from bipy.ui.widgets.motions import column_at

Mode = Literal["insert", "replace", "normal", "visual", "visual line", "visual block"]
VISUAL: dict[str, Mode] = {"v": "visual", "V": "visual line", BLOCK: "visual block"}
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


class Vi:
    """The keys of vi on `buffer`; `secret` says that what is typed must be kept nowhere."""

    def __init__(self, buffer: Buffer, outside: Outside) -> None:
        self.mode: Mode = "insert"
        self.grammar = Grammar()
        self.secret = False
        self._outside = outside
        self._memory = Memory()
        self._registers = Registers()
        self.macros = Macros()
        # Whether the last key had nothing to go to or to work on.
        self.failed = False
        # Whether a block goes to the ends of its lines, and where else goes what is typed at one.
        self._to_end = False
        self._column: blocks.Column | None = None
        # The upper left corner of that block, where the cursor goes back to.
        self._corner: int | None = None
        # What stood in the place of each character that was overwritten.
        self._overwritten: list[str] = []
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
        self._overwritten = []
        if self.mode == "normal" and self.buffer.anchor is None:
            at = texts.on_character(self.buffer.code, self.buffer.offset)
            if at != self.buffer.offset:
                self._go(at)
        elif self.mode in VISUAL.values() and self.buffer.selection is None and not self.buffer.block:
            self.mode = "normal"
            self.settle()

    def escape(self) -> bool:
        """Esc: back to normal mode, or give up what was begun; whether there was anything to leave."""
        if self.grammar.is_pending:
            self.grammar.forget()
            return True
        if self.mode == "normal":
            return False
        if self.mode in ("insert", "replace"):
            self._end_insert()
        else:
            self._end_visual()
        return True

    def press(self, key: str) -> None:
        """A key in normal, visual or replace mode."""
        self.failed = False
        if self.mode == "replace":
            self._overwrite(key)
            return
        if key == "q" and self.macros.name and not self.grammar.is_pending:
            self.macros.end()
            return
        said = self.grammar.press(key, selecting=self.mode != "normal")
        self._move_marks()
        if said is not None:
            if said.key not in ("j", "k") and said.target not in ("j", "k"):
                self._memory.goal = None
            self._carry_out(said)
        self._move_marks()

    # What was said

    def _carry_out(self, said: Said) -> None:
        selecting = self.mode in VISUAL.values()
        if selecting and (said.key in _OPERATORS or said.key in _SELECTED or said.key in "pPJrIA"):
            self._on_selection(said)
        elif selecting and said.key in "oO":
            self._turn_ends(within_row=said.key == "O" and self.mode == "visual block")
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
            case "v" | "V" | "\x16":
                mode = VISUAL[said.key]
                self._to_end = False
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
                selecting = self.mode in VISUAL.values()
                if selecting:
                    self._end_visual()
                self._outside.palette("'<,'>" if selecting else "")
            case "q":
                self.macros.begin(said.argument)
            case "@":
                self._outside.play(self.macros.keys(said.argument), said.counted or 1)
            case _:
                pass

    def substitution(self, line: str) -> Substitution | None:
        """What the command `line` would do; None if it is no substitution, re.error if it cannot be."""
        code = self.buffer.code
        row = texts.row(code, self.buffer.offset)
        ends = self._last_selected[:2] if self._last_selected is not None else (0, 0)
        rows = sorted(texts.row(code, min(at, len(code))) for at in ends)
        selected = (rows[0], rows[1]) if self._last_selected is not None else (row, row)
        return substitution(line, code, row, selected, self._memory.sought[0])

    def substitute(self, line: str) -> None:
        """Do what the command `line` says."""
        try:
            made = self.substitution(line)
        except re.error:
            return
        if made is None or not made.places:
            return
        self._memory.sought = (made.pattern, 1)
        if made.asks:
            self._outside.ask(made.places)
            return
        start, end, new = applied(self.buffer.code, made.places)
        after = self.buffer.code[:start] + new + self.buffer.code[end:]
        self._apply(Change(start, end, new, texts.first_character(after, start + len(new))), Said(":"))

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
            self.failed = True
            if said.key in ("j", "k") and self.mode == "normal" and not self.macros.plays:
                self._outside.recall(1 if said.key == "j" else -1)
                self.settle()
            return
        if said.key in JUMPS:
            self._memory.marks["'"] = self.buffer.offset
        goal = self._memory.goal
        if said.key not in ("j", "k"):
            self._to_end = said.key == "$"
        if self.mode == "normal":
            self._go(texts.on_character(self.buffer.code, reached.at))
        else:
            code = self.buffer.code
            newline = said.key == "$" and self.mode != "visual line"
            behind = said.key in ("j", "k", "l", " ") and reached.at == texts.line_end(code, reached.at)
            if newline or behind:
                self._select(texts.line_end(code, reached.at))
            else:
                self._select(texts.on_character(code, reached.at))
        self._memory.goal = goal

    def _reached(self, key: str, said: Said, operator: str = "") -> Reached | None:
        row = _MOTIONS[key]
        selecting = self.mode in VISUAL.values()
        code, at = self.buffer.code, self.buffer.offset
        here = Here(code, at, said.counted, said.argument, self._memory, operator, selecting)
        found = row.go(here)
        return found if isinstance(found, Reached) or found is None else Reached(found, row.kind)

    # Changes

    def _edit(self, said: Said, extent: Extent | None = None) -> bool:
        """Carry an edit or an operator out; whether anything came of it."""
        change = self._change(said, extent)
        if change is None:
            self.failed = True
            return False
        if not change.copied:
            self._again = (said, extent, None)
        self._apply(change, said, extent)
        return True

    def _change(self, said: Said, extent: Extent | None) -> Change | None:
        if extent is not None and extent.block:
            return self._change_block(said, extent)
        if said.key in SHORT and extent is None:
            keys = SHORT[said.key]
            doubled = keys[1] == keys[0]
            said = said._replace(key=keys[0], target="line" if doubled else keys[1])
        code, at = self.buffer.code, self.buffer.offset
        if said.key in _OPERATORS:
            span = extended(code, at, extent) if extent is not None else self._span(said)
            if span is None:
                return None
            times = (said.counted or 1) if extent is not None else 1
            change = self._indented(span) if said.key == "=" else _OPERATORS[said.key].change(code, span, times)
            return change if extent is not None else change._replace(cursor=self._cursor_after(change, span, said))
        spot = Spot(code, at, said.counted, self._held(said.register), self._outside.indent, said.argument)
        return _EDITS[said.key].change(spot)

    def _change_block(self, said: Said, extent: Extent) -> Change | None:
        """What is done to a block that is as large as one that was selected once, from the cursor on."""
        code, at = self.buffer.code, self.buffer.offset
        block = blocks.sized(code, at, extent)
        made = blocks.change(code, block, said.key, said.counted or 1, said.argument)
        if made is None:
            return None
        self._column = made[1]
        self._corner = at if said.key in "IA" else None
        return made[0]

    def _indented(self, span: Span) -> Change:
        code = self.buffer.code
        start, end = texts.line_start(code, span.start), texts.line_end(code, max(span.start, span.end - 1))
        first, last = texts.row(code, start), texts.row(code, end)
        new = "\n".join(self._outside.reindented(code.split("\n"), first, last))
        return Change(start, end, new, texts.first_character(code[:start] + new + code[end:], start))

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
            self.mode = "replace" if said.key == "R" else "insert"
            self._overwritten = []
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
        if not self._edit(said, extent) or self.mode not in ("insert", "replace"):
            return
        again = self._inserting
        for _ in range(self._times(said) if typed is not None else 0):
            self._type_again(said, typed)
        self._inserting = None
        self._end_insert()
        if again is not None:
            self._again = (*again, typed)

    def _type_again(self, said: Said, typed: Typed | None) -> None:
        """Type at the cursor what was typed."""
        if typed is None:
            return
        buffer, at = self.buffer, self.buffer.offset
        behind = typed.behind
        if said.key == "R":
            behind = min(len(typed.text), texts.line_end(buffer.code, at) - at)
        buffer.replace(max(0, at - typed.before), at + behind, typed.text)

    def _overwrite(self, key: str) -> None:
        """A key in replace mode: put a character in the place of another, or take that back."""
        buffer = self.buffer
        at, code = buffer.offset, buffer.code
        if key == "backspace":
            before = texts.before(code, at) if at > texts.line_start(code, at) else max(0, at - 1)
            if self._overwritten:
                buffer.replace(before, at, self._overwritten.pop())
            self._go(before)
        elif len(key) == 1:
            end = texts.after(code, at) if at < texts.line_end(code, at) else at
            self._overwritten.append(code[at:end])
            buffer.replace(at, end, key)

    def _begin_to_insert(self) -> None:
        self.mode = "insert"
        self.buffer.begin_group()
        self._began = (self.buffer.code, self.buffer.offset)

    def _end_insert(self) -> None:
        buffer = self.buffer
        made = typed(*self._began, buffer.code, buffer.offset)
        if self._inserting is not None and not self.secret:
            said, extent = self._inserting
            for _ in range(self._times(said) - 1 if made is not None else 0):
                line = "\n" + texts.indentation(buffer.code, buffer.offset) if said.key in ("o", "O") else ""
                self._type_again(said, made and Typed(0, 0, line + made.text))
            self._again = (said, extent, made)
        began = self._corner if self._column is not None else None
        if self._column is not None and made is not None and not (made.before or made.behind):
            self._type_in_rows(self._column, made.text)
        self._column = None
        code, at = buffer.code, buffer.offset
        start, end = texts.line_start(code, at), texts.line_end(code, at)
        if self._opened and made is not None and not made.text and start < end and not code[start:end].strip():
            # Blanks alone, which nobody typed.
            buffer.replace(start, end, "")
        self._inserting = None
        self._opened = False
        buffer.end_group()
        self.mode = "normal"
        code, at = buffer.code, buffer.offset
        if began is not None and made is not None and made.text:
            self._go(texts.on_character(code, began))
            return
        self._go(texts.before(code, at) if at > texts.line_start(code, at) else at)

    def _type_in_rows(self, column: blocks.Column, text: str) -> None:
        """Type in the other rows of a block what was typed in its first one."""
        buffer, made = self.buffer, blocks.typed_in_rows(self.buffer.code, column, text)
        if made is not None:
            at = buffer.cursor
            buffer.replace(*made)
            buffer.cursor = at

    @staticmethod
    def _times(said: Said) -> int:
        """How often what is typed is inserted."""
        return (said.counted or 1) if said.key in ("i", "a", "I", "A", "o", "O", "R") else 1

    # Selecting

    def _select(self, at: int) -> None:
        """Go on selecting, to a place."""
        buffer = self.buffer
        buffer.cursor = buffer.position_of(at)
        if self.mode == "visual block":
            block = self._block()
            rows = enumerate(blocks.rows_of(buffer.code, block), block.first)
            buffer.block = {row: columns for row, line in rows if (columns := blocks.columns(line, block))} or {
                0: (0, 0)
            }
            return
        span = self._selected()
        end = span.end
        buffer.mark_span(buffer.position_of(span.start), buffer.position_of(end))

    def _block(self) -> blocks.Block:
        """The rectangle that is selected."""
        return blocks.between(self.buffer.code, self._anchor, self.buffer.offset, to_end=self._to_end)

    def _turn_ends(self, *, within_row: bool) -> None:
        """Go to the other end of what is selected, or of the row of a block."""
        anchor, at = self._anchor, self.buffer.offset
        self._anchor = at
        if within_row:
            code = self.buffer.code
            columns = [place - texts.line_start(code, place) for place in (anchor, at)]
            self._anchor = min(texts.line_start(code, anchor) + columns[1], texts.last(code, anchor))
            anchor = min(texts.line_start(code, at) + columns[0], texts.last(code, at))
        self._select(anchor)

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
        if self.mode == "visual block" and said.key not in "SR=J":
            self._on_block(said._replace(key=key), to_end=said.key in "CD")
            return
        if lines:
            self.mode = "visual line"
        span, code = self._selected(), self.buffer.code
        rows = code.count("\n", span.start, span.end) + 1
        joined = abs(texts.row(code, self._anchor) - texts.row(code, self.buffer.offset)) + 1
        extent = Extent(rows, span.end - max(span.start, texts.line_start(code, span.end)), span.linewise)
        held = self._held(said.register)
        self._end_visual()
        self._go(span.end if key == "A" else span.start)
        if key in "IA":
            self._apply(Change(self.buffer.offset, self.buffer.offset, "", self.buffer.offset, inserts=True), said)
        elif key in _OPERATORS:
            self._edit(said._replace(key=key), extent)
        elif key == "J":
            self._edit(said._replace(counted=joined))
        elif key == "r":
            new = "".join(sign if sign == "\n" else said.argument for sign in code[span.start : span.end])
            self._apply(Change(span.start, span.end, new, span.start), said)
        else:
            self._put_over(span, held, said)

    def _on_block(self, said: Said, *, to_end: bool) -> None:
        """An operator or another command of visual mode on a rectangle."""
        block = self._block()
        held = self._held(said.register)
        extent = Extent(block.last - block.first + 1, block.right - block.left + 1, False, True, block.to_end or to_end)
        self._end_visual()
        start = texts.start_of_row(self.buffer.code, block.first)
        line = self.buffer.code[start : texts.line_end(self.buffer.code, start)]
        self._go(start + column_at(line, block.left))
        if said.key not in "pP":
            self._edit(said, extent)
            return
        was = self.buffer.begin_group()
        self._edit(said._replace(key="d", register=""), extent)
        spot = Spot(self.buffer.code, start + column_at(line, block.left), said.counted, held, self._outside.indent)
        put = _EDITS["P"].change(spot)
        if put is not None:
            self._apply(put, said._replace(register="_"))
        if was:
            self.buffer.end_group()

    def _put_over(self, span: Span, held: Kept, said: Said) -> None:
        """What the register held takes the place of what is selected."""
        change = put_over(self.buffer.code, span, held, said.counted or 1)
        self._apply(change, said._replace(register=""))

    def _end_visual(self) -> None:
        self._last_selected = (self._anchor, self.buffer.offset, self.mode)
        self.mode = "normal"
        self._go(texts.on_character(self.buffer.code, self.buffer.offset))

    def _go(self, at: int) -> None:
        self.buffer.cursor = self.buffer.position_of(at)

    def _keep(self, register: str, kept: Kept, *, copied: bool) -> None:
        if not self.secret and (text := self._registers.keep(register, kept, self.buffer.kill_ring, copied=copied)):
            self._outside.copy(text)

    def _held(self, register: str) -> Kept:
        return self._registers.held(register, self.buffer.kill_ring)

    def _move_marks(self) -> None:
        """Marks stay at their characters when the text has changed."""
        old, self._seen = self._seen, self.buffer.code if self._memory.marks else ""
        if old and old != self._seen:
            move_marks(self._memory.marks, old, self._seen)

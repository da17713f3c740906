"""What vi changes: the operators and the edits at the cursor, a row each.  Pure functions that give a `Change`."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from bipy.ui.keys.vi import text as texts
from bipy.ui.keys.vi.objects import Span
from bipy.ui.widgets.buffer import INDENT


class Kept(NamedTuple):
    """What a register holds; a rectangle, whose lines stand below each other, is `block` cells wide."""

    text: str
    linewise: bool = False
    block: int = 0


class Change(NamedTuple):
    """`text` takes the place of what is between two places, and the cursor goes to `cursor`.

    `kept` is what goes into the register; it was `copied` if it stays in the text.  With `inserts` typing begins.
    """

    start: int
    end: int
    text: str
    cursor: int
    kept: Kept | None = None
    copied: bool = False
    inserts: bool = False


class Spot(NamedTuple):
    """Where an edit is made: `held` is what the register holds, `indent` tells the blanks of a new line."""

    text: str
    at: int
    counted: int | None
    held: Kept
    indent: Callable[[str], str]
    argument: str = ""

    @property
    def times(self) -> int:
        """The count, which is 1 without one."""
        return self.counted or 1


class Operator(NamedTuple):
    """A row: `change` takes the text, what is operated on, and how often; for "=" the machine has another."""

    key: str
    help: str
    change: Callable[[str, Span, int], Change]


class Make(NamedTuple):
    """A row of the edits; one that has an argument takes a character behind its key."""

    key: str
    help: str
    change: Callable[[Spot], Change | None]
    argument: bool = False


def delete(text: str, span: Span, _times: int = 1) -> Change:
    """Take it out of the text."""
    kept = Kept(text[span.start : span.end] + "\n" * span.linewise, span.linewise)
    if not span.linewise:
        left = text[: span.start] + text[span.end :]
        return Change(span.start, span.end, "", texts.on_character(left, span.start), kept)
    start, end = span.start, span.end
    if end < len(text):
        end += 1
    elif start:
        start -= 1
    left = text[:start] + text[end:]
    return Change(start, end, "", texts.first_character(left, min(span.start, len(left))), kept)


def change(text: str, span: Span, _times: int = 1) -> Change:
    """Take it out and begin to type."""
    kept = Kept(text[span.start : span.end] + "\n" * span.linewise, span.linewise)
    start = span.start + (len(texts.indentation(text, span.start)) if span.linewise else 0)
    return Change(start, span.end, "", start, kept, inserts=True)


def yank(text: str, span: Span, _times: int = 1) -> Change:
    """Keep a copy of it."""
    kept = Kept(text[span.start : span.end] + "\n" * span.linewise, span.linewise)
    return Change(span.start, span.start, "", span.start, kept, copied=True)


def shift(sign: int) -> Callable[[str, Span, int], Change]:
    """Indent its lines, or take indentation away."""

    def shifted(line: str, times: int) -> str:
        if not line:
            return line
        blanks = len(line) - len(line.lstrip(" "))
        return " " * max(0, blanks + sign * INDENT * times) + line[blanks:]

    def make(text: str, span: Span, times: int) -> Change:
        start, end = texts.line_start(text, span.start), texts.line_end(text, max(span.start, span.end - 1))
        if span.linewise:
            end = texts.line_end(text, span.end)
        new = "\n".join(shifted(line, times) for line in text[start:end].split("\n"))
        return Change(start, end, new, texts.first_character(text[:start] + new + text[end:], start))

    return make


def case(turn: Callable[[str], str]) -> Callable[[str, Span, int], Change]:
    """Write its letters in another case."""

    def make(text: str, span: Span, _times: int) -> Change:
        return Change(span.start, span.end, turn(text[span.start : span.end]), span.start)

    return make


OPERATORS: tuple[Operator, ...] = (
    Operator("d", "delete", delete),
    Operator("c", "change: delete, and insert", change),
    Operator("y", "copy", yank),
    Operator(">", "indent", shift(1)),
    Operator("<", "take indentation away", shift(-1)),
    Operator("gu", "write in small letters", case(str.lower)),
    Operator("gU", "write in capitals", case(str.upper)),
    Operator("g~", "write in the other case", case(str.swapcase)),
    Operator("=", "indent anew, as new lines are", yank),
)


def insert(place: Callable[[str, int], int]) -> Callable[[Spot], Change]:
    """Type at a place."""

    def make(spot: Spot) -> Change:
        at = place(spot.text, spot.at)
        return Change(at, at, "", at, inserts=True)

    return make


def behind(text: str, at: int) -> int:
    """Behind the character at the cursor."""
    return texts.after(text, at) if at < texts.line_end(text, at) else at


def open_below(spot: Spot) -> Change:
    """Type in a new line below."""
    end = texts.line_end(spot.text, spot.at)
    new = "\n" + spot.indent(spot.text[:end])
    return Change(end, end, new, end + len(new), inserts=True)


def open_above(spot: Spot) -> Change:
    """Type in a new line above."""
    start, blanks = texts.line_start(spot.text, spot.at), texts.indentation(spot.text, spot.at)
    return Change(start, start, blanks + "\n", start + len(blanks), inserts=True)


def put(*, below: bool) -> Callable[[Spot], Change | None]:
    """Insert what the register holds."""

    def make(spot: Spot) -> Change | None:
        held = spot.held
        if not held.text:
            return None
        if held.block:
            # It imports this module.
            from bipy.ui.keys.vi import block

            return block.put(spot.text, spot.at, held, spot.times, behind=below)
        if held.linewise:
            lines = (held.text.removesuffix("\n") + "\n") * spot.times
            at = texts.line_end(spot.text, spot.at) if below else texts.line_start(spot.text, spot.at)
            new = "\n" + lines[:-1] if below else lines
            text = spot.text[:at] + new + spot.text[at:]
            return Change(at, at, new, texts.first_character(text, at + below))
        at = behind(spot.text, spot.at) if below else spot.at
        new = held.text * spot.times
        text = spot.text[:at] + new + spot.text[at:]
        cursor = at if "\n" in new else texts.before(text, at + len(new))
        return Change(at, at, new, cursor)

    return make


def put_over(text: str, span: Span, held: Kept, times: int) -> Change:
    """What a register held takes the place of what is selected; of a rectangle its lines."""
    kept = Kept(text[span.start : span.end] + "\n" * span.linewise, span.linewise)
    new = held.text * times
    if span.linewise:
        new = new.removesuffix("\n") if held.linewise else new
    elif held.linewise:
        new = "\n" + new
    cursor = span.start if span.linewise or "\n" in new else span.start + max(0, len(new) - 1)
    return Change(span.start, span.end, new, cursor, kept)


def join(spot: Spot) -> Change | None:
    """Join lines, with a blank between them."""
    number, most = texts.row(spot.text, spot.at), spot.text.count("\n")
    lines = spot.text.split("\n")[number : number + max(2, spot.times)]
    if number == most:
        return None
    joined, cursor = lines[0], 0
    for line in lines[1:]:
        rest = line.lstrip(texts.BLANKS)
        blank = " " if rest and not rest.startswith(")") and joined and joined[-1] not in texts.BLANKS else ""
        cursor = len(joined)
        joined += blank + rest
    start = texts.line_start(spot.text, spot.at)
    end = start + len("\n".join(lines))
    text = spot.text[:start] + joined + spot.text[end:]
    return Change(start, end, joined, texts.on_character(text, start + cursor))


def replace(spot: Spot) -> Change | None:
    """Write another character in the place of those at the cursor."""
    end = spot.at
    for _ in range(spot.times):
        if end >= texts.line_end(spot.text, spot.at):
            return None
        end = texts.after(spot.text, end)
    if spot.argument == "\n":
        return Change(spot.at, end, "\n", spot.at + 1)
    new = spot.argument * spot.times
    return Change(spot.at, end, new, spot.at + len(new) - len(spot.argument))


def turn_case(spot: Spot) -> Change | None:
    """Write the characters at the cursor in the other case, and go behind them."""
    end, stop = spot.at, texts.line_end(spot.text, spot.at)
    for _ in range(spot.times):
        end = texts.after(spot.text, end) if end < stop else end
    if end == spot.at:
        return None
    new = spot.text[spot.at : end].swapcase()
    text = spot.text[: spot.at] + new + spot.text[end:]
    return Change(spot.at, end, new, texts.on_character(text, spot.at + len(new)))


EDITS: tuple[Make, ...] = (
    Make("i", "insert in front of the cursor", insert(lambda _, at: at)),
    Make("a", "insert behind the cursor", insert(behind)),
    Make("I", "insert in front of the first character of the line", insert(lambda text, at: _code_start(text, at))),
    Make("A", "insert at the end of the line", insert(texts.line_end)),
    Make("o", "insert in a new line below", open_below),
    Make("O", "insert in a new line above", open_above),
    Make("p", "put what was deleted or copied behind the cursor, lines below", put(below=True)),
    Make("P", "put it in front of the cursor, lines above", put(below=False)),
    Make("J", "join lines", join),
    Make("R", "overwrite what stands there; Backspace brings it back", insert(lambda _, at: at)),
    Make("r", "replace the character", replace, argument=True),
    Make("~", "write the character in the other case", turn_case),
)


def _code_start(text: str, at: int) -> int:
    return texts.line_start(text, at) + len(texts.indentation(text, at))


# Keys that stand for an operator and a motion.
SHORT = {"x": "dl", "X": "dh", "D": "d$", "C": "c$", "Y": "yy", "s": "cl", "S": "cc"}
SHORT_HELP = {
    "x": "delete the character",
    "X": "delete the character before",
    "D": "delete to the end of the line",
    "C": "change to the end of the line",
    "Y": "copy the line",
    "s": "change the character",
    "S": "change the line",
}

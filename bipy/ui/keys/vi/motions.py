"""The motions of vi, a row each: from where the cursor is to where it goes.  Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from bipy.ui.keys.vi import text as texts
from bipy.ui.keys.vi.patterns import compiled
from bipy.ui.text.rows import split, width

Kind = Literal["exclusive", "inclusive", "linewise"]
# What a motion asks for behind its key.
Argument = Literal["", "character", "line"]
FAR = 1_000_000
OPENING, CLOSING = "([{", ")]}"


@dataclass
class Memory:
    """What motions know of earlier ones.  `goal` is the column of j and k; places are offsets."""

    found: tuple[str, str] = ("", "")
    sought: tuple[str, int] = ("", 1)
    marks: dict[str, int] = field(default_factory=dict)
    goal: int | None = None


class Here(NamedTuple):
    """Where a motion begins; `operator` is what waits for it, "" for none.

    While one is `selecting`, j, k and l may go behind the last character of a line.
    """

    text: str
    at: int
    counted: int | None
    argument: str
    memory: Memory
    operator: str = ""
    selecting: bool = False

    @property
    def times(self) -> int:
        """The count, which is 1 without one."""
        return self.counted or 1


class Reached(NamedTuple):
    """Where a motion goes, and how an operator takes what lies between."""

    at: int
    kind: Kind


class Motion(NamedTuple):
    """A row: `go` gives the place, None if there is none."""

    key: str
    help: str
    kind: Kind
    go: Callable[[Here], int | Reached | None]
    argument: Argument = ""


def left(here: Here) -> int | None:
    """To the left, within the line."""
    at = here.at
    for _ in range(here.times):
        if at == texts.line_start(here.text, at):
            break
        at = texts.before(here.text, at)
    return at if at != here.at else None


def right(here: Here) -> int | None:
    """To the right, within the line."""
    behind = here.operator or here.selecting
    end = texts.line_end(here.text, here.at) if behind else texts.last(here.text, here.at)
    at = here.at
    for _ in range(here.times):
        if at >= end:
            break
        at = texts.after(here.text, at)
    return at if at != here.at else None


def rows(step: int, *, first: bool = False, less: int = 0) -> Callable[[Here], int | None]:
    """So many lines down, or up with -1; in the same column, or to the first character."""

    def go(here: Here) -> int | None:
        number, most = texts.row(here.text, here.at), here.text.count("\n")
        wanted = here.times - less
        if wanted and not 0 <= number + step <= most:
            return None
        start = texts.start_of_row(here.text, max(0, min(most, number + step * wanted)))
        if first:
            return texts.first_character(here.text, start)
        line = here.text[texts.line_start(here.text, here.at) : here.at]
        goal = here.memory.goal if here.memory.goal is not None else width(line.replace("\t", " "))
        here.memory.goal = goal
        target = here.text[start : texts.line_end(here.text, start)]
        last = texts.line_end(here.text, start) if here.selecting else texts.last(here.text, start)
        return min(start + len(split(target.replace("\t", " "), goal)[0]), last)

    return go


def line_end(here: Here) -> int | Reached | None:
    """To the last character of the line."""
    start = start_below(here)
    here.memory.goal = FAR
    return None if start is None else texts.last(here.text, start)


def start_below(here: Here) -> int | None:
    """The start of the line that a count of lines ends with."""
    number, most = texts.row(here.text, here.at), here.text.count("\n")
    if here.times > 1 and number == most:
        return None
    return texts.start_of_row(here.text, min(most, number + here.times - 1))


def column(here: Here) -> int:
    """To a column of the line."""
    start, end = texts.line_start(here.text, here.at), texts.line_end(here.text, here.at)
    return start + len(split(here.text[start:end].replace("\t", " "), here.times - 1)[0])


def word(*, big: bool) -> Callable[[Here], int | Reached | None]:
    """To the next word; with the operator c to the end of this one."""

    def go(here: Here) -> int | Reached | None:
        if here.operator == "c" and texts.kind(here.text, here.at):
            at = texts.word_end(here.text, here.at, here.times, big, stays=True)
            return Reached(texts.last(here.text, len(here.text)) if at is None else at, "inclusive")
        at = texts.word_forward(here.text, here.at, here.times, big, bool(here.operator))
        if here.operator and at >= len(here.text):
            return Reached(at, "exclusive") if at > here.at or here.operator == "c" else None
        return at if here.operator or at < len(here.text) else texts.last(here.text, at)

    return go


def end(*, big: bool) -> Callable[[Here], int | None]:
    """To the end of a word."""

    def go(here: Here) -> int | None:
        at = texts.word_end(here.text, here.at, here.times, big)
        return texts.last(here.text, len(here.text)) if at is None else at

    return go


def find(*, step: int, till: bool) -> Callable[[Here], int | None]:
    """To a character of the line, or to the one in front of it."""

    def go(here: Here) -> int | None:
        key = ("t" if till else "f") if step > 0 else ("T" if till else "F")
        here.memory.found = (key, here.argument)
        return _find(here, step, till, again=False)

    return go


def _find(here: Here, step: int, till: bool, *, again: bool) -> int | None:
    start, end = texts.line_start(here.text, here.at), texts.line_end(here.text, here.at)
    at = here.at
    if again and till and here.times == 1 and here.text[at + step : at + step + 1] == here.argument:
        at += step
    for _ in range(here.times):
        at = here.text.find(here.argument, at + 1, end) if step > 0 else here.text.rfind(here.argument, start, at)
        if at < 0:
            return None
    if till:
        return texts.before(here.text, at) if step > 0 else texts.after(here.text, at)
    return at


def find_again(*, turned: bool) -> Callable[[Here], int | Reached | None]:
    """The last of the motions to a character once more."""

    def go(here: Here) -> Reached | None:
        key, sign = here.memory.found
        if not key:
            return None
        step = 1 if key in "ft" else -1
        at = _find(here._replace(argument=sign), -step if turned else step, key in "tT", again=True)
        forward = (step > 0) != turned
        return None if at is None else Reached(at, "inclusive" if forward else "exclusive")

    return go


def bracket(here: Here) -> int | None:
    """To the bracket that matches the next one in the line."""
    at, end = here.at, texts.line_end(here.text, here.at)
    while at < end and here.text[at] not in OPENING + CLOSING:
        at += 1
    return partner(here.text, at) if at < end else None


def partner(text: str, at: int) -> int | None:
    """The bracket that matches the one at a place; None if there is none."""
    sign = text[at]
    step = 1 if sign in OPENING else -1
    other = CLOSING[OPENING.index(sign)] if step > 0 else OPENING[CLOSING.index(sign)]
    depth = 0
    while 0 <= at < len(text):
        depth += (text[at] == sign) - (text[at] == other)
        if not depth:
            return at
        at += step
    return None


def to_row(default: int) -> Callable[[Here], int]:
    """To the line of the number that the count is."""

    def go(here: Here) -> int:
        most = here.text.count("\n")
        number = here.counted - 1 if here.counted else default % (most + 1)
        return texts.first_character(here.text, texts.start_of_row(here.text, min(most, number)))

    return go


def paragraph(step: int) -> Callable[[Here], int | Reached | None]:
    """To the empty line behind the paragraph, or in front of it."""

    def go(here: Here) -> int | Reached | None:
        lines = here.text.split("\n")
        number = texts.row(here.text, here.at)
        for left in range(here.times - 1, -1, -1):
            passed = bool(lines[number])
            while True:
                if not 0 <= number + step < len(lines):
                    if left:
                        return None
                    break
                number += step
                if passed and not lines[number]:
                    break
                passed = passed or bool(lines[number])
        start = texts.start_of_row(here.text, number)
        if step > 0 and number == len(lines) - 1 and lines[number]:
            return Reached(texts.last(here.text, start), "inclusive")
        return start

    return go


def search(step: int) -> Callable[[Here], int | None]:
    """To the next place of a pattern that is typed."""

    def go(here: Here) -> int | None:
        sought = here.argument or here.memory.sought[0]
        here.memory.sought = (sought, step)
        return _search(here, step)

    return go


def search_again(turn: int) -> Callable[[Here], int | None]:
    """To the next place of the pattern that was searched."""
    return lambda here: _search(here, here.memory.sought[1] * turn)


def _search(here: Here, step: int) -> int | None:
    try:
        found = compiled(here.memory.sought[0]).finditer(here.text) if here.memory.sought[0] else ()
    except re.error:
        return None
    lasts = {texts.on_character(here.text, match.start()) for match in found}
    places = sorted(lasts)
    if not places:
        return None
    ahead = [place for place in places if place > here.at]
    behind = [place for place in places if place < here.at]
    ordered = (
        [*ahead, *(p for p in places if p <= here.at)] if step > 0 else [*behind[::-1], *places[len(behind) :][::-1]]
    )
    return ordered[(here.times - 1) % len(ordered)]


def mark(*, line: bool) -> Callable[[Here], int | None]:
    """To a mark, or to the first character of its line."""

    def go(here: Here) -> int | None:
        at = here.memory.marks.get("'" if here.argument == "`" else here.argument)
        if at is None:
            return None
        at = min(at, len(here.text))
        return texts.first_character(here.text, at) if line else texts.on_character(here.text, at)

    return go


MOTIONS: tuple[Motion, ...] = (
    Motion("h", "left", "exclusive", left),
    Motion("l", "right", "exclusive", right),
    Motion(" ", "right", "exclusive", right),
    Motion("j", "down; from the last row forward in the history", "linewise", rows(1)),
    Motion("k", "up; from the first row back in the history", "linewise", rows(-1)),
    Motion("w", "to the next word", "exclusive", word(big=False)),
    Motion("W", "to the next word between blanks", "exclusive", word(big=True)),
    Motion(
        "b", "to the word before", "exclusive", lambda here: texts.word_backward(here.text, here.at, here.times, False)
    ),
    Motion(
        "B",
        "to the word between blanks before",
        "exclusive",
        lambda here: texts.word_backward(here.text, here.at, here.times, True),
    ),
    Motion("e", "to the end of the word", "inclusive", end(big=False)),
    Motion("E", "to the end of the word between blanks", "inclusive", end(big=True)),
    Motion(
        "ge",
        "to the end of the word before",
        "inclusive",
        lambda here: texts.word_end_backward(here.text, here.at, here.times, False),
    ),
    Motion(
        "gE",
        "to the end of the word between blanks before",
        "inclusive",
        lambda here: texts.word_end_backward(here.text, here.at, here.times, True),
    ),
    Motion("0", "to the start of the line", "exclusive", lambda here: texts.line_start(here.text, here.at)),
    Motion(
        "^", "to the first character of the line", "exclusive", lambda here: texts.first_character(here.text, here.at)
    ),
    Motion("$", "to the end of the line", "inclusive", line_end),
    Motion("|", "to the column of the count", "exclusive", column),
    Motion("f", "to the next such character of the line", "inclusive", find(step=1, till=False), "character"),
    Motion("F", "to such a character before", "exclusive", find(step=-1, till=False), "character"),
    Motion("t", "in front of the next such character", "inclusive", find(step=1, till=True), "character"),
    Motion("T", "behind such a character before", "exclusive", find(step=-1, till=True), "character"),
    Motion(";", "f, F, t or T again", "inclusive", find_again(turned=False)),
    Motion(",", "f, F, t or T again, the other way", "exclusive", find_again(turned=True)),
    Motion("%", "to the matching bracket", "inclusive", bracket),
    Motion("gg", "to the first line, or to that of the count", "linewise", to_row(0)),
    Motion("G", "to the last line, or to that of the count", "linewise", to_row(-1)),
    Motion("{", "to the empty line before", "exclusive", paragraph(-1)),
    Motion("}", "to the next empty line", "exclusive", paragraph(1)),
    Motion("+", "to the first character of the next line", "linewise", rows(1, first=True)),
    Motion("-", "to the first character of the line above", "linewise", rows(-1, first=True)),
    Motion("_", "to the first character of the line", "linewise", rows(1, first=True, less=1)),
    Motion("/", "to the next place of a pattern in the cell; Enter ends it", "exclusive", search(1), "line"),
    Motion("?", "to the place before of a pattern in the cell", "exclusive", search(-1), "line"),
    Motion("n", "to the next place of that pattern", "exclusive", search_again(1)),
    Motion("N", "to the place before of that pattern", "exclusive", search_again(-1)),
    Motion("`", "to a mark; ` once more: to where a jump began", "exclusive", mark(line=False), "character"),
    Motion("'", "to the line of a mark", "linewise", mark(line=True), "character"),
)
# Motions that leave the mark ` behind.
JUMPS = frozenset(["G", "gg", "/", "?", "n", "N", "%", "{", "}", "`", "'"])

"""Where characters, words and lines begin and end in a text.  Pure functions on a text and an offset in it.

A step goes over a whole grapheme cluster, as the buffer's does.  The place behind the last character of a line, where
its newline stands, counts as a blank.
"""

from __future__ import annotations

from bipy.ui.widgets.motions import next_cluster, previous_cluster

BLANKS = " \t"


def line_start(text: str, at: int) -> int:
    """Where the line begins."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Where the newline of the line stands, or the end of the text."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def row(text: str, at: int) -> int:
    """The number of the line."""
    return text.count("\n", 0, at)


def start_of_row(text: str, number: int) -> int:
    """Where the line of that number begins."""
    at = 0
    for _ in range(number):
        at = line_end(text, at) + 1
    return at


def after(text: str, at: int) -> int:
    """Behind the character, which is none of a newline."""
    start = line_start(text, at)
    return start + next_cluster(text[start : line_end(text, at)], at - start)


def before(text: str, at: int) -> int:
    """To the character in front, on the same line."""
    start = line_start(text, at)
    return start + previous_cluster(text[start : line_end(text, at)], at - start)


def last(text: str, at: int) -> int:
    """The last character of the line; its start if it is empty."""
    start, end = line_start(text, at), line_end(text, at)
    return before(text, end) if end > start else start


def on_character(text: str, at: int) -> int:
    """The character at or around an offset, or the last one of its line: where a block cursor may stand."""
    at = max(0, min(at, len(text)))
    at = min(at, last(text, at))
    start, end = line_start(text, at), line_end(text, at)
    if text[start:end].isascii():
        return at
    here = start
    while here < at and (there := after(text, here)) <= at:
        here = there
    return here


def first_character(text: str, at: int) -> int:
    """The first character of the line that is no blank, or its last one."""
    start, end = line_start(text, at), line_end(text, at)
    line = text[start:end]
    return start + len(line) - len(line.lstrip(BLANKS)) if line.strip(BLANKS) else last(text, at)


def indentation(text: str, at: int) -> str:
    """The blanks that the line begins with."""
    line = text[line_start(text, at) : line_end(text, at)]
    return line[: len(line) - len(line.lstrip(BLANKS))]


def is_indented(text: str, at: int) -> bool:
    """Whether only blanks stand in front of the place on its line."""
    return not text[line_start(text, at) : at].strip(BLANKS)


def is_empty(text: str, at: int) -> bool:
    """Whether the line is empty."""
    return line_start(text, at) == line_end(text, at)


def forward(text: str, at: int) -> int | None:
    """To the next place, also onto a newline and over it; None at the end."""
    if at >= len(text):
        return None
    return at + 1 if text[at] == "\n" else after(text, at)


def backward(text: str, at: int) -> int | None:
    """To the place in front; None at the start."""
    if at <= 0:
        return None
    return at - 1 if text[at - 1] == "\n" else before(text, at)


def kind(text: str, at: int, big: bool = False) -> int:
    """0 for a blank or the end of a line, 1 for a sign, more for the letters of a word; a big word has no kinds."""
    sign = text[at : at + 1]
    if sign in ("", "\n", " ", "\t"):
        return 0
    if big:
        return 1
    if sign == "_" or sign.isalnum():
        return 2 if sign < "\u3000" else 3 if sign < "\u30a0" else 4 if sign < "\u3100" else 5
    return 1


def skip(text: str, at: int, of: int, big: bool, step: int) -> int | None:
    """Past the characters of a kind in one direction; None at the edge of the text."""
    while kind(text, at, big) == of:
        there = forward(text, at) if step > 0 else backward(text, at)
        if there is None:
            return None
        at = there
    return at


def word_forward(text: str, at: int, count: int, big: bool, within_line: bool = False) -> int:
    """To the start of the word so many words on.

    With `within_line`, as an operator wants it, the last of them ends with its line.
    """
    for left in range(count - 1, -1, -1):
        ends = within_line and not left
        of = kind(text, at, big)
        newline = text[at : at + 1] == "\n"
        there = forward(text, at)
        if there is None:
            return at
        if newline and ends:
            return there
        at = there
        if of:
            while kind(text, at, big) == of:
                there = forward(text, at)
                if there is None:
                    return at
                at = there
            if ends and text[at : at + 1] == "\n":
                return at
        while kind(text, at, big) == 0 and not is_empty(text, at):
            newline = text[at : at + 1] == "\n"
            if newline and ends:
                return at
            there = forward(text, at)
            if there is None:
                return at
            at = there
    return at


def word_backward(text: str, at: int, count: int, big: bool) -> int | None:
    """To the start of the word so many words back."""
    began = at
    for _ in range(count):
        there = backward(text, at)
        if there is None:
            return at if at != began else None
        at = there
        while kind(text, at, big) == 0 and not is_empty(text, at):
            there = backward(text, at)
            if there is None:
                return at
            at = there
        if is_empty(text, at):
            continue
        of = kind(text, at, big)
        while (there := backward(text, at)) is not None and kind(text, there, big) == of:
            at = there
    return at


def word_end(text: str, at: int, count: int, big: bool, stays: bool = False, at_empty: bool = False) -> int | None:
    """To the last character of the word so many words on; one whose last it is counts too where it `stays`."""
    for _ in range(count):
        of = kind(text, at, big)
        there = forward(text, at)
        if there is None:
            return None
        at = there
        if of and kind(text, at, big) == of:
            there = skip(text, at, of, big, 1)
        elif not stays or not of:
            while kind(text, at, big) == 0:
                if at_empty and is_empty(text, at):
                    return at
                there = forward(text, at)
                if there is None:
                    return None
                at = there
            there = skip(text, at, kind(text, at, big), big, 1)
        at = len(text) if there is None else there
        at = backward(text, at) or 0
        stays = False
    return at


def word_end_backward(text: str, at: int, count: int, big: bool) -> int | None:
    """To the last character of the word so many words back."""
    for _ in range(count):
        of = kind(text, at, big)
        there = backward(text, at)
        if there is None:
            return None
        at = there
        if of and kind(text, at, big) == of:
            there = skip(text, at, of, big, -1)
            if there is None:
                return 0
            at = there
        while kind(text, at, big) == 0:
            if is_empty(text, at):
                break
            there = backward(text, at)
            if there is None:
                return 0
            at = there
    return at


def behind_last(text: str, at: int) -> int:
    """Behind the character, if it is the last one of its line: where the cursor stands while one types."""
    end = line_end(text, at)
    return end if at == last(text, at) else at

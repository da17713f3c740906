"""The text objects of vi, a row each: what of a text is one around the cursor.  Pure functions."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from bipy.ui.keys.vi import text as texts
from bipy.ui.keys.vi.motions import CLOSING, OPENING, partner


class Span(NamedTuple):
    """What is between two places; whole lines if it is `linewise`."""

    start: int
    end: int
    linewise: bool = False


class Object(NamedTuple):
    """A row: the key behind i or a; `find` takes the text, the place, the count, and whether what is around counts."""

    key: str
    help: str
    find: Callable[[str, int, int, bool], Span | None]


def word(*, big: bool) -> Callable[[str, int, int, bool], Span | None]:
    """A word, or the blanks between two."""

    def find(text: str, at: int, count: int, around: bool) -> Span | None:
        start, stop = texts.line_start(text, at), texts.line_end(text, at)
        if start == stop:
            return None if around else Span(start, start)
        runs: list[tuple[int, int]] = []
        here = start
        while here < stop:
            of, begin = texts.kind(text, here, big), here
            while here < stop and texts.kind(text, here, big) == of:
                here = texts.after(text, here)
            runs.append((begin, here))
        first = next(number for number, (_, end) in enumerate(runs) if at < end)
        blank = texts.kind(text, runs[first][0], big) == 0
        if not around:
            return Span(runs[first][0], runs[min(first + count, len(runs)) - 1][1])
        wanted, number = count, first - 1
        while wanted and number + 1 < len(runs):
            number += 1
            wanted -= texts.kind(text, runs[number][0], big) != 0
        if wanted:
            return None
        if not blank:
            trailing = number + 1 < len(runs) and texts.kind(text, runs[number + 1][0], big) == 0
            leading = first > 1 and texts.kind(text, runs[first - 1][0], big) == 0
            number += trailing
            first -= leading and not trailing
        return Span(runs[first][0], runs[number][1])

    return find


def quoted(sign: str) -> Callable[[str, int, int, bool], Span | None]:
    """What stands between two quotes of the line."""

    def find(text: str, at: int, count: int, around: bool) -> Span | None:
        begin, stop = texts.line_start(text, at), texts.line_end(text, at)
        places = []
        here = begin
        while here < stop:
            if text[here] == "\\":
                here += 1
            elif text[here] == sign:
                places.append(here)
            here += 1
        pairs = list(zip(places[::2], places[1::2], strict=False))
        if text[at : at + 1] != sign:
            pairs = list(pairwise(places))
        pair = next((pair for pair in pairs if at <= pair[1]), None)
        if pair is None:
            return None
        first, last = pair
        if not around:
            return Span(first, last + 1) if count > 1 else Span(first + 1, last)
        end = last + 1
        while end < stop and text[end] in texts.BLANKS:
            end += 1
        if end == last + 1:
            while first > begin and text[first - 1] in texts.BLANKS:
                first -= 1
        return Span(first, end)

    return find


def enclosing(text: str, at: int, signs: str, count: int = 1) -> tuple[int, int] | None:
    """The pair of brackets around a place, or around that; a bracket at the place is one of them."""
    here, depth = at, dict.fromkeys(OPENING, 0)
    while here >= 0:
        sign = text[here : here + 1]
        if sign and sign in CLOSING and here != at:
            depth[OPENING[CLOSING.index(sign)]] += 1
        elif sign and sign in OPENING:
            if depth[sign]:
                depth[sign] -= 1
            elif sign in signs and (end := partner(text, here)) is not None and end >= at:
                count -= 1
                if not count:
                    return here, end
        here -= 1
    return None


def block(sign: str) -> Callable[[str, int, int, bool], Span | None]:
    """What stands between two brackets."""

    def find(text: str, at: int, count: int, around: bool) -> Span | None:
        pair = enclosing(text, at, sign, count)
        following = text.find(sign, at)
        if pair is None and following >= 0 and (other := partner(text, following)) is not None:
            pair = following, other
        if pair is None:
            return None
        start, end = pair
        if around:
            return Span(start, end + 1)
        start += 1
        newline = texts.line_start(text, end) - 1
        if newline >= start and texts.is_indented(text, end):
            # The lines between two brackets with lines of their own.
            if text[start : start + 1] == "\n" and start < newline:
                return Span(start + 1, newline, linewise=True)
            end = newline
        return Span(start, end)

    return find


def argument(text: str, at: int, count: int, around: bool) -> Span | None:
    """An argument between brackets and commas; around it with one of its commas."""
    pair = enclosing(text, at, OPENING, count)
    if pair is None:
        return None
    commas, here, quote = [pair[0]], pair[0] + 1, ""
    while here < pair[1]:
        sign = text[here]
        if quote:
            here += sign == "\\"
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in OPENING:
            here = partner(text, here) or here
        elif sign == ",":
            commas.append(here)
        here += 1
    commas.append(pair[1])
    number = next((number for number, comma in enumerate(commas[1:]) if at <= comma), len(commas) - 2)
    start, end = commas[number] + 1, commas[number + 1]
    inner = text[start:end]
    lead = len(inner) - len(inner.lstrip())
    if not inner.strip():
        return Span(start, start)
    first, last = start + lead, start + len(inner.rstrip())
    if not around:
        return Span(first, last)
    if text[end] == ",":
        end += 1
        while text[end : end + 1] in (" ", "\t"):
            end += 1
        return Span(first, end)
    return Span(commas[number], last) if number else Span(first, last)


def paragraph(text: str, at: int, count: int, around: bool) -> Span | None:
    """The lines between blank ones."""
    lines = text.split("\n")
    blank = [not line.strip(texts.BLANKS) for line in lines]
    first, most = texts.row(text, at), len(lines) - 1
    white = blank[first]
    while first > 0 and blank[first - 1] == white:
        first -= 1
    last = first
    while last <= most and blank[last]:
        last += 1
    last -= 1
    left = count - (not around and white)
    while left:
        left -= 1
        if last >= most:
            return None
        skips = not around and blank[last + 1]
        if not skips:
            last += 1
            while last < most and not blank[last + 1]:
                last += 1
        if not left and white and around:
            break
        if around or skips:
            while last < most and blank[last + 1]:
                last += 1
    if around and not white and not blank[last]:
        while first > 0 and blank[first - 1]:
            first -= 1
    return Span(texts.start_of_row(text, first), texts.line_end(text, texts.start_of_row(text, last)), linewise=True)


_BLOCKS = {"(": "()b", "[": "[]", "{": "{}B"}

OBJECTS: tuple[Object, ...] = (
    Object("w", "a word", word(big=False)),
    Object("W", "a word between blanks", word(big=True)),
    *(Object(sign, f"what stands between {sign}", quoted(sign)) for sign in "\"'`"),
    *(
        Object(key, f"what stands between {sign} and {CLOSING[OPENING.index(sign)]}", block(sign))
        for sign, keys in _BLOCKS.items()
        for key in keys
    ),
    Object("a", "an argument", argument),
    Object("p", "a paragraph", paragraph),
)

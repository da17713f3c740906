"""Which candidates fit what was typed, and in what order: prefix, then case-insensitive, substring, subsequence.

Pure.  Within one way to fit the order given is kept, so that a list never jumps while it narrows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

Matching = Literal["prefix", "substring", "fuzzy", "none"]

PREFIX, CASELESS, SUBSTRING, SUBSEQUENCE, OTHER = WAYS = range(5)
"""The ways to fit, from best to worst; OTHER is what only the kernel can know (\\alpha -> α)."""

SUBSTRING_LENGTH = 2
SUBSEQUENCE_LENGTH = 3
"""How much must be typed before a text may fit that way: less fits nearly everything."""


LOOKED_AT = 1_000
"""How many texts that do not begin like what was typed are tried in the other ways: each costs a microsecond."""

ENOUGH = 500
"""So many that begin like it fill any list."""


def ranked(texts: Sequence[str], typed: str, matching: Matching = "fuzzy") -> list[list[int]]:
    """For each of the `WAYS` the numbers of the texts that fit in that way and in no better one.

    The last ones, OTHER, are those that do not fit.  When ENOUGH fit in the best way no others are told.
    """
    size = len(typed)
    beginning = [number for number, text in enumerate(texts) if text[:size] == typed]
    if len(beginning) >= ENOUGH:
        return [beginning, [], [], [], []]
    rest = [number for number, text in enumerate(texts) if text[:size] != typed]
    if not rest or matching == "none":
        return [beginning, [], [], [], rest]
    ways: list[list[int]] = [beginning, [], [], [], rest[LOOKED_AT:]]
    lower = typed.lower()
    substring = matching != "prefix" and len(typed) >= SUBSTRING_LENGTH
    subsequence = matching == "fuzzy" and len(typed) >= SUBSEQUENCE_LENGTH
    for number in rest[:LOOKED_AT]:
        text = texts[number].lower()
        place = text.find(lower)
        if place == 0:
            way = CASELESS
        elif place > 0 and substring:
            way = SUBSTRING
        elif subsequence and _subsequence(text, lower):
            way = SUBSEQUENCE
        else:
            way = OTHER
        ways[way].append(number)
    return ways


def marks(text: str, typed: str, way: int) -> tuple[int, ...]:
    """The offsets of the letters in `text` by which it fits."""
    if way == SUBSEQUENCE:
        return _subsequence(text.lower(), typed.lower())
    start = text.lower().find(typed.lower()) if way == SUBSTRING else 0
    return () if way == OTHER else tuple(range(start, start + len(typed)))


def _subsequence(text: str, typed: str) -> tuple[int, ...]:
    """The offsets of the letters of `typed` in `text`, in that order; the first letters must agree."""
    if text[:1] != typed[:1] and text.lstrip("_")[:1] != typed.lstrip("_")[:1]:
        return ()
    places = []
    place = -1
    for letter in typed:
        place = text.find(letter, place + 1)
        if place < 0:
            return ()
        places.append(place)
    return tuple(places)


def common_prefix(texts: Iterable[str]) -> str:
    """The longest beginning that all texts share."""
    texts = list(texts)
    if not texts:
        return ""
    first, last = min(texts), max(texts)
    for index, letter in enumerate(first):
        if last[index : index + 1] != letter:
            return first[:index]
    return first

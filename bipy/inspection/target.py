"""What docs should be about, and what the kernel has to be asked to tell of that.

Pure, and derived anew whenever it is wanted: from the place, the selected match, and what completion has said.
"""

from __future__ import annotations

from typing import NamedTuple

from bipy.inspection.cache import Cache
from bipy.inspection.context import Context
from bipy.inspection.values import Document, Match

CHEAP = frozenset({"function", "class", "module", "magic", "method", "builtin", "type"})
"""Types, in the words of completers, whose inspection builds no costly repr."""

UNASKABLE = frozenset({"param", "path", "dict key", "keyword", "latex"})
"""Types that are no names of objects: there is nothing to inspect."""


class Target(NamedTuple):
    """What docs should be about: `name`, which ends at `end` of the document on screen; "" for nothing.

    The kernel is asked about `offset` of the document of `place`, `at_once` or when the typing pauses.
    """

    name: str
    end: int
    at_once: bool
    context: Context
    offset: int


def target_of(context: Context, match: Match | None, cache: Cache, *, by_key: bool) -> Target:
    """The selected `match`, else the callee of the open call, else the name at the cursor, whose repr may be costly.

    With `by_key` it is what the person points at: inside a call the name at the cursor, if it is one, comes first.
    """
    call = context.call
    name, end = context.name
    type_ = cache.type_of(context) if match is None else match.type
    meant = match is not None or (by_key and name and type_ is not None and type_ not in UNASKABLE)
    if call is not None and not meant:
        return Target(call.name, call.end, True, context, call.end)
    if type_ in UNASKABLE or (type_ is None and not by_key):
        return Target("", end, False, context, end)
    at_once = match is not None or type_ in CHEAP
    if call is not None:
        # There the kernel takes the cursor to mean the callee.
        return alone(name, context.source.language)._replace(end=end, at_once=at_once)
    return Target(name, end, at_once, context, end)


def alone(name: str, language: str) -> Target:
    """A name by itself, which need not stand on the screen."""
    return Target(name, 0, True, Context.at(Document(name, len(name)), language), len(name))

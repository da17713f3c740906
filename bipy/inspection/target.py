"""What docs should be about, and which question to the kernel tells of that.

Pure, and derived anew whenever it is wanted: from what stands at the cursor, the selected match, and what completion
has said.
"""

from __future__ import annotations

from typing import NamedTuple

from bipy.inspection.cache import Cache
from bipy.inspection.context import Context
from bipy.inspection.guard import Guard, Verdict
from bipy.inspection.values import Document, Match

NO_OBJECTS = frozenset({"param", "path", "dict key", "keyword", "latex"})
"""Types of what is no name of an object: there is nothing to inspect."""


class Target(NamedTuple):
    """What docs should be about: `name`, which ends at `end` of the document on screen; "" for nothing.

    The kernel is asked about `offset` of the document of `context`; `unasked` tells whether without a key.
    """

    name: str
    end: int
    unasked: Verdict
    context: Context
    offset: int


def target_of(context: Context, match: Match | None, cache: Cache, guard: Guard, *, by_key: bool) -> Target:
    """The selected `match`, else the callee of the open call, else the name at the cursor.

    With `by_key` it is what the person points at: inside a call the name at the cursor, if it is one, comes first.
    """
    call = context.call
    name, end = context.name
    type_ = cache.type_of(context) if match is None else match.type
    meant = match is not None or (by_key and name and type_ is not None and type_ not in NO_OBJECTS)
    if call is not None and not meant:
        return Target(call.name, call.end, guard.inspects_callee(context), context, call.end)
    if type_ in NO_OBJECTS or (type_ is None and not by_key):
        return Target("", end, False, context, end)
    if call is not None:
        # There the kernel takes the cursor to mean the callee.
        return target_named(name, context.source.language)._replace(end=end, unasked=False)
    return Target(name, end, guard.inspects_name(context), context, end)


def target_named(name: str, language: str) -> Target:
    """A name that need not stand on the screen: the question holds nothing but the name."""
    return Target(name, 0, False, Context.at(Document(name, len(name)), language), len(name))

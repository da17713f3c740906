"""The names that the client knows by itself: those of the buffer, the transcript and the history.

They are what one gets while the kernel is not asked, and stand below its matches otherwise.  An attribute is offered
only behind the very name that it was seen behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bipy.inspection.context import Context
from bipy.inspection.source import words

KNOWN = 5_000
"""How many names are kept, the newest."""

LONGEST = 20_000
"""Code longer than this teaches nothing: it is data, and reading it would be felt."""

LISTED = 100
"""How many names of the buffer are offered at most."""

FOUND = 3_000
"""How many words of the buffer that begin like the token are found for that."""

LOOKED_AT = 300
"""How many of them are looked at, each for up to 30 us."""

LOOKED_BACK = 200
"""How many characters in front of a name tell whether it stands in a string."""


class LocalNames:
    """(base, name) pairs in the order in which they were met last."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], None] = {}

    def learn(self, code: str, language: str) -> None:
        """Remember every name in the code."""
        if len(code) > LONGEST:
            return
        for pair in words(code, language):
            self._known.pop(pair, None)
            self._known[pair] = None
        while len(self._known) > KNOWN:
            self._known.pop(next(iter(self._known)))

    def candidates(self, context: Context) -> list[str]:
        """Names that begin like the token, sorted; the token itself is none of them."""
        base, typed = context.token.base, context.typed
        if context.token.kind not in ("name", "attribute") or not typed:
            return []
        found = {name for behind, name in self._known if behind == base and name.startswith(typed)}
        found.update(_around(context))
        found.discard(typed)
        return sorted(found, key=lambda name: (name.startswith("_"), name.lower(), name))


def _is_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _around(context: Context) -> Iterator[str]:
    """The names of the buffer that begin like the token.

    They are looked for, not listed: to read all of 1,000 lines would take 5 ms.
    """
    code, wanted = context.document.code, context.token.base
    seen, looked_at = {context.typed}, 0
    # A pattern that begins with plain text is searched for four times as fast as one that begins with \b.
    for match in islice(re.finditer(rf"{re.escape(context.typed)}\w+", code), FOUND):
        name, start = match.group(), match.start()
        if name in seen or start == context.token.start or (start and _is_word(code[start - 1])):
            continue
        looked_at += 1
        if looked_at > LOOKED_AT or len(seen) > LISTED:
            return
        line = code[max(code.rfind("\n", 0, start) + 1, start - LOOKED_BACK) : match.end()]
        if (wanted, name) in words(line, context.source.language):
            seen.add(name)
            yield name

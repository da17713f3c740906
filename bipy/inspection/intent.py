"""What the person who types wants to see: whether a list may be open, which signature, whose docs.

Everything here holds for the token or the call that the cursor is in, and is over when it leaves them.
"""

from __future__ import annotations

from typing import Literal

from bipy.inspection.context import Context


class Intent:
    """The wishes of the moment.

    `list` is "open" when typing opened it, "wanted" when a key did, so that it may hold anything, "dismissed" when Esc
    closed it, so that it stays closed while the same token is being typed.  `completes` tells that Tab found no list
    and waits for one, to complete what is sure.  `docs` is the detail level at which a key asked for docs, None when
    none did.  `turn` counts how often a key turned to the next signature.  `shrunk` tells that part of the token was
    just deleted, `since` when the document last changed.
    """

    def __init__(self) -> None:
        self.list: Literal["closed", "open", "wanted", "dismissed"] = "closed"
        self.completes = False
        self.docs: int | None = None
        self.turn = 0
        self.shrunk = False
        self.since = 0.0
        # The bracket of the call whose signature Esc closed.
        self._silenced = -1

    def follow(self, before: Context, after: Context, now: float) -> None:
        """The document or the cursor changed: what belonged to another token or call is over."""
        same = after.token.start == before.token.start
        # Behind an empty text comes another one, whose first token stands where the last one's did.
        if not same or not after.document.code:
            self.list = "closed"
        self.completes = self.completes and after.document == before.document
        self.shrunk = same and len(after.typed) < len(before.typed)
        self.docs = None
        self.since = now
        if _bracket(after) != _bracket(before):
            self.turn = 0
            self._silenced = -1

    def dismiss(self, context: Context) -> None:
        """Close the list for this token, the signature for this call; a Tab that waits for a list is taken back."""
        self.list = "dismissed"
        self.completes = False
        self.docs = None
        self._silenced = _bracket(context)

    def ask(self, detail_level: int) -> None:
        """Docs are wanted, whatever was closed."""
        self.docs = detail_level
        self._silenced = -1
        if self.list == "dismissed":
            self.list = "closed"

    def offers(self, context: Context, *, unasked: bool) -> bool:
        """Whether a list may be on show; `unasked` tells whether lists open by themselves at all."""
        return self.list == "wanted" or (self.list == "open" and unasked and context.offers)

    def hides_signature(self, context: Context) -> bool:
        """Whether Esc closed the signature of the open call."""
        return context.call is not None and context.call.bracket == self._silenced

    def hides_docs(self, context: Context) -> bool:
        """Whether Esc closed the docs of what is at the cursor."""
        return self.list == "dismissed" or self.hides_signature(context)


def _bracket(context: Context) -> int:
    return context.call.bracket if context.call is not None else -1

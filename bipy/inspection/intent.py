"""What the person who types wants to see: whether the menu may be open, which signature, whose docs.

Everything here holds for the token or the call that the cursor is in, and is over when it leaves them.
"""

from __future__ import annotations

from typing import Literal

from bipy.inspection.context import Context


class Intent:
    """The wishes of the moment.

    `menu` is "open" when typing opened it, "wanted" when a key did, so that it may hold anything, "dismissed" when Esc
    closed it, so that it stays closed while the same token is being typed.  `completes`: Tab found no menu and waits
    for one, to complete what is sure.  `docs` is the detail level at which a key asked for docs, None when none did.
    `signature_step` counts how often a key went to the next signature.  `since` is when the document last changed.
    """

    def __init__(self) -> None:
        self.menu: Literal["closed", "open", "wanted", "dismissed"] = "closed"
        self.completes = False
        self.docs: int | None = None
        self.signature_step = 0
        self.since = 0.0
        # The bracket of the call whose signature Esc closed.
        self._closed_call = -1

    def follow(self, before: Context, after: Context, now: float) -> None:
        """The document or the cursor changed: what belonged to another token or call is over."""
        # Behind an empty text comes another one, whose first token starts where the last one's did.
        if after.token.start != before.token.start or not after.document.code:
            self.menu = "closed"
        self.completes = self.completes and after.document == before.document
        self.docs = None
        self.since = now
        if _bracket(after) != _bracket(before):
            self.signature_step = 0
            self._closed_call = -1

    def dismiss(self, context: Context) -> None:
        """Close the menu for this token, the signature for this call; a Tab that waits for a menu is taken back."""
        self.menu = "dismissed"
        self.completes = False
        self.docs = None
        self._closed_call = _bracket(context)

    def ask(self, detail_level: int) -> None:
        """Docs are wanted, whatever was closed."""
        self.docs = detail_level
        self._closed_call = -1
        if self.menu == "dismissed":
            self.menu = "closed"

    def opens(self, context: Context, *, unasked: bool) -> bool:
        """Whether the menu may be on show; `unasked` tells whether it opens by itself at all."""
        return self.menu == "wanted" or (self.menu == "open" and unasked and context.offers)

    def hides_signature(self, context: Context) -> bool:
        """Whether Esc closed the signature of the open call."""
        return context.call is not None and context.call.bracket == self._closed_call

    def hides_docs(self, context: Context) -> bool:
        """Whether Esc closed the docs of what is at the cursor."""
        return self.menu == "dismissed" or self.hides_signature(context)


def _bracket(context: Context) -> int:
    return context.call.bracket if context.call is not None else -1

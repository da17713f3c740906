"""The registers of vi: what was deleted and copied, by name, and in step with the kill ring of other keys."""

from __future__ import annotations

from bipy.ui.keys.vi.edits import Kept
from bipy.ui.widgets.buffer import KillRing

CLIPBOARD = "+*"


class Registers:
    """What each register holds."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}
        # The last kill that vi has seen in the ring: one that came by another key is newer than the register.
        self._seen = ""

    def held(self, name: str, ring: KillRing) -> Kept:
        """What a register holds; the unnamed one also what other keys have killed."""
        if name and name != '"':
            return self._kept.get("+" if name in CLIPBOARD else name.lower(), Kept(""))
        killed = ring.text()
        if killed and killed != self._seen:
            return Kept(killed)
        return self._kept.get('"', Kept(""))

    def keep(self, name: str, kept: Kept, ring: KillRing, *, copied: bool) -> str:
        """Put it into a register, a capital adds to it; what is to go into the clipboard, "" if nothing."""
        if name == "_" or not kept.text:
            return ""
        if name.isupper():
            old = self._kept.get(name.lower(), Kept(""))
            linewise = old.linewise or kept.linewise
            joint = "\n" if linewise and old.text and not old.text.endswith("\n") else ""
            kept = Kept(old.text + joint + kept.text, linewise)
        lower = "+" if name and name in CLIPBOARD else name.lower()
        for each in ('"', lower, "0" if copied and not name else ""):
            if each:
                self._kept[each] = kept
        ring.add(kept.text, join=False, in_front=False)
        self._seen = kept.text
        return kept.text if lower == "+" else ""

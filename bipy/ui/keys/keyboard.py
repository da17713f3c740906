"""From a key to its command: which contexts hold, what the key table says, whom the command works on.

Keys that insert text never come here: the innermost widget takes them.
"""

from __future__ import annotations

from bipy.session.session import Session
from bipy.ui.keys import keymap
from bipy.ui.keys.actions import Actions
from bipy.ui.keys.commands import command
from bipy.ui.widgets.window import Window


class Keyboard:
    """The keys of one window."""

    def __init__(self, session: Session, window: Window, actions: Actions) -> None:
        self._session = session
        self._window = window
        self._actions = actions

    def press(self, key: str) -> bool:
        """Run the command of `key` in the present context; False when there is none."""
        name = keymap.lookup(self._contexts(), key)
        self._actions.escaped = None
        if name is None:
            return False
        row = command(name)
        window = self._window
        targets = {
            "app": self._actions,
            "editor": window.input,
            "inspector": self._session.inspector,
            "docs": window.docs,
            "pager": window.pager,
        }
        row.function(targets[row.target])
        return True

    @property
    def wants_keys(self) -> bool:
        """Whether the keys of `hint` are those of a situation that calls for them."""
        window, dead = self._window, bool(self._session.lifecycle.dead)
        open_ = window.pager is not None or window.docs is not None
        return open_ or dead or self._actions.interrupts or not window.transcript.at_end

    def hint(self) -> str:
        """What the status bar may tell about keys."""
        if self._window.pager is not None:
            commands = {"pager-close": "back", "pager-search": "search"}
        elif not self._window.transcript.at_end:
            commands = {"scroll-end": "to the end"}
        elif self._session.lifecycle.dead:
            commands = {"restart": "restart"} if self._session.lifecycle.own else {}
            commands["leave-or-delete"] = "leave"
        elif self._actions.interrupts:
            commands = {"interrupt": "interrupt"}
        elif self._window.docs is not None:
            docs = self._window.docs
            commands = {"source": "docs" if docs.detail_level else "source"}
            commands |= {"docs-pin": "unpin" if docs.pinned else "pin", "dismiss": "close"}
        else:
            commands = {"help": "keys"}
        return "  ".join(f"{keymap.keys(name)[0]} {what}" for name, what in commands.items())

    def _contexts(self) -> list[str]:
        if self._window.pager is not None:
            return ["pager", "global"]
        docs = ["docs"] if self._window.docs is not None else []
        if self._window.stdin is not None:
            return ["stdin", *docs, "editor", "global"]
        popup = self._session.inspector.popup
        contexts = ["escape"] if self._actions.escaped == self._window.input.document else []
        if popup.selected is not None:
            contexts.append("list")
        if popup:
            contexts.append("box")
        return [*contexts, *docs, "editor", "global"]

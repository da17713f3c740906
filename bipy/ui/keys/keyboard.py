"""From a key to its command: which contexts hold, what the key table says, and on which object the command works.

Keys that insert text never come here: the innermost widget takes them.
"""

from __future__ import annotations

from bipy.terminal.screen import PASTE
from bipy.ui.interface import Interface
from bipy.ui.keys import keymap
from bipy.ui.keys.actions import Actions
from bipy.ui.keys.commands import command


class Keyboard:
    """The keys of one interface."""

    def __init__(self, interface: Interface, actions: Actions) -> None:
        self._interface = interface
        self._window = interface.window
        self._actions = actions

    def press(self, key: object) -> bool:
        """Run the command of a key that no widget took, in the present context; False when there is none.

        A paste is a key too, and so are urwid's mouse events, which are tuples.
        """
        if not isinstance(key, str):
            return False
        self._interface.forget_message()
        if key.startswith(PASTE):
            self._interface.paste(key.removeprefix(PASTE))
            return True
        name = keymap.lookup(self._contexts(), key)
        self._actions.escaped = None
        if name is not None:
            row = command(name)
            window = self._window
            targets = {"app": self._actions, "editor": window.input, "docs": window.docs, "pager": window.pager}
            row.function(targets[row.target])
        self._interface.edited()
        return name is not None

    def hint(self) -> str:
        """What the status bar says when there is no message: news of inspection, or a key that is useful now."""
        commands = self._useful()
        hint = self._interface.view.hint
        return hint if hint and not commands else _spelled(commands or {"help": "keys"})

    def _useful(self) -> dict[str, str]:
        """The commands that the present situation calls for, each with a word for it."""
        window, view = self._window, self._interface.view
        if window.pager is not None:
            return {"pager-close": "back", "pager-search": "search"}
        if not window.transcript.at_end:
            return {"scroll-end": "to the end"}
        if view.state == "dead":
            return {**({"restart": "restart"} if view.own else {}), "leave-or-delete": "leave"}
        if self._actions.interrupts:
            return {"interrupt": "interrupt"}
        if view.page is not None:
            source = "docs" if view.page.detail_level else "source"
            return {"source": source, "docs-pin": "unpin" if view.page.pinned else "pin", "dismiss": "close"}
        return {}

    def _contexts(self) -> list[str]:
        window, view = self._window, self._interface.view
        if window.pager is not None:
            return ["pager", "global"]
        docs = ["docs"] if view.page is not None else []
        if window.stdin is not None:
            return ["stdin", *docs, "editor", "global"]
        contexts = ["escape"] if self._actions.escaped == window.input.document else []
        if view.popup.selected is not None:
            contexts.append("list")
        if view.popup:
            contexts.append("box")
        return [*contexts, *docs, "editor", "global"]


def _spelled(commands: dict[str, str]) -> str:
    return "  ".join(f"{keymap.keys(name)[0]} {word}" for name, word in commands.items())

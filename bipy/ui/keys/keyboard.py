"""From a key to its command: which contexts hold, what the key table says, and on which object the command works.

Every key comes here, a typed character too: it runs the command self-insert.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

from bipy.session import effects, events
from bipy.ui.interface import Interface
from bipy.ui.keys import keymap
from bipy.ui.keys.actions import Actions
from bipy.ui.keys.choosing import Choosing
from bipy.ui.keys.commands import command
from bipy.ui.keys.dispatch import Dispatcher
from bipy.ui.keys.keymap import KEYMAP, Binding
from bipy.ui.keys.mouse import Mouse
from bipy.ui.keys.reading import Reading

if TYPE_CHECKING:
    from bipy.ui.keys.vi.keys import Typed, ViKeys

# What takes an Enter back, as the first key behind it and while the kernel has not judged what was entered.
UNDOES_ENTER = frozenset({"delete-back", "left", "right", "up", "down", "undo"})


class Keyboard:
    """The keys of one interface; `bindings` is the key table, which the user may have changed."""

    def __init__(self, interface: Interface, actions: Actions, bindings: Sequence[Binding] = KEYMAP) -> None:
        self._interface = interface
        self._window = interface.window
        self._actions = actions
        self._bindings = actions.bindings = bindings
        self._reading = Reading(interface, bindings)
        self._choosing = actions.choosing = Choosing(interface, lambda name: self._run(name, 1, ""), bindings)
        self._dispatcher = Dispatcher(bindings)
        self._mouse = Mouse(interface, actions.editing, self._reading, self._choosing)
        self._vi: ViKeys | None = None

    def press(self, key: object) -> bool:
        """Run the command of a key in the present context; False when nothing is bound to it.

        urwid's mouse events are keys too: tuples of the kind, the button, the column and the row.
        """
        if not isinstance(key, str):
            return isinstance(key, tuple) and self._mouse.press(key)
        self._interface.forget_message()
        self._follow_editing()
        self._follow_seeker()
        if self._vi is not None:
            self._vi.note(key)
        contexts = self._contexts()
        outcome = self._dispatcher.press(contexts, key)
        if outcome.waits:
            return True
        if (
            outcome.command is None
            and self._vi is not None
            and "editor" in contexts
            and outcome.keys == (f"meta {key[-1]}",)
        ):
            # Nothing is bound to Alt with that key: it is an Esc, and a letter that came at once.
            return self.press("esc") and self.press(key[-1])
        self._actions.escaped = None
        self._actions.contexts = contexts
        if self._window.seeker is not None and outcome.command is not None and not _seeks(outcome.command):
            self._window.seeker.close()
        if outcome.command in UNDOES_ENTER and self._has_just_entered:
            self._interface.dispatch(events.EnterUndone())
        elif outcome.command is not None:
            self._run(outcome.command, outcome.times, outcome.keys[-1])
        else:
            nothing = f"Nothing is bound to {keymap.spell(', '.join(outcome.keys))}"
            self._interface.perform(effects.Tell(f"{nothing}.  {self._works()}".rstrip(" .")))
        self._interface.edited()
        if self._vi is not None and outcome.command not in ("vi-key", "vi-escape"):
            self._vi.settle()
        return outcome.command is not None

    def _follow_editing(self) -> None:
        """The setting may be another since the last key."""
        if (self._interface.settings.editing == "vi") is (self._vi is not None):
            return
        if self._vi is not None:
            self._vi.end()
            self._vi = self._actions.vi = None
            return
        from bipy.ui.keys.vi.keys import ViKeys

        self._vi = self._actions.vi = ViKeys(self._interface, self._open_commands, self.press)

    def _open_commands(self, typed: Typed, query: str) -> None:
        """Open the list of commands, where something else may be typed too."""
        self._choosing.open_palette(self._actions.contexts, typed, query)

    def _follow_seeker(self) -> None:
        """A search in the cell ends when something else changes the text or moves the cursor."""
        if self._window.seeker is not None and not self._window.seeker.holds(self._window.input):
            self._window.seeker.close()

    @property
    def mode(self) -> str:
        """The mode of vi, as the status bar tells it; "" while inserting, and with other keys; or that one searches."""
        if self._window.seeker is not None:
            return self._window.seeker.mode
        return self._vi.mode if self._vi is not None else ""

    @property
    def cursor(self) -> Literal["", "bar", "block"]:
        """The shape of the cursor; "" is the terminal's own."""
        self._follow_editing()
        return "" if self._vi is None else "block" if self._vi.mode else "bar"

    @property
    def _has_just_entered(self) -> bool:
        """Whether this is the first key since Enter, and the verdict on what was entered is awaited."""
        window = self._window
        fresh = window.stdin is None and not window.editor.buffer.code and not window.editor.buffer.revision
        return fresh and bool(self._interface.view.awaited)

    def paste(self, text: str) -> None:
        """Paste `text`, whose lines end with newlines."""
        self._interface.forget_message()
        self._interface.paste(text)
        if self._vi is not None:
            self._vi.settle()

    def _run(self, name: str, count: int, key: str) -> None:
        row = command(name)
        window = self._window
        targets = {
            "app": self._actions,
            "edit": self._actions.editing,
            "editor": window.input,
            "seek": window.seeker,
            "docs": window.docs,
            "pager": window.pager,
            "read": self._reading,
            "choose": self._choosing,
            "table": window.table,
            "key": self._taker(key),
        }
        for _ in range(count if row.repeats else 1):
            row.function(targets[row.target])

    def _taker(self, key: str) -> Callable[[], object]:
        """The innermost widget that takes a typed character."""
        window = self._window
        if window.chooser is not None:
            return partial(window.chooser.keypress, window.size, key)
        if window.table is not None:
            return partial(window.table.keypress, window.size, key)
        if window.pager is None and window.finder.is_searching:
            return partial(self._reading.search_key, key)
        if window.pager is None and window.seeker is not None:
            return partial(window.seeker.keypress, window.size, key)
        if window.pager is None and self._vi is not None and self._vi.context != "insert":
            return partial(self._vi.press, key)
        if window.pager is None:
            return partial(self._actions.editing.type, key)
        return partial(window.pager.keypress, window.size, key)

    def hint(self) -> str:
        """What the status bar says without a message: the keys of a sequence, news of inspection, or a useful key."""
        dispatcher = self._dispatcher
        self._follow_seeker()
        if dispatcher.pending:
            return f"{keymap.spell(', '.join(dispatcher.pending))} \u2026"
        if self._vi is not None and self._vi.hint:
            return self._vi.hint
        if dispatcher.count:
            return f"{dispatcher.count} times \u2026"
        if self._window.chooser is not None or self._window.table is not None:
            return self._spelled(self._useful())
        if self._window.pager is None and self._window.seeker is not None:
            return self._window.seeker.hint
        if self._window.pager is None and self._window.finder.is_searching:
            return f"/{self._window.finder.line.text}\u258f  {self._window.finder.found}".rstrip()
        commands = self._useful()
        view = self._interface.view
        if (
            self._window.pager is None
            and self._window.transcript.cursor is not None
            and self._window.transcript.more_below
        ):
            return f"\u25bc more below  {self._spelled(commands)}"
        if view.resists and "interrupt" in commands:
            return f"interrupt sent  {self._spelled(commands)}"
        if view.runs_command and "interrupt" in commands:
            return f"a ! command gets no input  {self._spelled(commands)}"
        return view.hint if view.hint and not commands else self._spelled(commands or {"help": "keys"})

    def _works(self) -> str:
        """What would work in place of a key that means nothing here."""
        if not self._window.covered and self._window.seeker is not None:
            return "Esc ends the search"
        return self._spelled({**self._useful(), "help": "keys"})

    def _spelled(self, commands: dict[str, str]) -> str:
        return "  ".join(keymap.told(commands, self._bindings))

    def _useful(self) -> dict[str, str]:
        """The commands that the present situation calls for, each with a word for it."""
        window, view = self._window, self._interface.view
        if window.chooser is not None:
            more = {"history": {"choose-mark": "mark"}, "setting": {"choose-keep": "keep"}}
            return {"choose-take": "take", **more.get(window.chooser.context, {}), "choose-close": "back"}
        if window.table is not None:
            return {"table-sort": "sort", "table-filter": "filter", "table-close": "back"}
        if window.pager is not None:
            return {"pager-close": "back", "pager-search": "search"}
        if window.transcript.cursor is not None:
            return {"read-leave": "back to the cell", "read-search": "search", "read-copy": "copy"}
        if not window.transcript.at_end:
            return {"scroll-end": "to the end"}
        if view.dead:
            return {**({"restart": "restart"} if view.own else {}), "leave-or-delete": "leave"}
        if view.asks:
            return {"fold": "answer", "interrupt": "interrupt"}
        if self._actions.interrupts:
            ahead = window.stdin is not None and bool(window.editor.buffer.code or view.queued)
            if view.resists:
                return {"interrupt": "again", **({"restart": "restart"} if view.own else {})}
            return {**({"take-ahead": "take what was typed"} if ahead else {}), "interrupt": "interrupt"}
        if view.folded:
            return {"fold": "open"}
        if view.page is not None:
            source = "docs" if view.page.detail_level else "source"
            return {"source": source, "docs-pin": "unpin" if view.page.pinned else "pin", "dismiss": "close"}
        return {}

    def _contexts(self) -> list[str]:
        window = self._window
        if window.chooser is not None:
            return [*filter(None, [window.chooser.context]), "chooser", "global"]
        if window.table is not None:
            return [*(["search"] if window.table.is_searching else []), "table", "global"]
        if window.pager is not None:
            return [*(["search"] if window.pager.is_searching else []), "pager", "global"]
        if window.transcript.cursor is not None:
            return [*(["search"] if window.finder.is_searching else []), "transcript", "global"]
        seeking = [] if window.seeker is None else window.seeker.contexts
        return [*seeking, *self._input_contexts()]

    def _input_contexts(self) -> list[str]:
        """The contexts of what is typed."""
        window, view = self._window, self._interface.view
        docs = ["docs"] if view.page is not None else []
        if self._vi is not None:
            return self._vi_contexts(self._vi.context, docs)
        if window.stdin is not None and not view.debugger:
            return ["stdin", *docs, "editor", "global"]
        escaped = window.stdin is None and self._actions.escaped == window.input.document
        contexts = ["escape"] if escaped else []
        if view.popup.selected is not None:
            contexts.append("list")
        if view.popup:
            contexts.append("box")
        prompt = [] if window.stdin is None else ["debugger", "stdin"]
        return [*contexts, *prompt, *docs, "editor", "global"]

    def _vi_contexts(self, context: str, docs: list[str]) -> list[str]:
        """The contexts with the keys of vi: the box has keys only while one inserts."""
        view = self._interface.view
        prompt = [] if self._window.stdin is None else ["debugger", "stdin"] if view.debugger else ["stdin"]
        if context == "pending":
            return [context, *prompt, *docs, "editor", "global"]
        if context == "normal":
            return [*prompt, context, *docs, "editor", "global"]
        modes = [context, "insert"] if context == "replace" else [context]
        if prompt == ["stdin"]:
            return [*prompt, *docs, *modes, "editor", "global"]
        box = ["list"] if view.popup.selected is not None else []
        return [*box, *(["box"] if view.popup else []), *prompt, *docs, *modes, "editor", "global"]


def _seeks(name: str) -> bool:
    """Whether a command belongs to a search in the cell that goes on."""
    return command(name).target in ("seek", "key") or name == "nothing"

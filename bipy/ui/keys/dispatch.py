"""From keys to the name of a command: sequences such as Ctrl-X Enter, and counts such as Alt-1 2.

A `Dispatcher` keeps the keys that name no command yet.  Each key that is pressed leads to an `Outcome`: a command to
run, a sequence that waits for its next key, or nothing bound.  The innermost context that knows the keys decides,
whether it binds them or begins a longer sequence with them.

- A key that ends no sequence drops the keys before it.  Ctrl-C alone is looked up anew, because it must never be lost.
- Ctrl-J is Enter, as on terminals of old, wherever it is not bound.
- A count goes with the next command.  Behind its first digit, which needs Alt, plain digits go on with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bipy.ui.keys.keymap import COUNT, KEYMAP, SENT_AS, TEXT, TOLD_APART, Binding

# A larger count is a slip of the finger, and must not hold the screen up.
HIGHEST_COUNT = 999


class Outcome(NamedTuple):
    """`command` is to be run `times` times (None: nothing is bound to `keys`), unless the sequence `waits` for more."""

    command: str | None
    keys: tuple[str, ...]
    times: int = 1
    waits: bool = False


class Dispatcher:
    """The keys of one keyboard; `pending` are those of a sequence that is not complete, `count` is 0 without one."""

    def __init__(self, keymap: Sequence[Binding] = KEYMAP) -> None:
        self.pending: tuple[str, ...] = ()
        self.count = 0
        commands: dict[str, dict[tuple[str, ...], str]] = {}
        for binding in keymap:
            commands.setdefault(binding.context, {})[binding.keys] = binding.command
        self._commands: Mapping[str, Mapping[tuple[str, ...], str]] = commands
        self._prefixes = {
            context: {keys[:length] for keys in bound for length in range(1, len(keys))}
            for context, bound in commands.items()
        }

    def press(self, contexts: Sequence[str], key: str) -> Outcome:
        """What comes of `key` where these contexts hold, innermost first."""
        key = SENT_AS.get(key, key)
        keys = (*self.pending, key)
        self.pending = ()
        if self.count and len(keys) == 1 and key.isdecimal():
            return self._counted(key)
        command = self._look_up(contexts, keys)
        if command is None and key in TOLD_APART:
            keys = (*keys[:-1], TOLD_APART[key])
            command = self._look_up(contexts, keys)
        if command is None and key == "ctrl c":
            keys = (key,)
            command = self._look_up(contexts, keys)
        if command == COUNT:
            return self._counted(key[-1])
        if command == "":
            self.pending = keys
            return Outcome(None, keys, waits=True)
        count, self.count = self.count, 0
        return Outcome(command, keys, max(1, count))

    def _counted(self, digit: str) -> Outcome:
        self.count = min(self.count * 10 + int(digit), HIGHEST_COUNT)
        return Outcome(None, (), waits=True)

    def _look_up(self, contexts: Sequence[str], keys: tuple[str, ...]) -> str | None:
        """The command that `keys` name, "" if they begin a sequence, None if they do neither."""
        for context in contexts:
            bound = self._commands.get(context, {})
            if keys in bound:
                return bound[keys]
            if keys in self._prefixes.get(context, ()):
                return ""
            if (TEXT,) in bound and len(keys) == 1 and len(keys[0]) == 1:
                return bound[(TEXT,)]
        return None

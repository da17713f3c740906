"""Which key runs which command: a table, and how keys are written for people.

Keys have urwid's names.  "meta x" is Alt-X, and Esc followed by x at once.  "ctrl x, enter" is a sequence of two keys.
`TEXT` stands for every printable character that has no row of its own in the context.  Several contexts hold at a time;
`dispatch` looks into them, innermost first:

- "history" or "setting", then "chooser": the history is searched; a setting is changed; a list to choose from is open;
- "search", then "table": the text of a filter is being typed; a table is open;
- "search", then "pager": a search is being typed; the pager is open;
- "finding", then "search", then those of the cell: a text is typed to be sought in the cell; "replacing" in their place
  while it is asked whether to replace;
- "escape": for the one key after an Esc that found nothing to close, so that Esc and Enter may be pressed slowly;
- "list", then "box": a match is chosen in the box; the box is open;
- "docs": the docs pane is open;
- "search", then "transcript": a search is being typed; the keyboard is in the transcript;
- "debugger", "stdin", then "editor": input() waits for a line, which is edited with the keys of the cell; "debugger"
  where it is one that asks, where "list" and "box" may hold too;
- "replace" and "insert", "normal" or "pending", before "editor": the mode of vi; in "pending" a command of vi is not
  whole;
- "editor": the cell;
- "global": always.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bipy.ui.keys.commands import command

TEXT = "text"
# The command of the digits that a count begins with: `dispatch` carries it out itself.
COUNT = "count"


class Binding(NamedTuple):
    """In `context`, `key` (a sequence has ", " between its keys) runs the command of that name."""

    context: str
    key: str
    command: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys one by one."""
        return tuple(self.key.split(", "))


# context -> its title on the help page
CONTEXTS: Mapping[str, str] = {
    "editor": "In the cell",
    "replace": "vi: while overwriting",
    "insert": "vi: while inserting",
    "normal": "vi: other keys in normal and visual mode",
    "pending": "vi: within a command",
    "escape": "In the cell, after Esc",
    "finding": "While one searches in the cell",
    "replacing": "While one is asked whether to replace",
    "box": "While the box is open",
    "list": "While a match is chosen",
    "docs": "While the docs are open",
    "stdin": "While a program waits for input",
    "debugger": "While a debugger waits for input",
    "global": "Everywhere",
    "transcript": "In the session above the cell",
    "history": "While the history is searched",
    "setting": "While a setting is changed",
    "chooser": "In a list to choose from",
    "table": "In a table",
    "pager": "In the pager",
    "search": "While a search is typed",
}

KEYMAP: tuple[Binding, ...] = (
    Binding("editor", TEXT, "self-insert"),
    Binding("editor", "enter", "accept"),
    Binding("editor", "meta enter", "run"),
    Binding("editor", "ctrl enter", "run"),
    Binding("editor", "shift enter", "run"),
    Binding("editor", "ctrl x, enter", "run"),
    Binding("editor", "ctrl o", "newline"),
    Binding("editor", "tab", "complete"),
    Binding("editor", "shift tab", "complete-back"),
    Binding("editor", "meta i", "inspect"),
    Binding("editor", "f2", "source"),
    Binding("editor", "f4", "inspection"),
    Binding("editor", "f7", "edit"),
    Binding("editor", "ctrl x, ctrl e", "edit"),
    Binding("box", "meta s", "signature-next"),
    Binding("editor", "up", "up"),
    Binding("editor", "ctrl p", "up"),
    Binding("editor", "down", "down"),
    Binding("editor", "ctrl n", "down"),
    Binding("editor", "meta p", "history-previous"),
    Binding("editor", "meta n", "history-next"),
    Binding("editor", "ctrl r", "history-search"),
    Binding("editor", "meta up", "take-back"),
    Binding("editor", "left", "left"),
    Binding("editor", "ctrl b", "left"),
    Binding("editor", "right", "right"),
    Binding("editor", "ctrl f", "right"),
    Binding("editor", "ctrl left", "word-left"),
    Binding("editor", "meta left", "word-left"),
    Binding("editor", "meta b", "word-left"),
    Binding("editor", "ctrl right", "word-right"),
    Binding("editor", "meta right", "word-right"),
    Binding("editor", "meta f", "word-right-or-take"),
    Binding("editor", "home", "line-start"),
    Binding("editor", "ctrl a", "line-start"),
    Binding("editor", "end", "line-end"),
    Binding("editor", "ctrl e", "line-end"),
    Binding("editor", "ctrl home", "text-start"),
    Binding("editor", "meta <", "text-start"),
    Binding("editor", "ctrl end", "text-end"),
    Binding("editor", "meta >", "text-end"),
    Binding("editor", "meta {", "block-up"),
    Binding("editor", "ctrl up", "block-up"),
    Binding("editor", "meta }", "block-down"),
    Binding("editor", "ctrl down", "block-down"),
    Binding("editor", "backspace", "delete-back"),
    Binding("editor", "ctrl h", "delete-back"),
    Binding("editor", "delete", "delete"),
    Binding("editor", "ctrl d", "leave-or-delete"),
    Binding("editor", "ctrl k", "kill-line"),
    Binding("editor", "ctrl u", "kill-to-start"),
    Binding("editor", "meta d", "kill-word"),
    Binding("editor", "ctrl delete", "kill-word"),
    Binding("editor", "meta backspace", "kill-word-back"),
    Binding("editor", "ctrl backspace", "kill-word-back"),
    Binding("editor", "shift left", "select-left"),
    Binding("editor", "shift right", "select-right"),
    Binding("editor", "shift up", "select-up"),
    Binding("editor", "shift down", "select-down"),
    Binding("editor", "shift ctrl left", "select-word-left"),
    Binding("editor", "shift ctrl right", "select-word-right"),
    Binding("editor", "shift home", "select-line-start"),
    Binding("editor", "shift end", "select-line-end"),
    Binding("editor", "shift ctrl home", "select-text-start"),
    Binding("editor", "shift ctrl end", "select-text-end"),
    Binding("editor", "shift ctrl up", "select-block-up"),
    Binding("editor", "shift ctrl down", "select-block-down"),
    Binding("editor", "ctrl x, h", "select-all"),
    Binding("editor", "meta ;", "comment"),
    Binding("editor", "shift meta up", "lines-up"),
    Binding("editor", "shift meta down", "lines-down"),
    Binding("editor", "ctrl x, ctrl y", "lines-repeat"),
    Binding("editor", "ctrl ]", "bracket"),
    Binding("editor", "meta =", "grow"),
    Binding("editor", "meta -", "shrink"),
    Binding("editor", "ctrl s", "find"),
    Binding("editor", "meta %", "replace"),
    Binding("editor", "ctrl w", "cut"),
    Binding("editor", "meta w", "copy"),
    Binding("editor", "ctrl y", "yank"),
    Binding("editor", "meta y", "yank-pop"),
    Binding("editor", "ctrl t", "transpose"),
    Binding("editor", "ctrl _", "undo"),
    Binding("editor", "ctrl /", "undo"),
    Binding("editor", "meta _", "redo"),
    Binding("editor", "meta /", "redo"),
    Binding("escape", "enter", "run"),
    Binding("finding", "ctrl s", "find-next"),
    Binding("finding", "down", "find-next"),
    Binding("finding", "ctrl r", "find-previous"),
    Binding("finding", "up", "find-previous"),
    Binding("finding", "meta r", "find-regex"),
    Binding("finding", "ctrl g", "find-close"),
    Binding("finding", "ctrl c", "find-close"),
    Binding("replacing", TEXT, "nothing"),
    Binding("replacing", "y", "replace-yes"),
    Binding("replacing", " ", "replace-yes"),
    Binding("replacing", "n", "replace-no"),
    Binding("replacing", "delete", "replace-no"),
    Binding("replacing", "backspace", "replace-no"),
    Binding("replacing", "!", "replace-all"),
    Binding("replacing", ".", "replace-last"),
    Binding("replacing", "q", "find-close"),
    Binding("replacing", "enter", "find-close"),
    Binding("replacing", "esc", "find-close"),
    Binding("replacing", "ctrl g", "find-close"),
    Binding("replacing", "ctrl c", "find-close"),
    Binding("replace", TEXT, "vi-key"),
    Binding("replace", "backspace", "vi-key"),
    Binding("insert", "esc", "vi-escape"),
    Binding("normal", TEXT, "vi-key"),
    *(
        Binding("normal", key, "vi-key")
        for key in ("left", "right", "up", "down", "home", "end", "backspace", "delete", "ctrl v")
    ),
    Binding("normal", "esc", "vi-escape"),
    Binding("normal", "ctrl r", "vi-redo"),
    Binding("pending", TEXT, "vi-key"),
    Binding("pending", "enter", "vi-key"),
    Binding("pending", "backspace", "vi-key"),
    Binding("pending", "esc", "vi-escape"),
    Binding("global", "esc", "dismiss"),
    Binding("box", "ctrl g", "dismiss"),
    Binding("list", "enter", "choose"),
    Binding("list", "up", "match-up"),
    Binding("list", "ctrl p", "match-up"),
    Binding("list", "down", "match-down"),
    Binding("list", "ctrl n", "match-down"),
    Binding("list", "left", "match-left"),
    Binding("list", "right", "match-right"),
    Binding("docs", "ctrl up", "docs-up"),
    Binding("docs", "ctrl down", "docs-down"),
    Binding("docs", "meta page up", "docs-page-up"),
    Binding("docs", "meta page down", "docs-page-down"),
    Binding("docs", "f3", "docs-pin"),
    Binding("docs", "ctrl g", "dismiss"),
    Binding("stdin", "enter", "answer"),
    Binding("debugger", "tab", "complete"),
    Binding("debugger", "shift tab", "complete-back"),
    Binding("stdin", "meta enter", "newline"),
    Binding("stdin", "ctrl j", "newline"),
    Binding("stdin", "ctrl enter", "answer"),
    Binding("stdin", "shift enter", "answer"),
    Binding("stdin", "ctrl x, enter", "answer"),
    Binding("stdin", "meta up", "take-ahead"),
    Binding("stdin", "ctrl d", "end-of-file-or-delete"),
    Binding("stdin", "ctrl o", "newline"),
    Binding("stdin", "tab", "nothing"),
    Binding("stdin", "shift tab", "nothing"),
    Binding("stdin", "meta i", "nothing"),
    Binding("stdin", "ctrl r", "nothing"),
    Binding("stdin", "f2", "nothing"),
    Binding("stdin", "f4", "nothing"),
    Binding("stdin", "f7", "nothing"),
    Binding("stdin", "ctrl x, ctrl e", "nothing"),
    Binding("global", "ctrl c", "interrupt"),
    Binding("global", "page up", "scroll-page-up"),
    Binding("global", "shift page up", "scroll-page-up"),
    Binding("global", "page down", "scroll-page-down"),
    Binding("global", "shift page down", "scroll-page-down"),
    Binding("global", "meta home", "scroll-start"),
    Binding("global", "meta end", "scroll-end"),
    Binding("global", "f6", "read"),
    Binding("global", "meta o", "fold"),
    Binding("global", "f1", "help"),
    Binding("global", "meta x", "palette"),
    Binding("global", "ctrl l", "clear"),
    Binding("global", "ctrl x, ctrl l", "redraw"),
    Binding("global", "ctrl x, ctrl p", "print"),
    Binding("global", "ctrl x, m", "mouse"),
    Binding("global", "ctrl z", "suspend"),
    Binding("global", "ctrl x, d", "detach"),
    Binding("global", "meta ctrl r", "restart"),
    Binding("global", "ctrl \\", "quit"),
    *(Binding("global", f"meta {digit}", COUNT) for digit in range(1, 10)),
    Binding("transcript", TEXT, "read-keys"),
    Binding("transcript", "up", "read-up"),
    Binding("transcript", "k", "read-up"),
    Binding("transcript", "down", "read-down"),
    Binding("transcript", "j", "read-down"),
    Binding("transcript", "page up", "read-page-up"),
    Binding("transcript", "page down", "read-page-down"),
    Binding("transcript", " ", "read-page-down"),
    Binding("transcript", "home", "read-start"),
    Binding("transcript", "g", "read-start"),
    Binding("transcript", "end", "read-end"),
    Binding("transcript", "G", "read-end"),
    Binding("transcript", "[", "read-cell-before"),
    Binding("transcript", "]", "read-cell-next"),
    Binding("transcript", "{", "read-output-before"),
    Binding("transcript", "shift tab", "read-output-before"),
    Binding("transcript", "}", "read-output-next"),
    Binding("transcript", "tab", "read-output-next"),
    Binding("transcript", "shift up", "read-mark-up"),
    Binding("transcript", "K", "read-mark-up"),
    Binding("transcript", "shift down", "read-mark-down"),
    Binding("transcript", "J", "read-mark-down"),
    Binding("transcript", "y", "read-copy"),
    Binding("transcript", "Y", "read-copy-cell"),
    Binding("transcript", "c", "read-take"),
    Binding("transcript", "r", "read-run"),
    Binding("transcript", "R", "read-run-aborted"),
    Binding("transcript", "v", "read-representation"),
    Binding("transcript", "i", "read-picture"),
    Binding("transcript", "o", "read-outside"),
    Binding("transcript", "p", "read-pager"),
    Binding("transcript", "e", "read-edit"),
    Binding("transcript", "s", "read-save"),
    Binding("transcript", "enter", "read-open"),
    Binding("transcript", "z", "read-fold"),
    Binding("transcript", "w", "read-wrap"),
    Binding("transcript", "left", "read-left"),
    Binding("transcript", "right", "read-right"),
    Binding("table", "up", "table-up"),
    Binding("table", "k", "table-up"),
    Binding("table", "down", "table-down"),
    Binding("table", "j", "table-down"),
    Binding("table", "left", "table-left"),
    Binding("table", "h", "table-left"),
    Binding("table", "right", "table-right"),
    Binding("table", "l", "table-right"),
    Binding("table", "page up", "table-page-up"),
    Binding("table", "page down", "table-page-down"),
    Binding("table", " ", "table-page-down"),
    Binding("table", "home", "table-start"),
    Binding("table", "g", "table-start"),
    Binding("table", "end", "table-end"),
    Binding("table", "G", "table-end"),
    Binding("table", "s", "table-sort"),
    Binding("table", "/", "table-filter"),
    Binding("table", "d", "table-describe"),
    Binding("table", "&", "table-filter-all"),
    Binding("table", ":", "table-row"),
    Binding("table", "shift up", "table-mark-up"),
    Binding("table", "K", "table-mark-up"),
    Binding("table", "shift down", "table-mark-down"),
    Binding("table", "J", "table-mark-down"),
    Binding("table", "-", "table-hide"),
    Binding("table", "=", "table-all"),
    Binding("table", "y", "table-copy-cell"),
    Binding("table", "c", "table-copy-column"),
    Binding("table", "Y", "table-copy"),
    Binding("table", "M", "table-copy-markdown"),
    Binding("table", "o", "table-outside"),
    Binding("table", "q", "table-close"),
    Binding("table", "esc", "table-close"),
    Binding("table", "ctrl c", "table-close"),
    Binding("transcript", "+", "read-more"),
    Binding("transcript", "/", "read-search"),
    Binding("transcript", "n", "read-next"),
    Binding("transcript", "N", "read-previous"),
    Binding("transcript", "esc", "read-leave"),
    Binding("transcript", "q", "read-leave"),
    Binding("transcript", "f6", "read-leave-here"),
    Binding("chooser", TEXT, "self-insert"),
    Binding("chooser", "up", "choose-up"),
    Binding("chooser", "ctrl p", "choose-up"),
    Binding("chooser", "down", "choose-down"),
    Binding("chooser", "ctrl n", "choose-down"),
    Binding("chooser", "page up", "choose-page-up"),
    Binding("chooser", "page down", "choose-page-down"),
    Binding("chooser", "backspace", "choose-delete"),
    Binding("chooser", "ctrl h", "choose-delete"),
    Binding("chooser", "ctrl u", "choose-clear"),
    Binding("chooser", "enter", "choose-take"),
    Binding("chooser", "esc", "choose-close"),
    Binding("chooser", "ctrl g", "choose-close"),
    Binding("chooser", "ctrl c", "choose-close"),
    Binding("setting", "ctrl s", "choose-keep"),
    Binding("history", "ctrl r", "choose-down"),
    Binding("history", "tab", "choose-mark"),
    Binding("history", "ctrl o", "history-run"),
    Binding("history", "delete", "history-forget"),
    Binding("history", "f2", "history-session"),
    Binding("history", "f3", "history-folder"),
    Binding("history", "f4", "history-well"),
    Binding("history", "f5", "history-mine"),
    Binding("history", "ctrl x, ctrl s", "history-save"),
    Binding("pager", "up", "pager-up"),
    Binding("pager", "k", "pager-up"),
    Binding("pager", "down", "pager-down"),
    Binding("pager", "j", "pager-down"),
    Binding("pager", "enter", "pager-down"),
    Binding("pager", "page up", "pager-page-up"),
    Binding("pager", "b", "pager-page-up"),
    Binding("pager", "page down", "pager-page-down"),
    Binding("pager", " ", "pager-page-down"),
    Binding("pager", "home", "pager-start"),
    Binding("pager", "g", "pager-start"),
    Binding("pager", "end", "pager-end"),
    Binding("pager", "G", "pager-end"),
    Binding("pager", "w", "pager-wrap"),
    Binding("pager", "left", "pager-left"),
    Binding("pager", "right", "pager-right"),
    Binding("pager", "/", "pager-search"),
    Binding("pager", "n", "pager-next"),
    Binding("pager", "N", "pager-previous"),
    Binding("pager", "q", "pager-close"),
    Binding("pager", "esc", "pager-close"),
    Binding("pager", "ctrl c", "pager-close"),
    Binding("search", TEXT, "self-insert"),
    Binding("search", "enter", "pager-search-key"),
    Binding("search", "esc", "pager-search-key"),
    Binding("search", "backspace", "pager-search-key"),
)

# Keys that only a terminal with kitty's protocol or xterm's modifyOtherKeys tells from others, and the key that each is
# on every other terminal: it does the same wherever it has no binding of its own.
TOLD_APART: Mapping[str, str] = {
    "ctrl enter": "enter",
    "shift enter": "enter",
    "ctrl i": "tab",
    "ctrl m": "enter",
    "ctrl [": "esc",
    "ctrl j": "enter",
    "shift backspace": "backspace",
    "shift ctrl backspace": "ctrl backspace",
    "ctrl tab": "tab",
    "shift esc": "esc",
}
# Those of them that other terminals send too.
SENT_BY_ALL = frozenset(["ctrl j"])

# How urwid names the byte that terminals send for a key.
SENT_AS: Mapping[str, str] = {"<0>": "ctrl  ", "meta <0>": "meta ctrl  "}

_SPELLED = {
    "meta enter": "Esc Enter",
    "page up": "PageUp",
    "page down": "PageDown",
    "ctrl": "Ctrl",
    "meta": "Alt",
    " ": "Space",
}


def spell(key: str) -> str:
    """`key` as people write it: "ctrl a" is Ctrl-A, "shift page up" Shift-PageUp, "ctrl x, d" Ctrl-X D."""
    if ", " in key:
        return " ".join(spell(part) for part in key.split(", "))
    if key in _SPELLED:
        return _SPELLED[key]
    if len(key) == 1:
        return key
    modifier, _, rest = key.partition(" ")
    if not rest:
        return key.capitalize()
    if len(rest) == 1 and rest.isalpha():
        return f"{spell(modifier)}-{'' if rest == rest.lower() else 'Shift-'}{rest.upper()}"
    return f"{spell(modifier)}-{spell(rest)}"


def keys(name: str, context: str = "", rows: Sequence[Binding] = KEYMAP) -> list[str]:
    """The keys of the command `name`, spelled, the usual one first; only those of `context` if one is given."""
    shown = (row for row in rows if row.key != TEXT)
    return [spell(row.key) for row in shown if row.command == name and context in ("", row.context)]


def told(commands: Mapping[str, str], rows: Sequence[Binding] = KEYMAP) -> list[str]:
    """The usual key of each command with the word that goes with it; without those that have no key."""
    found = ((keys(name, rows=rows), word) for name, word in commands.items())
    return [f"{spelled[0]} {word}" for spelled, word in found if spelled]


def sent_by(rows: Sequence[Binding], *, told_apart: bool) -> list[Binding]:
    """The rows whose keys a terminal can send, which tells the keys in `TOLD_APART` from others or does not."""
    never = frozenset[str]() if told_apart else frozenset(TOLD_APART) - SENT_BY_ALL
    return [row for row in rows if not never.intersection(row.keys)]


def help_rows(rows: Sequence[Binding] = KEYMAP) -> list[tuple[str, list[tuple[str, str]]]]:
    """The help page: for each context its title and the rows (keys, help), keys of one command together."""
    sections = []
    for context, title in CONTEXTS.items():
        bound = (row for row in rows if row.context == context and row.key != TEXT and row.command != "nothing")
        names = dict.fromkeys(row.command for row in bound)
        sections.append((title, [(", ".join(keys(name, context, rows)), command(name).help) for name in names]))
    return sections

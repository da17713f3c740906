"""Help while one types at the prompt of a debugger: its commands, and names that the client has seen itself.

A complete_request is answered for the user's namespace, also while a debugger waits in a frame of a function
(ipykernel 7.4): it does not know the locals, and a name that is both it takes for the global one.  So what is offered
unasked is what is true by itself: the commands at the start of the line, with their help, and names from the session,
the answers before, and the lines of source that the debugger has shown, marked as the client's own.  Tab has the frame
asked for its names, where the kernel can tell them (`framing`).

Like `inspection.inspector`, on a smaller scale: `popup` is what to show; `tab` and `move` may give an edit, and
`chosen` is called with the document as it is then.  Pure.
"""

from __future__ import annotations

import re
from typing import Literal

from bipy.inspection.context import Context
from bipy.inspection.inspector import Inspector
from bipy.inspection.local_names import LocalNames
from bipy.inspection.menu import SHOWN, Menu
from bipy.inspection.source import Source, Token
from bipy.inspection.values import EMPTY, Docs, Document, Edit, Match, Popup
from bipy.messaging.events import KernelInfo
from bipy.session.debugging import Debugger, sources_in
from bipy.session.framing import Framing
from bipy.session.transcript import Cell, Failure, Text, Transcript

NOT_ASKED = "not from the frame: names of this session"
NOTHING = "no name of this session fits"
DRAWS = "the frame is not asked while figures are drawn"
NOTHING_IN_FRAME = "no name of the frame fits"

# The kinds of tokens that names of the frame fit.
_NAMED = frozenset({"name", "attribute", "argument", ""})

# Lines of source are looked for in so many of the newest cells, at the end of what each has printed.
CELLS_READ = 3
PRINTED_READ = 10_000

# In front of the cursor: a command, or the command that another one is to tell about.
_COMMAND = re.compile(r"\s*((?:h|help)\s+)?(\w*)\Z")


class Prompting:
    """See the module's docstring.  `inspector` lends its mode and the names that it has met."""

    def __init__(self, inspector: Inspector, framing: Framing) -> None:
        self.popup: Popup = EMPTY
        self.document = Document()
        self._inspector = inspector
        self._framing = framing
        # Whether Tab waits for the names of the frame, to complete what is sure.
        self._completes = False
        self._debugger: Debugger | None = None
        self._names = LocalNames()
        self._context = Context(Document(), Source("", "python"), Token(0, ""), None)
        self._menu = Menu()
        # The menu as it is once the edit that `tab` or `move` gave has been made.
        self._next: Menu | None = None
        self._wish: Literal["closed", "open", "wanted", "dismissed"] = "closed"

    def open(self, debugger: Debugger | None, transcript: Transcript) -> None:
        """A prompt opens, of a debugger or (None) of a program."""
        self._debugger = debugger
        self._framing.forget()
        self._take(Document())
        if debugger is not None:
            for cell in transcript.cells[-CELLS_READ:]:
                self._names.learn(sources_in(_shown(cell)), self._language)
        self._wish = "closed"
        self._show()

    def learn(self, answer: str) -> None:
        """What was entered at a prompt has names."""
        self._names.learn(answer, self._language)

    def edited(self, document: Document) -> None:
        """What is typed, or the cursor, has changed."""
        before = self.document
        if document == before:
            return
        start = self._context.token.start
        self._take(document)
        if self._context.token.start != start or not document.code:
            self._wish = "closed"
        if document.code != before.code:
            self._wish = "open" if self._wish == "closed" else self._wish
        elif self._wish == "open":
            self._wish = "closed"
        self._show()

    def tab(self, document: Document, step: int, info: KernelInfo | None) -> Edit | None:
        """Complete what is sure, then take one match after the other; without a menu open one.

        First the frame has to be asked for its names, where that can be done.
        """
        self.edited(document)
        frames = self._debugger is not None and self._debugger.frames
        asks = frames and self._menu.selected is None and self._context.token.kind in _NAMED
        if asks and self._framing.want(self._base, info):
            self._wish, self._completes = "wanted", True
            self._show()
            return None
        if not self._menu:
            self._wish = "wanted"
            self._show()
            return None
        edit, self._next = self._menu.tab(step)
        return edit

    def told(self) -> Edit | None:
        """The frame was asked, and may have told; what Tab would have completed with that."""
        self._show()
        completes, self._completes = self._completes, False
        if not (completes and self._menu and self._menu.selected is None):
            return None
        edit, after = self._menu.tab(1)
        if after.selected is not None:
            return None
        self._next = after
        return edit

    def move(self, step: int) -> Edit | None:
        """Select the match that many places on, once one is selected."""
        if self._menu.selected is None:
            return None
        edit, self._next = self._menu.move(step)
        return edit

    def choose(self, text: str) -> Edit | None:
        """Take the match that is this text; None if it is not on show any more."""
        found = self._menu.choose(text)
        if found is None:
            return None
        edit, self._next = found
        return edit

    def chosen(self, document: Document) -> None:
        """The edit that `tab`, `move` or `choose` gave has been made."""
        after = self._next
        self._take(document)
        self._wish = "closed"
        if after is not None and after.stands_in(document):
            self._menu = after
        self._show()

    def accept(self) -> None:
        """Keep the selected match, and close the menu."""
        self._menu, self._wish = Menu(), "closed"
        self._show()

    def dismiss(self) -> None:
        """Close the box for this token."""
        self._menu, self._wish = Menu(), "dismissed"
        self._show()

    @property
    def _base(self) -> str:
        return self._context.token.base if self._context.token.kind == "attribute" else ""

    @property
    def _language(self) -> str:
        return (self._debugger.language if self._debugger is not None else "") or self._inspector.language

    def _take(self, document: Document) -> None:
        self._menu, self._next = Menu(), None
        self._completes = self._completes and document == self.document
        self.document = document
        # Behind a sign that makes it one, a statement is a statement; the scanner takes ! for the system's shell.
        code = re.sub(r"\A(\s*)!", r"\1 ", document.code)
        self._context = Context.at(document.replace(code=code), self._language, self._context)

    def _show(self) -> None:
        if self._debugger is None or self._inspector.mode == "off":
            self.popup = EMPTY
            return
        if self._menu.selected is None:
            self._menu = self._make_menu()
        menu, docs = self._menu, self._docs()
        note = NOT_ASKED if any(match.local for match in menu.matches) else ""
        if not menu and self._wish == "wanted":
            told = self._framing.names(self._base) is not None
            note = NOTHING_IN_FRAME if told else DRAWS if self._framing.draws else NOTHING
        anchor = menu.start if menu else self._context.token.start
        popup = Popup(menu.matches, menu.start, menu.end, menu.selected, docs=docs, note=note, anchor=anchor)
        self.popup = popup if popup else EMPTY

    def _make_menu(self) -> Menu:
        wanted = self._wish == "wanted"
        typed, place = self._typed()
        if not (wanted or (self._wish == "open" and typed and self._inspector.mode != "tab")):
            return Menu()
        cursor, names = self.document.cursor, list[str]()
        texts = self._commands(typed) if place else []
        if place != "topic" and (typed or not place):
            context = self._context
            names = self._names.candidates(context) + self._inspector.local_names.candidates(context)
        frame = self._framing.names(self._base)
        told = frame if frame is not None and place != "topic" and (typed or wanted) else ()
        marked = tuple(range(len(typed)))
        matches = {text: Match(text, "command", marked=marked) for text in texts}
        for name in told:
            if name.startswith(typed) and name != typed:
                matches.setdefault(name, Match(name, marked=marked))
        # Of its frame the debugger knows better.
        for name in dict.fromkeys(names if frame is None else ()):
            matches.setdefault(name, Match(name, local=True, marked=marked))
        shown = tuple(matches.values())[:SHOWN]
        return Menu(shown, cursor - len(typed), cursor, typed, tuple(match.text for match in shown))

    def _typed(self) -> tuple[str, Literal["command", "topic", ""]]:
        """What is typed of the token, and whether it may be a command, or one that help is to tell about."""
        before = self.document.code[: self.document.cursor]
        if "\n" not in before and (match := _COMMAND.match(before)) is not None:
            return match[2], "topic" if match[1] else "command"
        return self._context.typed, ""

    def _commands(self, typed: str) -> list[str]:
        commands = self._debugger.commands if self._debugger is not None else ()
        return sorted(name for name in commands if name.startswith(typed) and name != typed)

    def _docs(self) -> Docs | None:
        """What the command does that is selected, or typed."""
        if self._debugger is None or self._wish == "dismissed":
            return None
        typed, place = self._typed()
        help_text = self._debugger.help(typed) if place else ""
        return Docs(typed, docstring=help_text) if help_text else None


def _shown(cell: Cell) -> str:
    """The end of what a cell has printed, and the tracebacks of its errors."""
    shown = ""
    for output in cell.outputs:
        if isinstance(output, Text):
            shown += "".join(output.parts[-PRINTED_READ:])[-PRINTED_READ:]
        elif isinstance(output, Failure):
            shown += "\n".join(output.traceback) + "\n"
    return shown[-PRINTED_READ:]

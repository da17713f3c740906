"""The interface of one session: tells it what the user does, and hands its view to the widgets.

Between the session and the window, and nothing else.  No key is known here: `keys.keyboard` turns keys into actions on
the interface.  No edge either: effects that change the screen are carried out here, and what concerns the whole process
(leave, suspend, redraw) goes to `host`.  So a test puts an interface together without terminal, kernel or loop.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from bipy.inspection.clauses import indent_ahead
from bipy.inspection.values import EMPTY, Document
from bipy.messaging.events import KernelInfo
from bipy.session import effects, events
from bipy.session.view import View
from bipy.settings import Settings
from bipy.ui.mime.means import Means
from bipy.ui.text.highlight import Highlighter
from bipy.ui.text.output import TextLines
from bipy.ui.text.rows import Row
from bipy.ui.widgets.docs import DocsPane
from bipy.ui.widgets.editor import Editor
from bipy.ui.widgets.layout import Highlighter as LineHighlighter
from bipy.ui.widgets.pager import Pager
from bipy.ui.widgets.popup import PopupView
from bipy.ui.widgets.statusbar import StatusBar, StatusLine
from bipy.ui.widgets.transcript_view import TranscriptView
from bipy.ui.widgets.window import Window

# `highlight` knows it: Python with magics.
IPYTHON_LEXER = "ipython3"


DEFAULTS = Settings()


class Door(Protocol):
    """The one door of a session (`bipy.workspace.Member`)."""

    @property
    def view(self) -> View:
        """The session as it is now."""

    def dispatch(self, event: object) -> None:
        """Tell the session what happened, and have carried out what it asks for."""


class Interface:
    """One session and its window.

    `host` carries out effects for the whole process, `clock` gives seconds, `depth` is the number of colours,
    `kernel` and `connection_file` are for the status bar, `lexer` is a pygments alias until the kernel names its own.
    `settings` are the user's, which may be replaced at any time.  `folder` is the working folder, and `today` gives the
    seconds since 1970.
    """

    def __init__(
        self,
        session: Door,
        *,
        host: Callable[[effects.Effect], None],
        clock: Callable[[], float],
        depth: int = 256,
        kernel: str = "",
        connection_file: str = "",
        lexer: str = IPYTHON_LEXER,
        folder: str = "",
        today: Callable[[], float] = time.time,
        settings: Settings = DEFAULTS,
    ) -> None:
        self._session = session
        self.window = Window(
            TranscriptView(session.view.transcript, depth),
            Editor(),
            PopupView(),
            StatusBar(),
        )
        self.folder = folder
        # Whether the rest of the row may be suggested, and the revision of the history that it comes from.
        self._suggests_here = False
        self._settings = DEFAULTS
        self.settings = settings
        self._suggested_from = 0
        self.today = today
        # Whether the terminal tells Ctrl-Enter from Enter.
        self.tells_keys_apart = False
        self._host = host
        self._clock = clock
        self._depth = depth
        self._asked = ""
        self._kernel = kernel
        self._connection_file = connection_file
        self._shown: Document | None = None
        self._shown_at_prompt: Document | None = None
        self._message = ""
        self._introduced: KernelInfo | None = None
        self._lexer = lexer
        # What the last frame showed of the session, and whether more than that has changed since.
        self._drawn: tuple[object, ...] = ()
        self._stale = True

    @property
    def view(self) -> View:
        """The session as it is now."""
        return self._session.view

    @property
    def depth(self) -> int:
        """The number of colours of the screen; another screen may have another."""
        return self._depth

    @depth.setter
    def depth(self, depth: int) -> None:
        self._stale = True
        if depth == self._depth:
            return
        self._depth = depth
        window = self.window
        window.transcript.depth = depth
        if window.pager is not None:
            window.pager.depth = depth
        if window.stdin is not None:
            window.stdin.prompt = self._prompt(self._asked)

    @property
    def means(self) -> Means:
        """What the screen can do, as far as it matters to outputs."""
        return self.window.transcript.means

    @means.setter
    def means(self, means: Means) -> None:
        if means != self.means:
            self._stale = True
            self.depth = means.depth
            self.window.transcript.means = means
            self.window.ascii = means.ascii

    @property
    def suffix(self) -> str:
        """The ending of the name of a file with code of the kernel's language."""
        return ".py" if self.view.language == "python" else ".txt"

    def dispatch(self, event: object) -> None:
        """Tell the session what the user did."""
        self._session.dispatch(event)

    def forget_message(self) -> None:
        """The user goes on: what the status bar told has been read."""
        self._message = ""

    def paste(self, text: str) -> None:
        """A paste goes where typed text would."""
        if self.window.chooser is not None:
            self.window.chooser.paste(text)
        elif self.window.table is not None:
            self.window.table.paste(text)
        elif self.window.pager is not None:
            self.window.pager.paste(text)
        elif not (self.window.finder.paste(text) or (self.window.seeker and self.window.seeker.paste(text))):
            if self.window.transcript.cursor is not None:
                self.window.reader.leave()
            self.window.input.paste(text)
        self.edited()

    def replace(self, text: str) -> None:
        """Put `text` into the input cell; what was there is one key away (undo)."""
        self.window.editor.replace(text)
        self.edited(replaced=True)

    def edited(self, *, replaced: bool = False) -> None:
        """The input may have changed: tell the session if the code or the cursor have."""
        self._stale = True
        document = self.window.editor.document
        if document != self._shown:
            self._shown = document
            self.dispatch(events.Edited(document, replaced))
            self.window.editor.brackets = self.view.brackets
            self.window.editor.lone_bracket = self.view.lone_bracket
            self._suggests_here = not replaced
            self._suggest(document)
        prompt = self.window.stdin
        if prompt is not None and self.view.debugger and prompt.document != self._shown_at_prompt:
            self._shown_at_prompt = prompt.document
            self.dispatch(events.PromptEdited(prompt.document))

    def _suggest(self, document: Document) -> None:
        """Suggest the rest of the row, from what the history holds now."""
        history = self.view.history
        self._suggested_from = history.revision if history is not None else 0
        self.window.editor.ghost = self._suggestion(document) if self._suggests_here else ""

    def _suggestion(self, document: Document) -> str:
        """The rest of the row in the history; none on a screen where it would look as if it were typed."""
        history = self.view.history
        if self.settings.suggestions == "off" or history is None or self._depth == 1 or self.window.stdin is not None:
            return ""
        return history.suggestion(document.code, document.cursor)

    def open_docs(self, name: str | None = None, detail_level: int = 0) -> None:
        """Open the docs, if they are not, on `name`, or on what is at the cursor."""
        if self.window.docs_fit:
            self.dispatch(events.DocsOpened(self.window.editor.document, name, detail_level))
            self.window.docs = self.window.docs or DocsPane()
        else:
            self.perform(effects.Tell("The docs have no room: make the terminal higher"))

    def close_docs(self) -> None:
        """Close the docs pane."""
        self.dispatch(events.DocsClosed())
        self.window.docs = None

    def perform(self, effect: effects.Effect) -> None:
        """Carry an effect out that changes the screen, and pass on the others."""
        window = self.window
        match effect:
            case effects.GoOn(code, cursor, indent):
                if self.view.language == "python":
                    indent = indent_ahead(code[:cursor], indent, window.editor.buffer.code)
                window.editor.go_on(code, cursor, indent)
                self.edited()
            case effects.PutBack(code, cursor):
                window.editor.take_back(code, cursor)
                self.edited(replaced=True)
            case effects.Complete(edit):
                window.input.apply(edit)
                document = window.input.document
                if window.stdin is None:
                    self._shown = document
                else:
                    self._shown_at_prompt = document
                self.dispatch(events.Chosen(document))
            case effects.SetInput(text):
                if window.editor.buffer.code.strip():
                    # What was being typed stays one key away.
                    self.dispatch(events.Remembered(window.editor.buffer.code))
                window.editor.replace(text)
                self.edited(replaced=True)
            case effects.ShowEntry(text):
                window.input.replace(text)
                self.edited(replaced=True)
            case effects.Page(text):
                window.open(Pager("Docs", text, depth=self._depth))
            case effects.Ask(prompt, password, text, debugger):
                self._end_prompt()
                self._asked, self._shown_at_prompt = prompt, None
                highlighter = None if debugger is None else self._highlighter(debugger.language)
                window.ask(Editor(highlighter, prompt=self._prompt(prompt), mask=password))
                window.input.replace(text)
            case effects.EndAsk():
                self._end_prompt()
            case effects.AnswerTable(answer):
                if window.table is not None:
                    window.table.on_answer(answer)
            case effects.Tell(text):
                self._message = text
            case _:
                self._host(effect)
                return
        self._stale = True

    def _highlighter(self, language: str) -> LineHighlighter | None:
        """Colours for a language, which is mostly the kernel's ("")."""
        return self.window.editor.highlighter if language in ("", self.view.language) else Highlighter(language)

    def _prompt(self, text: str) -> Row:
        """The prompt of input(), in the colours that it asks for."""
        lines = TextLines("prompt.stdin", self._depth, text=text)
        return tuple(run for line in range(lines.count) for run in ((None, "\n"), *lines.row(line)))[1:]

    def _end_prompt(self) -> None:
        """The kernel waits for no line any more; what was typed of it stays one key away, unless it is a secret."""
        prompt = self.window.end_ask()
        if prompt is not None and not prompt.mask:
            self.dispatch(events.Remembered(prompt.buffer.code, answer=True))

    @property
    def settings(self) -> Settings:
        """The user's settings, as far as they matter here."""
        return self._settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        was, self._settings = self._settings, settings
        window = self.window
        window.floating = settings.box == "floating"
        window.box.max_rows, window.box.docs_rows = settings.rows, settings.docs
        window.transcript.folds_at = settings.fold
        window.transcript.folds_frames = settings.frames == "fold"
        if settings.long_lines != was.long_lines:
            window.transcript.sideways.begin(wraps=settings.long_lines == "wrap")
        self._stale = True

    def restyle(self) -> None:
        """Something has changed what widgets look like."""
        self._stale = True

    def colour(self) -> None:
        """Give code its colours; not before the first frame, because pygments' Python lexer takes 25 ms to load."""
        self._stale = True
        self.window.editor.highlighter = self.window.transcript.highlighter = Highlighter(self._lexer)

    @property
    def unfinished(self) -> bool:
        """Whether the frame that was drawn last has parts, such as colours, that only the next one will have."""
        return self.window.editor.unfinished

    def refresh(self, key_hint: str, mode: str = "") -> None:
        """Before a frame: hand the widgets what they show, if that has changed.

        `mode` is that of vi where it is to be told: no box opens then.
        """
        if self.window.table is not None:
            self.window.table.look()
        window, view = self.window, self.view
        self._introduce(view.info)
        if view.history is not None and view.history.revision != self._suggested_from:
            self._suggest(window.editor.document)
        prompt = f"In [{view.execution_count}]: "
        status = self._status_line(view, key_hint, mode)
        history = view.history.revision if view.history is not None and window.chooser is not None else 0
        drawn = (
            history,
            window.editor.ghost,
            view.transcript.revision,
            view.awaited,
            view.popup,
            view.page,
            prompt,
            status,
        )
        if not (self._stale or self.unfinished) and drawn == self._drawn:
            return
        self._drawn = drawn
        self._stale = False
        window.editor.awaited = view.awaited
        window.editor.prompt = (("prompt.in", prompt),)
        window.editor.continuation = (("prompt.in", "...: ".rjust(len(prompt))),)
        window.box.popup = EMPTY if mode else view.popup
        if window.chooser is not None:
            window.chooser.follow()
        if window.docs is not None and view.page is not None:
            window.docs.highlighter = window.transcript.highlighter
            window.docs.page = view.page
        if not view.inspects:
            window.give_room_back()
        window.status.line = status
        window.refresh()

    def _introduce(self, info: KernelInfo | None) -> None:
        """The kernel has said which language it speaks."""
        if info is None or info is self._introduced:
            return
        self._introduced = info
        if info.lexer != self._lexer:
            self._lexer = info.lexer
            self.colour()

    def _status_line(self, view: View, hint: str, mode: str) -> StatusLine:
        info = view.info
        return StatusLine(
            kernel_state=view.phase,
            busy_for=0 if view.busy_since is None else int(self._clock() - view.busy_since),
            kernel=self._kernel or (info.implementation if info else ""),
            language=f"{info.language} {info.language_version}".strip() if info else "",
            connection_file=self._connection_file,
            attached=not view.own,
            queued=view.queued,
            message=self._message,
            hint=hint,
            mode=mode,
        )

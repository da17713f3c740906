"""The interface without its edge: session, window, keys, and the effects that change what is on the screen.

A desk needs no terminal, no kernel and no loop, so that a test can sit at it: press keys, hand it what a kernel said,
render the window.  What only the edge can do (send, wait, interrupt, suspend, leave ...) it passes on to whoever made
it, which for a user is `app.App`.
"""

from __future__ import annotations

from collections.abc import Callable

from bipy.inspection.values import Document, Popup
from bipy.messaging.events import KernelInfo
from bipy.session import effects, events
from bipy.session.session import Session
from bipy.terminal.screen import PASTE
from bipy.ui.keys.actions import Actions
from bipy.ui.keys.keyboard import Keyboard
from bipy.ui.text.highlight import Highlighter
from bipy.ui.text.output import TextLines
from bipy.ui.text.rows import Row
from bipy.ui.widgets.docs import DocsPane
from bipy.ui.widgets.editor import Editor
from bipy.ui.widgets.pager import Pager
from bipy.ui.widgets.popup import MAX_ROWS, PopupView
from bipy.ui.widgets.statusbar import StatusBar, StatusLine
from bipy.ui.widgets.transcript_view import TranscriptView
from bipy.ui.widgets.window import Window

# `highlight` knows it: Python with magics.
IPYTHON_LEXER = "ipython3"


class Interface:
    """One session and its window.

    `perform` takes the effects of the edge, `clock` gives monotonic seconds, `depth` is the number of colours.
    `kernel` and `connection_file` are for the status bar, `lexer` is a pygments alias until the kernel names its own,
    `box_rows` the most rows of the box and `docs_rows` the most that docs take of them.
    """

    def __init__(
        self,
        session: Session,
        *,
        perform: Callable[[effects.Effect], None],
        clock: Callable[[], float],
        depth: int = 256,
        kernel: str = "",
        connection_file: str = "",
        lexer: str = IPYTHON_LEXER,
        box_rows: int = MAX_ROWS,
        docs_rows: int | None = None,
    ) -> None:
        self.session = session
        self.window = Window(
            TranscriptView(session.transcript, depth),
            Editor(),
            PopupView(max_rows=box_rows, docs_rows=docs_rows),
            StatusBar(),
        )
        self.window.on_typed = self._typed
        self._actions = Actions(self)
        self._keyboard = Keyboard(session, self.window, self._actions)
        self._perform_at_edge = perform
        self._clock = clock
        self._depth = depth
        self._kernel = kernel
        self._connection_file = connection_file
        self._shown: Document | None = None
        self._message = ""
        # What the docs are about by themselves, and whether they have yet to go there.
        self._here, self._moved = "", False
        self._introduced: KernelInfo | None = None
        self._lexer = lexer
        # What the last frame showed of the session, and whether more than that has changed since.
        self._drawn: tuple[object, ...] = ()
        self._stale = True

    def dispatch(self, event: object) -> None:
        """Tell the session what happened, and do what it asks for."""
        for effect in self.session.update(event, self._clock()):
            self.perform(effect)

    def press(self, key: object) -> bool:
        """A key that no widget took: run its command.  False when there is none."""
        if not isinstance(key, str):
            return False
        if key.startswith(PASTE):
            self._paste(key.removeprefix(PASTE))
            return True
        self._message = ""
        pressed = self._keyboard.press(key)
        self.edited()
        return pressed

    def _typed(self) -> None:
        """A widget has taken a key."""
        self._message = ""
        self.edited()

    def _paste(self, text: str) -> None:
        """A paste goes where typed text would."""
        self._message = ""
        if self.window.pager is not None:
            self.window.pager.paste(text)
        else:
            self.window.input.paste(text)
        self.edited(pasted=True)

    def edited(self, *, pasted: bool = False) -> None:
        """The input may have changed: tell the session if the code or the cursor have."""
        self._stale = True
        document = self.window.editor.document
        if document != self._shown:
            self._shown = document
            self.dispatch(events.Edited(document, pasted))
            self.window.editor.brackets = self.session.inspector.context.brackets

    def chosen(self) -> None:
        """A candidate was put into the input cell."""
        self._shown = self.window.editor.document
        self.dispatch(events.Chosen(self._shown))

    def look_up(self, name: str | None = None, detail_level: int = 0) -> None:
        """Open the docs, if they are not, and be about `name`, or about what is at the cursor."""
        if not self.window.docs_fit:
            self.perform(effects.Tell("The docs have no room: make the terminal higher"))
            return
        if name is None:
            name = self.session.inspector.page(by_key=True).name
        self._here, self._moved = self.session.inspector.page().name, False
        self.window.docs = self.window.docs or DocsPane()
        self.window.docs.about(name, detail_level)
        if name:
            self.dispatch(events.DocsAsked(self.window.editor.document, detail_level, name))

    def perform(self, effect: effects.Effect) -> None:
        """Do what is ours to do of the effects, and pass on the others."""
        window = self.window
        match effect:
            case effects.Accepted():
                window.editor.release()
            case effects.Refused(indent):
                window.editor.resume(indent)
                self.edited()
            case effects.Complete(edit):
                window.editor.apply(edit)
                self.chosen()
            case effects.SetInput(text):
                if window.editor.buffer.code.strip():
                    # What was being typed stays one key away.
                    self.session.history.add(window.editor.buffer.code)
                window.editor.replace(text)
                self.edited(pasted=True)
            case effects.Page(text):
                window.open(Pager("Docs", text, depth=self._depth))
            case effects.Ask(prompt, password):
                self._end_prompt()
                window.stdin = Editor(prompt=self._prompt(prompt), mask=password)
            case effects.EndAsk():
                self._end_prompt()
            case effects.Tell(text):
                self._message = text
            case _:
                self._perform_at_edge(effect)
                return
        self._stale = True

    def _prompt(self, text: str) -> Row:
        """The prompt of input(), in the colours that it asks for."""
        lines = TextLines("prompt.stdin", self._depth, text=text)
        return tuple(run for line in range(lines.count) for run in ((None, "\n"), *lines.row(line)))[1:]

    def _end_prompt(self) -> None:
        """Nobody waits for an answer any more; what was typed of it stays one key away, unless it is a secret."""
        prompt, self.window.stdin = self.window.stdin, None
        if prompt is not None and not prompt.mask:
            self.session.history.add(prompt.buffer.code)

    def colour(self) -> None:
        """Give code its colours; not before the first frame, because pygments' Python lexer takes 25 ms to load."""
        self._stale = True
        self.window.editor.highlighter = self.window.transcript.highlighter = Highlighter(self._lexer)

    def refresh(self) -> bool:
        """Before a frame: hand the widgets what they show, if that has changed; whether another frame is wanted."""
        window, session = self.window, self.session
        self._introduce(session.lifecycle.info)
        self._follow()
        prompt = f"In [{session.execution.coming_count}]: "
        status = self._status_line()
        drawn = (session.transcript.revision, session.inspector.popup, window.docs and window.docs.page, prompt, status)
        if not self._stale and drawn == self._drawn:
            return False
        self._drawn = drawn
        self._stale = window.editor.unfinished
        window.editor.prompt = (("prompt.in", prompt),)
        window.editor.continuation = (("prompt.in", "...: ".rjust(len(prompt))),)
        window.box.popup = self.popup
        window.status.line = status
        window.refresh()
        return self._stale

    @property
    def popup(self) -> Popup:
        """What the box shows: no docs of what the pane is about."""
        popup, docs = self.session.inspector.popup, self.window.docs
        if docs is None or popup.docs is None or popup.docs.name != docs.name:
            return popup
        return popup.replace(docs=None)

    def _follow(self) -> None:
        """Hand the docs pane what is known by now; unless it is pinned it goes where docs are known of."""
        docs, inspector = self.window.docs, self.session.inspector
        if docs is None:
            return
        docs.highlighter = self.window.transcript.highlighter
        here = inspector.page()
        if here.name != self._here:
            self._here, self._moved = here.name, True
        if self._moved and not docs.pinned and here.docs is not None:
            self._moved = False
            if here.name != docs.name:
                docs.about(here.name)
        # What is pinned and complete stays, whatever the kernel says of the same name later.
        if not docs.pinned or docs.page.docs is None or docs.page.note:
            docs.page = inspector.page(docs.name, docs.detail_level)

    def _introduce(self, info: KernelInfo | None) -> None:
        """The kernel has said which language it speaks."""
        if info is None or info is self._introduced:
            return
        self._introduced = info
        lexer = IPYTHON_LEXER if info.implementation == "ipython" else info.lexer or info.language
        if lexer != self._lexer:
            self._lexer = lexer
            self.colour()

    def _status_line(self) -> StatusLine:
        lifecycle, execution = self.session.lifecycle, self.session.execution
        info = self._introduced
        return StatusLine(
            # Busy as long as a cell of ours, or its reply, is on its way: that and idle come on two sockets.
            kernel_state="busy" if execution.running and lifecycle.state == "idle" else lifecycle.state,
            busy_for=0 if lifecycle.busy_since is None else int(self._clock() - lifecycle.busy_since),
            kernel=self._kernel or (info.implementation if info else ""),
            language=f"{info.language} {info.language_version}".strip() if info else "",
            connection_file=self._connection_file,
            attached=not lifecycle.own,
            queued=execution.queued,
            message=self._message,
            hint=self._hint(),
        )

    def _hint(self) -> str:
        """News of the completer, unless other keys are wanted now than the one that is always there."""
        hint = self.session.inspector.hint
        return hint if hint and not self._keyboard.wants_keys else self._keyboard.hint()

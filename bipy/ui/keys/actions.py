"""What the commands of the application do (`commands.AppActions`).

An action moves widgets and tells the session what the user wants; what comes of it the session says.  The only state
kept here is what was answered to input(), where a walk through that or the history stands, and what was on screen at an
Esc that closed nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from bipy.inspection import source
from bipy.inspection.values import Document, Edit
from bipy.session import effects, events
from bipy.session.history import History, Recall
from bipy.ui.keys import keymap
from bipy.ui.keys.help import help_text
from bipy.ui.widgets import buffer
from bipy.ui.widgets.pager import Pager

if TYPE_CHECKING:
    from bipy.ui.interface import Interface

# A page of the transcript is the room of the session without the input, and a row that was seen before.
ROWS_KEPT = 3


class Actions:
    """The commands of `desk`, see commands.AppActions for what each is meant to do."""

    def __init__(self, interface: Interface) -> None:
        self._interface = interface
        self._window = interface.window
        self._session = interface.session
        self._recall: Recall | None = None
        self._answers = History()
        self.escaped: Document | None = None

    # Running

    def accept(self) -> None:
        editor, inspector = self._window.editor, self._session.inspector
        if inspector.accept():
            return
        code = editor.buffer.code
        if not code.strip() and not editor.held:
            editor.clear()
            return
        row = editor.buffer.cursor[0]
        below = editor.buffer.lines[row + 1 :]
        if any(line.strip() for line in below):
            self.newline()
            return
        editor.hold()
        self._window.transcript.end()
        self._interface.edited()
        self._interface.dispatch(events.Entered(code))

    def run(self) -> None:
        editor = self._window.editor
        code = editor.buffer.code
        if code.strip() or editor.held:
            editor.hold()
            self._window.transcript.end()
            self._interface.edited()
            self._interface.dispatch(events.Forced(code))

    def newline(self) -> None:
        editor = self._window.editor
        before = editor.buffer.code[: editor.buffer.offset]
        editor.buffer.newline(source.indent_after(before, self._session.submission.language))

    def take_back(self) -> None:
        self._interface.dispatch(events.TakenBack())

    @property
    def interrupts(self) -> bool:
        """Whether Ctrl-C would interrupt: a cell of ours, or, when nothing is typed, anybody's."""
        session = self._session
        ours = session.submission.pending or session.execution.running is not None or session.stdin.request is not None
        return ours or (session.lifecycle.state == "busy" and not self._window.editor.buffer.code)

    def interrupt(self) -> None:
        session, editor = self._session, self._window.editor
        if self.interrupts:
            self._interface.dispatch(events.InterruptAsked())
        elif editor.buffer.code:
            # An entry of the history, so that nothing typed is lost.
            session.history.add(editor.buffer.code)
            editor.replace("")
        else:
            self.take_back()

    def answer(self) -> None:
        prompt = self._window.input
        if not prompt.mask:
            self._answers.add(prompt.buffer.code)
        self._window.stdin = None
        self._interface.dispatch(events.Answered(prompt.buffer.code))

    def end_of_file_or_delete(self) -> None:
        if self._window.input.buffer.code:
            self._window.input.buffer.delete(buffer.right)
        else:
            self._interface.dispatch(events.Answered(None))

    # Help while typing

    def complete(self, step: int) -> None:
        editor, inspector = self._window.editor, self._session.inspector
        row = editor.buffer.cursor[0]
        chosen = inspector.popup.selected is not None
        blank = editor.buffer.in_indentation and not chosen
        if blank and step > 0:
            editor.buffer.indent()
        elif blank and editor.buffer.lines[row][:1].isspace():
            editor.buffer.shift(row, row, -buffer.INDENT)
        elif chosen or step > 0:
            self._put(inspector.tab(step))
        else:
            self._interface.look_up()

    def select(self, rows: int, columns: int) -> None:
        self._put(self._session.inspector.move(rows * self._window.box.grid + columns))

    def _put(self, edit: Edit | None) -> None:
        """Make the edit, if there is one; the inspector is told in any case, as it may want to ask the kernel first."""
        if edit is not None:
            self._window.editor.apply(edit)
        self._interface.chosen()

    def dismiss(self) -> None:
        inspector = self._session.inspector
        # What the pane shows instead of the box is not the box's to close.
        closed = (bool(self._interface.popup) or not inspector.popup) and inspector.dismiss()
        if not closed and self._window.docs is not None:
            self._window.docs = None
            closed = True
        self.escaped = None if closed else self._window.input.document

    def inspect(self) -> None:
        self._interface.dispatch(events.DocsAsked(self._window.editor.document))

    def source(self) -> None:
        docs = self._window.docs
        if docs is None or not docs.name:
            self._interface.look_up(detail_level=1)
        else:
            self._interface.look_up(docs.name, 1 - docs.detail_level)

    # History

    def move_rows(self, rows: int) -> None:
        if not self._window.input.buffer.move_rows(rows):
            self.recall(rows)

    def recall(self, step: int) -> None:
        editor = self._window.input
        if editor.mask:
            return
        history = self._answers if self._window.stdin else self._session.history
        code = editor.buffer.code
        if step < 0:
            found = history.previous(code, editor.buffer.offset, self._recall)
        else:
            found = history.next(code, self._recall)
        if found is not None:
            self._recall = found
            editor.replace(found.text)
            self._interface.edited(pasted=True)

    # The screen

    def scroll(self, pages: float) -> None:
        columns, rows = self._window.size
        self._window.transcript.scroll(round(pages * max(1, rows - ROWS_KEPT)), columns)

    def scroll_to(self, edge: Literal["start", "end"]) -> None:
        if edge == "end":
            self._window.transcript.end()
        else:
            self._window.transcript.start()

    def suspend(self) -> None:
        self._interface.perform(effects.Suspend())

    def redraw(self) -> None:
        self._interface.perform(effects.Redraw())

    def help(self) -> None:
        self._window.open(Pager("Keys", help_text(keymap.help_rows())))

    # The kernel and the end

    def restart(self) -> None:
        self._interface.dispatch(events.RestartAsked())

    def leave_or_delete(self) -> None:
        if self._window.editor.buffer.code:
            self._window.editor.buffer.delete(buffer.right)
        else:
            self._interface.dispatch(events.LeaveAsked())

    def quit(self) -> None:
        self._interface.perform(effects.Exit())

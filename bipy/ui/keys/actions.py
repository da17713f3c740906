"""The actions behind the commands of the application (`targets.AppActions`).

An action moves widgets, and tells the session by an event what the user wants.  It reads the session's view and
nothing else of the session.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from bipy.inspection.values import Document
from bipy.session import effects, events
from bipy.ui.interface import Interface
from bipy.ui.keys import keymap
from bipy.ui.keys.choosing import Choosing
from bipy.ui.keys.editing import Editing
from bipy.ui.keys.help import help_text
from bipy.ui.widgets import buffer, motions
from bipy.ui.widgets.pager import Pager

if TYPE_CHECKING:
    from bipy.ui.keys.vi.keys import ViKeys

# Rows that stay in view when the transcript is scrolled by a page.
ROWS_KEPT = 2


class Actions:
    """The commands that work on `interface`; targets.AppActions says for each what it does.

    `escaped` is the document on screen at an Esc that closed nothing, None after any other key.
    """

    def __init__(self, interface: Interface) -> None:
        self._interface = interface
        self._window = interface.window
        self.escaped: Document | None = None
        # Their keys, while the cell has those of vi.
        self.vi: ViKeys | None = None
        # The keyboard says which contexts hold, and runs commands by their names.
        self.contexts: list[str] = []
        self.bindings: Sequence[keymap.Binding] = keymap.KEYMAP
        self.choosing = Choosing(interface, lambda _: None)
        self.editing = Editing(interface)

    # Running

    def accept(self) -> None:
        editor = self._window.editor
        if not editor.buffer.code.strip() and not self._interface.view.awaited:
            editor.clear()
            return
        row = editor.buffer.cursor[0]
        below = editor.buffer.lines[row + 1 :]
        if any(line.strip() for line in below):
            self.editing.newline()
            return
        self._enter(events.Entered)

    def run(self) -> None:
        if self._window.editor.buffer.code.strip() or self._interface.view.awaited:
            self._enter(events.Forced)

    def _enter(self, event: type[events.Entered | events.Forced]) -> None:
        entered = self._window.editor.enter()
        self._window.transcript.end()
        self._interface.edited()
        self._interface.dispatch(event(entered.code, entered.cursor))

    def choose(self) -> None:
        self._interface.dispatch(events.MenuAccepted())

    def take_back(self) -> None:
        self._interface.dispatch(events.TakenBack())

    @property
    def interrupts(self) -> bool:
        """Whether Ctrl-C would interrupt: a cell of ours, or, when nothing is typed, any cell."""
        view = self._interface.view
        return view.interruptible or (view.busy and not self._window.editor.buffer.code)

    def interrupt(self) -> None:
        editor = self._window.editor
        if self.interrupts:
            self._interface.dispatch(events.InterruptAsked())
        elif editor.buffer.code:
            # An entry of the history, so that nothing typed is lost.
            self._interface.dispatch(events.Remembered(editor.buffer.code))
            editor.replace("")
        else:
            self.take_back()

    def turn_fold(self) -> None:
        self._interface.dispatch(events.FoldTurned())

    def answer(self) -> None:
        answer = self._window.input.buffer.code
        self._window.end_ask()
        self._interface.dispatch(events.Answered(answer))

    def take_ahead(self) -> None:
        editor, line = self._window.editor, self._window.input.buffer
        if editor.buffer.code:
            behind = line.offset + len(editor.buffer.code)
            line.replace(0, 0, editor.buffer.code)
            line.cursor = line.position_of(behind)
            # With nothing to undo: it may be a secret.
            editor.clear()
        else:
            self.take_back()

    def end_of_file_or_delete(self) -> None:
        if self._window.input.buffer.code:
            self._window.input.buffer.delete(motions.right)
        else:
            self._interface.dispatch(events.Answered(None))

    # Help while typing

    def complete(self, step: int) -> None:
        editor = self._window.input
        row = editor.buffer.cursor[0]
        chosen = self._interface.view.popup.selected is not None
        blank = editor.buffer.in_indentation and not chosen
        selection = editor.buffer.selection
        if selection is not None and selection[0][0] < selection[1][0]:
            editor.buffer.shift(*editor.buffer.selected_rows, step * buffer.INDENT)
        elif blank and step > 0:
            editor.buffer.indent()
        elif blank and editor.buffer.lines[row][:1].isspace():
            editor.buffer.shift(row, row, -buffer.INDENT)
        elif chosen or step > 0:
            self._interface.dispatch(events.TabPressed(editor.document, step))
        elif self._window.stdin is None:
            self._interface.open_docs()

    def select(self, rows: int, columns: int) -> None:
        self._interface.dispatch(events.MenuMoved(rows * self._window.box.grid + columns))

    def dismiss(self) -> None:
        view = self._interface.view
        if view.popup or view.menu_awaited:
            self._interface.dispatch(events.Dismissed())
        elif view.page is not None:
            self._interface.close_docs()
        else:
            self.escaped = self._window.input.document

    def vi_escape(self) -> None:
        if self.vi is not None and not self.vi.escape():
            self.dismiss()

    def vi_redo(self) -> None:
        if self.vi is not None:
            self.vi.follow().redo()

    def turn_signature(self) -> None:
        self._interface.dispatch(events.SignatureTurned())

    def switch_inspection(self) -> None:
        self._interface.dispatch(events.ModeSwitched())

    def pin_docs(self) -> None:
        self._interface.dispatch(events.DocsPinned())

    def inspect(self) -> None:
        self._interface.dispatch(events.DocsAsked(self._window.editor.document))

    def source(self) -> None:
        page = self._interface.view.page
        if page is None or not page.name:
            self._interface.open_docs(detail_level=1)
        else:
            self._interface.open_docs(page.name, 1 - page.detail_level)

    # History

    def search_history(self) -> None:
        self.choosing.search_history()

    def palette(self) -> None:
        self.choosing.open_palette(self.contexts)

    def move_rows(self, rows: int) -> None:
        if not self._window.input.buffer.move_rows(rows):
            self.recall(rows)

    def recall(self, step: int) -> None:
        if not self._window.input.mask:
            self._interface.dispatch(events.Recalled(self._window.input.document, step))

    # The screen

    def scroll(self, pages: float) -> None:
        rows = max(1, self._window.page - ROWS_KEPT)
        self._window.transcript.scroll(round(pages * rows), self._window.size[0])

    def scroll_to(self, edge: Literal["start", "end"]) -> None:
        if edge == "end":
            self._window.transcript.end()
        else:
            self._window.transcript.start()

    def read(self) -> None:
        if not self._window.reader.begin():
            self._interface.perform(effects.Tell("There is nothing above the cell yet"))

    def edit(self) -> None:
        self._interface.perform(effects.EditOutside(self._window.editor.buffer.code, self._interface.suffix))

    def suspend(self) -> None:
        self._interface.perform(effects.Suspend())

    def clear(self) -> None:
        self._window.clear()
        self.redraw()

    def switch_mouse(self) -> None:
        self._interface.perform(effects.Configure("mouse", not self._interface.settings.mouse))

    def print_session(self) -> None:
        self._interface.perform(effects.PrintSession())

    def redraw(self) -> None:
        self._interface.perform(effects.Redraw())

    def help(self) -> None:
        sent = keymap.sent_by(self.bindings, told_apart=self._interface.tells_keys_apart)
        rows = [row for row in keymap.help_rows(sent) if self.vi is not None or not row[0].startswith("vi: ")]
        if self.vi is not None:
            from bipy.ui.keys.vi.help import sections

            rows = [*sections(), *rows]
        self._window.open(Pager("Keys", help_text(rows)))

    # The kernel and the end

    def restart(self) -> None:
        self._interface.dispatch(events.RestartAsked())

    def leave_or_delete(self) -> None:
        if self._window.editor.buffer.code:
            self._window.editor.buffer.delete(motions.right)
        else:
            self._interface.dispatch(events.LeaveAsked())

    def detach(self) -> None:
        self._interface.dispatch(events.DetachAsked())

    def quit(self) -> None:
        self._interface.perform(effects.Exit())

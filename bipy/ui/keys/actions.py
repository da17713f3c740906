"""The actions behind the commands of the application (`commands.AppActions`).

An action moves widgets, and tells the session by an event what the user wants.  It reads the session's view and
nothing else of the session.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from bipy.inspection import source
from bipy.inspection.clauses import column_of_clause
from bipy.inspection.growing import grown
from bipy.inspection.values import Document
from bipy.session import effects, events
from bipy.ui.interface import Interface
from bipy.ui.keys import keymap
from bipy.ui.keys.choosing import Choosing
from bipy.ui.keys.help import help_text
from bipy.ui.widgets import buffer, pairs
from bipy.ui.widgets.lines import comment_sign, turn_comments
from bipy.ui.widgets.pager import Pager

if TYPE_CHECKING:
    from bipy.ui.keys.vi.keys import ViKeys

# Rows that stay in view when the transcript is scrolled by a page.
ROWS_KEPT = 2
BRACKETS = "([{"


class Actions:
    """The commands that work on `interface`; commands.AppActions says for each what it does.

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
        # What was selected before it grew, the last one last.
        self._grown: list[tuple[buffer.Position, buffer.Position]] = []

    # Running

    def accept(self) -> None:
        editor = self._window.editor
        if not editor.buffer.code.strip() and not self._interface.view.awaited:
            editor.clear()
            return
        row = editor.buffer.cursor[0]
        below = editor.buffer.lines[row + 1 :]
        if any(line.strip() for line in below):
            self.newline()
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

    def newline(self) -> None:
        line, view = self._window.input.buffer, self._interface.view
        before = line.code[: line.offset]
        if self._window.stdin is None:
            line.newline(source.indent_after(before, view.language, view.source))
        elif not self._window.stdin.mask:
            line.newline(source.indent_after(before, view.language) if view.debugger else "")

    def choose(self) -> None:
        self._interface.dispatch(events.MenuAccepted())

    def cut(self) -> None:
        line = self._window.input.buffer
        if line.selection is not None:
            self._to_clipboard(line.cut())
        else:
            line.kill(buffer.blank_left)

    def copy(self) -> None:
        self._to_clipboard(self._window.input.buffer.copy())

    def _to_clipboard(self, text: str) -> None:
        if text and not self._window.input.mask:
            self._interface.perform(effects.Copy(text, "what was selected"))

    def type(self, key: str) -> None:
        """A typed character, and what follows from it: its closing partner, the column of a clause."""
        editor = self._window.input
        if self._interface.settings.auto_close and not editor.mask and pairs.type(editor.buffer, key, self._in_code):
            return
        editor.keypress(self._window.size, key)
        if key == ":" and editor is self._window.editor and self._interface.view.language == "python":
            row = editor.buffer.cursor[0]
            column = column_of_clause(editor.buffer.lines, row)
            if column is not None and editor.buffer.cursor[1] == len(editor.buffer.lines[row]):
                line = editor.buffer.lines[row]
                editor.buffer.replace_rows(row, row, [" " * column + line.lstrip()])

    def delete_back(self) -> None:
        line = self._window.input.buffer
        if not (self._interface.settings.auto_close and pairs.delete(line)):
            line.backspace()

    def _in_code(self) -> bool:
        """Whether the cursor stands neither in a string nor in a comment."""
        return self._source.state_at(self._window.input.buffer.offset).kind not in ("string", "comment")

    def turn_comments(self) -> None:
        line = self._window.input.buffer
        first, last = line.selected_rows
        sign = comment_sign(self._interface.view.language)
        line.replace_rows(first, last, turn_comments(line.lines[first : last + 1], sign))

    def go_to_bracket(self) -> None:
        line, read = self._window.input.buffer, self._source
        pair = read.matching_bracket(line.offset)
        if pair is not None:
            other = pair[0] if line.offset - pair[0] > pair[1] - line.offset else pair[1]
            line.cursor = line.position_of(other)
            return
        around = [offset for kind, offset in read.state_at(line.offset).stack if kind[-1:] in BRACKETS]
        if around:
            line.cursor = line.position_of(around[-1])

    def grow(self) -> None:
        line = self._window.input.buffer
        start, end = line.selection or (line.cursor, line.cursor)
        span = grown(self._source, line.offset_of(start), line.offset_of(end))
        if span is not None:
            self._grown.append((start, end))
            line.select_span(line.position_of(span[0]), line.position_of(span[1]))

    def shrink(self) -> None:
        line = self._window.input.buffer
        while self._grown:
            start, end = self._grown.pop()
            now = line.selection
            if now is not None and now[0] <= start and end <= now[1]:
                line.select_span(start, end)
                return

    @property
    def _source(self) -> source.Source:
        view = self._interface.view
        return source.Source(self._window.input.buffer.code, view.language, view.source)

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
            self._window.input.buffer.delete(buffer.right)
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
            self._window.editor.buffer.delete(buffer.right)
        else:
            self._interface.dispatch(events.LeaveAsked())

    def detach(self) -> None:
        self._interface.dispatch(events.DetachAsked())

    def quit(self) -> None:
        self._interface.perform(effects.Exit())

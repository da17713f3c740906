"""The actions that edit code with more than its text (`targets.EditActions`): its language, settings, the clipboard.

They work on the cell, or on the line that a program reads.  Motions and changes of the text alone are the editor's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bipy.inspection import source
from bipy.inspection.clauses import column_of_clause
from bipy.inspection.growing import grown
from bipy.session import effects
from bipy.ui.interface import Interface
from bipy.ui.widgets import motions, pairs
from bipy.ui.widgets.lines import comment_sign, turn_comments

if TYPE_CHECKING:
    from bipy.ui.widgets.seeking import Sought

BRACKETS = "([{"


class Editing:
    """The commands that edit on `interface`; targets.EditActions says for each what it does."""

    def __init__(self, interface: Interface) -> None:
        self._interface = interface
        self._window = interface.window
        # What was selected before it grew, the last one last.
        self._grown: list[tuple[motions.Position, motions.Position]] = []
        self._sought: Sought | None = None

    def newline(self) -> None:
        line, view = self._window.input.buffer, self._interface.view
        before = line.code[: line.offset]
        if self._window.stdin is None:
            line.newline(source.indent_after(before, view.language, view.source))
        elif not self._window.stdin.mask:
            line.newline(source.indent_after(before, view.language) if view.debugger else "")

    def cut(self) -> None:
        line = self._window.input.buffer
        if line.selection is not None:
            self._to_clipboard(line.cut())
        else:
            line.kill(motions.blank_left)

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

    def find(self) -> None:
        self._seek(replaces=False)

    def replace(self) -> None:
        self._seek(replaces=True)

    def _seek(self, *, replaces: bool) -> None:
        """Begin to search; nothing is sought in a secret."""
        from bipy.ui.widgets.seeking import Sought, begin

        if not self._window.input.mask:
            self._sought = self._sought or Sought()
            begin(self._window, self._tell, replaces=replaces, sought=self._sought)

    def _tell(self, text: str) -> None:
        self._interface.perform(effects.Tell(text))

    @property
    def _source(self) -> source.Source:
        view = self._interface.view
        return source.Source(self._window.input.buffer.code, view.language, view.source)

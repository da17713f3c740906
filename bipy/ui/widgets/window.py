"""The topmost widget: where everything stands on the screen.

The session reads from the top down: transcript, then the input cell right under it, the status bar in the last row.
The box with completions and signature lies over the rows below the cursor's, or above it where more room is, keeps its
side while it is open and never covers the cursor's row.  The docs stand beside the session where the screen is wide,
else below it, and the session has what they leave.  The pager lies over all but the status bar.

Layout only: what the parts show they know themselves, and what a key means the key table knows.
"""

from __future__ import annotations

from typing import Any

import urwid

from bipy.ui.text.rows import width
from bipy.ui.widgets.docs import DocsPane
from bipy.ui.widgets.editor import Editor
from bipy.ui.widgets.pager import Pager
from bipy.ui.widgets.popup import PopupView
from bipy.ui.widgets.statusbar import StatusBar
from bipy.ui.widgets.transcript_view import TranscriptView

# Below this many rows there is no status bar: what is typed comes first.
ROWS_WITH_STATUS = 3
# A transcript that is scrolled back leaves the input cell this part of the screen.
EDITOR_PART_WHILE_SCROLLED = 3
# The docs take this part of the screen: of the columns if there are so many, else of the rows if there are so many.
DOCS_PART = 0.4
COLUMNS_WITH_DOCS_BESIDE = 120
ROWS_WITH_DOCS_BELOW = 8


class Window(urwid.Widget):
    """All of the screen.

    `stdin` is the prompt of input() while the kernel waits for a line, `docs` the docs pane while it is open, `pager`
    a page on show.  `size` is what the session had when it was drawn last (columns, rows), `docs_fit` whether docs had
    room then.
    """

    _sizing = frozenset({urwid.BOX})
    _selectable = True

    def __init__(self, transcript: TranscriptView, editor: Editor, box: PopupView, status: StatusBar) -> None:
        super().__init__()
        self.transcript = transcript
        self.editor = editor
        self.box = box
        self.status = status
        self.stdin: Editor | None = None
        self.docs: DocsPane | None = None
        self.pager: Pager | None = None
        self.size = (80, 24)
        self.docs_fit = True
        self._above: bool | None = None
        # What the box was about when it was drawn last, and its left edge.
        self._edge: tuple[tuple[int, ...], int] | None = None

    @property
    def input(self) -> Editor:
        """Where typed text goes: the input cell, or the prompt while the kernel asks."""
        return self.stdin or self.editor

    def open(self, pager: Pager) -> None:
        """Show a page over the session until it is closed."""

        def close() -> None:
            self.pager = None

        pager.on_close = close
        self.pager = pager

    def refresh(self) -> None:
        """Something on the screen has changed."""
        self._invalidate()

    def keypress(self, size: tuple[int, int], key: str) -> str | None:  # type: ignore[override]  # noqa: ARG002
        """Take no key: each goes through the key table, which hands typed characters to the innermost widget."""
        return key

    def render(self, size: tuple[int, int], focus: bool = False) -> urwid.Canvas:  # type: ignore[override]
        """Put the parts together."""
        columns, rows = size
        status_rows = 1 if rows >= ROWS_WITH_STATUS else 0
        body_rows = rows - status_rows
        self.docs_fit = columns >= COLUMNS_WITH_DOCS_BESIDE or body_rows >= ROWS_WITH_DOCS_BELOW
        if self.pager is not None:
            body = self.pager.render((columns, body_rows), focus)
        else:
            body = self._body(columns, body_rows, focus)
        parts: list[tuple[Any, ...]] = [(body, None, True)]
        if status_rows:
            parts.append((self.status.render((columns, 1)), None, False))
        screen = urwid.CanvasCombine(parts)
        # The canvas is good until `refresh`, whatever the parts' own caching says: an idle screen costs nothing.
        screen.set_depends([])
        return screen

    def _body(self, columns: int, rows: int, focus: bool) -> urwid.CompositeCanvas:
        """The session, and the docs beside or below it when they are open and there is room."""
        if self.docs is not None and columns >= COLUMNS_WITH_DOCS_BESIDE:
            docs_columns = int(columns * DOCS_PART)
            line = urwid.CompositeCanvas(urwid.SolidCanvas("\u2502", 1, rows))
            line.fill_attr("dim")
            session = self._session(columns - docs_columns - 1, rows, focus)
            beside = self.docs.render((docs_columns, rows))
            return urwid.CanvasJoin(
                [
                    (session, None, True, columns - docs_columns - 1),
                    (line, None, False, 1),
                    (beside, None, False, docs_columns),
                ]
            )
        if self.docs is not None and rows >= ROWS_WITH_DOCS_BELOW:
            docs_rows = int(rows * DOCS_PART)
            session = self._session(columns, rows - docs_rows, focus)
            return urwid.CanvasCombine([(session, None, True), (self.docs.render((columns, docs_rows)), None, False)])
        return self._session(columns, rows, focus)

    def _session(self, columns: int, rows: int, focus: bool) -> urwid.CompositeCanvas:
        """The transcript, the input cell below it, the box over them."""
        if self.size != (columns, rows):
            self._above = self._edge = None
        self.size = columns, rows
        editor_rows = max(1, min(self.input.height(columns), rows))
        if not self.transcript.at_end:
            editor_rows = min(editor_rows, max(1, rows // EDITOR_PART_WHILE_SCROLLED))
        transcript_rows = self.transcript.height(columns, rows - editor_rows)
        editor = self.input.render((columns, editor_rows), focus)
        parts: list[tuple[Any, ...]] = []
        if transcript_rows:
            parts.append((self.transcript.render((columns, transcript_rows)), None, False))
        parts.append((editor, None, True))
        blank = rows - editor_rows - transcript_rows
        if blank:
            parts.append((urwid.SolidCanvas(" ", columns, blank), None, False))
        body = urwid.CanvasCombine(parts)
        cursor = editor.cursor
        if cursor is not None and self.box.popup and self.stdin is None:
            self._overlay(body, columns, rows, cursor[0], transcript_rows + cursor[1])
        else:
            self._above = self._edge = None
        return body

    def _overlay(self, body: urwid.CompositeCanvas, columns: int, rows: int, x: int, y: int) -> None:
        """Lay the box over `body`, beside the cursor in column `x` and row `y`.

        Above it stands over the rows above the line being typed, all of which stays in view when it is wrapped.
        """
        above, below = max(0, y - self._rows_of_line(columns)), rows - y - 1
        # While a list narrows its box does not move, so it cannot become wider than the room on its right.
        popup, begins = self.box.popup, x - self._typed_width()
        about = (popup.start, popup.anchor, len(popup.signatures), begins)
        kept = self._edge[1] if self._edge and self._edge[0] == about and popup.matches else None
        room = columns - (kept or 0)
        wanted = self.box.size(room, max(above, below))[1]
        room_on_side = {True: above, False: below}
        if self._above is None or room_on_side[self._above] == 0:
            self._above = below < wanted and above > below
        size = self.box.size(room, room_on_side[self._above])
        if 0 in size:
            return
        left = max(0, min(begins, columns - size[0])) if kept is None else kept
        self._edge = about, left
        top = above - size[1] if self._above else y + 1
        body.overlay(urwid.CompositeCanvas(self.box.render(size)), left, top)

    def _rows_of_line(self, columns: int) -> int:
        """How many rows of the line with the cursor stand above the cursor's."""
        document = self.editor.document
        start = document.code.rfind("\n", 0, document.cursor) + 1
        size = (columns, self.size[1])
        return self.editor.cell(size, document.cursor)[1] - self.editor.cell(size, start)[1]

    def _typed_width(self) -> int:
        """How far left of the cursor the box is to begin, so that it stands still while one types.

        That is at its anchor, or where the line begins when that is on a line above.
        """
        document = self.editor.document
        _, newline, line = document.code[self.box.popup.anchor : document.cursor].rpartition("\n")
        return width(line.lstrip() if newline else line)

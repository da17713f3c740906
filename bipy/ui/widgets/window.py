"""The topmost widget: where everything stands on the screen.

The session reads from the top down: transcript, then the input cell right under it, the status bar in the last row.
The docs stand beside the session where the screen is wide, else below it, and the session has what they leave.  The
pager lies over all but the status bar.

The box with completions and signature covers no output.  It stands below the cursor's row, over the rest of the cell
and over the *room*: blank rows below the cell, as many as the box has at most.  The room is made when a box opens for
the first time, so that the session scrolls up once, and is kept until `give_room_back`.  Only where the cell itself
leaves no room below its cursor the box stands above, over rows of the cell.  A floating box needs no room: it lies over
whatever is there, below the cursor's row, or above it where more rows are.  In either way the box keeps its side while
it is open and never covers the row being typed.

Layout only.  Each widget decides its own content; keys are looked up in `keymap`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import urwid

from bipy.ui.text.rows import width
from bipy.ui.text.signs import AsciiCanvas
from bipy.ui.widgets.chooser import Chooser
from bipy.ui.widgets.docs import DocsPane
from bipy.ui.widgets.editor import Editor
from bipy.ui.widgets.finding import Finder
from bipy.ui.widgets.pager import Pager
from bipy.ui.widgets.popup import PopupView
from bipy.ui.widgets.reading import Reader
from bipy.ui.widgets.statusbar import StatusBar
from bipy.ui.widgets.table_pane import TablePane
from bipy.ui.widgets.transcript_view import TranscriptView

if TYPE_CHECKING:
    from bipy.ui.widgets.seeking import Seeker

Part = Literal["transcript", "input", "docs", "box", "table", "pager", "chooser"]


class Spot(NamedTuple):
    """A cell of a part of the screen; column and row are counted from the part's first."""

    part: Part
    column: int
    row: int


# Below this many rows there is no status bar: what is typed comes first.
ROWS_WITH_STATUS = 3
STATUS_ROWS = 1
# While the transcript is scrolled back the input cell has this part of the screen: a third.
EDITOR_PART_WHILE_SCROLLED = 3
# So many rows of what was typed before a prompt came stay in view.
ROWS_OF_TYPED_AHEAD = 3
# The docs take this part of the screen: of the columns if there are so many, else of the rows if there are so many.
DOCS_PART = 0.4
COLUMNS_WITH_DOCS_BESIDE = 120
ROWS_WITH_DOCS_BELOW = 8
# The box has at most this part of the rows of the screen: a third.
BOX_PART = 3
# With fewer rows than this between the cursor and the end of the screen there is no room below.
LEAST_BOX_ROWS = 3


class Window(urwid.Widget):
    """All of the screen.

    `stdin` is the prompt of input() while the kernel waits for a line, `docs` the docs pane while it is open, `pager`
    a page on show, `table` a table, `chooser` a list to choose from; the last lies over all.  `seeker` is a search in
    the input.  `size` is what the session had when it was drawn last (columns, rows), `page` the most rows that the
    transcript had of them, `docs_fit` whether docs had room.  `floating` says that the box needs no room,
    `ascii` that all is drawn in ASCII.
    """

    _sizing = frozenset({urwid.BOX})
    # No key comes this way: each goes through the key table.
    _selectable = False

    def __init__(
        self,
        transcript: TranscriptView,
        editor: Editor,
        box: PopupView,
        status: StatusBar,
        *,
        floating: bool = False,
    ) -> None:
        super().__init__()
        self.transcript = transcript
        self.reader = Reader(transcript)
        self.finder = Finder(self.reader)
        self.editor = editor
        self.box = box
        self.status = status
        self.stdin: Editor | None = None
        self.docs: DocsPane | None = None
        self.pager: Pager | None = None
        self.chooser: Chooser | None = None
        self.table: TablePane | None = None
        self.seeker: Seeker | None = None
        self.floating = floating
        self.ascii = False
        self.size = (80, 24)
        self.page = 20
        self.docs_fit = True
        self._room_made = False
        # Where each part was drawn last: its first column and row, its columns and rows; a later one covers others.
        self._places: dict[Part, tuple[int, int, int, int]] = {}
        self._above: bool | None = None
        # What the box was about when it was drawn last, and its left edge.
        self._edge: tuple[tuple[int, ...], int] | None = None

    @property
    def input(self) -> Editor:
        """Where typed text goes: the input cell, or the prompt while the kernel asks."""
        return self.stdin or self.editor

    def spot(self, column: int, row: int) -> Spot | None:
        """The part that stands in a cell of the screen, as it was drawn last; None if none does."""
        for part, (left, top, columns, rows) in reversed(self._places.items()):
            if left <= column < left + columns and top <= row < top + rows:
                return Spot(part, column - left, row - top)
        return None

    @property
    def covered(self) -> bool:
        """Whether something lies over the whole session."""
        return self.chooser is not None or self.table is not None or self.pager is not None

    @property
    def input_size(self) -> tuple[int, int]:
        """The columns and rows that the input was drawn in last."""
        return self._places["input"][2:] if "input" in self._places else self.size

    def ask(self, prompt: Editor) -> None:
        """Put the prompt of input() in the place of the cell.  What was typed ahead of a password is a secret too."""
        self.stdin = prompt
        self.editor.mask = prompt.mask

    def end_ask(self) -> Editor | None:
        """Take the prompt away, and give it back: nothing waits for a line any more."""
        prompt, self.stdin = self.stdin, None
        self.editor.mask = False
        return prompt

    def open(self, pager: Pager) -> None:
        """Show a page over the session until it is closed."""

        def close() -> None:
            self.pager = None

        pager.on_close = close
        self.pager = pager

    def open_table(self, table: TablePane) -> None:
        """Show a table over the session until it is closed."""

        def close() -> None:
            self.table = None

        table.on_close = close
        self.table = table

    def give_room_back(self) -> None:
        """Let the session have the rows that were kept free for the box, until a box opens again."""
        self._room_made = False

    def clear(self) -> None:
        """Begin the screen with what is being typed; all above is a scroll away."""
        self.transcript.clear()
        self.give_room_back()

    def refresh(self) -> None:
        """Something on the screen has changed."""
        self._invalidate()

    def render(self, size: tuple[int, int], focus: bool = False) -> urwid.Canvas:  # type: ignore[override]
        """Put the parts together."""
        columns, rows = size
        status_rows = STATUS_ROWS if rows >= ROWS_WITH_STATUS else 0
        body_rows = rows - status_rows
        self.docs_fit = columns >= COLUMNS_WITH_DOCS_BESIDE or body_rows >= ROWS_WITH_DOCS_BELOW
        self._places = {}
        if self.chooser is not None:
            body = self.chooser.render((columns, body_rows), focus)
            self._places["chooser"] = (0, 0, columns, body_rows)
        elif self.table is not None:
            body = self.table.render((columns, body_rows), focus)
            self._places["table"] = (0, 0, columns, body_rows)
        elif self.pager is not None:
            body = self.pager.render((columns, body_rows), focus)
            self._places["pager"] = (0, 0, columns, body_rows)
        else:
            body = self._body(columns, body_rows, focus)
        parts: list[tuple[Any, ...]] = [(body, None, True)]
        if status_rows:
            parts.append((self.status.render((columns, 1)), None, False))
        screen = urwid.CanvasCombine(parts)
        # The canvas is good until `refresh`, also where the parts cache nothing: an idle screen costs nothing.
        screen.set_depends([])
        return AsciiCanvas(screen) if self.ascii else screen

    def _body(self, columns: int, rows: int, focus: bool) -> urwid.CompositeCanvas:
        """The session, and the docs beside or below it when they are open and there is room."""
        if self.docs is not None and columns >= COLUMNS_WITH_DOCS_BESIDE:
            docs_columns = int(columns * DOCS_PART)
            line = urwid.CompositeCanvas(urwid.SolidCanvas("\u2502", 1, rows))
            line.fill_attr("dim")
            session = self._session(columns - docs_columns - 1, rows, focus)
            beside = self.docs.render((docs_columns, rows))
            self._places["docs"] = (columns - docs_columns, 0, docs_columns, rows)
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
            self._places["docs"] = (0, rows - docs_rows, columns, docs_rows)
            return urwid.CanvasCombine([(session, None, True), (self.docs.render((columns, docs_rows)), None, False)])
        return self._session(columns, rows, focus)

    def _session(self, columns: int, rows: int, focus: bool) -> urwid.CompositeCanvas:
        """The transcript, the input below it, the room below that, the box over the two."""
        if self.size != (columns, rows):
            self._above = self._edge = None
        self.size = columns, rows
        reads = self.transcript.cursor is not None
        box_open = focus and bool(self.box.popup) and not reads
        self._room_made = (self._room_made or box_open) and not self.floating
        editor_rows = max(1, min(self.input.height(columns), rows))
        if not self.transcript.at_end:
            editor_rows = min(editor_rows, max(1, rows // EDITOR_PART_WHILE_SCROLLED))
        # What was typed ahead of a prompt stands below it.
        ahead = self.stdin is not None and bool(self.editor.buffer.code)
        ahead_rows = min(self.editor.height(columns), ROWS_OF_TYPED_AHEAD, rows - editor_rows) if ahead else 0
        room = min(self._box_rows, rows - editor_rows) if self._room_made else 0
        self.page = rows - editor_rows - max(room, ahead_rows)
        transcript_rows = self.transcript.height(columns, self.page)
        editor = self.input.render((columns, editor_rows), focus and not reads)
        self._places["transcript"] = (0, 0, columns, transcript_rows)
        self._places["input"] = (0, transcript_rows, columns, editor_rows)
        parts: list[tuple[Any, ...]] = []
        if transcript_rows:
            parts.append((self.transcript.render((columns, transcript_rows)), None, reads))
        parts.append((editor, None, not reads))
        if ahead_rows:
            parts.append((self.editor.render((columns, ahead_rows)), None, False))
        blank = rows - editor_rows - ahead_rows - transcript_rows
        if blank:
            parts.append((urwid.SolidCanvas(" ", columns, blank), None, False))
        body = urwid.CanvasCombine(parts)
        if box_open and editor.cursor is not None:
            x, y = editor.cursor
            self._overlay(body, x, transcript_rows + y)
        else:
            self._above = self._edge = None
        return body

    @property
    def _box_rows(self) -> int:
        """The most rows of the box, and those of the room."""
        rows = self.size[1]
        return min(self.box.max_rows, rows if self.floating else (rows + STATUS_ROWS) // BOX_PART)

    def _overlay(self, body: urwid.CompositeCanvas, x: int, y: int) -> None:
        """Lay the box over `body`, beside the cursor in column `x` and row `y`.

        Above the cursor it stands over the rows above the line being typed, all of which stays in view when it is
        wrapped.  Those are no output unless the box floats: below a transcript that is in view all of the room is.
        """
        columns, rows = self.size
        line = y - self._rows_of_line(columns)
        above = min(max(0, line), self._box_rows)
        below = min(rows - y - 1, self._box_rows)
        # While a list narrows its box does not move, so it cannot become wider than the room on its right.
        popup, begins = self.box.popup, x - self._typed_width()
        about = (popup.start, popup.anchor, len(popup.signatures), begins)
        kept = self._edge[1] if self._edge and self._edge[0] == about and popup.matches else None
        most_columns = columns - (kept or 0)
        rows_on_side = {True: above, False: below}
        if self._above is None or rows_on_side[self._above] == 0:
            wanted = self.box.size(most_columns, max(above, below))[1]
            enough = wanted if self.floating else min(wanted, LEAST_BOX_ROWS)
            self._above = below < enough and above > below
        size = self.box.size(most_columns, rows_on_side[self._above])
        if 0 in size:
            return
        left = max(0, min(begins, columns - size[0])) if kept is None else kept
        self._edge = about, left
        top = line - size[1] if self._above else y + 1
        self._places["box"] = (left, top, *size)
        body.overlay(urwid.CompositeCanvas(self.box.render(size)), left, top)

    def _rows_of_line(self, columns: int) -> int:
        """How many rows of the line with the cursor stand above the cursor's."""
        document = self.input.document
        start = document.code.rfind("\n", 0, document.cursor) + 1
        size = (columns, self.size[1])
        return self.input.cell(size, document.cursor)[1] - self.input.cell(size, start)[1]

    def _typed_width(self) -> int:
        """How far left of the cursor the box is to begin, so that it stands still while one types.

        That is at its anchor, or where the line begins when that is on a line above.
        """
        document = self.input.document
        _, newline, line = document.code[self.box.popup.anchor : document.cursor].rpartition("\n")
        return width(line.lstrip() if newline else line)

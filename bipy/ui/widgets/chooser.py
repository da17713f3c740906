"""A pane over the session in which one chooses: a list that narrows with what is typed, and a preview.

What can be chosen comes from a `Source`, such as the history or the commands.  The pane knows how it looks and how one
moves in it; what choosing means is decided by the keys.  The best item stands at the top.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import urwid

from bipy.ui.text import rows
from bipy.ui.text.find import FOUND, Span, marked
from bipy.ui.text.rows import Row

ROLE, TITLE, DIM, SELECTED = "pager", "pager.title", "dim", "box.match.selected"
# The preview takes a third of the pane, if that is high enough to have one.
PREVIEW_PART = 3
ROWS_WITH_PREVIEW = 9


class Item(Protocol):
    """What can be chosen: a line, the spans in it that fit, a word at its right, one in front of it, one on it all."""

    text: str
    spans: Sequence[Span]
    sign: str
    detail: str
    note: str

    def preview(self) -> Sequence[Row]:
        """More of it, as rows of any length."""


class Source(Protocol):
    """What there is to choose from."""

    @property
    def title(self) -> str:
        """What the pane is called, and how it is narrowed."""

    def find(self, query: str) -> Sequence[Item]:
        """What fits, the best first."""

    def update(self) -> bool:
        """Take in what has come meanwhile; whether anything has changed."""


class Chooser(urwid.Widget):
    """The pane as a box widget.

    `context` names the keys that it has beside those of every list.  `marked` are the items that are marked, in the
    order in which that was done.
    """

    _sizing = frozenset([urwid.BOX])
    _selectable = True
    no_cache = ("render",)

    def __init__(self, source: Source, hint: str = "", context: str = "") -> None:
        super().__init__()
        self.source = source
        self.context = context
        self.query = ""
        self.marked: list[Item] = []
        # Called with the item that is selected, whenever that is another one.
        self.on_select: Callable[[Item], object] = lambda _: None
        self._told: Item | None = None
        self._hint = hint
        self._items: Sequence[Item] = ()
        self._selected = 0
        self._top = 0
        self._rows = 1
        # The rows of the preview above those in view.
        self._above = 0
        self.refresh()

    @property
    def selected(self) -> Item | None:
        """The item that would be chosen."""
        return self._items[self._selected] if self._items else None

    @property
    def chosen(self) -> list[Item]:
        """The marked items, or else the selected one."""
        selected = self.selected
        return self.marked or ([selected] if selected is not None else [])

    def refresh(self) -> None:
        """What there is to choose from, or what is typed, has changed; the selection goes to the top."""
        self._items = self.source.find(self.query)
        self._selected = self._top = 0
        self._tell()

    def follow(self) -> None:
        """Before a frame: show what has come meanwhile."""
        if self.source.update():
            self._items = self.source.find(self.query)
            self.move(0)

    def keypress(self, size: tuple[int, int], key: str) -> str | None:  # type: ignore[override]  # noqa: ARG002
        """Type a character of what is looked for."""
        if len(key) != 1:
            return key
        self.query += key
        self.refresh()
        return None

    def paste(self, text: str) -> None:
        """Add the first line of `text` to what is looked for."""
        self.query += text.partition("\n")[0]
        self.refresh()

    def delete(self) -> None:
        """Take the last character back."""
        self.query = self.query[:-1]
        self.refresh()

    def clear(self) -> None:
        """Look for nothing."""
        self.query = ""
        self.refresh()

    def move(self, steps: int) -> None:
        """Select the item so many rows below."""
        self._selected = max(0, min(self._selected + steps, len(self._items) - 1))
        self._tell()

    def select(self, wanted: Callable[[Item], bool]) -> None:
        """Select the first item that is wanted, if there is one."""
        numbers = (number for number, item in enumerate(self._items) if wanted(item))
        self.move(next(numbers, self._selected) - self._selected)

    def _tell(self) -> None:
        self._invalidate()
        selected = self.selected
        if selected is not None and selected is not self._told:
            self._told, self._above = selected, 0
            self.on_select(selected)

    def select_at(self, row: int) -> bool:
        """Select the item in a row of the screen, the first of which is the title; whether one stands there."""
        number = self._top + row - 1
        if not (1 <= row <= self._rows and number < len(self._items)):
            return False
        self.move(number - self._selected)
        return True

    def scroll(self, steps: int, row: int) -> None:
        """Scroll what stands in a row of the screen, the preview or the list; what is selected stays in view."""
        if row > self._rows:
            self._above = max(0, self._above + steps)
            self._invalidate()
            return
        self._top = max(0, min(self._top + steps, len(self._items) - self._rows))
        self.move(max(self._top, min(self._selected, self._top + self._rows - 1)) - self._selected)

    def move_pages(self, pages: int) -> None:
        """Select the item so many pages below."""
        self.move(pages * max(1, self._rows - 1))

    def mark(self) -> None:
        """Mark the selected item, or take its mark away, and go on to the next."""
        item = self.selected
        if item is None:
            return
        if item in self.marked:
            self.marked.remove(item)
        else:
            self.marked.append(item)
        self.move(1)

    def render(self, size: tuple[int, int], focus: bool = False) -> urwid.Canvas:  # type: ignore[override]  # noqa: ARG002
        """Draw the title, the items in view, the preview and what is typed."""
        columns, height = size
        preview = height // PREVIEW_PART if height >= ROWS_WITH_PREVIEW else 0
        self._rows = max(1, height - 2 - preview)
        self._top = max(min(self._top, self._selected), self._selected - self._rows + 1)
        body: list[Row] = [self._title(columns)] if height > 1 else []
        shown = self._items[self._top : self._top + self._rows]
        body += [self._row(item, columns, self._top + number) for number, item in enumerate(shown)]
        body += [()] * (self._rows - len(shown))
        if preview:
            body += self._preview(columns, preview)
        asked = f"> {self.query}"
        body[height - 1 :] = [
            rows.clip(((TITLE, asked + " " * columns),), columns, max(0, rows.width(asked) + 1 - columns))
        ]
        cursor = (min(rows.width(asked), columns - 1), height - 1)
        return rows.canvas(body[:height], columns, cursor, fill=ROLE)

    def _title(self, columns: int) -> Row:
        count = f" {len(self._items):,}{f', {len(self.marked)} marked' if self.marked else ''} "
        left = rows.shorten(((TITLE, f" {self.source.title}  {self._hint}"),), max(0, columns - len(count)))
        return (*left, (TITLE, " " * (columns - rows.row_width(left) - len(count)) + count))

    def _row(self, item: Item, columns: int, number: int) -> Row:
        """An item: whether it is selected, its sign, its text, and the word at the right."""
        selected = number == self._selected
        role = SELECTED if selected else ROLE
        sign = "\u25b8" if selected else "+" if item in self.marked else " "
        detail = f"  {item.detail} " if item.detail else ""
        room = columns - 3 - rows.width(detail)
        if room < columns // 2:
            detail, room = "", columns - 3
        text = rows.shorten(marked(rows.visible(((role, item.text),)), item.spans), max(1, room))
        text = tuple((role if selected and attribute != FOUND else attribute, piece) for attribute, piece in text)
        blank = max(0, room - rows.row_width(text))
        return ((role, f"{sign}{item.sign or ' '} "), *text, (role, " " * blank), (role if selected else DIM, detail))

    def _preview(self, columns: int, height: int) -> list[Row]:
        """The selected item, as far as there is room, under a rule that bears the note on it."""
        item = self.selected
        note = f"\u2500\u2500 {item.note} " if item is not None and item.note else ""
        rule = rows.shorten(rows.visible(((DIM, note),)), columns)
        body: list[Row] = [(*rule, (DIM, "\u2500" * (columns - rows.row_width(rule))))]
        lines = [row for line in (item.preview() if item is not None else ()) for row in rows.wrap(line, columns)]
        room = height - 1
        self._above = max(0, min(self._above, len(lines) - room))
        lines = lines[self._above :]
        if len(lines) > room > 0:
            lines[room - 1 :] = [((DIM, f"\u2026 {len(lines) - room + 1} more rows"),)]
        return body + lines + [()] * (room - len(lines))

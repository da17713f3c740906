"""The docs pane: all that is known of one thing, signature, docstring, fields, or its source.

It stands beside or below the session and never takes the keyboard.  Its `page` is set before each frame; it stays where
it was scrolled to while the page is about the same thing.  Lines are made and wrapped only as far as they come into
view, so that a page of any length opens at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import urwid

from bipy.inspection.values import Page, Signature
from bipy.ui.text import rows
from bipy.ui.text.docstring import BLANK, PAGE, Line, code_lines, lines, wrapped
from bipy.ui.text.highlight import Highlighter
from bipy.ui.text.rows import Row

# Of a signature that goes on in another row.
INDENT = 4


class DocsPane(urwid.Widget):
    """The pane as a box widget.  `highlighter` is for the language of the kernel."""

    _sizing = frozenset([urwid.BOX])
    _selectable = False
    # What is in view depends on the size drawn last, which a canvas from the cache would not tell.
    no_cache: ClassVar[list[str]] = ["render"]

    def __init__(self) -> None:
        super().__init__()
        self.highlighter: Highlighter | None = None
        self._page = Page()
        self._size = (80, 24)
        self._top = 0
        # The rows made so far for a width, and the lines that are still to come.
        self._columns = 0
        self._rows: list[Row] = []
        self._rest: Iterator[Line] = iter(())

    @property
    def page(self) -> Page:
        """What the pane shows.  The page of another name, or its source, is shown from its top."""
        return self._page

    @page.setter
    def page(self, page: Page) -> None:
        before = self._page
        if page == before:
            return
        self._page = page
        if (page.name, page.detail_level) != (before.name, before.detail_level):
            self._rows, self._top = [], 0
        if page.replace(pinned=before.pinned) != before:
            self._columns = 0
        self._invalidate()

    def scroll(self, steps: int) -> None:
        """Scroll by so many rows."""
        self._top = max(0, self._top + steps)
        self._invalidate()

    def scroll_pages(self, pages: int) -> None:
        """Scroll by so many pages, each a row less than what is in view."""
        self.scroll(pages * max(1, self._size[1] - 2))

    def render(self, size: tuple[int, int], focus: bool = False) -> urwid.Canvas:  # type: ignore[override]  # noqa: ARG002
        """Draw the title and the rows in view."""
        self._size = columns, height = size
        self._lay_out(max(1, columns - 2))
        # One row more than is in view tells that there are more.
        self._make(self._top + height)
        self._top = max(0, min(self._top, len(self._rows) - height + 1))
        visible: list[Row] = [(("pager", " "), *row) for row in self._rows[self._top : self._top + height - 1]]
        blank: list[Row] = [()] * (height - 1 - len(visible))
        return rows.canvas([self._title_row(columns), *visible, *blank], columns, fill="pager")

    def _lay_out(self, columns: int) -> None:
        """Begin anew when the width or the page has changed; what was at the top has as much text above it then."""
        if columns == self._columns:
            return
        above = sum(_letters(row) for row in self._rows[: self._top])
        self._columns, self._rows, self._top = columns, [], 0
        self._rest = page_lines(self._page, columns, self.highlighter)
        while above > 0 and self._make(self._top + 1):
            above -= _letters(self._rows[self._top])
            self._top += 1

    def _make(self, count: int) -> bool:
        """Make the first `count` rows; False when there are not so many."""
        while len(self._rows) < count:
            line = next(self._rest, None)
            if line is None:
                return False
            self._rows += wrapped(line, self._columns)
        return True

    def _title_row(self, columns: int) -> Row:
        """What the pane is about, and whether it stays with it and goes on."""
        title = f" {self._page.name or 'Docs'}{': source' if self._page.detail_level else ''}"
        more = len(self._rows) - self._top > self._size[1] - 1
        signs = "".join(f" {word} " for word, holds in (("pinned", self._page.pinned), ("more", more)) if holds)
        room = columns - rows.width(signs)
        shown = rows.shorten((("pager.title", rows.printable(title)),), room if room > len(" more") else columns)
        blank = columns - rows.row_width(shown)
        return (*shown, ("pager.title", signs.rjust(blank) if len(signs) <= blank else " " * blank))


def page_lines(page: Page, columns: int, highlighter: Highlighter | None) -> Iterator[Line]:
    """The lines of a page for rows of `columns`: why something is missing, then the source, or else the docs."""
    docs = page.docs
    if page.note:
        yield Line((("note", page.note),))
    if docs is None:
        return
    if page.note:
        yield BLANK
    if page.detail_level and docs.source:
        if files := [field for field in docs.fields if field[0] == "File"]:
            yield from _fields(files)
            yield BLANK
        yield from code_lines(docs.source.split("\n"), highlighter, PAGE)
        return
    parts = [_signatures(docs.signatures, columns, highlighter), lines(docs.docstring, PAGE, highlighter)]
    # Of a value the fields say more than the docstring, which is that of its class.
    parts.insert(2 if docs.signatures else 0, _fields(docs.fields))
    begun = False
    for part in parts:
        for number, line in enumerate(part):
            if begun and number == 0:
                yield BLANK
            yield line
            begun = True


def _signatures(signatures: Sequence[Signature], columns: int, highlighter: Highlighter | None) -> Iterator[Line]:
    """Each signature as code, broken between parameters only."""
    for signature in signatures:
        items = []
        for index in range(len(signature.parameters) + 1):
            items += [sign for place, sign in signature.separators if place == index]
            items += [parameter.text for parameter in signature.parameters[index : index + 1]]
        pieces = [*(f"{item}, " for item in items[:-1]), "".join(items[-1:]) + signature.tail]
        code = [signature.head]
        for piece in pieces:
            if rows.width(code[-1] + piece.rstrip()) > columns and len(code[-1]) > INDENT:
                code.append(" " * INDENT)
            code[-1] += piece
        yield from code_lines([line.rstrip() for line in code], highlighter, PAGE)


def _fields(fields: Sequence[tuple[str, str]]) -> Iterator[Line]:
    """What a thing is, where it stands, how it looks: titles in one column, what they say beside them."""
    column = max((rows.width(title) for title, _ in fields), default=0) + 2
    for title, text in fields:
        head = title + " " * (column - rows.width(title))
        for line in text.split("\n"):
            yield Line((("pager.heading", head), ("pager", line)), 0, column)
            head = " " * column


def _letters(row: Row) -> int:
    """How much text a row holds, however it was wrapped; an empty line counts too."""
    return sum(len("".join(text.split())) for _, text in row) if row else 1

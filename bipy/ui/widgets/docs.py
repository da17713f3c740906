"""The docs pane: the signature, docstring and fields of one object, or its source.

The pane stands beside or below the session and never takes the keyboard.  Its `page` is set before each frame.  It
keeps its scroll position while the page is about the same object.  Lines are made and wrapped when they come into view,
so a page of any length opens at once.
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

# The indentation of the further rows of a signature.
INDENT = 4


class DocsPane(urwid.Widget):
    """The pane as a box widget.  `highlighter` colours the language of the kernel."""

    _sizing = frozenset([urwid.BOX])
    _selectable = False
    # The rows in view depend on the size drawn last, and a canvas from the cache would not set that.
    no_cache: ClassVar[list[str]] = ["render"]

    def __init__(self) -> None:
        super().__init__()
        self.highlighter: Highlighter | None = None
        self._page = Page()
        self._size = (80, 24)
        self._top = 0
        # The rows made so far for the width `_columns`, and the lines that follow them.
        self._columns = 0
        self._rows: list[Row] = []
        self._rest: Iterator[Line] = iter(())

    @property
    def page(self) -> Page:
        """The page shown.  A page about another object, or about its source, is shown from the top."""
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
        """Scroll by `steps` rows."""
        self._top = max(0, self._top + steps)
        self._invalidate()

    def scroll_pages(self, pages: int) -> None:
        """Scroll by `pages` pages; a page has a row less than the view."""
        self.scroll(pages * max(1, self._size[1] - 2))

    def render(self, size: tuple[int, int], focus: bool = False) -> urwid.Canvas:  # type: ignore[override]  # noqa: ARG002
        """Draw the title and the rows in view."""
        self._size = columns, height = size
        self._lay_out(max(1, columns - 2))
        # A row below the view tells whether to show "more".
        self._make(self._top + height)
        self._top = max(0, min(self._top, len(self._rows) - height + 1))
        visible: list[Row] = [(("pager", " "), *row) for row in self._rows[self._top : self._top + height - 1]]
        blank: list[Row] = [()] * (height - 1 - len(visible))
        return rows.canvas([self._title_row(columns), *visible, *blank], columns, fill="pager")

    def _lay_out(self, columns: int) -> None:
        """Begin anew if the width or the page has changed, and keep the same text at the top."""
        if columns == self._columns:
            return
        above = sum(_letters(row) for row in self._rows[: self._top])
        self._columns, self._rows, self._top = columns, [], 0
        self._rest = page_lines(self._page, columns, self.highlighter)
        while above > 0 and self._make(self._top + 1):
            above -= _letters(self._rows[self._top])
            self._top += 1

    def _make(self, count: int) -> bool:
        """Make the first `count` rows; False if the page has fewer."""
        while len(self._rows) < count:
            line = next(self._rest, None)
            if line is None:
                return False
            self._rows += wrapped(line, self._columns)
        return True

    def _title_row(self, columns: int) -> Row:
        """The name of the object, and whether the pane is pinned and has more rows."""
        title = f" {self._page.name or 'Docs'}{': source' if self._page.detail_level else ''}"
        more = len(self._rows) - self._top > self._size[1] - 1
        signs = "".join(f" {word} " for word, holds in (("pinned", self._page.pinned), ("more", more)) if holds)
        room = columns - rows.width(signs)
        shown = rows.shorten((("pager.title", rows.printable(title)),), room if room > len(" more") else columns)
        blank = columns - rows.row_width(shown)
        return (*shown, ("pager.title", signs.rjust(blank) if len(signs) <= blank else " " * blank))


def page_lines(page: Page, columns: int, highlighter: Highlighter | None) -> Iterator[Line]:
    """The lines of a page for rows of `columns`: the note, then the source or the docs."""
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
    # The fields of a value come first: its docstring is that of its class.
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
    """Fields such as type, file and value: the titles in one column, their texts in another."""
    column = max((rows.width(title) for title, _ in fields), default=0) + 2
    for title, text in fields:
        head = title + " " * (column - rows.width(title))
        for line in text.split("\n"):
            yield Line((("pager.heading", head), ("pager", line)), 0, column)
            head = " " * column


def _letters(row: Row) -> int:
    """The number of letters of a row, which wrapping does not change; 1 for an empty row."""
    return sum(len("".join(text.split())) for _, text in row) if row else 1

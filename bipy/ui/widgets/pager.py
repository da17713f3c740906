"""A page over the session, such as docs, a source or the list of keys.  It scrolls and searches as less does.

A line is wrapped when it comes into view, so a page of any length opens at once.  A place in the page is a line and a
row of that line.  Kernel text is held as `output.TextLines`, bipy's own text as rows of roles.

Keys run commands of the key table, which call the methods here.  While a search is typed, the pager takes the keys
itself and shows the first match of the text typed so far.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import ClassVar, Literal

import urwid

from bipy.ui.text import rows
from bipy.ui.text.find import FOUND, Needle, Span, marked
from bipy.ui.text.output import TextLines
from bipy.ui.text.rows import Row
from bipy.ui.text.sideways import Sideways
from bipy.ui.widgets.search_line import SearchLine, Typed

# The rows in view above a match that a search scrolls to.
ABOVE_FOUND = 4
# The role of lines that are marked to be copied.
MARKED = "selection"

Place = tuple[int, int]


class _OwnLines:
    """Rows of bipy's own text, with the interface of TextLines."""

    def __init__(self, own: Sequence[Row]) -> None:
        self._own = own

    @property
    def count(self) -> int:
        return len(self._own)

    def row(self, line: int) -> Row:
        return self._own[line]

    def rows(self, line: int, columns: int) -> Sequence[Row]:
        return _hanging(self._own[line], columns)


class Pager(urwid.Widget):
    """The page as a box widget.

    `content` is text of a kernel, with its control sequences, or rows of bipy's own.  `depth` is the number of colours
    of the screen.  `on_close` is called to close the page.
    """

    _sizing = frozenset([urwid.BOX])
    _selectable = True
    # The length of a page depends on the size drawn last, and a canvas from the cache would not set that.
    no_cache: ClassVar[list[str]] = ["render"]

    def __init__(self, title: str, content: str | Sequence[Row] = "", *, depth: int = 256) -> None:
        super().__init__()
        self.on_close: Callable[[], None] | None = None
        self._title = title
        self._depth = depth
        self._text = TextLines("pager", depth)
        self._lines: TextLines | _OwnLines = self._text
        self._wrap: Callable[[Row, int], Sequence[Row]] = rows.wrap
        self._size = (80, 24)
        self._top: Place = (0, 0)
        self._needle = Needle("")
        self._found: tuple[int, Span] | None = None
        # The search that is typed, and the place at the top when it began.
        self._line = SearchLine()
        self._began: Place = (0, 0)
        self._message = ""
        self._sideways = Sideways()
        # The lines where the marking began and ends, and where it is to begin.
        self._marked: tuple[int, int] | None = None
        self._began_mark = 0
        self._content = content
        if isinstance(content, str):
            self._text.text.feed(content)
        else:
            self._lines, self._wrap = _OwnLines(content), _hanging

    @property
    def depth(self) -> int:
        """The number of colours of the screen; another screen may have another."""
        return self._depth

    @depth.setter
    def depth(self, depth: int) -> None:
        self._depth = depth
        if isinstance(self._content, str):
            self._lines = self._text = TextLines("pager", depth, text=self._content)
        self._invalidate()

    # Scrolling

    def scroll(self, steps: int) -> None:
        """Scroll by `steps` rows."""
        self._go(self._moved(self._top, steps))

    def scroll_pages(self, pages: int) -> None:
        """Scroll by `pages` pages; a page has a row less than the view."""
        self.scroll(pages * max(1, self._height() - 1))

    def scroll_to(self, edge: Literal["start", "end"]) -> None:
        """Scroll to the start or the end."""
        self._go((0, 0) if edge == "start" else self._last_top())

    def turn_wrap(self) -> None:
        """Give each long line one row, which scrolls sideways; or wrap them again.  bipy's own text stays wrapped."""
        if isinstance(self._content, str):
            wrapped = self._sideways.turn()
            self._go((self._top[0], 0))
            self._message = "long lines are wrapped" if wrapped else "Left and Right scroll long lines"

    def scroll_sideways(self, step: int) -> None:
        """Scroll lines that are not wrapped by half a screen to the right (1) or to the left (-1)."""
        self._message = ""
        self._sideways.scroll(step, self._size[0], self._in_view()[0])
        self._invalidate()

    def close(self) -> None:
        """Close the page."""
        if self.on_close is not None:
            self.on_close()

    def _go(self, place: Place) -> None:
        self._message = ""
        self._top = min(place, self._last_top())
        self._invalidate()

    def _height(self) -> int:
        """The number of rows for text; the title takes a row and the search another, if there is room."""
        height = self._size[1]
        return max(1, height - (height > 1) - (height > 2 and bool(self._prompt())))

    def _moved(self, place: Place, steps: int) -> Place:
        """The place `steps` rows below, or above if negative; at most the first or the last row."""
        line, row = place
        while row + steps < 0 and line > 0:
            line -= 1
            steps += row
            row = len(self._rows(line))
        while line < self._lines.count - 1 and row + steps >= len(self._rows(line)):
            steps -= len(self._rows(line)) - row
            line, row = line + 1, 0
        return line, max(0, row + steps)

    def _last_top(self) -> Place:
        """The place at the top while the last row is at the bottom."""
        last = max(0, self._lines.count - 1)
        rows_of_last = len(self._rows(last)) if self._lines.count else 1
        return self._moved((last, rows_of_last - 1), 1 - self._height())

    # Marking lines

    def mark_from(self, row: int) -> None:
        """Begin to mark at a row of the screen, the first of which is the title; what was marked is not any more."""
        self._marked = None
        self._began_mark = self._line_at(row)
        self._invalidate()

    def mark_to(self, row: int) -> None:
        """Mark the lines from where the marking began to a row of the screen; beyond an edge scroll."""
        text_row = row - (self._size[1] > 1)
        if not 0 <= text_row < self._height():
            self.scroll(-1 if text_row < 0 else 1)
        self._marked = self._began_mark, self._line_at(row)
        self._invalidate()

    @property
    def marked(self) -> str:
        """The text of the marked lines."""
        if self._marked is None or not self._lines.count:
            return ""
        first, last = sorted(self._marked)
        return "\n".join(_joined(self._lines.row(line)).rstrip() for line in range(first, last + 1))

    def _line_at(self, row: int) -> int:
        """The line in a row of the screen, or the nearest in view."""
        text_row = max(0, min(row - (self._size[1] > 1), self._height() - 1))
        return self._moved(self._top, text_row)[0]

    # Searching

    def search(self) -> None:
        """Begin a search: the keys that follow type its text."""
        self._line.begin()
        self._began, self._message = self._top, ""
        self._invalidate()

    def search_next(self, step: int) -> None:
        """Go to the next match (1) or the previous one (-1); behind an end of the text, go on at the other end."""
        self._message = ""
        self._find(step)
        self._invalidate()

    @property
    def is_searching(self) -> bool:
        """Whether a search is typed."""
        return self._line.is_open

    def keypress(self, size: tuple[int, int], key: str) -> str | None:  # type: ignore[override]  # noqa: ARG002
        """Take the keys that type a search; any other key ends the typing and is returned."""
        if not self._line.is_open:
            return key
        typed = self._line.press(key)
        if typed is Typed.GIVEN_UP:
            self._look_for("")
            self._go(self._began)
        elif typed is Typed.CHANGED:
            self._look_for(self._line.text or "")
        self._invalidate()
        return key if typed is Typed.NOT_TAKEN else None

    def paste(self, text: str) -> None:
        """Add the first line of `text` to the search that is typed; ignore a paste at any other time."""
        if self._line.paste(text):
            self._look_for(self._line.text or "")
            self._invalidate()

    def _look_for(self, text: str) -> None:
        """Search for `text` from the place where the search began."""
        self._needle = Needle(text)
        self._found, self._top, self._message = None, self._began, ""
        self._find(1)

    def _find(self, step: int) -> None:
        """Go to the match next to the last one, or next to the top of the view if there is none yet."""
        if not self._needle.text:
            return
        count = self._lines.count
        line, last = self._found or (self._top[0], (-1, -1) if step > 0 else (0, 0))
        for number in range(count + 1):
            spans = self._spans((line + step * number) % count) if count else []
            if number == 0:
                spans = [span for span in spans if (span > last if step > 0 else span < last)]
            if spans:
                self._found = ((line + step * number) % count, spans[0 if step > 0 else -1])
                if not 0 <= line + step * number < count:
                    self._message = "from the start again" if step > 0 else "from the end again"
                self._show(*self._found)
                return
        self._message = "not found"

    def _spans(self, line: int) -> list[Span]:
        """The spans of the matches in a line."""
        return self._needle.spans(_joined(self._lines.row(line)))

    def _show(self, line: int, span: Span) -> None:
        """Scroll to a match, unless it is in view."""
        wide = marked(self._lines.row(line), [span])
        text = _joined(wide)
        self._sideways.reveal(rows.width(text[: span[0]]), rows.width(text[: span[1]]), self._size[0])
        found = self._sideways.rows(lambda columns: self._wrap(wide, columns), self._size[0])
        # A character that is wider than the screen is not drawn, and so is not marked.
        rows_found = (number for number, row in enumerate(found) if any(role == FOUND for role, _ in row))
        row = next(rows_found, 0)
        place = (line, row)
        if not self._top <= place <= self._moved(self._top, self._height() - 1):
            self._top = min(self._moved(place, -min(ABOVE_FOUND, self._height() // 2)), self._last_top())

    # Drawing

    def render(self, size: tuple[int, int], focus: bool = False) -> urwid.Canvas:  # type: ignore[override]  # noqa: ARG002
        """Draw the title with the lines in view, the rows in view, and the search."""
        self._size = columns, height = size
        self._top = min(self._top, self._last_top())
        body, line = self._in_view()
        body += [()] * (self._height() - len(body))
        if height > 1:
            body.insert(0, self._title_row(columns, line))
        cursor = None
        if prompt := self._prompt():
            asked: Row = (("pager.title", prompt + " " * columns),)
            body[height - 1 :] = [rows.clip(asked, columns, max(0, rows.width(prompt) + 1 - columns))]
            if self._line.is_open:
                cursor = (min(rows.width(f"/{self._line.text}"), columns - 1), height - 1)
        return rows.canvas(body, columns, cursor, fill="pager")

    def _in_view(self) -> tuple[list[Row], int]:
        """The rows in view, at most as many as there is room for, and the line behind them."""
        line, row = self._top
        body: list[Row] = []
        while len(body) < self._height() and line < self._lines.count:
            body += self._rows(line)[row:]
            line, row = line + 1, 0
        return body[: self._height()], line

    def _rows(self, line: int) -> Sequence[Row]:
        """The rows of a line, with the matches marked, and the line itself if it is."""
        return self._sideways.rows(lambda columns: self._laid_out(line, columns), self._size[0])

    def _laid_out(self, line: int, columns: int) -> Sequence[Row]:
        if self._marked is not None and min(self._marked) <= line <= max(self._marked):
            return [tuple((MARKED, text) for _, text in row) for row in self._lines.rows(line, columns)]
        spans = self._spans(line)
        if not spans:
            return self._lines.rows(line, columns)
        return self._wrap(marked(self._lines.row(line), spans), columns)

    def _title_row(self, columns: int, behind: int) -> Row:
        """The title, and the numbers of the lines in view, which end in front of the line `behind`."""
        where = f" {min(self._top[0] + 1, behind)}-{behind} of {self._lines.count} "
        title = rows.shorten((("pager.title", f" {rows.printable(self._title)} "),), columns)
        room = columns - rows.row_width(title)
        if rows.width(where) > room:
            return (*title, ("pager.title", " " * room))
        return (*title, ("pager.title", " " * (room - rows.width(where)) + where))

    def _prompt(self) -> str:
        if not self._line.is_open:
            return self._message
        return f"/{self._line.text}" + (f"  {self._message}" if self._message else "")


def _hanging(row: Row, columns: int) -> Sequence[Row]:
    """`row` broken between words; its further rows begin below its last column, which follows two blanks."""
    label = re.match(r".*[ ]{2}(?=\S)", _joined(row))
    indent = label.end() if label and label.end() <= columns // 2 else 0
    first, *others = rows.wrap_words(rows.clip(row, rows.row_width(row), indent), columns - indent)
    return [(*rows.clip(row, indent), *first), *((("pager", " " * indent), *other) for other in others)]


def _joined(row: Row) -> str:
    return "".join(text for _, text in row)

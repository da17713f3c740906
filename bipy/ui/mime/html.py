"""HTML becomes a document: headings, paragraphs, lists, emphasis, links, tables, preformatted text.

Of styles there are the side on which a cell stands, and colours (`css`).  Nothing is loaded, and what is not text is
left out: a script without a word, a page within the page, a picture, a sound by what it is.  HTML stands in for an
object whose plain text says nothing; a table stands for any object, unless it is a part of a page that one works in.
A table that is there for the layout is none.  Control characters of the source become visible ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser

from bipy.ui.mime import css
from bipy.ui.mime.document import (
    BOLD,
    ITALIC,
    MUTED,
    NO_PREFIX,
    ROLE,
    STRUCK,
    UNDERLINE,
    Blank,
    Block,
    Document,
    Prefix,
    Rule,
    Table,
    paragraph,
    preformatted,
    styled,
)
from bipy.ui.mime.frame import Frame
from bipy.ui.mime.grid import Cell, Grid, Side
from bipy.ui.mime.means import Means
from bipy.ui.text.output import Lines, TextLines, joined
from bipy.ui.text.rows import Run, printable
from bipy.ui.text.sgr import DEFAULT, Style, attribute

# A longer source is no simple HTML, and 1 MB takes a fifth of a second.
LONGEST = 1_000_000
# Lists and quotes within one another are indented so far.
DEEPEST = 8

_SILENT = frozenset(
    ["script", "style", "head", "template", "svg", "math", "noscript", "object", "iframe", "video", "audio"]
)
# What is named where it stands.
_NAMED: Mapping[str, str] = {"iframe": "page", "video": "video", "audio": "sound", "img": "picture"}
_LONGEST_NAME = 200
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_BLOCKS = frozenset(["p", "div", "section", "article", "header", "footer", "blockquote", "ul", "ol", "dl", "table"])
_LINES = frozenset(["li", "tr", "dt", "dd", "pre", "caption", "details", "summary", "hr"]) | _BLOCKS | _HEADINGS
_STYLES: Mapping[str, Style] = {
    **dict.fromkeys(("b", "strong", *_HEADINGS), BOLD),
    **dict.fromkeys(("em", "i", "cite"), ITALIC),
    **dict.fromkeys(("u", "ins"), UNDERLINE),
    **dict.fromkeys(("s", "del", "strike"), STRUCK),
}
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_SIDE = re.compile(r"text-align:\s*(left|right|center)")
_TABLE = re.compile(r"<table[\s>]", re.IGNORECASE)
_WORKED_IN = re.compile(r"<(input|details|select|textarea)[\s>]", re.IGNORECASE)
_HIDDEN = re.compile(r"<(script|style|link)[\s>]", re.IGNORECASE)


def text(data: object, metadata: Mapping[str, object], means: Means) -> Lines | None:  # noqa: ARG001
    """The document in HTML; a word where there is nothing to be read, None if it is empty."""
    source = joined(data)
    if source is None or len(source) > LONGEST:
        size = f"{len(source) / 1e6:.1f} MB, " if source is not None else ""
        return _note(f"a page, {size}for browsers alone", means) if source is not None else None
    document = Document(blocks(source, means.depth))
    if document.count:
        return document
    return _note("scripts and styles, for browsers alone", means) if _HIDDEN.search(source) else None


def _note(text: str, means: Means) -> Lines:
    return TextLines(MUTED, means.depth, text=f"[{text}]")


def table(data: object, metadata: Mapping[str, object], means: Means) -> Lines | None:
    """The document in HTML, if it holds a table to be read."""
    source = joined(data)
    if source is None or len(source) > LONGEST or not _TABLE.search(source) or _WORKED_IN.search(source):
        return None
    return text(data, metadata, means)


def frame(source: str) -> Frame | None:
    """The data of the first table of a source; None if it has none."""
    if len(source) > LONGEST or not _TABLE.search(source):
        return None
    table = next((block for block in blocks(source, 256) if isinstance(block, Table)), None)
    return table.grid.frame() if table is not None else None


def blocks(source: str, depth: int) -> list[Block]:
    """The blocks of a source, without a blank row at either end."""
    reader = _Reader(depth)
    reader.feed(source)
    reader.close()
    return reader.whole()


class _Reader(HTMLParser):
    """Gathers the blocks of a document."""

    def __init__(self, depth: int) -> None:
        super().__init__(convert_charrefs=True)
        self._depth = depth
        self._blocks: list[Block] = []
        # The lines of the paragraph that is read, of which the last one goes on.
        self._lines: list[list[Run]] = [[]]
        self._styles: list[str] = []
        self._silent: list[str] = []
        # The style sheets that were read, and what they say of elements by their ids.
        self._sheet: list[str] = []
        self._rules: Mapping[str, Style] = {}
        # The styles of the spans that are open.
        self._spans: list[Style] = []
        self._preformatted = 0
        # What is indented: each list with the number of its last item (None without numbers), each quote.
        self._lists: list[int | None] = []
        self._quotes = 0
        self._bullet = ""
        self._links: list[str] = []
        self._table: _Table | None = None

    def whole(self) -> list[Block]:
        """All blocks."""
        if self._table is not None:
            self._table.nested = 0
            self._end_table()
        self._break()
        found = self._blocks
        while found and isinstance(found[-1], Blank):
            found.pop()
        return found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _NAMED and not self._silent:
            self._name(tag, given)
        if tag in _SILENT:
            self._silent.append(tag)
        if self._silent:
            if tag == "source" and self._silent[-1] in _NAMED:
                self._add(_address(given), MUTED)
            return
        if self._table is not None and self._in_table(self._table, tag, given):
            return
        if tag in _LINES:
            self._break(blank=tag in _BLOCKS or tag in _HEADINGS)
        match tag:
            case "table":
                self._table = _Table(self._depth)
            case "ul" | "ol":
                self._lists.append(0 if tag == "ol" else None)
            case "li":
                self._bullet = self._next_bullet()
            case "blockquote":
                self._quotes += 1
            case "pre":
                self._preformatted += 1
            case "hr":
                self._blocks.append(Rule())
        self._start_inline(tag, given)

    def _start_inline(self, tag: str, given: Mapping[str, str]) -> None:
        match tag:
            case "br":
                self._new_line()
            case "span" | "font":
                self._spans.append(css.declared(f"color: {given.get('color', '')}; {given.get('style', '')}"))
            case "a":
                self._links.append(given.get("href", ""))
            case "code" | "kbd" | "samp" | "tt":
                self._styles.append(tag)
        if tag in _STYLES:
            self._styles.append(tag)

    def _name(self, tag: str, given: Mapping[str, str]) -> None:
        """Name what can't be shown here, with its address."""
        self._add(f"[{printable(given.get('alt', ''))[:_LONGEST_NAME] or _NAMED[tag]}]{_address(given)}", MUTED)

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag == self._silent[-1]:
                self._silent.pop()
            return
        if tag in ("span", "font") and self._spans:
            self._spans.pop()
        if tag in self._styles:
            self._styles.reverse()
            self._styles.remove(tag)
            self._styles.reverse()
        if tag == "a" and self._links:
            url = self._links.pop()
            told = "".join(text for _, text in self._lines[-1])
            if url.startswith(("http://", "https://")) and not told.endswith(url):
                self._add(f" <{url}>", MUTED)
        if self._table is not None:
            if tag == "table":
                self._end_table()
            elif tag in ("td", "th", "caption", "tr"):
                self._end_cell(self._table)
            elif tag == "thead" and not self._table.nested:
                self._end_cell(self._table)
                self._table.part = ""
            return
        if tag in _LINES:
            self._break(blank=tag in _BLOCKS or tag in _HEADINGS)
        match tag:
            case "ul" | "ol" if self._lists:
                self._lists.pop()
                self._break(blank=True)
            case "blockquote":
                self._quotes = max(0, self._quotes - 1)
            case "pre":
                self._preformatted = max(0, self._preformatted - 1)

    def handle_data(self, data: str) -> None:
        if self._silent:
            if self._silent[-1] == "style":
                self._sheet.append(data)
            return
        if self._preformatted and self._table is None:
            first, *others = data.split("\n")
            self._add(first)
            for other in others:
                self._new_line()
                self._add(other)
            return
        data = _BLANKS.sub(" ", data)
        line = self._lines[-1]
        begins = not line or line[-1][1].endswith(" ")
        self._add(data.lstrip(" ") if begins else data)

    # Text

    def _add(self, text: str, role: str = ROLE) -> None:
        if not text:
            return
        is_code = any(tag not in _STYLES for tag in self._styles)
        styles = [_STYLES[tag] for tag in self._styles if tag in _STYLES]
        styles += [self._table.style] if self._table is not None else []
        styles = [style for style in (*styles, *self._spans) if style != DEFAULT]
        self._lines[-1].append(
            styled(printable(text), styles, self._depth, "code" if is_code and role == ROLE else role)
        )

    def _new_line(self) -> None:
        self._lines.append([])

    def _taken(self) -> list[tuple[Run, ...]]:
        """The lines that were read, without blanks at their ends; none if there is nothing in them."""
        lines, self._lines = self._lines, [[]]
        if self._preformatted and self._table is None:
            rows = [tuple(line) for line in lines]
        else:
            rows = [_stripped(line) for line in lines]
        while rows and not any(text.strip() for _, text in rows[-1]):
            rows.pop()
        while rows and not any(text.strip() for _, text in rows[0]):
            rows.pop(0)
        return rows

    def _break(self, *, blank: bool = False) -> None:
        """End the paragraph; a block has a blank row around it, but within a list."""
        rows = self._taken()
        if rows:
            prefix = self._prefix()
            self._blocks.append(preformatted(rows, prefix) if self._preformatted else paragraph(rows, prefix))
        if blank and not self._lists and self._blocks and not isinstance(self._blocks[-1], Blank):
            self._blocks.append(Blank())

    def _prefix(self) -> Prefix:
        quotes = "\u2502 " * min(self._quotes, DEEPEST)
        indent = "  " * max(0, min(len(self._lists), DEEPEST) - 1)
        bullet, self._bullet = self._bullet, ""
        if not (quotes or self._lists):
            return NO_PREFIX
        rest = " " * len(bullet or ("  " if self._lists else ""))
        return Prefix(((MUTED, quotes + indent + (bullet or rest)),), ((MUTED, quotes + indent + rest),))

    def _next_bullet(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "\u2022 "
        self._lists[-1] = number + 1
        return f"{number + 1}. "

    # Tables

    def _in_table(self, table: _Table, tag: str, given: Mapping[str, str]) -> bool:
        """A tag within a table; whether it has been dealt with."""
        match tag:
            case "table" if table.is_layout and not any(text.strip() for line in self._lines for _, text in line):
                self._table = _Table(self._depth)
            case "table":
                table.nested += 1
            case "thead" | "tbody" | "tfoot":
                self._end_cell(table)
                table.part = tag
            case "tr" if not table.nested:
                self._end_cell(table)
                table.begin_row(given)
            case "td" | "th" | "caption" if not table.nested:
                self._end_cell(table)
                if self._sheet:
                    self._rules, self._sheet = {**self._rules, **css.rules("".join(self._sheet))}, []
                table.begin_cell(tag, given, self._rules.get(given.get("id", "")))
            case "td" | "th" | "tr" | "p" | "div" | "li":
                if self._lines[-1]:
                    self._add(" ")
            case _:
                return False
        return True

    def _end_cell(self, table: _Table) -> None:
        if table.nested:
            return
        lines = self._taken()
        if table.opened is None:
            # Text of a table that stands in no cell.
            if lines:
                self._blocks.append(paragraph(lines))
            return
        table.end_cell(lines)

    def _end_table(self) -> None:
        table = self._table
        if table is None:
            return
        if table.nested:
            table.nested -= 1
            return
        self._end_cell(table)
        self._table = None
        prefix = self._prefix()
        if table.caption:
            self._blocks.append(paragraph(table.caption, prefix))
        self._blocks.append(Table(Grid(table.rows, table.heads or None), prefix))
        self._blocks.append(Blank())


class _Table:
    """A table as it is read, for a screen of `depth` colours; `nested` tables are open within a cell of it."""

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self.rows: list[list[Cell]] = []
        self.caption: list[tuple[Run, ...]] = []
        self.part = ""
        self.heads = 0
        self.nested = 0
        # The tag and the attributes of the cell that is open.
        self.opened: tuple[str, Mapping[str, str]] | None = None
        self._side: Side = ""
        # How the cell that is open is drawn.
        self.style = DEFAULT

    @property
    def is_layout(self) -> bool:
        """Whether nothing says so far that it is a table of data."""
        return not self.part and self.opened is not None and self.opened[0] == "td" and not any(map(len, self.rows))

    def begin_row(self, given: Mapping[str, str]) -> None:
        """A row begins."""
        self.rows.append([])
        self.heads += self.part == "thead" and self.heads == len(self.rows) - 1
        # The row of a head in pandas asks for the right side, whatever stands in its columns.
        self._side = "" if self.part == "thead" else _side(given)

    def begin_cell(self, tag: str, given: Mapping[str, str], style: Style | None) -> None:
        """A cell begins, or the caption; a style sheet may give it a style."""
        self.opened = tag, given
        self.style = style or css.declared(given.get("style", ""))

    def end_cell(self, lines: list[tuple[Run, ...]]) -> None:
        """The cell that is open ends."""
        if self.opened is None:
            return
        (tag, given), self.opened = self.opened, None
        style, self.style = self.style, DEFAULT
        if tag == "caption":
            self.caption = lines
            return
        if not self.rows:
            self.rows.append([])
        is_head = tag == "th" or len(self.rows) <= self.heads
        side = _side(given) or self._side
        span = _span(given, "colspan"), _span(given, "rowspan")
        fill = attribute(Style(background=style.background), ROLE, self._depth) if style.background else None
        self.rows[-1].append(Cell(lines or ((),), is_head, side, *span, fill))


def _side(given: Mapping[str, str]) -> Side:
    found = _SIDE.search(given.get("style", "")) or re.fullmatch("(left|right|center)", given.get("align", ""))
    match found[1] if found else "":
        case "left":
            return "left"
        case "right":
            return "right"
        case "center":
            return "center"
    return ""


def _address(given: Mapping[str, str]) -> str:
    """Where a picture, a page or a sound lies, if that can be told."""
    url = given.get("src", "")
    return f" <{printable(url[:_LONGEST_NAME])}>" if url and not url.startswith(("data:", "blob:")) else ""


def _span(given: Mapping[str, str], name: str) -> int:
    value = given.get(name, "1")
    return int(value) if value.isdecimal() and len(value) < 6 else 1


def _stripped(line: list[Run]) -> tuple[Run, ...]:
    """A line without blanks at its ends."""
    runs = [run for run in line if run[1]]
    while runs and not runs[-1][1].strip(" "):
        runs.pop()
    while runs and not runs[0][1].strip(" "):
        runs.pop(0)
    if not runs:
        return ()
    runs[0] = runs[0][0], runs[0][1].lstrip(" ")
    runs[-1] = runs[-1][0], runs[-1][1].rstrip(" ")
    return tuple(runs)

"""Markdown becomes a document, with tables and code in colours.

markdown-it-py reads it (CommonMark, and the tables and strikethrough of GitHub); its tokens become the blocks of
`document`.  HTML within is read by `html`.  Formulas between dollars are written in a line, as `latex` writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from bipy.ui.mime import html
from bipy.ui.mime.document import (
    BOLD,
    ITALIC,
    MUTED,
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
from bipy.ui.mime.grid import Cell, Grid, Side
from bipy.ui.mime.latex import inline
from bipy.ui.mime.means import Means
from bipy.ui.text.highlight import Highlighter
from bipy.ui.text.output import Lines, joined
from bipy.ui.text.rows import Row, Run, printable, visible
from bipy.ui.text.sgr import Style

if TYPE_CHECKING:
    from markdown_it.token import Token

# A longer source is shown as it is: 100 kB take 0.1 s.
LONGEST = 200_000
DEEPEST = 8

_INLINE: Mapping[str, Style] = {"em": ITALIC, "strong": BOLD, "s": STRUCK}
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(?=\S)([^$\n]+?)(?<=\S)\$(?!\d)", re.DOTALL)


def text(data: object, metadata: Mapping[str, object], means: Means) -> Lines | None:  # noqa: ARG001
    """The document in Markdown; None if it is too long, or empty."""
    from markdown_it import MarkdownIt

    source = joined(data)
    if source is None or len(source) > LONGEST:
        return None
    parser = MarkdownIt("commonmark", {"maxNesting": 20}).enable(["table", "strikethrough"])
    document = Document(_Reader(parser.parse(source), means).blocks())
    return document if document.count else None


class _Reader:
    """Turns tokens into blocks, in the order of the tokens."""

    def __init__(self, tokens: Sequence[Token], means: Means) -> None:
        self._tokens = iter(tokens)
        self._depth = means.depth
        self._formulas = not means.ascii
        # What is open around the token that is read: each quote and each item of a list.
        self._prefixes: list[Prefix] = []
        self._numbers: list[int | None] = []
        self._tight = 0
        self._found: list[Block] = []

    def blocks(self) -> list[Block]:
        """All blocks, without a blank row at either end."""
        for token in self._tokens:
            self._read(token)
        while self._found and isinstance(self._found[-1], Blank):
            self._found.pop()
        return self._found

    def _read(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                styles = [BOLD, UNDERLINE] if token.tag == "h1" else [BOLD]
                self._add(paragraph(self._inline(next(self._tokens), styles), self._prefix()))
            case "paragraph_open":
                self._add(paragraph(self._inline(next(self._tokens)), self._prefix()), blank=not token.hidden)
            case "bullet_list_open" | "ordered_list_open":
                start = token.attrGet("start")
                is_ordered = token.type.startswith("ordered")
                self._numbers.append((int(start) if start is not None else 1) if is_ordered else None)
            case "bullet_list_close" | "ordered_list_close":
                self._numbers.pop()
                if not self._numbers:
                    self._blank()
            case "list_item_open":
                self._prefixes.append(self._bullet())
            case "blockquote_open":
                bar: Row = ((MUTED, "\u2502 "),)
                self._prefixes.append(Prefix(bar, bar))
            case "list_item_close" | "blockquote_close":
                self._prefixes.pop()
            case "fence" | "code_block":
                self._add(preformatted(self._code(token), self._prefix()))
            case "hr":
                self._add(Rule())
            case "html_block":
                for block in html.blocks(token.content, self._depth):
                    self._found.append(block)
                self._blank()
            case "table_open":
                self._add(Table(self._table(), self._prefix()))

    def _add(self, block: Block, *, blank: bool = True) -> None:
        self._found.append(block)
        if blank:
            self._blank()

    def _blank(self) -> None:
        """A blank row, unless one is there."""
        if self._found and not isinstance(self._found[-1], Blank):
            self._found.append(Blank())

    def _bullet(self) -> Prefix:
        number = self._numbers[-1] if self._numbers else None
        sign = "\u2022 " if number is None else f"{number}. "
        if number is not None:
            self._numbers[-1] = number + 1
        return Prefix(((MUTED, sign),), ((MUTED, " " * len(sign)),))

    def _prefix(self) -> Prefix:
        """What stands in front of the next block; a bullet stands in front of the first block of its item only."""
        prefix = Prefix()
        for inner in reversed(self._prefixes[:DEEPEST]):
            prefix = prefix.within(inner)
        self._prefixes = [Prefix(each.rest, each.rest) for each in self._prefixes]
        return prefix

    def _code(self, token: Token) -> list[Row]:
        """Code in colours, indented."""
        name = token.info.split(maxsplit=1)[0].strip("{}.") if token.info.strip() else ""
        rows = Highlighter(name).block(token.content.rstrip("\n"))
        return [((None, "  "), *visible(row)) for row in rows]

    def _table(self) -> Grid:
        rows: list[list[Cell]] = []
        heads = 0
        for token in self._tokens:
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "thead_close":
                heads = len(rows)
            elif token.type in ("th_open", "td_open"):
                lines = self._inline(next(self._tokens))
                rows[-1].append(Cell(lines, token.type == "th_open", _side(str(token.attrGet("style") or ""))))
        return Grid(rows, heads)

    def _inline(self, token: Token, styles: Sequence[Style] = ()) -> list[Row]:
        """The lines of a text with its emphasis."""
        lines: list[list[Run]] = [[]]
        given = list(styles)
        links: list[str] = []
        for child in token.children or []:
            kind = child.type.removesuffix("_open").removesuffix("_close")
            if kind in _INLINE:
                if child.nesting > 0:
                    given.append(_INLINE[kind])
                elif _INLINE[kind] in given:
                    given.remove(_INLINE[kind])
            elif child.type == "hardbreak":
                lines.append([])
            elif child.type == "link_open":
                links.append(str(child.attrGet("href") or ""))
            elif child.type == "link_close":
                url = printable(links.pop()) if links else ""
                told = "".join(text for _, text in lines[-1])
                if url.startswith(("http://", "https://")) and not told.endswith(url):
                    lines[-1].append((MUTED, f" <{url}>"))
            else:
                lines[-1] += [styled(printable(text), given, self._depth, role) for role, text in self._pieces(child)]
        return [tuple(run for run in line if run[1]) for line in lines]

    def _pieces(self, token: Token) -> Iterator[tuple[str, str]]:
        """The texts of an inline token, each with its role."""
        match token.type:
            case "text":
                yield from _formulas(token.content) if self._formulas else [(ROLE, token.content)]
            case "code_inline":
                yield "code", token.content
            case "softbreak":
                yield ROLE, " "
            case "image":
                yield MUTED, f"[{token.content or 'picture'}]"


def _formulas(text: str) -> Iterator[tuple[str, str]]:
    """A text, its formulas written in a line."""
    end = 0
    for match in _FORMULA.finditer(text):
        yield ROLE, text[end : match.start()]
        yield ROLE, inline(match[1] or match[2])
        end = match.end()
    yield ROLE, text[end:]


def _side(style: str) -> Side:
    if "right" in style:
        return "right"
    return "center" if "center" in style else ""

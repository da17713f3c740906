"""Simple HTML as text: headings, paragraphs, lists, emphasis, links, tables, preformatted text.

It stands in for an object whose plain text says nothing.  No style is applied and nothing is loaded: scripts, styles
and what else is not text are left out.  Control characters of the source are dropped, so that the only sequences in
the text are those of emphasis that are written here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

from bipy.ui.mime.means import Means
from bipy.ui.text.output import Lines, TextLines, joined
from bipy.ui.text.rows import width

# A longer source is no simple HTML, and 1 MB takes a fifth of a second.
LONGEST = 200_000

_SILENT = frozenset(["script", "style", "head", "template", "svg", "math", "noscript", "object", "iframe"])
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_BLOCKS = frozenset(["p", "div", "section", "article", "header", "footer", "blockquote", "ul", "ol", "dl", "table"])
_LINES = frozenset(["li", "tr", "dt", "dd", "pre", "caption", "details", "summary", "hr"]) | _BLOCKS | _HEADINGS
_EMPHASIS = {"b": "1", "strong": "1", "th": "1", "em": "3", "i": "3", "u": "4"} | dict.fromkeys(_HEADINGS, "1")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SEQUENCES = re.compile("\x1b\\[[0-9]*m")
_BLANKS = re.compile(r"[ \t\r\n\f]+")


def text(data: object, metadata: Mapping[str, object], means: Means) -> Lines | None:  # noqa: ARG001
    """The text of HTML; None if it is too long, or if nothing of it can be read."""
    source = joined(data)
    if source is None or len(source) > LONGEST:
        return None
    reader = _Reader()
    reader.feed(_CONTROLS.sub("", source))
    reader.close()
    whole = reader.whole()
    return TextLines("output", means.depth, text=whole) if _SEQUENCES.sub("", whole).strip() else None


class _Reader(HTMLParser):
    """Gathers the lines of a document."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line = ""
        self._silent: list[str] = []
        self._preformatted = 0
        # The lists that are open, each with the number of its last item; None for one without numbers.
        self._lists: list[int | None] = []
        # The rows of the table that is open.
        self._rows: list[list[str]] | None = None
        self._links: list[str] = []

    def whole(self) -> str:
        """All lines."""
        self._break()
        self._end_table()
        return "\n".join(self._lines).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        if self._silent:
            return
        given = {name: value or "" for name, value in attrs}
        if tag in _LINES or tag == "br":
            self._break(blank=tag in _BLOCKS or tag in _HEADINGS)
        match tag:
            case "table":
                self._rows = self._rows or []
            case "tr" if self._rows is not None:
                self._rows.append([])
            case "ul" | "ol":
                self._lists.append(0 if tag == "ol" else None)
            case "li":
                self._line = self._bullet()
            case "pre":
                self._preformatted += 1
            case "hr":
                self._line = "\u2500" * 8
                self._break()
            case "img":
                self._line += f"[{given.get('alt') or 'picture'}]"
            case "a":
                self._links.append(given.get("href", ""))
        if tag in _EMPHASIS:
            self._line += f"\x1b[{_EMPHASIS[tag]}m"

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag == self._silent[-1]:
                self._silent.pop()
            return
        if tag in _EMPHASIS:
            self._line += "\x1b[0m"
        match tag:
            case "td" | "th" if self._rows:
                self._rows[-1].append(self._line.strip(" "))
                self._line = ""
            case "table":
                self._line = ""
                self._end_table()
            case "ul" | "ol" if self._lists:
                self._break()
                self._lists.pop()
            case "pre":
                self._preformatted = max(0, self._preformatted - 1)
            case "a" if self._links:
                url = self._links.pop()
                if url.startswith(("http://", "https://")) and not self._line.endswith(url):
                    self._line += f" <{url}>"
        if tag in _LINES:
            self._break(blank=tag in _BLOCKS or tag in _HEADINGS)

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._preformatted and self._rows is None:
            *before, self._line = (self._line + data).split("\n")
            self._lines += before
            return
        data = _BLANKS.sub(" ", data)
        self._line += data.lstrip(" ") if not self._line or self._line.endswith(" ") else data

    def _break(self, *, blank: bool = False) -> None:
        """End the line, unless it is a cell's; a block has a blank row around it."""
        if self._rows is not None:
            self._line += " " if self._line else ""
            return
        if _SEQUENCES.sub("", self._line).strip():
            self._lines.append(self._line.rstrip())
            self._line = ""
        elif not self._preformatted:
            # Emphasis that was begun goes on with the text to come.
            self._line = self._line.strip()
        if blank and not self._lists and self._lines and self._lines[-1]:
            self._lines.append("")

    def _bullet(self) -> str:
        indent = "  " * max(0, len(self._lists) - 1)
        number = self._lists[-1] if self._lists else None
        if number is None:
            return f"{indent}\u2022 "
        self._lists[-1] = number + 1
        return f"{indent}{number + 1}. "

    def _end_table(self) -> None:
        rows, self._rows = self._rows, None
        self._lines += _columns(rows or [])


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows of a table, its cells below each other."""
    widths = [0] * max((len(row) for row in rows), default=0)
    for row in rows:
        for number, cell in enumerate(row):
            widths[number] = max(widths[number], width(_SEQUENCES.sub("", cell)))
    lines = []
    for row in rows:
        cells = [
            cell + " " * (columns - width(_SEQUENCES.sub("", cell))) for cell, columns in zip(row, widths, strict=False)
        ]
        lines.append("  ".join(cells).rstrip())
    return [line for line in lines if line]

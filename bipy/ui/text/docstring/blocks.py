"""Blocks: headings, paragraphs, lists, tables, code, directives.

`Reader` goes from block to block.  It looks at the line below its cursor, decides what begins there, and hands over to
the method for that kind of block, which takes the lines of the block and yields the lines that are shown.  All prose is
shown by `_shown`: a mark (a bullet, a name, a title), the paragraph behind it, and the code that it introduces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bipy.ui.text.docstring.code import PROMPT, code_lines, examples, is_prompt
from bipy.ui.text.docstring.cursor import FAR, LONGEST, Cursor
from bipy.ui.text.docstring.fields import FIELD, FIELDS, NO_SECTION, TERM, TYPES, Fields, section
from bipy.ui.text.docstring.inline import inline
from bipy.ui.text.docstring.line import BLANK, Face, Line, indent_of
from bipy.ui.text.docstring.paragraph import joined
from bipy.ui.text.docstring.table import RULE, cells, columns, table

if TYPE_CHECKING:
    from bipy.ui.text.highlight import Highlighter
    from bipy.ui.text.rows import Row

# By how much a title may be longer than the rule below it.
RULE_SHORT = 15
# How far the fields of Sphinx are indented below the heading that they get.
INSIDE = 4

# Directives that are said in other words than their name.
TITLES = {
    "deprecated": "Deprecated since {}",
    "seealso": "See also",
    "versionadded": "New in version {}",
    "versionchanged": "Changed in version {}",
}

# Patterns are compiled (by `re`, which keeps them) when the first docstring comes, not at start-up.

# Sections of NumPy and Google whose items begin with a name, and those that hold mere text.
_SECTION = (
    r"(?P<items>(?:(?:keyword |other )?(?:arg|argument|param|parameter)|attribute|except|exception|kwarg|method|raise"
    r"|receive|return|warn|yield)s?|see also)|(?:example|note|reference|tip|todo|warning)s?"
)
# Directives whose content is code, and those whose argument is their title.
_CODE = r"code|code-block|doctest|ipython|jupyter-execute|math|parsed-literal|plot|prompt|sourcecode|testcode"
_TABLE = r"(?:csv-|list-)?table"
_TITLED = rf"admonition|rubric|topic|{_TABLE}"
_RULE = r"([-=~^#*+])\1{2,}"
_MARKDOWN_HEADING = r"#{2,6} +(\S.*)"
_ADMONITION = r"(?:!!!|\?\?\?\+?) +([\w-]+)(?: +\"(.*)\")?$"
_MARK = r"[-*+\u2022\u2023] +(?=\S)|\(?(?:\d{1,3}|#)[.)] +(?=\S)"
_BLOCK = (
    r"(?P<fence>``` {0,2}[\w+-]*(?: {0,2}\{.*\})?$)"
    rf"|(?P<session>{PROMPT})"
    rf"|(?P<columns>{RULE})"
    r"|(?P<grid>\+[-=+]+\+$|\|.*\|$|\| )"
    r"|(?P<explicit>\.\. +\S)"
    rf"|(?P<admonition>{_ADMONITION})"
    rf"|(?P<field>{FIELD})"
    rf"|(?P<listed>{_MARK})"
)
# One colon is a mistake that is made; in capitals it is a comment.
_DIRECTIVE = r"\.\. +([a-zA-Z][\w:.+-]*?) ?(?:::(?=[ \d]|$)|(?<=[a-z]):(?= |$)) *(.*)$"
_OPTION = r":([\w-]+):(?: |$)"
_STATEMENT = (
    r"import [\w., ]+$|from [\w.]+ import |(?:async )?def \w+\(|class \w+.*:$|(?:async |for |if |while |with |try).*:$"
    r"|[\w.]+(?:\[[^]]*\])?(?:, ?[\w.]+)* [-+*/]?= ?\S|[\w.]+\(.*\)$|@[\w.]+|%{1,2}\w|!\w"
)
_TABULAR = r"\S.{0,30}?[^\s.,:;!?] {2,}(?=\S)"


class Reader:
    """The lines of a docstring, block by block."""

    def __init__(self, cursor: Cursor, face: Face, highlighter: Highlighter | None) -> None:
        self._cursor = cursor
        self._face = face
        self._highlighter = highlighter
        self._section = NO_SECTION
        self._fields: Fields | None = None

    def read(self) -> Iterator[Line]:
        """All of it."""
        while not self._cursor.ended():
            line = self._cursor.line()
            text = line.lstrip()
            indent = len(line) - len(text)
            title, count = self._title()
            kind = "" if count else self._kind(text)
            if text and self._fields and indent <= self._fields.indent and kind != "field":
                self._fields = None
            block = self._heading(title, count, indent) if count else self._block(kind, indent)
            # Of a field the further paragraphs stand below its text, which is indented by its heading.
            inner = INSIDE if self._fields and indent > self._fields.indent and self._fields.inside else 0
            if inner:
                block = (line._replace(indent=line.indent + inner, hang=line.hang + inner) for line in block)
            yield from block

    def _kind(self, text: str) -> str:
        match = re.match(_BLOCK, text)
        if match:
            return match.lastgroup or ""
        return "prose" if text and not re.fullmatch(_RULE, text) else "blank"

    def _block(self, kind: str, indent: int) -> Iterator[Line]:
        blocks = {
            "fence": self._fence,
            "session": self._session,
            "columns": self._columns,
            "grid": self._grid,
            "explicit": self._explicit,
            "admonition": self._admonition,
            "field": self._field,
            "listed": self._listed,
            "prose": self._prose,
            "blank": self._blank,
        }
        return blocks[kind](indent)

    def _blank(self, _indent: int) -> Iterator[Line]:
        self._cursor.move()
        yield BLANK

    def _paragraph(self, *, hanging: bool = False, listed: bool = False) -> tuple[list[str], int]:
        """Take the paragraph at the cursor: its lines, and the indentation of all but the first.

        A hanging one goes on with deeper lines, any other with lines of the same indentation.
        """
        cursor = self._cursor
        broken = [cursor.line()]
        indent = inner = indent_of(broken[0])
        length = len(broken[0])
        cursor.move()
        while line := cursor.line():
            here = indent_of(line)
            length += len(line)
            fits = here > indent if hanging and inner == indent else here == inner
            if not fits or length > LONGEST or re.match(_BLOCK, line.lstrip()) or self._title()[1]:
                break
            inner = here
            broken.append(line)
            cursor.move()
        return joined(broken, listed=listed), inner

    # Headings

    def _title(self) -> tuple[str, int]:
        """The title at the cursor and how many lines it takes; ("", 0) if there is none."""
        line = self._cursor.line()
        if not line:
            return "", 0
        below = self._cursor.line(1)
        text, rule = line.lstrip(), below.lstrip()
        if re.fullmatch(_RULE, text):
            overlined = rule and self._cursor.line(2).lstrip() == text and not re.fullmatch(_RULE, rule)
            return (rule, 3) if overlined else ("", 0)
        if rule and rule[0] in "-=~^#*+" and re.fullmatch(_RULE, rule):
            same = indent_of(below) == indent_of(line)
            return (text, 2) if same and len(text) <= len(rule) + RULE_SHORT else ("", 0)
        if text[-1] == ":" and re.fullmatch(_SECTION, text[:-1].lower()):
            content = below or self._cursor.line(2)
            return (text[:-1], 1) if indent_of(content) > indent_of(line) else ("", 0)
        if text[0] == "#" and (markdown := re.fullmatch(_MARKDOWN_HEADING, text)):
            return markdown[1], 1
        return "", 0

    def _heading(self, title: str, count: int, indent: int) -> Iterator[Line]:
        self._cursor.move(count)
        self._cursor.skip_blank()
        known = re.fullmatch(_SECTION, title.lower())
        self._section = NO_SECTION
        if known and known["items"]:
            # Names may be set flush right, as R does.
            underlined = count > 1
            indents = range(indent, indent + 1) if underlined else range(indent + 1, self._cursor.below()[0] + 1)
            self._section = section(title, indents)
        yield from self._headed(title, indent)

    def _headed(self, title: str, indent: int) -> Iterator[Line]:
        yield BLANK
        yield Line(tuple((self._face.heading, text) for _, text in inline(title, self._face)), indent, indent)

    # Prose

    def _prose(self, indent: int) -> Iterator[Line]:
        cursor, face = self._cursor, self._face
        if indent < self._section.indents.start:
            self._section = NO_SECTION
        text = cursor.line().lstrip()
        deeper = indent_of(cursor.line(1)) > indent
        inside = indent in self._section.indents
        if inside and (item := re.match(self._section.item, text)):
            texts, inner = self._paragraph(hanging=self._section.hanging or deeper)
            texts[0] = texts[0][item.end(1) :]
            yield from self._shown(((face.code, item[1]),), texts, indent, max(inner, indent + 4))
        elif (deeper or inside) and (term := re.match(TERM, text)) and (deeper or " : " in text):
            cursor.move()
            yield Line(((face.code, term[1]), *inline(text[term.end(1) :], face)), indent, indent + 4)
        else:
            texts, _ = self._paragraph(listed=inside)
            yield from self._shown((), texts, indent, indent)

    def _shown(self, mark: Row, texts: list[str], indent: int, inner: int, item: int = 0) -> Iterator[Line]:
        """The lines of a paragraph, `mark` in front of the first, the others indented by `inner`; then its code.

        Of a list `item` is where the text of an item begins: a prompt there is not code that the item introduces.
        """
        literal = texts[-1].endswith("::")
        if literal:
            texts[-1] = texts[-1][:-2].rstrip()
            texts[-1] += ":" if texts[-1] else ""
        introduced = texts[-1].endswith(":")
        for number, text in enumerate(texts):
            row = inline(text, self._face)
            label = re.match(_TABULAR, text)
            if number == 0:
                yield Line((*mark, *row), indent, max(inner, indent + label.end() if label and not mark else 0))
            else:
                yield Line(row, inner, inner + (label.end() if label else 0))
        if literal or introduced:
            below, text = self._cursor.below()
            if below > indent and (literal or re.match(_STATEMENT, text)) and not (below <= item and is_prompt(text)):
                yield from self._code(max(indent, item) if below > item else indent, self._highlighter)

    def _listed(self, indent: int) -> Iterator[Line]:
        texts, _ = self._paragraph(hanging=True)
        match = re.match(_MARK, texts[0])
        mark = match[0] if match else ""
        texts[0] = texts[0][len(mark) :]
        inner = indent + len(mark)
        mark = mark if mark[0].isalnum() or mark[0] in "(#" else "\u2022" + mark[1:]
        yield from self._shown(((self._face.text, mark),), texts, indent, inner, item=inner)

    # Tables

    def _columns(self, indent: int) -> Iterator[Line]:
        """A table whose rule tells the columns; it ends at the same rule, or else at a blank line."""
        cursor, rule = self._cursor, self._cursor.line()[indent:]
        for ahead in range(1, FAR):
            line = cursor.line(ahead)
            if line and indent_of(line) < indent:
                break
            if line[indent:] == rule and not cursor.line(ahead + 1):
                texts = [cursor.line(number)[indent:] for number in range(ahead + 1)]
                cursor.move(len(texts))
                yield from table(texts, rule, indent, self._face)
                return
        starts = [start for start, _ in columns(rule)]
        for text in cursor.together(indent):
            cuts = [start for start in starts if text[start - 1 : start] == " "]
            yield Line(cells(text, cuts, self._face), indent, indent)

    def _grid(self, indent: int) -> Iterator[Line]:
        """Lines with bars between the cells, or in front of what is to stay a line."""
        for text in self._cursor.together(indent):
            bars = [match.start() for match in re.finditer(r"\|", text)]
            yield Line(cells(text, bars, self._face), indent, indent)

    # Code

    def _code(self, indent: int, highlighter: Highlighter | None) -> Iterator[Line]:
        """The code below, which is indented by more than `indent`."""
        if self._cursor.skip_blank():
            yield BLANK
        text = self._cursor.line().lstrip()
        if margin := self._cursor.margin(indent):
            block = (line[min(margin, indent_of(line)) :] for line in self._cursor.deeper(indent))
            show = examples if is_prompt(text) else code_lines
            yield from show(block, highlighter, self._face, margin)

    def _fence(self, indent: int) -> Iterator[Line]:
        self._cursor.move()
        yield from code_lines(self._fenced(indent), self._highlighter, self._face, indent)

    def _fenced(self, indent: int) -> Iterator[str]:
        cursor = self._cursor
        while not cursor.ended():
            line = cursor.line()
            cursor.move()
            if line.strip() == "```":
                return
            yield line[min(indent, indent_of(line)) :]

    def _session(self, indent: int) -> Iterator[Line]:
        yield from examples(self._cursor.together(indent), self._highlighter, self._face, indent)

    # Explicit markup

    def _explicit(self, indent: int) -> Iterator[Line]:
        """A directive, a footnote or the address of a link; mere targets are left out, comments left as they are."""
        face = self._face
        text = self._cursor.line().lstrip()
        if directive := re.match(_DIRECTIVE, text):
            yield from self._directive(directive[1].rpartition(":")[2].lower(), directive[2], indent)
            return
        if re.match(r"\.\. +_[^:]{1,200}:$", text):
            self._cursor.move()
            return
        texts, inner = self._paragraph(hanging=True)
        mark: Row = ()
        if footnote := re.match(r"\.\. +(\[[^]]{1,40}\])(?: |$)", texts[0]):
            mark = ((face.code, footnote[1]),)
            texts[0] = texts[0][footnote.end(1) :]
            inner = max(inner, indent + 3)
        elif link := re.match(r"\.\. +_`?([^:`]{1,200})`?: +(?=\S)", texts[0]):
            mark = ((face.code, link[1]), (face.text, ": "))
            texts[0] = texts[0][link.end() :]
        yield from self._shown(mark, texts, indent, inner)

    def _directive(self, name: str, argument: str, indent: int) -> Iterator[Line]:
        if re.fullmatch(_CODE, name):
            self._cursor.move()
            self._skip_options(indent)
            if name == "math" and argument:
                yield Line(((self._face.code, argument),), indent + 4, indent + 4)
            other = argument and name != "math" and not argument.startswith(("py", "ipy", "default"))
            yield from self._code(indent, None if other or name == "math" else self._highlighter)
            return
        texts, inner = self._paragraph(hanging=True)
        self._skip_options(indent)
        match = re.match(_DIRECTIVE, texts[0])
        rest = match[2] if match else ""
        title = TITLES.get(name, name.replace("-", " ").capitalize())
        if re.fullmatch(_TITLED, name) and rest:
            title, rest = rest, ""
        elif re.fullmatch(_TABLE, name):
            return
        elif "{}" in title:
            version, _, rest = rest.partition(" ")
            title = title.format(version) if version else title.partition(" ")[0]
        texts[0] = rest
        mark: Row = ((self._face.heading, title), *(((self._face.text, ": "),) if rest else ()))
        yield from self._shown(mark, texts, indent, max(inner, indent + 3))

    def _skip_options(self, indent: int) -> None:
        """Move behind the options of a directive, which are for Sphinx."""
        while indent_of(self._cursor.line()) > indent:
            option = re.match(_OPTION, self._cursor.line().lstrip())
            if option is None or option[1] in FIELDS or option[1] in TYPES:
                break
            self._cursor.move()

    def _admonition(self, indent: int) -> Iterator[Line]:
        """The title of a block as MkDocs and Julia mark it; the block is indented below."""
        match = re.match(_ADMONITION, self._cursor.line().lstrip())
        self._cursor.move()
        if match:
            yield Line(((self._face.heading, match[2] or match[1].capitalize()),), indent, indent)

    # Fields

    def _field(self, indent: int) -> Iterator[Line]:
        if self._fields is None or indent < self._fields.indent:
            self._fields = Fields(self._cursor, indent, self._face)
        self._fields.look_ahead()
        texts, _ = self._paragraph(hanging=True)
        field = self._fields.field(texts[0])
        if field is None:
            return
        if field.heading:
            yield from self._headed(field.heading, indent)
        texts[0] = field.text
        indent += INSIDE if self._fields.inside else 0
        yield from self._shown(field.mark, texts, indent, indent + 4)

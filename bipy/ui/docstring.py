"""Docstrings as lines that read well: the markup of reStructuredText, NumPy and Google gone, examples coloured.

A docstring follows customs and no rules, so this is a tolerant scanner of lines and no parser.  What looks like a
heading, a list, a field, a directive, an example or code is shown as one; anything else is left as it is, but for lines
that were broken only for their length, which are joined to be wrapped anew.  No word is lost outside markup, nothing
raises, and the time is linear.  `lines` is a generator: of a long text no more is read than is looked at.

Text in, rows of roles out; no widget is known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from bipy.ui.text import rows
from bipy.ui.text.rows import Row, Run

if TYPE_CHECKING:
    from bipy.ui.text.highlight import Highlighter, State

# A paragraph with a line of this length was broken for its length.  Where the next word would have had room, by more
# than people are ragged, the break was meant.
FULL_LINE = 50
RAGGED = 15

# Sphinx' fields -> the section that they belong to; those that name the type of a thing in it.
FIELDS = {
    **dict.fromkeys(("param", "parameter", "arg", "argument", "key", "keyword", "kwarg"), "Parameters"),
    **dict.fromkeys(("var", "ivar", "cvar"), "Attributes"),
    **dict.fromkeys(("return", "returns"), "Returns"),
    **dict.fromkeys(("yield", "yields"), "Yields"),
    **dict.fromkeys(("raise", "raises", "except", "exception"), "Raises"),
}
TYPES = {"type": "Parameters", "vartype": "Attributes", "rtype": "Returns", "ytype": "Yields"}

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
# Directives whose content is code, and those that are titles themselves.
_CODE = r"code|code-block|doctest|ipython|jupyter-execute|math|parsed-literal|plot|prompt|sourcecode|testcode"
_TITLED = r"admonition|rubric|topic"
_NAME = r"\*{0,2}[\w.]+(?:\[.{0,80}?\])?(?:, ?\*{0,2}[\w.]+)*"
_ITEM = rf"({_NAME})(?: ?\(.{{1,200}}?\))?:(?: |$)"
_SEE = rf"({_NAME}) ?:(?: |$)"
_TERM = rf"({_NAME})(?: : .*)?$"
_RULE = r"([-=~^#*+])\1{2,}"
_PROMPT = r">>>(?: |$)|In \[\d*\]:(?: |$)"
_FLAGS = r" {0,9}# ?doctest: .*"
_MORE = r"\.\.\.(?: |$)|\.{3,}:(?: |$)"
_FIELD = r"[:@]([a-zA-Z]+)(?: {1,9}([^:`]{1,120}))?:(?: +(.*))?$"
_MARK = r"[-*+\u2022\u2023] +(?=\S)|\(?(?:\d{1,3}|#)[.)] +(?=\S)"
_BLOCK = (
    r"(?P<fence>```[\w+-]*$)"
    rf"|(?P<session>{_PROMPT})"
    r"|(?P<table>(?:={2,}|-{2,})(?: +(?:=+|-+))+$|\+[-=+]+\+$)"
    r"|(?P<explicit>\.\. \S)"
    rf"|(?P<field>(?::[a-zA-Z]+|@(?:{'|'.join((*FIELDS, *TYPES))}))(?: {{1,9}}[^:`]{{1,120}})?:(?: |$))"
    rf"|(?P<listed>{_MARK})"
)
_DIRECTIVE = r"\.\. ([\w:.+-]+?)::(?: +(.*))?$"
_OPTION = r":([\w-]+):(?: |$)"
_STATEMENT = (
    r"import [\w., ]+$|from [\w.]+ import |(?:async )?def \w+\(|class \w+.*:$|(?:async |for |if |while |with |try).*:$"
    r"|[\w.]+(?:\[[^]]*\])?(?:, ?[\w.]+)* [-+*/]?= ?\S|[\w.]+\(.*\)$|@[\w.]+|%{1,2}\w|!\w"
)
_TABULAR = r"\S.{0,30}?[^\s.,:;!?] {2,}(?=\S)"
_BEFORE = r"(?<![^\s(\[{<'\"/:-])"
_INLINE = (
    r"``(?P<literal>.{1,300}?)``"
    r"|(?::[\w.+-]{1,40}){1,2}:`(?P<role>[^`]{1,300})`"
    r"|`(?P<link>[^`<]{1,300}?) {0,2}<(?P<target>[^`>]{1,500})>`__?"
    r"|`(?P<name>[^`\s](?:[^`]{0,300}[^`\s])?)`(?:__?(?!\w))?"
    rf"|{_BEFORE}\*\*(?P<strong>[^\s*](?:[^*]{{0,300}}[^\s*])?)\*\*(?![\w*])"
    rf"|{_BEFORE}\*(?P<emphasis>[^\s*](?:[^*]{{0,300}}[^\s*])?)\*(?![\w*])"
    r"|(?P<footnote>\[[\w#*]{1,20}\])_(?!\w)"
    r"|\\(?P<escaped>[*`_|])"
)


class Face(NamedTuple):
    """The roles that a docstring is painted with."""

    text: str
    heading: str
    code: str


BOX = Face("box.docs", "box.docs.heading", "box.docs.code")
PAGE = Face("pager", "pager.heading", "pager.code")


class Line(NamedTuple):
    """A line as long as it likes: its first row begins in column `indent`, its further ones in `hang`."""

    row: Row = ()
    indent: int = 0
    hang: int = 0


BLANK = Line()


def wrapped(line: Line, columns: int) -> list[Row]:
    """`line` in rows of at most `columns`, broken between words; where room is scarce it is indented less."""
    indent, hang = min(line.indent, columns // 4), min(line.hang, columns // 3)
    row = rows.visible(line.row)
    if rows.row_width(row) + indent <= columns:
        return [_indented(row, indent)]
    first, *others = rows.wrap_words(row, columns - hang, indent - hang)
    return [_indented(first, indent), *(_indented(other, hang) for other in others)]


def _indented(row: Row, columns: int) -> Row:
    return ((row[0][0], " " * columns), *row) if row and columns else row


def lines(text: str, face: Face, highlighter: Highlighter | None = None) -> Iterator[Line]:
    """The lines of a docstring, never two blank ones together; without `highlighter` code is all of one colour."""
    begun = blank = False
    for line in _Reader(text, face, highlighter).read():
        if not line.row:
            blank = begun
            continue
        if blank:
            yield BLANK
        yield line
        begun, blank = True, False


def code_lines(code: Sequence[str], highlighter: Highlighter | None, face: Face, indent: int = 0) -> Iterator[Line]:
    """Lines of code, each indented further by `indent`; too long ones go on four columns in."""
    state = highlighter.start if highlighter else ()
    for text in code:
        row, state = _coloured(text, state, highlighter, face)
        yield Line(row, indent, indent + _indent(text) + 4)


def _coloured(text: str, state: State, highlighter: Highlighter | None, face: Face) -> tuple[Row, State]:
    if highlighter is None:
        return ((face.code, text),) if text else (), state
    return highlighter.line(text, state)


def inline(text: str, face: Face) -> Row:
    """A line of prose, what is marked in it as code, as a name or as important shown so and no longer marked."""
    if not any(sign in text for sign in "`*\\_"):
        return ((face.text, text),) if text else ()
    runs: list[Run] = []
    end = 0
    for match in re.finditer(_INLINE, text):
        runs.append((face.text, text[end : match.start()]))
        end = match.end()
        kind, shown = match.lastgroup, match[match.lastgroup or 0]
        if kind == "role":
            runs.append((face.code, _reference(shown)))
        elif kind == "target":
            runs.append((face.text, f"{match['link']} <{shown}>"))
        else:
            plain = kind in ("footnote", "escaped")
            runs.append((face.heading if kind == "strong" else face.text if plain else face.code, shown))
    runs.append((face.text, text[end:]))
    return tuple(run for run in runs if run[1])


def _reference(target: str) -> str:
    """What Sphinx shows of a role's text: "~a.b.c" is c, "title <target>" is title."""
    titled = re.match(r"(.*\S)\s*<[^<>]+>$", target)
    if titled:
        return titled[1]
    target = target.removeprefix("!")
    return target.rpartition(".")[2] if target.startswith("~") else target


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _cleaned(text: str) -> list[str]:
    """The lines without the indentation that they share, and without blanks at their ends."""
    cleaned = [line.expandtabs().rstrip() for line in text.split("\n")]
    margin = min((_indent(line) for line in cleaned if line), default=0)
    return [line[margin:] for line in cleaned]


def _joined(broken: Sequence[str]) -> list[str]:
    """The lines of a paragraph, those joined again that were broken because the next word had no room."""
    longest = max(map(len, broken))
    joined = [[broken[0].strip()]]
    for before, line in pairwise(broken):
        text = line.strip()
        needed = len(before) + 1 + len(text.split(" ", 1)[0])
        ragged = 0 if before.endswith((".", ":", ";", "!", "?")) else RAGGED
        if longest >= FULL_LINE and needed > longest - ragged and not re.match(r"[\w.]+\(.*\) --?> ", before.lstrip()):
            joined[-1].append(text)
        else:
            joined.append([text])
    return [" ".join(parts) for parts in joined]


class _Reader:
    """The lines of a docstring, block by block: each method takes the lines that it shows."""

    def __init__(self, text: str, face: Face, highlighter: Highlighter | None) -> None:
        self._lines = _cleaned(text)
        self._at = 0
        self._face = face
        self._highlighter = highlighter
        # Of the present section: how far its items may be indented (none: it has none), how one begins that goes on
        # behind its name, and whether it goes on in deeper lines only.
        self._items = range(0)
        self._item = _ITEM
        self._hanging = True
        # Of the present list of fields: the line behind it, the types by (section, name), the section shown last.
        self._fields_end = 0
        self._types: dict[tuple[str, str], str] = {}
        self._section = ""

    def read(self) -> Iterator[Line]:
        """All of it."""
        blocks = {
            "fence": self._fence,
            "session": self._session,
            "table": self._table,
            "explicit": self._explicit,
            "field": self._field,
            "listed": self._listed,
        }
        while self._at < len(self._lines):
            line = self._lines[self._at]
            text = line.lstrip()
            indent = len(line) - len(text)
            title, count = self._title(self._at)
            if count:
                yield from self._heading(title, count, indent)
            elif match := re.match(_BLOCK, text):
                yield from blocks[match.lastgroup or ""](indent)
            elif text and not re.fullmatch(_RULE, text):
                yield from self._prose(indent)
            else:
                self._at += 1
                yield BLANK

    # Which lines belong together

    def _paragraph(self, *, hanging: bool = False) -> tuple[list[str], int]:
        """Take the paragraph that begins here: its lines, and the indentation of all but the first.

        A hanging one goes on with deeper lines, any other with lines of the same indentation.
        """
        broken = [self._lines[self._at]]
        indent = inner = _indent(broken[0])
        self._at += 1
        while self._at < len(self._lines):
            line = self._lines[self._at]
            here = _indent(line)
            fits = here > indent if hanging and inner == indent else here == inner
            if not line or not fits or re.match(_BLOCK, line.lstrip()) or self._title(self._at)[1]:
                break
            inner = here
            broken.append(line)
            self._at += 1
        return _joined(broken), inner

    def _deeper(self, indent: int) -> list[str]:
        """Take the lines that are indented by more than `indent`, with the blank ones between."""
        end = last = self._at
        while end < len(self._lines) and (not self._lines[end] or _indent(self._lines[end]) > indent):
            end += 1
            last = end if self._lines[end - 1] else last
        taken = self._lines[self._at : last]
        self._at = last
        return taken

    def _together(self, indent: int) -> list[str]:
        """Take the lines up to the next blank one that are indented by `indent` or more, without that."""
        start = self._at
        while self._at < len(self._lines) and self._lines[self._at] and _indent(self._lines[self._at]) >= indent:
            self._at += 1
        return [line[indent:] for line in self._lines[start : self._at]]

    def _below(self) -> tuple[int, str]:
        """The indentation and the text of the next line that is not blank; (-1, "") behind the last."""
        for at in range(self._at, len(self._lines)):
            if self._lines[at]:
                return _indent(self._lines[at]), self._lines[at].lstrip()
        return -1, ""

    def _skip_blank(self) -> None:
        while self._at < len(self._lines) and not self._lines[self._at]:
            self._at += 1

    # Headings

    def _title(self, at: int) -> tuple[str, int]:
        """The title that begins with line `at` and how many lines it takes; ("", 0) if none does."""
        text = self._lines[at].strip()
        below = self._lines[at + 1 : at + 3]
        if not text or not below:
            return "", 0
        rule = below[0].strip()
        if re.fullmatch(_RULE, text):
            overlined = len(below) == 2 and below[1].strip() == text and not re.fullmatch(_RULE, rule)
            return (rule, 3) if overlined and rule else ("", 0)
        if rule[:1] in ("-", "=", "~", "^", "#", "*", "+") and re.fullmatch(_RULE, rule):
            same = _indent(below[0]) == _indent(self._lines[at])
            return (text, 2) if same and len(text) <= len(rule) + RAGGED else ("", 0)
        if text[-1] == ":" and re.fullmatch(_SECTION, text[:-1].lower()):
            content = next((line for line in below if line), "")
            return (text[:-1], 1) if _indent(content) > _indent(self._lines[at]) else ("", 0)
        return "", 0

    def _heading(self, title: str, count: int, indent: int) -> Iterator[Line]:
        self._at += count
        self._skip_blank()
        name = title.lower()
        section = re.fullmatch(_SECTION, name)
        self._items = range(0)
        if section and section["items"]:
            # Names may be set flush right, as R does.
            self._items = range(indent, indent + 1) if count > 1 else range(indent + 1, self._below()[0] + 1)
            self._item = _SEE if name == "see also" else _ITEM
            self._hanging = name.rstrip("s") not in ("return", "yield")
        yield from self._headed(title, indent)

    def _headed(self, title: str, indent: int) -> Iterator[Line]:
        yield BLANK
        yield Line(tuple((self._face.heading, text) for _, text in inline(title, self._face)), indent, indent)

    # Prose

    def _prose(self, indent: int) -> Iterator[Line]:
        text = self._lines[self._at].lstrip()
        self._items = self._items if indent >= self._items.start else range(0)
        following = self._lines[self._at + 1 : self._at + 2]
        over = bool(following) and _indent(following[0]) > indent
        if indent in self._items and (item := re.match(self._item, text)):
            texts, inner = self._paragraph(hanging=self._hanging or over)
            texts[0] = texts[0][item.end(1) :]
            yield from self._shown(((self._face.code, item[1]),), texts, indent, max(inner, indent + 4))
        elif (over or indent in self._items) and (term := re.match(_TERM, text)) and (over or " : " in text):
            self._at += 1
            rest = inline(text[term.end(1) :], self._face)
            yield Line(((self._face.code, term[1]), *rest), indent, indent + 4)
        else:
            texts, _ = self._paragraph()
            yield from self._shown((), texts, indent, indent)

    def _shown(self, mark: Row, texts: list[str], indent: int, inner: int) -> Iterator[Line]:
        """The lines of a paragraph, `mark` in front of the first, the others indented by `inner`; then its code."""
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
            below, text = self._below()
            if below > indent and (literal or re.match(_STATEMENT, text)):
                yield from self._code(indent, self._highlighter)

    def _listed(self, indent: int) -> Iterator[Line]:
        texts, _ = self._paragraph(hanging=True)
        match = re.match(_MARK, texts[0])
        mark = match[0] if match else ""
        texts[0] = texts[0][len(mark) :]
        mark = mark if mark[0].isalnum() or mark[0] in "(#" else "\u2022 "
        yield from self._shown(((self._face.text, mark),), texts, indent, indent + len(mark))

    def _table(self, indent: int) -> Iterator[Line]:
        for line in self._together(indent):
            yield Line(((self._face.text, line),), indent, indent)

    # Code

    def _code(self, indent: int, highlighter: Highlighter | None) -> Iterator[Line]:
        """What stands below, indented by more than `indent`, is code."""
        if self._at < len(self._lines) and not self._lines[self._at]:
            yield BLANK
        self._skip_blank()
        block = self._deeper(indent)
        margin = min((_indent(line) for line in block if line), default=0)
        block = [line[margin:] for line in block]
        if block and re.match(_PROMPT, block[0]):
            yield from self._examples(block, margin)
        else:
            yield from code_lines(block, highlighter, self._face, margin)

    def _fence(self, indent: int) -> Iterator[Line]:
        start = self._at + 1
        self._at += 1
        while self._at < len(self._lines) and self._lines[self._at].strip() != "```":
            self._at += 1
        block = [line[min(indent, _indent(line)) :] for line in self._lines[start : self._at]]
        self._at += 1
        yield from code_lines(block, self._highlighter, self._face, indent)

    def _session(self, indent: int) -> Iterator[Line]:
        yield from self._examples(self._together(indent), indent)

    def _examples(self, block: Sequence[str], indent: int) -> Iterator[Line]:
        """Prompts with code behind them, without what is said to doctest, and what was printed."""
        face, highlighter = self._face, self._highlighter
        state: State = ()
        code = False
        for line in block:
            text = line.lstrip()
            match = re.match(_PROMPT, text)
            if match:
                state = highlighter.start if highlighter else ()
            elif code:
                match = re.match(_MORE, text)
            code = match is not None
            if match:
                row, state = _coloured(re.sub(_FLAGS, "", text[match.end() :]), state, highlighter, face)
                prompt = line[: len(line) - len(text) + match.end()]
                yield Line((("prompt.in" if highlighter else face.code, prompt), *row), indent, indent + len(prompt))
            else:
                yield Line(((face.text, line),) if line else (), indent, indent)

    # Explicit markup

    def _explicit(self, indent: int) -> Iterator[Line]:
        """A directive or a footnote; targets are left out, comments are left as they are."""
        text = self._lines[self._at].lstrip()
        directive = re.match(_DIRECTIVE, text)
        footnote = re.match(r"\.\. (\[[^]]{1,40}\]) +(?=\S)", text)
        if directive:
            yield from self._directive(directive[1].rpartition(":")[2].lower(), directive[2] or "", indent)
        elif footnote:
            texts, inner = self._paragraph(hanging=True)
            texts[0] = texts[0][footnote.end(1) :]
            yield from self._shown(((self._face.code, footnote[1]),), texts, indent, max(inner, indent + 3))
        elif re.match(r"\.\. _[^:]{1,200}:$", text):
            self._at += 1
        else:
            texts, inner = self._paragraph(hanging=True)
            yield from self._shown((), texts, indent, inner)

    def _directive(self, name: str, argument: str, indent: int) -> Iterator[Line]:
        face = self._face
        if re.fullmatch(_CODE, name):
            self._at += 1
            self._skip_options(indent)
            if name == "math" and argument:
                yield Line(((face.code, argument),), indent + 4, indent + 4)
            other = argument and name != "math" and not argument.startswith(("py", "ipy", "default"))
            yield from self._code(indent, None if other or name == "math" else self._highlighter)
            return
        texts, inner = self._paragraph(hanging=True)
        self._skip_options(indent)
        match = re.match(_DIRECTIVE, texts[0])
        rest = (match[2] if match else "") or ""
        title = TITLES.get(name, name.replace("-", " ").capitalize())
        if re.fullmatch(_TITLED, name) and rest:
            title, rest = rest, ""
        elif "{}" in title:
            version, _, rest = rest.partition(" ")
            title = title.format(version) if version else title.partition(" ")[0]
        texts[0] = rest
        mark: Row = ((face.heading, title), *(((face.text, ": "),) if rest else ()))
        yield from self._shown(mark, texts, indent, max(inner, indent + 3))

    def _skip_options(self, indent: int) -> None:
        """The options of a directive are for Sphinx."""
        while self._at < len(self._lines) and _indent(self._lines[self._at]) > indent:
            option = re.match(_OPTION, self._lines[self._at].lstrip())
            if option is None or option[1] in FIELDS or option[1] in TYPES:
                break
            self._at += 1

    # Lists of fields

    def _field(self, indent: int) -> Iterator[Line]:
        if self._at >= self._fields_end:
            self._look_ahead(indent)
        face = self._face
        texts, _ = self._paragraph(hanging=True)
        match = re.match(_FIELD, texts[0])
        if match is None:
            yield from self._shown((), texts, indent, indent + 4)
            return
        kind, about = match[1], (match[2] or "").strip()
        texts[0] = match[3] or ""
        section = FIELDS.get(kind, TYPES.get(kind, ""))
        if kind in TYPES and self._types.get((section, about)) == texts[0].strip():
            return
        if not section:
            mark: Row = ((face.heading, f"{kind} {about}".strip()), *(((face.text, ": "),) if texts[0] else ()))
            yield from self._shown(mark, texts, indent, indent + 4)
            return
        if section != self._section:
            self._section = section
            yield from self._headed(section, indent)
        yield from self._shown(self._described(kind, section, about, texts), texts, indent + 4, indent + 8)

    def _described(self, kind: str, section: str, about: str, texts: list[str]) -> Row:
        """What stands in front of the text of a field: what it is about, and of which type that is."""
        face = self._face
        type_, _, name = about.rpartition(" ") if section in ("Parameters", "Attributes") else ("", "", about)
        name = name.replace("\\", "")
        type_ = type_ or self._types.get((section, name), "")
        if not name:
            # Of what is returned the type is all there is to name.
            name, type_ = (texts[0], "") if kind in TYPES else (type_, "")
            texts[0] = "" if kind in TYPES else texts[0]
        named = ((face.code, name),) if name else ()
        colon = ": " if named and texts[0] else ""
        behind = f" ({type_}){colon}" if type_ else colon
        return (*named, (face.text, behind)) if behind else named

    def _look_ahead(self, indent: int) -> None:
        """Find the end of the list of fields that begins here, and the types that are fields of their own."""
        types: dict[tuple[str, str], str] = {}
        named: set[tuple[str, str]] = set()
        at = self._at
        while at < len(self._lines):
            line = self._lines[at]
            match = re.match(_FIELD, line.lstrip()) if _indent(line) == indent else None
            at += 1
            if line and not match and _indent(line) <= indent:
                break
            if match and match[1] in FIELDS:
                named.add((FIELDS[match[1]], (match[2] or "").strip()))
            elif match and match[1] in TYPES and not (at < len(self._lines) and _indent(self._lines[at]) > indent):
                types.setdefault((TYPES[match[1]], (match[2] or "").strip()), (match[3] or "").strip())
        self._fields_end, self._section = at, ""
        self._types = {key: text for key, text in types.items() if key in named and text}

"""Fields: the parameters, results and exceptions that a docstring lists.

NumPy and Google put them into sections: a heading, and below it items that begin with a name.  A `Section` knows where
its items may be indented and how the name is told from the rest.  Sphinx and Epydoc write ":param int x: text" and
":type x: int"; `Fields` gathers a list of such lines into the same sections, and puts each type beside its name.
`blocks` takes the lines and shows them; here is only what it has to know of a field.
"""

from __future__ import annotations

import re

from bipy.ui.text.docstring.cursor import FAR, Cursor
from bipy.ui.text.docstring.inline import inline
from bipy.ui.text.docstring.line import Face, indent_of
from bipy.ui.text.rows import Row
from bipy.value import Value

# A field -> the section that it belongs to.
FIELDS = {
    **dict.fromkeys(("param", "parameter", "arg", "argument", "key", "keyword", "kwarg"), "Parameters"),
    **dict.fromkeys(("var", "ivar", "cvar"), "Attributes"),
    **dict.fromkeys(("return", "returns"), "Returns"),
    **dict.fromkeys(("yield", "yields"), "Yields"),
    **dict.fromkeys(("raise", "raises", "except", "exception"), "Raises"),
}
# A field that holds the type of another one -> the section of that one.
TYPES = {"type": "Parameters", "vartype": "Attributes", "rtype": "Returns", "ytype": "Yields"}
FIELD = (
    rf"(?::[a-zA-Z]+|@(?:{'|'.join((*FIELDS, *TYPES))}))"
    r"(?: {1,9}(?:[^:`]|`[^`]{1,80}`|:[\w:]{1,40}:`[^`]{1,80}`){1,120})?:(?: |$)"
)
_NAME = r"\*{0,2}[\w.]+(?:\[.{0,80}?\])?(?:, ?\*{0,2}[\w.]+)*"
ITEM = rf"({_NAME})(?: ?\(.{{1,200}}?\))?:(?: |$)"
TERM = rf"({_NAME}(?:\(.{{0,200}}\))?)(?: : .*)?$"
_SEE = rf"({_NAME}) ?:(?: |$)"


class Section(Value):
    """A section of NumPy or Google: the indentation that its items may have, how one begins, how it goes on."""

    indents: range = range(0)
    item: str = ITEM
    # Whether the further lines of an item are indented by more than its first.
    hanging: bool = True


NO_SECTION = Section()


def section(title: str, indents: range) -> Section:
    """The section with this title."""
    name = title.lower()
    return Section(indents, _SEE if name == "see also" else ITEM, name.rstrip("s") not in ("return", "yield"))


class Field(Value):
    """A line of the list as it is shown: below a heading or none, with a mark in front of its text."""

    heading: str
    mark: Row
    text: str


class Fields:
    """A list of fields that are indented by `indent`; the cursor stands at the first."""

    def __init__(self, cursor: Cursor, indent: int, face: Face) -> None:
        self.indent = indent
        # Whether the last field belongs to a section, and is indented below its heading.
        self.inside = False
        self._cursor = cursor
        self._face = face
        self._section = ""
        # How far was looked ahead: the fields found there by (section, name), and the types.
        self._looked = 0
        self._found: set[tuple[str, str]] = set()
        self._types: dict[tuple[str, str], str] = {}

    def look_ahead(self) -> None:
        """Find the types that are fields of their own, some way down the list."""
        cursor = self._cursor
        known = max(0, self._looked - cursor.place)
        if known > FAR // 2:
            return
        for ahead in range(known, FAR):
            line = cursor.line(ahead)
            kind, about, text = self._parts(line[self.indent :])
            if line and not kind and indent_of(line) <= self.indent:
                break
            if kind in FIELDS:
                self._found.add((FIELDS[kind], about))
            elif kind in TYPES and text and indent_of(cursor.line(ahead + 1)) <= self.indent:
                self._types.setdefault((TYPES[kind], about), text)
        self._looked = cursor.place + FAR

    def field(self, text: str) -> Field | None:
        """The field that a paragraph is; None if it is shown beside another one."""
        kind, about, rest = self._parts(text)
        section = FIELDS.get(kind) or TYPES.get(kind, "")
        self.inside = bool(section)
        if kind in TYPES and self._type(section, about) == rest:
            return None
        if not section:
            title = ((self._face.heading, f"{kind} {about}".strip()),)
            return Field("", (*title, (self._face.text, ": ")) if rest else title, rest)
        heading = section if section != self._section else ""
        self._section = section
        name, type_ = self._named(section, about)
        if not name:
            # Of a result the type is all there is to name.
            name, type_, rest = (self._plain(rest), "", "") if kind in TYPES else (self._plain(type_), "", rest)
        mark: Row = ((self._face.code, name),) if name else ()
        behind = (f" ({type_})" if type_ else "") + (": " if name and rest else "")
        return Field(heading, (*mark, *inline(behind, self._face)), rest)

    def _named(self, section: str, about: str) -> tuple[str, str]:
        """The name and the type of the thing that a field is about."""
        type_, _, name = about.rpartition(" ") if section in ("Parameters", "Attributes") else ("", "", about)
        name = name.replace("\\", "")
        return name, type_ or self._type(section, name)

    def _type(self, section: str, name: str) -> str:
        """The type that is a field of its own; "" if there is none, or no field to show it with."""
        return self._types.get((section, name), "") if (section, name) in self._found else ""

    def _parts(self, text: str) -> tuple[str, str, str]:
        """The parts of ":kind about: rest"; three empty texts if `text` is no field."""
        match = re.match(FIELD, text)
        if match is None:
            return "", "", ""
        kind, _, about = match[0].strip()[1:-1].partition(" ")
        return kind, self._plain(about.strip()), text[match.end() :].strip()

    def _plain(self, text: str) -> str:
        """`text` without its inline marks."""
        return "".join(part for _, part in inline(text, self._face))

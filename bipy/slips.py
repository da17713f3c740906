"""What a person means by text that is no TOML: the usual slips, each told in words, with the place.

tomllib says where it stopped, in the words of the grammar.  Here stands what is usually wrong there.  No file and no
setting is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bipy.value import Value

_NAME = r"(?:\"[^\"]*\"|'[^']*'|[A-Za-z0-9_.-]+)"
_ENTRY = re.compile(rf"\s*({_NAME})\s*=\s*(.*)")
_WITH_COLON = re.compile(rf"\s*({_NAME})\s*:\s*(\S.*)")
_WITHOUT = re.compile(rf"\s*({_NAME})\s+(\S.*)")
_TABLE = re.compile(r"\s*(\[+[^\[\]]+\]+)")
_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")
_TYPESET = re.compile("[\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb]")
# A text without quotes, or a colour, within braces.
_WITHIN = re.compile(rf"[{{,]\s*({_NAME})\s*=\s*(?!true\b|false\b)(#[0-9A-Fa-f]+|[A-Za-z][\w-]*)")
_LEADING_ZERO = re.compile(r"[+-]?0\d+")
_COMMENTS = ("//", "/*", ";", "--", "%", "!")
_BAD_CONSTANT = re.compile(r"(true|false)\b", re.IGNORECASE)
# A value that TOML has, and that needs no quotes.
_PLAIN = re.compile(r"true|false|[+-]?\d+(\.\d+)?|\".*\"|'.*'|\[.*\]|\{.*\}")


class Problem(Value):
    """A mistake in a file, at a line and a column from 1 on."""

    line: int
    column: int
    text: str

    def told(self, file: str) -> str:
        """The mistake with its place, as compilers write it."""
        return f"{file}:{self.line}:{self.column}: {self.text}"


def explained(message: str, text: str) -> Problem:
    """The slip in `text` at which tomllib said `message`."""
    lines = text.split("\n")
    found = _PLACE.search(message)
    if found:
        line, column, said = int(found[1]), int(found[2]), message[: found.start()]
    else:
        line = max((number for number, row in enumerate(lines, 1) if row.strip()), default=1)
        column = len(lines[line - 1]) + 1
        said = message.replace("(at end of document)", "(the file ends there)")
    if said.startswith(("Unterminated string", 'Expected "\'"', "Expected '\"'")):
        line = next((number for number, row in enumerate(lines, 1) if _has_open_quote(row)), line)
    row = lines[line - 1] if line <= len(lines) else ""
    if quote := _TYPESET.search(row.partition("#")[0]):
        return Problem(line, quote.start() + 1, f"{quote[0]} is no quote in TOML: write \" or '")
    if said.startswith(_TWICE) and (told := _twice(row, lines[: line - 1])):
        return Problem(line, _start(row), told)
    for begin, hint in _HINTS:
        if said.startswith(begin) and (told := hint(row)):
            return Problem(line, _start(row) if hint is _statement else _column(row, column), told)
    return Problem(line, column, said)


def _column(row: str, column: int) -> int:
    """The column of the value, or of the row's first letter where the slip is behind its end."""
    if entry := _ENTRY.match(row):
        start = entry.start(2) + 1
        return start if column > start else column
    return column if column <= len(row) else _start(row)


def _start(row: str) -> int:
    return len(row) - len(row.lstrip()) + 1


def _has_open_quote(row: str) -> bool:
    """Whether a row has a quote that nothing closes."""
    rest = re.sub(r"\"[^\"]*\"|'[^']*'|#.*", "", row)
    return '"' in rest or "'" in rest


def _value(row: str) -> str:
    """What is wrong with a value."""
    entry = _ENTRY.match(row)
    if entry is None:
        return ""
    if entry[2].startswith("{"):
        within = _WITHIN.search(row)
        return f"text needs quotes: {_entry(within[1], within[2])}" if within else ""
    name, value = entry[1], entry[2].partition("#")[0].strip()
    if not value:
        return f"behind {name} = a value is missing"
    if _LEADING_ZERO.fullmatch(value):
        return f"a number begins with no 0: {name} = {value.lstrip('+-0') or '0'}"
    if _BAD_CONSTANT.fullmatch(value):
        return f"true and false are written in small letters: {name} = {value.lower()}"
    if value.startswith("="):
        return f"one = is enough: {_entry(name, value.lstrip('= '))}"
    if re.match(r"[A-Za-z~/.\\$*]|\d+[\w.:/-]*[A-Za-z]", value) and not _PLAIN.fullmatch(value):
        switch = "; a switch is true or false" if value in ("yes", "no", "on", "off") else ""
        return f"text needs quotes: {_entry(name, value)}{switch}"
    if re.match(r"[\"'\d\[{]|true\b|false\b", value):
        return f"behind the value of {name} only a comment may stand, and that begins with #"
    return ""


def _equals(row: str) -> str:
    """What stands in the place of =."""
    if not row.partition("=")[0].isascii():
        return "a name has the letters A to Z, digits, - and _, and no others"
    if found := _WITH_COLON.match(row):
        return f"between a name and its value stands =, and no colon: {_entry(found[1], found[2])}"
    if found := _WITHOUT.match(row):
        return f"= is missing: {_entry(found[1], found[2])}"
    return f"{row.strip()} has no value: a setting is written as NAME = VALUE" if row.strip() else ""


def _statement(row: str) -> str:
    """A line that is none."""
    start = row.strip()
    if start.startswith(_COMMENTS):
        return "a comment begins with #"
    return "in front of = a name is missing" if start.startswith("=") else ""


def _twice(row: str, before: list[str]) -> str:
    """A name that was there before."""
    entry, table = _ENTRY.match(row), _TABLE.match(row)
    for number in range(len(before), 0, -1):
        other = _ENTRY.match(before[number - 1])
        if entry and other and other[1].strip("\"'") == entry[1].strip("\"'"):
            return f"{entry[1]} is set twice, here and in line {number}: take one of them out"
        other = _TABLE.match(before[number - 1])
        if table and other and other[1] == table[1]:
            return f"{table[1]} stands twice, here and in line {number}: put what is in them together"
    return ""


def _quote(row: str) -> str:
    """A quote that is not closed."""
    return "the closing quote is missing" if _has_open_quote(row) else ""


def _backslash(row: str) -> str:
    """A backslash that begins nothing."""
    entry = _ENTRY.match(row)
    example = f": {entry[1]} = '{_bare(entry[2])}'" if entry and "'" not in entry[2] else ""
    return f"between double quotes a backslash begins a special character; between single quotes it is itself{example}"


def _table(row: str) -> str:
    """The head of a table that is not closed."""
    return f"the closing ] is missing: {row.strip().rstrip(']')}]"


def _entry(name: str, value: str) -> str:
    """A setting as it is to be written."""
    value = value.partition(" #")[0].strip()
    if _PLAIN.fullmatch(value):
        return f"{name} = {value}"
    if _BAD_CONSTANT.fullmatch(value):
        return f"{name} = {value.lower()}"
    text = _bare(value)
    return f"{name} = '{text}'" if '"' in text or "\\" in text else f'{name} = "{text}"'


def _bare(value: str) -> str:
    return value.strip().strip("\"'")


# How tomllib's message begins, where a name was there before.
_TWICE = ("Cannot overwrite", "Cannot declare")
# How it begins elsewhere, and what knows from the row what is meant.
_HINTS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("Invalid value", _value),
    ("Expected newline or end of document", _value),
    ("Invalid initial character for a key part", _equals),
    ("Expected '=' after a key", _equals),
    ("Invalid statement", _statement),
    ("Illegal character", _quote),
    ("Unterminated string", _quote),
    ('Expected "\'"', _quote),
    ("Expected '\"'", _quote),
    ("Unescaped", _backslash),
    ("Invalid hex value", _backslash),
    ("Expected ']'", _table),
)

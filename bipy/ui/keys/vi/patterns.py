r"""The patterns of vim as regular expressions of Python, and :s.  Pure functions.

Known are ``. * [] ^ $ \+ \= \? \{n,m} \{-} \| \( \) \%( \) \< \>``, the classes ``\s \d \w \a \l \u \x \h \o \i \k``
and their capitals, ``\n \t \1`` to ``\9``, and ``\v \m \M \V \c \C``, which change what stands behind them.  What else
vim has is an error, such as ``\zs``, ``\@=`` and ``~``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

_CLASSES = {
    "s": r"[ \t]",
    "S": r"[^ \t\n]",
    "d": "[0-9]",
    "D": r"[^0-9\n]",
    "w": "[0-9A-Za-z_]",
    "W": r"[^0-9A-Za-z_\n]",
    "a": "[A-Za-z]",
    "A": r"[^A-Za-z\n]",
    "l": "[a-z]",
    "L": r"[^a-z\n]",
    "u": "[A-Z]",
    "U": r"[^A-Z\n]",
    "x": "[0-9A-Fa-f]",
    "X": r"[^0-9A-Fa-f\n]",
    "h": "[A-Za-z_]",
    "H": r"[^A-Za-z_\n]",
    "o": "[0-7]",
    "O": r"[^0-7\n]",
    "i": r"\w",
    "k": r"\w",
    "n": r"\n",
    "t": r"\t",
    "r": r"\r",
    "e": r"\x1b",
}
_POSIX = {"alpha": "A-Za-z", "digit": "0-9", "alnum": "0-9A-Za-z", "space": r"\s", "upper": "A-Z", "lower": "a-z"}
_SIGNS = {"(": "(", ")": ")", "|": "|", "+": "+", "=": "?", "?": "?", "<": r"\b(?=\w)", ">": r"\b(?<=\w)"}
_COUNT = re.compile(r"(-?)(\d*)(,?)(\d*)\\?\}")
_COMMAND = re.compile(
    r"\s*(?P<range>%|(?:[.$]|\d+|'[<>])?(?:[+-]\d*)?(?:,(?:[.$]|\d+|'[<>])?(?:[+-]\d*)?)?)\s*s(?:ubstitute)?"
    r"(?P<sign>[^\w\s\"|\\])(?P<rest>.*)",
    re.DOTALL,
)


def compiled(pattern: str, *, ignores_case: bool | None = None) -> re.Pattern[str]:
    """A pattern of vim; re.error for one that is none, or not known here.

    Case counts if the pattern says so; else as is told; by default if it has a capital.
    """
    source, said = _translated(pattern)
    if said is None:
        letters = re.sub(r"\\.", "", pattern)
        said = letters == letters.lower() if ignores_case is None else ignores_case
    return re.compile(source, re.MULTILINE | re.IGNORECASE * said)


def _translated(pattern: str) -> tuple[str, bool | None]:
    """The source for Python, and whether the pattern itself says that case is ignored."""
    made: list[str] = []
    mode, ignores, at = "m", None, 0
    while at < len(pattern):
        escaped = pattern[at] == "\\" and at + 1 < len(pattern)
        sign, at = pattern[at + escaped], at + 1 + escaped
        if escaped and sign in "vmMV":
            mode = sign
        elif escaped and sign in "cC":
            ignores = sign == "c"
        elif sign in "^$" and not escaped:
            made.append(_edge(sign, made, pattern[at:], mode))
        elif sign in ".*[~" and escaped != (mode in "vm"):
            piece, at = _simple(sign, pattern, at, made)
            made.append(piece)
        elif sign in _SIGNS and escaped != (mode == "v"):
            made.append(_SIGNS[sign])
        elif sign in "{@%&" and escaped != (mode == "v"):
            piece, at = _rare(sign, pattern, at)
            made.append(piece)
        elif escaped and sign.isalnum():
            made.append(_class(sign))
        else:
            made.append(re.escape(sign))
    return "".join(made), ignores


def _edge(sign: str, made: list[str], rest: str, mode: str) -> str:
    """^ and $: they are themselves but at the edges of a pattern or a branch."""
    if sign == "^":
        return "^" if mode == "v" or not made or made[-1] in ("(", "(?:", "|", r"\n") else r"\^"
    return "$" if mode == "v" or re.match(r"\\[|)n]|\Z", rest) else r"\$"


def _simple(sign: str, pattern: str, at: int, made: list[str]) -> tuple[str, int]:
    if sign == "*":
        return ("*" if made and made[-1] not in ("(", "(?:", "|", "^") else r"\*"), at
    if sign == "[":
        return _collection(pattern, at)
    if sign == "~":
        raise re.error("~ is not known here")
    return ".", at


def _collection(pattern: str, at: int) -> tuple[str, int]:
    """What stands in square brackets; without the closing one the opening one is itself."""
    found = re.compile(r"\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]").match(pattern, at)
    if found is None:
        return r"\[", at
    inside, caret = found[0][:-1].removeprefix("^"), found[0].startswith("^")
    pieces = re.findall(r"\\.|\[:\w+:\]|.", inside, re.DOTALL)
    made = ""
    for piece in pieces:
        if piece.startswith("[:"):
            if piece[2:-2] not in _POSIX:
                raise re.error(f"{piece} is not known here")
            made += _POSIX[piece[2:-2]]
        elif piece[0] == "\\":
            made += piece if piece[1] in "nrte\\]^-" else re.escape(piece)
        else:
            made += piece if piece == "-" or piece.isalnum() else re.escape(piece)
    made += r"\n" * caret
    return f"[{'^' * caret}{made.replace(chr(92) + 'e', chr(92) + 'x1b')}]", found.end()


def _rare(sign: str, pattern: str, at: int) -> tuple[str, int]:
    if sign == "%" and pattern[at : at + 1] == "(":
        return "(?:", at + 1
    found = _COUNT.match(pattern, at) if sign == "{" else None
    if found is None:
        raise re.error(f"{sign}{pattern[at : at + 1]} is not known here")
    lazy, least, comma, most = found.groups()
    count = "*" if not (least or most) else f"{{{least or 0}{comma}{most}}}"
    return count + "?" * bool(lazy), found.end()


def _class(sign: str) -> str:
    if sign in "123456789":
        return f"(?:\\{sign})"
    if sign not in _CLASSES:
        raise re.error(f"\\{sign} is not known here")
    return _CLASSES[sign]


class Place(NamedTuple):
    """A place that is substituted, as offsets, and the text that it gets."""

    start: int
    end: int
    new: str


def applied(text: str, places: Sequence[Place]) -> Place:
    """All places as one."""
    here = places[0].start
    pieces: list[str] = []
    for place in places:
        pieces += [text[here : place.start], place.new]
        here = place.end
    return Place(places[0].start, here, "".join(pieces))


class Substitution(NamedTuple):
    """What :s does: its places, and whether each is asked about."""

    pattern: str
    places: list[Place]
    asks: bool


def substitution(line: str, text: str, row: int, selected: tuple[int, int], sought: str) -> Substitution | None:
    """What the command `line` does to `text`; None if it is no substitution, re.error if it cannot be.

    The cursor is in `row`, '< and '> are the rows `selected`, and `sought` is the pattern that was sought last.
    """
    found = _COMMAND.fullmatch(line)
    if found is None:
        return None
    sign = found["sign"]
    parts = re.split(rf"(?<!\\)((?:\\\\)*){re.escape(sign)}", found["rest"], maxsplit=2)
    pieces = ["".join(parts[:2])] if len(parts) == 2 else [parts[0] + (parts[1] if len(parts) > 1 else "")]
    if len(parts) > 2:
        pieces.append(parts[2] + (parts[3] if len(parts) > 3 else ""))
    flags = parts[4] if len(parts) > 4 else ""
    if set(flags) - set("gicI"):
        raise re.error(f"of the flags {flags} only g, i, I and c are known here")
    pattern = pieces[0].replace(f"\\{sign}", sign) or sought
    if not pattern:
        raise re.error("nothing was sought yet")
    first, last = _rows(found["range"], row, text.count("\n"), selected)
    new = _replacement(pieces[1].replace(f"\\{sign}", sign) if len(pieces) > 1 else "")
    matcher = compiled(pattern, ignores_case="i" in flags)
    return Substitution(pattern, _places(matcher, text, (first, last), new, every="g" in flags), "c" in flags)


def _rows(told: str, row: int, most: int, selected: tuple[int, int]) -> tuple[int, int]:
    """The rows of a range."""
    if told == "%":
        return 0, most

    def one(text: str) -> int:
        base = re.match(r"[.$]|\d+|'[<>]", text)
        name = base[0] if base else "."
        number = {".": row, "$": most, "'<": selected[0], "'>": selected[1]}.get(name)
        number = int(name) - 1 if number is None else number
        for step in re.findall(r"[+-]\d*", text[len(base[0]) if base else 0 :]):
            number += int(step + "1" * (len(step) == 1))
        if not 0 <= number <= most:
            raise re.error(f"there is no line {number + 1}")
        return number

    ends = [one(part) for part in told.split(",")]
    return min(ends), max(ends)


def _places(
    matcher: re.Pattern[str], text: str, rows: tuple[int, int], new: Callable[[re.Match[str]], str], *, every: bool
) -> list[Place]:
    """The places in these rows: of each row the first, or every one."""
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    ends = [start - 1 for start in starts[1:]]
    places: list[Place] = []
    reached = -1
    for match in matcher.finditer(text, starts[rows[0]]):
        row = bisect_right(starts, match.start()) - 1
        if row > rows[1] or row >= len(lines):
            break
        # Nothing empty is found straight behind another place, nor behind the last character of a line that has one.
        empty = match.start() == match.end()
        behind = (
            empty and places and (places[-1].end == match.start() or (row == reached and match.start() == ends[row]))
        )
        if not behind and (every or row > reached):
            places.append(Place(*match.span(), new(match)))
            reached = bisect_right(starts, max(match.start(), match.end() - 1)) - 1
    return places


def _replacement(told: str) -> Callable[[re.Match[str]], str]:
    r"""What is put there: & and \0 to \9 are what was found, \r and \n a new line, \u \l \U \L \E change the case."""
    tokens = re.findall(r"\\.|.", told, re.DOTALL)

    def make(match: re.Match[str]) -> str:
        made, one, all_ = "", "", ""
        for each in tokens:
            piece = each[-1]
            if each == "&" or (each[0] == "\\" and piece.isdecimal()):
                number = 0 if each == "&" else int(piece)
                piece = (match[number] or "") if number <= (match.re.groups or 0) else ""
            elif len(each) == 2 and piece in "ul":
                one = piece
                continue
            elif len(each) == 2 and piece in "ULEe":
                all_ = piece if piece in "UL" else ""
                continue
            elif len(each) == 2 and piece in "rnt":
                piece = "\t" if piece == "t" else "\n"
            piece = piece.upper() if all_ == "U" else piece.lower() if all_ == "L" else piece
            if one and piece:
                piece, one = (piece[0].upper() if one == "u" else piece[0].lower()) + piece[1:], ""
            made += piece
        return made

    return make

"""A line of text -> `Signature`, and which of its parameters the argument being typed is for.

What is read was written for people: by `inspect.signature` over one line or many, by hand in a docstring ("range(start,
stop[, step])"), by the documentation of another language.  So reading is a matter of brackets, quotes and commas, and
never of syntax.  No text makes it raise, and none costs more than `LIMIT` characters.
"""

from __future__ import annotations

import re

from bipy.inspection.source import OpenCall
from bipy.inspection.values import Parameter, ParameterKind, Signature

LIMIT = 8_000
"""How many characters of a signature are read."""

PARAMETERS = 400
"""How many parameters are told apart."""

# Patterns are compiled (by `re`, which keeps them) when the first signature comes, not at start-up.
_PIECE = r"\"\"\"|'''|[\"'()\[\]{},<>=:]|->"
_QUOTED = {
    '"': r'(?s:(?:\\.|[^"\\])*")',
    "'": r"(?s:(?:\\.|[^'\\])*')",
    '"""': r'[\s\S]*?"""',
    "'''": r"[\s\S]*?'''",
}
_OPENING = ("(", "[", "{")
_CLOSING = {")": "(", "]": "[", "}": "{", ">": "<"}
_NAME = r"\[?\s*(\*{0,2})\s*([^\W\d][\w.]*)"


def parse_signature(text: str) -> Signature | None:
    """Read "name(a, b: int = 2, /, *args, kw=None) -> str", over however many lines; None when it is no such thing.

    Optional parts in square brackets, as docstrings of builtins have them, are parameters too: "range(start, stop[,
    step])" has three.  What comes behind the closing bracket on the same line is the tail.
    """
    cut = len(text) > LIMIT
    text = text[:LIMIT].strip()
    opening = text.find("(")
    pieces, closing = _split(text, opening + 1)
    if opening < 0 or (closing == len(text) and not cut):
        return None
    parameters: list[Parameter] = []
    separators: list[tuple[int, str]] = []
    by_name_only = False
    for piece in pieces[:PARAMETERS]:
        if piece in ("/", "*"):
            separators.append((len(parameters), piece))
            by_name_only = by_name_only or piece == "*"
            if piece == "/":
                parameters = [Parameter(p.name, p.text, p.kind, p.kind == "positional") for p in parameters]
            continue
        parameter = _parameter(piece, by_name_only)
        by_name_only = by_name_only or parameter.kind == "variadic"
        parameters.append(parameter)
    tail = " ".join(text[closing:].partition("\n")[0].split())
    return Signature(" ".join(text[: opening + 1].split()), tuple(parameters), tail or ")", tuple(separators))


def _parameter(piece: str, by_name_only: bool) -> Parameter:
    if piece.startswith("..."):
        # R's: takes what has no other place, by position and by name.
        return Parameter("...", piece, "variadic")
    match = re.match(_NAME, piece)
    if match is None:
        return Parameter("", piece)
    stars, name = match.groups()
    kind: ParameterKind = "positional"
    if stars:
        kind = "variadic" if stars == "*" else "variadic keyword"
    elif by_name_only:
        kind = "keyword"
    return Parameter(name, piece, kind)


def _split(text: str, start: int) -> tuple[list[str], int]:
    """The parameters between the brackets, and where the closing bracket is (or the text ends)."""
    pieces: list[str] = []
    depth: list[str] = []
    begin = position = start
    optional = optional_before = 0
    named = False
    pattern = re.compile(_PIECE)
    unpaired: set[str] = set()
    while match := pattern.search(text, position):
        mark, position = match.group(), match.end()
        if mark in _QUOTED:
            # An apostrophe without its pair is no string, and is not looked for twice.
            end = None if mark in unpaired else re.compile(_QUOTED[mark]).match(text, position)
            position = end.end() if end else position
            if end is None:
                unpaired.add(mark)
        elif mark == "[" and not depth and not named:
            optional += 1
        elif mark in _OPENING or (mark == "<" and text[begin : match.start()].rstrip().endswith(("=", ":"))):
            depth.append(mark)
        elif mark == "]" and not depth and optional:
            optional -= 1
        elif mark == ")" and "(" not in depth:
            pieces.append(_tidy(text[begin : match.start()], optional_before))
            return [piece for piece in pieces if piece], match.start()
        elif mark in _CLOSING:
            if _CLOSING[mark] in depth:
                while depth.pop() != _CLOSING[mark]:
                    pass
        elif mark in ("=", ":"):
            named = named or not depth
        elif mark == "," and not depth:
            pieces.append(_tidy(text[begin : match.start()], optional_before))
            begin, named, optional_before = position, False, optional
    pieces.append(_tidy(text[begin:], optional_before))
    return [piece for piece in pieces if piece], len(text)


def _tidy(piece: str, optional: int) -> str:
    """A parameter on one line; when it is optional, with square brackets around it and around nothing else."""
    piece = " ".join(piece.split())
    if piece.count("[") == piece.count("]") and piece[:1] != "]" and not (optional and "[" not in piece):
        return piece
    optional = piece.startswith("[") or (optional and not piece.startswith("]"))
    piece = piece.strip("[] ")
    return f"[{piece}]" if optional and piece not in ("", "*", "/") else piece


def argument_of(signature: Signature, call: OpenCall) -> int | None:
    """The index of the parameter that the argument being typed is for; None when there is none, or it is not known."""
    if call.index is None:
        return None
    parameters = signature.parameters
    kinds = [parameter.kind for parameter in parameters]
    rest = kinds.index("variadic") if "variadic" in kinds else None
    keywords = kinds.index("variadic keyword") if "variadic keyword" in kinds else None
    if call.keyword == "*":
        return rest if rest is not None else _positional(signature, call.index)
    if call.keyword == "**":
        return keywords
    if call.keyword:
        for index, parameter in enumerate(parameters):
            named = parameter.kind == "keyword" or (parameter.kind == "positional" and not parameter.positional_only)
            if parameter.name == call.keyword and named:
                return index
        return rest if keywords is None and rest is not None and parameters[rest].name == "..." else keywords
    if call.keywords:
        # Behind a keyword argument only another one can follow: the next that is not given yet.
        given = given_by_position(signature, call)
        for index, parameter in enumerate(parameters):
            open_yet = parameter.name not in (*given, *call.keywords) and not parameter.positional_only
            if open_yet and parameter.kind in ("positional", "keyword"):
                return index
        return keywords
    position = _positional(signature, call.index)
    return rest if position is None else position


def given_by_position(signature: Signature, call: OpenCall) -> list[str]:
    """The names of the parameters that the arguments in front of the current one are for."""
    places = [_positional(signature, position) for position in range(call.index or 0)]
    return [signature.parameters[place].name for place in places if place is not None]


def _positional(signature: Signature, position: int) -> int | None:
    places = [index for index, parameter in enumerate(signature.parameters) if parameter.kind == "positional"]
    return places[position] if position < len(places) else None


def says_nothing(signature: Signature) -> bool:
    """Whether it is the signature of a builtin that has none: (self, /, *args, **kwargs)."""
    kinds = [parameter.kind for parameter in without_self(signature).parameters]
    return kinds == ["variadic", "variadic keyword"]


def without_self(signature: Signature) -> Signature:
    """The signature as the caller sees it when the first parameter is bound."""
    if not signature.parameters or signature.parameters[0].name != "self":
        return signature
    separators = [(index - 1, mark) for index, mark in signature.separators if (index, mark) != (1, "/")]
    return Signature(signature.head, signature.parameters[1:], signature.tail, tuple(separators))

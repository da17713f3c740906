"""What a selection grows to: the next larger piece of the code around it.

The pieces are a word, a dotted name, an argument, what stands in a string or in brackets, a call, a line, a statement,
the lines of a block, the block with the line above it, and all code.  In languages that have no scanner here they come
from brackets, words and indentation alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bipy.inspection.scanner import is_string
from bipy.inspection.source import Source

Span = tuple[int, int]

_CLOSING = {"(": ")", "[": "]", "{": "}"}
_QUOTED = re.compile(r"\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?")


def grown(source: Source, start: int, end: int) -> Span | None:
    """The smallest piece that holds all between `start` and `end` and more; None where that is all code."""
    larger = [
        (first, last) for first, last in _pieces(source, start, end) if first <= start and last >= end and first < last
    ]
    larger = [span for span in larger if span != (start, end)]
    return min(larger, key=lambda span: span[1] - span[0], default=None)


def _pieces(source: Source, start: int, end: int) -> Iterator[Span]:
    code = source.code
    yield from (_around(pattern, code, start, end) for pattern in (r"\w", r"[\w.]"))
    for kind, opened in reversed(source.state_at(start).stack):
        if kind[-1:] in _CLOSING:
            yield from _bracketed(source, opened, start, end)
        elif is_string(kind):
            yield from _string(code, kind.lstrip("f"), opened, end)
    yield from _lines(source, start, end)
    yield 0, len(code)


def _around(pattern: str, code: str, start: int, end: int) -> Span:
    """The characters of one kind around a span."""
    while start and re.match(pattern, code[start - 1]):
        start -= 1
    while end < len(code) and re.match(pattern, code[end]):
        end += 1
    return start, end


def _string(code: str, quote: str, opened: int, end: int) -> Iterator[Span]:
    """What stands in a string, and the string with its quotes and its prefix."""
    first = opened + len(quote)
    closing = re.compile(rf"(?:\\.|(?!{re.escape(quote)}).)*", re.DOTALL).match(code, first)
    last = closing.end() if closing else len(code)
    if last >= end:
        yield first, last
    prefix = re.search(r"[a-zA-Z]{0,2}\Z", code[max(0, opened - 2) : opened])
    yield opened - (len(prefix[0]) if prefix else 0), min(len(code), last + len(quote))


def _bracketed(source: Source, opened: int, start: int, end: int) -> Iterator[Span]:
    """The argument, all between the brackets, the brackets too, and what is called or indexed."""
    pair = source.matching_bracket(opened)
    if pair is None or pair[0] != opened:
        return
    code, closed = source.code, pair[1]
    yield _argument(code, opened + 1, closed, start, end)
    yield _stripped(code, opened + 1, closed)
    yield opened + 1, closed
    yield opened, closed + 1
    callee = re.search(r"[\w.]+\Z", code[:opened])
    if callee:
        yield callee.start(), closed + 1


def _argument(code: str, first: int, last: int, start: int, end: int) -> Span:
    """The part between two commas of a bracket that holds the span; all of it if the span holds a comma."""
    depth, begins = 0, first
    position = first
    while position < last:
        character = code[position]
        quoted = _QUOTED.match(code, position) if character in "\"'" else None
        if quoted:
            position = quoted.end()
            continue
        depth += (character in "([{") - (character in ")]}")
        if character == "," and not depth:
            if position >= end and begins <= start:
                return _stripped(code, begins, position)
            begins = position + 1
        position += 1
    return _stripped(code, begins, last) if begins <= start else (first, last)


def _lines(source: Source, start: int, end: int) -> Iterator[Span]:
    """The line, the statement, the lines of the block, with the line above it, and so on outwards."""
    code = source.code
    first, last = _line_of(code, start)[0], _line_of(code, end)[1]
    yield _stripped(code, first, last)
    yield first, last
    statement = source.statement(start)
    while last < len(code) and source.state_at(last).stack:
        last = _line_of(code, last + 1)[1]
    yield _stripped(code, statement, last)
    yield statement, last
    first = statement
    for _ in range(len(code)):
        indent = _indent(code, first, last)
        first, last = _block(code, first, last, indent)
        yield first, last
        if not indent or not first:
            return
        first = _line_of(code, first - 1)[0]
        yield first, last


def _block(code: str, first: int, last: int, indent: int) -> Span:
    """The lines around that are indented as far; blank ones belong to them where such lines follow."""
    while first:
        above = _line_of(code, first - 1)
        if code[slice(*above)].strip() and _indent(code, *above) < indent:
            break
        first = above[0]
    while last < len(code):
        below = _line_of(code, last + 1)
        if code[slice(*below)].strip() and _indent(code, *below) < indent:
            break
        last = below[1]
    return _stripped_lines(code, first, last)


def _stripped_lines(code: str, first: int, last: int) -> Span:
    """The same without blank lines at the ends."""
    inside = code[first:last]
    leading = re.match(r"(?:[ \t]*\n)*", inside)
    return first + (leading.end() if leading else 0), first + len(inside.rstrip())


def _indent(code: str, first: int, last: int) -> int:
    """The least number of leading blanks of the lines in a span that are not blank."""
    lines = [line for line in code[first:last].split("\n") if line.strip()]
    return min((len(line) - len(line.lstrip()) for line in lines), default=0)


def _line_of(code: str, offset: int) -> Span:
    """The start and the end of the line that an offset stands in."""
    end = code.find("\n", offset)
    return code.rfind("\n", 0, offset) + 1, len(code) if end < 0 else end


def _stripped(code: str, first: int, last: int) -> Span:
    inside = code[first:last]
    return last - len(inside.lstrip()), first + len(inside.rstrip())

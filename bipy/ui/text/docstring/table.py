"""Tables: lines cut into cells, without the inline marks in them.

Marks take room, and without them the cells are narrower.  In a table between rules, each column becomes as narrow as
the text in it, so that the table fits where there is little room.  Any other table keeps its columns: a cell is padded
to the width that it had.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bipy.ui.text.docstring.inline import inline
from bipy.ui.text.docstring.line import Face, Line
from bipy.ui.text.rows import Row, row_width

RULE = r"(?:={2,}|-{2,})(?: +(?:=+|-+))+$"


def columns(rule: str) -> list[tuple[int, int]]:
    """The start and the end of each column below a rule."""
    return [match.span() for match in re.finditer(r"[-=]+", rule)]


def cells(text: str, cuts: Sequence[int], face: Face) -> Row:
    """A row of a table, cut in front of each of `cuts`; the pieces keep their widths."""
    row: Row = ()
    for start, end in pairwise((0, *cuts, len(text))):
        cell = inline(text[start:end].rstrip(), face)
        row += (*cell, _blank(end - start - sum(len(piece) for _, piece in cell), face))
    return _stripped(row)


def table(texts: Sequence[str], rule: str, indent: int, face: Face) -> Iterator[Line]:
    """The lines of a table, its columns as narrow as the text in them; a further row begins below the last column."""
    spans = columns(rule)
    cut = [_cut(text, spans, face) for text in texts]
    widths = [max((row_width(row[number]) for row in cut if row), default=1) for number in range(len(spans))]
    gaps = [*(after[0] - before[1] for before, after in pairwise(spans)), 0]
    last = indent + sum(widths[:-1]) + sum(gaps)
    for text, row in zip(texts, cut, strict=True):
        shown: Row = ()
        if row:
            for cell, width, gap in zip(row, widths, gaps, strict=True):
                shown += (*cell, _blank(width - row_width(cell) + gap, face))
        elif re.match(RULE, text) and len(columns(text)) == len(spans):
            for width, gap in zip(widths, gaps, strict=True):
                shown += ((face.text, text[0] * width), _blank(gap, face))
        else:
            shown = inline(text, face)
        yield Line(_stripped(shown), indent, last if row else indent, rule=re.match(RULE, text) is not None)


def _cut(text: str, spans: Sequence[tuple[int, int]], face: Face) -> list[Row]:
    """The cells of a row; empty for a rule, and for a row with a cell over several columns."""
    starts = [start for start, _ in spans]
    if re.match(RULE, text) or any(text[start - 1 : start] not in ("", " ") for start in starts if start):
        return []
    return [inline(text[start:end].rstrip(), face) for start, end in pairwise((*starts, len(text) + starts[-1]))]


def _blank(columns: int, face: Face) -> tuple[str, str]:
    return face.text, " " * columns


def _stripped(row: Row) -> Row:
    """`row` without blanks at its end."""
    while row and not row[-1][1].strip():
        row = row[:-1]
    return (*row[:-1], (row[-1][0], row[-1][1].rstrip())) if row else ()

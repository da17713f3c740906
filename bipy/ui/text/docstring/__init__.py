"""Docstrings as lines that read well: the markup of reStructuredText, NumPy, Google and Markdown gone, code coloured.

A docstring follows customs and no rules, so this is a tolerant scanner of lines and no parser.  A heading, a list, a
field, a directive, an example or code is shown as one if it looks like one.  Anything else is left as it is, but for
lines that were broken only for their length: they are joined, to be wrapped anew.  No word outside markup is lost,
nothing raises, and the time is linear.  `lines` is a generator: no more is read than is looked at.

`cursor` takes the lines; `blocks` finds the lines that belong together and shows them.  It uses `paragraph` for prose,
`inline` for the marks in prose, `fields` for parameters and results, `table` and `code`.  The result is lines of roles,
as `line` defines them.  No widget is known here.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bipy.ui.text.docstring.code import code_lines
from bipy.ui.text.docstring.line import BLANK, BOX, PAGE, Face, Line, wrapped

if TYPE_CHECKING:
    from bipy.ui.text.highlight import Highlighter

__all__ = ["BLANK", "BOX", "PAGE", "Face", "Line", "code_lines", "lines", "wrapped"]


def lines(text: str, face: Face, highlighter: Highlighter | None = None) -> Iterator[Line]:
    """The lines of a docstring, never two blank ones together; without `highlighter` code is all of one colour."""
    if text[:1].isspace():
        import textwrap  # all lines share an indentation only here

        text = textwrap.dedent(text.expandtabs())
    return read(io.StringIO(text, newline="\n"), face, highlighter)


def read(text: Iterable[str], face: Face, highlighter: Highlighter | None = None) -> Iterator[Line]:
    """`lines` of a text that comes line by line."""
    from bipy.ui.text.docstring.blocks import Reader
    from bipy.ui.text.docstring.cursor import Cursor

    begun = blank = False
    for line in Reader(Cursor(text), face, highlighter).read():
        if not line.row:
            blank = begun
            continue
        if blank:
            yield BLANK
        yield line
        begun, blank = True, False

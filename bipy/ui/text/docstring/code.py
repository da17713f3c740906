"""Code in a docstring: blocks of code, and sessions of prompts with what was printed.

Code is coloured by the highlighter of the kernel's language; without one it has the one colour of its face.  Lines come
in one by one and go out one by one, so that a block of any length costs no more than what is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bipy.ui.text.docstring.line import Face, Line, indent_of

if TYPE_CHECKING:
    from bipy.ui.text.highlight import Highlighter, State
    from bipy.ui.text.rows import Row

PROMPT = r">>>(?: |$)|In \[\d*\]:(?: |$)"
_CONTINUED = r"\.\.\.(?: |$)|\.{3,}:(?: |$)"
_DOCTEST_FLAGS = r" {0,9}# ?doctest: .*"


def is_prompt(text: str) -> bool:
    """Whether `text` begins with a prompt of Python or IPython."""
    return re.match(PROMPT, text) is not None


def code_lines(code: Iterable[str], highlighter: Highlighter | None, face: Face, indent: int = 0) -> Iterator[Line]:
    """Lines of code, each indented further by `indent`; too long ones go on four columns in."""
    state = highlighter.start if highlighter else ()
    for text in code:
        row, state = _coloured(text, state, highlighter, face)
        yield Line(row, indent, indent + indent_of(text) + 4)


def examples(block: Iterable[str], highlighter: Highlighter | None, face: Face, indent: int) -> Iterator[Line]:
    """Prompts, the code behind them without the flags for doctest, and what was printed."""
    state: State = ()
    code = False
    for line in block:
        text = line.lstrip()
        match = re.match(PROMPT, text)
        if match:
            state = highlighter.start if highlighter else ()
        elif code:
            match = re.match(_CONTINUED, text)
        code = match is not None
        if match:
            row, state = _coloured(re.sub(_DOCTEST_FLAGS, "", text[match.end() :]), state, highlighter, face)
            prompt = line[: len(line) - len(text) + match.end()]
            yield Line((("prompt.in" if highlighter else face.code, prompt), *row), indent, indent + len(prompt))
        else:
            yield Line(((face.text, line),) if line else (), indent, indent)


def _coloured(text: str, state: State, highlighter: Highlighter | None, face: Face) -> tuple[Row, State]:
    if highlighter is None:
        return ((face.code, text),) if text else (), state
    return highlighter.line(text, state)

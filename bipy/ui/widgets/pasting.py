"""What is taken out of a paste: the prompts of a session that was copied, and blanks that all lines begin with.

Pure.  Only a text whose first line has a prompt is a session; of that the lines without a prompt are output, and are
left out.
"""

from __future__ import annotations

import re
from textwrap import dedent

_PYTHON = re.compile(r"[ \t]*(?:>>>|\.\.\.)(?: |$)")
_IPYTHON = re.compile(r"[ \t]*(?:In \[\d*\]: ?|\.{3,}: ?)")
_BEGINS = (re.compile(r"[ \t]*>>>(?: |$)"), re.compile(r"[ \t]*In \[\d*\]: ?"))


def cleaned(text: str, *, begins_line: bool) -> str:
    """The code in a paste; `begins_line` says that it is put at the start of a line."""
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    for begin, prompt in zip(_BEGINS, (_PYTHON, _IPYTHON), strict=True):
        if begin.match(first):
            found = ((prompt.match(line), line) for line in lines)
            return dedent("\n".join(line[match.end() :] for match, line in found if match))
    return dedent(text) if begins_line and first[:1].isspace() else text

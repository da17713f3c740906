"""Inline marks: a line of prose to a row, in which roles stand for the marks.

``code``, `name`, :role:`target`, *emphasis*, **strong**, `link <target>`_, [link](target), footnote references and
escapes are known.  A mark that is never closed, or that stands inside a word, is text.  One line in, one row out;
nothing here knows of blocks.
"""

from __future__ import annotations

import re

from bipy.ui.text.docstring.line import Face
from bipy.ui.text.rows import Row, Run

_BEFORE = r"(?<![^\s(\[{<'\"/:-])"
_MARKS = (
    r"``(?P<literal>.{1,300}?)``"
    r"|(?::(?P<kind>[\w.+-]{1,40})){1,3}:`(?P<role>[^`]{1,300})`"
    r"|`(?P<link>[^`<]{1,300}?) {0,2}<(?P<target>[^`>]{1,500})>`__?"
    r"|`(?P<name>[^`\s](?:[^`]{0,300}[^`\s])?)`(?:__?(?!\w))?"
    r"|\[(?P<title>[^]\[]{1,300})\]\((?P<address>(?:https?:/|\.{0,2})/[^)\s]{1,500})\)"
    rf"|{_BEFORE}\*\*(?P<strong>[^\s*](?:[^*]{{0,300}}[^\s*])?)\*\*(?![\w*])"
    rf"|{_BEFORE}\*(?P<emphasis>[^\s*](?:[^*]{{0,300}}[^\s*])?)\*(?![\w*])"
    r"|(?P<footnote>\[[\w#*]{1,20}\])_(?!\w)"
    # A blank behind a mark, or in front of one, that is there only because a mark does not end inside a word.
    r"|(?P<joint>(?<=[`*])\\ |\\ (?=[`:*]))"
    r"|\\(?P<escaped>[*`_|])"
)


def inline(text: str, face: Face) -> Row:
    """`text` as a row: names and code in the role of code, strong text in that of headings, without their marks."""
    if not re.search(r"[`*\\_\[]", text):
        return ((face.text, text),) if text else ()
    runs: list[Run] = []
    end = 0
    for match in re.finditer(_MARKS, text):
        runs.append((face.text, text[end : match.start()]))
        end = match.end()
        runs += _run(match, face)
    runs.append((face.text, text[end:]))
    return tuple(run for run in runs if run[1])


def _run(match: re.Match[str], face: Face) -> list[Run]:
    """The run that is shown in place of a mark."""
    kind = match.lastgroup or ""
    shown = match[kind]
    if kind == "joint":
        return []
    if kind == "role" and match["kind"] in ("sub", "sup"):
        return [(face.text, ("_" if match["kind"] == "sub" else "^") + shown)]
    if kind == "role":
        return [(face.code, _reference(shown))]
    if kind == "name":
        return [(face.code, _reference(shown) if re.fullmatch(r"~\w*\.[\w.]+(?:\(\))?", shown) else shown)]
    if kind == "target":
        return [(face.text, f"{match['link']} <{shown}>")]
    if kind == "address":
        return [*inline(match["title"], face), (face.text, f" <{shown}>")]
    if kind in ("footnote", "escaped"):
        return [(face.text, shown)]
    return [(face.heading if kind == "strong" else face.code, shown)]


def _reference(target: str) -> str:
    """The text that Sphinx shows for a reference: "~a.b.c" is c, ".Name" is Name, "title <target>" is title."""
    titled = re.match(r"(.*\S)\s*<[^<>]+>$", target)
    if titled:
        return titled[1]
    target = target.removeprefix("!")
    return target.rpartition(".")[2].removeprefix("~") if target.startswith("~") else target.removeprefix(".")

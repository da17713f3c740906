"""Keep a row aligned behind an emoji, however many columns the terminal gives it.

Terminals disagree about emoji.  A heart with a variation selector has two columns in kitty and one in tmux.  A family
of three joined people has two, four or six.  An emoji that is younger than the terminal may have one.  urwid counts as
Unicode does.  So each emoji is drawn over blanks, and the cursor is set behind it, to the column of the next character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import urwid

# Where terminals disagree: joiners, variation selectors, keycaps, tags, and the blocks of emoji.
_UNSURE = re.compile(
    "[\u200d\u20e3\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\ufe0e\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]"
)
# Most frames have text of Europe, punctuation, arrows and box drawing alone: to see that takes half the time.
_OTHER = re.compile("[^\x00-\u200c\u200e-\u20e2\u20e4-\u22ff\u2500-\u25ff]")
_POSITION = re.compile(r"(\x1b\[\d+;\d+H)")
_SEQUENCE = re.compile(r"(\x1b\[[0-9;?]*[A-Za-z])")


def align(frame: str) -> str:
    """`frame`, which urwid has drawn for a whole screen, with the cursor set behind every emoji."""
    if not _OTHER.search(frame) or not _UNSURE.search(frame):
        return frame
    before, *rows = _POSITION.split(frame)
    pieces = [before]
    for position, row in zip(rows[::2], rows[1::2], strict=True):
        pieces.append(position)
        pieces += _aligned(row, int(position[2:-1].partition(";")[2])) if _UNSURE.search(row) else [row]
    return "".join(pieces)


def _aligned(row: str, column: int) -> Iterator[str]:
    """The pieces of `row`, which begins at `column`; the first one is 1."""
    for number, piece in enumerate(_SEQUENCE.split(row)):
        if number % 2 or not _UNSURE.search(piece):
            yield piece
            column += 0 if number % 2 else urwid.calc_width(piece, 0, len(piece))
            continue
        start = 0
        while start < len(piece):
            end = urwid.move_next_char(piece, start, len(piece))
            cluster = piece[start:end]
            columns = urwid.calc_width(cluster, 0, len(cluster))
            if _UNSURE.search(cluster):
                yield f"{' ' * columns}\x1b[{column}G{cluster}\x1b[{column + columns}G"
            else:
                yield cluster
            column += columns
            start = end

"""Keep a row aligned behind an emoji, however many columns the terminal gives it, and an accent on its letter.

Terminals disagree about emoji.  A heart with a variation selector has two columns in kitty and one in tmux.  A family
of three joined people has two, four or six.  An emoji that is younger than the terminal may have one.  urwid counts as
Unicode does.  So each emoji is drawn over blanks, and the cursor is set behind it, to the column of the next character.

bipy's screen does not wrap.  Where tmux (3.3a) does not wrap, it puts an accent behind a letter in the last column on
the letter before.  So the last letter of a row is drawn with wrapping on, if it has accents.
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
# The last character of a row, where it may be an accent: no ASCII, punctuation, arrow, box drawing, ideograph or emoji.
_LAST = re.compile(
    "[^\x00-\u02ff\u2000-\u20cf\u2100-\u3029\u302e-\u3098\u309b-\ua66e\uac00-\ud7af\uf900-\ufaff\uff00-\U0010ffff]"
    r"(?=(?:\x1b\[[0-9;?]*[A-GI-Za-z])*(?:\x1b\[\d+;\d+H|\Z))"
)
WRAP, NO_WRAP = "\x1b[?7h", "\x1b[?7l"
_POSITION = re.compile(r"(\x1b\[\d+;\d+H)")
_SEQUENCE = re.compile(r"(\x1b\[[0-9;?]*[A-Za-z])")


def align(frame: str) -> str:
    """`frame`, which urwid has drawn for a whole screen, with the cursor set behind every emoji, and accents kept."""
    frame = _accented(frame)
    if not _OTHER.search(frame) or not _UNSURE.search(frame):
        return frame
    before, *rows = _POSITION.split(frame)
    pieces = [before]
    for position, row in zip(rows[::2], rows[1::2], strict=True):
        pieces.append(position)
        pieces += _aligned(row, int(position[2:-1].partition(";")[2])) if _UNSURE.search(row) else [row]
    return "".join(pieces)


def _accented(frame: str) -> str:
    """`frame` with wrapping on for the last letter of a row that has accents."""
    pieces, done = [], 0
    for match in _LAST.finditer(frame):
        start = end = match.end()
        while start > done and urwid.calc_width(frame[start - 1], 0, 1) == 0:
            start -= 1
        cluster = frame[start - 1 : end]
        if done < start < end and cluster.isprintable() and not _UNSURE.search(cluster):
            pieces += [frame[done : start - 1], WRAP, cluster, NO_WRAP]
            done = end
    return "".join([*pieces, frame[done:]]) if pieces else frame


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

"""One screen on which every role stands, for snapshots of themes; and the grounds that the themes are made for.

The texts are those of a short session.  Each is written with its roles, so that none is left out and nothing else
moves when a theme is changed.
"""

from __future__ import annotations

import urwid

from bipy.ui.text.rows import Row, canvas, row_width

Colour = tuple[int, int, int]

# What is assumed of a terminal by the name of the theme: its background, and the foreground that goes with it.
TERMINALS: dict[str, tuple[Colour, Colour]] = {
    "default": ((0x1E, 0x1E, 0x1E), (0xD4, 0xD4, 0xD4)),
    "light": ((255, 255, 255), (0x1E, 0x1E, 0x1E)),
    "gruvbox-dark": ((40, 40, 40), (235, 219, 178)),
    "gruvbox-light": ((251, 241, 199), (60, 56, 54)),
    # The palette's own foreground on its background has a contrast of 4.1:1.
    "solarized-dark": ((0, 43, 54), (147, 161, 161)),
    "solarized-light": ((253, 246, 227), (88, 110, 117)),
    "nord": ((46, 52, 64), (216, 222, 233)),
    "dracula": ((40, 42, 54), (248, 248, 242)),
    "high-contrast": ((0, 0, 0), (255, 255, 255)),
}

COLUMNS = 64
_BOX = COLUMNS - 12

_IN, _MORE = ("prompt.in", "In [2]: "), ("prompt.in", "   ...: ")
_SESSION: tuple[Row, ...] = (
    (("banner", "bipy on Python 3.13. F1 lists the keys."), ("text", "  text  "), ("dim", "dim")),
    (("prompt", "In [1]: "), ("code.decorator", "@cache"), ("code", "  "), ("code.comment", "# a comment")),
    (
        _MORE,
        ("code.keyword", "class"),
        ("code", " "),
        ("code.class", "Shape"),
        ("code", "("),
        ("code.builtin", "object"),
        ("code", "):"),
    ),
    (
        _MORE,
        ("code", "    "),
        ("code.keyword", "def"),
        ("code", " "),
        ("code.function", "area"),
        ("code", "(self, n"),
        ("code.operator", "="),
        ("code.number", "2"),
        ("code", "): "),
        ("code.keyword", "return"),
        ("code", " "),
        ("code.string", "'text'"),
    ),
    (("prompt.out", "Out[1]: "), ("output", "an output"), ("output.stderr", "  a warning on stderr")),
    (("output.error", "ZeroDivisionError: division by zero"), ("output.more", "  \u25b8 12 more lines")),
    (
        ("table.index", "   "),
        ("table.head", "city     n"),
        ("widget", "   Loading "),
        ("widget.bar", "\u2501" * 6),
        ("widget.rest", "\u2500" * 4),
        ("widget", "  Saving "),
        ("widget.failed", "\u2501" * 4 + " \u2717"),
    ),
    (("table.rule", "\u2500" * 13), ("note", "   The kernel was restarted")),
    (
        ("table.index", "0  "),
        ("output", "Paris  "),
        ("table.missing", "NaN"),
        ("prompt.stdin", "   Name? "),
        ("text", "typed"),
    ),
    (
        ("transcript.focus", "\u25b8"),
        ("prompt.foreign", "In [7]: "),
        ("code", "x "),
        ("prompt.waiting", "In [*]: "),
        ("code", "y "),
        ("selection", "selected"),
    ),
    (
        _IN,
        ("code.magic", "%time"),
        ("code", " area"),
        ("code.bracket", "("),
        ("code", "ar"),
        ("code.bracket", ")"),
        ("code", " "),
        ("code.mismatch", "]"),
        ("code", " "),
        ("code.error", "$"),
        ("ghost", " and the rest of the line"),
    ),
)
_BOXED: tuple[Row, ...] = (
    (("box.signature.name", "area"), ("box.signature", "(self, "), ("box.argument", "n=2"), ("box.signature", ")")),
    (
        ("box.match.selected", "area    "),
        ("box.type.function", "f "),
        ("box.match.typed", "ar"),
        ("box.match", "gs  "),
        ("box.match.local", "\u00b7 argv  "),
        ("box.type.class", "c "),
        ("box.type.module", "m "),
        ("box.type.instance", "v "),
        ("box.type.keyword", "k "),
        ("box.type.parameter", "p "),
        ("box.type.magic", "% "),
        ("box.type.path", "/ "),
        ("box.type", "? "),
    ),
    (("box.docs.heading", "Parameters "), ("box.docs", "how many of "), ("box.docs.code", "them"), ("box", " ")),
    (("box.note", "not evaluated: a call"),),
)
_REST: tuple[Row, ...] = (
    (("pager.title", " Keys".ljust(COLUMNS)),),
    (
        ("pager.heading", "In the cell  "),
        ("help.key", "Ctrl-R"),
        ("pager", "  search the "),
        ("pager.found", "history"),
        ("pager", "  "),
        ("pager.code", "code"),
    ),
    (
        ("status.starting", " starting "),
        ("status.idle", " idle "),
        ("status.busy", " busy 3 s "),
        ("status.dead", " dead "),
        ("status", " Python 3.13 "),
        ("status.hint", " F1 keys "),
    ),
)


def rows() -> list[Row]:
    """All rows, from the top down."""
    edge = "\u2500" * (_BOX - 2)
    left: Row = (("text", " " * 10),)
    box: list[Row] = [(*left, ("box.border", f"\u250c{edge}\u2510"))]
    for row in _BOXED:
        blank = ("box", " " * (_BOX - 4 - row_width(row)))
        box.append((*left, ("box.border", "\u2502"), ("box", " "), *row, blank, ("box", " "), ("box.border", "\u2502")))
    box.append((*left, ("box.border", f"\u2514{edge}\u2518")))
    return [*_SESSION, *box, *_REST]


def screen() -> urwid.Canvas:
    """The rows on a canvas."""
    found = rows()
    return canvas(found, COLUMNS, cursor=(13, len(_SESSION) - 1))

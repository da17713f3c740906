"""The box beside the cursor: the signature, the matches, the head of the docs.

`layout` makes rows of a `Popup` for a given room.  It touches only what is shown, however long lists and texts are.
`PopupView` is the widget around it.

Rows go in this order: the signature with the argument being typed, in two or three rows when it is long; the matches in
columns, up to half of the rows; the note; the docs in the rows that are left.  The matches run row by row: the best
come first, and a window over the list moves by whole rows.  A room of few rows or columns has no border.

The session decides which popup is shown, the window where the box stands.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import groupby, islice

import urwid

from bipy.inspection.values import EMPTY, Docs, Match, Popup, Signature
from bipy.ui.text import docstring, rows
from bipy.ui.text.docstring import Line
from bipy.ui.text.rows import Row
from bipy.value import Value

MAX_ROWS = 12
MAX_COLUMNS = 100

# Docs ask for the width that reads well, and take a little more if it is there.
DOCS_COLUMNS = 60
MOST_DOCS_COLUMNS = 76

# A border needs this much room, its two rows and four columns (a blank on each side) included.
BORDER_ROWS = 6
BORDER_COLUMNS = 16

# A box of fewer rows than this, without its border, is low.
LOW = 8

# Stands for a line across the box, drawn above the docs where at least so many rows of them have room.
DIVIDER: Row = (("box.border", "\u2500"),)
ROWS_BELOW_DIVIDER = 2

# Columns of matches: how many matches are looked at for their width, the gap between two columns, the letter of the
# type and the blank behind it, and the name that a column must have room for when there are several.
SAMPLE = 500
GAP = 2
LETTER = 2
SHORTEST_NAME = 16
# The columns that the number of the other matches must leave to those on show.
LEAST_BESIDE_COUNT = 6

# A signature of several rows: the indentation, the parameters looked at on each side of the current one, and the width
# below which an argument that must be cut is shown without the rest.
INDENT = 4
NEAR = 40
NARROW = 24

# IPython's word for the type of a match -> the letter in front of it and its role.
TYPES: dict[str, tuple[str, str]] = {
    "function": ("f", "box.type.function"),
    "method": ("f", "box.type.function"),
    "class": ("c", "box.type.class"),
    "module": ("m", "box.type.module"),
    "instance": ("i", "box.type.instance"),
    "statement": ("i", "box.type.instance"),
    "property": ("i", "box.type.instance"),
    "variable": ("v", "box.type.instance"),
    "attribute": ("a", "box.type.instance"),
    "dict key": ("[", "box.type.instance"),
    "keyword": ("k", "box.type.keyword"),
    "param": ("=", "box.type.parameter"),
    "magic": ("%", "box.type.magic"),
    "command": (">", "box.type.magic"),
    "latex": ("\\", "box.type.magic"),
    "unicode": ("\\", "box.type.magic"),
    "path": ("/", "box.type.path"),
}

# A list of nothing but these has no letters: without jedi IPython calls every name a variable, keywords too, and a
# parameter shows its `=` itself.
SAYING_NOTHING = ("", "attribute", "variable", "param")


class Layout(Value):
    """What stands inside the box: its rows and their width, and the words for its border, if it has one.

    `grid` is the number of columns that the matches stand in, each `cell` wide, `more` the number of matches that are
    not shown.  Those that are, `shown` by their numbers, begin in the row `top`.  `docs` rows of the docs are above
    those in view.
    """

    width: int = 0
    rows: tuple[Row, ...] = ()
    bordered: bool = False
    grid: int = 1
    cell: int = 0
    shown: range = range(0)
    top: int = 0
    more: int = 0
    docs: int = 0
    overload: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """The columns and rows of the whole box."""
        if not self.rows:
            return 0, 0
        columns, height = _border(self.bordered)
        return self.width + columns, len(self.rows) + height

    def has_matches(self, row: int) -> bool:
        """Whether matches stand in a row of the box."""
        return 0 <= row - self.top - self.bordered < -(-len(self.shown) // self.grid)

    def match_at(self, column: int, row: int) -> int | None:
        """The number of the match that stands in a cell of the box; None if none does."""
        down = row - self.top - self.bordered
        across, inside = divmod(column - (2 if self.bordered else 1), self.cell + GAP)
        if down < 0 or not 0 <= across < self.grid or inside >= self.cell:
            return None
        number = self.shown.start + down * self.grid + across
        return number if number in self.shown else None


def layout(
    popup: Popup,
    columns: int,
    height: int,
    *,
    share: int = MAX_ROWS // 2,
    docs_share: int = MAX_ROWS // 2,
    least: int = 0,
    first_row: int | None = None,
    first_docs: int = 0,
) -> Layout:
    """`popup` in a room of columns x height, at least `least` columns wide.

    The matches take no more than `share` rows, the docs no more than `docs_share`.  They are shown from `first_row` and
    from `first_docs` on, if there are so many rows; without a `first_row` the match that is chosen is in view.
    """
    bordered = columns >= BORDER_COLUMNS and height >= BORDER_ROWS
    border_columns, border_rows = _border(bordered)
    columns, height = columns - border_columns, height - border_rows
    if not popup or columns <= 0 or height <= 0:
        return Layout()
    signatures = _signatures(popup)
    turn = min(popup.signature, len(signatures) - 1)
    signature = signatures[turn] if signatures else None
    overload = f" {turn + 1}/{len(signatures)}" if len(signatures) > 1 else ""
    note = rows.shorten((("box.note", _clean(popup.note, columns + 1)),), columns)
    grid, count = _fit(popup, columns, height, share, bordered=bordered, signature=signature is not None)
    beside = 0 if bordered else count
    match_rows = min(-(-len(popup.matches) // grid.columns), share)
    docs_rows = height - bool(signature) - match_rows - bool(popup.note)
    docs = _docs(popup, columns, min(docs_rows, docs_share), first_docs)
    wanted = [least, rows.row_width(note)]
    wanted += [min(line.indent + rows.row_width(line.row), DOCS_COLUMNS) for line in docs]
    if popup.matches:
        wanted.append(max(grid.width(popup.matches[:share], columns) + beside, count + 1))
    if signature:
        wanted.append(_signature_width(signature, popup.argument, columns) + (0 if bordered else len(overload)))
    width = min(columns, max(wanted))

    parts: list[Row] = []
    if signature and (height > 1 or popup.selected is None):
        parts += signature_rows(signature, popup.argument, width, _most_signature_rows(height))
    if parts and overload and not bordered:
        parts[0] = _with_word(parts[0], overload, width)
    left = height - len(parts)
    noted = bool(popup.note) and left > bool(popup.matches)
    first, last = _window(popup, grid.columns, min(left - noted, share), first_row)
    more = len(popup.matches) - (last - first)
    top = len(parts)
    parts += grid.rows(popup, first, last, width - beside)
    if parts and more and not bordered:
        parts[-1] = _with_word(parts[-1], _more(more), width)
    if noted:
        parts.append(note)
    if parts and docs and bordered and height - len(parts) >= ROWS_BELOW_DIVIDER + 1:
        parts.append(DIVIDER)
    above, docs_in_view = _wrapped(
        docs, min(width, MOST_DOCS_COLUMNS), min(height - len(parts), docs_share), first_docs
    )
    parts += docs_in_view
    cell = grid.cell_width(width - beside)
    return Layout(width, tuple(parts), bordered, grid.columns, cell, range(first, last), top, more, above, overload)


def _border(bordered: bool) -> tuple[int, int]:
    """The columns and rows that go to the border, or without one to the blanks at both sides."""
    return (4, 2) if bordered else (2, 0)


def _clean(text: str, limit: int) -> str:
    """At most `limit` characters of `text`, those that could steer a terminal made visible, none moved."""
    return rows.printable(text[:limit].replace("\t", " "))


# The signature


def _signatures(popup: Popup) -> Sequence[Signature]:
    """What stands at the top: the callee's, and without matches those of what the docs are about.

    With matches the signature of the selected one stands with its docs, or else the matches would move.
    """
    if popup.signatures or popup.matches or popup.docs is None:
        return popup.signatures
    return popup.docs.signatures


def _most_signature_rows(height: int) -> int:
    """The most rows of a signature in a box with so many rows."""
    return min(3, max(1, height // 3))


class _Pieces(Value):
    """A signature in pieces that a row may be broken between; blanks at the end of a piece are dropped there.

    `items` are the parameters and bare separators around the current one, `current` its index among them; `before` and
    `behind` say that there are more.
    """

    head: Row
    items: tuple[Row, ...]
    tail: str
    current: int | None
    before: bool
    behind: bool

    def between(self, first: int, last: int) -> list[Row]:
        """The pieces with the items [first, last), and ellipses for the others."""
        pieces = [self.head]
        if first > 0 or self.before:
            pieces.append((("box.signature", "\u2026, "),))
        pieces += self.items[first:last]
        if last < len(self.items) or self.behind:
            return [*pieces, (("box.signature", "\u2026)"),)]
        bracket, blank, result = self.tail.partition(" ")
        pieces[-1] += (("box.signature", bracket + blank),)
        return [*pieces, (("box.signature", result),)] if result else pieces


def _pieces(signature: Signature, argument: int | None, columns: int, longest: int) -> _Pieces:
    """`signature` in pieces for rows of `columns`, those far from the current argument left out.

    No item is wider than `longest`.
    """
    count = len(signature.parameters)
    start = max(0, (argument or 0) - NEAR)
    stop = min(count, (argument or 0) + NEAR)
    texts: list[tuple[str, str]] = []
    current = None
    for index in range(start, stop + 1):
        texts += [("box.signature", sign) for place, sign in signature.separators if place == index]
        if index < stop:
            if index == argument:
                current = len(texts)
            texts.append(("box.argument" if index == argument else "box.signature", signature.parameters[index].text))
    items = []
    for number, (role, text) in enumerate(texts, 1):
        item = rows.shorten(((role, _clean(text, columns + 1)),), longest)
        items.append(item if number == len(texts) and stop == count else (*item, ("box.signature", ", ")))
    name = signature.head.rstrip("(")
    head = (("box.signature.name", _clean(name, columns)), ("box.signature", _clean(signature.head[len(name) :], 2)))
    return _Pieces(head, tuple(items), _clean(signature.tail, columns), current, start > 0, stop < count)


def _signature_width(signature: Signature, argument: int | None, columns: int) -> int:
    """The columns that `signature` takes in one row, as far as that matters in a room of `columns`."""
    pieces = _pieces(signature, argument, columns, columns)
    return sum(rows.row_width(piece) for piece in pieces.between(0, len(pieces.items)))


def signature_rows(signature: Signature, argument: int | None, columns: int, limit: int) -> list[Row]:
    """`signature` in at most `limit` rows, an ellipsis for what has no room; the current argument always has."""
    if _signature_width(signature, argument, columns) <= columns:
        pieces = _pieces(signature, argument, columns, columns)
        return _fill(pieces.between(0, len(pieces.items)), columns, 1)
    pieces = _pieces(signature, argument, columns, columns - INDENT)
    count = len(pieces.items)
    whole = _fill(pieces.between(0, count), columns, limit + 1)
    if len(whole) <= limit:
        return whole
    # Ellipses on both sides leave an item that much.
    pieces = _pieces(signature, argument, columns, max(1, columns - INDENT - 4))
    current = pieces.current or 0

    def fits(first: int, last: int) -> bool:
        return len(_fill(pieces.between(first, last), columns, limit + 1)) <= limit

    # As much as fits in front of the current argument and the next one, then as much as fits behind them.
    first = bisect_left(range(current), True, key=lambda start: fits(start, min(current + 2, count)))
    ends = range(current + 1, count + 1)
    last = current + bisect_left(ends, True, key=lambda end: not fits(first, end))
    cut = pieces.current is not None and ("box.argument", "\u2026") in pieces.items[current]
    if last == current or (cut and (limit == 1 or columns < NARROW)):
        return _alone(signature, argument, columns)
    return _fill(pieces.between(first, last), columns, limit)


def _alone(signature: Signature, argument: int | None, columns: int) -> list[Row]:
    """The current argument without the rest, for want of room."""
    if argument is None or argument >= len(signature.parameters):
        name = (("box.signature.name", _clean(signature.head, columns)), ("box.signature", "\u2026)"))
        return [rows.shorten(name, columns)]
    text = signature.parameters[argument].text
    return [rows.shorten((("box.argument", _clean(text, columns + 1)),), columns)]


def _fill(pieces: Sequence[Row], columns: int, limit: int) -> list[Row]:
    """`pieces` in rows of at most `columns`, the first `limit` of them."""
    filled: list[Row] = []
    current: Row = ()
    used = 0
    for piece in pieces:
        needed = rows.row_width(piece)
        if used and used + needed - piece[-1][1].endswith(" ") > columns:
            filled.append(current)
            if len(filled) == limit:
                return filled
            current, used = (("box.signature", " " * INDENT),), INDENT
        current += rows.shorten(piece, columns - used) if needed > columns - used + 1 else piece
        used += needed
    return [*filled, current]


# The matches


class _Grid(Value):
    """How matches stand side by side: the columns, the width of a name, and of the letter in front if there is one."""

    columns: int = 1
    name_width: int = 1
    letter_width: int = LETTER

    @classmethod
    def fit(cls, matches: Sequence[Match], columns: int, limit: int) -> _Grid:
        """A grid no wider than `columns`, of no more columns than `limit` rows need."""
        sample = matches[:SAMPLE]
        says = {(match.type, match.local) for match in sample}
        letter_width = LETTER if any(local or type_ not in SAYING_NOTHING for type_, local in says) else 0
        texts = [match.text for match in sample]
        is_ascii = "".join(texts).isascii()
        widths = sorted(map(len, texts) if is_ascii else (rows.width(text[:columns]) for text in texts)) or [1]
        needed = -(-len(matches) // limit)
        # A few overlong names must not take the room of all the others: in several columns they are cut.
        longest = widths[-1] if needed <= 1 else max(widths[len(widths) * 9 // 10], SHORTEST_NAME)
        longest = max(1, min(longest, widths[-1], columns - letter_width))
        fitting = (columns + GAP) // (letter_width + longest + GAP)
        return cls(max(1, min(fitting, needed)), longest, letter_width)

    def width(self, matches: Sequence[Match], columns: int) -> int:
        """The columns that `matches` take; in a single column their signatures want room too."""
        if self.columns > 1:
            return self.columns * (self.letter_width + self.name_width + GAP) - GAP
        names = (rows.width(match.text[:columns] + match.signature[:columns]) for match in matches)
        return self.letter_width + max(names, default=0)

    def cell_width(self, width: int) -> int:
        """The columns of a match in rows of `width`."""
        return width if self.columns == 1 else self.letter_width + self.name_width

    def cell(self, match: Match, selected: bool, columns: int) -> Row:
        """One match, exactly `columns` wide."""
        role = "box.match.local" if match.local else "box.match"
        letter, type_role = TYPES.get(match.type, (match.type[:1] or ("\u00b7" if match.local else " "), "box.type"))
        text = _clean(match.text, columns + 1)
        typed = set(match.marked[: columns + 1])
        cell: list[rows.Run] = [(type_role, f"{_clean(letter, 1)} ")] if self.letter_width else []
        for marked, group in groupby(range(len(text)), key=typed.__contains__):
            offsets = list(group)
            cell.append(("box.match.typed" if marked else role, text[offsets[0] : offsets[-1] + 1]))
        if self.columns == 1:
            cell.append(("box.signature", _clean(match.signature, columns)))
        row = rows.shorten(cell, columns)
        row = (*row, (role, " " * (columns - rows.row_width(row))))
        return tuple(("box.match.selected", text) for _, text in row) if selected else row

    def rows(self, popup: Popup, first: int, last: int, width: int) -> list[Row]:
        """The matches [first, last) in rows of `width`."""
        cell_width = self.cell_width(width)
        drawn: list[Row] = []
        for start in range(first, last, self.columns):
            row: Row = ()
            for index in range(start, min(start + self.columns, last)):
                gap: Row = (("box", " " * GAP),) if row else ()
                row += gap + self.cell(popup.matches[index], index == popup.selected, cell_width)
            drawn.append(row)
        return drawn


def _fit(popup: Popup, columns: int, height: int, share: int, *, bordered: bool, signature: bool) -> tuple[_Grid, int]:
    """The grid for a box of columns x height, and the columns for the number of the matches that it does not show.

    That number stands on the border, or without one beside the matches; it takes 0 columns when all have room.  In a
    low box with a signature matches stand side by side, rather than take rows from the docs.
    """
    limit = 1 if signature and height < LOW else share
    grid = _Grid.fit(popup.matches, columns, limit)
    count = len(_more(len(popup.matches)))
    least_rows = min(share, max(1, height - (_most_signature_rows(height) if signature else 0) - bool(popup.note)))
    if len(popup.matches) <= grid.columns * least_rows:
        return grid, 0
    if bordered:
        return grid, count
    if columns - count < LEAST_BESIDE_COUNT:
        return grid, 0
    return _Grid.fit(popup.matches, columns - count, limit), count


def _window(popup: Popup, grid: int, height: int, first_row: int | None) -> tuple[int, int]:
    """The matches [first, last) to show in `height` rows: whole rows, the selected one in the middle."""
    total = -(-len(popup.matches) // grid)
    wanted = (popup.selected or 0) // grid - height // 2 if first_row is None else first_row
    top = max(0, min(wanted, total - height))
    return top * grid, max(top * grid, min(len(popup.matches), (top + height) * grid))


# The docs


def _docs(popup: Popup, columns: int, limit: int, first: int) -> list[Line]:
    """The lines of the docs that may be seen in `limit` rows behind the `first`, of at most `columns`, none blank."""
    docs = popup.docs
    if docs is None or limit <= 0:
        return []
    limit += first
    found: list[Line] = []
    if docs.signatures and docs.signatures != _signatures(popup):
        pieces = _pieces(docs.signatures[0], None, columns, columns)
        found.append(Line(tuple(run for piece in pieces.between(0, len(pieces.items)) for run in piece)))
    elif not docs.signatures and (fields := _fields(docs, columns)):
        found.append(Line(fields))
    # A line of more characters would fill more rows than there are.
    read = (line for line in docstring.lines(docs.docstring[: 2 * limit * columns], docstring.BOX) if line.row)
    return [*found, *islice(read, limit)]


def _fields(docs: Docs, columns: int) -> Row:
    """The fields in one row: what a value is and how it looks."""
    row: list[rows.Run] = []
    for title, value in docs.fields:
        if title == "File":
            continue  # long, and not what a value is
        if rows.row_width(row) > columns:
            break
        # Several lines (an array's) are one here.
        value = " ".join(value[:columns].split())
        gap = "  " if row else ""
        row += [("box.docs.heading", f"{gap}{_clean(title, columns)} "), ("box.docs", _clean(value, columns))]
    return rows.shorten(row, columns)


def _wrapped(lines: Sequence[Line], columns: int, limit: int, first: int) -> tuple[int, list[Row]]:
    """`lines` broken between words into at most `limit` rows, with an ellipsis for the rest.

    As many as `first` rows are left out above them, of which the number comes first.
    """
    wrapped = [row for line in lines for row in docstring.wrapped(line, columns)]
    above = max(0, min(first, len(wrapped) - limit))
    wrapped = wrapped[above:]
    if len(wrapped) > limit > 0:
        wrapped[limit - 1] = rows.shorten((*wrapped[limit - 1], ("box.docs", " \u2026")), columns)
    return above, wrapped[: max(0, limit)]


# The widget


class PopupView(urwid.Widget):
    """The box as a box widget: ask `size` what it wants within a room, and render it in that size.

    `max_rows` are the most rows it takes, its border included; of the rows that there are in a room matches take half
    at most, and so do the docs unless `docs_rows` says otherwise.
    """

    _sizing = frozenset([urwid.BOX])
    _selectable = False

    def __init__(self, popup: Popup = EMPTY, *, max_rows: int = MAX_ROWS, docs_rows: int | None = None) -> None:
        super().__init__()
        self._popup = popup
        self.max_rows = max_rows
        self.docs_rows = docs_rows
        self._layout = Layout()
        self._room = (0, 0)  # that the layout was made for, until the popup changes
        self._size = (0, 0)
        # The columns and rows that it takes at least, and those that it took in the last frame.
        self._least = self._taken = (0, 0)
        # From where on the matches and the docs are shown since they were scrolled.
        self._first: tuple[int | None, int] = (None, 0)

    @property
    def popup(self) -> Popup:
        """What is shown."""
        return self._popup

    @popup.setter
    def popup(self, popup: Popup) -> None:
        if popup == self._popup:
            return
        before, self._popup = self._popup, popup
        narrowed = popup and (popup.start, popup.anchor) == (before.start, before.anchor)
        walked = narrowed and popup.selected is not None and before.selected is not None
        self._least = (self._taken[0] if narrowed else 0, self._taken[1] if walked else 0)
        self._first = (None, 0)
        self._changed()

    @property
    def grid(self) -> int:
        """The columns that the matches stand in since `size` was asked: one row down is this many matches further."""
        return self._layout.grid

    def match_at(self, column: int, row: int) -> Match | None:
        """The match that stands in a cell of the box as it was drawn last."""
        number = self._layout.match_at(column, row)
        return self._popup.matches[number] if number is not None and number < len(self._popup.matches) else None

    def scroll(self, steps: int, row: int) -> None:
        """Scroll the matches, if they stand in that row of the box, else the docs, by so many rows."""
        laid_out = self._layout
        first, docs = laid_out.shown.start // laid_out.grid, laid_out.docs
        if laid_out.has_matches(row):
            self._first = max(0, first + steps), docs
        else:
            self._first = self._first[0], max(0, docs + steps)
        # The box stays as large as it is.
        self._least = self._taken
        self._changed()

    def size(self, columns: int, height: int) -> tuple[int, int]:
        """The columns and rows that the box wants of a room; (0, 0) when there is nothing to show or no room.

        While a name is being typed the box does not become narrower, and while one walks through the matches it does
        not become lower either.
        """
        height = min(height, self.max_rows)
        room = (min(columns, MAX_COLUMNS), height)
        if room != self._room:
            self._layout, self._room = self._lay_out(*room), room
        wanted = self._layout.size
        self._size = (wanted[0], max(wanted[1], min(height, self._least[1]))) if wanted[1] else wanted
        self._taken = (self._layout.width, self._size[1])
        return self._size

    def render(self, size: tuple[int, int], focus: bool = False) -> urwid.Canvas:  # type: ignore[override]  # noqa: ARG002
        """Draw the box, exactly as large as `size` says."""
        columns, height = size
        laid_out = self._layout if self._size == size else self._lay_out(columns, height)
        return rows.canvas(_framed(laid_out, columns, height), columns, fill="box")

    def _lay_out(self, columns: int, height: int) -> Layout:
        half = max(1, (height + 1) // 2)
        docs_share = half if self.docs_rows is None else self.docs_rows
        first_row, first_docs = self._first
        return layout(
            self._popup,
            columns,
            height,
            share=half,
            docs_share=docs_share,
            least=self._least[0],
            first_row=first_row,
            first_docs=first_docs,
        )

    def _changed(self) -> None:
        # The layout stays, for `grid`: several keys may come between two frames.
        self._room = self._size = (0, 0)
        self._invalidate()


def _framed(laid_out: Layout, columns: int, height: int) -> list[Row]:
    """The rows of the whole box."""
    border_columns, border_rows = _border(laid_out.bordered)
    inner = columns - border_columns
    blanks: list[Row] = [()] * (height - border_rows - len(laid_out.rows))
    body = [row if row is DIVIDER else rows.clip(row, inner) for row in (*laid_out.rows, *blanks)]
    if not laid_out.bordered:
        return [(("box", " "), *row) for row in body]
    framed = [_edge("\u250c\u2510", f"{laid_out.overload} " if laid_out.overload else "", columns)]
    for row in body:
        if row is DIVIDER:
            framed.append(_edge("\u251c\u2524", "", columns))
        else:
            blank = " " * (inner - rows.row_width(row) + 1)
            framed.append((("box.border", "\u2502"), ("box", " "), *row, ("box", blank), ("box.border", "\u2502")))
    framed.append(_edge("\u2514\u2518", f"{_more(laid_out.more)} " if laid_out.more else "", columns))
    return framed


def _more(count: int) -> str:
    """What is said of matches that are not shown."""
    return f" +{count} more"


def _with_word(row: Row, word: str, columns: int) -> Row:
    """`row` with `word` at its right end, if there is room for it."""
    blank = columns - rows.row_width(row) - len(word)
    return (*row, ("box", " " * blank), ("box.note", word)) if blank >= 0 else row


def _edge(corners: str, word: str, columns: int) -> Row:
    """The upper or lower edge of the border, or a line across, with `word` near its right end."""
    line = "\u2500"
    word = word if len(word) <= columns - 4 else ""
    left = line * (columns - 3 - len(word))
    return (("box.border", corners[0] + left), ("box.note", word), ("box.border", line + corners[1]))

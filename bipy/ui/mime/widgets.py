"""Widgets as text: bars, texts, sliders and choices with their values as they are now; boxes side by side or stacked.

A widget that is not in `_SHOWN` and stands alone has no rows of its own: the text of its bundle is shown.  Inside a box
it is named.  An Output has none either, since what it captures stands behind the cell's own outputs.

The kernel may send any state, and models that stand in one another, so depth and number are bounded.  A bar that has
no more room than a few columns shows nothing: that is how tqdm draws one whose total it does not know.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

from bipy.session.widgets import Widget
from bipy.ui.mime.means import Means
from bipy.ui.text.bars import Progress
from bipy.ui.text.output import Lines
from bipy.ui.text.rows import Row, Run, printable, row_width, wrap

TEXT, BAR, REST, FAILED = "widget", "widget.bar", "widget.rest", "widget.failed"
DONE, HALF, LEFT, KNOB = "\u2501", "\u2578", "\u2500", "\u25cf"
FAILED_SIGN = " \u2717"
WIDEST_BAR, LEAST_BAR = 40, 4
SLIDER = 16
# Boxes in boxes are followed so far; a box and all that stands in it shows so many widgets.
DEEPEST, MOST = 12, 500

ROWS = ("HBox",)
COLUMNS = ("VBox", "Box", "GridBox")
OUTPUT = "Output"
PAGES = ("Tab", "Accordion", "Stack")
BARS = ("IntProgress", "FloatProgress")


def view(widget: object, metadata: Mapping[str, object], means: Means) -> Lines | None:  # noqa: ARG001
    """The lines of a widget as it is now; None for one that is unknown, or of a kind that is not shown."""
    if not isinstance(widget, Widget) or not (widget.kind in _SHOWN or widget.kind in _BOXES or widget.kind == OUTPUT):
        return None
    return _WidgetLines(widget, means)


class _WidgetLines:
    """All rows of a widget as one line, since how they stand side by side depends on the width; none if hidden."""

    def __init__(self, widget: Widget, means: Means) -> None:
        self._widget = widget
        self._means = means
        self._laid_out: tuple[int, Sequence[Row]] = (0, ())
        self.count = 1 if any(True for _ in self._drawing(80)) else 0

    def rows(self, line: int, columns: int) -> Sequence[Row]:  # noqa: ARG002
        """The rows of the widget."""
        if self._laid_out[0] != columns:
            self._laid_out = columns, list(self._drawing(columns)) or [()]
        return self._laid_out[1]

    def _drawing(self, columns: int) -> Iterator[Row]:
        return _Drawing(self._means).rows(self._widget, max(columns, 1), 0)


class _Drawing:
    """One drawing of a widget and all that stands in it."""

    def __init__(self, means: Means) -> None:
        self._cell = max(1, means.cell[0])
        self._left = MOST

    def rows(self, widget: Widget, columns: int, depth: int) -> Iterator[Row]:
        """The rows of a widget in so many columns."""
        self._left -= 1
        if widget.hidden or depth > DEEPEST or self._left < 0 or widget.kind == OUTPUT:
            return
        if widget.kind in ROWS:
            yield from self._beside(widget, columns, depth)
        elif widget.kind in COLUMNS:
            for child in widget.children:
                yield from self.rows(child, columns, depth + 1)
        elif widget.kind in PAGES:
            yield from self._pages(widget, columns, depth)
        elif widget.kind in BARS:
            before, after = _description(widget), f" {_number(widget, 'value')}/{_number(widget, 'max')}"
            room = columns - row_width([(TEXT, before), (TEXT, after)])
            yield from wrap(((TEXT, before), *self._bar(widget, room), (TEXT, after)), columns)
        else:
            for row in _leaf(widget):
                yield from wrap(row, columns)

    def _beside(self, widget: Widget, columns: int, depth: int) -> Iterator[Row]:
        """The children side by side: in one row if each has a single one, with bars as wide as the rest allows."""
        children = [child for child in widget.children if not child.hidden and child.kind != OUTPUT][:MOST]
        blocks = [None if child.kind in BARS else list(self.rows(child, columns, depth + 1)) for child in children]
        if any(block is not None and len(block) > 1 for block in blocks):
            yield from _columns(
                [
                    block or list(self.rows(child, columns, depth + 1))
                    for block, child in zip(blocks, children, strict=True)
                ],
                columns,
            )
            return
        names: list[Row] = [((TEXT, _description(child)),) if child.kind in BARS else () for child in children]
        taken = sum(row_width(block[0]) if block else 0 for block in blocks) + len(blocks) + sum(map(row_width, names))
        row: list[Run] = []
        for child, name, block in zip(children, names, blocks, strict=True):
            piece = (*name, *self._bar(child, columns - taken)) if block is None else block[0] if block else ()
            if row and piece and not (row[-1][1].endswith(" ") or piece[0][1].startswith(" ")):
                row.append((TEXT, " "))
            row += piece
        if row:
            yield from wrap(row, columns)

    def _pages(self, widget: Widget, columns: int, depth: int) -> Iterator[Row]:
        """The titles, the open one in brackets, and what stands under it."""
        titles, chosen = _texts(widget.state.get("titles")), widget.state.get("selected_index")
        children = widget.children
        if widget.kind != "Stack":
            names = [(titles[number] if number < len(titles) else "") or str(number) for number in range(len(children))]
            marked = (f"[{name}]" if number == chosen else f" {name} " for number, name in enumerate(names))
            yield from wrap(((TEXT, " ".join(marked)),), columns)
        if isinstance(chosen, int) and 0 <= chosen < len(children):
            yield from self.rows(children[chosen], columns, depth + 1)

    def _bar(self, widget: Widget, room: int) -> Row:
        """A bar of at most `room` columns; nothing where the widget itself has room for a few columns only."""
        wanted = _pixels(widget.layout.get("width"))
        most = WIDEST_BAR if wanted is None else min(WIDEST_BAR, wanted // self._cell)
        if most < LEAST_BAR:
            return ()
        columns = max(LEAST_BAR, min(most, room))
        share, failed = _share(widget), _has_failed(widget)
        halves = int(share * columns * 2)
        done = DONE * (halves // 2) + HALF * (halves % 2)
        bar: Row = ((FAILED if failed else BAR, done), (REST, LEFT * (columns - len(done))))
        return (*bar, (FAILED, FAILED_SIGN)) if failed else bar


def progress(widget: Widget) -> Progress | None:
    """How far the first bar in a widget is; None if it has none, or one whose total is not known."""
    left = MOST
    coming = [widget]
    while coming and left:
        left -= 1
        inner = coming.pop()
        if inner.kind in BARS:
            known = inner.state.get("bar_style") != "info"
            return Progress(int(100 * _share(inner)), _has_failed(inner)) if known else None
        coming += reversed(inner.children)
    return None


def _share(widget: Widget) -> float:
    """How much of a bar is done, from 0 to 1."""
    low, high, value = (_float(widget.state.get(key), base) for key, base in (("min", 0), ("max", 100), ("value", 0)))
    return min(1.0, max(0.0, (value - low) / (high - low))) if high > low else 0.0


def _has_failed(widget: Widget) -> bool:
    return widget.state.get("bar_style") == "danger"


def _columns(blocks: Sequence[Sequence[Row]], columns: int) -> Iterator[Row]:
    """Blocks side by side with a gap between them, or one below the other where there is no room for that."""
    widths = [max(map(row_width, block), default=0) for block in blocks]
    if sum(widths) + 2 * len(widths) - 2 > columns:
        yield from chain.from_iterable(blocks)
        return
    for number in range(max(map(len, blocks), default=0)):
        row: list[Run] = []
        for block, width in zip(blocks, widths, strict=True):
            piece = block[number] if number < len(block) else ()
            row += [*piece, (None, " " * (width - row_width(piece) + 2))]
        yield tuple(row)


# -- widgets that nothing stands in ---------------------------------------------------------------------------------


def _leaf(widget: Widget) -> list[Row]:
    """The rows of a widget that is no box; what is of no known kind is named."""
    shown = _SHOWN.get(widget.kind)
    if shown is None:
        return [((TEXT, _description(widget)), (REST, f"[{printable(widget.kind)}]"))] if widget.kind else []
    return [row for row in shown(widget) if row]


def _markup(widget: Widget) -> list[Row]:
    """HTML without its tags."""
    text = _string(widget.state.get("value"))
    text = re.sub(r"<(script|style)\b.*?</\1\s*>", "", text, flags=re.DOTALL | re.IGNORECASE)
    text = re.sub(r"<br\s*/?>|</(p|div|li|tr|h\d|pre)\s*>", "\n", text, flags=re.IGNORECASE)
    text = html.unescape(re.sub(r"<[^<>]*>", "", text))
    return _text_rows(widget, text)


def _plain(widget: Widget) -> list[Row]:
    return _text_rows(widget, _string(widget.state.get("value")))


def _text_rows(widget: Widget, text: str) -> list[Row]:
    """The description and a text, which may have several lines."""
    # tqdm pads its texts with figure spaces.
    lines = (_description(widget) + text).replace("\u2007", " ").replace("\u200b", "").strip("\n").split("\n")
    return [((TEXT, printable(line)),) for line in lines if line]


def _field(widget: Widget) -> list[Row]:
    """A text or a number that may be entered."""
    return _row(widget, f"[{_shown_value(widget.state.get('value'))}]")


def _date(widget: Widget) -> list[Row]:
    """A date, which is told in its parts: the months from 0 on."""
    told = widget.state.get("value")
    match told:
        case {"year": int(year), "month": int(month), "date": int(day)} if max(year, abs(month), abs(day)) < 10_000:
            return _row(widget, f"[{year:04}-{month + 1:02}-{day:02}]")
    return _row(widget, "[]")


def _secret(widget: Widget) -> list[Row]:
    """A password is not shown, nor how long it is."""
    return _row(widget, "[\u2022\u2022\u2022\u2022]" if widget.state.get("value") else "[]")


def _slider(widget: Widget) -> list[Row]:
    """A slider with its value, or with the two of a range."""
    value = widget.state.get("value")
    ends = value if isinstance(value, list) else [value]
    low, high = _float(widget.state.get("min"), 0), _float(widget.state.get("max"), 100)
    line = [LEFT] * SLIDER
    for end in ends:
        share = (_float(end, low) - low) / (high - low) if high > low else 0.0
        line[round(min(1.0, max(0.0, share)) * (SLIDER - 1))] = KNOB
    text = "\u2013".join(map(_shown_value, ends))
    return [((TEXT, _description(widget)), (BAR, "".join(line)), (TEXT, f" {text}"))]


def _check(widget: Widget) -> list[Row]:
    sign = "[x]" if widget.state.get("value") else "[ ]"
    return [((TEXT, f"{sign} {_one_line(widget.state.get('description'))}".rstrip()),)]


def _valid(widget: Widget) -> list[Row]:
    return _row(widget, "\u2713" if widget.state.get("value") else "\u2717")


def _button(widget: Widget) -> list[Row]:
    return [((TEXT, f"[ {_one_line(widget.state.get('description'))} ]"),)]


def _choice(widget: Widget) -> list[Row]:
    """One of several, of which it alone is shown, or all that are chosen."""
    labels, index = _texts(widget.state.get("_options_labels")), widget.state.get("index")
    numbers = index if isinstance(index, list) else [index]
    chosen = [labels[number] for number in numbers if isinstance(number, int) and 0 <= number < len(labels)]
    return _row(widget, f"{', '.join(chosen)} \u25be" if chosen else "\u2013 \u25be")


def _row(widget: Widget, text: str) -> list[Row]:
    return [((TEXT, _description(widget) + text),)]


# -- the state, which may be anything --------------------------------------------------------------------------------


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _one_line(value: object) -> str:
    return printable(" ".join(_string(value).split()))


def _texts(value: object) -> list[str]:
    return [_one_line(str(text)) for text in value] if isinstance(value, list) else []


def _description(widget: Widget) -> str:
    text = _one_line(widget.state.get("description"))
    return f"{text} " if text else ""


def _float(value: object, otherwise: float) -> float:
    """A number, which is finite and no larger than a float can be."""
    number = float(value) if isinstance(value, int | float) and abs(value) < 1e300 else otherwise
    return number if number == number else otherwise


def _number(widget: Widget, key: str) -> str:
    return _shown_value(widget.state.get(key))


def _shown_value(value: object) -> str:
    """A value in a few columns."""
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else _one_line(str(value))


def _pixels(value: object) -> int | None:
    """A width in pixels; None for any other."""
    match = re.fullmatch(r"(\d{1,5})(\.\d+)?px", _string(value).strip())
    return int(match[1]) if match else None


_BOXES = frozenset((*ROWS, *COLUMNS, *PAGES, *BARS))
_SHOWN: Mapping[str, Callable[[Widget], list[Row]]] = {
    **dict.fromkeys(("HTML", "HTMLMath"), _markup),
    **dict.fromkeys(("Label",), _plain),
    **dict.fromkeys(
        (
            *("Text", "Textarea", "Combobox", "IntText", "BoundedIntText", "FloatText", "BoundedFloatText"),
            *("ColorPicker", "Play"),
        ),
        _field,
    ),
    "Password": _secret,
    "DatePicker": _date,
    **dict.fromkeys(("IntSlider", "FloatSlider", "FloatLogSlider", "IntRangeSlider", "FloatRangeSlider"), _slider),
    **dict.fromkeys(("Checkbox",), _check),
    "ToggleButton": _check,
    "Valid": _valid,
    "Button": _button,
    **dict.fromkeys(
        (
            "Dropdown",
            "Select",
            "RadioButtons",
            "ToggleButtons",
            "SelectionSlider",
            "SelectMultiple",
            "SelectionRangeSlider",
        ),
        _choice,
    ),
}

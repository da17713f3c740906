"""Searching in the cell, and replacing there: the places that are found, and what is done to each.

A `Seeker` works on the text of one editor, from the first letter of what is sought to the last answer.  It goes through
stages: a text is sought, its replacement is typed, then each place is asked about.  Which keys do that stands in
`keymap`; no screen is known here but the marks that the editor draws.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from bipy.ui.text.find import Span
from bipy.ui.widgets.editor import Editor
from bipy.ui.widgets.search_line import SearchLine, Typed

if TYPE_CHECKING:
    from bipy.ui.widgets.window import Window

Stage = Literal["find", "text", "replacement", "question"]
# So much of a text stands in the status bar: its end.
SHOWN = 24


@dataclass
class Sought:
    """What was sought last, for the next time; `replacement` is None until something was replaced."""

    text: str = ""
    regex: bool = False
    replacement: str | None = None


@dataclass
class _Asked:
    """A place that is asked about, as offsets in the text as it is now, and the text that it gets."""

    start: int
    end: int
    new: str


class Seeker:
    """A search in the text of `editor`; with `replaces` what is found gets another text, in the selection if any.

    `on_close` is called at the end with what there is to tell of it.
    """

    def __init__(self, editor: Editor, sought: Sought, *, replaces: bool) -> None:
        self.on_close: Callable[[str], object] = lambda _: None
        self.stage: Stage = "text" if replaces else "find"
        self._editor = editor
        self._buffer = editor.buffer
        self._sought = sought
        self._line = SearchLine()
        self._line.begin()
        self._text = ""
        self._regex = False
        self._replacement = ""
        self._error = ""
        self._began = self._buffer.cursor, self._buffer.anchor
        selection = self._buffer.selection if replaces else None
        ends = selection or ((0, 0), (len(self._buffer.lines), 0))
        self._within = self._buffer.offset_of(ends[0]), self._buffer.offset_of(ends[1])
        self._spans: list[Span] = []
        # The places that are still to be asked about, the next one first, and how many were answered and replaced.
        self._asked: list[_Asked] = []
        self._answered = self._replaced = 0
        self._groups = False
        self._here: object = None
        self._settle()

    @property
    def contexts(self) -> list[str]:
        """The contexts of the keys."""
        return ["replacing"] if self.stage == "question" else ["finding", "search"]

    @property
    def mode(self) -> str:
        """What the status bar tells of it beside the hint."""
        return "FIND" if self.stage == "find" else "REPLACE"

    @property
    def hint(self) -> str:
        """What the status bar says: what is being typed or asked, and how many places there are."""
        typed, sort = f"{_end(self._line.text or '')}\u258f", "regex " if self._regex else ""
        if self.stage == "question":
            total = self._answered + len(self._asked)
            by = f'by "{_end(self._asked[0].new)}"' if self._asked[0].new else "by nothing"
            return f"{by}?  y n ! q  {self._answered + 1} of {total}"
        if self.stage == "replacement":
            return f'"{_end(self._text)}" by: {typed}  {self._counted}'
        if not self._line.text:
            # The status bar is narrow: the key is told while there is nothing else to say.
            return f"{sort}{typed}  Alt-R {'as it stands' if self._regex else 'regex'}"
        return f"{sort}{typed}  {self._counted}"

    @property
    def _counted(self) -> str:
        if self._error:
            return self._error
        if not self._spans:
            return "not found"
        number = bisect_right(self._spans, (self._buffer.offset, len(self._buffer.code) + 1))
        return f"{max(1, number)} of {len(self._spans)}" if self.stage == "find" else f"{len(self._spans)} found"

    def holds(self, editor: Editor) -> bool:
        """Whether nothing else has changed the text or moved the cursor."""
        return self._here == (editor, editor.buffer, editor.buffer.revision, editor.buffer.cursor)

    # What is typed

    def keypress(self, _size: tuple[int, int], key: str) -> str | None:
        """A key that types the text; return one that is not taken."""
        typed = self._line.press(key)
        if typed is Typed.CHANGED:
            self._changed()
        elif typed is Typed.GIVEN_UP:
            self.give_up()
        elif typed is Typed.ENDED:
            self._go_on()
        return key if typed is Typed.NOT_TAKEN else None

    def paste(self, text: str) -> bool:
        """Add the first line of `text` to what is typed; whether something is."""
        if not self._line.paste(text):
            return False
        self._changed()
        return True

    def turn_regex(self) -> None:
        """Take the text as a regular expression, or as it stands."""
        self._regex = not self._regex
        self._look_for(self._text)

    def go(self, step: int) -> None:
        """Go to the next place (1) or the one before (-1); with nothing typed, seek what was sought last."""
        if self.stage != "find":
            return
        if not self._line.text and self._sought.text:
            self._line.text, self._regex = self._sought.text, self._sought.regex
            self._look_for(self._sought.text)
            return
        starts = [start for start, _ in self._spans]
        if starts:
            here = self._buffer.offset
            number = bisect_right(starts, here) if step > 0 else bisect_left(starts, here) - 1
            self._show(self._spans[number % len(starts)])

    def _changed(self) -> None:
        text = self._line.text or ""
        if self.stage == "replacement":
            self._replacement = text
        else:
            self._look_for(text)

    def _look_for(self, text: str) -> None:
        self._text = text
        self._spans = self._found(text)
        self._mark()
        if self.stage != "find":
            return
        began = self._buffer.offset_of(self._began[0])
        number = bisect_left(self._spans, (began, 0))
        if self._spans:
            self._show(self._spans[number % len(self._spans)])
        else:
            self._go_back()

    def _pattern(self, text: str) -> re.Pattern[str] | None:
        """The pattern of what is sought; to be replaced it must stand there in the same case."""
        letters = re.sub(r"\\.", "", text) if self._regex else text
        ignores_case = self.stage == "find" and letters == letters.lower()
        try:
            return re.compile(text if self._regex else re.escape(text), re.MULTILINE | re.IGNORECASE * ignores_case)
        except (re.error, OverflowError, RecursionError) as error:
            self._error = f"no regex yet: {error}"
            return None

    def _found(self, text: str) -> list[Span]:
        self._error = ""
        pattern = self._pattern(text) if text else None
        if pattern is None:
            return []
        start, end = self._within
        spans = (match.span() for match in pattern.finditer(self._buffer.code) if match.start() >= start)
        return [span for span in spans if span[1] <= end and (span[0] < span[1] or self.stage != "find")]

    def _go_on(self) -> None:
        """Enter: the search stands, or the next stage begins."""
        if self.stage == "text" and not self._text and self._sought.replacement is not None:
            self._regex, self._replacement = self._sought.regex, self._sought.replacement
            self._look_for(self._sought.text)
            self._ask()
        elif self.stage == "find" or not self._text:
            if self._text:
                self._sought.text, self._sought.regex = self._text, self._regex
            self._end("" if self._spans or not self._text else f"{_end(self._text)} is not in the cell")
        elif not self._spans:
            self._end(self._error or f"{_end(self._text)} is not there")
        elif self.stage == "text":
            self.stage = "replacement"
            self._line.begin()
        else:
            self._ask()

    # What is asked

    def _ask(self) -> None:
        """Begin to ask about each place, the first at or behind the cursor first."""
        pattern = self._pattern(self._text)
        known = set(self._spans)
        try:
            places = [
                (*match.span(), _expanded(match, self._replacement) if self._regex else self._replacement)
                for match in (pattern.finditer(self._buffer.code) if pattern is not None else ())
                if match.span() in known
            ]
        except (re.error, IndexError) as error:
            self._end(f"{_end(self._replacement)} cannot be put there: {error}")
            return
        if not places:
            self._end(f"{_end(self._text)} is not there")
            return
        self._sought.text, self._sought.regex = self._text, self._regex
        self._sought.replacement = self._replacement
        first = bisect_left([start for start, _, _ in places], self._buffer.offset)
        whole = self._within == (0, len(self._buffer.code) + 1)
        self.ask(places[first:] + places[:first] if whole else places)

    def ask(self, places: Sequence[tuple[int, int, str]]) -> None:
        """Ask about places: from where to where they are, and the text that each gets."""
        self._asked = [_Asked(*place) for place in places]
        self.stage = "question"
        self._groups = self._buffer.begin_group()
        self._ask_next()

    def replace(self) -> None:
        """Replace the place that is asked about, and ask about the next one."""
        place = self._asked.pop(0)
        self._buffer.replace(place.start, place.end, place.new)
        longer = len(place.new) - (place.end - place.start)
        for other in self._asked:
            if other.start >= place.end:
                other.start += longer
                other.end += longer
        self._answered += 1
        self._replaced += 1
        self._ask_next()

    def skip(self) -> None:
        """Leave the place that is asked about as it is."""
        self._asked.pop(0)
        self._answered += 1
        self._ask_next()

    def replace_rest(self) -> None:
        """Replace it and all that would be asked about."""
        places = sorted(self._asked, key=lambda place: place.start)
        code, here = self._buffer.code, places[0].start
        parts: list[str] = []
        for place in places:
            parts += [code[here : place.start], place.new]
            here = place.end
        self._buffer.replace(places[0].start, here, "".join(parts))
        self._replaced += len(places)
        self._answered += len(places)
        self._asked = []
        self._ask_next()

    def replace_last(self) -> None:
        """Replace the place that is asked about, and no other."""
        self._asked = self._asked[:1]
        self.replace()

    def _ask_next(self) -> None:
        if not self._asked:
            places = "1 place" if self._answered == 1 else f"{self._answered} places"
            self._end(f"replaced {self._replaced} of {places}")
            return
        self._spans = sorted((place.start, place.end) for place in self._asked)
        self._mark()
        self._show((self._asked[0].start, self._asked[0].end))

    # The end

    def give_up(self) -> None:
        """End it: a search goes back to where it began; what was replaced stays replaced."""
        if self.stage == "question":
            asked = self._answered + len(self._asked)
            self._end(f"replaced {self._replaced} of {asked} places")
            return
        self._go_back()
        self._end("")

    def close(self) -> None:
        """End it where it stands, because something else happens."""
        if self.stage == "find" and self._text:
            self._sought.text, self._sought.regex = self._text, self._regex
        self._end("")

    def _end(self, said: str) -> None:
        self._editor.found = None
        self._buffer.mark_span((0, 0), (0, 0))
        if self._groups:
            self._buffer.end_group()
        self.on_close(said)

    def _go_back(self) -> None:
        cursor, anchor = self._began
        if self._buffer.cursor != cursor or self._buffer.anchor != anchor:
            self._buffer.select_span(cursor if anchor is None else anchor, cursor)
        self._settle()

    def _show(self, span: Span) -> None:
        """Be at a place."""
        start, end = map(self._buffer.position_of, span)
        self._buffer.cursor = start
        self._buffer.mark_span(start, end)
        self._settle()

    def _mark(self) -> None:
        self._editor.found = columns_by_row(self._buffer.code, self._spans)

    def _settle(self) -> None:
        """Text and cursor are as this search has left them."""
        self._here = (self._editor, self._buffer, self._buffer.revision, self._buffer.cursor)


def begin(window: Window, tell: Callable[[str], object], *, replaces: bool, sought: Sought | None = None) -> Seeker:
    """Begin a search in what is typed; `tell` gets what there is to tell at its end."""

    def close(said: str) -> None:
        window.seeker = None
        if said:
            tell(said)

    window.seeker = seeker = Seeker(window.input, sought or Sought(), replaces=replaces)
    seeker.on_close = close
    return seeker


def columns_by_row(code: str, spans: Sequence[Span]) -> Mapping[int, list[Span]]:
    """The columns that each row has of the spans; a span of several rows has a part in each."""
    lines = code.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    found: dict[int, list[Span]] = {}
    for start, end in spans:
        row = bisect_right(starts, start) - 1
        while row < len(lines) and starts[row] < end:
            columns = max(0, start - starts[row]), min(len(lines[row]), end - starts[row])
            if columns[0] < columns[1]:
                found.setdefault(row, []).append(columns)
            row += 1
    return found


def _expanded(match: re.Match[str], template: str) -> str:
    r"""What a template of a replacement gives: \0 is all that was found, and nothing in it controls a terminal."""
    text = match.expand(re.sub(r"(?<!\\)((?:\\\\)*)\\0(?!\d)", r"\1\\g<0>", template))
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t" or sign > "\x9f")


def _end(text: str) -> str:
    """The end of a text, as much as the status bar has room for."""
    return text if len(text) <= SHOWN else f"\u2026{text[1 - SHOWN :]}"

"""The completion menu on show: how it is made, and what Tab and the arrows do with it.

Which matches it holds depends on the code, the cursor and what the kernel says of them, not on what was asked on the
way there.  Two answers make it: the one for this very document, and the one for the document with the least of the
token, which adds what fits in another way than by its beginning.  Until they have come, others that fit stand in.

A frozen value.  Each step gives the edit that it asks for and the menu as it is once the edit has been made, so that an
offset never refers to any text but the one the menu was made for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice, repeat

from bipy.inspection.cache import Answer
from bipy.inspection.context import Context
from bipy.inspection.matching import CASELESS, ENOUGH, OTHER, PREFIX, WAYS, Matching, common_prefix, marks, ranked
from bipy.inspection.reply import Completions
from bipy.inspection.values import Document, Edit, Match
from bipy.value import Value

SHOWN = ENOUGH
"""How many matches a menu holds at most; IPython itself stops there."""


class Menu(Value):
    """Matches for `typed`, which stands at the start of [start, end).

    `leading` are those among which Tab may complete what they share; `more` could not be shown.
    """

    matches: tuple[Match, ...] = ()
    start: int = 0
    end: int = 0
    typed: str = ""
    leading: tuple[str, ...] = ()
    more: int = 0
    selected: int | None = None

    def __bool__(self) -> bool:
        return bool(self.matches)

    def stands_in(self, document: Document) -> bool:
        """Whether the selected match stands in the document where this menu says, the cursor behind it."""
        if self.selected is None:
            return False
        text = document.code[self.start : self.end]
        return document.cursor == self.end and text == self.matches[self.selected].text

    def tab(self, step: int) -> tuple[Edit, Menu]:
        """Complete what all leading matches share; when that is nothing, take the next match (or the one before)."""
        if self.selected is not None:
            return self.select((self.selected + step) % len(self.matches))
        shared = common_prefix(self.leading)
        if len(self.leading) == 1 or (len(shared) > len(self.typed) and shared.startswith(self.typed)):
            return Edit(self.start, self.end, shared), Menu()
        return self.select(0 if step > 0 else len(self.matches) - 1)

    def move(self, step: int) -> tuple[Edit, Menu]:
        """Select the match that many places on, and stop at both ends."""
        return self.select(max(0, min((self.selected or 0) + step, len(self.matches) - 1)))

    def choose(self, text: str) -> tuple[Edit, Menu] | None:
        """Select the match that is this text; None if there is none any more."""
        found = [number for number, match in enumerate(self.matches) if match.text == text]
        return self.select(found[0]) if found else None

    def select(self, index: int) -> tuple[Edit, Menu]:
        """Put the match at `index` in place of what stands there."""
        text = self.matches[index].text
        return Edit(self.start, self.end, text), self.replace(selected=index, end=self.start + len(text))


def menu(
    context: Context,
    answers: Sequence[Answer],
    names: Sequence[str],
    matching: Matching,
    *,
    given: Collection[str] = (),
    wanted: bool = False,
) -> Menu:
    """A menu for the token: what fits of the kernel's `answers`, and then of the client's own `names`.

    The answers are those that cover the document, the one for the most of the token first.  A menu that no key has
    `wanted` holds only what the place in the code is for, without the parameters that are `given` already; and there is
    none where the only text that begins like the token is the token.
    """
    matches: dict[str, Match] = {}
    best, leading, more = OTHER, list[str](), 0
    beginning = marks("", context.typed, PREFIX)
    for way, answer, numbers in _ranked(context, answers, matching):
        before = len(matches)
        fitting = _fitting(context, answer, numbers, matches, given, wanted=wanted)
        taken = list(islice(fitting, SHOWN - before))
        # There are so many then that it matters neither how many exactly nor whether each of them fits.
        following = next(fitting, None)
        overflow = [] if following is None else numbers[numbers.index(following) :]
        texts = [answer.texts[number] for number in taken]
        types, signatures = (map(column.__getitem__, taken) for column in (answer.types, answer.signatures))
        marked = repeat(beginning) if way == PREFIX else (marks(text, context.typed, way) for text in texts)
        matches.update(zip(texts, map(Match, texts, types, signatures, repeat(False), marked), strict=True))
        more += len(overflow)
        if (not before and matches) or way == best:
            best, leading = way, [*matches, *(answer.texts[number] for number in overflow)]
        if way == PREFIX and not wanted and list(matches) == [context.typed] and not names:
            return Menu()
    own = [name for name in names if name not in matches][:SHOWN]
    matches.update((name, Match(name, local=True, marked=beginning)) for name in own)
    if own:
        leading = leading + own if best == PREFIX else own
    elif best > CASELESS and len(matches) > 1:
        leading = []
    if list(matches) == [context.typed] or not matches:
        return Menu()
    end = _end(context, answers)
    return Menu(tuple(matches.values()), context.token.start, end, context.typed, tuple(leading), more)


def _fitting(
    context: Context,
    answer: Completions,
    numbers: Sequence[int],
    known: Collection[str],
    given: Collection[str],
    *,
    wanted: bool,
) -> Iterator[int]:
    """Those of `numbers` whose match may stand in the menu and is not `known`, each looked at when it is asked for."""
    texts, types = answer.texts, answer.types
    if context.takes_all(map(texts.__getitem__, numbers)):
        return (number for number in numbers if texts[number] not in known) if known else iter(numbers)
    return (
        number
        for number in numbers
        if texts[number] not in known
        and (wanted or context.fits(texts[number], types[number]))
        and not (texts[number].endswith("=") and texts[number].rstrip("= ") in given)
    )


def _ranked(
    context: Context, answers: Sequence[Answer], matching: Matching
) -> Iterator[tuple[int, Completions, list[int]]]:
    """(way, completions, numbers of those that fit in that way), best first.

    The answer for the most of the token says what begins like it.  The one for the least adds what fits in another way.
    Of the very document that was asked about the kernel knows best: there nothing is left out.
    """
    if matching == "none":
        answers = [answer for answer in answers if answer.typed == context.typed]
    if not answers:
        return
    best = answers[0]
    widest = next((each for each in answers if each.question.context.document == context.widest), answers[-1])
    first = ranked(best.completions.texts, context.typed, matching)
    narrower = len(widest.typed) < len(best.typed)
    second = ranked(widest.completions.texts, context.typed, matching) if narrower else None
    if context.token.kind == "import":
        # ipykernel lists a module's names in the order of a set.
        _sort(first, best.completions.texts)
        _sort(second or [], widest.completions.texts)
    for way in WAYS:
        if way != OTHER or best.typed == context.typed:
            yield way, best.completions, first[way]
        if second is not None and way not in (PREFIX, OTHER):
            yield way, widest.completions, second[way]


def _sort(ways: list[list[int]], texts: Sequence[str]) -> None:
    for way in ways:
        way.sort(key=lambda number: (texts[number].startswith("_"), texts[number].lower()))


def _end(context: Context, answers: Sequence[Answer]) -> int:
    """Where what a match replaces ends: at the cursor, or behind the rest of the word where the kernel says so."""
    cursor = context.document.cursor
    if not answers:
        return cursor
    behind = answers[0].completions.end - answers[0].question.context.document.cursor
    return min(cursor + behind, len(context.document.code))

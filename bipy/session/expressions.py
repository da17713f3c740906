"""The questions of `tables` as expressions of Python, and what their values mean.

Each question is one expression, which names nothing and changes nothing: its value is a text of JSON.  What differs
from one library to the other is said in `libraries`.  A frame is the one that was shown if what it shows now is the
same text, and stays the one if it is the same object of the same shape.  Answers are hostile text: they are read as
literals, and checked.  Pure.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

from bipy.session.conditions import Comparison, Condition
from bipy.session.libraries import LIBRARIES, Library
from bipy.session.tables import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_POSITIONS,
    NOT_THERE,
    Answer,
    Arrange,
    Arranged,
    Column,
    Describe,
    Described,
    Fetch,
    Fetched,
    Open,
    Opened,
    Order,
    Output,
    Question,
    Refused,
    Source,
)

LONGEST_ANSWER = 32_000_000
UNREADABLE = "What the kernel has answered can't be read"

# -- questions ------------------------------------------------------------------------------------------------------


def digest(text: str) -> str:
    """The digest of what an output shows."""
    return sha256(text.encode(errors="surrogatepass")).hexdigest()


def expression(question: Question, value: str) -> str:
    """The expression of a question; `value` is that of the value of a cell, with its {number} left open."""
    match question:
        case Open(output):
            body = "b.next((a for a in [" + ", ".join(map(_opened, LIBRARIES.values())) + "] if a), None)"
            body = body.replace("MIME", repr(output.mime)).replace("DIGEST", repr(output.digest))
        case Arrange(source, condition, order, start):
            output = source.output
            body = _guarded(source, _arranged(source, condition, order, start))
        case Fetch(source, positions):
            output = source.output
            rows = LIBRARIES[source.library].rows
            told = rows.format(positions=list(positions), most=MOST_COLUMNS, longest=LONGEST_CELL)
            body = _guarded(source, told)
        case Describe(source, column):
            output = source.output
            told = LIBRARIES[source.library].described.format(longest=LONGEST_CELL)
            body = _guarded(source, f"(lambda s: {told})({_column(source, column)})")
        case _:
            raise AssertionError(f"{question} has no expression")
    return (
        f"(lambda b, m, f: __import__('json').dumps({body}))"
        f"(__import__('builtins'), __import__('sys').modules, {value.format(number=output.number)})"
    )


def _opened(library: Library) -> str:
    same = f"__import__('hashlib').sha256({library.shown}.encode('utf-8', 'surrogatepass')).hexdigest() == DIGEST"
    told = library.columns.format(most=MOST_COLUMNS)
    asked = f"MIME == {library.mime!r} and {library.is_one} and {same}"
    return f"({asked} and [{library.title!r}, b.id(f), *f.shape, {library.index}, {told}])"


def _guarded(source: Source, body: str) -> str:
    """The body if the frame is the one that was opened, else None."""
    return f"{body} if b.id(f) == {source.identity} and b.list(f.shape) == {list(source.shape)} else None"


def _arranged(source: Source, condition: Condition | None, order: Order | None, start: int) -> str:
    library = LIBRARIES[source.library]
    q = ""
    if condition is not None:
        q = _found(source, condition) if condition.column is None else _met(source, condition, condition.column)
    if order is not None:
        ordered, column = library.order.format(up=not order[1]), _column(source, order[0])
        if q:
            taken = f"(lambda s: {library.taken})({column})"
            q = f"(lambda p: (lambda q: {library.chosen})((lambda s: {ordered})({taken})))({q})"
        else:
            q = f"(lambda s: {ordered})({column})"
    listed = library.listed.format(start=start, stop=start + MOST_POSITIONS)
    return f"(lambda q: [b.len(q), {listed}])({q})"


def _met(source: Source, condition: Condition, column: int) -> str:
    """The positions of the rows whose cell in a column meets a condition."""
    library = LIBRARIES[source.library]
    return f"(lambda s: {_kept(library, source.columns[column].kind, condition)})({_column(source, column)})"


def _found(source: Source, condition: Condition) -> str:
    """The positions of the rows that hold a text in any column."""
    library = LIBRARIES[source.library]
    # Each is taken in its turn, so that there are no texts of more than one column at a time.
    columns = ", ".join(f"lambda: {_column(source, number)}" for number in source.searched)
    each = f"(lambda s: {_kept(library, 'text', condition)})(s())"
    return f"(lambda c: {library.united})([{each} for s in [{columns}]])"


def _column(source: Source, column: int) -> str:
    library = LIBRARIES[source.library]
    if column < source.index:
        return library.level.format(column=column)
    return library.column.format(column=column - source.index)


def _kept(library: Library, kind: str, condition: Condition) -> str:
    """The positions of the rows of the column `s` that meet a condition."""
    mask = ""
    for comparison in condition.comparisons:
        one = library.compare[comparison.operator].format(
            value=library.compared[kind], operand=_operand(library, kind, comparison)
        )
        mask = library.both.format(one=mask, other=one) if mask else one
    if not mask:
        mask = library.holds.format(text=repr(condition.text), lower=repr(condition.text.lower()))
    return library.positions.format(mask=mask)


def _operand(library: Library, kind: str, comparison: Comparison) -> str:
    """What a column of this kind is compared with."""
    if kind == "number" and (number := comparison.number) is not None:
        return repr(number if isinstance(number, float) or abs(number) < 2**63 else float(number))
    if kind == "time" and (moment := comparison.moment) is not None:
        parts = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second, moment.microsecond)
        return library.moment.format(moment=f"__import__('datetime').datetime{parts}")
    return repr(comparison.operand)


# -- answers --------------------------------------------------------------------------------------------------------


def answer(question: Question, text: str | None) -> Answer:
    """What the value of an expression says, `text` as the kernel shows it; None: it has failed."""
    found = read_json(text) if text is not None else _WRONG
    if found is None:
        return Refused(question, "" if isinstance(question, Open) else NOT_THERE, gone=True)
    parsed: Answer | None = None
    match question:
        case Open(output):
            parsed = _source(question, output, found)
        case Arrange(source):
            parsed = _places(question, source, found)
        case Fetch(source, positions):
            parsed = _rows(question, source, positions, found)
        case Describe():
            parsed = _description(question, found)
    return parsed or Refused(question, UNREADABLE)


_WRONG: Final = object()


def read_json(text: str) -> object:
    """The JSON in the literal of a text; `_WRONG` if there is none."""
    if len(text) > LONGEST_ANSWER or text[:1] not in ("'", '"'):
        return _WRONG
    try:
        literal = ast.literal_eval(text)
        return json.loads(literal) if isinstance(literal, str) else _WRONG
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return _WRONG


def _source(question: Question, output: Output, found: object) -> Answer | None:
    match found:
        case [str(library), int(identity), int(rows), int(columns), int(index), [*told]] if library in LIBRARIES:
            pass
        case _:
            return None
    counts = rows, columns, index
    if any(isinstance(each, bool) or not 0 <= each < 2**53 for each in counts) or index > len(told) or not told:
        return None
    if len(told) != index + min(columns, MOST_COLUMNS) or isinstance(identity, bool):
        return None
    parsed = []
    for each in told:
        match each:
            case [str(name), "number" | "time" | "text" as kind, str(type_)]:
                parsed.append(Column(name[:LONGEST_CELL], kind, type_[:LONGEST_CELL]))
            case _:
                return None
    return Opened(question, Source(output, library, identity, (rows, columns), index, tuple(parsed)))


def _places(question: Question, source: Source, found: object) -> Answer | None:
    match found:
        case [int(count), [*told]] if _within(count, source.shape[0] + 1) and len(told) <= MOST_POSITIONS:
            positions = tuple(each for each in told if isinstance(each, int) and _within(each, source.shape[0]))
            return Arranged(question, count, positions) if len(positions) == len(told) else None
    return None


def _description(question: Question, found: object) -> Answer | None:
    match found:
        case [int(missing), int(distinct), str(least), str(largest)] if _within(missing, 2**53) and _within(
            distinct, 2**53
        ):
            return Described(question, missing, distinct, least[:LONGEST_CELL], largest[:LONGEST_CELL])
    return None


def _within(value: Any, stop: int) -> bool:
    return type(value) is int and 0 <= value < stop


def _rows(question: Question, source: Source, positions: Sequence[int], found: object) -> Answer | None:
    match found:
        case [*columns] if len(columns) == len(source.columns):
            pass
        case _:
            return None
    for column in columns:
        if not isinstance(column, list) or len(column) != len(positions):
            return None
        if not all(isinstance(text, str) for text in column):
            return None
    return Fetched(question, tuple(zip(*columns, strict=True)))

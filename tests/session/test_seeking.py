"""Looking for entries of the history."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bipy.session.records import Record
from bipy.session.seeking import LEAST_LETTERS, Narrowing, Seeker, places

EVERYTHING = Narrowing()


def codes(records: list[Record], *texts: str, narrowing: Narrowing = EVERYTHING) -> list[str]:
    """What fits the last of the texts, which are typed one after the other."""
    seeker = Seeker(records, frozenset(["now()"]), "/work")
    for text in texts:
        found = seeker.seek(text, narrowing)
    return [records[number].code for number in found]


def test_words_come_before_letters_and_what_failed_comes_last() -> None:
    records = [
        Record("plot(df)", end="NameError"),
        Record("p = lot; t"),
        Record("df.plot()", end="done"),
        Record("other"),
        Record("def f(x):\n    return plot(x)"),
    ]
    assert codes(records, "plot") == ["df.plot()", "def f(x):\n    return plot(x)", "plot(df)", "p = lot; t"]
    assert codes(records, "plot df") == ["df.plot()", "plot(df)"]
    assert codes(records, "")[-1] == "plot(df)"


def test_a_capital_counts_in_words() -> None:
    records = [Record("x = Frame()"), Record("x = frame()")]
    assert codes(records, "frame") == ["x = Frame()", "x = frame()"]
    assert codes(records, "Frame") == ["x = Frame()", "x = frame()"], "as letters"


@pytest.mark.parametrize(
    ("narrowing", "left"),
    [
        (Narrowing(here=True), ["now()"]),
        (Narrowing(folder=True), ["now()", "bad()"]),
        (Narrowing(succeeded=True), ["now()", "far()"]),
        (Narrowing(mine=True), ["now()", "bad()", "far()"]),
        (Narrowing(folder=True, succeeded=True), ["now()"]),
    ],
)
def test_one_narrows_to_session_folder_outcome_and_owner(narrowing: Narrowing, left: list[str]) -> None:
    records = [
        Record("now()", folder="/work", end="done"),
        Record("bad()", folder="/work", end="E"),
        Record("far()", folder="/home", end="done"),
        Record("theirs()", by="eve 1234"),
    ]
    assert sorted(codes(records, "", narrowing=narrowing)) == sorted(left)
    assert sorted(codes(records, "()", narrowing=narrowing)) == sorted(left)


TEXTS = st.text("aAbc ", max_size=8)


@given(st.lists(TEXTS, max_size=30), st.lists(st.text("aAb c", max_size=2), max_size=5))
def test_typing_letter_by_letter_finds_what_a_paste_finds(entries: list[str], typed: list[str]) -> None:
    records = [Record(entry) for entry in entries]
    steps = ["".join(typed[: length + 1]) for length in range(len(typed))] or [""]
    assert codes(records, *steps) == codes(records, steps[-1])


@given(TEXTS, TEXTS)
def test_what_is_found_is_marked(code: str, text: str) -> None:
    found = codes([Record(code)], text)
    letters = "".join(text.split())
    shown = code if text != text.lower() else code.lower()
    has_words = all(word in shown for word in text.split())
    assert bool(found) == (has_words or (len(letters) >= LEAST_LETTERS and in_order(letters.lower(), code.lower())))
    if found:
        assert all(code[start:end] for start, end in places(code, text))


def in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)

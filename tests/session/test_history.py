"""Recalling what was entered before."""

from __future__ import annotations

from bipy.session.history import LONGEST_ENTRY, MOST_ENTRIES, History, Recall


def history(*entries: str) -> History:
    made = History()
    for entry in entries:
        made.add(entry)
    return made


def walk(of: History, code: str, steps: str, cursor: int | None = None) -> list[str | None]:
    """What is on screen after each step, "<" for previous and ">" for next; None where the step leads nowhere."""
    recall: Recall | None = None
    shown: list[str | None] = []
    cursor = len(code) if cursor is None else cursor
    for step in steps:
        found = of.previous(code, cursor, recall) if step == "<" else of.next(code, recall)
        shown.append(found.text if found else None)
        if found:
            recall, code, cursor = found, found.text, len(found.text)
    return shown


def test_previous_goes_back_and_next_comes_back_to_the_draft() -> None:
    assert walk(history("a", "b", "c"), "", "<<<<>>>>") == ["c", "b", "a", None, "b", "c", "", None]


def test_what_was_typed_before_the_cursor_must_begin_the_entry() -> None:
    kept = history("import os", "x = 1", "import re", "x = 2")
    assert walk(kept, "im", "<<<>>") == ["import re", "import os", None, "import re", "im"]
    assert walk(kept, "x = 3", "<<>>", cursor=1) == ["x = 2", "x = 1", "x = 2", "x = 3"]


def test_a_draft_at_whose_start_the_cursor_stands_recalls_everything() -> None:
    assert walk(history("a", "b"), "draft", "<<>>", cursor=0) == ["b", "a", "b", "draft"]


def test_back_at_the_draft_the_cursor_says_anew_what_entries_begin_with() -> None:
    kept = history("a", "im", "import os")
    draft = kept.next("import os", kept.previous("im", 2))
    assert draft == Recall("im", draft="im", prefix="im")
    assert kept.previous("im", 0, draft) == Recall("import os", draft="im", prefix="", back=1)


def test_a_cell_of_several_lines_is_one_entry() -> None:
    cell = "def f():\n    return 1\n"
    assert walk(history("a", cell), "", "<<") == [cell, "a"]


def test_editing_what_is_shown_begins_a_new_walk() -> None:
    kept = history("apple", "bee", "apricot")
    recall = kept.previous("", 0)
    assert recall == Recall("apricot", draft="", prefix="", back=1)
    edited = "ap"
    assert kept.next(edited, recall) is None
    recall = kept.previous(edited, 2, recall)
    assert recall == Recall("apricot", draft="ap", prefix="ap", back=1)
    assert kept.previous("apricot", 7, recall) == Recall("apple", draft="ap", prefix="ap", back=3)


def test_the_same_text_is_not_shown_twice_in_a_row() -> None:
    assert walk(history("a", "b", "a"), "a", "<<") == [None, None]
    assert walk(history("ab", "a", "ab"), "a", "<<<>") == ["ab", "a", "ab", "a"]


def test_blank_entries_and_repetitions_are_not_kept() -> None:
    assert history("a", "a", "", "  \n", "b", "a").entries == ["a", "b", "a"]


def test_what_the_kernel_remembers_comes_before_what_was_entered_here() -> None:
    kept = history("own")
    kept.merge(["old", "older still", "", "older still"])
    assert kept.entries == ["old", "older still", "own"]


def test_entries_of_this_session_are_not_doubled_by_the_kernel() -> None:
    # Another client's cells stand between ours, and our last one has not run yet.
    kept = history("a", "b", "queued")
    kept.merge(["old", "a", "foreign", "b"])
    assert kept.entries == ["old", "foreign", "a", "b", "queued"]


def test_a_second_reply_of_the_kernel_replaces_the_first() -> None:
    kept = History()
    kept.merge(["x"])
    kept.add("own")
    kept.merge(["x", "y", "own"])
    assert kept.entries == ["x", "y", "own"]


def test_a_walk_goes_on_where_it_was_when_the_kernels_entries_come() -> None:
    kept = history("a", "b")
    recall = Recall("a", draft="", prefix="", back=2)
    assert kept.previous("b", 1, kept.previous("", 0)) == recall
    kept.merge(["old"])
    assert kept.previous("a", 1, recall) == Recall("old", draft="", prefix="", back=3)
    assert kept.next("a", recall) == Recall("b", draft="", prefix="", back=1)


def test_the_first_own_entry_does_not_repeat_the_kernels_last() -> None:
    kept = History()
    kept.merge(["x"])
    kept.add("x")
    assert kept.entries == ["x"]


def test_size_is_bounded() -> None:
    kept = History()
    kept.add("x" * (LONGEST_ENTRY + 1))
    assert kept.entries == []
    kept.merge(f"old {number}" for number in range(MOST_ENTRIES + 5))
    assert len(kept.entries) == MOST_ENTRIES
    assert kept.entries[0] == "old 5"
    kept.add("new")
    assert len(kept.entries) == MOST_ENTRIES
    assert kept.entries[0] == "old 6"
    for number in range(MOST_ENTRIES):
        kept.add(f"new {number}")
    assert len(kept.entries) == MOST_ENTRIES
    assert kept.entries[0] == "new 0"


def test_a_stale_walk_leads_nowhere_and_raises_nothing() -> None:
    assert History().next("x", Recall("x", draft="", prefix="", back=7)) is not None
    assert History().previous("x", 1, Recall("x", draft="", prefix="", back=7)) is None


def test_from_a_text_that_nobody_typed_everything_is_recalled() -> None:
    """As the draft whose place it took."""
    kept = history("first", "draft")
    kept.put("put")
    assert [kept.walk("put", 3, -1), kept.walk("draft", 5, -1)] == ["draft", "first"]
    assert [kept.walk("first", 5, 1), kept.walk("draft", 5, 1)] == ["draft", "put"]
    assert kept.walk("put and typed on", 16, -1) is None

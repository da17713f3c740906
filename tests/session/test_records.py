"""Entries of the history as lines, what is kept of a session, and how earlier sessions come back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bipy.session import events
from bipy.session.history import History
from bipy.session.records import ERASED, Record, decode, digest, encode, is_kept, merged
from tests.play import Play


@given(
    st.builds(
        Record,
        code=st.text(min_size=1).filter(str.strip),
        at=st.floats(0, 1e10),
        language=st.text(max_size=5),
        folder=st.text(max_size=9),
        seconds=st.floats(0, 1e6),
        end=st.sampled_from(["", "done", "ValueError"]),
    )
)
def test_a_record_is_one_line_of_ascii(record: Record) -> None:
    line = encode(record)
    assert line.isascii()
    assert line.count("\n") == 1
    assert decode(line) == record


@pytest.mark.parametrize(
    "line", ["", "{", '{"c": "x", "t"', "[]", '{"c": 3}', '{"c": " "}', '{"c": "x", "t": "now"}', "\x00"]
)
def test_a_line_that_is_no_record_is_passed_over(line: str) -> None:
    assert decode(line) is None


def test_the_newest_record_of_a_code_counts() -> None:
    first, failed, other = Record("a", 1.0), Record("a", 3.0, end="E"), Record("b", 2.0)
    assert merged([failed, other, first]) == [failed, other]
    assert merged([first, other, failed], most=1) == [failed]


def test_what_begins_with_a_space_is_not_kept() -> None:
    assert [is_kept(code) for code in ("x", " x", "", "\n", "x" * 100_001)] == [True, False, False, False, False]


def test_a_cell_is_kept_when_it_is_sent_and_when_it_has_ended() -> None:
    play = Play()
    play.start()
    request = play.run("train()")
    assert play.kept == [Record("train()", language="python")]
    play.now += 3
    play.finish(request)
    assert play.kept[-1] == Record("train()", language="python", seconds=3.0, end="done")
    request = play.run("fail()")
    play.tell("iopub", "error", {"ename": "ValueError", "evalue": "", "traceback": []}, request)
    play.finish(request, "error", ename="ValueError", evalue="", traceback=[])
    assert play.kept[-1].end == "ValueError"
    play.run(" secret()")
    assert "secret" not in str(play.kept)


def test_what_may_be_a_password_is_not_kept() -> None:
    play = Play()
    play.start()
    play.do(events.Remembered("given up"))
    assert play.kept == [Record("given up", language="python")]
    play.run("getpass()")
    play.do(events.Entered("hunter2"))
    play.do(events.Remembered("hunter2"))
    assert "hunter2" not in str(play.kept)


def test_earlier_entries_stand_behind_those_of_the_kernel_and_of_this_session() -> None:
    play = Play()
    play.start()
    play.finish(play.run("now()"))
    play.do(events.EarlierRead((Record("x = 5", 9.0), Record("newer", 8.0), Record("ls", 8.0, "bash"))))
    play.do(events.EarlierRead((Record("older", 7.0, "python"),)))
    assert play.session.history.entries == ["older", "newer", "import os", "x = 5", "now()"]
    records = play.session.history.records()
    assert [record.code for record in records] == ["now()", "x = 5", "import os", "newer", "older"]
    assert (records[0].end, records[1].at) == ("done", 9.0)


def test_entries_that_other_sessions_keep_meanwhile_stand_in_front_of_earlier_ones() -> None:
    play = Play()
    play.start()
    play.finish(play.run("now()"))
    play.do(events.EarlierRead((Record("earlier", 8.0), Record("old", 7.0))))
    play.do(events.OthersRead((Record("last", 12.0), Record("old", 11.0, end="done"), Record("ls", 10.0, "bash"))))
    history = play.session.history
    assert history.entries == ["earlier", "old", "last", "import os", "x = 5", "now()"]
    records = history.records()
    assert [record.code for record in records] == ["now()", "last", "old", "x = 5", "import os", "earlier"]
    assert records[2].end == "done"
    before = history.revision
    play.do(events.OthersRead((Record("last", 12.0), Record("old", 11.0, end="done"))))
    assert history.revision == before, "nothing of that is new"
    assert history.suggestion("las", 3) == "t"


def test_what_another_session_forgets_meanwhile_is_forgotten_here() -> None:
    history = History()
    history.merge(["secret", "b"])
    history.recall_earlier([Record("secret", 1.0), Record("c", 1.0)])
    history.recall_others([Record("secret", 2.0), Record("d", 2.0)])
    history.recall_others([Record(digest("secret"), 3.0, end=ERASED)])
    assert history.entries == ["c", "d", "b"]
    history.merge(["secret", "b"])
    assert history.entries == ["c", "d", "b"]


def test_the_list_of_all_entries_is_the_same_whether_it_grows_or_is_made_anew() -> None:
    history, again = History(), History()
    batches = [[Record("b", 5.0), Record("a", 4.0)], [Record("c", 3.0)], [Record("k", 2.0), Record("d", 1.0)]]
    for each in (history, again):
        each.merge(["k", "l"])
        each.add("b")
    growing = history.records()
    for batch in batches:
        history.recall_earlier(batch)
        again.recall_earlier(batch)
        if batch == batches[1]:
            growing = history.records()
    assert [record.code for record in growing] == ["b", "l", "k", "a", "c"]
    assert history.records() == again.records()
    assert history.records()[2] == Record("k", 2.0), "what the files know of it"
    before = history.records()
    history.recall_earlier([Record("e")])
    assert history.records() is before
    assert before[-1].code == "e"


def test_an_entry_is_forgotten_wherever_it_came_from() -> None:
    history = History()
    history.merge(["a", "b"])
    history.add("a")
    history.recall_earlier([Record("a"), Record("c")])
    history.erase("a")
    assert history.entries == ["c", "b"]
    history.merge(["a", "d"])
    assert history.entries == ["c", "d"], "the kernel still knows it"


def test_what_an_earlier_session_has_forgotten_the_kernel_does_not_bring_back() -> None:
    history = History()
    history.merge(["secret", "b"])
    history.recall_earlier([Record(digest("secret"), 5.0, end=ERASED), Record("c")])
    assert history.entries == ["c", "b"]
    history.merge(["secret", "b"])
    assert history.entries == ["c", "b"]


def test_a_row_of_an_entry_that_has_failed_is_suggested_last() -> None:
    history = History()
    history.merge(["plot(good)", "plot(bad)"])
    assert history.suggestion("plo", 3) == "t(bad)"
    history.recall_earlier([Record("plot(bad)", 1.0, end="NameError")])
    assert history.suggestion("plo", 3) == "t(good)"

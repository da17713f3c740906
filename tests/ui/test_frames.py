"""The frames of a traceback that fold to a row: those of libraries, and those that are all alike."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bipy.session.transcript import Failure
from bipy.ui.text.frames import library_parts
from bipy.ui.text.output import TextLines, failure_text
from bipy.ui.widgets.transcript_view import TranscriptView
from tests.session.test_recorded_output_models import replay_session
from tests.snapshots import Check
from tests.ui.test_reading import Reading

OWN = "File /home/me/work.py:3, in work()\n----> 3 lib()\n"
PANDAS = "File /home/me/env/lib/python3.11/site-packages/pandas/core/frame.py:7, in get(self)\n----> 7 x\n"
JSON = '  File "/usr/lib/python3.11/json/decoder.py", line 337, in decode\n    obj\n'
CELL = "Cell In[1], line 2\n      1 ok()\n----> 2 work()\n"


def folded(*frames: str) -> list[tuple[str, str]]:
    """What is folded: the label, and the first line."""
    lines = "\n".join(frames).split("\n")
    return [(part.label, lines[part.lines.start].strip()[:11]) for part in library_parts(frames)]


def test_errors_of_a_real_kernel_show_the_users_own_frames(snapshot: Check) -> None:
    view = TranscriptView(replay_session("outputs/errors"))
    snapshot(view.render((80, 170)), "frames/errors")


def test_frames_of_libraries_that_follow_each_other_are_one_row() -> None:
    assert folded("---", CELL, PANDAS, PANDAS, JSON, OWN, PANDAS, "KeyError: 'b'") == [
        ("3 frames of pandas, json", "File /home/"),
        ("1 frame of pandas", "File /home/"),
    ]


def test_an_error_in_libraries_alone_is_shown_whole() -> None:
    assert folded("---", PANDAS, PANDAS, "KeyError: 'b'") == []


def test_frames_of_ones_own_that_are_all_alike_are_one_row() -> None:
    again = "Cell In[1], line 2, in down(n)\n----> 2     return down(n - 1)\n"
    assert folded(CELL, *[again] * 20, OWN, "ValueError") == [("18 more frames like that", "Cell In[1],")]


@given(st.lists(st.one_of(st.sampled_from([OWN, PANDAS, JSON, CELL, "a\fb\vc", "\x1b[31mx\ny"]), st.text(max_size=20))))
def test_what_is_folded_is_there(frames: list[str]) -> None:
    role, text = failure_text(Failure("E", "", tuple(frames)))
    lines = TextLines(role, 256, text=text)
    parts = library_parts(frames)
    assert all(one.lines.stop <= other.lines.start for one, other in pairwise(parts))
    assert all(0 <= part.lines.start < part.lines.stop for part in parts)
    if not any(character in text for character in "\r\b\x1b\x85\u2028\u2029"):
        assert all(lines.text.line(part.lines.start).lstrip()[:4] in ("File", "Cell") for part in parts)


@pytest.fixture
def failed() -> Reading:
    reading = Reading()
    request = reading.enter("work()")
    traceback = ["---", CELL, PANDAS, PANDAS, OWN, JSON, "ValueError: no"]
    reading.tell("iopub", "error", {"ename": "ValueError", "evalue": "no", "traceback": traceback}, request)
    reading.finish(request, status="error")
    return reading


def test_keys_open_one_row_then_all_and_fold_again(failed: Reading) -> None:
    rows = failed.screen((60, 40))
    assert [row for row in rows if row.startswith("▸")] == ["▸ 2 frames of pandas", "▸ 1 frame of json"]
    failed.screen()
    failed.read("f6")
    while "1 frame" not in failed.marked:
        failed.read("up")
    failed.read("enter")
    rows = failed.screen((60, 40))
    assert any("json/decoder.py" in row for row in rows)
    assert any("2 frames of pandas" in row for row in rows)
    failed.read("z")
    assert not any("frames of" in row for row in failed.screen((60, 40)))
    failed.read("z")
    assert any("2 frames of pandas" in row for row in failed.screen((60, 40)))


def test_a_search_opens_the_row_in_which_it_finds_something(failed: Reading) -> None:
    failed.read("f6", "/", *"get(self", "enter")
    assert failed.marked.startswith("File /home/me/env")
    assert any("1 frame of json" in row for row in failed.screen((60, 40)))


def test_what_is_printed_at_exit_has_all_frames(failed: Reading) -> None:
    printed = "".join(text for row in failed.interface.window.transcript.last_rows(80, 999) for _, text in row)
    assert "337, in decode" in printed
    assert "▸" not in printed

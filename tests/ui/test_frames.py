"""The frames of a traceback that fold to a row: those of libraries, and those that are all alike."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bipy.session import effects
from bipy.session.transcript import Failure
from bipy.ui.text.frames import Frame, frame_in_text, library_parts
from bipy.ui.text.output import TextLines, failure_text
from bipy.ui.widgets.transcript_view import TranscriptView
from tests.recordings.record_outputs import SCRIPTS
from tests.recordings.replay import FOLDER
from tests.session.test_recorded_output_models import replay_session
from tests.snapshots import Check
from tests.ui.test_reading import Reading

OWN = "File /home/me/work.py:3, in work()\n----> 3 lib()\n"
PANDAS = "File /home/me/env/lib/python3.11/site-packages/pandas/core/frame.py:7, in get(self)\n----> 7 x\n"
JSON = '  File "/usr/lib/python3.11/json/decoder.py", line 337, in decode\n    obj\n'
PRINTED = f"Traceback (most recent call last):\n{JSON}    [Previous line repeated 3 more times]\nKeyError: 1\n"
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


PIECES = [OWN, PANDAS, JSON, CELL, PRINTED, "a\fb\vc", "\x1b[31mx\ny"]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=20))))
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
    assert failed.marked.endswith("in get(")
    assert any("1 frame of json" in row for row in failed.screen((60, 40)))


def test_what_is_printed_at_exit_has_all_frames(failed: Reading) -> None:
    printed = "".join(text for row in failed.interface.window.transcript.last_rows(80, 999) for _, text in row)
    assert "337, in decode" in printed
    assert "▸" not in printed


class Printed(Reading):
    """A stage on which a recorded kernel has printed what the cell of that number of the script made it print."""

    def __init__(self, number: int) -> None:
        codes = SCRIPTS["groups"]
        super().__init__((codes[0], ""))
        told = [json.loads(line) for line in (FOLDER / "outputs/groups.jsonl").read_text("utf-8").splitlines()]
        text = "".join(
            line["content"]["text"]
            for line in told
            if line["header"]["msg_type"] == "stream" and line["parent_header"]["msg_id"] == f"exec{number}"
        )
        request = self.enter(codes[number - 1], 2)
        self.tell("iopub", "stream", {"name": "stderr", "text": text}, request)
        self.finish(request, status="error", execution_count=2)
        self.screen()
        self.read("f6")

    def go_up_to(self, text: str) -> None:
        while text not in self.marked:
            self.read("up")


def test_frames_inside_a_group_of_exceptions_open_in_the_editor_or_lead_to_their_cell() -> None:
    printed = Printed(2)
    printed.read("e")
    assert printed.performed[-1] == effects.Visit("/usr/local/lib/python3.11/json/decoder.py", 355)
    printed.go_up_to("    | \u25b8 3 frames of json")
    printed.read("e")
    assert printed.performed[-1] == effects.Visit("/usr/local/lib/python3.11/json/__init__.py", 346)
    printed.go_up_to("read(text)")
    printed.read("e")
    assert printed.marked == "   ...:             read(text)"
    printed.read("end")
    printed.go_up_to("return json.loads(text)")
    printed.read("e")
    assert printed.marked == "   ...:     return json.loads(text)"


def test_a_warning_leads_to_the_cell_that_it_is_about() -> None:
    printed = Printed(7)
    printed.read("e")
    assert printed.marked.startswith("In [2]: warnings.warn(")


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ('  |   File "/a/b.py", line 3, in f\n  |     x()', Frame("/a/b.py", 3)),
        ('  File "/a/b.py", line 3, in f\n    x()\nKeyError: 1', Frame("/a/b.py", 3)),
        ('  File "/a/b.py", line 3, in f\n    x()\nKeyError: 1\nmore', None),
        ("C:\\a\\b.py:3: pkg.OddWarning: old\n  x()", Frame("C:\\a\\b.py", 3)),
        ("12:30: no Warning", None),
        ("a: b", None),
    ],
)
def test_a_frame_among_other_text_is_that_of_its_own_lines(text: str, frame: Frame | None) -> None:
    lines = text.split("\n")
    assert frame_in_text(lines.__getitem__, len(lines) - 1) == frame


def test_a_frame_of_a_cell_that_is_not_here_says_so() -> None:
    reading = Reading(("x = 1", '  File "/tmp/ipykernel_7/12.py", line 1, in f\n'))
    reading.read("f6", "e")
    assert "The cell of that frame is not" in reading.told

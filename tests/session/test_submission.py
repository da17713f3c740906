"""Stories of Enter: what is asked, what runs, and what goes on where."""

from __future__ import annotations

import pytest

from bipy.messaging import events
from bipy.messaging.events import Parent
from bipy.messaging.message import Request
from bipy.session.effects import Effect, GoOn, PutBack, Send
from bipy.session.submission import Entry, Submission


class Entering(Submission):
    """Codes are entered; what runs and what goes on is noted."""

    def __init__(self) -> None:
        super().__init__()
        self.ran: list[str] = []
        self.went_on: list[GoOn] = []
        self.requests: list[Request] = []

    def press(self, text: str, *, ask: bool = True, forced: bool = False) -> None:
        """Enter `text`, in which | is the cursor if that is not at the end."""
        before, _, after = text.partition("|")
        self.note(self.enter(Entry(before + after, len(before), forced), ask=ask))

    def verdict(self, completeness: str, indent: str = "") -> None:
        request = self.requests[-1]
        parent = Parent("m", request.msg_type, "ours", True, request)
        self.note(self.replied(events.IsCompleteReply(parent, completeness=completeness, indent=indent)))

    def note(self, returned: tuple[list[Effect], list[str]]) -> None:
        effects, codes = returned
        self.ran += codes
        self.went_on += [effect for effect in effects if isinstance(effect, GoOn)]
        self.requests += [effect.request for effect in effects if isinstance(effect, Send)]


@pytest.fixture
def entering() -> Entering:
    return Entering()


def test_the_kernel_is_asked_and_its_verdict_taken(entering: Entering) -> None:
    entering.press("1 + 1")
    assert entering.requests[-1].content == {"code": "1 + 1"}
    assert (entering.ran, entering.pending, entering.awaited) == ([], True, ("1 + 1",))
    entering.verdict("complete")
    assert (entering.ran, entering.pending, entering.awaited) == (["1 + 1"], False, ())


def test_invalid_code_is_run_so_that_its_error_is_seen(entering: Entering) -> None:
    entering.press("1 +* 1")
    entering.verdict("invalid")
    assert entering.ran == ["1 +* 1"]


@pytest.mark.parametrize(
    ("text", "indent", "goes_on"),
    [
        ("for i in x:", "    ", ("for i in x:", 11, "    ")),
        # The kernel's indent is for the end of the text.
        ("print(1|,", "        ", ("print(1,", 7, "      ")),
        ("if x:|\n\n", "    ", ("if x:\n\n", 5, "    ")),
    ],
)
def test_incomplete_goes_on_where_enter_was_pressed(
    entering: Entering, text: str, indent: str, goes_on: tuple[str, int, str]
) -> None:
    entering.press(text)
    entering.verdict("incomplete", indent)
    assert entering.went_on == [GoOn(*goes_on)]
    assert (entering.ran, entering.awaited) == ([], ())


def test_without_an_answer_in_time_the_client_decides(entering: Entering) -> None:
    entering.press("1 + 1")
    entering.note(entering.elapsed(entering.requests[-1]))
    assert entering.ran == ["1 + 1"]
    entering.verdict("incomplete")
    assert entering.went_on == [], "too late to matter"


def test_a_kernel_that_cannot_be_asked_is_not(entering: Entering) -> None:
    entering.press("1 + 1", ask=False)
    entering.press("for i in x:", ask=False)
    assert entering.requests == []
    assert entering.ran == ["1 + 1"]
    assert entering.went_on == [GoOn("for i in x:", 11, "    ")]


def test_a_miss_is_of_one_cell_only(entering: Entering) -> None:
    for number in range(3):
        entering.press(f"{number}")
        assert entering.requests[-1].content == {"code": f"{number}"}, "the kernel is asked about each cell anew"
        entering.note(entering.elapsed(entering.requests[-1]))
    entering.press("for i in x:")
    entering.verdict("unknown")
    assert entering.went_on == [GoOn("for i in x:", 11, "    ")], "who does not know leaves it to the client"
    entering.press("3")
    entering.verdict("complete")
    assert entering.ran == ["0", "1", "2", "3"]


def test_the_newest_is_taken_back_and_those_before_it_get_their_verdict(entering: Entering) -> None:
    entering.press("a")
    entering.press("b|c")
    assert entering.take_back() == [PutBack("bc", 1)]
    assert entering.awaited == ("a",)
    entering.verdict("complete")
    assert entering.ran == ["a"]
    assert entering.take_back() == []


def test_what_was_taken_back_is_not_run_by_a_late_verdict(entering: Entering) -> None:
    entering.press("a")
    assert entering.take_back() == [PutBack("a", 1)]
    assert not entering.pending
    entering.verdict("complete")
    assert entering.ran == []
    entering.press("ab")
    entering.verdict("complete")
    assert entering.ran == ["ab"]


def test_a_second_enter_waits_for_the_verdict_on_the_first(entering: Entering) -> None:
    entering.press("a")
    entering.press("b")
    assert len(entering.requests) == 1
    entering.verdict("complete")
    assert entering.ran == ["a"]
    assert entering.requests[-1].content == {"code": "b"}


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("if x:", "y", "if x:\n    y|"),
        ("print(1|,", "2)", "print(1\n      2)|,"),
        ("print(1|,", "2|)", "print(1\n      2|),"),
    ],
)
def test_what_was_entered_behind_incomplete_code_stands_where_its_line_was_broken(
    entering: Entering, first: str, second: str, whole: str
) -> None:
    entering.press(first)
    entering.press(second)
    entering.verdict("incomplete", "    ")
    code = whole.replace("|", "")
    assert entering.awaited == (code,)
    assert entering.requests[-1].content == {"code": code}
    entering.verdict("incomplete", "    ")
    assert [(effect.code, effect.cursor) for effect in entering.went_on] == [(code, whole.index("|"))]


def test_what_is_forced_behind_incomplete_code_runs_with_it(entering: Entering) -> None:
    entering.press("if 1:")
    entering.press("pass", forced=True)
    entering.verdict("incomplete", "    ")
    assert entering.ran == ["if 1:\n    pass"]


def test_what_is_forced_behind_a_whole_cell_is_a_cell_of_its_own(entering: Entering) -> None:
    entering.press("x = 1")
    entering.press("if 1:", forced=True)
    assert entering.ran == []
    entering.verdict("complete")
    assert entering.ran == ["x = 1", "if 1:"]

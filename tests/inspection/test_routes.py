"""Where the kernel is asked: nothing stands in front of a cell, and as little as can be in front of an interrupt."""

from __future__ import annotations

from typing import Any

import pytest

from bipy.inspection.inspector import Inspector
from bipy.inspection.routes import PATIENCE_SECONDS, TRANSITIONS, Happened, KernelState, Proof
from bipy.messaging.events import NO_PARENT, CompleteReply, KernelInfo, NoReply, Parent
from bipy.messaging.message import Request
from tests.inspection.story import CLOSED, PROOFS, Story

SUBSHELLS = ("kernel subshells",)
IPYKERNEL_7 = KernelInfo(NO_PARENT, implementation="ipython", supported_features=SUBSHELLS)
IPYKERNEL_6 = KernelInfo(NO_PARENT, implementation="ipython")
BASH = KernelInfo(NO_PARENT, implementation="bash_kernel", supported_features=SUBSHELLS)


def idle(info: KernelInfo = IPYKERNEL_7) -> KernelState:
    return KernelState("idle", info=info)


def busy(info: KernelInfo = IPYKERNEL_7) -> KernelState:
    return KernelState("busy", info=info)


class Kernel(Story):
    """A story in which each answer takes its time, and nothing but what the document needs is asked."""

    def __init__(self, info: KernelInfo = IPYKERNEL_7, *, jedi: bool = False) -> None:
        super().__init__(idle(info), jedi=jedi, matching="none")
        self.info = info
        self.letters = iter("abcdefghijklmnopqrstuvwxyz")

    def key(self) -> list[str]:
        """Type a name that has not been asked about, after a pause for a slow kernel; where that is asked."""
        asked = self.types(f"{next(self.letters)}|") or self.passes(2)
        return [words.partition(" ")[0] for words in asked]

    def answers(self, seconds: float = 0.002) -> list[str]:
        """The kernel answers after so long."""
        self.now += seconds
        return self.says()

    def used_to(self, seconds: float) -> Kernel:
        """The kernel has answered like this for a while."""
        for _ in range(4):
            self.key()
            self.proves()
            self.answers(seconds)
        return self

    def begins_a_cell(self) -> None:
        self.kernel_is(busy(self.info))

    def ends_the_cell(self) -> None:
        self.kernel_is(idle(self.info))

    def restarts(self) -> None:
        """The old process answers nothing any more."""
        self.pending.clear()
        self.inspector.ran(restarted=True)
        self.kernel_is(idle(self.info))


# Which route


def test_a_quick_kernel_is_asked_on_shell_and_on_control_while_a_cell_runs() -> None:
    kernel = Kernel().used_to(0.002)
    assert kernel.key() == ["complete"]
    kernel.answers()
    kernel.begins_a_cell()
    assert kernel.key() == ["control:"]
    assert kernel.proves() == ["control: complete f|"]


def test_the_very_first_question_does_not_go_to_the_shell() -> None:
    kernel = Kernel()
    assert kernel.key() == ["control:"]
    assert kernel.proves() == ["control: complete a|"]
    kernel.answers()
    assert kernel.key() == ["complete"]


def test_where_the_first_answer_may_take_seconds_it_goes_to_a_subshell() -> None:
    kernel = Kernel(jedi=True)
    assert kernel.key() == ["control:"]
    assert kernel.proves() == ["subshell: kernel_info", "subshell: complete a|"]
    kernel.answers(5)
    assert kernel.key() == ["subshell:"], "and so does what follows a slow answer"
    for _ in range(2):
        kernel.answers(0.02)
        kernel.key()
    kernel.answers(0.02)
    assert kernel.key() == ["complete"]


@pytest.mark.parametrize(("seconds", "route"), [(0.02, "complete"), (0.06, "subshell:"), (5, "subshell:")])
def test_what_is_usual_decides(seconds: float, route: str) -> None:
    assert Kernel().used_to(seconds).key() == [route]


def test_one_slow_answer_is_enough_to_leave_the_shell_alone() -> None:
    kernel = Kernel().used_to(0.002)
    kernel.key()
    kernel.answers(0.5)
    assert kernel.key() == ["control:"]
    assert kernel.proves() == ["subshell: kernel_info", "subshell: complete f|"]
    kernel.answers()
    assert kernel.key() == ["complete"]


def test_docs_are_asked_of_a_slow_completer_without_delay() -> None:
    kernel = Kernel(jedi=True)
    kernel.types("f(|")
    assert sorted(kernel.proves()) == ["control: inspect f|(", "subshell: complete f|", "subshell: kernel_info"]


def test_slow_answers_have_a_subshell_while_a_cell_runs_too() -> None:
    kernel = Kernel().used_to(0.4)
    kernel.begins_a_cell()
    assert kernel.key() == ["subshell:"]


def test_without_subshells_slow_answers_have_control_one_at_a_time() -> None:
    kernel = Kernel(IPYKERNEL_6).used_to(0.4)
    assert not kernel.inspector.holds_control
    assert kernel.types("f(1|") == ["control: inspect f|(1"]
    assert kernel.inspector.holds_control
    kernel.passes(2)
    assert kernel.types("f(a|") == []
    assert kernel.passes(2) == [], "another question stands there"
    assert kernel.tells(None) == ["control: complete f(a|"]


def test_a_question_that_was_given_up_still_stands_where_it_was_asked() -> None:
    kernel = Kernel(IPYKERNEL_6).used_to(0.4)
    kernel.key()
    late = kernel.pending[0]
    kernel.fails("complete_request", "timeout")
    assert kernel.inspector.holds_control
    assert kernel.key() == []
    kernel.pending.append(late)
    assert kernel.answers() == ["control: complete f|"]


def test_a_kernel_that_is_not_in_the_table_is_asked_on_shell_or_not_at_all() -> None:
    kernel = Kernel(BASH).used_to(5)
    assert kernel.key() == ["complete"]
    kernel.answers()
    kernel.begins_a_cell()
    assert kernel.key() == []
    assert kernel.inspector.page("f").note == "Nothing is known of f."


def test_nothing_is_asked_while_the_session_says_so() -> None:
    kernel = Kernel().used_to(0.002)
    kernel.kernel_is(CLOSED)
    assert kernel.key() == []
    assert kernel.kernel_is(idle()) == ["complete e|"]


# Proofs


@pytest.mark.parametrize("while_busy", [False, True])
def test_control_that_is_silent_is_given_up(while_busy: bool) -> None:
    kernel = Kernel(IPYKERNEL_6)
    if while_busy:
        kernel.used_to(0.002).begins_a_cell()
    assert kernel.key() == ["control:"]
    asked = "complete" if not while_busy else None
    told = kernel.passes(PATIENCE_SECONDS)
    assert [words.partition(" ")[0] for words in told] == ([asked] if asked else [])
    assert kernel.popup.note == ""
    kernel.tab()
    assert kernel.popup.note == ("kernel busy: it is asked later" if while_busy else "")


@pytest.mark.parametrize("in_time", [True, False])
def test_an_answer_after_the_cells_end_proves_nothing_about_the_next_cell(in_time: bool) -> None:
    kernel = Kernel(IPYKERNEL_6).used_to(0.002)
    kernel.begins_a_cell()
    kernel.key()
    if not in_time:
        kernel.passes(PATIENCE_SECONDS)
    kernel.ends_the_cell()
    kernel.proves()
    kernel.answers()
    kernel.begins_a_cell()
    assert kernel.key() == (["control:"] if in_time else []), "asked again, or given up"
    assert "complete" not in str(kernel.pending)


def test_an_answer_that_comes_late_while_the_cell_still_runs_proves_it() -> None:
    kernel = Kernel(IPYKERNEL_6).used_to(0.002)
    kernel.begins_a_cell()
    kernel.key()
    kernel.passes(PATIENCE_SECONDS)
    assert kernel.proves() == ["control: complete e|"]


def test_a_route_that_is_proven_is_not_given_up_for_a_slow_answer() -> None:
    kernel = Kernel(IPYKERNEL_6).used_to(0.002)
    kernel.begins_a_cell()
    kernel.key()
    kernel.proves()
    kernel.passes(30)
    kernel.answers()
    assert kernel.key() == ["control:"]


@pytest.mark.parametrize("stage", ["create_subshell_request", "kernel_info_request"])
@pytest.mark.parametrize("how", ["silent", "refused"])
def test_without_a_subshell_there_is_control(stage: str, how: str) -> None:
    kernel = Kernel(jedi=True)
    kernel.key()
    if stage == "kernel_info_request":
        kernel.replies(PROOFS["create_subshell_request"](kernel.take("create_subshell_request")))
    request = kernel.take(stage)
    if how == "silent":
        told = kernel.passes(PATIENCE_SECONDS)
    else:
        told = kernel.replies(NoReply(Parent(own=True, request=request), "idle"))
    assert told == ["control: kernel_info"]
    assert kernel.proves() == ["control: complete a|"]


def test_a_subshell_that_the_kernel_does_not_know_is_given_up_until_it_is_another() -> None:
    kernel = Kernel().used_to(0.4)
    kernel.key()
    request = kernel.take("complete_request")
    kernel.replies(CompleteReply(Parent(own=True, request=request), "error"))
    assert kernel.key() == ["control:"]
    kernel.restarts()
    kernel.used_to(0.4)
    assert kernel.key() == ["subshell:"]


# The subshell's end


def farewell(kernel: Kernel) -> list[Request]:
    return [request for request in kernel.inspector.farewell() if isinstance(request, Request)]


@pytest.mark.parametrize("idle_first", [True, False])
def test_a_subshell_is_deleted_when_it_has_done_with_its_last_question(idle_first: bool) -> None:
    kernel = Kernel(jedi=True)
    kernel.key()
    kernel.proves()
    asked = kernel.pending[-1]
    for step in (kernel.inspector.idle, kernel.answers)[:: 1 if idle_first else -1]:
        assert farewell(kernel) == [], "it is at work"
        step(asked) if step == kernel.inspector.idle else step()  # type: ignore[operator]
    (request,) = farewell(kernel)
    assert request.msg_type == "delete_subshell_request"
    assert request.content == {"subshell_id": "1234"}
    assert farewell(kernel) == []


def test_without_a_subshell_there_is_nothing_to_delete() -> None:
    assert farewell(Kernel()) == []


# Before the user needs an answer


def told_first(**options: Any) -> list[str]:
    story = Story(KernelState("idle", info=IPYKERNEL_7, warms_up=True), **options)
    story.proves()
    return [
        f"{request.channel} {request.msg_type} {request.content.get('code')}"
        for request in story.pending
        if request.msg_type not in PROOFS
    ]


def test_a_kernel_of_ones_own_is_asked_first_what_nobody_has_asked_yet() -> None:
    assert told_first() == ["control complete_request os.path.j"]
    assert told_first(mode="off") == []


def test_when_somebody_types_that_comes_first() -> None:
    story = Story(CLOSED)
    story.types("abc|")
    story.kernel_is(KernelState("idle", info=IPYKERNEL_7, warms_up=True))
    assert story.proves() == ["control: complete abc|"]


def test_every_step_of_a_proof_is_in_the_table() -> None:
    assert {(proof, what) for proof in (Proof.ASKED, Proof.GIVEN_UP) for what in Happened} <= set(TRANSITIONS)


def test_a_new_process_is_met_as_one() -> None:
    """What is in flight, proven, answered or known of the old one is forgotten."""
    kernel = Kernel().used_to(0.4)
    kernel.types("print(|")
    kernel.passes(2)
    kernel.says("end=", start=6, types="param")
    assert kernel.matches
    kernel.restarts()
    inspector: Inspector = kernel.inspector
    assert kernel.matches == []
    assert inspector.hint == ""
    assert not inspector.holds_control
    assert farewell(kernel) == []
    assert [request.msg_type for request in kernel.pending] == ["kernel_info_request"]

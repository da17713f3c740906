"""Two kernels in one workspace: each has its own way from the user to the kernel and back."""

from __future__ import annotations

from collections.abc import Callable

from bipy.inspection.inspector import Inspector
from bipy.kernel import link
from bipy.messaging import events
from bipy.messaging.message import Request
from bipy.session import effects
from bipy.session.effects import Effect
from bipy.session.events import Entered, Forced, LeaveAsked, RestartAsked
from bipy.session.history import History
from bipy.session.session import Session
from bipy.session.transcript import Text
from bipy.workspace import Member, Workspace


class FakeLink:
    """What a member asks of its link."""

    def __init__(self) -> None:
        self.sent: list[Request] = []
        self.asked: list[str] = []

    def open(self) -> None:
        self.asked.append("open")

    def send(self, request: Request) -> None:
        self.sent.append(request)

    def interrupt(self) -> None:
        self.asked.append("interrupt")

    def restart(self) -> None:
        self.asked.append("restart")

    def last(self, msg_type: str) -> Request:
        return [request for request in self.sent if request.msg_type == msg_type][-1]


class FakeHost:
    """The process that members live in: alarms that ring when a test says so."""

    def __init__(self) -> None:
        self.alarms: list[Callable[[], object]] = []
        self.performed: list[Effect] = []

    def alarm(self, seconds: float, callback: Callable[[], object]) -> None:  # noqa: ARG002
        self.alarms.append(callback)

    def perform(self, effect: Effect) -> None:
        self.performed.append(effect)


class Kernel:
    """A member and the kernel behind its link."""

    def __init__(self, host: FakeHost, workspace: Workspace) -> None:
        session = Session(own=True, inspector=Inspector(jedi=False), history=History())
        self.shown: list[Effect] = []
        self.link = FakeLink()
        self.member = Member(session, host, clock=lambda: 0.0, advice="Start another.")
        self.member.link = self.link
        self.member.show = self.shown.append
        workspace.add(self.member)
        self.member.heard(link.Opened())
        parent = self.parent("kernel_info_request")
        self.member.heard(events.KernelInfo(parent, language="python"))
        self.member.heard(events.Status(parent, execution_state="idle"))

    def parent(self, msg_type: str) -> events.Parent:
        return events.Parent("1", msg_type, "", True, self.link.last(msg_type))

    def texts(self) -> list[str]:
        outputs = (output for cell in self.member.view.transcript for output in cell.outputs)
        return ["".join(output.parts) for output in outputs if isinstance(output, Text)]


def pair() -> tuple[Workspace, FakeHost, Kernel, Kernel]:
    workspace, host = Workspace(), FakeHost()
    return workspace, host, Kernel(host, workspace), Kernel(host, workspace)


def test_a_cell_runs_on_the_kernel_it_was_entered_for() -> None:
    _, _, first, second = pair()
    second.member.dispatch(Forced("print(2)"))
    assert [request.content["code"] for request in second.link.sent if request.msg_type == "execute_request"] == [
        "print(2)"
    ]
    assert all(request.msg_type != "execute_request" for request in first.link.sent)


def test_a_member_that_is_not_shown_goes_on() -> None:
    workspace, _, first, second = pair()
    first.member.dispatch(Forced("loop()"))
    assert workspace.switch() is second.member
    parent = first.parent("execute_request")
    first.member.heard(events.Status(parent, execution_state="busy"))
    first.member.heard(events.Stream(parent, text="still here\n"))
    assert first.texts() == ["still here\n"]
    assert second.texts() == []
    assert workspace.switch(-1) is first.member


def test_a_timer_rings_for_the_member_that_set_it() -> None:
    _, host, first, second = pair()
    host.alarms.clear()
    first.member.dispatch(Entered("x = (1)"))
    assert first.link.last("is_complete_request").content["code"] == "x = (1)"
    for ring in host.alarms:
        ring()
    # The verdict has taken too long, so bipy decides by itself.
    assert first.link.last("execute_request").content["code"] == "x = (1)"
    assert all(request.msg_type != "execute_request" for request in second.link.sent)


def test_a_kernel_that_dies_is_told_of_in_its_own_session_with_advice() -> None:
    _, _, first, second = pair()
    first.member.heard(link.Died("The kernel was ended by signal 9."))
    notes = [cell.code for cell in first.member.view.transcript]
    assert notes == ["The kernel was ended by signal 9. Start another."]
    assert list(second.member.view.transcript) == []
    first.member.dispatch(RestartAsked())
    assert first.link.asked == ["restart"]
    assert second.link.asked == []


def test_leaving_concerns_the_whole_process() -> None:
    _, host, first, _ = pair()
    first.member.dispatch(LeaveAsked())
    assert host.performed == [effects.Exit()]
    assert first.shown == []

"""Stories of a kernel's life: what it said, whether it may be talked to, whether it is busy."""

from __future__ import annotations

from bipy.interaction import Effect, Send
from bipy.lifecycle import BUSY_NUDGES, SILENT_NUDGES, Lifecycle
from bipy.messaging.events import NO_PARENT, KernelInfo, Parent, Status, Welcome
from bipy.messaging.message import Channel, Request, execute_request, kernel_info_request


def info(channel: Channel, protocol: tuple[int, int] = (5, 3)) -> KernelInfo:
    return KernelInfo(Parent("m", "kernel_info_request", "s", True, kernel_info_request(channel)), protocol)


def status(state: str, msg_type: str = "execute_request", own: bool = False, request: Request | None = None) -> Status:
    return Status(Parent("m", msg_type, "s", own, request), state)


def channels(effects: list[Effect]) -> list[str]:
    return [effect.request.channel for effect in effects if isinstance(effect, Send)]


def ready(own: bool = False) -> Lifecycle:
    life = Lifecycle(own=own)
    life.nudge(0)
    life.heard(Welcome(NO_PARENT), 0)
    life.heard(info("shell"), 0)
    assert life.ready
    return life


def test_nothing_may_be_sent_before_both_the_kernel_and_iopub_are_heard() -> None:
    life = Lifecycle(own=False)
    assert life.state == "connecting"
    assert channels(life.nudge(0)) == ["control", "shell"]
    life.heard(info("shell"), 0.1)
    assert not life.ready
    life.heard(Welcome(NO_PARENT), 0.2)
    assert life.ready
    assert life.state == "idle"
    assert life.nudge(0.3) == []


def test_shell_is_asked_once_and_control_again_and_again() -> None:
    life = Lifecycle(own=True)
    assert life.state == "starting"
    assert channels(life.nudge(0)) == ["control", "shell"]
    assert channels(life.nudge(0.1)) == ["control"]
    assert channels(life.nudge(0.2)) == ["control"]


def test_a_kernel_whose_shell_is_silent_is_busy_with_somebodys_cell_until_it_answers() -> None:
    life = Lifecycle(own=False)
    for number in range(BUSY_NUDGES):
        life.nudge(number)
    life.heard(info("control"), 5)
    life.heard(status("idle", "kernel_info_request", own=True), 5)
    assert life.state == "busy"
    assert life.busy_since == 5
    life.heard(info("shell"), 9)
    assert life.state == "idle"


def test_a_kernel_of_ours_is_ready_as_soon_as_control_has_answered() -> None:
    life = Lifecycle(own=True)
    life.nudge(0)
    life.heard(Welcome(NO_PARENT), 0)
    life.heard(info("control"), 0)
    assert life.state == "idle"


def test_a_kernel_that_never_says_a_word_on_iopub_is_believed_in_the_end() -> None:
    life = Lifecycle(own=False)
    life.nudge(0)
    life.heard(info("shell", (4, 1)), 0)
    assert not life.ready
    for number in range(SILENT_NUDGES):
        life.nudge(number)
    assert life.ready


def test_only_executions_make_busy() -> None:
    life = ready()
    life.heard(status("busy", "complete_request", own=True), 1)
    assert life.state == "idle"
    life.heard(status("busy"), 2)
    assert life.state == "busy"
    assert life.busy_since == 2
    life.heard(status("idle", "inspect_request"), 3)
    assert life.state == "busy"
    life.heard(status("idle"), 4)
    assert life.state == "idle"


def test_our_own_silent_probe_does_not() -> None:
    life = ready()
    life.heard(status("busy", own=True, request=execute_request("", silent=True)), 1)
    assert life.state == "idle"


def test_death_is_final() -> None:
    life = ready(own=True)
    life.heard(status("busy"), 1)
    life.died("gone")
    assert life.state == "dead"
    assert life.busy_since is None
    assert life.nudge(2) == []

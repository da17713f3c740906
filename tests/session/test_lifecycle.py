"""Stories of a kernel's life: what it said, whether it may be talked to, whether it is busy."""

from __future__ import annotations

import pytest

from bipy.messaging.events import NO_PARENT, KernelInfo, Parent, Status, Welcome
from bipy.messaging.message import Channel, Request, execute_request, kernel_info_request
from bipy.session.effects import Effect, Later, Send
from bipy.session.lifecycle import BUSY_NUDGES, SILENT_NUDGES, Lifecycle


def info(channel: Channel, protocol: tuple[int, int] = (5, 3)) -> KernelInfo:
    return KernelInfo(Parent("m", "kernel_info_request", "s", True, kernel_info_request(channel)), protocol)


def status(state: str, msg_type: str = "execute_request", own: bool = False, request: Request | None = None) -> Status:
    return Status(Parent("m", msg_type, "s", own, request), state)


def channels(effects: list[Effect]) -> list[str]:
    return [effect.request.channel for effect in effects if isinstance(effect, Send)]


def nudge(life: Lifecycle, effects: list[Effect], now: float = 0) -> list[Effect]:
    """The time of the Later among `effects` is up."""
    (request,) = [effect.event.request for effect in effects if isinstance(effect, Later)]
    return life.nudge(request, now)


def ready(own: bool = False) -> Lifecycle:
    life = Lifecycle(own=own)
    life.open()
    life.heard(Welcome(NO_PARENT), 0)
    life.heard(info("shell"), 0)
    assert life.ready
    return life


def test_nothing_may_be_sent_before_both_the_kernel_and_iopub_are_heard() -> None:
    life = Lifecycle(own=False)
    assert life.phase == "connecting"
    opened = life.open()
    assert channels(opened) == ["control", "shell"]
    life.heard(info("shell"), 0.1)
    assert not life.ready
    life.heard(Welcome(NO_PARENT), 0.2)
    assert life.ready
    assert life.phase == "idle"
    assert nudge(life, opened, 0.3) == []


def test_a_kernel_that_boots_for_long_is_asked_once() -> None:
    life = Lifecycle(own=True)
    assert life.phase == "starting"
    effects = life.open()
    assert channels(effects) == ["shell"]
    for number in range(50):
        effects = nudge(life, effects, number / 10)
        assert channels(effects) == []
    life.heard(info("shell"), 5)
    assert not life.ready, "the subscription may not have arrived"
    life.heard(Welcome(NO_PARENT), 5)
    assert life.ready


@pytest.mark.parametrize("channel", ["shell", "control"])
def test_a_kernel_that_answers_while_iopub_is_silent_is_asked_again_where_it_answered(channel: Channel) -> None:
    life = Lifecycle(own=False)
    effects = life.open()
    life.heard(info(channel), 0)
    assert channels(nudge(life, effects, 0.1)) == [channel]


def test_channels_that_are_opened_anew_begin_anew() -> None:
    life = Lifecycle(own=True)
    first = life.open()
    second = life.open()
    assert channels(second) == ["shell"]
    assert nudge(life, first) == [], "one chain of nudges at a time"
    assert nudge(life, second) != []


def test_a_kernel_whose_shell_is_silent_is_busy_with_somebodys_cell_until_it_answers() -> None:
    life = Lifecycle(own=False)
    effects = life.open()
    life.heard(info("control"), 1)
    life.heard(status("idle", "kernel_info_request", own=True), 1)
    for _ in range(BUSY_NUDGES):
        assert life.phase == "connecting"
        effects = nudge(life, effects, 5)
    assert life.phase == "busy"
    assert life.busy_since == 5
    life.heard(info("shell"), 9)
    assert life.phase == "idle"


def test_a_kernel_that_never_says_a_word_on_iopub_is_believed_in_the_end() -> None:
    life = Lifecycle(own=False)
    effects = life.open()
    life.heard(info("shell", (4, 1)), 0)
    assert not life.ready
    for number in range(SILENT_NUDGES):
        effects = nudge(life, effects, number)
    assert life.ready


def test_only_executions_make_busy() -> None:
    life = ready()
    life.heard(status("busy", "complete_request", own=True), 1)
    assert life.phase == "idle"
    life.heard(status("busy"), 2)
    assert life.phase == "busy"
    assert life.busy_since == 2
    life.heard(status("idle", "inspect_request"), 3)
    assert life.phase == "busy"
    life.heard(status("idle"), 4)
    assert life.phase == "idle"


def test_our_own_silent_probe_does_not() -> None:
    life = ready()
    life.heard(status("busy", own=True, request=execute_request("", silent=True)), 1)
    assert life.phase == "idle"


def test_death_is_final() -> None:
    life = Lifecycle(own=True)
    opened = life.open()
    life.heard(status("busy"), 1)
    life.died()
    assert life.phase == "dead"
    assert life.busy_since is None
    assert nudge(life, opened, 2) == []


def test_a_step_that_is_not_in_the_table_is_a_mistake() -> None:
    life = ready(own=True)
    with pytest.raises(AssertionError):
        life.open()

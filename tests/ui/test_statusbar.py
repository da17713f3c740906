"""The status bar: what it says, and what goes first when there is no room."""

from __future__ import annotations

import pytest
import urwid
from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.ui.widgets.statusbar import StatusBar, StatusLine, duration
from tests.snapshots import Check

BUSY = StatusLine(
    "busy",
    busy_for=75.4,
    kernel="Python 3 (ipykernel)",
    language="python 3.11.7",
    connection_file="kernel-5979.json",
    attached=True,
    queued=2,
    hint="Ctrl-C interrupt",
)


def draw(line: StatusLine, columns: int) -> urwid.Canvas:
    return StatusBar(line).render((columns, 1))


def text(line: StatusLine, columns: int) -> str:
    return draw(line, columns).decoded_text[0]


@pytest.mark.parametrize("columns", [110, 80, 60, 40, 20, 10])
def test_what_matters_least_goes_first(snapshot: Check, columns: int) -> None:
    snapshot(draw(BUSY, columns), f"statusbar/busy-{columns}")


@pytest.mark.parametrize("state", ["starting", "connecting", "idle", "busy", "dead"])
def test_each_state_has_its_word(snapshot: Check, state: str) -> None:
    line = StatusLine(state, kernel="Python 3", language="python", hint="F1 keys")  # type: ignore[arg-type]
    snapshot(draw(line, 50), f"statusbar/{state}")


def test_a_message_takes_the_place_of_the_hint(snapshot: Check) -> None:
    line = StatusLine(
        "idle", kernel="R", language="R", hint="F1 keys", message="3 messages with a bad signature dropped"
    )
    snapshot(draw(line, 60), "statusbar/message")


def test_a_long_hint_is_cut_and_takes_the_room_of_the_kernel(snapshot: Check) -> None:
    hint = "slow completer, 3.2 s: %config Completer.use_jedi = False"
    snapshot(draw(StatusLine("idle", kernel="Python 3", hint=hint), 50), "statusbar/long-hint")


def test_a_language_that_the_name_says_is_not_said_again() -> None:
    assert text(StatusLine("idle", kernel="Julia 1.10", language="julia"), 60).count("ulia") == 1
    assert "ipython, python 3.11.7" in text(StatusLine("idle", kernel="ipython", language="python 3.11.7"), 60)
    assert "SageMath 10, python" in text(StatusLine("idle", kernel="SageMath 10", language="python"), 60)


def test_names_from_a_kernel_are_harmless() -> None:
    drawn = text(StatusLine("idle", kernel="evil\x1b[2J\n", language="\x07", hint="日本\x1b"), 60)
    assert "\x1b" not in drawn
    assert "evil\u241b[2J\u240a" in drawn


def test_the_bar_is_drawn_again_only_when_it_says_something_else() -> None:
    bar = StatusBar(StatusLine("idle"))
    first = bar.render((20, 1))
    bar.line = StatusLine("idle")
    assert bar.render((20, 1)) is first
    bar.line = StatusLine("busy")
    assert bar.render((20, 1)).decoded_text[0].startswith(" busy")


def test_durations_are_spelled_for_people() -> None:
    assert [duration(seconds) for seconds in (0, 59.9, 60, 3599, 3600, 86_400)] == [
        "0 s",
        "59 s",
        "1:00",
        "59:59",
        "1:00:00",
        "24:00:00",
    ]


words = st.text(max_size=40)
lines = st.builds(
    StatusLine,
    st.sampled_from(["starting", "connecting", "idle", "busy", "dead"]),
    busy_for=st.floats(0, 1e6),
    kernel=words,
    language=words,
    connection_file=words,
    attached=st.booleans(),
    queued=st.integers(0, 1000),
    hint=words,
    message=words,
)


@settings(max_examples=100)
@given(lines, st.integers(1, 200))
def test_the_state_is_always_there_and_the_row_is_full(line: StatusLine, columns: int) -> None:
    drawn = text(line, columns)
    assert urwid.calc_width(drawn, 0, len(drawn)) == columns
    assert drawn.strip()[: max(0, columns - 1)].startswith(line.kernel_state[: max(0, columns - 1)])

"""How far a running cell is: bars of text as libraries print them, and bars of widgets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bipy.ui.text.bars import Progress, percent, progress
from bipy.ui.widgets.transcript_view import TranscriptView
from tests.session.test_output_models import Widgets
from tests.ui.test_window import Stage

TQDM = " 45%|\u2588\u2588\u2588\u2588\u258c     | 90/200 [00:00<00:00, 11439010.91it/s]"
TQDM_ASCII = " 45%|#######2        | 90/200 [00:00<00:00, 11439010.91it/s]"
RICH = (
    "Work \x1b[91m\u2501\u2501\u2501\u2501\u2501\x1b[0m\x1b[90m\u257a\u2501\u2501\u2501\x1b[0m "
    "\x1b[35m 45%\x1b[0m \x1b[36m-:--:--\x1b[0m"
)
PIP = "   \u2501\u2501\u2501\u2501\u2501\u2501\u2578\u2501\u2501\u2501\u2501 4.5/10.0 MB 3.2 MB/s eta 0:00:02"
KERAS = (
    "\x1b[1m211/469\x1b[0m \x1b[32m\u2501\u2501\u2501\u2501\u2501\x1b[0m"
    "\x1b[37m\u2501\u2501\u2501\u2501\x1b[0m \x1b[1m1s\x1b[0m 4ms/step"
)
OLD_KERAS = "211/469 [============>.................] - ETA: 1s - loss: 0.2"
CLICK = "Copying  [################--------------------]   45%  00:00:03"
NO_TOTAL = "90it [00:00, 11439010.91it/s]"


@pytest.mark.parametrize("line", [TQDM, TQDM_ASCII, RICH, PIP, KERAS, OLD_KERAS, CLICK])
def test_the_bars_of_libraries_tell_how_far_they_are(line: str) -> None:
    assert percent(line) in (44, 45)


@pytest.mark.parametrize(
    "line",
    [NO_TOTAL, "", "100%", "a rise of 45%", "2026/11/27", "--- 1/0 ---", "\u2500" * 60, "TOTAL 1/2", "=" * 2000 + "5%"],
)
def test_other_lines_have_no_bar(line: str) -> None:
    assert percent(line) is None


@given(st.text())
def test_no_line_is_too_strange(line: str) -> None:
    assert percent(line) is None or 0 <= (percent(line) or 0) <= 100


def test_of_several_bars_the_first_counts_that_is_not_full() -> None:
    full = TQDM.replace(" 45%", "100%")
    outer, inner = TQDM.replace("45%", "30%"), TQDM.replace("45%", "80%")
    assert progress(["text", outer, inner, ""]) == Progress(30)
    assert progress([full, full, inner]) == Progress(80)
    assert progress([full, full]) == Progress(100)
    assert progress([outer, "text"]) is None
    assert progress([]) is None


def test_the_bar_of_the_running_cell_is_told_until_it_ends() -> None:
    stage = Stage()
    stage.start()
    view = stage.interface.window.transcript
    request = stage.enter("for _ in tqdm(range(200)): ...")
    assert view.progress() is None
    for share in (" 0%", "45%", "46%"):
        stage.tell("iopub", "stream", {"name": "stderr", "text": "\r" + TQDM.replace("45%", share)}, request)
    assert view.progress() == Progress(46)
    stage.finish(request)
    assert view.progress() is None


def test_the_bar_of_rich_stands_in_an_output_that_is_replaced() -> None:
    stage = Stage()
    stage.start()
    request = stage.enter("for _ in track(range(20)): ...")
    for share in ("45", "50"):
        data = {"text/html": "<pre>...</pre>", "text/plain": RICH.replace("45", share) + "\n"}
        stage.tell("iopub", "clear_output", {"wait": True}, request)
        stage.tell("iopub", "display_data", {"data": data, "metadata": {}}, request)
    assert stage.interface.window.transcript.progress() == Progress(50)


def test_the_bar_of_a_widget_is_told_and_whether_it_has_failed() -> None:
    kernel = Widgets()
    view = TranscriptView(kernel.session.transcript)
    kernel.open("bar", "FloatProgressModel", min=0.0, max=10.0, value=0.0)
    kernel.open("row", "HBoxModel", children=["IPY_MODEL_bar"])
    kernel.show("row")
    assert view.progress() == Progress(0)
    kernel.update("bar", value=4.5)
    assert view.progress() == Progress(45)
    kernel.update("bar", bar_style="danger")
    assert view.progress() == Progress(45, failed=True)
    kernel.update("bar", bar_style="info")
    assert view.progress() is None, "the total is not known"

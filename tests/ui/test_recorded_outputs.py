"""What libraries really display, as a person sees it in the transcript."""

from __future__ import annotations

import pytest

from bipy.ui.text.rows import canvas
from bipy.ui.widgets.transcript_view import TranscriptView
from tests.recordings.replay import FOLDER
from tests.session.test_recorded_output_models import replay_session
from tests.snapshots import Check

NAMES = sorted(path.stem for path in (FOLDER / "outputs").glob("*.jsonl"))
COLUMNS = 80


@pytest.mark.parametrize("name", NAMES)
def test_outputs_of_a_library(name: str, snapshot: Check) -> None:
    transcript = replay_session(f"outputs/{name}")
    rows = list(TranscriptView(transcript).last_rows(COLUMNS, 1_000))
    assert not any(" object at 0x" in text for row in rows for _, text in row), "that says nothing"
    snapshot(canvas(rows, COLUMNS), f"outputs/{name}")

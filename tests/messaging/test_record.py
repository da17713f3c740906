"""The recorder records: what it writes of a kernel of today is replayed like the recordings of old."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from bipy.messaging import events
from tests.recordings.record import record
from tests.recordings.replay import Replay


def test_a_conversation_is_recorded_and_replayed(tmp_path: Path) -> None:
    output = tmp_path / "new.jsonl"
    command = shlex.join([sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"])
    record(command, output, script=[("execute", "'hello ' + input('name? ')", "Ann"), ("shutdown",)])
    told = [event for step in Replay(str(output)) for event in step.events]
    (prompt,) = (event for event in told if isinstance(event, events.InputRequest))
    (result,) = (event for event in told if isinstance(event, events.ExecuteResult))
    assert prompt.prompt == "name? "
    assert (result.execution_count, result.data["text/plain"]) == (1, "'hello Ann'")
    assert any(isinstance(event, events.Reply) and event.parent.msg_type == "shutdown_request" for event in told)
    assert str(tmp_path) not in output.read_text(encoding="utf-8")

"""A person who types at a session on a real kernel, without a terminal: after each key the kernel answers to the end.

So a test knows that all that a key makes bipy ask has been asked, and that nothing else is on its way.  The session's
clock leaps over the pauses in which nobody types.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bipy.inspection.inspector import Inspector
from bipy.inspection.values import Document
from bipy.kernel import connection
from bipy.messaging.events import KernelInfo, NoReply, Reply
from bipy.messaging.message import Request
from bipy.session import effects, events
from bipy.session.history import History
from bipy.session.lifecycle import Phase
from bipy.session.session import Session
from bipy.session.transcript import Text
from tests.kernel.conftest import Talk
from tests.live.terminal import environment
from tests.waiting import until

PAUSE = events.Elapsed(events.Timer.PAUSE)


@contextmanager
def ipykernel(home: Path, *arguments: str) -> Iterator[Path]:
    """The connection file of an ipykernel that answers."""
    file = home / "runtime" / f"kernel-{time.monotonic_ns()}.json"
    file.parent.mkdir(exist_ok=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", str(file), *arguments]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(argv, env=environment(home), stdout=quiet, stderr=quiet)
    try:
        until(lambda: file.exists() and file.read_text().endswith("}"), 30)
        yield file
    finally:
        process.kill()
        process.wait()


class Typist:
    """A session on the kernel behind a connection file; `jedi` says that it may be completing with it."""

    def __init__(self, file: Path, *, own: bool, jedi: bool) -> None:
        self.talk = Talk(connection.read(str(file)), f"typist {time.monotonic_ns()}")
        self.session = Session(own=own, inspector=Inspector(jedi=jedi), history=History())
        self.asked: list[Request] = []
        self._open: set[Request] = set()
        self._heard = 0
        self._alarms: list[tuple[float, object]] = []
        self._leapt = 0.0
        self.do(events.Opened())
        self.until(lambda: self.session.lifecycle.phase is Phase.IDLE and self.is_quiet)

    def do(self, event: object) -> None:
        """Something happens."""
        for effect in self.session.update(event, self.now):
            match effect:
                case effects.Send(request):
                    self.talk.send(request)
                    self.asked.append(request)
                    self._open.add(request)
                case effects.Later(seconds, later):
                    self._alarms.append((self.now + seconds, later))
                case effects.Complete(edit):
                    code = self.code[: edit.start] + edit.text + self.code[edit.end :]
                    self.do(events.Chosen(Document(code, edit.start + len(edit.text))))

    def step(self) -> None:
        """Hear what the kernel says, and what time it is."""
        heard = self.talk.hear()
        for event in heard[self._heard :]:
            if isinstance(event, Reply | KernelInfo | NoReply) and event.parent.request is not None:
                self._open.discard(event.parent.request)
            self.do(event)
        self._heard = len(heard)
        if not self._open:
            self._leapt += max([0.0, *(due - self.now for due, event in self._alarms if event == PAUSE)])
        for alarm in [alarm for alarm in self._alarms if alarm[0] <= self.now]:
            self._alarms.remove(alarm)
            self.do(alarm[1])

    def until(self, condition: object, seconds: float = 60) -> None:
        """Go on until that holds."""

        def holds() -> bool:
            self.step()
            return bool(condition())  # type: ignore[operator]

        until(holds, seconds)

    @property
    def now(self) -> float:
        return time.monotonic() + self._leapt

    @property
    def is_quiet(self) -> bool:
        """Whether the kernel owes no answer, and nothing waits to be asked."""
        return not self._open and PAUSE not in [event for _, event in self._alarms]

    @property
    def code(self) -> str:
        return self.session.inspector.context.document.code

    @property
    def matches(self) -> list[str]:
        return [match.text for match in self.session.view.popup.matches]

    def put(self, code: str) -> None:
        """The code becomes this, the cursor behind it, and the kernel answers."""
        self.do(events.Edited(Document(code, len(code))))
        self.until(lambda: self.is_quiet)

    def types(self, code: str) -> None:
        """Type this into an empty cell: of each word its first letter and then the rest, all else key by key."""
        self.put("")
        for piece in re.finditer(r"(?<=\w)\w+|.", code, re.DOTALL):
            self.put(code[: piece.end()])

    def tab(self) -> None:
        self.do(events.TabPressed(self.session.inspector.context.document))
        self.until(lambda: self.is_quiet)

    def run(self, code: str) -> str:
        """Run a cell; what it prints."""
        self.put("")
        self.do(events.Forced(code))
        self.until(lambda: self.session.can_run and self.is_quiet)
        (*_, cell) = [cell for cell in self.session.transcript if cell.origin == "own"]
        return "".join(part for output in cell.outputs if isinstance(output, Text) for part in output.parts)

    def close(self) -> None:
        self.talk.close()

"""The pictures of the manual: `python -m tests.shots` draws them anew.

A picture is a real screen: a desk with session and window, a user who types, and a kernel whose answers are written
down here, rendered to a canvas and drawn as SVG in the colours of the default theme.  No process, no socket and no
terminal take part, so a picture changes when the screen does, and never else; tests/test_tables.py holds the committed
ones to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import urwid

from bipy import __version__
from bipy.inspection.inspector import Inspector
from bipy.messaging import events
from bipy.messaging.events import Event, Parent
from bipy.messaging.message import Request
from bipy.session import effects
from bipy.session import events as session_events
from bipy.session.history import History
from bipy.session.session import Session
from bipy.ui import theme
from bipy.ui.interface import Interface
from bipy.ui.keys.actions import Actions
from bipy.ui.keys.keyboard import Keyboard
from bipy.workspace import Member
from tests import svg

FOLDER = Path(__file__).parents[1] / "docs" / "img"
TRUE_COLOR = 1 << 24

Answers = Mapping[str, Callable[[Parent], Event]]


class Scene:
    """A user at a desk of `size`, and a kernel that knows what comes of some cells (`outputs`)."""

    def __init__(self, size: tuple[int, int], outputs: Answers) -> None:
        session = Session(own=True, inspector=Inspector(jedi=False), history=History())
        session.transcript.note(
            f"bipy {__version__} on Python 3.13: the active virtual environment /srv/lab. F1 lists the keys."
        )
        self._size = size
        self._now = 0.0
        self._outputs = outputs
        self._asked: list[Request] = []
        self._count = 0
        self._member = Member(session, self, clock=lambda: self._now, advice="")
        self._member.link = self
        self._interface = Interface(
            self._member,
            host=self.perform,
            clock=lambda: self._now,
            depth=TRUE_COLOR,
            kernel="Python 3.13",
            connection_file="kernel-4711.json",
        )
        self._member.show = self._interface.perform
        self._keyboard = Keyboard(self._interface, Actions(self._interface))
        self._interface.colour()
        self.open()
        self._answer_all()

    def enter(self, code: str) -> None:
        """Paste a cell and run it."""
        self._keyboard.paste(code)
        self.press("enter")

    def type(self, text: str) -> None:
        """Type key by key; the kernel answers between two keys."""
        for key in text:
            self.press(key)

    def draw(self) -> urwid.Canvas:
        """The screen as it is now."""
        self._interface.refresh(self._keyboard.hint())
        return self._interface.window.render(self._size, focus=True)

    def press(self, key: str) -> None:
        """Press a key; the kernel answers what comes of it."""
        self._keyboard.press(key)
        self._answer_all()

    def away(self, left: datetime, seconds: float) -> None:
        """The terminal goes, and so many seconds pass."""
        self._member.dispatch(session_events.Detached(left))
        self._now += seconds

    def back(self, at: datetime) -> None:
        """A terminal is here again."""
        self._member.dispatch(session_events.Attached(at))

    # The scene is the member's link, too, and its host.

    def open(self) -> None:
        """The kernel is there."""
        self._member.dispatch(session_events.Opened())

    def send(self, request: Request) -> None:
        """The kernel is asked."""
        self._asked.append(request)

    def interrupt(self) -> None:
        """Nothing in a scene runs long."""

    def restart(self) -> None:
        """Nor does a kernel end."""

    def alarm(self, seconds: float, callback: Callable[[], object]) -> None:
        """Time stands still."""

    def perform(self, effect: effects.Effect) -> None:
        """Nobody leaves."""

    def _answer_all(self) -> None:
        while self._asked:
            for event in self._answers(self._asked.pop(0)):
                self._interface.dispatch(event)

    def _answers(self, request: Request) -> Iterator[Event]:
        parent = Parent("1", request.msg_type, "", True, request)
        yield events.Status(parent, execution_state="busy")
        match request.msg_type:
            case "kernel_info_request":
                yield events.KernelInfo(parent, language="python", language_version="3.13.2", lexer="ipython3")
            case "is_complete_request":
                yield events.IsCompleteReply(parent, completeness="complete")
            case "execute_request":
                self._count += 1
                code = request.content["code"]
                yield events.ExecuteInput(parent, code=code, execution_count=self._count)
                if code in self._outputs:
                    yield self._outputs[code](parent)
                yield events.ExecuteReply(parent, execution_count=self._count)
            case "complete_request":
                yield _completed(parent, request.content["code"], request.content["cursor_pos"])
            case "inspect_request":
                before = request.content["code"][: request.content["cursor_pos"]]
                docs = next((docs for name, docs in _DOCS.items() if before.endswith(name)), None)
                yield events.InspectReply(parent, found=docs is not None, data={"text/plain": docs} if docs else {})
        yield events.Status(parent, execution_state="idle")


def _completed(parent: Parent, code: str, cursor: int) -> Event:
    """As ipykernel 7 completes without jedi: the dot is a part of the match."""
    start = code.rfind(".", 0, cursor)
    matches = tuple(name for name in _STATISTICS if start >= 0 and name.startswith(code[start:cursor]))
    return events.CompleteReply(
        parent,
        matches=matches,
        cursor_start=start if matches else cursor,
        cursor_end=cursor,
        types=("attribute",) * len(matches),
        signatures=("",) * len(matches),
    )


def session() -> urwid.Canvas:
    """Some cells, and a call being typed: its signature, the matches, what its docs say."""
    scene = Scene(
        (92, 32),
        {
            "runs[0].median()": lambda parent: events.Error(parent, traceback=_TRACEBACK),
            "len(runs), runs[0]": lambda parent: events.ExecuteResult(
                parent, data={"text/plain": "(24, [0.182, 0.179, 0.197])"}, execution_count=3
            ),
        },
    )
    scene.enter(
        'import json, statistics\nwith open("runs.jsonl") as file:\n    runs = [json.loads(line) for line in file]'
    )
    scene.enter("runs[0].median()")
    scene.enter("len(runs), runs[0]")
    scene.type("quick = sorted(runs, key=statistics.me")
    return scene.draw()


def sessions() -> urwid.Canvas:
    """A session that was resumed: a cell that ended while nobody watched, and one that was being typed."""

    def trained(parent: Parent) -> Event:
        scene.away(datetime(2026, 11, 26, 13, 40), 1330.0)
        lines = "".join(f"{epoch} {loss}\n" for epoch, loss in enumerate(_LOSSES, 1))
        return events.Stream(parent, text=lines)

    scene = Scene((92, 16), {"for epoch, loss in train(model, epochs=6):\n    print(epoch, loss)": trained})
    scene.enter("for epoch, loss in train(model, epochs=6):\n    print(epoch, loss)")
    scene.back(datetime(2026, 11, 26, 14, 2))
    scene.type("model.save(")
    return scene.draw()


def docs() -> urwid.Canvas:
    """All of the docs, beside a call being typed."""
    scene = Scene((132, 30), {})
    scene.enter("from statistics import linear_regression")
    scene.type("slope, intercept = linear_regression(hours, ")
    scene.press("shift tab")
    return scene.draw()


_LOSSES = ("0.6127", "0.3310", "0.1984", "0.1221", "0.0904", "0.0772")

_STATISTICS = (
    *(".NormalDist", ".fmean", ".geometric_mean", ".harmonic_mean", ".linear_regression", ".mean", ".median"),
    *(".median_grouped", ".median_high", ".median_low", ".mode", ".multimode", ".quantiles", ".stdev", ".variance"),
)

_DOCS = {
    "sorted": """\
\x1b[31mSignature:\x1b[39m sorted(iterable, /, *, key=\x1b[38;5;28;01mNone\x1b[39;00m, reverse=False)
\x1b[31mDocstring:\x1b[39m
Return a new list containing all items from the iterable in ascending order.

A custom key function can be supplied to customize the sort order, and the
reverse flag can be set to request the result in descending order.
\x1b[31mType:\x1b[39m      builtin_function_or_method""",
    "linear_regression": """\
\x1b[31mSignature:\x1b[39m linear_regression(x, y, /, *, proportional=\x1b[38;5;28;01mFalse\x1b[39;00m)
\x1b[31mDocstring:\x1b[39m
Slope and intercept for simple linear regression.

Return the slope and intercept of simple linear regression
parameters estimated using ordinary least squares. Simple linear
regression describes relationship between an independent variable
*x* and a dependent variable *y* in terms of a linear function:

    y = slope * x + intercept + noise

where *slope* and *intercept* are the regression parameters that are
estimated, and noise represents the variability of the data that was
not explained by the linear regression (it is equal to the
difference between predicted and actual values of the dependent
variable).

The parameters are returned as a named tuple.

>>> x = [1, 2, 3, 4, 5]
>>> noise = NormalDist().samples(5, seed=42)
>>> y = [3 * x[i] + 2 + noise[i] for i in range(5)]
>>> linear_regression(x, y)  #doctest: +ELLIPSIS
LinearRegression(slope=3.17495..., intercept=1.00925...)
\x1b[31mFile:\x1b[39m      /usr/lib/python3.13/statistics.py
\x1b[31mType:\x1b[39m      function""",
}

_TRACEBACK = (
    "\x1b[31m---------------------------------------------------------------------------\x1b[39m",
    "\x1b[31mAttributeError\x1b[39m                            Traceback (most recent call last)",
    "\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[2]\x1b[39m\x1b[32m, line 1\x1b[39m\n"
    "\x1b[32m----> \x1b[39m\x1b[32m1\x1b[39m runs[\x1b[32m0\x1b[39m].median()\n",
    "\x1b[31mAttributeError\x1b[39m: 'list' object has no attribute 'median'",
)

PICTURES: Mapping[str, Callable[[], urwid.Canvas]] = {"bipy": session, "docs": docs, "sessions": sessions}


def drawn() -> dict[Path, str]:
    """Each picture: its file and what has to stand in it."""
    palette = theme.load().palette()
    return {FOLDER / f"{name}.svg": svg.draw(screen(), palette, "bipy") for name, screen in PICTURES.items()}


def main() -> None:
    """Write all pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, picture in drawn().items():
        path.write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()

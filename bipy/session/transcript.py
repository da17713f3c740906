"""The session as a document: cells in the order they were entered, each with its outputs.

Mutable on purpose, because a cell may print a million lines: an append is O(1), and the view of the document looks at
`revision`, a counter on each output, each cell and the whole.  Here lives what was said, never how it looks: no width,
no colour, no terminal.  Where an output belongs is decided by the session; what an output does to a cell, here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from bipy.messaging.message import Json
from bipy.session.widgets import Widget, Widgets, viewed

Origin = Literal["own", "foreign", "background", "note", "model"]


class State(StrEnum):
    """How far a cell has come."""

    QUEUED = "queued"  # here, or with the kernel that has not begun it
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    ABORTED = "aborted"  # it has not run
    INTERRUPTED = "interrupted"  # it has run in part, and its kernel calls that aborted
    LOST = "lost"  # the kernel had it, and is gone


# What may follow.  The end of a cell is final.
ENDS = frozenset({State.DONE, State.FAILED, State.ABORTED, State.INTERRUPTED, State.LOST})
FOLLOWS: Mapping[State, frozenset[State]] = {
    State.QUEUED: ENDS | {State.RUNNING},  # old kernels do not say that they begin
    State.RUNNING: ENDS,
    **{end: frozenset() for end in ENDS},
}


@dataclass(slots=True)
class Text:
    """Text as a terminal would get it: SGR sequences, carriage returns and all.  Adjacent pieces of one stream join."""

    name: Literal["stdout", "stderr"]
    parts: list[str] = field(default_factory=list)
    revision: int = 0
    # How many parts have been counted, and the ends of lines in them.
    counted: tuple[int, int] = field(default=(0, 0), compare=False, repr=False)

    def count_lines(self) -> int:
        """The number of its lines, one that has only been begun included; only new parts are looked at."""
        parts, ends = self.counted
        ends += sum(part.count("\n") for part in self.parts[parts:])
        self.counted = len(self.parts), ends
        return ends + (bool(self.parts) and not self.parts[-1].endswith("\n"))


@dataclass(slots=True)
class Bundle:
    """A mime bundle; with an `execution_count` it is the cell's result.  `widget` is the one that it shows, if any."""

    data: Json
    metadata: Json
    display_id: str = ""
    execution_count: int | None = None
    is_result: bool = False
    revision: int = 0
    widget: Widget | None = field(default=None, compare=False, repr=False)


@dataclass(slots=True)
class Failure:
    """An error, its traceback one str for each frame, with SGR sequences."""

    ename: str
    evalue: str
    traceback: tuple[str, ...]
    revision: int = 0


Output = Text | Bundle | Failure


@dataclass(slots=True, eq=False)
class Cell:
    """Code and what came of it.

    `origin`: "own" was entered here, "foreign" by another client; "background" is output that no cell asked for, under
    a heading of bipy's own if `code` has one; "note" is a line of bipy's own (its text is `code`).  Of what is `folded`
    the heading alone is shown.  `started` and `ended` are seconds on the caller's clock.  `remark` is a line of bipy's
    own that stands behind the outputs.

    A widget's Output is a cell too, with the origin "model": it is not one of the transcript's own, and stands behind
    what the cell that displayed it last, `shown_in`, has printed itself.
    """

    code: str
    origin: Origin = "own"
    state: State = State.QUEUED
    execution_count: int | None = None
    printed: list[Output] = field(default_factory=list)
    models: list[Cell] = field(default_factory=list)
    shown_in: Cell | None = None
    revision: int = 0
    started: float | None = None
    ended: float | None = None
    folded: bool = False
    clear_pending: bool = False
    remark: str = ""

    @property
    def outputs(self) -> list[Output]:
        """All that is to be seen of the cell: what it printed, and what stands in the models that it displays."""
        if not self.models:
            return self.printed
        outputs: list[Output] = []
        cells = [self]
        while cells:
            cell = cells.pop()
            outputs += cell.printed
            cells += reversed(cell.models)
        return outputs

    @property
    def around(self) -> Iterator[Cell]:
        """The cell itself, and what it stands in, from the inside out."""
        cell: Cell | None = self
        while cell is not None:
            yield cell
            cell = cell.shown_in


class Transcript:
    """All cells.  Every change goes through a method, so that every change is counted."""

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.revision = 0
        self.widgets = Widgets()
        self._displays: dict[str, list[tuple[Cell, Bundle]]] = {}
        self._views: dict[str, list[tuple[Cell, Bundle]]] = {}  # by the id of the model

    def __iter__(self) -> Iterator[Cell]:
        return iter(self.cells)

    def add(self, cell: Cell) -> Cell:
        """Append a cell."""
        self.cells.append(cell)
        self.revision += 1
        return cell

    def add_begun(self, cell: Cell) -> Cell:
        """Put a cell in front of those that have not begun."""
        self.cells.insert(self._begun(), cell)
        self.revision += 1
        return cell

    def note(self, text: str) -> Cell:
        """Put a line of bipy's own there."""
        return self.add_begun(Cell(text, origin="note", state=State.DONE))

    def background(self, heading: str = "") -> Cell:
        """The block for output of no cell: the last one, if it is such a block; folded if it has a heading."""
        begun = self._begun()
        last = self.cells[begun - 1] if begun else None
        if last is not None and last.origin == "background" and last.code == heading:
            return last
        return self.add_block(heading)

    def add_block(self, heading: str) -> Cell:
        """A block of its own, folded if it has a heading."""
        return self.add_begun(Cell(heading, origin="background", state=State.DONE, folded=bool(heading)))

    def rename(self, cell: Cell, text: str) -> None:
        """The text of a block changes into that of a note."""
        cell.code, cell.origin, cell.folded = text, "note", False
        self._changed(cell)

    def last(self) -> Cell | None:
        """The last cell that has begun, ours or another client's."""
        begun = (cell for cell in reversed(self.cells) if cell.state is not State.QUEUED)
        return next((cell for cell in begun if cell.origin in ("own", "foreign")), None)

    @property
    def folded(self) -> bool:
        """Whether the last cell that has begun is folded."""
        begun = self._begun()
        return begun > 0 and self.cells[begun - 1].folded

    def turn_fold(self, cell: Cell | None = None) -> None:
        """Open a block that can be folded, or fold it; the last one if none is given."""
        blocks = (each for each in reversed(self.cells) if each.origin == "background" and each.code)
        cell = next((each for each in blocks if cell in (None, each)), None)
        if cell is not None:
            cell.folded = not cell.folded
            self._changed(cell)

    def _begun(self) -> int:
        """How many cells stand in front of those that have not begun."""
        count = len(self.cells)
        while count and self.cells[count - 1].state is State.QUEUED:
            count -= 1
        return count

    def remove(self, cell: Cell) -> None:
        """Take a cell out that was queued and is taken back, or that has ended and has given its place away."""
        self.cells.remove(cell)
        self.revision += 1

    def begin(self, cell: Cell, now: float, execution_count: int | None = None) -> None:
        """The kernel has taken the cell up."""
        if cell.state is State.QUEUED:
            cell.state = State.RUNNING
            cell.started = now
        if execution_count is not None:
            cell.execution_count = execution_count
        self._changed(cell)

    def end(self, cell: Cell, state: State, now: float) -> None:
        """The cell's fate is known."""
        if state not in FOLLOWS[cell.state] or state is State.RUNNING:
            raise AssertionError(f"a cell that is {cell.state} cannot end {state}")
        cell.state = state
        cell.ended = now
        self._changed(cell)

    def remark(self, cell: Cell, text: str) -> None:
        """Say something of the cell, behind its outputs."""
        cell.remark = text
        self._changed(cell)

    def stream(self, cell: Cell, name: Literal["stdout", "stderr"], text: str) -> None:
        """Add text to the cell's last output, if that is the same stream, else as a new output."""
        self._clear_if_pending(cell)
        last = cell.printed[-1] if cell.printed else None
        if not (isinstance(last, Text) and last.name == name):
            last = Text(name)
            cell.printed.append(last)
        last.parts.append(text)
        last.revision += 1
        self._changed(cell)

    def display(self, cell: Cell, bundle: Bundle) -> None:
        """Add a mime bundle, a result or a display."""
        self._clear_if_pending(cell)
        cell.printed.append(bundle)
        if bundle.display_id:
            self._displays.setdefault(bundle.display_id, []).append((cell, bundle))
        self._view(cell, bundle)
        self._changed(cell)

    def update_display(self, display_id: str, data: Json, metadata: Json) -> None:
        """Replace what is shown under `display_id`, in whichever cells it stands; nothing if it stands nowhere."""
        for cell, bundle in self._displays.get(display_id, ()):
            _take_out(self._views, viewed(bundle.data), bundle)
            bundle.data = data
            bundle.metadata = metadata
            bundle.revision += 1
            self._view(cell, bundle)
            self._changed(cell)

    def redraw_widget(self, model_id: str) -> None:
        """A widget has changed, or has become known: it is drawn anew wherever it is shown."""
        for cell, bundle in self._views.get(model_id, ()):
            bundle.widget = self.widgets.get(model_id)
            bundle.revision += 1
            self._changed(cell)

    def cell_showing(self, model_id: str) -> Cell | None:
        """A cell that shows a model, or one that it stands in."""
        views = (self._views[name] for name in self.widgets.around(model_id) if name in self._views)
        return next((cell for shown in views for cell, _ in reversed(shown)), None)

    def remove_widget(self, model_id: str) -> None:
        """A widget is closed, and shown nowhere any more."""
        for cell, bundle in self._views.pop(model_id, ()):
            cell.printed = [output for output in cell.printed if output is not bundle]
            _take_out(self._displays, bundle.display_id, bundle)
            self._changed(cell)

    def forget_widgets(self) -> None:
        """The kernel is another process: what its widgets showed last stays as it is."""
        self.widgets = Widgets()
        self._views = {}

    def _view(self, cell: Cell, bundle: Bundle) -> None:
        """Follow the widget that a bundle shows, if it shows one."""
        model_id = viewed(bundle.data)
        bundle.widget = self.widgets.show(model_id) if model_id else None
        if model_id:
            self._views.setdefault(model_id, []).append((cell, bundle))

    def fail(self, cell: Cell, failure: Failure) -> None:
        """Add an error."""
        self._clear_if_pending(cell)
        cell.printed.append(failure)
        self._changed(cell)

    def clear(self, cell: Cell, *, wait: bool) -> None:
        """clear_output: at once, or when the next output comes."""
        if wait:
            cell.clear_pending = True
            return
        self._forget_outputs(cell)
        self._changed(cell)

    def _clear_if_pending(self, cell: Cell) -> None:
        if cell.clear_pending:
            self._forget_outputs(cell)

    def _forget_outputs(self, cell: Cell) -> None:
        cell.clear_pending = False
        for output in cell.printed:
            if isinstance(output, Bundle):
                _take_out(self._displays, output.display_id, output)
                _take_out(self._views, viewed(output.data), output)
        cell.printed = []
        for model in cell.models:
            model.shown_in = None
        cell.models = []

    def embed(self, cell: Cell, model: Cell) -> None:
        """Show what stands in `model` in `cell`, and nowhere else; nothing if the cell itself stands in the model."""
        if model not in cell.around:
            self.withdraw(model)
            cell.models.append(model)
            model.shown_in = cell
            self._changed(cell)

    def withdraw(self, model: Cell) -> None:
        """Show the content of `model` no more."""
        cell, model.shown_in = model.shown_in, None
        if cell is not None:
            cell.models.remove(model)
            self._changed(cell)

    def _changed(self, cell: Cell) -> None:
        for shown in cell.around:
            shown.revision += 1
        self.revision += 1


def _take_out(shown: dict[str, list[tuple[Cell, Bundle]]], name: str, bundle: Bundle) -> None:
    """`bundle` is not shown under `name` any more, if it was."""
    if name in shown:
        shown[name] = [pair for pair in shown[name] if pair[1] is not bundle]
        if not shown[name]:
            del shown[name]

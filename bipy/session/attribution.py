"""In which cell an output belongs.

Every output names its parent, the request that caused it, and so belongs to

- the model of a widget that captures what this parent prints, if there is one (`output_models`);
- our cell, if the parent is one, also when the cell is long done;
- another client's cell, which is begun here when its execute_input comes.

The rest has no cell of its own.  Kernels misattribute: output of a thread or a subprocess may name the last request of
any kind.  So what names an inspection of ours goes to the cell that runs, or the last that ran.  Between the busy and
the idle of that inspection, while no cell runs, it was caused by looking, or by a thread: it goes into a folded block
that says so, never under a cell that did not print it.  Output of other clients' requests that have not been seen to
begin is shown by itself for a few of them, and goes into one folded block for all others.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from bipy.messaging import events
from bipy.messaging.message import Request
from bipy.session import notes
from bipy.session.execution import Execution
from bipy.session.output_models import OutputModels
from bipy.session.transcript import Bundle, Cell, Failure, State
from bipy.session.widgets import VIEW, root

FOREIGN_CELLS_KEPT = 1000
# So many requests of other clients whose beginning was not seen are shown as cells of their own.
UNSEEN_SHOWN = 3


# What a kernel says where a model was asked for that can't tell its state, or has just been closed.
COMPLAINTS = ("Exception in comm_msg", "No such comm")
# Stands for a widget whose display was not seen, if it can't be drawn.
SHOWN_BEFORE = "[a widget that was shown before bipy came]"


class Attribution:
    """The outputs of one session."""

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        self._transcript = execution.transcript
        self._models = OutputModels(self._transcript)
        self._foreign: OrderedDict[str, Cell] = OrderedDict()
        self._unseen = 0
        # The models that have changed though nothing that bipy has seen shows them, and what changed them; None: their
        # fate is known.
        self._strays: dict[str, events.Parent | None] = {}
        # Our requests that the kernel is busy with, the executions of cells aside.
        self._looking: set[Request] = set()

    def forget(self) -> None:
        """The kernel is another process."""
        self._models = OutputModels(self._transcript)
        self._transcript.forget_widgets()
        self._foreign.clear()
        self._strays.clear()
        self._unseen = 0
        self._looking.clear()

    def began(self, event: events.ExecuteInput, now: float) -> None:
        """Another client's cell began."""
        cell = self._foreign.get(event.parent.msg_id)
        if cell is None:
            cell = self._add_foreign(event.parent)
        elif not cell.code:
            self._unseen -= 1
        cell.code = event.code
        self._transcript.begin(cell, now, event.execution_count)

    def status(self, event: events.Status, now: float) -> None:
        """The kernel began something, or is done with it."""
        request = event.parent.request
        if request is not None and self._execution.cell_of(request) is None:
            if event.execution_state == "busy":
                self._looking.add(request)
            elif event.execution_state == "idle":
                self._looking.discard(request)
            return
        cell = self._foreign.get(event.parent.msg_id)
        if cell is not None and cell.state is State.RUNNING and event.execution_state == "idle":
            failed = any(isinstance(output, Failure) for output in cell.printed)
            self._transcript.end(cell, State.FAILED if failed else State.DONE, now)

    def output(self, event: events.Event) -> None:
        """Put an output where it belongs; events that are none are nothing."""
        match event:
            case events.Stream(text=""):
                pass
            case events.Stream(name="stderr") if _asks_for_models(event.parent) and event.text.startswith(COMPLAINTS):
                pass
            case events.UpdateDisplayData():
                self._transcript.update_display(event.display_id, event.data, event.metadata)
            case events.ModelChanged():
                self._models.changed(event, self.cell_for)
                for name in self._transcript.widgets.changed(event):
                    self._transcript.redraw_widget(name)
                self._miss_view(event)
            case events.ModelClosed():
                self._models.closed(event)
                for name in self._transcript.widgets.closed(event.model_id):
                    self._transcript.redraw_widget(name)
                self._transcript.remove_widget(event.model_id)
            case (
                events.Stream() | events.DisplayData() | events.ExecuteResult() | events.Error() | events.ClearOutput()
            ):
                self._models.put(event, self._models.capturing(event.parent) or self.cell_for(event.parent))

    def adopt(self, models: Mapping[str, events.ModelChanged]) -> None:
        """The states of all models: show those that change below what changes them, each with all it stands in, once.

        They were displayed before bipy came; of those that do not change nobody can tell whether they still are.
        """
        for name, parent in list(self._strays.items()):
            outermost = root(name, models)
            if parent is None or outermost not in models:
                continue
            self._strays[name] = None
            if models[outermost].kind and self._transcript.cell_showing(outermost) is None:
                view: dict[str, object] = {VIEW: {"model_id": outermost}, "text/plain": SHOWN_BEFORE}
                self._transcript.display(self.cell_for(parent), Bundle(view, {}))

    def _miss_view(self, event: events.ModelChanged) -> None:
        """Note a model that changes though nothing shows it; what is captured shows itself (`output_models`)."""
        name, widgets = event.model_id, self._transcript.widgets
        if event.is_new or event.kind or event.captures is not None or name in self._strays:
            return
        if _asks_for_models(event.parent):
            return
        if self._transcript.cell_showing(name) is None and widgets.seek(name):
            self._strays[name] = event.parent

    def echo(self, parent: events.Parent, text: str) -> None:
        """Put what was typed for the cell of `parent` into it, as a terminal would show it."""
        self._transcript.stream(self.cell_for(parent), "stdout", text)

    def is_cell(self, parent: events.Parent) -> bool:
        """Whether `parent` is a cell of ours."""
        return parent.request is not None and self._execution.cell_of(parent.request) is not None

    def block(self, heading: str) -> Cell:
        """A folded block of its own."""
        return self._transcript.add_block(heading)

    def tell(self, block: Cell, heading: str) -> None:
        """Say something else in a block, which nothing is folded in any more."""
        self._transcript.rename(block, heading)

    def cell_for(self, parent: events.Parent) -> Cell:
        """The cell of what `parent` caused."""
        own = self._execution.cell_of(parent.request) if parent.request is not None else None
        if own is not None:
            return own
        if parent.own:
            return self._of_no_cell(parent.request)
        if not parent.msg_id:
            return self._transcript.background()
        return self._foreign.get(parent.msg_id) or self._unseen_cell(parent)

    def _of_no_cell(self, request: Request | None) -> Cell:
        """The cell for output whose parent is a request of ours, but no cell."""
        run = self._execution.running
        ours = run.cell if run is not None and run.cell.state is State.RUNNING else None
        theirs = (cell for cell in reversed(self._foreign.values()) if cell.state is State.RUNNING)
        if running := ours or next(theirs, None):
            return running
        if request in self._looking:
            return self._transcript.background(notes.LOOKED)
        return self._transcript.last() or self._transcript.background()

    def _unseen_cell(self, parent: events.Parent) -> Cell:
        """The cell of a request whose beginning was not seen."""
        if parent.msg_type not in ("", "execute_request") or self._unseen >= UNSEEN_SHOWN:
            return self._transcript.background(notes.UNSEEN)
        self._unseen += 1
        return self._add_foreign(parent)

    def _add_foreign(self, parent: events.Parent) -> Cell:
        cell = self._transcript.add_begun(Cell("", origin="foreign", state=State.RUNNING))
        self._foreign[parent.msg_id] = cell
        if len(self._foreign) > FOREIGN_CELLS_KEPT:
            self._foreign.popitem(last=False)
        return cell


def _asks_for_models(parent: events.Parent) -> bool:
    return parent.own and parent.msg_type in ("comm_open", "comm_msg", "comm_close")

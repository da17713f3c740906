"""The Output models of the kernel's widgets: which one takes an output, and where its content stands.

A `with output:` in the kernel tells over a comm that the model captures what one request prints: its `msg_id` is that
of the request.  From then on what has this parent belongs to the model, not to the cell, `clear_output` included, until
the msg_id changes.  Captures nest, so there is a stack for each request, and only the model on top takes.  What a model
has taken stands in the cells that display it.
"""

from __future__ import annotations

from collections.abc import Callable

from bipy.messaging import events
from bipy.messaging.events import Parent
from bipy.session.transcript import Bundle, Cell, Failure, State, Transcript
from bipy.session.widgets import viewed


class OutputModels:
    """The models of one kernel process, by their ids."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._outputs: dict[str, Cell] = {}
        # The models that capture, by the msg_id of the request whose outputs they take; the last one takes them.
        self._captures: dict[str, list[str]] = {}

    def capturing(self, parent: Parent) -> Cell | None:
        """The model that takes an output of `parent`."""
        models = self._captures.get(parent.msg_id)
        return self._outputs[models[-1]] if models else None

    def changed(self, event: events.ModelChanged, cell_for: Callable[[Parent], Cell]) -> None:
        """A model was made or has changed.

        One that was made before bipy came stands where it is shown, or else where it first captures.  Its state, which
        was asked for, does not say what it has captured.
        """
        if event.model_id not in self._outputs:
            if not (event.is_output or (not event.is_new and event.captures)):
                return
            self._outputs[event.model_id] = Cell("", origin="model", state=State.DONE)
            if not event.is_new and (cell := self._place(event, cell_for)):
                self._transcript.embed(cell, self._outputs[event.model_id])
        if event.captures is not None:
            self._release(event.model_id)
            if event.captures:
                self._captures.setdefault(event.captures, []).append(event.model_id)
        was_asked = event.parent.own and event.parent.msg_type == "comm_msg"
        if event.outputs is not None and not (was_asked and self._outputs[event.model_id].printed):
            self._transcript.clear(self._outputs[event.model_id], wait=False)
            for output in event.outputs:
                self.put(output, self._outputs[event.model_id])

    def closed(self, event: events.ModelClosed) -> None:
        """A model captures no more, and is not shown any more."""
        self._release(event.model_id)
        if model := self._outputs.pop(event.model_id, None):
            self._transcript.withdraw(model)

    def put(self, event: events.Event, cell: Cell) -> None:
        """Put an output into `cell`, which may be a model."""
        transcript = self._transcript
        match event:
            case events.Stream():
                transcript.stream(cell, event.name, event.text)
            case events.DisplayData():
                # The text that stands for an Output says nothing: its content is shown.
                if viewed(event.data) not in self._outputs:
                    transcript.display(cell, Bundle(event.data, event.metadata, event.display_id))
                self._embed(cell, viewed(event.data))
            case events.ExecuteResult():
                count = event.execution_count
                transcript.display(cell, Bundle(event.data, event.metadata, event.display_id, count, is_result=True))
                self._embed(cell, viewed(event.data))
            case events.Error():
                transcript.fail(cell, Failure(event.ename, event.evalue, event.traceback))
            case events.ClearOutput():
                transcript.clear(cell, wait=event.wait)

    def _place(self, event: events.ModelChanged, cell_for: Callable[[Parent], Cell]) -> Cell | None:
        """Where an old model stands; None if it is not to be seen."""
        shown = self._transcript.cell_showing(event.model_id)
        return shown or (cell_for(event.parent) if event.captures and not event.is_output else None)

    def _embed(self, cell: Cell, model_id: str) -> None:
        """Show in `cell` what stands in the model, and in the models within it."""
        for inner in self._transcript.widgets.within(model_id) if model_id else ():
            if inner in self._outputs:
                self._transcript.embed(cell, self._outputs[inner])

    def _release(self, model_id: str) -> None:
        for msg_id, models in list(self._captures.items()):
            if model_id in models:
                models.remove(model_id)
            if not models:
                del self._captures[msg_id]

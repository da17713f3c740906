"""Asks for the widgets that were made before bipy came, where inspection may ask too.

The kernel tells a model once, when it is made.  So of one that an output names, or that stands in such a one, and that
has not been told, the state is asked for: "request_state" of the widgets' protocol, which the kernel answers with an
update of all keys.  Which models there are at all is asked first, and once: of one that is not there the kernel would
print so.  Each is asked for once; a kernel that does not say which there are is asked nothing more until it does.

What is asked stands in front of no cell: one model at a time while the kernel is idle.  While a cell runs, ipykernel
7.4 has the answer of a model wait for it wherever it is asked for.  Over a subshell the widgets' control comm answers
all the same, with the states of all models, of which those that are missing are taken.  The kernel is asked first
whether that would send the figures that the cell draws too early; then it waits for the end of the cell.  Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from bipy.inspection.inspector import Effects, Inspector
from bipy.inspection.routes import Route
from bipy.messaging import events, implementations
from bipy.messaging.events import KernelInfo
from bipy.messaging.implementations import Implementation
from bipy.messaging.message import (
    Request,
    close_models,
    comm_info_request,
    inspect_request,
    model_state_request,
    model_states_request,
    open_models,
)
from bipy.session.widgets import Widgets

# The models of one kernel process that are asked for.
MOST_MODELS = 1_000


class CatchingUp:
    """The questions about the models of one kernel process."""

    def __init__(self, inspector: Inspector) -> None:
        self._inspector = inspector
        self._asked: Request | None = None
        # The models that there are; None: the kernel has not said.
        self._there: frozenset[str] | None = None
        self._silent = False
        self._left = MOST_MODELS
        # The subshell in which the control comm is open, and what was missing when it answered.
        self._opened = ""
        self._sought: tuple[str, ...] = ()
        # Whether the next question would send no figures, and whether it has to wait for the end of the cell.
        self._harmless = self._waits = False

    def ask(self, widgets: Widgets, info: KernelInfo | None, now: float) -> Effects:
        """Ask for the next of the models that are missing, if it can be asked for now."""
        if self._asked is not None or self._silent or not widgets.missing:
            return []
        if self._there is not None:
            for name in [name for name in widgets.missing if name not in self._there or self._left <= 0]:
                del widgets.missing[name]
            if not widgets.missing:
                return []
        self._waits = self._waits and self._inspector.is_beside_a_cell
        if self._waits:
            return []
        route, effects = self._inspector.lend(quick=True, now=now)
        if route is None:
            return effects
        requests = self._next(widgets, implementations.of(info), route)
        if requests:
            self._asked = requests[0]
            self._inspector.lent(requests[0])
        return [*requests]

    def asked(self, request: Request | None) -> bool:
        """Whether a request is the one that was sent, or would be welcome late."""
        return request is not None and (self._asked is request or request.msg_type == "comm_info_request")

    def taken(self, event: events.ModelsTold, widgets: Widgets) -> Iterator[events.ModelChanged]:
        """Of the states of all models those that are missing, and that are missed when these are known."""
        self._sought = tuple(widgets.missing)
        self._waits = False
        while names := [name for name in widgets.missing if name in event.models][: self._left]:
            for name in names:
                del widgets.missing[name]
                self._left -= 1
                yield event.models[name]

    def heard(self, event: events.Event, widgets: Widgets, now: float) -> Effects:
        """A request was answered, or hardly will be; of a model the kernel's idle is the end of the answer."""
        request = event.parent.request
        match event:
            case events.CommInfoReply(status="ok"):
                self._there, self._silent = event.models, False
            case events.InspectReply(status="ok"):
                self._waits, self._harmless = event.found, not event.found
            case events.Reply(status="aborted"):
                pass  # a cell has failed, and what stood behind it was not done
            case events.NoReply() | events.Reply():
                self._silent = self._there is None
        if request is None or request is not self._asked:
            return []
        for name in self._sought:
            widgets.missing.pop(name, None)
        self._asked, self._sought = None, ()
        return self._inspector.returned(event, request, now)

    def _next(self, widgets: Widgets, row: Implementation, route: Route) -> list[Request]:
        """What has to be sent on `route` now, of which the first is waited for; nothing if it can't be asked there."""
        channel, subshell_id = route.channel, route.subshell_id
        if self._there is None:
            return [comm_info_request(channel=channel, subshell_id=subshell_id)]
        if not self._inspector.is_beside_a_cell:
            self._left -= 1
            name = next(iter(widgets.missing))
            del widgets.missing[name]
            return [model_state_request(name, subshell_id=subshell_id)]
        if subshell_id is None:
            return []
        if self._opened != subshell_id:
            self._opened = subshell_id
            return [open_models(subshell_id)]
        if row.figures and not self._harmless:
            return [inspect_request(row.figures, len(row.figures), channel=channel, subshell_id=subshell_id)]
        # One model that can't tell its state keeps all others from it.
        self._harmless, self._opened, self._waits = False, "", True
        return [model_states_request(subshell_id), close_models(subshell_id)]

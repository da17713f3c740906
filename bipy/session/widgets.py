"""The kernel's widgets: what each of their models says now, and which models stand in which.

A widget of ipywidgets lives in the kernel.  Over a comm it tells its model, a few keys and values, and later what of
it changes.  A display names the model that it shows, and a model names its children.  So a change is seen wherever the
model, or one that it stands in, is shown.  Of a model that was made before bipy came only the changes come by
themselves: what is `missing` may be asked for (`catching_up`).  Nothing else is sent to a model.

What a widget looks like is not known here, nor what an Output captures (see `output_models`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bipy.messaging import events
from bipy.messaging.message import Json

VIEW = "application/vnd.jupyter.widget-view+json"


@dataclass(slots=True, eq=False)
class Widget:
    """A model: its `kind` is the `_model_name` without "Model", "" while the kernel has not told it.

    `told`: the kernel has said all of it, and not only what has changed.
    """

    kind: str = ""
    state: dict[str, object] = field(default_factory=dict)
    child_ids: tuple[str, ...] = ()
    known: Mapping[str, Widget] = field(default_factory=dict)
    told: bool = False

    @property
    def children(self) -> list[Widget]:
        """The widgets that stand in this one; those that are closed or unknown are left out."""
        return [self.known[name] for name in self.child_ids if name in self.known]

    @property
    def layout(self) -> Mapping[str, object]:
        """The keys of its Layout that have been told."""
        layout = self.known.get(model_id(self.state.get("layout")))
        return layout.state if layout is not None else {}

    @property
    def hidden(self) -> bool:
        """Whether its Layout hides it."""
        return self.layout.get("display") == "none" or self.layout.get("visibility") == "hidden"


class Widgets:
    """The models of one kernel process, by their ids.

    `missing` are those that are shown, or stand in what is shown, and have not been told: in order, each only once.
    """

    def __init__(self) -> None:
        self.missing: dict[str, None] = {}
        self._known: dict[str, Widget] = {}
        self._shown: set[str] = set()
        self._missed: set[str] = set()  # those that have ever been missing
        # What each model has stood in.  A link that is not true any more costs a redraw.
        self._parents: dict[str, set[str]] = {}

    def get(self, name: str) -> Widget | None:
        """The widget of a model that has told its kind."""
        widget = self._known.get(name)
        return widget if widget is not None and widget.kind else None

    def changed(self, event: events.ModelChanged) -> set[str]:
        """A model was made or has changed; the ids of all models whose view changes."""
        widget = self._known.get(event.model_id)
        if widget is None:
            widget = self._known[event.model_id] = Widget(known=self._known)
        widget.kind = event.kind or widget.kind
        widget.told = widget.told or event.is_new or bool(event.kind)
        widget.state.update(event.state)
        if event.children is not None:
            widget.child_ids = event.children
            self._stands_in(event.children, event.model_id)
        if "layout" in event.state:
            self._stands_in([model_id(event.state["layout"])], event.model_id)
        around = self.around(event.model_id)
        if (event.children is not None or "layout" in event.state) and not self._shown.isdisjoint(around):
            self._miss(event.model_id)
        return around

    def closed(self, name: str) -> set[str]:
        """The kernel has closed a widget; the ids of all models whose view changes."""
        self._known.pop(name, None)
        self.missing.pop(name, None)
        around = self.around(name)
        self._parents.pop(name, None)
        return around

    def within(self, name: str) -> list[str]:
        """The ids of a model and of all that stand in it, each once."""
        found = [name]
        seen = {name}
        for inner in found:
            widget = self._known.get(inner)
            children = [child for child in (widget.child_ids if widget is not None else ()) if child not in seen]
            found += children
            seen.update(children)
        return found

    def seek(self, name: str) -> bool:
        """A model has changed that nothing shows: ask for it if it was made before bipy came; whether it was."""
        widget = self._known.get(name)
        if widget is None or widget.told:
            return False
        if name not in self._missed:
            self._missed.add(name)
            self.missing[name] = None
        return True

    def show(self, name: str) -> Widget | None:
        """An output shows a model: the widget, if it has told its kind."""
        self._shown.add(name)
        self._miss(name)
        return self.get(name)

    def _miss(self, name: str) -> None:
        """Of a model and what stands in it, what has not been told is missing."""
        for inner in self.within(name):
            widget = self._known.get(inner)
            layout = model_id(widget.state.get("layout")) if widget is not None else ""
            for each in filter(None, (inner, layout)):
                known = self._known.get(each)
                if (known is None or not known.told) and each not in self._missed:
                    self._missed.add(each)
                    self.missing[each] = None

    def _stands_in(self, names: Iterable[str], parent: str) -> None:
        for name in names:
            if name:
                self._parents.setdefault(name, set()).add(parent)

    def around(self, name: str) -> set[str]:
        """A model, and all that it stands in."""
        around, coming = {name}, [name]
        while coming:
            parents = self._parents.get(coming.pop(), set()) - around
            around |= parents
            coming += parents
        return around


def root(name: str, models: Mapping[str, events.ModelChanged]) -> str:
    """The id of the model that a model stands in, or of the outermost one of these."""
    parents = {child: parent for parent, model in models.items() for child in model.children or ()}
    seen = {name}
    while name in parents and parents[name] not in seen:
        name = parents[name]
        seen.add(name)
    return name


def model_id(reference: object) -> str:
    """The id in a reference to a model, as another model's state has it; "" for anything else."""
    return reference.removeprefix("IPY_MODEL_") if isinstance(reference, str) else ""


def viewed(data: Json) -> str:
    """The id of the model that a mime bundle shows; "" if it shows none."""
    view = data.get(VIEW) if isinstance(data, Mapping) else None
    name = view.get("model_id") if isinstance(view, Mapping) else None
    return name if isinstance(name, str) else ""

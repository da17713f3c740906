"""Asks the kernel what names there are in the frame where a debugger waits; a key asks, and nothing else.

A completion would be answered for the namespace of the cells.  An expression can look for the debugger among the frames
of the kernel's main thread, and lists the names of the one that it shows, or what stands behind a dot of one of them;
it runs `__dir__` of that object, as completion does, and binds nothing.  It goes where inspection may ask beside a
cell.  If the kernel would send the figures of the cell on that occasion, it is not asked.  Answers hold until the
debugger asks for its next command.  Pure.
"""

from __future__ import annotations

from bipy.inspection.inspector import Effects, Inspector
from bipy.messaging import events, implementations
from bipy.messaging.events import KernelInfo
from bipy.messaging.message import Request
from bipy.session.asking import Asking

MOST_NAMES = 3_000

# b are the builtins, p is the debugger; {names} is what is asked of it.
_EXPRESSION = (
    "(lambda b, up: __import__('json').dumps(up(up, "
    "__import__('sys')._current_frames().get(__import__('threading').main_thread().ident))))"
    "(__import__('builtins'), lambda up, f: None if f is None else (lambda b, p: {names})"
    "(__import__('builtins'), f.f_locals['self']) "
    "if __import__('builtins').hasattr(f.f_locals.get('self'), 'curframe_locals') else up(up, f.f_back))"
)
_NAMES = "b.list({{*p.curframe_locals, *p.curframe.f_globals, *b.dir(b)}})[:{most}]"
_ATTRIBUTES = (
    "b.dir(p.curframe_locals[{base!r}] if {base!r} in p.curframe_locals else p.curframe.f_globals[{base!r}])[:{most}]"
)


class Framing:
    """The questions of one session; `wanted` is the name whose attributes are, "" for names, None for nothing.

    `draws`: the last one was not sent, since that would have sent figures.
    """

    def __init__(self, inspector: Inspector) -> None:
        self.wanted: str | None = None
        self.draws = False
        self._inspector = inspector
        # What was answered at this prompt.
        self._known: dict[str, tuple[str, ...]] = {}
        self._asking: Asking[str] = Asking(inspector)
        self._harmless = False

    def forget(self) -> None:
        """Another prompt: the debugger may be in another frame."""
        self.wanted, self.draws = None, False
        self._known = {}

    def names(self, base: str) -> tuple[str, ...] | None:
        """The names of the frame, or the attributes of one of them; None if that was not answered."""
        return self._known.get(base)

    def want(self, base: str, info: KernelInfo | None) -> bool:
        """Whether the kernel is asked for that now."""
        row = implementations.of(info)
        can = row.value and row.evaluates_beside and (not base or base.isidentifier())
        if not can or base in self._known or self.wanted == base:
            return False
        self.wanted = base
        return True

    def ask(self, info: KernelInfo | None, now: float) -> Effects:
        """Ask what is wanted, if it can be asked now."""
        wanted = self.wanted
        if wanted is None or self._asking.subject is not None:
            return []
        route, effects = self._inspector.lend(quick=False, now=now)
        if route is None:
            return effects
        figures = implementations.of(info).figures
        if figures and not self._harmless:
            return self._asking.inspect(figures, route, wanted)
        names = (_ATTRIBUTES if wanted else _NAMES).format(base=wanted, most=MOST_NAMES)
        return self._asking.evaluate(_EXPRESSION.replace("{names}", names), route, wanted)

    def asked(self, request: Request | None) -> bool:
        """Whether a request is the one that was sent."""
        return self._asking.is_for(request)

    def replied(self, event: events.Event, now: float) -> Effects:
        """The request was answered, or never will be."""
        base = self._asking.subject
        self.draws = isinstance(event, events.InspectReply) and event.found
        if isinstance(event, events.InspectReply) and event.status == "ok" and not event.found:
            self._harmless = True
        else:
            if base is not None and base == self.wanted and isinstance(event, events.ExecuteReply):
                self._known[base] = _read(dict(event.values).get("value", ""))
            self.wanted = None
            self._harmless = False
        return self._asking.returned(event, now)


def _read(text: str) -> tuple[str, ...]:
    """The names in the value of the expression, which is hostile text."""
    from bipy.session.expressions import read_json

    found = read_json(text)
    names = found if isinstance(found, list) else []
    names = [name for name in names if isinstance(name, str) and name.isidentifier()]
    return tuple(sorted(names, key=lambda name: (name.startswith("_"), name.lower()))[:MOST_NAMES])

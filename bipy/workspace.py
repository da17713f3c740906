"""The kernels of one bipy: for each its link, its session and its view; and which of them is shown.

A `Member` is one kernel's way through bipy.  Both what the link tells and what the user does are events of its session;
the effects that come back concern the link, the host (leave, suspend) or the screen.  A member goes on in the same way
while another one is shown: its cells run, its output is kept.

Nothing is decided here, and no socket, terminal or widget is known: the host gives links, alarms and screens.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from bipy.kernel import link
from bipy.kernel.link import LinkEvent
from bipy.messaging.message import Request
from bipy.session import effects, events
from bipy.session.effects import Effect
from bipy.session.session import Session
from bipy.session.status import Status
from bipy.session.view import View


class Link(Protocol):
    """What a member asks of `kernel.link.Link`."""

    def open(self) -> None:
        """Open the channels."""

    def send(self, request: Request) -> None:
        """Send a request, without waiting."""

    def interrupt(self) -> None:
        """Interrupt the kernel in the way that suits it."""

    def restart(self) -> None:
        """End the kernel and start it anew."""


class Host(Protocol):
    """What a member asks of the process that it lives in."""

    def alarm(self, seconds: float, callback: Callable[[], object]) -> object:
        """Call `callback` once, `seconds` from now."""

    def perform(self, effect: Effect) -> None:
        """Carry out an effect that concerns the whole process: Exit, Detach, Notify, Suspend, Redraw."""


class Member:
    """One kernel of a workspace.  `advice` says what can be done when the kernel is gone.

    `show` carries out the effects that concern the screen; `link` has to be set before the first event.
    """

    link: Link

    def __init__(self, session: Session, host: Host, *, clock: Callable[[], float], advice: str) -> None:
        self.show: Callable[[Effect], None] = lambda _: None
        self._session = session
        self._host = host
        self._clock = clock
        self._advice = advice

    @property
    def view(self) -> View:
        """The session as it is now."""
        return self._session.view

    @property
    def status(self) -> Status:
        """What the session does, as it is seen from outside."""
        return self._session.status(self._clock())

    def dispatch(self, event: object) -> None:
        """Tell the session what happened, and have carried out what it asks for."""
        for effect in self._session.update(event, self._clock()):
            self._perform(effect)

    def heard(self, event: LinkEvent) -> None:
        """What the link tells."""
        match event:
            case link.Opened():
                self.dispatch(events.Opened())
            case link.Beating():
                self.dispatch(events.Beating())
            case link.InterruptSent():
                self.dispatch(events.InterruptSent())
            case link.Died(reason):
                self.dispatch(events.Died(f"{reason} {self._advice}"))
            case _:
                self.dispatch(event)

    def _perform(self, effect: Effect) -> None:
        match effect:
            case effects.Send(request):
                self.link.send(request)
            case effects.Later(seconds, event):
                self._host.alarm(seconds, partial(self.dispatch, event))
            case effects.Interrupt():
                self.link.interrupt()
            case effects.Restart():
                self.link.restart()
            case effects.Exit() | effects.Detach() | effects.Notify() | effects.Suspend() | effects.Redraw():
                self._host.perform(effect)
            case _:
                self.show(effect)


class Workspace:
    """All members, the oldest first; `shown` is the one on the screen, at first the first."""

    def __init__(self) -> None:
        self.members: list[Member] = []
        self.shown = 0

    def add(self, member: Member) -> None:
        """Take a member in; another one stays on show."""
        self.members.append(member)

    def switch(self, step: int = 1) -> Member:
        """Show the next member, or the one before (-1)."""
        self.shown = (self.shown + step) % len(self.members)
        return self.members[self.shown]

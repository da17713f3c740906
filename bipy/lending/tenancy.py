"""The host's side of its fronts: who has lent a terminal, and what becomes of it.

A front connects, says HELLO and lends its terminal; the newest front has it, and one before is sent away.  Processes
that ask about the session (`bipy ps`, `bipy end`) connect in the same way and lend nothing.  The protocol is that of
`protocol`; what is drawn on the terminal is the matter of `Host`, which is told by calls.

    state      the terminal is            goes on to
    STARTING   still the front's          LENT, DETACHED, LEAVING
    LENT       ours                       STARTING, PAUSED, FROZEN, EDITING, DETACHED, LEAVING
    PAUSED     the shell's, given back    LENT, STARTING, DETACHED, LEAVING
    FROZEN     the shell's, not given     LENT, STARTING, DETACHED, LEAVING
    EDITING    a program's, given back    LENT, STARTING, DETACHED, LEAVING
    DETACHED   none                       STARTING, LEAVING
    LEAVING    given back at the end

Who restores the modes of the terminal: this process, whenever it gives the terminal back.  If the front is gone
unannounced, only what is still as this process set it is restored: the shell may have its terminal back already.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from enum import Enum, auto
from functools import partial
from typing import Protocol

from bipy.lending import protocol
from bipy.lending.protocol import Hello, Line, Torn, encode_exit, peer
from bipy.lending.sockets import Listener
from bipy.terminal.lent import LentTerminal

TAKEN_OVER = "This session goes on in another terminal. To have it here again: bipy --resume {number}"


class State(Enum):
    """Where the terminal is; see the head of the module."""

    STARTING = auto()
    LENT = auto()
    PAUSED = auto()
    FROZEN = auto()
    EDITING = auto()
    DETACHED = auto()
    LEAVING = auto()


NEXT: Mapping[State, frozenset[State]] = {
    State.STARTING: frozenset({State.STARTING, State.LENT, State.DETACHED, State.LEAVING}),
    State.LENT: frozenset(set(State) - {State.LENT}),
    State.PAUSED: frozenset({State.STARTING, State.LENT, State.DETACHED, State.LEAVING}),
    State.FROZEN: frozenset({State.STARTING, State.LENT, State.DETACHED, State.LEAVING}),
    State.EDITING: frozenset({State.STARTING, State.LENT, State.DETACHED, State.LEAVING}),
    State.DETACHED: frozenset({State.STARTING, State.LEAVING}),
    State.LEAVING: frozenset(),
}


class Reactor(Protocol):
    """What is asked of `terminal.reactor.Reactor`."""

    def watch_file(self, fd: int, callback: Callable[[], object]) -> object:
        """Call `callback` whenever the file descriptor is readable."""

    def remove_watch_file(self, handle: int) -> bool:
        """Stop watching."""


class Host(Protocol):
    """What the tenancy tells and asks the host."""

    def lent(self, terminal: LentTerminal, environment: Mapping[str, str], typed: bytes) -> None:
        """Draw on this terminal from now on, which is described by `environment`; `typed` was typed before."""

    def give_back(self) -> None:
        """Draw no more, and leave the terminal as it was found."""

    def give_up(self) -> None:
        """Draw no more, on a terminal that may be another's by now."""

    def freeze(self) -> None:
        """Neither draw nor read for a while, and leave the terminal as it is."""

    def go_on(self) -> None:
        """Draw again on the terminal that was given back or frozen, and all of it."""

    def resized(self) -> None:
        """The terminal has another size."""

    def detached(self, *, hung_up: bool) -> None:
        """There is no terminal any more; `hung_up`: the user did not ask for that."""

    def status(self) -> bytes:
        """What `bipy ps` tells of the session, as JSON."""

    def end(self, *, now: bool) -> str:
        """End the session soon; "" if that is done, else why it is not, unless `now`."""


class Tenancy:
    """The fronts of one host: the first one is at the other end of `front`, others come by `listener`.

    Without a listener the first front is the only one.
    """

    def __init__(self, reactor: Reactor, host: Host, front: Line, listener: Listener | None) -> None:
        self.state = State.STARTING
        self._reactor = reactor
        self._host = host
        self._listener = listener
        self._front: Line | None = front
        self._hello: Hello | None = None
        self._terminal: LentTerminal | None = None
        self._done: Callable[[int | None], object] | None = None
        # Connections that have lent nothing.
        self._asking: list[Line] = []
        self._watch(front)
        if listener is not None:
            reactor.watch_file(listener.fileno(), partial(self._accept, listener))

    @property
    def number(self) -> int | None:
        """The number of the session; None if no front can find it."""
        return self._listener.number if self._listener is not None and self._listener.is_found else None

    @property
    def is_heard(self) -> bool:
        """Whether a front or a process that asked for the end is there to be told of it."""
        return self._front is not None or bool(self._asking)

    def suspend(self) -> None:
        """Give the terminal back to the shell for a while, and stop the front's job, as Ctrl-Z does."""
        if self.state is State.LENT:
            self._host.give_back()
            self._go(State.PAUSED)
            self._tell(protocol.STOP)

    def frozen(self) -> None:
        """The front is stopped and could not say so."""
        if self.state is State.LENT:
            self._host.freeze()
            self._go(State.FROZEN)

    def look(self) -> None:
        """See whether a frozen front runs again, in case it does not say so."""
        if self.state is State.FROZEN and self._terminal is not None and self._terminal.is_ours:
            self._continued()

    def run(self, arguments: list[str], done: Callable[[int | None], object]) -> None:
        """Run a program on the terminal; `done` gets its exit status, None if it is not known."""
        if self.state is not State.LENT:
            done(None)
            return
        self._host.give_back()
        self._go(State.EDITING)
        self._done = done
        self._tell(protocol.RUN, "\0".join(arguments).encode("utf-8", "surrogateescape"))

    def detach(self, text: str, status: int = 0) -> None:
        """Let the terminal go; its front prints `text` and ends with `status`."""
        self._release()
        self._dismiss(text, status)
        self._become_detached(hung_up=False)

    def lost(self) -> None:
        """The terminal is gone, or its front."""
        if self.state in (State.LENT, State.FROZEN):
            self._host.give_up()
        elif self.state is State.STARTING:
            self._mend()
        self._dismiss("", 0)
        self._become_detached(hung_up=True)

    def leave(self) -> None:
        """The session ends: give the terminal back, take no more fronts."""
        self._release()
        self._go(State.LEAVING)
        if self._listener is not None:
            self._reactor.remove_watch_file(self._listener.fileno())
            self._listener.close()

    def exit(self, status: int, text: str) -> None:
        """Tell the front, and the processes that asked for the end, that it has come."""
        for line in [*self._asking, *([self._front] if self._front is not None else [])]:
            _send(line, protocol.EXIT, encode_exit(status, text))
            line.close()

    def _release(self) -> None:
        """Give the terminal back if it is ours, and say so: the front has nothing to mend then."""
        if self.state is State.LENT:
            self._host.give_back()
            self._tell(protocol.RELEASED)
        elif self.state is State.FROZEN:
            self._host.give_up()

    def _go(self, state: State) -> None:
        if state not in NEXT[self.state]:
            raise AssertionError(f"{self.state} can't become {state}")
        self.state = state

    def _tell(self, kind: bytes, data: bytes = b"") -> None:
        if self._front is not None:
            _send(self._front, kind, data)  # its end is told by the socket

    def _dismiss(self, text: str, status: int) -> None:
        """Send the front away, if there is one, and let its terminal go."""
        if self._front is not None:
            self._tell(protocol.EXIT, encode_exit(status, text))
            self._forget(self._front)
            self._front = None
        if self._terminal is not None:
            self._terminal.close()
            self._terminal = None
        done, self._done = self._done, None
        if done is not None:
            done(None)

    def _become_detached(self, *, hung_up: bool) -> None:
        if self.state is not State.DETACHED:
            self._go(State.DETACHED)
            self._host.detached(hung_up=hung_up)

    def _forget(self, line: Line) -> None:
        self._reactor.remove_watch_file(line.fileno())
        line.close()

    def _accept(self, listener: Listener) -> None:
        line = listener.accept()
        if line is not None:
            self._asking.append(line)
            self._watch(line)

    def _watch(self, line: Line) -> None:
        self._reactor.watch_file(line.fileno(), partial(self._heard, line))

    def _heard(self, line: Line) -> None:
        """A front, or a process that asks, has sent something, or is gone."""
        try:
            for kind, data in line.receive():
                if line is self._front:
                    self._from_front(kind, data)
                elif line in self._asking:
                    self._asked(line, kind, data)
        except (Torn, ValueError):
            if line is self._front:
                self.lost()
            elif line in self._asking:
                self._asking.remove(line)
                self._forget(line)

    def _asked(self, line: Line, kind: bytes, data: bytes) -> None:
        """The first words of a connection."""
        if kind == protocol.HELLO:
            self._welcome(line, Hello.decode(data))
        elif kind == protocol.STATUS:
            _send(line, protocol.STATUS, self._host.status())
        elif kind in (protocol.END, protocol.END_NOW):
            refusal = self._host.end(now=kind == protocol.END_NOW)
            if refusal:
                _send(line, protocol.EXIT, encode_exit(protocol.REFUSED, refusal))

    def _welcome(self, line: Line, hello: Hello) -> None:
        """A front has come that is not the first: it takes the place of the one before."""
        self._asking.remove(line)
        if hello.version != protocol.VERSION or not line.fds:
            _send(line, protocol.EXIT, encode_exit(2, self._refusal(hello)))
            self._forget(line)
            return
        self._release()
        self._dismiss(TAKEN_OVER.format(number=self.number), 0)
        self._front = line
        self._go(State.STARTING)
        self._take(hello)

    def _take(self, hello: Hello) -> None:
        self._hello = hello
        self._tell(protocol.HAND_OVER, b"%d" % os.getpid())

    def _mend(self) -> None:
        """The front is gone before it has handed over: its first frame may be on the screen."""
        if self._front is not None and self._hello is not None and self._front.fds:
            terminal = LentTerminal(self._front.fds.pop(0), self._hello.modes)
            terminal.write(protocol.MEND)
            terminal.flush()
            terminal.line.restore(unless_changed=True)
            terminal.close()

    def _refusal(self, hello: Hello) -> str:
        return (
            f"bipy: this session belongs to another version of bipy (protocol {protocol.VERSION}, and this one has "
            f"{hello.version}). Resume it with that version, or end it with: bipy end {self.number}"
        )

    def _from_front(self, kind: bytes, data: bytes) -> None:
        if kind == protocol.HELLO and self._hello is None:
            self._take(Hello.decode(data))
        elif kind == protocol.TYPED and self.state is State.STARTING and self._front and self._hello:
            self._lend(self._front, self._hello, data[:1] == b"1", data[1:])
        elif kind == protocol.RESIZED and self.state is State.LENT:
            self._host.resized()
        elif kind == protocol.STOP_ASKED:
            self.suspend()
        elif kind == protocol.CONTINUED:
            self._continued()
        elif kind == protocol.PROGRAM_ENDED and self.state is State.EDITING:
            self._go(State.LENT)
            self._host.go_on()
            done, self._done = self._done, None
            if done is not None:
                done(int(data))

    def _lend(self, front: Line, hello: Hello, alternate: bool, typed: bytes) -> None:
        other = peer(front.socket)
        self._terminal = LentTerminal(
            front.fds.pop(0),
            hello.modes,
            front=other[0] if other is not None else 0,
            alternate=alternate,
        )
        self._go(State.LENT)
        self._host.lent(self._terminal, hello.environment, typed)

    def _continued(self) -> None:
        """The front runs again, in the foreground; the shell may have drawn meanwhile."""
        if self.state in (State.PAUSED, State.FROZEN):
            self._go(State.LENT)
        if self.state is State.LENT:
            self._host.go_on()


def _send(line: Line, kind: bytes, data: bytes) -> None:
    """Send; a process that is gone, or takes nothing, is heard of when its socket is read."""
    try:
        line.send(kind, data)
    except Torn:
        return

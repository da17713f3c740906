"""The one place where bipy waits: an urwid.EventLoop on zmq.Poller.

urwid and zmq meet here and nowhere else.  A pass serves the terminal, draws a frame if there was input, and serves the
sockets and the alarms.  Each callback of a socket drains it for a few milliseconds at most.  urwid draws when its loop
is idle.  Under a flood of output the loop is never idle, so a frame is due after FRAME_SECONDS in any case.

urwid's own ZMQEventLoop stands on asyncio: it costs that import, serves one message a wake and starves the screen.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count
from time import monotonic
from typing import Any

import urwid
import zmq

FRAME_SECONDS = 0.033

Callback = Callable[[], Any]


class Reactor(urwid.EventLoop):
    """See the head of the module; the methods are urwid.EventLoop's, `watch_writable` and `watch_socket`."""

    __slots__ = ("_alarms", "_drawn", "_files", "_idle", "_numbers", "_poller", "_sockets", "_writable")

    def __init__(self) -> None:
        super().__init__()
        self._poller = zmq.Poller()
        self._files: dict[int, Callback] = {}
        self._writable: dict[int, Callback] = {}
        self._sockets: dict[zmq.Socket[bytes], Callback] = {}
        self._alarms: list[tuple[float, int, Callback]] = []
        self._idle: dict[int, Callback] = {}
        self._numbers = count()
        self._drawn = 0.0

    def watch_file(self, fd: int, callback: Callback) -> int:
        """Call `callback` whenever the file descriptor is readable."""
        self._files[fd] = callback
        self._register(fd)
        return fd

    def remove_watch_file(self, handle: int) -> bool:
        """Stop watching; False when it was not watched."""
        if self._files.pop(handle, None) is None:
            return False
        self._register(handle)
        return True

    def watch_writable(self, fd: int, callback: Callback | None) -> None:
        """Call `callback` whenever the file descriptor takes output; None: no more."""
        if callback is not None:
            self._writable[fd] = callback
        elif self._writable.pop(fd, None) is None:
            return
        self._register(fd)

    def _register(self, fd: int) -> None:
        flags = (zmq.POLLIN if fd in self._files else 0) | (zmq.POLLOUT if fd in self._writable else 0)
        if flags:
            self._poller.register(fd, flags)
        else:
            self._poller.unregister(fd)

    def watch_socket(self, socket: zmq.Socket[bytes], callback: Callback) -> None:
        """Call `callback` whenever a message can be received; it must come back soon, and is called again for more."""
        self._sockets[socket] = callback
        self._poller.register(socket, zmq.POLLIN)

    def remove_watch_socket(self, socket: zmq.Socket[bytes]) -> None:
        """Stop watching a socket, closed or not."""
        if self._sockets.pop(socket, None) is not None:
            self._poller.unregister(socket)

    def alarm(self, seconds: float, callback: Callback) -> tuple[float, int, Callback]:
        """Call `callback` once, `seconds` from now."""
        handle = (monotonic() + seconds, next(self._numbers), callback)
        heapq.heappush(self._alarms, handle)
        return handle

    def remove_alarm(self, handle: tuple[float, int, Callback]) -> bool:
        """Forget an alarm; False when it has gone off already."""
        if handle not in self._alarms:
            return False
        self._alarms.remove(handle)
        heapq.heapify(self._alarms)
        return True

    def enter_idle(self, callback: Callback) -> int:
        """Call `callback` when all that was ready has been served, and at least every FRAME_SECONDS while it is not."""
        handle = next(self._numbers)
        self._idle[handle] = callback
        return handle

    def remove_enter_idle(self, handle: int) -> bool:
        """Forget an idle callback; False when there was none."""
        return self._idle.pop(handle, None) is not None

    def run(self) -> None:
        """Run until a callback raises; urwid.ExitMainLoop ends it quietly."""
        try:
            self._draw()
            while True:
                self._pass()
        except urwid.ExitMainLoop:
            return

    def _pass(self) -> None:
        ready = dict(self._poller.poll(self._timeout()))
        # An error is told to both: a terminal that hung up can be read to its end and written to no more.
        readable = {watched: flags for watched, flags in ready.items() if flags != zmq.POLLOUT}
        writable = {watched: flags for watched, flags in ready.items() if flags != zmq.POLLIN}
        if self._serve(self._files, readable) | self._serve(self._writable, writable):
            self._draw()
        served = self._serve(self._sockets, ready)
        served |= self._ring()
        if served and (monotonic() - self._drawn >= FRAME_SECONDS or not self._poller.poll(0)):
            self._draw()

    def _serve(self, callbacks: dict[Any, Callback], ready: dict[Any, int]) -> bool:
        served = False
        for watched, callback in list(callbacks.items()):
            # A callback may have removed a later one.
            if watched in ready and watched in callbacks:
                callback()
                served = True
        return served

    def _ring(self) -> bool:
        now = monotonic()
        rang = False
        while self._alarms and self._alarms[0][0] <= now:
            _, _, callback = heapq.heappop(self._alarms)
            callback()
            rang = True
        return rang

    def _timeout(self) -> int | None:
        """Milliseconds until the next alarm, rounded up: a poll that ends too early would spin."""
        if not self._alarms:
            return None
        return max(0, int((self._alarms[0][0] - monotonic()) * 1000) + 1)

    def _draw(self) -> None:
        for callback in list(self._idle.values()):
            callback()
        self._drawn = monotonic()

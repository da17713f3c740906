"""The composition root: builds everything, carries events to the session and performs the effects it returns.

All wires run through here and nothing is decided here.  One thread, one reactor: sockets, keys and alarms become
events, `dispatch` hands them to the session, each effect is performed without waiting, and one frame is drawn.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from datetime import UTC, datetime
from functools import partial

import urwid

from bipy.inspection.inspector import Inspector
from bipy.kernel.channels import Channels
from bipy.kernel.connection import ConnectionInfo
from bipy.kernel.kernelspec import NoKernelError
from bipy.kernel.launcher import Process, interrupts
from bipy.messaging.client import Client
from bipy.messaging.message import Channel, interrupt_request, shutdown_request
from bipy.session import effects, events
from bipy.session.history import History
from bipy.session.session import Session
from bipy.settings import Settings
from bipy.terminal.line import LineDiscipline
from bipy.terminal.reactor import FRAME_SECONDS, Reactor
from bipy.terminal.screen import Screen
from bipy.ui.interface import IPYTHON_LEXER, Interface
from bipy.ui.keys.actions import Actions
from bipy.ui.keys.keyboard import Keyboard
from bipy.ui.keys.keymap import keys
from bipy.ui.theme import Theme

CHANNELS: tuple[Channel, ...] = ("shell", "control", "stdin", "iopub")
# One drain of one socket: a key waits at most this long.
DRAIN_SECONDS = 0.005
TICK_SECONDS = 1.0
EXPIRE_SECONDS = 0.3
# What a session leaves in the terminal's own scrollback at most: a million lines would take 8 s.
SCROLLBACK_LINES = 50_000
# What a kernel that is to be started anew may take to end by itself.
RESTART_SECONDS = 2.0
# An attached kernel whose heart is silent for so long is said to be dead.  With the second until it is asked, and with
# looking so often meanwhile, that is within three.
SILENCE_SECONDS = 1.8
UNSURE_SECONDS = 0.1


class App:
    """bipy on one kernel: one of its own when `process` is given, else the one behind `info`."""

    def __init__(
        self,
        *,
        options: Settings,
        info: ConnectionInfo,
        connection_file: str,
        process: Process | None,
        terminal: LineDiscipline,
        theme: Theme,
        banner: str,
    ) -> None:
        self.connection_file = connection_file
        self.process = process
        self.reactor = Reactor()
        self.screen = Screen(terminal)
        self.screen.register_palette(theme.palette(self.screen.colors))
        jedi = options.jedi or process is None
        inspector = Inspector(mode=options.inspection, matching=options.matching, jedi=jedi)
        session = Session(own=process is not None, inspector=inspector, history=History())
        session.transcript.note(banner)
        self.interface = Interface(
            session,
            perform=self._perform,
            clock=time.monotonic,
            depth=self.screen.colors,
            kernel=process.spec.display_name if process else "",
            connection_file=os.path.basename(connection_file),
            lexer=process.spec.language if process and process.spec.language != "python" else IPYTHON_LEXER,
            box_rows=options.rows,
            docs_rows=options.docs,
        )
        self.keyboard = Keyboard(self.interface, Actions(self.interface))
        self.loop = urwid.MainLoop(
            self.interface.window,
            screen=self.screen,
            event_loop=self.reactor,
            handle_mouse=False,
            unhandled_input=self.keyboard.press,
        )
        self._expiring = False
        self._restarting = False
        self._answering = True
        self._connect(info)

    def run(self) -> None:
        """Until the user leaves or the terminal is gone."""
        self.reactor.enter_idle(self._refresh)
        self.reactor.alarm(TICK_SECONDS, self._tick)
        self.reactor.alarm(FRAME_SECONDS, self.interface.colour)
        self.interface.dispatch(events.Opened())
        with contextlib.suppress(urwid.InputClosedError):
            self.loop.run()

    def _connect(self, info: ConnectionInfo) -> None:
        identity = os.urandom(16).hex()
        self.client = Client(
            key=info.key,
            signature_scheme=info.signature_scheme,
            session=identity,
            username=os.environ.get("USER", "username"),
            date=_date,
        )
        self.channels = Channels(info, identity.encode(), reconnect_ms=5 if self.process else 100)
        for channel in CHANNELS:
            self.reactor.watch_socket(self.channels.socket(channel), partial(self._receive, channel))

    def _disconnect(self) -> None:
        """Nobody listens any more: what was sent and not received is dropped, and zmq stops trying."""
        for channel in CHANNELS:
            self.reactor.remove_watch_socket(self.channels.socket(channel))
        self.channels.close()

    def leave(self) -> None:
        """After the screen: the session goes to the scrollback, as if it had been printed, and our kernel ends."""
        # A terminal that hung up takes no more; the kernel has to end all the same.
        with contextlib.suppress(OSError):
            self._print_session()
        if self.process is not None:
            self.process.shutdown(lambda: self._perform(effects.Send(shutdown_request())), on_refusal=_tell_of_refusal)
        self.channels.close()

    def _print_session(self) -> None:
        columns = self.screen.get_cols_rows()[0]
        window = self.interface.window
        for row in [*window.transcript.last_rows(columns, SCROLLBACK_LINES), *window.editor.draft()]:
            sys.stdout.write(self.screen.sgr(row) + "\n")
        if self.process is None and self.interface.view.state != "dead":
            sys.stdout.write(f"The kernel goes on: bipy --existing {self.connection_file}\n")
        sys.stdout.flush()

    def _receive(self, channel: Channel) -> None:
        for frames in self.channels.drain(channel, DRAIN_SECONDS):
            for event in self.client.receive(channel, frames, time.monotonic()):
                self.interface.dispatch(event)

    def _perform(self, effect: effects.Effect) -> None:
        """The effects that need the edge."""
        match effect:
            case effects.Send(request):
                frames = self.client.request(request, time.monotonic())
                if frames:
                    self.channels.send(request.channel, frames)
                self._expire_later(EXPIRE_SECONDS if frames else 0)
            case effects.Later(seconds, event):
                self.reactor.alarm(seconds, partial(self.interface.dispatch, event))
            case effects.Interrupt(implementation):
                self._interrupt(implementation)
            case effects.Restart() if self.process is not None:
                self._restart(self.process)
            case effects.Suspend():
                with self.loop.paused():
                    os.kill(0, signal.SIGTSTP)
            case effects.Redraw():
                self.screen.clear()
            case effects.Exit():
                raise urwid.ExitMainLoop

    def _interrupt(self, implementation: str) -> None:
        if self.process is None:
            return
        if interrupts(implementation, self.process.spec.interrupt_mode) == "signal":
            self.process.interrupt()
        else:
            self._perform(effects.Send(interrupt_request()))

    def _restart(self, process: Process) -> None:
        """Ask the kernel to end, so that it can tidy up, and start it anew when it has or its time is up."""
        if self._restarting:
            return
        self._restarting = True
        if process.poll() is None:
            info = self.client.info
            self._interrupt(info.implementation if info else "")
            self._perform(effects.Send(shutdown_request(restart=True)))
        self._disconnect()
        self._start_anew(process, time.monotonic() + RESTART_SECONDS)

    def _start_anew(self, process: Process, deadline: float) -> None:
        if process.poll() is None and time.monotonic() < deadline:
            self.reactor.alarm(FRAME_SECONDS, partial(self._start_anew, process, deadline))
            return
        self._restarting = False
        try:
            process.restart()
        except NoKernelError as error:
            self.interface.dispatch(events.Died(str(error)))
            return
        self._connect(process.info)
        self.interface.dispatch(events.Opened())

    def _expire_later(self, seconds: float = EXPIRE_SECONDS) -> None:
        """Requests without an answer are given up in time; nothing ticks while none is open."""
        if not self._expiring and self.client.waiting:
            self._expiring = True
            self.reactor.alarm(seconds, self._expire)

    def _expire(self) -> None:
        self._expiring = False
        for event in self.client.expire(time.monotonic()):
            self.interface.dispatch(event)
        self._expire_later()

    def _tick(self) -> None:
        """Once a second: see whether the kernel lives; the frame that follows counts the seconds it has been busy."""
        pause = TICK_SECONDS
        if self.interface.view.own:
            self._watch_process()
        elif self._watch_heart(time.monotonic()):
            pause = UNSURE_SECONDS
        self.reactor.alarm(pause, self._tick)

    def _watch_process(self) -> None:
        view = self.interface.view
        if self.process is None or self._restarting or view.state == "dead" or self.process.poll() is None:
            return
        if view.info is None and self.process.retry():
            # Somebody had taken one of its ports.
            self._disconnect()
            self._connect(self.process.info)
            self.interface.dispatch(events.Opened())
            return
        self._kernel_died(_obituary(self.process, answered=view.info is not None))
        self._disconnect()

    def _watch_heart(self, now: float) -> bool:
        """Whether the kernel, which has not been given up, owes us a heartbeat."""
        silence = self.channels.silence(now)
        silent = silence > SILENCE_SECONDS
        if silent and self._answering:
            self._kernel_died(_HEARTLESS)
        elif not silent and not self._answering:
            self.interface.dispatch(events.Beating())
        self._answering = not silent
        self.channels.beat(now)
        return 0 < silence <= SILENCE_SECONDS

    def _kernel_died(self, reason: str) -> None:
        for event in self.client.fail_pending():
            self.interface.dispatch(event)
        self.interface.dispatch(events.Died(reason))

    def _refresh(self) -> None:
        if self.interface.refresh(self.keyboard.hint()):
            self.reactor.alarm(FRAME_SECONDS, self._refresh)


_HEARTLESS = (
    "The kernel's heart has stopped: it is dead or out of reach. bipy goes on asking; "
    f"{keys('leave-or-delete')[0]} leaves."
)


def _obituary(process: Process, *, answered: bool) -> str:
    """What is known of the end of a kernel of our own."""
    status = process.poll()
    how = f"was ended by signal {-status}" if status is not None and status < 0 else f"has ended with status {status}"
    advice = f"Restart it with {keys('restart')[0]}, or leave with {keys('leave-or-delete')[0]}."
    if answered:
        return f"The kernel {how}. Its log is {process.log_file}. {advice}"
    last = "\n".join(process.log_tail(5))
    return f"The kernel {how} before it answered. The end of its log, {process.log_file}:\n{last}\n{advice}"


def _tell_of_refusal() -> None:
    with contextlib.suppress(OSError):
        sys.stdout.write("The kernel takes its time to end. Ctrl-C ends it at once.\n")
        sys.stdout.flush()


def _date() -> str:
    """The time of a header ("Message header": ISO 8601, UTC)."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")

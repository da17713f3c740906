"""The composition root of the host: the process that holds a session and lives on without a terminal.

`Host` builds everything, and carries out what concerns the whole process (see `starting` for its start and end, and
`front` for the process that lends it a terminal).

One thread, one reactor: sockets, keys and alarms become events, a member of the workspace hands them to its session and
has the effects carried out without waiting, and one frame is drawn where a terminal is lent.  Nothing is decided here.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import urwid

from bipy import __version__, config, files, host_log, outside
from bipy.inspection.inspector import Inspector
from bipy.kernel.handle import KernelHandle
from bipy.kernel.link import Link
from bipy.lending import sessions
from bipy.lending.protocol import ENVIRONMENT, Line
from bipy.lending.sessions import Found
from bipy.lending.sockets import Listener
from bipy.lending.tenancy import Tenancy
from bipy.notifying import Notifier, variables
from bipy.remembering import Memory
from bipy.session import effects, events
from bipy.session.history import History
from bipy.session.lifecycle import Phase
from bipy.session.session import Session
from bipy.session.status import Doing, lasted
from bipy.settings import SETTINGS, BadValueError, Settings
from bipy.terminal import covering, sequences
from bipy.terminal.capabilities import Capabilities
from bipy.terminal.display import FOCUS, RESIZE, Display
from bipy.terminal.encoding import shows_signs
from bipy.terminal.lent import LentTerminal
from bipy.terminal.reactor import FRAME_SECONDS, Reactor
from bipy.terminal.screen import Paste, Screen
from bipy.ui.interface import IPYTHON_LEXER, Interface
from bipy.ui.keys.actions import Actions
from bipy.ui.keys.keyboard import Keyboard
from bipy.ui.keys.keymap import KEYMAP, Binding, keys
from bipy.ui.mime.means import Means
from bipy.ui.text.rows import Row, escaped, visible
from bipy.ui.text.signs import row_in_ascii
from bipy.ui.theme import AUTO, Theme, ThemeError, load
from bipy.workspace import Member, Workspace

TICK_SECONDS = 1.0
# What a session leaves in the terminal's own scrollback at most: a million rows would take 8 s.
SCROLLBACK_ROWS = 50_000
# How long a terminal may take to print it.
PRINT_SECONDS = 5.0


class Host:
    """bipy on the kernel of `handle`, with the terminal that the front at the end of `front` lends.

    `configured` gives the settings for a kernel of that language, `bindings` is the key table.  `listener` is where
    other fronts find the session, None if they can't.  `connect` makes the link to the kernel.
    """

    def __init__(
        self,
        *,
        options: Settings,
        handle: KernelHandle,
        theme: Theme,
        greeting: list[str],
        front: Line,
        listener: Listener | None,
        configured: Callable[[str], Settings] | None = None,
        bindings: Sequence[Binding] = KEYMAP,
        connect: Callable[..., Link] = Link,
    ) -> None:
        self.handle = handle
        self.reactor = Reactor()
        self._options = options
        self._configured = configured
        self._theme = theme
        self._language = handle.language
        self._since = time.time()
        self._paused: Screen | None = None
        self._follows = False
        # A terminal that reports no focus is looked at.
        self._in_focus = True
        self._on_light = False
        self._title = ""
        self._folder = _folder()
        self._detached_at: float | None = None
        self._notifier = Notifier(options.on_event)
        self._memory = Memory(self.reactor, lambda event: self.interface.dispatch(event), options)
        session = _session(options, own=handle.own, detachable=listener is not None)
        session.transcript.note("\n".join(greeting))
        self.workspace = Workspace()
        self.member = member = Member(session, self, clock=time.monotonic, advice=_advice(own=handle.own))
        self.workspace.add(member)
        self.interface = Interface(
            member,
            host=self.perform,
            clock=time.monotonic,
            kernel=handle.display_name,
            connection_file=os.path.basename(handle.connection_file),
            lexer=IPYTHON_LEXER if handle.language in ("", "python") else handle.language,
            folder=self._folder,
            settings=options,
        )
        member.show = self.interface.perform
        self.link = connect(handle, reactor=self.reactor, clock=time.monotonic, tell=member.heard)
        member.link = self.link
        self.keyboard = Keyboard(self.interface, Actions(self.interface), bindings)
        # The socket of the front before its terminal: a front that goes is heard of before its terminal fails.
        self.tenancy = Tenancy(self.reactor, self, front, listener)
        self.reactor.enter_idle(self._refresh)
        self.display = Display(
            self.reactor, self.interface.window, self.press, failed=self._failed, stopped=self.tenancy.frozen
        )
        self.reactor.enter_idle(self._follow)

    def run(self) -> None:
        """Until the session ends."""
        self.alarm(TICK_SECONDS, self._tick)
        self.alarm(FRAME_SECONDS, self.interface.colour)
        self.link.open()
        self.reactor.run()

    def press(self, keys: list[Any]) -> None:
        """Hand each key to the keyboard."""
        for key in keys:
            if isinstance(key, Paste):
                self.keyboard.paste(key.text)
            elif key == RESIZE:
                self._tell_size()
            elif key in FOCUS:
                self._in_focus = FOCUS[key]
            else:
                self.keyboard.press(key)

    def leave(self) -> str:
        """Give the terminal back, leave the session in its scrollback, and end our kernel; a word for the end.

        Without a terminal the session is written to a file.
        """
        screen = self.display.screen
        self._memory.end()
        heard = self.tenancy.is_heard
        self.tenancy.leave()
        word = ""
        if screen is None or not self._print_session(screen):
            self.interface.depth = 1  # a picture of half blocks is none without its colours
            untouched = self.interface.view.untouched
            word = "" if untouched else files.keep(self._rows(files.COLUMNS), is_named=heard)
        terminal = screen.terminal if screen is not None else None
        self.link.shutdown(on_refusal=lambda: _tell_of_refusal(terminal))
        return word

    def _print_session(self, screen: Screen) -> bool:
        """Print the session as if it had never been on a screen of its own; whether the terminal has taken it."""
        terminal = screen.terminal
        columns = terminal.size[0]
        for text in self._marked_rows(screen, columns):
            terminal.write(text)
        for row in self.interface.window.editor.draft():
            terminal.write(self._escaped(row, screen) + "\n")
        if self.handle.goes_on and not self.interface.view.dead:
            terminal.write(f"The kernel goes on: bipy --existing {self.handle.connection_file}\n")
        return terminal.drain(PRINT_SECONDS)

    def _print_so_far(self) -> None:
        """Print the session into the scrollback that lies under bipy's screen, and draw that again."""
        screen = self.display.screen
        if screen is None:
            return
        rows = self._marked_rows(screen, screen.terminal.size[0])
        outside.print_out("".join(rows).encode(), self.tenancy, self.interface)

    def _marked_rows(self, screen: Screen, columns: int) -> Iterator[str]:
        """The session as a terminal without a screen of its own would have got it, a row each."""
        means = self.interface.means
        # The terminal keeps no picture for its scrollback: half blocks stay.
        self.interface.means = means.replace(placeholders=False)
        for mark, row in self.interface.window.transcript.printed(columns, SCROLLBACK_ROWS):
            text = self._escaped(row, screen)
            if mark == "prompt":
                # The first run of the row is the prompt.
                text = self._escaped(row[:1], screen) + sequences.mark("code") + self._escaped(row[1:], screen)
            yield (sequences.mark(mark) if mark else "") + text + "\n"
        self.interface.means = means

    def _escaped(self, row: Row, screen: Screen) -> str:
        """A row for the scrollback of the terminal."""
        return escaped(row_in_ascii(visible(row)) if self.interface.means.ascii else row, screen.escape)

    def _rows(self, columns: int) -> list[Any]:
        window = self.interface.window
        return [*window.transcript.last_rows(columns, SCROLLBACK_ROWS), *window.editor.draft()]

    def alarm(self, seconds: float, callback: Callable[[], object]) -> None:
        """Call `callback` once, `seconds` from now."""
        self.reactor.alarm(seconds, callback)

    def perform(self, effect: effects.Effect) -> None:
        """Carry out an effect that concerns the whole process."""
        match effect:
            case effects.Suspend():
                self.tenancy.suspend()
            case effects.PrintSession():
                self._print_so_far()
            case effects.Redraw():
                self.display.redraw()
            case effects.Keep(record):
                self._memory.keep(record.replace(at=time.time(), kernel=self._kernel, folder=self._folder))
            case effects.Erase(code):
                self._memory.erase(code)
            case effects.RecallOthers():
                self._memory.recall_others()
            case effects.Preview(option, value):
                self._preview(option, value)
            case effects.Configure(name, value, keep):
                self._set(name, value, keep=keep)
            case effects.Copy(text, what):
                self._copy(text, what)
            case effects.Detach():
                self._detach()
            case effects.Notify(away=False):
                self._call(effect)
            case effects.Notify():
                self._notifier.tell(variables(effect) | self._facts())
            case effects.EditOutside(text, suffix):
                outside.edit(text, suffix, self.tenancy, self.interface)
            case effects.EditFile(path, line, None):
                outside.edit_and_run(path, line, self.tenancy, self.interface)
            case effects.EditFile(_, line, str(code)):
                outside.edit_cell_and_run(code, line, self.tenancy, self.interface)
            case effects.ShowOutside(content, suffix, by):
                outside.show(content, suffix, by, self.tenancy, self.interface)
            case effects.Visit(path, line):
                outside.visit(path, line, self.tenancy, self.interface)
            case effects.ShowPicture(data, mime):
                self._show_picture(data, mime)
            case effects.Save(content, name, suffix):
                self._save(content, name, suffix)
            case effects.Exit(keep_kernel):
                if keep_kernel:
                    self.handle.keep()
                raise urwid.ExitMainLoop

    def _keep_draft(self) -> None:
        """Keep what is being typed; but not while a cell of ours runs, when it may be a password on its way."""
        text = self.interface.window.editor.buffer.code
        running = self.member.status.doing in (Doing.RUNNING, Doing.WAITING)
        self._memory.keep_draft(text, secret=running or text.startswith(" "))

    def _call(self, happened: effects.Notify) -> None:
        """Tell a user who has a terminal, and looks elsewhere, of a cell that has ended."""
        screen, how = self.display.screen, self._options.notify
        if screen is None or self._in_focus or how == "off":
            return
        cell = "A cell" if happened.execution_count is None else f"In [{happened.execution_count}]"
        took = lasted(happened.seconds)
        text = f"{cell} {happened.kind} after {took}: {happened.detail or happened.code}"
        self.display.say("\a" if how == "bell" else sequences.notification(text, screen.inquiry.capabilities))

    def _show_picture(self, data: str, mime: str) -> None:
        """Show a picture on the whole screen, where the terminal can."""
        from bipy.ui.mime.enlarging import Enlarged

        screen = self.display.screen
        if screen is None:
            return
        found = screen.inquiry.capabilities
        columns, rows = screen.get_cols_rows()
        cell = self.interface.means.cell
        if not (way := covering.way(found)):
            self._say(covering.HELP)
            return
        try:
            # Not the last row: a picture that ends there would scroll.
            picture = Enlarged(data, mime, (columns * cell[0], max(1, rows - 1) * cell[1]))
        except (ValueError, MemoryError):
            self._say("There is no picture in what the kernel sent")
            return
        if way == "kitty":
            sequence = covering.kitty(picture.pixels)
        elif way == "iterm2":
            sequence = covering.iterm2(picture.png)
        else:
            sequence = covering.sixel(*picture.indexed(found.background or (0, 0, 0)))
        self.display.cover(sequence, covering.UNCOVER if way == "kitty" else "")

    def _save(self, content: bytes, name: str, suffix: str) -> None:
        try:
            self._say(f"Saved as {files.save(content, name, suffix)}")
        except OSError as error:
            self._say(f"Not saved: {error.strerror or error}")

    def _copy(self, text: str, what: str) -> None:
        """Hand a text to the clipboard of the terminal, which does not say whether it has taken it."""
        if len(text.encode(errors="replace")) > sequences.MOST_COPIED:
            self._say(f"Not copied: {what or 'it'} is larger than a megabyte, which terminals do not take")
            return
        self.display.say(sequences.clipboard(text))
        self._say(f"Copied: {what or 'the text'}")

    def _detach(self) -> None:
        if self.tenancy.number is None:
            self._say("This session can't be found again, so it is not left: it has no socket (see the manual)")
            return
        self.tenancy.detach(f"The session goes on. To come back: bipy --resume {self.tenancy.number}")

    def _say(self, text: str) -> None:
        """Say something in the status bar."""
        self.interface.perform(effects.Tell(text))

    # What the tenancy tells

    def lent(self, terminal: LentTerminal, environment: Mapping[str, str], typed: bytes) -> None:
        """Draw on this terminal."""
        # urwid reads TERM and the like from here.
        for name in ENVIRONMENT:
            if name in environment:
                os.environ[name] = environment[name]
            else:
                os.environ.pop(name, None)
        screen = Screen(terminal, self._learned, synchronized=_synchronized(self._options))
        screen.set_mouse_tracking(self._options.mouse)
        self.interface.tells_keys_apart = False
        screen.register_palette(self._theme.palette(screen.colors))
        self.interface.means = Means(screen.colors, terminal.cell or Means.cell, ascii=_in_ascii(self._options))
        if self._detached_at is not None:
            self._detached_at = None
            self.interface.dispatch(events.Attached(datetime.now()))
        self.display.show(screen, typed)
        self._title = ""
        self._in_focus = True
        self.display.say(sequences.folder(os.uname().nodename, self._folder))
        self._tell_size()

    def _learned(self, found: Capabilities) -> None:
        """The terminal has answered what it can do."""
        self.interface.tells_keys_apart = bool(found.keyboard)
        means = self.interface.means.replace(placeholders=found.placeholders)
        self.interface.means = means.replace(cell=found.cell) if found.cell is not None else means
        if found.is_light is not None:
            self._suit_background(is_light=found.is_light)

    def _suit_background(self, *, is_light: bool) -> None:
        """Where no theme was chosen, take the one that reads well on the terminal's own background."""
        if is_light != self._on_light:
            self._on_light = is_light
            if self._options.theme in (None, AUTO):
                self._repaint(self._chosen_theme(self._options))

    def give_back(self) -> None:
        """Stop the screen; it may be shown again."""
        self._paused = self.display.stop()

    def give_up(self) -> None:
        """Leave a terminal that may be another's."""
        self.display.give_up()

    def freeze(self) -> None:
        """Keep off the terminal for a while."""
        self.display.freeze()

    def go_on(self) -> None:
        """Draw again."""
        self._title = ""
        if self.display.screen is None and self._paused is not None:
            self.display.show(self._paused)
            self._tell_size()
        else:
            self.display.thaw()
        self._paused = None

    def resized(self) -> None:
        """The terminal has another size: the screen makes a key of it."""
        if self.display.screen is not None:
            self.display.screen.resized()

    def detached(self, *, hung_up: bool) -> None:
        """Go on without a terminal, or end where nothing would be lost."""
        self._paused = None
        view = self.interface.view
        if hung_up and (view.untouched or self.tenancy.number is None):
            raise urwid.ExitMainLoop
        self._detached_at = time.time()
        self.interface.dispatch(events.Detached(datetime.now()))

    def status(self) -> bytes:
        """What `bipy ps` tells of this session."""
        status = self.member.status
        found = Found(
            number=self.tenancy.number or 0,
            version=__version__,
            pid=os.getpid(),
            since=self._since,
            kernel=self._kernel,
            connection_file=self.handle.connection_file,
            folder=self._folder,
            attached=self._detached_at is None,
            detached_at=self._detached_at,
            state=status.state,
            state_since=time.time() - status.seconds,
            lines=status.lines,
            last_line=status.last_line,
        )
        return json.dumps(sessions.encode(found)).encode()

    def end(self, *, now: bool) -> str:
        """End the session, unless a cell runs."""
        view = self.interface.view
        if view.busy and view.own and not now:
            return "A cell runs."
        self.alarm(0, _leave)
        return ""

    def _failed(self, reason: str) -> None:
        """The terminal is gone (""), or drawing on it has failed."""
        if not reason:
            self.tenancy.lost()
        else:
            number = self.tenancy.number
            back = f" The session goes on: bipy --resume {number}" if number is not None else ""
            self.tenancy.detach(f"{reason}\nbipy: this terminal could not be served.{back}", status=1)

    def _tell_size(self) -> None:
        if self.display.screen is not None:
            columns, rows = self.display.screen.get_cols_rows()
            self.interface.means = self.interface.means.replace(rows=rows)
            self.interface.dispatch(events.Resized(columns, rows))

    def _tick(self) -> None:
        """Once a second: a frame that counts the seconds of a cell, a look at what tells nothing of itself."""
        self.alarm(TICK_SECONDS, self._tick)
        self.tenancy.look()
        self._notifier.reap()
        self._keep_draft()
        self._memory.reap()
        host_log.shorten()
        if self._detached_at is not None and (self.tenancy.number is None or self._has_lingered(self._detached_at)):
            # Without its socket it would never be found again.
            raise urwid.ExitMainLoop

    def _has_lingered(self, detached_at: float) -> bool:
        """Whether an own kernel has been idle, with nothing happening and no terminal, for as long as it may."""
        linger = self._options.linger
        if linger is None or not self.handle.own or time.time() - detached_at < linger:
            return False
        status = self.member.status
        return status.doing is Doing.IDLE and not status.queued and status.seconds >= linger

    def _facts(self) -> dict[str, str]:
        return {
            "BIPY_SESSION": str(self.tenancy.number or ""),
            "BIPY_KERNEL": self._kernel,
            "BIPY_FOLDER": self._folder,
        }

    @property
    def _kernel(self) -> str:
        info = self.interface.view.info
        return self.handle.display_name or (info.implementation if info is not None else "")

    def _refresh(self) -> None:
        """Before each frame."""
        self._learn_language()
        if self.interface.view.phase is Phase.IDLE:
            # A kernel boots faster alone.
            self._memory.recall()
        if self.display.screen is not None:
            self.display.screen.cursor_shape = self.keyboard.cursor
            self.interface.refresh(self.keyboard.hint(), self.keyboard.mode)
            self._entitle()
            self.display.screen.progress = self._progress(self.display.screen)

    def _progress(self, screen: Screen) -> tuple[int, bool] | None:
        """How far the running cell is, as a terminal that can show it is told."""
        how = self._options.progress
        if how == "off" or not (how == "on" or screen.inquiry.capabilities.progress) or not self.interface.view.busy:
            return None
        found = self.interface.window.transcript.progress()
        return (found.percent, found.failed) if found is not None else None

    def _learn_language(self) -> None:
        """The kernel has said which language it speaks: some settings may be of that language."""
        info = self.interface.view.info
        if info is None or info.language.lower() == self._language.lower():
            return
        self._language = info.language
        if self._configured is not None:
            self.configure(self._configured(info.language))

    def configure(self, options: Settings) -> None:
        """Use other settings from now on: those that are valid while bipy runs."""
        before = self._options
        if before == options:
            return
        repaints = (options.theme, options.code_style) != (before.theme, before.code_style)
        # One that can't be loaded leaves all as it was.
        theme = self._chosen_theme(options) if repaints else self._theme
        self._options = options
        self._notifier.command = options.on_event
        self._memory.settings = options
        self.interface.dispatch(events.Configured(options.inspection, options.matching, options.confirm_exit))
        self.interface.settings = options
        self.interface.means = self.interface.means.replace(ascii=_in_ascii(options))
        screen = self.display.screen
        if screen is not None:
            screen.set_mouse_tracking(options.mouse)
            screen.synchronized = _synchronized(options)
        if repaints:
            self._repaint(theme)

    def _set(self, name: str, value: object, *, keep: bool) -> None:
        """Change one setting, and say so."""
        option = next(each for each in SETTINGS if each.name == name)
        try:
            self.configure(self._options.replace(**{option.field: option.checked(value)}))
            kept = f", kept in {config.keep(name, value)}" if keep else ""
        except (BadValueError, ThemeError, config.ConfigError, OSError) as error:
            self._say(f"{name} is not changed: {error}" if not keep else f"{name} is not kept: {error}")
            return
        told = str(value).lower() if isinstance(value, bool) else value
        self._say(f"{name} is {told} now{kept}")

    def _preview(self, option: str, value: object) -> None:
        """Show what a theme or a style looks like; without an `option` the chosen ones again."""
        changed = {option.replace("-", "_"): value} if option else {}
        try:
            self._repaint(self._chosen_theme(self._options.replace(**changed)))
        except ThemeError as error:
            self._say(str(error))

    def _chosen_theme(self, options: Settings) -> Theme:
        """The theme of the settings; without one that which reads well on the terminal's own background."""
        suited = "light" if self._on_light else "default"
        return load(suited if options.theme in (None, AUTO) else options.theme, options.code_style)

    def _repaint(self, theme: Theme) -> None:
        """Use another theme."""
        self._theme = theme
        screen = self.display.screen
        if screen is not None:
            screen.register_palette(theme.palette(screen.colors))
            self.display.redraw()

    def _entitle(self) -> None:
        """The title of the window tells which session this is, and whether it works."""
        busy = "* " if self.interface.view.busy else ""
        title = f"{busy}bipy {self._kernel} {os.path.basename(self._folder)}".strip()
        if title != self._title:
            self._title = title
            self.display.say(sequences.title(title))

    def _follow(self) -> None:
        """After each frame: another one soon, if this one is not all that is to be seen."""
        if self.display.screen is not None and self.interface.unfinished and not self._follows:
            self._follows = True
            self.alarm(FRAME_SECONDS, self._followed)

    def _followed(self) -> None:
        self._follows = False


def _synchronized(options: Settings) -> bool | None:
    """Whether frames are marked; None: if the terminal can do that."""
    return None if options.sync == "auto" else options.sync == "on"


def _in_ascii(options: Settings) -> bool:
    """Whether the screen shows nothing but ASCII."""
    return options.borders == "ascii" or (options.borders == "auto" and not shows_signs(os.environ))


def _session(options: Settings, *, own: bool, detachable: bool) -> Session:
    """A session that is as the user wants it."""
    inspector = Inspector(mode=options.inspection, matching=options.matching, jedi=options.jedi or not own)
    return Session(
        own=own,
        inspector=inspector,
        history=History(),
        confirm=options.confirm_exit,
        detachable=detachable,
    )


def _folder() -> str:
    """The current folder; "" if it has been removed."""
    try:
        return os.getcwd()
    except OSError:
        return ""


def _leave() -> None:
    raise urwid.ExitMainLoop


def _advice(*, own: bool) -> str:
    """What can be done when the kernel is gone."""
    leave = keys("leave-or-delete")[0]
    if own:
        return f"Restart it with {keys('restart')[0]}, or leave with {leave}."
    return f"bipy goes on asking; {leave} leaves."


def _tell_of_refusal(terminal: LentTerminal | None) -> None:
    if terminal is not None:
        terminal.write("The kernel takes its time to end. Ctrl-C ends it at once.\n")
        terminal.drain(PRINT_SECONDS)

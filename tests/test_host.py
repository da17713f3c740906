"""The composition root without a kernel: a fake link, and a terminal where one is lent."""

from __future__ import annotations

import os
import re
import select
import socket
import termios
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import urwid

from bipy.host import Host
from bipy.kernel import link
from bipy.kernel.connection import ConnectionInfo
from bipy.kernel.handle import AttachedKernel, KernelHandle
from bipy.lending import protocol
from bipy.lending.protocol import Hello, Line
from bipy.lending.tenancy import State
from bipy.messaging import events
from bipy.messaging.message import Request
from bipy.session import effects
from bipy.settings import Settings
from bipy.terminal.capabilities import Inquiry
from bipy.terminal.screen import Paste
from bipy.ui import theme

SIZE = (60, 12)

NO_OPTIONS = Settings()


class OwnHandle(KernelHandle):
    """A kernel of bipy's own, as far as the composition root sees one."""

    own = True

    def __init__(self) -> None:
        self.connection_file = "/runtime/kernel-4711.json"
        self.display_name = "Python 3.11"
        self.language = "python"

    @property
    def goes_on(self) -> bool:
        return False


class FakeLink:
    """A link whose kernel says what a test has it say."""

    def __init__(self, handle: KernelHandle, *, tell: Callable[[link.LinkEvent], object], **_: Any) -> None:
        self.handle = handle
        self.tell = tell
        self.sent: list[Request] = []
        self.asked: list[str] = []

    def open(self) -> None:
        self.tell(link.Opened())

    def send(self, request: Request) -> None:
        self.sent.append(request)

    def interrupt(self) -> None:
        self.asked.append("interrupt")

    def restart(self) -> None:
        self.asked.append("restart")

    def shutdown(self, on_refusal: Callable[[], None]) -> None:  # noqa: ARG002
        self.asked.append("shutdown")

    def answer(self) -> None:
        """Greet a client that has asked who is there."""
        parent = self.parent("kernel_info_request")
        self.tell(events.KernelInfo(parent, language="python"))
        self.tell(events.Status(parent, execution_state="idle"))

    def parent(self, msg_type: str) -> events.Parent:
        request = [request for request in self.sent if request.msg_type == msg_type][-1]
        return events.Parent("1", msg_type, "", True, request)


class Stage:
    """The composition root with its fakes."""

    def __init__(self, handle: KernelHandle | None = None, options: Settings = NO_OPTIONS, **more: Any) -> None:
        ours, theirs = socket.socketpair()
        self.front = Line(ours, waits=True)
        self.host = Host(
            options=options,
            handle=handle or OwnHandle(),
            theme=theme.load("default"),
            greeting=["bipy"],
            front=Line(theirs, waits=False),
            listener=None,
            connect=FakeLink,  # type: ignore[arg-type]
            **more,
        )
        self.link: FakeLink = self.host.link  # type: ignore[assignment]
        self.link.open()
        self.link.answer()
        self._lend()

    def _lend(self) -> None:
        """Lend a terminal, as a front does."""
        self._terminal, slave = os.openpty()
        os.set_blocking(slave, False)
        termios.tcsetwinsize(slave, SIZE[::-1])
        self.front.send(protocol.HELLO, Hello(termios.tcgetattr(slave), {"TERM": "xterm-256color"}).encode(), slave)
        os.close(slave)
        self.front.send(protocol.TYPED, b"0")
        while self.host.tenancy.state is not State.LENT:
            self.host.reactor._pass()

    def press(self, *keys: str | Paste) -> None:
        self.host.press(list(keys))

    def leave(self) -> str:
        """Leave; what stands in the terminal then."""
        self.host.leave()
        return self.written().partition("\x1b[?1049l")[2]

    def written(self) -> str:
        """What was written to the terminal since the last look."""
        if self.host.display.screen is not None:
            self.host.display.screen.terminal.flush()
        written = b""
        while select.select([self._terminal], [], [], 0)[0]:
            written += os.read(self._terminal, 65536)
        return written.decode()

    def enter(self, code: str) -> None:
        """Paste a cell and run it as it stands."""
        self.press(Paste(code), "meta enter")

    def rows(self) -> list[str]:
        self.host.interface.refresh(self.host.keyboard.hint())
        canvas = self.host.interface.window.render(SIZE, focus=True)
        return [row.rstrip() for row in canvas.decoded_text]

    def executed(self) -> list[str]:
        return [request.content["code"] for request in self.link.sent if request.msg_type == "execute_request"]


def test_a_restart_that_fails_and_then_a_good_one() -> None:
    stage = Stage()
    stage.press("meta ctrl r")
    stage.link.tell(link.Died("The kernel python3 can't be started: python is not there."))
    assert "dead" in stage.rows()[-1]
    stage.press("meta ctrl r")
    assert stage.link.asked == ["restart", "restart"]
    stage.link.open()
    stage.link.answer()
    assert "idle" in stage.rows()[-1]
    stage.enter("6 * 7")
    assert stage.executed()[-1] == "6 * 7"


def test_ctrl_backslash_leaves_at_once_whatever_runs() -> None:
    stage = Stage()
    stage.enter("loop()")
    stage.enter("more()")
    with pytest.raises(urwid.ExitMainLoop):
        stage.press("ctrl \\")


def test_a_command_of_the_system_is_said_to_get_no_input_while_its_cell_runs() -> None:
    stage = Stage()
    assert "no input" not in stage.rows()[-1]
    stage.enter("x = 1\n!read y")
    assert "a ! command gets no input" in stage.rows()[-1]
    stage.enter("x = 1")
    stage.press("meta up")
    stage.link.tell(link.Died("gone"))
    assert "no input" not in stage.rows()[-1]


def test_another_size_of_the_terminal_reaches_the_kernel_before_the_next_cell() -> None:
    stage = Stage()
    parent = stage.link.parent("kernel_info_request")
    stage.link.tell(events.KernelInfo(parent, implementation="ipython", language="python"))
    stage.press("window resize")
    stage.enter("x")
    assert stage.executed() == ["", "x"]


def test_alt_up_takes_the_last_queued_cell_back() -> None:
    stage = Stage()
    stage.enter("loop()")
    stage.enter("more()")
    stage.press("meta up")
    assert stage.host.interface.window.editor.document.code == "more()"
    assert stage.executed() == ["loop()"]
    assert sum("more()" in row for row in stage.rows()) == 1


def test_the_session_is_printed_at_the_end_and_the_kernel_ended() -> None:
    stage = Stage()
    stage.enter("print('kept')")
    stage.link.tell(events.Stream(stage.link.parent("execute_request"), text="kept\n"))
    stage.press(*"draft")
    printed = stage.leave()
    assert "kept" in printed
    assert "draft" in printed
    assert "The kernel goes on" not in printed
    assert stage.link.asked == ["shutdown"]


def test_what_is_printed_at_the_end_is_marked_for_the_terminal() -> None:
    stage = Stage()
    stage.enter("print('kept')")
    stage.link.tell(events.Stream(stage.link.parent("execute_request"), text="kept\n"))
    printed = stage.leave()
    for mark, text in (("A", "In ["), ("B", "print"), ("C", "kept"), ("D;1", "")):
        sequence = f"\x1b]133;{mark}\x1b\\"
        assert printed.count(sequence) == 1
        assert text in printed[printed.index(sequence) :].split("\n")[0]


@pytest.mark.parametrize(
    ("how", "told"), [("desktop", "\x1b]9;In [1] done after 12 s: train(), x\x1b\\"), ("bell", "\a"), ("off", "")]
)
def test_a_long_cell_is_told_of_only_while_the_user_looks_elsewhere(how: str, told: str) -> None:
    stage = Stage(options=Settings(notify=how))  # type: ignore[arg-type]
    ended = effects.Notify("done", 1, "train(); x", 12.0, away=False)
    stage.written()
    stage.host.perform(ended)
    assert stage.written() == ""
    stage.press("focus out")
    stage.host.perform(ended)
    assert stage.written() == told
    stage.press("focus in")
    stage.host.perform(ended)
    assert stage.written() == ""


def test_the_title_tells_of_the_session_and_the_folder_is_told_once() -> None:
    stage = Stage()
    stage.host._refresh()
    told = stage.written()
    assert f"\x1b]7;file://{os.uname().nodename}{os.getcwd()}\x1b\\" in told
    assert len(re.findall(r"\x1b\]2;bipy [^\x1b]*\x1b\\", told)) == 1
    stage.host._refresh()
    assert stage.written() == ""


def test_a_copy_goes_to_the_terminal_and_one_that_is_too_large_does_not() -> None:
    stage = Stage()
    stage.written()
    stage.host.perform(effects.Copy("gr\u00fc\u00df\x1b\\", "the code"))
    assert stage.written() == "\x1b]52;c;Z3LDvMOfG1w=\x1b\\"
    assert stage.rows()[-1].endswith("Copied: the code")
    stage.host.perform(effects.Copy("x" * 1_000_001, "an output"))
    assert stage.written() == ""
    assert "Not copied: an output is larger" in stage.rows()[-1]


def test_settings_of_the_language_hold_once_the_kernel_has_told_it() -> None:
    asked = []

    def configured(language: str) -> Settings:
        asked.append(language)
        return Settings(box="floating", rows=3, fold=7, theme="light", inspection="off")

    stage = Stage(configured=configured)
    stage.host._language = ""
    stage.host._refresh()
    stage.host._refresh()
    window = stage.host.interface.window
    assert asked == ["python"]
    assert (window.floating, window.box.max_rows, window.transcript.folds_at) == (True, 3, 7)
    assert "inspection: off" in stage.rows()[-1]
    stage.host.display.draw()
    assert "\x1b[" in stage.written()


@pytest.mark.parametrize(("theme_name", "repaints"), [(None, True), ("mono", False)])
def test_a_light_terminal_gets_the_light_theme_unless_one_was_chosen(theme_name: str | None, repaints: bool) -> None:
    stage = Stage(options=Settings(theme=theme_name))
    screen = stage.host.display.screen
    assert screen is not None

    def answered(colour: str) -> object:
        screen.inquiry = Inquiry()
        screen.inquiry.questions()
        screen._hear(f"\x1b]11;rgb:{colour}\x1b\\\x1b[?62c".encode())
        return screen._palette["prompt.in"]

    dark = answered("1010/1010/1010")
    assert (answered("ffff/ffff/eeee") != dark) is repaints
    assert answered("0000/0000/0000") == dark


def test_a_setting_is_changed_and_kept_with_the_comments_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    file = tmp_path / "bipy" / "config.toml"
    stage = Stage()
    stage.host.perform(effects.Configure("box", "floating"))
    assert stage.host.interface.window.floating
    assert "box is floating now" in stage.rows()[-1]
    assert not file.exists()
    stage.host.perform(effects.Configure("linger", "8h", keep=True))
    file.write_text("# mine\n" + file.read_text() + "[languages.r]\nrows = 3 # few\n")
    stage.host.perform(effects.Configure("rows", 7, keep=True))
    assert file.read_text() == '# mine\nlinger = "8h"\nrows = 7\n\n[languages.r]\nrows = 3 # few\n'
    file.write_text("rowz = 1\n")
    stage.host.perform(effects.Configure("rows", 8, keep=True))
    assert "rows is not kept" in stage.rows()[-1]
    assert file.read_text() == "rowz = 1\n"
    stage.host.perform(effects.Configure("theme", "nowhere"))
    assert "theme is not changed: There is no theme 'nowhere'" in stage.rows()[-1]
    stage.host.perform(effects.Configure("code-style", "monokay"))
    assert "code-style is not changed: pygments has no style" in stage.rows()[-1]


def test_a_theme_is_previewed_and_the_chosen_one_comes_back() -> None:
    stage = Stage()
    screen = stage.host.display.screen
    assert screen is not None

    def looks() -> object:
        return screen._palette["prompt.in"], screen._palette["code.string"]

    before = looks()
    stage.host.perform(effects.Configure("theme", "nowhere"))
    stage.host.perform(effects.Preview("theme", "mono"))
    mono = looks()
    stage.host.perform(effects.Preview("code-style", "friendly"))
    friendly = looks()
    stage.host.perform(effects.Preview())
    assert looks() == before
    assert len({before, mono, friendly}) == 3
    stage.host.perform(effects.Configure("theme", "mono"))
    assert looks() == mono


def test_an_attached_kernel_that_goes_on_is_named_at_the_end() -> None:
    ports = dict.fromkeys(("shell", "iopub", "stdin", "control", "hb"), 1)
    stage = Stage(AttachedKernel("/runtime/kernel-1.json", ConnectionInfo("tcp", "127.0.0.1", ports)))  # type: ignore[arg-type]
    assert "The kernel goes on: bipy --existing /runtime/kernel-1.json" in stage.leave()


def test_nothing_is_printed_of_a_kernel_that_has_died() -> None:
    ports = dict.fromkeys(("shell", "iopub", "stdin", "control", "hb"), 1)
    stage = Stage(AttachedKernel("/runtime/kernel-1.json", ConnectionInfo("tcp", "127.0.0.1", ports)))  # type: ignore[arg-type]
    stage.link.tell(link.Died("The kernel's heart has stopped."))
    assert "The kernel goes on" not in stage.leave()

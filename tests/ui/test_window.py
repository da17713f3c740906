"""Whole screens, as a user sees them: keys are pressed, a played kernel speaks, the window is drawn."""

from __future__ import annotations

from typing import Any

import pytest
import urwid
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bipy.inspection.values import Document
from bipy.messaging import events
from bipy.messaging.message import Header, Message, Request
from bipy.session import effects, notes
from bipy.session import events as session_events
from bipy.session.effects import Effect
from bipy.session.events import Timer
from bipy.session.records import Record
from bipy.settings import Settings
from bipy.terminal.screen import Paste
from bipy.ui.interface import Interface
from bipy.ui.keys.actions import Actions
from bipy.ui.keys.keyboard import Keyboard
from bipy.ui.text.rows import width
from bipy.ui.widgets.popup import MAX_ROWS
from bipy.workspace import Member
from tests.messaging.peers import Kernel
from tests.play import INFO, Play
from tests.snapshots import Check

SIZE = (56, 14)
# A third of it has room for a box with a border.
ROOMY = (56, 20)
SMALL = ((40, 10), (20, 5))


class StageLink:
    """The link of a member on the stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def open(self) -> None:
        self._stage.do(session_events.Opened())

    def send(self, request: Request) -> None:
        self._stage.send(effects.Send(request))

    def interrupt(self) -> None:
        self._stage.performed.append(effects.Interrupt())

    def restart(self) -> None:
        self._stage.performed.append(effects.Restart())


class Stage(Play):
    """A play with a screen: what the composition root puts together, and a played kernel in place of the link."""

    def __init__(self, *, own: bool = True, floating: bool = False, jedi: bool = False) -> None:
        super().__init__(own=own, jedi=jedi)
        self.performed: list[Effect] = []
        self.session.transcript.note("bipy 0.1.0 on Python 3.11: the active environment.")
        self.member = Member(self.session, self, clock=lambda: self.now, advice="")
        self.member.link = StageLink(self)
        self.interface = Interface(
            self.member,
            host=self.perform,
            clock=lambda: self.now,
            kernel="Python 3.11" if own else "",
            connection_file="kernel-4711.json",
            settings=Settings(box="floating" if floating else "room", fold=0),
        )
        self.member.show = self.interface.perform
        self.keyboard = Keyboard(self.interface, Actions(self.interface))
        self.interface.colour()

    def do(self, event: object) -> list[Effect]:
        self.member.dispatch(event)
        return []

    def perform(self, effect: Effect) -> None:
        self.performed.append(effect)

    def alarm(self, seconds: float, callback: Any) -> None:
        self.performed.append(effects.Later(seconds, *callback.args))

    def press(self, *keys: str | Paste) -> None:
        for key in keys:
            if isinstance(key, Paste):
                self.keyboard.paste(key.text)
            else:
                self.keyboard.press(key)

    def type(self, text: str) -> None:
        self.press(*text)

    def enter(self, code: str, count: int = 1) -> Message:
        """Paste a cell and run it."""
        self.press(Paste(code), "enter")
        self.verdict()
        request = self.take("execute_request")
        self.tell("iopub", "status", {"execution_state": "busy"}, request)
        self.tell("iopub", "execute_input", {"code": code, "execution_count": count}, request)
        return request

    def complete(self, *matches: str, start: int, end: int, types: tuple[str, ...] = ()) -> None:
        """Answer the completion that is asked for what is typed now."""
        nothing: dict[str, Any] = {"matches": [], "cursor_start": 0, "cursor_end": 0, "metadata": {}}
        while (asked := self._last("complete_request")).content["code"] != self.interface.window.editor.document.code:
            # That was the question of an earlier key, or one about the callee.
            self.heard.remove(asked)
            self._answer("complete_reply", {"status": "ok", **nothing}, asked)
        items = [
            {"start": start, "end": end, "text": text, "type": kind, "signature": ""}
            for text, kind in zip(matches, types, strict=False)
        ]
        metadata = {"_jupyter_types_experimental": items} if items else {}
        reply = {"status": "ok", "matches": list(matches), "cursor_start": start, "cursor_end": end}
        self._answer("complete_reply", {**reply, "metadata": metadata}, asked)

    def inspect(self, text: str) -> None:
        """Answer the inspection that was asked last; before it comes the completer may have to offer the name."""
        while "inspect_request" not in self.sent:
            asked = self._last("complete_request")
            self.heard.remove(asked)
            code, cursor = asked.content["code"], asked.content["cursor_pos"]
            start = len(code[:cursor].rstrip("abcdefghijklmnopqrstuvwxyz"))
            where = {"cursor_start": start, "cursor_end": cursor, "metadata": {}}
            self._answer("complete_reply", {"status": "ok", "matches": [code[start:cursor]], **where}, asked)
        asked = self._last("inspect_request")
        reply = {"status": "ok", "found": True, "data": {"text/plain": text}, "metadata": {}}
        self._answer("inspect_reply", reply, asked)

    def _answer(self, msg_type: str, reply: Any, asked: Message) -> None:
        self.tell("control" if self.ways[asked.header.msg_id] == "control" else "shell", msg_type, reply, asked)

    def _last(self, msg_type: str) -> Message:
        return [message for message in self.heard if message.header.msg_type == msg_type][-1]

    def stream(self, text: str, request: Message, name: str = "stdout") -> None:
        self.tell("iopub", "stream", {"name": name, "text": text}, request)

    def frame(self, size: tuple[int, int] = SIZE) -> urwid.Canvas:
        self.interface.refresh(self.keyboard.hint(), self.keyboard.mode)
        canvas = self.interface.window.render(size, focus=True)
        assert (canvas.cols(), len(canvas.text)) == size
        return canvas

    def rows(self, size: tuple[int, int] = SIZE) -> list[str]:
        return [row.rstrip() for row in self.frame(size).decoded_text]

    def roles(self, text: str) -> set[object]:
        """The roles in which exactly `text` is drawn, wherever that is."""
        runs = [run for row in self.frame().content() for run in row]
        return {role for role, _, piece in runs if piece.decode().strip() == text}

    def fill(self, lines: int) -> None:
        """Run a cell that prints so many lines."""
        request = self.enter("print(text)")
        self.stream("".join(f"line {number}\n" for number in range(lines)), request)
        self.finish(request)


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.start()
    return stage


def sizes(*sizes: tuple[int, int]) -> pytest.MarkDecorator:
    """Tell the story in windows of these sizes."""
    return pytest.mark.parametrize("size", sizes, ids=[f"{columns}x{rows}" for columns, rows in sizes])


def sized(name: str, size: tuple[int, int]) -> str:
    """The name of the snapshot in that size."""
    return f"window/{name}-{size[0]}x{size[1]}"


NAMES = [f"path_{number}" for number in range(20)]
RANGE = "Signature: range(start, stop, step, /)\nDocstring:\nReturn an object that produces a sequence of integers."


def test_first_frame_is_drawn_before_the_kernel_answers(snapshot: Check) -> None:
    stage = Stage()
    stage.do(session_events.Opened())
    stage.type("6 * 7")
    snapshot(stage.frame(), "window/starting")


def test_a_session(stage: Stage, snapshot: Check) -> None:
    request = stage.enter("print('hello')")
    stage.stream("hello\n", request)
    stage.finish(request)
    request = stage.enter("[1, 'two', 3.0]", 2)
    content: dict[str, Any] = {"execution_count": 2, "data": {"text/plain": "[1, 'two', 3.0]"}, "metadata": {}}
    stage.tell("iopub", "execute_result", content, request)
    stage.finish(request, execution_count=2)
    stage.type("for i in 'ab")
    snapshot(stage.frame(), "window/session")


def test_an_error_and_what_was_queued_behind_it(stage: Stage, snapshot: Check) -> None:
    request = stage.enter("1 / 0")
    stage.type("2 + 2")
    stage.press("enter")
    snapshot(stage.frame(), "window/queued")
    traceback = ["\x1b[31mZeroDivisionError\x1b[39m: division by zero"]
    content = {"ename": "ZeroDivisionError", "evalue": "division by zero", "traceback": traceback}
    stage.tell("iopub", "error", content, request)
    stage.finish(request, "error", **content)
    snapshot(stage.frame(), "window/aborted")


def test_busy_says_for_how_long_and_how_to_stop_it(stage: Stage, snapshot: Check) -> None:
    stage.enter("sleep(60)")
    stage.now += 4
    stage.type("nex")
    snapshot(stage.frame(), "window/busy")


def test_the_box_below(stage: Stage, snapshot: Check) -> None:
    stage.type("os.pa")
    stage.complete("path", "pathconf", "pathsep", start=3, end=5, types=("module", "function", "instance"))
    snapshot(stage.frame(ROOMY), "window/box-below")


def test_the_session_scrolls_up_to_make_room_for_the_box(stage: Stage, snapshot: Check) -> None:
    stage.fill(20)
    stage.type("range(1, ")
    stage.inspect(RANGE)
    snapshot(stage.frame(ROOMY), "window/box-room")


def test_a_floating_box_stands_above_when_the_session_fills_the_screen(snapshot: Check) -> None:
    stage = Stage(floating=True)
    stage.start()
    stage.fill(20)
    stage.type("range(1, ")
    stage.inspect(RANGE)
    snapshot(stage.frame(), "window/box-above")


def test_the_box_never_covers_the_row_that_is_typed_and_never_moves_it(stage: Stage) -> None:
    stage.type("range(1, ")
    bare = stage.rows()
    stage.inspect(RANGE)
    for size in ((80, 24), SIZE, (40, 10), (20, 5), (20, 3), (10, 2)):
        rows = stage.rows(size)
        assert any(row.endswith("range(1,") for row in rows), rows
    assert stage.rows() != bare
    assert stage.rows().index("In [1]: range(1,") == bare.index("In [1]: range(1,")


def test_a_box_above_leaves_all_of_a_wrapped_line_in_view(stage: Stage) -> None:
    stage.fill(20)
    stage.press(Paste("first = 1\n" * 9))
    stage.type("range(1, 'a text that goes on and on', ")
    stage.inspect(RANGE)
    rows = stage.rows((40, 10))
    assert any("range(1, 'a text" in row for row in rows), rows
    assert any("range(start, stop" in row for row in rows), rows


def test_a_box_keeps_its_side_when_it_narrows() -> None:
    stage = Stage(floating=True)
    stage.start()
    stage.fill(4)
    stage.type("os.p")
    stage.complete(*(f"{name}_" for name in NAMES), start=3, end=4)
    assert side(stage) == "above"
    stage.type("ath_7")
    assert side(stage) == "above", "though what is left of it would fit below"
    stage.press("esc")
    stage.frame()
    stage.press("ctrl u")
    stage.type("os.path_7")
    assert side(stage) == "below", "where the next box has room"


def test_a_box_keeps_its_side_when_it_wants_more_room() -> None:
    stage = Stage(floating=True)
    stage.start()
    stage.fill(4)
    stage.type("os.path_7")
    stage.complete("path_7", "path_77", start=3, end=9)
    assert side(stage) == "below"
    stage.press("tab")
    stage.inspect(SORTED)
    assert side(stage) == "below"


def side(stage: Stage) -> str:
    """Where the box stands."""
    canvas = stage.frame()
    assert canvas.cursor is not None
    return "above" if rows_of_box(canvas)[0] < canvas.cursor[1] else "below"


def rows_of_box(canvas: urwid.Canvas) -> list[int]:
    """The rows that the box takes."""
    return [row for row, runs in enumerate(canvas.content()) if any(str(role).startswith("box") for role, _, _ in runs)]


def cells(canvas: urwid.Canvas) -> list[tuple[str, str]]:
    """Role and character of each cell, row by row; a wide character counts once."""
    return [
        (str(role).partition(".")[0], character)
        for runs in canvas.content()
        for role, _, text in runs
        for character in text.decode()
    ]


@settings(max_examples=60)
@given(
    columns=st.integers(20, 130),
    rows=st.integers(3, 45),
    printed=st.integers(0, 60),
    lines=st.integers(1, 50),
    up=st.integers(0, 50),
    terms=st.just(0) | st.integers(0, 300),
    scrolled=st.booleans(),
    docs=st.booleans(),
    floating=st.booleans(),
)
@example(columns=20, rows=12, printed=60, lines=1, up=0, terms=40, scrolled=False, docs=False, floating=False)
@example(columns=20, rows=24, printed=60, lines=19, up=0, terms=0, scrolled=False, docs=False, floating=False)
def test_the_box_has_its_place_at_any_size(
    columns: int, rows: int, printed: int, lines: int, up: int, terms: int, scrolled: bool, docs: bool, floating: bool
) -> None:
    """It covers neither output nor the row that is typed, takes a third at most, and nothing moves when it closes."""
    stage, size = Stage(floating=floating), (columns, rows)
    stage.start()
    stage.fill(printed)
    stage.frame(size)
    stage.press(Paste("\n".join("x = 1" for _ in range(lines))), *["up"] * min(up, lines - 1), "end", "ctrl u")
    if docs:
        stage.press("shift tab")
    if scrolled:
        stage.press("page up")
    stage.press(Paste("1 + " * terms))
    stage.type("os.p")
    cursor = stage.interface.window.editor.document.cursor
    stage.complete(*NAMES, start=cursor - 1, end=cursor)
    opened = stage.frame(size)
    stage.press("esc")
    closed = stage.frame(size)
    assert rows_of_box(closed) == []
    assert opened.cursor is not None
    assert opened.cursor == closed.cursor
    box = rows_of_box(opened)
    assert opened.cursor[1] not in box
    assert len(box) <= min(MAX_ROWS, rows if floating else rows // 3)
    if floating:
        return
    assert box or terms, "there is room for a row of it at least"
    below = rows - 2 - opened.cursor[1]
    assert docs or below < 3 or all(row > opened.cursor[1] for row in box), "below, where there is room"
    covered = [before for before, after in zip(cells(closed), cells(opened), strict=True) if before != after]
    assert {role for role, _ in covered} <= {"None", "prompt", "code"}, "only blank rows and the cell may be covered"


def test_room_once_made_is_kept(stage: Stage) -> None:
    stage.fill(40)
    before = stage.frame().cursor
    stage.type("os.p")
    assert stage.frame().cursor[1] == before[1], "no box, no room"
    stage.complete(*NAMES, start=3, end=4)
    made = stage.frame().cursor[1]
    assert made == before[1] - SIZE[1] // 3
    stage.press("esc")
    assert stage.frame().cursor[1] == made
    request = stage.enter("input()")
    stage.tell("stdin", "input_request", {"prompt": "? ", "password": False}, request)
    assert stage.frame().cursor[1] == made
    stage.press("enter")
    stage.finish(request)
    assert stage.frame().cursor[1] == made


@pytest.mark.parametrize("keys", [("ctrl l",), ("f4", "f4", "f4")], ids=["cleared", "inspection off"])
def test_room_is_given_back(stage: Stage, keys: tuple[str, ...]) -> None:
    stage.fill(40)
    stage.type("os.p")
    stage.complete(*NAMES, start=3, end=4)
    stage.frame()
    stage.press("esc", "ctrl u", *keys)
    stage.frame()
    stage.fill(40)
    assert stage.frame().cursor[1] == SIZE[1] - 2


def test_paging_back_shows_every_line(stage: Stage) -> None:
    stage.fill(60)
    stage.type("os.p")
    stage.complete(*NAMES, start=3, end=4)
    seen: set[str] = set()
    while not seen >= set(rows := stage.rows()):
        seen |= set(rows)
        stage.press("page up")
    assert seen >= {f"line {number}" for number in range(60)}


def test_a_cleared_screen_begins_at_the_prompt(stage: Stage, snapshot: Check) -> None:
    stage.fill(40)
    stage.type("typed")
    stage.frame()
    stage.press("ctrl l")
    assert stage.rows()[0] == "In [2]: typed"
    stage.press("ctrl u")
    request = stage.enter("6 * 7", 2)
    stage.stream("42\n", request)
    stage.finish(request, execution_count=2)
    snapshot(stage.frame(), "window/cleared")
    stage.press("page up")
    assert "line 39" in stage.rows()
    stage.press("meta end")
    assert stage.rows()[0] == "In [2]: 6 * 7"
    assert effects.Redraw() in stage.performed


@sizes((20, 2), (12, 3))
def test_where_the_line_being_typed_takes_all_rows_there_is_no_box(
    stage: Stage, snapshot: Check, size: tuple[int, int]
) -> None:
    stage.type("range(1, 22, 3")
    stage.inspect(RANGE)
    snapshot(stage.frame(size), sized("no-room", size))


def test_tab_completes_the_common_part_then_takes_one_after_the_other(stage: Stage, snapshot: Check) -> None:
    stage.type("os.p")
    stage.complete("path", "pathsep", start=3, end=4, types=("module", "instance"))
    stage.press("tab")
    assert "In [1]: os.path" in stage.rows()
    stage.press("tab")
    snapshot(stage.frame(ROOMY), "window/selected")
    stage.press("tab")
    assert "In [1]: os.pathsep" in stage.rows()
    stage.press("shift tab")
    assert "In [1]: os.path" in stage.rows()


def test_enter_takes_a_chosen_item_and_only_then_runs(stage: Stage) -> None:
    stage.type("os.p")
    stage.complete("path", "pathsep", start=3, end=4)
    stage.press("tab", "tab")
    stage.heard.clear()
    stage.press("enter")
    assert "is_complete_request" not in stage.sent, "it took the item"
    stage.press("enter")
    assert "is_complete_request" in stage.sent


def test_enter_with_an_open_box_runs_when_nothing_was_chosen(stage: Stage) -> None:
    stage.type("os.p")
    stage.complete("path", "pathsep", start=3, end=4)
    stage.press("enter")
    assert stage.take("is_complete_request").content["code"] == "os.p"


def test_escape_closes_the_box_and_typing_on_in_the_name_keeps_it_closed(stage: Stage) -> None:
    stage.type("os.p")
    stage.complete("path", "pathsep", start=3, end=4)
    stage.press("esc")
    assert not any("path" in row for row in stage.rows())
    stage.type("a")
    assert not any("path" in row for row in stage.rows())


def test_incomplete_code_goes_on_with_the_kernels_indent(stage: Stage, snapshot: Check) -> None:
    stage.type("for i in x:")
    stage.press("enter")
    stage.type("pri")
    assert "In [1]: for i in x:" in stage.rows(), "what waits for its verdict stays on the screen"
    stage.verdict("incomplete", indent="    ")
    snapshot(stage.frame(), "window/continued")


@pytest.mark.parametrize("key", ["backspace", "ctrl h", "left", "right", "up", "ctrl p", "down", "ctrl _"])
def test_a_first_key_of_correction_takes_what_was_entered_back(stage: Stage, key: str) -> None:
    stage.press(Paste("for i in x:\n    y"), "left", "enter")
    asked = stage.take("is_complete_request")
    stage.press(key)
    assert [row for row in stage.rows() if row.endswith(("x:", "y"))] == ["In [1]: for i in x:", "   ...:     y"]
    assert stage.interface.window.editor.buffer.cursor == (1, 4)
    stage.tell("shell", "is_complete_reply", {"status": "complete"}, asked)
    assert "execute_request" not in stage.sent
    stage.press("ctrl e", "z", "enter")
    stage.verdict()
    assert stage.take("execute_request").content["code"] == "for i in x:\n    yz"


@pytest.mark.parametrize("clause", ["else:", "else: z", "elif z:"])
@pytest.mark.parametrize("ends", [True, False], ids=["entered", "typed"])
def test_a_clause_that_is_typed_ahead_of_the_verdict_finds_its_column(stage: Stage, clause: str, ends: bool) -> None:
    stage.press(Paste("if x:\n    y"), "enter")
    asked = stage.take("is_complete_request")
    stage.type(clause)
    if ends:
        stage.press("enter")
    stage.tell("shell", "is_complete_reply", {"status": "incomplete", "indent": "    "}, asked)
    if ends:
        assert stage.take("is_complete_request").content["code"] == f"if x:\n    y\n{clause}"
    assert f"   ...: {clause}" in stage.rows()


def test_keys_behind_enter_belong_to_the_next_cell(stage: Stage) -> None:
    stage.type("1")
    stage.press("enter", "2", "backspace", "backspace", "left", "3")
    stage.verdict()
    assert stage.take("execute_request").content["code"] == "1"
    assert stage.interface.window.editor.document.code == "3"


def test_keys_behind_an_enter_that_has_been_judged_take_nothing_back(stage: Stage) -> None:
    request = stage.enter("1")
    stage.press("backspace", "left")
    stage.finish(request)
    assert "In [2]:" in stage.rows()


def test_enter_above_more_of_the_code_begins_a_new_line(stage: Stage) -> None:
    stage.press(Paste("a = 1\nb = 2"), "up", "enter")
    assert stage.sent == []
    assert stage.rows()[2:5] == ["In [1]: a = 1", "   ...:", "   ...: b = 2"]


def test_enter_above_blank_lines_runs(stage: Stage) -> None:
    stage.press(Paste("a = 1\n\n  "), "up", "up", "enter")
    assert stage.sent == ["is_complete_request"]


def test_input_asks_in_the_place_of_the_cell(stage: Stage, snapshot: Check) -> None:
    request = stage.enter("name = input('who? ')")
    stage.tell("stdin", "input_request", {"prompt": "who? ", "password": False}, request)
    stage.type("me")
    snapshot(stage.frame(), "window/input")
    stage.press("enter")
    assert stage.take("input_reply").content == {"value": "me"}
    assert "who? me" in stage.rows()


def test_a_password_is_not_shown(stage: Stage, snapshot: Check) -> None:
    request = stage.enter("getpass()")
    stage.tell("stdin", "input_request", {"prompt": "Password: ", "password": True}, request)
    stage.type("secret")
    snapshot(stage.frame(), "window/password")
    stage.press("enter")
    assert stage.take("input_reply").content == {"value": "secret"}
    assert not any("secret" in row for row in stage.rows())


def test_what_was_typed_comes_back_when_the_kernel_has_its_answer(stage: Stage) -> None:
    request = stage.enter("input()")
    stage.type("half")
    stage.tell("stdin", "input_request", {"prompt": "? ", "password": False}, request)
    stage.type("answer")
    stage.press("enter")
    stage.finish(request)
    assert "In [2]: half" in stage.rows()


def test_what_was_typed_ahead_of_a_password_is_a_secret(stage: Stage, snapshot: Check) -> None:
    request = stage.enter("getpass()")
    stage.type("hunt(er)")
    stage.tell("stdin", "input_request", {"prompt": "Password: ", "password": True}, request)
    snapshot(stage.frame(), "window/password-ahead")
    assert stage.interface.window.editor.draft() == [], "nothing of it is printed at the end"
    stage.type("2")
    stage.press("meta up")
    assert not any("**" in row for row in stage.rows() if row.startswith("In ["))
    stage.press("enter")
    assert stage.take("input_reply").content == {"value": "hunt(er)2"}
    stage.finish(request)
    stage.press("ctrl _")
    assert "In [2]:" in stage.rows()
    stage.press("up")
    assert "In [2]: getpass()" in stage.rows(), "it is in no history"


def test_what_was_typed_ahead_stands_below_the_prompt_on_a_full_screen(stage: Stage) -> None:
    stage.fill(40)
    request = stage.enter("input()")
    stage.press(Paste("a\nb\nc\nd"))
    stage.tell("stdin", "input_request", {"prompt": "? ", "password": False}, request)
    assert stage.rows()[-7:-1] == ["In [*]: input()", "", "?", "   ...: b", "   ...: c", "   ...: d"]


def test_what_was_typed_ahead_of_a_password_and_was_none_is_the_draft_again(stage: Stage) -> None:
    request = stage.enter("getpass()")
    stage.type("half")
    stage.tell("stdin", "input_request", {"prompt": "Password: ", "password": True}, request)
    stage.press("up", "down")
    stage.type("secret")
    assert "half" not in "".join(stage.rows())
    stage.press("enter")
    assert stage.take("input_reply").content == {"value": "secret"}
    stage.finish(request)
    assert "In [2]: half" in stage.rows()


def test_a_line_that_no_cell_of_ours_asks_for_is_folded_until_a_key_opens_it(stage: Stage, snapshot: Check) -> None:
    stage.type("half")
    other = Message(Header("x1", "execute_request", "another"))
    stage.tell("stdin", "input_request", {"prompt": "sure? ", "password": False}, other)
    stage.type(" typed")
    snapshot(stage.frame(), "window/asks-folded")
    stage.press("meta o")
    stage.type("yes")
    snapshot(stage.frame(), "window/asks-opened")
    stage.press("enter")
    assert stage.take("input_reply").content == {"value": "yes"}
    assert any(row.endswith("half typed") for row in stage.rows())


@pytest.mark.parametrize("password", [False, True])
def test_an_answer_that_could_not_be_sent_is_in_its_prompt_again(stage: Stage, password: bool) -> None:
    request = stage.enter("input()")
    stage.tell("stdin", "input_request", {"prompt": "? ", "password": password}, request)
    stage.type("anwer")
    stage.press("enter")
    stage.refuse("input_reply")
    assert f"? {'*' * 5 if password else 'anwer'}" in stage.rows()
    stage.press("left", "left", "left", "s", "enter")
    assert stage.take("input_reply").content == {"value": "answer"}


@pytest.mark.parametrize("password", [False, True])
def test_a_draft_outlives_a_cell_that_ends_with_its_prompt_open_and_fills_the_input(
    stage: Stage, password: bool
) -> None:
    request = stage.enter("load()")
    stage.type("half")
    stage.tell("stdin", "input_request", {"prompt": "? ", "password": password}, request)
    stage.finish(request, payload=[{"source": "set_next_input", "text": "loaded", "replace": False}])
    assert "In [2]: loaded" in stage.rows()
    stage.press("up")
    assert "In [2]: half" in stage.rows()


@pytest.mark.parametrize("password", [False, True])
@pytest.mark.parametrize("end", ["died", "interrupted", "asked again"])
def test_half_an_answer_is_in_the_history_unless_it_is_a_secret(stage: Stage, end: str, password: bool) -> None:
    request = stage.enter("ask()")
    stage.tell("stdin", "input_request", {"prompt": "? ", "password": password}, request)
    stage.type("half")
    if end == "died":
        stage.do(session_events.Died("The kernel was ended by signal 9."))
    elif end == "interrupted":
        stage.press("ctrl c")
        stage.finish(request, "error", ename="KeyboardInterrupt", evalue="", traceback=[])
    else:
        stage.tell("stdin", "input_request", {"prompt": "again? ", "password": False}, request)
        assert "again?" in stage.rows(), "nothing is answered yet"
        stage.finish(request)
    stage.press("up")
    newest = "ask()" if password else "half"
    assert any(row.endswith(f"]: {newest}") for row in stage.rows()[4:]), stage.rows()


def test_a_page_opens_and_q_closes_it(stage: Stage, snapshot: Check) -> None:
    request = stage.enter("len?")
    page = {"source": "page", "start": 0, "data": {"text/plain": "\x1b[31mSignature:\x1b[39m len(obj, /)\n" * 20}}
    stage.finish(request, payload=[page])
    snapshot(stage.frame(), "window/pager")
    stage.press("q")
    assert stage.interface.window.pager is None


def test_a_paste_goes_to_the_search_of_a_page_and_never_behind_it(stage: Stage) -> None:
    stage.press("f1", Paste("Every"))
    assert stage.roles("Every") == set(), "nobody searches yet"
    stage.press("/", Paste("Every\nwhere"))
    assert stage.roles("Every") == {"pager.found"}
    stage.press("enter", Paste("nor this"), "q")
    assert "In [1]:" in stage.rows()


def test_help_lists_the_keys(stage: Stage, snapshot: Check) -> None:
    stage.press("f1")
    snapshot(stage.frame(), "window/help")
    stage.press("esc")
    assert stage.interface.window.pager is None


def test_another_clients_cell(snapshot: Check) -> None:
    stage = Stage(own=False)
    stage.start()
    stage.type("half a li")
    other = Message(Header("x1", "execute_request", "another"))
    stage.tell("iopub", "status", {"execution_state": "busy"}, other)
    stage.tell("iopub", "execute_input", {"code": "x = 1\nprint(x)", "execution_count": 8}, other)
    stage.stream("1\n", other)
    snapshot(stage.frame(), "window/foreign")


def test_names_of_another_clients_cell_are_offered() -> None:
    stage = Stage(own=False)
    stage.start()
    other = Message(Header("x1", "execute_request", "another"))
    stage.tell("iopub", "execute_input", {"code": "temperature = 20", "execution_count": 8}, other)
    stage.type("temp")
    assert any(row.strip(" │") == "· temperature" for row in stage.rows())


def test_code_has_the_colours_of_the_kernels_language() -> None:
    stage = Stage()
    stage.type("x <- TRUE")
    assert stage.roles("TRUE") == {"code"}
    stage.start(implementation="IRkernel", language_info={"name": "R", "version": "4.4"})
    assert stage.roles("TRUE") == {"code.keyword"}
    stage.press("meta enter")
    stage.type("x")
    assert stage.roles("TRUE") == {"code.keyword"}, "in the session too"


def test_a_dead_kernel_is_said_plainly_and_nothing_is_lost(stage: Stage, snapshot: Check) -> None:
    request = stage.enter("crash()")
    stage.stream("so far\n", request)
    stage.type("typed")
    stage.do(session_events.Died("The kernel was ended by signal 9. Its log is ~/kernel.log."))
    snapshot(stage.frame(), "window/dead")
    stage.press("meta ctrl r")
    assert effects.Restart() in stage.performed
    stage.do(session_events.Opened())
    stage.kernel = Kernel(session="another-kernel-session")
    stage.tell("shell", "kernel_info_reply", INFO, stage.heard[-1])
    assert "In [1]: typed" in stage.rows()


def test_the_box_does_not_lie_over_the_news_of_a_death() -> None:
    stage = Stage(floating=True)
    stage.start()
    stage.fill(20)
    stage.type("os.p")
    stage.complete(*NAMES, start=3, end=4)
    assert side(stage) == "above"
    stage.do(session_events.Died("The kernel was ended by signal 9."))
    rows = stage.rows()
    assert "The kernel was ended by signal 9." in rows
    assert not any("path" in row for row in rows)


def test_news_stand_above_the_cells_that_have_not_begun() -> None:
    stage = Stage(own=False)
    stage.start()
    stage.enter("sleep(60)")
    stage.press(Paste("2 + 2"), "enter")
    stage.do(events.Dropped(events.NO_PARENT, "iopub", "frames"))
    running, news, queued = stage.rows((100, 14))[2:7:2]
    assert running == "In [*]: sleep(60)"
    assert news.startswith("Something sends messages on iopub")
    assert queued.startswith("In [*]: 2 + 2")
    assert queued.endswith("queued")


def test_keys_that_are_wanted_now_come_before_news_of_the_completer(stage: Stage) -> None:
    for letter in "ab":
        stage.type(letter)
        stage.now += 0.4
        stage.complete(start=0, end=1)
    assert "slow completer" in stage.rows()[-1]
    stage.press("f1")
    assert "q back" in stage.rows()[-1]
    stage.press("q")
    stage.do(session_events.Died("The kernel was ended by signal 9."))
    assert "restart" in stage.rows()[-1]


def test_history_keeps_the_typed_prefix(stage: Stage) -> None:
    stage.type("imp")
    stage.press("up")
    assert "In [1]: import os" in stage.rows()
    stage.press("down")
    assert "In [1]: imp" in stage.rows()


def test_what_is_put_into_the_input_cell_leaves_what_was_typed_in_the_history(stage: Stage) -> None:
    request = stage.enter("%recall 1")
    stage.type("half")
    following = {"source": "set_next_input", "text": "recalled", "replace": False}
    stage.finish(request, payload=[following])
    assert "In [2]: recalled" in stage.rows()
    stage.press("ctrl a", "up")
    assert "In [2]: half" in stage.rows()


def test_what_a_cell_is_replaced_by_stands_where_it_stood_also_while_one_reads(stage: Stage) -> None:
    request = stage.enter("%load a.py")
    stage.press("f6")
    loaded = {"source": "set_next_input", "text": "x = 1", "replace": True}
    stage.finish(request, payload=[loaded])
    assert "In [2]: x = 1" in stage.rows()
    assert not any("%load" in row for row in stage.rows())
    stage.press("up", "down", "esc", "up")
    assert any("%load a.py" in row for row in stage.rows()), "it is in the history"


@sizes(SIZE, *SMALL)
def test_typing_on_narrows_in_the_same_frame(stage: Stage, snapshot: Check, size: tuple[int, int]) -> None:
    stage.type("os.p")
    stage.complete(
        "path", "pathconf", "pipe", "popen", start=3, end=4, types=("module", "function") + ("function",) * 2
    )
    stage.frame(size)
    stage.type("at")
    snapshot(stage.frame(size), sized("narrowed", size))


def test_backspacing_widens_again(stage: Stage) -> None:
    stage.type("os.p")
    stage.complete("path", "popen", start=3, end=4)
    stage.type("at")
    assert not any("popen" in row for row in stage.rows())
    stage.press("backspace", "backspace")
    assert any("popen" in row for row in stage.rows())


@sizes(SIZE, *SMALL)
def test_a_busy_kernel_that_does_not_listen_leaves_the_names_of_the_session(
    snapshot: Check, size: tuple[int, int]
) -> None:
    stage = Stage()
    stage.start(implementation="bash")
    stage.finish(stage.enter("temperature = 20; tempo = 3"))
    stage.enter("sleep(60)", 2)
    stage.type("temp")
    assert "complete_request" not in stage.sent
    snapshot(stage.frame(size), sized("held", size))


@sizes((90, 8), *SMALL)
def test_a_slow_completer_is_asked_in_pauses_and_its_remedy_named(snapshot: Check, size: tuple[int, int]) -> None:
    stage = Stage(jedi=True)
    stage.start()
    for letter in "ab":
        stage.press("ctrl u", letter)
        stage.now += 2
        stage.complete(start=0, end=1)
    stage.heard.clear()
    stage.press("ctrl u")
    stage.type("os.p")
    assert "complete_request" not in stage.sent
    assert any(isinstance(effect, effects.Later) and effect.event.timer is Timer.PAUSE for effect in stage.performed)
    snapshot(stage.frame(size), sized("slow", size))
    stage.press("tab")
    assert "complete_request" in stage.sent, "what a key asks for waits for no pause"


@sizes(SIZE, *SMALL)
def test_an_error_of_the_completer_leaves_the_names_of_the_session(
    stage: Stage, snapshot: Check, size: tuple[int, int]
) -> None:
    stage.finish(stage.enter("temperature = 20"))
    stage.type("temp")
    for _ in range(3):
        error = {"status": "error", "ename": "RuntimeError", "evalue": "broken", "traceback": []}
        stage.tell("shell", "complete_reply", error, stage._last("complete_request"))
    snapshot(stage.frame(size), sized("completer-error", size))


def test_a_key_says_when_to_inspect(stage: Stage) -> None:
    stage.press("f4", "f4")
    assert stage.rows()[-1].endswith("inspection: tab")
    stage.type("os.p")
    assert stage.sent == []
    stage.press("tab")
    assert stage.sent == ["complete_request"]
    stage.press("f4")
    stage.heard.clear()
    stage.type("a")
    stage.press("tab")
    assert stage.sent == []
    stage.press("f4")
    assert "inspection" not in stage.rows()[-1]


def test_a_key_turns_to_the_next_of_several_signatures(stage: Stage) -> None:
    stage.type("range(")
    stage.inspect(
        "Init signature: range(self, /, *args, **kwargs)\nDocstring:\nrange(stop) -> range\nrange(start, stop)"
    )
    first = stage.rows()[3]
    stage.press("meta s")
    second = stage.rows()[3]
    assert first != second
    assert "range(start" in first + second


def test_ctrl_c_clears_the_input_or_interrupts_what_runs(stage: Stage) -> None:
    stage.type("oops")
    stage.press("ctrl c")
    assert "In [1]:" in stage.rows()
    stage.press("up")
    assert "In [1]: oops" in stage.rows(), "what was cleared is in the history"
    stage.press("ctrl c")
    stage.enter("sleep(60)")
    stage.type("typed")
    stage.press("ctrl c")
    assert effects.Interrupt() in stage.performed
    assert any(row.endswith("typed") for row in stage.rows())


def test_the_status_bar_says_what_to_do_with_a_cell_that_an_interrupt_does_not_end(stage: Stage) -> None:
    request = stage.enter("sum(range(10**12))")
    assert stage.rows((100, 14))[-1].endswith("Ctrl-C interrupt")
    stage.press("ctrl c")
    assert stage.rows((100, 14))[-1].endswith("interrupt sent  Ctrl-C again  Alt-Ctrl-R restart")
    stage.finish(request)
    stage.enter("sleep(1)")
    assert stage.rows((100, 14))[-1].endswith("Ctrl-C interrupt"), "the next cell was sent none"


def test_ctrl_d_leaves_only_from_an_empty_input(stage: Stage) -> None:
    stage.type("ab")
    stage.press("ctrl a", "ctrl d")
    assert "In [1]: b" in stage.rows()
    assert stage.performed == [effect for effect in stage.performed if not isinstance(effect, effects.Exit)]
    stage.press("ctrl d", "ctrl d")
    assert stage.performed[-1] == effects.Exit()


@pytest.mark.parametrize("key", ["x", "left", Paste("x")], ids=["typed", "command", "paste"])
def test_a_message_in_the_status_bar_stays_until_the_next_key(stage: Stage, key: str | Paste) -> None:
    request = stage.enter("train()")
    stage.press("ctrl d")
    stage.stream("still at it\n", request)
    assert notes.CELLS_WOULD_END in stage.rows((100, 14))[-1]
    stage.press(key)
    assert notes.CELLS_WOULD_END not in stage.rows((100, 14))[-1]


def test_a_paste_is_one_edit_and_asks_nothing(stage: Stage) -> None:
    stage.press(Paste("def f():\n    return 1\n"))
    assert stage.sent == []
    assert "   ...:     return 1" in stage.rows()
    stage.press("ctrl _")
    assert "In [1]:" in stage.rows()


def test_esc_enter_runs_incomplete_code_also_slowly(stage: Stage) -> None:
    stage.type("for i in x:")
    stage.press("meta enter")
    assert stage.take("execute_request").content["code"] == "for i in x:"
    stage.type("1 +")
    stage.press("esc")
    stage.press("esc", "enter")
    assert [cell.code for cell in stage.session.transcript][-1] == "1 +"


def test_an_esc_that_was_followed_by_typing_forces_nothing(stage: Stage) -> None:
    stage.press("esc")
    stage.type("for i in x:")
    stage.press("enter")
    assert "is_complete_request" in stage.sent


def test_scrolling_back_keeps_the_input_in_view(stage: Stage, snapshot: Check) -> None:
    request = stage.enter("print(text)")
    stage.stream("".join(f"line {number}\n" for number in range(40)), request)
    stage.finish(request)
    stage.type("typed")
    stage.frame()
    stage.press("page up")
    snapshot(stage.frame(), "window/scrolled")
    stage.type("x")
    stage.press("meta end")
    assert "line 39" in stage.rows()


def test_scrolling_back_with_a_long_input_leaves_two_thirds_of_the_screen_to_the_session(stage: Stage) -> None:
    stage.fill(40)
    stage.frame()
    stage.press(Paste("\n".join(f"x{number} = 0" for number in range(30))))
    assert not any(row.startswith("line") for row in stage.rows())
    stage.press("page up")
    rows = stage.rows()
    assert sum(row.startswith("line") for row in rows) >= len(rows) * 2 // 3, rows
    assert any(row.endswith("x29 = 0") for row in rows), "the row that is typed stays"


@pytest.mark.parametrize("key", ["enter", "meta enter"])
def test_what_is_entered_is_seen_even_after_scrolling_back(stage: Stage, key: str) -> None:
    request = stage.enter("print(text)")
    stage.stream("".join(f"line {number}\n" for number in range(40)), request)
    stage.finish(request)
    stage.type("1 + 1")
    stage.frame()
    stage.press("page up")
    assert "line 39" not in stage.rows()
    stage.press(key)
    assert "line 39" in stage.rows()


@pytest.mark.parametrize("columns", [1, 2, 5, 9, 20, 300])
@pytest.mark.parametrize("rows", [1, 2, 3, 5, 60])
def test_every_size_can_be_drawn(stage: Stage, columns: int, rows: int) -> None:
    request = stage.enter("print('日本')")
    stage.stream("日本\n", request)
    stage.finish(request)
    stage.type("range(1, 日")
    stage.inspect(RANGE)
    canvas = stage.frame((columns, rows))
    assert (canvas.cols(), canvas.rows()) == (columns, rows)
    assert canvas.cursor is not None
    x, y = canvas.cursor
    assert 0 <= x < columns
    assert 0 <= y < rows


@pytest.mark.parametrize("columns", [1, 2, 9, 40, 119, 120, 300])
@pytest.mark.parametrize("rows", [1, 2, 3, 8, 9, 10, 60])
def test_every_size_can_be_drawn_with_docs(stage: Stage, columns: int, rows: int) -> None:
    request = stage.enter("print('日本')")
    stage.stream("日本\n" * 30, request)
    stage.finish(request)
    stage.type("range(1, 日")
    stage.inspect(RANGE)
    stage.press("shift tab")
    canvas = stage.frame((columns, rows))
    assert (canvas.cols(), canvas.rows()) == (columns, rows)
    assert canvas.cursor is not None
    x, y = canvas.cursor
    assert 0 <= x < columns
    assert 0 <= y < rows
    if columns >= 40:
        assert "range(1, 日" in canvas.decoded_text[y], "the row that is typed is in view"


SORTED = """\
Signature: sorted(iterable, /, *, key=None, reverse=False)
Docstring:
Return a new list containing all items from the iterable in ascending order.

A custom `key` function can be supplied to customize the sort order.

>>> sorted([2, 1], reverse=True)
[2, 1]
Type:      builtin_function_or_method"""


def test_docs_below_the_session(stage: Stage, snapshot: Check) -> None:
    stage.type("sorted(runs, ")
    stage.inspect(SORTED)
    stage.press("shift tab")
    snapshot(stage.frame((56, 22)), "window/docs-below")


def test_docs_beside_the_session_where_the_screen_is_wide(stage: Stage, snapshot: Check) -> None:
    stage.type("sorted(runs, ")
    stage.inspect(SORTED)
    stage.press("shift tab")
    snapshot(stage.frame((120, 14)), "window/docs-beside")


def test_a_source_that_is_pinned(stage: Stage, snapshot: Check) -> None:
    stage.type("mean(")
    stage.inspect("Signature: mean(data)\nDocstring: Return the mean.")
    stage.press("f2", "f3")
    stage.inspect("Source:\ndef mean(data):\n    return sum(data) / len(data)\nFile: ~/statistics.py")
    stage.type("[1, 2]) + sorted(")
    stage.inspect(SORTED)
    snapshot(stage.frame((56, 22)), "window/docs-source")


def test_hostile_text_reaches_no_canvas(stage: Stage) -> None:
    request = stage.enter("print(evil)")
    stage.stream("\x1b]0;title\x07\x1b[2J\x9b31mred\u202e\x00\n", request)
    page = {"source": "page", "start": 0, "data": {"text/plain": "\x1b]52;c;aGk=\x07text\x00\x9b"}}
    stage.finish(request, payload=[page])
    stage.press("q")
    stage.type("os.pa")
    stage.complete("pa\x1b[2J", "pa\nth", "pa\x00", start=3, end=5)
    for canvas in (stage.frame(), stage.frame((20, 5))):
        for row in canvas.content():
            for _, charset, text in row:
                assert charset != "U"
                assert text.decode().isprintable()


def test_a_sequence_shows_its_keys_and_tells_of_one_that_is_not_bound() -> None:
    stage = Stage()
    stage.type("1 +")
    stage.press("ctrl x")
    assert "Ctrl-X …" in stage.rows()[-1]
    stage.press("q")
    assert "Nothing is bound to Ctrl-X q" in stage.rows()[-1]
    assert stage.interface.window.editor.document.code == "1 +"


def test_a_count_repeats_what_is_typed_and_moved() -> None:
    stage = Stage()
    stage.press("meta 3")
    assert "3 times …" in stage.rows()[-1]
    stage.press("a", "meta 2", "left", "b")
    assert stage.interface.window.editor.document == Document("abaa", 2)


def test_the_rest_of_a_line_is_suggested_and_taken_by_its_keys_only(stage: Stage, snapshot: Check) -> None:
    stage.finish(stage.enter("result = compute(data, axis=0)\nprint(result)"))
    editor = stage.interface.window.editor
    stage.type("result = c")
    snapshot(stage.frame(), "window/ghost")
    assert editor.ghost == "ompute(data, axis=0)"
    stage.press("meta f")
    assert editor.buffer.code == "result = compute"
    stage.press("right")
    assert editor.buffer.code == "result = compute(data, axis=0)"
    stage.press("ctrl o")
    stage.type("pr")
    assert editor.ghost == "int(result)", "on any row of a cell"
    stage.press("left", "right")
    assert editor.buffer.code.endswith("\npr")
    stage.press("end")
    assert editor.buffer.code.endswith("\nprint(result)")


def test_nothing_is_suggested_within_a_row_after_a_letter_or_where_it_is_switched_off(stage: Stage) -> None:
    stage.finish(stage.enter("import os"))
    editor = stage.interface.window.editor
    stage.type("i")
    assert editor.ghost == ""
    stage.type("m")
    assert editor.ghost == "port os"
    stage.press("left")
    assert editor.ghost == ""
    stage.press("ctrl e", "ctrl e", "backspace")
    stage.interface.settings = Settings(suggestions="off")
    stage.type("o")
    assert editor.ghost == ""


def test_what_is_selected_is_marked_cut_copied_and_replaced(stage: Stage, snapshot: Check) -> None:
    stage.press(Paste("first = 1\n\tsecond\nthird = '\u65e5\u672c'"))
    buffer = stage.interface.window.editor.buffer
    stage.press("shift up", "shift up", "shift ctrl home")
    snapshot(stage.frame(), "window/selection")
    assert buffer.selected == "first = 1\n\tsecond\nthird = '\u65e5\u672c'"
    stage.press("right", "left", "shift end", "meta w")
    assert stage.performed[-1] == effects.Copy("first = 1", "what was selected")
    stage.press("shift home", "ctrl w")
    assert buffer.code == "\n\tsecond\nthird = '\u65e5\u672c'"
    stage.press("ctrl y", "ctrl y")
    assert buffer.lines[0] == "first = 1first = 1"
    stage.press("shift ctrl left", *"2")
    assert buffer.lines[0] == "first = 1first = 2"
    stage.press("shift left", "backspace", "shift home", Paste("x"))
    assert buffer.lines[0] == "x"
    stage.press(*["ctrl _"] * 20)
    assert buffer.code == ""


def test_tab_indents_the_lines_of_a_selection_and_keeps_it(stage: Stage) -> None:
    stage.press(Paste("a\nb\nc"), "ctrl home", "shift down", "shift down", "tab")
    buffer = stage.interface.window.editor.buffer
    assert buffer.lines == ["    a", "    b", "c"], "nothing of the last line is selected"
    assert buffer.selected == "    a\n    b\n"
    stage.press("tab", "shift tab", "shift tab", "shift tab")
    assert buffer.lines == ["a", "b", "c"]
    stage.press("x")
    assert buffer.lines == ["xc"]


def test_ctrl_w_without_a_selection_kills_as_before(stage: Stage) -> None:
    stage.type("one two")
    stage.press("ctrl w")
    assert stage.interface.window.editor.buffer.code == "one "
    assert not any(isinstance(effect, effects.Copy) for effect in stage.performed)


def test_a_secret_is_not_copied(stage: Stage) -> None:
    stage.interface.perform(effects.Ask("Password: ", True))
    stage.type("hunter2")
    stage.press("shift home", "meta w")
    assert not any(isinstance(effect, effects.Copy) for effect in stage.performed)


def lines(stage: Stage) -> list[str]:
    return stage.interface.window.editor.buffer.lines


def test_lines_are_commented_out_and_in_again(stage: Stage) -> None:
    stage.press(Paste("if x:\n    y\n\n    z"), "meta ;")
    assert lines(stage) == ["if x:", "    y", "", "    # z"]
    stage.press("shift ctrl home", "meta ;")
    assert lines(stage) == ["# if x:", "#     y", "", "#     # z"]
    stage.press("meta ;", "ctrl end", "meta ;")
    assert lines(stage) == ["if x:", "    y", "", "    z"]
    stage.press("ctrl _", "ctrl _", "ctrl _", "ctrl _")
    assert lines(stage) == ["if x:", "    y", "", "    z"]


def test_lines_are_moved_and_repeated(stage: Stage) -> None:
    stage.press(Paste("a\nbb\nccc"), "shift meta up")
    assert lines(stage) == ["a", "ccc", "bb"]
    stage.press("shift up", "shift meta down", "shift meta down")
    assert lines(stage) == ["bb", "a", "ccc"]
    assert stage.interface.window.editor.buffer.selected == "\nccc"
    stage.press("ctrl home", "ctrl x", "ctrl y", "x")
    assert lines(stage) == ["bb", "xbb", "a", "ccc"]
    stage.press("up", "shift meta up")
    assert lines(stage) == ["bb", "xbb", "a", "ccc"], "there is no line above"


def test_to_the_matching_bracket_and_to_the_one_around(stage: Stage) -> None:
    stage.press(Paste("f(a, g[1])"), "ctrl ]")
    buffer = stage.interface.window.editor.buffer
    assert buffer.cursor == (0, 1)
    stage.press("ctrl ]")
    assert buffer.cursor == (0, 9)
    stage.press(*["left"] * 2, "ctrl ]")
    assert buffer.cursor == (0, 8)
    stage.press("home", "right", "right", "right", "ctrl ]")
    assert buffer.cursor == (0, 1)


def test_a_selection_grows_and_shrinks_again(stage: Stage) -> None:
    stage.press(Paste("x = f(alpha, beta)"), "left", "meta =")
    buffer = stage.interface.window.editor.buffer
    seen = [buffer.selected]
    for _ in range(3):
        stage.press("meta =")
        seen.append(buffer.selected)
    assert seen == ["beta", "alpha, beta", "(alpha, beta)", "f(alpha, beta)"]
    stage.press("meta -", "meta -")
    assert buffer.selected == "alpha, beta"
    stage.press("ctrl w")
    assert buffer.code == "x = f()"


@pytest.mark.parametrize(
    ("pasted", "taken"),
    [
        (">>> def f():\n...     return 1\n...\n>>> f()\n1", "def f():\n    return 1\n\nf()"),
        ("In [12]: x = 1\n    ...: y = 2\n\nIn [13]: x\nOut[13]: 1", "x = 1\ny = 2\nx"),
        ("    if x:\n        y", "if x:\n    y"),
        ("    >>> x\n    ...     y", "x\n    y"),
        ("x >> 1\n>>> 2", "x >> 1\n>>> 2"),
        ("plain\n    text", "plain\n    text"),
    ],
)
def test_prompts_and_common_blanks_are_taken_out_of_a_paste(stage: Stage, pasted: str, taken: str) -> None:
    stage.press(Paste(pasted))
    assert stage.interface.window.editor.buffer.code == taken


def test_blanks_of_a_paste_stay_within_a_line(stage: Stage) -> None:
    stage.type("x =")
    stage.press(Paste("    1"))
    assert stage.interface.window.editor.buffer.code == "x =    1"


def test_home_goes_to_the_code_and_then_to_the_start(stage: Stage) -> None:
    stage.press(Paste("if x:\n    y"), "home")
    buffer = stage.interface.window.editor.buffer
    assert buffer.cursor == (1, 4)
    stage.press("home")
    assert buffer.cursor == (1, 0)
    stage.press("home")
    assert buffer.cursor == (1, 4)


@pytest.mark.parametrize(
    ("code", "typed", "line"),
    [
        ("if x:\n    y\n    ", "else:", "else:"),
        ("if x:\n    if y:\n        z\n        ", "elif w:", "    elif w:"),
        ("if x:\n    if y:\n        z\nelse:\n    q\n    ", "else:", "    else:"),
        ("try:\n    x\n    ", "except E as e:", "except E as e:"),
        ("for x in y:\n    z\n", "else:", "else:"),
        ("x = {\n    ", "else:", "    else:"),
        ("if x:\n    y = {'else", "':", "    y = {'else':"),
    ],
)
def test_a_clause_finds_its_column(stage: Stage, code: str, typed: str, line: str) -> None:
    stage.press(Paste(code))
    stage.type(typed)
    assert lines(stage)[-1] == line


def test_brackets_and_quotes_are_closed_only_where_that_is_set(stage: Stage) -> None:
    buffer = stage.interface.window.editor.buffer
    stage.type("f(")
    assert buffer.code == "f("
    stage.press("ctrl u")
    stage.interface.settings = Settings(auto_close=True)
    stage.type("f(x['a")
    assert buffer.code == "f(x['a'])"
    stage.type("'])")
    assert (buffer.code, buffer.cursor) == ("f(x['a'])", (0, 9))
    stage.press("ctrl u", "(", "backspace")
    assert buffer.code == ""
    stage.type("it's # (")
    assert buffer.code == "it's # ("
    stage.press("ctrl u", *"word", "shift home", '"')
    assert buffer.code == '"word"'
    stage.press("ctrl u", *"y z", "home", "(")
    assert buffer.code == "(y z", "not in front of a word"
    stage.press("ctrl e", "ctrl u", Paste("f("))
    assert buffer.code == "f(", "a paste is never doubled"


def test_what_comes_from_earlier_sessions_meanwhile_is_suggested_too(stage: Stage) -> None:
    stage.type("loa")
    stage.frame()
    stage.do(session_events.EarlierRead((Record("load(data)", 1.0),)))
    stage.frame()
    assert stage.interface.window.editor.ghost == "d(data)"
    stage.press("right")
    assert stage.interface.window.editor.buffer.code == "load(data)"


def test_the_wheel_scrolls_what_lies_on_top(stage: Stage) -> None:
    request = stage.enter("count()")
    stage.stream("".join(f"line {number}\n" for number in range(60)), request)
    stage.finish(request)

    def top() -> str:
        return str(stage.frame().decoded_text[0]).strip()

    def wheel(button: int) -> None:
        assert stage.keyboard.press(("mouse press", button, 5, 5))

    before = top()
    wheel(4)
    assert top() == f"line {int(before.split()[1]) - 3}"
    wheel(5)
    assert top() == before
    assert not stage.keyboard.press(("mouse press", 2, 5, 5))
    stage.press("f1")
    page = stage.frame().decoded_text[1]
    wheel(5)
    assert stage.frame().decoded_text[1] != page
    assert stage.interface.window.transcript.at_end


def mouse(stage: Stage, kind: str, column: int, row: int) -> bool:
    stage.frame()
    return stage.keyboard.press((f"mouse {kind}", 0 if kind == "release" else 1, column, row))


def row_of(stage: Stage, text: str) -> int:
    """The row of the screen in which `text` stands."""
    return next(number for number, row in enumerate(stage.frame().decoded_text) if text in row)


@pytest.mark.parametrize("count", [3, 40])
def test_a_click_takes_a_match(count: int) -> None:
    stage = Stage()
    stage.start()
    stage.type("al")
    stage.complete(*(f"alpha{number:02}" for number in range(count)), start=0, end=2)
    row = row_of(stage, "alpha02")
    column = stage.frame().decoded_text[row].index("alpha02")
    assert mouse(stage, "press", column + 1, row)
    assert stage.interface.window.editor.document.code == "alpha02"
    assert not stage.interface.view.popup.matches, "the menu has closed"
    stage.press("ctrl _")
    assert stage.interface.window.editor.document.code == "al"


@pytest.mark.parametrize(("column", "cursor"), [(0, 0), (8, 0), (10, 2), (11, 2), (12, 3), (13, 4), (40, 5)])
def test_a_click_in_the_cell_goes_to_the_character(stage: Stage, column: int, cursor: int) -> None:
    stage.type("ab\u65e5cd")
    assert mouse(stage, "press", column, row_of(stage, "In [1]"))
    assert stage.interface.window.editor.buffer.cursor == (0, cursor)
    found = stage.frame().cursor
    assert found is not None
    assert found[0] == 8 + width("ab\u65e5cd"[:cursor])


def test_a_drag_in_the_cell_selects_and_copies(stage: Stage) -> None:
    stage.type("first")
    stage.press("ctrl o")
    stage.type("second")
    row = row_of(stage, "In [1]")
    mouse(stage, "press", 10, row)
    mouse(stage, "drag", 11, row + 1)
    assert stage.interface.window.editor.buffer.selected == "rst\nsec"
    mouse(stage, "release", 11, row + 1)
    assert effects.Copy("rst\nsec", "what was selected") in stage.performed
    assert "With Shift the terminal" in stage.frame().decoded_text[-1]
    assert stage.interface.window.editor.buffer.selected == "rst\nsec"


def test_a_click_in_the_session_reads_there_and_a_drag_copies_lines(stage: Stage) -> None:
    request = stage.enter("count()")
    stage.stream("".join(f"line {number}\n" for number in range(60)), request)
    stage.finish(request)
    row = row_of(stage, "line 55")
    assert mouse(stage, "press", 2, row)
    assert stage.frame().cursor == (0, row)
    mouse(stage, "drag", 2, row + 2)
    mouse(stage, "release", 2, row + 2)
    (copied,) = [each.text for each in stage.performed if isinstance(each, effects.Copy)]
    assert copied == "line 55\nline 56\nline 57"
    # A click in the cell goes back to it.
    mouse(stage, "press", 12, row_of(stage, "In [2]"))
    stage.type("x")
    assert stage.interface.window.editor.buffer.code == "x"


def test_a_click_in_a_list_selects(stage: Stage) -> None:
    stage.press("meta x")
    frame = stage.frame().decoded_text
    assert mouse(stage, "press", 5, 3)
    selected = stage.frame().decoded_text
    assert selected[3].startswith("\u25b8")
    assert selected[3][1:] == frame[3][1:]
    assert not mouse(stage, "press", 5, 0)


def test_a_drag_over_the_upper_edge_scrolls(stage: Stage) -> None:
    request = stage.enter("count()")
    stage.stream("".join(f"line {number}\n" for number in range(60)), request)
    stage.finish(request)
    before = stage.frame().decoded_text[0]
    mouse(stage, "press", 2, 3)
    for _ in range(5):
        mouse(stage, "drag", 2, 0)
    assert stage.frame().decoded_text[0] != before


def test_the_mouse_is_switched_by_a_key(stage: Stage) -> None:
    stage.press("ctrl x", "m")
    assert stage.performed[-1] == effects.Configure("mouse", True)

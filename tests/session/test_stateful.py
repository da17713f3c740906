"""A user and a kernel who do anything at any time: what must hold of a session whatever happens.

`Anything` plays the user, the kernel, its other clients, the clock and the machine room; each text that is entered has
a name of its own, so that its way can be followed.  The steps are drawn at random, the same in every run; the profile
"explore" draws ten times as many stories, others each time.  Of a story that fails only the steps are told that it
needs.
"""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings

from bipy.inspection.values import Document
from bipy.messaging.client import Client
from bipy.messaging.message import Header, Message
from bipy.session import effects, events
from bipy.session.effects import Effect
from bipy.session.lifecycle import Phase
from bipy.session.transcript import ENDS, Cell, State
from tests.messaging.peers import DATE, KEY, Kernel
from tests.play import GREETINGS, INFO, Play

# What nobody waits for, and what therefore must not stand between Enter and the verdict.
UNASKED = ("complete_request", "inspect_request", "history_request")
SILENT = {"status": "ok", "execution_count": 0, "payload": [], "user_expressions": {}}


def texts(code: str) -> list[str]:
    """The names of the texts in `code`."""
    return re.findall(r"text\d+", code)


class Stage(Play):
    """A session whose timers, editor and edge are kept."""

    def __init__(self, *, own: bool) -> None:
        super().__init__(own=own)
        self.timers: list[events.Elapsed] = []
        self.draft = ""
        self.restarting = False
        self.away = False
        self.ran: list[str] = []  # the names of the texts that were sent, as often as they were

    def do(self, event: object) -> list[Effect]:
        waited = self.session.submission.pending
        others = super().do(event)
        if waited and self.session.submission.pending:
            # What was sent, was sent between Enter and its verdict.
            assert not {message.header.msg_type for message in self.heard[self.known :]} & {*UNASKED}
        self.known = len(self.heard)
        for effect in others:
            self.perform(effect)
        return others

    known = 0

    def send(self, effect: effects.Send) -> None:
        super().send(effect)
        if effect.request.msg_type == "execute_request":
            self.ran += texts(effect.request.content["code"])

    @property
    def unfinished(self) -> bool:
        """Whether something that was entered may still run."""
        ours = [cell for cell in self.session.transcript if cell.origin == "own"]
        waits = self.session.view.awaited or any(cell.state in ("queued", "running") for cell in ours)
        return bool(waits) and not self.session.view.dead

    def perform(self, effect: Effect) -> None:
        match effect:
            case effects.Later(_, event):
                self.timers.append(event)
            case effects.GoOn(code, cursor, indent):
                self.draft = f"{code[:cursor]}\n{indent}{self.draft}{code[cursor:]}"
            case effects.SetInput(text):
                self.do(events.Remembered(self.draft))
                self.draft = text
            case effects.Restart():
                self.restarting = True
            case effects.Notify():
                assert self.away
            case effects.Exit():
                assert not self.unfinished, "it leaves in its turn"


# How often each thing happens.
STEPS = {
    "enter": 12,
    "enter_nothing": 2,
    "type": 4,
    "interrupt": 2,
    "take_back": 2,
    "answer": 2,
    "restart": 1,
    "leave": 1,
    "works": 12,
    "takes": 4,
    "another": 4,
    "asks": 2,
    "prints": 4,
    "finishes": 6,
    "time": 6,
    "expires": 1,
    "dies": 1,
    "comes_up": 6,
    "goes_away": 2,
    "comes_back": 2,
    "detaches": 1,
}
Step = tuple[str, int]  # what happens, and bits that say how

AROUND = [("", ""), ("if ", ":"), ("(", ","), ("", " + ")]
VERDICTS = ["complete", "complete", "incomplete", "invalid", "unknown", ""]
HALVES = [("reply", "idle"), ("idle", "reply"), ("idle",), ("reply",), ("reply", "reply", "idle")]


class Anything:
    """See the head of the module.  `cell` is what the kernel runs, ours or another's, `count` how many it has run."""

    def __init__(self, *, own: bool, ready: bool) -> None:
        self.own = own
        self.stage = Stage(own=own)
        self.number = 0
        self.lives = True
        self.cell: Message | None = None
        self.count = 0
        self.next_count = 0
        self.fates: set[Cell] = set()  # the cells whose end has been looked at

        if ready:
            self.stage.start()
        else:
            self.stage.do(events.Opened())

    def play(self, steps: list[Step]) -> None:
        for what, bits in steps:
            getattr(self, what)(bits)
            self.every_text_is_somewhere_once_and_runs_once()
            self.numbers_never_fall()
            self.what_ended_meanwhile_says_so()
            self.a_prompt_is_open_only_for_a_kernel_that_lives()
        self.in_the_end_all_has_run()

    # The user

    def enter(self, bits: int) -> None:
        self.number += 1
        opening, rest = AROUND[bits % 4]
        before = f"{self.stage.draft}\n{opening}text{self.number}".lstrip("\n")
        code, self.stage.draft = before + rest, ""
        cursor = len(before if bits & 4 else code)
        self.stage.do(events.Entered(code, cursor) if bits & 24 else events.Forced(code, cursor))

    def enter_nothing(self, _: int) -> None:
        self.stage.do(events.Entered(""))

    def type(self, bits: int) -> None:
        code = ["os.pa", "print(", ""][bits % 3]
        self.stage.do(events.Edited(Document(code, len(code))))

    def interrupt(self, _: int) -> None:
        self.stage.do(events.InterruptAsked())
        assert not self.stage.session.view.awaited
        assert self.stage.session.view.queued == 0

    def take_back(self, _: int) -> None:
        if self.stage.draft and self.stage.session.stdin.request is not None:
            return  # the key would take the draft into the line
        self.stage.do(events.TakenBack())

    def answer(self, bits: int) -> None:
        self.stage.do(events.Answered(["a", "a\nb\n", None][bits % 3]))

    def restart(self, bits: int) -> None:
        for _ in range(1 + bits % 2):
            self.stage.do(events.RestartAsked())
        if self.stage.restarting:
            self.ends()

    def leave(self, _: int) -> None:
        self.stage.do(events.Entered("exit"))

    def detaches(self, _: int) -> None:
        assert self.stage.do(events.DetachAsked())[:1] == [effects.Detach()]

    def goes_away(self, _: int) -> None:
        self.stands_still(events.Detached(self.time_of_day))
        self.stage.away = True

    def comes_back(self, _: int) -> None:
        self.stage.away = False
        self.stands_still(events.Attached(self.time_of_day))

    def stands_still(self, event: object) -> None:
        """An event after which all is as before."""
        session = self.stage.session
        before = session.view, session.stdin.request, [(cell.code, cell.state) for cell in session.transcript]
        assert self.stage.do(event) in ([], [effects.Tell("")])
        after = session.view, session.stdin.request, [(cell.code, cell.state) for cell in session.transcript]
        assert after == before

    @property
    def time_of_day(self) -> datetime:
        return datetime(2026, 11, 26) + timedelta(seconds=self.stage.now)

    # The kernel and its other clients

    def works(self, bits: int) -> None:
        """It does what it is asked, as a good one does."""
        for _ in range(bits % 8):
            if self.cell is not None:
                self.finishes(0)
            else:
                self.takes(0)

    def takes(self, bits: int) -> None:
        """It takes the next request."""
        if self.cell is not None or not self.stage.heard or not self.lives:
            return
        request = self.stage.heard.pop(0)
        self.stage.known -= 1
        msg_type, verdict = request.header.msg_type, VERDICTS[bits % len(VERDICTS)]
        if msg_type == "execute_request" and not request.content["silent"]:
            self.begins(request)
        elif msg_type == "execute_request":
            self.stage.tell("shell", "execute_reply", {**SILENT, "execution_count": self.count}, request)
        elif msg_type == "kernel_info_request":
            self.stage.tell("iopub", "status", {"execution_state": "starting"})
            self.stage.tell("shell", "kernel_info_reply", INFO, request)
        elif msg_type == "is_complete_request" and verdict:
            self.stage.tell("shell", "is_complete_reply", {"status": verdict, "indent": "  "}, request)
        elif msg_type in GREETINGS:
            self.stage.tell("shell", msg_type.replace("request", "reply"), GREETINGS[msg_type], request)

    def another(self, bits: int) -> None:
        if self.cell is None and self.lives:
            self.begins(Message(Header(f"another{bits % 2}", "execute_request", "another"), content={"code": "theirs"}))

    def begins(self, request: Message) -> None:
        self.cell = request
        self.count += 1
        self.stage.tell("iopub", "status", {"execution_state": "busy"}, request)
        content = {"code": request.content["code"], "execution_count": self.count}
        self.stage.tell("iopub", "execute_input", content, request)

    def asks(self, bits: int) -> None:
        if self.cell is not None:
            self.stage.tell("stdin", "input_request", {"prompt": "? ", "password": bool(bits % 2)}, self.cell)

    def prints(self, bits: int) -> None:
        """Something comes out, whose parent is anything that was ever asked."""
        if not self.lives:
            return
        content: dict[str, Any] = {"name": "stdout", "text": "out\n", "wait": False, "ename": "E", "traceback": []}
        parents = [self.cell, *self.stage.heard]
        msg_type = ["stream", "clear_output", "error"][bits % 3]
        self.stage.tell("iopub", msg_type, content, parents[bits % len(parents)])

    def finishes(self, bits: int) -> None:
        if self.cell is None:
            return
        request, self.cell = self.cell, None
        status = ["ok", "error", "aborted"][bits // 64 % 3]
        payload = [{"source": "set_next_input", "text": "next"}] if bits & 32 else []
        ours = request.header.session != "another"
        for half in HALVES[bits % len(HALVES) if ours else 0]:
            if half == "idle":
                self.stage.tell("iopub", "status", {"execution_state": "idle"}, request)
            elif ours:
                content = {**SILENT, "status": status, "execution_count": self.count, "payload": payload}
                self.stage.tell("shell", "execute_reply", content, request)

    # The clock and the machine room

    def time(self, bits: int) -> None:
        if self.stage.timers:
            self.stage.now += 0.4
            self.stage.do(self.stage.timers.pop(bits % len(self.stage.timers)))

    def expires(self, _: int) -> None:
        self.stage.now += 11
        for event in self.stage.client.expire(self.stage.now):
            self.stage.do(event)

    def dies(self, _: int) -> None:
        if self.lives:
            self.ends()
            self.stage.do(events.Died("gone"))
            cells = self.stage.session.transcript
            assert not any(cell.state in ("queued", "running") for cell in cells), "they are lost, or have not run"

    def ends(self) -> None:
        """The process of the kernel ends."""
        self.lives, self.cell, self.next_count = False, None, 0
        for event in self.stage.client.fail_pending():
            self.stage.do(event)
        self.stage.heard.clear()
        self.stage.known = 0

    def comes_up(self, bits: int) -> None:
        """The restart that was asked for is done or fails; the heart of another's kernel beats again."""
        stage = self.stage
        if self.lives or (self.own and not stage.restarting):
            return
        stage.restarting = False
        if self.own and bits % 4 == 0:
            stage.do(events.Died("no kernel"))
            return
        self.lives, self.count = True, 0
        stage.kernel = Kernel(session=f"kernel-{stage.now}")
        stage.client = Client(
            key=KEY, signature_scheme="hmac-sha256", session=f"me-{stage.now}", username="alice", date=lambda: DATE
        )
        stage.do(events.Opened() if self.own else events.Beating())

    # What must hold

    def every_text_is_somewhere_once_and_runs_once(self) -> None:
        session = self.stage.session
        for number in range(1, self.number + 1):
            name = f"text{number}"
            cells = [cell for cell in session.transcript if name in texts(cell.code)]
            places = len(cells) + sum(name in texts(code) for code in (*session.view.awaited, self.stage.draft))
            assert places <= 1
            assert places or any(name in texts(entry) for entry in session.history.entries), f"{name} is gone"
            sent = self.stage.ran.count(name)
            if cells and cells[0].state != "aborted":
                runs = session.execution.running
                with_kernel = cells[0].state != "queued" or (runs is not None and runs.cell is cells[0])
                assert sent == with_kernel, (name, cells[0].state, sent)
            else:
                assert sent <= bool(cells), f"{name} was taken back, and has run"

    def numbers_never_fall(self) -> None:
        assert self.stage.session.execution.next_count >= self.next_count
        self.next_count = self.stage.session.execution.next_count

    def what_ended_meanwhile_says_so(self) -> None:
        ours = [cell for cell in self.stage.session.transcript if cell.origin == "own"]
        for cell in ours:
            if cell not in self.fates and cell.state in ENDS and cell.state is not State.ABORTED:
                assert bool(cell.remark) == self.stage.away, (cell.code, cell.state)
                self.fates.add(cell)

    def a_prompt_is_open_only_for_a_kernel_that_lives(self) -> None:
        session = self.stage.session
        assert not (session.stdin.request and session.view.phase in (Phase.DEAD, Phase.RESTARTING))

    def in_the_end_all_has_run(self) -> None:
        """A kernel that answers from now on runs all that is queued."""
        for _ in range(100):
            self.works(7)
            self.time(0)
        assert not (self.lives and self.stage.unfinished)


def fails(steps: list[Step], *, own: bool, ready: bool) -> bool:
    try:
        Anything(own=own, ready=ready).play(steps)
    except Exception:  # whatever it is
        return True
    return False


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("ready", [True, False])
def test_anything_may_happen(own: bool, ready: bool) -> None:
    chance = random.Random(0 if settings.default.derandomize else None)
    for _ in range(settings.default.max_examples // 6):
        whats = chance.choices([*STEPS], [*STEPS.values()], k=chance.randrange(150))
        steps = [(what, chance.randrange(256)) for what in whats]
        if not fails(steps, own=own, ready=ready):
            continue
        for number in (*reversed(range(len(steps))), *reversed(range(len(steps)))):
            fewer = steps[:number] + steps[number + 1 :]
            steps = fewer if fails(fewer, own=own, ready=ready) else steps
        note = f"Anything(own={own}, ready={ready}).play({steps})"
        try:
            Anything(own=own, ready=ready).play(steps)
        except Exception as error:
            error.add_note(note)
            raise

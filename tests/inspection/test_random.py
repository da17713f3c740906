"""Random typing against a kernel that answers late, in any order, wrongly or never: what must hold whatever happens."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.inspection.cache import ANSWERS
from bipy.inspection.matching import OTHER, ranked
from bipy.inspection.menu import SHOWN
from bipy.inspection.values import Document, Edit
from bipy.messaging.events import CompleteReply, Event, InspectReply, NoReply, Parent
from bipy.messaging.message import Request
from tests.inspection.story import CLOSED, IDLE, Story

# (base, name) -> the type in jedi's words
NAMES = {
    ("", "print"): "function",
    ("", "property"): "class",
    ("", "pow"): "function",
    ("", "os"): "module",
    ("", "od"): "instance",
    ("", "f"): "function",
    ("", "_private"): "instance",
    ("", "path"): "instance",
    ("", "spam"): "instance",
    ("os", "path"): "module",
    ("os", "PATH_MAX"): "instance",
    ("os", "pardir"): "instance",
    ("os", "pathsep"): "instance",
    ("os", "spawn"): "function",
    ("os", "getpid"): "function",
    ("os.path", "join"): "function",
    ("os.path", "split"): "function",
    ("os.path", "splitext"): "function",
    ("od", "sum"): "instance",
    ("od.sum", "up"): "function",
}
FUNCTIONS = {"f": "f(a, b=2, *args, kw=None)", "print": "print(*args, sep=' ')", "os.path.join": "os.path.join(a, *p)"}
JEDI, IPYTHON, PROTOCOL_4, REWRITING, UNPRINTABLE, SILENT = range(6)


def complete(request: Request, style: int) -> CompleteReply:
    """What a kernel says: in the style of jedi, of IPython without it, of protocol 4, or of a hostile one."""
    code, cursor = request.content["code"], request.content["cursor_pos"]
    typed = re.search(r"(?:[\w.]*\.)?\w*\Z", code[:cursor])
    assert typed is not None
    base, dot, word = typed.group().rpartition(".")
    found = [name for behind, name in NAMES if behind == base and name.startswith(word)]
    types = [NAMES[base, name] if style == JEDI else "attribute" if dot else "variable" for name in found]
    callee = re.search(r"(\w+)\([^()]*\Z", code[:cursor])
    if callee and not dot and style < PROTOCOL_4:
        named = {"f": ("a=", "b=", "kw="), "print": ("sep=",)}.get(callee.group(1), ())
        found += [name for name in named if name.startswith(word)]
        types += ["param"] * (len(found) - len(types))
    start, prefix = [(cursor - len(word), ""), (cursor - len(word + dot), dot), (typed.start(), base + dot)][style % 3]
    if style == REWRITING:
        # What would rewrite all that stands in front of the word.
        start, found = 0, ["evil"] * (cursor > len(word)) + found
    elif style == UNPRINTABLE:
        start, found = cursor, [f"{word}\n", "x" * 5000, "\x1b[31m", *found]
    matches = tuple(prefix + name for name in found)
    end = len(code) if style == REWRITING else cursor
    types += ["variable"] * (len(found) - len(types))
    return CompleteReply(Parent(own=True, request=request), "ok", matches, start, end, tuple(types), ("",) * len(found))


def inspect(request: Request) -> InspectReply:
    code, cursor = request.content["code"], request.content["cursor_pos"]
    name = re.search(r"[\w.]*\Z", code[:cursor])
    text = FUNCTIONS.get(name.group() if name else "")
    data = {} if text is None else {"text/plain": f"Signature: {text}\nDocstring: It is {text}."}
    return InspectReply(Parent(own=True, request=request), "ok", text is not None, data)


class Play(Story):
    """A story that checks, after everything that happens, what must hold.

    `style` is that of all answers, if they have one.
    """

    def __init__(self, style: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.style = style
        self.asked: list[tuple[str, int]] = []

    def reply(self, number: int = 0, style: int = IPYTHON) -> None:
        """The kernel answers one of the requests."""
        if not self.pending:
            return
        request = self.pending.pop(number % len(self.pending))
        style = style if self.style is None else self.style
        if style == SILENT:
            event: Event = NoReply(Parent(own=True, request=request), "idle")
        elif request.msg_type == "complete_request":
            event = complete(request, style)
        else:
            event = inspect(request)
        self.ask(self.inspector.replied(event, self.now))

    def settle(self) -> None:
        """The kernel answers until it owes nothing, and nobody types for a while."""
        for _ in range(40):
            if not self.pending and not self.waits:
                return
            self.now += 1
            self.waits.clear()
            self.ask(self.inspector.waited(self.now))
            self.reply()
        raise AssertionError(f"there is no end of it: {self.pending}")

    def edit(self, code: str, cursor: int, *, replace: bool = False) -> None:
        self.document = Document(code, cursor)
        act = self.inspector.replaced if replace else self.inspector.edited
        self.ask(act(self.document, self.now))

    def put(self, code: str) -> None:
        self.edit(code, len(code))

    def carry_out(self, edit: Edit | None) -> None:
        """Tab or an arrow: nothing but the token, which the menu was for, may change."""
        if edit is not None:
            code, cursor = self.document.code, self.document.cursor
            assert 0 <= edit.start <= cursor <= edit.end <= len(code)
            # In a string a word may hold dots.
            assert re.fullmatch(r"[\w.]*", code[edit.start : edit.end])
            assert edit.start == 0 or not re.match(r"\w", code[edit.start - 1])
            assert "\n" not in edit.text
            assert "evil" not in edit.text
            self.document = Document(code[: edit.start] + edit.text + code[edit.end :], edit.start + len(edit.text))
        self.ask(self.inspector.chosen(self.document, self.now))

    def ask(self, effects: list) -> None:
        asked = self.sent(effects)
        for msg_type in ("complete_request", "inspect_request"):
            assert sum(request.msg_type == msg_type for request in self.pending) <= 1
        for request in self.pending[len(self.pending) - len(asked) :]:
            self.check_request(request)
        self.check()

    def check_request(self, request: Request) -> None:
        """What is asked is about the code on screen, and has not been asked before."""
        code, cursor = request.content["code"], request.content["cursor_pos"]
        assert 0 <= cursor <= len(code)
        if request.msg_type == "complete_request":
            here = (self.document.code, self.document.cursor), (self.inspector.context.widest)
            assert (code, cursor) in here or Document(code, cursor) in here or self.document.code[:cursor] == code
            assert (code, cursor) not in self.asked[-ANSWERS:]
            self.asked.append((code, cursor))
            if self.style == JEDI:
                assert not re.search(r"od\.sum\.\w*\Z|od\.sum\.up\([^()]*\Z", code[:cursor]), "it may be a property"

    def check(self) -> None:
        popup, code, cursor = self.popup, self.document.code, self.document.cursor
        assert 0 <= popup.start <= popup.end <= len(code)
        assert 0 <= popup.anchor <= len(code)
        assert len(popup.matches) <= 2 * SHOWN
        assert len(set(self.matches)) == len(popup.matches)
        if popup.selected is not None:
            assert code[popup.start : popup.end] == popup.matches[popup.selected].text
        elif popup.matches:
            assert popup.start <= cursor <= popup.end
            typed = code[popup.start : cursor]
            assert re.fullmatch(r"[\w.]*", typed)
            assert ranked(self.matches, typed)[OTHER] == []
            for match in popup.matches:
                assert "".join(match.text[offset] for offset in match.marked).lower() == typed.lower()
        if popup.signatures:
            parameters = popup.signatures[popup.signature].parameters
            assert popup.argument is None or 0 <= popup.argument < len(parameters)


TEXTS = st.sampled_from(
    (*"psoa.(, )=\n'_", "os", "os.pa", "pri", "path", "f(", "os.path.join(", "kw=", "'x, (' ", "od.sum.up(")
)
STEPS = st.one_of(
    st.tuples(st.just("type"), TEXTS),
    st.tuples(st.just("type"), TEXTS),
    st.tuples(st.just("reply"), st.integers(0, 1), st.integers(JEDI, SILENT)),
    st.tuples(st.just("reply"), st.integers(0, 1), st.integers(JEDI, PROTOCOL_4)),
    st.tuples(st.just("delete"), st.integers(1, 3)),
    st.tuples(st.just("go"), st.integers(0, 30)),
    st.tuples(st.just("tab"), st.sampled_from((1, 1, -1))),
    st.tuples(st.just("move"), st.integers(-3, 3)),
    st.tuples(st.sampled_from(("accept", "dismiss", "ask", "ran", "close", "idle", "next_signature", "learn"))),
    st.tuples(st.just("wait"), st.sampled_from((0.1, 0.6))),
    st.tuples(st.just("replace"), TEXTS),
)


def take(play: Play, step: tuple) -> None:
    code, cursor, inspector = play.document.code, play.document.cursor, play.inspector
    match step:
        case ("type" | "replace" as how, text):
            play.edit(code[:cursor] + text + code[cursor:], cursor + len(text), replace=how == "replace")
        case ("delete", count):
            count = min(count, cursor)
            play.edit(code[: cursor - count] + code[cursor:], cursor - count)
        case ("go", offset):
            play.edit(code, min(offset, len(code)))
        case ("tab", step):
            play.carry_out(inspector.tab(step))
        case ("move", step):
            edit = inspector.move(step)
            if edit is not None:
                play.carry_out(edit)
        case ("reply", number, style):
            play.reply(number, style)
        case ("wait", seconds):
            play.now += seconds
            play.ask(inspector.waited(play.now))
        case ("ask",):
            play.ask(inspector.ask(play.document, play.now))
        case ("close",):
            play.ask(inspector.kernel_is(CLOSED, play.now))
        case ("idle",):
            play.ask(inspector.kernel_is(IDLE, play.now))
        case ("ran",):
            inspector.ran()
            play.asked.clear()
        case ("learn",):
            inspector.learn("parrot = os.parrot")
        case (name,):
            getattr(inspector, name)()
    play.check()


@given(st.lists(STEPS, max_size=40))
@settings(max_examples=150)
def test_whatever_happens(steps: list[tuple]) -> None:
    play = Play()
    for step in steps:
        take(play, step)


LAST = (
    "os.pa",
    "os.p",
    "pri",
    "path",
    "os.path.s",
    "f(",
    "f(pa",
    "f(1, ",
    "f(a=p",
    "print(os.p",
    "od.sum.u",
    "od.sum.up(p",
)


def typed_slowly(code: str, style: int) -> Play:
    play = Play(style, jedi=style == JEDI)
    for end in range(1, len(code) + 1):
        play.put(code[:end])
        play.settle()
    return play


def looks(play: Play) -> tuple[object, ...]:
    return play.matches, play.popup.signatures, play.popup.argument, play.popup.note


@pytest.mark.parametrize("style", [JEDI, IPYTHON, PROTOCOL_4])
@pytest.mark.parametrize("code", LAST)
def test_the_same_code_shows_the_same_however_it_was_typed(code: str, style: int) -> None:
    expected = looks(typed_slowly(code, style))
    keys = [code[:end] for end in range(1, len(code) + 1)]
    ways = {
        "pasted": [code],
        "in a burst": keys,
        "with a mistake": [*keys, code + "x", code + "x(", code + "x", code],
        "taken back": [code[0], code, code + "zz.top(", code[:-1], code],
    }
    for way, steps in ways.items():
        for answers in (0, 1):
            play = Play(style, jedi=style == JEDI)
            for step in steps:
                play.put(step)
                for _ in range(answers):
                    play.reply()
            play.settle()
            assert looks(play) == expected, way


# A piece of the code, how it is typed, what is typed by mistake and taken back, and how often the kernel answers then.
WAYS = (st.sampled_from(("keys", "paste")), st.sampled_from(("", "", "x", "os.p(")), st.integers(0, 3))


@given(
    st.lists(st.tuples(TEXTS, *WAYS), max_size=3),
    st.tuples(st.sampled_from(LAST), *WAYS),
    st.integers(JEDI, PROTOCOL_4),
)
@settings(max_examples=60)
def test_so_does_any_other_code(pieces: list, last: tuple, style: int) -> None:
    play, code = Play(style, jedi=style == JEDI), ""
    for text, how, mistake, answers in [*pieces, ("\n", "keys", "", 0), last]:
        for piece in text if how == "keys" else [text]:
            code += piece
            play.put(code)
        if mistake:
            play.put(code + mistake)
            for count in range(len(mistake)):
                play.put(code + mistake[: len(mistake) - count - 1])
        for _ in range(answers):
            play.reply()
    play.settle()
    assert looks(play) == looks(typed_slowly(code, style))

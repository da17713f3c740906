"""Random typing against a kernel that answers late, in any order, wrongly or never: what must hold whatever happens."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.inspection.cache import ANSWERS
from bipy.inspection.matching import OTHER, ranked
from bipy.inspection.menu import SHOWN
from bipy.inspection.values import Document, Edit
from bipy.messaging.events import CompleteReply, InspectReply, NoReply, Parent
from bipy.messaging.message import Request
from tests.inspection.story import SHELL, Story

NAMES = {
    "": ("print", "property", "pow", "os", "f", "_private", "path"),
    "os": ("path", "pardir", "pathsep", "spawn", "getpid"),
    "os.path": ("join", "split", "splitext"),
}
FUNCTIONS = {"f": "f(a, b=2, *args, kw=None)", "print": "print(*args, sep=' ')", "os.path.join": "os.path.join(a, *p)"}


def complete(request: Request, style: int) -> CompleteReply:
    """What a kernel says: in the style of jedi, of IPython without it, of protocol 4, or of a hostile one."""
    code, cursor = request.content["code"], request.content["cursor_pos"]
    typed = re.search(r"(?:[\w.]*\.)?\w*\Z", code[:cursor])
    assert typed is not None
    base, dot, word = typed.group().rpartition(".")
    found = [name for name in NAMES.get(base, ()) if name.startswith(word)]
    start, prefix = [(cursor - len(word), ""), (cursor - len(word + dot), dot), (typed.start(), base + dot)][style % 3]
    if style == 3:
        # What would rewrite all that stands in front of the word.
        start, found = 0, ["evil"] * (cursor > len(word)) + found
    elif style == 4:
        start, found = cursor, [f"{word}\n", "x" * 5000, "\x1b[31m", *found]
    matches = tuple(prefix + name for name in found)
    end = len(code) if style == 3 else cursor
    types = ("function",) * len(matches)
    return CompleteReply(Parent(own=True, request=request), "ok", matches, start, end, types, ("",) * len(matches))


def inspect(request: Request) -> InspectReply:
    code, cursor = request.content["code"], request.content["cursor_pos"]
    name = re.search(r"[\w.]*\Z", code[:cursor])
    text = FUNCTIONS.get(name.group() if name else "")
    data = {} if text is None else {"text/plain": f"Signature: {text}\nDocstring: It is {text}."}
    return InspectReply(Parent(own=True, request=request), "ok", text is not None, data)


class Play(Story):
    """A story that checks, after everything that happens, what must hold."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, int]] = []

    def reply(self, number: int, style: int) -> None:
        """The kernel answers one of the requests."""
        if not self.pending:
            return
        request = self.pending.pop(number % len(self.pending))
        if style == 5:
            event: CompleteReply | InspectReply | NoReply = NoReply(Parent(own=True, request=request), "idle")
        elif request.msg_type == "complete_request":
            event = complete(request, style)
        else:
            event = inspect(request)
        self.ask(self.inspector.replied(event, self.now))

    def edit(self, code: str, cursor: int, *, paste: bool = False) -> None:
        self.document = Document(code, cursor)
        act = self.inspector.pasted if paste else self.inspector.edited
        self.ask(act(self.document, self.now))

    def carry_out(self, edit: Edit | None) -> None:
        """Tab or an arrow: nothing but the token, which the list was for, may change."""
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
            assert 0 <= request.content["cursor_pos"] <= len(request.content["code"])
            if request.msg_type == "complete_request":
                question = (request.content["code"], request.content["cursor_pos"])
                assert question == (self.document.code, self.document.cursor)
                assert question not in self.asked[-ANSWERS:]
                self.asked.append(question)
        self.check()

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
                assert "".join(match.text[context] for context in match.marked).lower() == typed.lower()
        if popup.signatures:
            parameters = popup.signatures[popup.signature].parameters
            assert popup.argument is None or 0 <= popup.argument < len(parameters)


TEXTS = st.sampled_from((*"psoa.(, )=\n'_", "os", "os.pa", "pri", "path", "f(", "os.path.join(", "kw=", "'x, (' "))
STEPS = st.one_of(
    st.tuples(st.just("type"), TEXTS),
    st.tuples(st.just("type"), TEXTS),
    st.tuples(st.just("reply"), st.integers(0, 1), st.integers(0, 5)),
    st.tuples(st.just("reply"), st.integers(0, 1), st.integers(0, 2)),
    st.tuples(st.just("delete"), st.integers(1, 3)),
    st.tuples(st.just("go"), st.integers(0, 30)),
    st.tuples(st.just("tab"), st.sampled_from((1, 1, -1))),
    st.tuples(st.just("move"), st.integers(-3, 3)),
    st.tuples(st.sampled_from(("accept", "dismiss", "ask", "ran", "hold", "route", "turn", "learn"))),
    st.tuples(st.just("wait"), st.sampled_from((0.1, 0.6))),
    st.tuples(st.just("paste"), TEXTS),
)


def take(play: Play, step: tuple) -> None:
    code, cursor, inspector = play.document.code, play.document.cursor, play.inspector
    match step:
        case ("type" | "paste" as how, text):
            play.edit(code[:cursor] + text + code[cursor:], cursor + len(text), paste=how == "paste")
        case ("delete", count):
            count = min(count, cursor)
            play.edit(code[: cursor - count] + code[cursor:], cursor - count)
        case ("go", context):
            play.edit(code, min(context, len(code)))
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
        case ("hold",):
            play.ask(inspector.route(None, play.now))
        case ("route",):
            play.ask(inspector.route(SHELL, play.now))
        case ("ran",):
            inspector.ran()
            play.asked.clear()
        case ("learn",):
            inspector.learn("parrot = os.parrot")
        case (name,):
            getattr(inspector, name)()
    play.check()


@given(st.lists(STEPS, max_size=40))
@settings(max_examples=300)
def test_whatever_happens(steps: list[tuple]) -> None:
    play = Play()
    for step in steps:
        take(play, step)


@given(st.lists(STEPS, max_size=25), st.sampled_from(("p", "os.pa", "os.path.s", "f(p", "f(1, ", "print(os.p", "x")))
@settings(max_examples=150)
def test_when_all_is_answered_the_screen_shows_what_was_asked_last(steps: list[tuple], last: str) -> None:
    play, fresh = Play(), Play()
    play.inspector.matching = fresh.inspector.matching = "prefix"
    for step in steps:
        if step != ("learn",):
            take(play, step)
    for each in (play, fresh):
        take(each, ("route",))
        take(each, ("type", "\n"))
        # Whatever stands there: a statement of its own.
        each.edit("import os\n", 10)
        for letter in last:
            take(each, ("type", letter))
        for _ in range(10):
            each.now += 1
            each.ask(each.inspector.waited(each.now))
            each.reply(0, 0)
    assert not play.pending
    assert play.matches == fresh.matches
    assert play.popup.signatures == fresh.popup.signatures
    assert play.popup.argument == fresh.popup.argument

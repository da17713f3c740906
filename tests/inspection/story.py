"""A person at the keyboard and a kernel at the other end, for telling stories about an `Inspector`.

`Story.types("os.pa|")` is an edit, the `|` being the cursor; `Story.says(...)` is what the kernel answers to the oldest
request that it has not answered.  Time passes only when a story says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bipy.inspection.inspector import Inspector
from bipy.inspection.routes import KernelState
from bipy.inspection.values import Document, Edit, Popup, Wait
from bipy.messaging.events import (
    NO_PARENT,
    CompleteReply,
    Event,
    InspectReply,
    KernelInfo,
    NoReply,
    Parent,
    SubshellReply,
)
from bipy.messaging.message import Request

# Of a kernel about which nothing is known, so that the shell is its only way in.
IDLE, BUSY = KernelState("idle", info=KernelInfo(NO_PARENT)), KernelState("busy", info=KernelInfo(NO_PARENT))
CLOSED = KernelState("closed", "kernel busy")


PROOFS: dict[str, Callable[[Request], Event]] = {
    "kernel_info_request": lambda request: KernelInfo(Parent(own=True, request=request)),
    "create_subshell_request": lambda request: SubshellReply(Parent(own=True, request=request), "ok", "1234"),
}


def document(text: str) -> Document:
    """The code and the cursor that `|` stands for."""
    return Document(text.replace("|", "", 1), text.index("|"))


def words(request: Request) -> str:
    """What a request asks and, unless that is the shell, on which route."""
    route = "subshell: " if request.subshell_id else f"{request.channel}: " if request.channel != "shell" else ""
    asked = f"{route}{request.msg_type.removesuffix('_request')}"
    if "code" not in request.content:
        return asked
    code, cursor = request.content["code"], request.content["cursor_pos"]
    return f"{asked} {code[:cursor]}|{code[cursor:]}"


class Story:
    """An inspector, the requests that the kernel has not answered yet, and what is on screen.

    The kernel is idle, and its completer is IPython's own.
    """

    def __init__(self, kernel: KernelState = IDLE, **options: Any) -> None:
        self.inspector = Inspector(**{"jedi": False, **options})
        self.now = 100.0
        self.document = Document()
        self.pending: list[Request] = []
        self.waits: list[float] = []
        self.sent(self.inspector.kernel_is(kernel, self.now))

    def sent(self, effects: Sequence[Request | Wait | Edit]) -> list[str]:
        """Note what the inspector wants; what it asks, each request in one word and the place it asks about."""
        told = []
        for effect in effects:
            if isinstance(effect, Wait):
                self.waits.append(self.now + effect.seconds)
            elif isinstance(effect, Edit):
                told += self._makes(effect)
            else:
                self.pending.append(effect)
                told.append(words(effect))
        return told

    # The person

    def types(self, text: str) -> list[str]:
        """An edit."""
        self.document = document(text)
        return self.sent(self.inspector.edited(self.document, self.now))

    def replaces(self, text: str) -> list[str]:
        """Code that nobody typed takes the place of what was."""
        self.document = document(text)
        return self.sent(self.inspector.replaced(self.document, self.now))

    def tab(self, step: int = 1) -> list[str]:
        return self._makes(self.inspector.tab(step))

    def moves(self, step: int) -> list[str]:
        return self._makes(self.inspector.move(step))

    def asks(self, detail_level: int = 0) -> list[str]:
        return self.sent(self.inspector.ask(self.document, self.now, detail_level))

    def _makes(self, edit: Edit | None) -> list[str]:
        if edit is not None:
            code = self.document.code
            self.document = Document(code[: edit.start] + edit.text + code[edit.end :], edit.start + len(edit.text))
        return self.sent(self.inspector.chosen(self.document, self.now))

    # The kernel

    def says(self, *matches: str, start: int = 0, types: str | Sequence[str] = "variable", **more: Any) -> list[str]:
        """Answer the complete_request in flight: the text from `start` on can be any of `matches`.

        When the least of the token is asked about next, the answer to that is the same; it is not told of.
        """
        request = self.take("complete_request")
        types = (types,) * len(matches) if isinstance(types, str) else tuple(types)
        more.setdefault("signatures", ("",) * len(matches))
        cursor = request.content["cursor_pos"]
        reply = CompleteReply(Parent(own=True, request=request), "ok", matches, start, cursor, types, **more)
        told = self.sent(self.inspector.replied(reply, self.now))
        widest = self.inspector.context.widest
        for request in self.pending:
            asked = Document(request.content.get("code", ""), request.content.get("cursor_pos", 0))
            if request.msg_type == "complete_request" and asked == widest != self.document:
                told.remove(words(request))
                told += self.says(*matches, start=start, types=types, **more)
        return told

    def tells(self, text: str | None) -> list[str]:
        """Answer the inspect_request in flight with this text; None: nothing was found."""
        parent = Parent(own=True, request=self.take("inspect_request"))
        reply = InspectReply(parent, "ok", text is not None, {} if text is None else {"text/plain": text})
        return self.replies(reply)

    def fails(self, msg_type: str, reason: str = "idle") -> list[str]:
        """A request will not be answered."""
        return self.replies(NoReply(Parent(own=True, request=self.take(msg_type)), reason))

    def proves(self) -> list[str]:
        """Answer what asks whether a route is open, a subshell included, until nothing does."""
        told = []
        for request in list(self.pending):
            if request.msg_type in PROOFS:
                self.pending.remove(request)
                told += self.replies(PROOFS[request.msg_type](request))
        return told + self.proves() if told and told[-1].endswith("kernel_info") else told

    def replies(self, event: Event) -> list[str]:
        return self.sent(self.inspector.replied(event, self.now))

    def take(self, msg_type: str) -> Request:
        request = next(request for request in self.pending if request.msg_type == msg_type)
        self.pending.remove(request)
        return request

    # The clock and the session

    def passes(self, seconds: float) -> list[str]:
        """Time passes; what is due is done."""
        self.now += seconds
        told = []
        for wait in sorted(self.waits):
            if wait <= self.now:
                self.waits.remove(wait)
                told += self.sent(self.inspector.waited(self.now))
        return told

    def kernel_is(self, kernel: KernelState) -> list[str]:
        return self.sent(self.inspector.kernel_is(kernel, self.now))

    # The screen

    @property
    def popup(self) -> Popup:
        return self.inspector.popup

    @property
    def matches(self) -> list[str]:
        return [match.text for match in self.popup.matches]

    @property
    def signature(self) -> str:
        """The signature on show with the current argument between stars."""
        if not self.popup.signatures:
            return ""
        signature = self.popup.signatures[self.popup.signature]
        words = [f"*{p.text}*" if n == self.popup.argument else p.text for n, p in enumerate(signature.parameters)]
        return signature.head + ", ".join(words) + signature.tail

    @property
    def text(self) -> str:
        """The code with its cursor."""
        return self.document.code[: self.document.cursor] + "|" + self.document.code[self.document.cursor :]

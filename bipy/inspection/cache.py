"""What the kernel has answered so far, and what of it fits the code on screen.

An answer is good for the document it was asked for, and for every one that differs from it only in that more of the
same token has been typed; so typing narrows a list, and deleting widens it again, in the frame of the key.  Docs are
good for their name.  When a cell has run (a new `generation`) answers are still shown until better ones come, but no
longer keep the inspector from asking.
"""

from __future__ import annotations

from collections.abc import Iterator

from bipy.inspection.context import Context
from bipy.inspection.inflight import Question
from bipy.inspection.reply import Completions, parse_signature
from bipy.inspection.values import Docs, Document, Match, Signature

ANSWERS = 32
DOCS = 128


class Answer:
    """A question and the complete_reply to it; not `given` when there will be none."""

    __slots__ = ("behind", "completions", "given", "question", "start", "typed")

    def __init__(self, question: Question, completions: Completions | None) -> None:
        document = question.context.document
        self.question = question
        self.given = completions is not None
        self.completions = completions or Completions(document.cursor, document.cursor)
        self.start = question.context.token.start
        self.typed = question.context.typed
        self.behind = len(document.code) - document.cursor

    def covers(self, context: Context) -> bool:
        """Whether the document is the one asked about but for more of the same token."""
        document, asked = context.document, self.question.context.document
        return (
            context.token.start == self.start
            and len(document.code) - document.cursor == self.behind
            and context.typed.startswith(self.typed)
            and document.code.startswith(asked.code[: self.start])
            and document.code.endswith(asked.code[asked.cursor :])
        )

    def is_about(self, code: str, start: int, end: int) -> bool:
        """Whether the word at [start, end) was being typed when this was asked, whatever stands behind it."""
        return (
            self.start == start
            and code[start:end].startswith(self.typed)
            and code.startswith(self.question.context.document.code[:start])
        )


class Cache:
    """The last answers, the newest last."""

    def __init__(self) -> None:
        self._answers: list[Answer] = []
        self._docs: dict[tuple[str, int], tuple[Docs, int]] = {}
        # (name, detail level) -> the generation in which the kernel left the question open
        self._left_open: dict[tuple[str, int], int] = {}

    def complete(self, question: Question, completions: Completions | None) -> None:
        """Remember a complete_reply, or that there will be none."""
        document = question.context.document
        self._answers = [a for a in self._answers if a.question.context.document != document][1 - ANSWERS :]
        self._answers.append(Answer(question, completions))

    def inspect(self, question: Question, docs: Docs | None) -> None:
        """Remember an inspect_reply, or that there will be none."""
        key = (question.name, question.detail_level)
        if docs is None:
            self._left_open[key] = question.generation
            return
        self._docs.pop(key, None)
        if len(self._docs) >= DOCS:
            self._docs.pop(next(iter(self._docs)))
        self._docs[key] = (docs, question.generation)

    def answer(self, document: Document, generation: int) -> Answer | None:
        """What the kernel has said of this very document since a cell last ran; None when it was not asked."""
        for answer in self._answers:
            if answer.question.generation == generation and answer.question.context.document == document:
                return answer
        return None

    def knows_docs(self, question: Question) -> bool:
        """Whether the kernel has told about this name since a cell last ran, or has left the question open."""
        key = (question.name, question.detail_level)
        known = self._docs.get(key)
        return question.generation in (known and known[1], self._left_open.get(key))

    def ask_again(self, name: str) -> None:
        """A question about the name that was left open may be asked again."""
        for key in [key for key in self._left_open if key[0] == name]:
            del self._left_open[key]

    def covering(self, context: Context) -> list[Answer]:
        """The answers that fit, the one for the most of the token first; old ones only while there is no new one."""
        found = [answer for answer in self._answers if answer.given and answer.covers(context)]
        newest = max((answer.question.generation for answer in found), default=0)
        found = [answer for answer in found if answer.question.generation == newest]
        return sorted(found, key=lambda answer: -len(answer.typed))

    def offered(self, code: str, start: int, end: int, generation: int | None = None) -> tuple[bool, str | None]:
        """Whether the completer has been asked about the word at [start, end), and with which type it was offered.

        The type is None when the completer does not offer the word, "<unknown>" or "" when it does not know.  With a
        `generation` only what was asked since then counts.
        """
        word, asked = code[start:end], False
        for answer in self._about(code, start, end):
            if generation not in (None, answer.question.generation):
                continue
            exact = answer.typed == word
            type_ = answer.completions.type_of(word)
            asked = asked or exact
            # Of many matches at once jedi does not find out every type.
            if type_ is not None and (exact or type_ != "<unknown>"):
                return True, type_
        return asked, None

    def type_of(self, context: Context) -> str | None:
        """The type that completion named for the word at the cursor: "" when it is not known, None for no such name."""
        asked, type_ = self.offered(context.document.code, context.token.start, context.name[1])
        return "" if type_ is None and not (asked and context.token.kind == "name") else type_

    def signatures(self, context: Context) -> tuple[Signature, ...]:
        """Those of the open call: from its docs, else what completion said of it while it was being typed."""
        call = context.call
        if call is None:
            return ()
        known = self._docs.get((call.name, 0))
        if call.name and known is not None:
            return known[0].signatures
        code = context.document.code
        start = context.callee_start
        word = code[start : call.end]
        for answer in self._about(code, start, call.end):
            if word in answer.completions.texts:
                hint = answer.completions.signatures[answer.completions.texts.index(word)]
                signature = parse_signature(code[call.start : call.end] + hint) if hint else None
                return (signature,) if signature else ()
        return ()

    def docs(self, name: str, detail_level: int) -> Docs | None:
        """What is known of a name, with its source when that was asked for and has come; None when it is nothing."""
        known = self._docs.get((name, detail_level)) or self._docs.get((name, 0))
        return known[0] if known is not None and known[0] != Docs(known[0].name) else None

    def _about(self, code: str, start: int, end: int) -> Iterator[Answer]:
        """The answers about the word at [start, end), the one for the most of it first."""
        found = [answer for answer in self._answers if answer.is_about(code, start, end)]
        yield from sorted(found, key=lambda answer: (-len(answer.typed), -answer.question.generation))


def described(match: Match) -> Docs | None:
    """What completion said of a match, until its docs come."""
    signature = parse_signature(match.text + match.signature) if match.signature else None
    if signature is None and not match.type:
        return None
    return Docs(match.text, (signature,) if signature else (), "", (("Type", match.type),) if match.type else ())

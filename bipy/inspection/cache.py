"""What the kernel has answered so far, and what of it fits the document on screen.

An answer is good for the document it was asked for and for every one that differs from it only in that more of the same
token has been typed; so typing narrows a list, and deleting widens it again, without a word to the kernel.  Docs are
good for their name.  When a cell has run (a new `generation`) answers are still shown until better ones come, but no
longer keep anybody from asking.
"""

from __future__ import annotations

from bipy.inspection.context import Context
from bipy.inspection.inflight import Question
from bipy.inspection.reply import Completions, parse_signature
from bipy.inspection.values import Docs, Match, Signature

ANSWERS = 24
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


class Cache:
    """The last answers, the newest last."""

    def __init__(self) -> None:
        self._answers: list[Answer] = []
        self._docs: dict[tuple[str, int], tuple[Docs, int]] = {}
        self._lost: Question | None = None

    def complete(self, question: Question, completions: Completions | None) -> None:
        """Remember a complete_reply, or that there will be none."""
        document = question.context.document
        self._answers = [a for a in self._answers if a.question.context.document != document][1 - ANSWERS :]
        self._answers.append(Answer(question, completions))

    def inspect(self, question: Question, docs: Docs | None) -> None:
        """Remember an inspect_reply, or that there will be none: then the next document may ask again."""
        if docs is None:
            self._lost = question
            return
        key = (question.name, question.detail_level)
        self._docs.pop(key, None)
        if len(self._docs) >= DOCS:
            self._docs.pop(next(iter(self._docs)))
        self._docs[key] = (docs, question.generation)

    def knows_list(self, context: Context, generation: int) -> bool:
        """Whether the kernel has been asked about this very document since a cell last ran."""
        return any(
            answer.question.generation == generation and answer.question.context.document == context.document
            for answer in self._answers
        )

    def knows_docs(self, question: Question) -> bool:
        """Whether the kernel has told about this name since a cell last ran, or has left this very question open."""
        known = self._docs.get((question.name, question.detail_level))
        if known is not None and known[1] == question.generation:
            return True
        lost = self._lost
        return lost is not None and lost.context.document == question.context.document and lost[1:] == question[1:]

    def covering(self, context: Context) -> list[Answer]:
        """The answers that fit, the one for the most of the token first; old ones only while there is no new one."""
        found = [answer for answer in self._answers if answer.given and answer.covers(context)]
        newest = max((answer.question.generation for answer in found), default=0)
        found = [answer for answer in found if answer.question.generation == newest]
        return sorted(found, key=lambda answer: -len(answer.typed))

    def type_of(self, context: Context) -> str | None:
        """The type that completion named for the word at the cursor: "" when it is not known, None for no such name."""
        answers = self.covering(context)
        end = context.name[1]
        word = context.document.code[context.token.start : end]
        for answer in answers:
            if word in answer.completions.texts:
                return answer.completions.types[answer.completions.texts.index(word)]
        asked = answers and answers[0].typed == context.typed and end == context.document.cursor
        return None if asked and context.token.kind == "name" else ""

    def signatures(self, context: Context) -> tuple[Signature, ...]:
        """Those of the open call: from its docs, else what completion said of it while it was being typed."""
        call = context.call
        if call is None:
            return ()
        known = self._docs.get((call.name, 0))
        if call.name and known is not None:
            return known[0].signatures
        code = context.document.code
        for answer in reversed(self._answers):
            if not call.start <= answer.start < call.end:
                continue
            word = code[answer.start : call.end]
            if word in answer.completions.texts and code.startswith(
                answer.question.context.document.code[: answer.start]
            ):
                hint = answer.completions.signatures[answer.completions.texts.index(word)]
                signature = parse_signature(code[call.start : call.end] + hint) if hint else None
                return (signature,) if signature else ()
        return ()

    def docs(self, name: str, detail_level: int) -> Docs | None:
        """What is known of a name, with its source when that was asked for and has come; None when it is nothing."""
        known = self._docs.get((name, detail_level)) or self._docs.get((name, 0))
        return known[0] if known is not None and known[0] != Docs(known[0].name) else None


def described(match: Match) -> Docs | None:
    """What completion said of a match, until its docs come."""
    signature = parse_signature(match.text + match.signature) if match.signature else None
    if signature is None and not match.type:
        return None
    return Docs(match.text, (signature,) if signature else (), "", (("Type", match.type),) if match.type else ())

"""What the kernel's answers mean: inspect text -> `Docs`, a line of it -> `Signature`, complete_reply -> `Completions`.

The text of an inspect_reply is IPython's by custom only (the specification promises no structure), so reading is a
matter of titles where there are any, and of the first line that looks like a call where there are none.  Control
sequences end here and nowhere else.  No answer makes it raise, and none costs more than `LIMIT`
characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bipy.inspection.context import Context
from bipy.inspection.signature import argument_of, parse_signature, says_nothing, without_self
from bipy.inspection.values import Docs, Signature
from bipy.messaging.events import CompleteReply, InspectReply
from bipy.value import Value

LIMIT = 64_000
"""How many characters of an inspect text are read: 3 ms at most, and more than a person does."""

WRITTEN = 60
"""In how many lines of a text signatures are looked for once there is one."""

OVERLOADS = 20
"""How many signatures of one name are looked for."""

LONGEST_WRITTEN = 2_000
"""How long one of them may be."""

LONGEST_MATCH = 1_000
"""How long a match may be."""

# Patterns are compiled (by `re`, which keeps them) when the first reply comes, not at start-up.
_SEQUENCE = (
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[ -/]*[0-~])?"
    r"|\x9b[0-?]*[ -/]*[@-~]"
)
_OVERSTRIKE = r"[^\n]\x08"
_CONTROL = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]"
_UNFIT = r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]"
_SGR = r"\x1b\[[\d;]*m"
_TITLES = (
    "(Signature|Init signature|Call signature|Definition|Init definition|Call def|Constructor information"
    "|Docstring|Init docstring|Class docstring|Constructor docstring|Call docstring|Base class|Base Class"
    "|Type|String form|String Form|Namespace|File|Length|Source|Subclasses|Repr|Alias to|Magic|Value)"
)
_COLOURED = rf"(?m)^(?:{_SGR})?{_TITLES}:[ \t]*{_SGR}[ \t]*"
_PLAIN = rf"(?m)^{_TITLES}:(?=[ \t\n]|\Z)[ \t]*"
_SIGNATURES = ("Signature", "Definition", "Init signature", "Init definition", "Call signature", "Call def")
_DOCSTRINGS = ("Docstring", "Class docstring", "Init docstring", "Constructor docstring", "Call docstring")
_NO_DOCSTRING = "<no docstring>"
_CALL = (
    r"([ \t]*)(?:(?:export|public|static|async|function|func|fun|fn|def|method|const|\([\w ]+\))[ \t]+)*"
    r"([^\W\d][\w.$:!?-]*)(?:<[^>(]*>)?[ \t]?\("
)
_NAME_PARTS = r"[.:$]"
_USAGE = r"(?m)^(?:[Uu]sage:[ \t]*|([ \t]+))(%{1,2}\w+\b.*(?:\n(?=\1[ \t]+\S).*)*)"


__all__ = ["Completions", "argument_of", "completions", "docs", "parse_signature", "plain", "read_docs"]


class Completions(Value):
    """A complete_reply made safe: replace [start, end) of the code that was sent with one of `texts`.

    `types` and `signatures` run parallel to `texts`.
    """

    start: int
    end: int
    texts: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()

    def type_of(self, text: str) -> str | None:
        """The type of one of the texts; None when it is none of them."""
        return self.types[self.texts.index(text)] if text in self.texts else None


def completions(event: CompleteReply, context: Context) -> Completions:
    """The matches that can stand at the place that was asked about.

    A kernel may name any range, but only the token at the cursor is ever replaced: what a match shares with the text in
    front of the token is left out, and a match that would change that text is dropped, as is one with a control
    character.  (For "os.pa" ipykernel without jedi answers ".path", protocol 4 "os.path", jedi "path": all are "path".)
    """
    code, cursor, token = context.document.code, context.document.cursor, context.token
    start = min(event.cursor_start, cursor)
    rest = re.compile(r"\w*").match(code, cursor)
    end = max(cursor, min(event.cursor_end, rest.end() if rest else cursor))
    before, between = code[start : token.start], code[token.start : start]
    matches, types, signatures = event.matches, event.types, event.signatures
    if not len(matches) == len(types) == len(signatures):
        types = signatures = ("",) * len(matches)
    numbers: Sequence[int] = range(len(matches))
    # One look at all of them together: of 10,000 matches nearly all are clean.
    if not "".join(matches).isprintable() or max(map(len, matches), default=0) > LONGEST_MATCH:
        numbers = [n for n in numbers if len(matches[n]) <= LONGEST_MATCH and not re.search(_UNFIT, matches[n])]
    if before:
        numbers = [n for n in numbers if matches[n].startswith(before)]
    texts = matches
    if before or between or len(numbers) < len(matches):
        texts = tuple(between + matches[n][len(before) :] for n in numbers)
        types, signatures = tuple(types[n] for n in numbers), tuple(signatures[n] for n in numbers)
    if len(set(texts)) < len(texts) or "" in texts:
        first = dict(zip(reversed(texts), reversed(range(len(texts))), strict=True))
        first.pop("", None)
        kept = sorted(first.values())
        texts, types = tuple(texts[n] for n in kept), tuple(types[n] for n in kept)
        signatures = tuple(signatures[n] for n in kept)
    return Completions(token.start, end, texts, types, signatures)


def runs_code(event: CompleteReply, context: Context) -> bool | None:
    """Whether the matches are jedi's (True) or those of IPython's own completer (False); None when they do not tell."""
    types = set(event.types)
    if types & {"attribute", "variable"}:
        return False
    if types & {"instance", "statement", "function", "class", "module"}:
        return True
    # IPython's own, before it named types, gave all that stands in front of the dot too.
    dotted = context.token.kind == "attribute" and all("." in match for match in event.matches)
    return False if event.matches and dotted else None


def plain(text: str) -> str:
    """The text without control sequences, control characters and overstrikes; tabs are kept."""
    if "\x08" in text:
        text = re.sub(_OVERSTRIKE, "", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    return re.sub(_CONTROL, "", re.sub(_SEQUENCE, "", text))


def docs(event: InspectReply, name: str = "") -> Docs:
    """What an inspect_reply says; empty `Docs` when nothing was found."""
    text = event.data.get("text/plain")
    if event.status != "ok" or not event.found or not isinstance(text, str):
        return Docs(name)
    return read_docs(text, name)


def read_docs(text: str, name: str = "") -> Docs:
    """Read the text of an inspect_reply, at most LIMIT characters of it."""
    more = "\n…" if len(text) > LIMIT else ""
    fields = _fields(text[:LIMIT])
    if not fields:
        text = plain(text[:LIMIT]).strip("\n")
        return Docs(name, _written(text, name), text + more)
    titles = [title for title, _ in fields]
    if name.startswith("%") and "Type" in titles:
        # ipykernel drops the %, and tells of what else has that name.
        return Docs(name)
    found = dict(reversed(fields))
    docstrings = [value for title, value in fields if title in _DOCSTRINGS and value not in ("", _NO_DOCSTRING)]
    docstring = "\n\n".join(dict.fromkeys(docstrings))
    signatures = []
    for title in _SIGNATURES:
        signature = parse_signature(found[title]) if title in found else None
        if signature is not None:
            # IPython 3 and older leave self in where it is not given: calling a class, or an instance.
            instance = title == "Signature" and "Type" in titles[: titles.index(title)]
            signatures.append(without_self(signature) if title != "Signature" or instance else signature)
    telling = tuple(signature for signature in signatures if not says_nothing(signature))
    others = [
        (title, value) for title, value in fields if title not in (*_SIGNATURES, *_DOCSTRINGS, "Source") and value
    ]
    source = found.get("Source", "")
    written = () if telling else _written(docstring, name)
    return Docs(
        name,
        telling or written or tuple(signatures),
        (_without(docstring, written) if written else docstring) + more * (not source),
        tuple(others),
        source + more * bool(source),
    )


def _without(text: str, signatures: Sequence[Signature]) -> str:
    """The text without the lines at its head that hold `signatures`, which are shown as such.

    Only when a blank line ends them: else what follows, as in the docstring of dict, would begin in mid-sentence.
    """
    heads = {signature.head for signature in signatures}
    lines = text.split("\n")
    while lines and (signature := parse_signature(lines[0])) is not None and signature.head in heads:
        del lines[0]
    return "\n".join(lines).lstrip("\n") if not lines or not lines[0].strip() else text


def _fields(text: str) -> list[tuple[str, str]]:
    """The titled parts in order.

    A docstring may hold a line that looks like a title; where the kernel colours its titles, the colour tells them.
    """
    titles = list(re.finditer(_COLOURED, text)) or list(re.finditer(_PLAIN, text))
    if not titles or plain(text[: titles[0].start()]).strip():
        return []
    ends = [match.start() for match in titles[1:]] + [len(text)]
    return [(match.group(1), _value(plain(text[match.end() : end]))) for match, end in zip(titles, ends, strict=True)]


def _value(text: str) -> str:
    """What stands behind a title, or from the next line on; there its indentation belongs to it."""
    return text.strip("\n").rstrip() if text.lstrip(" \t").startswith("\n") else text.strip()


def _written(text: str, name: str) -> tuple[Signature, ...]:
    """The signatures that a text holds: of a magic its usage, else the lines that look like a call of `name`."""
    if name.startswith("%"):
        usages = [match.group(2) for match in re.finditer(_USAGE, text[:4000])]
        exact = [usage for usage in usages if usage.split()[0] == name]
        # The usage of a cell magic may be written as that of the line magic.
        other = [usage for usage in usages if usage.split()[0].lstrip("%") == name.lstrip("%")]
        return tuple(Signature(" ".join(usage.split()), (), "") for usage in exact or other)
    last = re.split(_NAME_PARTS, name)[-1]
    found: list[Signature] = []
    tries, indentation, offset = 0, "", 0
    for number, line in enumerate(text.split("\n")):
        match = re.match(_CALL, line)
        if match is not None and (not last or re.split(_NAME_PARTS, match.group(2))[-1] == last):
            start = offset + match.start(2)
            signature = parse_signature(text[start : start + LONGEST_WRITTEN].partition("\n\n")[0])
            indentation = indentation if found else match.group(1)
            # Deeper ones are examples.
            if signature is not None and signature not in found and match.group(1) == indentation:
                found.append(signature)
            tries += 1
        offset += len(line) + 1
        if tries == OVERLOADS or (number > WRITTEN and found):
            break
    return tuple(found)

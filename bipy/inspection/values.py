"""What live inspection shows: completions, signatures, docs, joined in one `Popup`.

Frozen values without behaviour beyond a derived field.  Offsets are code points from the start of the code.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from bipy.value import Value


class Document(Value):
    """The code being typed and where the cursor stands in it."""

    code: str = ""
    cursor: int = 0


class Edit(Value):
    """Replace [start, end) of the code with `text`; the cursor goes behind it."""

    start: int
    end: int
    text: str


class Match(NamedTuple):
    """One candidate (a tuple: hundreds are made at one key).  `text` replaces the completed part.

    `type` is IPython's word for it (function, class, instance, module, statement, param, magic, "dict key", path,
    keyword, latex ...) or "".  `local` marks one that the client found by itself.  `marked` are the offsets in `text`
    of the characters that match what was typed.
    """

    text: str
    type: str = ""
    signature: str = ""
    local: bool = False
    marked: tuple[int, ...] = ()


ParameterKind = Literal["positional", "variadic", "keyword", "variadic keyword"]


class Parameter(Value):
    """One parameter as the signature spells it: `text` is all of it, with annotation and default.

    `kind`: "positional" can be given by position (and by name, unless `positional_only`), "variadic" is *args,
    "keyword" goes by name only, "variadic keyword" is **kwargs.
    """

    name: str
    text: str
    kind: ParameterKind = "positional"
    positional_only: bool = False


class Signature(Value):
    """`head` + the parameters (with "/" and "*" between them where `separators` say so) + `tail`.

    `head` ends in the opening bracket ("range("), `tail` begins with the closing one (") -> int").  `separators` maps
    the index of a parameter to the bare "/" or "*" that stands in front of it; the index len(parameters) is one at the
    end.
    """

    head: str
    parameters: tuple[Parameter, ...] = ()
    tail: str = ")"
    separators: tuple[tuple[int, str], ...] = ()


class Docs(Value):
    """What inspect_reply said, sorted: plain text without any control sequence.

    `signatures` is empty when the object is no callable or the kernel gave none.  `fields` are the other titled parts
    in the kernel's order (Type, String form, File, Length ...).  `source` only for detail_level 1.
    """

    name: str = ""
    signatures: tuple[Signature, ...] = ()
    docstring: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    source: str = ""


class Popup(Value):
    """All that the box beside the cursor shows.  `EMPTY` shows nothing.

    `matches` come ranked; `start` and `end` delimit what a match replaces; `selected` is the index of the one chosen
    with Tab or an arrow.  `argument` is the index in `signatures[signature].parameters` of the one being typed.
    `docs` belongs to the selected match, else to the callee, else to the name at the cursor.  `note` says why there
    is less than one would expect ("kernel busy: names of this session").  `anchor` is the offset that the box stands
    under: the start of what is completed, of the callee, or of the name.
    """

    matches: tuple[Match, ...] = ()
    start: int = 0
    end: int = 0
    selected: int | None = None
    signatures: tuple[Signature, ...] = ()
    signature: int = 0
    argument: int | None = None
    docs: Docs | None = None
    note: str = ""
    anchor: int = 0

    def __bool__(self) -> bool:
        return bool(self.matches or self.signatures or self.docs or self.note)


EMPTY = Popup()


class Page(Value):
    """The docs of `name` in full, for the docs pane.

    `note` says why there are none, or not all, or not yet.  At `detail_level` 1 the page is about the source.  A
    `pinned` page does not follow the cursor.
    """

    name: str = ""
    docs: Docs | None = None
    note: str = ""
    detail_level: int = 0
    pinned: bool = False


class Wait(Value):
    """The inspector asks to be called again (`Inspector.waited`) in `seconds`."""

    seconds: float

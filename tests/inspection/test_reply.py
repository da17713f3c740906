"""What the kernel's answers mean.  recordings/inspect.json holds inspect texts of real kernels: the objects are those
that tests.recordings.record_inspect defines (f, C, called ...) and some of the standard library's.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.inspection.context import Context
from bipy.inspection.reply import (
    Completions,
    argument_of,
    completions,
    docs,
    parse_signature,
    plain,
    read_docs,
)
from bipy.inspection.source import Source
from bipy.inspection.values import Docs, Document, Signature
from bipy.messaging.events import NO_PARENT, CompleteReply, InspectReply

RECORDED = json.loads((Path(__file__).parents[1] / "recordings" / "inspect.json").read_text())


def recorded(name: str, kernel: str = "ipython 9.18.1", detail_level: int = 0) -> Docs:
    (text,) = (
        entry["text"]
        for entry in RECORDED
        if (entry["kernel"], entry["name"], entry["detail_level"]) == (kernel, name, detail_level)
    )
    return read_docs(text, name)


def shown(signature: Signature) -> str:
    """A signature as a person reads it: with bare separators, and names that go by name only in capitals."""
    words = []
    for index, parameter in enumerate(signature.parameters):
        words += [mark for context, mark in signature.separators if context == index]
        words.append(parameter.text.upper() if parameter.kind == "keyword" else parameter.text)
    words += [mark for context, mark in signature.separators if context == len(signature.parameters)]
    return signature.head + ", ".join(words) + signature.tail


def signatures(found: Docs) -> list[str]:
    return [shown(signature) for signature in found.signatures]


# Recorded kernels


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("f", ["f(a, b=2, *args, KW=NONE, **k) -> str"]),
        ("positional", ["positional(a, b, /, c, d=1, *, E, F=2)"]),
        ("nothing", ["nothing()"]),
        ("later", ["later(x, y=1)"]),
        ("C", ["C(x, y=1)"]),
        ("C.method", ["C.method(self, first, second=None)"]),
        ("c.method", ["c.method(first, second=None)"]),
        ("C.make", ["C.make(z)"]),
        ("called", ["called(z, w=0)"]),
        ("c", []),
        ("Point", ["Point(x: int = 0, y: float = 1.0) -> None"]),
        ("Pair", ["Pair(left, right)"]),
        ("part", ["part(b=2, *args, KW=3, **k) -> str"]),
        ("len", ["len(obj, /)"]),
        ("print", ["print(*args, SEP=' ', END='\\N', FILE=NONE, FLUSH=FALSE)"]),
        ("range", ["range(stop) -> range object", "range(start, stop, [step]) -> range object"]),
        ("int", ["int([x]) -> integer", "int(x, base=10) -> integer"]),
        (
            "max",
            [
                "max(iterable, *, [DEFAULT=OBJ], [KEY=FUNC]) -> value",
                "max(arg1, arg2, *args, *, [KEY=FUNC]) -> value",
            ],
        ),
        ("zip", ["zip(*iterables, STRICT=FALSE) --> Yield tuples until an input is exhausted."]),
        ("type", ["type(object) -> the object's type", "type(name, bases, dict, **kwds) -> a new type"]),
        ("str.split", ["str.split(self, /, sep=None, maxsplit=-1)"]),
        ("os.path.join", ["os.path.join(a, *p)"]),
        ("%timeit", ["%timeit [-n<N> -r<R> [-t|-c] -q -p<P> [-o|-v <V>]] statement"]),
        (
            "%run",
            ["%run [-n -i -e -G] [( -t [-N<N>] | -d [-b<N>] | -p [profile options] )] ( -m mod | filename ) [args]"],
        ),
        ("%cd", []),
        ("json", []),
        ("d", []),
    ],
)
def test_signatures_of_ipykernel(name: str, expected: list[str]) -> None:
    assert signatures(recorded(name)) == expected


def test_a_signature_over_many_lines() -> None:
    (signature,) = recorded("annotated").signatures
    assert [parameter.text for parameter in signature.parameters] == [
        "path: 'str | os.PathLike[str]'",
        """mode: 'Literal["r", "w", "a, b"]' = 'r'""",
        "encoding: str | None = None",
        "callback: 'Callable[[int, str], dict[str, list[int]]]' = <function <lambda> at 0x7f00deadbeef>",
        "sep: str = ', '",
        "sentinel=<object object at 0x7f00deadbeef>",
        "options: dict = {'a': [1, 2], 'b': (3, 4)}",
    ]
    assert (signature.head, signature.tail) == ("annotated(", ") -> 'dict[str, list[int]]'")
    assert signature.separators == ((2, "*"),)


def test_super_shows_no_examples_as_overloads() -> None:
    assert [len(signature.parameters) for signature in recorded("super").signatures] == [0, 1, 2, 2]


def test_docs_of_ipykernel() -> None:
    found = recorded("f")
    assert found.docstring == "Doc of f.\n\nMore."
    assert found.fields == (("File", "/env/cell.py"), ("Type", "function"))
    assert recorded("nothing").docstring == ""
    assert recorded("C").docstring == "Class doc.\n\ninit doc"
    assert recorded("called").docstring == "Class doc.\n\ninit doc\n\nCall doc."
    assert dict(recorded("text").fields)["String form"] == "line\nline"
    assert dict(recorded("d").fields)["Length"] == "1"
    assert recorded("json").docstring.startswith("JSON (JavaScript Object Notation)")


def test_a_docstring_keeps_lines_that_look_like_titles() -> None:
    assert recorded("titled").docstring == "Line.\n\nType: this is not a field.\nFile: nor is this."


def test_the_source_comes_with_detail_level_1() -> None:
    found = recorded("f", detail_level=1)
    assert found.source.startswith('def f(a, b=2, *args, kw=None, **k) -> str:\n    """Doc of f.')
    assert found.source.endswith("return a")
    assert signatures(found) == ["f(a, b=2, *args, KW=NONE, **k) -> str"]
    assert recorded("%cd", detail_level=1).source.startswith("    @skip_doctest\n")


@pytest.mark.parametrize("name", ["f", "C", "called", "range", "json", "%timeit"])
def test_without_colours_the_same(name: str) -> None:
    assert recorded(name, "ipython 9.18.1 nocolor") == recorded(name)


@pytest.mark.parametrize("name", ["f", "annotated", "C", "called", "range", "len"])
def test_xeus_python_says_what_ipython_says(name: str) -> None:
    assert recorded(name, "xeus-python 0.19.0") == recorded(name)


def test_xeus_python_raw() -> None:
    assert signatures(recorded("f", "xeus-python 0.19.0 raw")) == ["f(a, b=2, *args, KW=NONE, **k)"]
    assert recorded("f", "xeus-python 0.19.0 raw").docstring == "Doc of f.\n\nMore."
    assert signatures(recorded("C", "xeus-python 0.19.0 raw")) == ["C(x, y=1)"]


def test_irkernel() -> None:
    assert signatures(recorded("mean", "IRkernel 1.3.2")) == ["mean(x, ...)", "mean(x, trim = 0, na.rm = FALSE, ...)"]
    assert signatures(recorded("paste", "IRkernel 1.3.2")) == [
        'paste (..., SEP = " ", COLLAPSE = NULL, RECYCLE0 = FALSE)'
    ]
    assert len(recorded("lm", "IRkernel 1.3.2").signatures[0].parameters) == 14
    assert "\nArithmetic Mean\n" in recorded("mean", "IRkernel 1.3.2").docstring
    assert recorded("sq", "IRkernel 1.3.2").signatures == ()


def test_metakernel() -> None:
    assert recorded("car", "scheme 2.1.9").docstring == "(car LIST) returns the first element of LIST"


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("function twice(n: number): number\n\nDoc of twice.", "twice", ["twice(n: number): number"]),
        ("(method) Array<T>.map<U>(f: (v: T, i: number) => U, that?: any): U[]", "map", []),
        ("export async function map<U>(f: (v: T, i: number) => U, that?: any): U[]", "map", None),
        ("fn parse(s: &str) -> Result<T, E>", "str.parse", ["parse(s: &str) -> Result<T, E>"]),
        ("No such thing.", "f", []),
        ("It calls other(x).", "f", []),
        ("f(x", "f", []),
    ],
)
def test_texts_without_titles(text: str, name: str, expected: list[str] | None) -> None:
    found = read_docs(text, name)
    assert found.docstring == text
    if expected is None:
        assert [p.text for p in found.signatures[0].parameters] == ["f: (v: T, i: number) => U", "that?: any"]
    else:
        assert signatures(found) == expected


def test_older_ipython() -> None:
    # IPython 3.2: titles padded inside their colour, self left in.
    text = (
        "\x1b[1;31mType:           \x1b[0mC\n\x1b[1;31mString form:    \x1b[0m<C object>\n"
        "\x1b[1;31mSignature:      \x1b[0m\x1b[0mc\x1b[0m\x1b[1;33m(\x1b[0m\x1b[0mself\x1b[0m\x1b[1;33m,"
        "\x1b[0m \x1b[0mz\x1b[0m\x1b[1;33m)\x1b[0m\n\x1b[1;31mClass docstring:\x1b[0m Class doc.\n"
        "\x1b[1;31mCall docstring: \x1b[0m Call doc."
    )
    found = read_docs(text, "c")
    assert signatures(found) == ["c(z)"]
    assert found.docstring == "Class doc.\n\nCall doc."
    assert found.fields == (("Type", "C"), ("String form", "<C object>"))
    assert signatures(read_docs("\x1b[1;31mInit signature: \x1b[0mC(self, x, y=1)\n", "C")) == ["C(x, y=1)"]
    # 1.x and 2.x
    text = "Type:       function\nString Form:<function f>\nFile:       f.py\nDefinition: f(a, b=2)\nDocstring:  Doc."
    assert signatures(read_docs(text, "f")) == ["f(a, b=2)"]


def test_docs_of_events() -> None:
    def reply(found: bool, text: object) -> InspectReply:
        return InspectReply(NO_PARENT, found=found, data={"text/plain": text})

    assert docs(reply(True, "Signature: f(a)"), "f").signatures
    assert docs(reply(False, "Signature: f(a)"), "f") == Docs("f")
    assert docs(reply(True, 7), "f") == Docs("f")
    assert docs(InspectReply(NO_PARENT, found=True, data={"text/html": "<b>"}), "f") == Docs("f")


# Plain text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[38;5;28;01mNone\x1b[39;00m", "None"),
        ("\x1b]0;title\x07x\x1b]8;;u\x1b\\y", "xy"),
        ("\x1b[2J\x1b[H\x1b[?25l\x1b(Bx\x1bMy\x1b", "xy"),
        ("\x1bPq#0\x1b\\x\x9b31my", "xy"),
        ("_\x08U_\x08sa\x08age", "Usage"),
        ("a\r\nb\rc\x00\x7f\x85", "a\nbc"),
        ("\ud800x", "x"),
        ("tab\tkept\n", "tab\tkept\n"),
        ("日本 é", "日本 é"),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


@given(st.text(st.characters(max_codepoint=0x2FF) | st.sampled_from("\x1b[;m]\x07P\\\x9b\x08\r\n()"), max_size=80))
@settings(max_examples=150)
def test_no_control_character_survives(text: str) -> None:
    assert all(letter in "\n\t" or (letter >= " " and not "\x7f" <= letter < "\xa0") for letter in plain(text))


TITLES = ("Signature:", "Docstring:", "Type:", "Source:", "\n", " ", "\x1b[31m", "\x1b[39m")
NAMES = ("f(", "a", "*", "/", "...", "%run", "été", "_", "\x00", "\ud800", "\x08")
MARKS = (", ", "[", "]", "=", ":", "'", '"', '"""', "<", ">", "->", ")", "(", "{", "}")
PIECES = st.sampled_from((*TITLES, *NAMES, *MARKS))


@given(st.lists(PIECES, max_size=40).map("".join), st.sampled_from(["f", "", "%run", "a.f"]))
@settings(max_examples=200)
def test_no_text_is_too_strange(text: str, name: str) -> None:
    found = read_docs(text, name)
    for signature in found.signatures:
        assert all(0 <= context <= len(signature.parameters) for context, _ in signature.separators)
        for code in ("f(", "f(a, ", "f(a=", "f(*", "f(**", "f(a=1, "):
            call = Source(code).open_call(len(code))
            assert call is not None
            index = argument_of(signature, call)
            assert index is None or 0 <= index < len(signature.parameters)


def test_a_huge_text_is_cut() -> None:
    found = read_docs("Signature: f(a)\nDocstring:\n" + "word " * 300_000, "f")
    assert signatures(found) == ["f(a)"]
    assert len(found.docstring) < 70_000
    assert found.docstring.endswith("…")
    signature = read_docs("Signature: f(" + "a, " * 100_000 + ")", "f").signatures[0]
    assert len(signature.parameters) <= 400


# Signatures


@pytest.mark.parametrize(
    ("text", "parameters", "tail"),
    [
        ("f()", [], ")"),
        ("f(a)", ["a"], ")"),
        ("f(a, b) -> x", ["a", "b"], ") -> x"),
        ("f(a,\n  b,\n) -> x\nmore", ["a", "b"], ") -> x"),
        ("f(a='x, y)', b=\"(\")", ["a='x, y)'", 'b="("'], ")"),
        ("f(a=(1, 2), b=[3, {4: 5}])", ["a=(1, 2)", "b=[3, {4: 5}]"], ")"),
        ("f(a: dict[str, list[int]] = {})", ["a: dict[str, list[int]] = {}"], ")"),
        ("f(a=<E.X: (1, 2)>, b=<a, b>)", ["a=<E.X: (1, 2)>", "b=<a, b>"], ")"),
        ("f(a: Callable[[int], str], b)", ["a: Callable[[int], str]", "b"], ")"),
        ("f(a[, b[, c]])", ["a", "[b]", "[c]"], ")"),
        ("f([a,] b[, c,], d=None)", ["[a]", "b", "[c]", "d=None"], ")"),
        ("f([a])", ["[a]"], ")"),
        ("f(k[,d])", ["k", "[d]"], ")"),
        ("f(it's, b)", ["it's", "b"], ")"),
        ("(a, b)", ["a", "b"], ")"),
        ("os.path.join(a, *p)", ["a", "*p"], ")"),
    ],
)
def test_parse_signature(text: str, parameters: list[str], tail: str) -> None:
    signature = parse_signature(text)
    assert signature is not None
    assert [parameter.text for parameter in signature.parameters] == parameters
    assert signature.tail == tail
    assert signature.head == text[: text.index("(") + 1]


@pytest.mark.parametrize("text", ["", "f", "f(", "f(a", ")", "f(a]"])
def test_what_is_no_signature(text: str) -> None:
    assert parse_signature(text) is None


def test_kinds_of_parameters() -> None:
    signature = parse_signature("f(a, /, b, *args, c, d=1, **kw)")
    assert signature is not None
    assert [(p.name, p.kind, p.positional_only) for p in signature.parameters] == [
        ("a", "positional", True),
        ("b", "positional", False),
        ("args", "variadic", False),
        ("c", "keyword", False),
        ("d", "keyword", False),
        ("kw", "variadic keyword", False),
    ]


@pytest.mark.parametrize(
    ("signature", "code", "expected"),
    [
        ("f(a, b=2, *args, kw=None, **k)", "f(", "a"),
        ("f(a, b=2, *args, kw=None, **k)", "f(1, ", "b"),
        ("f(a, b=2, *args, kw=None, **k)", "f(1, 2, ", "args"),
        ("f(a, b=2, *args, kw=None, **k)", "f(1, 2, 3, 4, ", "args"),
        ("f(a, b=2, *args, kw=None, **k)", "f(kw=", "kw"),
        ("f(a, b=2, *args, kw=None, **k)", "f(b=", "b"),
        ("f(a, b=2, *args, kw=None, **k)", "f(other=", "k"),
        ("f(a, b=2, *args, kw=None, **k)", "f(*", "args"),
        ("f(a, b=2, *args, kw=None, **k)", "f(**", "k"),
        ("f(a, b=2, *args, kw=None, **k)", "f(1, b=3, ", "kw"),
        ("f(a, b=2, *args, kw=None, **k)", "f(b=3, ", "a"),
        ("f(a, b=2, *args, kw=None, **k)", "f(1, kw=3, ", "b"),
        ("f(a, b=2, *args, kw=None, **k)", "f(1, kw=3, b=2, ", "k"),
        ("f(a, b)", "f(1, 2, ", None),
        ("f(a, b)", "f(c=", None),
        ("f(a, b)", "f(*", "a"),
        ("f(a, b)", "f(*x, ", "b"),
        ("f(a, b)", "f(**", None),
        ("f(a, /, b)", "f(a=", None),
        ("f(a, /, b)", "f(b=1, ", None),
        ("f(a, /, *, b)", "f(1, ", None),
        ("f(a, /, *, b)", "f(1, b=", "b"),
        ("f(*, b)", "f(", None),
        ("f()", "f(", None),
        ("f(*args)", "f(", "args"),
        ("f(**kw)", "f(", None),
        ("f(**kw)", "f(a=", "kw"),
        ("mean(x, ...)", "mean(1, na.rm=", "..."),
        ("mean(x, ..., trim = 0)", "mean(1, trim = ", "trim"),
        ("paste(..., sep = ' ')", "paste(1, ", "..."),
        ("range(start, stop[, step])", "range(1, 2, ", "step"),
    ],
)
def test_argument_of(signature: str, code: str, expected: str | None) -> None:
    parsed = parse_signature(signature)
    call = Source(code).open_call(len(code))
    assert parsed is not None
    assert call is not None
    index = argument_of(parsed, call)
    assert (None if index is None else parsed.parameters[index].name) == expected


# Completions


def complete(
    code: str, matches: tuple[str, ...], start: int, end: int | None = None, **more: tuple[str, ...]
) -> Completions:
    """What is made of a reply; `|` is the cursor."""
    cursor = code.index("|")
    code = code.replace("|", "")
    context = Context.at(Document(code, cursor), "python")
    return completions(CompleteReply(NO_PARENT, "ok", matches, start, cursor if end is None else end, **more), context)


@pytest.mark.parametrize(
    ("code", "matches", "start", "expected", "at"),
    [
        ("os.pa|", ("path", "pardir"), 3, ("path", "pardir"), 3),
        ("os.pa|", (".path", ".pardir"), 2, ("path", "pardir"), 3),
        ("os.pa|", ("os.path", "os.pardir"), 0, ("path", "pardir"), 3),
        ("%tim|", ("%time", "%%time"), 0, ("%time", "%%time"), 0),
        ("%tim|", ("time", "timeit"), 1, ("%time", "%timeit"), 0),
        ("tim|", ("%time",), 0, ("%time",), 0),
        ("\\alp|", ("\\alpha",), 0, ("\\alpha",), 0),
        ("\\alpha|", ("α",), 0, ("α",), 0),
        ("open('/tm|", ("/tmp/",), 6, ("tmp/",), 7),
        ("open('/tmp/a b|", ("/tmp/a bc",), 6, ("bc",), 13),
        ("d['al|", ("alpha",), 3, ("alpha",), 3),
        ("f(|", ("a=", "abs"), 2, ("a=", "abs"), 2),
        # What would rewrite something else
        ("x = foo(a|", ("evil",), 0, (), 8),
        ("x = foo(a|", ("x = foo(abc",), 0, ("abc",), 8),
        ("a\nb|", ("c",), 0, (), 2),
        # What is to be put behind what was typed
        ("pri|", ("nt", "or"), 3, ("print", "prior"), 0),
        # What cannot be typed
        ("pri|", ("print", "pri\nnt", "pri\x1b[0m", "pri\x00", "", "print", "pri\ud800"), 0, ("print",), 0),
        ("pri|", ("pri" + "x" * 2000,), 0, (), 0),
        ("日|", ("日本", "日本語"), 0, ("日本", "日本語"), 0),
    ],
)
def test_completions(code: str, matches: tuple[str, ...], start: int, expected: tuple[str, ...], at: int) -> None:
    found = complete(code, matches, start)
    assert (found.texts, found.start) == (expected, at)
    assert found.end == code.index("|")


def test_the_rest_of_the_word_may_be_replaced_and_nothing_else() -> None:
    assert complete("pri|nt(x)", ("printer",), 0, 5).end == 5
    assert complete("pri|nt(x)", ("printer",), 0, 8).end == 5
    assert complete("pri|nt(x)", ("printer",), 0, 1).end == 3
    assert complete("pri|", ("printer",), 0, 9).end == 3


def test_types_and_signatures_stay_with_their_matches() -> None:
    found = complete("f|", ("f", "f\n", "f2"), 0, types=("function", "x", "class"), signatures=("(a)", "", "(b)"))
    assert found.texts == ("f", "f2")
    assert found.types == ("function", "class")
    assert found.signatures == ("(a)", "(b)")
    assert complete("f|", ("f1", "f2"), 0, types=("function",)).types == ("", "")


def test_signatures_at_the_head_of_a_docstring_are_not_told_twice() -> None:
    docs = read_docs("Docstring:\nrange(stop) -> range\nrange(start, stop) -> range\n\nReturn an object.", "range")
    assert len(docs.signatures) == 2
    assert docs.docstring == "Return an object."


def test_a_docstring_whose_signatures_go_on_stays_whole() -> None:
    text = "dict(mapping) -> a dictionary initialized from its\n    (key, value) pairs"
    docs = read_docs(f"Docstring:\n{text}", "dict")
    assert len(docs.signatures) == 1
    assert docs.docstring == text


def test_a_magic_is_not_described_by_what_else_has_its_name() -> None:
    module = "Type:        module\nString form: <module 'time' (built-in)>\nDocstring:   Time things."
    assert read_docs(module, "%%time") == Docs("%%time")
    assert read_docs(module, "time").docstring == "Time things."

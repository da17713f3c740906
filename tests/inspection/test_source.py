"""What the client reads from the code itself.  In every table `|` is the cursor."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.inspection.completeness import completeness
from bipy.inspection.scanner import PYTHON_LANGUAGE
from bipy.inspection.source import (
    OpenCall,
    Source,
    indent_after,
    name_at,
    words,
)


def at(text: str) -> tuple[str, int]:
    """The code and where the cursor stands."""
    return text.replace("|", "", 1), text.index("|")


def open_call(code: str, cursor: int, language: str = "python") -> OpenCall | None:
    return Source(code, language).open_call(cursor)


def matching_bracket(code: str, cursor: int, language: str = "python") -> tuple[int, int] | None:
    return Source(code, language).matching_bracket(cursor)


def identifiers(code: str, language: str = "python") -> list[str]:
    """Every name once, in order of appearance."""
    return list(dict.fromkeys(name for _, name in words(code, language)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # (name, positional arguments before this one, keyword of this one)
        ("|", None),
        ("f|(", None),
        ("f(|", ("f", 0, "")),
        ("f(|)", ("f", 0, "")),
        ("f(1|)", ("f", 0, "")),
        ("f(1, |", ("f", 1, "")),
        ("f(1,2,|3, 4)", ("f", 2, "")),
        ("f(1)|", None),
        ("f (1, |", ("f", 1, "")),
        ("os.path.join(a, |", ("os.path.join", 1, "")),
        ("été.naïve(|", ("été.naïve", 0, "")),
        ("x = f(|", ("f", 0, "")),
        ("await f(|", ("f", 0, "")),
        ("return f(|", ("f", 0, "")),
        ("not_def f(|", ("f", 0, "")),
        ("@decorated(1, |", ("decorated", 1, "")),
        ("@decorated\ndef f(a, b=g(|", ("g", 0, "")),
        ("None.f(|", ("None.f", 0, "")),
        # No calls
        ("(1, |", None),
        ("[f, |", None),
        ("def f(|", None),
        ("async def f(a, |", None),
        ("class C(Base, |", None),
        ("if (|", None),
        ("return (|", None),
        ("x in (|", None),
        ("lambda: (|", None),
        ("print (|", ("print", 0, "")),
        ("3(|", None),
        ("# f(|", None),
        ("'f(|'", None),
        ("x = 'f(|", None),
        ("f.(|", None),
        # Brackets of other kinds inside
        ("f([1, 2|", ("f", 0, "")),
        ("f([1, 2], |", ("f", 1, "")),
        ("f(a[1, 2], {1: 2, 3: 4}, |", ("f", 2, "")),
        ("f({'a': 1, |", ("f", 0, "")),
        ("f((1, |", ("f", 0, "")),
        ("f((1, 2), (|", ("f", 1, "")),
        ("f(x[a, b:|", ("f", 0, "")),
        ("f([g(1, |", ("g", 1, "")),
        # Nested calls
        ("f(g(|", ("g", 0, "")),
        ("f(g(1), |", ("f", 1, "")),
        ("f(g(1, h(2)), k=g(3, |", ("g", 1, "")),
        ("f(1)(2, |", ("", 1, "")),
        ("x[0].method(1, |", ("", 1, "")),
        ("''.join(|", ("", 0, "")),
        ("{}.get(|", ("", 0, "")),
        ("f().g(|", ("", 0, "")),
        # Keywords
        ("f(a=|", ("f", 0, "a")),
        ("f(a = |", ("f", 0, "a")),
        ("f(1, a=2|", ("f", 1, "a")),
        ("f(a=1, b=|", ("f", 0, "b")),
        ("f(1, a=1, |", ("f", 1, "")),
        ("f(a == |", ("f", 0, "")),
        ("f(a <= |", ("f", 0, "")),
        ("f(a := |", ("f", 0, "")),
        ("f(g(a=1), |", ("f", 1, "")),
        ("f(a=[1, 2], b=(3, 4), c=|", ("f", 0, "c")),
        ("f(a[b=|", ("f", 0, "")),
        # Unpacking
        ("f(*|", ("f", 0, "*")),
        ("f(*args, |", ("f", 1, "")),
        ("f(**|", ("f", 0, "**")),
        ("f(**kw, |", ("f", 0, "")),
        ("f(1, *a, b=2, **|", ("f", 2, "**")),
        ("f(2 * |", ("f", 0, "")),
        # Lambdas
        ("f(lambda x, y|", ("f", 0, "")),
        ("f(lambda x, y: x, |", ("f", 1, "")),
        ("f(lambda: 0, |", ("f", 1, "")),
        ("f(key=lambda x, y=1: x, |", ("f", 0, "")),
        ("f(lambda x: lambda y, z: 0, |", ("f", 1, "")),
        ("f(lambda x={1: 2, 3: 4}, y=0: x, |", ("f", 1, "")),
        ("f(x if y else z, |", ("f", 1, "")),
        ("f(x for x in y|", ("f", 0, "")),
        # Strings and comments
        ("f('a, b(', |", ("f", 1, "")),
        ('f("a, b(", |', ("f", 1, "")),
        ("f('a|", ("f", 0, "")),
        ("f('it\\'s, ', |", ("f", 1, "")),
        ("f(r'\\', |", ("f", 0, "")),
        ("f('''a, (\n b''', |", ("f", 1, "")),
        ('f("""a", (""", |', ("f", 1, "")),
        ("f(''''a, ' (''', |", ("f", 1, "")),
        ("f('', '', |", ("f", 2, "")),
        ("f(b'a,', rb'b(', u'', |", ("f", 3, "")),
        ("f(1,  # one, (two)\n  |", ("f", 1, "")),
        ("f(1,  # it's, \n  2, |", ("f", 2, "")),
        # f-strings
        ("f'{g(1, |", ("g", 1, "")),
        ("f'{g(1)}, {h(|", ("h", 0, "")),
        ("print(f'{x}, {y(1, 2)}', |", ("print", 1, "")),
        ("print(f'{{g(|", ("print", 0, "")),
        ("f(f'{a:{b},<10}, ', |", ("f", 1, "")),
        ("f(f\"{d['a,b(']}\", |", ("f", 1, "")),
        ("f(f'{d['a,b(']}', |", ("f", 1, "")),
        ("f(f'''{\n g(1, |", ("g", 1, "")),
        ("f(f'{x!r:>10}', f'{y', |", ("f", 1, "")),
        ("f(rf'\\{x}', |", ("f", 1, "")),
        ("buff'{g(|", None),
        # Several lines
        ("f(\n    1,\n    |", ("f", 1, "")),
        ("f(\n    1,\n    g(2,\n      |", ("g", 1, "")),
        ("x = f(1, \\\n  |", ("f", 1, "")),
        ("for i in range(3):\n    f(1, |", ("f", 1, "")),
        # Unfinished code above
        ("f(\ndef g():\n    h(1, |", ("h", 1, "")),
        ("f(1, [2\nimport os\ng(|", ("g", 0, "")),
        ("f('a\ng(1, |", ("g", 1, "")),
        ("f(\n  class_=1, |", ("f", 0, "")),
        ("f(\n  return_, |", ("f", 1, "")),
        ("f(\n  import=1, |", ("f", 0, "")),
        ("f(]1, |", ("f", 1, "")),
        ("f([1), |", None),
        ("f)(1, |", ("", 1, "")),
        # IPython's own lines
        ("!echo (it's, |", None),
        ("!echo it's (\nf(1, |", ("f", 1, "")),
        ("%timeit f(1, |", ("f", 1, "")),
        ("%timeit |", ("%timeit", 0, "")),
        ("%timeit -n 10 x|", ("%timeit", 0, "")),
        ("x = %timeit |", ("%timeit", 0, "")),
        ("%%time |", ("%%time", 0, "")),
        ("%timeit|", None),
        ("%%time \nx|", None),
        ("%cd it's (\nf(1, |", ("f", 1, "")),
        ("x = !ls (\nf(1, |", ("f", 1, "")),
        ("x = %timeit f(|", ("f", 0, "")),
        ("%%bash\necho it's (\nf(1, |", None),
        ("%%time\nf(1, |", ("f", 1, "")),
        ("a = (b\n% c(|", ("c", 0, "")),
        ("a = b \\\n% c(|", ("c", 0, "")),
    ],
)
def test_open_call(text: str, expected: tuple[str, int, str] | None) -> None:
    call = open_call(*at(text))
    assert (call and (call.name, call.index, call.keyword)) == expected


def test_an_open_call_knows_its_places_and_the_keywords_before_the_cursor() -> None:
    call = open_call(*at("x = os.walk (a, top=1, onerror=2, |"))
    assert call is not None
    assert (call.start, call.end, call.bracket) == (4, 11, 12)
    assert call.keywords == ("top", "onerror")


@pytest.mark.parametrize(
    ("text", "kind", "typed"),
    [
        ("pri|", "name", "pri"),
        ("x = pri|nt", "name", "pri"),
        ("|", "", ""),
        ("x = |", "", ""),
        ("x + |", "", ""),
        ("f(x) |", "", ""),
        ("os.|", "attribute", ""),
        ("os.pa|", "attribute", "pa"),
        ("f().pa|", "attribute", "pa"),
        ("x[0].|", "attribute", ""),
        ("''.|", "attribute", ""),
        ("1.|", "", ""),
        ("1.5|", "", "5"),
        ("x..|", "", ""),
        ("12|", "", "12"),
        ("0x1f|", "", "0x1f"),
        ("f(|", "argument", ""),
        ("f(a, |", "argument", ""),
        ("f(a, \n    |", "argument", ""),
        ("f(a |", "", ""),
        ("f(a=|", "", ""),
        ("f(a, b|", "name", "b"),
        ("f([|", "", ""),
        ("(|", "", ""),
        ("def |", "defined", ""),
        ("def na|", "defined", "na"),
        ("class Na|", "defined", "Na"),
        ("import numpy as n|", "defined", "n"),
        ("def f(|", "", ""),
        ("import |", "import", ""),
        ("import nu|", "import", "nu"),
        ("import os.pa|", "import", "pa"),
        ("import os, |", "import", ""),
        ("import os |", "", ""),
        ("from |", "import", ""),
        ("from .|", "import", ""),
        ("from os |", "", ""),
        ("from os i|", "import", "i"),
        ("from os import |", "import", ""),
        ("from os import path, s|", "import", "s"),
        ("importer|", "name", "importer"),
        ("import os; os.pa|", "attribute", "pa"),
        ("import os; pri|", "name", "pri"),
        ("x = 1; import nu|", "import", "nu"),
        ("from os import (path, s|", "name", "s"),
        ("%tim|", "magic", "%tim"),
        ("%%tim|", "magic", "%%tim"),
        ("  %|", "magic", "%"),
        ("x = %tim|", "magic", "%tim"),
        ("a % b|", "name", "b"),
        ("a %b|", "name", "b"),
        ("\\alp|", "latex", "\\alp"),
        ("\\|", "", ""),
        ("'pri|", "string", "pri"),
        ("open('/tmp/fo|", "string", "fo"),
        ("d['al|", "string", "al"),
        ("f'a{pri|", "name", "pri"),
        ("f'pri|", "string", "pri"),
        ("'''a\npri|", "string", "pri"),
        ("'x' + pri|", "name", "pri"),
        ("# pri|", "", ""),
        ("!ls /tm|", "shell", "tm"),
        ("%%bash\necho fo|", "name", "fo"),
    ],
)
def test_token(text: str, kind: str, typed: str) -> None:
    code, cursor = at(text)
    token = Source(code).token(cursor)
    assert (token.kind, code[token.start : cursor]) == (kind, typed)


def test_the_token_of_an_attribute_knows_its_base() -> None:
    assert Source("x = os.path.jo").token(14).base == "os.path"
    assert Source("f().jo").token(6).base == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pri|nt", "print"),
        ("|print", "print"),
        ("print|", "print"),
        ("os.pa|th.join", "os.path"),
        ("os.path.join|", "os.path.join"),
        ("o|s.path", "os"),
        ("x = a.b|", "a.b"),
        ("f(a|)", "a"),
        ("f(|)", ""),
        ("|", ""),
        ("x |", ""),
        ("x.|", ""),
        ("f().x|", ""),
        ("12|", ""),
        ("1.real|", ""),
        ("%timeit|", "%timeit"),
        ("%%tim|eit", "%%timeit"),
        ("a % b|", "b"),
        ("été|", "été"),
        ("a\nb|\nc", "b"),
    ],
)
def test_name_at(text: str, expected: str) -> None:
    code, cursor = at(text)
    start, end = name_at(code, cursor)
    assert code[start:end] == expected
    if not expected:
        assert start == end == cursor


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("|(a)", (0, 2)),
        ("(|a)", (0, 2)),
        ("(a|)", (0, 2)),
        ("(a)|", (0, 2)),
        ("((|))", (1, 2)),
        ("f(x)[|0]", (4, 6)),
        ("{|'}'}", (0, 4)),
        ("(|')', ']')", (0, 9)),
        ("'(|)'", None),
        ("# (|)", None),
        ("(|a", None),
        ("a)|", None),
        ("(|a]", None),
        ("(|[a)]", (0, 3)),
        ("f(\n  a,\n)|", (1, 8)),
        ("f(|\ndef g():", None),
        ("f'{x|}'", (2, 4)),
        ("f'{|x}'", (2, 4)),
        ("a|b", None),
        ("|", None),
        ("(|f'{x:{y}}')", (0, 11)),
    ],
)
def test_matching_bracket(text: str, expected: tuple[int, int] | None) -> None:
    assert matching_bracket(*at(text)) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("f(x))|", "python", 4),
        ("f(x)|)", "python", 4),
        ("[1, (2|]", "python", None),
        ("[1, |(2]", "python", 4),
        ("|(]", "python", 0),
        ("(]|", "python", 1),
        ("f(|", "python", None),
        ("|f(", "python", None),
        ("f|(", "python", 1),
        ("f|(x", "python", 1),
        ("f|(x\ndef g(): pass", "python", 1),
        ("f|(x)", "python", None),
        ("x = ')|'", "python", None),
        ("f'{x}}|'", "python", None),
        ("f'{x)|}'", "python", 4),
        ("x  # )|", "python", None),
        ("!echo )|", "python", None),
        ("'''\n)|", "python", None),
        ("f(x))|", "r", 4),
        ("# )|", "r", None),
        ("case x in a)|", "bash", None),
    ],
)
def test_a_bracket_without_a_partner(text: str, language: str, expected: int | None) -> None:
    code, cursor = at(text)
    assert Source(code, language).lone_bracket(cursor) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", ""),
        ("x = 1", ""),
        ("for i in x:", "    "),
        ("    for i in x:  # why: because", "        "),
        ("\tfor i in x:", "\t\t"),
        ("x = {'a':", "     "),
        ("d[1:", "  "),
        ("lambda x:", "    "),
        ("'''doc:", ""),
        ("x = 'a:' # b:", ""),
        ("    x = 1", "    "),
        ("    return x", ""),
        ("        pass", "    "),
        ("    raise E('a',\n            2)", ""),
        ("    returned", "    "),
        ("    break", ""),
        ("return", ""),
        ("f(", "    "),
        ("f(  # why", "    "),
        ("    f(", "        "),
        ("f(a,", "  "),
        ("x = f(g(a,", "        "),
        ("f(\n    a,", "    "),
        ("f(\n    a,\n    g(b,", "      "),
        ("f(a,\n  b)", ""),
        ("    f(a,\n      b)", "    "),
        ("if x and f(a,\n           b):", "    "),
        ("if x and (y or\n          z):", "    "),
        ("[", "    "),
        ("[1, 2,", " "),
        ("x = 1 + \\", "    "),
        ("x = 1 + \\\n    2 + \\", "    "),
        ("x = 1 + \\\n    2", ""),
        ("    '''\n    doc", "    "),
        ("%timeit x:", ""),
        ("if x:\n    y", "    "),
        ("if x:\n    y\n", ""),
    ],
)
def test_indent_after(code: str, expected: str) -> None:
    assert indent_after(code) == expected


# What ipykernel 7.4 with IPython 9.18 answers to is_complete_request.
VERDICTS = [
    ("", "complete"),
    ("   ", "complete"),
    ("\n", "complete"),
    ("# c", "complete"),
    ("x = 1\n", "complete"),
    ("    x = 1", "complete"),
    ("x;", "complete"),
    ("1 +* 2", "invalid"),
    ("x +", "invalid"),
    ("for", "invalid"),
    ("return", "invalid"),
    ("print 1", "invalid"),
    ("'abc", "invalid"),
    ("x if y else", "invalid"),
    ("x = {", "incomplete"),
    ("x = {\n    'a': 1,", "incomplete"),
    ("x = {'a':\n1}", "complete"),
    ("(a,\n b)", "complete"),
    ("a = (\n", "incomplete"),
    ("d[", "incomplete"),
    ("foo(1,", "incomplete"),
    ("f(a)(", "incomplete"),
    ("if x:\n    foo(\n", "incomplete"),
    ("x = '''a", "incomplete"),
    ("x = '''\na\n'''", "complete"),
    ('f"""', "incomplete"),
    ("f'''{x", "incomplete"),
    ("x = \\", "incomplete"),
    ("x = 1 +\\\n", "incomplete"),
    ("x = 1 +\\\n2", "complete"),
    ("for i in range(3):", "incomplete"),
    ("for i in range(3):\n    print(i)", "incomplete"),
    ("for i in range(3):\n    print(i)\n", "complete"),
    ("for i in x: pass", "complete"),
    ("if 1: pass", "complete"),
    ("if 1:\nx", "invalid"),
    ("if 1:\n  x =", "invalid"),
    ("if 1:\n    # c", "incomplete"),
    ("if x:\n    y\nelse:", "incomplete"),
    ("if x:\n    y\nelse:\n    z\n", "complete"),
    ("if x:\n    return", "invalid"),
    ("try:\n    x\nexcept E:\n    y", "incomplete"),
    ("try: x\nexcept: y", "complete"),
    ("with a:\n    b\nc", "complete"),
    ("match x:\n    case 1:", "incomplete"),
    ("def f():\n    return 1", "incomplete"),
    ("def f():\n    return 1\n    ", "complete"),
    ("def f(): return 1", "complete"),
    ("def f(a,\n      b):", "incomplete"),
    ("def f(a,\n      b):\n    x = [1,\n         2]", "incomplete"),
    ("class A: pass", "complete"),
    ("class A:\n    x=1\n\n    def f(self):", "incomplete"),
    ("@dec", "incomplete"),
    ("@foo\n", "incomplete"),
    ("@d\nclass A:\n    pass", "incomplete"),
    ("async def f():", "incomplete"),
    ("async with a:", "incomplete"),
    ("await foo()", "complete"),
    ("!ls", "complete"),
    ("x = !ls", "complete"),
    ("!ls\nfor i in x:", "incomplete"),
    ("if 1:\n    !ls", "incomplete"),
    ("if 1:\n    !ls\n", "complete"),
    ("x?", "complete"),
    ("ls?", "complete"),
    ("%timeit x", "complete"),
    ("%time\nfor i in x:", "incomplete"),
    ("%%bash", "incomplete"),
    ("%%bash\nls", "incomplete"),
    ("%%bash\nls\n", "incomplete"),
    ("%%bash\nls\n\n", "complete"),
    ("%%time", "incomplete"),
    ("%%time\nx", "incomplete"),
    ("%%time\nx(", "incomplete"),
    ("%%time\nfor i in x:\n  y", "incomplete"),
]


@pytest.mark.parametrize(("code", "verdict"), VERDICTS)
def test_the_client_decides_on_enter_as_ipython_does(code: str, verdict: str) -> None:
    assert completeness(code)[0] == verdict


def test_unfinished_code_comes_with_an_indentation() -> None:
    assert completeness("for i in x:") == ("incomplete", "    ")
    assert completeness("for i in x:\n    if y:") == ("incomplete", "        ")
    assert completeness("f(a,") == ("incomplete", "  ")
    assert completeness("x = 1") == ("complete", "")


def test_the_compilers_warnings_do_not_reach_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    assert completeness("x is 1; '\\d'") == ("complete", "")
    assert capfd.readouterr() == ("", "")


def test_names() -> None:
    code = 'import os  # no comment\nos.path.join(a, \'no.string\') if été else f(1e5, x.y)[0].z\n"""no\ndoc"""'
    assert identifiers(code) == ["os", "path", "join", "a", "été", "f", "x", "y", "z"]
    assert ("os.path", "join") in list(words(code))
    assert ("x", "y") in list(words(code))
    assert ("", "z") not in list(words(code))


# Other languages


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("r", "mean(x, |", ("mean", 1, "")),
        ("R", "stats::median(x, na.rm = |", ("stats::median", 1, "na.rm")),
        ("r", "f(x, # a, b(\n  |", ("f", 1, "")),
        ("r", "f('a, (', \"b, (\", |", ("f", 2, "")),
        ("r", "f('a, |", ("f", 0, "")),
        ("r", "x <- 'abc(|", None),
        ("r", "df$plot(1, |", ("df$plot", 1, "")),
        ("javascript", "foo(1, `a, ${b}, (`, |", ("foo", 2, "")),
        ("javascript", "foo(/a,(b/, |", ("foo", 1, "")),
        ("javascript", "foo(1 /* a, ( */, |", ("foo", 1, "")),
        ("javascript", "foo([1, 2], {a: 1, b: 2}, (x, y) => x, |", ("foo", 3, "")),
        ("typescript", "console.log(|", ("console.log", 0, "")),
        ("octave", "plot(x, 'a, |", ("plot", 1, "")),
        ("julia", "foo(1; x=|", ("foo", 1, "x")),
        ("bash", "echo it |", None),
        ("no such language", 'f("a, (", |', ("f", 1, "")),
    ],
)
def test_open_call_in_other_languages(language: str, text: str, expected: tuple[str, int, str] | None) -> None:
    call = open_call(*at(text), language)
    assert (call and (call.name, call.index, call.keyword)) == expected


def test_the_rest_in_other_languages() -> None:
    assert Source("x <- 'abc", "r").token(9).kind == "string"
    assert Source("df$co", "r").token(5) == (3, "attribute", "df")
    assert Source("1 // co", "javascript").token(7).kind == ""
    assert completeness("f(1,", "r") == ("incomplete", "  ")
    assert completeness("f(1)", "r") == ("complete", "")
    assert completeness("if (x) {", "javascript")[0] == "incomplete"
    assert completeness("if (x) {\n\n  y()\n" + "  z()\n" * 500, "javascript")[0] == "incomplete"
    assert completeness("x <- 'abc", "r")[0] == "incomplete"
    assert indent_after("if (x) {", "javascript") == "    "
    assert matching_bracket("f('(', (x))", 1, "r") == (1, 10)
    assert identifiers("foo(bar) // baz", "javascript") == ["foo", "bar"]
    code = "stats::med"
    assert name_at(code, len(code), "r") == (0, len(code))


# Code of all kinds

BRACKETS = ("f(", "g(a, ", ")", "[", "]", "{", "}")
QUOTES = ("'", '"', "'''", '"""', "f'", 'f"""', "{x", "\\")
LINES = ("\n", "#", "def h", "import ", "%%bash\n", "%cd ", "!ls ", "x?")
OTHERS = (" ", "    ", ",", "=", ":", ".", "lambda ", "name", "1", "été", "\0", "\ud800")
PIECES = st.sampled_from((*BRACKETS, *QUOTES, *LINES, *OTHERS))
CODE = st.lists(PIECES, max_size=30).map("".join)


@given(st.one_of(CODE, st.text(max_size=60)), st.integers(-5, 90))
@settings(max_examples=60)
def test_no_code_is_too_strange(code: str, cursor: int) -> None:
    source = Source(code)
    token = source.token(cursor)
    assert 0 <= token.start <= max(0, min(cursor, len(code)))
    call = source.open_call(cursor)
    assert call is None or 0 <= call.start <= call.end <= call.bracket < len(code)
    start, end = name_at(code, cursor)
    assert 0 <= start <= end <= len(code)
    pair = matching_bracket(code, cursor)
    assert pair is None or code[pair[0]] + code[pair[1]] in ("()", "[]", "{}")
    assert indent_after(code).strip(" \t") == ""
    assert completeness(code)[0] in ("complete", "incomplete", "invalid")
    list(words(code))


@given(CODE, st.integers(0, 60))
@settings(max_examples=60)
def test_frames_stand_in_order_and_where_they_say(code: str, cursor: int) -> None:
    scanner = PYTHON_LANGUAGE.scanner(code, PYTHON_LANGUAGE.start)
    list(scanner.marks(min(cursor, len(code))))
    stack = scanner.stack
    starts = [start for _, start in stack]
    assert starts == sorted(starts)
    for kind, start in stack:
        if kind != "%%":
            assert code.startswith(kind.strip("f:") or "{", start)


@pytest.mark.parametrize("language", ["r", "javascript", "octave"])
@given(code=CODE, cursor=st.integers(0, 60))
@settings(max_examples=25)
def test_no_code_of_another_language_is_too_strange(language: str, code: str, cursor: int) -> None:
    source = Source(code, language)
    source.token(cursor)
    source.open_call(cursor)
    matching_bracket(code, cursor, language)
    completeness(code, language)

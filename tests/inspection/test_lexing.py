"""What stands open in other languages than Python.  In every table `|` is the cursor."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Error, String, Text

from bipy.inspection import lexing
from bipy.inspection.completeness import completeness
from bipy.inspection.lexing import MOST_STEPS
from bipy.inspection.source import Source

CLOSED_BY = {")": "(", "]": "[", "}": "{"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("javascript", "f|(')', \")\", `)`, /[)]/, x|)"),
        ("javascript", "f|(/* ) */ x /* ) */|)"),
        ("javascript", "f|(/*\n)\n*/ x // )\n|)"),
        ("javascript", "`(${f|(x|)}`"),
        ("javascript", "`${f|(`${g()}`|)}`"),
        ("javascript", "|[\n  {a: 1},\n  (b) => b,\n|]"),
        ("javascript", "f(x) / g|(y|) / 2"),
        ("r", "f('\n)', |(x|))"),
        ("r", "if (x) |{\n  '}'\n|}"),
        ("c", "int f|(int a|) { return g(a); }"),
        ("c", "int f(int a) |{ /* } */ return '}'; |}"),
        ("bash", 'echo "$|(ls "("|)"'),
        ("bash", "f() |{\n  echo '}' # }\n|}"),
        ("lua", "f|(x, [[ ) ]]|)"),
        ("julia", "f|(x', #= ) =# y'|)"),
        ("haskell", "f |(x {- ) -}|)"),
        ("ruby", "f|(')', \"#{g(x)}\"|)"),
        ("no such language", 'f|(")", x|)'),
        # Neither is there a pair where it might be another.
        ("javascript", "/* f|()"),
        ("javascript", "'\nf|()"),
        ("javascript", "`|(${x})`"),
        ("r", "it's\nf|()"),
        ("javascript", "|(a]"),
        ("javascript", "|("),
    ],
)
def test_matching_bracket(language: str, text: str) -> None:
    """In the text `|` stands in front of both brackets, or of the one that has no pair."""
    opening, *closing = [match.start() - number for number, match in enumerate(re.finditer(r"\|", text))]
    source = Source(text.replace("|", ""), language)
    pair = (opening, *closing) if closing else None
    assert source.matching_bracket(opening) == pair
    assert source.matching_bracket(closing[0] if closing else opening) == pair


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("javascript", "/* a|", "comment"),
        ("javascript", "/* a| */ b", "comment"),
        ("javascript", "/*\n\n\n|\n*/ b", "comment"),
        ("javascript", "/* a */| b", "code"),
        ("javascript", "// a|\nb", "comment"),
        ("javascript", "// a\n|b", "code"),
        ("javascript", "'a|'", "string"),
        ("javascript", "'a'|", "code"),
        ("javascript", "f('a|\nb(')", "string"),
        ("javascript", "f('a\n|b", "code"),
        ("javascript", "`a\n\n|b`", "string"),
        ("javascript", "`a${|b}`", "code"),
        ("javascript", "`a${b}|`", "string"),
        ("c", "/* a|", "comment"),
        ("c", "/* a */|", "code"),
        ("r", "'a\n\n|b'", "string"),
        ("haskell", "{- a\n|b", "comment"),
        ("bash", 'echo "a $|b"', "string"),
        ("ruby", '"a|', "string"),
        ("ruby", '"a"|', "code"),
        ("php", "<?php\nf(|", "code"),
    ],
)
def test_what_an_offset_stands_in(language: str, text: str, kind: str) -> None:
    code, cursor = text.replace("|", "", 1), text.index("|")
    assert Source(code, language).state_at(cursor).kind == kind


def test_a_comment_or_string_that_is_open_wants_a_line_more() -> None:
    assert completeness("/* a", "javascript")[0] == "incomplete"
    assert completeness("/* a */", "javascript")[0] == "complete"
    assert completeness("`a", "javascript")[0] == "incomplete"


# Random code against the lexer's word for all of it

COMMON = ("f(", "g(a, ", ")", "[", "]", "{", "}", '"b("', "'", '"', "\n", "\n\n", " ", "x", "1", ",", ";")
PIECES = {
    "javascript": ("'a)'", "`t(`", "/* ( */", "// l (\n", "/(/", "=> ", "'a\\'b('", "/*\n(\n*/"),
    "r": ("'a('", "# c (\n", " <- ", "function(x) ", "'a\n(b'", "%in%"),
    "c": ("'a'", "/* ( */", "// l (\n", "#define A(x) (x)\n", "int main(int a) {\n", "return ", "/*\n(\n*/"),
    "bash": ("'a('", "# c (\n", "echo ", "if [ a ]; then\n", "$((1))"),
    "julia": ("# c (\n", "#= ( =#", ":a", "begin ", '"""("""'),
    "no such language": ("(", ")"),
}


def pairs(code: str, language: str) -> dict[int, int]:
    """The closing bracket of each opening one, by the tokens of the whole code.  A stray quote hides its line."""
    lexer = get_lexer_by_name("text" if "such" in language else language, stripnl=False, ensurenl=False)
    if "such" in language:
        lexer = lexing._Unknown()
    found: dict[int, int] = {}
    stack: list[int] = []
    hidden = 0
    for offset, kind, text in lexer.get_tokens_unprocessed(code):
        if kind in Comment or kind in String or offset < hidden:
            continue
        if text in ("'", '"', "`") and (kind in Error or kind in Text):
            hidden = code.find("\n", offset) % (len(code) + 1)
            continue
        for place, letter in enumerate(text, offset):
            if letter in CLOSED_BY.values():
                stack.append(place)
            elif letter in CLOSED_BY and (same := [at for at in stack if code[at] == CLOSED_BY[letter]]):
                found[same[-1]] = place
                del stack[stack.index(same[-1]) :]
    return found


@pytest.mark.parametrize("language", PIECES)
@given(data=st.data())
@settings(max_examples=40)
def test_a_pair_is_right_or_there_is_none(language: str, data: st.DataObject) -> None:
    code = "".join(data.draw(st.lists(st.sampled_from(COMMON + PIECES[language]), max_size=40)))
    right = pairs(code, language)
    right.update({closing: opening for opening, closing in right.items()})
    source = Source(code, language)
    stray = False
    for offset, letter in enumerate(code):
        if letter in "()[]{}":
            pair = source._pair(offset)
            assert pair is None or pair == tuple(sorted((offset, right.get(offset, -1))))
            stray = stray or (pair is None and offset in right)
    # Where nothing is unfinished, none is missing.
    assert not stray or not source.state_at(len(code)).certain


# Bounded work


@pytest.mark.parametrize("piece", ["(", "([{", "'", "/*", "`${", "<<E\n", "f(a) ", "'\n", "\n"])
@pytest.mark.parametrize("language", ["javascript", "c", "bash", "ruby"])
def test_no_code_costs_more_than_some_thousand_steps(
    language: str, piece: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = piece * 10_000
    source = Source(code, language)
    steps = 0

    def counted(scanner: lexing.LexedScanner, *, step: Any = lexing.LexedScanner._step) -> lexing.Tokens:
        nonlocal steps
        steps += 1
        tokens: lexing.Tokens = step(scanner)
        return tokens

    monkeypatch.setattr(lexing.LexedScanner, "_step", counted)
    for cursor in (1300, len(code)):
        before = steps
        source.open_call(cursor)
        source.token(cursor)
        source.matching_bracket(cursor)
        assert steps - before <= 5 * MOST_STEPS

"""Whether a text in a language that is neither Python nor a shell goes on behind its end.

Brackets, strings and comments that are open are found by `Source`.  Here stands what else a language goes on for, a row
each: blocks that begin with one word and end with another, an operator or a word at the end, and the head of a
statement whose body must come.  The words are those of the language's lexer in pygments; what is no code has none.  For
a language without a row nothing goes on.  Where a row is wrong about a text, a key runs it as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from bipy.value import Value

LONGEST = 5_000
"""A longer text is data: to read it would be felt."""

_BRACKETS: Final = {")": "(", "]": "[", "}": "{"}
_OPERATORS = r"[-+*/^=<>&|,~]"


class Row(Value):
    """What a language goes on for.

    `opens` begin a block and `closes` end one.  `statements` of them do so only where a statement begins: elsewhere
    they come behind one, or in brackets.  `loops` have a head that ends with `do`.  `heads` are followed by brackets
    and then by a body.  `operators` is a pattern of what stands at the end of a line that goes on, and `words` are
    words that do.
    """

    opens: frozenset[str] = frozenset()
    closes: frozenset[str] = frozenset()
    statements: frozenset[str] = frozenset()
    loops: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()
    operators: str = r"(?!)"
    words: frozenset[str] = frozenset()


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LISP: Final = Row(operators=r"(?:#?'|`|,@?|~@?)")
_C: Final = Row(
    heads=_set("if for while switch catch with function"),
    # Not > or !, which end types and expressions; not ++ and --.
    operators=r"(?:(?<!\+)\+|(?<!-)-|[*/%=&|^<?:,.~]|=>)",
    words=_set("else do new typeof in of instanceof"),
)
_OCTAVE: Final = Row(
    opens=_set("if for parfor while switch try do function unwind_protect"),
    closes=_set("end endif endfor endparfor endwhile endswitch end_try_catch endfunction until end_unwind_protect"),
    operators=r"(?:[-+*/^=<>&|]|\.\.\.)",
)
ROWS: Final[Mapping[str, Row]] = {
    "r": Row(
        heads=_set("if for while function \\"),
        operators=rf"(?:{_OPERATORS}|[!?:$@]|%[^%\s]*%)",
        words=_set("else repeat in"),
    ),
    "julia": Row(
        opens=_set("function if for while begin let try do quote struct module baremodule macro abstract primitive"),
        closes=_set("end"),
        statements=_set("if for while abstract primitive"),
        operators=rf"(?:{_OPERATORS}|[%÷?:\\]|(?<!\.\.)\.)",
        words=_set("in isa"),
    ),
    "lua": Row(
        opens=_set("function if do repeat for while"),
        closes=_set("end until"),
        loops=_set("for while"),
        operators=rf"(?:{_OPERATORS}|[%#]|(?<!:):|(?<!\.)\.\.?)",
        words=_set("and or not local"),
    ),
    "ruby": Row(
        opens=_set("class module def begin case do if unless while until for"),
        closes=_set("end"),
        statements=_set("if unless while until"),
        loops=_set("while until for"),
        operators=rf"(?:{_OPERATORS}|[%.\\]|::)",
        words=_set("and or not"),
    ),
    **dict.fromkeys(("octave", "matlab"), _OCTAVE),
    **dict.fromkeys(("javascript", "typescript", "c", "c++", "java", "csharp", "c#", "groovy"), _C),
    **dict.fromkeys(
        ("scheme", "racket", "clojure", "common lisp", "common-lisp", "hy", "hylang", "emacs-lisp", "fennel"), _LISP
    ),
}
"""By the name of the language in lower case; "cpp" and the like are other names of one of these."""
OTHER_NAMES: Final = {
    "js": "javascript",
    "ts": "typescript",
    "cpp": "c++",
    "lisp": "common lisp",
    "calysto scheme": "scheme",
}


class _Word(NamedTuple):
    """A word or a sign of the code, whether a blank stands in front of it, and a line begins with it."""

    text: str
    apart: bool
    first: bool


def goes_on(code: str, language: str) -> bool:
    """Whether the text goes on, as far as no bracket, string or comment tells that."""
    name = language.lower()
    row = ROWS.get(OTHER_NAMES.get(name, name))
    if row is None or len(code) > LONGEST:
        return False
    words = list(_words(code, language))
    return bool(words) and (_in_block(words, row) or _ends_open(words, row) or _lacks_body(words, row))


def _words(code: str, language: str) -> Iterator[_Word]:
    """The words and signs of the code, without comments; a string is one word that nothing is known of."""
    from bipy.inspection.lexing import LexedLanguage

    lexed = LexedLanguage(language)
    apart = first = True
    for _, kind, text in lexed.lexer.get_tokens_unprocessed(code):
        role = lexed.roles[kind]
        if role == "comment":
            apart, first = True, first or "\n" in text
        elif role in ("string", "field"):
            yield _Word("", apart, first)
            apart = first = False
        else:
            for part in re.findall(r"\s+|\w+|[^\w\s]", text):
                if part.isspace():
                    apart, first = True, first or "\n" in part
                else:
                    yield _Word(part, apart, first)
                    apart = first = False


def _in_block(words: list[_Word], row: Row) -> bool:
    """Whether a block is open."""
    stack: list[str] = []
    before = ""
    for text, _, first in words:
        top = stack[-1] if stack else ""
        begins = first or before in ("", ";", "=", "begin", "do", "then", "else", "try", "quote")
        if text in "([{" and text:
            stack.append(text)
        elif text in _BRACKETS:
            while _BRACKETS[text] in stack and stack.pop() != _BRACKETS[text]:
                pass
        elif before in (".", ":") or (text in row.statements and top in ("(", "[", "{")):
            pass  # the name of a field, or part of an expression
        elif text in row.closes:
            if top and top not in "([{":
                stack.pop()
        elif text == "do" and top in row.loops:
            stack[-1] = "do"
        elif text in row.opens and not (text in row.statements and not begins) and not (text == "begin" and top == "["):
            stack.append(text)
        before = text
    return any(each not in "([{" for each in stack)


def _ends_open(words: list[_Word], row: Row) -> bool:
    """Whether the text ends with an operator, or with a word that needs another."""
    if words[-1].text in row.words:
        return True
    signs = ""
    for text, apart, _ in reversed(words):
        if not text or text.isalnum() or text in "()[]{}":
            break
        signs = text + signs
        if apart:
            break
    return bool(signs) and re.search(rf"(?:{row.operators})\Z", signs) is not None


def _lacks_body(words: list[_Word], row: Row) -> bool:
    """Whether the text ends with the head of a statement."""
    if words[-1].text != ")":
        return False
    depth = 0
    for index in range(len(words) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(words[index].text, 0)
        if depth == 0:
            before = [word.text for word in words[max(0, index - 2) : index]]
            named = before[-2:-1] == ["function"] and "function" in row.heads
            # The `while` of a `do` comes behind its body.
            ends = before[-1:] == ["while"] and before[:-1] == ["}"]
            return bool(before) and (before[-1] in row.heads or named) and not ends
    return False

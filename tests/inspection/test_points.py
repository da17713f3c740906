"""What is read of a code and lent to the next: it says the same as reading anew, and costs the line of the key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bipy.inspection import lexing, scanner
from bipy.inspection.scanner import Mark
from bipy.inspection.source import Source

PIECES = ("f(", "g(a, ", ")", "[", "]", "{", "}", "'", '"', "\n", "\n", "\n\n", "#", " ", "    ", ",", ";", "x", "=")
OTHERS = {
    "python": (
        "'''",
        '"""',
        "f'",
        'f"""',
        "{x",
        "\\",
        "def h",
        "import ",
        "%%bash\n",
        "%cd ",
        "!ls ",
        "x?",
        ":",
        "lambda ",
    ),
    "javascript": ("/*", "*/", "//", "`${", "}`", "/(/", "'a'"),
    "c": ("/*", "*/", "//", "#if 0\n", "#endif\n", "int main() {\n", "'a'"),
    "bash": ("$(", "${x", "<<E\n", "\nE\n", "echo ", "`"),
    "r": ("'a\n(b'", "function(x) "),
}
NAMES = st.sampled_from(list(OTHERS))


def code_of(data: st.DataObject, language: str, most: int) -> str:
    return "".join(data.draw(st.lists(st.sampled_from(PIECES + OTHERS[language]), max_size=most)))


@given(NAMES, st.data(), st.sampled_from((1, 1, 60)))
@settings(max_examples=60)
def test_a_source_read_on_from_another_says_the_same(language: str, data: st.DataObject, repeated: int) -> None:
    source = Source(code_of(data, language, 30) * repeated, language)
    asked = st.lists(st.floats(0, 1), min_size=1, max_size=3)
    for _ in range(data.draw(st.integers(1, 4))):
        for share in data.draw(asked):
            source.state_at(int(share * len(source.code)))
        start = int(data.draw(st.floats(0, 1)) * len(source.code))
        end = start + data.draw(st.sampled_from((0, 0, 1, 5)))
        source = Source(source.code[:start] + code_of(data, language, 2) + source.code[end:], language, source)
    anew = Source(source.code, language)
    for share in data.draw(asked):
        offset = int(share * len(source.code))
        was, now = source.state_at(offset), anew.state_at(offset)
        if now.certain:
            assert (was.kind, was.stack) == (now.kind, now.stack)
            assert source.open_call(offset) == anew.open_call(offset)
        if language == "python":
            assert source.statement(offset) == anew.statement(offset)
        pairs = {source.matching_bracket(offset), anew.matching_bracket(offset)} - {None}
        assert len(pairs) <= 1


LINES = {
    "python": "value = compute(1, 'text', [1, 2])  # a comment\n",
    "javascript": "  {id: 1, name: 'text', f: (a) => a},\n",
    "r": "value <- compute(1, 'text', c(1, 2))  # a comment\n",
}


class Work:
    """Counts how often anything is read: marks of Python, steps of another language's lexer."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        marks, step = scanner.PythonScanner.marks, lexing.LexedScanner._step

        def counted_marks(reader: scanner.PythonScanner, end: int, *, separators: bool = False) -> Iterator[Mark]:
            for mark in marks(reader, end, separators=separators):
                self.count += 1
                yield mark

        def counted_step(reader: lexing.LexedScanner) -> lexing.Tokens:
            self.count += 1
            return step(reader)

        monkeypatch.setattr(scanner.PythonScanner, "marks", counted_marks)
        monkeypatch.setattr(lexing.LexedScanner, "_step", counted_step)

    def of_a_key(self, source: Source, cursor: int) -> tuple[int, Source]:
        """Type a letter, move to both of its sides, see whether brackets match; what that costs."""
        before = self.count
        source = Source(source.code[:cursor] + "(" + source.code[cursor:], source.language, source)
        source = Source(source.code[:cursor] + "()" + source.code[cursor + 1 :], source.language, source)
        for offset in (cursor + 1, cursor, cursor + 2):
            source.token(offset)
            source.open_call(offset)
            source.matching_bracket(offset)
        return self.count - before, source


def read_all(code: str, language: str) -> Source:
    source = Source(code, language)
    while not source.state_at(len(code)).certain:
        source = Source(code, language, source)
    return source


@pytest.mark.parametrize(("language", "lines"), [("python", 10_000), ("javascript", 1_000), ("r", 1_000)])
def test_a_key_in_many_lines_reads_what_it_reads_in_ten(
    language: str, lines: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(monkeypatch)
    line = LINES[language]
    short, long = (read_all("[\n" + line * count + "]\n", language) for count in (10, lines))
    for short_at, long_at in ((2, 2), (len(line) * 5, len(line) * (lines // 2)), (len(short.code), len(long.code))):
        few, short = work.of_a_key(short, short_at)
        many, long = work.of_a_key(long, long_at)
        # Other languages are read again from some lines in front of the change.
        assert many <= few + 150, long_at
    # The pair around all of it is still found, from both ends.
    first, last = 0, long.code.rindex("]")
    before = work.count
    assert long.matching_bracket(first) == (first, last)
    assert long.matching_bracket(last) == (first, last)
    assert work.count - before < 400


@pytest.mark.parametrize(("language", "letters"), [("python", 100_000), ("javascript", 20_000)])
def test_a_key_in_a_long_line_reads_a_piece_of_it(language: str, letters: int, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work(monkeypatch)
    code = "x = [" + "(1, 'ab'), " * (letters // 11) + "]"
    source = read_all(code, language)
    for cursor in (5, 5 + letters // 22 * 11, len(code)):
        count, source = work.of_a_key(source, cursor)
        assert count < 4_000
    assert source.matching_bracket(source.code.rindex("]")) == (4, source.code.rindex("]"))


@pytest.mark.parametrize(
    "piece", ["(", "([{", ")", "'", "'\"", "f'{", "'''", "\\", "%%a\n", "a = ", "def f(\n", "(\n", "a."]
)
def test_no_python_costs_more_than_its_length(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code = piece * (30_000 // len(piece))
    work = Work(monkeypatch)
    source = Source(code)
    for offset in (len(code), 0, 1, len(code) // 2):
        source.token(offset)
        source.open_call(offset)
        source.matching_bracket(offset)
    assert work.count < 3 * len(code)


def test_brackets_too_deep_to_be_told_apart_have_no_pair() -> None:
    for language in ("python", "javascript"):
        source = Source("(" * 650 + "x" + ")" * 650, language)
        assert source.matching_bracket(649) is None
        assert source.matching_bracket(1) is None
        assert Source("(" * 90 + "x" + ")" * 90, language).matching_bracket(1) == (1, 179)

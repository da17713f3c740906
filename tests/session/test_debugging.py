"""Debuggers: how they are known by their prompts, what is one answer to them, and what is kept of their commands."""

from __future__ import annotations

import re

import pytest

from bipy.inspection.values import Document
from bipy.messaging.message import Message
from bipy.session import effects, events
from bipy.session.debugging import DEBUGGERS, answers_of, debugger_of, sources_in
from bipy.session.records import DEBUGGING, Record, decode, encode, merged
from tests.play import Play

PROMPTS = {
    "ipdb": ["ipdb> ", "\x1b[32mipdb> \x1b[0m"],
    "pdb": ["(Pdb) ", "((Pdb)) ", "(Pdb++) "],
    "console": [">>> ", "... ", "In : "],
    "R": ["Browse[1]> ", "Browse[2]> "],
    "Octave": ["debug> "],
    "Julia": ["1|debug> ", "1|julia> "],
    "byebug": ["(byebug) ", "(rdb:1) ", "(rdbg) "],
    "pry": ["[1] pry(main)> "],
    "Perl": ["  DB<1> ", "DB<<2>> "],
    "gdb": ["(gdb) ", "(lldb) "],
}


def test_there_is_an_example_of_each_prompt() -> None:
    assert list(PROMPTS) == [row.name for row in DEBUGGERS]


@pytest.mark.parametrize(("name", "prompt"), [(name, prompt) for name in PROMPTS for prompt in PROMPTS[name]])
def test_each_debugger_is_known_by_its_prompts_and_no_other_is(name: str, prompt: str) -> None:
    plain = re.sub(r"\x1b\[\d+m", "", prompt)
    assert [each.name for each in DEBUGGERS if re.fullmatch(each.prompt, plain)] == [name]
    assert debugger_of(prompt) in DEBUGGERS


@pytest.mark.parametrize("prompt", ["", "? ", "Who? ", "Password for ipdb> : ", "debug", "> ", "Pdb "])
def test_a_question_of_a_program_is_no_debugger(prompt: str) -> None:
    assert debugger_of(prompt) is None


def test_short_commands_are_names_of_commands_that_are_there() -> None:
    for row in DEBUGGERS:
        for short, full in row.short.items():
            assert row.help(short) == f"{full}: {row.help(full)}"


def test_each_command_is_one_of_the_real_debugger() -> None:
    from IPython.core.debugger import Pdb

    ipdb = DEBUGGERS[0]
    for name in (*ipdb.commands, *ipdb.short):
        assert hasattr(Pdb, f"do_{name}"), name


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("n", ["n"]),
        ("", [""]),
        ("n\nn\nc", ["n", "n", "c"]),
        ("for i in x:\n    print(i)", ["for i in x:\n    print(i)"]),
        ("for i in x:\n    print(i)\n\nc", ["for i in x:\n    print(i)", "c"]),
        ("if a:\n    b\nelse:\n    c\np d", ["if a:\n    b\nelse:\n    c", "p d"]),
        ("x = [1,\n2]\nn", ["x = [1,\n2]", "n"]),
        ("@wraps\ndef f():\n    pass", ["@wraps\ndef f():\n    pass"]),
        ("s = '''\nn\n'''\nn", ["s = '''\nn\n'''", "n"]),
    ],
)
def test_a_statement_of_several_lines_is_one_answer(text: str, answers: list[str]) -> None:
    assert answers_of(text, debugger_of("ipdb> ")) == answers


def test_a_program_reads_line_by_line() -> None:
    assert answers_of("for i in x:\n    print(i)", None) == ["for i in x:", "    print(i)"]


def test_lines_of_source_are_found_in_what_debuggers_show() -> None:
    shown = (
        "> \x1b[32m/tmp/x.py\x1b[39m(4)f()\n\x1b[32m      2\x1b[39m     beta = 2\n"
        "\x1b[32m----> 4 \x1b[39m    return alpha\n\n-> gamma = 1\nno source\n  12 B->\tdelta()\n"
    )
    assert sources_in(shown).split("\n") == ["beta = 2", "return alpha", "gamma = 1", "delta()"]


@pytest.fixture
def play() -> Play:
    play = Play()
    play.start()
    return play


def ask(play: Play, request: Message, prompt: str, *, password: bool = False) -> None:
    play.tell("stdin", "input_request", {"prompt": prompt, "password": password}, request)


def test_what_a_debugger_was_told_is_kept_and_what_a_program_was_told_is_not(play: Play) -> None:
    request = play.run("debug()")
    play.kept.clear()
    ask(play, request, "ipdb> ")
    play.do(events.Answered("p secret"))
    ask(play, request, "Token: ")
    play.do(events.Answered("hunter2"))
    ask(play, request, "ipdb> ", password=True)
    play.do(events.Answered("hunter3"))
    ask(play, request, "debug> ")
    play.do(events.Answered("dbstep"))
    assert [(record.code, record.language) for record in play.kept] == [("p secret", DEBUGGING)]


def test_a_debugger_and_a_program_have_histories_of_their_own(play: Play) -> None:
    play.do(events.EarlierRead((Record("bt", 1.0, DEBUGGING), Record("n = 1", 1.0, "python"))))
    request = play.run("debug()")
    ask(play, request, "Name? ")
    play.do(events.Answered("Ada"))
    ask(play, request, "(Pdb) ")
    play.do(events.Answered("next"))
    ask(play, request, "(Pdb) ")

    def walk(code: str) -> list[effects.Effect]:
        return play.do(events.Recalled(Document(code, 0), -1))

    assert walk("") == [effects.ShowEntry("next")]
    assert walk("next") == [effects.ShowEntry("bt")]
    assert walk("bt") == []
    ask(play, request, "Name? ")
    assert walk("") == [effects.ShowEntry("Ada")]
    play.do(events.Answered("Grace"))
    play.finish(request)
    assert walk("") == [effects.ShowEntry("debug()")], "a command is no entry of the cell"


def test_a_command_and_a_cell_that_read_alike_are_both_kept() -> None:
    cell, told = Record("n", 1.0, "python"), Record("n", 2.0, DEBUGGING)
    lines = [encode(cell), encode(told)]
    assert merged(filter(None, map(decode, lines))) == [told, cell]


def test_a_statement_goes_to_the_debugger_in_one_answer(play: Play) -> None:
    request = play.run("debug()")
    ask(play, request, "ipdb> ")
    play.do(events.Answered("for i in x:\n    print(i)\nc"))
    assert play.take("input_reply").content == {"value": "for i in x:\n    print(i)"}
    ask(play, request, "ipdb> ")
    assert play.take("input_reply").content == {"value": "c"}

"""The state machine of live inspection, told as stories: what was typed, what the kernel said, what is on screen."""

from __future__ import annotations

import pytest

from bipy.inspection.inspector import Inspector
from bipy.inspection.routes import KernelState
from bipy.inspection.values import EMPTY, Docs, Document
from tests.inspection.story import BUSY, CLOSED, IDLE, Story

PRINT = "Signature: print(*args, sep=' ', end='\\n')\nDocstring: Prints the values.\nType: builtin_function_or_method"
F = "Signature: f(a, b=2, *args, kw=None)\nDocstring: Doc of f.\nType: function"


# Two slots


def test_a_key_asks_at_once_and_a_reply_opens_the_list() -> None:
    story = Story()
    assert story.types("p|") == ["complete p|"]
    assert story.popup == EMPTY
    assert story.says("pow", "print") == []
    assert story.matches == ["pow", "print"]
    assert (story.popup.start, story.popup.end, story.popup.selected) == (0, 1, None)
    assert [match.marked for match in story.popup.matches] == [(0,), (0,)]


def test_one_in_flight_and_the_newest_next() -> None:
    story = Story()
    assert story.types("p|") == ["complete p|"]
    assert story.types("pr|") == []
    assert story.types("pri|") == []
    assert story.types("prin|") == []
    assert story.says("pow", "print") == ["complete prin|"]
    assert story.matches == ["print"]


def test_a_late_reply_is_narrowed_when_it_still_fits_and_dropped_when_not() -> None:
    story = Story()
    story.types("p|")
    story.types("p |")
    assert story.says("pow", "print") == []
    assert story.popup == EMPTY

    story = Story()
    story.types("x = p|")
    story.types("y = p|")
    assert story.says("pow", "print", start=4) == ["complete y = p|"]
    assert story.popup == EMPTY


def test_what_was_answered_is_not_asked_again_until_a_cell_ran() -> None:
    story = Story()
    story.types("p|")
    story.says("pow", "print")
    story.types("|")
    assert story.types("p|") == []
    assert story.matches == ["pow", "print"]
    story.inspector.ran()
    assert story.kernel_is(IDLE) == ["complete p|"]
    assert story.matches == ["pow", "print"]
    story.says("print")
    assert story.matches == ["print"]


def test_a_request_without_an_answer_frees_its_slot_and_is_not_repeated() -> None:
    story = Story()
    story.types("p|")
    assert story.fails("complete_request") == []
    assert story.types("pr|") == ["complete pr|"]
    story.types("pri|")
    assert story.fails("complete_request", "timeout") == ["complete pri|"]


@pytest.mark.parametrize("reason", ["idle", "timeout"])
def test_docs_that_did_not_come_are_not_asked_for_again_until_a_cell_ran_or_a_key_asks(reason: str) -> None:
    story = Story()
    story.types("f(|")
    assert story.fails("inspect_request", reason) == []
    story.says()
    assert story.types("f(1|") == []
    assert story.asks() == ["inspect f|(1"]
    story.fails("inspect_request", reason)
    story.inspector.ran()
    assert "inspect f|(1" in story.kernel_is(IDLE)
    story.tells(F)
    assert story.signature == "f(*a*, b=2, *args, kw=None)"


def test_an_answer_that_comes_after_it_was_given_up_is_shown_all_the_same() -> None:
    story = Story()
    story.types("p|")
    request = story.pending[0]
    assert story.fails("complete_request", "timeout") == []
    story.pending.append(request)
    story.says("print")
    assert story.matches == ["print"]


def test_an_error_frees_its_slot_too() -> None:
    story = Story()
    story.types("p|")
    story.types("pr|")
    request = story.pending[0]
    from bipy.messaging.events import CompleteReply, Parent

    reply = CompleteReply(Parent(request=request), "error")
    assert story.sent(story.inspector.replied(reply, story.now)) == ["complete pr|"]
    # The same once more is nobody's answer.
    assert story.sent(story.inspector.replied(reply, story.now)) == []


# Narrowing


def test_typing_narrows_in_the_same_frame() -> None:
    story = Story()
    story.types("os.|")
    story.says("path", "pardir", "getpid", "PATH_MAX", "spawn", start=3)
    story.types("os.pa|")
    assert story.matches == ["path", "pardir", "PATH_MAX", "spawn"]
    assert [match.marked for match in story.popup.matches] == [(0, 1), (0, 1), (0, 1), (1, 2)]
    assert (story.popup.start, story.popup.end) == (3, 5)
    story.types("os.pad|")
    assert story.matches == ["pardir"]
    assert story.popup.matches[0].marked == (0, 1, 3)


def test_deleting_widens_at_once() -> None:
    story = Story()
    story.types("os.|")
    story.says("path", "pardir", start=3)
    story.types("os.pat|")
    story.says("path", start=3)
    assert story.types("os.pa|") == ["complete os.pa|"]
    assert story.matches == ["path", "pardir"]
    assert story.types("os.|") == []
    assert story.matches == ["path", "pardir"]


def test_a_list_is_for_what_stands_behind_the_cursor_too() -> None:
    story = Story()
    story.types("x = [p|")
    story.says("print", start=5)
    assert story.types("x = [p|]") == ["complete x = [p|]"]
    assert story.matches == []
    story.says("print", start=5)
    assert story.types("x = [p|") == []
    assert story.matches == ["print"]
    story.types("x = [p|}")
    assert story.matches == [], "as much behind it, but something else"


def test_a_delimiter_closes_the_list() -> None:
    for delimiter in " ()[]{},;:+-*/=<>'\"":
        story = Story()
        story.types("p|")
        story.says("pow", "print")
        story.types("p" + delimiter + "|")
        assert story.matches == []


def test_kernel_and_edit_agree_wherever_the_cursor_is() -> None:
    story = Story()
    story.types("x = [pri|]")
    story.says("print", start=5)
    story.tab()
    assert story.text == "x = [print|]"


def test_a_kernel_may_know_more_than_prefixes() -> None:
    story = Story()
    story.types("\\alpha|")
    story.says("α", types="latex")
    assert story.matches == ["α"]
    story.tab()
    assert story.text == "α|"


def test_the_kernel_narrows_best_for_the_very_document() -> None:
    story = Story()
    story.types("os.|")
    story.says("path", "pardir", "spawn", start=3)
    story.types("os.pa|")
    assert story.says("path", start=3) == []
    assert story.matches == ["path", "spawn"]


@pytest.mark.parametrize(
    ("matching", "expected"),
    [
        ("fuzzy", ["path", "PATH_MAX", "spath", "parent_th"]),
        ("substring", ["path", "PATH_MAX", "spath"]),
        ("prefix", ["path", "PATH_MAX"]),
        ("none", []),
    ],
)
def test_ways_of_matching(matching: str, expected: list[str]) -> None:
    story = Story(matching=matching)
    story.types("os.|")
    story.says("parent_th", "spath", "path", "PATH_MAX", start=3)
    story.types("os.pat|")
    assert story.matches == expected


# Where a list opens


@pytest.mark.parametrize(
    "text",
    [
        "x |",
        "x = |",
        "|",
        "x + |",
        "12|",
        "# pri|",
        "'''pri|",
        "def pri|",
        "class Pri|",
        "1.|",
        "f(x)|",
        "f([|",
        "f(a=|",
    ],
)
def test_no_list_where_nobody_wants_one(text: str) -> None:
    assert Story().types(text) in ([], [f"inspect f|{text[1:].replace('|', '')}"])


def test_a_list_wanted_with_tab_where_none_opens_unasked() -> None:
    story = Story()
    assert story.types("x = |") == []
    assert story.tab() == ["complete x = |"]
    story.says("abs", "all", start=4)
    assert story.matches == ["abs", "all"]
    story.types("x = ab|")
    assert story.matches == ["abs"]
    story.types("x = ab |")
    assert story.matches == []


def test_in_a_call_parameters_are_offered_and_nothing_else() -> None:
    story = Story()
    assert story.types("f(|") == ["complete f(|", "inspect f|("]
    story.says("a=", "b=", "kw=", "abs", "%cd", start=2, types=("param", "param", "param", "function", "magic"))
    story.tells(F)
    assert story.matches == ["a=", "b=", "kw="]
    assert story.signature == "f(*a*, b=2, *args, kw=None)"
    story.types("f(a|")
    assert story.matches == ["a=", "abs"]


def test_what_is_given_is_not_offered_again() -> None:
    story = Story()
    story.types("f(b=1, |")
    story.says("a=", "b=", start=7, types="param")
    assert story.matches == ["a="]
    story = Story()
    story.types("f(1, |")
    story.says("a=", "b=", "kw=", start=5, types="param")
    story.tells(F)
    assert story.matches == ["b=", "kw="]


def test_behind_an_exclamation_mark_files_only() -> None:
    story = Story()
    story.types("!ls us|")
    story.says("usr", "UserWarning", start=4, types=("path", "class"))
    assert story.matches == ["usr"]


def test_in_a_string_only_paths_and_keys() -> None:
    story = Story()
    assert story.types("d['al|") == ["complete d['al|"]
    story.says("alpha", start=3, types="dict key")
    assert story.matches == ["alpha"]
    story.types("x = 'pri|")
    story.says("print", start=5)
    assert story.matches == []
    story.tab()
    assert story.matches == ["print"]


def test_a_path_is_completed_part_by_part() -> None:
    story = Story()
    story.types("open('/tm|")
    story.says("/tmp/", start=6, types="path")
    assert story.matches == ["tmp/"]
    assert story.tab() == ["complete open('/tmp/|"]
    assert story.text == "open('/tmp/|"
    story.says("/tmp/a", "/tmp/b", start=6, types="path")
    assert story.matches == ["a", "b"]


def test_magics_only_where_a_line_begins() -> None:
    story = Story()
    story.types("ti|")
    story.says("time", "%time", "%pti", types=("module", "magic", "magic"))
    assert story.matches == ["time", "%time"]
    story.types("x = ti|")
    story.says("time", "%time", start=4, types=("module", "magic"))
    assert story.matches == ["time"]


def test_names_to_import_are_sorted() -> None:
    story = Story()
    story.types("from os import |")
    story.says("walk", "_exit", "Path", "name", start=15, types="<unknown>")
    assert story.matches == ["name", "Path", "walk", "_exit"]


def test_one_match_that_is_there_already_is_none() -> None:
    story = Story()
    story.types("print|")
    story.says("print")
    assert story.matches == []


def test_moving_the_cursor_opens_no_list_and_asks_for_docs_only() -> None:
    story = Story()
    story.types("f(p|")
    story.says("pow", "print", start=2)
    story.tells(F)
    assert story.types("f(|p") == []
    assert story.matches == []
    assert story.types("f(p|") == []
    assert story.matches == []
    assert story.signature == "f(*a*, b=2, *args, kw=None)"
    story.types("f(pr|")
    assert story.matches == ["print"]


def test_a_paste_asks_nothing_and_closes_the_list() -> None:
    story = Story()
    story.types("p|")
    story.says("pow", "print")
    assert story.replaces("print(1)\nprin|") == []
    assert story.popup == EMPTY
    assert story.types("print(1)\nprint|") == ["complete print(1)\nprint|"]


# Tab, arrows, Enter, Esc


def test_tab_completes_what_is_common_then_cycles() -> None:
    story = Story()
    story.types("x = os.pa|")
    story.says("path", "pathconf", "pathsep", start=7)
    story.tab()
    assert story.text == "x = os.path|"
    assert story.matches == ["path", "pathconf", "pathsep"]
    assert story.popup.selected is None
    for expected in ("path", "pathconf", "pathsep", "path"):
        story.tab()
        assert story.text == f"x = os.{expected}|"
        assert story.matches == ["path", "pathconf", "pathsep"]
        assert story.matches[story.popup.selected or 0] == expected
        assert (story.popup.start, story.popup.end) == (7, 7 + len(expected))
    story.tab(-1)
    assert story.text == "x = os.pathsep|"


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("ize", ["resize", "realize"]),
        ("ize", ["resize", "is_zone"]),
        ("iz_", ["is_zone_a", "is_zone_b"]),
        ("path", ["PATH_MAX", "PATH_MIN"]),
    ],
    ids=["substring", "one substring", "subsequence", "other case"],
)
def test_tab_completes_nothing_of_matches_that_begin_otherwise(typed: str, names: list[str]) -> None:
    story = Story()
    story.types("os.|")
    story.says(*names, start=3)
    story.types(f"os.{typed}|")
    assert story.matches == names
    story.tab()
    assert story.text == f"os.{names[0]}|"
    assert story.popup.selected == 0
    story.tab()
    assert story.text == f"os.{names[1]}|", "one after the other, none of them lost"


def test_shift_tab_begins_at_the_end() -> None:
    story = Story()
    story.types("|x")
    story.types("p|x")
    story.says("pow", "print")
    story.tab(-1)
    assert story.text == "print|x"


def test_arrows_move_once_something_is_selected() -> None:
    story = Story()
    story.types("p|")
    story.says("pow", "print", "property")
    assert story.inspector.move(1) is None
    story.tab()
    story.moves(1)
    assert story.text == "print|"
    story.moves(5)
    assert story.text == "property|"
    story.moves(-9)
    assert story.text == "pow|"


def test_the_only_match_is_taken_and_the_list_closes() -> None:
    story = Story()
    story.types("pri|")
    story.says("print")
    story.tab()
    assert story.text == "print|"
    assert story.matches == []
    assert story.popup.selected is None
    assert story.inspector.accept() is False


def test_the_only_match_that_begins_so_is_taken_though_others_fit() -> None:
    story = Story()
    story.types("os.|")
    story.says("path", "spath", start=3)
    story.types("os.pa|")
    assert story.matches == ["path", "spath"]
    story.tab()
    assert story.text == "os.path|"


def test_enter_takes_a_chosen_match_only() -> None:
    story = Story()
    story.types("p|")
    story.says("pow", "print")
    assert story.inspector.accept() is False
    assert story.matches == ["pow", "print"]
    story.tab()
    assert story.inspector.accept() is True
    assert story.matches == []
    assert story.text == "pow|"
    story.types("powx|")
    assert story.inspector.accept() is False


def test_typing_goes_on_behind_a_chosen_match() -> None:
    story = Story()
    story.types("p|")
    story.says("pow", "print")
    story.tab()
    assert story.types("pow(|") == ["complete pow(|"]
    story.tells("Signature: pow(base, exp, mod=None)")
    assert story.signature == "pow(*base*, exp, mod=None)"
    assert story.matches == []


def test_esc_closes_until_another_token_is_typed() -> None:
    story = Story()
    story.types("p|")
    story.says("pow", "print")
    assert story.inspector.dismiss() is True
    assert story.popup == EMPTY
    assert story.inspector.dismiss() is False
    story.types("pr|")
    assert story.popup == EMPTY
    story.types("1 |")
    story.types("1 p|")
    story.says("pow", "print", start=2)
    assert story.matches == ["pow", "print"]


def test_what_was_closed_or_wanted_in_one_cell_is_not_in_the_next() -> None:
    story = Story()
    story.types("pr|")
    story.says("print")
    story.inspector.dismiss()
    story.types("|")
    assert story.types("pr|") == []
    assert story.matches == ["print"]

    story.types("|")
    assert story.tab() == ["complete |"]
    story.says("abs", "print")
    assert story.matches == ["abs", "print"]
    story.types("p|")
    story.types("|")
    assert story.popup == EMPTY


def test_esc_closes_a_signature_for_its_call() -> None:
    story = Story()
    story.types("f(|")
    story.tells(F)
    assert story.inspector.dismiss() is True
    story.types("f(1|")
    story.types("f(1, |")
    assert story.popup == EMPTY
    story.types("f(1, f(|")
    assert story.signature == "f(*a*, b=2, *args, kw=None)"


def test_an_edit_other_than_the_one_given_closes_the_list() -> None:
    story = Story()
    story.types("p|")
    story.says("pow", "print")
    assert story.inspector.tab() is not None
    story.types("q|")
    assert story.matches == []
    assert story.popup.selected is None


def test_an_edit_that_was_not_made_closes_the_list() -> None:
    story = Story()
    story.types("p|")
    story.says("pow", "print")
    assert story.inspector.tab() is not None
    story.inspector.chosen(Document("abc", 3), story.now)
    assert story.popup == EMPTY


# Signatures


def test_the_signature_stays_while_the_cursor_is_in_the_call() -> None:
    story = Story()
    story.types("f(|")
    assert story.popup == EMPTY
    story.tells(F)
    assert story.popup.docs == Docs("f", story.popup.signatures, "Doc of f.", (("Type", "function"),))
    assert story.signature == "f(*a*, b=2, *args, kw=None)"
    story.says()
    for text, shown in [
        ("f(1|", "f(*a*, b=2, *args, kw=None)"),
        ("f(1,|", "f(a, *b=2*, *args, kw=None)"),
        ("f(1, 2, 3|", "f(a, b=2, **args*, kw=None)"),
        ("f(1, kw=|", "f(a, b=2, *args, *kw=None*)"),
        ("f(1, kw='a, b|", "f(a, b=2, *args, *kw=None*)"),
        ("f|(1, kw='a, b", ""),
        ("f(1|, kw='a, b", "f(*a*, b=2, *args, kw=None)"),
        ("f(1, 2)|", ""),
    ]:
        told = story.types(text)
        assert "inspect" not in " ".join(told)
        assert story.signature == shown
        while story.pending:
            story.says()


def test_nested_calls_come_and_go() -> None:
    story = Story()
    story.types("f(|")
    story.tells(F)
    story.says()
    assert story.types("f(g(|") == ["complete f(g(|", "inspect f(g|("]
    assert story.signature == ""
    story.tells("Signature: g(x)")
    assert story.signature == "g(*x*)"
    story.says()
    story.types("f(g(1), |")
    assert story.signature == "f(a, *b=2*, *args, kw=None)"


def test_completion_metadata_gives_a_signature_before_the_docs_come() -> None:
    story = Story()
    story.types("os.path.jo|")
    story.says("join", start=8, signatures=("(a, *p)",))
    story.types("os.path.join|")
    story.says("join", start=8, signatures=("(a, *p)",))
    story.types("os.path.join(|")
    assert story.signature == "os.path.join(*a*, *p)"
    story.tells("Signature: os.path.join(a, *paths)")
    assert story.signature == "os.path.join(*a*, *paths)"


def test_what_cannot_be_called_shows_nothing_and_is_asked_once() -> None:
    story = Story()
    assert story.types("f(|") == ["complete f(|", "inspect f|("]
    story.tells(None)
    story.says()
    assert story.popup == EMPTY
    assert story.types("f(1|") == []


def test_an_expression_is_not_inspected() -> None:
    assert Story().types("x[0].f(|") == ["complete x[0].f(|"]


def test_several_signatures_in_turn() -> None:
    story = Story()
    story.types("range(|")
    story.tells("Docstring:\nrange(stop) -> range\nrange(start, stop[, step]) -> range")
    assert story.signature == "range(*stop*) -> range"
    story.inspector.next_signature()
    assert story.signature == "range(*start*, stop, [step]) -> range"
    story.inspector.next_signature(-1)
    # The first that has a parameter for the argument being typed.
    story.types("range(1, |")
    assert story.signature == "range(start, *stop*, [step]) -> range"
    story.types("range(1|")
    assert story.signature == "range(*stop*) -> range"
    story.types("range(1, 2, |")
    story.inspector.next_signature()
    assert story.signature == "range(stop) -> range"
    story.types("range(1, 2, range(|")
    assert story.popup.signature == 0


def test_a_magic_shows_its_usage() -> None:
    story = Story()
    story.types("%timei|")
    story.types("%timeit|")
    assert story.says("%timeit", types="magic") == ["complete %timeit|", "inspect %timeit|"]
    story.types("%timeit |")
    story.tells("Docstring:\nTime it.\n\nUsage::\n\n  %timeit [-n<N>] statement\n")
    assert story.signature == "%timeit [-n<N>] statement"


# Docs


@pytest.mark.parametrize("type_", ["function", "class", "module", "magic"])
def test_a_name_whose_description_costs_nothing_is_inspected(type_: str) -> None:
    story = Story()
    story.types("print|")
    assert story.says("print", types=type_) == ["inspect print|"]
    story.tells(PRINT)
    assert story.popup.docs is not None
    assert story.popup.docs.docstring == "Prints the values."


@pytest.mark.parametrize("type_", ["instance", "statement", "variable", "attribute", "<unknown>", ""])
def test_any_other_name_is_not_however_long_one_hesitates(type_: str) -> None:
    story = Story()
    story.types("big|")
    assert story.says("big", types=type_) == []
    assert story.passes(60) == []


def test_a_name_that_the_completer_does_not_know_is_not_inspected() -> None:
    story = Story()
    story.types("pri|")
    story.says("print")
    assert story.passes(1) == []


def test_a_key_asks_for_docs_at_once() -> None:
    story = Story()
    story.types("big|")
    assert story.asks() == ["inspect big|"]
    story.tells("Type: list\nString form: [1, 2]\nDocstring: A list.")
    assert story.popup.docs is not None
    assert story.popup.docs.fields == (("Type", "list"), ("String form", "[1, 2]"))
    assert story.asks(1) == ["inspect big|"]
    assert story.pending[-1].content["detail_level"] == 1


def test_docs_of_the_selected_match() -> None:
    story = Story()
    story.types("p|")
    story.says("pow", "print", types="function", signatures=("(base, exp)", ""))
    assert story.tab() == ["inspect pow|"]
    assert story.popup.docs is not None
    assert [s.head for s in story.popup.docs.signatures] == ["pow("]
    assert story.popup.docs.fields == (("Type", "function"),)
    assert story.tab() == []  # one is in flight
    assert story.tells("Docstring: Power.") == ["inspect print|"]
    assert story.popup.docs is not None
    assert story.popup.docs.name == "print"
    story.tells(PRINT)
    assert story.popup.docs.docstring == "Prints the values."
    assert story.tab() == []
    assert story.popup.docs is not None
    assert story.popup.docs.docstring == "Power."


def test_docs_of_a_match_inside_a_call_leave_the_signature() -> None:
    story = Story()
    story.types("f(p|")
    story.tells(F)
    story.says("pow", "print", start=2)
    assert story.tab() == ["inspect pow|"], "inside the call the kernel would take the cursor to mean f"
    assert story.signature == "f(*a*, b=2, *args, kw=None)"
    story.tells("Docstring: Power.")
    assert story.popup.docs is not None
    assert story.popup.docs.docstring == "Power."


@pytest.mark.parametrize("type_", ["param", "path", "dict key", "keyword", "latex"])
def test_what_is_no_object_is_not_inspected(type_: str) -> None:
    story = Story()
    story.types("p|")
    story.says("pa", "pb", types=type_)
    assert story.tab() == []


# Routes


def test_held_while_there_is_no_route() -> None:
    story = Story(CLOSED)
    assert story.types("p|") == []
    assert story.types("pr|") == []
    assert story.kernel_is(IDLE) == ["complete pr|"]


def test_what_is_in_flight_when_a_cell_starts_is_still_taken() -> None:
    story = Story()
    story.types("p|")
    assert story.kernel_is(CLOSED) == []
    story.types("pr|")
    assert story.says("print", "pow") == []
    assert story.matches == ["print"]
    assert story.kernel_is(IDLE) == ["complete pr|"]


def test_local_names_are_what_one_gets_meanwhile() -> None:
    story = Story(CLOSED)
    story.inspector.learn("value = compute(valley)  # vacuum\ndf.vary()")
    story.types("va|")
    assert story.matches == ["valley", "value"]
    assert all(match.local and match.marked == (0, 1) for match in story.popup.matches)
    assert story.popup.note == "kernel busy: names of this session"
    story.kernel_is(KernelState("closed", "kernel starting"))
    assert story.popup.note == "kernel starting: names of this session"


def test_local_names_stand_below_the_kernels() -> None:
    story = Story()
    story.inspector.learn("value = print")
    story.types("vaster = 1\nva|")
    assert story.matches == ["vaster", "value"] or story.matches == ["value", "vaster"]
    story.says("vars", "value", start=11)
    assert story.matches == ["vars", "value", "vaster"]
    assert [match.local for match in story.popup.matches] == [False, False, True]
    assert story.popup.note == ""


def test_local_attributes_only_behind_the_name_they_were_seen_behind() -> None:
    story = Story(CLOSED)
    story.inspector.learn("df.describe()")
    story.types("df.de|")
    assert story.matches == ["describe"]
    story.types("other.de|")
    assert story.matches == []


def test_the_token_itself_is_no_candidate() -> None:
    story = Story(CLOSED)
    story.types("value = valu|")
    assert story.matches == ["value"]
    story.types("value = value|")
    assert story.matches == []


# Modes and slow kernels


def test_off() -> None:
    story = Story(mode="off")
    assert story.types("f(|") == []
    assert story.tab() == []
    assert story.popup == EMPTY


def test_idle_never_asks_a_busy_kernel() -> None:
    story = Story(BUSY, mode="idle")
    assert story.types("f = f(|") == []
    assert story.types("func = fu|") == []
    assert story.popup.note == "kernel busy: names of this session"
    assert story.types("f(|") == []
    assert story.kernel_is(IDLE) == ["complete f(|", "inspect f|("]


def test_tab_mode_asks_only_when_asked() -> None:
    story = Story(mode="tab")
    assert story.types("os.pa|") == []
    assert story.passes(2) == []
    assert story.tab() == ["complete os.pa|"]
    story.says("path", "pardir", start=3)
    assert story.matches == ["path", "pardir"]
    assert story.types("os.pat|") == ["complete os.pat|"]
    assert story.matches == ["path"]
    assert story.types("f(|") == []
    assert story.asks() == ["inspect f|("]
    story.tells(F)
    assert story.signature == "f(*a*, b=2, *args, kw=None)"


def test_a_slow_completer_waits_for_a_pause() -> None:
    story = Story()
    for text in ("a|", "b|", "c|"):
        story.types(text)
        story.now += 0.4
        story.says()
    assert story.inspector.hint == "slow completer, 0.4 s: bipy --inspection tab"
    assert story.types("p|") == []
    story.passes(0.2)
    assert story.types("pr|") == []
    assert story.passes(0.3) == []
    assert story.passes(0.2) == ["complete pr|"]


def test_one_slow_answer_makes_no_slow_completer() -> None:
    story = Story()
    story.types("a|")
    story.now += 2
    story.says()
    assert story.inspector.hint == ""
    assert story.types("b|") == ["complete b|"]


# Hostile kernels


def test_many_matches_are_cut_and_said_so() -> None:
    story = Story()
    story.types("n|")
    story.says(*(f"name_{number}" for number in range(10_000)))
    assert len(story.matches) == 500
    assert story.popup.note == "9500 more: type on"
    story.types("name_999|")
    assert story.matches[0] == "name_999"
    story.tab()
    assert story.text == "name_999|"


def test_common_prefix_counts_matches_that_are_not_shown() -> None:
    story = Story()
    story.types("n|")
    story.says(*(f"name_{number:04}" for number in range(2_000)))
    story.tab()
    assert story.text == "name_|"


def test_matches_that_would_rewrite_the_rest_are_dropped() -> None:
    story = Story()
    story.types("rm(a, b|)")
    story.says("evil", start=0)
    assert story.matches == []
    story.types("rm(a, be|)")
    story.says("bell\x07", "be\nll", "bell", start=6)
    assert story.matches == ["bell"]


def test_cursors_out_of_range_are_clamped() -> None:
    inspector = Inspector()
    inspector.kernel_is(IDLE, 0.0)
    inspector.edited(Document("abc", 99), 0.0)
    inspector.edited(Document("abc", -5), 0.0)
    inspector.chosen(Document("ab", 77), 0.0)
    assert 0 <= inspector.popup.start <= inspector.popup.end <= 2

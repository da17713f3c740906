"""What docs are about, as a person sees it: of the match chosen, of what a key points at, else of the call."""

from __future__ import annotations

import pytest

from bipy.inspection.values import Edit
from tests.inspection.story import CLOSED, Story

PRINT = "Signature: print(*args)\nDocstring: Print."
JOIN = "Signature: join(a, *p)\nDocstring: Join."


def inside_a_call() -> Story:
    """The cursor is behind a name that is an argument."""
    story = Story()
    story.types("print(os.path.join|")
    story.tells(PRINT)
    story.says("join", start=14)
    return story


@pytest.mark.parametrize("code", ["'os.path|'", "f'os.path|", '"""a\nos.path|', "# os.path|", "!ls os.path|"])
def test_what_stands_in_a_string_or_a_comment_is_no_name(code: str) -> None:
    story = Story()
    story.types(code)
    assert story.inspector.page().name == story.inspector.page(by_key=True).name == ""
    assert [asked for asked in story.asks() if asked.startswith("inspect")] == []


def test_inside_a_call_docs_are_those_of_the_callee() -> None:
    story = inside_a_call()
    assert story.inspector.page().name == "print"
    assert story.popup.docs is not None
    assert story.popup.docs.docstring == "Print."


def test_a_key_points_at_the_name_inside_the_call() -> None:
    story = inside_a_call()
    assert story.inspector.page(by_key=True).name == "os.path.join"
    # With the code in front of it the kernel would take the cursor to mean print.
    assert story.asks() == ["inspect os.path.join|"]
    story.tells(JOIN)
    assert story.popup.docs is not None
    assert story.popup.docs.docstring == "Join."


def test_a_match_that_is_chosen_inside_a_call_has_its_own_docs() -> None:
    story = Story()
    story.types("print(os.path.i|")
    story.tells(PRINT)
    story.says("isabs", "isdir", start=14)
    assert story.tab() == ["complete print(os.path.is|"]
    assert story.tab() == ["inspect os.path.isabs|"]
    story.tells("Docstring: Test whether a path is absolute.")
    assert story.popup.docs is not None
    assert story.popup.docs.docstring == "Test whether a path is absolute."
    assert story.signature == "print(**args*)"


def test_a_key_asks_about_a_name_that_completion_does_not_know() -> None:
    story = Story()
    story.types("matplotlib|")
    story.says("%matplotlib", types="magic")
    assert story.inspector.page().name == ""
    assert story.asks() == ["inspect matplotlib|"]


def test_a_key_inside_a_call_on_no_name_means_the_callee() -> None:
    story = Story()
    story.types("print(1, |")
    assert story.inspector.page(by_key=True).name == "print"


def test_tab_before_the_list_completes_the_only_match_when_it_comes() -> None:
    story = Story()
    story.types("os.getlogi|")
    assert story.tab() == []
    story.says("getlogin", start=3)
    assert story.text == "os.getlogin|"
    assert story.matches == []


def test_tab_before_the_list_completes_what_all_share_and_shows_the_rest() -> None:
    story = Story(mode="tab")
    story.types("os.pa|")
    story.tab()
    story.says("path", "pathsep", start=3)
    assert story.text == "os.path|"
    assert story.popup.selected is None


def test_tab_before_the_list_takes_none_of_several() -> None:
    story = Story()
    story.types("os.|")
    story.tab()
    story.says("fsync", "path", start=3)
    assert story.text == "os.|"
    assert story.matches == ["fsync", "path"]
    assert story.popup.selected is None


def test_an_edit_between_tab_and_the_list_takes_tab_back() -> None:
    story = Story()
    story.types("os.getlogi|")
    story.tab()
    story.types("os.getlogi |")
    request = story.take("complete_request")
    assert request.content["code"] == "os.getlogi"
    assert not any(isinstance(effect, Edit) for effect in story.inspector.waited(story.now))
    assert story.text == "os.getlogi |"


def test_a_blank_line_of_a_call_is_not_asked_about() -> None:
    story = Story()
    assert story.types("print(1,\n    |") == ["inspect print|(1,\n    "]
    story.tells(PRINT)
    assert story.types("print(1,\n    a|") == ["complete print(1,\n    a|"]


def test_all_of_a_call_has_one_place() -> None:
    story = Story()
    story.types("x = fn(|")
    story.tells("Signature: fn(a, b)")
    anchors = {story.popup.anchor}
    for text in ("x = fn(al|", "x = fn(alp|", "x = fn(alp, |"):
        story.types(text)
        anchors.add(story.popup.anchor)
        if story.pending:
            story.says("alpha", "alpine", start=7)
        anchors.add(story.popup.anchor)
    assert anchors == {4}


def test_a_busy_kernel_is_told_of_where_tab_finds_nothing() -> None:
    story = Story()
    story.kernel_is(CLOSED)
    story.types("gre|")
    assert story.popup.note == ""
    story.tab()
    assert story.popup.note == "kernel busy: it is asked later"


def test_esc_takes_a_tab_back_that_waits_for_its_list() -> None:
    story = Story()
    story.types("os.getlogi|")
    story.tab()
    assert story.inspector.dismiss()
    story.says("getlogin", start=3)
    assert story.text == "os.getlogi|"


def test_what_a_module_is_asked_for_is_not_looked_up_elsewhere() -> None:
    story = Story()
    story.types("import json\nfrom datetime import time|")
    assert story.inspector.page(by_key=True).name == ""
    story = Story()
    story.types("from datetime import time\nimport json|")
    assert story.inspector.page(by_key=True).name == "json"

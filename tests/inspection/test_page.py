"""All of the docs, for a pane: what is asked for when a key wants them, and what is said until they are there."""

from __future__ import annotations

from bipy.inspection.routes import KernelState
from tests.inspection.story import CLOSED, IDLE, Story


def asks(story: Story, name: str, detail_level: int = 0) -> list[str]:
    """A key wants the page of `name`."""
    return story.sent(story.inspector.ask(story.document, story.now, detail_level, name))


def note(story: Story, name: str | None = None, detail_level: int = 0) -> str:
    return story.inspector.page(name, detail_level).note


def test_what_is_at_the_cursor_is_asked_in_its_document() -> None:
    story = Story()
    story.types("x = f(1|")
    story.tells("Docstring: Do.")
    assert story.inspector.page().name == "f"
    assert asks(story, "f", 1) == ["inspect x = f|(1"]
    assert note(story, "f", 1) == "Looking up the source of f …"
    story.tells("Source:\ndef f(): pass")
    page = story.inspector.page("f", 1)
    assert page.note == ""
    assert page.docs is not None
    assert page.docs.source == "def f(): pass"


def test_anything_else_is_asked_by_its_name() -> None:
    story = Story()
    story.types("x|")
    assert asks(story, "os.path.join") == ["inspect os.path.join|"]
    story.tells("Docstring: Join.")
    page = story.inspector.page("os.path.join")
    assert page.docs is not None
    assert page.docs.docstring == "Join."
    assert story.inspector.page().name == "x", "the cursor is where it was"


def test_what_is_wanted_is_the_next_question_whatever_is_typed() -> None:
    story = Story()
    story.types("f(|")
    assert asks(story, "big") == [], "one question is in flight"
    story.types("f(1) + g(|")
    assert note(story, "big") == "Looking up big …"
    assert story.tells("Docstring: f.") == ["inspect big|"]
    assert story.tells("Type: list") == ["inspect f(1) + g|("]


def test_what_is_known_or_in_flight_is_not_asked_again() -> None:
    story = Story()
    story.types("f(|")
    assert asks(story, "f") == []
    assert note(story, "f") == "Looking up f …"
    assert story.tells("Docstring: f.") == []
    assert asks(story, "f") == []
    assert note(story, "f") == ""


def test_after_a_cell_ran_a_key_asks_anew_and_old_docs_stay_until_then() -> None:
    story = Story()
    story.types("f(|")
    story.tells("Docstring: old.")
    story.inspector.ran()
    assert asks(story, "f") == ["inspect f|("]
    assert story.inspector.page("f").docs is not None
    assert note(story, "f") == "Looking up f …"
    story.tells("Docstring: new.")
    page = story.inspector.page("f")
    assert page.docs is not None
    assert page.docs.docstring == "new."


def test_nothing_is_asked_where_nothing_can_be_and_it_is_said_why() -> None:
    story = Story(CLOSED)
    story.kernel_is(KernelState("closed", "kernel starting"))
    story.types("f|")
    assert asks(story, "f") == []
    assert note(story, "f") == "Kernel starting: f is looked up later."
    assert "inspect f|" in story.kernel_is(IDLE)
    story.tells(None)
    assert note(story, "f") == "Nothing is known of f."


def test_where_there_is_no_name_there_is_no_page() -> None:
    story = Story()
    story.types("1 + |")
    assert story.inspector.page().name == ""
    assert note(story) == "There is nothing at the cursor to look up."


def test_without_inspection_there_is_no_page() -> None:
    story = Story(mode="off")
    story.types("f(|")
    assert asks(story, "f") == []
    assert note(story, "f") == "Inspection is off."


def test_in_mode_tab_a_key_asks() -> None:
    story = Story(mode="tab")
    assert story.types("f(|") == []
    assert asks(story, "f") == ["inspect f|("]


def test_a_question_that_stays_open_is_given_up() -> None:
    story = Story()
    story.types("f(|")
    story.fails("inspect_request", "timeout")
    assert note(story, "f") == "Nothing is known of f."
    assert asks(story, "g") == ["inspect g|"]
    story.fails("inspect_request", "timeout")
    assert note(story, "g") == "Nothing is known of g."


def test_without_a_source_the_docs_are_there() -> None:
    story = Story()
    story.types("len(|")
    story.tells("Docstring: Count.")
    asks(story, "len", 1)
    story.tells("Docstring: Count.")
    page = story.inspector.page("len", 1)
    assert page.note == "No source of len is known."
    assert page.docs is not None
    assert page.docs.docstring == "Count."

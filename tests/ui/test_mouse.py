"""The mouse in each part of the screen: what a click, a drag and the wheel do there."""

from __future__ import annotations

from typing import Any

import pytest

from bipy.session import effects
from bipy.ui.widgets.table_pane import TablePane
from tests.ui.test_window import SIZE, Stage, mouse, row_of

UP, DOWN, RIGHT = 4, 5, 7
WIDE = "".join(f"<th>name_of_column_{number}</th>" for number in range(9))


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.start()
    return stage


def wheel(stage: Stage, button: int, column: int, row: int) -> bool:
    stage.frame()
    return stage.keyboard.press(("mouse press", button, column, row))


def click(stage: Stage, text: str) -> bool:
    """Click where `text` begins on the screen, and let the button go."""
    row = row_of(stage, text)
    column = str(stage.frame().decoded_text[row]).index(text)
    pressed = mouse(stage, "press", column, row)
    return mouse(stage, "release", column, row) or pressed


def table(stage: Stage, rows: int = 30, heads: str = "<th>city</th><th>people</th>") -> None:
    """Show a table whose column "people" falls from row to row."""
    cells = "".join(f"<tr><td>town{number}</td><td>{1000 - number}</td></tr>" for number in range(rows))
    data = {"text/html": f"<table><thead><tr>{heads}</tr></thead><tbody>{cells}</tbody></table>", "text/plain": "..."}
    request = stage.enter("towns")
    content: dict[str, Any] = {"execution_count": 1, "data": data, "metadata": {}}
    stage.tell("iopub", "execute_result", content, request)
    stage.finish(request)


def read(stage: Stage, *keys: str) -> None:
    """Put the keyboard into the transcript, which has been drawn, and press keys there."""
    stage.frame()
    stage.press("f6", *keys)


def pane(stage: Stage) -> TablePane:
    assert stage.interface.window.table is not None
    return stage.interface.window.table


def test_a_click_in_a_table_goes_to_the_cell_and_on_a_name_sorts(stage: Stage) -> None:
    table(stage, 6)
    assert click(stage, "town3")
    assert stage.interface.window.table is None
    assert click(stage, "town3"), "a second click opens it"
    assert click(stage, "996")
    assert stage.rows()[-2].strip().startswith("people: 996")
    assert click(stage, "people")
    assert stage.rows()[2].split() == ["town5", "995"]
    assert click(stage, "city")
    assert stage.rows()[2].split() == ["town5", "995"], "the first click takes the column"
    assert click(stage, "city")
    assert stage.rows()[2].split() == ["town0", "1000"]
    assert not mouse(stage, "press", 50, 1), "no column stands there"


def test_a_drag_over_a_table_marks_rows_and_copies_them_and_scrolls_at_its_edge(stage: Stage) -> None:
    table(stage)
    read(stage, "enter")
    row = row_of(stage, "town5")
    mouse(stage, "press", 2, row)
    mouse(stage, "drag", 2, row + 1)
    mouse(stage, "release", 2, row + 1)
    (copied,) = [each.text for each in stage.performed if isinstance(each, effects.Copy)]
    assert copied == "city\tpeople\ntown5\t995\ntown6\t994"
    mouse(stage, "press", 2, row)
    for _ in range(8):
        mouse(stage, "drag", 2, SIZE[1] - 1)
    assert stage.rows()[2].split()[0] != "town0"


def test_the_wheel_over_a_table_scrolls_rows_and_columns(stage: Stage) -> None:
    table(stage, heads=WIDE)
    read(stage, "enter")
    assert wheel(stage, DOWN, 3, 5)
    assert stage.rows()[2].split()[0] == "town3", "all rows move, not only what has the focus"
    assert wheel(stage, UP, 3, 5)
    assert stage.rows()[2].split()[0] == "town0"
    for _ in range(8):
        assert wheel(stage, RIGHT, 3, 5)
    assert "name_of_column_8" in stage.rows()[1]
    assert not wheel(stage, DOWN, 3, SIZE[1] - 1), "nothing scrolls under the status bar"


def test_the_wheel_over_the_menu_scrolls_the_menu_and_a_click_takes_what_has_come(stage: Stage) -> None:
    stage.fill(40)
    stage.type("al")
    stage.complete(*(f"alpha{number:02}" for number in range(90)), start=0, end=2)
    row, top = row_of(stage, "alpha00"), stage.rows()[0]
    assert wheel(stage, DOWN, 3, row)
    assert not any("alpha00" in text for text in stage.rows())
    assert stage.rows()[0] == top, "the session stays"
    for _ in range(40):
        wheel(stage, DOWN, 3, row)
    assert any("alpha89" in text for text in stage.rows())
    size = sum("\u2502" in text for text in stage.rows())
    wheel(stage, UP, 3, row)
    assert not any("alpha89" in text for text in stage.rows()), "one turn back is one turn"
    assert sum("\u2502" in text for text in stage.rows()) == size
    for _ in range(40):
        wheel(stage, UP, 3, row)
    assert wheel(stage, DOWN, 3, row)
    found = next(word for word in stage.rows()[row].replace("\u2502", " ").split() if word.startswith("alpha"))
    assert click(stage, found)
    assert stage.interface.window.editor.document.code == found


def test_the_wheel_over_docs_scrolls_the_docs(stage: Stage) -> None:
    docs = "Signature: run(code)\nDocstring:\n" + "".join(f"Line {number} of it.\n\n" for number in range(60))
    stage.type("run(")
    stage.inspect(docs)
    size = (56, 24)
    box = next(number for number, row in enumerate(stage.rows(size)) if "Line 0 " in row)
    assert stage.keyboard.press(("mouse press", DOWN, 8, box))
    rows = stage.rows(size)
    assert not any("Line 0 " in row for row in rows)
    assert any("Line 3 " in row for row in rows)
    for _ in range(40):
        stage.keyboard.press(("mouse press", DOWN, 8, box))
        stage.rows(size)
    assert any("Line 59 " in row for row in stage.rows(size))
    stage.press("shift tab")
    pane_row = next(number for number, row in enumerate(stage.rows(size)) if "Line 0 " in row and "\u2502" not in row)
    assert stage.keyboard.press(("mouse press", DOWN, 8, pane_row))
    assert not any("Line 0 " in row and "\u2502" not in row for row in stage.rows(size))


def test_a_drag_over_a_page_copies_lines_and_the_wheel_scrolls_it(stage: Stage) -> None:
    stage.press("f1")
    lines = [row.rstrip() for row in stage.rows()[2:4]]
    mouse(stage, "press", 2, 2)
    mouse(stage, "drag", 2, 3)
    assert {"selection"} <= {role for row in stage.frame().content() for role, _, _ in row}
    mouse(stage, "release", 2, 3)
    (copied,) = [each for each in stage.performed if isinstance(each, effects.Copy)]
    assert copied.text.split()[: len(lines[0].split())] == lines[0].split(), "a whole line, however it is wrapped"
    assert copied.what == f"{copied.text.count(chr(10)) + 1} lines".replace("1 lines", "1 line")
    mouse(stage, "press", 2, 2)
    assert "selection" not in {role for row in stage.frame().content() for role, _, _ in row}
    for _ in range(20):
        mouse(stage, "drag", 2, SIZE[1] - 1)
    assert stage.rows()[2].rstrip() != lines[0]


def test_a_second_click_in_a_list_takes_the_item(stage: Stage) -> None:
    stage.press("meta x")
    stage.type("start of the session")
    assert mouse(stage, "press", 5, 1)
    assert stage.interface.window.chooser is not None
    assert mouse(stage, "press", 5, 1)
    assert stage.interface.window.chooser is None


def test_the_wheel_scrolls_a_list_or_its_preview(stage: Stage) -> None:
    request = stage.enter("\n".join(f"call({number})" for number in range(30)))
    stage.finish(request)
    for number in range(20):
        stage.finish(stage.enter(f"short{number}", number + 2))
    stage.press("ctrl r")
    assert wheel(stage, DOWN, 3, 2)
    assert "short16" in stage.rows()[1], "the list has moved, and what is selected is in view"
    stage.type("call")
    preview = row_of(stage, "call(1)")
    assert wheel(stage, DOWN, 3, preview)
    assert any("call(3)" in row for row in stage.rows())
    assert not any(row == "call(1)" for row in stage.rows())


def folded(stage: Stage) -> None:
    """A long output is folded, and the mark of the fold is in view."""
    stage.interface.window.transcript.folds_at = 20
    request = stage.enter("count()")
    stage.stream("".join(f"line {number}\n" for number in range(90)), request)
    stage.finish(request)
    while not any("more lines" in row for row in stage.rows()):
        assert wheel(stage, UP, 5, 5)


def test_a_click_on_a_fold_shows_what_is_folded(stage: Stage) -> None:
    folded(stage)
    assert click(stage, "more lines")
    assert not any("more lines" in row for row in stage.rows())
    assert "line 11" in [row.strip("\u2502\u25b8 ") for row in stage.rows()]


def test_a_click_on_what_says_that_a_table_has_more_columns_opens_it(stage: Stage) -> None:
    table(stage, 3, heads=WIDE)
    assert click(stage, "more columns")
    assert pane(stage).line is not None


def test_a_drag_that_begins_on_a_fold_marks_and_unfolds_nothing(stage: Stage) -> None:
    folded(stage)
    row = row_of(stage, "more lines")
    mouse(stage, "press", 3, row)
    mouse(stage, "drag", 3, row + 1)
    mouse(stage, "release", 3, row + 1)
    assert any("more lines" in text for text in stage.rows())


def test_the_wheel_moves_in_a_cell_that_is_higher_than_its_part(stage: Stage) -> None:
    for number in range(30):
        stage.type(f"row{number}")
        stage.press("ctrl o")
    assert wheel(stage, UP, 12, 5)
    assert stage.interface.window.editor.buffer.cursor[0] == 27


def test_the_wheel_while_one_reads_moves_the_view_and_keeps_the_cursor_in_it(stage: Stage) -> None:
    stage.fill(60)
    read(stage)
    first = stage.rows()[0]
    assert wheel(stage, UP, 5, 5)
    rows = stage.rows()
    assert rows[0] != first
    assert any(row.startswith("\u25b8") for row in rows)


def test_a_click_where_the_box_stood_reads_the_session() -> None:
    stage = Stage(floating=True)
    stage.start()
    stage.fill(40)
    stage.type("al")
    stage.complete("alpha", "album", start=0, end=2)
    row = row_of(stage, "alpha")
    stage.press("esc")
    stage.press("ctrl c")
    assert mouse(stage, "press", 3, row)

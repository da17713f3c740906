"""Widgets as text: what a kernel tells of its models, drawn as a person sees it in the transcript."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bipy.session.widgets import Widget
from bipy.ui.mime import widgets
from bipy.ui.mime.means import Means
from bipy.ui.text.rows import canvas, row_width
from bipy.ui.widgets.transcript_view import TranscriptView
from tests.session.test_output_models import Widgets
from tests.session.test_recorded_output_models import replay_session
from tests.snapshots import Check

COLUMNS = 60
KEYS = ["value", "min", "max", "description", "bar_style", "_options_labels", "index", "titles", "selected_index"]


@pytest.fixture
def kernel() -> Widgets:
    return Widgets()


def screen(kernel: Widgets) -> list[str]:
    """What the transcript shows behind the code of its cell."""
    rows = TranscriptView(kernel.session.transcript).last_rows(COLUMNS, 1_000)
    texts = ["".join(text for _, text in row).rstrip() for row in rows]
    code = next(number for number, text in enumerate(texts) if text.endswith("]: widgets"))
    return [text for text in texts[code + 1 :] if text]


def bar(kernel: Widgets, name: str = "bar", **state: Any) -> None:
    kernel.open(name, "FloatProgressModel", **{"min": 0.0, "max": 10.0, "value": 0.0, "description": "", **state})


def test_a_bar_moves_where_it_is_displayed_and_looks_failed_when_it_failed(kernel: Widgets) -> None:
    bar(kernel, description="Load")
    kernel.show("bar")
    kernel.print("below")
    assert screen(kernel) == ["Load " + "─" * 40 + " 0/10", "below"]
    kernel.update("bar", value=5.0)
    assert screen(kernel)[0] == "Load " + "━" * 20 + "─" * 20 + " 5/10"
    kernel.update("bar", bar_style="danger")
    assert "✗" in screen(kernel)[0]


def test_a_box_puts_its_children_side_by_side_and_follows_each(kernel: Widgets) -> None:
    bar(kernel)
    kernel.open("left", "HTMLModel", value="<b>work</b>:  10%")
    kernel.open("right", "HTMLModel", value="\u20071/10 [00:00&lt;00:09,\u20071.0it/s]")
    kernel.open("box", "HBoxModel", children=["IPY_MODEL_left", "IPY_MODEL_bar", "IPY_MODEL_right"])
    kernel.show("box")
    kernel.update("bar", value=10.0)
    (row,) = screen(kernel)
    assert row == "work:  10% " + "━" * 19 + " 1/10 [00:00<00:09, 1.0it/s]"
    kernel.update("bar", description="Load")
    assert screen(kernel)[0] == "work:  10% Load " + "━" * 14 + " 1/10 [00:00<00:09, 1.0it/s]"
    kernel.update("right", value="done")
    assert screen(kernel)[0].endswith("━━ done")


def test_a_bar_of_an_unknown_total_is_no_full_bar(kernel: Widgets) -> None:
    kernel.open("narrow", "LayoutModel", width="20px")
    bar(kernel, max=1.0, value=1.0, bar_style="info", layout="IPY_MODEL_narrow")
    kernel.open("text", "HTMLModel", value=" 3/? [00:00, 2.0it/s]")
    kernel.open("box", "HBoxModel", children=["IPY_MODEL_bar", "IPY_MODEL_text"])
    kernel.show("box")
    assert screen(kernel) == [" 3/? [00:00, 2.0it/s]"]


def test_a_closed_or_hidden_widget_leaves_nothing(kernel: Widgets) -> None:
    kernel.open("layout", "LayoutModel")
    kernel.open("label", "LabelModel", value="gone soon", layout="IPY_MODEL_layout")
    kernel.open("box", "HBoxModel", children=["IPY_MODEL_label"])
    kernel.show("box")
    assert screen(kernel) == ["gone soon"]
    kernel.update("layout", visibility="hidden")
    assert screen(kernel) == []
    kernel.update("layout", visibility=None)
    assert screen(kernel) == ["gone soon"]
    kernel.iopub("comm_close", {"comm_id": "label", "data": {}})
    assert screen(kernel) == []
    kernel.show("label")
    kernel.iopub("comm_close", {"comm_id": "box", "data": {}})
    assert screen(kernel) == ["<label>"], "a widget that is unknown is shown by its text"


def test_each_kind_of_control_shows_its_value(kernel: Widgets, snapshot: Check) -> None:
    options = {"_options_labels": ["red", "green", "blue"]}
    controls: list[tuple[str, dict[str, Any]]] = [
        ("IntSlider", {"value": 7, "min": 0, "max": 10, "description": "x:"}),
        ("FloatRangeSlider", {"value": [2.5, 7.5], "min": 0.0, "max": 10.0}),
        ("Text", {"value": "hello", "description": "Name:"}),
        ("Password", {"value": "secret", "description": "Key:"}),
        ("Checkbox", {"value": True, "description": "agree"}),
        ("Checkbox", {"value": False, "description": "later"}),
        ("Valid", {"value": False, "description": "valid"}),
        ("Button", {"description": "Run"}),
        ("Dropdown", {"index": 1, "description": "Colour:", **options}),
        ("RadioButtons", {"index": None, **options}),
        ("SelectMultiple", {"index": [0, 2], **options}),
        ("HTML", {"value": "<style>p{}</style><p>one</p><p>t&amp;wo</p>"}),
        ("DatePicker", {"description": "When", "value": {"year": 2024, "month": 0, "date": 31}}),
        ("DatePicker", {"description": "When", "value": {"year": 2024, "month": "x"}}),
        ("FileUpload", {"description": "Which"}),
    ]
    for number, (kind, state) in enumerate(controls):
        kernel.open(f"c{number}", f"{kind}Model", **state)
    kernel.open("box", "VBoxModel", children=[f"IPY_MODEL_c{number}" for number in range(len(controls))])
    kernel.open("tab", "TabModel", children=["IPY_MODEL_c0", "IPY_MODEL_box"], titles=["first", ""], selected_index=1)
    kernel.show("tab")
    snapshot(TranscriptView(kernel.session.transcript).render((COLUMNS, 24)), "widgets/controls")


def test_models_that_stand_in_one_another_are_drawn_and_end(kernel: Widgets) -> None:
    kernel.open("a", "VBoxModel", children=["IPY_MODEL_b", "IPY_MODEL_b"])
    kernel.open("b", "HBoxModel", children=["IPY_MODEL_a", "IPY_MODEL_a", "IPY_MODEL_text"])
    kernel.open("text", "LabelModel", value="end")
    kernel.show("a")
    kernel.update("text", value="end\x1b[2J")
    assert all("\x1b" not in row for row in screen(kernel))


def test_a_widget_that_bipy_came_late_for_is_shown_once_it_is_told(kernel: Widgets) -> None:
    kernel.show("late")
    kernel.update("late", value="no kind yet")
    assert screen(kernel) == ["<late>"]
    kernel.update("late", _model_name="LabelModel", value="told")
    assert screen(kernel) == ["told"]


@given(
    state=st.dictionaries(
        st.sampled_from(KEYS),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=40)
        | st.lists(st.integers(-3, 3) | st.text(max_size=5), max_size=4),
    ),
    kind=st.sampled_from([*sorted(widgets._SHOWN), *sorted(widgets._BOXES)]),
    columns=st.integers(1, 80),
)
def test_no_row_is_wider_than_the_screen(state: dict[str, Any], kind: str, columns: int) -> None:
    known: dict[str, Widget] = {}
    known["inner"] = Widget(kind, state, ("inner",), known)
    for box in ("HBox", "VBox"):
        known["outer"] = Widget(box, {}, ("inner", "inner"), known)
        lines = widgets.view(known["outer"], {}, Means())
        assert lines is not None
        for line in range(lines.count):
            rows = lines.rows(line, columns)
            assert all(row_width(row) <= columns for row in rows)
            canvas(rows, columns)


MODELS = ["a", "b", "c", "d"]
KINDS = ["OutputModel", "HBoxModel", "VBoxModel", "TabModel", "FloatProgressModel", "HTMLModel", "LayoutModel", ""]
references = st.sampled_from([f"IPY_MODEL_{name}" for name in MODELS]) | st.none() | st.integers()
states = st.fixed_dictionaries(
    {},
    optional={
        "_model_name": st.sampled_from(KINDS),
        "children": st.lists(references, max_size=3) | st.text(max_size=2),
        "layout": references,
        "value": st.integers(0, 9) | st.text("<b>x", max_size=4) | st.none(),
        "msg_id": st.sampled_from(["the cell", "", "elsewhere"]) | st.none(),
        "outputs": st.just([{"output_type": "stream", "text": "set\n"}]) | st.none() | st.just([3]),
        "visibility": st.sampled_from(["hidden", "visible"]),
    },
)
model_names = st.sampled_from(MODELS)
told = st.one_of(
    st.tuples(st.just("open"), model_names, states),
    st.tuples(st.just("update"), model_names, states),
    st.tuples(st.just("close"), model_names, st.none()),
    st.tuples(st.just("show"), model_names, st.none()),
    st.tuples(st.just("print"), st.none(), st.none()),
    st.tuples(st.just("clear"), st.none(), st.booleans()),
)


@given(st.lists(told, max_size=25), st.integers(1, 60))
def test_whatever_widgets_do_is_drawn_as_if_it_had_come_at_once(steps: list[tuple[Any, ...]], columns: int) -> None:
    kernel = Widgets()
    view = TranscriptView(kernel.session.transcript)
    for number, (what, name, more) in enumerate(steps):
        state = dict(more) if isinstance(more, dict) else {}
        if state.get("msg_id") == "the cell":
            state["msg_id"] = kernel.cell.header.msg_id
        match what:
            case "open":
                data = {"state": state, "buffer_paths": []}
                kernel.iopub("comm_open", {"comm_id": name, "target_name": "jupyter.widget", "data": data})
            case "update":
                kernel.update(name, **state)
            case "close":
                kernel.iopub("comm_close", {"comm_id": name, "data": {}})
            case "show":
                kernel.show(name)
            case "print":
                kernel.print(f"line-{number}.")
            case "clear":
                kernel.clear(wait=more)
        rows = list(view.last_rows(columns, 1_000))
        assert all(row_width(row) <= columns for row in rows)
        assert rows == list(TranscriptView(kernel.session.transcript).last_rows(columns, 1_000))
        text = "".join(text for row in rows for _, text in row)
        assert columns < 12 or all(text.count(f"line-{each}.") <= 1 for each in range(number + 1)), "shown once"
    assert kernel.sent == []


@pytest.mark.parametrize("name", ["tqdm"])
def test_recorded_widgets(name: str, snapshot: Check) -> None:
    transcript = replay_session(f"widgets/{name}")
    rows = list(TranscriptView(transcript).last_rows(COLUMNS, 1_000))
    snapshot(canvas(rows, COLUMNS), f"widgets/{name}")

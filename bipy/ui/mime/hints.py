"""What a bundle for browsers alone is, and what would give a picture in its place.

Each line of code asks the library to send a picture too.  It runs only if the user enters it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bipy.ui.mime.means import Means
from bipy.ui.text.output import Lines, TextLines, joined
from bipy.ui.text.rows import wrap_words

PLOTLY = 'import plotly.io; plotly.io.renderers.default = "png"', "kaleido"
# By what a page holds: what it is, and what gives a picture.
PAGES = (
    ("vegaEmbed", "a chart of Vega"),
    ("vega-embed", "a chart of Vega"),
    ("Plotly.newPlot", "a chart of Plotly"),
    ("lets-plot", "a chart of Lets-Plot"),
    ("LetsPlot", "a chart of Lets-Plot"),
    ("Make this Notebook Trusted to load map", "a map of folium"),
)
# A longer script is not shown.
SHORT = 1_000
VEGA = 'import altair; altair.renderers.enable("png")', "vl-convert-python"


def hint(name: str, way: tuple[str, str]) -> Callable[[object, Mapping[str, object], Means], Lines]:
    """A renderer that says of which kind the chart is, and which line of code gives a picture of it."""
    code, package = way

    def render(data: object, metadata: Mapping[str, object], means: Means) -> Lines:  # noqa: ARG001
        text = f"[a chart of {name}, for browsers alone]\nThis gives pictures (the kernel needs {package}):\n  {code}"
        return TextLines("output.more", means.depth, wrap_words, text)

    return render


def note(what: str) -> Callable[[object, Mapping[str, object], Means], Lines]:
    """A renderer that says what there is."""

    def render(data: object, metadata: Mapping[str, object], means: Means) -> Lines:  # noqa: ARG001
        return TextLines("output.more", means.depth, wrap_words, f"[{what}, for browsers alone]")

    return render


def page(data: object, metadata: Mapping[str, object], means: Means) -> Lines | None:
    """What a page of HTML is that a script makes a chart or a map of; None for another one."""
    source = joined(data) or ""
    what = next((what for mark, what in PAGES if mark in source), "")
    if not what:
        return None
    way = {"a chart of Vega": VEGA, "a chart of Plotly": PLOTLY}.get(what)
    return hint(what.rpartition(" ")[2], way)(data, metadata, means) if way else note(what)(data, metadata, means)


def script(data: object, metadata: Mapping[str, object], means: Means) -> Lines:  # noqa: ARG001
    """A script, which is not run; its text if that is short."""
    source = joined(data) or ""
    text = f"\n{source}" if 0 < len(source) <= SHORT else ""
    return TextLines("output.more", means.depth, text=f"[a script, for browsers alone]{text}")

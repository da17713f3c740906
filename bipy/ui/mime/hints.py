"""What would give a picture, where a bundle holds a chart for browsers alone.

Each line of code asks the library to send a picture too.  It runs only if the user enters it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bipy.ui.mime.means import Means
from bipy.ui.text.output import Lines, TextLines
from bipy.ui.text.rows import wrap_words

PLOTLY = 'import plotly.io; plotly.io.renderers.default = "png"', "kaleido"
VEGA = 'import altair; altair.renderers.enable("png")', "vl-convert-python"


def hint(name: str, way: tuple[str, str]) -> Callable[[object, Mapping[str, object], Means], Lines]:
    """A renderer that says of which kind the chart is, and which line of code gives a picture of it."""
    code, package = way

    def render(data: object, metadata: Mapping[str, object], means: Means) -> Lines:  # noqa: ARG001
        text = f"[a chart of {name}, for browsers alone]\nThis gives pictures (the kernel needs {package}):\n  {code}"
        return TextLines("output.more", means.depth, wrap_words, text)

    return render

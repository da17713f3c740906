"""The registry: which renderer shows which mime type, best first.

A bundle holds one thing in several mime types.  A row of `RENDERERS` may show one of them; the first row that can
shows the bundle, and a key may choose another.  A type may have several rows: a table in HTML comes before the plain
text, and HTML that is no table behind it.  Rows of one name are one representation.

A renderer returns None for what it cannot show.  What it raises is taken for that too, since a kernel may send
anything: one bundle is never the end of the screen.  It does as little as the number of lines needs; rows are laid out
when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import NamedTuple

from bipy.session.transcript import Bundle
from bipy.session.widgets import VIEW
from bipy.ui.mime import hints, image, json, plain
from bipy.ui.mime.means import Means
from bipy.ui.text.output import Lines

Render = Callable[[object, Mapping[str, object], Means], Lines | None]


class Renderer(NamedTuple):
    """`mime` is a type, or its beginning with a star."""

    mime: str
    render: Render

    def takes(self, mime: str) -> bool:
        """Whether the row may show data of this type."""
        return mime.startswith(self.mime[:-1]) if self.mime.endswith("*") else mime == self.mime


def later(module: str, function: str) -> Render:
    """The renderer of that name in `ui.mime`, imported with the first bundle that wants it.

    What it needs takes its time: html.parser 4 ms, resvg 5, pylatexenc 28, markdown-it 47.
    """

    def render(data: object, metadata: Mapping[str, object], means: Means) -> Lines | None:
        found: Render = getattr(import_module(f"bipy.ui.mime.{module}"), function)
        return found(data, metadata, means)

    return render


# What a renderer gets is the data of its type, the bundle's metadata of that type, and what the terminal can do.
RENDERERS: tuple[Renderer, ...] = (
    Renderer(VIEW, later("widgets", "view")),
    Renderer("image/png", image.png),
    Renderer("image/jpeg", image.jpeg),
    Renderer("image/gif", image.gif),
    Renderer("image/svg+xml", later("svg", "svg")),
    Renderer("text/html", later("html", "table")),
    Renderer("text/html", hints.page),
    Renderer("application/vnd.plotly*", hints.hint("Plotly", hints.PLOTLY)),
    Renderer("application/vnd.vega*", hints.hint("Vega", hints.VEGA)),
    Renderer("application/vnd.bokehjs_exec*", hints.note("a chart of Bokeh")),
    Renderer("application/vnd.bokehjs_load*", hints.note("the scripts of Bokeh")),
    Renderer("text/plain", plain.laid_out),
    Renderer("text/latex", later("latex", "formulas")),
    Renderer("text/plain", plain.telling_text),
    Renderer("text/markdown", later("markdown", "text")),
    Renderer("text/markdown", plain.text),
    Renderer("text/latex", plain.text),
    Renderer("application/json", json.tree),
    Renderer("application/geo+json", json.tree),
    Renderer("text/html", later("html", "text")),
    Renderer("application/javascript", hints.script),
    Renderer("text/plain", plain.text),
)


def render(bundle: Bundle, means: Means, name: str = "") -> Lines:
    """The lines of a bundle: in the representation `name`, or in its best one if it has none of that name."""
    if name:
        for found, lines in _shown(bundle, means, name):
            if found == name:
                return lines
    for _, lines in _shown(bundle, means):
        return lines
    return plain.not_shown(bundle.data, means)


def representations(bundle: Bundle, means: Means) -> list[str]:
    """The names of all representations of a bundle, best first.  Each is made once to see whether it can be."""
    return list(dict.fromkeys(name for name, _ in _shown(bundle, means)))


def _shown(bundle: Bundle, means: Means, wanted: str = "") -> Iterator[tuple[str, Lines]]:
    """The representations that can be made, best first, each with its name; only `wanted` if given."""
    data = bundle.data if isinstance(bundle.data, Mapping) else {}
    for renderer in RENDERERS:
        for mime, value in data.items():
            if renderer.takes(mime) and wanted in ("", mime):
                value = bundle.widget if mime == VIEW else value
                lines = _tried(renderer.render, value, _metadata(bundle, mime), means)
                if lines is not None:
                    yield mime, lines


def _tried(render: Render, value: object, metadata: Mapping[str, object], means: Means) -> Lines | None:
    try:
        return render(value, metadata, means)
    except Exception:
        return None


def _metadata(bundle: Bundle, mime: str) -> Mapping[str, object]:
    """What the bundle's metadata says of one type."""
    metadata = bundle.metadata.get(mime) if isinstance(bundle.metadata, Mapping) else None
    return metadata if isinstance(metadata, Mapping) else {}

"""The colours of a theme as matplotlib's settings, for kernels that draw figures.  Nothing of matplotlib is needed."""

from __future__ import annotations

from bipy.ui.theme import Theme

# The roles whose colours the lines of a figure get, the first line the first one.
_LINES = ("code.keyword", "code.number", "code.string", "output.error", "code.decorator", "code.builtin", "code.class")
_TEXT = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
_GROUND = ("figure.facecolor", "axes.facecolor")


def settings(theme: Theme) -> dict[str, str]:
    """The rcParams by their names: a figure stands on the ground of the box; none without colours."""
    box = theme.paints["box"]
    if not (box.fg.startswith("#") and box.bg.startswith("#")):
        return {}
    lines = dict.fromkeys(colour for role in _LINES if (colour := theme.paints[role].fg).startswith("#"))
    found = {**dict.fromkeys(_GROUND, box.bg), **dict.fromkeys(_TEXT, box.fg)}
    found["grid.color"] = theme.paints["box.border"].fg if theme.paints["box.border"].fg.startswith("#") else box.fg
    if lines:
        found["axes.prop_cycle"] = f"cycler('color', {list(lines)})"
    return found

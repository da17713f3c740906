"""How Sphinx builds the manual: `sphinx-build -W docs docs/_build`.  Nothing here needs the network."""

from __future__ import annotations

import sys
from pathlib import Path

from sphinx.application import Sphinx

# The version is read from the checkout, whether bipy is installed or not.
sys.path.insert(0, str(Path(__file__).parents[1]))

from bipy import __version__
from docs import gallery

project = "bipy"
author = "The bipy developers"
copyright = author  # noqa: A001 - Sphinx's name
version = release = __version__

nitpicky = True
smartquotes = False
highlight_language = "none"

html_theme = "alabaster"
html_title = "bipy"
html_show_sourcelink = False
html_theme_options = {
    "description": "A terminal REPL for Jupyter kernels that inspects as you type",
    "page_width": "1240px",
    "body_max_width": "auto",
    "sidebar_width": "240px",
    "show_powered_by": False,
}
html_sidebars = {"**": ["about.html", "navigation.html", "searchbox.html"]}


def setup(app: Sphinx) -> None:
    """Have the pictures of the themes drawn before the pages are read."""
    app.connect("builder-inited", lambda _: gallery.write())

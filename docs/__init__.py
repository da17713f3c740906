"""The manual: reStructuredText for Sphinx, and `generate`, which writes its reference pages."""

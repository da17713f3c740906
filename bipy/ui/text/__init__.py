"""Text becomes rows: control sequences, colours, code, docstrings, outputs.  No widget lives here."""

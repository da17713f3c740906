"""From text to rows, without a widget: control sequences, colours, code, docstrings, outputs."""

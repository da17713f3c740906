"""Mime bundles become lines: a registry of renderers, and one module for each kind of data.

What a bundle holds is a kernel's, and hostile: it becomes runs of text, and reaches the screen through the canvas
alone.  No widget lives here.
"""

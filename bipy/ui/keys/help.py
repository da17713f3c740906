"""The page of keys: what `keymap.help_rows` says, as rows for the pager."""

from __future__ import annotations

from collections.abc import Sequence

from bipy.ui.text.rows import Row, width

# The widest column of keys; longer lists of keys have a row of their own.
KEYS_COLUMNS = 20


def help_text(sections: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> list[Row]:
    """A heading for each section of (title, [(keys, help)]), a row for each command; empty sections are left out."""
    longest = max((width(keys) for _, commands in sections for keys, _ in commands), default=0)
    columns = min(longest, KEYS_COLUMNS)
    page: list[Row] = []
    for title, commands in sections:
        if not commands:
            continue
        page += [(), (("pager.heading", title),)] if page else [(("pager.heading", title),)]
        for keys, line in commands:
            if width(keys) > columns:
                page.append((("pager", "  "), ("help.key", keys)))
                keys = ""
            page.append((("pager", "  "), ("help.key", keys), ("pager", " " * (columns - width(keys) + 2) + line)))
    return page

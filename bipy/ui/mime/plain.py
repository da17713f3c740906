"""text/plain and other text as it is, and the line that stands for what cannot be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bipy.ui.mime.means import Means
from bipy.ui.text.output import Lines, TextLines, joined
from bipy.ui.text.rows import printable

# The repr that Python gives to an object without one, or IPython to what has only rich representations.
_BARE = re.compile(r"\s*<[\w.<>]+( object)?( at 0x[0-9a-fA-F]+)?>\s*")
_LONGEST_BARE = 400


def bare(text: str) -> bool:
    """Whether `text` says no more of an object than its class and its address."""
    return len(text) < _LONGEST_BARE and _BARE.fullmatch(text) is not None and (" at 0x" in text or " object" in text)


def text(data: object, metadata: Mapping[str, object], means: Means) -> Lines | None:  # noqa: ARG001
    """The text as it is."""
    whole = joined(data)
    return None if whole is None else TextLines("output", means.depth, text=whole)


def laid_out(data: object, metadata: Mapping[str, object], means: Means) -> Lines | None:
    """Text of several lines, which is a layout of its own; code that was broken behind a bracket is none."""
    first, broken, _ = (joined(data) or "").strip("\n").partition("\n")
    return text(data, metadata, means) if broken and not first.endswith(("(", "[", "{")) else None


def telling_text(data: object, metadata: Mapping[str, object], means: Means) -> Lines | None:
    """The text as it is, if it says more than the class of an object."""
    whole = joined(data)
    return None if whole is None or bare(whole) else text(whole, metadata, means)


def not_shown(names: Iterable[str], means: Means) -> Lines:
    """One line that names the types of a bundle of which none can be shown."""
    types = ", ".join(printable(str(name)) for name in names)
    return TextLines("output.more", means.depth, text=f"[{types}: not shown]" if types else "[an empty display]")

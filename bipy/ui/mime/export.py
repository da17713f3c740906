"""An output as a file: the bytes and the ending of its name, for other programs.

What is saved is what the kernel sent, in the representation that is shown; a page or a picture for a viewer, whatever
is shown.  Nothing here reaches a terminal.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping

from bipy.session.transcript import Bundle
from bipy.ui.text.output import joined

# Best first for a viewer: the type, and the ending of a file of that type.
VIEWED: Mapping[str, str] = {
    "image/svg+xml": ".svg",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "text/html": ".html",
}
SUFFIXES: Mapping[str, str] = {
    **VIEWED,
    "application/json": ".json",
    "text/markdown": ".md",
    "text/latex": ".tex",
}


def exported(bundle: Bundle, representation: str = "") -> tuple[bytes, str] | None:
    """What is shown, or would be shown best, as a file; None for plain text."""
    for mime in (representation, *SUFFIXES) if representation in ("", *SUFFIXES) else ():
        if mime in SUFFIXES and (content := _content(mime, bundle.data.get(mime))) is not None:
            return content, SUFFIXES[mime]
    return None


def for_viewer(bundle: Bundle) -> tuple[bytes, str] | None:
    """A picture or a page; None if the bundle holds neither."""
    for mime, suffix in VIEWED.items():
        if (content := _content(mime, bundle.data.get(mime))) is not None:
            return content, suffix
    return None


def _content(mime: str, value: object) -> bytes | None:
    """The data of a type as a file holds it; None for what is no such data."""
    if value is None:
        return None
    text = joined(value)
    if mime == "application/json":
        return json.dumps(value, indent=2, ensure_ascii=False).encode(errors="replace")
    if text is None:
        return None
    if (mime.startswith("image/") and mime != "image/svg+xml") or mime == "application/pdf":
        try:
            return b64decode(text)
        except ValueError:
            return None
    return text.encode(errors="replace")

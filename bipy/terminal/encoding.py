"""The encoding of the terminal: no terminal can be asked for it, the locale tells it.  What it answers is elsewhere."""

from __future__ import annotations

from collections.abc import Mapping


def shows_signs(environment: Mapping[str, str]) -> bool:
    """Whether the locale (POSIX: LC_ALL, LC_CTYPE, LANG) has an encoding with more signs than ASCII: UTF-8.

    No locale tells nothing, and terminals without UTF-8 are rare: the signs are taken for possible then.
    """
    locale = next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := environment.get(name))), "")
    return not locale or "utf8" in locale.lower().replace("-", "")

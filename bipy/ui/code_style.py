"""A style of pygments as the paints of a theme's code roles, as bright or as dark as it has to be to be read.

A style was made for a background of its own.  Here code stands on the background of the terminal and of the box, which
are dark or light as the theme is.  So only the colours and the attributes of text are taken, and a colour that is too
near to the background is moved away from it.
"""

from __future__ import annotations

from collections.abc import Mapping

from bipy.ui.text.highlight import TOKEN_ROLES

# The contrast ratios of WCAG 2.1 that are to be reached: of text, and of comments.
LEAST, LEAST_OF_COMMENTS = 4.5, 3.0
# Colours are moved in so many steps.
_STEPS = 20

RedGreenBlue = tuple[int, int, int]


def names() -> list[str]:
    """The names of all styles that pygments has, those of its plugins too."""
    from pygments.styles import get_all_styles

    return sorted(get_all_styles())


def paints(name: str, background: str) -> dict[str, dict[str, object]]:
    """The settings of the code roles in the style `name`, on a background that is written as "#rrggbb"; else on black.

    Raises:
        LookupError: pygments has no such style; the message is for people.
    """
    from pygments.styles import get_style_by_name
    from pygments.util import ClassNotFound

    try:
        style = get_style_by_name(name)
    except ClassNotFound:
        import difflib

        close = difflib.get_close_matches(name, names(), 1)
        hint = f" Is {close[0]!r} meant?" if close else f" The styles are {', '.join(names())}."
        raise LookupError(f"pygments has no style {name!r}.{hint}") from None
    ground = _rgb(background[1:]) if background.startswith("#") else (0, 0, 0)
    found: dict[str, dict[str, object]] = {}
    for token, role in TOKEN_ROLES.items():
        if role in found:
            continue
        look: Mapping[str, object] = style.style_for_token(token)
        settings: dict[str, object] = {key: bool(look[key]) for key in ("bold", "italic", "underline")}
        if isinstance(look["color"], str) and look["color"]:
            least = LEAST_OF_COMMENTS if role == "code.comment" else LEAST
            settings["fg"] = _away(_rgb(look["color"]), ground, least)
        found[role] = settings
    return found


def _away(colour: RedGreenBlue, ground: RedGreenBlue, least: float) -> str:
    """The colour, or one between it and black or white that has the contrast."""
    end = 255 if luminance(ground) < 0.18 else 0
    for step in range(_STEPS + 1):
        red, green, blue = (part + (end - part) * step // _STEPS for part in colour)
        if contrast((red, green, blue), ground) >= least:
            break
    return f"#{red:02x}{green:02x}{blue:02x}"


def contrast(one: RedGreenBlue, other: RedGreenBlue) -> float:
    """The contrast ratio of WCAG 2.1: 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: RedGreenBlue) -> float:
    """The relative luminance of WCAG 2.1: 0 to 1."""
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _rgb(digits: str) -> RedGreenBlue:
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)

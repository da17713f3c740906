"""Roles and themes: a role says what a thing on the screen is, a theme how that thing looks.

Code uses roles only.  A theme file (themes/*.toml) sets the colours of some roles; every other role inherits from its
parent.  A file has a table, and may name a style of pygments for the roles of code that it does not set itself:

    code = "monokai"

    [roles]
    "box.argument" = {fg = "#ffd479", bold = true, fg16 = "bright yellow"}

The settings are the fields of `Paint`.  A colour is "#rrggbb" or a name of `COLORS`.  A screen of 16 colours shows fg16
and bg16, or else the nearest of the 16.  A screen without colour shows `mono`, or else the attributes alone.

No widget is known here, nor urwid: a palette is plain data.
"""

from __future__ import annotations

import colorsys
import os
import re
import tomllib
from bisect import bisect
from collections.abc import Callable, Mapping

from bipy import slips
from bipy.ui.text import colours
from bipy.value import Value

PaletteEntry = tuple[str, str, str, str, str, str]
Roles = dict[str, dict[str, object]]

# Not a theme but the choice between two, by the background of the terminal.
AUTO = "auto"

# role -> the role that it inherits from
ROLES: dict[str, str | None] = {
    "text": None,
    "dim": "text",
    "banner": "dim",
    "note": "dim",
    "prompt": "text",
    "prompt.in": "prompt",
    "prompt.out": "prompt",
    "prompt.foreign": "prompt",
    "prompt.waiting": "prompt",
    "prompt.stdin": "prompt",
    "code": "text",
    "code.keyword": "code",
    "code.builtin": "code",
    "code.function": "code",
    "code.class": "code",
    "code.decorator": "code",
    "code.string": "code",
    "code.number": "code",
    "code.operator": "code",
    "code.comment": "code",
    "code.magic": "code",
    "code.error": "code",
    "code.bracket": "code",
    "code.mismatch": "code.bracket",
    "ghost": "dim",
    "selection": "code",
    "output": "text",
    "output.stderr": "output",
    "output.error": "output",
    "output.more": "dim",
    "table.head": "output",
    "table.index": "table.head",
    "table.rule": "dim",
    "table.missing": "dim",
    "widget": "output",
    "widget.bar": "widget",
    "widget.rest": "dim",
    "widget.failed": "output.error",
    "transcript.focus": "text",
    "box": "text",
    "box.border": "box",
    "box.match": "box",
    "box.match.typed": "box.match",
    "box.match.local": "box.match",
    "box.match.selected": "box.match",
    "box.type": "box",
    "box.type.function": "box.type",
    "box.type.class": "box.type",
    "box.type.module": "box.type",
    "box.type.instance": "box.type",
    "box.type.keyword": "box.type",
    "box.type.parameter": "box.type",
    "box.type.magic": "box.type",
    "box.type.path": "box.type",
    "box.signature": "box",
    "box.signature.name": "box.signature",
    "box.argument": "box.signature",
    "box.docs": "box",
    "box.docs.heading": "box.docs",
    "box.docs.code": "box.docs",
    "box.note": "box",
    "status": "text",
    "status.starting": "status",
    "status.idle": "status",
    "status.busy": "status",
    "status.dead": "status",
    "status.hint": "status",
    "pager": "text",
    "pager.title": "status",
    "pager.heading": "pager",
    "pager.code": "pager",
    "pager.found": "pager",
    "help.key": "pager",
}

# The usual names of a terminal's 16 colours -> urwid's names.
COLORS: dict[str, str] = {
    "default": "default",
    "black": "black",
    "red": "dark red",
    "green": "dark green",
    "yellow": "brown",
    "blue": "dark blue",
    "magenta": "dark magenta",
    "cyan": "dark cyan",
    "white": "light gray",
    "bright black": "dark gray",
    "bright red": "light red",
    "bright green": "light green",
    "bright yellow": "yellow",
    "bright blue": "light blue",
    "bright magenta": "light magenta",
    "bright cyan": "light cyan",
    "bright white": "white",
}

# The attributes of a `Paint` -> urwid's names.
ATTRIBUTES: dict[str, str] = {"bold": "bold", "italic": "italics", "underline": "underline", "reverse": "standout"}


class ThemeError(Exception):
    """A theme that cannot be used.  The message tells the user which file and line are wrong, and what to do."""


class Paint(Value):
    """The look of a role.

    `fg` and `bg` are "#rrggbb" or a name of `COLORS`; `fg16` and `bg16` are names, for screens of 16 colours.  `mono`
    lists the attributes on a screen without colours ("bold underline"); with None they are those of other screens.
    """

    fg: str = "default"
    bg: str = "default"
    fg16: str = "default"
    bg16: str = "default"
    bold: bool = False
    italic: bool = False
    underline: bool = False
    reverse: bool = False
    mono: str | None = None

    def entry(self, role: str, high: Callable[[str], str]) -> PaletteEntry:
        """The palette entry of `role`; `high` writes a colour as urwid reads it."""
        attributes = [word for name, word in ATTRIBUTES.items() if getattr(self, name)]
        mono = attributes if self.mono is None else [ATTRIBUTES[name] for name in self.mono.split()]
        return (
            role,
            ",".join([COLORS[self.fg16], *attributes]),
            COLORS[self.bg16],
            ",".join(mono),
            ",".join([high(self.fg), *attributes]),
            high(self.bg),
        )


class Theme(Value):
    """A paint for each role."""

    paints: Mapping[str, Paint]

    def palette(self, colors: int = 1 << 24) -> list[PaletteEntry]:
        """Entries for urwid's register_palette, one for each role: (name, fg16, bg16, mono, fg high, bg high).

        `colors` is the depth of the screen.  An entry has a single high colour for 256 colours and for true colour.
        urwid would reduce it to the colour cube, in which a dark gray is black, so the nearest of 256 is found here.
        """
        high = _indexed if colors == 256 else _true
        return [paint.entry(role, high) for role, paint in self.paints.items()]


def folders() -> list[str]:
    """The folders of themes: the user's, then bipy's own.

    An installed bipy has its themes beside its modules, as the package bipy.themes; a checkout has them one folder up.
    """
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    data = os.environ.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share")
    return [
        os.path.join(data, "bipy", "themes"),
        os.path.join(package, "themes"),
        os.path.join(os.path.dirname(package), "themes"),
    ]


def names() -> list[str]:
    """The names of all themes in `folders`."""
    found: set[str] = set()
    for folder in folders():
        if os.path.isdir(folder):
            found.update(file.removesuffix(".toml") for file in os.listdir(folder) if file.endswith(".toml"))
    return sorted(found)


def load(name: str = "default", code_style: str | None = None) -> Theme:
    """The theme called `name`, or the theme in the file `name` if that is a path; the default one where none is named.

    `code_style` is a style of pygments that code has in place of the theme's own colours.

    Raises:
        ThemeError: no theme or no style has that name, or the file cannot be read or understood.
    """
    file = _find("default" if name == AUTO else name)
    try:
        with open(file, encoding="utf-8") as stream:
            text = stream.read()
    except OSError as error:
        raise ThemeError(
            f"The theme {file} cannot be read: {error.strerror}. Mend that, or choose another with --theme."
        ) from error
    except UnicodeDecodeError as error:
        raise ThemeError(f"The theme {file} cannot be read: it is not text in UTF-8. Save it as that.") from error
    settings, style = _parsed(text, file)
    try:
        _check(settings)
        paints = _painted(settings)
        if style and not code_style:
            paints = _painted({**_styled(style, paints), **settings})
    except _RoleError as error:
        raise ThemeError(f"The theme {file}, line {_line(text, error.role)}: {error}") from error
    except ThemeError as error:
        raise ThemeError(f"The theme {file}, line {_line(text, 'code')}: {error}") from error
    return Theme(_painted({**settings, **_styled(code_style, paints)}) if code_style else paints)


def _painted(settings: Roles) -> dict[str, Paint]:
    paints: dict[str, Paint] = {}
    for role, parent in ROLES.items():
        paints[role] = _inherit(paints[parent] if parent else Paint(), settings.get(role, {}))
    return paints


def _styled(style: str, paints: Mapping[str, Paint]) -> Roles:
    """The settings of the roles of code in a style of pygments."""
    from bipy.ui import code_style

    try:
        return code_style.paints(style, paints["box"].bg)
    except LookupError as error:
        raise ThemeError(str(error)) from None


class _RoleError(ValueError):
    """An error in the settings of one role."""

    def __init__(self, role: str, message: str) -> None:
        super().__init__(message)
        self.role = role


def _find(name: str) -> str:
    if name.endswith(".toml") or os.sep in name:
        return os.path.expanduser(name)
    for folder in folders():
        file = os.path.join(folder, f"{name}.toml")
        if os.path.isfile(file):
            return file
    known = ", ".join(names())
    raise ThemeError(f"There is no theme {name!r}. The themes are {known}; the path of a .toml file does as well.")


def _parsed(text: str, file: str) -> tuple[Roles, str]:
    """The roles in `text`, and the style of pygments that it names, or ""."""
    try:
        data = tomllib.loads(text)
    except RecursionError as error:
        raise ThemeError(f"The theme {file} is not valid TOML: tables within too many others.") from error
    except tomllib.TOMLDecodeError as error:
        problem = slips.explained(str(error), text)
        place = f"line {problem.line}, column {problem.column}"
        raise ThemeError(f"The theme {file}, {place}: {problem.text}.") from error
    roles, style = data.pop("roles", None), data.pop("code", "")
    if not isinstance(style, str):
        raise ThemeError(f'The theme {file}, line {_line(text, "code")}: write code = "monokai", a style of pygments.')
    if data or not isinstance(roles, dict):
        extra = f", not {', '.join(map(repr, data))}" if data else ""
        raise ThemeError(f"The theme {file} must have one table, [roles]{extra}.")
    for role, settings in roles.items():
        if not isinstance(settings, dict):
            raise ThemeError(f'The theme {file}, line {_line(text, role)}: write "{role}" = {{fg = "#rrggbb"}}.')
    return roles, style


def _line(text: str, role: str) -> int:
    """The line of `text` that sets `role`."""
    form = re.compile(rf"""\s*(?:\[roles\.)?["']?{re.escape(role)}["']?\s*[=\]]""")
    return next((number for number, line in enumerate(text.split("\n"), 1) if form.match(line)), 1)


def _check(roles: Roles) -> None:
    """Raise _RoleError for an unknown role, setting or colour."""
    kinds = {name: bool if kind == "bool" else str for name, kind in Paint.__annotations__.items()}
    for role, settings in roles.items():
        if role not in ROLES:
            raise _RoleError(role, f"there is no role {role!r}.{_nearest(role, list(ROLES))}")
        for key, value in settings.items():
            if key not in kinds:
                hint = f' Write "{role}.{key}" in quotes.' if f"{role}.{key}" in ROLES else ""
                raise _RoleError(role, f"a role has no setting {key!r}, but {', '.join(kinds)}.{hint}")
            if not isinstance(value, kinds[key]):
                wanted = "true or false" if kinds[key] is bool else "a string"
                raise _RoleError(role, f"{key} of {role!r} must be {wanted}.")
            if isinstance(value, str) and (problem := _problem(key, value)):
                raise _RoleError(role, f"{value!r} is no {problem}")


def _problem(key: str, value: str) -> str:
    """A description of the values that `key` may have if `value` is none of them; else ""."""
    if key == "mono":
        unknown = set(value.split()) - set(ATTRIBUTES)
        return f"list of attributes: {', '.join(ATTRIBUTES)}, with blanks between." if unknown else ""
    if value in COLORS or (key in ("fg", "bg") and re.fullmatch("#[0-9a-fA-F]{6}", value)):
        return ""
    kind = 'colour: "#rrggbb"' if key in ("fg", "bg") else "colour of 16:"
    return f"{kind} or one of {', '.join(COLORS)}.".replace(": or", ":")


def _nearest(word: str, known: list[str]) -> str:
    import difflib  # only an error needs it

    close = difflib.get_close_matches(word, known, 1)
    return f" Is {close[0]!r} meant?" if close else f" The roles are {', '.join(known)}."


def _inherit(parent: Paint, settings: Mapping[str, object]) -> Paint:
    """`parent` changed by `settings`; a colour without a 16-colour form gets the nearest."""
    own = dict(settings)
    for key in ("fg", "bg"):
        if key in own:
            own.setdefault(f"{key}16", _basic(str(own[key])))
    # `_check` has checked the keys and their types.
    return parent.replace(**own)


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _true(color: str) -> str:
    """A colour as urwid writes it."""
    return COLORS.get(color, color)


def _indexed(color: str) -> str:
    """The nearest of xterm's colours 16 to 255 to a colour, as urwid writes it."""
    if color in COLORS:
        return COLORS[color]
    return f"h{colours.nearest(_rgb(color))}"


def _basic(color: str) -> str:
    """The name of the one of 16 colours that resembles `color`: by hue first, then by lightness.

    The user of the terminal sets the 16 colours, so only their hues are known.
    """
    if color in COLORS:
        return color
    hue, lightness, _ = colorsys.rgb_to_hls(*(part / 255 for part in _rgb(color)))
    if max(_rgb(color)) - min(_rgb(color)) < 40:
        return ("black", "bright black", "white", "bright white")[bisect((0.25, 0.5, 0.88), lightness)]
    # The upper ends of the hues: red, yellow with orange, green, cyan, blue, magenta with purple.
    sector = bisect((0.05, 0.2, 0.45, 0.55, 0.71, 0.93), hue)
    name = ("red", "yellow", "green", "cyan", "blue", "magenta", "red")[sector]
    return f"bright {name}" if lightness > 0.5 else name

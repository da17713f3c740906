"""The configuration file: $XDG_CONFIG_HOME/bipy/config.toml, read once at the start, by the host.

Its first part sets the rows of `settings.SETTINGS` for every session.  A table [kernels.NAME] sets them for a kernel of
that name, [languages.NAME] for kernels of a language.  The later wins: the default, the file, the language, the kernel,
BIPY_OPTIONS, the command line, and what is changed while bipy runs.

A file with a mistake is used in no part: every `Problem` names its line, its column and the nearest name that exists.
A file that is not there costs one failed open.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from bipy import slips
from bipy.settings import SETTINGS, BadValueError, Setting, Settings
from bipy.slips import Problem
from bipy.value import Value

NONE = "none"
TABLES = ("kernels", "languages")

Chosen = Mapping[str, object]
NOTHING: Mapping[str, Any] = MappingProxyType({})


class ConfigError(Exception):
    """The file cannot be used.  The message names it, with its mistakes or why it can't be read, and what to do."""

    def __init__(self, file: str, problems: list[Problem], unreadable: str = "") -> None:
        self.problems = problems
        if unreadable:
            super().__init__(unreadable)
            return
        lines = [problem.told(file) for problem in problems]
        super().__init__("\n".join([*lines, "To start without the file: bipy --config none"]))


class Config(Value):
    """What the file says: settings by the names of their fields, for all, by language and by kernel; and `keys`.

    What the tables [keys] say is checked by the key table; `places` tells where each entry stands.
    """

    file: str = ""
    chosen: Chosen = NOTHING
    languages: Mapping[str, Chosen] = NOTHING
    kernels: Mapping[str, Chosen] = NOTHING
    keys: Mapping[str, Any] = NOTHING
    places: Mapping[tuple[str, ...], tuple[int, int]] = MappingProxyType({})

    def mistake(self, at: tuple[str, ...], text: str) -> ConfigError:
        """The error for a mistake in an entry that is checked elsewhere."""
        return ConfigError(self.file, [self.problem(at, text)])

    def problem(self, at: tuple[str, ...], text: str) -> Problem:
        """What is to be said of an entry, which the names of its tables and its key stand for."""
        # The names of kernels and languages are kept in small letters.
        like = (each for each in self.places if [*map(str.lower, each)] == [*map(str.lower, at)])
        return Problem(*self.places.get(at if at in self.places else next(like, at), (1, 1)), text)

    def settings(self, given: Settings, language: str = "", kernel: str = "") -> Settings:
        """The settings of a session: what was given stays, the rest comes from the file."""
        layers = {
            **self.chosen,
            **self.languages.get(language.lower(), {}),
            **self.kernels.get(kernel.lower(), {}),
        }
        if given.existing is not None:
            # These are of a kernel that bipy starts.
            layers = {name: value for name, value in layers.items() if name not in ("kernel", "jedi")}
        return given.replace(**{name: value for name, value in layers.items() if name not in given.given})


def path() -> str:
    """Where the file is (XDG Base Directory Specification)."""
    folder = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    return os.path.join(folder, "bipy", "config.toml")


def load(file: str | None = None) -> Config:
    """The file's settings; none if there is no file.  ConfigError for a mistake, or for a file that can't be read."""
    if file == NONE:
        return Config()
    name = os.path.expanduser(file) if file is not None else path()
    try:
        with open(name, "rb") as opened:
            content = opened.read()
    except FileNotFoundError as error:
        if file is None:
            return Config()
        raise ConfigError(name, [], f"There is no configuration file {name}. {_instead()}") from error
    except OSError as error:
        why = error.strerror or str(error)
        raise ConfigError(name, [], f"The configuration file {name} cannot be read: {why}. {_instead(file)}") from None
    try:
        return parse(content.decode("utf-8"), name)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace").split("\n")
        told = "these bytes are no text in UTF-8: save the file as that"
        raise ConfigError(name, [Problem(len(before), len(before[-1]) + 1, told)]) from None


def _instead(file: str | None = "") -> str:
    """What to do where the file that was named, or the user's own (None), is of no use."""
    if file is None:
        return "Mend that; to start without the file: bipy --config none"
    usual = path()
    init = "" if os.path.exists(usual) else ", which bipy config init writes"
    return f"Give --config the path of a file, or leave it out to use {usual}{init}."


def parse(text: str, file: str = "") -> Config:
    """The settings in the text of a file."""
    import tomllib  # with the first file

    text = text.removeprefix("\ufeff")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(file, [slips.explained(str(error), text)]) from None
    except RecursionError:
        raise ConfigError(file, [Problem(1, 1, "tables within too many others")]) from None
    reader = _Reader(text)
    keys = document.pop("keys", {})
    if not isinstance(keys, dict):
        reader.problem(("keys",), 'keys is a table: [keys], or [keys.CONTEXT]; the keys of vi are editing = "vi"')
    tables = {name: document.pop(name) for name in TABLES if name in document}
    chosen = reader.settings(document)
    sections = {
        kind: {name.lower(): reader.settings(table, (kind, name)) for name, table in reader.tables(kind, tables)}
        for kind in TABLES
    }
    if reader.problems:
        raise ConfigError(file, sorted(reader.problems, key=lambda problem: (problem.line, problem.column)))
    return Config(file, chosen, sections["languages"], sections["kernels"], keys, reader.places)


class _Reader:
    """Checks the tables of a file, and gathers its mistakes."""

    def __init__(self, text: str) -> None:
        self.problems: list[Problem] = []
        self.places = dict(_places(text))

    def tables(self, kind: str, tables: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
        """The tables of one kind, each with its name."""
        table = tables.get(kind, {})
        if not isinstance(table, dict):
            self.problem((kind,), f"{kind} is a table: [{kind}.NAME]")
            return
        for name, inner in table.items():
            if isinstance(inner, dict):
                yield name, inner
            else:
                self.problem((kind, name), f"[{kind}.NAME] is a table of settings, and {name} is none")

    def settings(self, table: Mapping[str, object], within: tuple[str, ...] = ()) -> dict[str, object]:
        """The settings of a table by their fields."""
        chosen: dict[str, object] = {}
        for name, value in table.items():
            option = next((each for each in SETTINGS if name in (each.name, *each.former)), None)
            at = (*within, name)
            if option is None:
                self.problem(at, f"there is no setting {name!r}{_nearest(name)}")
            elif name != option.name:
                self.problem(at, f"{name} is called {option.name} now")
            elif option.where == "line":
                self.problem(at, f"{name} is for the command line alone")
            elif within and option.where == "start" and (within[0] == "languages" or option.name == "kernel"):
                self.problem(at, f"{name} is settled before the {within[0][:-1]} is known: set it above all tables")
            else:
                try:
                    chosen[option.field] = option.checked(value)
                except BadValueError as error:
                    self.problem(at, f"{name}: {error}")
        return chosen

    def problem(self, at: tuple[str, ...], text: str) -> None:
        """Note a mistake in an entry."""
        line, column = self.places.get(at, (1, 1))
        self.problems.append(Problem(line, column, text))


_HEAD = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"(\s*)((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=")


def _places(text: str) -> Iterator[tuple[tuple[str, ...], tuple[int, int]]]:
    """Where each key and each table stands: tomllib does not tell that."""
    within: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if head := _HEAD.match(line):
            within = _names(head[1])
            yield within, (number, line.index("[") + 1)
        elif key := _KEY.match(line):
            yield (*within, *_names(key[2])), (number, len(key[1]) + 1)


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"' ") for part in re.findall(r"\"[^\"]*\"|'[^']*'|[^.\s]+", dotted))


def _nearest(name: str) -> str:
    """A word on the setting that was meant, if one is near."""
    from difflib import get_close_matches

    known = [option.name for option in SETTINGS if option.where != "line"]
    near = get_close_matches(name.replace("_", "-"), known, 1)
    return f"; is {near[0]} meant?" if near else f"; the settings are {', '.join(known)}"


# -- bipy config -----------------------------------------------------------------------------------------------------


def keep(name: str, value: object) -> str:
    """Write a setting into the file, whose comments and order stay; its path.

    Raises:
        ConfigError: the file has a mistake, and stays as it is.
        OSError: it cannot be read or written.
    """
    import tomlkit

    file = path()
    try:
        with open(file, encoding="utf-8-sig") as opened:
            text = opened.read()
    except FileNotFoundError:
        text = ""
    parse(text, file)
    document = tomlkit.parse(text)
    document[name] = value
    written = tomlkit.dumps(document)
    parse(written, file)
    os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
    # A link stays one: the file that it leads to is replaced.
    target = os.path.realpath(file)
    draft = f"{target}.{os.getpid()}"
    with open(draft, "w", encoding="utf-8") as opened:
        opened.write(written)
    os.replace(draft, target)
    return file


def template() -> str:
    """A file with every setting, each as a comment with its help and its default."""
    from textwrap import wrap

    parts = [
        "# The settings of bipy.  `bipy config check` says whether all is well.",
        "# [languages.r] or [kernels.NAME] at the end begins a part for one language or one kernel.",
    ]
    for option in SETTINGS:
        if option.where == "line":
            continue
        parts += ["", *wrap(option.help, 100, initial_indent="# ", subsequent_indent="# ")]
        parts.append(f"# {option.name} = {_example(option)}")
    return "\n".join(parts) + "\n"


def _example(option: Setting) -> str:
    """The default as TOML writes it, or a value that would do."""
    default = getattr(Settings(), option.field)
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, int):
        return str(default)
    if option.least is not None:
        return str(option.least)
    return f'"{default or ("8h" if option.duration else option.value)}"'


def schema() -> dict[str, object]:
    """The JSON schema of the file, for editors."""
    rows: dict[str, object] = {}
    for option in SETTINGS:
        if option.where == "line":
            continue
        row: dict[str, object] = {"description": option.help}
        if not option.value:
            row["type"] = "boolean"
        elif option.least is not None:
            row |= {"type": "integer", "minimum": option.least}
        else:
            row["type"] = "string"
            if option.choices:
                row["enum"] = list(option.choices)
            if option.duration:
                row["pattern"] = "^[0-9]+[smhd]$"
        rows[option.name] = row
    part = {"type": "object", "properties": rows, "additionalProperties": False}
    parts = {"type": "object", "additionalProperties": part}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "bipy's config.toml",
        **part,
        "properties": {**rows, **dict.fromkeys(TABLES, parts)},
    }

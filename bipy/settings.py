"""The options as rows; argparse, --help and the reference page are made from them.

Importing argparse costs 8 ms of every start, so a command line without arguments never sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

from bipy import __version__
from bipy.value import Value

NEWEST = ""


class Setting(Value):
    """A command-line option.

    `value` names its value ("" for a switch), which is one of `choices` if there are any, the first of them by default;
    `const` is meant when the option stands without a value; a value with a `least` is a number.
    """

    name: str
    help: str
    value: str = ""
    const: str | None = None
    choices: tuple[str, ...] = ()
    least: int | None = None


SETTINGS = (
    Setting(
        "existing",
        "attach to a running kernel and leave it running at the end: a connection file, its name or number, or a "
        "pattern; without a value, the kernel that runs",
        value="FILE",
        const=NEWEST,
    ),
    Setting("kernel", "start the Jupyter kernel of this name instead of the environment's own Python", value="NAME"),
    Setting("theme", "a theme's name (default, light, mono) or file", value="NAME"),
    Setting(
        "inspection",
        "when to ask the kernel about the code being typed: live (at every key), idle (at every key, but never while a "
        "cell runs), tab (only when asked by a key), off (never)",
        value="WHEN",
        choices=("live", "idle", "tab", "off"),
    ),
    Setting(
        "matching",
        "which matches are shown: fuzzy (also those with the typed letters in that order), substring, prefix, or none "
        "(all that the kernel sent)",
        value="HOW",
        choices=("fuzzy", "substring", "prefix", "none"),
    ),
    Setting(
        "box",
        "where the box beside the cursor stands: room (below the line being typed, where rows are kept free for it, at "
        "most a third of the screen, so that it covers no output) or floating (over what is there, below the line or "
        "above it)",
        value="WHERE",
        choices=("room", "floating"),
    ),
    Setting("rows", "the most rows that the box beside the cursor takes, its border included", value="N", least=1),
    Setting("docs", "the most of these rows that docs take: half of them, or 0 for none", value="N", least=0),
    Setting("jedi", "let the Python kernel that bipy starts complete with jedi: finds more, much slower"),
)


class Settings(Value):
    """What the command line said; None where it said nothing and nothing is meant."""

    existing: str | None = None
    kernel: str | None = None
    theme: str | None = None
    inspection: Literal["live", "idle", "tab", "off"] = "live"
    matching: Literal["fuzzy", "substring", "prefix", "none"] = "fuzzy"
    box: Literal["room", "floating"] = "room"
    rows: int = 12
    docs: int | None = None
    jedi: bool = False


def parse(arguments: Sequence[str]) -> Settings:
    """The options in `arguments` (without the program's name).

    Raises SystemExit: 0 after --help and --version, 2 after a message on what cannot be understood.
    """
    if not arguments:
        return Settings()
    import argparse  # 8 ms

    parser = argparse.ArgumentParser(
        prog="bipy",
        description="A terminal REPL for Jupyter kernels that inspects as you type.",
        epilog="In bipy, F1 lists all keys.",
        allow_abbrev=False,
    )
    for option in SETTINGS:
        details: dict[str, Any] = {"help": option.help}
        if not option.value:
            details["action"] = "store_true"
        else:
            details["metavar"] = option.value
            if option.const is not None:
                details |= {"nargs": "?", "const": option.const}
            if option.choices:
                details["choices"] = option.choices
            if option.least is not None:
                details["type"] = partial(_number, least=option.least)
            details["default"] = getattr(Settings(), option.name)
        parser.add_argument(f"--{option.name}", **details)
    parser.add_argument("--version", action="version", version=f"bipy {__version__}")
    found = parser.parse_args(arguments)
    if found.existing is not None and found.kernel is not None:
        parser.error("--existing attaches to a kernel that runs already, --kernel starts one: give one of them")
    if found.existing is not None and found.jedi:
        parser.error("--jedi is for a kernel that bipy starts; in a running one use %config Completer.use_jedi = True")
    return Settings(**vars(found))


def _number(text: str, *, least: int) -> int:
    if not text.isdecimal() or int(text) < least:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f"{text!r} is no whole number from {least} on")
    return int(text)

"""The settings and the commands as rows; argparse, --help, the file's checks and the reference page are made from them.

Importing argparse costs 8 ms of every start, so a command line without arguments never sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

from bipy import __version__
from bipy.value import Value

NEWEST = ""


class BadValueError(ValueError):
    """A value that a setting cannot have; the message says why."""


class Setting(Value):
    """A setting: an option of the command line, and a key of the configuration file.

    `value` names its value ("" for a switch), which is one of `choices` if there are any, the first of them by default;
    `const` is meant when the option stands without a value; a value with a `least` is a number, and a `duration` is a
    number with a unit, kept in seconds.  `where` it is valid: on the command line alone ("line"), also in the file
    ("start"), or also while bipy runs ("run").  `former` are names that it had.
    """

    name: str
    help: str
    value: str = ""
    const: str | None = None
    choices: tuple[str, ...] = ()
    least: int | None = None
    duration: bool = False
    where: Literal["line", "start", "run"] = "run"
    former: tuple[str, ...] = ()

    def checked(self, value: object) -> object:
        """A value of the file as `Settings` keeps it."""
        if not self.value:
            if not isinstance(value, bool):
                hint = ": write it without quotes" if value in ("true", "false") else ""
                raise BadValueError(f"{_written(value)} is neither true nor false{hint}")
        elif self.least is not None:
            if not isinstance(value, int) or isinstance(value, bool) or value < self.least:
                hint = ": write it without quotes" if isinstance(value, str) and value.isdecimal() else ""
                raise BadValueError(f"{_written(value)} is no whole number from {self.least} on{hint}")
        elif not isinstance(value, str):
            raise BadValueError(f"{_written(value)} is no text in quotes")
        elif self.choices and value not in self.choices:
            raise BadValueError(f"{_written(value)} is none of {', '.join(self.choices)}")
        elif self.duration:
            return duration(value)
        return value

    @property
    def field(self) -> str:
        """Its name in `Settings`."""
        return self.name.replace("-", "_")


class Command(Value):
    """A command of the command line: `bipy NAME`.

    `operand` names what has to follow, and `operand_help` says what it is; "" if nothing does.  `second` is what
    follows that.
    """

    name: str
    help: str
    operand: str = ""
    operand_help: str = ""
    second: str = ""
    second_help: str = ""
    options: tuple[Setting, ...] = ()


class Order(Value):
    """A command that was given, with its operand and the switches that are on."""

    command: str
    operand: str = ""
    switches: frozenset[str] = frozenset()
    second: str = ""


COMMANDS = (
    Command(
        "ps",
        "list the sessions that run: their numbers, since when they run, kernel, folder and state",
        options=(Setting("json", "print them as JSON"),),
    ),
    Command(
        "end",
        "end a session and its own kernel; asks where a cell runs",
        operand="N",
        operand_help="the number of the session, as bipy ps lists it",
        options=(Setting("now", "end it without asking, also where a cell runs"),),
    ),
    Command(
        "config",
        "the configuration file: init writes one with all settings as comments, check says what is wrong with it, path "
        "says where it is, schema prints its JSON schema for editors",
        operand="init|check|path|schema",
        operand_help="what to do",
    ),
    Command(
        "history",
        "take the history of another program over",
        operand="import",
        operand_help="import, the one thing that can be done",
        second="FROM",
        second_help="ipython, ptpython, or a file: of these, of bipy on another machine, or with an entry a line",
    ),
    Command("doctor", "ask the terminal what it can do; says what it answers, and what would let it show more"),
)

SETTINGS = (
    Setting(
        "resume",
        "come back to a session that runs without a terminal, or in another one: its number, as bipy ps lists it; "
        "without a value, the one that there is, or a list to choose from",
        value="N",
        const=NEWEST,
        where="line",
    ),
    Setting(
        "existing",
        "attach to a running kernel and leave it running at the end: a connection file, its name or number, or a "
        "pattern; without a value, the kernel that runs",
        value="FILE",
        const=NEWEST,
        where="line",
    ),
    Setting(
        "config",
        "read the settings from this file instead of bipy/config.toml in $XDG_CONFIG_HOME or ~/.config; none reads no "
        "file",
        value="FILE",
        where="line",
    ),
    Setting(
        "kernel",
        "start the Jupyter kernel of this name instead of the environment's own Python",
        value="NAME",
        where="start",
    ),
    Setting(
        "theme",
        "a theme's name (such as light, nord, mono; the manual has all) or file, or auto: default or light by the "
        "terminal's own background, also when that changes",
        value="NAME",
    ),
    Setting(
        "code-style",
        "a style of pygments (such as monokai, friendly; the command palette lists them) for the code in place of the "
        "theme's own colours, which are moved away from the background where they could not be read",
        value="NAME",
    ),
    Setting(
        "borders",
        "what borders, bars, bullets and other signs are drawn with: auto (lines, or ascii where the locale's encoding "
        "is not UTF-8), lines, or ascii",
        value="HOW",
        choices=("auto", "lines", "ascii"),
    ),
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
    Setting(
        "sync",
        "whether each frame is marked as one, so that the terminal shows it whole and does not flicker: auto (if the "
        "terminal says that it can do that), on, or off",
        value="WHEN",
        choices=("auto", "on", "off"),
    ),
    Setting(
        "notify",
        "how to tell that a cell has ended which took longer than 10 s, while the terminal is not in focus: desktop (a "
        "notification, if the terminal can show one), bell, or off",
        value="HOW",
        choices=("desktop", "bell", "off"),
    ),
    Setting(
        "progress",
        "show how far the bar of a running cell is in the tab or the taskbar: auto (if the terminal is known to take "
        "that), on, or off",
        value="WHEN",
        choices=("auto", "on", "off"),
    ),
    Setting(
        "mouse",
        "let the mouse scroll, go to a place and select text to copy; the terminal selects with Shift then",
    ),
    Setting("rows", "the most rows that the box beside the cursor takes, its border included", value="N", least=1),
    Setting("docs", "the most of these rows that docs take: half of them, or 0 for none", value="N", least=0),
    Setting(
        "fold",
        "an output of more lines is folded when its cell is done: its first lines and the last screen are shown, and a "
        "key shows the others; 0 folds none",
        value="N",
        least=0,
    ),
    Setting(
        "frames",
        "the frames of libraries in the traceback of an error: fold (those that follow each other become a row, which "
        "a key opens) or show",
        value="HOW",
        choices=("fold", "show"),
    ),
    Setting(
        "long-lines",
        "long lines of the session: wrap them, or cut them (each has one row, and keys scroll sideways)",
        value="HOW",
        choices=("wrap", "cut"),
    ),
    Setting(
        "editing",
        "the keys of the cell: emacs (those of Emacs and shells) or vi (insert, normal and visual mode)",
        value="KEYS",
        choices=("emacs", "vi"),
    ),
    Setting("auto-close", "close brackets and quotes as they are opened; the closing one may be typed over"),
    Setting(
        "suggestions",
        "whether the rest of a line is suggested from the history, to be taken with Right, Ctrl-F or End: on or off",
        value="WHEN",
        choices=("on", "off"),
    ),
    Setting(
        "history",
        "whether entries are kept for later sessions: keep, or private (none of this session; entries that begin with "
        "a space never are)",
        value="HOW",
        choices=("keep", "private"),
    ),
    Setting("history-size", "how many entries of all sessions are kept at most, the newest", value="N", least=1),
    Setting(
        "no-detach",
        "end the session with its terminal: it is not kept when the terminal is closed or the connection is lost",
        where="start",
    ),
    Setting(
        "linger",
        "end a session that has been without a terminal for so long, with an idle kernel of its own and nothing "
        "happening: 90s, 30m, 8h, 2d; without this option it stays until it is ended",
        value="TIME",
        duration=True,
    ),
    Setting(
        "on-event",
        "a command that the shell runs when, without a terminal, a cell ends that took longer than 10 s, a cell fails "
        "or waits for input(), or the kernel dies; the environment says what happened (BIPY_EVENT and others)",
        value="COMMAND",
    ),
    Setting(
        "confirm-exit",
        "when Ctrl-D asks before it ends the session: run (where cells have run in a kernel that bipy started), "
        "always, or never (but where cells have not ended)",
        value="WHEN",
        choices=("run", "always", "never"),
    ),
    Setting(
        "figures",
        "how matplotlib's figures look in a Python kernel that bipy starts: cells (text is about as high as a cell, "
        "where the terminal tells its size in pixels; files that are saved stay as they are), theme (also in the "
        "colours of the theme that was chosen, files too), or own",
        value="HOW",
        choices=("cells", "theme", "own"),
        where="start",
    ),
    Setting(
        "jedi",
        "let the Python kernel that bipy starts complete with jedi: finds more, much slower",
        where="start",
    ),
)


class Settings(Value):
    """All settings; None where nothing was said and nothing is meant.  `given` are those of the command line."""

    given: frozenset[str] = frozenset()
    resume: str | None = None
    existing: str | None = None
    config: str | None = None
    kernel: str | None = None
    theme: str | None = None
    code_style: str | None = None
    borders: Literal["auto", "lines", "ascii"] = "auto"
    inspection: Literal["live", "idle", "tab", "off"] = "live"
    matching: Literal["fuzzy", "substring", "prefix", "none"] = "fuzzy"
    box: Literal["room", "floating"] = "room"
    sync: Literal["auto", "on", "off"] = "auto"
    notify: Literal["desktop", "bell", "off"] = "desktop"
    progress: Literal["auto", "on", "off"] = "auto"
    mouse: bool = False
    rows: int = 12
    docs: int | None = None
    fold: int = 1000
    frames: Literal["fold", "show"] = "fold"
    long_lines: Literal["wrap", "cut"] = "wrap"
    editing: Literal["emacs", "vi"] = "emacs"
    auto_close: bool = False
    suggestions: Literal["on", "off"] = "on"
    history: Literal["keep", "private"] = "keep"
    history_size: int = 100_000
    no_detach: bool = False
    linger: float | None = None
    on_event: str | None = None
    confirm_exit: Literal["run", "always", "never"] = "run"
    figures: Literal["cells", "theme", "own"] = "cells"
    jedi: bool = False

    def without(self, *fields: str) -> Settings:
        """The same without some of what was given."""
        defaults = Settings()
        kept = {name: getattr(defaults, name) for name in fields}
        return self.replace(**kept, given=self.given - set(fields))


def parse(arguments: Sequence[str]) -> Settings | Order:
    """The options, or the command, in `arguments` (without the program's name).

    Raises SystemExit: 0 after --help and --version, 2 after a message on what cannot be understood.
    """
    if not arguments:
        return Settings()
    for command in COMMANDS:
        if arguments[0] == command.name:
            return _order(command, arguments[1:])
    from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter  # 8 ms

    parser = ArgumentParser(
        prog="bipy",
        usage="bipy [options]\n       bipy COMMAND [options]",
        description="A terminal REPL for Jupyter kernels that inspects as you type.",
        epilog=_commands() if {"-h", "--help"}.intersection(arguments) else None,
        formatter_class=RawDescriptionHelpFormatter,
        argument_default=SUPPRESS,
        allow_abbrev=False,
    )
    for option in SETTINGS:
        parser.add_argument(f"--{option.name}", **_details(option))
        if not option.value:
            # What the file has switched on is switched off by the command line.
            parser.add_argument(_negation(option), dest=option.field, action="store_false", help=SUPPRESS)
    parser.add_argument("--version", action="version", version=f"bipy {__version__}")
    known, unknown = parser.parse_known_args(arguments)
    if unknown:
        parser.error(_unknown(unknown[0]))
    told = vars(known)
    found = Settings(**told, given=frozenset(told))
    if found.existing is not None and found.kernel is not None:
        parser.error("--existing attaches to a kernel that runs already, --kernel starts one: give one of them")
    if found.existing is not None and found.jedi:
        parser.error("--jedi is for a kernel that bipy starts; in a running one use %config Completer.use_jedi = True")
    if found.resume is not None and len(told) > 1:
        parser.error("--resume goes back to a session with the options that it was started with: give it alone")
    if found.resume and not found.resume.isdecimal():
        parser.error(f"--resume wants the number of a session, as bipy ps lists it, and not {found.resume!r}")
    return found


def _commands() -> str:
    """The end of the help: the commands, as wide as the terminal."""
    from shutil import get_terminal_size  # slow, with textwrap: for the help alone
    from textwrap import fill

    margin = max(len(command.name) for command in COMMANDS) + 4
    width = max(40, get_terminal_size().columns - 2)
    rows = (
        fill(command.help, width, initial_indent=f"  {command.name}".ljust(margin), subsequent_indent=" " * margin)
        for command in COMMANDS
    )
    return "\n".join(["commands:", *rows, "", "In bipy, F1 lists all keys."])


def _unknown(word: str) -> str:
    """What is wrong with a word of the command line, with the command or the option that may be meant."""
    from difflib import get_close_matches

    option = word.startswith("-")
    names = {} if option else {command.name: command.name for command in COMMANDS}
    names |= {f"--{each.name}": each.name for each in SETTINGS}
    near = get_close_matches(word.partition("=")[0].lstrip("-"), names.values(), 1)
    meant = next((f"; is {shown} meant?" for shown, name in names.items() if [name] == near), "")
    if option:
        return f"there is no option {word}{meant or '; bipy --help lists them'}"
    if not meant:
        meant = f"; the commands are {', '.join(command.name for command in COMMANDS)}"
        meant += f"; to run a file, enter %run {word} in the session" if "." in word else ""
    return f"there is no command {word!r}{meant}"


def _negation(option: Setting) -> str:
    """The option that switches off what another switches on."""
    return f"--{option.name.removeprefix('no-')}" if option.name.startswith("no-") else f"--no-{option.name}"


def _order(command: Command, arguments: Sequence[str]) -> Order:
    from argparse import ArgumentParser

    description = f"{command.help[0].upper()}{command.help[1:]}."
    parser = ArgumentParser(prog=f"bipy {command.name}", description=description, allow_abbrev=False)
    if command.operand:
        parser.add_argument("operand", metavar=command.operand, help=command.operand_help)
    if command.second:
        parser.add_argument("second", metavar=command.second, help=command.second_help)
    for option in command.options:
        parser.add_argument(f"--{option.name}", **_details(option))
    found = vars(parser.parse_args(arguments))
    operand, second = found.pop("operand", ""), found.pop("second", "")
    return Order(command.name, operand, frozenset(name for name, on in found.items() if on), second)


def _details(option: Setting) -> dict[str, Any]:
    """What argparse is told of an option."""
    if not option.value:
        return {"help": option.help, "action": "store_true"}
    details: dict[str, Any] = {"help": option.help, "metavar": option.value}
    if option.const is not None:
        details |= {"nargs": "?", "const": option.const}
    if option.choices:
        details["choices"] = option.choices
    if option.least is not None:
        details["type"] = partial(_number, least=option.least)
    if option.duration:
        details["type"] = _duration
    return details


def _number(text: str, *, least: int) -> int:
    if not text.isdecimal() or int(text) < least:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f"{text!r} is no whole number from {least} on")
    return int(text)


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _duration(text: str) -> float:
    try:
        return duration(text)
    except BadValueError as error:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(str(error)) from None


def duration(text: str) -> float:
    """The seconds of a time such as 90s, 30m, 8h or 2d."""
    number, unit = text[:-1], text[-1:]
    if not number.isdecimal() or unit not in _UNITS:
        raise BadValueError(f"{text!r} is no time such as 90s, 30m, 8h or 2d")
    return float(int(number) * _UNITS[unit])


def _written(value: object) -> str:
    """A value as the file may have it."""
    return str(value).lower() if isinstance(value, bool) else repr(value)

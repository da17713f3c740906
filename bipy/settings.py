"""The options and the commands as rows; argparse, --help and the reference page are made from them.

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
    `const` is meant when the option stands without a value; a value with a `least` is a number, and a `duration` is a
    number with a unit, kept in seconds.
    """

    name: str
    help: str
    value: str = ""
    const: str | None = None
    choices: tuple[str, ...] = ()
    least: int | None = None
    duration: bool = False

    @property
    def field(self) -> str:
        """Its name in `Settings`."""
        return self.name.replace("-", "_")


class Command(Value):
    """A command of the command line: `bipy NAME`.

    `operand` names what has to follow, and `operand_help` says what it is; "" if nothing does.
    """

    name: str
    help: str
    operand: str = ""
    operand_help: str = ""
    options: tuple[Setting, ...] = ()


class Order(Value):
    """A command that was given, with its operand and the switches that are on."""

    command: str
    operand: str = ""
    switches: frozenset[str] = frozenset()


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
    Command("doctor", "ask the terminal what it can do; says what it answers, and what would let it show more"),
)

SETTINGS = (
    Setting(
        "resume",
        "come back to a session that runs without a terminal, or in another one: its number, as bipy ps lists it; "
        "without a value, the one that there is, or a list to choose from",
        value="N",
        const=NEWEST,
    ),
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
        "no-detach",
        "end the session with its terminal: it is not kept when the terminal is closed or the connection is lost",
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
    Setting("jedi", "let the Python kernel that bipy starts complete with jedi: finds more, much slower"),
)


class Settings(Value):
    """What the command line said; None where it said nothing and nothing is meant."""

    resume: str | None = None
    existing: str | None = None
    kernel: str | None = None
    theme: str | None = None
    inspection: Literal["live", "idle", "tab", "off"] = "live"
    matching: Literal["fuzzy", "substring", "prefix", "none"] = "fuzzy"
    box: Literal["room", "floating"] = "room"
    sync: Literal["auto", "on", "off"] = "auto"
    notify: Literal["desktop", "bell", "off"] = "desktop"
    rows: int = 12
    docs: int | None = None
    fold: int = 1000
    no_detach: bool = False
    linger: float | None = None
    on_event: str | None = None
    confirm_exit: Literal["run", "always", "never"] = "run"
    jedi: bool = False


def parse(arguments: Sequence[str]) -> Settings | Order:
    """The options, or the command, in `arguments` (without the program's name).

    Raises SystemExit: 0 after --help and --version, 2 after a message on what cannot be understood.
    """
    if not arguments:
        return Settings()
    for command in COMMANDS:
        if arguments[0] == command.name:
            return _order(command, arguments[1:])
    from argparse import ArgumentParser, RawDescriptionHelpFormatter  # 8 ms

    width = max(len(command.name) for command in COMMANDS)
    parser = ArgumentParser(
        prog="bipy",
        usage="bipy [options]\n       bipy COMMAND [options]",
        description="A terminal REPL for Jupyter kernels that inspects as you type.",
        epilog="commands:\n"
        + "".join(f"  {command.name:{width}}  {command.help}\n" for command in COMMANDS)
        + "\nIn bipy, F1 lists all keys.",
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    for option in SETTINGS:
        parser.add_argument(f"--{option.name}", **_details(option))
    parser.add_argument("--version", action="version", version=f"bipy {__version__}")
    found = parser.parse_args(arguments)
    if found.existing is not None and found.kernel is not None:
        parser.error("--existing attaches to a kernel that runs already, --kernel starts one: give one of them")
    if found.existing is not None and found.jedi:
        parser.error("--jedi is for a kernel that bipy starts; in a running one use %config Completer.use_jedi = True")
    if found.resume is not None and len(arguments) > (2 if found.resume else 1):
        parser.error("--resume goes back to a session with the options that it was started with: give it alone")
    if found.resume and not found.resume.isdecimal():
        parser.error(f"--resume wants the number of a session, as bipy ps lists it, and not {found.resume!r}")
    return Settings(**vars(found))


def _order(command: Command, arguments: Sequence[str]) -> Order:
    from argparse import ArgumentParser

    description = f"{command.help[0].upper()}{command.help[1:]}."
    parser = ArgumentParser(prog=f"bipy {command.name}", description=description, allow_abbrev=False)
    if command.operand:
        parser.add_argument("operand", metavar=command.operand, help=command.operand_help)
    for option in command.options:
        parser.add_argument(f"--{option.name}", **_details(option))
    found = vars(parser.parse_args(arguments))
    operand = found.pop("operand", "")
    return Order(command.name, operand, frozenset(name for name, on in found.items() if on))


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
    return details | {"default": getattr(Settings(), option.field)}


def _number(text: str, *, least: int) -> int:
    if not text.isdecimal() or int(text) < least:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f"{text!r} is no whole number from {least} on")
    return int(text)


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _duration(text: str) -> float:
    number, unit = text[:-1], text[-1:]
    if not number.isdecimal() or unit not in _UNITS:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f"{text!r} is no time such as 90s, 30m, 8h or 2d")
    return float(int(number) * _UNITS[unit])

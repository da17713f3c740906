"""From a command line with arguments to an exit status: a session with options, one to come back to, or a command.

Options and commands are rows of `settings`; each command is a function here.  What they print is for a terminal or a
pipe: no escape sequences, and the text of kernels without control characters.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Mapping, Sequence

from bipy import front, settings
from bipy.front import MISUSE
from bipy.lending import protocol, sessions, sockets
from bipy.lending.protocol import Line, Torn, decode_exit
from bipy.lending.sessions import Found, Survey
from bipy.settings import NEWEST, Order, Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, TextIO

    from bipy.config import Config

FAILED = 1
_NONE = "No session runs. To start one: bipy"
# The columns of `bipy ps` that are shortened on a narrow terminal, in that order, and the least that they keep; then
# those that are left out.
_LEAST: Mapping[str, int] = {"LAST LINE": 12, "KERNEL": 11, "FOLDER": 12, "STATE": 12}
_LEFT_OUT = ("LAST LINE", "NEW LINES", "SINCE", "KERNEL")


def main(arguments: Sequence[str]) -> int:
    """Run bipy; its exit status."""
    meant = settings.parse(arguments) if arguments[:1] == ["--resume"] else _with_environment(arguments)
    try:
        if isinstance(meant, Order):
            return {"ps": _ps, "end": _end, "config": _config, "history": _history, "doctor": _doctor}[meant.command](
                meant
            )
        if meant.resume is not None:
            return _resume(meant.resume)
        return _start(meant)
    except KeyboardInterrupt:
        return 130


def _with_environment(arguments: Sequence[str]) -> Settings | Order:
    """What the command line says, and BIPY_OPTIONS where it says nothing."""
    import os
    from shlex import split

    meant = settings.parse(arguments)
    told = os.environ.get("BIPY_OPTIONS", "")
    if isinstance(meant, Order) or not told.strip():
        return meant
    try:
        known = settings.parse(split(told))
    except (ValueError, SystemExit) as error:
        why = f" ({error})" if isinstance(error, ValueError) else ""
        print(f"bipy: that was in BIPY_OPTIONS, which is {told!r}{why}", file=sys.stderr)
        raise SystemExit(MISUSE) from None
    if isinstance(known, Order) or known.resume is not None:
        print("bipy: BIPY_OPTIONS holds options of a new session alone, no command and no --resume", file=sys.stderr)
        raise SystemExit(MISUSE)
    if meant.existing is not None or meant.kernel is not None:
        # One of them says which kernel it is, and the other is of no use then.
        known = known.without("existing", "kernel", "jedi")
    return known.replace(**{name: getattr(meant, name) for name in meant.given}, given=known.given | meant.given)


def _start(chosen: Settings) -> int:
    if chosen.theme is not None or chosen.code_style is not None:
        from bipy.ui.theme import ThemeError, load

        try:
            load(chosen.theme or "default", chosen.code_style)
        except ThemeError as error:
            print(f"bipy: {error}", file=sys.stderr)
            return MISUSE

    def host(line: Line) -> NoReturn:
        from bipy import starting

        starting.main(chosen, line)

    return front.main(host)


def _resume(argument: str) -> int:
    """Lend the terminal to a session."""
    if argument != NEWEST:
        number = int(argument)
    else:
        found = Survey().answers()
        if not found:
            print(f"bipy: {_NONE}", file=sys.stderr)
            return MISUSE
        chosen = found[0].number if len(found) == 1 else _choose(found)
        if chosen is None:
            return MISUSE
        number = chosen
    line = sockets.connect(number)
    if line is None:
        return _not_there(number)
    return front.resume(line)


def _choose(found: list[Found]) -> int | None:
    """Ask which of several sessions is meant; None if none is."""
    if not (sys.stdin and sys.stdin.isatty()):
        print("bipy: Several sessions run. Say which: bipy --resume N", file=sys.stderr)
        return None
    print(_table(found, _columns(sys.stdout)))
    answer = _ask("Which one? ")
    if answer not in {str(each.number) for each in found}:
        print(f"bipy: There is no session {answer!r}." if answer else "bipy: None was chosen.", file=sys.stderr)
        return None
    return int(answer)


def _not_there(number: int) -> int:
    if number in sockets.numbers():
        print(f"bipy: Session {number} does not answer. Is its process stopped?", file=sys.stderr)
    else:
        print(f"bipy: There is no session {number}. The sessions that run: bipy ps", file=sys.stderr)
    return MISUSE


def _ps(order: Order) -> int:
    """List the sessions."""
    found = Survey().answers()
    if "json" in order.switches:
        import json

        print(json.dumps([sessions.encode(each) for each in found], indent=2))
    else:
        print(_table(found, _columns(sys.stdout)) if found else _NONE)
    return 0


def _columns(output: TextIO) -> int | None:
    """The columns of the terminal that is written to; None if it is none."""
    return shutil.get_terminal_size().columns if output.isatty() else None


def _table(found: Sequence[Found], columns: int | None) -> str:
    """The sessions, a row each, as wide as the terminal at most; of any width if there is none (None)."""
    from bipy.session.status import lasted, safe  # a front that is started with options has no use for it

    rows = [("N", "SINCE", "TERMINAL", "STATE", "NEW LINES", "KERNEL", "FOLDER", "LAST LINE")]
    for each in found:
        away = "" if each.detached_at is None else f", {lasted(time.time() - each.detached_at)}"
        terminal = "yes" if each.attached else f"no{away}"
        lines = "" if each.attached or not each.version else str(each.lines)
        rows.append(
            (
                str(each.number),
                _clock(each.since) if each.version else "",
                terminal if each.version else "",
                safe(each.state),
                lines,
                safe(each.kernel),
                safe(each.folder),
                safe(each.last_line),
            )
        )
    fitting = rows if columns is None else _fitting(rows, columns)
    widths = _widths(fitting)
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in fitting
    )


def _fitting(rows: Sequence[Sequence[str]], columns: int) -> Sequence[Sequence[str]]:
    """The rows of a table for so many columns: some of its columns shortened, or left out."""
    for left_out in range(len(_LEFT_OUT) + 1):
        kept = [number for number, name in enumerate(rows[0]) if name not in _LEFT_OUT[:left_out]]
        shown = [[row[number] for number in kept] for row in rows]
        for name, least in _LEAST.items():
            widths = _widths(shown)
            over = _total(widths) - columns
            if over > 0 and name in shown[0]:
                place = shown[0].index(name)
                room = max(least, widths[place] - over)
                for row in shown:
                    row[place] = _shortened(row[place], room, at_end=name == "LAST LINE")
        if _total(_widths(shown)) <= columns:
            break
    return shown


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """The widths of the columns of a table."""
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def _total(widths: Sequence[int]) -> int:
    """The width of a table, with two blanks between its columns."""
    return sum(widths) + 2 * (len(widths) - 1)


def _shortened(text: str, room: int, *, at_end: bool) -> str:
    """A text without its middle, or without its end, if it has no room."""
    if len(text) <= room:
        return text
    behind = 0 if at_end else (room - 3) * 2 // 3
    return f"{text[: room - 3 - behind]}...{text[len(text) - behind :]}"


def _clock(seconds: float) -> str:
    """The time of day, with the day if it is another one."""
    then, now = time.localtime(seconds), time.localtime()
    return time.strftime("%H:%M" if then[:3] == now[:3] else "%Y-%m-%d %H:%M", then)


def _ask(question: str) -> str:
    """What the user answers; "" at the end of the input."""
    try:
        return input(question).strip()
    except EOFError:
        print()
        return ""


def _end(order: Order) -> int:
    """End a session; ask where a cell runs."""
    if not order.operand.isdecimal():
        print(f"bipy: {order.operand!r} is no number of a session. The sessions that run: bipy ps", file=sys.stderr)
        return MISUSE
    number = int(order.operand)
    line = sockets.connect(number)
    if line is None:
        return _not_there(number)
    status, text = _ended(line, now="now" in order.switches)
    if status == protocol.REFUSED and sys.stdin and sys.stdin.isatty():
        if _ask(f"{text} End the session all the same? [y/N] ").lower() not in ("y", "yes"):
            return FAILED
        status, text = _ended(line, now=True)
    elif status == protocol.REFUSED:
        text = f"{text} To end the session all the same: bipy end --now {number}"
    if text:
        print(text if not status else f"bipy: {text}", file=sys.stderr if status else sys.stdout)
    return status


def _config(order: Order) -> int:
    """Write, check or describe the configuration file."""
    from bipy import config

    file = config.path()
    match order.operand:
        case "path":
            print(file)
        case "schema":
            import json

            print(json.dumps(config.schema(), indent=2))
        case "check":
            try:
                found = config.load()
                doubts = _check(found)
            except config.ConfigError as error:
                print(f"bipy: {error}", file=sys.stderr)
                return MISUSE
            print(*(f"{line}\n" for line in doubts), sep="", end="")
            print(f"All is well in {file}" if found.file else f"There is no {file}; bipy config init writes one")
        case "init":
            return _init(file, config.template())
        case _:
            print(f"bipy: {order.operand!r} is none of init, check, path, schema.", file=sys.stderr)
            return MISUSE
    return 0


def _check(found: Config) -> list[str]:
    """Check what `config` takes as it stands, and tell what may not work; ConfigError for a mistake."""
    from bipy import checking
    from bipy.terminal.import_urwid import import_urwid

    import_urwid()
    checking.looks(found)
    checking.bindings(found)
    return checking.doubts(found)


def _init(file: str, text: str) -> int:
    """Write a file that was not there."""
    import os

    try:
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        with open(file, "x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        print(f"bipy: {file} is there already; it stays as it is.", file=sys.stderr)
        return MISUSE
    except OSError as error:
        print(f"bipy: {file} could not be written: {error.strerror}.", file=sys.stderr)
        return MISUSE
    print(f"Written: {file}")
    return 0


def _history(order: Order) -> int:
    """Take over the history of another program."""
    from bipy import importing

    if order.operand != "import":
        print(f"bipy: {order.operand!r} is not import: bipy history import FROM", file=sys.stderr)
        return MISUSE
    try:
        print(importing.take_over(order.second))
    except importing.CannotImportError as error:
        print(f"bipy: {error}", file=sys.stderr)
        return MISUSE
    return 0


def _doctor(order: Order) -> int:  # noqa: ARG001 - a command like the others
    """Say what the terminal can do."""
    import os

    from bipy import doctor

    try:
        terminal = front.Terminal()
    except front.CannotLendError as error:
        print(f"bipy: {error}", file=sys.stderr)
        return MISUSE
    print(doctor.report(doctor.ask(terminal), os.environ))
    return 0


def _ended(line: Line, *, now: bool) -> tuple[int, str]:
    """Ask a host to end, and wait for what it says."""
    from select import poll

    try:
        line.send(protocol.END_NOW if now else protocol.END)
        waiting = poll()
        waiting.register(line.fileno())
        while True:
            waiting.poll()
            for kind, data in line.receive():
                if kind == protocol.EXIT:
                    return decode_exit(data)
    except Torn:
        return 0, ""

"""Programs of the user's own: the editor, the pager, what shows pictures, pages and tables.

What they work on goes to a file that the user alone can read.  The front runs the program, since that has the terminal;
cells run on meanwhile.  Nothing is lost: where a text can't come back, its file is named.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from typing import Protocol

from bipy import files
from bipy.session import effects, events
from bipy.ui.interface import Interface

NOT_FOUND = 127
# The sources of compiled modules, which libraries are mostly installed without.
COMPILED = (".pyx", ".pxi", ".pxd", ".c", ".cc", ".cpp", ".cxx", ".h", ".hpp", ".rs", ".f", ".f90", ".so", ".pyd")


class Runner(Protocol):
    """What is asked of `lending.tenancy.Tenancy`."""

    def run(self, arguments: list[str], done: Callable[[int | None], object]) -> None:
        """Run a program on the terminal; `done` gets its exit status, None if it is not known."""


def edit(text: str, suffix: str, runner: Runner, interface: Interface) -> None:
    """Have `text` edited as a file with this suffix, and put into the input cell of `interface`."""
    try:
        words = _editor()
        file = files.draft(text, suffix)
    except (OSError, ValueError) as error:
        interface.perform(effects.Tell(f"No editor can be run: {error}"))
        return

    def edited() -> None:
        try:
            interface.replace(files.take_draft(file))
        except OSError as error:
            interface.perform(effects.Tell(f"What the editor has saved can't be read: {error}"))

    _edit(words, file, 0, edited, runner, interface)


def _edit(
    words: list[str], file: str, line: int, edited: Callable[[], object], runner: Runner, interface: Interface
) -> None:
    """Run the editor on a file, at a line or anywhere (0); `edited` is called if it has ended well."""

    def ended(status: int | None) -> None:
        if status is None:
            # In the transcript: the status bar may be long gone when a terminal is here again.
            interface.dispatch(events.Noted(f"The editor lost its terminal. What it has saved is in {file}"))
        elif status:
            why = "it is not there" if status == NOT_FOUND else f"it ended with status {status}"
            interface.perform(effects.Tell(f"Nothing is taken from the editor {words[0]}: {why}. Its file is {file}"))
        else:
            edited()

    runner.run([*words, *([f"+{line}"] if line > 0 else []), file], ended)


def edit_and_run(path: str, line: int, runner: Runner, interface: Interface) -> None:
    """Have a file edited that the kernel has named, and enter what it holds then as a cell.

    Another's kernel gets nothing of a file that it has named before the user has seen that in the cell.
    """
    try:
        words = _editor()
        # A name that is no path could be an option of the editor's, or several words of its command line.
        is_path = os.path.isabs(path) and "\0" not in path and not os.path.isdir(path)
        if not is_path or not os.path.isdir(os.path.dirname(path)):
            raise ValueError("it is no file on this machine")
    except ValueError as error:
        interface.dispatch(events.Noted(f"%edit: {path} can't be edited here: {error}"))
        return
    _edit(words, path, line, lambda: _run_file(path, interface), runner, interface)


def edit_cell_and_run(code: str, line: int, runner: Runner, interface: Interface) -> None:
    """Have the code of a cell edited that the kernel has named, and enter what comes of it as a cell."""
    try:
        words = _editor()
        file = files.draft(code, interface.suffix)
    except (OSError, ValueError) as error:
        interface.dispatch(events.Noted(f"%edit: no editor can be run: {error}"))
        return

    def edited() -> None:
        _run_file(file, interface)
        with contextlib.suppress(OSError):
            os.unlink(file)

    _edit(words, file, line, edited, runner, interface)


def _run_file(path: str, interface: Interface) -> None:
    try:
        code = files.read_code(path)
    except OSError as error:
        interface.perform(effects.Tell(f"%edit: nothing is run: {path}: {error.strerror or error}"))
        return
    if not code.strip():
        interface.perform(effects.Tell(f"%edit: nothing is run: {path} is empty"))
    elif interface.view.own:
        interface.dispatch(events.Forced(code))
    else:
        interface.perform(effects.SetInput(code.rstrip("\n")))


def show(content: bytes, suffix: str, by: effects.Program, runner: Runner, interface: Interface) -> None:
    """Show a copy of an output in the user's pager or editor, or in what shows such files."""
    try:
        words = _words(by, suffix)
        file = files.copy(content, suffix)
    except (OSError, ValueError) as error:
        interface.perform(effects.Tell(f"It can't be shown outside: {error}"))
        return

    def shown(status: int | None) -> None:
        if status:
            why = "is not there" if status == NOT_FOUND else f"ended with status {status}"
            interface.perform(effects.Tell(f"{words[0]} {why}. The file is {file}"))
        elif status == 0 and by != "viewer":
            # A viewer may have gone into the background, and not have read its file yet.
            with contextlib.suppress(OSError):
                os.unlink(file)

    runner.run([*words, file], shown)


def print_out(content: bytes, runner: Runner, interface: Interface) -> None:
    """Print what is clean already on the terminal, where its own scrollback keeps it."""
    try:
        file = files.copy(content, ".txt")
    except OSError as error:
        interface.perform(effects.Tell(f"Nothing is printed: {error}"))
        return

    def printed(status: int | None) -> None:
        with contextlib.suppress(OSError):
            os.unlink(file)
        if status == 0:
            interface.perform(effects.Tell("The session so far stands in the scrollback of your terminal"))

    runner.run(["cat", file], printed)


def visit(path: str, line: int, runner: Runner, interface: Interface) -> None:
    """Open a source at a line in the user's editor."""
    path = os.path.expanduser(path)
    if not os.path.isfile(path):
        interface.perform(effects.Tell(_why_no_source(path)))
        return
    try:
        words = _editor()
    except ValueError as error:
        interface.perform(effects.Tell(f"No editor can be run: {error}"))
        return

    def visited(status: int | None) -> None:
        if status == NOT_FOUND:
            interface.perform(effects.Tell(f"The editor {words[0]} is not there: set $EDITOR"))

    runner.run([*words, f"+{line}", path], visited)


def _why_no_source(path: str) -> str:
    """Why a frame of a file that is not there cannot be opened."""
    if path.startswith("<frozen "):
        return f"There is no source to open: {path} is a part of the Python program itself"
    if path.startswith("<"):
        return f"There is no source to open: {path} is code that was made as a text, not in a file"
    if path.endswith(COMPILED):
        return f"There is no source to open: {path} was compiled, and its source did not come with the library"
    return f"There is no {path} on this machine"


def _editor() -> list[str]:
    """The user's editor and its options; ValueError for quotes that are not closed."""
    from shlex import split

    return split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "") or ["vi"]


def _table_program() -> list[str]:
    """The user's program for tables and its options; OSError if there is none, ValueError for quotes not closed."""
    from shlex import split
    from shutil import which

    if words := split(os.environ.get("BIPY_TABLE", "")):
        return words
    if which("vd") is None:
        raise OSError("set $BIPY_TABLE to a program that shows CSV, or install visidata")
    return ["vd"]


def _words(by: effects.Program, suffix: str) -> list[str]:
    """The program and its options; OSError if there is none, ValueError for quotes that are not closed."""
    from shlex import split
    from shutil import which

    if by == "editor":
        return _editor()
    if by == "pager":
        return split(os.environ.get("PAGER", "")) or ["less"]
    if by == "table":
        return _table_program()
    if browser := suffix in (".html", ".svg") and split(os.environ.get("BROWSER", "")):
        return browser
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    if which(opener) is None:
        raise OSError(f"there is no {opener}, and $BROWSER names no program; s saves it to a file")
    return [opener]

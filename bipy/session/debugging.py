"""Debuggers that ask through input(): a row for each, by which its prompts are known, and what can be entered there.

A debugger reads its commands with input_request, as input() does, so its prompt is all that tells it from a program's
question.  The commands are those that the debugger itself lists, with a line of help each.  Nothing here asks a kernel.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bipy.inspection.source import Source
from bipy.value import Value

PDB: Mapping[str, str] = {
    "args": "Print the arguments of the function",
    "break": "Set a breakpoint: line, file:line or function, then a condition; alone: list them",
    "clear": "Remove breakpoints: their numbers, or file:line; alone: all",
    "condition": "Change the condition of a breakpoint: its number, then the condition",
    "continue": "Go on, and stop at a breakpoint only",
    "disable": "Disable breakpoints by their numbers",
    "display": "Show an expression whenever it has changed at a stop",
    "down": "Go so many frames down, to the newer ones",
    "enable": "Enable breakpoints by their numbers",
    "help": "Tell about a command; alone: list all",
    "ignore": "Pass a breakpoint so many times: its number, then the count",
    "interact": "Begin a console with the names of the frame",
    "jump": "Go on at another line of this frame",
    "list": "List the source around the line; then the next lines; with . around the line again",
    "longlist": "List the source of the whole function",
    "next": "Go on to the next line of this function",
    "p": "Print an expression",
    "pp": "Print an expression, pretty",
    "quit": "End the debugger, and the program with it",
    "return": "Go on until this function returns",
    "retval": "Print what the function last returned",
    "source": "Show the source of an object",
    "step": "Go on, and stop as soon as possible, in a called function too",
    "tbreak": "Set a breakpoint that stops once",
    "undisplay": "Show an expression no more",
    "until": "Go on to a line with a greater number",
    "up": "Go so many frames up, to the older ones",
    "whatis": "Print the type of an expression",
    "where": "Print the frames, the newest last",
}
IPDB: Mapping[str, str] = {
    **PDB,
    "context": "Show so many lines of source at each stop",
    "pdef": "Print the signature of an object",
    "pdoc": "Print the docs of an object",
    "pfile": "Show the file that an object comes from",
    "pinfo": "Tell about an object",
    "pinfo2": "Tell about an object, with its source",
    "psource": "Print the source of an object",
    "skip_hidden": "Pass frames that are marked as hidden, or do not",
}
# The short names that they have, each for the first that is listed.
PDB_SHORT: Mapping[str, str] = {
    "a": "args",
    "b": "break",
    "bt": "where",
    "c": "continue",
    "cl": "clear",
    "cont": "continue",
    "d": "down",
    "exit": "quit",
    "h": "help",
    "j": "jump",
    "l": "list",
    "ll": "longlist",
    "n": "next",
    "q": "quit",
    "r": "return",
    "rv": "retval",
    "s": "step",
    "u": "up",
    "unt": "until",
    "w": "where",
}


class Debugger(Value):
    """One debugger.

    `prompt` is a pattern that its prompts match.  `language` is what is entered there, "": the kernel's.  `commands`
    are its own, with their help, and `short` other names of them.  `kept`: what was entered is kept for later sessions;
    so nothing may be answered at such a prompt that could be a secret.  `frames`: the kernel can tell of its frame
    (`framing`).
    """

    name: str
    prompt: str
    language: str = ""
    commands: Mapping[str, str] = {}
    short: Mapping[str, str] = {}
    kept: bool = False
    frames: bool = False

    def help(self, word: str) -> str:
        """What the command `word` does, "" if there is no such command."""
        full = self.short.get(word, word)
        text = self.commands.get(full, "")
        return f"{full}: {text}" if text and full != word else text


DEBUGGERS: Sequence[Debugger] = (
    Debugger("ipdb", r"ipdb> ", "python", IPDB, PDB_SHORT, kept=True, frames=True),
    Debugger("pdb", r"\(*\(Pdb(?:\+\+)?\)\)* ", "python", PDB, PDB_SHORT, kept=True, frames=True),
    # The console that `interact` of the two begins, and that of the module code.
    Debugger("console", r">>> |\.\.\. |In : ", "python"),
    Debugger("R", r"Browse\[\d+\]> "),
    Debugger("Octave", r"debug> "),
    Debugger("Julia", r"\d+\|(?:debug|julia)> "),
    Debugger("byebug", r"\((?:byebug|rdbg|rdb:\d+)\) "),
    Debugger("pry", r"\[\d+\] pry\(.*\)> "),
    Debugger("Perl", r" *DB<+\d+>+ "),
    Debugger("gdb", r"\((?:gdb|lldb)\) "),
)
"""In which order prompts are tried; none matches the prompts of two rows."""

_SGR = re.compile(r"\x1b\[[0-9;]*m")


def debugger_of(prompt: str) -> Debugger | None:
    """The debugger that has such a prompt, None for a question of a program."""
    text = _SGR.sub("", prompt)
    return next((row for row in DEBUGGERS if re.fullmatch(row.prompt, text)), None)


# A line of source in a stack or a listing: behind its number, or behind an arrow.
_SOURCE = re.compile(r"^(?:[ BD]*(?:-+>)?\s*\d+\s*(?:B?->|>>|B)?[ \t]|-> )(?P<code>.*)$", re.MULTILINE)


def sources_in(text: str) -> str:
    """The lines of source that a debugger or a traceback has shown."""
    return "\n".join(match["code"].strip() for match in _SOURCE.finditer(_SGR.sub("", text)))


# A line that goes on with the one in front of it, and one that the next goes on with.
_GOES_ON = re.compile(r"\s|(?:elif|else|except|finally|case)\b|$")
_BEGINS = re.compile(r"@")


def answers_of(text: str, debugger: Debugger | None) -> list[str]:
    """The answers that a text of several lines is: a line each, but a whole statement to a debugger of Python."""
    lines = text.split("\n")
    if debugger is None or debugger.language != "python":
        return lines
    answers = lines[:1]
    for line in lines[1:]:
        last = answers[-1]
        begun = _BEGINS.match(last.rpartition("\n")[2]) or Source(last, "python").is_open()
        if begun or _GOES_ON.match(line):
            answers[-1] += f"\n{line}"
        else:
            answers.append(line)
    return [answer.rstrip("\n") for answer in answers]

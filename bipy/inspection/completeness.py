"""Whether a text that was entered can run as it stands: the client's own stand-in for is_complete_request.

The kernel knows better, and is asked first.  This decides where it cannot be asked, says that it does not know, or does
not answer in time.  Python is judged by IPython's rules and with the compiler of the Python that bipy runs on, shells
by `shell`, other languages by what is open in them and by `blocks`.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from bipy.inspection import blocks, shell
from bipy.inspection.scanner import PYTHON_LANGUAGE, is_string
from bipy.inspection.source import BODIES, HELP, Source, indent_after, indentation

Completeness = Literal["complete", "incomplete", "invalid"]


def completeness(code: str, language: str = "python") -> tuple[Completeness, str]:
    """Whether `code` can run as it stands, and the indentation of the next line when it cannot."""
    source = Source(code, language)
    if not source.is_python:
        return ("incomplete", indent_after(code, language)) if _goes_on(source) else ("complete", "")
    kind, stack = source.state_at(len(code))[:2]
    if code.lstrip().startswith("%%"):
        # A cell magic: whatever its body is, an empty line ends it.
        ends = not code.removesuffix("\n").rpartition("\n")[2].strip()
        return ("complete", "") if ends else ("incomplete", indent_after(code, language))
    plain = _without_own_lines(source)
    if plain.goes_on:
        return "incomplete", ""
    long_string = kind == "string" and len(stack[-1][0].lstrip("f")) == 3
    is_open = long_string or any(not is_string(name) and name not in BODIES for name, _ in stack)
    if is_open and not plain.ends:
        return "incomplete", indent_after(code, language)
    return _compiled(source, plain.text)


def _goes_on(source: Source) -> bool:
    if source.language.lower() in shell.SHELLS:
        return shell.is_open(source.code)
    return _is_open(source) or blocks.goes_on(source.code, source.language)


def _is_open(source: Source) -> bool:
    """Whether something is open that does not end with its line; of a quote without its pair nobody knows that."""
    certain = source.state_at(len(source.code)).certain
    return source.is_open() and not (certain and not Source(f"{source.code}\n", source.language, source).is_open())


def _compiled(source: Source, text: str) -> tuple[Completeness, str]:
    """Ask the compiler of this Python, which may be of another version than the kernel's; its own lines left out."""
    # 2 ms, and only when Enter was pressed and the kernel does not answer.
    import ast
    import warnings
    from codeop import CommandCompiler

    if text.endswith("\\\n"):
        return "incomplete", indent_after(text, source.language)
    compiler = CommandCompiler()
    compiler.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        with warnings.catch_warnings():
            # They would be written over the screen; the kernel gives them again.
            warnings.simplefilter("ignore")
            complete = not text.strip() or compiler(text, "<cell>", "exec") is not None
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
        return "invalid", ""
    last = source.code[source.code.rfind("\n") + 1 :]
    statement = source.statement(len(source.code))
    common = indentation(source.code.lstrip("\n"))
    in_block = last.strip() and indentation(source.code[statement:]) != common
    if complete and not in_block:
        return "complete", ""
    return "incomplete", indent_after(source.code, source.language)


class _Plain(NamedTuple):
    """Code as IPython compiles it.  `ends`: its last line is one of IPython's own, which `goes_on` behind its end."""

    text: str
    ends: bool
    goes_on: bool


def _without_own_lines(source: Source) -> _Plain:
    """No common indentation, and `pass` in place of each line that is not Python's."""
    code = source.code
    marks = PYTHON_LANGUAGE.scanner(code, PYTHON_LANGUAGE.start).marks(len(code))
    starts = {start for start, mark in marks if mark in ("!", "%", "%%", "?")}
    lines: list[str] = []
    offset = 0
    own = goes_on = False
    common = indentation(code.lstrip("\n"))
    for line in code.split("\n"):
        own = goes_on or offset in starts or re.match(HELP, line) is not None
        if not goes_on:
            lines.append((indentation(line) + "pass" if own else line).removeprefix(common))
        goes_on = own and line.endswith("\\")
        offset = code.find("\n", offset) + 1
    # An empty line behind a backslash has not been typed yet.
    waits = goes_on or (own and not code.endswith("\n\n") and code.endswith("\\\n"))
    return _Plain("\n".join(lines), own, waits)

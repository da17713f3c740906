"""What can be done with whole lines of code: comment them out, move them, repeat them.

Pure functions on lists of lines; no cursor and no widget is known here.
"""

from __future__ import annotations

from collections.abc import Sequence

# The sign that begins a comment, by pygments' name of the language; "#" for all others.
COMMENTS: dict[str, str] = {
    **dict.fromkeys(
        ("javascript", "typescript", "rust", "go", "c", "c++", "cpp", "java", "scala", "kotlin", "swift"),
        "//",
    ),
    **dict.fromkeys(("php", "dart", "groovy", "zig", "csharp", "fsharp", "f#", "c#"), "//"),
    **dict.fromkeys(("lua", "sql", "haskell", "elm", "ada", "vhdl"), "--"),
    **dict.fromkeys(("matlab", "latex", "tex", "erlang", "prolog"), "%"),
    **dict.fromkeys(("common-lisp", "lisp", "clojure", "scheme", "racket", "emacs-lisp"), ";;"),
    **dict.fromkeys(("fortran",), "!"),
    **dict.fromkeys(("vim", "smalltalk"), '"'),
}


def comment_sign(language: str) -> str:
    """What begins a comment."""
    return COMMENTS.get(language.lower(), "#")


def turn_comments(lines: Sequence[str], sign: str) -> list[str]:
    """The lines commented out; or, if all of them are, without their comment signs.  Blank lines stay."""
    told = [line for line in lines if line.strip()]
    if not told:
        return list(lines)
    if all(line.lstrip().startswith(sign) for line in told):
        return [_uncommented(line, sign) if line.strip() else line for line in lines]
    column = min(len(line) - len(line.lstrip()) for line in told)
    return [f"{line[:column]}{sign} {line[column:]}" if line.strip() else line for line in lines]


def _uncommented(line: str, sign: str) -> str:
    """A line without its comment sign, and without the blank behind that."""
    indent = line[: len(line) - len(line.lstrip())]
    rest = line.lstrip()[len(sign) :]
    return indent + rest.removeprefix(" ")

"""What is made from the code in the docs: `python -m docs.generate` writes it anew.

What bipy knows as a table (keys, options, roles) stands in docs/reference exactly as the table says it.  The page on
the architecture is written by hand, except what stands in it between `.. generated: NAME` and `.. end`: the modules,
their imports, the ways of the data.  All of it is committed, so that it can be read without building anything;
tests/test_tables.py fails when something is not what this program would write.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from textwrap import fill
from types import ModuleType

from bipy import settings
from bipy.messaging import implementations
from bipy.messaging.implementations import IMPLEMENTATIONS, UNKNOWN, Implementation
from bipy.settings import COMMANDS, SETTINGS, Command, Setting
from bipy.ui import theme
from bipy.ui.keys import keymap
from bipy.ui.keys.vi import help as vi
from bipy.ui.widgets import popup
from docs import gallery as pictures
from docs import rooms, ways
from tests.test_layers import ALLOWED

FOLDER = Path(__file__).parent / "reference"
ARCHITECTURE = Path(__file__).parent / "architecture.rst"


def pages() -> dict[Path, str]:
    """Each page: its file and what has to stand in it."""
    return {
        ARCHITECTURE: architecture(),
        FOLDER / "gallery.rst": gallery(),
        FOLDER / "implementations.rst": kernels(),
        FOLDER / "keys.rst": keys(),
        FOLDER / "matches.rst": matches(),
        FOLDER / "options.rst": options(),
        FOLDER / "roles.rst": roles(),
    }


def architecture() -> str:
    """The page as it is, with what is generated anew."""
    blocks = {
        "modules": _table(("Module", "What lives in it"), (30, 70), map(_module_row, rooms.table())),
        "rooms": _text(rooms.drawn()),
        "layers": _table(("Package", "May import"), (30, 70), map(_layer_row, ALLOWED.items())),
        **{title: _text(ways.drawn(steps)) for title, steps in ways.ways()},
    }
    page = ARCHITECTURE.read_text(encoding="utf-8")
    for name, block in blocks.items():
        head, begin, rest = page.partition(f".. generated: {name}\n")
        _, end, tail = rest.partition(".. end\n")
        if not begin:
            raise LookupError(f"{ARCHITECTURE.name} has no place for {name}")
        page = f"{head}{begin}\n{block}\n{end}{tail}"
    return page


def _module_row(row: tuple[str, str]) -> tuple[str, str]:
    name, sentence = row
    path = name.replace(".", "/")
    return f"``{path}{'/' if (rooms.ROOT / 'bipy' / path).is_dir() else '.py'}``", sentence.replace("`", "``")


def _layer_row(row: tuple[str, tuple[str, ...]]) -> tuple[str, str]:
    name, allowed = row
    names = ", ".join(f"``{each.removeprefix('bipy.')}``" for each in allowed)
    return f"``{name.removeprefix('bipy.')}``", names or "nothing"


def kernels() -> str:
    """What is known of each kernel implementation."""
    known = list({row.title: row for row in IMPLEMENTATIONS.values()}.values())
    notes = [f"{row.title}\n{_prose(row.note, indent='   ')}" for row in known if row.note]
    return "\n".join(
        [
            _mark(implementations),
            _heading("Kernels", "="),
            _prose(
                "bipy talks to every kernel that speaks the Jupyter protocol. How a kernel behaves where the protocol "
                "leaves it open was measured with the versions below; of all others bipy assumes what is safe with "
                "any. Kernels of bipy's own are interrupted as the table says, and those that can be told so learn of "
                "another size of the terminal before the next cell."
            ),
            _table(
                (
                    "Kernel",
                    "Measured with",
                    "Asked while a cell runs",
                    "Interrupted by",
                    "Told of a new size",
                    "All rows of tables",
                ),
                (15, 25, 20, 20, 10, 10),
                map(_kernel_row, [*known, UNKNOWN]),
            ),
            _heading("What you may notice", "-"),
            *notes,
        ]
    )


def _kernel_row(row: Implementation) -> Sequence[str]:
    asked = "on control, or in a subshell if it has them" if row.subshells else "on control" if row.while_busy else "no"
    interrupted = {"signal": "SIGINT", "message": "``interrupt_request``", "": "what its kernelspec says"}
    size, tables = ("yes" if told else "no" for told in (row.resize, row.value))
    return row.title or "any other", row.measured, asked, interrupted[row.interrupt], size, tables


def keys() -> str:
    """All keys, by the situation in which they hold."""
    parts = [
        _mark(keymap),
        _heading("Keys", "="),
        _prose(
            "Every key of bipy, by the situation in which it holds; :kbd:`F1` shows the same in bipy. Where a key is "
            "named twice, the more particular situation counts: :kbd:`Enter` takes the match while one is chosen, and "
            "runs the code otherwise. ``Alt`` with a key is also :kbd:`Esc` and then that key."
        ),
    ]
    for title, rows in [*keymap.help_rows(), *vi.sections()]:
        if rows:
            parts += [_heading(title, "-"), _table(("Keys", "What they do"), (35, 65), map(_key_row, rows))]
    return "\n".join(parts)


def matches() -> str:
    """The letters in front of matches."""
    kinds: dict[str, list[str]] = {}
    for kind, (letter, _) in popup.TYPES.items():
        kinds.setdefault(letter, []).append(kind)
    rows = ((f"``{letter}``", ", ".join(named)) for letter, named in kinds.items())
    return "\n".join(
        [
            _mark(popup),
            _heading("Letters of the matches", "="),
            _prose(
                "The letter in front of a match says what it is, in the kernel's own words. A word that is not in this "
                "table is shown by its first letter. A list of nothing but attributes, variables or parameters has no "
                "letters, and neither has one of a kernel that says nothing of its matches. A dot stands in front of a "
                "name that bipy has found by itself in the session."
            ),
            _table(("Letter", "What the match is"), (15, 85), rows),
        ]
    )


# Where a setting is valid, if not everywhere.
_WHERE = {
    "line": "; on the command line alone",
    "start": "; on the command line and in the configuration file",
    "run": "",
}


def options() -> str:
    """The command line."""
    parts = [
        _mark(settings),
        _heading("Options", "="),
        ".. program:: bipy\n",
        *(_option(f"--{option.name}{_value(option)}", f"{option.help}{_WHERE[option.where]}") for option in SETTINGS),
        _option("--version", "say which bipy this is"),
        _option("-h, --help", "list the options and commands"),
        _heading("Commands", "-"),
        *(_command(command) for command in COMMANDS),
        _prose(
            "The exit status is 0 when you leave, and 2 when bipy cannot start; the message then says why, and what to "
            "do about it."
        ),
    ]
    return "\n".join(parts)


def _command(command: Command) -> str:
    """A command with its operand and options."""
    words = " ".join([f"bipy {command.name}", *filter(None, [command.operand])])
    lines = [f"{command.help[0].upper()}{command.help[1:]}."]
    lines += [f"``--{option.name}``: {option.help}." for option in command.options]
    return f"``{words}``\n" + "\n".join(_prose(line, indent="   ") for line in lines)


def gallery() -> str:
    """A picture of each theme, with what its file says of it."""
    parts = [
        ".. Written by ``python -m docs.generate``; edit the heads of the files in themes/, not this page.\n",
        _heading("Gallery of the themes", "="),
        _prose(
            "The same session in every theme that comes with bipy, each on the background that it is made for; bipy "
            "leaves the background of your terminal as it is. In all of them text has a contrast of 4.5:1 or more to "
            "its background, comments and borders have 3:1, at 256 colours and more. Where a well-known palette has "
            "less, its colours were moved away from the background, which is said below. :doc:`/manual/themes` says "
            "how to choose one."
        ),
    ]
    for name in pictures.names():
        parts += [_heading(name, "-"), *map(_prose, pictures.about(name))]
        image = [f".. image:: ../_gallery/{name}.svg", f"   :alt: bipy in the theme {name}", "   :width: 100%", ""]
        parts.append("\n".join(image))
    return "\n".join(parts)


def roles() -> str:
    """What a theme can paint, and with what."""
    parents = {role: f"``{parent}``" if parent else "" for role, parent in theme.ROLES.items()}
    return "\n".join(
        [
            _mark(theme),
            _heading("Roles", "="),
            _prose(
                "A theme file says how roles look. A role takes over what it does not set from the role it inherits "
                "from. :doc:`/manual/themes` says how to write such a file."
            ),
            _table(("Role", "Inherits from"), (50, 50), ((f"``{role}``", parent) for role, parent in parents.items())),
            _heading("Settings", "-"),
            _table(
                ("Setting", "Value"),
                (20, 80),
                ((f"``{name}``", _setting(name)) for name in theme.Paint.__annotations__),
            ),
            _heading("Names of colours", "-"),
            _prose(
                "The colours of the terminal itself, whatever it makes of them: "
                + ", ".join(f"``{name}``" for name in theme.COLORS)
                + "."
            ),
        ]
    )


def _setting(name: str) -> str:
    """What the setting `name` of a role takes."""
    if name in theme.ATTRIBUTES:
        return "``true`` or ``false``"
    return {
        "fg": '``"#rrggbb"`` or the name of a colour',
        "bg": "The same, for what is behind the text",
        "fg16": "The name of a colour, for screens of 16 colours; where it is not set, the one nearest to ``fg``",
        "bg16": "The same, for ``bg``",
        "mono": "Attributes with blanks between, for screens without colours; where it is not set, those above",
    }[name]


def _key_row(row: tuple[str, str]) -> tuple[str, str]:
    spelled, line = row
    return ", ".join(_key(key) for key in spelled.split(", ")), f"{_escaped(line)}."


def _key(key: str) -> str:
    return f":kbd:`{_escaped(key)}`"


def _escaped(text: str) -> str:
    """`text` without a meaning to reStructuredText."""
    return re.sub(r"([\\`])", r"\\\1", text)


def _value(option: Setting) -> str:
    if not option.value:
        return ""
    return f" [{option.value}]" if option.const is not None else f" {option.value}"


def _option(spelling: str, line: str) -> str:
    return f".. option:: {spelling}\n\n{_prose(f'{line[0].upper()}{line[1:]}.', indent='   ')}"


def _mark(source: ModuleType) -> str:
    file = "/".join(source.__name__.split("."))
    return f".. Written by ``python -m docs.generate``; edit the table in {file}.py, not this page.\n"


def _text(drawing: str) -> str:
    lines = "\n".join(f"   {line}".rstrip() for line in drawing.splitlines())
    return f".. code-block:: text\n\n{lines}\n"


def _heading(title: str, underline: str) -> str:
    return f"{title}\n{underline * len(title)}\n"


def _prose(text: str, indent: str = "") -> str:
    wrapped = fill(text, 110, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
    return f"{wrapped}\n"


def _table(titles: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[str]]) -> str:
    lines = [
        ".. list-table::",
        "   :header-rows: 1",
        f"   :widths: {' '.join(map(str, widths))}",
        "",
    ]
    for row in (titles, *rows):
        for number, cell in enumerate(row):
            lines.append(f"   {'  ' if number else '* '}- {cell}".rstrip())
    return "\n".join([*lines, ""])


def main() -> None:
    """Write all pages."""
    FOLDER.mkdir(exist_ok=True)
    for path, page in pages().items():
        path.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()

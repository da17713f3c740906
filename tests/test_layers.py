"""The layers of docs/architecture.rst, read from the source: who may import whom, and how long a function may be."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from docs.rooms import imports, modules, order

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "bipy").rglob("*.py"))

# One row a package: its modules may import the standard library, their own package, and these.  A module that may do
# more has a row of its own.  A name covers the modules below it.
EVENTS = ("bipy.messaging.message", "bipy.messaging.events")
ALLOWED: dict[str, tuple[str, ...]] = {
    "bipy": (),
    "bipy.settings": ("bipy",),
    "bipy.slips": (),
    "bipy.config": ("bipy.settings", "bipy.slips", "tomlkit"),
    "bipy.checking": ("bipy.config", "bipy.ui.keys", "bipy.ui.theme"),
    "bipy.drafts": ("bipy.kernel.jupyter_paths",),
    "bipy.host_log": ("bipy.kernel.jupyter_paths",),
    "bipy.chronicle": ("bipy.kernel.jupyter_paths", "bipy.session.records", "bipy.session.status"),
    "bipy.remembering": (
        "bipy.chronicle",
        "bipy.drafts",
        "bipy.session.events",
        "bipy.session.records",
        "bipy.settings",
    ),
    "bipy.importing": ("bipy.chronicle", "bipy.session.records"),
    "bipy.messaging": (),
    "bipy.inspection": (*EVENTS, "bipy.messaging.implementations"),
    "bipy.inspection.lexing": ("pygments",),
    "bipy.session": ("bipy.messaging", "bipy.inspection"),
    "bipy.kernel": ("bipy.messaging", "zmq"),
    "bipy.terminal": ("bipy.placement", "urwid", "zmq"),
    "bipy.ui.text": (
        "bipy.placement",
        "bipy.session.transcript",
        "bipy.inspection.scanner",
        "bipy.inspection.lexing",
        "urwid",
        "pygments",
    ),
    "bipy.ui.text.docstring": ("bipy.ui.text",),
    "bipy.ui.theme": ("bipy.slips", "bipy.ui.code_style", "bipy.ui.text"),
    "bipy.ui.code_style": ("bipy.ui.text", "pygments"),
    "bipy.ui.mime": ("bipy.ui.text", "bipy.session.transcript", "bipy.session.widgets"),
    "bipy.ui.mime.image": ("bipy.placement", "PIL"),
    "bipy.ui.mime.css": ("PIL",),
    "bipy.ui.mime.enlarging": ("bipy.placement", "PIL"),
    "bipy.ui.mime.svg": ("resvg_py",),
    "bipy.ui.mime.markdown": ("markdown_it",),
    "bipy.ui.mime.latex": ("pylatexenc",),
    "bipy.ui.widgets": (
        "bipy.ui.mime",
        "bipy.ui.text",
        "bipy.session.cell_files",
        "bipy.session.conditions",
        "bipy.session.expressions",
        "bipy.session.status",
        "bipy.session.tables",
        "bipy.session.transcript",
        "bipy.inspection.values",
        "urwid",
    ),
    "bipy.ui.keys": (
        "bipy.ui.interface",
        "bipy.ui.code_style",
        "bipy.ui.theme",
        "bipy.ui.widgets",
        "bipy.ui.text",
        "bipy.session.cell_files",
        "bipy.session.events",
        "bipy.session.history",
        "bipy.session.records",
        "bipy.session.seeking",
        "bipy.session.status",
        "bipy.session.effects",
        "bipy.settings",
        "bipy.inspection.clauses",
        "bipy.inspection.growing",
        "bipy.inspection.indenting",
        "bipy.inspection.source",
        "bipy.inspection.values",
    ),
    "bipy.ui.interface": (
        "bipy.inspection.clauses",
        "bipy.settings",
        "bipy.ui.mime.means",
        "bipy.ui.text",
        "bipy.ui.widgets",
        "bipy.session.effects",
        "bipy.session.events",
        "bipy.session.view",
        "bipy.messaging.events",
        "bipy.inspection.values",
    ),
    "bipy.workspace": ("bipy.kernel.link", "bipy.messaging", "bipy.session"),
    "bipy.front": ("bipy.lending.protocol", "bipy.terminal.line"),
    "bipy.lending": ("bipy.terminal.lent",),
    "bipy.doctor": ("bipy.front", "bipy.terminal.capabilities", "bipy.terminal.covering", "bipy.terminal.encoding"),
    "bipy.files": ("bipy.kernel.jupyter_paths",),
    "bipy.notifying": ("bipy.session.effects",),
    "bipy.outside": ("bipy.files", "bipy.session.effects", "bipy.session.events", "bipy.ui.interface"),
    "bipy.host": ("bipy", "urwid"),
    "bipy.starting": ("bipy",),
    "bipy.cli": (
        "bipy.checking",
        "bipy.config",
        "bipy.doctor",
        "bipy.front",
        "bipy.importing",
        "bipy.lending",
        "bipy.session.status",
        "bipy.settings",
        "bipy.starting",
        "bipy.terminal.import_urwid",
        "bipy.ui.theme",
    ),
    "bipy.__main__": ("bipy.front", "bipy.cli", "bipy.lending", "bipy.settings", "bipy.starting"),
}
# Modules of the standard library that belong to the edge.
EDGE = {"socket", "select", "selectors", "threading", "asyncio", "subprocess", "time", "os", "signal", "termios", "tty"}
WITHOUT_EDGE = ("bipy.messaging", "bipy.inspection", "bipy.session")
# What can be changed may stand at module level under the name of a constant, which says that it is not.
MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*|__all__")


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def under(name: str, *heads: str) -> bool:
    return any(name == head or name.startswith(f"{head}.") for head in heads)


def rule(name: str) -> tuple[str, ...]:
    """What the module may import: the rows of all that it lies in, and its own package."""
    parts = name.split(".")
    heads = [".".join(parts[:length]) for length in range(2, len(parts) + 1)]
    package = (".".join(parts[:-1]),) if len(parts) > 2 or (ROOT / "bipy" / parts[-1]).is_dir() else ()
    return tuple(allowed for head in heads for allowed in ALLOWED.get(head, ())) + package


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_stay_within_the_layer(path: Path) -> None:
    name = name_of(path)
    allowed = rule(name)
    for imported in imports(ast.parse(path.read_text())):
        if imported.partition(".")[0] in sys.stdlib_module_names:
            assert not (under(name, *WITHOUT_EDGE) and imported in EDGE), f"{name} is pure and imports {imported}"
        else:
            assert under(imported, "bipy.value", *allowed), f"{name} may not import {imported}"


def test_rooms_do_not_import_one_another_in_a_circle() -> None:
    assert order()[-1] == "value", "what everybody imports imports nobody"


@pytest.mark.parametrize("row", ALLOWED)
def test_a_row_allows_no_more_than_is_imported(row: str) -> None:
    below = [imported for name, tree in modules().items() if under(name, row) for imported in imports(tree)]
    unused = [allowed for allowed in ALLOWED[row] if not any(under(imported, allowed) for imported in below)]
    assert not unused, f"{row} need not import {unused}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_opens_with_its_rule_and_functions_stay_short(path: Path) -> None:
    tree = ast.parse(path.read_text())
    name = name_of(path)
    assert ast.get_docstring(tree), f"{name} does not say what lives in it"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            lines = (node.end_lineno or 0) - body[0].lineno + 1
            assert lines <= 60, f"{name}.{node.name} has {lines} lines"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_keep_no_state(path: Path) -> None:
    """At module level: imports, definitions, constants.  Nothing is done, nothing mutable is kept."""
    tree = ast.parse(path.read_text())
    for node in tree.body:
        if isinstance(node, ast.Expr):
            assert isinstance(node.value, ast.Constant), f"line {node.lineno} does work at import"
        if isinstance(node, ast.For | ast.While | ast.With | ast.Try):
            raise AssertionError(f"line {node.lineno} does work at import")
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, MUTABLE):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                named = isinstance(target, ast.Name) and CONSTANT.fullmatch(target.id)
                assert named, f"line {node.lineno} keeps something mutable, and not under the name of a constant"
    for node in ast.walk(tree):
        assert not isinstance(node, ast.Global), f"line {node.lineno} keeps state"

"""The layers of docs/architecture.rst, read from the source: who may import whom, and how large a part may be."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "bipy").rglob("*.py"))

# What a module may import besides the standard library; a name covers the modules below it.
PURE = ("bipy.messaging.message", "bipy.messaging.events")
ALLOWED: dict[str, tuple[str, ...]] = {
    "bipy.messaging": ("bipy.messaging",),
    "bipy.inspection": ("bipy.inspection", *PURE),
    "bipy.inspection.scanner": ("bipy.inspection", "pygments"),
    "bipy.inspection.source": ("bipy.inspection", "pygments"),
    "bipy.transcript": PURE,
    "bipy.history": PURE,
    "bipy.interaction": (*PURE, "bipy.inspection.values"),
    "bipy.lifecycle": (*PURE, "bipy.messaging", "bipy.interaction"),
    "bipy.execution": (
        *PURE,
        "bipy.messaging",
        "bipy.interaction",
        "bipy.notes",
        "bipy.transcript",
        "bipy.inspection.source",
    ),
    "bipy.notes": PURE,
    "bipy.asking": ("bipy.execution", "bipy.interaction", "bipy.messaging"),
    "bipy.interrupting": (
        "bipy.execution",
        "bipy.interaction",
        "bipy.lifecycle",
        "bipy.messaging",
        "bipy.notes",
        "bipy.transcript",
    ),
    "bipy.departure": ("bipy.interaction", "bipy.notes"),
    "bipy.session": (
        "bipy.asking",
        "bipy.interrupting",
        "bipy.departure",
        "bipy.notes",
        "bipy.messaging",
        "bipy.inspection",
        "bipy.interaction",
        "bipy.lifecycle",
        "bipy.execution",
        "bipy.history",
        "bipy.transcript",
    ),
    "bipy.kernel": ("bipy.kernel", *PURE),
    "bipy.kernel.channels": ("bipy.kernel", *PURE, "zmq"),
    "bipy.reactor": ("urwid", "zmq"),
    "bipy.terminal": (),
    "bipy.options": ("bipy",),
    "bipy.ui": (
        "bipy.ui.ansi",
        "bipy.ui.buffer",
        "bipy.ui.colours",
        "bipy.ui.docstring",
        "bipy.ui.highlight",
        "bipy.ui.output",
        "bipy.ui.rows",
        "bipy.ui.theme",
        "bipy.inspection.values",
        "bipy.transcript",
        "urwid",
        "pygments",
    ),
    "bipy.ui.ansi": ("bipy.ui.rows", "bipy.ui.style", "urwid"),
    "bipy.ui.highlight": ("bipy.inspection.scanner", "bipy.ui.rows", "pygments"),
    "bipy.ui.buffer": ("bipy.ui.rows", "urwid"),
    "bipy.ui.screen": ("bipy.terminal", "bipy.ui.rows", "urwid"),
    "bipy.ui.commands": ("bipy.ui.buffer", "bipy.ui.editor"),
    "bipy.ui.keymap": ("bipy.ui.commands",),
    "bipy.ui.window": (
        "bipy.ui.docspane",
        "bipy.ui.editor",
        "bipy.ui.inspector",
        "bipy.ui.pager",
        "bipy.ui.rows",
        "bipy.ui.screen",
        "bipy.ui.statusbar",
        "bipy.ui.transcript",
        "urwid",
    ),
    "bipy.ui.app": ("bipy", "urwid"),
    "bipy.ui.desk": (
        "bipy.inspection.values",
        "bipy.interaction",
        "bipy.messaging.events",
        "bipy.session",
        "bipy.ui.actions",
        "bipy.ui.docspane",
        "bipy.ui.editor",
        "bipy.ui.highlight",
        "bipy.ui.inspector",
        "bipy.ui.keyboard",
        "bipy.ui.output",
        "bipy.ui.pager",
        "bipy.ui.rows",
        "bipy.ui.screen",
        "bipy.ui.statusbar",
        "bipy.ui.transcript",
        "bipy.ui.window",
    ),
    "bipy.ui.actions": (
        "bipy.history",
        "bipy.inspection.source",
        "bipy.inspection.values",
        "bipy.interaction",
        "bipy.ui.buffer",
        "bipy.ui.desk",
        "bipy.ui.help",
        "bipy.ui.keymap",
        "bipy.ui.pager",
    ),
    "bipy.ui.keyboard": ("bipy.session", "bipy.ui.actions", "bipy.ui.commands", "bipy.ui.keymap", "bipy.ui.window"),
    "bipy.cli": ("bipy",),
    "bipy.__main__": ("bipy",),
    "bipy": (),
}
# Modules of the standard library that belong to the edge.
EDGE = {"socket", "select", "selectors", "threading", "asyncio", "subprocess", "time", "os", "signal", "termios", "tty"}
WITHOUT_EDGE = ("bipy.messaging", "bipy.inspection", "bipy.transcript", "bipy.history", "bipy.interaction")
WITHOUT_EDGE += (
    "bipy.lifecycle",
    "bipy.execution",
    "bipy.session",
    "bipy.notes",
    "bipy.departure",
    "bipy.asking",
    "bipy.interrupting",
)
# What can be changed may stand at module level under the name of a constant, which says that it is not.
MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*|__all__")


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if (ROOT / whole.replace(".", "/")).with_suffix(".py").exists() else node.module


def under(name: str, *heads: str) -> bool:
    return any(name == head or name.startswith(f"{head}.") for head in heads)


def rule(name: str) -> tuple[str, ...]:
    while name not in ALLOWED:
        name = name.rpartition(".")[0]
    return ALLOWED[name]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_stay_within_the_layer(path: Path) -> None:
    name = name_of(path)
    allowed = rule(name)
    for imported in imports(ast.parse(path.read_text())):
        if imported.partition(".")[0] in sys.stdlib_module_names:
            assert not (under(name, *WITHOUT_EDGE) and imported in EDGE), f"{name} is pure and imports {imported}"
        else:
            assert under(imported, "bipy.value", *allowed), f"{name} may not import {imported}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_part_stays_small(path: Path) -> None:
    source = path.read_text()
    tree = ast.parse(source)
    name = name_of(path)
    docstring = ast.get_docstring(tree)
    assert docstring, f"{name} does not say what lives in it"
    assert len(docstring.splitlines()) <= 16, f"{name} says too much at its head"
    assert source.count("\n") <= (300 if name == "bipy.session" else 600)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            lines = (node.end_lineno or 0) - body[0].lineno + 1
            assert lines <= 60, f"{name}.{node.name} has {lines} lines"
        elif isinstance(node, ast.ClassDef):
            methods = sum(isinstance(part, ast.FunctionDef) for part in node.body)
            assert methods <= 25, f"{name}.{node.name} has {methods} methods"
            assert (node.end_lineno or 0) - node.lineno <= 500


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

"""The rooms of the house, measured in the source: who imports whom, drawn as text.

A room is a module or package of bipy; `ui` is a floor, whose parts are the rooms.  The source is read with `ast`, and
nothing of bipy is imported here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
FLOORS = ("bipy", "bipy.ui")  # packages whose parts are rooms of their own


@cache
def modules() -> Mapping[str, ast.Module]:
    """Each module of bipy by its dotted name."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(path.read_text())
        for path in sorted((ROOT / "bipy").rglob("*.py"))
    }


def imports(tree: ast.Module) -> Iterator[str]:
    """What a module imports, as dotted names of modules where these are bipy's."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level or node.module is None:
                raise ValueError(f"line {node.lineno}: imports are absolute")
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in modules() else node.module


def room(module: str) -> str:
    """The room that a module lies in."""
    floor = max((floor for floor in FLOORS if module == floor or module.startswith(f"{floor}.")), key=len)
    part = module.removeprefix(floor).lstrip(".").partition(".")[0]
    return f"{floor}.{part}".removeprefix("bipy.") if part else ""


@cache
def arrows() -> Mapping[str, frozenset[str]]:
    """Each room with the rooms that it imports; the package itself (its version) and `__main__` (a call) are none."""
    found: dict[str, set[str]] = {}
    for name, tree in modules().items():
        if room(name) not in ("", "__main__"):
            targets = {room(imported) for imported in imports(tree) if imported.partition(".")[0] == "bipy"}
            found.setdefault(room(name), set()).update(targets - {room(name), ""})
    return {name: frozenset(targets) for name, targets in found.items()}


@cache
def order() -> list[str]:
    """The rooms from the top down: each stands above all that it imports.  ValueError if there is a circle."""
    left = dict(arrows())
    rooms: list[str] = []
    while left:
        free = [name for name in left if not any(name in targets for targets in left.values())]
        if not free:
            raise ValueError(f"a circle of imports: {', '.join(left)}")
        # The one whose importer was placed last, so that what belongs together stands together.
        name = max(free, key=lambda name: [(name in arrows()[above]) for above in reversed(rooms)])
        rooms.append(name)
        del left[name]
    return rooms


def drawn() -> str:
    """The rooms as a flight of steps: a line runs down from each, and a dot on it is an import of that row's room."""
    rooms, found = order(), arrows()
    lines = []
    for row, name in enumerate(rooms):
        importers = [above for above in rooms[:row] if name in found[above]]
        line = ""
        for above in rooms[:row]:
            on_the_way = bool(importers) and rooms.index(above) >= rooms.index(importers[0])
            goes_on = not found[above].isdisjoint(rooms[row:])
            dot = "●" if above in importers else "┼" if goes_on and on_the_way else "│" if goes_on else ""
            line += f"{dot:─<4}" if on_the_way else f"{dot:4}"
        lines.append(f"{line[:-2]}▶ {name}" if importers else f"{line}{name}")
    return "\n".join(lines)


def table() -> Iterator[tuple[str, str]]:
    """Each package and module with what it says of itself in its first line."""
    for name, tree in modules().items():
        sentence = (ast.get_docstring(tree) or "").partition("\n")[0].partition(".  ")[0].removesuffix(".")
        if name != "bipy":
            yield name.removeprefix("bipy."), sentence

"""LaTeX formulas, laid out in two dimensions.

pylatexenc parses the source and knows the signs.  What is made of its nodes is a box of `formula`; in a line of text
everything is one row, as `inline` writes it.  A formula that is too wide is broken between its parts.  What has no
layout here stays the source that it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bipy.ui.mime import formula
from bipy.ui.mime.formula import EMPTY, Box, Side
from bipy.ui.mime.means import Means
from bipy.ui.text.output import Lines, TextLines, joined
from bipy.ui.text.rows import Row, printable, wrap

# A longer source is no formula, and groups that are nested more deeply none that a person reads.
LONGEST = 20_000
DEEPEST = 30

_BEGINS = ("$", "\\[", "\\(", "\\begin{equation", "\\begin{align", "\\begin{gather", "\\begin{math", "\\begin{display")
_OPERATORS = frozenset("+-=<>−±∓·×≤≥≠≈≡→←⇒⇔↦∈∉⊂⊆∪∩∼∝∧∨⊕⊗")
_SIGNS_OF_NUMBERS = frozenset("+−±∓")
_CHARACTERS = re.compile(r"\d+(?:\.\d+)?|.", re.DOTALL)
_PUNCTUATION = frozenset(",;")
_LIMITS = {"sum": "\u2211", "prod": "\u220f", "coprod": "\u2210", "bigcup": "\u22c3", "bigcap": "\u22c2"}
_NAMED_LIMITS = frozenset(["lim", "max", "min", "sup", "inf", "limsup", "liminf", "argmax", "argmin"])
_INTEGRALS = {"int": "\u222b", "iint": "\u222c", "iiint": "\u222d", "oint": "\u222e"}
_ACCENTS = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "bar": "\u0304",
    "vec": "\u20d7",
    "dot": "\u0307",
    "ddot": "\u0308",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "check": "\u030c",
    "acute": "\u0301",
    "grave": "\u0300",
}
_TEXT = frozenset(
    (
        *("text", "mathrm", "mathbf", "mathit", "mathsf", "mathtt", "textbf", "textit", "textrm", "mbox", "pmb", "bm"),
        *("operatorname", "operatorname*", "boldsymbol", "mathcal", "mathscr", "mathfrak"),
    )
)
_IGNORED = frozenset(
    (
        *("displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "nonumber", "notag", "middle", "label"),
        *("big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr"),
        *("mathstrut", "!"),
    )
)
_SIGNS = {
    "lbrace": "{",
    "rbrace": "}",
    "{": "{",
    "}": "}",
    "langle": "\u27e8",
    "rangle": "\u27e9",
    "|": "\u2016",
    "lfloor": "\u230a",
    "rfloor": "\u230b",
    "lceil": "\u2308",
    "rceil": "\u2309",
    "Vert": "\u2016",
    "vert": "|",
    "lvert": "|",
    "rvert": "|",
    "lVert": "\u2016",
    "rVert": "\u2016",
    "lbrack": "[",
    "rbrack": "]",
    "prime": "\u2032",
    "cdots": "\u22ef",
    "vdots": "\u22ee",
    "ddots": "\u22f1",
    "quad": "  ",
    "qquad": "    ",
    ":": " ",
    ",": " ",
    ";": " ",
    " ": " ",
    "hspace": " ",
    "hbar": "\u0127",
    "cdot": "\u00b7",
    "times": "\u00d7",
    "mid": "|",
    "to": "\u2192",
}
# The delimiters around a matrix, and on which side its columns stand.
_MATRICES: Mapping[str, tuple[str, str, tuple[Side, ...]]] = {
    "matrix": ("", "", ("center",)),
    "smallmatrix": ("", "", ("center",)),
    "array": ("", "", ("center",)),
    "pmatrix": ("(", ")", ("center",)),
    "bmatrix": ("[", "]", ("center",)),
    "Bmatrix": ("{", "}", ("center",)),
    "vmatrix": ("|", "|", ("center",)),
    "Vmatrix": ("\u2016", "\u2016", ("center",)),
    "cases": ("{", "", ("left",)),
    **dict.fromkeys(("align", "aligned", "align*", "split", "alignat", "eqnarray"), ("", "", ("right", "left"))),
    **dict.fromkeys(("equation", "equation*", "gather", "gather*", "gathered", "multline"), ("", "", ("center",))),
}


def formulas(data: object, metadata: Mapping[str, object], means: Means) -> Lines | None:  # noqa: ARG001
    """The layout of a formula; None for text that is none, and on a screen without its signs."""
    source = joined(data)
    if means.ascii or source is None or len(source) > LONGEST or not source.strip().startswith(_BEGINS):
        return None
    nodes = [inner for node in _nodes(source.strip()) for inner in (_inside(node) or [node])]
    parts = _Layout(flat=False).parts(nodes, 0)
    return _FormulaLines(parts, source, means) if parts else None


def inline(source: str) -> str:
    """A formula as one row, without the dollars around it; the source if it has no layout."""
    try:
        return printable(formula.beside(_Layout(flat=True).parts(_nodes(f"${source}$"), 0)).rows[0])
    except Exception:  # a source may be anything, and pylatexenc's errors are of no common type
        return printable(source)


def _inside(node: Any) -> Sequence[Any]:
    """What stands between the dollars of a formula, so that it can be broken there; nothing for another node."""
    return _node(node).inside if type(node).__name__ == "LatexMathNode" else ()


def _nodes(source: str) -> Sequence[Any]:
    from pylatexenc.latexwalker import LatexWalker  # type: ignore[import-untyped]

    nodes, _, _ = LatexWalker(source, tolerant_parsing=True).get_latex_nodes()
    return list(nodes)


class _FormulaLines:
    """A formula, whose parts are broken where the screen ends; its source where one part is too wide."""

    def __init__(self, parts: Sequence[Box], source: str, means: Means) -> None:
        self._parts = parts
        self._source = TextLines("output", means.depth, text=source)
        self.count = 1

    def rows(self, line: int, columns: int) -> Sequence[Row]:  # noqa: ARG002
        """All rows, since a formula stands in several at once."""
        broken: list[list[Box]] = [[]]
        used = 0
        for part in self._parts:
            if part.width > columns:
                return [row for number in range(self._source.count) for row in self._source.rows(number, columns)]
            if used + part.width > columns:
                broken.append([])
                used = 0
            broken[-1].append(part)
            used += part.width
        boxes = [formula.beside(line) for line in broken]
        return [row for box in boxes for text in box.rows for row in wrap([("output", printable(text))], columns)]


class _Layout:
    """Makes boxes of nodes; `flat` ones of a single row."""

    def __init__(self, *, flat: bool) -> None:
        self._flat = flat
        # Within scripts no operator has blanks around it.
        self._scripted = 0

    def parts(self, nodes: Sequence[Any], depth: int) -> list[Box]:
        """The boxes of a list of nodes, one beside the other; ValueError for groups within too many others."""
        if depth > DEEPEST:
            raise ValueError("too deep")
        items = list(_items(nodes))
        boxes: list[Box] = []
        position = 0
        while position < len(items):
            position = self._atom(items, position, boxes, depth)
        return boxes

    def box(self, nodes: Sequence[Any], depth: int) -> Box:
        """One box of them all."""
        return formula.beside(self.parts(nodes, depth + 1))

    def _atom(self, items: Sequence[str | _Node], position: int, boxes: list[Box], depth: int) -> int:
        """Add the box of the item at `position` with its scripts; the position behind it."""
        item = items[position]
        name = _name(item)
        if item == " ":
            return position + 1
        if name == "left":
            box, position = self._delimited(items, position + 1, depth)
        elif name in ("binom", "dbinom", "tbinom") and isinstance(item, _Node) and not item.arguments:
            both = [self._one(each, depth) for each in (*items[position + 1 : position + 3], " ", " ")[:2]]
            box = self._binomial(*both)
            position += 3
        elif name in ("operatorname", "operatorname*", "mathop") and isinstance(item, _Node) and not item.arguments:
            box = self._one(items[position + 1], depth) if position + 1 < len(items) else EMPTY
            position += 2
        elif item in ("^", "_"):
            # Scripts of nothing, as in an isotope.
            box = EMPTY
        else:
            box = self._one(item, depth)
            position += 1
        below, above, position = self._scripts(items, position, depth)
        if below is not None or above is not None:
            box = self._with_scripts(name, box, below, above)
        boxes.append(box if below or above else self._spaced(box, boxes))
        return position

    def _scripts(self, items: Sequence[str | _Node], position: int, depth: int) -> tuple[Box | None, Box | None, int]:
        """What stands below and above, and the position behind it."""
        found: dict[str, Box] = {}
        while position < len(items):
            item = items[position]
            if item == "'":
                found["^"] = formula.beside([found.get("^", EMPTY), formula.text("\u2032")])
                position += 1
            elif _name(item) in ("limits", "nolimits"):
                position += 1
            elif item in ("^", "_") and item not in found:
                position += 1
                while position < len(items) and items[position] == " ":
                    position += 1
                self._scripted += 1
                found[item] = self._one(items[position], depth) if position < len(items) else EMPTY
                self._scripted -= 1
                position += 1
            else:
                break
        return found.get("_"), found.get("^"), position

    def _with_scripts(self, name: str, box: Box, below: Box | None, above: Box | None) -> Box:
        if self._flat:
            parts = [box]
            for script, sign, written in ((below, "_", formula.lowered), (above, "^", formula.raised)):
                if script is not None:
                    row = script.rows[0]
                    plain = f"{sign}{row}" if len(row) == 1 else f"{sign}({row})"
                    parts.append(formula.text(written(row) or plain))
            return formula.beside(parts)
        if name in _LIMITS or name in _NAMED_LIMITS:
            return formula.beside([formula.limits(box, below, above), formula.text(" ")])
        spaced = formula.scripts(box, below, above)
        return formula.beside([spaced, formula.text(" ")]) if name in _INTEGRALS else spaced

    def _spaced(self, box: Box, before: Sequence[Box]) -> Box:
        """An operator between two things has blanks around it, a comma one behind it."""
        sign = box.rows[0].strip() if box.is_flat else ""
        if self._scripted or sign not in _OPERATORS | _PUNCTUATION:
            return box
        if sign in _PUNCTUATION:
            return formula.text(f"{sign} ")
        last = before[-1].rows[before[-1].base].rstrip() if before else ""
        sign = "\u2212" if sign == "-" else sign
        if sign in _SIGNS_OF_NUMBERS and (not last or last[-1] in "([{" or last[-1] in _OPERATORS):
            return formula.text(sign)
        return formula.text(f" {sign} " if before else f"{sign} ")

    def _delimited(self, items: Sequence[str | _Node], position: int, depth: int) -> tuple[Box, int]:
        """What stands between two delimiters of its height, and the position behind it."""
        while position < len(items) and items[position] == " ":
            position += 1
        left = _sign(items[position]) if position < len(items) else ""
        start = position = position + 1
        level = 1
        while position < len(items):
            name = _name(items[position])
            level += (name == "left") - (name == "right")
            if not level:
                break
            position += 1
        inside = self.box(items[start:position], depth)
        position += 1
        while position < len(items) and items[position] == " ":
            position += 1
        right = _sign(items[position]) if position < len(items) else ""
        return formula.around(left, inside, right), position + 1

    def _one(self, item: str | _Node, depth: int) -> Box:
        """The box of one item."""
        if isinstance(item, str):
            return formula.text(item)
        match item.kind:
            case "LatexGroupNode" | "LatexMathNode":
                return self.box(item.inside, depth)
            case "LatexEnvironmentNode":
                return self._matrix(item, depth)
            case "LatexMacroNode":
                return self._macro(item, depth)
            case "LatexSpecialsNode":
                return formula.text(" " if item.name == "~" else item.name)
        return EMPTY

    def _macro(self, node: _Node, depth: int) -> Box:
        name, arguments = node.name, node.arguments
        if name in ("frac", "dfrac", "tfrac", "cfrac") and len(arguments) >= 2:
            return self._fraction(*(self._argument(each, depth) for each in arguments[-2:]))
        if name == "sqrt" and arguments:
            degree = self._argument(arguments[0], depth).rows[0] if len(arguments) > 1 else ""
            return self._root(self._argument(arguments[-1], depth), degree)
        if name in _ACCENTS and arguments:
            inside = self._argument(arguments[-1], depth)
            return formula.text(inside.rows[0] + _ACCENTS[name]) if inside.is_flat and inside.width == 1 else inside
        if name in ("overline", "underline") and arguments and not self._flat:
            inside = self._argument(arguments[-1], depth)
            bar = formula.text("\u2500" * inside.width)
            return formula.stacked([bar, inside] if name == "overline" else [inside, bar], int(name == "overline"))
        if name.startswith("math") and arguments and any(map(_is_built, _node(arguments[-1]).inside)):
            return self._argument(arguments[-1], depth)
        if name in _TEXT and arguments:
            return formula.text("".join(_words(arguments[-1])))
        if name in _IGNORED:
            return EMPTY
        if name == "\\":
            return formula.text("  ")
        sign = _symbol(name)
        if arguments and not sign:
            return self.box(arguments, depth)
        return formula.text(sign or f"\\{name}")

    def _argument(self, node: Any, depth: int) -> Box:
        return self.box([node], depth)

    def _fraction(self, above: Box, below: Box) -> Box:
        if not self._flat:
            return formula.fraction(above, below)
        pieces = [row if _is_simple(row) else f"({row})" for row in (above.rows[0], below.rows[0])]
        return formula.text("/".join(pieces))

    def _binomial(self, above: Box, below: Box) -> Box:
        if not self._flat:
            return formula.around("(", formula.stacked([above, below], 0), ")")
        return formula.text(f"C({above.rows[0]}, {below.rows[0]})")

    def _root(self, inside: Box, degree: str) -> Box:
        if not self._flat:
            return formula.root(inside, degree)
        row = inside.rows[0]
        return formula.text(f"{formula.raised(degree) or degree}\u221a" + (row if _is_simple(row) else f"({row})"))

    def _matrix(self, node: _Node, depth: int) -> Box:
        """An environment: its rows and cells, between delimiters."""
        if node.name not in _MATRICES:
            raise ValueError(f"the environment {node.name} has no layout")
        left, right, sides = _MATRICES[node.name]
        cells: list[list[list[str | _Node]]] = [[[]]]
        for item in _items(node.inside):
            if _name(item) == "\\":
                cells.append([[]])
            elif isinstance(item, _Node) and item.kind == "LatexSpecialsNode" and item.name == "&":
                cells[-1].append([])
            elif _name(item) != "hline":
                cells[-1][-1].append(item)
        if all(item == " " for cell in cells[-1] for item in cell):
            cells.pop()
        boxes = [[self.box(cell, depth) for cell in row] for row in cells]
        if self._flat:
            rows = ["  ".join(box.rows[0] for box in row) for row in boxes]
            return formula.text(f"{left}{'; '.join(rows)}{right}")
        if sides == ("right", "left"):
            return formula.table(boxes, sides, gap=1)
        tall = any(not box.is_flat for row in boxes for box in row)
        grid = formula.table(_apart(boxes) if tall else boxes, sides)
        return formula.around(left, grid, right) if left or right else grid


def _apart(rows: Sequence[Sequence[Box]]) -> list[Sequence[Box]]:
    """Rows of tall boxes with a blank row between them."""
    apart: list[Sequence[Box]] = []
    for row in rows:
        apart += [row, [formula.text(" ")]]
    return apart[:-1]


def _items(nodes: Sequence[Any]) -> Iterator[str | _Node]:
    """The nodes, each character of a text by itself, but the digits of a number together."""
    for node in nodes:
        if isinstance(node, str | _Node):
            yield node
        elif hasattr(node, "chars"):
            yield from (" " if each.isspace() else each for each in _CHARACTERS.findall(node.chars))
        else:
            yield _node(node)


class _Node(NamedTuple):
    """What matters of a node of pylatexenc: `name` is that of a macro or an environment, or some special characters."""

    kind: str
    name: str
    inside: Sequence[Any]
    arguments: Sequence[Any]


def _node(node: Any) -> _Node:
    given = getattr(node, "nodeargd", None)
    arguments = [each for each in (given.argnlist if given is not None else None) or [] if each is not None]
    names = (getattr(node, key, "") for key in ("macroname", "environmentname", "specials_chars"))
    return _Node(type(node).__name__, next(filter(None, names), ""), getattr(node, "nodelist", None) or [], arguments)


def _name(item: str | _Node) -> str:
    """The name of a macro; "" for all else."""
    return item.name if isinstance(item, _Node) and item.kind == "LatexMacroNode" else ""


def _is_built(node: Any) -> bool:
    """Whether a node in letters of another kind is more than words: a macro with arguments, or one with a script."""
    told = _node(node)
    return bool(told.arguments) or bool({"^", "_"} & set(getattr(node, "chars", "")))


def _words(node: Any) -> Iterator[str]:
    """The text of a node as it stands in the source."""
    if hasattr(node, "chars"):
        yield node.chars
        return
    told = _node(node)
    if told.kind == "LatexMacroNode":
        yield _symbol(told.name) or f"\\{told.name}"
    for inner in (*told.arguments, *told.inside):
        yield from _words(inner)


def _sign(item: str | _Node) -> str:
    """A delimiter; "" for the one that is not there."""
    sign = item if isinstance(item, str) else _symbol(item.name)
    return "" if sign == "." else sign


def _symbol(name: str) -> str:
    """The characters for a macro without arguments; "" if there are none."""
    for known in (_SIGNS, _LIMITS, _INTEGRALS):
        if name in known:
            return known[name]
    from pylatexenc.latex2text import get_default_latex_context_db  # type: ignore[import-untyped]

    found = getattr(get_default_latex_context_db().get_macro_spec(name), "simplify_repl", None)
    if isinstance(found, str) and "%" not in found:
        return found
    return name if name in _NAMED_LIMITS else ""


def _is_simple(row: str) -> bool:
    """Whether a row needs no parentheses."""
    return len(row) <= 1 or row.isalnum()

"""The blocks of a cell on the screen: its code behind the prompt, each of its outputs, a blank row.

A block is a column of lines, each laid out alone.  How an output becomes lines is not known here, but in `output`; the
way through the blocks of all cells is that of `places`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from bipy.session.status import lasted
from bipy.session.transcript import ENDS, Bundle, Cell, Failure, Output, Text
from bipy.ui.mime.means import Means
from bipy.ui.mime.output import OutputLines
from bipy.ui.text.bars import Progress, progress
from bipy.ui.text.find import Needle
from bipy.ui.text.frames import Part, library_parts
from bipy.ui.text.highlight import Highlighter
from bipy.ui.text.output import Lines, TextLines, line_text
from bipy.ui.text.rows import Row, Run, printable, row_width, visible, wrap, wrap_words
from bipy.ui.text.sideways import Sideways
from bipy.ui.widgets.folds import Folds

# In a longer cell each line is highlighted alone, without the state of the lines above: 1,000 lines cost 60 ms.
LONGEST_HIGHLIGHTED = 1_000
# How long a cell took is told from so many seconds on.
TOLD_SECONDS = 2.0

# Bars are looked for in so many of the newest outputs of a cell, in so many lines or characters at the end of each.
OUTPUTS_LOOKED_AT, LINES_LOOKED_AT, TEXT_LOOKED_AT = 50, 8, 2_000

# The state of a cell -> the role and the word that are shown beside its code.
FATES: dict[str, tuple[str, str]] = {
    "queued": ("prompt.waiting", "queued"),
    "aborted": ("note", "aborted"),
    "interrupted": ("note", "interrupted"),
    "lost": ("output.error", "lost with the kernel"),
}


class Block:
    """A column of lines, some of which may be folded (see `folds`); text is wrapped or shown `sideways`."""

    def __init__(
        self,
        lines: Lines,
        folds_at: int = 0,
        is_done: Callable[[], bool] = lambda: False,
        parts: Sequence[Part] = (),
        late_parts: Callable[[], Sequence[Part]] | None = None,
        sideways: Sideways | None = None,
    ) -> None:
        self.lines = lines
        self._sideways = sideways or Sideways()
        self.folds = Folds(lambda: self.lines.count, folds_at, is_done, parts, late_parts)

    @property
    def count(self) -> int:
        """The number of lines now, folded or not."""
        return self.lines.count

    def turn_fold(self, line: int) -> bool:
        """Show what is folded at a line, or all that is; else fold; whether there is anything to fold."""
        return self.folds.turn(line, self.first)

    def rows(self, line: int, columns: int) -> Sequence[Row]:
        """The rows of one line that is shown."""
        folded = self.folds.around(line)
        if folded is not None:
            return wrap((("output.more", f"{folded.margin}\u25b8 {printable(folded.label)}"),), columns)
        if self._sideways.first is not None and self._is_wrapped:
            return self._sideways.rows(lambda width: self.lines.rows(line, width), columns)
        return self.lines.rows(line, columns)

    @property
    def _is_wrapped(self) -> bool:
        return isinstance(self.lines, _CodeLines) or (
            isinstance(self.lines, OutputLines | TextLines) and self.lines.is_wrapped
        )

    def text(self, line: int, columns: int) -> str:
        """The text of one line, without prompts, shown or not."""
        if isinstance(self.lines, OutputLines | _CodeLines):
            return self.lines.text(line, columns)
        return line_text(self.lines, line, columns)

    def lines_with(self, needle: Needle, columns: int, start: int = 0) -> Iterator[int]:
        """The numbers, from `start` on, of the lines in which `needle` stands, shown or not."""
        if isinstance(self.lines, OutputLines):
            return self.lines.lines_with(needle, columns, start)
        return (line for line in range(start, self.count) if needle.within(self.text(line, columns)))

    @property
    def first(self) -> int:
        """The first line that is more than a prompt."""
        return self.lines.first if isinstance(self.lines, OutputLines) else 0


class CellBlocks(Sequence[Block]):
    """The blocks of a cell: its code, each output, a blank row, which a remark may stand above.

    `highlighter` gives the one that code is coloured by now.  An output of more than `folds_at` lines folds (0: none),
    and the frames of libraries in a traceback do if `folds_frames`.  `sideways` is one for the whole session.
    """

    def __init__(
        self,
        cell: Cell,
        highlighter: Callable[[], Highlighter],
        means: Means,
        note_role: str,
        folds_at: int = 0,
        *,
        folds_frames: bool = True,
        sideways: Sideways | None = None,
    ) -> None:
        self._cell = cell
        self._sideways = sideways
        self._means = means
        self._folds_at = folds_at
        self._folds_frames = folds_frames
        depth = means.depth
        head: Lines
        if cell.origin == "note":
            head = TextLines(note_role, depth, wrap_words, cell.code)
        elif cell.origin == "background":
            head = _Heading(cell, depth) if cell.code else _NO_LINES
        else:
            head = _CodeLines(cell, highlighter)
        self._head = Block(head, sideways=sideways)
        self._outputs: dict[int, tuple[Output, Block]] = {}
        self._remark: tuple[str, Block] = ("", Block(_BLANK_LINE))
        self._nothing = Block(_NO_LINES)

    @property
    def means(self) -> Means:
        """What the screen can do; its number of colours never changes here."""
        return self._means

    @means.setter
    def means(self, means: Means) -> None:
        self._means = means
        for _, block in self._outputs.values():
            if isinstance(block.lines, OutputLines):
                block.lines.means = means

    def __len__(self) -> int:
        return 2 if self._cell.folded else len(self._cell.outputs) + 2

    @property
    def printed(self) -> Iterator[tuple[int, Block]]:
        """The code and the outputs, each with its number, also those of a cell that is folded."""
        yield 0, self._head
        for number, output in enumerate(self._cell.outputs, 1):
            yield number, self._output(number, output)

    def __getitem__(self, number: int) -> Block:  # type: ignore[override]
        outputs = [] if self._cell.folded else self._cell.outputs
        if number == 0:
            return self._head
        if number > len(outputs):
            return self._last() if outputs or self._head.count else self._nothing
        block = self._output(number, outputs[number - 1])
        block.folds.fold_if_long(self._means.rows)
        return block

    def progress(self) -> Progress | None:
        """How far the newest bars among the outputs are, those of a task first that is not done."""
        numbers = range(len(self._cell.outputs), 0, -1)[:OUTPUTS_LOOKED_AT]
        found = [each for number in reversed(numbers) if (each := self._progress(number)) is not None]
        return next((each for each in found if each.percent < 100), found[-1] if found else None)

    def _progress(self, number: int) -> Progress | None:
        output = self._cell.outputs[number - 1]
        if isinstance(output, Bundle) and output.widget is not None:
            from bipy.ui.mime import widgets

            return widgets.progress(output.widget)
        if isinstance(output, Bundle):
            text = output.data.get("text/plain") if isinstance(output.data, Mapping) else None
            return progress(text[-TEXT_LOOKED_AT:].split("\n")) if isinstance(text, str) else None
        lines = self._output(number, output).lines if isinstance(output, Text) else None
        return progress(lines.tail(LINES_LOOKED_AT)) if isinstance(lines, OutputLines) else None

    def _output(self, number: int, output: Output) -> Block:
        known = self._outputs.get(number)
        if known is None or known[0] is not output:
            lines = OutputLines(output, self._prompt(output), self._means)
            parts = library_parts(output.traceback) if self._folds_frames and isinstance(output, Failure) else ()
            # IPython prints the traceback of a group of exceptions, and sends none.
            is_printed = self._folds_frames and isinstance(output, Text) and output.name == "stderr"
            late_parts = lines.printed_parts if is_printed else None
            block = Block(lines, self._folds_at, lambda: self._cell.state in ENDS, parts, late_parts, self._sideways)
            known = self._outputs[number] = output, block
        return known[1]

    def _last(self) -> Block:
        """The blank row behind the cell, and the remark."""
        remark = self._cell.remark
        if remark != self._remark[0]:
            self._remark = remark, Block(_Remark(remark, self._means.depth) if remark else _BLANK_LINE)
        return self._remark[1]

    def _prompt(self, output: Output) -> Row:
        """The prompt in front of a result.  Some kernels give an output that is no result the number 0."""
        if not isinstance(output, Bundle) or not output.is_result or not output.execution_count:
            return ()
        role = "prompt.foreign" if self._cell.origin == "foreign" else "prompt.out"
        return ((role, f"Out[{output.execution_count}]: "),)


class _Heading:
    """The heading of a block of no cell, with a sign that says whether there is more below."""

    def __init__(self, cell: Cell, depth: int) -> None:
        self._cell = cell
        self._depth = depth
        self._text = ""
        self._lines = TextLines("note", depth)
        self.count = 1

    def rows(self, line: int, columns: int) -> Sequence[Row]:
        """The rows of the heading."""
        cell = self._cell
        sign = "\u25b8 " if cell.folded else "\u25be "
        text = sign + cell.code if cell.origin == "background" else cell.code
        if text != self._text:
            self._text, self._lines = text, TextLines("note", self._depth, wrap_words, text)
        return self._lines.rows(line, columns)


class _Remark:
    """A remark on a cell, and the blank row behind the cell."""

    def __init__(self, text: str, depth: int) -> None:
        self._lines = TextLines("note", depth, wrap_words, text)
        self.count = self._lines.count + 1

    def rows(self, line: int, columns: int) -> Sequence[Row]:
        """The rows of one line."""
        return self._lines.rows(line, columns) if line < self._lines.count else ((),)


class _CodeLines:
    """The code of a cell, highlighted, behind its prompt; a wrapped line goes on in the column where its code began."""

    def __init__(self, cell: Cell, highlighter: Callable[[], Highlighter]) -> None:
        self._cell = cell
        self._current = highlighter
        self._code = cell.code.rstrip("\n").split("\n")
        self._highlighter: Highlighter | None = None
        self._highlighted: list[Row] = []
        self._shown_for: object = None
        self._shown: dict[int, Sequence[Row]] = {}

    @property
    def count(self) -> int:
        """The number of lines."""
        return len(self._code)

    def rows(self, line: int, columns: int) -> Sequence[Row]:
        """The rows of one line."""
        shown_for = (columns, self._cell.state, self._cell.execution_count, self._current())
        if shown_for != self._shown_for:
            self._shown_for = shown_for
            self._shown.clear()
        rows = self._shown.get(line)
        if rows is None:
            rows = self._shown[line] = self._lay_out(line, columns)
        return rows

    def text(self, line: int, columns: int) -> str:  # noqa: ARG002
        """One line of the code."""
        return printable(self._code[line])

    def _lay_out(self, line: int, columns: int) -> Sequence[Row]:
        role, text = prompt(self._cell)
        if line:
            text = "...: ".rjust(len(text))
        rows: list[Row] = []
        before: Row = ((role, text),)
        if len(text) > columns // 2:
            # A prompt that leaves the code too little room has rows of its own, as in the input cell.
            rows, before, text = wrap(before, columns) if not line else [], (), ""
        code = wrap(self._row(line), columns - len(text))
        rows.append((*before, *code[0]))
        rows.extend(((None, " " * len(text)), *more) for more in code[1:])
        fate = None if line else _fate(self._cell)
        if fate is not None:
            room = columns - row_width(rows[0]) - row_width([fate])
            if room > 1:
                rows[0] = (*rows[0], (None, " " * room), fate)
            else:
                rows.extend(wrap([fate], columns))
        return rows

    def _row(self, line: int) -> Row:
        """The code of a line, highlighted."""
        highlighter = self._current()
        if len(self._code) > LONGEST_HIGHLIGHTED:
            return visible(highlighter.line(self._code[line], highlighter.start)[0])
        if highlighter is not self._highlighter:
            self._highlighter = highlighter
            self._highlighted = highlighter.block("\n".join(self._code))
        return visible(self._highlighted[line])


class _Repeated:
    """A block of empty lines."""

    def __init__(self, count: int) -> None:
        self.count = count

    def rows(self, line: int, columns: int) -> Sequence[Row]:  # noqa: ARG002
        """One empty row."""
        return ((),)


_NO_LINES = _Repeated(0)
_BLANK_LINE = _Repeated(1)


def _fate(cell: Cell) -> Run | None:
    """What is shown beside the code: how it ended, if not as usual, or how long it took, if that is worth a word."""
    if cell.state in FATES or cell.started is None or cell.ended is None:
        return FATES.get(cell.state)
    seconds = cell.ended - cell.started
    if seconds < TOLD_SECONDS:
        return None
    return "note", f"{seconds:.1f} s" if seconds < 60 else lasted(seconds)


def prompt(cell: Cell) -> Run:
    """The prompt in front of a cell's code."""
    number = "*" if cell.state not in ENDS else " " if cell.execution_count is None else cell.execution_count
    text = f"In [{number}]: "
    if cell.origin == "foreign":
        return "prompt.foreign", f"[remote] {text}"
    return "prompt.waiting" if cell.state == "queued" else "prompt.in", text

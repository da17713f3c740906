"""Reads code for what stands open in it: `scan` for Python, `lexed` for everything that pygments knows.

Both answer in the same words, frames and marks, so that nobody above has to ask which language it is.  Tolerant: code
being typed is unfinished by nature.  An unclosed string ends with its line, a closing bracket that closes nothing is
passed over, and a line that can only begin a statement closes the brackets above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Frame = tuple[str, int]
"""What stands open, and the offset where it began.  "(", "[", "{": a bracket; "f{" a replacement field, "f:" its format
spec; "%%" the body of a cell magic; anything else is the delimiter of a string, after an "f" when it is formatted."""

Mark = tuple[int, str]
"""A place in the code: a bracket, quote, "," ":" or "lambda"; "#" a comment, "!" and "%" a line that is a shell's or a
magic's, "?" a line that asks for help, each up to the end of the line; "\\n" the end of a line."""

PYTHON = frozenset({"", "python", "python2", "python3", "py", "py3", "ipython", "ipython2", "ipython3"})
"""Names under which Python goes; no name at all is taken for it too."""

PYTHON_CELLS = frozenset(
    [
        "capture",
        "cython",
        "debug",
        "lprun",
        "memit",
        "mprun",
        "prun",
        "px",
        "pypy",
        "python",
        "python3",
        "time",
        "timeit",
    ]
)
"""Cell magics whose body is Python."""

WINDOW = 1_200
"""How many characters before the cursor a pygments lexer is given: it takes up to 2 ms for them."""

DEEPEST = 100
"""How deep brackets are told apart; nobody types deeper ones, and what stands open is kept for every line."""

CLOSES = {")": ("(",), "]": ("[",), "}": ("{", "f{")}

_CODE = re.compile(r"\"\"\"|'''|[\"'#()\[\]{}]")
_FIELD = re.compile(r"\"\"\"|'''|[\"'#()\[\]{}:]")
_SEPARATORS = re.compile(r"\"\"\"|'''|[\"'#()\[\]{},:]|\blambda\b")
_SPEC = re.compile(r"\"\"\"|'''|[\"'{}]")
_INSIDE = {
    '"': re.compile(r'\\.|"', re.S),
    "'": re.compile(r"\\.|'", re.S),
    '"""': re.compile(r'\\.|"""', re.S),
    "'''": re.compile(r"\\.|'''", re.S),
    'f"': re.compile(r'\\.|\{\{|["{]', re.S),
    "f'": re.compile(r"\\.|\{\{|['{]", re.S),
    'f"""': re.compile(r'\\.|\{\{|"""|\{', re.S),
    "f'''": re.compile(r"\\.|\{\{|'''|\{", re.S),
}
_BRACKETS = ("(", "[", "{")
_STATEMENT = re.compile(
    r"[ \t]*(?:(?:def|class|import|return|while|with|try|raise|del|assert|global|nonlocal|pass|break|continue|except"
    r"|finally|elif)\b(?![ \t]*[=.,()\[\]}])|async[ \t]+def\b)"
)
_MAGIC = re.compile(r"[ \t]*(?:[\w.,\[\]][\w.,\[\] \t]*=[ \t]*)?(%%(?=\S)|%(?=[A-Za-z_])|!(?!=)|\?(?=\S))(\w*)")


def is_string(kind: str) -> bool:
    """Whether a frame of this kind is the inside of a string."""
    return kind in _INSIDE or kind == "f:"


def scan(code: str, start: int, end: int, stack: list[Frame], *, separators: bool = False) -> Iterator[Mark]:
    """Read [start, end) of Python `code`, keep `stack` up to date, and yield every mark, `stack` being as behind it.

    `start` is the start of a line, or a place inside the frames that `stack` holds.  "," ":" and "lambda" are marked
    only when `separators` are asked for.
    """
    pattern = _SEPARATORS if separators else _CODE
    begin = start
    while begin <= end:
        stop = code.find("\n", begin, end)
        last = stop < 0
        stop = end if last else stop
        special = ""
        if begin == 0 or code[begin - 1] == "\n":
            special = _begin_line(code, begin, stop, stack)
            if special:
                yield begin, special
        if special != "!":
            yield from _line(code, begin, stop, stack, pattern)
        if last:
            return
        if special:
            stack.clear()
        elif stack:
            _end_line(code, stop, stack)
        if special == "%%":
            stack.append(("%%", begin))
        yield stop, "\n"
        begin = stop + 1


def _begin_line(code: str, begin: int, end: int, stack: list[Frame]) -> str:
    """See whether the line is one of IPython's own; a line that can only begin a statement closes all brackets."""
    if stack:
        if stack[-1][0] in _BRACKETS and _STATEMENT.match(code, begin, end) and not any(is_string(k) for k, _ in stack):
            stack.clear()
        return ""
    match = _MAGIC.match(code, begin, end)
    if match is None or code[begin - 2 : begin] == "\\\n":
        return ""
    sign, name = match.groups()
    if sign == "%%":
        first = begin == 0 or not code[:begin].strip()
        return "%%" if first and name not in PYTHON_CELLS else "%"
    return str(sign)


def _line(code: str, position: int, end: int, stack: list[Frame], pattern: re.Pattern[str]) -> Iterator[Mark]:
    """Read what stands on one line, its end excluded."""
    while position < end:
        top = stack[-1][0] if stack else ""
        if top == "%%":
            return
        inside = _INSIDE.get(top) or (_SPEC if top == "f:" else None)
        match = (inside or (_FIELD if top == "f{" else pattern)).search(code, position, end)
        if match is None:
            return
        text, offset, position = match.group(), match.start(), match.end()
        if inside:
            _read_string(text, offset, stack)
        elif text == "#":
            yield offset, text
            return
        elif text in _BRACKETS:
            if len(stack) < DEEPEST:
                stack.append((text, offset))
        elif text in CLOSES:
            _close(text, stack)
        elif text[0] in "\"'":
            stack.append((text if not _is_formatted(code, offset) else "f" + text, offset))
        elif text == ":" and top == "f{":
            stack[-1] = ("f:", stack[-1][1])
        yield offset, text


def _read_string(text: str, offset: int, stack: list[Frame]) -> None:
    """Take one step inside a string or a format spec."""
    top = stack[-1][0]
    if text == "{":
        if len(stack) < DEEPEST:
            stack.append(("f{", offset))
    elif top == "f:":
        if text == "}":
            stack.pop()
        elif len(stack) > 1 and stack[-2][0] == "f" + text:
            del stack[-2:]
    elif text[0] != "\\" and text != "{{":
        stack.pop()


def _close(text: str, stack: list[Frame]) -> None:
    """Close the innermost bracket of this shape, and what was left open in it; never one outside of the string."""
    for index in range(len(stack) - 1, -1, -1):
        if stack[index][0] in CLOSES[text]:
            del stack[index:]
            return
        if is_string(stack[index][0]):
            return


def _end_line(code: str, end: int, stack: list[Frame]) -> None:
    """A string in single quotes ends with its line unless a backslash stands there, and what is open in it too."""
    for index, (kind, _) in enumerate(stack):
        if kind in ('"', "'", 'f"', "f'"):
            if code[end - 1] != "\\":
                del stack[index:]
            return


def _is_formatted(code: str, quote: int) -> bool:
    """Whether the letters in front of a quote make it an f-string (or a t-string)."""
    start = quote
    while start > 0 and quote - start < 2 and code[start - 1] in "fFrRtTbBuU":
        start -= 1
    prefix = code[start:quote].lower()
    if not ("f" in prefix or "t" in prefix):
        return False
    return start == 0 or not (code[start - 1].isalnum() or code[start - 1] == "_")


def lexed(code: str, offset: int, language: str, *, start: int | None = None) -> tuple[list[Mark], list[Frame], str]:
    """The marks before `offset`, what stands open there, and "string", "comment" or "": for a language pygments knows.

    Reads from `start`, else from the last empty line within `WINDOW` characters.  An unknown language has brackets,
    and strings in double quotes.
    """
    if start is None:
        floor = max(0, offset - WINDOW)
        start = max(floor, code.rfind("\n\n", floor, offset) + 2 if "\n\n" in code[floor:offset] else floor)
    marks: list[Mark] = []
    stack: list[Frame] = []
    state = ""
    for index, inside, text in _lexer_tokens(code[start:offset], language):
        state = inside if inside != "literal" else ""
        if state == "string":
            stack.append(('"', start + index))
        if inside:
            continue
        for match in re.finditer(r"[()\[\]{},:;\n]", text):
            mark = (start + index + match.start(), match.group())
            if mark[1] in _BRACKETS:
                stack.append((mark[1], mark[0]))
            elif mark[1] in CLOSES:
                _close(mark[1], stack)
            # A separator belongs to whoever stands outside of all the brackets opened since `start`.
            if not stack or mark[1] in "()[]{}":
                marks.append(mark)
    return marks, stack, state


def _lexer_tokens(text: str, language: str) -> Iterator[tuple[int, str, str]]:
    """(offset, what, text) for each piece: "" code, "string" and "comment" up to the end, "literal" when closed."""
    # 30 ms, and only for kernels that are not Python's.
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        lexer = get_lexer_by_name("text", stripnl=False, ensurenl=False)
    opened = -1
    quote = ""
    for index, kind, piece in lexer.get_tokens_unprocessed(text):
        last = index + len(piece) == len(text)
        # Lexers mark a quote without its pair in one of three ways; the string is unclosed up to the end of its line.
        if piece in ('"', "'", "`") and kind[:1] in (("Error",), ("Text",)) and "\n" not in text[index:]:
            yield index, "string", text[index:]
            return
        if quote and kind[:1] == ("Error",) and "\n" not in text[opened:]:
            yield opened, "string", text[opened:]
            return
        if kind[:2] == ("Literal", "String"):
            opened = index if not quote and opened < 0 else opened
            quote = piece if piece in ('"', "'") and opened == index else ""
            closed = index + len(piece) - opened > 1 and piece[-1:] in "\"'`])}"
            yield index, "string" if last and not closed else "literal", piece
            continue
        opened, quote = -1, ""
        if kind[:1] == ("Comment",):
            yield index, "comment" if last and not piece.endswith("\n") else "literal", piece
        else:
            yield index, "", piece

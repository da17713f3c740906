"""What is known of each kernel implementation: one row each, and the default row for all others.

The protocol leaves much open, and what a kernel says of itself proves little: every kernel that is built on ipykernel's
`Kernel` class advertises subshells, and some lose the user's output when they are used.  So each row holds what was
measured on the real kernel, and `UNKNOWN` what is safe with any.  `of` finds the row by the implementation that
kernel_info_reply names.  docs/reference/implementations.rst is made from the rows.

Rows are plain values, so that importing them costs nothing.  Here lives no behaviour: a module that treats two
implementations differently reads a field of the row.  How a kernelspec is started is the business of `kernel`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from bipy.messaging.events import KernelInfo
from bipy.value import Value


class Implementation(Value):
    """How one implementation behaves.  The defaults hold for kernels that were not measured.

    `title` names it to people, `measured` says which of its versions were tried.

    `while_busy` is the channel, other than shell, that answers complete_request and inspect_request while a cell runs;
    None: there is none.  One request at a time: an interrupt_request behind it waits.  `subshells`: the subshells that
    the kernel advertises answer while a cell runs and lose none of its output.

    `interrupt` is how a kernel of bipy's own is interrupted: by SIGINT to its process group ("signal"), by an
    interrupt_request ("message"), or as its kernelspec says ("").  `wake`: after an interrupt a shell message must
    follow, or a cell that waits in the kernel's event loop does not notice.

    `utf16`: cursor_pos, cursor_start and cursor_end count UTF-16 code units, although the protocol's version says code
    points.

    `completed` and `inspected` are codes to ask about, at their end, when nothing else is to be done, because the first
    answers take long; "": none.

    `lexer` is the pygments lexer for its input, where the kernel names none that pygments has; "": as the kernel says.

    `resize` is an expression, to be filled in with `columns` and `lines` by `str.format`, that tells a running kernel
    of the terminal's size and leaves no name behind; "": there is none.

    `value` is an expression of the value that the cell with a `number` has shown, to be filled in by `str.format`, in a
    Python kernel that evaluates expressions; "": there is none.  `evaluates_beside`: it does so while a cell runs, too,
    wherever it answers then; else on shell only.

    `figures` is a name that is there while the kernel sends the figures of a cell, and closes them, as soon as it has
    executed anything, an expression for someone else included; "": it does not.

    `without_jedi` is the line that a user can enter to make completion quick, where the completer may be jedi.

    `note` is for the reference page: what a user of this kernel may notice.
    """

    title: str = ""
    measured: str = ""
    while_busy: Literal["control"] | None = None
    subshells: bool = False
    interrupt: Literal["", "signal", "message"] = ""
    wake: bool = False
    utf16: bool = False
    completed: str = ""
    inspected: str = ""
    lexer: str = ""
    resize: str = ""
    value: str = ""
    evaluates_beside: bool = False
    figures: str = ""
    without_jedi: str = ""
    note: str = ""


UNKNOWN: Final = Implementation()

# IPython and pandas read the first two, rich the others.
_RESIZE: Final = (
    "__import__('os').environ.update("
    "COLUMNS='{columns}', LINES='{lines}', JUPYTER_COLUMNS='{columns}', JUPYTER_LINES='{lines}')"
)
# Read where the user can't have taken the name.
_VALUE: Final = "__import__('IPython').get_ipython().user_ns.get('_oh', {{}}).get({number})"
_WITHOUT_JEDI: Final = "%config Completer.use_jedi = False"
_TSLAB: Final = Implementation("tslab", "1.0", utf16=True)  # it claims protocol 5.3

# By the implementation of kernel_info_reply in lower case.
IMPLEMENTATIONS: Final[Mapping[str, Implementation]] = {
    "ipython": Implementation(
        "ipykernel",
        "IPython 1.2, 2.4 and 3.2, ipykernel 4.10, 5.5, 6.31, 7.0 and 7.4",
        # 3 to 24 ms, in a thread of its own.  ipykernel 4 and 5 answer only when the cell is done.
        while_busy="control",
        # As quick, and an interrupt does not wait behind it.  The output of threads and subprocesses of the running
        # cell names the request as its parent then, but is not lost.
        subshells=True,
        wake=True,
        # The first completion takes 16 ms (2 s with jedi), the first inspection 60.
        completed="os.path.j",
        inspected="len",
        lexer="ipython3",  # IPython 1 and 2 name none
        resize=_RESIZE,
        value=_VALUE,
        evaluates_beside=True,
        # matplotlib's inline backend has what is restored when it is given up.
        figures="get_ipython.__self__._saved_rcParams",
        without_jedi=_WITHOUT_JEDI,
        note="Before version 6 it answers no question while a cell runs; bipy notices that within a second.",
    ),
    "xeus-python": Implementation(
        "xeus-python",
        "0.19",
        while_busy="control",
        interrupt="message",  # SIGINT ends it
        value=_VALUE,  # on control that fails: no event loop runs there
        # The first completion takes 1 s and more: it has jedi.
        completed="os.path.j",
        inspected="len",
        resize=_RESIZE,
        without_jedi=_WITHOUT_JEDI,
        note="It answers an interrupt, but goes on with the cell: only a restart ends that. The rows of a table are "
        "asked for while no cell runs, and a cell waits for a sort that was asked for.",
    ),
    "xonsh": Implementation("xonsh", "0.25", while_busy="control", lexer="python"),
    # Its interpreter is not reentrant: a completion on control, or in a subshell, ended the running cell unseen.
    "scheme": Implementation("Calysto Scheme", "2.1"),
    # A completion in a subshell swallowed the output of the running cell, one on control made the kernel deaf.
    "bash_kernel": Implementation("bash_kernel", "0.10"),
    # An inspection on control printed into the running cell, and repeated its output.
    "octave kernel": Implementation("Octave", "1.1"),
    "irkernel": Implementation(
        "IRkernel",
        "1.3",
        note="It evaluates no expressions, so of a table there are only the rows that it has sent, 60 of them: "
        "``options(repr.matrix.max.rows = 1000, repr.matrix.max.cols = 100)`` has it send more.",
    ),
    "deno kernel": Implementation("Deno", "2.9", interrupt="message"),  # SIGINT ends it, and its kernelspec is silent
    "ilua": Implementation(
        "ILua", "0.2", interrupt="message", note="It answers an interrupt, but the cell never ends."
    ),
    "tslab": _TSLAB,
    "jslab": _TSLAB,
}


def of(info: KernelInfo | None) -> Implementation:
    """The row of the kernel that has introduced itself with `info`, if it has."""
    return UNKNOWN if info is None else IMPLEMENTATIONS.get(info.implementation.lower(), UNKNOWN)


def has_subshells(info: KernelInfo) -> bool:
    """Whether a subshell may be asked for: the kernel advertises them, and its implementation is known to have them."""
    return of(info).subshells and "kernel subshells" in info.supported_features

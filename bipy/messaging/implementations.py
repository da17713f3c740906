"""What is known of each kernel implementation: one row each, and the default row for all others.

The protocol leaves much open, and what a kernel says of itself proves little: every kernel that is built on ipykernel's
`Kernel` class advertises subshells, and some lose the user's output when they are used.  So each row holds what was
measured on the real kernel, and `UNKNOWN` what is safe with any.  `of` finds the row by the implementation that
kernel_info_reply names.

Rows are plain values, so that importing them costs nothing.  Here lives no behaviour: a module that treats two
implementations differently reads a field of the row.  Which kernelspec is started how is the business of `kernel`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from bipy.messaging.events import KernelInfo
from bipy.value import Value


class Implementation(Value):
    """How one implementation behaves.  The defaults hold for kernels that were not measured.

    `title` names it to people.

    `while_busy` is the channel, other than shell, that answers complete_request and inspect_request while a cell runs;
    None: there is none.  One request at a time: an interrupt_request behind it waits.  `subshells`: the subshells that
    the kernel advertises work and leave the output of the running cell alone.

    `interrupt` is how a kernel of bipy's own is interrupted: by SIGINT to its process group ("signal"), by an
    interrupt_request ("message"), or as its kernelspec says ("").  `wake`: after an interrupt a shell message must
    follow, or a cell that waits in its event loop does not notice.

    `utf16`: cursor_pos, cursor_start and cursor_end count UTF-16 code units, although the protocol's version says code
    points.

    `completed` and `inspected` are codes to ask about, at their end, when nothing else is to be done, because the first
    answers take long; "": none.

    `lexer` is the pygments lexer for its input, where the kernel's own word does not tell all; "": as the kernel says.

    `resize` is an expression, to be filled in with `columns` and `lines` by `str.format`, that tells a running kernel
    of the terminal's size and leaves no name behind; "": there is none.

    `without_jedi` is what a user enters to make completion quick, where the completer may be jedi.
    """

    title: str = ""
    while_busy: Literal["control"] | None = None
    subshells: bool = False
    interrupt: Literal["", "signal", "message"] = ""
    wake: bool = False
    utf16: bool = False
    completed: str = ""
    inspected: str = ""
    lexer: str = ""
    resize: str = ""
    without_jedi: str = ""


UNKNOWN: Final = Implementation()

_IPYTHON: Final = Implementation(
    "ipykernel",
    # ipykernel 6 and 7 answer there in a thread of its own, 4 and 5 only when the cell is done.
    while_busy="control",
    subshells=True,
    wake=True,
    # A cold ipykernel takes 16 ms for its first completion (2 s with jedi) and 60 for its first inspection.
    completed="os.path.j",
    inspected="len",
    lexer="ipython3",
    resize="__import__('os').environ.update(COLUMNS='{columns}', JUPYTER_COLUMNS='{columns}', LINES='{lines}')",
    without_jedi="%config Completer.use_jedi = False",
)
_TSLAB: Final = Implementation("tslab", utf16=True)  # it claims protocol 5.3

# By the implementation of kernel_info_reply in lower case.
IMPLEMENTATIONS: Final[Mapping[str, Implementation]] = {
    "ipython": _IPYTHON,
    "xeus-python": Implementation("xeus-python", while_busy="control", interrupt="message"),
    "deno kernel": Implementation("Deno", interrupt="message"),
    "ilua": Implementation("ILua", interrupt="message"),
    "tslab": _TSLAB,
    "jslab": _TSLAB,
}


def of(info: KernelInfo | None) -> Implementation:
    """The row of the kernel that has introduced itself with `info`, if it has."""
    return UNKNOWN if info is None else IMPLEMENTATIONS.get(info.implementation.lower(), UNKNOWN)


def has_subshells(info: KernelInfo) -> bool:
    """Whether a subshell may be asked for: the kernel advertises them, and its implementation is known to have them."""
    return of(info).subshells and "kernel subshells" in info.supported_features

"""The events of the user and of the machine, as values.  `Session.update` takes them.

The events of the kernel are those of `messaging.events`.
"""

from __future__ import annotations

from bipy.inspection.values import Document
from bipy.messaging.message import Request
from bipy.value import Value


class Opened(Value):
    """There are channels to a kernel process that has not been talked to: the session may begin."""


class Edited(Value):
    """The code in the input cell, or the cursor, moved.  `pasted`: as one block, which asks nothing."""

    document: Document
    pasted: bool = False


class Chosen(Value):
    """A candidate was put into the code, which now reads `document`."""

    document: Document


class DocsAsked(Value):
    """The user asks for what stands at the cursor, or for `name`; `detail_level` 1 for its source."""

    document: Document
    detail_level: int = 0
    name: str = ""


class Entered(Value):
    """Enter: run `code` if it is complete, else it goes on."""

    code: str


class Forced(Value):
    """Run `code`, complete or not."""

    code: str


class Answered(Value):
    """The user answered input(); None is end of file."""

    value: str | None


class InterruptAsked(Value):
    """Ctrl-C while something runs."""


class RestartAsked(Value):
    """The user wants a fresh kernel."""


class LeaveAsked(Value):
    """The user wants to leave; twice, when a cell of our own kernel would end with it."""


class TakenBack(Value):
    """The user takes the last queued cell back."""


class Died(Value):
    """The kernel is gone: why, for people."""

    reason: str


class Beating(Value):
    """The heart of a kernel that was thought dead beats again."""


class Elapsed(Value):
    """The time of a `Later` is up.  `what` is its name, `request` what it was about."""

    what: str
    request: Request | None = None

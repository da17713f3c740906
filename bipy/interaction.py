"""What passes between the session and the edge, as values.

Events tell the session what the user or the machine did; effects are what the session asks the edge to do.  What the
kernel did are the events of `messaging.events`.  Nothing here acts.
"""

from __future__ import annotations

from bipy.inspection.values import Document, Edit
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


class Effect(Value):
    """What all effects share."""


class Send(Effect):
    """Send a request to the kernel."""

    request: Request


class Later(Effect):
    """Hand `event` back after `seconds`."""

    seconds: float
    event: Elapsed


class Accepted(Effect):
    """The code that was entered first, and awaited its verdict, is a cell now."""


class Refused(Effect):
    """The code that was entered first is not complete: it goes on with a new line behind `indent`."""

    indent: str


class Complete(Effect):
    """Make the edit that Tab asked for before anybody knew it; `Chosen` tells that it has been made."""

    edit: Edit


class SetInput(Effect):
    """Put `text` into the input cell (set_next_input, a cell taken back)."""

    text: str


class Page(Effect):
    """Show a text with SGR sequences in the pager."""

    text: str


class Ask(Effect):
    """Put a prompt in the place of the input cell (input(), getpass())."""

    prompt: str
    password: bool = False


class EndAsk(Effect):
    """The prompt is answered, or nobody waits for an answer any more."""


class Interrupt(Effect):
    """Interrupt the kernel, by the way that suits it."""

    implementation: str = ""


class Restart(Effect):
    """End the kernel and start it anew; `Opened` tells when there are channels to it."""


class Tell(Effect):
    """Say `text` in the status bar until the next key."""

    text: str


class Suspend(Effect):
    """Give the terminal back to the shell for a while."""


class Redraw(Effect):
    """Draw the whole screen anew."""


class Exit(Effect):
    """Leave.  A kernel of our own ends, another's goes on."""

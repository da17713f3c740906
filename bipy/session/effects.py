"""What the session asks of the edge, as values.  `Session.update` returns them; the host performs them in order.

Nothing here acts, and nothing here waits.
"""

from __future__ import annotations

from typing import Literal

from bipy.inspection.values import Edit
from bipy.messaging.message import Request
from bipy.session.debugging import Debugger
from bipy.session.events import Elapsed
from bipy.session.records import Record
from bipy.session.tables import Answer
from bipy.value import Value

Program = Literal["pager", "editor", "viewer", "table"]
Kind = Literal["done", "failed", "input", "died"]


class Effect(Value):
    """What all effects share."""


class Send(Effect):
    """Send a request to the kernel."""

    request: Request


class Later(Effect):
    """Hand `event` back after `seconds`."""

    seconds: float
    event: Elapsed


class GoOn(Effect):
    """`code` was entered and is not complete: it goes back into the input cell, as if Enter had broken its line.

    The line is broken at `cursor`, the new one begins with `indent`, and what has been typed since follows there.
    """

    code: str
    cursor: int
    indent: str


class PutBack(Effect):
    """`code` was entered and is taken back: it stands in the input cell as it did, with the cursor at `cursor`."""

    code: str
    cursor: int


class Complete(Effect):
    """Put a match into the input cell; the event `Chosen` tells that it has been done."""

    edit: Edit


class SetInput(Effect):
    """Put `text` into the input cell (set_next_input, a cell taken back)."""

    text: str


class ShowEntry(Effect):
    """Put an entry of the history into the input, where it is walked on from."""

    text: str


class Page(Effect):
    """Show a text with SGR sequences in the pager."""

    text: str


class Ask(Effect):
    """Put a prompt in the place of the input cell (input(), getpass()), with `text` already typed.

    `debugger` is the one that asks, if it is one.
    """

    prompt: str
    password: bool = False
    text: str = ""
    debugger: Debugger | None = None


class EndAsk(Effect):
    """The prompt is answered, or the kernel waits for no answer any more."""


class Interrupt(Effect):
    """Interrupt the kernel, by the way that suits it."""


class Restart(Effect):
    """End the kernel and start it anew; `Opened` tells when there are channels to it."""


class Tell(Effect):
    """Say `text` in the status bar until the next key."""

    text: str


class Suspend(Effect):
    """Give the terminal back to the shell for a while."""


class PrintSession(Effect):
    """Print the session so far into the terminal's own scrollback, and go on."""


class Redraw(Effect):
    """Draw the whole screen anew."""


class EditOutside(Effect):
    """Have `text` edited in the user's editor, as a file whose name ends with `suffix`; the input cell gets it back."""

    text: str
    suffix: str = ""


class AnswerTable(Effect):
    """Hand an answer to the pane of the table that has asked."""

    answer: Answer


class EditFile(Effect):
    """Have the file `path` of the kernel's edited at a line (0: anywhere) in the user's editor, then run it (%edit).

    Where the kernel names a cell so, there is no such file, and `code` is what is edited.
    """

    path: str
    line: int
    code: str | None = None


class ShowOutside(Effect):
    """Show a copy of an output, a file whose name ends with `suffix`, by a program of the user's."""

    content: bytes
    suffix: str
    by: Program


class ShowPicture(Effect):
    """Show a picture, in base64, on the whole screen, until a key is pressed."""

    data: str
    mime: str


class Save(Effect):
    """Save an output to a file with this name and suffix in the current folder."""

    content: bytes
    name: str
    suffix: str


class Visit(Effect):
    """Open the file `path` at a line in the user's editor."""

    path: str
    line: int


class Keep(Effect):
    """Keep an entry of the history for later sessions, unless another client ran it; `Kept` comes back.

    Where and when it was entered is the edge's to say.
    """

    record: Record


class Erase(Effect):
    """Forget an entry of the history in earlier sessions too."""

    code: str


class Preview(Effect):
    """Show what the screen looks like with a value of a setting; without an `option` as it is set."""

    option: str = ""
    value: object = None


class RecallOthers(Effect):
    """Read what other sessions have kept meanwhile; it comes as the event `OthersRead`."""


class Configure(Effect):
    """Change a setting by its name, to a value as the configuration file has it; and `keep` it there."""

    name: str
    value: object
    keep: bool = False


class Copy(Effect):
    """Put `text` into the clipboard; `what` says for people what it is."""

    text: str
    what: str = ""


class Detach(Effect):
    """Let the terminal go, and go on without one; `Detached` tells when it is gone."""


class Notify(Effect):
    """Something has happened that the user may want to hear of, who has no terminal (`away`), or looks elsewhere.

    `kind`: a cell that took long is "done", a cell has "failed", "input" is waited for, the kernel has "died".  The
    cell that it concerns has the number `execution_count` (None: none, or no cell), begins with the line `code`, and
    has taken so many `seconds`.  `detail` is the error, the prompt, or how the kernel died.  All texts are one line
    each, safe and of a bounded length.
    """

    kind: Kind
    execution_count: int | None
    code: str
    seconds: float
    detail: str = ""
    away: bool = True


class Exit(Effect):
    """Leave.  A kernel of our own ends, unless the user has asked to keep it; another's goes on."""

    keep_kernel: bool = False

"""What bipy says in the transcript in words of its own: texts, and nothing that decides when.

Each says what happened and, where something can be done, what.
"""

from __future__ import annotations

from bipy.messaging.events import Dropped, InputRequest, Parent

# Of the prompt of a request that is shown folded so many characters.
PROMPT_SHOWN = 60

ANSWERS_AGAIN = "The kernel answers again."
RESTARTING = "The kernel is being restarted."
UNSTEADY = "The kernel's messages name ever other sessions, so bipy cannot tell when it is restarted."
RESTARTED = "The kernel was restarted: its variables are gone."
NOT_OURS = "This kernel is not bipy's own, so bipy does not restart it."
NO_INTERRUPT = "The kernel does not answer the interrupt: it may not know such requests."
REFUSED = (
    "The kernel takes no more messages, so that was not sent: it hangs, or its connection is stuck. If it stays so, "
    "restart the kernel, or leave and attach to it again."
)
IOPUB_SILENT = "Nothing comes on iopub: outputs can't be shown. Is the iopub port of the connection file within reach?"
VARIABLES_WOULD_GO = "A restart forgets all variables: once more restarts"
STARTS_ALREADY = "The kernel is being started: a restart would be for one that does not come up"
CELLS_WOULD_END = "Once more ends unfinished cells"
KERNEL_WOULD_END = "Once more ends the kernel"
WOULD_LEAVE = "Once more leaves"
# What else can be done with what would end, where the session can be come back to.
KEPT = {CELLS_WOULD_END: "keeps them", KERNEL_WOULD_END: "keeps it", WOULD_LEAVE: "keeps the session"}
NOT_LEFT = "bipy has not left: the cell before exit has failed"
INTERRUPT_BEHIND_INSPECTION = "The interrupt waits for the kernel to answer a completion"
INTERRUPT_WAITS = "The interrupt waits for the cell to begin: Ctrl-C sends it now"
LOOKED = "Printed while bipy looked at names that you typed, or by a thread"
UNSEEN = "Printed for other clients, by requests that bipy has not seen begin"
UNANSWERED = (
    "The kernel lives, but has not answered on shell. Either it is busy, and what you enter waits for it; or the key "
    "or the ports in the connection file are wrong."
)
LEAVES_LATER = "bipy leaves when the cells before this one have run"


def leaving(loss: str, *, detachable: bool) -> str:
    """What leaving would do, and how to leave without that; short enough for 60 columns."""
    return f"{loss}, Ctrl-X d {KEPT[loss]}" if detachable else loss


def dropped(event: Dropped, *, introduced: bool) -> str:
    """Messages were thrown away; `introduced` when the kernel has been heard with the right signature before."""
    signature = event.reason == "signature"
    what = "whose signature is wrong" if signature else "that are no Jupyter messages"
    note = f"Something sends messages on {event.channel} {what}; bipy drops and counts them."
    if signature and not introduced:
        note += " If it is the kernel, the key in the connection file is not its own."
    return note


def asks(request: InputRequest) -> str:
    """A line is asked for, which the user has not opened."""
    return f"{_who(request.parent)} asks for {_what(request)}"


def asked(request: InputRequest) -> str:
    """A line was asked for, and the prompt is open, or the kernel does not wait for it any more."""
    return f"{_who(request.parent)} asked for {_what(request)}"


def _what(request: InputRequest) -> str:
    prompt = " ".join(request.prompt.split())[:PROMPT_SHOWN]
    kind = "a password" if request.password else "a line"
    return f"{kind}: {prompt}" if prompt else kind


def _who(parent: Parent) -> str:
    if not parent.msg_id:
        return "The kernel"
    if parent.own:
        return f"A cell ({parent.msg_id})" if parent.msg_type == "execute_request" else f"bipy's own {parent.msg_type}"
    return f"Another client's {parent.msg_type or 'request'} ({parent.msg_id})"

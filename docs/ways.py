"""The ways of the data through the house: which function leads to which, as trees that are held against the source.

A line of `WAYS` stands under the function that leads to it: the upper function names the lower one.  `by EDGE` says
what leads there otherwise: a value that a function above makes and the lower one takes (`by Edited`), or a name under
which the lower function was handed over (`by tell=`).  The private functions of a module are looked through.  `broken`
tells which lines do not hold.  The words beside a function are the first sentence of its docstring.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from docs.rooms import modules, room

WAYS = """
A start
    __main__.main
        front.main
            front.Front.run
                lending.protocol.Line.send
    starting.outcome
        kernel.kernelspec.default
        kernel.handle.OwnKernel
        kernel.existing.attach
        host.Host
            session.session.Session
            workspace.Member
            ui.interface.Interface
            kernel.link.Link
                kernel.zmq_channels.ZmqChannels
            ui.keys.keyboard.Keyboard
            lending.tenancy.Tenancy
            terminal.display.Display
        host.Host.run
            kernel.link.Link.open
                workspace.Member.heard by tell=
                    session.session.Session.update by Opened
                        session.lifecycle.Lifecycle.open

A keystroke
    terminal.screen.Screen.parse_input
    host.Host.press
        ui.keys.keyboard.Keyboard.press
            ui.keys.dispatch.Dispatcher.press
            ui.widgets.editor.Editor.keypress
            ui.interface.Interface.edited
                workspace.Member.dispatch
                    session.session.Session.update by Edited
                        inspection.inspector.Inspector.edited
                    kernel.link.Link.send by Send
                        messaging.client.Client.request
                        kernel.zmq_channels.ZmqChannels.send

A message
    kernel.link.Link._arrived
        kernel.zmq_channels.ZmqChannels.drain
        messaging.client.Client.receive
            messaging.wire.Wire.decode
            messaging.protocol4.incoming
            messaging.decode.event
        workspace.Member.heard by tell=
            workspace.Member.dispatch
                session.session.Session.update
                    session.lifecycle.Lifecycle.heard
                    session.attribution.Attribution.output
                        session.attribution.Attribution.cell_for
                        session.output_models.OutputModels.capturing
                        session.output_models.OutputModels.put
                            session.transcript.Transcript.stream

Running a cell
    ui.keys.actions.Actions.run
        session.session.Session.update by Entered
            session.submission.Submission.enter
                messaging.message.is_complete_request
            session.submission.Submission.replied
                ui.interface.Interface.perform by GoOn
            session.execution.Execution.enqueue
            session.execution.Execution.send_next
                session.execution.Run
                    messaging.message.execute_request
    session.session.Session.update
        session.execution.Execution.began
        session.attribution.Attribution.output
        session.execution.Execution.replied
        session.execution.Execution.status

input()
    session.session.Session.update
        session.stdin.Stdin.asked
            ui.interface.Interface.perform by Ask
    ui.keys.actions.Actions.answer
        session.session.Session.update by Answered
            session.stdin.Stdin.answered
                messaging.message.input_reply

An interrupt
    ui.keys.actions.Actions.interrupt
        session.session.Session.update by InterruptAsked
            session.execution.Execution.interrupted
            session.interrupting.Interrupts.asked
                workspace.Member.dispatch by Interrupt
                    kernel.link.Link.interrupt
                        kernel.handle.OwnKernel.interrupt

A restart
    ui.keys.actions.Actions.restart
        session.session.Session.update by RestartAsked
            session.quitting.Quitting.restart
            session.lifecycle.Lifecycle.restart
            workspace.Member.dispatch by Restart
                kernel.link.Link.restart
                    kernel.handle.OwnKernel.start
                    workspace.Member.heard by tell=
                        session.session.Session.update by Opened
                            session.lifecycle.Lifecycle.open

Leaving
    ui.keys.actions.Actions.leave_or_delete
        session.session.Session.update by LeaveAsked
            session.quitting.Quitting.ask
                workspace.Member.dispatch by Exit
                    host.Host.perform
    starting.outcome
        host.Host.leave
            lending.tenancy.Tenancy.leave
            kernel.link.Link.shutdown
                kernel.handle.OwnKernel.shutdown

A frame
    host.Host._refresh
        ui.interface.Interface.refresh
            session.session.Session.view
            ui.widgets.window.Window.refresh
    ui.widgets.window.Window.render
        ui.widgets.transcript_view.TranscriptView.render
        ui.widgets.editor.Editor.render
        ui.widgets.popup.PopupView.render
        ui.widgets.statusbar.StatusBar.render

A terminal that is lent
    front.Front.run
        lending.protocol.Hello
    lending.tenancy.Tenancy._from_front
        terminal.lent.LentTerminal
        host.Host.lent
            terminal.screen.Screen
            terminal.display.Display.show

A terminal that is gone
    lending.tenancy.Tenancy._heard
        lending.tenancy.Tenancy.lost
            host.Host.give_up
                terminal.display.Display.give_up
            host.Host.detached
"""

WIDTH = 96
"""What is wider is cut between two words."""

Definition = ast.ClassDef | ast.FunctionDef


class Step(NamedTuple):
    """One line: the dotted path of a function or class within bipy, how deep it stands, and what leads to it."""

    depth: int
    path: str
    by: str


def ways() -> Iterator[tuple[str, list[Step]]]:
    """Each way with its steps."""
    for block in WAYS.strip().split("\n\n"):
        title, *lines = block.splitlines()
        steps = []
        for line in lines:
            path, _, by = line.strip().partition(" by ")
            steps.append(Step((len(line) - len(line.lstrip())) // 4 - 1, path, by))
        yield title, steps


def definition(path: str) -> tuple[str, Definition, ast.ClassDef | None]:
    """The module, the function or class at `path`, and its class; LookupError if there is none."""
    parts = ["bipy", *path.split(".")]
    length = max(length for length in range(1, len(parts)) if ".".join(parts[:length]) in modules())
    module = ".".join(parts[:length])
    found: list[Definition] = []
    body = modules()[module].body
    for name in parts[length:]:
        named = [part for part in body if isinstance(part, Definition) and part.name == name]
        if not named:
            raise LookupError(f"there is no {path}")
        found.append(named[0])
        body = named[0].body
    holder = found[-2] if len(found) > 1 else None
    return module, found[-1], holder if isinstance(holder, ast.ClassDef) else None


def names(node: ast.AST) -> set[str]:
    """What is named in `node`, leading underscores aside."""
    found = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    found |= {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    return {name.lstrip("_") for name in found}


@cache
def reached(path: str) -> set[str]:
    """What the function at `path` names, itself or in the private functions that it leads to."""
    module, node, holder = definition(path)
    private = {
        part.name.lstrip("_"): names(part)
        for part in [*modules()[module].body, *(holder.body if holder else [])]
        if isinstance(part, ast.FunctionDef) and part.name.startswith("_") and not part.name.startswith("__")
    }
    found = names(node)
    while new := {name for step in found & private.keys() for name in private.pop(step)}:
        found |= new
    return found


@cache
def given(keyword: str) -> set[str]:
    """What is handed over under the name `keyword`, anywhere in bipy."""
    found: set[str] = set()
    for tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == keyword:
                found |= names(node.value)
            if isinstance(node, ast.Assign) and any(getattr(to, "attr", "") == keyword for to in node.targets):
                found |= names(node.value)
    return found


def broken() -> list[str]:
    """What is not true of `WAYS`."""
    wrong = []
    for title, steps in ways():
        above: list[Step] = []
        for step in steps:
            del above[step.depth :]
            try:
                leads = _leads([each.path for each in above], step)
            except LookupError as error:
                wrong.append(f"{title}: {error}")
            else:
                if not leads:
                    wrong.append(f"{title}: {above[-1].path if above else 'nothing'} does not lead to {step.path}")
                above.append(step)
    return wrong


def _leads(above: list[str], step: Step) -> bool:
    """Whether the last of `above` leads to `step`."""
    name = step.path.rpartition(".")[2].lstrip("_")
    upper = reached(above[-1]) if above else {name}
    edge = step.by.removesuffix("=")
    if step.by.endswith("="):
        return name in given(edge) and (edge in upper or not above)
    if step.by:
        return any(edge in reached(path) for path in above) and (edge in reached(step.path) or name in upper)
    return bool(definition(step.path)) and name in upper


def drawn(steps: list[Step]) -> str:
    """The steps as a tree, each with its room and with what it does."""
    rows = []
    for number, step in enumerate(steps):
        module, node, _ = definition(step.path)
        later = steps[number + 1 :]
        branches = "".join(_branch(depth, step.depth, later) for depth in range(1, step.depth + 1))
        short = ".".join(step.path.split(".")[module.count(".") :])
        by = f"  ({step.by.removesuffix('=')})" if step.by else ""
        rows.append((f"{branches}{short}{by}", room(module), _does(node)))
    first, second = (max(len(row[column]) for row in rows) for column in range(2))
    lines = (f"{tree:{first}}  {where:{second}}  {does}".rstrip() for tree, where, does in rows)
    return "\n".join(line if len(line) <= WIDTH else f"{line[: WIDTH - 1].rpartition(' ')[0]} \u2026" for line in lines)


def _branch(depth: int, own: int, later: list[Step]) -> str:
    goes_on = next((step.depth == depth for step in later if step.depth <= depth), False)
    if depth == own:
        return "├ " if goes_on else "└ "
    return "│ " if goes_on else "  "


def _does(node: Definition) -> str:
    """The first sentence of a docstring."""
    line = (ast.get_docstring(node) or "").partition("\n")[0]
    return line.partition(". ")[0].partition("; ")[0].partition(": ")[0].removesuffix(".")

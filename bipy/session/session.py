"""The session: every event comes in here, every effect goes out, and the parts decide.

How it works
------------

`update` takes one event: of the user, of the edge (`events`), or of the kernel (`messaging.events`).  It hands the
event to the parts that it concerns.  Then it does what any event may have made possible, always in the same order: the
next cell goes to the kernel, a waiting interrupt is sent or given up, a deferred exit is carried out, inspection learns
whether it may ask, and what ended without a terminal is noted.  No part calls `update`, and no part is called from
elsewhere: the interface reads `view`, one value for each revision.

A text that was entered is at one place at any time::

    Entered --> [ awaits its verdict ] -- is incomplete --> back in the editor (GoOn)
                         |                -- Backspace first --> back in the editor (PutBack)
                         | is complete, or forced
                         v
                    [ queued ] -- Alt-Up --> back in the editor (SetInput)
                         |     -- Ctrl-C, a failure before it, the kernel's end --> aborted
                         | the kernel is idle, and has no other cell of ours
                         v
                 [ with the kernel ] -- its reply and its idle --> done, failed, interrupted
                                     -- the kernel's end --> lost

The state machines
------------------

Each has one owner, and its table stands at the head of that module:

- `lifecycle.Phase`: may the kernel be talked to, and is it busy?  starting, connecting, idle, busy, restarting, dead;
- `submission`: which texts await a verdict, and was the kernel asked for that of the oldest?
- `execution.Half`: which half of the end of our running cell has come, the reply (shell) or the idle (iopub)?
- `transcript.State`: how far has each cell come?
- `interrupting.Stage`: how far has the interrupt of the running cell come?
- `stdin`: is a prompt open, and which requests for a line wait folded?
- `quitting.Warned` and `quitting.Deferred`: what was asked for once, and what does an `exit` wait for?
- `absence`: is there a terminal?
- `inspection.inspector`: what to ask about the code being typed; see there.

How they are coupled
--------------------

- Phase and cells.  The kernel is asked for a verdict, and gets a cell, in the phase idle alone, and one cell at a time:
  what is sent while another client's cell runs would be aborted with it, should that fail.  To the user the kernel is
  busy until both halves of our cell's end have come.
- Cells and inspection.  Nothing is asked between Enter and the moment at which the kernel takes the cell up
  (`_kernel_state`), so that nothing of bipy's own stands in front of a cell.
- Cells and prompts.  A prompt closes with the reply or the idle of its cell, before that cell's own wishes (`SetInput`)
  are carried out.
- Cells and interrupts.  Ctrl-C first withdraws what awaits a verdict, then aborts the queue, then interrupts; the
  interrupt itself waits until its cell has begun, and is given up with it.
- Cells and tables.  The rows of a table, and the state of widgets made before bipy came, are asked for by the routes of
  inspection, so they stand in front of no cell.
- Cells and leaving.  An `exit` that was entered waits until nothing is unfinished.  Ctrl-D asks again where something
  would be lost.
- The kernel's end (`_lost`) goes through all of them, in this order: the prompt closes, what awaits a verdict joins the
  queue, the running cell is lost, the queue is aborted, and no output finds its way to an old model or another client's
  cell any more.  What inspection knows and waits for is forgotten when the next process begins (`_forget`).

Pure: times come in, effects go out as values; no socket, screen, clock or thread is known here.
"""

from __future__ import annotations

from bipy.inspection.inspector import Inspector
from bipy.inspection.routes import KernelState
from bipy.inspection.values import Document, Edit, Wait
from bipy.messaging import events, implementations
from bipy.messaging.message import Request, execute_request
from bipy.session import notes
from bipy.session.absence import Absence
from bipy.session.attribution import Attribution
from bipy.session.catching_up import CatchingUp
from bipy.session.effects import (
    Ask,
    Complete,
    Detach,
    Effect,
    Erase,
    Exit,
    Later,
    Restart,
    Send,
    SetInput,
    ShowEntry,
    Tell,
)
from bipy.session.events import (
    Answered,
    Attached,
    Beating,
    Chosen,
    Configured,
    Confirm,
    DetachAsked,
    Detached,
    Died,
    Dismissed,
    DocsAsked,
    DocsClosed,
    DocsOpened,
    DocsPinned,
    EarlierRead,
    Edited,
    Elapsed,
    Entered,
    EnterUndone,
    Erased,
    FoldTurned,
    Forced,
    InterruptAsked,
    InterruptSent,
    Kept,
    LeaveAsked,
    MatchChosen,
    MenuAccepted,
    MenuMoved,
    ModeSwitched,
    Noted,
    Opened,
    OthersRead,
    PromptEdited,
    Recalled,
    Remembered,
    Resized,
    RestartAsked,
    SignatureTurned,
    TableAsked,
    TabPressed,
    TakenBack,
    Timer,
)
from bipy.session.execution import Execution
from bipy.session.framing import Framing
from bipy.session.history import History
from bipy.session.interrupting import Interrupts
from bipy.session.keeping import keep, keep_ended, overhear
from bipy.session.lifecycle import Lifecycle, Phase
from bipy.session.paging import Paging
from bipy.session.prompting import Prompting
from bipy.session.quitting import Quitting
from bipy.session.records import DEBUGGING, Record
from bipy.session.status import Doing, Status, last_line
from bipy.session.stdin import Stdin
from bipy.session.subject import Subject
from bipy.session.submission import Entry, Submission
from bipy.session.transcript import State, Transcript
from bipy.session.view import View

# What the user waits for.
WANTED = frozenset({"execute_request", "input_reply", "interrupt_request"})
_DOING = {
    Phase.STARTING: Doing.STARTING,
    Phase.CONNECTING: Doing.CONNECTING,
    Phase.RESTARTING: Doing.RESTARTING,
    Phase.DEAD: Doing.DEAD,
}
LEAVING = frozenset({"exit", "quit", "exit()", "quit()"})


class Session:
    """One user at one kernel, which is bipy's own or (`own` false) another's.

    `confirm` says when leaving asks; `detachable` that the session can be left and come back to.
    """

    def __init__(
        self,
        *,
        own: bool,
        inspector: Inspector,
        history: History,
        confirm: Confirm = "run",
        detachable: bool = True,
    ) -> None:
        self.transcript = Transcript()
        self.history = history
        self.inspector = inspector
        self.lifecycle = Lifecycle(own=own)
        self.execution = Execution(self.transcript)
        self.attribution = Attribution(self.execution)
        self.submission = Submission()
        self.quitting = Quitting()
        self.interrupts = Interrupts(self.execution)
        self.stdin = Stdin(self.attribution)
        self.framing = Framing(inspector)
        self.prompting = Prompting(inspector, self.framing)
        self.subject = Subject(inspector)
        self.paging = Paging(inspector)
        self.catching_up = CatchingUp(inspector)
        self.absence = Absence(self.transcript)
        self._confirm: Confirm = confirm
        self._detachable = detachable
        # Whether anything was ever entered or kept in the history, and what is done since when.
        self._touched = False
        self._doing = self._what_it_does()
        self._since: float | None = None
        # The terminal's size since it was changed, and whether the kernel's process knows it.
        self._size: Resized | None = None
        self._size_told = False
        self._view: View | None = None

    def update(self, event: object, now: float) -> list[Effect]:
        """Take one event (of `session.events` or `messaging.events`); `now` in monotonic seconds."""
        self._view = None
        if isinstance(event, events.Event):
            self.lifecycle.heard(event, now)
            effects = self._kernel_said(event, now)
        else:
            effects = self._user_did(event, now)
        if self.lifecycle.phase is Phase.IDLE:
            # What is sent while another client's cell runs is aborted with it, should it fail.
            effects += self._told_of_size(self.execution.send_next())
            if self.can_run and not self.submission.pending:
                effects += self.lifecycle.greet()
        for effect in list(effects):
            if isinstance(effect, SetInput):
                self.history.put(effect.text)
            elif isinstance(effect, Send) and (cell := self.execution.cell_of(effect.request)) is not None:
                effects += keep(self.history, cell.code, self.submission.language)
            elif isinstance(effect, Ask):
                self.prompting.open(effect.debugger, self.transcript)
        effects += self.interrupts.follow()
        if self.quitting.waits and not self._unfinished:
            effects += self.quitting.settled(well=self.execution.went_well)
        effects += self._effects_of(self.inspector.kernel_is(self._kernel_state(), now))
        effects += self._effects_of(self.paging.ask(self.lifecycle.info, now)) + self.paging.answers()
        effects += self._effects_of(self.framing.ask(self.lifecycle.info, now))
        if not self.lifecycle.own:
            effects += self._effects_of(self.catching_up.ask(self.transcript.widgets, self.lifecycle.info, now))
        # In front of an exit, behind which nothing is carried out.
        ended = self.execution.take_ended()
        kept = keep_ended(self.history, ended, self.submission.language)
        effects = [*self.absence.ended(ended), *kept, *effects]
        self._note_doing(event, now)
        if any(isinstance(effect, Exit) for effect in effects):
            effects = self._effects_of(self.inspector.farewell()) + effects
        return effects

    def _note_doing(self, event: object, now: float) -> None:
        """Keep in mind since when the session does what it does; idleness begins anew with whatever happens."""
        doing = self._what_it_does()
        anew = self._since is None or doing is not self._doing
        if anew or (doing is Doing.IDLE and not isinstance(event, Elapsed)):
            self._doing, self._since = doing, now

    def _what_it_does(self) -> Doing:
        if self.lifecycle.phase in _DOING:
            return _DOING[self.lifecycle.phase]
        if self.stdin.request is not None:
            return Doing.WAITING
        if self.execution.running is not None:
            return Doing.RUNNING
        return Doing.BUSY if self.lifecycle.phase is Phase.BUSY else Doing.IDLE

    def status(self, now: float) -> Status:
        """What the session does, as it is seen from outside."""
        return Status(
            doing=self._doing,
            seconds=0.0 if self._since is None else max(0.0, now - self._since),
            queued=self.execution.queued,
            lines=self.absence.lines,
            last_line=last_line(reversed(self.transcript.cells)),
        )

    @property
    def view(self) -> View:
        """The session as it is now; the same value until the next `update`."""
        if self._view is None:
            self._view = self._make_view()
        return self._view

    def _make_view(self) -> View:
        lifecycle, execution, inspector = self.lifecycle, self.execution, self.inspector
        running = execution.running is not None
        page, popup = self.subject.page, inspector.popup
        if page is not None and popup.docs is not None and popup.docs.name == page.name:
            # The pane shows them.
            popup = popup.replace(docs=None)
        if self.stdin.request is not None:
            # What is known of the draft stands aside with it.
            popup = self.prompting.popup
        return View(
            transcript=self.transcript,
            # A cell's reply and its idle come on two sockets; the cell is on its way until both have come.
            phase=Phase.BUSY if running and lifecycle.phase is Phase.IDLE else lifecycle.phase,
            own=lifecycle.own,
            busy_since=lifecycle.busy_since,
            info=lifecycle.info,
            language=self.submission.language,
            execution_count=execution.coming_count,
            queued=execution.queued,
            awaited=self.submission.awaited,
            interruptible=self.submission.pending or self._cells_wait or self.stdin.request is not None,
            resists=self.interrupts.resisted,
            untouched=self._untouched,
            runs_command=running and execution.has_command and self.submission.language == "python",
            folded=self.transcript.folded,
            asks=self.stdin.waits and self.stdin.request is None,
            debugger=self.stdin.debugger.name if self.stdin.debugger is not None else "",
            popup=popup,
            page=page,
            menu_awaited=inspector.menu_awaited,
            brackets=inspector.context.brackets,
            lone_bracket=inspector.context.lone_bracket,
            source=inspector.context.source,
            hint=inspector.hint,
            inspects=inspector.mode != "off",
            history=self.history,
        )

    @property
    def can_run(self) -> bool:
        """Whether the shell would answer at once."""
        return self.lifecycle.phase is Phase.IDLE and self.execution.running is None

    @property
    def _loses(self) -> bool:
        """Whether leaving now would keep cells from running to their end."""
        if self.lifecycle.own:
            return self._unfinished
        return not self.lifecycle.dead and (self.submission.pending or self.execution.queued > 0)

    @property
    def _untouched(self) -> bool:
        """Whether nothing that the user has done or may hope for would be lost."""
        typed = self.inspector.context.document.code.strip()
        run = self.lifecycle.own and self.execution.has_run
        return not (self._touched or typed or run or self.stdin.request is not None)

    @property
    def _leaving_warns(self) -> str:
        """What to say before the user leaves, "" if nothing."""
        own, ends = self.lifecycle.own, self.lifecycle.own and not self.lifecycle.dead
        if self._loses:
            loss = notes.CELLS_WOULD_END
        elif self._confirm == "always" or (self._confirm == "run" and ends and self.execution.has_run):
            loss = notes.KERNEL_WOULD_END if own else notes.WOULD_LEAVE
        else:
            return ""
        return notes.leaving(loss, detachable=self._detachable)

    @property
    def _unfinished(self) -> bool:
        """Whether there is something whose end leaving in turn has to wait for."""
        theirs = self.lifecycle.own and self.lifecycle.phase is Phase.BUSY
        return not self.lifecycle.dead and (self.submission.pending or self._cells_wait or theirs)

    @property
    def _cells_wait(self) -> bool:
        return self.execution.running is not None or self.execution.queued > 0

    def _kernel_state(self) -> KernelState:
        """Whether inspection may ask now: not between Enter and the fate of what was entered."""
        lifecycle, running = self.lifecycle, self.execution.running
        awaited = self.submission.pending or (running is not None and running.cell.state is State.QUEUED)
        if not lifecycle.ready or awaited:
            return KernelState("closed", lifecycle.why_not_asked, lifecycle.info)
        idle = self.can_run and self.stdin.request is None
        return KernelState("idle" if idle else "busy", info=lifecycle.info, warms_up=lifecycle.own)

    def _user_did(self, event: object, now: float) -> list[Effect]:
        """What the user did."""
        match event:
            case Entered(code, cursor):
                return self._entered(Entry(code, len(code) if cursor is None else cursor))
            case Forced(code, cursor):
                return self._entered(Entry(code, len(code) if cursor is None else cursor, forced=True))
            case EnterUndone():
                return self.submission.take_back()
            case LeaveAsked():
                return self.quitting.ask(self._leaving_warns)
            case DetachAsked():
                return [Detach()]
            case TakenBack():
                return self._taken_back()
            case FoldTurned(cell) if cell is not None:
                self.transcript.turn_fold(cell)
            case FoldTurned():
                if self.stdin.waits and self.stdin.request is None:
                    return self.stdin.open()
                self.transcript.turn_fold()
            case Answered(value):
                if value and self.stdin.debugger is not None:
                    self.prompting.learn(value)
                return self.stdin.answered(value)
            case InterruptAsked():
                return self._interrupt(now)
            case RestartAsked():
                return self._restart(now)
            case Remembered(text, answer) if not self._asks_for_password:
                self.history.add(text)
                self._touched = self._touched or bool(text.strip())
                if answer:
                    self.stdin.history.add(text)
                elif self.execution.running is None:
                    # While a cell of ours runs it may be a password on its way.
                    return list(keep(self.history, text, self.submission.language))
            case EarlierRead(records):
                self.history.recall_earlier(filter(self._is_of_cells, records))
                self.stdin.commands.recall_earlier(record for record in records if record.language == DEBUGGING)
            case OthersRead(records):
                self.history.recall_others(filter(self._is_of_cells, records))
                self.stdin.commands.recall_others(record for record in records if record.language == DEBUGGING)
            case Kept(record):
                (self.stdin.commands if record.language == DEBUGGING else self.history).learn(record)
            case Erased(code):
                self.history.erase(code)
                self.stdin.commands.erase(code)
                return [Erase(code)]
            case Recalled(Document(code, cursor), step):
                history = self.history if self.stdin.request is None else self.stdin.history
                entry = history.walk(code, cursor, step)
                return [] if entry is None else [ShowEntry(entry)]
            case _:
                return self._edge_did(event, now)
        return []

    def _edge_did(self, event: object, now: float) -> list[Effect]:
        """What happened to the terminal and to the process of the kernel, and what time it is."""
        match event:
            case Opened():
                return self.lifecycle.open()
            case Died(reason):
                return self._died(reason, now)
            case Beating() if self.lifecycle.dead:
                self.transcript.note(notes.ANSWERS_AGAIN)
                self._forget()
                return self.lifecycle.open()
            case InterruptSent() if self.inspector.holds_control:
                return [Tell(notes.INTERRUPT_BEHIND_INSPECTION)]
            case Detached(at):
                self.quitting.stay()
                self.absence.begin(at, now)
                return [Tell("")]  # what it told was for the moment
            case Attached(at):
                self.absence.end(at)
            case Noted(text):
                self.transcript.note(text)
            case TableAsked(question):
                self.paging.wanted = question
            case Resized():
                self._size_told = self._size_told and self._size == event
                self._size = event
            case Elapsed(Timer.NUDGE, request):
                effects = self.lifecycle.nudge(request, now)
                if self.lifecycle.unanswered:
                    self.transcript.note(notes.UNANSWERED)
                return effects
            case Elapsed(Timer.INTERRUPT, request):
                return self.interrupts.elapsed(request, self.lifecycle)
            case Elapsed(Timer.VERDICT, request):
                return self._enqueue(*self.submission.elapsed(request))
            case Elapsed(Timer.HALF_DONE, request) if self.execution.elapsed(request, now):
                self.lifecycle.settled()
                if not self.lifecycle.iopub_heard and all(cell.code != notes.IOPUB_SILENT for cell in self.transcript):
                    self.transcript.note(notes.IOPUB_SILENT)
            case _:
                return self._inspect(event, now)
        return []

    def _inspect(self, event: object, now: float) -> list[Effect]:
        """What concerns live inspection of what the user and the machine did."""
        inspector = self.inspector
        match event:
            case Edited(document, replaced=True):
                return self._effects_of(inspector.replaced(document, now))
            case Edited(document):
                self.quitting.stay()
                return self._effects_of(inspector.edited(document, now))
            case PromptEdited(document):
                self.prompting.edited(document)
            case TabPressed() | MenuMoved() | MatchChosen() | Chosen() | MenuAccepted() | Dismissed() if (
                self.stdin.debugger
            ):
                return self._at_prompt(event)
            case TabPressed(document, step):
                return self._complete(inspector.tab(step), document, now)
            case MenuMoved(step):
                return self._complete(inspector.move(step), inspector.context.document, now)
            case MatchChosen(text):
                edit = inspector.choose(text)
                return [Complete(edit)] if edit is not None else []
            case Chosen(document):
                return self._effects_of(inspector.chosen(document, now))
            case MenuAccepted():
                inspector.accept()
            case Dismissed():
                inspector.dismiss()
            case SignatureTurned(step):
                inspector.next_signature(step)
            case Configured(inspection, matching, confirm):
                self._confirm = confirm
                inspector.mode, inspector.matching = inspection, matching
            case ModeSwitched():
                inspector.switch()
            case DocsAsked(document):
                return self._effects_of(inspector.ask(document, now))
            case DocsOpened(document, name, detail_level):
                name = inspector.page(by_key=True).name if name is None else name
                self.subject.open(name, detail_level)
                return self._effects_of(inspector.ask(document, now, detail_level, name) if name else [])
            case DocsClosed():
                self.subject.close()
            case DocsPinned():
                self.subject.pin()
            case Elapsed(Timer.PAUSE):
                return self._effects_of(inspector.waited(now))
        self.subject.follow()
        return []

    def _at_prompt(self, event: object) -> list[Effect]:
        """What the user did with the box at the prompt of a debugger."""
        prompting, edit = self.prompting, None
        match event:
            case TabPressed(document, step):
                edit = prompting.tab(document, step, self.lifecycle.info)
            case MenuMoved(step):
                edit = prompting.move(step)
            case MatchChosen(text):
                edit = prompting.choose(text)
            case Chosen(document):
                prompting.chosen(document)
            case MenuAccepted():
                prompting.accept()
            case Dismissed():
                prompting.dismiss()
        return [Complete(edit)] if edit is not None else []

    def _complete(self, edit: Edit | None, document: Document, now: float) -> list[Effect]:
        """Have `edit` made; without one the kernel may have to be asked for a menu first."""
        return [Complete(edit)] if edit is not None else self._effects_of(self.inspector.chosen(document, now))

    def _kernel_said(self, event: events.Event, now: float) -> list[Effect]:
        """What the kernel said."""
        match event:
            case events.Stream():
                self.attribution.output(event)
            case events.KernelInfo():
                self.submission.language = self.inspector.language = event.language or "python"
                return self._effects_of(self.inspector.replied(event, now))
            case events.Status():
                return self._status(event, now)
            case events.NoReply() | events.Reply() if self.paging.asked(event.parent.request):
                self.execution.told_ahead(event.payload if isinstance(event, events.ExecuteReply) else ())
                return self._effects_of(self.paging.replied(event, now))
            case events.NoReply() | events.Reply() if self.framing.asked(event.parent.request):
                self.execution.told_ahead(event.payload if isinstance(event, events.ExecuteReply) else ())
                effects = self._effects_of(self.framing.replied(event, now))
                ended = self.framing.wanted is None and self.stdin.debugger is not None
                edit = self.prompting.told() if ended else None
                return effects if edit is None else [*effects, Complete(edit)]
            case events.NoReply() | events.Reply() if self.catching_up.asked(event.parent.request):
                return self._effects_of(self.catching_up.heard(event, self.transcript.widgets, now))
            case events.ModelsTold():
                self.attribution.adopt(event.models)
                for model in self.catching_up.taken(event, self.transcript.widgets):
                    self.attribution.output(model)
            case events.CompleteReply() | events.InspectReply() | events.SubshellReply():
                return self._effects_of(self.inspector.replied(event, now))
            case events.IsCompleteReply():
                return self._enqueue(*self.submission.replied(event))
            case events.NoReply(reason="unsupported" | "timeout") if event.parent.msg_type == "interrupt_request":
                self.transcript.note(notes.NO_INTERRUPT)
            case events.NoReply(reason="refused") if event.parent.msg_type in WANTED:
                self.execution.refused(event.parent, now)
                self.transcript.note(notes.REFUSED)
                return self.stdin.refused(event.parent.request)
            case events.NoReply(reason="gone"):
                return self._effects_of(self.inspector.replied(event, now))  # for what else the user waits, see `_died`
            case events.NoReply():
                effects = self._enqueue(*self.submission.replied(event))
                return effects + self._effects_of(self.inspector.replied(event, now))
            case events.ExecuteInput():
                self.execution.began(event, now)
                if not event.parent.own:
                    self.attribution.began(event, now)
                    self.inspector.learn(event.code)
                    return list(overhear(self.history, event, self.submission.language))
            case events.ExecuteReply():
                return self._execute_reply(event, now)
            case events.InputRequest():
                return self._asked(event, now)
            case events.HistoryReply():
                self.history.merge(code for _, _, code in event.entries)
            case events.Restarted():
                return self._restarted(now)
            case events.Unsteady() if not self.lifecycle.own:
                self.transcript.note(notes.UNSTEADY)
            case events.Dropped():
                self.transcript.note(notes.dropped(event, introduced=self.lifecycle.info is not None))
            case _:
                self.attribution.output(event)
        return []

    def _asked(self, event: events.InputRequest, now: float) -> list[Effect]:
        """The kernel waits for a line."""
        effects = self.stdin.asked(event)
        if any(isinstance(effect, Ask) for effect in effects):
            cell = self.execution.own_cell(event.parent)
            number = self.execution.number_of(cell) if cell is not None else None
            effects += self.absence.asked(cell, number, event.prompt, now)
        return effects

    def _told_of_size(self, cell: list[Effect]) -> list[Effect]:
        """Before the effects that send a cell: what tells a kernel of bipy's own how large the terminal is by now.

        An expression beside an empty code, which leaves no name and no number.
        """
        expression = implementations.of(self.lifecycle.info).resize
        if not cell or self._size is None or self._size_told or not (self.lifecycle.own and expression):
            return cell
        self._size_told = True
        expression = expression.format(columns=self._size.columns, lines=self._size.lines)
        return [Send(execute_request("", silent=True, user_expressions={"size": expression})), *cell]

    def _entered(self, entry: Entry) -> list[Effect]:
        self._touched = self._touched or bool(entry.code.strip())
        ask = self.can_run and not self.execution.queued and entry.code.strip() not in LEAVING
        return self._enqueue(*self.submission.enter(entry, ask=ask))

    def _enqueue(self, effects: list[Effect], codes: list[str]) -> list[Effect]:
        """The texts `codes` are complete: each is a cell."""
        leaves = False
        for code in filter(None, map(str.rstrip, codes)):
            leaves = code.lstrip() in LEAVING
            if not leaves:
                self.quitting.go_on()
                self.history.add(code)
                self.inspector.learn(code)
                self.execution.enqueue(code)
        if leaves:
            effects = effects + self.quitting.enter(unfinished=self._unfinished, ours=self._cells_wait)
        return effects

    def _is_of_cells(self, record: Record) -> bool:
        """Whether an entry is in the language of the cells."""
        return record.language in ("", self.submission.language)

    @property
    def _asks_for_password(self) -> bool:
        """Whether what is typed, or was typed ahead, may be a password."""
        return self.stdin.request is not None and self.stdin.request.password

    def _taken_back(self) -> list[Effect]:
        code = self.execution.take_back()
        if code is None:
            return []
        if self._asks_for_password:
            self.history.forget(code)
        return [SetInput(code)]

    def _interrupt(self, now: float) -> list[Effect]:
        """Nothing that was entered by now runs, but for the cell that the kernel has, which is interrupted."""
        self.quitting.go_on()
        self._withdraw()
        stopped = self.execution.interrupted(now)
        ours = self.execution.running is not None or self.stdin.request is not None
        if ours or (self.lifecycle.phase is Phase.BUSY and not stopped):
            return self.interrupts.asked(self.lifecycle, now)
        return []

    def _withdraw(self) -> None:
        """What awaits its verdict gets none: it joins the queue, and shares its fate."""
        for code in filter(str.strip, self.submission.withdraw()):
            self.history.add(code)
            self.execution.enqueue(code)

    def _restart(self, now: float) -> list[Effect]:
        if not self.lifecycle.own:
            return [Tell(notes.NOT_OURS)]
        if self.lifecycle.phase is Phase.RESTARTING:
            return []
        if self.lifecycle.boots:
            return [Tell(notes.STARTS_ALREADY)]
        if warning := self.quitting.restart(notes.VARIABLES_WOULD_GO if self.execution.has_run else ""):
            return warning
        self.transcript.note(notes.RESTARTING)
        effects = [] if self.lifecycle.dead else self._lost(now)  # what a dead one was given waits for the next
        self.lifecycle.restart()
        self._forget()
        return [*effects, Restart()]

    def _lost(self, now: float, reason: str = "") -> list[Effect]:
        """The process of the kernel is gone, and with it what it had; what it had not will not run.

        `reason` says how, unless the user wanted it so.
        """
        effects = self.stdin.ended()
        if reason:
            run = self.execution.running
            effects += self.absence.died(run.cell if run is not None else None, reason, now)
        self._withdraw()
        self.execution.lost(now)
        self.attribution.forget()
        return effects

    def _forget(self) -> None:
        """The kernel is another process: what was known of the one before it is not true of it."""
        self._size_told = False
        self.paging.forget()
        self.catching_up = CatchingUp(self.inspector)
        self.inspector.ran(restarted=True)

    def _died(self, reason: str, now: float) -> list[Effect]:
        if self.lifecycle.dead:
            return []
        self.lifecycle.died()
        effects = self._lost(now, reason)
        self.transcript.note(reason)
        self.inspector.dismiss()  # it would lie over the news
        return effects

    def _restarted(self, now: float) -> list[Effect]:
        if self.lifecycle.own:
            return []  # the process is known, and it lives: another client speaks through it
        self.lifecycle.settled()
        effects = self._lost(now, notes.RESTARTED)
        self._forget()
        self.transcript.note(notes.RESTARTED)
        return effects

    def _status(self, event: events.Status, now: float) -> list[Effect]:
        self.attribution.status(event, now)
        effects = self.execution.status(event, now)
        parent = event.parent
        if event.execution_state == "idle" and parent.request is not None:
            self.inspector.idle(parent.request)
            if parent.msg_type in ("comm_open", "comm_msg") and self.catching_up.asked(parent.request):
                effects += self._effects_of(self.catching_up.heard(event, self.transcript.widgets, now))
        if event.execution_state == "idle" and parent.msg_type == "execute_request" and not _is_silent(parent.request):
            self.inspector.ran()
            self.quitting.stay()
        if event.execution_state == "idle" and parent.msg_id:
            effects += self.stdin.ended(parent.msg_id)
        return effects

    def _execute_reply(self, event: events.ExecuteReply, now: float) -> list[Effect]:
        request = event.parent.request
        if _is_silent(request):
            if event.execution_count is not None and self.execution.running is None:
                # Another client's next cell may have been told of before it: iopub is another socket.
                self.execution.next_count = max(self.execution.next_count, event.execution_count + 1)
            return []
        # A cell that has been replied to reads no line; a prompt would take what it puts into the input cell.
        return self.stdin.ended(event.parent.msg_id) + self.execution.replied(event, now)

    def _effects_of(self, wishes: list[Request | Wait | Edit]) -> list[Effect]:
        """The inspector's wishes as effects."""
        self.subject.follow()
        effects: list[Effect] = []
        for item in wishes:
            if isinstance(item, Edit):
                effects.append(Complete(item))
                continue
            if isinstance(item, Wait):
                effects.append(Later(item.seconds, Elapsed(Timer.PAUSE)))
                continue
            effects.append(Send(item))
        return effects


def _is_silent(request: Request | None) -> bool:
    """Whether what was executed is no cell."""
    return request is not None and bool(request.content.get("silent"))

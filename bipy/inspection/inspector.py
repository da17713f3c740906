"""The state machine of live inspection: what to ask about the code being typed, and what to show of it.

How it works
------------

There are two questions, *complete* (what may the token at the cursor become?) and *inspect* (what is this name?).  Of
each at most one is in flight::

            nothing is wanted, or its answer is known,
            or it must not be asked now
                  +-------+
                  v       |
    edited --> [ free ] --+--- request goes out ---> [ in flight ]
                  ^                                        |
                  +--- answered, or given up after 10 s ---+

An edit first shows what is known, in the frame of the key; then each question that is free is asked about the document
on screen.  One that is in flight is left alone: nothing is cancelled, and nothing queues behind it.  Its answer is
remembered (`cache`), shown as far as it fits the document then on screen, and frees the question for that document.  So
nothing waits, nothing is asked twice, and no offset in a popup or an edit ever refers to another text than the one on
screen.

Each step asks for the first thing that is missing, so what is on screen in the end depends on the code and the cursor,
and not on how fast they were typed:

- complete: the token at the cursor, if its menu is open; then what `guard` needs to know before the callee of the open
  call may be inspected; then the least of the token, for what fits in other ways than by its beginning;
- inspect: what a key asked for; else the callee of the open call, the selected match or the name at the cursor
  (`target`), if `guard` lets it be asked.

The menu is closed, open (something was typed), wanted (Tab) or dismissed (Esc): `intent`.  What it holds is made anew
each time, unless a match is selected: then it stays as it is, and each step puts another match into the code.

How it is coupled to the session
--------------------------------

The session tells what happened, with the time, and gets back what to do: `Request`s to send, `Wait`s after which to
call `waited`, and an `Edit` to make when Tab was pressed before there was a menu.  `popup` is what to show.

- The user types: `edited`, `replaced`.  Keys: `tab`, `move`, `accept`, `dismiss`, `ask`, `next_signature`, `switch`.
  `tab` and `move` may give an edit; whether or not they did, `chosen` is called with the document as it then is.
- The kernel answers: `replied` takes every answer to a request of this module, the ones that prove a route included,
  and the lack of an answer; `idle` the end of one.
- The kernel changes: `kernel_is` says whether it may be asked, `ran` that a cell has run, after which nothing that was
  answered is good any more, or that the kernel is another process.

Whether something may be asked at all is thus decided in three places: the session says when (not between Enter and the
fate of what was entered), `routes` where (never in front of a cell, if the kernel has another way in), `guard` what
(nothing that would run the user's code).  A key overrules the guard only.

Pure: no clock, no socket.  Times are monotonic seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bipy.inspection import reply
from bipy.inspection.cache import Cache, described
from bipy.inspection.context import Context
from bipy.inspection.guard import Guard, Verdict
from bipy.inspection.inflight import InFlight, Question
from bipy.inspection.intent import Intent
from bipy.inspection.local_names import LocalNames
from bipy.inspection.matching import Matching
from bipy.inspection.menu import Menu, menu
from bipy.inspection.routes import KernelState, Route, Routes
from bipy.inspection.signature import given_by_position
from bipy.inspection.source import Source, Token
from bipy.inspection.target import Target, target_named, target_of
from bipy.inspection.values import EMPTY, Document, Edit, Page, Popup, Signature, Wait
from bipy.messaging import implementations
from bipy.messaging.events import CompleteReply, Event, InspectReply, NoReply, Reply
from bipy.messaging.message import Request, complete_request, inspect_request

Mode = Literal["live", "idle", "tab", "off"]
MODES: tuple[Mode, ...] = ("live", "idle", "tab", "off")
Effects = list[Request | Wait | Edit]


class Inspector:
    """See the module's docstring.  `jedi`: a Python kernel may be completing with it."""

    def __init__(self, *, mode: Mode = "live", matching: Matching = "fuzzy", jedi: bool = True) -> None:
        self.popup: Popup = EMPTY
        self.language = "python"
        self.mode: Mode = mode
        self.matching: Matching = matching
        self.context = Context(Document(), Source("", self.language), Token(0, ""), None)
        self._jedi = jedi
        self.local_names, self._intent = LocalNames(), Intent()
        # How many cells ran, and at how many of them the kernel was last asked.
        self._generation = self._asked = 0
        self._menu = Menu()
        # The menu as it is once the edit that `tab` or `move` gave has been made.
        self._next: Menu | None = None
        # What a key wants a page of, until the kernel has been asked.
        self._page_wanted: Question | None = None
        self._wake: float | None = None
        self._meet()

    def _meet(self) -> None:
        """Another kernel process: nothing is known of it, and it owes no answer."""
        self._complete, self._inspect = InFlight(), InFlight()
        self._cache, self._routes = Cache(), Routes()
        # Whether its completer is jedi, as far as its answers have told.
        self._runs_code = self._jedi

    # What the interface reads

    @property
    def hint(self) -> str:
        """What the status bar should say of a mode that is not the usual one, or of a slow completer; else ""."""
        if self.mode != "live":
            return f"inspection: {self.mode}"
        if not self._complete.pause:
            return ""
        row = implementations.of(self._routes.kernel.info)
        remedy = row.without_jedi if self._runs_code and row.without_jedi else "bipy --inspection tab"
        return f"slow completer, {self._complete.usual:.1f} s: {remedy}"

    @property
    def menu_awaited(self) -> bool:
        """Whether Tab found no completion menu and waits for one."""
        return self._intent.completes

    @property
    def holds_control(self) -> bool:
        """Whether an interrupt_request would have to wait for the answer to a question."""
        return self._routes.holds_control

    def page(self, name: str | None = None, detail_level: int = 0, *, by_key: bool = False) -> Page:
        """What is known of `name`, or else of what the docs are about now, or (`by_key`) of what a key points at."""
        name = self._target(by_key=by_key).name if name is None else name
        docs = self._cache.docs(name, detail_level)
        what = f"the source of {name}" if detail_level else name
        wanted = self._page_wanted
        asked = [each for each in (self._inspect.question, wanted) if each and each[2:4] == (name, detail_level)]
        if not name:
            note = self.context.why_no_name
        elif self.mode == "off":
            note = "" if docs else "Inspection is off."
        elif asked and asked[0] is wanted and self._why_not_asked:
            note = f"{self._why_not_asked.capitalize()}: {what} is looked up later."
        elif asked:
            note = f"Looking up {what} \u2026"
        elif docs is None:
            note = f"Nothing is known of {name}."
        else:
            note = f"No source of {name} is known." if detail_level and not docs.source else ""
        return Page(name, docs, note)

    # What the user does

    def edited(self, document: Document, now: float) -> Effects:
        """The code or the cursor changed.  The menu opens only where something was typed."""
        before = self.context.document
        if document == before:
            return []
        self._take(document, now)
        intent = self._intent
        if document.code != before.code:
            intent.menu = "open" if intent.menu == "closed" else intent.menu
        elif intent.menu == "open":
            intent.menu = "closed"
        self._show()
        return self._ask(now)

    def replaced(self, document: Document, now: float) -> Effects:
        """Other code took the place of what was typed (from the history, from the kernel): ask nothing."""
        self._take(document, now)
        self._intent.menu = "closed"
        self._show()
        return []

    def tab(self, step: int = 1) -> Edit | None:
        """Complete the common prefix, or the only match, then take one match after the other (-1: backwards).

        Without a menu the kernel is asked for one by the `chosen` that follows, even where none opens unasked.
        """
        if not self._menu:
            self._intent.menu, self._intent.completes = "wanted", True
            return None
        edit, self._next = self._menu.tab(step)
        return edit

    def move(self, step: int) -> Edit | None:
        """Select the match that many places on, once one is selected; stops at both ends."""
        if self._menu.selected is None:
            return None
        edit, self._next = self._menu.move(step)
        return edit

    def choose(self, text: str) -> Edit | None:
        """Take the match that is this text; None if it is not on show any more."""
        found = self._menu.choose(text)
        if found is None:
            return None
        edit, self._next = found
        return edit

    def chosen(self, document: Document, now: float) -> Effects:
        """The edit that `tab`, `move` or `choose` gave has been made, or there was none to make."""
        before, after, wanted = self._menu, self._next, self._intent.menu == "wanted"
        self._take(document, now)
        if after is not None and after.stands_in(self.context.document):
            self._menu = after
        elif wanted:
            self._intent.menu = "wanted"
        elif after is not None:
            # What was completed is whole when it was the only one; else the menu narrows to it, or a new one opens.
            whole = len(before.leading) == 1 and self.context.token.start == before.start
            self._intent.menu = "closed" if whole else "open"
        self._show()
        return self._ask(now)

    def accept(self) -> bool:
        """Enter: keep the selected match and close the menu; False when none is selected."""
        if self._menu.selected is None:
            return False
        self._menu, self._intent.menu = Menu(), "closed"
        self._show()
        return True

    def dismiss(self) -> bool:
        """Esc: close menu and docs for this token, the signature for this call; False when nothing was open.

        A Tab that waits for its menu is taken back, which counts as something.
        """
        if not self.popup and not self._intent.completes:
            return False
        self._menu = Menu()
        self._intent.dismiss(self.context)
        self._show()
        return True

    def ask(self, document: Document, now: float, detail_level: int = 0, name: str = "") -> Effects:
        """A key asks for the docs of what is at the cursor, whatever they cost; with `name`, for a `page` of that.

        A page stays wanted whatever is typed meanwhile.
        """
        if document != self.context.document:
            self._take(document, now)
        if name:
            targets = [target for target in (self._target(), self._target(by_key=True)) if target.name == name]
            target = (*targets, target_named(name, self.language))[0]
            self._page_wanted = self._question(target, detail_level)
        else:
            self._intent.ask(detail_level)
            name = self._target(by_key=True).name
        self._cache.ask_again(name)
        self._show()
        return self._ask(now)

    def next_signature(self, step: int = 1) -> None:
        """Show the next of several signatures, or the one before (-1)."""
        self._intent.signature_step += step
        self._show()

    def switch(self) -> None:
        """The next mode: live, idle, tab, off, and live again."""
        self.mode = MODES[(MODES.index(self.mode) + 1) % len(MODES)]
        self.dismiss()

    def learn(self, code: str) -> None:
        """Offer the names in this code (a cell of the transcript, a line of history) as the client's own."""
        self.local_names.learn(code, self.language)

    # What the kernel does

    def replied(self, event: Event, now: float) -> Effects:
        """A request of this module was answered, or never will be."""
        request = event.parent.request
        if request is None:
            return []
        if (proof := self._routes.proven(event, now)) is not None:
            self._show()
            return [*proof, *self._ask(now)]
        if not (isinstance(event, NoReply) and event.reason == "timeout"):
            self._routes.answered(request, refused=isinstance(event, Reply) and event.status == "error")
        if not (self._remember(event, request, now) or self._give_up(event, request)):
            return []
        self._show()
        edit = self._completed()
        return [edit] if edit is not None else self._ask(now)

    def _remember(self, event: Event, request: Request, now: float) -> bool:
        """Keep what an answer says; False when it is none to a question of this module."""
        if isinstance(event, Reply) and event.status == "aborted":
            return False
        if isinstance(event, CompleteReply) and (question := self._complete.answer(request, now)):
            given = event.status == "ok"
            self._cache.complete(question, reply.completions(event, question.context) if given else None)
            told = reply.runs_code(event, question.context)
            self._runs_code = self._runs_code if told is None else told
            return True
        if isinstance(event, InspectReply) and (question := self._inspect.answer(request, now)):
            self._cache.inspect(question, reply.docs(event, question.name))
            return True
        return False

    def _give_up(self, event: Event, request: Request) -> bool:
        """Wait for an answer no longer; False when none to this request was waited for."""
        if not isinstance(event, NoReply | Reply):
            return False
        if question := self._complete.give_up(request):
            self._cache.complete(question, None)
        elif question := self._inspect.give_up(request):
            self._cache.inspect(question, None)
        return question is not None

    def idle(self, request: Request) -> None:
        """The kernel has done with a request of this module."""
        self._routes.idle(request)

    def kernel_is(self, kernel: KernelState, now: float) -> Effects:
        """Whether and how the kernel may be asked from now on.  Cheap while nothing has changed."""
        if (kernel, self._generation) == (self._routes.kernel, self._asked):
            return []
        self._routes.kernel, self._asked = kernel, self._generation
        self._show()
        return self._ask(now)

    def ran(self, *, restarted: bool = False) -> None:
        """A cell ran: what was answered is shown until there is better, but no longer good.

        `restarted`: the kernel is another process, in which nothing of it is left.
        """
        self._generation += 1
        if restarted:
            self._meet()
            self._show()

    def waited(self, now: float) -> Effects:
        """The time of a `Wait` is up."""
        self._wake = None
        self._routes.elapsed(now)
        self._show()
        return self._ask(now)

    def lend(self, *, quick: bool, now: float) -> tuple[Route | None, Effects]:
        """A route for a question of another's, if there is one now, and what is to be done to have one later."""
        quick = quick and self._routes.kernel.state == "idle"
        route = self._routes.route(quick=quick, may_be_slow=True)
        return route, self._prove(now) if route is None else []

    def lent(self, request: Request) -> None:
        """The question of another's goes out."""
        self._routes.sent(request)

    def returned(self, event: Event, request: Request, now: float) -> Effects:
        """It was answered, or never will be."""
        self._routes.answered(request, refused=isinstance(event, Reply) and event.status == "error")
        return self._ask(now)

    @property
    def is_beside_a_cell(self) -> bool:
        """Whether a cell runs, or waits for a line, while a route is asked for."""
        return self._routes.kernel.state == "busy"

    @property
    def why_not_lent(self) -> str:
        """Why there is no route, for people; "" if there will soon be one."""
        return self._routes.why_closed

    def farewell(self) -> Effects:
        """What to ask of a kernel that goes on without us."""
        return [*self._routes.farewell()]

    # What is shown

    def _take(self, document: Document, now: float) -> None:
        """Make `document` the one on screen."""
        before, self.context = self.context, Context.at(document, self.language, self.context)
        self._menu, self._next = Menu(), None
        self._intent.follow(before, self.context, now)

    def _show(self) -> None:
        """Make `popup` anew from what is known."""
        if self.mode == "off":
            self.popup = EMPTY
            return
        context, call, intent = self.context, self.context.call, self._intent
        signatures = self._cache.signatures(context) if call and not intent.hides_signature(context) else ()
        arguments = [reply.argument_of(signature, call) for signature in signatures] if call else []
        # The first that has a parameter for what is being typed, until a key goes to another.
        fitting = next((number for number, argument in enumerate(arguments) if argument is not None), 0)
        signature = (fitting + intent.signature_step) % len(signatures) if signatures else 0
        if self._menu.selected is None:
            self._menu = self._make_menu(signatures[signature] if signatures else None)
        shown = self._menu
        target = self._target(by_key=intent.docs is not None)
        docs = self._cache.docs(target.name, intent.docs or 0)
        if shown.selected is not None:
            docs = docs or described(shown.matches[shown.selected])
        elif intent.hides_docs(context):
            docs = None
        # One column for all of a call, so that the box does not jump as its arguments are typed.
        anchor = call.start if call and signatures else shown.start if shown else target.end - len(target.name)
        popup = Popup(
            matches=shown.matches,
            start=shown.start,
            end=shown.end,
            selected=shown.selected,
            signatures=signatures,
            signature=signature,
            argument=arguments[signature] if signatures else None,
            docs=docs,
            note=self._note(target),
            anchor=anchor,
        )
        self.popup = popup if popup else EMPTY

    def _make_menu(self, signature: Signature | None) -> Menu:
        context, call, intent = self.context, self.context.call, self._intent
        if not intent.opens(context, unasked=self.mode != "tab"):
            return Menu()
        answers, names = self._cache.covering(context), self.local_names.candidates(context)
        given = given_by_position(signature, call) if signature is not None and call is not None else ()
        return menu(context, answers, names, self.matching, given=given, wanted=intent.menu == "wanted")

    def _note(self, target: Target) -> str:
        """Why there is less on show than one would expect."""
        shown, why = self._menu, self._why_not_asked
        if shown:
            if why and all(match.local for match in shown.matches):
                return f"{why}: names of this session"
            return f"{shown.more} more: type on" if shown.more else ""
        if self._intent.menu == "wanted":
            if why:
                return f"{why}: it is asked later"
            is_known = self._cache.answer(self.context.document, self._generation) is not None
            return self.context.why_nothing if is_known or self.context.is_relative_import else ""
        return self.context.why_no_name if self._intent.docs is not None and not target.name else ""

    @property
    def _why_not_asked(self) -> str:
        """Why the kernel is asked nothing now, for people; "" when it may be."""
        busy = self.mode == "idle" and self._routes.kernel.state == "busy"
        return "kernel busy" if busy else self._routes.why_closed

    def _target(self, *, by_key: bool = False) -> Target:
        shown = self._menu
        match = None if shown.selected is None else shown.matches[shown.selected]
        return target_of(self.context, match, self._cache, self._guard, by_key=by_key)

    @property
    def _guard(self) -> Guard:
        return Guard(self._cache, self._generation, runs_code=self._runs_code)

    def _completed(self) -> Edit | None:
        """What Tab would have completed had there been the menu that it asked for; it takes no match among several."""
        answered = self._cache.answer(self.context.document, self._generation) is not None
        if not (self._intent.completes and answered and self._menu and self._menu.selected is None):
            return None
        self._intent.completes = False
        edit, after = self._menu.tab(1)
        if after.selected is not None:
            return None
        self._next = after
        return edit

    # What is asked

    def _ask(self, now: float) -> Effects:
        """Ask what is not known yet, as far as the routes and the pauses let."""
        effects: Effects = []
        if self._why_not_asked or self.mode == "off":
            return effects
        due = []
        for in_flight, wanted in ((self._complete, self._list_question), (self._inspect, self._docs_question)):
            asked = wanted() if in_flight.question is None else None
            if asked is None:
                continue
            question, by_key = asked
            # What a key asks for waits for no pause, however slow the kernel.
            ready = now if by_key else self._intent.since + in_flight.pause
            if ready > now:
                due.append(ready)
                continue
            jedi = self._runs_code and in_flight is self._complete
            route = self._routes.route(quick=in_flight.is_quick, may_be_slow=jedi)
            if route is None:
                continue
            request = _request(question, route)
            in_flight.send(question, request, now)
            self._routes.sent(request)
            self._page_wanted = None if question is self._page_wanted else self._page_wanted
            effects.append(request)
        return effects + self._prove(now, due)

    def _prove(self, now: float, due: Sequence[float] = ()) -> Effects:
        """Have the routes that are wanted prove themselves, and wait for that, and for what else is due."""
        effects: Effects = [*self._routes.proofs(now)]
        due = list(due)
        if self._routes.deadline is not None:
            due.append(self._routes.deadline)
        if due and (self._wake is None or min(due) < self._wake or self._wake < now):
            self._wake = min(due)
            effects.append(Wait(self._wake - now))
        return effects

    def _list_question(self) -> tuple[Question, bool] | None:
        """The completion that is missing first, and whether a key asks for it."""
        context, wanted = self.context, self._intent.menu == "wanted"
        opens = self._menu.selected is None and self._intent.opens(context, unasked=self.mode != "tab")
        verdict: Verdict = opens and not context.is_relative_import
        if verdict and not wanted:
            verdict = self._guard.completes(context)
        needed = [] if verdict is False else [(context if verdict is True else verdict, wanted)]
        if self._inspects_unasked and isinstance(callee := self._target().unasked, Context):
            needed.append((callee, False))
        answer = self._cache.answer(context.document, self._generation)
        if verdict is True and self.matching != "none" and answer is not None and answer.given:
            needed.append((Context.at(context.widest, self.language, context), wanted))
        if row := self._warm_up(self._complete):
            needed.append((Context.at(Document(row.completed, len(row.completed)), self.language), True))
        for each, by_key in needed:
            if self._cache.answer(each.document, self._generation) is None:
                return Question(each, self._generation), by_key
        return None

    def _docs_question(self) -> tuple[Question, bool] | None:
        """The inspection that is missing, and whether a key asks for it."""
        if self._page_wanted is not None:
            self._page_wanted = self._page_wanted._replace(generation=self._generation)
            if not self._cache.knows_docs(self._page_wanted):
                return self._page_wanted, True
            self._page_wanted = None
        by_key = self._intent.docs is not None
        target = self._target(by_key=by_key)
        question = self._question(target, self._intent.docs or 0)
        if target.name and not self._cache.knows_docs(question):
            if by_key or self._menu.selected is not None:
                return question, True
            if target.unasked is True and self._inspects_unasked:
                return question, False
        if row := self._warm_up(self._inspect):
            return self._question(target_named(row.inspected, self.language), 0), True
        return None

    def _question(self, target: Target, detail_level: int) -> Question:
        return Question(target.context, self._generation, target.name, detail_level, target.offset)

    @property
    def _inspects_unasked(self) -> bool:
        return self.mode != "tab" and not self._intent.hides_docs(self.context)

    def _warm_up(self, in_flight: InFlight) -> implementations.Implementation | None:
        """How to ask first, before the user needs an answer, of a kernel whose first answer takes long."""
        kernel = self._routes.kernel
        row = implementations.of(kernel.info)
        first = kernel.warms_up and kernel.state == "idle" and in_flight.is_quick is None
        return row if first and row.completed and row.inspected else None


def _request(question: Question, route: Route) -> Request:
    code = question.context.document.code
    if not question.name:
        cursor = question.context.document.cursor
        return complete_request(code, cursor, channel=route.channel, subshell_id=route.subshell_id)
    return inspect_request(
        code, question.offset, question.detail_level, channel=route.channel, subshell_id=route.subshell_id
    )

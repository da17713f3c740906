"""The state machine of live inspection: what to ask about the code being typed, and what to show of it now.

Two slots, one for completions and one for docs, hold one question each.  An edit first answers from what is known, in
the frame of the key, then asks for what is not.  A reply is remembered, shown as far as it fits the document then on
screen, and frees its slot for the newest document.  So nothing waits, nothing is asked twice, and no offset in a popup
or an edit ever refers to a text other than the one on screen.

Pure: documents, replies and times (monotonic seconds) come in, `Request`s and `Wait`s go out, `popup` is what to show.
An `Edit` goes out when Tab was pressed before there was a list; whoever makes it calls `chosen`.
"""

from __future__ import annotations

from typing import Literal

from bipy.inspection import reply
from bipy.inspection.cache import Cache, described
from bipy.inspection.context import Context
from bipy.inspection.inflight import InFlight, Question, Route
from bipy.inspection.intent import Intent
from bipy.inspection.local_names import LocalNames
from bipy.inspection.matching import Matching
from bipy.inspection.menu import Menu, menu
from bipy.inspection.signature import given_by_position
from bipy.inspection.source import Source, Token
from bipy.inspection.target import Target, alone, target_of
from bipy.inspection.values import EMPTY, Document, Edit, Page, Popup, Wait
from bipy.messaging.events import CompleteReply, InspectReply, NoReply
from bipy.messaging.message import Request, complete_request, inspect_request

Mode = Literal["live", "idle", "tab", "off"]
MODES: tuple[Mode, ...] = ("live", "idle", "tab", "off")
Effects = list[Request | Wait | Edit]

PAUSE = 0.5
"""Seconds without a key after which a name is inspected whose repr may be costly."""


class Inspector:
    """See the module's docstring.

    `jedi` says whether a Python kernel may be completing with it, which is what usually makes one slow.  Whenever `tab`
    or `move` was called the caller makes the edit, if there is one, and calls `chosen`.
    """

    def __init__(
        self, language: str = "python", *, mode: Mode = "live", matching: Matching = "fuzzy", jedi: bool = True
    ) -> None:
        self.popup: Popup = EMPTY
        self._jedi = jedi
        self.language = language
        self.mode: Mode = mode
        self.matching: Matching = matching
        self.context = Context(Document(), Source("", language), Token(0, ""), None)
        self._complete, self._inspect = InFlight(), InFlight()
        self._cache, self._local_names = Cache(), LocalNames()
        self._route: Route | None = None
        self._held = ""
        # How many cells ran, and at how many of them the kernel was last asked.
        self._generation = self._asked = 0
        self._menu = Menu()
        # The list as it is once the edit that `tab` or `move` gave has been made.
        self._next: Menu | None = None
        self._intent = Intent()
        # What a page is wanted of and the offset to ask at, until the kernel has been asked.
        self._wanted: tuple[Question, int] | None = None
        self._wake: float | None = None

    @property
    def hint(self) -> str:
        """What the status bar should say of a mode that is not the usual one, or of a slow completer; else ""."""
        if self.mode != "live":
            return f"inspection: {self.mode}"
        if not self._complete.pause:
            return ""
        may_be_jedi = self._jedi and self.context.source.is_python
        remedy = "%config Completer.use_jedi = False" if may_be_jedi else "bipy --inspection tab"
        return f"slow completer, {self._complete.usual:.1f} s: {remedy}"

    @property
    def menu_awaited(self) -> bool:
        """Whether Tab found no completion menu and waits for one."""
        return self._intent.completes

    def edited(self, document: Document, now: float) -> Effects:
        """The code or the cursor changed.  A list opens only where something was typed."""
        before = self.context.document
        if document == before:
            return []
        self._take(document, now)
        intent = self._intent
        if document.code != before.code:
            intent.list = "open" if intent.list == "closed" else intent.list
        elif intent.list == "open":
            intent.list = "closed"
        self._show()
        return self._ask(now)

    def pasted(self, document: Document, now: float) -> Effects:
        """Much changed at once (a paste, history, undo): ask nothing, close the list."""
        self._take(document, now)
        self._intent.list = "closed"
        self._show()
        return []

    def replied(self, event: CompleteReply | InspectReply | NoReply, now: float) -> Effects:
        """A slot's request was answered, or never will be."""
        request = event.parent.request
        answered = not isinstance(event, NoReply) and event.status != "aborted"
        if question := self._complete.free(request, now, answered=answered):
            given = isinstance(event, CompleteReply) and event.status == "ok"
            found = reply.completions(event, question.context) if given and isinstance(event, CompleteReply) else None
            self._cache.complete(question, found)
        elif question := self._inspect.free(request, now, answered=answered):
            docs = reply.docs(event, question.name) if isinstance(event, InspectReply) else None
            self._cache.inspect(question, docs if answered else None)
        else:
            return []
        self._show()
        edit = self._completed()
        return [edit] if edit is not None else self._ask(now)

    def waited(self, now: float) -> Effects:
        """The time of a `Wait` is up."""
        self._wake = None
        self._show()
        return self._ask(now)

    def route(self, route: Route | None, now: float, held: str = "kernel busy") -> Effects:
        """Ask there from now on; with None ask nothing, for the reason `held`.  Cheap while nothing has changed."""
        if (route, held, self._generation) == (self._route, self._held, self._asked):
            return []
        self._route, self._held, self._asked = route, held, self._generation
        self._show()
        return self._ask(now)

    def ran(self, *, restarted: bool = False) -> None:
        """A cell ran: what was answered is shown until there is better, but no longer good.

        `restarted`: on another process, of whose speed nothing is known and which owes us no answer.
        """
        self._generation += 1
        if restarted:
            self._complete, self._inspect = InFlight(), InFlight()

    def learn(self, code: str) -> None:
        """Offer the names in this code (a cell of the transcript, a line of history) as the client's own."""
        self._local_names.learn(code, self.language)

    def tab(self, step: int = 1) -> Edit | None:
        """Complete the common prefix, or the only match, then take one match after the other (-1: backwards).

        Without a list the kernel is asked for one by the `chosen` that follows, even where none opens unasked.
        """
        if not self._menu:
            self._intent.list, self._intent.completes = "wanted", True
            return None
        edit, self._next = self._menu.tab(step)
        return edit

    def _completed(self) -> Edit | None:
        """What Tab would have completed had there been the list that it asked for; it takes no match among several."""
        answered = self._cache.knows_list(self.context, self._generation)
        if not (self._intent.completes and answered and self._menu and self._menu.selected is None):
            return None
        self._intent.completes = False
        edit, after = self._menu.tab(1)
        if after.selected is not None:
            return None
        self._next = after
        return edit

    def move(self, step: int) -> Edit | None:
        """Select the match that many places on, once one is selected; stops at both ends."""
        if self._menu.selected is None:
            return None
        edit, self._next = self._menu.move(step)
        return edit

    def chosen(self, document: Document, now: float) -> Effects:
        """The edit that `tab` or `move` gave has been made, or there was none to make."""
        before, after, wanted = self._menu, self._next, self._intent.list == "wanted"
        self._take(document, now)
        if after is not None and after.stands_in(self.context.document):
            self._menu = after
        elif wanted:
            self._intent.list = "wanted"
        elif after is not None:
            # What was completed is whole when it was the only one; else the list narrows to it, or a new one opens.
            whole = len(before.leading) == 1 and self.context.token.start == before.start
            self._intent.list = "closed" if whole else "open"
        self._show()
        return self._ask(now)

    def accept(self) -> bool:
        """Enter: keep the selected match and close the list; False when none is selected."""
        if self._menu.selected is None:
            return False
        self._menu, self._intent.list = Menu(), "closed"
        self._show()
        return True

    def dismiss(self) -> bool:
        """Esc: close list and docs for this token, the signature for this call; False when nothing was open.

        A Tab that waits for its list is taken back, which counts as something.
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
            target = (*targets, alone(name, self.language))[0]
            question = Question(target.context, self._generation, name, detail_level)
            flying = self._inspect.question
            known = self._cache.knows_docs(question) or (flying and flying[1:] == question[1:])
            self._wanted = None if known else (question, target.offset)
        else:
            self._intent.ask(detail_level)
        self._show()
        return self._ask(now)

    def page(self, name: str | None = None, detail_level: int = 0, *, by_key: bool = False) -> Page:
        """What is known of `name`, or else of what the docs are about now, or (`by_key`) of what a key points at."""
        name = self._target(by_key=by_key).name if name is None else name
        docs = self._cache.docs(name, detail_level)
        what = f"the source of {name}" if detail_level else name
        questions = (self._inspect.question, self._wanted and self._wanted[0])
        asked = [each for each in questions if each and (each.name, each.detail_level) == (name, detail_level)]
        if not name:
            note = "There is nothing at the cursor to look up."
        elif self.mode == "off":
            note = "" if docs else "Inspection is off."
        elif asked and asked[0] is questions[1] and _is_held(self._route, self.mode):
            note = f"{self._held.capitalize()}: {what} is looked up later."
        elif asked:
            note = f"Looking up {what} \u2026"
        elif docs is None:
            note = f"Nothing is known of {name}."
        else:
            note = f"No source of {name} is known." if detail_level and not docs.source else ""
        return Page(name, docs, note)

    def switch(self) -> None:
        """The next mode: live, idle, tab, off, and live again."""
        self.mode = MODES[(MODES.index(self.mode) + 1) % len(MODES)]
        self.dismiss()

    def turn(self, step: int = 1) -> None:
        """Show the next of several signatures."""
        self._intent.turn += step
        self._show()

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
        # The first that has a parameter for what is being typed, until a key turns to another.
        fitting = next((number for number, argument in enumerate(arguments) if argument is not None), 0)
        signature = (fitting + intent.turn) % len(signatures) if signatures else 0
        if self._menu.selected is None:
            self._menu = Menu()
            if intent.offers(context, unasked=self.mode != "tab"):
                answers, names = self._cache.covering(context), self._local_names.candidates(context)
                given = given_by_position(signatures[signature], call) if signatures and call else ()
                wanted = intent.list == "wanted"
                self._menu = menu(context, answers, names, self.matching, given=given, wanted=wanted)
        shown = self._menu
        target = self._target(by_key=intent.docs is not None)
        docs = self._cache.docs(target.name, intent.docs or 0)
        if shown.selected is not None:
            docs = docs or described(shown.matches[shown.selected])
        elif intent.hides_docs(context):
            docs = None
        note = f"{shown.more} more: type on" if shown.more else ""
        held = _is_held(self._route, self.mode)
        if held and shown and all(match.local for match in shown.matches):
            note = f"{self._held}: names of this session"
        elif held and not shown and intent.list == "wanted":
            note = f"{self._held}: it is asked later"
        # One place for all of a call, so that the box does not jump as its arguments are typed.
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
            note=note,
            anchor=anchor,
        )
        self.popup = popup if popup else EMPTY

    def _target(self, *, by_key: bool = False) -> Target:
        shown = self._menu
        match = None if shown.selected is None else shown.matches[shown.selected]
        return target_of(self.context, match, self._cache, by_key=by_key)

    def _ask(self, now: float) -> Effects:
        """Ask what is not known yet, as far as the slots, the route and the pauses let."""
        effects: Effects = []
        if _is_held(self._route, self.mode) or self.mode == "off":
            return effects
        due = []
        for in_flight, asked in ((self._complete, self._list_question()), (self._inspect, self._docs_question())):
            if asked is None or in_flight.question is not None:
                continue
            question, request, pause = asked
            # What a key asks for waits for no pause, however slow the kernel.
            by_key = self._intent.list == "wanted" if in_flight is self._complete else self._intent.docs is not None
            ready = now if by_key or self._wanted else self._intent.since + max(pause, in_flight.pause)
            if ready > now:
                due.append(ready)
                continue
            in_flight.send(question, request, now)
            self._wanted = None if in_flight is self._inspect else self._wanted
            effects.append(request)
        if due and (self._wake is None or min(due) < self._wake or self._wake < now):
            self._wake = min(due)
            effects.append(Wait(self._wake - now))
        return effects

    def _list_question(self) -> tuple[Question, Request, float] | None:
        """(question, request, seconds without a key before it may be sent) for completions, unless they are known."""
        context, route = self.context, self._route or Route()
        offers = self._intent.offers(context, unasked=self.mode != "tab")
        if not offers or self._menu.selected is not None or self._cache.knows_list(context, self._generation):
            return None
        if self._intent.shrunk and any(
            a.question.generation == self._generation for a in self._cache.covering(context)
        ):
            return None
        document = context.document
        request = complete_request(document.code, document.cursor, channel=route.channel, subshell_id=route.subshell_id)
        return Question(context, self._generation), request, 0.0

    def _docs_question(self) -> tuple[Question, Request, float] | None:
        """(question, request, seconds without a key before it may be sent) for docs, unless they are known."""
        route = self._route or Route()
        if self._wanted is not None:
            question, offset = self._wanted
            question, pause = question._replace(generation=self._generation), 0.0
        else:
            by_key = self._intent.docs is not None
            target = self._target(by_key=by_key)
            question, offset = (
                Question(target.context, self._generation, target.name, self._intent.docs or 0),
                target.offset,
            )
            asked = by_key or self._menu.selected is not None
            unwanted = self.mode == "tab" or self._intent.hides_docs(self.context)
            if not target.name or self._cache.knows_docs(question) or (unwanted and not asked):
                return None
            pause = 0.0 if target.at_once or asked else PAUSE
        request = inspect_request(
            question.context.document.code,
            offset,
            question.detail_level,
            channel=route.channel,
            subshell_id=route.subshell_id,
        )
        return question, request, pause


def _is_held(route: Route | None, mode: Mode) -> bool:
    """Whether the kernel must not be asked now."""
    return route is None or (mode == "idle" and route != Route())

"""The actions in a list to choose from (`targets.ChooseActions`): what choosing means.

The list itself is `widgets.chooser`; what stands in it comes from a source, here the history.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bipy.session import effects, events
from bipy.session.records import Record
from bipy.settings import Setting
from bipy.ui.interface import Interface
from bipy.ui.keys import keymap, palette
from bipy.ui.keys.recalling import Entry, Past
from bipy.ui.widgets.chooser import Chooser, Item

# What a line that is typed would do, in words, and the function that does it; None if it is no command.
Typed = Callable[[str], tuple[str, Callable[[], object]] | None]


class Choosing:
    """The commands that work on the list of `interface`; targets.ChooseActions says for each what it does."""

    def __init__(
        self, interface: Interface, run: Callable[[str], object], bindings: Sequence[keymap.Binding] = keymap.KEYMAP
    ) -> None:
        self._bindings = bindings
        self._interface = interface
        self._run = run
        self._window = interface.window
        # Whether a setting that is chosen goes into the configuration file too.
        self._keeps = False
        # Whether the screen looks as it is not set.
        self._previewed = False

    def search_history(self) -> None:
        """Open the history; what stands in the cell, if it is one line, is looked for."""
        view = self._interface.view
        if view.history is None:
            return
        highlighter = self._window.transcript.highlighter
        past = Past(view.history, self._interface.folder, self._interface.today(), highlighter)
        chooser = Chooser(past, "F2 session  F3 folder  F4 ended well  F5 yours", "history")
        code = self._window.editor.buffer.code
        if code.strip() and "\n" not in code:
            chooser.query = code.strip()
            chooser.refresh()
        self._window.chooser = chooser
        self._interface.perform(effects.RecallOthers())

    def open_palette(self, contexts: Sequence[str], typed: Typed | None = None, query: str = "") -> None:
        """Open the list of commands and settings; `contexts` are those that hold.

        `typed` says what a line would do that is no command's name, and `query` is typed already.
        """

        def offered(line: str) -> palette.Offer | None:
            found = typed(line) if typed is not None else None
            return palette.Offer("substitute", found[0], "", found[1]) if found is not None else None

        settings, values = self._interface.settings, self._open_values
        offers = palette.everything(contexts, self._run, settings, values, self._bindings, offered)
        self._window.chooser = Chooser(offers)
        if query:
            self._window.chooser.query = query
            self._window.chooser.refresh()

    def _open_values(self, option: Setting) -> None:
        def choose(value: object) -> None:
            self._interface.perform(effects.Configure(option.name, value, self._keeps))

        hint = "type a value" if option.value and not option.choices else ""
        offers = palette.values(option, self._interface.settings, choose)
        chooser = Chooser(offers, f"{hint}  Ctrl-S also into config.toml".strip(), "setting")
        chooser.select(lambda item: isinstance(item, palette.Offer) and item.detail == "now")
        self._window.chooser = chooser
        if option.name in palette.PREVIEWED:
            chooser.on_select = lambda item: self._preview(option.name, item)

    def _preview(self, option: str, item: Item) -> None:
        """Show what the screen looks like with the value that is selected, until the list is closed."""
        if isinstance(item, palette.Offer):
            self._previewed = True
            self._interface.perform(effects.Preview(option, item.value))

    def move(self, rows: int) -> None:
        if self._window.chooser is not None:
            self._window.chooser.move(rows)

    def move_pages(self, pages: int) -> None:
        if self._window.chooser is not None:
            self._window.chooser.move_pages(pages)

    def delete(self) -> None:
        if self._window.chooser is not None:
            self._window.chooser.delete()

    def clear(self) -> None:
        if self._window.chooser is not None:
            self._window.chooser.clear()

    def mark(self) -> None:
        if self._window.chooser is not None:
            self._window.chooser.mark()

    def close(self) -> None:
        self._window.chooser = None
        if self._previewed:
            self._previewed = False
            self._interface.perform(effects.Preview())

    def keep(self) -> None:
        self._keeps = True
        self.choose()
        self._keeps = False

    def choose(self) -> None:
        chooser = self._window.chooser
        if chooser is not None and isinstance(chooser.selected, palette.Offer):
            self.close()
            chooser.selected.act()
            return
        entries = self._entries()
        self.close()
        if entries:
            self._interface.perform(effects.SetInput("\n".join(entry.record.code for entry in entries)))

    def run(self) -> None:
        entries = self._entries()
        self.close()
        if not entries:
            return
        following = self._after(entries[-1].record.code)
        for entry in entries:
            self._interface.dispatch(events.Forced(entry.record.code))
        if following is not None:
            self._interface.perform(effects.SetInput(following))

    def forget(self) -> None:
        chooser = self._window.chooser
        if chooser is None or not isinstance(chooser.source, Past):
            return
        for entry in self._entries():
            self._interface.dispatch(events.Erased(entry.record.code))
        chooser.marked = []
        chooser.follow()

    def save(self) -> None:
        if entries := self._entries():
            content = "\n\n".join(entry.record.code for entry in entries) + "\n"
            suffix = self._interface.suffix
            self._interface.perform(effects.Save(content.encode(errors="replace"), "history", suffix))

    def narrow(self, to: str) -> None:
        chooser = self._window.chooser
        if chooser is not None and isinstance(chooser.source, Past):
            chooser.source.switch(to)
            chooser.refresh()

    def _entries(self) -> list[Entry]:
        chooser = self._window.chooser
        return [item for item in chooser.chosen if isinstance(item, Entry)] if chooser is not None else []

    def _after(self, code: str) -> str | None:
        """The entry that came after another one in the history."""
        history = self._interface.view.history
        records: list[Record] = history.records() if history is not None else []
        places = [number for number, record in enumerate(records) if record.code == code]
        return records[places[0] - 1].code if places and places[0] else None

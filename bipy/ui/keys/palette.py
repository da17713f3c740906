"""The commands and the settings as sources of the chooser: any of them is found by a few letters of its name or help.

A command runs; a setting opens the list of its values.  A value that is not in that list is typed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bipy.settings import SETTINGS, BadValueError, Setting, Settings
from bipy.ui import theme
from bipy.ui.keys import keymap
from bipy.ui.keys.commands import COMMANDS, Command
from bipy.ui.text.find import Span
from bipy.ui.text.rows import Row, wrap_words

# No command of the palette: they make sense with their key alone.
WITHOUT = frozenset(
    [
        "self-insert",
        "count",
        "nothing",
        "palette",
        "choose",
        "complete",
        "complete-back",
        "read-keys",
        "vi-key",
        "vi-escape",
        "vi-redo",
    ]
)


# The settings whose values are shown while one goes through them.
PREVIEWED = frozenset({"theme", "code-style"})


class Offer:
    """A line of the list, and what choosing it does; `value` is that of a setting."""

    def __init__(
        self, name: str, text: str, detail: str, act: Callable[[], object], more: str = "", value: object = None
    ) -> None:
        self.name = name
        self.value = value
        self.text = text
        self.detail = detail
        self.note = ""
        self.sign = ""
        self.spans: Sequence[Span] = ()
        self.act = act
        self._more = more or text

    def preview(self) -> Sequence[Row]:
        """The name, and the help as a whole."""
        return [(("pager.heading", self.name),), *wrap_words((("pager", self._more),), 72)]


class Offers:
    """A list of offers, of which those fit that hold all words, or the letters in their order."""

    def __init__(self, title: str, offers: Sequence[Offer], typed: Callable[[str], Offer | None] | None = None) -> None:
        self.title = title
        self._offers = offers
        self._typed = typed

    def find(self, query: str) -> Sequence[Offer]:
        """What fits, the best first: names that begin so, then words, then letters; last what is typed itself."""
        words = query.lower().split()
        told = [(offer, f"{offer.name} {offer.text}".lower()) for offer in self._offers]
        fitting = [offer for offer, text in told if all(word in text for word in words)]
        if not fitting:
            fitting = [offer for offer, _ in told if _in_order("".join(words), offer.name.lower())]
        fitting.sort(key=lambda offer: _rank(offer.name, words))
        for offer in fitting:
            offer.spans = _spans(offer.text, words)
        typed = self._typed(query) if self._typed is not None and query.strip() else None
        return [*fitting, typed] if typed is not None and typed.text not in {each.text for each in fitting} else fitting

    def update(self) -> bool:
        """Nothing comes meanwhile."""
        return False


def everything(
    contexts: Sequence[str],
    run: Callable[[str], object],
    settings: Settings,
    change: Change,
    bindings: Sequence[keymap.Binding] = keymap.KEYMAP,
    typed: Callable[[str], Offer | None] | None = None,
) -> Offers:
    """All commands that have a key where these contexts hold, and all settings that are valid while bipy runs."""
    bound = {row.command for row in bindings if row.context in contexts}
    rows = [row for row in COMMANDS if row.name in bound - WITHOUT]
    offers = [_command(row, run, bindings) for row in rows]
    offers += [_setting(option, settings, change) for option in SETTINGS if option.where == "run"]
    return Offers("Commands and settings", offers, typed)


def values(option: Setting, settings: Settings, choose: Callable[[object], object]) -> Offers:
    """The values that a setting may have; others are typed."""
    now = _value(option, settings)
    told: list[object] = [*option.choices] if option.choices else [False, True] if not option.value else []
    if option.name in PREVIEWED:
        told = [*_names(option.name)]
    offers = [_choice(option, value, now, choose) for value in told]

    def typed(query: str) -> Offer | None:
        value: object = int(query) if option.least is not None and query.isdecimal() else query.strip()
        try:
            option.checked(value)
        except BadValueError:
            return None
        return _choice(option, value, now, choose)

    return Offers(f"{option.name}, now {_written(now)}", offers, typed if option.value and not option.choices else None)


def _names(option: str) -> list[str]:
    """The names that are known of a setting whose values have names."""
    if option == "theme":
        return [theme.AUTO, *theme.names()]
    from bipy.ui import code_style

    return code_style.names()


Change = Callable[[Setting], object]


def _command(row: Command, run: Callable[[str], object], bindings: Sequence[keymap.Binding]) -> Offer:
    keys = ", ".join(keymap.keys(row.name, rows=bindings))
    return Offer(row.name, row.help, keys, lambda: run(row.name), f"{row.help}. {keys}")


def _setting(option: Setting, settings: Settings, change: Change) -> Offer:
    return Offer(
        option.name,
        f"Setting {option.name}: {option.help}",
        _written(_value(option, settings)),
        lambda: change(option),
        option.help,
    )


def _choice(option: Setting, value: object, now: object, choose: Callable[[object], object]) -> Offer:
    detail = "now" if value == now else ""
    return Offer(option.name, _written(value), detail, lambda: choose(value), option.help, value)


def _value(option: Setting, settings: Settings) -> object:
    """The value now, as the configuration file would have it."""
    value = getattr(settings, option.field)
    if option.duration and isinstance(value, float):
        return f"{value:.0f}s"
    return value


def _written(value: object) -> str:
    return "not set" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _rank(name: str, words: Sequence[str]) -> int:
    """A name that begins with one of the words comes first, then one that holds one, then what fits by its help."""
    if any(name.startswith(word) for word in words):
        return 0
    return 1 if any(word in name for word in words) else 2


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


def _spans(text: str, words: Sequence[str]) -> list[Span]:
    spans: list[Span] = []
    for start, end in sorted((text.lower().find(word), text.lower().find(word) + len(word)) for word in words):
        if start >= 0 and (not spans or start >= spans[-1][1]):
            spans.append((start, end))
    return spans

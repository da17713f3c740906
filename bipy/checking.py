"""What the configuration file says that only other parts can judge: themes, styles of code, and keys.

`config` knows no screen, so it takes these names as they stand.  A mistake is told as those are that it finds itself,
with line and column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bipy.config import Chosen, Config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bipy.ui.keys.keymap import Binding

_LOOKS = ("theme", "code-style")


def bindings(configured: Config) -> Sequence[Binding]:
    """The key table, with what the file says of it; ConfigError for a mistake there.  urwid has been imported."""
    from bipy.ui.keys.binding import BindingError, customised

    try:
        return customised(configured.keys)
    except BindingError as error:
        raise configured.mistake(("keys", *error.at), str(error)) from None


def doubts(configured: Config) -> list[str]:
    """What the file binds to keys that few terminals send: a line each, with its place.  The file has no mistake."""
    from bipy.ui.keys import binding

    problems = [configured.problem(("keys", *at), text) for at, text in binding.doubts(configured.keys)]
    return [problem.told(configured.file) for problem in problems]


def looks(configured: Config) -> None:
    """ConfigError for the first theme or style of code that cannot be used, in any part of the file."""
    from bipy.ui.theme import ThemeError, load

    for within, chosen in _parts(configured):
        for name in _LOOKS:
            value = chosen.get(name.replace("-", "_"))
            try:
                if isinstance(value, str):
                    load(value) if name == "theme" else load(code_style=value)
            except ThemeError as error:
                raise configured.mistake((*within, name), f"{name}: {error}") from None


def _parts(configured: Config) -> Iterator[tuple[tuple[str, ...], Chosen]]:
    yield (), configured.chosen
    for kind, parts in (("languages", configured.languages), ("kernels", configured.kernels)):
        for name, chosen in parts.items():
            yield (kind, name), chosen

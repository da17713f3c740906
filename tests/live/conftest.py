"""For the live tests: homes and sessions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.terminal import Repl, new_home


@pytest.fixture
def home() -> Iterator[Path]:
    """The home of a new user."""
    with new_home() as folder:
        yield folder


class Shared:
    """One bipy for the tests of a module, replaced when a test has left it in another state than it found it."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._repl: Repl | None = None

    def take(self) -> Repl:
        """A bipy with a kernel of its own, idle, with an empty input cell."""
        try:
            if self._repl is not None:
                self._repl.ready(3)
        except AssertionError:  # the test before it failed
            self.close()
        if self._repl is None:
            self._repl = Repl(self._home)
            self._repl.ready()
        return self._repl

    def close(self) -> None:
        if self._repl is not None:
            self._repl.close()
            self._repl = None


@pytest.fixture(scope="module")
def shared() -> Iterator[Shared]:
    with new_home() as folder:
        shared = Shared(folder)
        yield shared
        shared.close()


@pytest.fixture
def repl(shared: Shared) -> Repl:
    """A bipy that has been worked in: idle, with an empty input cell."""
    return shared.take()

"""For all tests: the snapshot fixture and its switch --update-snapshots, and how hypothesis looks for examples.

It tries the same examples in every run, so that a run tells of the change and not of luck, and it times nothing.
`pytest --hypothesis-profile=explore` tries others each time, and ten times as many where the number is left to it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests import snapshots

settings.register_profile("explore", deadline=None, max_examples=1000)
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-snapshots", action="store_true", help="write the snapshots anew instead of comparing")


@pytest.fixture(scope="session")
def _used_snapshots(request: pytest.FixtureRequest) -> Iterator[set[str]]:
    used: set[str] = set()
    yield used
    # Orphans can be told only when every test that may have used one has run.
    selected = request.session.config.getoption("keyword") or request.session.config.getoption("lf", default=False)
    whole = all("::" not in argument for argument in request.session.config.args) and not selected
    if whole and request.session.testsfailed == 0:
        folders = {name.split("/")[0] for name in used}
        orphans = sorted(name for name in snapshots.names() if name.split("/")[0] in folders and name not in used)
        if request.config.getoption("--update-snapshots"):
            for name in orphans:
                snapshots.path(name).unlink()
        else:
            assert not orphans, f"snapshots that no test uses: {', '.join(orphans)}"


@pytest.fixture
def snapshot(request: pytest.FixtureRequest, _used_snapshots: set[str]) -> snapshots.Check:
    """Compare a canvas, or text, with tests/snapshots/<folder>/<name>.txt: snapshot(canvas, "box/matches").

    The folder is the subject (box, editor, ...) and belongs to one test module.
    """

    def check(shown: snapshots.Canvas | str, name: str) -> None:
        assert name not in _used_snapshots, f"two tests use the snapshot {name}"
        _used_snapshots.add(name)
        snapshots.check(shown, name, update=bool(request.config.getoption("--update-snapshots")))

    return check

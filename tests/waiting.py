"""Wait for a condition instead of sleeping: `until` is the only place of the tests that sleeps."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# Seconds after which what is waited for does not come.  A machine that is busy with other things needs a good part.
PATIENCE = 60.0


def until(condition: Callable[[], T], seconds: float = PATIENCE) -> T:
    """Call `condition` until it gives something true, and return that; AssertionError when the time is up."""
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline, f"still waiting after {seconds:g} s for {condition}"
        time.sleep(0.005)
    return result

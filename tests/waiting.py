"""Wait for a condition instead of sleeping: `until` is the only place of the tests that sleeps."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(condition: Callable[[], T], seconds: float = 10.0) -> T:
    """Call `condition` until it gives something true, and return that; AssertionError when the time is up."""
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline, f"still waiting after {seconds:g} s for {condition}"
        time.sleep(0.005)
    return result

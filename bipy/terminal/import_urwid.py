"""Import urwid without the event loops that bipy does not use.

`import urwid` imports a loop for each framework that is installed: always asyncio and tornado (ipykernel brings it),
and trio, twisted and glib where they are.  Measured on Python 3.11, two cores: urwid 119 ms, without the loops 68 ms,
of 170 ms from the command to the first echoed key.  bipy works without this module too.
"""

from __future__ import annotations

import sys
from types import ModuleType

_OPTIONAL = ("tornado", "zmq", "trio", "twisted", "glib")
_ASYNCIO = "urwid.event_loop.asyncio_loop"


def import_urwid() -> None:
    """Import urwid; later imports of the loops that were left out find the real ones."""
    if "urwid" in sys.modules:
        return
    # urwid asks for these in try blocks, and None in sys.modules is Python's own way to say that there is no such one.
    left_out: dict[str, ModuleType | None] = {f"urwid.event_loop.{name}_loop": None for name in _OPTIONAL}
    if "asyncio" not in sys.modules:
        left_out[_ASYNCIO] = ModuleType(_ASYNCIO)
        left_out[_ASYNCIO].AsyncioEventLoop = type("AsyncioEventLoop", (), {})  # type: ignore[union-attr]
    sys.modules.update(left_out)  # type: ignore[arg-type]
    try:
        import urwid  # noqa: F401
    finally:
        for name in left_out:
            del sys.modules[name]

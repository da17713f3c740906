"""A reference: python -m tests.benchmarks.plain is urwid as it comes, an Edit in a MainLoop, and no kernel."""

from __future__ import annotations

import urwid

if __name__ == "__main__":
    edit = urwid.Edit("In [1]: ", multiline=True)
    screen = urwid.display.raw.Screen(bracketed_paste_mode=True)
    urwid.MainLoop(urwid.Filler(edit, valign="top"), screen=screen).run()

"""The urwid widgets.  Each shows what it is given; none knows a key table, the session or the kernel."""

"""The edge towards the terminal: urwid lives here.  Widgets show and edit; what it means is decided elsewhere."""

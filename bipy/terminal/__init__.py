"""The edge towards the terminal: its line settings, its screen, and the loop that waits for it and for the sockets."""

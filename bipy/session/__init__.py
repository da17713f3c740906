"""The session, sans I/O: what the user and the kernel do comes in as events, what is to be done goes out as effects.

`session` routes; its parts own one subject each.  Nothing here knows a socket, a screen, a clock or a thread.
"""

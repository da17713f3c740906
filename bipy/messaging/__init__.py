"""The Jupyter messaging protocol, sans I/O: bytes in, events out.

Nothing in this package knows of a socket, a clock, a thread, a file or a terminal; it imports the standard library
only, and time comes in as an argument.  `message` builds what a client sends, `wire` turns messages into frames and
back, `protocol4` hides protocol 4, `decode` makes events of messages, `events` says what a client can observe, `client`
joins them, `implementations` tells how the kernels differ all the same.
"""

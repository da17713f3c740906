"""How a terminal is lent: the protocol of front and host, the sockets that sessions are found by, the host's side."""

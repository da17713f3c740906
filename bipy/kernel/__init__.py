"""The edge towards kernels: files, processes and sockets.  zmq is imported in `channels` only."""

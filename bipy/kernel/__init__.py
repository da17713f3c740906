"""The edge towards kernels: files, processes, sockets.  zmq is imported in `zmq_channels` only."""

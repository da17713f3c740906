"""Live inspection: what to ask the kernel about the code being typed, and what its answers mean.

Pure, like messaging, whose values it uses.  `source` reads the code, `reply` reads the answers, `inspector` is the
state machine that decides what is asked and what is shown, `values` are the words they share.
"""

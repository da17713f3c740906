"""Live inspection: what to ask the kernel about the code being typed, and what its answers mean.

Pure, like messaging, whose values it uses.  `source` (on `points`, `scanner` and `lexing`) and `context` read the
code; `reply` and `signature` read the answers; `cache` and `local_names` keep what is known; `matching` and `menu`
make the completion menu; `target`, `inflight`, `routes` and `intent` hold what docs are about, what is asked, where,
and what the person wants; `inspector` is the state machine that decides what is asked and what is shown, and `values`
are the words they share.
"""

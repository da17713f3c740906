"""Figures, each beside its reference in the same run: `python -m tests.benchmarks [NAME ...]`.

Nothing here is a test and no time is asserted: machines differ, so only the two columns of one run can be compared.
"""

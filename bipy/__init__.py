"""bipy: a terminal REPL for Jupyter kernels that inspects as you type."""

__version__ = "0.1.0"

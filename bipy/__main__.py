"""`python -m bipy`, and the console scripts bipy and jupyter-bipy."""

from __future__ import annotations

import sys

from bipy.cli import main

if __name__ == "__main__":
    sys.exit(main())

"""The fast start of `python -m bipy` and of the console scripts: a front at once, and a host behind it.

What needs no kernel is settled before the fork: the terminal, --help, options that cannot be meant.  A command line
without arguments is settled by the front alone, so this module imports no more than it does until then.
"""

from __future__ import annotations

import sys

from bipy import front

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from bipy.lending.protocol import Line


def main() -> int:
    """Run bipy; its exit status."""
    if len(sys.argv) > 1:
        from bipy import cli  # argparse: 8 ms

        return cli.main(sys.argv[1:])
    return front.main(_host)


def _host(line: Line) -> NoReturn:
    from bipy import starting
    from bipy.settings import Settings

    starting.main(Settings(), line)


if __name__ == "__main__":
    sys.exit(main())

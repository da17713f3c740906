"""The fast start of `python -m bipy` and of the console scripts: a front at once, and a host behind it.

What needs no kernel is settled before the fork: the terminal, --help, options that cannot be meant.  A command line
without arguments, and one that names a session to come back to, are settled here, since what parses the others would
stay in the front's memory: argparse takes 2 MB.
"""

from __future__ import annotations

import os
import sys

from bipy import front

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from bipy.lending.protocol import Line


def main() -> int:
    """Run bipy; its exit status."""
    line = _session(sys.argv[1:])
    if line is not None:
        return front.resume(line)
    if len(sys.argv) > 1 or "BIPY_OPTIONS" in os.environ:
        from bipy import cli  # argparse: 8 ms

        return cli.main(sys.argv[1:])
    return front.main(_host)


def _session(arguments: list[str]) -> Line | None:
    """The one session that `--resume` or `--resume N` means; None where anything has to be said or asked."""
    if arguments[:1] != ["--resume"] or len(arguments) > 2 or not all(map(str.isdecimal, arguments[1:])):
        return None
    from bipy.lending import sockets

    numbers = [int(number) for number in arguments[1:]] or sockets.numbers()
    return sockets.connect(numbers[0]) if len(numbers) == 1 else None


def _host(line: Line) -> NoReturn:
    from bipy import starting
    from bipy.settings import Settings

    starting.main(Settings(), line)


if __name__ == "__main__":
    sys.exit(main())

"""Which running kernel --existing means: its file is looked up, and the kernel is asked for its heartbeat.

A kernel that has just been started may not listen yet, and its file may not be written to its end: a file that is
younger than YOUNG_SECONDS is waited for.  Any other gets PATIENCE_SECONDS, in which a kernel can be started anew by its
owner.  This is the one place where bipy waits for a kernel: there is no screen yet.

Source: jupyter_client's connect.py.
"""

from __future__ import annotations

import glob
import os
import time
from collections.abc import Callable

from bipy.kernel import connection, jupyter_paths
from bipy.kernel.connection import ConnectionFileError, ConnectionInfo, UnfinishedFileError
from bipy.kernel.handle import AttachedKernel
from bipy.kernel.zmq_channels import probe

YOUNG_SECONDS = 60.0
PATIENCE_SECONDS = 2.0
_PAUSE_SECONDS = 0.1
_LISTED = 5
_START = "To start a kernel of its own, run bipy without --existing."


def attach(argument: str, wait: Callable[[str], object]) -> AttachedKernel:
    """The one kernel that `argument` means and that is alive; ConnectionFileError if there is none, or more than one.

    `wait` is called with a word for the user when the kernel does not answer at once.
    """
    paths = candidates(argument)
    if not paths and os.path.isabs(os.path.expanduser(argument)):
        raise ConnectionFileError(f"There is no connection file {argument}. {_START}")
    if not paths:
        where = ", ".join(jupyter_paths.search_path())
        raise ConnectionFileError(
            f"No connection file matches {argument or 'kernel*.json'}. Looked in {where}. {_START}"
        )
    living = _living(paths, wait)
    if len(living) == 1:
        return AttachedKernel(*living[0])
    if living:
        listed = "\n".join(f"  bipy --existing {path}" for path, _ in living)
        raise ConnectionFileError(f"{len(living)} kernels are running. Say which one:\n{listed}")
    if len(paths) == 1:
        connection.read(paths[0])  # or it says what is wrong with the file
        raise ConnectionFileError(
            f"The kernel of {paths[0]} has no heartbeat: it has ended, or is out of reach. {_START}"
        )
    raise ConnectionFileError(f"None of these kernels answers:\n{_list(paths)}\n{_START}")


def _list(paths: list[str]) -> str:
    more = f"\n  and {len(paths) - _LISTED} more" if len(paths) > _LISTED else ""
    return "\n".join(f"  {path}" for path in paths[:_LISTED]) + more


def _living(paths: list[str], wait: Callable[[str], object]) -> list[tuple[str, ConnectionInfo]]:
    """The connections of the kernels that answer, as soon as one of them does; none when it is no use to wait."""
    begun = time.monotonic()
    told = False
    while True:
        readable = _readable(paths)
        young = {path: left for path, _ in readable if (left := YOUNG_SECONDS - _age(path)) > 0}
        left = max(PATIENCE_SECONDS - (time.monotonic() - begun), *young.values(), 0.0)
        alive = probe([info for _, info in readable], min(1.0, max(left, _PAUSE_SECONDS)))
        living = [found for found, answers in zip(readable, alive, strict=True) if answers]
        if living or left == 0:
            return living
        if not told:
            told = True
            awaited = list(young or paths)
            which = f"the kernel of {awaited[0]}" if len(awaited) == 1 else f"one of {len(awaited)} kernels to answer"
            wait(f"Waiting for {which}; Ctrl-C leaves.")
        time.sleep(_PAUSE_SECONDS)


def _readable(paths: list[str]) -> list[tuple[str, ConnectionInfo]]:
    """The files that say where a kernel listens.  What is wrong with one of many is no matter: the others count."""
    readable = []
    for path in paths:
        try:
            readable.append((path, connection.read(path)))
        except UnfinishedFileError:
            continue
        except ConnectionFileError:
            if len(paths) == 1:
                raise
    return readable


def _age(path: str) -> float:
    """Seconds since the file was written."""
    try:
        return max(0.0, time.time() - os.stat(path).st_mtime)
    except OSError:
        return YOUNG_SECONDS


def candidates(argument: str) -> list[str]:
    """The connection files that --existing may mean, the likeliest first; empty when there is none.

    As jupyter_client does: a file of that name (with ~ and $VAR) in the current folder or Jupyter's runtime folder is
    meant itself; else every file there that matches, as a pattern if it has a *, else as a part of the name.  With
    "" every kernel*.json matches.  The one used last comes first; where the file system keeps no access times,
    the one written last.
    """
    folders = jupyter_paths.search_path()
    name = os.path.expandvars(os.path.expanduser(argument or "kernel*.json"))
    for folder in folders:
        path = os.path.join(folder, name)
        if os.path.isfile(path) or (os.path.isabs(name) and os.path.exists(path)):
            return [os.path.abspath(path)]
    pattern = name if "*" in name else f"*{name}*"
    found: dict[str, str] = {}
    for folder in folders:
        for path in glob.glob(os.path.join(glob.escape(folder), pattern)):
            if os.path.isfile(path):
                found.setdefault(os.path.realpath(path), os.path.abspath(path))
    return sorted(found.values(), key=_last_used, reverse=True)


def _last_used(path: str) -> tuple[float, float]:
    try:
        status = os.stat(path)
    except OSError:
        return (0.0, 0.0)
    return (status.st_atime, status.st_mtime)

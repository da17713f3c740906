"""Files of the user's own: the transcripts of sessions that ended without a terminal, drafts, saved outputs.

All but saved outputs are readable by the user alone.  A transcript is plain text in the folder "transcripts" of bipy's
state folder.  The next start names it, once: one that has not been named yet has the ending ".new".
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable, Sequence

from bipy.kernel import jupyter_paths

# A file has no width of its own.
COLUMNS = 120
_KEPT = 20
_NEW = ".new"


def keep(rows: Iterable[Sequence[tuple[object, str]]], *, is_named: bool) -> str:
    """Write the rows of a session to a file, and say in a sentence where it is, or why it is nowhere.

    `is_named` says that the user reads that sentence; else the next start names the file.
    """
    name = os.path.join(_folder(), time.strftime("%Y-%m-%d-%H%M%S") + f"-{os.getpid()}.txt")
    try:
        os.makedirs(_folder(), mode=0o700, exist_ok=True)
        fd = os.open(name + ("" if is_named else _NEW), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w", encoding="utf-8", errors="replace") as file:
            for row in rows:
                file.write("".join(text for _, text in row).rstrip() + "\n")
    except OSError as error:
        return f"The transcript could not be written to {name}: {error.strerror}."
    _prune()
    return f"The transcript is in {name}"


def name_new() -> list[str]:
    """The transcripts that were not named yet, the oldest first; they are named now."""
    try:
        found = sorted(name for name in os.listdir(_folder()) if name.endswith(_NEW))
    except OSError:
        return []
    named = []
    for name in found:
        path = os.path.join(_folder(), name)
        with contextlib.suppress(OSError):  # another start has named it
            os.rename(path, path.removesuffix(_NEW))
            named.append(path.removesuffix(_NEW))
    return named


def draft(text: str, suffix: str) -> str:
    """Write what an editor is to work on to a file that the user alone can read; its path."""
    from tempfile import mkstemp  # 8 ms

    fd, path = mkstemp(prefix="bipy-", suffix=suffix)
    with os.fdopen(fd, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text + "\n" * (not text.endswith("\n")))
    return path


def copy(content: bytes, suffix: str) -> str:
    """Write what another program is to show to a file that the user alone can read; its path."""
    from tempfile import mkstemp

    fd, path = mkstemp(prefix="bipy-", suffix=suffix)
    with os.fdopen(fd, "wb") as file:
        file.write(content)
    return path


def save(content: bytes, name: str, suffix: str) -> str:
    """Write an output into the current folder, under a name that no file has yet; its path."""
    for number in range(1, 1000):
        path = os.path.abspath(f"{name}{f'-{number}' if number > 1 else ''}{suffix}")
        try:
            with open(path, "xb") as file:
                file.write(content)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"there are 1000 files {name}{suffix} already")


def take_draft(path: str) -> str:
    """The text that an editor has saved, without the end of its last line; the file is removed."""
    with open(path, encoding="utf-8", errors="replace", newline=None) as file:
        text = file.read()
    os.unlink(path)
    return text.removesuffix("\n")


def read_code(path: str) -> str:
    """What a file of code holds that an editor has saved."""
    with open(path, encoding="utf-8", errors="replace", newline=None) as file:
        return file.read()


def _folder() -> str:
    return os.path.join(jupyter_paths.state_dir(), "transcripts")


def _prune() -> None:
    """Remove all but the newest."""
    for name in sorted(os.listdir(_folder()), reverse=True)[_KEPT:]:
        with contextlib.suppress(OSError):
            os.unlink(os.path.join(_folder(), name))

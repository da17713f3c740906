"""What a killed bipy leaves behind, and who tidies it up."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bipy.kernel.connection import prune


@pytest.fixture
def folder(home: Path) -> Path:
    """Jupyter's runtime folder."""
    runtime = home / "runtime"
    runtime.mkdir()
    return runtime


def left(folder: Path, pid: int, place: Path) -> Path:
    """The connection file of a bipy with that process id, whose kernel's sockets are in `place`."""
    place.mkdir()
    ports = {f"{channel}_port": n for n, channel in enumerate(("shell", "iopub", "stdin", "control", "hb"), 1)}
    file = folder / f"kernel-{pid}.json"
    file.write_text(json.dumps({"transport": "ipc", "ip": str(place / "kernel"), "key": "", **ports}))
    return file


@pytest.fixture
def gone() -> int:
    """The id of a process that has ended."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_what_a_killed_bipy_and_its_kernel_left_is_removed(folder: Path, gone: int) -> None:
    file = left(folder, gone, folder / "ipc-1")
    with socket.socket(socket.AF_UNIX) as heart:
        heart.bind(str(folder / "ipc-1" / "kernel-5"))
    prune(str(folder))
    assert not file.exists()
    assert not (folder / "ipc-1").exists()


def test_a_kernel_that_goes_on_keeps_its_file(folder: Path, gone: int) -> None:
    file = left(folder, gone, folder / "ipc-1")
    with socket.socket(socket.AF_UNIX) as heart:
        heart.bind(str(folder / "ipc-1" / "kernel-5"))
        heart.listen()
        prune(str(folder))
        assert file.exists()


def test_what_is_not_bipys_stays(folder: Path, gone: int) -> None:
    running = left(folder, os.getpid(), folder / "ipc-1")
    elsewhere = left(folder, gone, folder.parent / "ipc-2")
    broken = folder / f"kernel-{gone + 1}.json"
    broken.write_text("{")
    prune(str(folder))
    assert running.exists()
    assert elsewhere.exists()
    assert broken.exists()

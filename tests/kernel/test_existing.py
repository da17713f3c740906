"""Which kernel --existing means: how its file is found, and how long a kernel is waited for that does not answer."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bipy.kernel import connection, existing, jupyter_paths
from bipy.kernel.connection import ConnectionFileError
from bipy.kernel.existing import attach, candidates
from tests.kernel.test_connection import FILE, put
from tests.kernel.test_zmq_channels import Peer


@pytest.fixture
def places(home: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The current folder and the runtime folder."""
    here, runtime = home / "here", home / "runtime"
    here.mkdir()
    runtime.mkdir()
    monkeypatch.chdir(here)
    return here, runtime


def used(path: str, seconds: int) -> str:
    os.utime(path, (seconds, seconds))
    return path


def test_existing_alone_means_every_kernel_and_the_last_used_first(places: tuple[Path, Path]) -> None:
    here, runtime = places
    old = used(put(runtime, FILE, "kernel-1.json"), 100)
    new = used(put(runtime, FILE, "kernel-0aa-22.json"), 300)
    ours = used(put(here, FILE, "kernel-3.json"), 200)
    put(runtime, {}, "jpserver-5.json")
    assert candidates("") == [new, ours, old]


def test_access_counts_before_writing(places: tuple[Path, Path]) -> None:
    _, runtime = places
    read_last, written_last = put(runtime, FILE, "kernel-1.json"), put(runtime, FILE, "kernel-2.json")
    os.utime(read_last, (300, 100))
    os.utime(written_last, (200, 200))
    assert candidates("") == [read_last, written_last]
    os.utime(read_last, (200, 100))
    assert candidates("") == [written_last, read_last]


def test_an_exact_name_means_that_file(places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    here, runtime = places
    there = put(runtime, FILE, "kernel-5979.json")
    put(runtime, FILE, "kernel-5979.json.bak")
    assert candidates("kernel-5979.json") == [there]
    assert candidates(there) == [there]
    assert candidates("~/runtime/kernel-5979.json") == [there]
    monkeypatch.setenv("WHERE", str(runtime))
    assert candidates("$WHERE/kernel-5979.json") == [there]
    near = put(here, FILE, "kernel-5979.json")
    assert candidates("kernel-5979.json") == [near]


def test_a_part_of_the_name_and_a_pattern(places: tuple[Path, Path]) -> None:
    _, runtime = places
    one = used(put(runtime, FILE, "kernel-5979.json"), 100)
    two = used(put(runtime, FILE, "kernel-15979-a.json"), 200)
    assert candidates("5979") == [two, one]
    assert candidates("kernel-5*") == [one]
    assert candidates("kernel-5*.txt") == []
    assert candidates("nothing like it") == []


def test_folders_and_sockets_are_no_candidates(places: tuple[Path, Path]) -> None:
    _, runtime = places
    (runtime / "kernel-7.json").mkdir()
    os.mkfifo(runtime / "kernel-7-pipe.json")
    assert candidates("7") == []


def test_the_old_runtime_folder_is_searched_too(
    places: tuple[Path, Path], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "run" / "jupyter").mkdir(parents=True)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home / "run"))
    path = put(home / "run" / "jupyter", FILE)
    assert candidates("") == [path]
    assert jupyter_paths.search_path() == [".", str(places[1]), str(home / "run" / "jupyter")]


def test_a_file_found_twice_is_listed_once(places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    _, runtime = places
    path = put(runtime, FILE)
    monkeypatch.chdir(runtime)
    assert candidates("") == [path]


class Kernels:
    """Kernels in the runtime folder, of which only the heart beats, and the words that the user is told."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.words: list[str] = []
        self.then: Callable[[], object] = lambda: None
        self._stack = stack

    def file(self, name: str, age: float = 0.0) -> str:
        """The connection file of a kernel that does not listen."""
        path = str(self.folder / name)
        connection.create(path, "python3", ipc=True)
        os.utime(path, (time.time() - age, time.time() - age))
        return path

    def start(self, path: str) -> None:
        """The kernel of that file begins to listen."""
        peer = Peer(connection.read(path))
        beating = threading.Thread(target=lambda: peer.sockets["hb"].send_multipart(peer.received("hb")))
        self._stack.callback(peer.close)
        self._stack.callback(beating.join)
        beating.start()

    def wait(self, word: str) -> None:
        self.words.append(word)
        self.then()


@pytest.fixture
def kernels(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kernels]:
    monkeypatch.setattr(existing, "PATIENCE_SECONDS", 0.2)
    (home / "runtime").mkdir()
    with ExitStack() as stack:
        yield Kernels(home / "runtime", stack)


def test_a_kernel_that_answers_is_not_waited_for(kernels: Kernels) -> None:
    path = kernels.file("kernel-1.json")
    kernels.file("kernel-2.json")  # also where another may be starting
    kernels.start(path)
    kernel = attach("", kernels.wait)
    assert (kernel.connection_file, kernel.info) == (path, connection.read(path))
    assert kernels.words == []


@pytest.mark.parametrize("text", [None, "", '{"shell_port'], ids=["whole", "empty", "half"])
def test_a_kernel_that_boots_is_waited_for_with_a_word(kernels: Kernels, text: str | None) -> None:
    path = kernels.file("kernel-1.json")
    if text is not None:
        Path(path).write_text(text)

    def boot() -> None:
        if text is not None:
            kernels.file("kernel-1.json")
        kernels.start(path)

    kernels.then = boot
    assert attach("1", kernels.wait).connection_file == path
    assert kernels.words == [f"Waiting for the kernel of {path}; Ctrl-C leaves."]


def test_one_that_may_be_booting_is_waited_for_among_many(kernels: Kernels) -> None:
    for number in range(3):
        kernels.file(f"kernel-{number}.json", age=10_000)
    young = kernels.file("kernel-7.json", age=5)
    kernels.then = lambda: kernels.start(young)
    assert attach("", kernels.wait).connection_file == young
    assert kernels.words == [f"Waiting for the kernel of {young}; Ctrl-C leaves."]


def test_the_owner_of_a_kernel_has_a_moment_to_start_it_anew(kernels: Kernels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(existing, "PATIENCE_SECONDS", 20.0)
    path = kernels.file("kernel-1.json", age=10_000)
    kernels.then = lambda: kernels.start(path)
    assert attach("1", kernels.wait).connection_file == path


@pytest.mark.parametrize("age", [10_000, 59.5])
def test_a_file_is_refused_when_it_is_older_than_a_minute(kernels: Kernels, age: float) -> None:
    path = kernels.file("kernel-1.json", age=age)
    with pytest.raises(ConnectionFileError, match=rf"The kernel of {path} has no heartbeat: it has ended"):
        attach("1", kernels.wait)
    assert time.time() - os.stat(path).st_mtime > existing.YOUNG_SECONDS


@pytest.mark.parametrize(("text", "told"), [("", 1), ("{", 1), ("[]", 0), ('{"shell_port": 1}', 0)])
def test_a_file_that_is_no_connection_file_is_refused(kernels: Kernels, text: str, told: int) -> None:
    """At once, unless it may have to be written to its end."""
    path = kernels.folder / "kernel-1.json"
    path.write_text(text)
    with pytest.raises(ConnectionFileError, match=str(path)):
        attach("1", kernels.wait)
    assert len(kernels.words) == told


def test_none_and_too_many(kernels: Kernels) -> None:
    with pytest.raises(ConnectionFileError, match=r"No connection file matches kernel\*.json. Looked in"):
        attach("", kernels.wait)
    with pytest.raises(ConnectionFileError, match=r"There is no connection file /nowhere/k.json."):
        attach("/nowhere/k.json", kernels.wait)
    paths = [kernels.file(f"kernel-{number}.json", age=10_000) for number in range(7)]
    with pytest.raises(ConnectionFileError, match=r"None of these kernels answers:\n(.*\n){5}  and 2 more\n.* without"):
        attach("", kernels.wait)
    assert kernels.words == ["Waiting for one of 7 kernels to answer; Ctrl-C leaves."]
    for path in paths[:2]:
        kernels.start(path)
    with pytest.raises(ConnectionFileError, match=r"2 kernels are running. Say which one:") as caught:
        attach("", kernels.wait)
    assert {f"  bipy --existing {path}" for path in paths[:2]} == set(str(caught.value).splitlines()[1:])

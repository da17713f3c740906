"""bipy installed from a wheel, installed editable, and run from a plain checkout; and the modules that a start imports.

Each way has a virtual environment and a copy of the sources of its own.  The dependencies are those of the Python that
runs the tests.
"""

from __future__ import annotations

import importlib.util
import os
import pty
import shutil
import subprocess
import sys
import sysconfig
import venv
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import pytest

from bipy import __version__

ROOT = Path(__file__).parents[1]
SOURCES = ("setup.cfg", "pyproject.toml", "README.rst", "LICENSE", "bipy", "themes")
WAYS = ("wheel", "editable", "checkout")


class Installed(NamedTuple):
    """A Python that has bipy, the folder that bipy is imported from, and the folder to run it in."""

    python: Path
    origin: Path
    folder: Path

    def run(self, *arguments: str) -> str:
        """The output of the Python."""
        return run([self.python, *arguments], self.folder)


def run(command: list[str | Path], folder: Path) -> str:
    """The output of `command`, in an environment in which nothing leads to the sources."""
    return output(command, folder, {"PATH": os.defpath, "HOME": str(folder)})


def output(command: list[str | Path], folder: Path, environment: dict[str, str]) -> str:
    """The output of `command`."""
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def environment(folder: Path) -> Path:
    """Make a virtual environment with all packages of this one but bipy; return its Python."""
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    packages = folder / "packages"
    packages.mkdir()
    for path in sys.path:
        if path.endswith("-packages"):
            for entry in Path(path).iterdir():
                link = packages / entry.name
                if "bipy" not in entry.name and entry.suffix != ".pth" and not link.exists():
                    link.symlink_to(entry)
    purelib = sysconfig.get_path("purelib", "venv", {"base": str(folder)})
    (Path(purelib) / "packages.pth").write_text(f"{packages}\n")
    return python


def install(python: Path, folder: Path, *arguments: str) -> None:
    """Let the pip of this Python install something for `python`, without dependencies."""
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps"]
    # The settings of pip, such as an index, hold here too.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    output([*pip, *arguments], folder, {**inherited, "PIP_DISABLE_PIP_VERSION_CHECK": "1"})


def needs_setuptools() -> bool:
    """Whether the setuptools here is too old to build with (PEP 639 in setup.cfg), so that pip has to fetch another."""
    try:
        return int(metadata.version("setuptools").partition(".")[0]) < 77
    except metadata.PackageNotFoundError:
        return True


@pytest.fixture(scope="module")
def installed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """bipy, installed the way that the parameter names."""
    folder = tmp_path_factory.mktemp(request.param)
    sources = folder / "sources"
    sources.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, sources)
    python = environment(folder / "venv")
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    isolation = [] if needs_setuptools() else ["--no-build-isolation"]
    match request.param:
        case "wheel":
            install(python, elsewhere, *isolation, str(sources))
            return Installed(python, folder / "venv", elsewhere)
        case "editable":
            install(python, elsewhere, *isolation, "--editable", str(sources))
            return Installed(python, sources, elsewhere)
    return Installed(python, sources, sources)


@pytest.mark.parametrize("installed", WAYS, indirect=True)
def test_bipy_can_be_run(installed: Installed) -> None:
    where = installed.run("-c", "import bipy; print(bipy.__file__)")
    assert Path(where).is_relative_to(installed.origin)
    assert "--existing [FILE]" in installed.run("-m", "bipy", "--help")
    assert installed.run("-m", "bipy", "--version") == f"bipy {__version__}\n"
    if installed.folder != installed.origin:
        for script in ("bipy", "jupyter-bipy"):
            assert run([installed.python.parent / script, "--version"], installed.folder) == f"bipy {__version__}\n"


@pytest.mark.parametrize("installed", WAYS, indirect=True)
def test_no_module_is_missing(installed: Installed) -> None:
    program = """
import importlib, pkgutil, bipy
for module in pkgutil.walk_packages(bipy.__path__, "bipy."):
    if module.name != "bipy.themes":
        importlib.import_module(module.name)
        print(module.name)
"""
    parts = [path.relative_to(ROOT).with_suffix("").parts for path in (ROOT / "bipy").rglob("*.py")]
    names = {".".join(part for part in module if part != "__init__") for module in parts}
    assert set(installed.run("-c", program).split()) == names - {"bipy"}


@pytest.mark.parametrize("installed", WAYS, indirect=True)
def test_all_themes_are_found(installed: Installed) -> None:
    program = """import os
from bipy.ui.theme import folders, load, names

for name in names():
    load(name)
    print(name, *(folder for folder in folders() if os.path.isfile(os.path.join(folder, f"{name}.toml"))))
"""
    found = dict(line.split(" ", 1) for line in installed.run("-c", program).splitlines())
    assert sorted(found) == sorted(path.stem for path in (ROOT / "themes").glob("*.toml"))
    for folder in found.values():
        assert Path(folder).is_relative_to(installed.origin)


def modules(program: str, folder: Path) -> set[str]:
    """The modules that `program`, on a terminal, has imported when it writes them to the file $MODULES and ends."""
    controller, terminal = pty.openpty()
    environment = {
        "PATH": os.defpath,
        "HOME": str(folder),
        "TERM": "xterm",
        "PYTHONPATH": str(ROOT),
        "BIPY_TMPDIR": str(folder),
        "MODULES": str(folder / "modules"),
    }
    command = [sys.executable, "-c", program]
    try:
        subprocess.run(command, stdin=terminal, stdout=terminal, stderr=subprocess.PIPE, env=environment, check=False)
    finally:
        os.close(controller)
        os.close(terminal)
    return set((folder / "modules").read_text().split())


OF_A_FRONT = ("", ".__main__", ".front", ".lending", ".lending.protocol", ".terminal", ".terminal.line")


def stopped_at(event: str) -> str:
    """A program that is a plain `bipy`, which ends at an event (see the audit events table of Python)."""
    return f"""
import os, sys

def stop(event, arguments):
    if event == "{event}":
        with open(os.environ["MODULES"], "w") as file:
            print(*sys.modules, file=file)
        os._exit(0)

sys.addaudithook(stop)
from bipy.__main__ import main
main()
"""


def test_a_front_is_small(tmp_path: Path) -> None:
    """Of the standard library it has what a bare Python has, and modules written in C."""
    imported = modules(stopped_at("os.fork"), tmp_path)
    bare = set(run([sys.executable, "-c", "import sys; print(*sys.modules)"], tmp_path).split())
    assert "bipy.front" in imported
    own = {name for name in imported if name.partition(".")[0] == "bipy"}
    assert own == {f"bipy{name}" for name in OF_A_FRONT}
    for name in imported - bare - own - {"__future__"}:
        origin = importlib.util.find_spec(name).origin  # type: ignore[union-attr]
        assert origin is None or not origin.endswith(".py"), name


def test_the_kernel_is_spawned_before_anything_slow_is_imported(tmp_path: Path) -> None:
    imported = modules(stopped_at("os.posix_spawn"), tmp_path)
    assert "bipy.kernel.process" in imported
    slow = {"urwid", "zmq", "asyncio", "subprocess", "logging", "argparse", "tomllib", "pygments", "dataclasses"}
    assert not imported & (slow | {"jupyter_client", "ipykernel", "IPython"})


def test_the_application_is_lean(tmp_path: Path) -> None:
    """The modules that `bipy` imports while the kernel boots, in the order of `starting`."""
    program = """
import os, sys
from bipy.terminal.import_urwid import import_urwid
import_urwid()
import bipy.host
print(*sys.modules, file=open(os.environ["MODULES"], "w"))
"""
    imported = modules(program, tmp_path)
    assert {"urwid", "zmq"} <= imported
    assert not imported & {"jupyter_client", "ipykernel", "IPython", "asyncio", "tornado", "argparse"}

"""Which kernel to start: Jupyter's kernelspecs, and the default kernel of the active environment.

`find` looks up a kernelspec by name as Jupyter does, `installed` lists them, `default` needs none: it is the ipykernel
of the active virtual or conda environment, else of the Python that bipy runs on.  What comes out is a `KernelSpec`,
ready for `launcher.launch`; what can't be found is a `NoKernelError` that says where was looked and what mends it.

`default` runs before anything else of bipy is imported, so it looks at files instead of starting interpreters, and this
module imports nothing that costs time (see `connection`).

Sources: "Making kernels for Jupyter" and JEP 105 (kernel.json); jupyter_client's kernelspec.py.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bipy.kernel import jupyter_paths
from bipy.value import Value

WITHOUT_JEDI = "--IPCompleter.use_jedi=False"
_FIGURES = "InlineBackend.print_figure_kwargs"
_COLOURS = "InlineBackend.rc"
_NATIVE = "python3"
# Nothing of the current folder may be imported; "-c" puts it in front as "-m" does.
_LAUNCH = (
    "import sys; sys.path[:1] == [''] and sys.path.pop(0); import importlib.util, runpy; "
    "importlib.util.find_spec('ipykernel.debugger') and __import__('ipykernel.debugger'); "
    "sys.breakpointhook = sys.__breakpointhook__; runpy.run_module('{module}', run_name='__main__', alter_sys=True)"
)


class NoKernelError(Exception):
    """There is no such kernel, or it can't be started; the message says what was looked for and what to do."""


class KernelSpec(Value):
    """A kernel that can be started: the fields of kernel.json (JEP 105).

    `argv` is ready but for {connection_file}; `env` is what the kernel's environment has more than ours, as written in
    kernel.json.  `reason` says in a few words why this kernel was chosen.
    """

    name: str
    display_name: str
    language: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = MappingProxyType({})
    interrupt_mode: str = "signal"
    reason: str = ""


def with_figures(spec: KernelSpec, cell_height: int, rc: Mapping[str, str] = MappingProxyType({})) -> KernelSpec:
    """The same kernel, whose figures have text of 10 points, matplotlib's own size, as high as a cell in pixels.

    By an option of ipykernel's, for what is displayed alone: neither rcParams nor a saved file is another.  `rc` are
    rcParams that the kernel sets when figures are first displayed, for saved files too.
    """
    if not runs_ipykernel(spec.argv):
        return spec
    options: dict[str, object] = {_COLOURS: dict(rc)} if rc else {}
    if cell_height:
        options[_FIGURES] = {"bbox_inches": "tight", "dpi": round(cell_height * 72 / 10)}
    given = " ".join(spec.argv)
    return spec.replace(
        argv=(*spec.argv, *(f"--{name}={value}" for name, value in options.items() if name not in given))
    )


def default(jedi: bool = False) -> KernelSpec:
    """The kernel that a plain `bipy` starts; NoKernelError if there is no ipykernel anywhere it may be.

    The active environment's, if ipykernel is installed there, else that of our own Python.  Without `jedi` its
    completer is ten times as fast and runs no property of the user's.
    """
    without: list[str] = []
    for variable, prefix in jupyter_paths.active_environments():
        python = os.path.join(prefix, "bin", "python")
        version = _ipykernel_in(prefix) if os.access(python, os.X_OK) else None
        if version is not None:
            kind = "virtual" if variable == "VIRTUAL_ENV" else "conda"
            return _ipykernel(python, f"Python {version}".strip(), f"the active {kind} environment {prefix}", jedi)
        without.append(prefix)
    if sys.executable and _can_import_ipykernel():
        name = f"Python {sys.version_info.major}.{sys.version_info.minor}"
        why = "bipy's own Python"
        if without:
            why += f", as there is no ipykernel in {without[0]}"
        return _ipykernel(sys.executable, name, why, jedi)
    raise NoKernelError(_no_ipykernel(without))


def _no_ipykernel(without: Sequence[str]) -> str:
    import shlex

    pythons = [os.path.join(prefix, "bin", "python") for prefix in without]
    pythons = [python for python in pythons if os.access(python, os.X_OK)]
    if sys.executable:
        pythons.append(sys.executable)
    looked = "".join(f"\n    {python}" for python in pythons)
    return (
        f"There is no kernel to start: no ipykernel was found for{looked or ' any Python'}\n"
        f"Install it with\n    {shlex.quote(pythons[0] if pythons else 'python3')} -m pip install ipykernel\n"
        "or name an installed kernel with --kernel."
    )


def _ipykernel(python: str, display_name: str, reason: str, jedi: bool) -> KernelSpec:
    argv: tuple[str, ...] = (python, "-m", "ipykernel_launcher", "-f", "{connection_file}")
    if not jedi:
        argv += (WITHOUT_JEDI,)
    return KernelSpec(name=_NATIVE, display_name=display_name, language="python", argv=argv, reason=reason)


def _ipykernel_in(prefix: str) -> str | None:
    """The Python version ("3.11") of the environment at `prefix` if ipykernel can be imported there, else None."""
    settings = _pyvenv(prefix)
    prefixes = [prefix]
    if settings.get("include-system-site-packages", "").lower() == "true":
        prefixes += [os.path.dirname(settings.get("home", "/usr/bin")), "/usr/local", os.path.expanduser("~/.local")]
    version = _version(prefix)
    links = False
    for folder in prefixes:
        for packages in _site_packages(folder, version):
            if os.path.isfile(os.path.join(packages, "ipykernel", "__init__.py")):
                return version
            links = links or _has_links(packages)
    if links and _imports_ipykernel(os.path.join(prefix, "bin", "python")):
        return version
    return None


def _pyvenv(prefix: str) -> dict[str, str]:
    """The settings in pyvenv.cfg (PEP 405); none for an environment that is no venv."""
    try:
        with open(os.path.join(prefix, "pyvenv.cfg"), encoding="utf-8", errors="replace") as file:
            pairs = [line.partition("=") for line in file]
    except OSError:
        return {}
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _version(prefix: str) -> str:
    """The version in the name of the environment's library folder: lib/python3.11; "" if there is none.

    Conda has a link python3.1 beside python3.11, hence the greatest.
    """
    found = []
    for name in _listed(os.path.join(prefix, "lib")):
        minor = name.removeprefix("python3.").removeprefix("pypy3.")
        if minor != name and minor.isdigit():
            found.append(int(minor))
    return f"3.{max(found)}" if found else ""


def _site_packages(prefix: str, version: str) -> list[str]:
    """Where packages for Python `version` may be installed under `prefix`; Debian has names of its own."""
    return [
        os.path.join(prefix, lib, name, packages)
        for lib in ("lib", "lib64")
        for name in (f"python{version}", f"pypy{version}", "python3")
        for packages in ("site-packages", "dist-packages")
    ]


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _has_links(packages: str) -> bool:
    """Whether .pth files may add packages that are elsewhere, as an editable install does."""
    known = ("distutils-precedence.pth", "_virtualenv.pth")
    return any(name.endswith(".pth") and name not in known for name in _listed(packages))


def _imports_ipykernel(python: str) -> bool:
    """Ask `python` itself; it takes some 30 ms, so only where looking at files can't tell."""
    code = "import sys, importlib.util; sys.exit(importlib.util.find_spec('ipykernel') is None)"
    null = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
    try:
        pid = os.posix_spawn(python, [python, "-c", code], os.environ, file_actions=null)
    except OSError:
        return False
    return os.waitpid(pid, 0)[1] == 0


def _can_import_ipykernel() -> bool:
    for folder in sys.path:
        if folder and os.path.isfile(os.path.join(folder, "ipykernel", "__init__.py")):
            return True
    from importlib.util import find_spec  # 3 ms, for editable installs and the like

    return find_spec("ipykernel") is not None


def kernel_dirs() -> list[str]:
    """The folders that hold kernelspecs, first hit wins."""
    ipython = os.environ.get("IPYTHONDIR") or os.path.expanduser("~/.ipython")
    return [os.path.join(folder, "kernels") for folder in [*jupyter_paths.data_dirs(), ipython]]


def installed() -> dict[str, str]:
    """All kernelspecs: their lower-case names, and the folder of each (for Jupyter's native python3, the Python)."""
    found: dict[str, str] = {}
    for folder in kernel_dirs():
        for name in sorted(_listed(folder)):
            path = os.path.join(folder, name)
            if os.path.isfile(os.path.join(path, "kernel.json")):
                found.setdefault(name.lower(), path)
    if _NATIVE not in found and _can_import_ipykernel():
        found[_NATIVE] = sys.executable
    return dict(sorted(found.items()))


def find(name: str, *, jedi: bool = True) -> KernelSpec:
    """The kernelspec called `name`, in any case; "python" is python3 too.  NoKernelError if it is unknown or broken.

    With `jedi` False an ipykernel is started without jedi, as `default` does; other kernels are left alone.
    """
    specs = installed()
    key = name.lower()
    if key == "python" and key not in specs:
        key = _NATIVE
    if key not in specs:
        known = "".join(f"\n    {known:20} {path}" for known, path in specs.items())
        looked = "".join(f"\n    {folder}" for folder in kernel_dirs())
        raise NoKernelError(
            f"There is no kernel named {name!r}. "
            + (f"Installed are{known}" if known else f"No kernel is installed in{looked}")
        )
    if specs[key] == sys.executable:
        return _ipykernel(sys.executable, "Python 3 (ipykernel)", "bipy's own Python", jedi)
    return _from_folder(key, specs[key], jedi)


def display_name(name: str) -> str:
    """What people call the kernel whose kernelspec has that name; "" if none is installed here."""
    try:
        return find(name).display_name if name else ""
    except NoKernelError:
        return ""


def _from_folder(name: str, folder: str, jedi: bool) -> KernelSpec:
    """Read kernel.json in `folder`; a field that may be missing and is wrong counts as missing."""
    import json

    path = os.path.join(folder, "kernel.json")
    try:
        with open(path, "rb") as file:
            content = json.loads(file.read())
    except OSError as error:
        raise NoKernelError(
            f"The kernel {name} can't be started: {path} can't be read: {error.strerror}. {_reinstall(name)}"
        ) from None
    except (ValueError, RecursionError):
        raise NoKernelError(f"The kernel {name} can't be started: {path} is no JSON. {_reinstall(name)}") from None
    argv = content.get("argv") if isinstance(content, dict) else None
    if not isinstance(argv, list) or not argv or not all(isinstance(item, str) for item in argv):
        raise NoKernelError(f"The kernel {name} can't be started: {path} has no list argv. {_reinstall(name)}")
    wanted = _mapping(_mapping(content, "metadata"), "kernel_provisioner")
    provisioner = wanted.get("provisioner_name", "local-provisioner")
    if provisioner != "local-provisioner":
        raise NoKernelError(
            f"The kernel {name} is started by the kernel provisioner {provisioner!r} ({path}), which bipy has not. "
            "Start it with Jupyter and attach to it with --existing."
        )
    argv = [os.path.expanduser(_filled(item, resource_dir=folder, prefix=sys.prefix)) for item in argv]
    argv[0] = _program(argv[0], folder)
    if runs_ipykernel(argv) and not jedi and not any("use_jedi" in item for item in argv):
        argv.append(WITHOUT_JEDI)
    return KernelSpec(
        name=name,
        display_name=_text(content, "display_name") or name,
        language=_text(content, "language"),
        argv=tuple(argv),
        env={key: value for key, value in _mapping(content, "env").items() if isinstance(value, str)},
        interrupt_mode="message" if _text(content, "interrupt_mode").lower() == "message" else "signal",
        reason=f"the kernelspec {folder}",
    )


def _reinstall(name: str) -> str:
    return f"Mend it, or install the kernel {name} again."


def _text(content: Mapping[str, Any], name: str) -> str:
    value = content.get(name)
    return value if isinstance(value, str) else ""


def _mapping(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = content.get(name)
    return value if isinstance(value, dict) else {}


def _filled(argument: str, **values: str) -> str:
    """Fill in {name}s ("Kernel specs"); names that are not known stay as they are."""
    for name, value in values.items():
        argument = argument.replace(f"{{{name}}}", value)
    return argument


def _program(program: str, folder: str) -> str:
    """The program that argv[0] of the kernelspec in `folder` means.

    A spec in P/share/jupyter/kernels that just says "python" means P's, whatever is first on PATH; jupyter_client takes
    its own Python there, which is right only for specs of its own environment.
    """
    if os.sep in program:
        return program
    places = []
    prefix, marker, _ = folder.rpartition(os.path.join("", "share", "jupyter", "kernels", ""))
    if marker:
        places.append(os.path.join(prefix, "bin"))
    places += os.environ.get("PATH", os.defpath).split(os.pathsep)
    for place in places:
        path = os.path.join(place, program)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    ours = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return sys.executable if program in ("python", "python3", ours) else program


def runs_ipykernel(argv: Sequence[str]) -> bool:
    """Whether `argv` starts a plain ipykernel: python [options] -m ipykernel_launcher ..."""
    program = os.path.basename(argv[0])
    if not program.startswith(("python", "pypy")) or "-m" not in argv[:-1]:
        return False
    return argv[list(argv).index("-m") + 1] in ("ipykernel_launcher", "ipykernel")


def with_breakpoints(argv: Sequence[str]) -> list[str]:
    """The `argv` of a plain ipykernel, so that breakpoint() stops there.

    debugpy, which ipykernel imports, takes breakpoint() over for debuggers of its own kind and skips it in silence when
    there is none; no setting keeps it from that.  So what "-m ipykernel_launcher" runs is run as it would be, but after
    Python has got its own breakpoint() back.  It leaves no name in the kernel's namespace.
    """
    place = list(argv).index("-m")
    return [*argv[:place], "-c", _LAUNCH.format(module=argv[place + 1]), *argv[place + 2 :]]

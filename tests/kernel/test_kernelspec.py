"""Finding kernels: the default one of the active environment, kernelspecs by name, and the words when there is none."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from bipy.kernel import kernelspec
from bipy.kernel.kernelspec import NoKernelError, default, find, installed

LAUNCH = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]


def environment(folder: Path, *, version: str = "3.12", ipykernel: bool = True, **pyvenv: str) -> Path:
    """What a virtual environment looks like from outside."""
    packages = folder / "lib" / f"python{version}" / "site-packages"
    packages.mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(sys.executable)
    (folder / "pyvenv.cfg").write_text(
        "".join(f"{name.replace('_', '-')} = {value}\n" for name, value in pyvenv.items())
    )
    if ipykernel:
        package(packages)
    return folder


def package(folder: Path) -> None:
    (folder / "ipykernel").mkdir(parents=True)
    (folder / "ipykernel" / "__init__.py").touch()


def spec(folder: Path, name: str, **content: Any) -> Path:
    """A kernelspec below the data folder `folder`."""
    path = folder / "kernels" / name
    path.mkdir(parents=True)
    (path / "kernel.json").write_text(
        json.dumps({"argv": ["/bin/sh", "{connection_file}"], "display_name": name.title(), "language": "x"} | content)
    )
    return path


@pytest.fixture
def user(home: Path) -> Path:
    """The user's data folder, as it is on Linux."""
    return home / ".local" / "share" / "jupyter"


@pytest.fixture
def bare(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bipy whose own Python has no ipykernel."""
    without = [folder for folder in sys.path if not os.path.exists(os.path.join(folder, "ipykernel"))]
    monkeypatch.setattr("sys.path", without)
    return home


@pytest.mark.usefixtures("home")
def test_by_default_our_own_python_is_the_kernel() -> None:
    found = default()
    assert found.argv[0] == sys.executable
    assert list(found.argv) == [sys.executable, *LAUNCH, "--IPCompleter.use_jedi=False"]
    assert found.display_name == f"Python {sys.version_info.major}.{sys.version_info.minor}"
    assert found.reason == "bipy's own Python"
    assert list(default(jedi=True).argv) == [sys.executable, *LAUNCH]


def test_the_active_environment_comes_first(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    conda = environment(home / "conda", version="3.13")
    monkeypatch.setenv("CONDA_PREFIX", str(conda))
    found = default()
    assert (found.argv[0], found.display_name) == (f"{conda}/bin/python", "Python 3.13")
    assert found.reason == f"the active conda environment {conda}"
    venv = environment(home / "venv")
    monkeypatch.setenv("VIRTUAL_ENV", str(venv))
    found = default()
    assert (found.argv[0], found.display_name) == (f"{venv}/bin/python", "Python 3.12")
    assert found.reason == f"the active virtual environment {venv}"


def test_an_environment_without_ipykernel_is_passed_over_and_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    venv = environment(home / "venv", ipykernel=False)
    monkeypatch.setenv("VIRTUAL_ENV", str(venv))
    found = default()
    assert found.argv[0] == sys.executable
    assert found.reason == f"bipy's own Python, as there is no ipykernel in {venv}"


def test_an_environment_that_is_gone_is_passed_over(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", str(home / "gone"))
    assert default().argv[0] == sys.executable


def test_an_environment_may_use_the_packages_of_the_system(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package(home / "usr" / "lib" / "python3" / "dist-packages")
    venv = environment(
        home / "venv", ipykernel=False, home=str(home / "usr" / "bin"), include_system_site_packages="true"
    )
    monkeypatch.setenv("VIRTUAL_ENV", str(venv))
    assert default().argv[0] == f"{venv}/bin/python"
    closed = environment(home / "closed", ipykernel=False, home=str(home / "usr" / "bin"))
    monkeypatch.setenv("VIRTUAL_ENV", str(closed))
    assert default().argv[0] == sys.executable


def test_an_ipykernel_that_is_installed_as_a_link_is_found(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    venv = environment(home / "venv", version=version, ipykernel=False, home=os.path.dirname(sys.executable))
    link = venv / "lib" / f"python{version}" / "site-packages" / "editable.pth"
    link.write_text(str(home / "sources"))
    monkeypatch.setenv("VIRTUAL_ENV", str(venv))
    assert default().argv[0] == sys.executable
    package(home / "sources")
    assert default().argv[0] == f"{venv}/bin/python"


def test_condas_short_link_is_not_taken_for_the_version(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    conda = environment(home / "conda", version="3.10")
    (conda / "lib" / "python3.1").symlink_to("python3.10")
    monkeypatch.setenv("CONDA_PREFIX", str(conda))
    assert default().display_name == "Python 3.10"


def test_no_ipykernel_anywhere_names_the_command_that_mends_it(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoKernelError) as caught:
        default()
    assert f"\n    {sys.executable}\n" in str(caught.value)
    assert f"{sys.executable} -m pip install ipykernel\n" in str(caught.value)
    venv = environment(bare / "my venv", ipykernel=False)
    monkeypatch.setenv("VIRTUAL_ENV", str(venv))
    with pytest.raises(NoKernelError) as caught:
        default()
    assert f"\n    {venv}/bin/python\n    {sys.executable}\n" in str(caught.value)
    assert f"'{venv}/bin/python' -m pip install ipykernel\n" in str(caught.value)


def test_a_kernelspec_is_read_whole(user: Path) -> None:
    folder = spec(
        user,
        "Lua",
        argv=["/bin/sh", "{resource_dir}/run", "{connection_file}", "{prefix}", "{what}", "~/x"],
        env={"A": "1", "bad": 2},
        interrupt_mode="message",
    )
    found = find("lua")
    assert (found.name, found.display_name, found.language, found.interrupt_mode) == ("lua", "Lua", "x", "message")
    assert list(found.argv) == [
        "/bin/sh",
        f"{folder}/run",
        "{connection_file}",
        sys.prefix,
        "{what}",
        os.path.expanduser("~/x"),
    ]
    assert found.env == {"A": "1"}
    assert found.reason == f"the kernelspec {folder}"


def test_names_have_no_case(user: Path) -> None:
    folder = spec(user, "IR")
    assert find("ir").reason == find("IR").reason == f"the kernelspec {folder}"


def test_what_is_wrong_and_may_be_missing_counts_as_missing(user: Path) -> None:
    spec(user, "odd", env=[], interrupt_mode=7, metadata="no", display_name=None, language=3)
    found = find("odd")
    assert (found.env, found.interrupt_mode) == ({}, "signal")
    assert (found.display_name, found.language) == ("odd", "")


def test_the_first_folder_wins(user: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.prefix", str(home / "own"))
    monkeypatch.setattr("sys.base_prefix", str(home / "own"))
    places = [home / "one", home / "two", home / "active" / "share" / "jupyter", user, home / "own/share/jupyter"]
    monkeypatch.setenv("JUPYTER_PATH", f"{places[0]}:{places[1]}/")
    monkeypatch.setenv("VIRTUAL_ENV", str(home / "active"))
    last = spec(home / ".ipython", "k")
    assert installed()["k"] == str(last)
    for place in reversed(places):
        folder = spec(place, "k")
        assert installed()["k"] == str(folder)


def test_own_environment_or_user_first(user: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "own").mkdir()
    monkeypatch.setattr("sys.prefix", str(home / "own"))
    own, users = spec(home / "own" / "share" / "jupyter", "k"), spec(user, "k")
    assert installed()["k"] == str(own)  # sys.prefix differs from sys.base_prefix, and is ours
    monkeypatch.setattr("sys.base_prefix", str(home / "own"))
    assert installed()["k"] == str(users)
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    assert installed()["k"] == str(own)
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "off")
    monkeypatch.setenv("VIRTUAL_ENV", str(home / "own"))
    assert installed()["k"] == str(users)


def test_condas_base_environment_goes_after_the_user(user: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    condas, users = spec(home / "conda" / "share" / "jupyter", "k"), spec(user, "k")
    monkeypatch.setenv("CONDA_PREFIX", str(home / "conda"))
    monkeypatch.setenv("CONDA_DEFAULT_ENV", "base")
    assert installed()["k"] == str(users)
    monkeypatch.setenv("CONDA_DEFAULT_ENV", "science")
    assert installed()["k"] == str(condas)


def test_python3_is_there_without_a_kernelspec(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.prefix", str(home))
    for name in ("python3", "python", "Python3"):
        found = find(name)
        assert list(found.argv) == [sys.executable, *LAUNCH]
        assert (found.name, found.argv[0]) == ("python3", sys.executable)
    assert find("python3", jedi=False).argv[-1] == "--IPCompleter.use_jedi=False"


def test_a_kernelspec_python3_goes_before_the_native_one(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    folder = spec(user, "python3", argv=["/opt/python3.12", *LAUNCH], language="python")
    found = find("python")
    assert found.reason == f"the kernelspec {folder}"
    assert found.argv[0] == "/opt/python3.12"
    assert list(find("python3").argv) == ["/opt/python3.12", *LAUNCH]
    assert list(find("python3", jedi=False).argv) == ["/opt/python3.12", *LAUNCH, "--IPCompleter.use_jedi=False"]


def test_a_bare_program_is_first_sought_beside_its_kernelspec(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = environment(home / "other")
    monkeypatch.setenv("JUPYTER_PATH", str(other / "share" / "jupyter"))
    spec(other / "share" / "jupyter", "theirs", argv=["python", *LAUNCH])
    assert find("theirs").argv[0] == f"{other}/bin/python"


def test_a_bare_program_is_sought_on_path_then_taken_for_us(
    user: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "bin").mkdir()
    (home / "bin" / "python3").symlink_to(sys.executable)
    spec(user, "k", argv=["python3", *LAUNCH])
    spec(user, "lua", argv=["lua5.4-nowhere", "{connection_file}"])
    monkeypatch.setenv("PATH", str(home / "bin"))
    assert find("k").argv[0] == f"{home}/bin/python3"
    monkeypatch.setenv("PATH", str(home))
    assert find("k").argv[0] == sys.executable
    assert list(find("lua", jedi=False).argv) == ["lua5.4-nowhere", "{connection_file}"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"argv": ["x"]', "is no JSON"),
        ("\xff", "is no JSON"),
        ("[]", "has no list argv"),
        ('{"argv": []}', "has no list argv"),
        ('{"argv": "python -m x"}', "has no list argv"),
        ('{"argv": ["x", 1]}', "has no list argv"),
    ],
)
def test_a_broken_kernelspec_is_refused_in_words(user: Path, text: str, complaint: str) -> None:
    path = spec(user, "broken") / "kernel.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(NoKernelError) as caught:
        find("broken")
    assert f"The kernel broken can't be started: {path} {complaint}" in str(caught.value)
    assert "broken" in installed()


def test_a_provisioner_that_we_have_not_is_named(user: Path) -> None:
    spec(user, "far", metadata={"kernel_provisioner": {"provisioner_name": "yarn", "config": {}}})
    spec(user, "near", metadata={"kernel_provisioner": {"provisioner_name": "local-provisioner"}})
    assert find("near").name == "near"
    with pytest.raises(NoKernelError, match=r"provisioner 'yarn' .*attach to it with --existing"):
        find("far")


def test_an_unknown_name_gets_the_list_of_known_ones(user: Path) -> None:
    folder = spec(user, "lua")
    with pytest.raises(NoKernelError) as caught:
        find("luna")
    message = str(caught.value)
    assert message.startswith("There is no kernel named 'luna'. Installed are\n")
    assert f"\n    lua                  {folder}" in message


def test_no_kernel_at_all_says_where_was_looked(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.prefix", str(bare))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    monkeypatch.setenv("XDG_DATA_DIRS", str(bare / "system"))
    with pytest.raises(NoKernelError) as caught:
        find("lua")
    assert "No kernel is installed in\n" in str(caught.value)
    assert f"\n    {bare}/system/jupyter/kernels" in str(caught.value)


@pytest.mark.parametrize(
    ("argv", "plain"),
    [
        (["/x/bin/python3.12", "-Xfrozen_modules=off", *LAUNCH], True),
        (["pypy3", "-m", "ipykernel", "-f", "x"], True),
        (["python", "-m", "bash_kernel", "-f", "x"], False),
        (["docker", "run", "python", *LAUNCH], False),
        (["python", "-m"], False),
    ],
)
def test_which_kernels_are_plain_ipykernels(argv: list[str], plain: bool) -> None:
    assert kernelspec.runs_ipykernel(argv) is plain


def test_an_ipykernel_is_started_as_its_kernelspec_says_but_for_breakpoints() -> None:
    argv = kernelspec.with_breakpoints(["python3", "-Xdev", "-m", "ipykernel_launcher", "-f", "file", "--debug"])
    (code,) = set(argv) - {"python3", "-Xdev", "-c", "-f", "file", "--debug"}
    assert argv == ["python3", "-Xdev", "-c", code, "-f", "file", "--debug"]
    assert "run_module('ipykernel_launcher', run_name='__main__', alter_sys=True)" in code


def test_figures_are_as_large_as_cells_ask_for_in_a_plain_ipykernel_alone() -> None:
    own = kernelspec.KernelSpec("python3", "Python", "python", ("python", "-m", "ipykernel_launcher", "-f", "{x}"))
    sized = kernelspec.with_figures(own, 18)
    assert sized.argv[-1] == "--InlineBackend.print_figure_kwargs={'bbox_inches': 'tight', 'dpi': 130}"
    assert kernelspec.with_figures(sized, 20) == sized
    assert kernelspec.with_figures(own, 0) == own
    other = own.replace(argv=("R", "--slave"))
    assert kernelspec.with_figures(other, 18) == other
    coloured = kernelspec.with_figures(own, 0, {"text.color": "#ffffff"})
    assert coloured.argv[-1] == "--InlineBackend.rc={'text.color': '#ffffff'}"
    assert kernelspec.with_figures(coloured, 0, {"text.color": "#000000"}) == coloured

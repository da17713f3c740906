"""The folders of Jupyter, in which connection files and kernelspecs are found, and the folder of bipy's logs.

Each function asks the environment anew.  Nothing here makes a folder or looks into one.

This module is imported before the kernel is spawned, so it costs as little as can be (see `connection`).

Source: jupyter_core's paths.py.
"""

from __future__ import annotations

import os
import sys


def search_path() -> list[str]:
    """The folders where connection files are looked for by name."""
    folders = [".", runtime_dir()]
    # jupyter_core before 5 kept connection files here.
    if session := os.environ.get("XDG_RUNTIME_DIR"):
        folders.append(os.path.join(session, "jupyter"))
    return folders


def data_dir() -> str:
    """The user's Jupyter data folder (jupyter_core.paths.jupyter_data_dir)."""
    if folder := os.environ.get("JUPYTER_DATA_DIR"):
        return folder
    if sys.platform == "darwin":
        native = _is_set("JUPYTER_PLATFORM_DIRS")
        return os.path.expanduser("~/Library/Application Support/Jupyter" if native else "~/Library/Jupyter")
    return os.path.join(os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share"), "jupyter")


def runtime_dir() -> str:
    """The folder of connection files (jupyter_core.paths.jupyter_runtime_dir)."""
    return os.environ.get("JUPYTER_RUNTIME_DIR") or os.path.join(data_dir(), "runtime")


def state_dir() -> str:
    """The state folder of bipy, where the kernels' logs are (XDG Base Directory Specification)."""
    return os.path.join(os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state"), "bipy")


def data_dirs() -> list[str]:
    """All folders of Jupyter data, first hit wins (jupyter_core.paths.jupyter_path).

    In one point more than Jupyter: the active environment counts even when bipy is installed in another one.
    """
    import site

    folders = [folder.rstrip(os.sep) for folder in os.environ.get("JUPYTER_PATH", "").split(os.pathsep) if folder]
    user = [data_dir()]
    if site.ENABLE_USER_SITE:
        user.append(os.path.join(site.getuserbase(), "share", "jupyter"))
    system = _system_dirs()
    before, after = _environment_dirs()
    for folder in [*before, *user, *after]:
        if folder not in system:
            folders.append(folder)
    return list(dict.fromkeys(folders + system))


def _environment_dirs() -> tuple[list[str], list[str]]:
    """The data folders of the environments that go before the user's and of those that go after it.

    As prefer_environment_over_user of jupyter_core: an environment goes first, but a base installation, conda's too.
    """
    before: list[str] = []
    after: list[str] = []
    for variable, prefix in active_environments():
        base = variable == "CONDA_PREFIX" and os.environ.get("CONDA_DEFAULT_ENV") == "base"
        (after if base else before).append(os.path.join(prefix, "share", "jupyter"))
    virtual = sys.prefix != sys.base_prefix and os.stat(sys.prefix).st_uid == os.geteuid()
    (before if virtual else after).append(os.path.join(sys.prefix, "share", "jupyter"))
    if "JUPYTER_PREFER_ENV_PATH" not in os.environ:
        return before, after
    return (before + after, []) if _is_set("JUPYTER_PREFER_ENV_PATH") else ([], before + after)


def _system_dirs() -> list[str]:
    if not _is_set("JUPYTER_PLATFORM_DIRS"):
        return ["/usr/local/share/jupyter", "/usr/share/jupyter"]
    if sys.platform == "darwin":
        return ["/Library/Application Support/Jupyter"]
    places = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    return [os.path.join(place, "jupyter") for place in places.split(os.pathsep) if place]


def active_environments() -> list[tuple[str, str]]:
    """The environments that the shell says are active, as (variable, prefix); a venv lies on top of a conda one."""
    pairs = [(name, os.environ.get(name, "")) for name in ("VIRTUAL_ENV", "CONDA_PREFIX")]
    return [(name, prefix) for name, prefix in pairs if prefix]


def _is_set(name: str) -> bool:
    return os.environ.get(name, "no").lower() not in ("no", "n", "false", "off", "0", "0.0")

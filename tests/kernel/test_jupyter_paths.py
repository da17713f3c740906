"""The folders of Jupyter; those of kernelspecs are tried in test_kernelspec."""

from __future__ import annotations

from pathlib import Path

import pytest

from bipy.kernel import jupyter_paths


def test_jupyters_folders(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("JUPYTER_RUNTIME_DIR")
    assert jupyter_paths.runtime_dir() == f"{home}/.local/share/jupyter/runtime"
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert jupyter_paths.runtime_dir() == "/data/jupyter/runtime"
    monkeypatch.setenv("JUPYTER_DATA_DIR", "/jupyter")
    assert jupyter_paths.runtime_dir() == "/jupyter/runtime"
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", "/run/here")
    assert jupyter_paths.runtime_dir() == "/run/here"

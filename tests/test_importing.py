"""The histories of other programs, as they write them, become entries of earlier sessions."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from bipy import chronicle, cli
from bipy.importing import CannotImportError, take_over
from bipy.session.records import Record, decode, encode


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("IPYTHONDIR", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def kept() -> list[Record]:
    """What a new session is told, by the process that reads."""
    command = [sys.executable, "-P", "-m", "bipy.chronicle"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return [record for record in map(decode, lines) if record is not None]


def test_ipythons_database(home: Path) -> None:
    typed = "import os\n secret = 1\nx = [1,\n2]\nexit\n"
    command = [sys.executable, "-m", "IPython", "--no-banner", "--simple-prompt", "--no-confirm-exit"]
    subprocess.run(command, input=typed, cwd=home, capture_output=True, text=True, check=True)
    file = home / ".ipython" / "profile_default" / "history.sqlite"
    assert take_over("ipython").startswith(f"2 entries were taken from {file}")
    found = kept()
    assert [record.code for record in found] == ["x = [1,\n2]", "import os"]
    assert abs(found[0].at - datetime.now().timestamp()) < 3600
    assert found[0].language == "python"


def test_what_prompt_toolkit_has_written(home: Path) -> None:
    file = home / ".local" / "share" / "ptpython" / "history"
    file.parent.mkdir(parents=True)
    file.write_text("\n# 2024-05-01 12:00:00.5\n+def f():\n+    return '\u65e5'\n\n# 2024-05-02 12:00:00.5\n+f()\n+\n")
    take_over("ptpython")
    first = datetime(2024, 5, 1, 12, 0, 0, 500_000).timestamp()
    assert kept() == [
        Record("f()\n", first + 86400, "python"),
        Record("def f():\n    return '\u65e5'", first, "python"),
    ]


def test_a_file_with_an_entry_a_line_and_one_of_bipy(home: Path) -> None:
    (home / "python_history").write_text("x = 1\n\nprint(x)\n# a comment\n+1\n")
    os.utime(home / "python_history", (1000, 1000))
    take_over(str(home / "python_history"))
    (home / "other.jsonl").write_text(encode(Record("theirs", 2000.0, "r", "R", "/w", 1.0, "done")) + "{torn")
    take_over(str(home / "other.jsonl"))
    found = kept()
    assert [record.code for record in found] == ["theirs", "+1", "# a comment", "print(x)", "x = 1"]
    assert found[0] == Record("theirs", 2000.0, "r", "R", "/w", 1.0, "done")
    assert [os.stat(file).st_mode & 0o777 for file in Path(chronicle.folder()).iterdir()] == [0o600, 0o600]


def test_to_import_twice_doubles_nothing(home: Path) -> None:
    (home / "old").write_text("x = 1\n")
    take_over(str(home / "old"))
    take_over(str(home / "old"))
    assert len(kept()) == 1


def test_what_can_not_be_imported_says_why(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "empty").write_text("\n")
    (home / "broken.sqlite").write_bytes(b"SQLite format 3\x00" + b"\xff" * 200)
    sqlite3.connect(home / "other.sqlite").execute("CREATE TABLE t (a)").connection.close()
    for source, why in {
        "ipython": "history.sqlite",
        str(home / "nowhere"): "There is no",
        str(home / "empty"): "has no entries",
        str(home): "could not be read",
        str(home / "broken.sqlite"): "is no history of IPython",
        str(home / "other.sqlite"): "is no history of IPython",
    }.items():
        with pytest.raises(CannotImportError, match=why):
            take_over(source)
    assert cli.main(["history", "import", str(home / "nowhere")]) == 2
    assert cli.main(["history", "export", "x"]) == 2
    assert "bipy history import FROM" in capsys.readouterr().err

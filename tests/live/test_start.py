"""Starting bipy: keys that were typed early, the choice of the kernel, and the messages without one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from string import ascii_lowercase

import pytest

from tests.live.terminal import Repl, Terminal, environment
from tests.waiting import PATIENCE

BIPY = [sys.executable, "-m", "bipy"]
JEDI = "get_ipython().Completer.use_jedi"


def said(home: Path, *arguments: str, **env: str) -> str:
    """The message of a bipy that can't start, its lines joined by blanks."""
    with Repl(home, *arguments, size=(200, 24), env=env) as repl:
        assert repl.ended() == 2
        assert repl.switched(1049) in ("", "hl"), "the first frame was not left"
        assert repl.modes == repl.found_modes
        assert repl.modes == repl.found_modes
        return " ".join(filter(None, repl.lines))


def kernelspec(home: Path, name: str, *argv: str, language: str = "python") -> None:
    folder = home / ".local/share/jupyter/kernels" / name
    folder.mkdir(parents=True)
    spec = {"argv": list(argv), "display_name": f"The {name} kernel", "language": language}
    (folder / "kernel.json").write_text(json.dumps(spec))


def test_what_is_typed_before_the_screen_is_up(home: Path) -> None:
    with Repl(home, size=(120, 24)) as repl:
        repl.type("6*7\rfor i in 1,:\rprint(-i)\r\rspam, 'e")
        repl.until(r"^Out\[1\]: 42$")
        repl.until("^-1$")
        repl.until(lambda _: repl.row == "In [3]: spam, 'e")
        assert "Python" in repl.lines[0]
        assert "Python" in repl.lines[-1]


def test_no_key_is_lost_while_the_screen_comes_up(home: Path) -> None:
    with Repl(home, size=(2000, 10)) as repl:
        typed = "'"
        while "In [1]" not in repl.text and repl.status is None:
            repl.type(typed[-1])
            typed += ascii_lowercase[len(typed) % 26]
            repl.read(0.0005)
        repl.until(lambda _: repl.row == f"In [1]: {typed[:-1]}")


def test_a_terminal_that_does_not_know_its_size(home: Path) -> None:
    """expect and some containers make terminals of 0 columns and 0 rows."""
    with Repl(home, "--suggestions", "off", size=(0, 0)) as repl:
        repl.run("import os; [os.environ[name] for name in ('COLUMNS', 'LINES')]")
        assert "Out[1]: ['80', '24']" in repl.lines
        for size in ((50, 10), (0, 0), (0, 12), (60, 0), (0, 0)):
            repl.resize(size)
            repl.until(lambda _: repl.is_ready)
            columns, rows = size[0] or 80, size[1] or 24
            assert len(repl.lines) == rows
            # The code begins behind "In [2]: ", and its last 5 characters stand in a row of their own.
            repl.type("x" * (columns - 8 + 5))
            repl.until(lambda _: repl.row.strip() == "xxxxx")
            repl.type("\x03")
        repl.type("exit\r")
        assert repl.ended() == 0
        assert "Out[1]: ['80', '24']" in repl.scrollback


@pytest.mark.parametrize("size", [(1, 1), (3, 2)])
def test_a_start_in_next_to_no_room(home: Path, size: tuple[int, int]) -> None:
    with Repl(home, size=size) as repl:
        repl.type("print('a' + 'live')\rlen(")
        repl.until(lambda _: b"(" in repl.raw)
        repl.resize((80, 24))
        repl.until("^alive$")
        repl.until(r"^In \[2\]: len\($")


def test_a_locale_without_utf8(home: Path) -> None:
    with Repl(home, env={"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}) as repl:
        repl.run("'café'.upper()")
        assert "Out[1]: 'CAFÉ'" in repl.lines
        repl.type("exit\r")
        assert repl.ended() == 0
        assert "Out[1]: 'CAFÉ'" in repl.scrollback


def test_a_kernel_by_its_name(home: Path) -> None:
    kernelspec(home, "mine", sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}")
    with Repl(home, "--kernel", "mine", size=(120, 24)) as repl:
        repl.run(JEDI)
        assert "Out[1]: False" in repl.lines
        assert "The mine kernel" in repl.lines[0]
        assert "The mine kernel" in repl.lines[-1]


def test_an_unknown_kernel(home: Path) -> None:
    kernelspec(home, "mine", "true")
    message = said(home, "--kernel", "yours")
    assert "yours" in message
    assert "mine" in message


def test_a_kernel_whose_program_is_missing(home: Path) -> None:
    kernelspec(home, "mine", "/nowhere/at-all", "{connection_file}")
    message = said(home, "--kernel", "mine")
    assert "mine" in message
    assert "/nowhere/at-all" in message


def test_a_kernel_that_ends_at_once(home: Path) -> None:
    code = "import sys; sys.exit('no such luck')"
    kernelspec(home, "mine", sys.executable, "-c", code, "{connection_file}")
    with Repl(home, "--kernel", "mine", size=(150, 24)) as repl:
        repl.type("6*7")
        repl.until("has ended with status 1")
        repl.until(lambda _: "6*7" in repl.row and repl.state == "dead")
        repl.until("no such luck")  # the end of its log
        repl.type("\x03\x04")
        assert repl.ended() == 0


def test_no_ipykernel_anywhere(home: Path) -> None:
    venv.create(home / "bare")
    python = str(home / "bare/bin/python")
    with Terminal([python, "-m", "bipy"], environment(home), (200, 24)) as terminal:
        assert terminal.ended() == 2
        assert any(line.endswith(f"{python} -m pip install ipykernel") for line in terminal.lines)


def test_unknown_options_and_themes(home: Path) -> None:
    assert "--frobnicate" in said(home, "--frobnicate")
    message = said(home, "--theme", "neon")
    assert all(name in message for name in ("neon", "default", "light", "mono"))
    bad = home / "bad.toml"
    bad.write_text("[roles]\nthis is no TOML\n")
    assert str(bad) in said(home, "--theme", str(bad))


def test_a_theme_and_jedi(home: Path) -> None:
    with Repl(home, "--theme", "mono", "--jedi") as repl:
        repl.run(JEDI)
        assert "Out[1]: True" in repl.lines
        assert b"\x1b[38;" not in repl.raw


def test_what_the_options_say_of_inspection(home: Path) -> None:
    with Repl(home, "--inspection", "tab", "--matching", "prefix", "--rows", "5", "--docs", "0") as repl:
        repl.run(JEDI)
        assert "Out[1]: False" in repl.lines
        assert repl.lines[-1].endswith("inspection: tab")
        repl.run("class Planet: mars = marble = market = submarine = 1")
        repl.type("Planet.")
        repl.until(r"Planet\.$")
        assert not repl.box
        repl.type("\t")
        repl.until(lambda _: {"mars", "submarine"} < set(repl.box.split()))
        assert len(repl.box.splitlines()) <= 3, "and two rows of border"
        repl.type("mar")
        repl.until(lambda _: repl.row.endswith("Planet.mar") and "mro" not in repl.box)
        assert {"mars", "marble", "market"} <= set(repl.box.split())
        assert "submarine" not in repl.box
        repl.type("\x15len(")
        repl.until(r": len\($")
        repl.type("\x1bi")
        repl.until(lambda _: "len(obj, /)" in repl.box)
        assert "Return" not in repl.box


@pytest.mark.parametrize("which", [0, 1])
def test_no_terminal(home: Path, which: int) -> None:
    leader, terminal = os.openpty()
    streams = [terminal, terminal]
    streams[which] = subprocess.DEVNULL
    done = subprocess.run(
        BIPY, stdin=streams[0], stdout=streams[1], stderr=subprocess.PIPE, env=environment(home), timeout=PATIENCE
    )
    os.close(leader)
    os.close(terminal)
    assert done.returncode == 2
    assert b"terminal" in done.stderr
    assert not list(home.rglob("*.json")), "a kernel was started"


def test_the_words_on_the_command_line(home: Path) -> None:
    for word, answer in (("--version", "bipy 0"), ("--help", "F1 lists all keys")):
        with Terminal([*BIPY, word], environment(home)) as terminal:
            assert terminal.ended() == 0
            assert answer in terminal.text

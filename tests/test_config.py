"""The configuration file: what it sets, what wins over it, and what is said of its mistakes."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from bipy import cli, config, settings
from bipy.config import ConfigError
from bipy.settings import SETTINGS, Settings

FILE = """
theme = "light"
rows = 8
linger = "8h"
no-detach = true

[languages.R]
inspection = "tab"
rows = 9

[kernels.ir-slow]
inspection = "off"
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for configurations; the file in it may be written."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("BIPY_OPTIONS", raising=False)
    (tmp_path / "bipy").mkdir()
    return tmp_path / "bipy" / "config.toml"


def given(*arguments: str) -> Settings:
    found = settings.parse(arguments)
    assert isinstance(found, Settings)
    return found


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as refusal:
        config.parse(text, "config.toml")
    *lines, advice = str(refusal.value).split("\n")
    assert advice == "To start without the file: bipy --config none"
    return [line.removeprefix("config.toml:") for line in lines]


def test_the_later_wins() -> None:
    found = config.parse(FILE)
    plain = found.settings(Settings())
    assert (plain.theme, plain.rows, plain.linger, plain.no_detach) == ("light", 8, 8 * 3600.0, True)
    assert plain.inspection == "live"
    assert found.settings(Settings(), "r").rows == 9
    assert found.settings(Settings(), "r").inspection == "tab"
    assert found.settings(Settings(), "r", "IR-slow").inspection == "off"
    assert found.settings(given("--rows", "3", "--detach"), "r").rows == 3
    assert found.settings(given("--detach")).no_detach is False


def test_without_a_file_nothing_is_set(home: Path) -> None:
    assert config.load() == config.Config()
    home.write_text("rows = 5\n")
    assert config.load().settings(Settings()).rows == 5
    assert config.load("none").settings(Settings()).rows == Settings().rows


def test_what_starts_a_kernel_is_of_no_use_where_one_runs() -> None:
    found = config.parse('kernel = "ir"\njedi = true\nrows = 4\n')
    attached = found.settings(given("--existing"))
    assert (attached.kernel, attached.jedi, attached.rows) == (None, False, 4)


NO_NUMBER = "1:1: rows: 0 is no whole number from 1 on"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rows = 0\n", NO_NUMBER),
        ("rows = '8'\n", "1:1: rows: '8' is no whole number from 1 on: write it without quotes"),
        ("mouse = 'true'\n", "1:1: mouse: 'true' is neither true nor false: write it without quotes"),
        ("\ufefftheme = light\n", '1:9: text needs quotes: theme = "light"'),
        ("rows = true\n", "1:1: rows: true is no whole number from 1 on"),
        ("\n  them = 'x'\n", "2:3: there is no setting 'them'; is theme meant?"),
        ("box = 'round'", "1:1: box: 'round' is none of room, floating"),
        ("theme = 3", "1:1: theme: 3 is no text in quotes"),
        ("jedi = 'yes'", "1:1: jedi: 'yes' is neither true nor false"),
        ("linger = '8'", "1:1: linger: '8' is no time such as 90s, 30m, 8h or 2d"),
        ("existing = 'x'", "1:1: existing is for the command line alone"),
        ("[languages.r]\njedi = true", "2:1: jedi is settled before the language is known: set it above all tables"),
        ("[kernels]\nir = 3", "2:1: [kernels.NAME] is a table of settings, and ir is none"),
        ("kernels.ir.rows = 0", "1:1: rows: 0 is no whole number from 1 on"),
        ("rows = = 1", "1:8: one = is enough: rows = 1"),
        ("rows = 1\nrows = 2", "2:1: rows is set twice, here and in line 1: take one of them out"),
        ("theme = 'x", "1:9: the closing quote is missing"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_may_be_meant(text: str, said: str) -> None:
    assert problems(text) == [said]


def test_all_mistakes_are_told_at_once() -> None:
    assert [line[:4] for line in problems("rows = 0\ntheme = 1\n[languages.r]\nbox = 2\n")] == ["1:1:", "2:1:", "4:1:"]


def test_a_setting_that_was_renamed_says_its_new_name(monkeypatch: pytest.MonkeyPatch) -> None:
    renamed = SETTINGS[-1].replace(former=("old-name",))
    monkeypatch.setattr(config, "SETTINGS", (*SETTINGS[:-1], renamed))
    assert problems("old-name = true") == [f"1:1: old-name is called {renamed.name} now"]


def test_a_folder_or_a_file_that_can_not_be_read_is_named(home: Path) -> None:
    home.mkdir()
    with pytest.raises(ConfigError, match=r"config\.toml cannot be read: Is a directory\. Mend that"):
        config.load()
    with pytest.raises(ConfigError, match=r"/ cannot be read: Is a directory\. Give --config the path of a file, or"):
        config.load("/")
    with pytest.raises(
        ConfigError, match=r"There is no configuration file /nowhere\.toml\. .* to use .*config\.toml\."
    ):
        config.load("/nowhere.toml")
    home.rmdir()
    with pytest.raises(ConfigError, match=r"config\.toml, which bipy config init writes\."):
        config.load("/nowhere.toml")
    home.write_bytes("rows = 8\n# f\xfcr\n".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"config\.toml:2:4: these bytes are no text in UTF-8"):
        config.load()


def test_the_commented_file_is_valid_with_and_without_its_comments(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["config", "check"]) == 0
    assert "There is no" in capsys.readouterr().out
    assert cli.main(["config", "init"]) == 0
    assert config.load().chosen == {}
    assert cli.main(["config", "check"]) == 0
    text = home.read_text()
    settled = [line.removeprefix("# ") for line in text.splitlines() if " = " in line and line.startswith("# ")]
    assert set(tomllib.loads("\n".join(settled))) == {option.name for option in SETTINGS if option.where != "line"}
    config.parse("\n".join(settled))
    capsys.readouterr()
    assert cli.main(["config", "init"]) == 2
    assert "stays as it is" in capsys.readouterr().err
    assert home.read_text() == text


def test_bipy_config_check_names_the_place(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.write_text("rowz = 3\n")
    assert cli.main(["config", "check"]) == 2
    assert f"{home}:1:1: there is no setting 'rowz'; is rows meant?" in capsys.readouterr().err
    assert cli.main(["config", "sing"]) == 2
    assert cli.main(["config", "path"]) == 0
    assert cli.main(["config", "schema"]) == 0
    shown, _, schema = capsys.readouterr().out.partition("\n")
    assert shown == str(home)
    assert set(json.loads(schema)["properties"]) >= {"rows", "theme", "kernel", "kernels", "languages"}


def test_options_of_the_environment_stand_between_the_file_and_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BIPY_OPTIONS", "--rows 5 --kernel 'a b' --no-detach")
    found = cli._with_environment(["--rows", "4"])
    assert isinstance(found, Settings)
    assert (found.rows, found.kernel, found.no_detach) == (4, "a b", True)
    attached = cli._with_environment(["--existing"])
    assert isinstance(attached, Settings)
    assert (attached.existing, attached.kernel, attached.rows) == ("", None, 5)
    for wrong in ("--rows x", "'", "ps", "--resume 3"):
        monkeypatch.setenv("BIPY_OPTIONS", wrong)
        with pytest.raises(SystemExit) as refusal:
            cli._with_environment([])
        assert refusal.value.code == 2
        assert "BIPY_OPTIONS" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ('theme = "ligth"', "1:1", "There is no theme 'ligth'"),
        ('\ncode-style = "monokay"', "2:1", "Is 'monokai' meant?"),
        ('[languages.R]\n  theme = "ligth"', "2:3", "There is no theme 'ligth'"),
        ('theme = "light"\n[kernels.ir]\ncode-style = "x"', "3:1", "pygments has no style 'x'"),
    ],
)
def test_a_look_that_is_not_there_is_told_with_its_place(
    text: str, place: str, words: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.write_text(text)
    assert cli.main(["config", "check"]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"bipy: {home}:{place}: ")
    assert words in told


def test_a_mistake_in_a_binding_is_told_with_its_place(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.write_text('rows = 3\n\n[keys]\n"Ctrl-T" = "undo"\n  "Ctrl-X K" = "undoo"\n')
    assert cli.main(["config", "check"]) == 2
    assert f"{home}:5:3: there is no command 'undoo'; is undo meant?" in capsys.readouterr().err
    home.write_text('[keys]\n"Ctrl-T" = "undo"\n[keys.global]\n"Alt-X" = false\n')
    assert cli.main(["config", "check"]) == 0
    home.write_text("keys = 3\n")
    assert cli.main(["config", "check"]) == 2
    assert f"{home}:1:1: keys is a table" in capsys.readouterr().err


def test_the_check_names_the_place_of_a_key_that_few_terminals_send(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.write_text('[keys]\n"Ctrl-T" = "undo"\n"Ctrl-I" = "undo"\n')
    assert cli.main(["config", "check"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{home}:3:1: most terminals send Tab for Ctrl-I")
    assert f"All is well in {home}" in said
    home.write_text('[keys]\n"a" = "undo"\n')
    assert cli.main(["config", "check"]) == 2
    assert f"{home}:2:1: a is needed for typing" in capsys.readouterr().err

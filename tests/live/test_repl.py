"""Working in bipy on a kernel of its own: typing, running, being helped while one types."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.live.terminal import Repl


def test_a_result(repl: Repl) -> None:
    repl.type("6*7\r")
    repl.until(r"^Out\[\d+\]: 42$")


def test_a_cell_of_several_lines_is_indented_and_run(repl: Repl) -> None:
    repl.type("for word in 'one', 'two':\r")
    repl.until(r"^ +\.\.\.:$")
    repl.type("print(word.upper())\r")
    repl.until(r"^ +\.\.\.:     print\(word\.upper\(\)\)$")
    repl.type("\r")
    repl.until("^TWO$")
    assert repl.lines_after(r"print\(word.upper") == ["ONE", "TWO", ""]


def test_matches_while_typing(repl: Repl) -> None:
    repl.run("class Planet: earth = mars = marble = 123")
    repl.type("Planet.")
    repl.until(lambda _: {"earth", "marble"} < set(repl.box.split()))
    repl.type("ma")
    repl.until(lambda _: "earth" not in repl.box and "marble" in repl.box)
    # The common prefix, then one match after the other.
    repl.type("\t")
    repl.until(r": Planet\.mar$")
    repl.type("\t")
    repl.until(r": Planet\.marble$")
    repl.type("\t")
    repl.until(r": Planet\.mars$")
    # Enter takes the chosen match, and only the next Enter runs the cell.
    repl.type("\r")
    repl.until(lambda _: "marble" not in repl.box)
    repl.type("\r")
    repl.until(r"^Out\[\d+\]: 123$")


def test_enter_takes_no_match_that_was_not_chosen(repl: Repl) -> None:
    repl.run("alpha, alphabet = 'short', 'long'")
    repl.type("alpha")
    repl.until(lambda _: "alphabet" in repl.box)
    repl.type("\r")
    repl.until(r"^Out\[\d+\]: 'short'$")


def test_the_signature_with_the_current_argument(repl: Repl) -> None:
    signature = "sail(ship, *, wind=1)"
    repl.run("def sail(ship, *, wind=1): 'Set sail.'")
    repl.type("sail(")
    repl.until(lambda _: signature in repl.box and "Set sail." in repl.box)
    marked = repl.look("ship", signature)
    assert marked != repl.look("wind=1", signature)
    repl.type("1, wind=")
    repl.until(lambda _: repl.look("wind=1", signature) == marked)
    assert repl.look("ship", signature) != marked
    repl.type("\x03")


def test_ctrl_c_ends_a_cell_that_runs(repl: Repl) -> None:
    repl.work()
    assert repl.state == "busy"
    repl.type("\x03")
    repl.until(r"^KeyboardInterrupt")


def hold(repl: Repl, gate: Path) -> None:
    """Run a cell that goes on until there is a file `gate`."""
    repl.run("import os")
    repl.work(f"not os.path.exists('{gate}')")


def test_cells_wait_for_their_turn(repl: Repl, home: Path) -> None:
    hold(repl, gate := home / "gate")
    repl.type("print('second'.title())\rprint('third'.title())\r")
    repl.until("2 queued")
    gate.touch()
    repl.until("^Third$")
    order = [line for line in repl.lines if line in ("Second", "Third")]
    assert order == ["Second", "Third"]


def test_what_waits_is_aborted_when_a_cell_fails(repl: Repl, home: Path) -> None:
    hold(repl, gate := home / "gate")
    repl.type("failing\rprint('never'.title())\r")
    repl.until("2 queued")
    gate.touch()
    repl.until("aborted")
    assert "Never" not in repl.lines


def test_a_thread_prints_into_its_own_cell_while_the_next_one_is_typed(home: Path) -> None:
    gate = home / "gate"
    os.mkfifo(gate)
    # Asked by Tab alone, so that nothing is asked when the thread prints: what comes while bipy asks is set apart.
    with Repl(home, "--inspection", "tab") as repl:
        repl.ready()
        repl.paste(
            "import os, threading\n"
            "def later():\n"
            f"    open('{gate}').read()\n"
            "    print('from the thread'.title())\n"
            "threading.Thread(target=later).start()"
        )
        repl.run("")
        # ipykernel 7 takes such output for an answer to the completion request that came last.
        repl.type("os.getc\t")
        repl.until(lambda _: "getcwd" in repl.box)
        repl.type("\x1b")
        repl.until(lambda _: not repl.box)
        repl.type(" + '/'")
        repl.until(lambda _: repl.row.endswith("os.getcwd + '/'"))
        gate.write_bytes(b"open")
        repl.until("^From The Thr")
        assert repl.row.endswith("os.getcwd + '/'")
        assert repl.lines_after("start") == ["From The Thread", ""]


def test_ctrl_c_clears_the_input_and_keeps_it_in_the_history(repl: Repl) -> None:
    repl.type("unfinished('")
    repl.until(r"unfinished\('$")
    repl.type("\x03")
    repl.ready()
    repl.type("\x1b[A")
    repl.until(r"unfinished\('$")
    repl.type("\x03")


def test_a_long_paste_is_one_edit(repl: Repl) -> None:
    code = "\n".join(f"line_{number} = {number}" for number in range(300))
    repl.paste(f"{code}\nprint(sum([line_7, line_290]))")
    repl.until(lambda _: repl.row.endswith("print(sum([line_7, line_290]))"))
    repl.type("\r")
    repl.until("^297$")
    # One key brings it back, one takes it away.
    repl.type("\x1b[A")
    repl.until(lambda _: repl.row.endswith("print(sum([line_7, line_290]))"))
    repl.type("\x1f")
    repl.ready()


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("marks", [("\x1b[200~", "\x1b[201~"), ("", "")], ids=["with brackets", "without"])
def test_a_pasted_line_ends_once(repl: Repl, marks: tuple[str, str], end: str) -> None:
    lines = ["for number in range(2):", "    number += 40  # a comment that makes it long", "    print(number)"]
    repl.type(end.join(lines).join(marks))
    repl.until(lambda _: repl.row.endswith(lines[-1]))
    pasted = [line.partition(": ")[2] for line in repl.lines[repl.cursor[1] - 2 : repl.cursor[1] + 1]]
    assert pasted == lines
    repl.type("\x1b\r")
    repl.until("^41$")


def test_output_of_every_kind(repl: Repl) -> None:
    repl.run("import sys")
    repl.run("print('plain'.title()); print('grim'.title(), file=sys.stderr)")
    assert repl.look("Plain") != repl.look("Grim")
    repl.run("for i in range(101): print(f'\\rdone {i}%', end='')")
    assert repl.lines_after("for i in range") == ["done 100%", ""]
    repl.run("from IPython.display import clear_output as clear, display")
    repl.run("print('before'); clear(wait=True); print('after')")
    assert repl.lines_after("before") == ["after", ""]
    repl.run("shown = display('alpha', display_id=True)")
    assert repl.lines_after("shown = ") == ["'alpha'", ""]
    repl.run("shown.update('omega')")
    assert repl.lines_after("shown = ") == ["'omega'", ""]


def test_a_question_mark_opens_the_pager(repl: Repl) -> None:
    repl.run("def sail(ship):\r'Set sail.'\r")
    repl.type("sail?\r")
    repl.until("^Docstring: +Set sail.")
    assert "In [" not in repl.text
    repl.type("q")
    repl.ready()
    repl.type("sail??\r")
    repl.until("^def sail")
    repl.type("\x1b")
    repl.ready()


def test_the_kernel_fills_the_input_cell(repl: Repl) -> None:
    repl.type("get_ipython().set_next_input('6 * ' + '9')\r")
    repl.until(lambda _: repl.row.endswith("]: 6 * 9"))
    repl.type("\r")
    repl.until(r"^Out\[\d+\]: 54$")
    repl.ready()
    repl.type(f"%recall {repl.number - 1}\r")
    repl.until(lambda _: repl.row.endswith("]: 6 * 9") and "In [*]" not in repl.text)
    repl.type("\x03")
    repl.ready()


def test_input_in_the_place_of_the_cell(repl: Repl) -> None:
    repl.run("import getpass")
    repl.type("print(input('Who? ').title())\r")
    repl.until(r"^Who\? *$")
    assert repl.row.strip() == "Who?"
    repl.type("ada\r")
    repl.until("^Ada$")
    assert repl.lines_after("print.input") == ["Who? ada", "Ada", ""]

    repl.type("len(getpass.getpass('Password: '))\r")
    repl.until("^Password: *$")
    repl.type("hunter2")
    repl.until("^Password: .{7}$")
    repl.type("\r")
    repl.until(r"^Out\[\d+\]: 7$")
    assert "hunter2" not in "\n".join(repl.scrollback)
    assert b"hunter2" not in repl.raw

    repl.type("input('More? ')\r")
    repl.until(r"^More\? *$")
    repl.type("\x04")
    repl.until("^EOFError")
    repl.ready()

    repl.type("input('Again? ')\r")
    repl.until(r"^Again\? *$")
    repl.type("\x03")
    repl.until("^KeyboardInterrupt")


def test_what_is_printed_never_steers_the_terminal(repl: Repl) -> None:
    start = len(repl.raw)
    repl.run(r"print('\x1b]0;title\x07\x1b[2J\x9b31m\x1bPq\x1b\\\\\x1b[5nharmless'[::1])")
    repl.run(r"raise ValueError('\x1b]52;c;aGk=\x07\x1bc')")
    repl.run(r"print('\x1b[1;31mred\x1b[m')")
    repl.until("^red$")
    # The title of the window is bipy's own, and holds nothing of the kernel's.
    drawn = re.sub(rb"\x1b\]2;(\* )?bipy [\w. -]*\x1b\\", b"", repl.raw[start:])
    for sequence in (b"\x1b]", b"\x07", b"\x1b[2J", b"\x9b", b"\xc2\x9b", b"\x1bP", b"\x1b[5n", b"\x1bc"):
        assert sequence not in drawn
    assert repl.look("red") != repl.look("harmless")


def test_any_size_of_window(repl: Repl) -> None:
    repl.run("'a result'")
    repl.type("'something that is being typed', len(")
    repl.until(lambda _: "len(obj, /)" in repl.box)
    for size in ((40, 10), (20, 5), (9, 2), (1, 1), (200, 60), (2, 40), (80, 24)):
        repl.raw = b""
        repl.resize(size)
        repl.type("x")
        repl.until(lambda _: repl.raw)
    repl.until(r"'something that is being typed', len\(xxxxxxx$")
    repl.type("\x03")


def test_help_lists_the_keys(repl: Repl) -> None:
    repl.type("\x1bOP")
    repl.until("^ Keys")
    assert "Tab " in repl.text
    repl.type("q")
    repl.ready()


def test_ctrl_l_clears_the_screen_and_page_up_has_what_was_there(repl: Repl) -> None:
    repl.run("'before'")
    repl.type("\x0c")
    repl.until(lambda _: repl.cursor[1] == 0 and "'before'" not in repl.text)
    repl.run("'behind'")
    assert re.match(r"In \[\d+\]: 'behind'", repl.lines[0])
    repl.type("\x1b[5~")
    repl.until(r"^Out\[\d+\]: 'before'$")
    repl.type("\x1b[6~")
    repl.until(lambda _: "'before'" not in repl.text)
    repl.raw = b""
    repl.type("\x18\x0c")
    repl.until(lambda _: b"'behind'" in repl.raw)


def test_the_box_covers_no_output(repl: Repl) -> None:
    repl.run("print(*range(100), sep='\\n')")
    repl.type("sorted(")
    repl.until(lambda _: "sorted(iterable" in repl.box)
    rows = len(repl.lines)
    above = repl.lines[: repl.cursor[1]]
    assert len(above) == rows - 2 - rows // 3
    assert above == [*map(str, range(100)), ""][-len(above) :]
    repl.type("\x03")
    repl.until(r"^In \[\d+\]:$")
    assert repl.lines[: repl.cursor[1]] == above, "the room is kept"


def test_the_session_so_far_goes_into_the_scrollback_and_bipy_goes_on(repl: Repl) -> None:
    repl.run("print('kept', 6 * 7)")
    start = len(repl.raw)
    repl.type("draft\x18\x10")
    repl.until("stands in the scrollback of your terminal")
    _, _, left = bytes(repl.raw[start:]).partition(b"\x1b[?1049l")
    printed, back, _ = left.partition(b"\x1b[?1049h")
    assert back
    assert b"kept 42" in printed
    assert b"draft" not in printed
    repl.type("\x15")
    repl.run("1 + 1")
    assert repl.shows(r"^Out\[\d+\]: 2$")

"""The names that kernels give to cells."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bipy.session.cell_files import code_named

# Of all lengths up to two words of the hash, and of characters of several bytes.
CODES = [
    *("abcdefghi"[:length] for length in range(10)),
    "def \u65e5():\n    return 3\n",
    "x = 1\n" * 1_000,
    "\U0001f600",
]
# In a process of its own: some tests are about a Python without ipykernel.
NAMES = (
    "import json, sys; from ipykernel.compiler import get_file_name; "
    "print(json.dumps([get_file_name(code) for code in json.load(sys.stdin)]))"
)


def test_a_cell_is_found_by_the_name_that_the_kernel_compiles_it_under() -> None:
    done = subprocess.run(
        [sys.executable, "-c", NAMES], input=json.dumps(CODES), capture_output=True, check=True, text=True
    )
    names = json.loads(done.stdout)
    assert [code_named(name, CODES) for name in names] == CODES
    assert code_named(names[3], CODES[4:]) is None


@pytest.mark.parametrize("path", ["/tmp/a.py", "/tmp/ipykernel_1/a.py", "/tmp/ipykernel_1/12.py/b.py", "12.py", ""])
def test_any_other_name_is_of_no_cell(path: str) -> None:
    assert code_named(path, ["x = 1"]) is None

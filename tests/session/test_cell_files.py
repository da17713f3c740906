"""The names that kernels give to cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ipykernel.compiler import get_file_name, get_tmp_hash_seed, murmur2_x86

from bipy.session.cell_files import code_named, murmur2


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_the_hash_is_the_kernels(code: str) -> None:
    assert murmur2(code.encode()) == murmur2_x86(code, get_tmp_hash_seed())


def test_a_cell_is_found_by_the_name_that_the_kernel_compiles_it_under() -> None:
    codes = ["x = 1", "def \u65e5():\n    return 3\n", ""]
    for code in codes:
        assert code_named(get_file_name(code), codes) == code
    assert code_named(get_file_name("another"), codes) is None


@pytest.mark.parametrize("path", ["/tmp/a.py", "/tmp/ipykernel_1/a.py", "/tmp/ipykernel_1/12.py/b.py", "12.py", ""])
def test_any_other_name_is_of_no_cell(path: str) -> None:
    assert code_named(path, ["x = 1"]) is None

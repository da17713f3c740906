"""Which row a kernel gets by what it says of itself, and what the rows promise."""

from __future__ import annotations

import pytest

from bipy.messaging import events, implementations
from bipy.messaging.implementations import IMPLEMENTATIONS, UNKNOWN, Implementation

SUBSHELLS = ("kernel subshells",)


def info(implementation: str, features: tuple[str, ...] = ()) -> events.KernelInfo:
    return events.KernelInfo(events.NO_PARENT, implementation=implementation, supported_features=features)


def test_a_kernel_is_found_by_its_implementation_however_it_is_spelled() -> None:
    assert implementations.of(info("ipython")).title == "ipykernel"
    assert implementations.of(info("Deno kernel")).title == "Deno"
    assert implementations.of(info("ILua")) is implementations.of(info("ilua"))


def test_nothing_is_assumed_of_kernels_that_were_not_measured() -> None:
    assert implementations.of(None) is UNKNOWN
    assert implementations.of(info("")) is implementations.of(info("unheard of")) is UNKNOWN
    assert Implementation() == UNKNOWN


def test_advertised_subshells_are_believed_only_where_they_were_seen_to_work() -> None:
    assert implementations.has_subshells(info("ipython", SUBSHELLS))
    assert not implementations.has_subshells(info("ipython")), "ipykernel 6"
    assert not implementations.has_subshells(info("bash_kernel", SUBSHELLS))


@pytest.mark.parametrize("row", IMPLEMENTATIONS.values(), ids=lambda row: row.title)
def test_every_row_has_a_title_and_an_expression_that_leaves_no_name(row: Implementation) -> None:
    assert row.title
    if row.resize:
        compile(row.resize.format(columns=80, lines=24), "resize", "eval")

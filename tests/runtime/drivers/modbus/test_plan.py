"""Blocks: deterministic, within the limits, nothing lost, nothing torn."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.modbus_driver import a_source
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.modbus.plan import Binding, Block, plan_blocks, split_block


def _binding(name: str, table: str = "holding", address: int = 0, unit: int = 1, **fields: object) -> Binding:
    return Binding(TagDef(TagId(name)), a_source(table, address, **fields), unit)


def _spans(blocks: tuple[Block, ...]) -> list[tuple[int, str, int, int]]:
    return [(block.unit, block.table, block.address, block.count) for block in blocks]


def test_neighbours_share_a_block_and_units_and_tables_do_not() -> None:
    blocks = plan_blocks(
        [
            _binding("a", address=0),
            _binding("b", address=1, type="float32"),
            _binding("c", "input", 1),
            _binding("d", address=1, unit=2),
            _binding("e", "coil", 7),
        ],
        max_gap=8,
        max_registers=125,
    )
    assert _spans(blocks) == [(1, "coil", 7, 1), (1, "holding", 0, 3), (1, "input", 1, 1), (2, "holding", 1, 1)]


@pytest.mark.parametrize(("gap", "spans"), [(8, [(0, 10)]), (7, [(0, 1), (9, 1)]), (0, [(0, 1), (9, 1)])])
def test_a_gap_is_bridged_up_to_its_limit(gap: int, spans: list[tuple[int, int]]) -> None:
    blocks = plan_blocks([_binding("a", address=0), _binding("b", address=9)], max_gap=gap, max_registers=125)
    assert [(block.address, block.count) for block in blocks] == spans


def test_a_tag_is_never_torn_over_two_blocks() -> None:
    bindings = [_binding(f"t{i}", address=i * 4, type="uint64") for i in range(40)]
    blocks = plan_blocks(bindings, max_gap=8, max_registers=10)
    assert {block.count for block in blocks} == {8}


def test_bits_have_a_limit_of_their_own() -> None:
    bindings = [_binding(f"c{i}", "coil", i) for i in range(2001)]
    blocks = plan_blocks(bindings, max_gap=0, max_registers=1)
    assert [block.count for block in blocks] == [2000, 1]


def test_a_tag_that_fits_no_request_is_named() -> None:
    with pytest.raises(ConfigurationError) as caught:
        plan_blocks(
            [_binding("long", address=0, type="float64"), _binding("far", address=65_535, type="uint32")],
            max_gap=0,
            max_registers=2,
        )
    assert caught.value.problems == (
        "long: 4 registers, but the device gives at most 2 at once",
        "far: address 65535 and 2 registers end above 65535",
    )


_TYPES = st.sampled_from(["uint16", "int32", "float64", "string"])


@st.composite
def _some_bindings(draw: st.DrawFn) -> list[Binding]:
    places = draw(
        st.lists(
            st.tuples(st.integers(0, 3), st.sampled_from(["holding", "input", "coil"]), st.integers(0, 400), _TYPES),
            max_size=60,
        )
    )
    return [
        _binding(f"t{i}", table, address, unit, type=kind, length=3 if kind == "string" else 1)
        for i, (unit, table, address, kind) in enumerate(places)
    ]


@given(_some_bindings(), st.integers(0, 20), st.integers(4, 125), st.randoms(use_true_random=False))
def test_a_plan_holds_every_tag_once_whole_and_in_any_order(
    bindings: list[Binding], gap: int, most: int, shuffler: random.Random
) -> None:
    blocks = plan_blocks(bindings, gap, most)
    held = [binding.definition.id for block in blocks for binding in block.bindings]
    assert sorted(held) == sorted(binding.definition.id for binding in bindings)
    for block in blocks:
        assert block.count <= (2000 if block.table == "coil" else most)
        for binding in block.bindings:
            assert (binding.unit, binding.source.table) == (block.unit, block.table)
            assert block.address <= binding.address
            assert binding.end <= block.address + block.count
    shuffled = list(bindings)
    shuffler.shuffle(shuffled)
    assert plan_blocks(shuffled, gap, most) == blocks


@given(_some_bindings())
def test_dividing_again_and_again_ends_at_single_places_and_loses_no_tag(bindings: list[Binding]) -> None:
    waiting = list(plan_blocks(bindings, 20, 125))
    leaves: list[Block] = []
    while waiting:
        block = waiting.pop()
        parts = split_block(block)
        if len(parts) == 1:
            leaves.append(block)
        else:
            assert sum(len(part.bindings) for part in parts) == len(block.bindings)
            waiting += parts
    assert sorted(b.definition.id for leaf in leaves for b in leaf.bindings) == sorted(
        b.definition.id for b in bindings
    )
    assert all(len({(b.address, b.count) for b in leaf.bindings}) == 1 for leaf in leaves)


def test_the_holes_go_first() -> None:
    bindings = [_binding("a", address=0), _binding("b", address=1), _binding("c", address=4), _binding("d", address=7)]
    (block,) = plan_blocks(bindings, 8, 125)
    assert [(part.address, part.count) for part in split_block(block)] == [(0, 2), (4, 1), (7, 1)]

"""A network that has learned nothing copies already."""

import dataclasses

import torch

from engine.training.induction import write_induction
from engine.training.network import Glm4MoeNetwork, initialize
from engine.training.recipe import NetworkShape
from tests.engine.training.tiny_run import TINY_SHAPE

SHAPE = NetworkShape(
    vocab_size=1024, num_attention_heads=4, num_key_value_heads=2, head_dim=64, hidden_size=256
)
LENGTH = 48


def test_what_stood_after_a_token_is_expected_after_it_again() -> None:
    network = Glm4MoeNetwork(SHAPE)
    initialize(network, 1)
    write_induction(network, 1)
    assert measure_copying(network) > 0.7


def test_without_the_circuit_nothing_is_copied() -> None:
    network = Glm4MoeNetwork(SHAPE)
    initialize(network, 1)
    assert measure_copying(network) < 0.1


def test_a_network_with_one_query_head_for_each_key_head_gets_a_circuit_too() -> None:
    shape = dataclasses.replace(SHAPE, num_key_value_heads=4)
    network = Glm4MoeNetwork(shape)
    initialize(network, 1)
    write_induction(network, 1)
    assert measure_copying(network) > 0.5


def test_the_same_seed_writes_the_same_weights() -> None:
    first, second = Glm4MoeNetwork(TINY_SHAPE), Glm4MoeNetwork(TINY_SHAPE)
    for network in (first, second):
        initialize(network, 5)
        write_induction(network, 5)
    pairs = zip(first.parameters(), second.parameters(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)


def measure_copying(network: Glm4MoeNetwork) -> float:
    """Of tokens drawn at random and said twice, the share whose second follower is foreseen."""
    generator = torch.Generator().manual_seed(2)
    once = torch.randperm(SHAPE.vocab_size, generator=generator)[:LENGTH]
    ids = once.repeat(2)
    with torch.no_grad():
        layout = network.lay_out((len(ids),), torch.float32)
        hidden = network(network.embed(ids, torch.float32), layout)
        foreseen = (hidden @ network.head_weight.t()).argmax(-1)
    return float((foreseen[LENGTH:-1] == ids[LENGTH + 1 :]).float().mean())

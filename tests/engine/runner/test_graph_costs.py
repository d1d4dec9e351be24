"""The table of step costs: what it is made of, and that it is measured through the recordings."""

import itertools

import pytest

from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.runner.decode_graphs import DecodeGraphs, GraphSize
from engine.runner.graph_costs import measure_graphs
from tests.engine.runner.decoding import VOCAB_SIZE, DirectRecorder, make_cache, make_graphs


@pytest.fixture
def graphs(tiny_model: Glm4MoeForCausalLM) -> DecodeGraphs:
    return make_graphs(
        tiny_model, make_cache(tiny_model), DirectRecorder(), max_batch=4, max_drafts=2
    )


def test_a_step_costs_what_its_recording_took(
    graphs: DecodeGraphs, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    replay = DecodeGraphs.replay

    def take_time(self: DecodeGraphs, size: GraphSize) -> None:
        nonlocal now
        replay(self, size)
        now += size.batch + 10.0 * size.num_drafts

    monkeypatch.setattr(DecodeGraphs, "replay", take_time)
    costs = measure_graphs(graphs, vocab_size=VOCAB_SIZE, clock=lambda: now)
    for batch, drafts in itertools.product((1, 2, 4), (0, 1, 2)):
        assert costs.step_seconds(batch, 0, drafts) == pytest.approx(batch + 10.0 * drafts)


def test_measuring_writes_into_no_block_of_a_sequence(tiny_model: Glm4MoeForCausalLM) -> None:
    kv = make_cache(tiny_model)
    graphs = make_graphs(tiny_model, kv, DirectRecorder(), max_batch=2)
    measure_graphs(graphs, vocab_size=VOCAB_SIZE)
    keys, values = kv.plain_layers()
    for cache in (*keys, *values):
        assert cache[: graphs.unused_block].count_nonzero() == 0
        assert cache[graphs.unused_block].count_nonzero() > 0

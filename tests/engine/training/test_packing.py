"""Batches: whole documents, the right targets, and nothing that leaks from one to another."""

import random

import torch

from engine.training.network import Glm4MoeNetwork, initialize
from engine.training.packing import IGNORED, PAD_MULTIPLE, Batch, DocumentStream, cut, pack
from engine.training.recipe import TrainingRecipe
from engine.training.samples import Sample
from tests.engine.training.tiny_run import TINY_SHAPE, draw_noise


def run(network: Glm4MoeNetwork, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    layout = network.lay_out(batch.lengths, torch.float32)
    hidden = network(network.embed(batch.ids, torch.float32), layout)
    following = network.embed(batch.ids.roll(-1), torch.float32)
    return hidden, network.mtp.draft(following, hidden, layout)


def make_network() -> Glm4MoeNetwork:
    network = Glm4MoeNetwork(TINY_SHAPE)
    initialize(network, 1)
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator), alpha=0.1)
    return network


def test_targets_are_the_trained_tokens_one_and_two_places_later() -> None:
    first = Sample((5, 6, 7, 8), (False, False, True, True))
    second = Sample((9, 10), (True, True))
    batch = pack([first, second])
    assert batch.lengths == (4, 2, PAD_MULTIPLE - 6)
    assert batch.document_tokens == 6
    assert batch.ids[:6].tolist() == [5, 6, 7, 8, 9, 10]
    assert batch.targets[:6].tolist() == [IGNORED, 7, 8, IGNORED, 10, IGNORED]
    assert batch.second_targets[:6].tolist() == [7, 8] + [IGNORED] * 4
    assert (batch.targets[6:] == IGNORED).all()


def test_a_document_feels_nothing_of_its_neighbors() -> None:
    rng = random.Random(1)
    documents = [draw_noise(rng) for _ in range(4)]
    network = make_network()
    with torch.no_grad():
        together, together_drafts = run(network, pack(documents))
        begin = 0
        for document in documents:
            length = len(document.ids)
            alone, drafts = run(network, pack([document]))
            part = slice(begin, begin + length)
            torch.testing.assert_close(together[part], alone[:length], atol=1e-5, rtol=1e-4)
            # The draft at the last place reads the next document's first token and is not trained.
            torch.testing.assert_close(
                together_drafts[part][:-1], drafts[: length - 1], atol=1e-5, rtol=1e-4
            )
            begin += length


def test_a_token_feels_nothing_of_what_follows_it() -> None:
    network = make_network()
    ids = tuple(range(20))
    changed = (*ids[:12], 63, *ids[13:])
    with torch.no_grad():
        before, _ = run(network, pack([Sample(ids, (True,) * 20)]))
        after, _ = run(network, pack([Sample(changed, (True,) * 20)]))
    torch.testing.assert_close(before[:12], after[:12])
    assert not torch.allclose(before[12:20], after[12:20])


def test_a_stream_fills_batches_with_whole_documents_and_continues_by_number() -> None:
    stream = DocumentStream(draw_noise, seed=4)
    batches = [stream.next_batch(200) for _ in range(5)]
    assert all(150 < batch.document_tokens <= 200 for batch in batches)
    middle = DocumentStream(draw_noise, seed=4)
    middle.next_batch(200)
    rest = DocumentStream(draw_noise, seed=4, position=middle.position)
    assert torch.equal(rest.next_batch(200).ids, batches[1].ids)


def test_a_document_longer_than_a_batch_comes_whole() -> None:
    batch = DocumentStream(draw_noise, seed=5).next_batch(1)
    assert len(batch.lengths) == 2
    assert batch.document_tokens == batch.lengths[0]


def test_some_samples_are_cut_after_their_beginning_and_others_stay_whole() -> None:
    recipe = TrainingRecipe(cut_tokens=(3, 9), cut_share=0.5, early_documents=9, late_cut_share=0.0)
    sample = Sample(tuple(range(40)), (False,) * 10 + (True,) * 30)
    lengths = {len(cut(sample, random.Random(number), recipe, 0).ids) for number in range(60)}
    assert lengths == {13, 19, 40}
    assert all(cut(sample, random.Random(n), recipe, 9) == sample for n in range(20))
    short = Sample(tuple(range(12)), (False,) * 10 + (True,) * 2)
    assert all(cut(short, random.Random(n), recipe, 0).ids[:12] == short.ids for n in range(20))

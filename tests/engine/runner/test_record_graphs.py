"""An engine that decodes by recorded steps: which device has them, and whole answers."""

from pathlib import Path

import pytest
import torch

from engine.llm_engine import LLMEngine, model_parts
from engine.runner import DecodeGraphs, recorder_for
from engine.runner.decode_graphs import GraphSize
from tests.engine.engines import build_engine, make_request, run_to_end
from tests.engine.runner.decoding import DirectRecorder

REQUESTS = [
    make_request("greedy", max_tokens=30),
    make_request("drawn", temperature=0.9, seed=3, max_tokens=30),
    make_request("scored", temperature=0.9, seed=4, max_tokens=9, logprobs=1),
    make_request("penalized", temperature=0.9, seed=5, max_tokens=9, presence_penalty=0.5),
]


def answer_all(engine: LLMEngine) -> dict[str, list[int]]:
    for request in REQUESTS:
        engine.submit(request)
    return {name: answer.token_ids for name, answer in run_to_end(engine).items()}


@pytest.mark.parametrize("max_drafts", [0, 3])
def test_answers_are_those_of_the_general_way(
    checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch, max_drafts: int
) -> None:
    options = {"compiled_step": False, "max_drafts": max_drafts, "max_running": 4}
    expected = answer_all(build_engine(checkpoint_folder, **options))
    replayed: list[GraphSize] = []
    replay = DecodeGraphs.replay

    def note(self: DecodeGraphs, size: GraphSize) -> None:
        replayed.append(size)
        replay(self, size)

    monkeypatch.setattr(model_parts, "recorder_for", lambda device, cuda_graphs: DirectRecorder())
    engine = build_engine(checkpoint_folder, **options)
    monkeypatch.setattr(DecodeGraphs, "replay", note)
    assert answer_all(engine) == expected
    assert len(replayed) > 5


def test_steps_are_not_recorded_on_a_cpu_or_against_the_operators_wish() -> None:
    assert recorder_for(torch.device("cpu"), cuda_graphs=True) is None
    assert recorder_for(torch.device("cuda"), cuda_graphs=False) is None

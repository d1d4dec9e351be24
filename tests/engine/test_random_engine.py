"""An engine over noise: what a benchmark runs where there is no checkpoint."""

from pathlib import Path

import pytest

from engine.errors import EngineUnavailable
from engine.llm_engine import EngineOptions, LLMEngine
from engine.testing.published_folder import write_published_folder
from tests.engine.engines import make_request, run_to_end


def test_an_engine_runs_a_published_geometry_without_weights(tmp_path: Path) -> None:
    write_published_folder(tmp_path, "nano")
    assert not list(tmp_path.glob("*.safetensors"))
    options = EngineOptions(random_weights=True, fp8_kv=True)
    engine = LLMEngine.from_folder(tmp_path, device="cpu", options=options)
    request = make_request("noise", max_tokens=9)
    engine.submit_prompt(request, [3] * 20, ignore_stop_tokens=True)
    answer = run_to_end(engine)["noise"]
    assert len(answer.token_ids) == 9


def test_a_geometry_may_be_cut(tmp_path: Path) -> None:
    write_published_folder(tmp_path, "nano", num_layers=2)
    options = EngineOptions(random_weights=True)
    engine = LLMEngine.from_folder(tmp_path, device="cpu", options=options)
    assert engine.context_length == 4096


def test_a_model_larger_than_the_machine_is_refused_before_it_is_filled(tmp_path: Path) -> None:
    write_published_folder(tmp_path, "full")
    with pytest.raises(EngineUnavailable, match=r"The model needs [0-9.]+ GiB on cpu .* are free"):
        LLMEngine.from_folder(tmp_path, device="cpu", options=EngineOptions(random_weights=True))

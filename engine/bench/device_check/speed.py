"""How long decode steps of GLM-4.5-Air's layers take, and what memory they hold."""

import functools
import itertools
from collections.abc import Iterator
from pathlib import Path

import torch

from engine.bench.device_check.answers import answer_by, make_prompts
from engine.bench.device_check.checks import Check, Outcome
from engine.checkpoint.config import read_model_config
from engine.llm_engine import EngineOptions, LLMEngine
from engine.runner import graph_reserve_bytes
from engine.testing.published_folder import write_published_folder

NEW_TOKENS, PROMPT_TOKENS, PROMPT_VOCABULARY = 200, 512, 200
BATCHES = (1, 4, 8)
_MEBIBYTE = 2**20


def list_speed_checks(device: str, scratch: Path, num_layers: int) -> Iterator[Check]:
    """Air cut to `num_layers` layers, filled with noise in eight bits; no draft is ever right."""
    folder = scratch / "published-air"
    folder.mkdir(parents=True)
    write_published_folder(folder, "air", num_layers=num_layers)
    for graphs, drafts in itertools.product((False, True), (0, 1)):
        name = f"{num_layers} layers of Air, {'recorded' if graphs else 'general'}, {drafts} drafts"
        yield Check(name, functools.partial(_measure, folder, device, graphs, drafts))


def _measure(folder: Path, device: str, graphs: bool, drafts: int) -> Outcome:
    """Milliseconds per step by batch, on one engine."""
    free_before = _free_bytes()
    options = EngineOptions(
        random_weights=True,
        max_drafts=drafts,
        cuda_graphs=graphs,
        context_length=4096,
        max_running=max(BATCHES),
    )
    engine = LLMEngine.from_folder(folder, device=device, options=options)
    figures: dict[str, float] = {"mebibytes_taken": (free_before - _free_bytes()) // _MEBIBYTE}
    if graphs:
        config = read_model_config(folder)
        reserve = graph_reserve_bytes(config, max_batch=max(BATCHES), max_drafts=drafts)
        figures["mebibytes_reserved_for_recordings"] = reserve // _MEBIBYTE
    try:
        for batch in BATCHES:
            answers = answer_by(
                engine, make_prompts(batch, PROMPT_TOKENS, PROMPT_VOCABULARY), NEW_TOKENS
            )
            figures[f"ms_per_step_at_{batch}"] = round(1000 * answers.seconds / answers.steps, 3)
            figures[f"tokens_per_second_at_{batch}"] = round(answers.tokens / answers.seconds, 1)
    finally:
        engine.close()
    return Outcome(True, figures)


def _free_bytes() -> int:
    torch.cuda.empty_cache()
    free_bytes: int = torch.cuda.mem_get_info()[0]
    return free_bytes

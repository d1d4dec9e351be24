"""Our engine as a contestant, timed from outside as a server would see it."""

import time
from pathlib import Path

import torch

from engine.bench.contestant import ContestantSpec, Facts, Workload
from engine.bench.engine_features import (
    bytes_per_weight,
    draft_counts,
    engine_options,
    host_ms_per_step,
    kv_itemsize,
)
from engine.bench.measurement import Round, StepLog
from engine.errors import EngineError
from engine.llm_engine import LLMEngine
from engine.protocol import Failed, Finished, GenerationRequest, SamplingParams


class EngineContestant:
    """The engine as it is served: scheduler, runner, sampler, detokenizer and parser."""

    def __init__(self, spec: ContestantSpec) -> None:
        options = engine_options(batch=spec.batch, threads=spec.threads, max_drafts=spec.max_drafts)
        self._engine = LLMEngine.from_folder(
            Path(spec.model), device=spec.device, dtype=spec.dtype, options=options
        )
        self.facts = Facts(
            name=spec.name,
            device=self._engine.device_name,
            dtype=self._engine.dtype_name,
            threads=torch.get_num_threads(),
            bytes_per_weight=bytes_per_weight(self._engine),
            kv_itemsize=kv_itemsize(self._engine),
        )

    def measure(self, workload: Workload) -> Round:
        """Answer all prompts at once."""
        before = draft_counts(self._engine.stats())
        log = StepLog(len(workload.prompts), time.perf_counter())
        for index, prompt in enumerate(workload.prompts):
            request = _request(index, workload)
            self._engine.submit_prompt(request, prompt, ignore_stop_tokens=not workload.may_stop)
        while self._engine.has_work():
            self._step(log)
        stats = self._engine.stats()
        after = draft_counts(stats)
        return log.finish(
            drafted=after.drafted - before.drafted,
            accepted=after.accepted - before.accepted,
            host_ms_per_step=host_ms_per_step(stats),
        )

    def _step(self, log: StepLog) -> None:
        outputs = self._engine.step()
        now = time.perf_counter()
        tokens = [(int(one.request_id), one.batch.token_ids) for one in outputs]
        log.note(now, tokens)
        for event in (event for one in outputs for event in one.batch.events):
            if isinstance(event, Failed):
                raise EngineError(event.code, event.message)
            if isinstance(event, Finished):
                log.end_one()


def _request(index: int, workload: Workload) -> GenerationRequest:
    sampling = SamplingParams(
        temperature=workload.temperature,
        max_tokens=workload.new_tokens,
        seed=workload.seed + index,
    )
    return GenerationRequest(request_id=str(index), model="", messages=(), sampling=sampling)

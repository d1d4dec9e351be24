"""Our engine as a contestant, timed from outside as a server would see it."""

import time
from dataclasses import replace
from pathlib import Path

from engine.bench.contestant import ContestantSpec, Facts, Workload
from engine.bench.measurement import Round, StepLog
from engine.errors import EngineError
from engine.llm_engine import EngineOptions, LLMEngine
from engine.llm_engine.assembly import load_parts
from engine.protocol import Failed, Finished, GenerationRequest, SamplingParams


class EngineContestant:
    """The engine as it is served: scheduler, runner, sampler, detokenizer and parser."""

    def __init__(self, spec: ContestantSpec) -> None:
        options = EngineOptions(
            max_running=spec.batch,
            max_waiting=spec.batch,
            cpu_threads=spec.threads,
            random_weights=spec.random_weights,
        )
        if spec.max_drafts is not None:
            options = replace(options, max_drafts=spec.max_drafts)
        parts = load_parts(
            Path(spec.model),
            device_name=spec.device,
            dtype_name=spec.dtype,
            options=options,
            progress=None,
        )
        if spec.forced_drafts:
            parts.draft_policy.always_drafts_most = True
        self._engine = LLMEngine(parts)
        facts = self._engine.facts
        self.facts = Facts(
            name=spec.name,
            device=facts.device,
            dtype=facts.dtype,
            threads=facts.threads,
            bytes_per_weight=facts.bytes_per_weight,
            kv_itemsize=facts.kv_itemsize,
        )

    def measure(self, workload: Workload) -> Round:
        """Answer all prompts at once."""
        before = self._engine.stats()
        log = StepLog(len(workload.prompts), time.perf_counter())
        for index, prompt in enumerate(workload.prompts):
            request = _request(index, workload)
            self._engine.submit_prompt(request, prompt, ignore_stop_tokens=not workload.may_stop)
        while self._engine.has_work():
            self._step(log)
        stats = self._engine.stats()
        return log.finish(
            drafted=stats.drafted_tokens - before.drafted_tokens,
            accepted=stats.accepted_draft_tokens - before.accepted_draft_tokens,
            host_ms_per_step=stats.host_ms_per_step,
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

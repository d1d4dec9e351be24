"""The engine in four verbs: submit, step, abort, stats.

Wires the checkpoint's template, tokenizer and parser to the scheduler and the runner. Knows no
Celery and no Redis.
"""

from engine.llm_engine.engine import LLMEngine
from engine.llm_engine.records import EngineFacts, EngineOptions, EngineStats, RequestOutput

__all__ = ["EngineFacts", "EngineOptions", "EngineStats", "LLMEngine", "RequestOutput"]

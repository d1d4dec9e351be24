"""`celery -A tools.fanout.paced_worker worker`: the engine's worker around the paced engine."""

import os
from typing import cast

from engine.checkpoint.progress import ProgressCallback
from engine.llm_engine import LLMEngine
from engine.worker.celery_app import create_app
from engine.worker.settings import WorkerSettings, read_settings
from tools.fanout.paced_engine import PacedEngine


def _load(_settings: WorkerSettings, _progress: ProgressCallback) -> LLMEngine:
    return cast("LLMEngine", PacedEngine())


app = create_app(read_settings(os.environ), _load)

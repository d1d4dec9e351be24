"""Builds the Celery application of a worker: one task, one boot step, one queue.

Messages are JSON and acknowledged before they run: a lost or doubled message is harmless, since
the turn's row is the truth and every attempt is claimed. The task hands its request to the engine
and returns; how many requests run together is the engine's affair, not that of Celery's threads.
"""

from typing import Any

import celery.apps.worker
from celery import Celery, bootsteps
from celery.signals import celeryd_init, setup_logging

from engine.protocol.last_words import say_in_a_signal_handler
from engine.protocol.log_lines import name_process
from engine.protocol.names import GENERATE_TASK, engine_queue
from engine.worker.engine_host import EngineHost, LoadEngine, ModelCannotBeServed, load_model
from engine.worker.exit_reason import give_up, leave_when_a_thread_breaks
from engine.worker.logs import configure_logs
from engine.worker.queue_door import QueueDoor
from engine.worker.queue_polls import QueuePolls, watch_polls
from engine.worker.settings import WorkerSettings


def create_app(settings: WorkerSettings, load_engine: LoadEngine = load_model) -> Celery:
    """The application; the model is loaded when a worker starts, before it takes messages.

    `load_engine` makes the engine, for benchmarks of all that lies around it.
    """
    log_ring = configure_logs()
    polls = QueuePolls()
    watch_polls(polls)
    host = EngineHost(settings, log_ring, polls, load_engine)
    app = Celery("engine")
    app.conf.update(
        broker_url=settings.broker_url,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        # What was fetched is counted in memory only: a message that dies with its worker is lost,
        # and whoever waits for the answer rings again.
        broker_transport_options={"ack_emulation": False},
        task_default_queue=engine_queue(settings.model_name),
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_store_errors_even_if_ignored=False,
        task_acks_late=False,
        worker_prefetch_multiplier=1,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
    )
    app.task(_generate_with(host), name=GENERATE_TASK)
    queue = engine_queue(settings.model_name)
    app.steps["worker"].add(_engine_step(host, queue))
    setup_logging.connect(_keep_logs, weak=False)
    celeryd_init.connect(_begin_worker, weak=False)
    return app


def _generate_with(host: EngineHost) -> Any:
    def generate(request: str) -> None:
        """Starts a generation. `request` is JSON of a `GenerationRequest`."""
        host.generate(request)

    return generate


def _engine_step(host: EngineHost, queue: str) -> type:
    class EngineStep(bootsteps.StartStopStep):  # type: ignore[misc]
        """Starts before the consumer and stops after it, while the pool still runs."""

        requires = ("celery.worker.components:Pool",)

        def start(self, worker: Any) -> None:
            leave_when_a_thread_breaks()
            try:
                host.start(worker.hostname)
            except ModelCannotBeServed as failure:
                give_up(str(failure))
            door = QueueDoor(worker, queue)
            host.steer(door)
            host.guard(queue, door)

        def stop(self, worker: Any) -> None:
            del worker
            host.stop()

        terminate = stop

    return EngineStep


def _begin_worker(sender: str, **_arguments: object) -> None:
    name_process(sender)
    celery.apps.worker.safe_say = say_in_a_signal_handler


def _keep_logs(**_arguments: object) -> None:
    """Celery configures logging unless somebody listens; ours was there before."""

"""Names of queues, tasks and Redis keys that the web side and the workers share."""

TURNS_QUEUE = "turns"
RUN_TURN_TASK = "turns.run"
RECONCILE_TASK = "turns.reconcile"
GENERATE_TASK = "engine.generate"

WORKER_TTL_SECONDS = 10
STREAM_TTL_SECONDS = 3600
COMMAND_RESULT_TTL_SECONDS = 600
WORKER_LOG_LINES = 500
WORKER_SAMPLES = 3600


def engine_queue(model: str) -> str:
    """The Celery queue of one served model."""
    return f"engine.{model}"


def queue_lists(queue: str) -> tuple[str, ...]:
    """The Redis lists in which Celery keeps the messages of a queue, the most urgent first: one for
    each of the priorities 0, 3, 6 and 9 of kombu's Redis transport."""
    return (queue, *(f"{queue}\x06\x16{priority}" for priority in (3, 6, 9)))


def engine_stream(request_id: str) -> str:
    """Redis stream of `EventBatch` entries, ids `<attempt>-<seq>`, seq from 1."""
    return f"engine:{request_id}"


def engine_stop_key(request_id: str) -> str:
    """Set (to any value) to stop the request; the engine reads it at every step."""
    return f"engine:{request_id}:stop"


def engine_cancelled_key(request_id: str) -> str:
    """Present once an administrator has cancelled the request: its abort is the answer's end, and
    no engine that went away."""
    return f"engine:{request_id}:cancelled"


def engine_end_thinking_key(request_id: str) -> str:
    """Set to end the thinking of the request; each new value is acted on once by each attempt."""
    return f"engine:{request_id}:end-thinking"


def engine_alive_key(request_id: str) -> str:
    """Present, with a short time to live, while a worker holds the request."""
    return f"engine:{request_id}:alive"


def turn_stream(turn_id: str) -> str:
    """Redis stream of turn events, ids `<attempt>-<seq>`, field `event`, JSON."""
    return f"turn:{turn_id}"


def turn_stop_key(turn_id: str) -> str:
    """Set (to any value) to stop the turn."""
    return f"turn:{turn_id}:stop"


def worker_key(worker_id: str) -> str:
    """JSON `WorkerStatus` with a time to live of `WORKER_TTL_SECONDS`."""
    return f"worker:{worker_id}"


def worker_commands_key(worker_id: str) -> str:
    """List of JSON `WorkerCommand`, taken from the left by the worker at every beat."""
    return f"worker-commands:{worker_id}"


def worker_result_key(command_id: str) -> str:
    """JSON `CommandResult` with a time to live of `COMMAND_RESULT_TTL_SECONDS`."""
    return f"worker-result:{command_id}"


def worker_log_key(worker_id: str) -> str:
    """List of the worker's last `WORKER_LOG_LINES` log lines, newest last, no prompt in them."""
    return f"worker-log:{worker_id}"


def worker_samples_key(worker_id: str) -> str:
    """Redis stream with the compact figures of each second of the last hour, field `sample`."""
    return f"worker-samples:{worker_id}"


def worker_exit_key(worker_id: str) -> str:
    """Why the worker's process ended, one sentence, written by who saw it end; kept for a day."""
    return f"worker-exit:{worker_id}"


def queue_paused_key(model: str) -> str:
    """Set while no worker may take requests of this model."""
    return f"queue-paused:{model}"


WORKER_KEY_PATTERN = "worker:*"
TURNS_WORKER_KEY = "turns-worker:alive"
SUPERVISOR_KEY = "supervisor:alive"

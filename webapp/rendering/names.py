"""Names of the queue, the task and the Redis keys of the render worker."""

RENDER_QUEUE = "render"
CHECK_TASK = "rendering.check"
# JSON `RenderStatus` with a time to live; absent while no render worker lives.
RENDER_WORKER_KEY = "render-worker:alive"
REPLY_TTL_SECONDS = 60


def reply_key(request_id: str) -> str:
    """A list with at most one entry: the JSON report of one check."""
    return f"render:reply:{request_id}"

"""What the render worker says of itself, for readiness and for those that want a check."""

from pydantic import BaseModel, ConfigDict, ValidationError
from redis import Redis

from webapp.rendering.names import RENDER_WORKER_KEY


class RenderStatus(BaseModel):
    """`has_browser` is false where no Chromium can be started; `text` says how it is held, or what
    is missing, as a sentence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    has_browser: bool
    text: str


def write_status(redis: Redis, status: RenderStatus, ttl_seconds: int) -> None:
    """Say it for a while. Raises RedisError."""
    redis.set(RENDER_WORKER_KEY, status.model_dump_json(), ex=ttl_seconds)


def read_status(redis: Redis) -> RenderStatus | None:
    """What the live worker said last; None while there is none. Raises RedisError."""
    text = redis.get(RENDER_WORKER_KEY)
    try:
        return None if text is None else RenderStatus.model_validate_json(str(text))
    except ValidationError:
        return None

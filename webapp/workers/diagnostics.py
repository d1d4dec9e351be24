"""Everything that is known of one worker, as a ZIP file for whoever looks into a fault. Holds no
prompt, no answer, no key: none of its sources has any."""

import json
import platform
import re
import sys
import time
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import django
from redis import Redis

from engine.protocol.names import worker_log_key
from webapp.administration.models import AuditEntry
from webapp.workers.frames import read_frame
from webapp.workers.samples import read_hour, read_week

NEWEST_DEEDS = 100
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def read_log(redis: Redis, worker_id: str) -> list[str]:
    """The last lines of the worker's log, the oldest first."""
    return [str(line) for line in redis.lrange(worker_log_key(worker_id), 0, -1)]


def pack_diagnostics(redis: Redis, worker_id: str) -> bytes:
    """The file. Raises what Redis and the database raise."""
    frame = read_frame(redis)
    parts = {
        "worker.json": [
            one.model_dump(mode="json") for one in frame.workers if one.worker_id == worker_id
        ],
        "cluster.json": frame.cluster.model_dump(mode="json"),
        "hour.json": read_hour(redis, worker_id, frame.at).model_dump(mode="json", by_alias=True),
        "week.json": read_week(worker_id).model_dump(mode="json", by_alias=True),
        "deeds.json": _list_deeds(worker_id),
        "server.json": _describe_server(),
    }
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, json.dumps(part, indent=1))
        archive.writestr("log.txt", "\n".join(read_log(redis, worker_id)) + "\n")
    return file.getvalue()


def file_name(worker_id: str) -> str:
    """What a browser calls the file."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    return f"atelier-{_UNSAFE.sub('-', worker_id)[:80]}-{stamp}.zip"


def _list_deeds(worker_id: str) -> list[dict[str, Any]]:
    rows = AuditEntry.objects.filter(target=f"worker {worker_id}")[:NEWEST_DEEDS]
    return [
        {"at": at.isoformat(), "action": action, "value": value, "done": done, "outcome": outcome}
        for at, action, value, done, outcome in rows.values_list(
            "at", "action", "value", "done", "outcome"
        )
    ]


def _describe_server() -> dict[str, str]:
    return {
        "python": sys.version,
        "django": django.get_version(),
        "platform": platform.platform(),
        "host": platform.node(),
    }

"""`manage.py worker_health turns|render`: exit code 0 while such a worker says that it lives."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from redis import Redis
from redis.exceptions import RedisError

from engine.protocol.names import TURNS_WORKER_KEY
from webapp.rendering.names import RENDER_WORKER_KEY

_KEYS = {"turns": TURNS_WORKER_KEY, "render": RENDER_WORKER_KEY}


class Command(BaseCommand):
    """For container health checks."""

    help = "Succeed while a worker of this kind has reported within ten seconds."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which kind."""
        parser.add_argument("kind", choices=sorted(_KEYS))

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Look once; what is missing is one sentence."""
        client = Redis.from_url(settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=5)
        try:
            lives = client.exists(_KEYS[options["kind"]])
        except (RedisError, OSError) as error:
            raise CommandError(f"Redis does not answer ({type(error).__name__}).") from error
        if not lives:
            raise CommandError(f"No {options['kind']} worker has reported for ten seconds.")

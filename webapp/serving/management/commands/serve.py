"""`manage.py serve`: everything Atelier is made of, on this machine."""

import platform
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from engine.protocol.last_words import log_uncaught_errors
from engine.protocol.log_lines import name_process
from webapp.core.environment import read_environment
from webapp.serving.atelier import run_atelier
from webapp.serving.errors import StartError

_OPTIONS = {
    "host": "ATELIER_HOST",
    "port": "ATELIER_PORT",
    "artifact_port": "ATELIER_ARTIFACT_PORT",
    "model": "ATELIER_MODEL",
    "engines": "ATELIER_ENGINES",
}


class Command(BaseCommand):
    """Starts Redis, the web server, the turns worker and the engine worker, and keeps them."""

    help = "Serve Atelier on this machine until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options that stand above the environment variables of the same meaning."""
        parser.add_argument("--host", help="address to listen on (ATELIER_HOST, 127.0.0.1)")
        parser.add_argument("--port", help="port of the app (ATELIER_PORT, 8000)")
        parser.add_argument(
            "--artifact-port", help="port of the artifact frame (ATELIER_ARTIFACT_PORT, 8001)"
        )
        parser.add_argument(
            "--model", help="checkpoint folder, or a name under models/ (ATELIER_MODEL, glm-nano)"
        )
        parser.add_argument("--engines", help="engine workers of this machine (ATELIER_ENGINES, 1)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Serve; a fault is one sentence and exit code 1."""
        log_uncaught_errors()
        name_process(f"serve@{platform.node()}")
        chosen = {name: options[key] for key, name in _OPTIONS.items() if options[key] is not None}
        variables = {**settings.PROCESS_ENVIRONMENT, **chosen}
        try:
            run_atelier(read_environment(variables), variables, self._say)
        except StartError as error:
            raise SystemExit(str(error)) from error

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

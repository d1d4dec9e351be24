"""Ends that somebody asks for in order."""

from tests.faults.base import Interruption
from tests.faults.stage import Stage


class EngineTerminated(Interruption):
    """SIGTERM to the engine worker."""

    name = "engine-terminated"
    promise = "It lets go of what it cannot finish in time; the next engine goes on from there."

    def harm(self, stage: Stage) -> None:
        """Ask it to end."""
        stage.plant.get("engine").terminate()


class TurnsTerminated(Interruption):
    """SIGTERM to the turns worker."""

    name = "turns-terminated"
    promise = "It gives its turns back at once; the next one goes on."

    def harm(self, stage: Stage) -> None:
        """Ask it to end."""
        stage.plant.get("turns").terminate()


class AllStopped(Interruption):
    """Ctrl-C in mid-answer, and a new start."""

    name = "all-stopped"
    promise = "Everything ends within seconds; after the next start every answer goes on."

    def harm(self, stage: Stage) -> None:
        """Stop and start."""
        stage.plant.restart()

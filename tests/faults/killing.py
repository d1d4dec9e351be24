"""Processes that end without a word."""

from tests.faults.base import Interruption
from tests.faults.stage import Stage


class EngineKilled(Interruption):
    """SIGKILL of the worker that holds the model."""

    name = "engine-killed"
    promise = "The next engine goes on after the last token; nothing is shown twice."

    def harm(self, stage: Stage) -> None:
        """Kill it."""
        stage.plant.kill("engine")


class TurnsKilled(Interruption):
    """SIGKILL of the worker that writes turns."""

    name = "turns-killed"
    promise = "The turn is taken up again when its lease has run out, and goes on."

    def harm(self, stage: Stage) -> None:
        """Kill it."""
        stage.plant.kill("turns")


class WebKilled(Interruption):
    """SIGKILL of Daphne, and so of every socket."""

    name = "web-killed"
    promise = "Pages connect again and get every event after their last one, once."

    def harm(self, stage: Stage) -> None:
        """Kill it."""
        stage.plant.kill("web")


class RenderKilled(Interruption):
    """SIGKILL of the worker that looks at made things."""

    name = "render-killed"
    promise = "Answers are finished; what could not be looked at is not checked."

    def harm(self, stage: Stage) -> None:
        """Kill it."""
        stage.plant.kill("render")


class AllKilled(Interruption):
    """SIGKILL of the supervisor, and with it of everything; started again by hand."""

    name = "all-killed"
    promise = "After the next start every answer goes on where it stood."

    def harm(self, stage: Stage) -> None:
        """Kill it, start it."""
        stage.plant.kill_all()
        stage.plant.start()

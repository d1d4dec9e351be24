"""A Redis that ends, with and without what it had written down."""

import shutil

from tests.faults.base import Interruption
from tests.faults.stage import Stage


class RedisKilled(Interruption):
    """SIGKILL of Redis; the next one reads its log."""

    name = "redis-killed"
    promise = "Everybody waits for the next Redis, and all goes on from there."

    def harm(self, stage: Stage) -> None:
        """Kill it."""
        stage.plant.kill("redis")


class RedisWiped(Interruption):
    """SIGKILL of Redis, and its data is gone."""

    name = "redis-wiped"
    promise = "The database still knows the turns: they are written again, to the same text."

    def harm(self, stage: Stage) -> None:
        """Kill it and take its files away before the next one starts."""
        with stage.plant.frozen_supervisor():
            stage.plant.kill("redis")
            shutil.rmtree(stage.plant.home / "redis")
            (stage.plant.home / "redis").mkdir(mode=0o700)

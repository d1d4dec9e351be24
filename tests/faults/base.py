"""What a fault is, and the way through that most of them take."""

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import ClassVar

from tests.faults.stage import Stage


class Site(StrEnum):
    """The kind of installation that a fault needs."""

    PLAIN = "plain"
    TWO_ENGINES = "two engines"
    POSTGRESQL = "postgresql"
    SMALL_DISK = "small disk"


class Fault(ABC):
    """Something that goes wrong, and what Atelier promises all the same."""

    name: ClassVar[str]
    promise: ClassVar[str]
    site: ClassVar[Site] = Site.PLAIN

    @abstractmethod
    async def run(self, stage: Stage) -> None:
        """Asks, does harm, and notes in `stage` what is wrong afterwards."""


class Interruption(Fault):
    """Harm in the middle of several answers, each of which must end as if nothing had been."""

    talks: ClassVar[int] = 2

    async def run(self, stage: Stage) -> None:
        """Does the harm at a moment that the seed decides, and expects whole answers."""
        talks = await stage.ask_some(self.talks)
        await stage.reach_share(talks[0], stage.random.uniform(0.02, 0.9))
        await stage.strike(lambda: self.harm(stage))
        await stage.expect_end(talks)

    @abstractmethod
    def harm(self, stage: Stage) -> None:
        """What goes wrong; it may take a while, the answers go on meanwhile."""

"""Runs one fault with one seed on an installation, and tells what came of it."""

import asyncio
import time
from dataclasses import dataclass
from random import Random

from tests.faults.base import Fault
from tests.faults.plant import Plant
from tests.faults.stage import Expectations, Stage
from tests.stack.visitor import Visitor

RUN_SECONDS = 420.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run. `met` is how many answers were being written when the harm was done;
    `seconds_to_end` counts from there to the last terminal event; `taken_back` is how many shown
    characters a later attempt had to write again, at most."""

    fault: str
    seed: int
    found: tuple[str, ...]
    met: int
    seconds: float
    seconds_to_end: float
    taken_back: int

    @property
    def passed(self) -> bool:
        """Whether everything that is promised was kept."""
        return not self.found


def run_trial(fault: Fault, seed: int, plant: Plant, expectations: Expectations) -> Outcome:
    """Waits for the installation to be whole, then does the run. What breaks the run itself is
    among what was found."""
    begin = time.monotonic()
    plant.wait_until_ready()
    stage = Stage(plant, Random(f"{fault.name} {seed}"), expectations, Visitor(plant))
    plant.brake.put_on()
    try:
        asyncio.run(asyncio.wait_for(fault.run(stage), RUN_SECONDS))
    except Exception as error:  # noqa: BLE001 (whatever it is, the run did not pass)
        stage.faults.append(f"{type(error).__name__}: {error}")
    finally:
        plant.brake.let_go()
        stage.visitor.http.close()
    return Outcome(
        fault=fault.name,
        seed=seed,
        found=tuple(stage.faults),
        met=stage.met,
        seconds=round(time.monotonic() - begin, 2),
        seconds_to_end=round(stage.seconds_to_end, 2),
        taken_back=stage.taken_back,
    )

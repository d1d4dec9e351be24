"""How long a turn waits for what, in one place so that tests can make it short."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds, unless the name says otherwise. `give_way` is how long who is writing leaves the
    processor to those who begin. `engine_lost_after` counts from when an engine's sign of life has
    run out, which takes another six."""

    lease: float = 20.0
    lease_renewal: float = 5.0
    checkpoint: float = 2.0
    poll_ms: int = 200
    give_way: float = 0.1
    stop_check: float = 0.1
    engine_check: float = 1.0
    engine_lost_after: float = 5.0
    engine_stop_grace: float = 3.0
    worker_grace: float = 60.0
    first_event: float = 600.0
    ring_again_after: float = 10.0

    @property
    def lease_duration(self) -> timedelta:
        """How far a claim or a renewal moves the lease."""
        return timedelta(seconds=self.lease)

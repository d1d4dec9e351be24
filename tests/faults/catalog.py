"""All faults, in the order in which a run goes through them."""

from tests.faults.base import Fault
from tests.faults.killing import AllKilled, EngineKilled, TurnsKilled, WebKilled

FAULTS: tuple[type[Fault], ...] = (EngineKilled, TurnsKilled, WebKilled, AllKilled)

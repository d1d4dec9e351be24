"""All faults, in the order in which a run goes through them."""

from tests.faults.base import Fault
from tests.faults.clients import NeverReader, PageClosed, SlowReader
from tests.faults.draining import AllStopped, EngineTerminated, TurnsTerminated
from tests.faults.freezing import EngineFrozen, EngineReturns, TurnsFrozen, TurnsReturns
from tests.faults.killing import AllKilled, EngineKilled, RenderKilled, TurnsKilled, WebKilled
from tests.faults.messages import EngineTaskLost, TaskDoubled, TurnTaskLost
from tests.faults.poison import PoisonedRequest
from tests.faults.redis_loss import RedisKilled, RedisWiped
from tests.faults.stopping import (
    StopWhileChecking,
    StopWhileMaking,
    StopWhileReading,
    StopWhileThinking,
)
from tests.faults.storage import DatabaseLocked, DiskFull, PostgresRestarted

FAULTS: tuple[type[Fault], ...] = (
    EngineKilled,
    TurnsKilled,
    WebKilled,
    RedisKilled,
    RenderKilled,
    EngineFrozen,
    TaskDoubled,
    StopWhileReading,
    RedisWiped,
    EngineTaskLost,
    StopWhileThinking,
    TurnsFrozen,
    SlowReader,
    EngineTerminated,
    DatabaseLocked,
    TurnsTerminated,
    StopWhileMaking,
    PoisonedRequest,
    TurnTaskLost,
    PageClosed,
    StopWhileChecking,
    NeverReader,
    AllKilled,
    AllStopped,
    TurnsReturns,
    EngineReturns,
    PostgresRestarted,
    DiskFull,
)

"""A few of the faults with one seed each, on one installation; all of them: `tools.reliability`."""

from collections.abc import Iterator

import pytest

from tests.faults.base import Fault, Site
from tests.faults.killing import EngineKilled
from tests.faults.plant import Plant
from tests.faults.redis_loss import RedisKilled
from tests.faults.sites import open_site
from tests.faults.stage import Expectations
from tests.faults.stopping import StopWhileMaking
from tests.faults.trial import run_trial

FAULTS = (EngineKilled, RedisKilled, StopWhileMaking)
pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    with open_site(Site.PLAIN, tmp_path_factory.mktemp("faults")) as plant:
        yield plant


@pytest.fixture(scope="module")
def expectations() -> Expectations:
    return Expectations()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_promise_is_kept(fault: type[Fault], plant: Plant, expectations: Expectations) -> None:
    assert run_trial(fault(), 1, plant, expectations).found == ()

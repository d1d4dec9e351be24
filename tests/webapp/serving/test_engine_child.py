import socket
from pathlib import Path

import pytest

from webapp.core.environment import SettingError, read_environment
from webapp.serving.child_process import ChildSpec
from webapp.serving.children import ChildPlan


def make_plan(home: Path, **variables: str) -> ChildPlan:
    return ChildPlan(read_environment({"ATELIER_HOME": str(home)}), variables)


def engine_of(plan: ChildPlan) -> ChildSpec:
    (engine,) = plan.engines()
    return engine


def test_the_operators_policy_for_threads_reaches_the_engine(tmp_path: Path) -> None:
    plan = make_plan(tmp_path, OMP_WAIT_POLICY="ACTIVE")
    assert engine_of(plan).environment["OMP_WAIT_POLICY"] == "ACTIVE"


def test_the_number_of_threads_reaches_the_engine(tmp_path: Path) -> None:
    plan = make_plan(tmp_path, ATELIER_CPU_THREADS="3")
    assert engine_of(plan).environment["ATELIER_CPU_THREADS"] == "3"


def test_the_engines_process_is_not_told_of_django(tmp_path: Path) -> None:
    plan = make_plan(tmp_path, DJANGO_SETTINGS_MODULE="webapp.config.settings")
    assert "DJANGO_SETTINGS_MODULE" not in engine_of(plan).environment
    assert "DJANGO_SETTINGS_MODULE" in plan.turns().environment


def test_one_engine_keeps_its_name_and_several_are_counted(tmp_path: Path) -> None:
    here = socket.gethostname()
    assert engine_of(make_plan(tmp_path)).worker_id == f"engine@{here}"
    two = read_environment({"ATELIER_HOME": str(tmp_path), "ATELIER_ENGINES": "2"})
    specs = ChildPlan(two, {}).engines()
    assert [spec.worker_id for spec in specs] == [f"engine-1@{here}", f"engine-2@{here}"]
    assert [spec.log.name for spec in specs] == ["engine-1.log", "engine-2.log"]
    for spec in specs:
        assert spec.worker_id == spec.command[spec.command.index("-n") + 1]


@pytest.mark.parametrize("value", ["0", "65", "-1", "two", "1.5", "٣", "9" * 5000])
def test_a_number_of_engines_that_cannot_work_is_one_sentence(value: str) -> None:
    with pytest.raises(SettingError, match=r"^ATELIER_ENGINES is .{1,40}; write a number"):
        read_environment({"ATELIER_ENGINES": value})

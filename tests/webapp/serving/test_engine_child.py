from pathlib import Path

from webapp.core.environment import read_environment
from webapp.serving.children import ChildPlan


def make_plan(home: Path, **variables: str) -> ChildPlan:
    return ChildPlan(read_environment({"ATELIER_HOME": str(home)}), variables)


def test_the_operators_policy_for_threads_reaches_the_engine(tmp_path: Path) -> None:
    plan = make_plan(tmp_path, OMP_WAIT_POLICY="ACTIVE")
    assert plan.engine().environment["OMP_WAIT_POLICY"] == "ACTIVE"


def test_the_number_of_threads_reaches_the_engine(tmp_path: Path) -> None:
    plan = make_plan(tmp_path, ATELIER_CPU_THREADS="3")
    assert plan.engine().environment["ATELIER_CPU_THREADS"] == "3"


def test_the_engines_process_is_not_told_of_django(tmp_path: Path) -> None:
    plan = make_plan(tmp_path, DJANGO_SETTINGS_MODULE="webapp.config.settings")
    assert "DJANGO_SETTINGS_MODULE" not in plan.engine().environment
    assert "DJANGO_SETTINGS_MODULE" in plan.turns().environment

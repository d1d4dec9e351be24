from pathlib import Path

from tests.faults.catalog import FAULTS
from tests.faults.killing import EngineKilled
from tests.faults.report import write_report
from tests.faults.results import ResultsFile, write_table
from tests.faults.trial import Outcome


def make_outcome(seed: int, *found: str, seconds: float = 2.0) -> Outcome:
    return Outcome(
        fault="engine-killed",
        seed=seed,
        found=found,
        met=seed % 2,
        seconds=9.0,
        seconds_to_end=seconds,
        taken_back=seed,
    )


def test_runs_are_kept_and_the_newest_of_each_counts(tmp_path: Path) -> None:
    file = ResultsFile(tmp_path / "var" / "results.jsonl")
    assert file.read() == []
    file.add(make_outcome(1, "a part too many"))
    file.add(make_outcome(2))
    file.add(make_outcome(1))
    assert file.read() == [make_outcome(1), make_outcome(2)]


def test_the_table_tells_runs_promises_kept_and_times() -> None:
    outcomes = [make_outcome(1), make_outcome(2, "lost", seconds=5.0), make_outcome(3)]
    assert write_table([EngineKilled], outcomes).endswith("| 3 | 2 | 2 | 2.0 s / 5.0 s | 3 |")


def test_the_report_names_every_fault_and_every_broken_promise() -> None:
    report = write_report(FAULTS, [make_outcome(4, "an event is missing")])
    assert all(f"`{fault.name}`" in report for fault in FAULTS)
    assert "* `engine-killed`, seed 4: an event is missing" in report
    assert "were broken" not in write_report(FAULTS, [make_outcome(4)])


def test_every_fault_has_a_name_and_a_promise_of_its_own() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert all(fault.promise.endswith(".") for fault in FAULTS)

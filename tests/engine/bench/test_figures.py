"""A figure is met by its aim, and the roofline counts what a step reads."""

import json
from pathlib import Path

import pytest

from engine.bench.contestant import ContestantSpec, Kind
from engine.bench.figures import Figure
from engine.bench.resident import Resident, residents
from engine.checkpoint.config import read_model_config
from engine.errors import EngineError
from engine.model.roofline import experts_hit, kv_bytes_per_step, weights_per_step


@pytest.mark.parametrize(
    ("value", "at_least", "met"),
    [(12.0, True, True), (11.9, True, False), (12.0, False, True), (12.1, False, False)],
)
def test_an_aim_is_reached_or_missed(value: float, at_least: bool, met: bool) -> None:
    figure = Figure(name="speed", value=value, aim=12, at_least=at_least, details={"a": 1})
    assert json.loads(figure.to_json()) == {
        "figure": "speed",
        "value": value,
        "aim": ">= 12" if at_least else "<= 12",
        "met": met,
        "a": 1,
    }


def test_a_figure_that_was_not_measured_says_why() -> None:
    line = json.loads(Figure(name="x", value=None, aim=1, note="no peer", details={}).to_json())
    assert line == {"figure": "x", "value": None, "aim": ">= 1", "met": None, "note": "no peer"}


def test_a_step_of_one_row_reads_the_active_weights(fp8_folder: Path) -> None:
    config = read_model_config(fp8_folder)
    attention = 5 * 64 * 16 * (2 * 6 + 2 * 2)
    dense, expert, router = 3 * 64 * 96, 3 * 64 * 32, 64 * 8
    head = 64 * config.vocab_size
    expected = attention + 3 * dense + 2 * ((2 + 1) * expert + router) + head
    assert weights_per_step(config, rows=1) == expected


def test_more_rows_meet_more_experts_up_to_all(fp8_folder: Path) -> None:
    config = read_model_config(fp8_folder)
    assert experts_hit(config, 1) == pytest.approx(2)
    assert experts_hit(config, 2) == pytest.approx(2 + 2 * 6 / 8)
    assert experts_hit(config, 100) == pytest.approx(8)


def test_keys_and_values_are_read_for_every_token_of_every_row(fp8_folder: Path) -> None:
    config = read_model_config(fp8_folder)
    assert kv_bytes_per_step(config, 3, 10, 4) == 3 * 10 * 2 * 5 * 2 * 16 * 4


def test_a_contestant_that_cannot_be_loaded_says_why(tmp_path: Path) -> None:
    spec = ContestantSpec(kind=Kind.ENGINE, name="ours", model=str(tmp_path / "none"))
    with pytest.raises(EngineError, match=r"config\.json|folder"), residents([spec]):
        pass


def test_a_contestant_ends_with_its_block(tmp_path: Path) -> None:
    spec = ContestantSpec(kind=Kind.ENGINE, name="ours", model=str(tmp_path / "none"))
    with Resident(spec) as one:
        assert Path(f"/proc/{one.process_id}").exists()
    assert not Path(f"/proc/{one.process_id}").exists()

"""The run: it learns, it is repeatable, it goes on after a stop as if there had been none."""

import json
from pathlib import Path

import pytest
import torch

from engine.training.checkpoints import list_checkpoints
from engine.training.trainer import RunLog, Trainer
from tests.engine.training.tiny_run import make_trainer


def tensors_of(trainer: Trainer) -> dict[str, torch.Tensor]:
    state = trainer.network.state_dict() | trainer.muon.state() | trainer.adam.state()
    return {name: tensor.clone() for name, tensor in state.items()}


def test_the_loss_falls_far_below_chance() -> None:
    trainer = make_trainer(total_tokens=25_000)
    first = trainer.step()
    while not trainer.finished:
        last = trainer.step()
    assert first.loss == pytest.approx(4.16, abs=0.4)
    assert last.loss < 1.0
    assert trainer.state.tokens_seen >= 25_000


def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(tmp_path: Path) -> None:
    straight = make_trainer()
    losses = [straight.step().loss for _ in range(10)]
    stopped = make_trainer()
    for _ in range(4):
        stopped.step()
    stopped.save(tmp_path)
    stopped.step()
    resumed = make_trainer().resume(tmp_path)
    assert [resumed.step().loss for _ in range(6)] == losses[4:]
    assert resumed.state.tokens_seen == straight.state.tokens_seen
    expected = tensors_of(straight)
    for name, tensor in tensors_of(resumed).items():
        assert torch.equal(tensor, expected[name]), name


def test_another_seed_gives_another_run() -> None:
    assert make_trainer(seed=1).step().gradient_norm != make_trainer(seed=2).step().gradient_norm


def test_only_complete_checkpoints_count_and_two_are_kept(tmp_path: Path) -> None:
    trainer = make_trainer()
    for _ in range(3):
        trainer.step()
        trainer.save(tmp_path)
    (tmp_path / "unfinished-000009").mkdir()
    assert [path.name for path in list_checkpoints(tmp_path)] == ["step-000002", "step-000003"]
    assert make_trainer().resume(tmp_path).state.step == 3


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path: Path) -> None:
    make_trainer().save(tmp_path)
    with pytest.raises(ValueError, match="another recipe"):
        make_trainer(batch_tokens=200).resume(tmp_path)
    with pytest.raises(ValueError, match="no checkpoint"):
        make_trainer().resume(tmp_path / "nowhere")


def test_the_length_of_a_run_may_change_until_its_rates_fall(tmp_path: Path) -> None:
    trainer = make_trainer()
    trainer.step()
    trainer.save(tmp_path)
    longer = make_trainer(total_tokens=9000).resume(tmp_path)
    assert longer.state.total_tokens == 9000
    while longer.state.tokens_seen <= longer.recipe.cooldown_start:
        longer.step()
    longer.save(tmp_path)
    with pytest.raises(ValueError, match="rates began to fall"):
        make_trainer().resume(tmp_path)


def test_experts_that_are_chosen_too_often_lose_bias() -> None:
    trainer = make_trainer()
    trainer.step()
    for mixture in trainer.network.mixtures():
        moved = mixture.gate.e_score_correction_bias
        assert torch.equal(moved.sign(), (mixture.load.mean() - mixture.load).sign())


def test_the_log_forgets_what_lies_after_the_checkpoint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log.jsonl"
    trainer = make_trainer()
    log = RunLog(path, 0)
    for _ in range(2):
        log.write(trainer, [trainer.step()], 100.0)
    RunLog(path, 1)
    assert [json.loads(line)["step"] for line in path.read_text().splitlines()] == [1]
    assert "tok/s" in capsys.readouterr().out

"""A trainer small enough for tests, fed with noise instead of the corpus."""

import dataclasses
import random
from typing import Any

import torch

from engine.training.recipe import NetworkShape, TrainingRecipe
from engine.training.samples import Sample
from engine.training.trainer import Trainer

TINY_SHAPE = NetworkShape(
    vocab_size=64,
    hidden_size=32,
    num_hidden_layers=3,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=16,
    intermediate_size=48,
    moe_intermediate_size=16,
    n_routed_experts=4,
    routed_scaling_factor=1.5,
    max_position_embeddings=128,
)
TINY_RECIPE = TrainingRecipe(
    seed=3,
    total_tokens=5000,
    batch_tokens=300,
    warmup_tokens=600,
    cooldown_fraction=0.4,
    drill_documents=0,
)


def draw_noise(rng: random.Random, number: int = 0) -> Sample:
    """A counting sequence from a random start, its second half trained."""
    start, length = rng.randrange(64), rng.randrange(5, 60)
    ids = tuple((start + step) % 64 for step in range(length))
    return Sample(ids, tuple(place >= length // 2 for place in range(length)))


def make_trainer(**changes: int) -> Trainer:
    """A trainer in fp32 that has not begun."""
    settings: dict[str, Any] = dict(changes)
    recipe = dataclasses.replace(TINY_RECIPE, **settings)
    return Trainer(TINY_SHAPE, recipe, draw_noise, dtype=torch.float32)

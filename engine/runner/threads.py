"""How many threads torch's operations may use on the CPU, where eager torch computes the steps.

More threads are not always faster. Threads of one operation wait for each other by spinning, so
when another process takes a core the whole step waits for the thread that lost it: measured on two
cores with glm-nano, 325 to 350 tokens a second on one thread at any time, 450 on two while nothing
else ran, and 21 to 26 on two beside a busy web server. So one core is left to everything else, and
a small model, whose operations are shorter than waking a thread, gets one thread only. The compiled
step needs no such rule: its threads claim their work and sleep when there is none, and it takes
every core.
"""

import os
from pathlib import Path

import torch

from engine.checkpoint.config import ModelConfig

# What a thread needs to be worth waking: it reads this many weights in about a millisecond.
WEIGHTS_PER_THREAD = 8_000_000
_CPU_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def set_cpu_threads(device: torch.device, config: ModelConfig, wanted: int | None = None) -> None:
    """Set torch's thread count for this process: `wanted`, or by the rule on the CPU.

    Without `wanted` a model on another device leaves torch's count as it is.
    """
    if wanted is None and device.type != "cpu":
        return
    threads = wanted or choose_cpu_threads(usable_cores(), active_weights(config))
    torch.set_num_threads(threads)


def choose_cpu_threads(cores: int, weights_per_token: int) -> int:
    """All cores but one, and no more than the model's size is worth; at least one."""
    worth = -(-weights_per_token // WEIGHTS_PER_THREAD)
    return max(1, min(cores - 1, worth))


def active_weights(config: ModelConfig) -> int:
    """How many weights of its matrices the model reads for one token, the head included."""
    hidden = config.hidden_size
    heads = 2 * config.num_attention_heads + 2 * config.num_key_value_heads
    attention = hidden * config.head_dim * heads
    experts = config.num_experts_per_tok + config.n_shared_experts
    sparse = hidden * (3 * config.moe_intermediate_size * experts + config.n_routed_experts)
    dense = 3 * hidden * config.intermediate_size
    num_dense = config.first_k_dense_replace
    num_sparse = config.num_hidden_layers - num_dense
    layers = config.num_hidden_layers * attention + num_dense * dense + num_sparse * sparse
    return layers + hidden * config.vocab_size


def usable_cores(quota_file: Path = _CPU_QUOTA) -> int:
    """The cores that this process may use: its affinity, within its control group's quota."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    quota = _read_quota(quota_file)
    return cores if quota is None else max(1, min(cores, quota))


def _read_quota(file: Path) -> int | None:
    """Whole cores of `cpu.max` ("<microseconds> <period>", or "max"), None without a limit."""
    try:
        limit, period = file.read_text(encoding="ascii").split()
        return None if limit == "max" else int(limit) // int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return None

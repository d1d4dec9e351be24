"""The two copies of a tensor, on the host and on the device."""

import torch

from engine.runner.mirrored_tensor import MirroredTensor


def test_only_the_rows_that_were_asked_for_are_copied() -> None:
    mirror = MirroredTensor((3, 2), torch.int64, torch.device("cpu"))
    mirror.numbers[:] = 7
    mirror.upload(2)
    assert mirror.device.tolist() == [[7, 7], [7, 7], [0, 0]]
    mirror.device[:] = 9
    mirror.download(1)
    assert mirror.numbers.tolist() == [[9, 9], [7, 7], [7, 7]]

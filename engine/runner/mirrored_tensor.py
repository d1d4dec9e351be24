"""A tensor on the device and its copy on the host, which is filled and read without waiting."""

import torch


class MirroredTensor:
    """Both have the same shape for ever; the host's copy is pinned where there is a GPU.

    Zeros at first. Whoever writes to the host's copy knows that no upload of it is under way.
    """

    def __init__(self, shape: tuple[int, ...], dtype: torch.dtype, device: torch.device) -> None:
        self.device = torch.zeros(shape, dtype=dtype, device=device)
        self.host = torch.zeros(shape, dtype=dtype, pin_memory=device.type == "cuda")
        self.numbers = self.host.numpy()

    def upload(self, rows: int) -> None:
        """Ask for the first rows to be copied to the device."""
        self.device[:rows].copy_(self.host[:rows], non_blocking=True)

    def download(self, rows: int) -> None:
        """Ask for the first rows to be copied to the host."""
        self.host[:rows].copy_(self.device[:rows], non_blocking=True)

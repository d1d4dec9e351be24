"""An installation on a small file system of its own, which a fault may fill to the last byte."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

from tests.faults.plant import Plant
from tests.shared_cache import share_cache

DISK_BYTES = 400 * 2**20
PIECE_BYTES = 2**20


class PlantOnSmallDisk(Plant):
    """The data folder is a file system in memory."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._ballast = self.home / "ballast"

    def mount(self) -> bool:
        """Lays the small disk over the data folder; False where this user may not."""
        command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(self.home)]
        if os.getuid() or subprocess.run(command, check=False, capture_output=True).returncode:
            return False
        share_cache(self.home)
        return True

    def unmount(self) -> None:
        """Takes it away."""
        subprocess.run(["umount", "--lazy", str(self.home)], check=False, capture_output=True)

    def fill_disk(self) -> None:
        """Write until nothing more can be written."""
        with contextlib.suppress(OSError), self._ballast.open("ab", buffering=0) as file:
            while file.write(bytes(PIECE_BYTES)):
                pass

    def make_room(self) -> None:
        """Take away what filled it."""
        self._ballast.unlink()

    def free_bytes(self) -> int:
        """What is left."""
        return shutil.disk_usage(self.home).free

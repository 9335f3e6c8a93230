"""Makes names durable: a renamed file is on the disk only when its folder is."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; Windows does this by itself.

    Raises:
        OSError: if it cannot be done.
    """
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

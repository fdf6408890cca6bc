"""Where benchmarks keep what they fetch and make: a cache folder, never the repository."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import platformdirs


def cache_folder(*parts: str) -> Path:
    """A folder below `PORTER_BENCH_CACHE`, or the user's cache folder; made if it is not there."""
    chosen = os.environ.get("PORTER_BENCH_CACHE")
    root = Path(chosen) if chosen else Path(platformdirs.user_cache_dir("porter", appauthor=False)) / "benchmarks"
    folder = root.joinpath(*parts)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def empty(folder: Path) -> Path:
    """`folder`, there and with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder

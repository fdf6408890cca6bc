"""Figures kept between runs, so that `make proof` can go on where it was stopped.

A figure holds for one state of the files that it depends on, porter's and the proof's own as a rule; one of another state is
made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.places import cache_folder

ROOT = Path(__file__).resolve().parent.parent
EVERYTHING = ("porter", "benchmarks", "tests/python2")


def kept(name: str, make: Callable[[], Any], *, of: tuple[str, ...] = EVERYTHING, fresh: bool = False) -> Any:
    """What `make` gives (plain data), from an earlier run if nothing below the paths `of` has changed since."""
    path = cache_folder("results", state(of)) / f"{name}.json"
    if path.is_file() and not fresh:
        return json.loads(path.read_text("utf-8"))
    start = time.perf_counter()
    value = make()
    print(f"{name}: {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps(value), "utf-8")
    aside.replace(path)
    return json.loads(path.read_text("utf-8"))


@cache
def state(paths: tuple[str, ...]) -> str:
    """Changes with every source file below `paths`, and with the Python that runs them."""
    digest = hashlib.sha256(sys.version.encode())
    for path in paths:
        found = [ROOT / path, *sorted((ROOT / path).rglob("*"))]
        for file in found:
            if file.is_file() and file.suffix in (".py", ".toml", ".txt"):
                digest.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def commit() -> str:
    """The commit that the figures are of, and whether files differ from it."""
    head = _git("rev-parse", "--short=12", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", "porter", "benchmarks", "tests")
    return f"{head}, with changes that are not committed" if changed else head


def machine() -> str:
    """The machine in neutral words."""
    return f"{os.cpu_count()} cores, {sys.platform}"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()

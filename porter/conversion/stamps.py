"""What a cached result depends on besides the file: the versions of everything that takes part in a conversion."""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from importlib import metadata, util
from pathlib import Path

import porter


@cache
def tools_stamp() -> str:
    """Changes with porter, LibCST, the running Python and every plug-in: with their versions, and with their files.

    Files count, by size and time, because an editable installation changes without changing its version.
    """
    said = [porter.__version__, metadata.version("libcst"), sys.version, *_files_below(Path(porter.__file__).parent)]
    for point in metadata.entry_points(group="porter.rules"):
        version = point.dist.version if point.dist else ""
        said += [f"{point.name}={point.value}@{version}", *_files_of(point.module)]
    return _digest(said)


@cache
def checker_stamp(python: tuple[int, int]) -> str:
    """Changes when the interpreter that can check a result for `python` appears or goes."""
    from porter.interpreters import find_python3

    found = find_python3(python)
    return f"{found.name} {found.path}" if found else "none"


def black_stamp() -> str:
    return metadata.version("black")


def _files_of(module: str) -> list[str]:
    top = module.partition(".")[0]
    spec = util.find_spec(top)
    if spec is None or spec.origin is None:
        return []
    origin = Path(spec.origin)
    return _files_below(origin.parent) if origin.name == "__init__.py" else [_file(origin)]


def _files_below(folder: Path) -> list[str]:
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        found += [_file(Path(place, name)) for name in sorted(names)]
    return found


def _file(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return str(path)
    return f"{path}:{status.st_size}:{status.st_mtime_ns}"


def _digest(said: list[str]) -> str:
    return hashlib.sha256("\n".join(said).encode("utf-8", "surrogatepass")).hexdigest()

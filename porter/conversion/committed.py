"""Whether git could bring a file back: what `--in-place` asks before it writes over anything."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from porter.errors import UsageError

_PATHS_PER_CALL = 500


def uncommitted(paths: Iterable[Path]) -> list[Path]:
    """Those of `paths` that stand in a git work tree and differ from its last commit, or are unknown to it.

    Raises UsageError where git cannot be asked.
    """
    by_top: dict[Path, list[str]] = {}
    for path in paths:
        real = Path(os.path.realpath(path))
        top = next((folder for folder in real.parents if (folder / ".git").exists()), None)
        if top is not None:
            by_top.setdefault(top, []).append(str(real.relative_to(top)))
    return [top / name for top, names in by_top.items() for name in _differing(top, names)]


def _differing(top: Path, names: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(names), _PATHS_PER_CALL):
        some = names[start : start + _PATHS_PER_CALL]
        wanted = {name.replace(os.sep, "/") for name in some}
        yield from (name for name in _status(top, some) if name in wanted)


def _status(top: Path, names: Sequence[str]) -> Iterator[str]:
    arguments = ["git", "--no-optional-locks", "--literal-pathspecs", "-C", str(top), "status", "--porcelain=v1", "-z"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    command = [*arguments, "--untracked-files=all", "--no-renames", "--", *names]
    try:
        answer = subprocess.run(command, capture_output=True, check=True, env=environment)
    except (OSError, subprocess.CalledProcessError) as error:
        said = (
            error.stderr.decode(errors="replace").strip()
            if isinstance(error, subprocess.CalledProcessError)
            else str(error)
        )
        raise UsageError(
            f"git cannot say whether these files are committed: {said}",
            path=str(top),
            hint="--force converts them all the same",
        ) from error
    for entry in answer.stdout.split(b"\0"):
        if entry:
            yield os.fsdecode(entry[3:])

"""The values of discovery: what stands in the paths that a conversion was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from porter.errors import PorterError


@dataclass(frozen=True, slots=True)
class PythonFile:
    """A Python file.

    `shown` is its path as a user recognises it; `tree` the root that its imports are looked up from, and `name` its path
    from there; `mirror` its path below `--out`. Both use '/', whatever the system.
    """

    path: Path
    shown: str
    tree: str
    name: str
    mirror: str


@dataclass(frozen=True, slots=True)
class OtherFile:
    """A file that is not converted, and is copied along to `--out`."""

    path: Path
    shown: str
    mirror: str


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link inside a tree; it is made anew below `--out`, leading to `goal`."""

    path: Path
    shown: str
    mirror: str
    goal: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that was passed over, and why."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


@dataclass(frozen=True, slots=True)
class Discovery:
    """Everything found, in a stable order.

    `python` is to be converted. `context` is only read: the rest of the packages, and the neighbours of files named one by
    one, which decide what those mean. `mirrored` pairs each folder among the arguments with its place below `--out`.
    """

    python: tuple[PythonFile, ...] = ()
    context: tuple[PythonFile, ...] = ()
    others: tuple[OtherFile, ...] = ()
    links: tuple[Link, ...] = ()
    mirrored: tuple[tuple[Path, str], ...] = ()
    problems: tuple[PorterError, ...] = ()
    notices: tuple[Notice, ...] = ()

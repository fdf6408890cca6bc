"""What a walk leaves out: git's ignore files, the folders that never hold sources, and patterns of the user's own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from porter.errors import UsageError

# Folders that hold tools, packages of others or build results; nobody wants them converted or copied.
NEVER_SOURCES = frozenset(
    {
        ".bzr", ".direnv", ".eggs", ".git", ".hg", ".hypothesis", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pytest_cache",
        ".ruff_cache", ".svn", ".tox", ".venv", "__pycache__", "__pypackages__", "_build", "build", "dist", "node_modules",
        "site-packages", "venv",
    }
)  # fmt: skip
_BYTE_CODE = (".pyc", ".pyo")
TEMPORARY_MARK = ".porter-tmp-"


def is_never_source(name: str, is_folder: bool) -> bool:
    """Whether a name says that a file or folder is no source of anyone's."""
    if is_folder:
        return name in NEVER_SOURCES or name.endswith(".egg-info")
    return name.endswith(_BYTE_CODE) or TEMPORARY_MARK in name


@dataclass(frozen=True, slots=True)
class Patterns:
    """Lines in the form of a `.gitignore`, and the folder that they are relative to."""

    folder: str
    spec: GitIgnoreSpec

    @classmethod
    def of(cls, folder: Path, lines: Iterable[str]) -> Patterns:
        """Patterns that a user wrote; a UsageError names one that is none."""
        try:
            return cls(_real(folder), GitIgnoreSpec.from_lines(lines))
        except ValueError as error:
            raise UsageError(f"this is no pattern to exclude: {error}") from error

    def says(self, path: str, is_folder: bool) -> bool | None:
        """True to leave `path` (absolute) out, False to keep it, None where no pattern speaks of it."""
        prefix = self.folder if self.folder.endswith(os.sep) else self.folder + os.sep
        if not path.startswith(prefix):
            return None
        relative = path[len(prefix) :].replace(os.sep, "/")
        return self.spec.check_file(f"{relative}/" if is_folder else relative).include


@dataclass(frozen=True, slots=True)
class GitIgnores:
    """The ignore files in force in one folder, from the repository's top downwards: the last one that speaks decides."""

    patterns: tuple[Patterns, ...] = ()

    @classmethod
    def above(cls, folder: Path) -> GitIgnores:
        """Those of the folders above `folder`, as far up as its repository goes; not its own.

        An argument is always taken: a file above that ignores the very folder asked for has no say in it.
        """
        real = _real(folder)
        top = _repository(Path(real))
        if top is None or str(top) == real:
            return cls(tuple(_read(real, _info_exclude(top))) if top else ())
        found = [*_read(str(top), _info_exclude(top))]
        between = [parent for parent in Path(real).parents if parent == top or top in parent.parents]
        for parent in reversed(between):
            found += _read(str(parent), parent / ".gitignore")
        return cls(tuple(patterns for patterns in found if not patterns.says(real, is_folder=True)))

    def entering(self, folder: str) -> GitIgnores:
        """What holds inside `folder`: these, and its own `.gitignore`."""
        own = tuple(_read(folder, Path(folder) / ".gitignore"))
        return GitIgnores((*self.patterns, *own)) if own else self

    def ignore(self, path: str, is_folder: bool) -> bool:
        for patterns in reversed(self.patterns):
            said = patterns.says(path, is_folder)
            if said is not None:
                return said
        return False


def _real(folder: Path) -> str:
    return os.path.realpath(folder)


def _repository(folder: Path) -> Path | None:
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), None)


def _info_exclude(top: Path) -> Path:
    """`info/exclude` of a repository; in a linked work tree or a submodule, `.git` is a file that says where it lies."""
    git = top / ".git"
    if git.is_file():
        try:
            said = git.read_text("utf-8", "surrogateescape").removeprefix("gitdir:").strip()
        except OSError:
            said = ""
        git = top / said
        common = git / "commondir"
        if common.is_file():
            git = git / common.read_text("utf-8", "surrogateescape").strip()
    return git / "info" / "exclude"


def _read(folder: str, file: Path) -> Iterator[Patterns]:
    """The patterns of one ignore file; a line that is no pattern is passed over, as git does."""
    try:
        lines = file.read_text("utf-8", "surrogateescape").splitlines() if file.is_file() else []
    except OSError:
        return
    good = [line for line in lines if line.strip() and not line.startswith("#") and _is_pattern(line)]
    if good:
        yield Patterns(folder, GitIgnoreSpec.from_lines(good))


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True

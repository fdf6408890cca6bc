"""Programs, and which old one belongs to which new one."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from porter.errors import UsageError, VerificationError

TARGET_FOLDERS = ("python3", "futures", "asyncio")
_SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "build", "dist"})
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True, order=True)
class Program:
    """A script; it is run in a copy of the folder that it stands in."""

    path: Path

    @property
    def folder(self) -> Path:
        return self.path.parent

    @property
    def name(self) -> str:
        return self.path.name

    def stamp(self) -> str:
        """A hash of the script and of the files beside it that it can import.

        Those are the modules and packages of its folder whose name occurs in it as a word, and those that occur in them in turn:
        more than it imports, so that no change to what it runs goes unseen, and nothing of its other neighbours.
        """
        digest = hashlib.sha256()
        for path in sorted({self.path, *self._importable()}):
            digest.update(path.relative_to(self.folder).as_posix().encode() + b"\0")
            data = _read(path)
            digest.update(str(len(data)).encode() + b"\0" + data)
        return digest.hexdigest()

    def _importable(self) -> set[Path]:
        modules = _modules(self.folder)
        found: set[Path] = set()
        todo = [self.path]
        while todo:
            words = set(_WORD.findall(_read(todo.pop()).decode("latin-1")))
            for name in words & modules.keys():
                fresh = [path for path in modules[name] if path not in found and path != self.path]
                found.update(fresh)
                todo.extend(fresh)
        return found

    def imports(self, module: str) -> bool:
        """Whether the script, or what it can import beside it, speaks of this module."""
        return any(module in _WORD.findall(_read(path).decode("latin-1")) for path in {self.path, *self._importable()})


@dataclass(frozen=True, slots=True)
class Pair:
    """An old program and one of its new forms; `name` is how reports speak of the pair, `target` the folder of the form."""

    name: str
    target: str
    legacy: Program
    modern: Program


@dataclass(frozen=True, slots=True)
class Missing:
    """An old program without its new form."""

    name: str
    target: str
    legacy: Program
    expected: Path


def pairs(legacy: Path, modern: Path) -> list[Pair | Missing]:
    """What `porter verify LEGACY MODERN` has to compare, in the order of the names."""
    for path in (legacy, modern):
        if not path.exists():
            raise UsageError("there is no such file or folder", path=str(path))
    if legacy.is_file():
        if modern.is_file():
            return [Pair(legacy.name, "", Program(legacy), Program(modern))]
        return _forms_of(legacy, modern)
    if modern.is_file():
        raise UsageError("a folder of old programs needs a folder of new ones", path=str(modern))
    found = {path.relative_to(legacy).as_posix(): Program(path) for path in scripts(legacy)}
    if not found:
        raise UsageError("there is no Python program in this folder", path=str(legacy))
    targets = _targets(modern, list(found))
    return [_pair(name, target, program, folder) for name, program in found.items() for target, folder in targets]


def _forms_of(legacy: Path, modern: Path) -> list[Pair | Missing]:
    """The forms of one program in a folder: by its name, and by the names of the folders above it where that is not enough."""
    folders = [(name, modern / name) for name in TARGET_FOLDERS if (modern / name).is_dir()]
    found: list[Pair | Missing] = []
    for target, folder in folders or [("", modern)]:
        paths = sorted(folder.rglob(legacy.name))
        for parent in legacy.absolute().parents:
            if len(paths) < 2:
                break
            name = legacy.absolute().relative_to(parent).as_posix()
            paths = [path for path in paths if path.as_posix().endswith(f"/{name}")] or paths[:1]
        path = paths[0] if paths else folder / legacy.name
        found.append(_pair(path.relative_to(folder).as_posix(), target, Program(legacy), folder))
    return found


def _pair(name: str, target: str, legacy: Program, folder: Path) -> Pair | Missing:
    path = folder / name
    return Pair(name, target, legacy, Program(path)) if path.is_file() else Missing(name, target, legacy, path)


def _targets(modern: Path, names: list[str]) -> list[tuple[str, Path]]:
    """The target folders beneath `modern`, or `modern` itself where a program's path is found in none of them."""
    folders = [(name, modern / name) for name in TARGET_FOLDERS if (modern / name).is_dir()]
    if any((folder / name).is_file() for _, folder in folders for name in names):
        return folders
    return [("", modern)]


def scripts(folder: Path) -> list[Path]:
    """The Python files of a folder that are programs: not the modules of a package, nor what another file here imports."""
    return sorted(path for path in _python_files(folder) if not _is_module(path))


def _python_files(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED_FOLDERS and not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(files) if name.endswith(".py"))


def _is_module(path: Path) -> bool:
    if (path.parent / "__init__.py").exists():
        return True
    imported = re.compile(
        rb"^[ \t]*(?:import|from)[ \t]+(?:\w+[ \t]*,[ \t]*)*%s\b" % re.escape(path.stem).encode(), re.M
    )
    others = (other for other in path.parent.glob("*.py") if other != path)
    return any(imported.search(_read(other)) for other in others)


def _modules(folder: Path) -> dict[str, list[Path]]:
    """Module or package of the folder → its files."""
    found: dict[str, list[Path]] = {}
    for path in folder.iterdir():
        if path.suffix == ".py" and path.is_file():
            found.setdefault(path.stem, []).append(path)
        elif path.is_dir() and (path / "__init__.py").exists():
            found.setdefault(path.name, []).extend(_python_files(path))
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise VerificationError(f"cannot be read: {error.strerror}", path=str(path)) from error

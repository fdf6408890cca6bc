"""Which files a conversion is about: what the arguments name, and what the folders among them hold.

A walk follows no links, opens nothing but regular files, and reports what it cannot read; so it always ends.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from porter.conversion.files import Discovery, Link, Notice, OtherFile, PythonFile
from porter.conversion.ignoring import GitIgnores, Patterns, is_never_source
from porter.errors import PorterError, SourceError

_SUFFIXES = (".py", ".pyw")
# What 2.7 imported besides: extension modules, and those that Cython makes.
_COMPILED = (".so", ".pyd", ".sl", ".pyx")
_PYTHON_SHEBANG = re.compile(rb"#!.*\b(?:python|pypy)")
_SPECIAL = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def discover(paths: Iterable[Path], *, exclude: Iterable[Patterns] = (), skip: Iterable[Path] = ()) -> Discovery:
    """Everything that `paths` name and hold, leaving out the patterns of `exclude` and the folders of `skip`.

    What `exclude` matches is not converted, and is copied along to `--out`, since the result may need it; what git ignores
    is no part of the tree. A file that is itself an argument is always taken.
    """
    arguments = list(paths)
    walk = _Walk(tuple(exclude), frozenset(os.path.realpath(path) for path in skip))
    for path in arguments:
        walk.argument(path, alone=len(arguments) == 1)
    return walk.result()


def tree_of(folder: Path) -> Path:
    """The root that modules in `folder` are imported from: the first folder upwards that is no package."""
    root = Path(os.path.realpath(folder))
    while (root / "__init__.py").is_file() and root.parent != root:
        root = root.parent
    return root


def surroundings(folder: Path) -> Iterator[PythonFile]:
    """The Python files that decide what a file of `folder` means: those of its package, or just its neighbours."""
    real = Path(os.path.realpath(folder))
    tree = tree_of(real)
    top = tree / real.relative_to(tree).parts[0] if real != tree else real
    for name in _python_below(top) if real != tree else _python_in(top):
        yield PythonFile(Path(name), name, str(tree), _slashed(os.path.relpath(name, tree)), "")


def compiled_beside(files: Iterable[str], tree: str) -> Iterator[str]:
    """The extension modules, compiled or written for Cython, in the folders of a tree's files: their names without suffix."""
    for folder in sorted({os.path.dirname(name) for name in files}):  # noqa: PTH120 - slashed names, many of them
        try:
            with os.scandir(Path(tree) / folder) as entries:
                names = [entry.name for entry in entries if entry.name.endswith(_COMPILED)]
        except OSError:
            continue
        yield from (f"{folder}/{stem}" if folder else stem for stem in sorted({name.split(".")[0] for name in names}))


def _python_in(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.path for entry in entries if entry.name.endswith(_SUFFIXES) and entry.is_file())
    except OSError:
        return []


def _python_below(folder: Path) -> list[str]:
    found: list[str] = []
    for place, folders, _ in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_never_source(name, is_folder=True))
        found += _python_in(Path(place))
    return found


def _slashed(path: str) -> str:
    return path.replace(os.sep, "/")


def _has_python_shebang(path: str) -> bool:
    with open(path, "rb") as file:  # noqa: PTH123 - called for every file without suffix
        return _PYTHON_SHEBANG.match(file.read(128).split(b"\n", 1)[0]) is not None


@dataclass(frozen=True, slots=True)
class _Place:
    """A folder on the walk: as it is opened, as it is shown, its place below `--out`, its tree."""

    path: str
    real: str
    shown: str
    mirror: str
    tree: str
    ignores: GitIgnores
    copied_only: bool = False

    def of(self, name: str) -> tuple[str, str, str, str]:
        """(path, real, shown, mirror) of an entry."""
        return (
            os.path.join(self.path, name),  # noqa: PTH118 - non-UTF-8 names stay as they are, and this is the hot loop
            os.path.join(self.real, name),  # noqa: PTH118
            f"{self.shown}/{name}" if self.shown else name,
            f"{self.mirror}/{name}" if self.mirror else name,
        )


@dataclass(slots=True)
class _Walk:
    exclude: tuple[Patterns, ...]
    skip: frozenset[str]
    python: list[PythonFile] = field(default_factory=list)
    others: list[OtherFile] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    mirrored: list[tuple[Path, str]] = field(default_factory=list)
    problems: list[PorterError] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    lone: list[Path] = field(default_factory=list)

    def result(self) -> Discovery:
        given = {os.path.realpath(file.path) for file in self.python}
        context: dict[str, PythonFile] = {}
        for folder in dict.fromkeys(self.lone):
            for file in surroundings(folder):
                if str(file.path) not in given:
                    context.setdefault(str(file.path), file)
        return Discovery(
            tuple(self.python),
            tuple(context.values()),
            tuple(self.others),
            tuple(self.links),
            tuple(self.mirrored),
            tuple(self.problems),
            tuple(self.notices),
        )

    def argument(self, path: Path, alone: bool) -> None:
        shown = _slashed(str(path))
        try:
            mode = path.stat().st_mode
        except OSError as error:
            self.problems.append(SourceError(_reason(error, path), path=shown))
            return
        if stat.S_ISDIR(mode):
            self._folder_argument(path, "" if shown == "." else shown.rstrip("/"), alone)
        elif stat.S_ISREG(mode):
            self._file_argument(path, shown)
        else:
            self.problems.append(
                SourceError(f"this is {_SPECIAL.get(stat.S_IFMT(mode), 'no regular file')}, no source", path=shown)
            )

    def _file_argument(self, path: Path, shown: str) -> None:
        real = os.path.realpath(path)
        if real in self.seen:
            return
        self.seen.add(real)
        folder = Path(os.path.realpath(path.parent))
        tree = tree_of(folder)
        name = _slashed(os.path.relpath(folder / path.name, tree))
        self.python.append(PythonFile(path, shown, str(tree), name, path.name))
        self.lone.append(folder)

    def _folder_argument(self, path: Path, shown: str, alone: bool) -> None:
        real = os.path.realpath(path)
        tree = tree_of(path)
        if str(tree) != real:
            self.lone.append(Path(real))
        mirror = "" if alone else Path(real).name
        self.mirrored.append((path, mirror))
        places = [_Place(str(path), real, shown, mirror, str(tree), GitIgnores.above(path))]
        while places:
            places += reversed(list(self._folder(places.pop(), real)))

    def _folder(self, place: _Place, root: str) -> Iterator[_Place]:
        """Takes in the files of one folder, and yields the folders in it."""
        try:
            with os.scandir(place.path) as scan:
                entries = sorted(scan, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            self.problems.append(SourceError(_reason(error, Path(place.path)), path=place.shown or "."))
            return
        ignores = place.ignores.entering(place.real)
        for entry in entries:
            path, real, shown, mirror = place.of(entry.name)
            is_folder = entry.is_dir(follow_symlinks=False)
            if is_never_source(entry.name, is_folder) or real in self.skip or ignores.ignore(real, is_folder):
                continue
            copied_only = place.copied_only or any(patterns.says(real, is_folder) for patterns in self.exclude)
            if entry.is_symlink():
                self._link(path, shown, mirror, root, copied_only)
            elif is_folder:
                yield _Place(path, real, shown, mirror, place.tree, ignores, copied_only)
            elif entry.is_file(follow_symlinks=False):
                self._file(path, real, shown, mirror, place.tree, copied_only)
            else:
                kind = _SPECIAL.get(stat.S_IFMT(entry.stat(follow_symlinks=False).st_mode), "no regular file")
                self.notices.append(Notice(shown, f"passed over: this is {kind}"))

    def _file(self, path: str, real: str, shown: str, mirror: str, tree: str, copied_only: bool) -> None:
        if real in self.seen:
            return
        self.seen.add(real)
        try:
            is_python = path.endswith(_SUFFIXES) or ("." not in Path(path).name and _has_python_shebang(path))
        except OSError as error:
            self.problems.append(SourceError(_reason(error, Path(path)), path=shown))
            return
        if is_python and not copied_only:
            name = _slashed(os.path.relpath(real, tree))
            self.python.append(PythonFile(Path(path), shown, tree, name, mirror))
        else:
            self.others.append(OtherFile(Path(path), shown, mirror))

    def _link(self, path: str, shown: str, mirror: str, root: str, copied_only: bool) -> None:
        goal = os.readlink(path)  # noqa: PTH115 - the text of the link as it stands
        end = os.path.realpath(path)
        is_inside = end == root or end.startswith(root + os.sep)
        if not os.path.exists(path):  # noqa: PTH110 - False for a loop as well
            # An editor's lock (`.#name`) leads nowhere on purpose.
            if not Path(path).name.startswith(".#"):
                self.problems.append(SourceError(f"this link leads nowhere (to {goal})", path=shown))
        elif not is_inside:
            if not copied_only and (Path(end).is_dir() or path.endswith(_SUFFIXES)):
                message = (
                    "passed over: this link leads out of the tree; name what it leads to as an argument of its own"
                )
                self.notices.append(Notice(shown, message))
            goal = end
        elif Path(goal).is_absolute():
            goal = os.path.relpath(end, os.path.realpath(Path(path).parent))
        self.links.append(Link(Path(path), shown, mirror, goal))


def _reason(error: OSError, path: Path) -> str:
    """What went wrong with a path, in a few words."""
    match error.errno:
        case errno.ENOENT if path.is_symlink():
            return f"this link leads nowhere (to {path.readlink()})"
        case errno.ENOENT:
            return "no such file or folder"
        case errno.ELOOP:
            return "this link leads to itself"
        case errno.EACCES:
            return "permission denied"
        case _:
            return error.strerror or type(error).__name__

"""The tree's index: what the meaning of one file may depend on in the others (DESIGN §3, "The tree").

A first pass summarises every file; the second converts each file with the slice of the index that concerns it.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from porter.analysis.summaries import ClassSummary, FileSummary
from porter.python2.source import Dialect


def _digest(said: object) -> str:
    return hashlib.sha256(json.dumps(said).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class TreeSlice:
    """What one file may ask of the tree.

    `dialect` is the tree's word on a file that its own syntax leaves open; `package` the file's dotted package ("" for a
    script or a top-level module); `neighbours` the modules of the file's own folder; `imported_by` the files that import
    it; `read_by_others` the names of this module that they name ("*" where one takes them all); `classes` every class of
    the tree. `memory` is what the front end knows of the file already; it changes no result.
    """

    path: str = ""
    dialect: Dialect | None = None
    package: str = ""
    in_package: bool = False
    neighbours: frozenset[str] = frozenset()
    neighbours_fingerprint: str = ""
    imported_by: tuple[str, ...] = ()
    read_by_others: frozenset[str] = frozenset()
    classes: tuple[ClassSummary, ...] = ()
    classes_fingerprint: str = ""
    memory: bytes = field(default=b"", compare=False, repr=False)
    _members: dict[str, tuple[ClassSummary, ...]] = field(default_factory=dict, compare=False, repr=False)
    _bases: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    def definers(self, member: str) -> tuple[ClassSummary, ...]:
        """The classes of the tree whose body binds `member`."""
        return self._members.get(member, ())

    def has_subclass(self, name: str) -> bool:
        """Whether some class of the tree derives from one of this name."""
        return name in self._bases

    def defines_method(self, name: str) -> bool:
        """Whether some class of the tree defines a method of this name."""
        return name in self._members

    def fingerprint(self) -> str:
        """A digest of all that this slice says; a result cached under it holds as long as it stays the same."""
        said = [
            self.path,
            self.dialect.value if self.dialect else "",
            self.package,
            self.in_package,
            self.neighbours_fingerprint,
            self.imported_by,
            sorted(self.read_by_others),
            self.classes_fingerprint,
        ]
        return _digest(said)


@dataclass(frozen=True)
class TreeIndex:
    """Every file's summary, and the paths, without suffix, of modules that are no Python text. Build it with `TreeIndex.of`."""

    files: dict[str, FileSummary]
    compiled: frozenset[str] = frozenset()

    @classmethod
    def of(cls, summaries: Iterable[FileSummary], compiled: Iterable[str] = ()) -> TreeIndex:
        files = {summary.path: summary for summary in sorted(summaries, key=lambda summary: summary.path)}
        return cls(files, frozenset(compiled))

    @cached_property
    def _classes(self) -> tuple[ClassSummary, ...]:
        return tuple(item for summary in self.files.values() for item in summary.classes)

    @cached_property
    def _members(self) -> dict[str, tuple[ClassSummary, ...]]:
        members: dict[str, list[ClassSummary]] = {}
        for item in self._classes:
            for name in item.members:
                members.setdefault(name, []).append(item)
        return {name: tuple(items) for name, items in members.items()}

    @cached_property
    def _bases(self) -> frozenset[str]:
        return frozenset(base.rpartition(".")[2] for item in self._classes for base in item.bases)

    @cached_property
    def _classes_fingerprint(self) -> str:
        return _digest(
            [[item.name, item.bases, sorted(item.members), sorted(item.attributes)] for item in self._classes]
        )

    @cached_property
    def _folders(self) -> dict[str, list[FileSummary]]:
        folders: dict[str, list[FileSummary]] = {}
        for summary in self.files.values():
            folders.setdefault(str(PurePosixPath(summary.path).parent), []).append(summary)
        return folders

    @cached_property
    def _subfolders(self) -> dict[str, frozenset[str]]:
        """The packages that lie in each folder: folders with an ``__init__``."""
        found: dict[str, set[str]] = {}
        for folder in self._folders:
            if self._is_package(folder):
                path = PurePosixPath(folder)
                found.setdefault(str(path.parent), set()).add(path.name)
        return {folder: frozenset(names) for folder, names in found.items()}

    def _is_package(self, folder: str) -> bool:
        return ("__init__.py" if folder == "." else f"{folder}/__init__.py") in self.files

    def _package(self, folder: str) -> str:
        """The dotted package that a folder is; "" where it is none."""
        known = self._folder_packages.get(folder)
        if known is None:
            known = self._folder_packages[folder] = self._work_out_package(folder)
        return known

    @cached_property
    def _folder_packages(self) -> dict[str, str]:
        return {}

    def _work_out_package(self, folder: str) -> str:
        parts: list[str] = []
        path = PurePosixPath(folder)
        while str(path) != "." and self._is_package(str(path)):
            parts.insert(0, path.name)
            path = path.parent
        return ".".join(parts)

    def module_name(self, path: str) -> str:
        """The dotted name that other files of the tree import this one by."""
        package = self._package(_folder(path))
        stem = PurePosixPath(path).stem
        if stem == "__init__":
            return package
        return f"{package}.{stem}" if package else stem

    @cached_property
    def _importers(self) -> dict[str, set[str]]:
        """Imported dotted name → the files that import it, relative and implicit relative imports resolved."""
        importers: dict[str, set[str]] = {}
        for summary in self.files.values():
            package = self._package(_folder(summary.path))
            for name in summary.imports:
                for candidate in _candidates(name, package, self._prefixes):
                    importers.setdefault(candidate, set()).add(summary.path)
        return importers

    @cached_property
    def _prefixes(self) -> frozenset[str]:
        """Every dotted name that the name of a module of the tree begins with, its own included."""
        found: set[str] = set()
        for path in self.files:
            name = self.module_name(path)
            while name and name not in found:
                found.add(name)
                name = name.rpartition(".")[0]
        return frozenset(found)

    def _imported_by(self, path: str) -> tuple[str, ...]:
        return tuple(sorted(self._importers.get(self.module_name(path), set()) - {path}))

    @cached_property
    def _readers(self) -> dict[str, dict[str, set[str]]]:
        """Module of the tree → each name of it that files read → those files."""
        readers: dict[str, dict[str, set[str]]] = {self.module_name(path): {} for path in self.files}
        for summary in self.files.values():
            package = self._packages[summary.path]
            for dotted in summary.imports | summary.reads:
                for candidate in _candidates(dotted, package, self._prefixes):
                    module, _, name = candidate.rpartition(".")
                    if module in readers:
                        readers[module].setdefault(name, set()).add(summary.path)
        return readers

    def _read_by_others(self, path: str) -> frozenset[str]:
        readers = self._readers.get(self.module_name(path), {})
        return frozenset(name for name, files in readers.items() if files - {path})

    def _dialect(self, path: str) -> Dialect | None:
        own = self.files[path].dialect if path in self.files else Dialect.EITHER
        if own is not Dialect.EITHER:
            return own
        folder = _folder(path)
        speak_python2 = self._python2_places
        return Dialect.PYTHON2 if folder in speak_python2 or self._top_package(folder) in speak_python2 else None

    @cached_property
    def _python2_places(self) -> frozenset[str]:
        """The folders and the top packages that hold a file of Python 2."""
        folders = {
            str(PurePosixPath(summary.path).parent)
            for summary in self.files.values()
            if summary.dialect is Dialect.PYTHON2
        }
        return frozenset(folders | {top for folder in folders if (top := self._top_package(folder)) is not None})

    def _top_package(self, folder: str) -> str | None:
        """The outermost package that a folder belongs to, in a form that no folder's name has; None outside packages."""
        top = self._package(folder).split(".")[0]
        return f"package:{top}" if top else None

    @cached_property
    def _packages(self) -> dict[str, str]:
        return {path: self._package(_folder(path)) for path in self.files}

    @cached_property
    def _neighbours(self) -> dict[str, frozenset[str]]:
        """The modules and packages that lie in each folder."""
        compiled: dict[str, set[str]] = {}
        for path in map(PurePosixPath, self.compiled):
            compiled.setdefault(str(path.parent), set()).add(path.name)
        return {
            folder: frozenset(
                {PurePosixPath(summary.path).stem for summary in summaries}
                | self._subfolders.get(folder, frozenset())
                | compiled.get(folder, frozenset())
            )
            - {"__init__"}
            for folder, summaries in self._folders.items()
        }

    @cached_property
    def _neighbours_fingerprints(self) -> dict[str, str]:
        return {folder: _digest(sorted(names)) for folder, names in self._neighbours.items()}

    def slice(self, path: str) -> TreeSlice:
        """The part of the index that concerns one file."""
        folder = _folder(path)
        return TreeSlice(
            path=path,
            dialect=self._dialect(path),
            package=self._package(folder),
            in_package=self._is_package(folder),
            neighbours=self._neighbours.get(folder, frozenset()),
            neighbours_fingerprint=self._neighbours_fingerprints.get(folder, ""),
            imported_by=self._imported_by(path),
            read_by_others=self._read_by_others(path),
            classes=self._classes,
            classes_fingerprint=self._classes_fingerprint,
            memory=self.files[path].memory if path in self.files else b"",
            _members=self._members,
            _bases=self._bases,
        )


def _folder(path: str) -> str:
    """The folder of a path of the tree, "." for its root."""
    return path.rpartition("/")[0] or "."


def _candidates(name: str, package: str, modules: Container[str]) -> Iterator[str]:
    """The dotted names that `import name` in a module of `package` may mean: the module, and each package on the way.

    Names that lead to none of the tree's `modules` are left out.
    """
    dots = len(name) - len(name.lstrip("."))
    if dots:
        base = package.split(".")[: len(package.split(".")) - dots + 1] if package else []
        name = ".".join([*base, name[dots:]])
        bases = [""]
    else:
        bases = ["", f"{package}."] if package else [""]
    parts = name.split(".")
    for base_name in bases:
        if base_name + parts[0] not in modules:
            continue
        for end in range(1, len(parts) + 1):
            yield base_name + ".".join(parts[:end])


def dotted_name(node: ast.AST) -> str | None:
    """`a.b.c` as text, or None for any other expression."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *parts])


def is_main_guard(node: ast.AST) -> bool:
    """Whether a statement is ``if __name__ == '__main__':``, either way round."""
    match node:
        case ast.If(test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[right])):
            pair = (left, right)
            return any(isinstance(side, ast.Name) and side.id == "__name__" for side in pair) and any(
                isinstance(side, ast.Constant) and side.value == "__main__" for side in pair
            )
    return False

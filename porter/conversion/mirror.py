"""`--out`: the tree made anew in another folder, converted files and all the others, so that the result runs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from porter.conversion.files import Discovery, OtherFile
from porter.conversion.ignoring import is_never_source
from porter.conversion.working import Result
from porter.conversion.writing import copy_file, make_link, write_content
from porter.errors import PorterError, UsageError
from porter.rewriting.options import Target


@dataclass(frozen=True, slots=True)
class Mirror:
    """The folder that each target's result goes to: `out` itself for one target, a folder in it for each of several."""

    out: Path
    roots: dict[Target, Path]

    @classmethod
    def of(cls, out: Path, targets: tuple[Target, ...]) -> Mirror:
        if len(targets) == 1:
            return cls(out, {targets[0]: out})
        return cls(out, {target: out / target.value for target in targets})

    def check(self, found: Discovery) -> None:
        """Raises UsageError where writing would lose something: a source, or one of two files of the same name."""
        if self.out.exists() and not self.out.is_dir():
            raise UsageError("--out must be a folder", path=str(self.out))
        names = [(file.mirror, file.path) for kind in (found.python, found.others, found.links) for file in kind]
        places: dict[str, Path] = {}
        for mirror, path in names:
            other = places.setdefault(mirror, path)
            if other != path:
                raise UsageError(f"{other} and {path} would both become {mirror} in {self.out}: convert one at a time")
        sources = {os.path.realpath(path) for _, path in names}
        for root in self.roots.values():
            for mirror in places:
                if os.path.realpath(root / mirror) in sources:
                    raise UsageError(
                        f"{self.out} holds the sources themselves", hint="--in-place converts them where they stand"
                    )

    def place(self, result: Result) -> bool:
        """Write a result, or copy the file as it is where there is no new content; False if it was there already."""
        path = self.roots[result.target] / result.file.mirror
        if result.data is None:
            return copy_file(path, OtherFile(result.file.path, result.file.shown, result.file.mirror))
        return write_content(path, result.data, result.file.path, result.file.shown)

    def place_others(self, found: Discovery) -> Iterator[bool | PorterError]:
        """Copy what is no Python and make the links, for every target; a failure does not keep the rest from it."""
        for root in self.roots.values():
            for file in found.others:
                try:
                    yield copy_file(root / file.mirror, file)
                except PorterError as error:
                    yield error
            for link in found.links:
                try:
                    yield make_link(root / link.mirror, link)
                except PorterError as error:
                    yield error

    def strays(self, found: Discovery) -> list[str]:
        """The Python files below `out` that stand for no source any more (or never did); porter leaves them alone."""
        names = {file.mirror for kind in (found.python, found.others, found.links) for file in kind}
        strays: list[str] = []
        for root in self.roots.values():
            for _, prefix in found.mirrored:
                strays += [str(root / name) for name in _python_below(root, prefix) if name not in names]
        return sorted(set(strays))


def _python_below(root: Path, prefix: str) -> Iterable[str]:
    for place, folders, names in os.walk(root / prefix):
        folders[:] = [name for name in folders if not is_never_source(name, is_folder=True)]
        for name in names:
            if name.endswith((".py", ".pyw")):
                yield os.path.relpath(os.path.join(place, name), root).replace(os.sep, "/")  # noqa: PTH118

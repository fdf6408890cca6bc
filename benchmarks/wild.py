"""The wild collection: releases of the Python 2 years, fetched from the package index as they were published.

`data/wild.toml` names them. A file is taken only with the digest that stands there, it is unpacked without links or paths that
lead out of its folder, and nothing of it is ever run: no setup.py, no build.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.places import cache_folder, empty

_LIST = Path(__file__).parent / "data" / "wild.toml"


@dataclass(frozen=True, slots=True)
class Project:
    """A release: its name, version, and the file with its digest; `timed` ones take part in the comparison of speed."""

    name: str
    version: str
    file: str
    sha256: str
    timed: bool = False

    @property
    def folder(self) -> str:
        return f"{self.name}-{self.version}"


def projects() -> tuple[Project, ...]:
    return tuple(Project(**row) for row in tomllib.loads(_LIST.read_text("utf-8"))["project"])


def collection() -> list[Path]:
    """The folder of each project; fetched and unpacked where it is missing."""
    return [_folder(project) for project in projects()]


def timed_projects() -> list[Path]:
    return [_folder(project) for project in projects() if project.timed]


def _folder(project: Project) -> Path:
    folder = cache_folder("wild") / project.folder
    if not folder.is_dir():
        _unpack(_fetched(project), folder)
    return folder


def _fetched(project: Project) -> Path:
    """The release's file, from the cache or the index."""
    path = cache_folder("sdists") / project.file
    if not path.is_file() or _digest(path) != project.sha256:
        _download(project, path)
    if _digest(path) != project.sha256:
        path.unlink()
        raise SystemExit(f"{project.file} is not the file that was listed: its sha256 differs")
    return path


def _download(project: Project, path: Path) -> None:
    from pypi_simple import PYPI_SIMPLE_ENDPOINT, PyPISimple

    with PyPISimple(_configured_index() or PYPI_SIMPLE_ENDPOINT) as index:
        for package in index.get_project_page(project.name).packages:
            if package.filename == project.file:
                index.download_package(package, path)
                return
    raise SystemExit(f"the package index has no {project.file}")


def _configured_index() -> str | None:
    """The index that pip is configured to use instead of its own."""
    done = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True)
    settings = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    found = (settings.get(f"{place}.index-url") for place in (":env:", "install", "global"))
    return next((value.strip("'\"") for value in found if value), None)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack aside, then move into place: a run that is interrupted leaves no half of a project."""
    aside = empty(folder.with_name(f".{folder.name}"))
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(aside)
    else:
        with tarfile.open(archive) as tar:
            tar.extractall(aside, members=_plain(tar), filter="data")
    aside.rename(folder)


def _plain(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Files and folders; links of old releases are left out, since some lead nowhere."""
    return (member for member in tar if member.isfile() or member.isdir())

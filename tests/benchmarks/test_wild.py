"""The wild collection: only what was listed is taken, and unpacking stays in its folder."""

from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from benchmarks import wild
from benchmarks.wild import Project, projects


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PORTER_BENCH_CACHE", str(tmp_path))
    return tmp_path


def _archive(**files: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name.replace("__", "/"))
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
        link = tarfile.TarInfo("old-1.0/link.py")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return stream.getvalue()


def _take(monkeypatch: pytest.MonkeyPatch, data: bytes, digest: str) -> Path:
    project = Project("old", "1.0", "old-1.0.tar.gz", digest)
    monkeypatch.setattr(wild, "projects", lambda: (project,))
    monkeypatch.setattr(wild, "_download", lambda project, path: path.write_bytes(data))
    (folder,) = wild.collection()
    return folder


def test_a_release_is_unpacked_without_its_links(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = _archive(**{"old-1.0__setup.py": "raise SystemExit('never run')\n"})
    folder = _take(monkeypatch, data, hashlib.sha256(data).hexdigest())
    assert folder == cache / "wild" / "old-1.0"
    assert [path.name for path in folder.rglob("*") if path.is_file() or path.is_symlink()] == ["setup.py"]


def test_another_file_than_the_listed_one_is_refused(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match="sha256 differs"):
        _take(monkeypatch, _archive(), "0" * 64)
    assert not list((cache / "sdists").iterdir())


def test_a_path_that_leads_out_is_refused(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = _archive(**{"..__..__evil.py": "x = 1\n"})
    with pytest.raises(tarfile.FilterError):
        _take(monkeypatch, data, hashlib.sha256(data).hexdigest())
    assert not list(cache.parent.glob("evil.py"))


def test_every_project_is_listed_once_with_its_digest() -> None:
    listed = projects()
    assert len({project.name.lower() for project in listed}) == len(listed) > 40
    assert all(len(project.sha256) == 64 and project.version in project.file for project in listed)

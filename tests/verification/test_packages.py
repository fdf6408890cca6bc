"""The packages for programs under test: pinned, cached, installed atomically."""

from __future__ import annotations

import re
import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from porter.errors import VerificationError
from porter.interpreters import Interpreter, running
from porter.verification import packages


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PORTER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> Interpreter:
    """A CPython 2.7 that nobody starts."""
    monkeypatch.setattr(packages, "compile_folder", lambda interpreter, folder: None)
    return replace(running(), version=(2, 7, 18), abi="cp27mu", path="/nowhere/python2.7")


def fake_download(*names: str) -> object:
    def download(interpreter: Interpreter, wanted: tuple[str, ...], work: Path, wheels: Path) -> None:
        for name in names:
            with zipfile.ZipFile(wheels / f"{name}-1.whl", "w") as archive:
                archive.writestr(f"{name}/module.py", "")

    return download


def test_legacy_packages_are_pinned_by_hash() -> None:
    pinned = {name: version for name, version, _ in packages.LEGACY}
    assert (pinned["gevent"], pinned["greenlet"], pinned["futures"]) == ("22.10.2", "2.0.2", "3.4.0")
    hashes = [sha for _, _, shas in packages.LEGACY for sha in shas]
    assert len(set(hashes)) == len(hashes) and all(re.fullmatch("[0-9a-f]{64}", sha) for sha in hashes)


def test_hashes_are_required_of_the_download(
    cache: Path, old: Interpreter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commands: list[list[str]] = []

    def run(command: list[str], **options: object) -> subprocess.CompletedProcess[bytes]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 1, b"", b"noise\nERROR: no network\n")

    monkeypatch.setattr(packages, "_pip", lambda: ["pip"])
    monkeypatch.setattr(packages.subprocess, "run", run)
    with pytest.raises(VerificationError, match="no network"):
        packages.ensure(old)
    [command] = commands
    assert "--require-hashes" in command and "--only-binary=:all:" in command
    assert command[command.index("--abi") + 1] == "cp27mu"
    assert packages.state(old).missing and not list((cache / "packages").iterdir())


def test_installing_puts_a_whole_folder_in_place(
    cache: Path, old: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "_download", fake_download("gevent", "zope"))
    assert packages.state(old).state == "missing"
    folder = packages.ensure(old)
    assert (
        folder is not None
        and (folder / "gevent" / "module.py").is_file()
        and (folder / "zope" / "__init__.py").is_file()
    )
    assert packages.state(old).state == "cached"
    assert [path.name for path in (cache / "packages").iterdir()] == [folder.name]


def test_several_may_install_at_once(cache: Path, old: Interpreter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_download", fake_download("gevent"))
    missing = packages.state(old)
    with ThreadPoolExecutor(8) as executor:
        list(executor.map(lambda _: packages._install(missing), range(8)))
    assert [path.name for path in (cache / "packages").iterdir()] == [missing.folder.name]


def test_interpreter_with_gevent_of_its_own_needs_nothing(cache: Path) -> None:
    assert packages.state(running()).state == "own" and packages.ensure(running()) is None


def test_pypy_gets_nothing(cache: Path, old: Interpreter) -> None:
    assert packages.ensure(replace(old, implementation="PyPy", abi="")) is None


def test_gevent_works_on_python2(python2: Interpreter) -> None:
    folder = packages.ensure(python2)
    script = (
        "from gevent import monkey; monkey.patch_all(); import gevent, concurrent.futures; print gevent.__version__"
    )
    environment = {"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"}
    said = subprocess.check_output([python2.path, "-c", script], env=environment, text=True)
    assert said == "22.10.2\n"

"""Interpreters are found by running them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from porter import interpreters
from porter.errors import UsageError
from porter.interpreters import Interpreter, all_python3, find_python2, find_python3, probe, running


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> object:
    """No answer of an earlier search, and no trace of these for later ones."""
    caches = (interpreters._search_python2, interpreters.all_python3, interpreters.probe)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


def script(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def test_running_interpreter_is_found() -> None:
    assert running().version == sys.version_info[:3]
    assert running() in all_python3()
    assert find_python3(sys.version_info[:2]) == running()


def test_version_that_is_not_there_is_none() -> None:
    assert find_python3((3, 99)) is None


@pytest.mark.parametrize(
    "text", ["#!/bin/sh\nexit 127\n", "#!/bin/sh\necho hello\n", "#!/bin/sh\necho 7\n", "no program"]
)
def test_what_does_not_answer_as_a_python_is_none(text: str, tmp_path: Path) -> None:
    assert probe(script(tmp_path / "python2.7", text)) is None


def test_shim_that_fails_is_seen_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, python2: Interpreter) -> None:
    failing, working = tmp_path / "shims", tmp_path / "bin"
    script(failing / "python2.7", "#!/bin/sh\necho 'pyenv: python2.7: command not found' >&2\nexit 127\n")
    script(working / "python2.7", f'#!/bin/sh\nexec {python2.path} "$@"\n')
    monkeypatch.setenv("PATH", f"{failing}{os.pathsep}{working}{os.pathsep}/usr/bin:/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "no-pyenv"))
    monkeypatch.delenv("PORTER_PYTHON2", raising=False)
    found = find_python2()
    assert found is not None and found.version == python2.version


def test_nothing_found_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PATH", "PYENV_ROOT", "HOME", "UV_PYTHON_INSTALL_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    for name in ("PORTER_PYTHON2", "CONDA_PREFIX", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert find_python2() is None


def test_what_the_user_names_must_be_python2(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="python2 names"):
        find_python2(sys.executable)
    monkeypatch.setenv("PORTER_PYTHON2", sys.executable)
    with pytest.raises(UsageError, match="PORTER_PYTHON2 names"):
        find_python2()

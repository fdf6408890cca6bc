"""What the README shows is what porter does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from porter.interpreters import find_python2

_ROOT = Path(__file__).parents[1]
_README = (_ROOT / "README.md").read_text(encoding="utf-8")
_PIDS = re.compile(r"Python \d+\.\d+\.\d+|\d{2,}\b|\d+\.\d+ s\b|\d\.\d\d")


def _block(start: str) -> str:
    """The first fenced block after `start`."""
    return _README.split(start, 1)[1].split("```", 2)[1].split("\n", 1)[1]


def test_before_and_after_are_the_examples() -> None:
    before = (_ROOT / "legacy_examples/processes/process_pool.py").read_text(encoding="utf-8")
    after = (_ROOT / "modern_examples/futures/processes/process_pool.py").read_text(encoding="utf-8")
    assert _block("This program").strip() == before.strip()
    assert _block("becomes this one").strip() == after.strip()


def test_the_verdict_is_a_real_one(monkeypatch: pytest.MonkeyPatch) -> None:
    if find_python2() is None:
        pytest.skip("no Python 2.7 on this machine")
    from porter.cli.verify import command

    monkeypatch.chdir(_ROOT)
    shown = _block("and `porter verify` runs both").split("\n", 1)
    arguments = shown[0].removeprefix("$ porter verify ").split()
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0
    assert _facts(result.output) == _facts(shown[1])


def _facts(output: str) -> list[str]:
    """The lines without what differs from run to run: pids, times, versions, the order of tasks and of their lines."""
    return sorted(
        " ".join(_PIDS.sub("#", cell).split()) for line in output.splitlines() for cell in re.split("[│┃]", line)
    )


def test_every_linked_file_exists() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", _README)
    assert [link for link in links if not (_ROOT / link).exists()] == []

"""Every legacy example against each of its modern forms, under Python 2.7 and every Python 3 found."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from porter.interpreters import Interpreter, find_python2
from porter.verification.programs import TARGET_FOLDERS, pairs, scripts
from porter.verification.verifying import Plan, Verification, verify

ROOT = Path(__file__).parents[2]
LEGACY, MODERN = ROOT / "legacy_examples", ROOT / "modern_examples"
RECORDINGS = Path(__file__).with_name("recordings")
EXAMPLES = [path.relative_to(LEGACY).as_posix() for path in scripts(LEGACY)]

Verify = Callable[[Interpreter], dict[tuple[str, str], Verification]]


@pytest.fixture(scope="session")
def verified() -> Verify:
    """All examples under one Python 3, verified when the first test asks for it."""
    found: dict[Interpreter, dict[tuple[str, str], Verification]] = {}

    def verified(python3: Interpreter) -> dict[tuple[str, str], Verification]:
        if python3 not in found:
            plan = Plan(find_python2(), python3, recordings=RECORDINGS, scale=0.1)
            results = verify(pairs(LEGACY, MODERN), plan, jobs=3)
            found[python3] = {(result.name, result.target): result for result in results}
        return found[python3]

    return verified


@pytest.mark.parametrize("target", TARGET_FOLDERS)
@pytest.mark.parametrize("example", EXAMPLES)
def test_modern_form_behaves_as_the_legacy_example(
    example: str,
    target: str,
    python3: Interpreter,
    verified: Verify,
    record_property: Callable[[str, object], None],
) -> None:
    result = verified(python3)[example, target]
    record_property("equivalence", "live" if result.live else "recording")
    verdict = result.verdict
    assert verdict.judgement.is_good, (verdict.judgement.value, verdict.reasons, verdict.unexplained)


def test_there_are_examples_of_each_kind() -> None:
    kinds = {example.partition("/")[0] for example in EXAMPLES}
    assert kinds == {"processes", "threads", "coroutines"} and len(EXAMPLES) >= 19


@pytest.mark.parametrize("example", EXAMPLES)
def test_recording_is_of_this_very_source(example: str) -> None:
    from porter.verification.programs import Program
    from porter.verification.recordings import read_recording

    assert read_recording(RECORDINGS, example, Program(LEGACY / example)).traces


@pytest.mark.skipif(os.environ.get("CI", "").lower() not in ("1", "true"), reason="only continuous integration insists")
def test_continuous_integration_runs_live_where_it_can(verified: Verify, python3: Interpreter) -> None:
    if find_python2() is not None:
        assert all(result.live for result in verified(python3).values())

"""What the tests that run programs share, and the line that says how many equivalence tests ran live."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from porter.interpreters import Interpreter, all_python3, find_python2
from porter.verification import packages
from porter.verification.crew import Crew
from porter.verification.programs import Program
from porter.verification.running import RunRequest
from porter.verification.traces import Trace

Observe = Callable[..., Trace]

# How an equivalence test says whether the old program was really run: `record_property(EQUIVALENCE, "live")`.
EQUIVALENCE = "equivalence"


@pytest.fixture(scope="session")
def crew() -> Iterator[Crew]:
    with Crew(jobs=2) as crew:
        yield crew


@pytest.fixture(scope="session")
def python2() -> Interpreter:
    found = find_python2()
    if found is None:
        pytest.skip("no Python 2.7 was found (porter doctor says how to get one)")
    return found


@pytest.fixture
def observe(crew: Crew, tmp_path: Path) -> Observe:
    """Run a source text under an interpreter and return its trace."""

    def observe(source: str, interpreter: Interpreter, name: str = "program.py", **options: object) -> Trace:
        path = tmp_path / name
        path.write_text(textwrap.dedent(source).lstrip("\n"), "utf-8")
        program = Program(path)
        modules = packages.LEGACY_MODULES if interpreter.is_python2 else packages.MODERN_MODULES
        needed = any(program.imports(module) for module in modules)
        folder = packages.ensure(interpreter) if needed else None
        defaults: dict[str, object] = {"scale": 0.2, "packages": folder}
        request = RunRequest(program, interpreter, tmp_path, **{**defaults, **options})  # type: ignore[arg-type]
        return crew.submit(request).result(timeout=120)

    return observe


def modern_pythons() -> list[Interpreter]:
    """Every Python found that a result of porter's is for."""
    return [found for found in all_python3() if found.minor >= (3, 11)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "python3" in metafunc.fixturenames:
        found = modern_pythons()
        metafunc.parametrize("python3", found, ids=[".".join(map(str, one.minor)) for one in found], scope="session")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line: how many equivalence tests ran both programs, and how many had to believe a recording."""
    counts = {"live": 0, "recording": 0}
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == EQUIVALENCE and getattr(report, "when", "") == "call":
                    counts[str(value)] += 1
    if any(counts.values()):
        terminalreporter.write_line(
            f"equivalence tests: {counts['live']} ran live under Python 2.7, {counts['recording']} from recordings"
        )

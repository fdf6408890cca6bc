"""Verify pairs of programs: run each old one, run its new forms, compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from porter.errors import PorterError, VerificationError
from porter.interpreters import Interpreter
from porter.verification import packages
from porter.verification.comparing import compare_all
from porter.verification.crew import Crew
from porter.verification.programs import Missing, Pair, Program
from porter.verification.recordings import read_recording
from porter.verification.running import Limits, RunRequest
from porter.verification.traces import Trace
from porter.verification.verdicts import Judgement, Verdict


@dataclass(frozen=True, slots=True)
class Plan:
    """How to verify. Without `python2` the old side comes from `recordings`."""

    python2: Interpreter | None
    python3: Interpreter
    recordings: Path | None = None
    scale: float = 1.0
    terminal: bool = True
    repeat: int = 1
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of one pair. `live` says whether the old program was really run."""

    name: str
    target: str
    verdict: Verdict
    legacy: tuple[Trace, ...] = ()
    modern: tuple[Trace, ...] = ()
    live: bool = True

    @property
    def judgement(self) -> Judgement:
        return self.verdict.judgement


def verify(pairs: Sequence[Pair | Missing], plan: Plan, jobs: int) -> Iterator[Verification]:
    """Verify each pair, `jobs` programs at a time; the results come in the order of the pairs."""
    groups = [list(group) for _, group in groupby(pairs, key=lambda pair: pair.legacy)]
    with Crew(jobs) as crew, ThreadPoolExecutor(jobs) as threads:
        futures = [threads.submit(_verify_group, group, plan, crew) for group in groups]
        try:
            for future in futures:
                yield from future.result()
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            crew.break_off()
            raise


def record(programs: Sequence[Program], plan: Plan, jobs: int) -> Iterator[tuple[Program, tuple[Trace, ...]]]:
    """Run each old program `plan.repeat` times."""
    with Crew(jobs) as crew, ThreadPoolExecutor(jobs) as threads:
        futures = [
            threads.submit(_Legacy(program, program.name, plan, crew).traces, plan.scale) for program in programs
        ]
        try:
            for program, future in zip(programs, futures, strict=True):
                yield program, future.result()[0]
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            crew.break_off()
            raise


def _verify_group(pairs: Sequence[Pair | Missing], plan: Plan, crew: Crew) -> list[Verification]:
    """The new forms of one old program, which is run once for all of them."""
    legacy = _Legacy(pairs[0].legacy, pairs[0].name, plan, crew)
    return [_verify_pair(pair, legacy, plan, crew) for pair in pairs]


def _verify_pair(pair: Pair | Missing, legacy: _Legacy, plan: Plan, crew: Crew) -> Verification:
    try:
        if isinstance(pair, Missing):
            raise VerificationError("its new form is missing", path=str(pair.expected))
        return _judge(pair, legacy, plan, crew)
    except PorterError as error:
        verdict = Verdict(Judgement.INCONCLUSIVE, reasons=(str(error),))
        return Verification(pair.name, pair.target, verdict, live=plan.python2 is not None)


def _judge(pair: Pair, legacy: _Legacy, plan: Plan, crew: Crew) -> Verification:
    old, scale = legacy.traces(plan.scale)
    new = _run_modern(pair, scale, plan, crew)
    stiff = _unscalable((*old, *new))
    verdict = compare_all(old, new)
    notes: list[str] = []
    if scale != 1.0 and (stiff or verdict.judgement is Judgement.DIFFERENT):
        # What is different when time runs fast may be so because it does: real time decides.
        hasty, scale = verdict.judgement, 1.0
        old, _ = legacy.traces(scale)
        new = _run_modern(pair, scale, plan, crew)
        verdict = compare_all(old, new)
        if not stiff and hasty is not verdict.judgement:
            notes.append(f"judged in real time: at a time scale of {plan.scale:g} it was {hasty.value}")
    if plan.scale != 1.0 and stiff:
        notes.append(f"run in real time, since time cannot be scaled for {', '.join(stiff)}")
    if plan.python2 is None:
        notes.append("the old side is a recording: no Python 2.7 was found")
    verdict = replace(verdict, notes=(*verdict.notes, *notes))
    return Verification(pair.name, pair.target, verdict, old, new, live=plan.python2 is not None)


def _run_modern(pair: Pair, scale: float, plan: Plan, crew: Crew) -> tuple[Trace, ...]:
    return _run(pair.modern, plan.python3, pair.legacy.folder, scale, plan, crew, packages.MODERN_MODULES)


class _Legacy:
    """The runs of one old program, made once for each pace of time."""

    def __init__(self, program: Program, name: str, plan: Plan, crew: Crew) -> None:
        self._program = program
        self._name = name
        self._plan = plan
        self._crew = crew
        self._made: dict[float, tuple[Trace, ...]] = {}
        self._failed: PorterError | None = None

    def traces(self, scale: float) -> tuple[tuple[Trace, ...], float]:
        """The runs, and the scale at which they were made: real time where time cannot be scaled."""
        if self._failed is not None:
            raise self._failed
        try:
            found = self._at(scale)
            if scale != 1.0 and self._plan.python2 is not None and _unscalable(found):
                scale = 1.0
                found = self._at(scale)
        except PorterError as error:
            self._failed = error
            raise
        return found, scale

    def _at(self, scale: float) -> tuple[Trace, ...]:
        if scale not in self._made:
            self._made[scale] = self._make(scale)
        return self._made[scale]

    def _make(self, scale: float) -> tuple[Trace, ...]:
        plan = self._plan
        if plan.python2 is not None:
            folder = self._program.folder
            modules = packages.LEGACY_MODULES
            return _run(self._program, plan.python2, folder, scale, plan, self._crew, modules)
        if plan.recordings is None:
            raise VerificationError(
                "no Python 2.7 was found to run it, and no recordings were given",
                path=str(self._program.path),
                hint="see `porter doctor`, or give --recordings",
            )
        return read_recording(plan.recordings, self._name, self._program).traces


def _unscalable(traces: Sequence[Trace]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(what for trace in traces for what in trace.unscalable))


def _run(
    program: Program,
    interpreter: Interpreter,
    listing: Path,
    scale: float,
    plan: Plan,
    crew: Crew,
    modules: Sequence[str],
) -> tuple[Trace, ...]:
    needed = any(program.imports(module) for module in modules)
    request = RunRequest(
        program=program,
        interpreter=interpreter,
        listing=listing,
        packages=packages.ensure(interpreter) if needed else None,
        scale=scale,
        terminal=plan.terminal,
        limits=plan.limits,
    )
    futures = [crew.submit(request) for _ in range(plan.repeat)]
    return tuple(future.result() for future in futures)

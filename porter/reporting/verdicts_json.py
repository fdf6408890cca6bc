"""Verdicts as JSON, for other programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from porter.verification.traces import STDERR, STDOUT, Trace
from porter.verification.verdicts import Judgement
from porter.verification.verifying import Verification

FORMAT = 1


def as_json(results: Sequence[Verification], exit_status: int, seconds: float) -> dict[str, Any]:
    """The whole answer of `porter verify`. `format` rises when a field changes its meaning or goes."""
    counts = Counter(result.judgement for result in results)
    return {
        "format": FORMAT,
        "exit_status": exit_status,
        "seconds": round(seconds, 2),
        "summary": {judgement.value: counts[judgement] for judgement in Judgement},
        "live": sum(result.live for result in results),
        "recorded": sum(not result.live for result in results),
        "results": [_result(result) for result in results],
    }


def _result(result: Verification) -> dict[str, Any]:
    verdict = result.verdict
    return {
        "program": result.name,
        "target": result.target or None,
        "verdict": verdict.judgement.value,
        "live": result.live,
        "differences": [asdict(difference) for difference in verdict.differences],
        "explanations": [asdict(explanation) for explanation in verdict.explanations],
        "reasons": list(verdict.reasons),
        "notes": list(verdict.notes),
        "legacy": [_run(trace) for trace in result.legacy],
        "modern": [_run(trace) for trace in result.modern],
    }


def _run(trace: Trace) -> dict[str, Any]:
    return {
        "python": trace.python,
        "status": trace.status,
        "seconds": trace.seconds,
        "scale": trace.scale,
        "stdout": trace.transcript(STDOUT),
        "stderr": trace.transcript(STDERR),
        "activities": [asdict(activity) for activity in trace.visible()],
    }

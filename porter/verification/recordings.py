"""Recorded runs of old programs, for machines without Python 2.7: made by it, stamped, and refused when stale."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from porter.errors import VerificationError
from porter.verification.comparing import compare
from porter.verification.programs import Program
from porter.verification.traces import STDERR, STDOUT, Event, Trace
from porter.verification.verdicts import Judgement

FORMAT = 1
# Pids in recordings count from here: recording again then changes nothing.
_FIRST_PID = 10001


@dataclass(frozen=True, slots=True)
class Recording:
    """The runs of one program. `stamp` is that of its source when they were made."""

    program: str
    stamp: str
    traces: tuple[Trace, ...]


def write_recording(folder: Path, name: str, program: Program, traces: Sequence[Trace]) -> bool:
    """Write the recording of a program; False where one is there that says the same of the same source, which is kept."""
    path = recording_path(folder, name)
    fresh = Recording(name, program.stamp(), tuple(_steady(trace) for trace in traces))
    if path.is_file() and _says_the_same(path, fresh):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    data = {
        "format": FORMAT,
        "program": fresh.program,
        "stamp": fresh.stamp,
        "traces": [trace.to_json() for trace in fresh.traces],
    }
    path.write_text(json.dumps(data, indent=1, sort_keys=True, ensure_ascii=True) + "\n", "utf-8")
    return True


def read_recording(folder: Path, name: str, program: Program) -> Recording:
    """The recording of this very source; a VerificationError where there is none or it is stale."""
    path = recording_path(folder, name)
    if not path.is_file():
        raise VerificationError("no recording of this program", path=str(path), hint=_how(folder))
    found = _load(path)
    if found.stamp != program.stamp():
        raise VerificationError(
            "this recording is stale: the program has changed since", path=str(path), hint=_how(folder)
        )
    return found


def recording_path(folder: Path, name: str) -> Path:
    """Where the recording of a program is; a program named alone is also found below, where its name is there once."""
    path = folder / f"{name}.json"
    if not path.is_file() and "/" not in name:
        below = list(folder.rglob(f"{name}.json"))
        if len(below) == 1:
            return below[0]
    return path


def _how(folder: Path) -> str:
    return f"with Python 2.7, `porter record LEGACY --out {folder}` makes it"


def _load(path: Path) -> Recording:
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["format"] != FORMAT:
            raise ValueError(f"format {data['format']}")
        return Recording(data["program"], data["stamp"], tuple(Trace.from_json(trace) for trace in data["traces"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise VerificationError(f"this is no recording that porter can read: {error}", path=str(path)) from error


def _says_the_same(path: Path, fresh: Recording) -> bool:
    try:
        found = _load(path)
    except VerificationError:
        return False
    if found.stamp != fresh.stamp or len(found.traces) != len(fresh.traces):
        return False
    return all(
        compare(old, new).judgement is Judgement.EQUIVALENT for old, new in zip(found.traces, fresh.traces, strict=True)
    )


def _steady(trace: Trace) -> Trace:
    """The trace with what changes from run to run replaced by what does not: pids, thread identifiers, folders, moments."""
    numbers = {str(pid): str(_FIRST_PID + at) for at, pid in enumerate(_in_order(trace))}
    threads = {activity.thread: at + 1 for at, activity in enumerate(trace.activities)}
    numbers.update({str(old): str(new) for old, new in threads.items() if old > 1 << 20})
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, numbers)) + r")\b") if numbers else None

    def steady(text: str) -> str:
        for path in trace.paths:
            text = text.replace(path, "<folder>")
        return pattern.sub(lambda match: numbers[match[0]], text) if pattern else text

    activities = tuple(
        replace(
            activity,
            pid=int(numbers.get(str(activity.pid), "0")),
            thread=int(numbers.get(str(activity.thread), "0")),
            stdout=steady(activity.stdout),
            stderr=steady(activity.stderr),
        )
        for activity in trace.activities
    )
    return replace(
        trace,
        activities=activities,
        events=_joined(trace, steady),
        pids={int(numbers[str(pid)]): trace.pids[pid] for pid in _in_order(trace)},
        paths=(),
        seconds=round(trace.seconds, 1),
    )


def _in_order(trace: Trace) -> list[int]:
    return sorted(trace.pids, key=lambda pid: (trace.pids[pid], pid))


def _joined(trace: Trace, steady: Callable[[str], str]) -> tuple[Event, ...]:
    """What was written and what orders it, without its moments: the order of the events is all that is used."""
    events: list[Event] = []
    for event in trace.events:
        if event.kind not in (STDOUT, STDERR, "create", "join"):
            continue
        last = events[-1] if events else None
        if (
            event.kind in (STDOUT, STDERR)
            and last is not None
            and (last.activity, last.kind) == (event.activity, event.kind)
        ):
            events[-1] = replace(last, text=last.text + event.text)
        else:
            events.append(Event(0.0, event.activity, event.kind, event.text))
    return tuple(replace(event, text=steady(event.text)) for event in events)

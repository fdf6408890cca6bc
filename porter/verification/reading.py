"""From the logs of a run, and what was seen of it from outside, to its Trace."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from porter.verification.logs import Log, Record, read_logs
from porter.verification.traces import COMMANDS, MAIN, STDERR, STDOUT, Activity, Ending, Event, Trace

# What Python 2.7 says of a thread that it overtook at its end; whether it does is chance.
_OVERTAKEN = re.compile(
    rb"Unhandled exception in thread started by ?\n(?:sys\.excepthook is missing\nlost sys\.stderr\n)?"
)


@dataclass(frozen=True, slots=True)
class Observation:
    """A run seen from outside. `stray` is what reached the terminal past the recorder; `alive` who had to be killed."""

    program: str
    main_pid: int
    began: float
    seconds: float
    scale: float
    status: int | None
    alive: tuple[int, ...]
    stray: tuple[tuple[float, str, bytes], ...]
    doubts: tuple[str, ...]
    paths: tuple[str, ...]
    reaped: dict[int, int]
    recorded: Path


@dataclass(slots=True)
class _Draft:
    """An activity while its records are gathered."""

    key: str
    kind: str = "process"
    pid: int = 0
    thread: int = 0
    ending: Ending | None = None
    is_process: bool = False
    pieces: dict[str, list[tuple[tuple[float, int], str]]] = field(default_factory=lambda: defaultdict(list))


def read_trace(observation: Observation, folder: Path) -> Trace:
    logs = read_logs(folder)
    names = _final_keys(logs, observation)
    drafts: dict[str, _Draft] = {}
    events: list[Event] = []
    for log in logs:
        for record in log.records:
            _gather(record, log, names, drafts, events, observation.began)
    _add_stray(observation, drafts, events)
    statuses = _statuses(logs, observation)
    activities = tuple(_activity(draft, statuses, observation) for draft in drafts.values())
    return Trace(
        program=observation.program,
        python=next((log.version for log in logs if log.pid == observation.main_pid), ""),
        scale=observation.scale,
        status=observation.status,
        seconds=round(observation.seconds, 3),
        activities=tuple(sorted(activities, key=lambda activity: _order(activity.key))),
        events=tuple(sorted(events, key=lambda event: event.time)),
        pids={log.pid: names[log.pid] for log in logs},
        paths=observation.paths,
        unscalable=_unscalable(logs),
        doubts=(*observation.doubts, *_doubts(logs, observation)),
    )


def _order(key: str) -> tuple[tuple[str, int], ...]:
    parts = (part.rpartition("#") for part in key.split("/"))
    return tuple((name or number, int(number) if name else 0) for name, _, number in parts)


def _final_keys(logs: list[Log], observation: Observation) -> dict[int, str]:
    """Process → the activity that it was in the end; a Python that was started out of sight gets a key by its turn."""
    names: dict[int, str] = {}
    unknown: dict[str, int] = defaultdict(int)
    for log in logs:
        key = log.key
        if not key or key.startswith("main/~started#"):
            parent = names.get(log.parent, MAIN)
            key = f"{parent}/python#{unknown[parent]}"
            unknown[parent] += 1
        names[log.pid] = MAIN if log.pid == observation.main_pid else key
    return names


def _gather(
    record: Record, log: Log, names: dict[int, str], drafts: dict[str, _Draft], events: list[Event], began: float
) -> None:
    if record.kind in ("create", "join", "reaped"):
        events.extend(_ordering(record, log, names, began))
    if record.kind not in ("start", "end", "cancelled", "uncaught", "exit", "out"):
        return
    key = _renamed(record.fields[0], log, names)
    draft = drafts.setdefault(key, _Draft(key))
    match record.kind, record.fields[1:]:
        case "start", (kind, thread):
            draft.kind, draft.pid, draft.thread = kind, log.pid, int(thread)
            draft.is_process = kind == "process"
            events.append(Event(record.time - began, key, "start", kind))
        case "end", (exception, text):
            draft.ending = Ending("failed", exception, text) if exception else Ending("ended")
            events.append(Event(record.time - began, key, "end", exception))
        case "cancelled", _:
            draft.ending = Ending("stopped")
            events.append(Event(record.time - began, key, "end", "cancelled"))
        case "uncaught", (exception, text):
            draft.ending = Ending("failed", exception, text)
        case "exit", (status,):
            if draft.ending is None:
                draft.ending = Ending("exited", status=_number(status))
            events.append(Event(record.time - began, key, "exit", status))
        case "out", (stream, data):
            text = data.encode("latin-1").decode("utf-8", "backslashreplace")
            draft.pieces[stream].append(((log.began, record.order), data))
            events.append(Event(record.time - began, key, stream, text))


def _ordering(record: Record, log: Log, names: dict[int, str], began: float) -> list[Event]:
    """What orders activities: that one was made, that the end of one was seen."""
    key = _renamed(record.fields[0], log, names)
    if record.kind == "reaped":
        pid = int(record.fields[1])
        return [Event(record.time - began, key, "join", names[pid])] if pid in names else []
    return [Event(record.time - began, key, record.kind, _renamed(record.fields[1], log, names))]


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 1


def _renamed(key: str, log: Log, names: dict[int, str]) -> str:
    """A key as this process wrote it, before it learned what it was itself."""
    provisional = f"main/~started#{log.pid}"
    final = names[log.pid]
    if key == provisional or key.startswith(provisional + "/"):
        return final + key[len(provisional) :]
    return key


def _add_stray(observation: Observation, drafts: dict[str, _Draft], events: list[Event]) -> None:
    for number, (time, stream, data) in enumerate(_heard(observation)):
        draft = drafts.setdefault(COMMANDS, _Draft(COMMANDS, kind="commands", ending=Ending("ended")))
        draft.pieces[stream].append(((time, number), data.decode("latin-1")))
        events.append(Event(time - observation.began, COMMANDS, stream, data.decode("utf-8", "backslashreplace")))


def _heard(observation: Observation) -> list[tuple[float, str, bytes]]:
    """What reached the terminal past the recorder, without Python 2.7's parting words."""
    said = b"".join(data for _, stream, data in observation.stray if stream == STDERR)
    rest = _OVERTAKEN.sub(b"", said)
    if rest == said:
        return list(observation.stray)
    kept = [piece for piece in observation.stray if piece[1] != STDERR]
    return [*kept, (observation.began + observation.seconds, STDERR, rest)] if rest else kept


def _statuses(logs: list[Log], observation: Observation) -> dict[int, int]:
    """Process → exit status as whoever waited for it saw it, negative for a signal."""
    waits = dict(observation.reaped)
    for log in logs:
        for record in log.records:
            if record.kind == "reaped":
                waits[int(record.fields[1])] = int(record.fields[2])
    found = {pid: os.waitstatus_to_exitcode(status) for pid, status in waits.items() if _has_ended(status)}
    if observation.status is not None:
        found[observation.main_pid] = observation.status
    return found


def _has_ended(status: int) -> bool:
    return os.WIFEXITED(status) or os.WIFSIGNALED(status)


def _activity(draft: _Draft, statuses: dict[int, int], observation: Observation) -> Activity:
    return Activity(
        key=draft.key,
        kind=draft.kind,
        pid=draft.pid,
        thread=draft.thread,
        ending=_ending(draft, statuses, observation),
        stdout=_text(draft.pieces[STDOUT]),
        stderr=_text(draft.pieces[STDERR]),
    )


def _text(pieces: list[tuple[tuple[float, int], str]]) -> str:
    joined = "".join(data for _, data in sorted(pieces, key=lambda piece: piece[0]))
    return joined.encode("latin-1").decode("utf-8", "backslashreplace")


def _ending(draft: _Draft, statuses: dict[int, int], observation: Observation) -> Ending:
    if not draft.is_process:
        return draft.ending or Ending("unfinished" if draft.pid in observation.alive else "stopped")
    if draft.pid in observation.alive:
        return Ending("unfinished")
    status = statuses.get(draft.pid)
    if draft.ending is not None and draft.ending.how == "failed":
        return Ending("failed", draft.ending.exception, draft.ending.text, 1 if status is None else status)
    if status is None:
        return draft.ending or Ending("ended")
    if status < 0:
        return Ending("stopped", status=status)
    return Ending("exited", status=status) if status else Ending("ended")


def _unscalable(logs: list[Log]) -> tuple[str, ...]:
    found: list[str] = []
    for log in logs:
        for record in log.records:
            if record.kind == "unscalable":
                found.append(record.fields[0])
            elif record.kind == "command" and record.fields[3] == "foreign":
                found.append(f"the command {record.fields[2]}")
            elif record.kind == "exec" and record.fields[2] == "foreign":
                found.append(f"the command {record.fields[1]}")
    return tuple(dict.fromkeys(found))


def _doubts(logs: list[Log], observation: Observation) -> list[str]:
    found: list[str] = []
    if not any(log.pid == observation.main_pid for log in logs):
        found.append("the recorder did not start in the program")
    seen = {log.pid for log in logs}
    for log in logs:
        if log.broken:
            found.append(f"the log of process {log.pid} is damaged")
        for record in log.records:
            match record.kind, record.fields:
                case "fault", (what, *_):
                    found.append(f"the recorder failed: {what}")
                case "command", (_, pid, program, kind) if kind != "foreign" and int(pid or 0) not in seen:
                    found.append(f"a child was not seen: {program} started with options that keep the recorder out")
                case "exec", (_, program, "unseen"):
                    found.append(f"a program was not seen: {program} replaced a process that was observed")
    return list(dict.fromkeys(found))

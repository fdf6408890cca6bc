"""The logs that the recorder writes, read back. The kinds of record and their fields:

hello       pid, parent's pid, fork | start, Python's version, key if it was given one
become      key                     this process is that activity, from its first record on
create      key, child's key        an activity makes another, which may start later
join        key, other's key        an activity has seen the end of another
start       key, kind, thread       process, thread, greenlet, task, work (of a pool), awaited (work that is only waited for)
end         key, exception, text    exception is empty where none escaped
cancelled   key
uncaught    key, exception, text    what ended a process
exit        key, status             os._exit, which is also how a process of multiprocessing ends
finished    key                     the interpreter ends by itself
out         key, stream, data
fork        key, child's key, pid
reaped      key, pid, wait status   an activity has seen the end of a process
command     key, pid, program, python | foreign | unseen
exec        key, program, python | foreign | unseen
unscalable  what                    time cannot be scaled here
fault       what                    the recorder failed
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a log. `order` rises within a process, `time` is the real clock's."""

    pid: int
    order: int
    time: float
    kind: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Log:
    """What one process wrote until it ended or became another program; `broken` where a line could not be read."""

    pid: int
    parent: int
    forked: bool
    version: str
    key: str
    began: float
    records: tuple[Record, ...]
    broken: bool


def read_logs(folder: Path) -> list[Log]:
    """All logs of a run, in the order in which they were begun."""
    logs = [log for path in folder.glob("*.log") if (log := _read_log(path)) is not None]
    return sorted(logs, key=lambda log: (log.began, log.pid))


def _read_log(path: Path) -> Log | None:
    pid = int(path.name.partition("-")[0])
    records: list[Record] = []
    broken = False
    for line in path.read_text("ascii", "replace").split("\n")[:-1]:
        record = _record(pid, line)
        if record is None:
            broken = True
        else:
            records.append(record)
    hello = next((record for record in records if record.kind == "hello"), None)
    if hello is None:
        return None
    _, parent, how, version, given = (*hello.fields, "", "", "", "", "")[:5]
    became = next((record.fields[0] for record in reversed(records) if record.kind == "become"), given)
    return Log(pid, int(parent), how == "fork", version, became, hello.time, tuple(records), broken)


def _record(pid: int, line: str) -> Record | None:
    parts = line.split("\t")
    try:
        fields = tuple(part.encode("ascii").decode("unicode_escape") for part in parts[3:])
        return Record(pid, int(parts[0]), float(parts[1]), parts[2], fields)
    except (ValueError, IndexError):
        return None

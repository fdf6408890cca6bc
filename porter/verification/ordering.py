"""The order between activities that the old program guarantees, and whether the new one was seen to break it.

What an activity wrote before it made another comes before all that the other writes; what an activity writes after it saw the
end of another comes after all that the other wrote. Whatever else came before or after was chance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from porter.verification.traces import STDOUT, Activity, Trace


@dataclass(frozen=True, slots=True)
class Guarantee:
    """`first` has written so many lines (None: all that it writes) before `second` writes the line of this number.

    Lines count from 0.
    """

    first: str
    first_lines: int | None
    second: str
    second_line: int
    because: str


@dataclass(slots=True)
class _History:
    """What was written so far, while the events are gone through."""

    written: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    ends: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def guarantees(trace: Trace) -> list[Guarantee]:
    """What the run shows to be guaranteed between the outputs of its activities, each once."""
    hosted = _hosts(trace)
    history = _History()
    found: list[Guarantee] = []
    for event in trace.events:
        match event.kind:
            case "stdout":
                history.written[event.activity] += event.text.count("\n")
            case "create" if history.written[event.activity]:
                lines = history.written[event.activity]
                found.append(Guarantee(event.activity, lines, event.text, 0, "it was started after that"))
            case "join":
                ended = _all_ended(event.text, hosted, history)
                history.ends[event.activity] |= ended
                line = history.written[event.activity]
                found.extend(Guarantee(other, None, event.activity, line, "its end was waited for") for other in ended)
    return list(dict.fromkeys(guarantee for guarantee in found if guarantee.first != guarantee.second))


def _hosts(trace: Trace) -> dict[str, set[str]]:
    """Process or thread → the activities that ran in it and are over when it is."""
    found: dict[str, set[str]] = defaultdict(set)
    by_pid: dict[int, list[Activity]] = defaultdict(list)
    for activity in trace.activities:
        by_pid[activity.pid].append(activity)
    for host in trace.activities:
        if host.kind == "process":
            found[host.key] = {activity.key for activity in by_pid[host.pid]}
        elif host.kind == "thread" and host.is_library:
            inside = (activity for activity in by_pid[host.pid] if activity.thread == host.thread)
            found[host.key] = {activity.key for activity in inside if activity.kind == "work"}
    return found


def _all_ended(key: str, hosted: dict[str, set[str]], history: _History) -> set[str]:
    """Who is over when `key` is: what ran in it, and whose ends those had seen."""
    found = {key} | hosted.get(key, set())
    return found | {other for one in found for other in history.ends[one]}


def broken(wanted: list[Guarantee], trace: Trace, names: dict[str, str]) -> Iterator[Guarantee]:
    """The guarantees that this run was seen to break; `names` leads from the old run's keys to this one's."""
    lines = _line_places(trace)
    for guarantee in wanted:
        first = lines.get(names.get(guarantee.first, guarantee.first), [])
        second = lines.get(names.get(guarantee.second, guarantee.second), [])
        last = len(first) if guarantee.first_lines is None else guarantee.first_lines
        if not 0 < last <= len(first) or guarantee.second_line >= len(second):
            continue
        if second[guarantee.second_line][0] < first[last - 1][1]:
            yield guarantee


def _line_places(trace: Trace) -> dict[str, list[tuple[int, int]]]:
    """Activity → for each of its lines, the numbers of the events that began and ended it."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    begun: dict[str, int] = {}
    for number, event in enumerate(trace.events):
        if event.kind != STDOUT:
            continue
        for piece in event.text.splitlines(keepends=True):
            start = begun.setdefault(event.activity, number)
            if piece.endswith("\n"):
                found[event.activity].append((start, number))
                del begun[event.activity]
    for key, start in begun.items():
        found[key].append((start, start))
    return found

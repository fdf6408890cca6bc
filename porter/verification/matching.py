"""Which activity of the new run is which of the old one.

A key is the same whatever kind of activity bears it, so most match by key. The activities that one creator made for one function
are interchangeable and are matched as a set, at the least difference; so is what remains, such as a function under a new name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from porter.verification.traces import COMMANDS, MAIN, STDERR, STDOUT, Activity, Trace

# How different two activities are: 0 for none that counts.
Distance = Callable[[Activity, Activity], int]
Match = tuple[Activity | None, Activity | None]


def match(legacy: Trace, modern: Trace, distance: Distance) -> list[Match]:
    """Each visible activity of either run once, with its counterpart or None."""
    ours = {activity.key: activity for activity in legacy.visible()}
    theirs = {activity.key: activity for activity in modern.visible()}
    matches: list[Match] = []
    for key in (MAIN, COMMANDS):
        if key in ours or key in theirs:
            matches.append((ours.pop(key, None), theirs.pop(key, None)))
    for group in sorted({_group(activity) for activity in ours.values()}):
        pairs = _assign(_members(ours, group), _members(theirs, group), distance)
        for one, other in pairs:
            del ours[one.key], theirs[other.key]
        matches.extend(pairs)
    rest = _assign(list(ours.values()), list(theirs.values()), distance)
    for one, other in rest:
        del ours[one.key], theirs[other.key]
    matches.extend(rest)
    matches.extend((activity, None) for activity in ours.values())
    matches.extend((None, activity) for activity in theirs.values())
    return matches


def _group(activity: Activity) -> tuple[str, str]:
    return activity.parent, activity.function


def _members(activities: dict[str, Activity], group: tuple[str, str]) -> list[Activity]:
    return [activity for activity in activities.values() if _group(activity) == group]


def _assign(ours: list[Activity], theirs: list[Activity], distance: Distance) -> list[tuple[Activity, Activity]]:
    """Pairs at the least difference: equal ones first, those of the same key before others, then the nearest."""
    pairs: list[tuple[Activity, Activity]] = []
    free = {activity.key: activity for activity in theirs}
    waiting: list[Activity] = []
    for one in ours:
        other = free.get(one.key)
        if other is not None and distance(one, other) == 0:
            pairs.append((one, free.pop(one.key)))
        else:
            waiting.append(one)
    still: list[Activity] = []
    for one in waiting:
        equal = next((other for other in free.values() if distance(one, other) == 0), None)
        if equal is None:
            still.append(one)
        else:
            pairs.append((one, free.pop(equal.key)))
    ranked = sorted(
        (distance(one, other), one.key != other.key, one.key, other.key) for one in still for other in free.values()
    )
    left = {activity.key: activity for activity in still}
    for _, _, one_key, other_key in ranked:
        if one_key in left and other_key in free:
            pairs.append((left.pop(one_key), free.pop(other_key)))
    return pairs


def fold(trace: Trace, other: Trace) -> Trace:
    """The trace with the work that its creator only waited for made the creator's own doing, where the other run has no such.

    `await asyncio.to_thread(f)` is a call; an old program says `f()`.
    """
    known = {activity.key for activity in other.activities}
    folded = {activity.key for activity in trace.activities if activity.kind == "awaited" and activity.key not in known}
    if not folded:
        return trace
    kept = [_with_children(activity, trace, folded) for activity in trace.activities if activity.key not in folded]
    return replace(trace, activities=tuple(kept))


def _with_children(activity: Activity, trace: Trace, folded: set[str]) -> Activity:
    keys = {activity.key} | {key for key in folded if _owner(key, folded) == activity.key}
    if len(keys) == 1:
        return activity
    texts = {
        stream: "".join(event.text for event in trace.events if event.kind == stream and event.activity in keys)
        for stream in (STDOUT, STDERR)
    }
    return replace(activity, stdout=texts[STDOUT], stderr=texts[STDERR])


def _owner(key: str, folded: set[str]) -> str:
    """The nearest creator that is not folded itself."""
    parent = key.rpartition("/")[0]
    while parent in folded:
        parent = parent.rpartition("/")[0]
    return parent

"""Compare two runs: activity by activity, by what a person outside can tell.

An activity's output must be the same in the same order; how the outputs of different activities interleave is no difference.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from porter.verification.explanations import Explanation, explain
from porter.verification.matching import Match, fold, match
from porter.verification.normalising import Names, alike
from porter.verification.ordering import broken, guarantees
from porter.verification.texts import compare_texts
from porter.verification.traces import COMMANDS, MAIN, STDERR, STDOUT, Activity, Ending, Trace
from porter.verification.verdicts import Difference, Judgement, Verdict, judge

_STREAMS = ((STDOUT, "standard output"), (STDERR, "standard error"))


def compare(legacy: Trace, modern: Trace) -> Verdict:
    """Judge one run of the new program by one of the old."""
    legacy, modern = fold(legacy, modern), fold(modern, legacy)
    ours, theirs = Names(legacy), Names(modern)

    def distance(one: Activity, other: Activity) -> int:
        found = sum(
            compare_texts(one.output(stream), ours, other.output(stream), theirs).unlike for stream, _ in _STREAMS
        )
        return found + (_endings(one, other) is not None)

    matches = match(legacy, modern, distance)
    renamed = {other.key: one.key for one, other in matches if one is not None and other is not None}
    theirs = Names(modern, renamed)
    differences = [found for pair in matches for found in _differences(pair, ours, theirs)]
    differences.extend(_left_running(legacy, modern))
    if all(difference.is_explained for difference in differences):
        # Lines are told by their numbers, which mean the same only where the texts do.
        counterparts = {one.key: other.key for one, other in matches if one is not None and other is not None}
        differences.extend(_order(legacy, modern, counterparts))
    reasons = (*_doubts("old", legacy), *_doubts("new", modern))
    return Verdict(judge(tuple(differences), reasons), tuple(differences), reasons)


def compare_all(legacy: Sequence[Trace], modern: Sequence[Trace]) -> Verdict:
    """Judge every run of the new program by the old one's envelope: each must be what one of the old runs was.

    The verdict is the worst of the new runs, each at the best that an old run makes of it.
    """
    verdicts = [min((compare(old, new) for old in legacy), key=_badness) for new in modern]
    worst = max(verdicts, key=_badness)
    notes: list[str] = []
    if len(modern) > 1:
        good = sum(verdict.judgement.is_good for verdict in verdicts)
        notes.append(f"{good} of {len(modern)} new runs are as one of {len(legacy)} old runs")
    return Verdict(worst.judgement, worst.differences, worst.reasons, (*worst.notes, *notes))


def _badness(verdict: Verdict) -> tuple[int, int, int]:
    rank = (Judgement.EQUIVALENT, Judgement.EXPLAINED, Judgement.INCONCLUSIVE, Judgement.DIFFERENT)
    return rank.index(verdict.judgement), len(verdict.unexplained), len(verdict.differences)


def _doubts(side: str, trace: Trace) -> list[str]:
    found = [f"{side}: {doubt}" for doubt in trace.doubts]
    main = trace.activity(MAIN)
    if main is None:
        found.append(f"{side}: nothing was recorded of the program")
    elif main.ending.exception in ("ImportError", "ModuleNotFoundError"):
        found.append(f"{side}: the program cannot be run here: {main.ending.text}")
    return found


def _differences(pair: Match, ours: Names, theirs: Names) -> list[Difference]:
    match pair:
        case (None, Activity() as other):
            return [_lone("extra", other, "the new program does what the old one did not")]
        case (Activity() as one, None):
            return [_lone("missing", one, "the new program does not do what the old one did")]
        case (Activity() as one, Activity() as other):
            found = [
                difference
                for stream, name in _STREAMS
                for difference in _output(one, ours, other, theirs, stream, name)
            ]
            ending = _endings(one, other)
            return [*found, ending] if ending is not None else found
    return []


def _lone(kind: str, activity: Activity, message: str) -> Difference:
    shown = (activity.stdout + activity.stderr) or str(activity.ending)
    legacy, modern = (shown, "") if kind == "missing" else ("", shown)
    return Difference(kind, activity.key, f"{title(activity.key)}: {message}", legacy, modern)


def _output(one: Activity, ours: Names, other: Activity, theirs: Names, stream: str, name: str) -> list[Difference]:
    result = compare_texts(one.output(stream), ours, other.output(stream), theirs)
    found: list[Difference] = []
    if result.first is not None:
        legacy, modern = result.first
        found.append(Difference("output", one.key, f"{title(one.key)}: {name} differs", legacy, modern))
    elif result.explanations:
        legacy, modern = result.explained[0]
        message = f"{title(one.key)}: {name} differs, as it may"
        found.append(Difference("output", one.key, message, legacy, modern, result.explanations))
    return found


def _endings(one: Activity, other: Activity) -> Difference | None:
    """How the ends of two activities differ, if they do and it shows."""
    old, new = one.ending, other.ending
    if one.key == COMMANDS or _same_end(one, other):
        return None
    reasons: tuple[Explanation, ...] = ()
    if old.how == new.how == "failed":
        said = [f"{_plain(end.exception)}: {end.text}" for end in (old, new)]
        found = explain(said[0], said[1], _same_text)
        if said[0] == said[1] or _same_text(*said):
            return None
        reasons = found or ()
    message = f"{title(one.key)}: the old one {old}, the new one {new}"
    return Difference("ending", one.key, message, str(old), str(new), reasons)


def _same_text(one: str, other: str) -> bool:
    blank = Names(Trace("", "", 1.0, None, 0.0, ()))
    return alike(one, blank, other, blank)


def _plain(exception: str) -> str:
    return re.sub(r"^(?:\w+\.)+", "", exception)


def _same_end(one: Activity, other: Activity) -> bool:
    old, new = one.ending, other.ending
    if old == new:
        return True
    if {old.how, new.how} == {"ended", "stopped"}:
        # Only of a process can anybody outside tell whether it was stopped, and main is always one.
        return not (one.kind == other.kind == "process")
    if old.how == new.how == "stopped":
        return one.key != MAIN or old.status == new.status
    return False


def _order(legacy: Trace, modern: Trace, counterparts: dict[str, str]) -> list[Difference]:
    """The first order that the old program guarantees and the new one was seen to break, for each two activities."""
    found: dict[tuple[str, str], Difference] = {}
    for guarantee in broken(guarantees(legacy), modern, counterparts):
        first, second = title(guarantee.first), title(guarantee.second)
        message = f"{second} went on before {first} had written what comes first"
        lines = _line_of(modern.activity(counterparts.get(guarantee.second, guarantee.second)), guarantee.second_line)
        difference = Difference("order", guarantee.second, message, f"after {first}: {guarantee.because}", lines)
        found.setdefault((guarantee.first, guarantee.second), difference)
    return list(found.values())


def _line_of(activity: Activity | None, number: int) -> str:
    """One line of what an activity wrote."""
    lines = activity.stdout.splitlines(keepends=True) if activity is not None else []
    return lines[number] if number < len(lines) else ""


def _left_running(legacy: Trace, modern: Trace) -> list[Difference]:
    """A run that leaves something at work differs from one that does not, though it be silent."""
    old, new = _still_running(legacy), _still_running(modern)
    if bool(old) == bool(new):
        return []
    who = title((old or new)[0])
    side = "old" if old else "new"
    message = f"the {side} program leaves {who} running, the other ends"
    sides = ("did not end", "ended") if old else ("ended", "did not end")
    return [Difference("ending", MAIN, message, *sides)]


def _still_running(trace: Trace) -> list[str]:
    main = trace.activity(MAIN)
    if main is not None and main.ending == Ending("unfinished"):
        # Its own ending says so already.
        return []
    return [
        activity.key
        for activity in trace.activities
        if activity.ending.how == "unfinished" and activity.kind == "process" and not activity.is_library
    ]


def title(key: str) -> str:
    """An activity's name for people: what it runs, and the how-manieth it is."""
    if key == MAIN:
        return "the main program"
    if key == COMMANDS:
        return "the commands"
    name, _, number = key.rpartition("/")[2].partition("#")
    return f"{name.lstrip('~')} #{int(number or 0) + 1}"

"""Comparison: noise, explanations, matching, order, and verdicts that are never better than the evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from porter.verification.comparing import compare, compare_all
from porter.verification.explanations import catalogue, explain
from porter.verification.normalising import Names, alike
from porter.verification.texts import compare_texts, lines_of
from porter.verification.traces import MAIN, Activity, Ending, Event, Trace
from porter.verification.verdicts import Judgement

ENDED = Ending("ended")


def trace(*activities: Activity, scale: float = 1.0, pids: dict[int, str] | None = None, **fields: object) -> Trace:
    """A trace whose events are the activities' outputs, one after the other."""
    events = tuple(Event(at, one.key, "stdout", one.stdout) for at, one in enumerate(activities) if one.stdout)
    made = Trace("p.py", "3.11", scale, 0, 1.0, activities, events, pids or {})
    return replace(made, **fields)  # type: ignore[arg-type]


def activity(key: str, stdout: str = "", stderr: str = "", ending: Ending = ENDED, kind: str = "thread") -> Activity:
    return Activity(key, "process" if key == MAIN else kind, 1, 0, ending, stdout, stderr)


def judged(old: Trace, new: Trace) -> Judgement:
    return compare(old, new).judgement


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<a at 0x7f1234567890>", "<a at 0x7fabcdef0123>"),
        ("took 1.23 seconds", "took 1.31 seconds"),
        ("took 0.5s", "took 0.61s"),
        ("at 2024-01-02 10:11:12,123", "at 2026-11-23T20:00:01Z"),
        ("now Mon Nov 23 20:22:58 UTC 2026", "now Tue Jan  5 01:02:03 2027"),
        ("id 550e8400-e29b-41d4-a716-446655440000", "id 123e4567-e89b-12d3-a456-426614174000"),
        ("http://127.0.0.1:40001/", "http://127.0.0.1:51234/"),
        ("file /tmp/tmpab12cd", "file /tmp/tmpXY_z89q"),
        ("ident 140234567890123", "ident 139876543210987"),
        ("time 1795465178.1", "time 1795465999.25"),
    ],
)
def test_noise_is_alike(one: str, other: str) -> None:
    names = Names(trace())
    assert alike(one, names, other, names)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("took 3 seconds", "took 4 seconds"),
        ("took 1.0 seconds", "took 9.0 seconds"),
        ("port 80", "port 81"),
        ("127.0.0.1:80", "127.0.0.1:81"),
        ("value 1.25", "value 1.26"),
        ("0xff", "0xfe"),
        ("version 2.7.18", "version 2.7.19"),
        ("date 2024-13", "date 2024-14"),
    ],
)
def test_what_is_no_noise_is_not_alike(one: str, other: str) -> None:
    names = Names(trace())
    assert not alike(one, names, other, names)


def test_durations_may_be_as_late_as_the_scale_makes_them() -> None:
    fast, slow = Names(trace(scale=0.1)), Names(trace(scale=1.0))
    assert alike("1.0 seconds", fast, "4.0 seconds", fast)
    assert not alike("1.0 seconds", slow, "4.0 seconds", slow)


def test_pids_are_alike_only_for_the_same_activity() -> None:
    old = Names(trace(pids={100: "main", 101: "main/f#0"}))
    new = Names(trace(pids={200: "main", 201: "main/f#0"}))
    assert alike("I am 101 of 100", old, "I am 201 of 200", new)
    assert not alike("I am 101", old, "I am 200", new)


def test_number_that_happens_to_be_a_pid_equals_itself() -> None:
    old, new = Names(trace(pids={7: "main"})), Names(trace(pids={8: "main"}))
    assert alike("item 7", old, "item 7", new)
    assert not alike("item 8", old, "item 7", new)


def test_workers_of_pools_are_as_good_as_each_other() -> None:
    old = Names(trace(pids={101: "main/~worker#0", 102: "main/~worker#1"}))
    new = Names(trace(pids={201: "main/~_process_worker#0"}))
    assert alike("by 102", old, "by 201", new)


@pytest.mark.parametrize("change", catalogue(), ids=lambda change: change.explanation.code)
def test_explanation_accounts_for_its_example_and_is_needed(change: object) -> None:
    names = Names(trace())
    legacy, modern = change.legacy, change.modern  # type: ignore[attr-defined]
    assert not alike(legacy, names, modern, names)
    found = explain(legacy, modern, lambda one, other: alike(one, names, other, names))
    assert found == (change.explanation,)  # type: ignore[attr-defined]
    assert change.explanation.source.startswith("https://")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("legacy", "modern"),
    [
        ("u'a' and 'b'", "'a' and 'c'"),
        ("[1L, 2L]", "[1, 3]"),
        ("{'a': 1, 'b': 2}", "{'a': 2, 'b': 1}"),
        ("set([1, 2])", "{1, 3}"),
        ("Thread-1", "Thread-2 (worker)"),
        ("ValueError: a", "TypeError: a"),
        ("0.3", "0.4000000000000000"),
    ],
)
def test_explanations_do_not_explain_what_is_wrong(legacy: str, modern: str) -> None:
    names = Names(trace())
    assert explain(legacy, modern, lambda one, other: alike(one, names, other, names)) is None


OLD_TRACEBACK = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    1/0\nZeroDivisionError: integer division or modulo by zero\n'
NEW_TRACEBACK = 'Traceback (most recent call last):\n  File "/x/a.py", line 9, in f\n    1/0\n    ~^~\nZeroDivisionError: division by zero\n'


def test_traceback_is_one_line_that_says_what_was_raised() -> None:
    names = Names(trace())
    assert len(lines_of(f"a\n{OLD_TRACEBACK}b\n")) == 3
    result = compare_texts(OLD_TRACEBACK, names, NEW_TRACEBACK, names)
    assert result.same and {one.code for one in result.explanations} == {"traceback-layout", "division-by-zero"}
    assert not compare_texts(OLD_TRACEBACK, names, NEW_TRACEBACK.replace("ZeroDivision", "Value"), names).same


def test_deprecation_warnings_are_explained_and_other_warnings_are_not() -> None:
    names = Names(trace())
    warning = "/x/a.py:3: DeprecationWarning: setDaemon() is deprecated\n  t.setDaemon(True)\n"
    assert [one.code for one in compare_texts("", names, warning, names).explanations] == ["deprecation"]
    assert not compare_texts("", names, warning.replace("Deprecation", "Runtime"), names).same


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("a\nb\n", "a\nc\n", "output"),
        ("a\nb\n", "b\na\n", "output"),
        ("a\nb\n", "a\nb", "output"),
        ("a\n", "a\na\n", "output"),
        ("a\n", "", "output"),
        ("a  \n", "a\n", "output"),
        ("a\r\n", "a\n", "output"),
        ("a\n\n", "a\n", "output"),
    ],
)
def test_output_must_be_the_same(old: str, new: str, kind: str) -> None:
    verdict = compare(trace(activity(MAIN, old)), trace(activity(MAIN, new)))
    assert verdict.judgement is Judgement.DIFFERENT
    assert [difference.kind for difference in verdict.differences] == [kind]


def test_standard_error_is_compared_as_well() -> None:
    assert judged(trace(activity(MAIN, "a\n")), trace(activity(MAIN, "", "a\n"))) is Judgement.DIFFERENT


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        (Ending("ended"), Ending("exited", status=3), False),
        (Ending("exited", status=3), Ending("exited", status=4), False),
        (Ending("ended"), Ending("unfinished"), False),
        (Ending("ended"), Ending("stopped", status=-9), False),
        (Ending("stopped", status=-9), Ending("stopped", status=-15), False),
        (Ending("failed", "ValueError", "x", 1), Ending("ended"), False),
        (Ending("failed", "ValueError", "x", 1), Ending("failed", "ValueError", "y", 1), False),
        (Ending("failed", "Empty", "", 1), Ending("failed", "_queue.Empty", "", 1), True),
        (Ending("failed", "IOError", "[Errno 2] x", 1), Ending("failed", "FileNotFoundError", "[Errno 2] x", 1), True),
    ],
)
def test_how_the_program_ends_is_compared(old: Ending, new: Ending, same: bool) -> None:
    verdict = compare(trace(activity(MAIN, ending=old)), trace(activity(MAIN, ending=new)))
    assert verdict.judgement.is_good is same


def test_thread_cut_off_by_the_end_of_its_process_is_as_one_that_ended() -> None:
    old = trace(activity(MAIN), activity("main/f#0", "a\n", ending=Ending("stopped")))
    new = trace(activity(MAIN), activity("main/f#0", "a\n"))
    assert judged(old, new) is Judgement.EQUIVALENT


def test_missing_and_extra_activities_are_differences() -> None:
    lone, both = trace(activity(MAIN, "a\n")), trace(activity(MAIN, "a\n"), activity("main/f#0", "b\n"))
    assert [one.kind for one in compare(both, lone).differences] == ["missing"]
    assert [one.kind for one in compare(lone, both).differences] == ["extra"]


def test_silent_activities_do_not_count() -> None:
    assert judged(trace(activity(MAIN)), trace(activity(MAIN), activity("main/f#0"))) is Judgement.EQUIVALENT


def test_silent_process_left_running_counts() -> None:
    left = activity("main/f#0", ending=Ending("unfinished"), kind="process")
    assert judged(trace(activity(MAIN)), trace(activity(MAIN), left)) is Judgement.DIFFERENT


def test_interchangeable_activities_are_matched_as_a_set() -> None:
    old = trace(activity(MAIN), *(activity(f"main/f#{n}", f"item {n}\n") for n in range(5)))
    new = trace(activity(MAIN), *(activity(f"main/f#{n}", f"item {(n + 2) % 5}\n") for n in range(5)))
    assert judged(old, new) is Judgement.EQUIVALENT
    wrong = trace(activity(MAIN), *(activity(f"main/f#{n}", f"item {max(n, 1)}\n") for n in range(5)))
    assert len(compare(old, wrong).differences) == 1


def test_function_under_a_new_name_is_matched() -> None:
    old = trace(activity(MAIN), activity("main/Worker.run#0", "a\n"))
    new = trace(activity(MAIN), activity("main/worker#0", "a\n", kind="task"))
    assert judged(old, new) is Judgement.EQUIVALENT


def ordered(*events: tuple[str, str, str]) -> Trace:
    texts: dict[str, str] = {MAIN: ""}
    for key, kind, text in events:
        texts[key] = texts.get(key, "") + (text if kind == "stdout" else "")
    activities = tuple(activity(key, text) for key, text in texts.items())
    return trace(*activities, events=tuple(Event(float(at), *event) for at, event in enumerate(events)))


CREATE, JOIN = (MAIN, "create", "main/f#0"), (MAIN, "join", "main/f#0")
BEFORE, WORK, AFTER = (MAIN, "stdout", "before\n"), ("main/f#0", "stdout", "work\n"), (MAIN, "stdout", "after\n")


def test_order_that_a_join_guarantees_must_hold() -> None:
    joined = ordered(BEFORE, CREATE, WORK, JOIN, AFTER)
    assert judged(joined, joined) is Judgement.EQUIVALENT
    verdict = compare(joined, ordered(BEFORE, CREATE, AFTER, WORK))
    assert [one.kind for one in verdict.unexplained] == ["order"]


def test_order_that_a_start_guarantees_must_hold() -> None:
    started = ordered(BEFORE, CREATE, WORK, AFTER)
    assert [one.kind for one in compare(started, ordered(CREATE, WORK, BEFORE, AFTER)).unexplained] == ["order"]


def test_order_by_chance_is_no_difference() -> None:
    chance = ordered(BEFORE, CREATE, WORK, AFTER)
    assert judged(chance, ordered(BEFORE, CREATE, AFTER, WORK)) is Judgement.EQUIVALENT


def test_joins_add_up() -> None:
    inner = ("main/f#0/g#0", "stdout", "inner\n")
    old = ordered(
        BEFORE, ("main/f#0", "create", "main/f#0/g#0"), inner, ("main/f#0", "join", "main/f#0/g#0"), JOIN, AFTER
    )
    assert judged(old, ordered(BEFORE, AFTER, inner)) is Judgement.DIFFERENT


def test_doubt_outweighs_equality() -> None:
    good = trace(activity(MAIN, "a\n"))
    doubtful = replace(good, doubts=("the recorder failed",))
    assert judged(doubtful, good) is judged(good, doubtful) is Judgement.INCONCLUSIVE


def test_program_that_cannot_be_imported_on_either_side_proves_nothing() -> None:
    failed = trace(activity(MAIN, ending=Ending("failed", "ImportError", "No module named spam", 1)))
    assert judged(failed, failed) is Judgement.INCONCLUSIVE


def test_nothing_recorded_proves_nothing() -> None:
    assert judged(trace(), trace()) is Judgement.INCONCLUSIVE


def test_each_new_run_must_be_as_one_of_the_old() -> None:
    one, two, three = (trace(activity(MAIN, text)) for text in ("1\n", "2\n", "3\n"))
    assert compare_all([one, two], [two, one, one]).judgement is Judgement.EQUIVALENT
    assert compare_all([one, two], [one, three]).judgement is Judgement.DIFFERENT


def test_explained_differences_are_good_and_listed() -> None:
    verdict = compare(trace(activity(MAIN, "[u'a']\n")), trace(activity(MAIN, "['a']\n")))
    assert verdict.judgement is Judgement.EXPLAINED and verdict.judgement.exit_status == 0
    assert [one.code for one in verdict.explanations] == ["unicode-prefix"]

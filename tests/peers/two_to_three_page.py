"""docs/2to3.md: the cases of 2to3's fixer tests against porter, and the fixers of other tools beside porter's rules.

`python -m tests.peers.two_to_three_page docs/2to3.md` writes it (`make peers`); a test finds it up to date.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from tests.peers.two_to_three import HERE, Case, Judgement, Verdict, is_same, judgement_of, outcome_of, source_of_cases

_WIDEST = 100  # a longer result is cut
_MOST = 12  # more cases of one judgement share a line
_INTRODUCTION = """\
# 2to3's fixers

2to3 came with a test suite for its fixers (`lib2to3/tests/test_fixers.py` in CPython 3.9 to 3.11, `test/test_lib2to3` in
3.12). Each case of it is given to porter here, as Python 2 and for the target `python3`; the fixers that 2to3 runs only
when asked for (`buffer`, `idioms`, `set_literal`, `ws_comma`) with porter's optional rules, `--extend-select IDM --unsafe`.

| verdict | what it means |
|---|---|
| same | the same program, but for spaces and parentheses; and where 2to3 warns, porter says something, too |
| better | it keeps the behaviour of Python 2.7 where 2to3's result does not, or does so with less |
| equal | another spelling of the same, or what 2to3 leaves to another of its fixers |
| cannot occur in 2.7 | CPython 2.7 does not compile the case |
| not handled | the rest |

Made by `make peers` from [tests/peers/two_to_three.toml](../tests/peers/two_to_three.toml), where the judgements are. Tests
keep it current, hold each judgement to what it claims, and run a program for each kind of *better*: under Python 2.7, and as
both tools convert it under Python 3.
"""
_ELSEWHERE = {
    "futurize": "futurize (of the package `future`)",
    "modernize": "modernize",
    "fissix": "fissix (what it adds to 2to3's)",
}


def fixers() -> dict[str, dict[str, str]]:
    """Tool → fixer → porter's rules for it, or why there are none."""
    return tomllib.loads((HERE / "fixers.toml").read_text(encoding="utf-8"))


def page(cases: Sequence[Case]) -> str:
    """The page, as Markdown."""
    judged = [(case, judgement_of(case)) for case in cases if not is_same(case)]
    lines = [_INTRODUCTION, *_summary(cases, {case: verdict_of(found) for case, found in judged})]
    lines += ["", "## What is not the same", ""]
    lines += ["A case is named by its class, method and number in the method."]
    for fixer, found in _by_fixer(judged):
        lines += ["", f"### {fixer}", "", "| case | verdict | porter writes | why |", "|---|---|---|---|"]
        lines += _rows(found)
    lines += ["", "## Fixers of other tools", ""]
    lines += ["Those that they share with 2to3 are in the table above."]
    for tool, title in _ELSEWHERE.items():
        lines += ["", f"### {title}", "", "| fixer | porter |", "|---|---|"]
        lines += [f"| {fixer} | {said} |" for fixer, said in sorted(fixers()[tool].items())]
    return "\n".join(lines) + "\n"


def verdict_of(judgement: Judgement | None) -> Verdict:
    return judgement.verdict if judgement is not None else Verdict.NOT_HANDLED


def _summary(cases: Sequence[Case], verdicts: dict[Case, Verdict]) -> Iterator[str]:
    rules = fixers()["2to3"]
    yield f"| fixer | porter | cases | {' | '.join(verdict.value for verdict in Verdict)} |"
    yield "|---|---|---|" + "---|" * len(Verdict)
    names = sorted({case.fixer for case in cases} | rules.keys())
    for name in names:
        listed = [case for case in cases if case.fixer == name]
        yield _count(name, rules.get(name, ""), listed, verdicts)
    yield _count("**all**", "", cases, verdicts)


def _count(name: str, rules: str, cases: Sequence[Case], verdicts: dict[Case, Verdict]) -> str:
    counted = [verdicts.get(case, Verdict.SAME) for case in cases]
    cells = [name, rules, str(len(cases)), *(str(counted.count(verdict) or "") for verdict in Verdict)]
    return f"| {' | '.join(cells)} |"


def _by_fixer(
    judged: Iterable[tuple[Case, Judgement | None]],
) -> Iterator[tuple[str, list[tuple[Case, Judgement | None]]]]:
    for fixer, found in groupby(sorted(judged, key=lambda item: item[0].fixer), key=lambda item: item[0].fixer):
        yield fixer, list(found)


def _rows(judged: Sequence[tuple[Case, Judgement | None]]) -> Iterator[str]:
    by_judgement: dict[Judgement | None, list[Case]] = {}
    for case, judgement in judged:
        by_judgement.setdefault(judgement, []).append(case)
    for judgement, cases in by_judgement.items():
        why = judgement.reason.replace("|", "\\|") if judgement is not None else ""
        verdict = verdict_of(judgement).value
        if len(cases) > _MOST:
            yield f"| {_ranges(cases)} | {verdict} | {_written(cases[0])} … | {why} |"
        else:
            yield from (f"| {case.name} | {verdict} | {_written(case)} | {why} |" for case in cases)


def _ranges(cases: Sequence[Case]) -> str:
    """The names of many cases, with runs of numbers for those of one method."""
    numbers: dict[str, list[int]] = {}
    for case in cases:
        method, _, number = case.name.rpartition(".")
        numbers.setdefault(method, []).append(int(number))
    return ", ".join(f"{method}.{_runs(sorted(found))}" for method, found in numbers.items())


def _runs(numbers: Sequence[int]) -> str:
    """1, 2, 3, 5 as 1–3, 5."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _written(case: Case) -> str:
    """Porter's result on one line."""
    outcome = outcome_of(case)
    if outcome.text is None:
        return f"nothing: *{outcome.error}*"
    if outcome.text.split() == case.before.split():
        return "the same text, and reports it" if outcome.speaks else "the same text"
    text = " ⏎ ".join(re.sub(r"(?<=\S) {2,}", " ", line) for line in outcome.text.strip().splitlines() if line.strip())
    text = text if len(text) <= _WIDEST else f"{text[:_WIDEST].rstrip()}…"
    return f"`` {text} ``".replace("|", "\\|")


def main(arguments: Sequence[str]) -> int:
    """Write the page to the path that the one argument names."""
    found = source_of_cases()
    if found is None:
        print("no Python here ships 2to3's tests: 3.9 to 3.12 do, with their test suite", file=sys.stderr)
        return 2
    Path(arguments[0]).write_text(page(found[1]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

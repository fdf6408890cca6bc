"""Generated Python 2 programs, counted: how many of those that CPython 2.7 compiles have its own tree when lowered.

python -m tests.python2.generated [PROGRAMS]
"""

from __future__ import annotations

import sys

from hypothesis import HealthCheck, given, settings

from tests.python2.exactness import difference
from tests.python2.oracle import Judge, Rejected, find_python2
from tests.python2.programs import files


def compare(programs: int, judge: Judge) -> tuple[int, int, list[str]]:
    """(compared, rejected by 2.7, differences)"""
    compared, rejected = 0, 0
    differences: list[str] = []

    @settings(
        max_examples=programs, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(data=files())
    def count(data: bytes) -> None:
        nonlocal compared, rejected
        try:
            expected = judge.tree(data)
        except Rejected:
            rejected += 1
            return
        compared += 1
        problem = difference(data, "program.py", expected)
        if problem is not None:
            differences.append(problem)

    count()
    return compared, rejected, differences


def main() -> int:
    executable = find_python2()
    if executable is None:
        print("no CPython 2.7 found; set PORTER_PYTHON2", file=sys.stderr)
        return 2
    with Judge(executable) as judge:
        compared, rejected, differences = compare(int(sys.argv[1]) if sys.argv[1:] else 1500, judge)
    print(*differences, sep="\n", end="\n" if differences else "")
    print(f"{compared - len(differences)} of {compared} generated programs exact; 2.7 rejects {rejected} others")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())

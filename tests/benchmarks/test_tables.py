"""Figures as people read them."""

from __future__ import annotations

from benchmarks.proof import page
from benchmarks.tables import mebibytes, table, thousands


def test_numbers_stand_right_and_words_left() -> None:
    assert table(["tool", "lines"], [["porter", "12,000"], ["2to3", "–"]]).splitlines() == [
        "| tool   |  lines |",
        "|--------|-------:|",
        "| porter | 12,000 |",
        "| 2to3   |      – |",
    ]


def test_sizes_and_thousands() -> None:
    assert (mebibytes(3 * 2**20), thousands(1234567.8)) == ("3 MiB", "1,234,568")


def test_what_was_not_converted_is_named_with_its_cause() -> None:
    counts = {
        "files": 3,
        "changed": 2,
        "not_converted": [{"path": "a.py", "cause": "1: bad", "rejected": True}],
        "backed_out": [],
        "compiled": {"3.11.7": {"b.py": "SyntaxError: worse"}},
        "changed_again": ["c.py"],
    }
    text = page.written(page.conversions({"--to python3": counts}))
    assert "2 / 3" in text
    assert "`a.py`: 1: bad (CPython 2.7 rejects it, too)" in text
    assert "`b.py`: SyntaxError: worse (--to python3, 3.11.7)" in text
    assert "`c.py` (--to python3)" in text

"""Differences that a documented change of Python accounts for, so that a right port may show them."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_PRECISE = re.compile(r"(?<![\w.])\d+\.\d{11,}(?:e[+-]?\d+)?(?![\w.])")
_BRACES = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A change of Python, as a report speaks of it."""

    code: str
    title: str
    source: str


@dataclass(frozen=True, slots=True)
class Change:
    """An explanation with what makes the old and the new way of saying a thing one."""

    explanation: Explanation
    unify: Callable[[str], str]
    legacy: str
    modern: str


TRACEBACK = Explanation(
    "traceback-layout",
    "a traceback shows the new file's lines, in the new Python's layout",
    "https://docs.python.org/3/library/traceback.html",
)
DEPRECATION = Explanation(
    "deprecation",
    "Python 3 warns of what it will remove",
    "https://docs.python.org/3/library/exceptions.html#DeprecationWarning",
)
_FLOATS = Explanation(
    "float-digits",
    "str() of a float shows as many digits as repr() since 3.2",
    "https://docs.python.org/3/whatsnew/3.2.html#other-language-changes",
)
_ORDER = Explanation(
    "dict-order",
    "dicts keep the order of insertion since 3.7, and sets have an order of their own",
    "https://docs.python.org/3/whatsnew/3.7.html#summary-release-highlights",
)


@lru_cache(maxsize=1)
def catalogue() -> tuple[Change, ...]:
    """Every change known: the rows of explanations.toml, and the few that no pattern can say."""
    rows = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["explanation"]
    return (
        *(_from_row(row) for row in rows),
        Change(_FLOATS, _round_floats, "0.1 + 0.2 = 0.3", "0.1 + 0.2 = 0.30000000000000004"),
        Change(_ORDER, _sort_braces, "{'b': 1, 'a': 2}", "{'a': 2, 'b': 1}"),
    )


def _from_row(row: dict[str, str]) -> Change:
    pattern, becomes = re.compile(row["pattern"]), row["becomes"]
    return Change(
        Explanation(row["code"], row["title"], row["source"]),
        lambda line: pattern.sub(becomes, line),
        row["legacy"],
        row["modern"],
    )


def _round_floats(line: str) -> str:
    return _PRECISE.sub(lambda match: f"{float(match[0]):.12g}", line)


def _sort_braces(line: str) -> str:
    return _BRACES.sub(lambda match: _sorted_display(match[0]), line)


def _sorted_display(text: str) -> str:
    """A display of a dict or a set of literals with its items in order; other text as it is."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return text
    if isinstance(value, dict):
        items = sorted(f"{key!r}: {item!r}" for key, item in value.items())
    elif isinstance(value, set):
        items = sorted(map(repr, value))
    else:
        return text
    return "{" + ", ".join(items) + "}"


def explain(legacy: str, modern: str, same: Callable[[str, str], bool]) -> tuple[Explanation, ...] | None:
    """The changes that together make two lines the same, none of them dispensable; None if they stay different."""
    needed = [change for change in catalogue() if change.unify(legacy) != legacy or change.unify(modern) != modern]
    if not same(_apply(needed, legacy), _apply(needed, modern)):
        # What one change unifies another may spoil: try them one by one as well.
        needed = next((([one]) for one in needed if same(one.unify(legacy), one.unify(modern))), [])
        if not needed:
            return None
    for change in list(needed):
        rest = [other for other in needed if other is not change]
        if rest and same(_apply(rest, legacy), _apply(rest, modern)):
            needed = rest
    return tuple(change.explanation for change in needed)


def _apply(changes: Iterable[Change], line: str) -> str:
    for change in changes:
        line = change.unify(line)
    return line

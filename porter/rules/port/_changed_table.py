"""The table of functions and methods that do something else in Python 3 (data/changed.toml), a value a row."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from porter.rules.port._module_table import DATA, version


@dataclass(frozen=True, slots=True)
class Changed:
    """A change, and the calls that it is about; see data/changed.toml for what the fields say."""

    note: str
    since: tuple[int, int]
    source: str
    of: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    target: bool = False
    given: tuple[int, str] | None = None
    missing: tuple[int, str] | None = None
    literal: tuple[int, str, str] | None = None
    kinds: tuple[Any, ...] | None = None
    named: tuple[int, str, str] | None = None
    made_by: tuple[int, str, str] | None = None
    then: str = ""
    words: tuple[str, ...] = ()
    unmasked: bool = False


@cache
def changed() -> tuple[Changed, ...]:
    """Every row."""
    rows = tomllib.loads((DATA / "changed.toml").read_text(encoding="utf-8"))["changed"]
    return tuple(_row(row) for row in rows)


def _row(said: dict[str, Any]) -> Changed:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}
    fields["since"] = version(said["since"])
    return Changed(**fields)


@cache
def changed_functions() -> dict[str, list[Changed]]:
    """The rows of each function, by its dotted name."""
    return _by((name, row) for row in changed() for name in row.of)


@cache
def changed_methods() -> dict[str, list[Changed]]:
    """The rows of each method, by its name."""
    return _by((name, row) for row in changed() for name in row.method)


def _by(rows: Iterable[tuple[str, Changed]]) -> dict[str, list[Changed]]:
    found: dict[str, list[Changed]] = {}
    for name, row in rows:
        found.setdefault(name, []).append(row)
    return found


# Names that many programs use for other things: the module is looked for instead.
_COMMON = frozenset(
    "open split copy deepcopy parse write extract execute executemany array connect seed sample input dumps code pack".split()
)


@cache
def last_names() -> frozenset[str]:
    """What stands behind the dot of a call that a row may be about."""
    return frozenset(name.rpartition(".")[2] for name in changed_functions()) | frozenset(changed_methods())


@cache
def trigger_words() -> frozenset[str]:
    """Words of which each file holds one that a row may be about."""
    words = {_trigger(name) for name in changed_functions()}
    for row in changed():
        if row.method:
            words.update(row.words or {_module(name) for name in row.on} or row.method)
    return frozenset(words)


def _trigger(name: str) -> str:
    last = name.rpartition(".")[2]
    return _module(name) if last in _COMMON else last


def _module(name: str) -> str:
    return name.rpartition(".")[0].rpartition(".")[2]

"""The table of renamed modules (data/modules.toml), a value a row."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from porter.rewriting.conversion import Risk

DATA = Path(__file__).parent / "data"
PEP_3108 = "https://peps.python.org/pep-3108/"


@dataclass(frozen=True, slots=True, eq=False)
class MovedModule:
    """A module of Python 2 that has another name in Python 3; see data/modules.toml for what the fields say."""

    old: str
    new: str
    names: Mapping[str, str] = field(default_factory=dict)
    lost: Mapping[str, str] = field(default_factory=dict)
    risk: Risk = Risk.SAFE
    suspects: frozenset[str] = frozenset()
    note: str = ""
    since: tuple[int, int] = (3, 0)
    source: str = PEP_3108
    ambiguous: bool = False
    bare: bool = False

    def target(self, name: str) -> str:
        """The dotted Python 3 name of one of the module's names."""
        return self.names.get(name, f"{self.new}.{name}")

    def is_module(self, name: str) -> bool:
        """Whether one of the module's names is itself a module in Python 3: `urllib2.urlparse`, or code that knows `urllib.parse`."""
        return name in self.names and self.names[name] in _new_modules()

    def home(self, name: str) -> str:
        """The module to import for one of the module's names."""
        return self.target(name) if self.is_module(name) else self.target(name).rpartition(".")[0]

    def is_bare(self, dotted: str) -> bool:
        """Whether a target is a builtin that needs no module before it."""
        return dotted.startswith("builtins.") and (self.bare or self.new != "builtins")

    def is_lost(self, name: str) -> bool:
        """Whether nothing in Python 3 can stand in this name's place."""
        return name in self.lost and name not in self.names

    def risk_of(self, names: set[str]) -> Risk:
        """The risk of a rename where these names of the module are used."""
        return self.risk if not self.suspects or self.suspects & names else Risk.SAFE


@cache
def moved_modules() -> dict[str, MovedModule]:
    """Every row, by the old name."""
    rows = tomllib.loads((DATA / "modules.toml").read_text(encoding="utf-8"))
    return {old: _row(old, said) for old, said in rows.items()}


@cache
def modules_moved(python: tuple[int, int], *, is_python2: bool) -> dict[str, MovedModule]:
    """The rows that concern a result for this Python; what may mean something else in Python 3 only where the code is Python 2."""
    return {
        old: row for old, row in moved_modules().items() if python >= row.since and (is_python2 or not row.ambiguous)
    }


@cache
def _new_modules() -> frozenset[str]:
    rows = moved_modules().values()
    return frozenset({row.new for row in rows} | {to.rpartition(".")[0] for row in rows for to in row.names.values()})


def _row(old: str, said: dict[str, object]) -> MovedModule:
    fields = dict(said)
    fields["risk"] = Risk(fields.get("risk", "safe"))
    fields["suspects"] = frozenset(_strings(fields.get("suspects", [])))
    fields["since"] = version(str(fields.get("since", "3.0")))
    return MovedModule(old, **fields)  # type: ignore[arg-type]


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def version(text: str) -> tuple[int, int]:
    """ "3.9" as (3, 9)."""
    major, _, minor = text.partition(".")
    return int(major), int(minor)

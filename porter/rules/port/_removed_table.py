"""The tables of what Python 3 has no more (data/removed_modules.toml, data/removed_names.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from porter.rules.port._module_table import DATA, version


@dataclass(frozen=True, slots=True)
class Removed:
    """A module, or a name of one, that is gone since a version of Python, and what to do."""

    old: str
    since: tuple[int, int]
    advice: str = ""

    @property
    def message(self) -> str:
        """What to say where it is used."""
        gone = f"{self.old} is gone since Python {self.since[0]}.{self.since[1]}"
        return f"{gone}: {self.advice}" if self.advice else gone


@cache
def removed_modules() -> dict[str, Removed]:
    """Every module that is gone, by its name."""
    rows = tomllib.loads((DATA / "removed_modules.toml").read_text(encoding="utf-8"))
    return {old: Removed(old, version(since), advice) for old, (since, advice) in rows.items()}


@cache
def removed_names() -> dict[str, Removed]:
    """Every name that is gone, by its dotted name."""
    tables = tomllib.loads((DATA / "removed_names.toml").read_text(encoding="utf-8"))
    return {
        f"{module}.{name}": Removed(
            f"{module}.{name}", version(said if isinstance(said, str) else said[0]), _advice(said)
        )
        for module, table in tables.items()
        for name, said in table.items()
    }


def _advice(said: str | list[str]) -> str:
    return "" if isinstance(said, str) else said[1]

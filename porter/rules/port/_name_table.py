"""The table of names that moved, or became something else (data/names.toml), a value a row."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from keyword import iskeyword

from porter.python2 import markers
from porter.rewriting.conversion import Risk
from porter.rules.port._module_table import DATA, version

_WORD = re.compile(r"[^\W\d]\w*")
WHATS_NEW_3_0 = "https://docs.python.org/3/whatsnew/3.0.html#library-changes"


@dataclass(frozen=True, slots=True, eq=False)
class MovedName:
    """A name of a module that Python 3 has elsewhere, or otherwise; see data/names.toml for what the fields say."""

    old: str
    to: str = ""
    value: str = ""
    calls: Mapping[int, str] = field(default_factory=dict)
    method: str = ""
    after_none: str = ""
    imports: tuple[str, ...] = ()
    tested: str = ""
    risk: Risk = Risk.SAFE
    note: str = ""
    since: tuple[int, int] = (3, 0)
    source: str = WHATS_NEW_3_0

    @property
    def module(self) -> str:
        return self.old.rpartition(".")[0]

    @property
    def is_plain(self) -> bool:
        """Whether it only goes by another name now."""
        return bool(self.to) and not (self.calls or self.method or self.after_none or self.value or self.tested)

    @property
    def words(self) -> frozenset[str]:
        """The words of its new spellings."""
        return frozenset(_WORD.findall(" ".join((self.to, self.value, self.method, *self.calls.values()))))

    def template(self, arguments: int) -> str:
        """What a call with so many arguments becomes; "" where the row has no word on that."""
        if self.method and arguments:
            rest = ", ".join(f"{{{number}}}" for number in range(1, arguments))
            return f"{{0}}.{self.method}({rest})"
        return self.calls.get(arguments, "")

    @property
    def message(self) -> str:
        """What to say of a change."""
        first = next(
            (text for text in (self.to, self.value, *self.calls.values()) if text), f"the method {self.method}()"
        )
        shown = first.format(*"abcd") if first in self.calls.values() else first
        return f"{self.old} is {shown} in Python 3" + (f" ({self.note})" if self.note else "")


@cache
def moved_names() -> dict[str, MovedName]:
    """Every row, by the dotted old name."""
    tables = tomllib.loads((DATA / "names.toml").read_text(encoding="utf-8"))
    return {
        f"{module}.{name}": _row(f"{module}.{name}", said, str(table.get("source", WHATS_NEW_3_0)))
        for module, table in tables.items()
        for name, said in table.items()
        if name != "source"
    }


@dataclass(frozen=True)
class MovedNames:
    """Rows of the table, by the dotted old name, with what is asked of them all."""

    rows: Mapping[str, MovedName]

    @cached_property
    def last_words(self) -> frozenset[str]:
        """How an attribute can be spelt that is one of the names, also where its name became a keyword."""
        words = {row.old.rpartition(".")[2] for row in self.rows.values()}
        return frozenset(words | {markers.keyword_name(word) for word in words if iskeyword(word)})

    @cached_property
    def modules(self) -> frozenset[str]:
        return frozenset(row.module for row in self.rows.values())


@cache
def names_moved_after(python: tuple[int, int]) -> MovedNames:
    """The rows that concern code written for this Python."""
    return MovedNames({old: row for old, row in moved_names().items() if row.since > python})


def _row(old: str, said: str | dict[str, object], source: str) -> MovedName:
    if isinstance(said, str):
        return MovedName(old, said, source=source)
    calls, imports = said.get("calls", {}), said.get("imports", [])
    assert isinstance(calls, dict) and isinstance(imports, list)
    return MovedName(
        old,
        to=str(said.get("to", "")),
        value=str(said.get("value", "")),
        calls={int(number): str(text) for number, text in calls.items()},
        method=str(said.get("method", "")),
        after_none=str(said.get("after_none", "")),
        imports=tuple(map(str, imports)),
        tested=str(said.get("tested", "")),
        risk=Risk(said.get("risk", "safe")),
        note=str(said.get("note", "")),
        since=version(str(said.get("since", "3.0"))),
        source=str(said.get("source", source)),
    )

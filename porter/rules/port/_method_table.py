"""The table of methods that have another name or form (data/methods.toml), a value a name."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from porter.rewriting.conversion import Risk
from porter.rules.port._module_table import DATA, version

WHATS_NEW_3_0 = "https://docs.python.org/3/whatsnew/3.0.html"


@dataclass(frozen=True, slots=True)
class MovedMethod:
    """A method of the library's objects that Python 3 has otherwise; see data/methods.toml for what the fields say."""

    old: str
    of: frozenset[str]
    new: str = ""
    get: str = ""
    set: str = ""
    call: str = ""
    advice: str = ""
    imports: tuple[str, ...] = ()
    unique: bool = False
    risk: Risk = Risk.SAFE
    note: str = ""
    since: tuple[int, int] = (3, 0)
    source: str = WHATS_NEW_3_0

    @property
    def message(self) -> str:
        """What to say of it."""
        if self.advice:
            return f"{self.old} is gone: {self.advice}"
        if self.get or self.set:
            return f"{self.old}() is the attribute {self.get or self.set} in Python 3"
        new = self.new or self.call.format("x", "text")
        return f"{self.old} is {new} in Python 3" + (f" ({self.note})" if self.note else "")


@cache
def moved_methods() -> dict[str, MovedMethod]:
    """Every row, by the old name."""
    rows = tomllib.loads((DATA / "methods.toml").read_text(encoding="utf-8"))["method"]
    found: dict[str, MovedMethod] = {}
    for said in rows:
        fields = dict(said)
        names = fields.pop("old")
        fields["of"] = frozenset(fields["of"])
        fields["imports"] = tuple(fields.get("imports", ()))
        fields["risk"] = Risk(fields.get("risk", "safe"))
        fields["since"] = version(fields.get("since", "3.0"))
        for old in names if isinstance(names, list) else [names]:
            found[old] = MovedMethod(old, **fields)
    return found

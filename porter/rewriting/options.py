"""What a conversion is asked to do: the part of the configuration that decides the text of the result."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import Enum


class Target(Enum):
    """How far a conversion goes; each target runs its phases in order."""

    PYTHON3 = "python3"
    FUTURES = "futures"
    ASYNCIO = "asyncio"

    @property
    def phases(self) -> tuple[str, ...]:
        """The folders of `porter.rules` whose rules run, in order; `hazards` only report."""
        return {
            Target.PYTHON3: ("port", "hazards"),
            Target.FUTURES: ("port", "futures", "hazards"),
            Target.ASYNCIO: ("port", "asyncio", "hazards"),
        }[self]


@dataclass(frozen=True, slots=True)
class Options:
    """`python` is the lowest version the result must run on; `select` and `ignore` hold rule codes or prefixes of them.

    An empty `select` means every rule.
    """

    target: Target = Target.FUTURES
    python: tuple[int, int] = (sys.version_info[0], sys.version_info[1])
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    unsafe: bool = False

    def wants(self, code: str) -> bool:
        """Whether a rule of this code is asked for: the longest prefix that names it decides, `ignore` on a tie."""
        selected = max(
            (len(prefix) for prefix in self.select if code.startswith(prefix)), default=0 if self.select else 1
        )
        ignored = max((len(prefix) for prefix in self.ignore if code.startswith(prefix)), default=0)
        return selected > ignored

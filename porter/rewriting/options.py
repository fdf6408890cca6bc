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
            Target.PYTHON3: ("port", "idioms", "hazards"),
            Target.FUTURES: ("port", "futures", "idioms", "hazards"),
            Target.ASYNCIO: ("port", "asyncio", "idioms", "hazards"),
        }[self]


class Division(Enum):
    """What becomes of a `/` of Python 2 whose operands may both be ints, or may not."""

    REPORT = "report"
    HELPER = "helper"


@dataclass(frozen=True, slots=True)
class Options:
    """`python` is the lowest version the result must run on; `select`, `ignore` and `extend_select` hold rule codes or
    prefixes of them.

    An empty `select` means every rule but the optional ones; `extend_select` adds to what `select` says.
    """

    target: Target = Target.FUTURES
    python: tuple[int, int] = (sys.version_info[0], sys.version_info[1])
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    unsafe: bool = False
    extend_select: tuple[str, ...] = ()
    division: Division = Division.REPORT

    def wants(self, code: str, *, optional: bool = False) -> bool:
        """Whether a rule of this code is asked for: the longest prefix that names it decides, `ignore` on a tie.

        An optional rule has to be named.
        """
        unnamed = 0 if self.select or optional else 1
        named = (*self.select, *self.extend_select)
        selected = max((len(prefix) for prefix in named if code.startswith(prefix)), default=unnamed)
        ignored = max((len(prefix) for prefix in self.ignore if code.startswith(prefix)), default=0)
        return selected > ignored

"""What is wrong with a regular expression of Python 2 in Python 3, by re's own judgement."""

from __future__ import annotations

import importlib
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache

_PARSER = importlib.import_module("re._parser")
_FLAGS = re.compile(r"\(\?[aiLmsux]+\)")
_MANY = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """What re says of a pattern: groups of flags that must move to the front, escapes that mean nothing, its least and
    greatest width, and whether it cannot be read even so."""

    flags: tuple[str, ...] = ()
    escapes: tuple[str, ...] = ()
    width: tuple[int, int] = (1, 1)
    broken: bool = False


@lru_cache(maxsize=2048)
def verdict(pattern: str, flags: int = 0) -> Verdict:
    """Mend what Python 3 refuses, one thing after the other, until the pattern can be read."""
    moved: list[str] = []
    dropped: list[str] = []
    for _ in range(_MANY):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                low, high = _PARSER.parse("".join(moved) + pattern, flags).getwidth()
            return Verdict(tuple(moved), tuple(dropped), (int(low), int(high)))
        except re.error as error:
            at = (error.pos or 0) - sum(map(len, moved))
            found = _FLAGS.match(pattern, at) if at >= 0 else None
            if "global flags" in error.msg and found is not None:
                moved.append(found.group())
                pattern = pattern[: found.start()] + pattern[found.end() :]
            elif (
                error.msg.startswith("bad escape")
                and at >= 0
                and pattern[at : at + 1] == "\\"
                and at + 1 < len(pattern)
            ):
                dropped.append(pattern[at : at + 2])
                pattern = pattern[:at] + pattern[at + 1 :]
            else:
                break
        except (ValueError, OverflowError, RecursionError):
            break
    return Verdict(tuple(moved), tuple(dropped), broken=True)
